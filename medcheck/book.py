"""The YAML data as one object, refused where a form or a reference is wrong."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medcheck import schema
from medcheck.model import DUPLICATE, implied, rank
from medcheck.names import fold
from medcheck.source import DataError, read_yaml

Records = dict[str, dict[str, Any]]


class Book:
    """The YAML data, loaded and known to be sound."""

    def __init__(self, folder: Path) -> None:
        files = {name: read_yaml(folder / name) for name in schema.FILES}
        faults = [fault for name, content in files.items() for fault in schema.problems(name, content)]
        self.words: dict[str, Any] = read_yaml(folder / "words.yaml")
        self.lookalikes: list[list[str]] = read_yaml(folder / "lookalikes.yaml")
        faults += [*schema.word_problems(self.words), *schema.lookalike_problems(self.lookalikes)]
        if faults:
            raise DataError(faults)
        self.drugs: Records = files["drugs.yaml"]
        self.traits: Records = files["traits.yaml"]
        self.interactions: Records = files["interactions.yaml"]
        self.cards: Records = files["cards.yaml"]
        self.side_effects: Records = files["side_effects.yaml"]
        self.registry: Records = files["sources.yaml"]
        self.implies = {name: trait.get("is", []) for name, trait in self.traits.items()}
        self.sha256 = fingerprint(folder)
        if faults := list(dangling(self)):
            raise DataError(faults)

    @property
    def version(self) -> str:
        """Year and month of the newest review."""
        days = [entry["reviewed"] for entry in self.interactions.values()]
        return max(days, default="0000-00")[:7].replace("-", ".")

    def traits_of(self, drug: str) -> tuple[str, ...]:
        """Return a drug's own id, its traits and all that they imply."""
        return (drug, *implied(self.drugs[drug].get("is", ()), self.implies))

    def card(self, drug: str) -> dict[str, Any]:
        """Return a drug's card: what its traits' cards share, with its own added to lists and in place of texts."""
        card: dict[str, Any] = {}
        for name in (*self.traits_of(drug)[:0:-1], drug):
            for field, value in self.cards.get(name, {}).items():
                shared = card.get(field)
                card[field] = _added(value, shared) if isinstance(shared, list) else value
        own = self.cards.get(drug)
        if own and "verified" not in own:
            card.pop("verified", None)  # that its class was verified says nothing of the drug
        return card


def _added(own: list[Any], shared: list[Any]) -> list[Any]:
    """Return a drug's own items, then those of its classes that it does not have."""
    known = {_about(item) for item in own}
    return [*own, *(item for item in shared if _about(item) not in known)]


def _about(item: Any) -> str:
    """Return what an item of a card is about: its text, term, question or source."""
    return str(item) if isinstance(item, str) else next(item[field] for field in ("term", "q", "id") if field in item)


def term_of(effect: str | dict[str, str]) -> str:
    """Return the term of a side effect, which may stand alone or with its frequency."""
    return effect if isinstance(effect, str) else effect["term"]


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 over the YAML files, names included, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def dangling(book: Any) -> Iterator[str]:
    """Yield every reference of a Book (or what has its records) that leads nowhere, and every broken rule of them."""
    for name in filter(book.traits.__contains__, book.drugs):
        yield f"traits.yaml: {name}: is also the id of a drug"
    for name, implied_traits in book.implies.items():
        yield from (f"traits.yaml: {name}: is: no trait {t!r}" for t in implied_traits if t not in book.traits)
    for name, drug in book.drugs.items():
        yield from (f"drugs.yaml: {name}: is: no trait {t!r}" for t in drug.get("is", ()) if t not in book.traits)
        for part in drug.get("contains", ()):
            if book.drugs.get(part, {"contains": 1}).get("contains"):
                yield f"drugs.yaml: {name}: contains: {part!r} is no single ingredient"
    yield from _dangling_cards(book)
    yield from _circles("traits.yaml", book.implies)
    yield from _dangling_interactions(book)
    yield from _dangling_sources(book)


def _softens(entry: dict[str, Any], target: dict[str, Any]) -> bool:
    """Tell whether an entry that needs more drugs is milder than the one that it stands for."""
    more = len(entry["between"]) > len(target["between"])
    return more and rank(entry["severity"]) < rank(target["severity"])


def _dangling_cards(book: Book) -> Iterator[str]:
    seen: dict[str, str] = {}
    for term, record in book.side_effects.items():
        for key in {fold(name) for name in (term, *record.get("names", ()))}:
            if seen.setdefault(key, term) != term:
                yield f"side_effects.yaml: {term}: the name {key!r} also stands for {seen[key]!r}"
    for name, card in book.cards.items():
        if name not in book.drugs and name not in book.traits:
            yield f"cards.yaml: {name}: no such drug or trait"
        for effect in (*card.get("common", ()), *card.get("serious", ())):
            if term_of(effect) not in book.side_effects:
                yield f"cards.yaml: {name}: {term_of(effect)!r} is not in side_effects.yaml"


def _dangling_interactions(book: Any) -> Iterator[str]:
    known = (book.traits, book.drugs)
    replaces = {name: entry.get("replaces", []) for name, entry in book.interactions.items()}
    for name, entry in book.interactions.items():
        where = f"interactions.yaml: {name}"
        yield from (f"{where}: between: no trait or drug {slot!r}" for slot in entry["between"]
                    if not any(slot in records for records in known))  # fmt: skip
        if len(entry["between"]) < 2:  # noqa: PLR2004
            yield f"{where}: between: expected at least two"
        if entry.get("object", entry["between"][0]) not in entry["between"]:
            yield f"{where}: object: expected one of between"
        if name.startswith(DUPLICATE) and entry["between"] != [name.removeprefix(DUPLICATE)] * 2:
            yield f"{where}: between: expected the ingredient of its id, twice"
        yield from (f"{where}: replaces: no entry {target!r}" for target in replaces[name] if target not in replaces)
        if replaces[name] and entry["severity"] == "none":
            yield f"{where}: replaces: an entry of severity none replaces nothing"
        for target in implied(replaces[name], replaces):  # chains as well: adding a drug must never soften an answer
            if target in replaces and _softens(entry, book.interactions[target]):
                yield f"{where}: replaces: {target!r} has fewer slots and is more severe"
    yield from _circles("interactions.yaml", replaces)


def _dangling_sources(book: Any) -> Iterator[str]:
    for file, records in (("drugs", book.drugs), ("traits", book.traits), ("interactions", book.interactions),
                          ("cards", book.cards)):  # fmt: skip
        for name, entry in records.items():
            for source in entry.get("sources", ()):
                cited = source if isinstance(source, str) else source["id"]
                if cited not in book.registry:
                    yield f"{file}.yaml: {name}: sources: {cited!r} is not in sources.yaml"


def _circles(file: str, arrows: dict[str, list[str]]) -> Iterator[str]:
    for name, targets in arrows.items():
        if name in implied(targets, arrows):
            yield f"{file}: {name}: leads back to itself"
