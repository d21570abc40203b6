"""Shell completion of drug names: the scripts for bash, zsh and fish, and the words they ask for."""

import sys

from medcheck.compendium import open_store
from medcheck.names import MixedScriptError, fold
from medcheck.options import COMMANDS, FLAGS

MOST = 40
"""Words offered at once."""
SCRIPTS = {
    "bash": r"""_medcheck() {
  local IFS=$'\n' word
  COMPREPLY=()
  while read -r word; do COMPREPLY+=("$(printf '%q' "$word")"); done \
    < <(medcheck __complete "$COMP_CWORD" "${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)
}
complete -o default -F _medcheck medcheck
""",
    "zsh": r"""#compdef medcheck
_medcheck() {
  local -a words_found
  words_found=("${(@f)$(medcheck __complete $((CURRENT - 1)) "${words[CURRENT]}" 2>/dev/null)}")
  compadd -U -- "${words_found[@]}"
}
compdef _medcheck medcheck
""",
    "fish": r"""complete -c medcheck -f \
  -a '(medcheck __complete (count (commandline -opc)) (commandline -ct) 2>/dev/null)'
""",
}


def answer(arguments: list[str]) -> int:
    """Print what may complete a word; `arguments` are its position and what was typed of it, from a shell's script."""
    if len(arguments) == 2 and arguments[0].isdecimal():  # noqa: PLR2004 (position and word)
        sys.stdout.write("".join(f"{word}\n" for word in words(int(arguments[0]), arguments[1])))
    return 0


def words(position: int, begun: str) -> list[str]:
    """Return what may complete a word: options, commands (in the first place), drug names by use."""
    if begun.startswith("-"):
        return [flag.name for flag in FLAGS if flag.name.startswith(begun)]
    commands = [command for command in COMMANDS if position == 1 and command.startswith(begun)]
    try:
        key = fold(begun)
    except MixedScriptError:
        return commands
    if not key:
        return commands
    names = open_store().beginning(key, MOST)
    return list(dict.fromkeys([*commands, *(name.shown.lower() for name in names)]))
