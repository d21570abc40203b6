"""Strict YAML: mappings, lists and text only; duplicate keys and anchors are refused, with the place named."""

import re
from pathlib import Path
from typing import Any, BinaryIO

import yaml

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_ANCHOR = re.compile(r"^(?:[^'\"#]*[:\-\[,{]\s+)?[&*][A-Za-z]", re.MULTILINE)


LARGEST = 64_000_000
"""Bytes of one YAML file."""


class DataError(Exception):
    """The YAML data cannot be what they should be; `problems` lists every fault found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Strict(_Loader):  # type: ignore[misc]
    """A loader that refuses duplicate keys and reads every value as text: no surprise dates, numbers or booleans."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in result:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            result[key] = self.construct_object(value_node, deep=deep)
        return result


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    return dict(loader.construct_mapping(node, deep=True))


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; DataError names the file and line of what is not plain YAML."""
    try:
        with path.open("rb") as file:
            text = read_text(file, path.name)
    except OSError as error:
        raise DataError([f"{path.name}: cannot be read: {error}"]) from error
    return yaml_of(text, path.name)


def read_text(file: BinaryIO, name: str) -> str:
    """Return what an open file holds as text; DataError if it is not UTF-8 or longer than data ever are."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise DataError([f"{name}: cannot be read: larger than {LARGEST // 1_000_000} MB"])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError([f"{name}: cannot be read: {error}"]) from error


def yaml_of(text: str, name: str) -> Any:
    """Return the content of a YAML text; DataError names the file and line of what is not plain YAML."""
    if found := _ANCHOR.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DataError([f"{name}: line {line}: anchors and aliases are not allowed; write the value out"])
    try:
        return yaml.load(text, Loader=_Strict)  # noqa: S506 (a BaseLoader by inheritance)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise DataError([f"{name}: {where}{getattr(error, 'problem', None) or error}"]) from error
