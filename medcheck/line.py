"""A line as people write it -> the name in it, and what was said of strength, form, route and frequency."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = r"(?:(?:milli|micro)?grams?|m[ck]?gs?|µg|μg|ug|ng|g|gm|gr|kg|ml|cc|l|iu|units?|unt|u|meq|mmol|%|ppm)"
_PER = r"(?:hrs?|hours?|h|actuat\w*|act|sprays?|puffs?|dose|day|d|tab\w*|caps?\w*)"
_STRENGTH = re.compile(
    rf"(?<![\w.]){_NUMBER}(?:\s*[-/x–]\s*{_NUMBER})*\s*{_UNIT}(?:\s*/\s*(?:{_NUMBER}\s*)?(?:{_UNIT}|{_PER}))*(?![a-z])"
    rf"|(?<![\w.#-]){_NUMBER}(?:\s*[/–-]\s*{_NUMBER})+(?![\w])|(?<![\w.#-]){_NUMBER}\s*/\s*{_PER}(?![a-z])",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·‣◦▪>–—]+\s*|\[[ xX]?\]\s*|\(?\d{1,3}[.)](?!\d)\s*)+")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]?")
_HEADING = re.compile(
    r"^\s*(?:(?:current|home|daily|my|discharge)\s+)?(?:medications?|meds|medicines|drugs|rx)\s*:?\s*(?:$|(?<=:))",
    re.IGNORECASE,
)
_LIST_SEPARATORS = re.compile(r"[;\n]|,(?!\d{3}\b)(?![^(\[]*[)\]])")
"""A comma before three digits belongs to a number, one in brackets to the words around them."""
_LONGEST_PHRASE = 5
_EVERY = re.compile(
    r"q\d+(?:[-–]\d+)?(?:h|hr|hrs|d|days?|w|wks?|weeks?|mo|months?|min)?|(?:[\w.]+/)?\d+\s*h|[a-z]+/\d+\s*h|\d+x\d+|\d/\d+|x\d+(?:d|days?)"
)
_COUNTED = re.compile(r"#\s?\d{2,}|(?:ndc\s*)?\d{4,5}-\d{3,4}-\d{1,2}", re.IGNORECASE)
"""How many were dispensed ("#30"; "#3" may be a name), and the code of a package."""
LONGEST_MAKER = 3
_COUNT = 10
"""A bare number below this may be part of a name (Tylenol 3), so it is never dropped as a strength."""


class Line:
    """One line taken apart."""

    __slots__ = ("details", "local", "names", "not_taken", "salts", "tokens")

    def __init__(
        self,
        names: "tuple[str, ...]",
        salts: "Mapping[str, list[str]]",
        details: "Mapping[str, str]",
        not_taken: str,
        tokens: "list[str]",
    ) -> None:
        self.names = names
        """What may be the name when all else is read off, the most complete first."""
        self.salts = salts
        """The words that were cut off the end of a name because they may tell its salt."""
        self.details = {field: value for field, value in details.items() if field != "local"}
        """strength, form, route, frequency, where they were given."""
        self.local = details.get("local", "")
        """The route of a local form (topical, ophthalmic...), or empty."""
        self.not_taken = not_taken
        """The words that say that this is not being taken ("allergic to"), or empty."""
        self.tokens = tokens
        """The words of the line as they stand."""


def parse(text: str, words: "Mapping[str, Any]") -> Line:
    """Take a line apart with the word lists of data/words.yaml."""
    plain = _HEADING.sub("", _BULLET.sub("", text.replace("_", " ")))
    inside = _BRACKETS.findall(plain)
    outside = _BRACKETS.sub(" ", plain)
    details: dict[str, str] = {}
    kept = _unknown_words(outside, words, details)
    bare = _without_numbers(kept)
    same = [words["same"].get(token.casefold(), token) for token in bare]
    whole = [kept, bare, same, *_without_maker(same, words["makers"])]
    saltless = [_without_salt(variant, words["salts"]) for variant in whole[2:]]
    named = [" ".join(variant) for variant in (*whole, *saltless)]
    salts = {" ".join(left): variant[len(left) :] for variant, left in zip(whole[2:], saltless, strict=True)}
    if not kept:
        named += [part.strip("()[]{} ") for part in inside]
    not_taken = _begins_with(outside.strip().casefold(), words["not_taken"])
    names = tuple(dict.fromkeys(name for name in named if name))
    return Line(names, salts, details, not_taken, outside.split())


def says_only_how(text: str, words: "Mapping[str, Any]") -> bool:
    """Tell whether a text holds strength, form, route, frequency and the like, and nothing that may be a name."""
    return not _without_numbers(_unknown_words(text, words, {}, stop_at=0))


def pieces(text: str) -> "list[str]":
    """Split at commas, semicolons and line ends."""
    return _LIST_SEPARATORS.split(text)


def _begins_with(text: str, phrases: "list[str]") -> str:
    return next((phrase for phrase in phrases if text == phrase or text.startswith((phrase + " ", phrase + ":"))), "")


def _unknown_words(text: str, words: "Mapping[str, Any]", details: "dict[str, str]", stop_at: int = 1) -> "list[str]":
    """Return the words that no list knows and put the known ones into `details`; stop words end the name."""
    text = _COUNTED.sub(" ", text)
    strengths = [strength.strip() for strength in _STRENGTH.findall(text)]
    if strengths:
        details["strength"] = " ".join(strengths)
    tokens = [token for raw in _STRENGTH.sub(" ", text).split() if (token := raw.strip(",;:."))]
    unknown: list[str] = []
    position = 0
    while position < len(tokens):
        phrase, length = _longest_phrase(tokens, position, words, details)
        if position >= stop_at and phrase in words["stops"]:
            break
        if phrase and unknown and unknown[-1].isdecimal():
            unknown.pop()  # "2 tablets", "1 TDS": a count, not part of the name
        if not phrase:
            unknown.append(tokens[position])
        position += length
    return unknown


def _longest_phrase(
    tokens: "list[str]", position: int, words: "Mapping[str, Any]", details: "dict[str, str]"
) -> "tuple[str, int]":
    """Return the longest known phrase at a position and its length in words; note what it says."""
    for length in range(min(_LONGEST_PHRASE, len(tokens) - position), 0, -1):
        phrase = " ".join(tokens[position : position + length]).casefold()
        known = False
        for field, of in (("local", "local"), ("form", "forms"), ("route", "routes"), ("frequency", "frequencies")):
            if phrase in words[of]:
                known = True
                details.setdefault(field, words[of][phrase])
                if field == "local":
                    details.setdefault("form", phrase)
        if length == 1 and _EVERY.fullmatch(phrase):
            known = True
            details.setdefault("frequency", phrase)
        if known or phrase in words["dropped"] or phrase in words["stops"]:
            return phrase, length
    return "", 1


def _without_numbers(tokens: "list[str]") -> "list[str]":
    """Leave out bare numbers of two digits or more, which are strengths; smaller ones may belong to the name."""
    return [token for token in tokens if not (token.isdecimal() and int(token) >= _COUNT)]


def _without_maker(tokens: "list[str]", makers: "list[str]") -> "Iterator[list[str]]":
    """Yield the name without the maker before or after it ("apo-amlodipine", "ramipril sandoz")."""
    parts = [part for token in tokens for part in token.split("-") if part]
    for length in range(1, min(len(parts), LONGEST_MAKER + 1)):
        if " ".join(parts[:length]).casefold() in makers:
            yield parts[length:]
        if " ".join(parts[-length:]).casefold() in makers:
            yield parts[:-length]


def _without_salt(tokens: "list[str]", salts: "list[str]") -> "list[str]":
    left = list(tokens)
    while len(left) > 1 and left[-1].casefold() in salts:
        left.pop()
    return left
