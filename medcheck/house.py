"""Where local rules are, and the compendium with them. Without any, nothing of this costs a start."""

import os
import sys

from medcheck.compendium import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from medcheck.compendium import Compendium

VARIABLE = "MEDCHECK_DATA"


def open_book(folder: str = "") -> "Compendium":
    """Open the compendium, with the local rules of `folder`, of MEDCHECK_DATA, or of the user's default folder.

    An empty MEDCHECK_DATA means none. InputError names every fault of the rules; StoreError means damaged data.
    """
    rules = folder or os.environ.get(VARIABLE, default_folder())
    if not rules or (not folder and VARIABLE not in os.environ and not os.path.lexists(rules)):
        return open_store()
    from medcheck.overlay import Overlay

    return Overlay(rules)


def default_folder() -> str:
    """Return where a user's local rules are looked for: platformdirs' config folder, computed here on Linux."""
    if sys.platform != "linux":
        from platformdirs import user_config_dir

        return user_config_dir("medcheck", appauthor=False)
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return os.path.join(base if base.strip() else os.path.expanduser("~/.config"), "medcheck")  # noqa: PTH111, PTH118
