"""The match key: what is left of a name when writing habits are taken away."""

_MARKS = dict.fromkeys(map(ord, "™®©℠"))
"""Signs that NFKC would turn into letters, or that say nothing."""
GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu", "ω": "omega"}


class MixedScriptError(ValueError):
    """A word mixes letters of two scripts, so it may be a disguise."""


def fold(text: str) -> str:
    """Return the match key of `text`: letters and digits only, one case, no accents.

    Two names with the same key are the same name: "St. John's wort", "ST JOHNS WORT" and "st-johns-wort".
    Raises MixedScriptError where a word mixes scripts (a Cyrillic letter inside a Latin word).
    """
    if not text.isascii():
        text = _to_plain(text)
    return "".join(filter(str.isalnum, text.casefold()))


def _to_plain(text: str) -> str:
    from unicodedata import combining, normalize

    text = normalize("NFKC", text.translate(_MARKS))
    _refuse_mixed_scripts(text)
    text = "".join(GREEK.get(character, character) for character in text.casefold())
    return "".join(character for character in normalize("NFD", text) if not combining(character))


def _refuse_mixed_scripts(text: str) -> None:
    from unicodedata import name

    for word in text.split():
        scripts: dict[str, str] = {}
        for character in word.replace("-", " "):
            if character == " ":
                scripts.clear()
            elif character.isalpha():
                scripts.setdefault(name(character, "UNKNOWN").split()[0], character)
            if len(scripts) > 1 and "LATIN" in scripts:
                odd = next(letter for script, letter in scripts.items() if script != "LATIN")
                message = f"the letter {odd} ({name(odd, 'unnamed').title()}) is not Latin"
                raise MixedScriptError(message)
