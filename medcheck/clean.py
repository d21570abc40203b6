"""Make text that came from outside harmless before it is shown."""

SHOWN_LENGTH = 200


def clean(text: str, limit: int = SHOWN_LENGTH) -> str:
    """Return `text` on one line, every invisible or controlling character written as its code, cut at `limit`.

    Control characters, escape sequences, bidirectional and zero-width characters and undecodable bytes are all
    "not printable" to Python, which is the test used here.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if character in "\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029\xa0\u3000" or character.isspace():
        return " "
    return f"<U+{ord(character):04X}>"


FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a cell as a formula when it comes first."""


def cell(text: str, limit: int = 10_000) -> str:
    """Return clean text that no spreadsheet takes for a formula: an apostrophe stands before what could start one.

    A semicolon starts a new cell where a spreadsheet splits at it, so what follows one is looked at too.
    """
    parts = clean(text, limit).split(";")
    return ";".join(_inert(part) for part in parts)


def _inert(text: str) -> str:
    bare = text.lstrip("\"' ")
    if not bare.startswith(FORMULA):
        return text
    return text[: len(text) - len(bare)] + "'" + bare


def escape_markdown(text: str) -> str:
    """Return clean text that is not read as Markdown, HTML or a link."""
    for character, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, instead)
    for character in "\\`*_[]|~":
        text = text.replace(character, "\\" + character)
    return text.replace("://", ":\\//").replace("www.", "www\\.")
