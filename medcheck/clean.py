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
