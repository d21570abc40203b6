"""medcheck: an offline drug-interaction checker.

`medcheck.check(["Revia", "Neurontin"])` returns the Report that the command writes. The names in `__all__` are stable;
they are imported when they are first used, so that `import medcheck` costs nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from medcheck.api import check, compare, explain, to_dict, why_not
    from medcheck.compendium import StoreError
    from medcheck.intake import InputError
    from medcheck.model import Drug, Finding, Interaction, Medicine, NotChecked, Part, Report

__all__ = [
    "Drug",
    "Finding",
    "InputError",
    "Interaction",
    "Medicine",
    "NotChecked",
    "Part",
    "Report",
    "StoreError",
    "__version__",
    "check",
    "compare",
    "explain",
    "to_dict",
    "why_not",
]

_HOMES = {"StoreError": "compendium", "InputError": "intake", "check": "api", "compare": "api", "explain": "api",
          "to_dict": "api", "why_not": "api"}  # fmt: skip
"""The module of each name that is not in `model`."""


def __getattr__(name: str) -> object:
    """Import a stable name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'medcheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"medcheck.{_HOMES.get(name, 'model')}"), name)


def __dir__() -> list[str]:
    return __all__
