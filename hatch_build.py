"""Compile data/*.yaml into medcheck/store for wheels and editable installs (an sdist carries the YAML)."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface[Any]):
    """The build hook that hatchling calls."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        """Check the data and compile them; a fault in the data fails the build with all faults listed."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from medcheck.build import compile_store

            compile_store(root / "data", root / "medcheck" / "store")
        finally:
            sys.path.remove(str(root))
