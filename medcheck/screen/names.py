"""The names of a column -> drug codes: each different text is resolved once, whatever the number of rows."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medcheck.model import Medicine, NotChecked
from medcheck.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medcheck.compendium import Compendium
    from medcheck.screen.codebook import Codebook

Array = npt.NDArray[Any]
NAME_ONLY = "name only"
"""Why a drug was not checked that is known, but of which nothing is known."""
_ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")


@dataclass(frozen=True)
class Name:
    """What one text of the drug column means."""

    typed: str
    drugs: tuple[str, ...]
    codes: tuple[int, ...]
    """Numbers of the drugs among those seen, and 0 if something was not checked."""
    match: str
    note: str
    reason: str
    """Why it (or a part of it) was not checked; empty if it was."""
    candidates: tuple[str, ...]


class Names:
    """Resolves texts and numbers the drugs in the order in which they are met."""

    def __init__(self, book: "Compendium", codebook: "Codebook", *, strict: bool = False, market: str = "") -> None:
        self.book = book
        self.codebook = codebook
        self._resolver = Resolver(book, strict=strict, market=market)
        self._numbers = {name: n for n, name in enumerate(codebook.items)}
        self._codes: dict[int, int] = {0: 0}
        self.known: dict[str, Name] = {}
        self.rows: Counter[str] = Counter()
        """Rows of each text."""

    @property
    def seen(self) -> Array:
        """The codebook's number of each drug met, in the order of the codes."""
        return np.fromiter(self._codes, np.int64)

    def look_up(self, texts: "Sequence[str]") -> list[tuple[int, ...]]:
        """Return the codes of each text."""
        for text in texts:
            if text not in self.known:
                self.known[text] = self._resolve(text)
        return [self.known[text].codes for text in texts]

    def _resolve(self, text: str) -> Name:
        found = self._resolver.resolve(as_code(text))
        medicines = [item for item in found if isinstance(item, Medicine)]
        missed = [item for item in found if isinstance(item, NotChecked)]
        numbers = list(dict.fromkeys(self._numbers[medicine.name] for medicine in medicines))
        unknown = [medicine.name for medicine in medicines if not self.codebook.covered[self._numbers[medicine.name]]]
        reason = missed[0].reason if missed else NAME_ONLY if unknown else ""
        codes = [self._codes.setdefault(number, len(self._codes)) for number in numbers]
        return Name(
            typed=text,
            drugs=tuple(medicine.name for medicine in medicines),
            codes=tuple(codes + [0] * bool(reason)),
            match=medicines[0].match if medicines else "",
            note="; ".join(dict.fromkeys(filter(None, (medicine.note for medicine in medicines)))),
            reason=reason,
            candidates=missed[0].candidates if missed else (),
        )

    def unresolved(self) -> list[Name]:
        """Return the texts that were not checked in full, most rows first."""
        missed = [name for name in self.known.values() if name.reason]
        return sorted(missed, key=lambda name: (-self.rows[name.typed], name.typed))


def as_code(text: str) -> str:
    """Return a bare RxCUI or ATC code with its prefix; other texts as they are."""
    bare = text.strip()
    if bare.isascii() and bare.isdigit():
        return f"rxcui:{bare}"
    return f"atc:{bare}" if _ATC.fullmatch(bare) else text
