"""A line as people write it -> the name in it, and what was said of strength, form, route and frequency."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = (
    r"(?:mg|mcg|µg|μg|ug|ng|g|gm|gr|grams?|kg|ml|cc|l|iu|units?|unt|u|meq|mmol|%|hr|hrs|hours?|h|actuat\w*|act|"
    r"spray|puff|dose|day|d|tab\w*|caps?\w*|ppm)"
)
_STRENGTH = re.compile(
    rf"(?<![\w.]){_NUMBER}(?:\s*[-/x–]\s*{_NUMBER})*\s*{_UNIT}(?:\s*/\s*(?:{_NUMBER}\s*)?{_UNIT})*(?![a-z])"
    rf"|(?<![\w.#-]){_NUMBER}(?:\s*[/–-]\s*{_NUMBER})+(?![\w])",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·‣◦▪>–—]+\s*|\[[ xX]?\]\s*|\(?\d{1,3}[.)](?!\d)\s*)+")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]?")
_LIST_SEPARATORS = re.compile(r"[;\n]|,(?!\d{3}\b)")
"""A comma before three digits belongs to a number."""
_LONGEST_PHRASE = 5
_COUNT = 10
"""A bare number below this may be part of a name (Tylenol 3), so it is never dropped as a strength."""


class Line:
    """One line taken apart."""

    __slots__ = ("details", "local", "names", "not_taken")

    def __init__(self, names: "tuple[str, ...]", details: "Mapping[str, str]", local: str, not_taken: str) -> None:
        self.names = names
        """What may be the name, the most complete first."""
        self.details = details
        """strength, form, route, frequency, where they were given."""
        self.local = local
        """The route of a local form (topical, ophthalmic...), or empty."""
        self.not_taken = not_taken
        """The words that say that this is not being taken ("allergic to"), or empty."""


def parse(text: str, words: "Mapping[str, Any]") -> Line:
    """Take a line apart with the word lists of data/words.yaml."""
    plain = _BULLET.sub("", text)
    details: dict[str, str] = {}
    inside = _BRACKETS.findall(plain)
    outside = _BRACKETS.sub(" ", plain)
    strengths = [strength.strip() for strength in _STRENGTH.findall(outside)]
    if strengths:
        details["strength"] = " ".join(strengths)
    tokens = [token.strip(",;:.") for token in _STRENGTH.sub(" ", outside).split()]
    not_taken = _begins_with(" ".join(tokens).casefold(), words["not_taken"])
    kept = list(_take_known([token for token in tokens if token], words, details))
    local = details.pop("local", "")
    named = [" ".join(kept), " ".join(_without_numbers(kept)), *_without_maker(kept, words)]
    named += [" ".join(_without_salt(_without_numbers(kept), words))]
    named += [part.strip("()[]{} ") for part in inside] if not any(named[:2]) else []
    return Line(tuple(dict.fromkeys(name for name in named if name)), details, local, not_taken)


def pieces(text: str) -> "list[str]":
    """Split at commas, semicolons and line ends."""
    return _LIST_SEPARATORS.split(text)


def _begins_with(text: str, phrases: "list[str]") -> str:
    return next((phrase for phrase in phrases if text == phrase or text.startswith(phrase + " ")), "")


def _take_known(tokens: "list[str]", words: "Mapping[str, Any]", details: "dict[str, str]") -> "Iterator[str]":
    """Yield the tokens that no list knows; put the known ones into `details`."""
    lists = (("local", words["local"]), ("form", words["forms"]), ("route", words["routes"]),
             ("frequency", words["frequencies"]))  # fmt: skip
    position = 0
    while position < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - position), 0, -1):
            phrase = " ".join(tokens[position : position + length]).casefold()
            known = [(field, meanings[phrase]) for field, meanings in lists if phrase in meanings]
            if known and (position or length == 1 or len(tokens) > length):
                for field, meaning in known:
                    details.setdefault(field, meaning)
                if known[0][0] == "local":
                    details.setdefault("form", phrase)
                break
            if phrase in words["dropped"]:
                break
        else:
            length = 1
            if position and tokens[position].casefold() in words["stops"]:
                return
            yield tokens[position]
        position += length


def _without_numbers(tokens: "list[str]") -> "list[str]":
    left = [token for token in tokens if not (token.isdigit() and int(token) >= _COUNT)]
    return left if any(token.isalpha() or not token.isdigit() for token in left) else tokens


def _without_maker(tokens: "list[str]", words: "Mapping[str, Any]") -> "Iterator[str]":
    """Yield the name without the maker before or after it ("apo-amlodipine", "ramipril sandoz")."""
    tokens = _without_numbers(tokens)
    pieces = [piece for token in tokens for piece in token.split("-") if piece]
    makers = set(words["makers"])
    if len(pieces) > 1 and pieces[0].casefold() in makers:
        yield " ".join(pieces[1:])
    if len(pieces) > 1 and pieces[-1].casefold() in makers:
        yield " ".join(pieces[:-1])


def _without_salt(tokens: "list[str]", words: "Mapping[str, Any]") -> "list[str]":
    left = list(tokens)
    while len(left) > 1 and left[-1].casefold() in words["salts"]:
        left.pop()
    return left
