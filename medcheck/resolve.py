"""Names -> medicines. Exact, or said to be corrected, or asked: never silently guessed."""

from medcheck.model import Ingredient, Medicine, NotChecked
from medcheck.names import MixedScriptError, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from medcheck.compendium import Compendium, Meaning
    from medcheck.line import Line
    from medcheck.spelling import Speller

    Resolved = Medicine | NotChecked
    Ask = Callable[[NotChecked], str | None]

LONGEST = 300
"""A text longer than this is no name."""
KINDS = (("name", "synonym"), ("salt",), ("brand",), ("trait",))
"""In which order the kinds of names are looked at."""
UNDECODED = ("\ud800", "\udfff")
"""How Python keeps bytes that are no UTF-8."""
LONGEST_SPLIT = 4
"""How many separate words may be one name."""
LONGEST_HEAD = 6
"""How many words of a line may be its name."""
LOCAL = "a name that local rules add [local]"
METALS = ("calcium", "magnesium", "potassium")
"""They name a salt, or are medicines of their own; other words for salts are hardly ever both."""
JOINTS = (
    "(with ", "(and ", "(plus ", " and ", " & ", " with ", " w/ ", " plus ", " then ", " und ", " et ", " y ", " e ",
    "|", "/", "+", "-",
)  # fmt: skip


class Resolver:
    """Finds the drugs behind names in one compendium."""

    def __init__(self, book: "Compendium", *, strict: bool = False, market: str = "", ask: "Ask | None" = None) -> None:
        self.book = book
        self.ask = ask
        """Asks a person which candidate is meant; None where nobody can be asked."""
        self.strict = strict
        """Accept no spelling correction."""
        self.market = market.upper()
        """Country whose meaning an ambiguous brand takes, or empty."""
        self._words: Mapping[str, Mapping[str, str]] | None = None
        self._spelling: Speller | None = None

    def resolve(self, text: str) -> "list[Resolved]":
        """Return the medicines that `text` names: mostly one; several where it joins drugs that are no product."""
        typed = " ".join(text.split())
        try:
            key = _readable_key(typed)
        except ValueError as error:
            return [NotChecked(typed, "unknown", detail=str(error))]
        if found := self._exact(typed, key):
            return [found]
        if typed.isalpha() and (corrected := self._single_word(typed)):
            return [corrected]
        return self._code(typed) or self._joined(typed, typed) or self._line(typed)

    def _single_word(self, typed: str) -> "Medicine | None":
        """Correct one plain word at once: taking a line apart would cost more than the correction."""
        if any(typed.casefold() in held for held in self._word_lists().values()):
            return None
        found = self._guess(typed, None)
        return found if isinstance(found, Medicine) else None

    def resolve_all(self, texts: "Iterable[str]") -> "list[Resolved]":
        """Resolve a list of names; words that only together are a name ("st", "johns", "wort") are read as one."""
        found: list[Resolved] = []
        waiting = list(texts)
        while waiting:
            words = next((n for n in range(min(LONGEST_SPLIT, len(waiting)), 1, -1) if self._is_split(waiting[:n])), 1)
            found.extend(map(self._asked, self.resolve(" ".join(waiting[:words]))))
            del waiting[:words]
        return found

    def _asked(self, item: "Resolved") -> "Resolved":
        """Let a person choose, where one can be asked and there is something to choose from."""
        if self.ask is None or isinstance(item, Medicine) or not item.candidates:
            return item
        chosen = self.ask(item)
        return self._medicine(item.typed, chosen, "name", note=f"{chosen} was chosen by you") if chosen else item

    def _is_split(self, words: "list[str]") -> bool:
        """Tell whether these words are one exact name and not each a name of its own."""
        try:
            keys = [fold(word) for word in words]
        except MixedScriptError:
            return False
        if any(" " in word or not key for word, key in zip(words, keys, strict=True)):
            return False
        return bool(self.book.meanings("".join(keys))) and not all(map(self.book.meanings, keys))

    def _exact(self, typed: str, key: str, line: "Line | None" = None) -> "Resolved | None":
        meanings = [
            meaning for meaning in self.book.meanings(key) if not (line and meaning.exact and meaning.kind != "trait")
        ]
        for kinds in KINDS:
            if rows := [meaning for meaning in meanings if meaning.kind in kinds]:
                return self._choose(typed, rows, line)
        return None

    def _choose(self, typed: str, rows: "list[Meaning]", line: "Line | None") -> "Resolved":
        """Take the only meaning, the one sold in the market, or ask."""
        if self.market and len(rows) > 1:
            sold = [row for row in rows if self.market in row.markets]
            rows = sold or [row for row in rows if not row.markets] or rows
        if len({row.drug for row in rows}) > 1:
            where = "; ".join(f"{row.drug} ({', '.join(row.markets) or 'elsewhere'})" for row in rows)
            return NotChecked(typed, "ambiguous", [row.drug for row in rows], f"it means different drugs: {where}")
        return self._medicine(typed, rows[0].drug, rows[0].kind, line, LOCAL if rows[0].local else "")

    def _medicine(self, typed: str, name: str, match: str, line: "Line | None" = None, note: str = "") -> Medicine:
        details = line.details if line else {}
        if match == "trait":
            trait = Ingredient(name, (name, *self.book.trait(name)["is"]))
            return Medicine(typed, None, match, trait=trait, details=details, note="a class of drugs, not a drug")
        drug = self.book.drug(name)
        if line and line.local:
            local = f"{name} ({line.local})"
            if local in drug.local:
                drug = self.book.drug(local)
        elif drug.local and not (line and line.details.get("route")):
            local = f"taken as the form that acts in the whole body, not {' or '.join(drug.local)}"
            note = "; ".join(filter(None, (note, local)))
        return Medicine(typed, drug, match, details=details, note=note)

    def _code(self, typed: str) -> "list[Resolved]":
        system, colon, code = typed.partition(":")
        system, code = system.strip().lower(), code.strip()
        if not colon or system not in ("rxcui", "atc", "unii"):
            return []
        drugs = self.book.by_code(system, code.upper()) if code else []
        if not drugs:
            detail = f"no ingredient has this {system} code (codes of products are not known)"
            return [NotChecked(typed, "unknown", detail=detail)]
        if len(drugs) > 1:
            return [self._atc_class(typed, code.upper(), drugs)]
        return [self._medicine(typed, drugs[0], "code")]

    def _atc_class(self, typed: str, code: str, drugs: "list[str]") -> "Resolved":
        """Return the drugs of an ATC code as a class: what all of them are; ask where they have nothing in common."""
        shared = set.intersection(*(set(self.book.drug(name).traits) for name in drugs))
        if not shared:
            return NotChecked(typed, "ambiguous", drugs, f"the code stands for {len(drugs)} drugs of different kinds")
        note = f"a class of {len(drugs)} drugs, not a drug"
        return Medicine(typed, None, "code", trait=Ingredient(f"ATC {code}", shared), note=note, members=drugs)

    def _joined(self, typed: str, text: str) -> "list[Resolved]":
        """Read "a, b" as a list; "a/b", "a + b", "a-b", "a and b" and so on as a product or its parts."""
        if len(items := self._items(text)) > 1:
            found = [medicine for item in items for medicine in self.resolve(item)]
            return found if any(isinstance(medicine, Medicine) for medicine in found) else []
        for joint in JOINTS:
            parts = text.casefold().split(joint)
            if len(parts) > 1 and (medicines := self._parts(typed, parts)):
                return medicines
        return []

    def _side_by_side(self, words: "list[str]") -> "list[str]":
        """Return the names that stand side by side without a joint, the longest first; nothing if a word is left.

        No brands: beside another name they are mostly makers, or brands of something else elsewhere. No sodium: "sodium
        pentobarbital" is a salt.
        """
        for length in range(min(LONGEST_SPLIT, len(words)), 0, -1):
            name = " ".join(words[:length])
            if name == "sodium" or name in self._word_lists()["same"]:
                continue
            if any(meaning.kind in ("name", "synonym", "salt") for meaning in self.book.meanings(fold(name))):
                if length == len(words):
                    return [name]
                if rest := self._side_by_side(words[length:]):
                    return [name, *rest]
        return []

    def _items(self, text: str) -> "list[str]":
        """Split at list separators; a piece without a name (", twice daily") stays with the one before it."""
        from medcheck.line import pieces

        items: list[str] = []
        for piece in pieces(text):
            if items and not self._parse(piece).names:
                items[-1] = f"{items[-1]} {piece.strip()}"
            elif piece.strip():
                items.append(piece.strip())
        return items

    def _parts(self, typed: str, parts: "Iterable[str]") -> "list[Resolved]":
        """Return the product of exactly these drugs, or the drugs; nothing if one of them is no exact name."""
        medicines: list[Medicine] = []
        whole = self._parse(typed)
        for part in parts:
            line = self._parse(part)
            line.local = line.local or whole.local  # "a-b ear drops": both are ear drops
            found = self._exact(typed, fold(part), line if line.local else None) or self._from_line(typed, line)
            if isinstance(found, Medicine) and found.drug:
                medicines.append(found)
            elif len(names := self._side_by_side(part.casefold().split())) > 1 and (inner := self._parts(typed, names)):
                medicines += [medicine for medicine in inner if isinstance(medicine, Medicine)]
            else:
                return []
        contents = {ingredient.id for medicine in medicines for ingredient in medicine.ingredients}
        if len(contents) > 1 and (product := self._product(contents)):
            return [self._medicine(typed, product, "name", whole)]
        return list(medicines) if len(medicines) > 1 else []

    def _product(self, contents: "set[str]") -> "str | None":
        """Return the product of exactly these ingredients, or the one that is named after them."""
        named = [m.drug for m in self.book.meanings(fold(" and ".join(sorted(contents)))) if m.kind in KINDS[0]]
        return self.book.product(contents) or next(iter(named), None)

    def _parse(self, text: str) -> "Line":
        from medcheck.line import parse

        return parse(text, self._word_lists())

    def _word_lists(self) -> "Mapping[str, Mapping[str, str]]":
        """Return data/words.yaml, with its lists as sets of words, because every word of a line is looked up."""
        if self._words is None:
            lists = self.book.fact("words")
            self._words = {
                name: dict.fromkeys(held, "") if isinstance(held, list) else held for name, held in lists.items()
            }
        return self._words

    def _line(self, typed: str) -> "list[Resolved]":
        line = self._parse(typed)
        if line.not_taken:
            return [NotChecked(typed, "not a medicine", detail=f"“{line.not_taken}” does not say that it is taken")]
        if not line.names:
            return [NotChecked(typed, "not a medicine", detail="there is no name in it")]
        if found := self._from_line(typed, line):
            return [found]
        for name in line.names:
            if name != typed and (several := self._joined(typed, name)):
                return several
        for name in line.names:
            if several := self._parts(typed, self._side_by_side(name.split())):
                return several
        return [self._guess(typed, line)]

    def _from_line(self, typed: str, line: "Line") -> "Resolved | None":
        """Find the name at the head of a line (a brand may hold a number or a form word), or in what is left of it."""
        from medcheck.line import says_only_how

        for length in range(min(LONGEST_HEAD, len(line.tokens)), 0, -1):
            rest = " ".join(line.tokens[length:])
            head = fold(" ".join(line.tokens[:length]))
            if says_only_how(rest, self._word_lists()) and (found := self._exact(typed, head, line)):
                return found
        for name in line.names:
            found = self._exact(typed, fold(name), line)
            if found and self._are_salts(line.salts.get(name, ()), found):
                return found
        return None

    def _are_salts(self, words: "Iterable[str]", found: "Resolved") -> bool:
        """Tell whether words that may name a salt do so here: "vitamin D calcium" is no salt of vitamin D."""
        if not isinstance(found, Medicine) or not found.drug:
            return True
        names = [found.drug.id, *(part.id for part in found.ingredients)]
        return all(
            any(self.book.meanings(fold(f"{name} {word}")) for name in names)
            for word in map(str.casefold, words)
            if word in METALS
        )

    def _guess(self, typed: str, line: "Line | None") -> "Resolved":
        key = next(filter(None, map(fold, line.names if line else (typed,))), "")
        if not key:
            return NotChecked(typed, "unknown")
        guess = self._speller().guess(key)
        if guess.found is None:
            return NotChecked(typed, guess.reason, guess.candidates)
        if self.strict:
            return NotChecked(typed, "spelling", guess.candidates, "--strict accepts no correction")
        rows = [row for row in self.book.meanings(guess.found.key) if row.kind != "trait"]
        chosen = self._choose(typed, rows, line)
        if isinstance(chosen, NotChecked) or chosen.drug is None:
            return chosen
        note = f"spelling corrected to {guess.found.shown}{f'; {LOCAL}' if guess.found.local else ''}"
        for own, other in guess.lookalikes:
            note += f"; {own} is not {other}"
        corrected = self._medicine(typed, chosen.drug.id, "spelling", line, note)
        corrected.distance = guess.distance
        return corrected

    def _speller(self) -> "Speller":
        if self._spelling is None:
            from medcheck.spelling import Speller

            self._spelling = Speller(self.book, self.market)
        return self._spelling


def _readable_key(typed: str) -> str:
    """Return the match key of a text; ValueError says why it cannot be a name."""
    if len(typed) > LONGEST:
        raise ValueError(f"too long to be a name ({len(typed)} characters)")
    if any(UNDECODED[0] <= character <= UNDECODED[1] for character in typed):
        raise ValueError("it holds bytes that are not UTF-8 text")
    key = fold(typed)
    if not any(map(str.isalpha, key)):
        raise ValueError("there is no name in it; codes are written like rxcui:7243")
    return key
