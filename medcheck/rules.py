"""A folder of local rules -> what it adds and changes, refused where a form or a reference is wrong."""

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

from medcheck import schema
from medcheck.book import Records, dangling
from medcheck.compendium import Compendium
from medcheck.intake import InputError
from medcheck.model import Interaction, implied, rank
from medcheck.names import MixedScriptError, fold
from medcheck.source import DataError, read_text, yaml_of

FILES = ("drugs.yaml", "interactions.yaml", "sources.yaml", "changes.yaml")
BRANDS = ("brands", "synonyms", "salts")
"""The only fields that a rule may add to a drug that is known already."""
CHANGE = (
    {"reason": schema.text, "author": schema.text, "date": schema.day},
    {"severity": schema.one_of("minor", "moderate", "major", "contraindicated"), "mute": schema.one_of("true")},
)
"""Fields of an entry of changes.yaml: why, who, when, and either a severity or `mute: true`."""


class Layered(dict[str, Any]):
    """The local records of one kind; looking one up falls through to the compendium, walking through them does not."""

    def __init__(self, own: Records, below: Any) -> None:
        super().__init__(own)
        self._below = below

    def __missing__(self, name: str) -> Any:
        return self._below(name)

    def __contains__(self, name: object) -> bool:
        try:
            return super().__contains__(name) or self._below(name) is not None
        except KeyError:
            return False

    def get(self, name: str, default: Any = None) -> Any:
        """Return a record from either layer."""
        return self[name] if name in self else default  # noqa: SIM401 (this is what get means here)


class Rules:
    """What one folder adds and changes; it never reads outside of it and never writes."""

    def __init__(self, folder: str, book: Compendium) -> None:
        self.book = book
        try:
            texts = read_folder(Path(folder))
            content = {name: yaml_of(text, name) or {} for name, text in texts.items()}
        except DataError as error:
            raise InputError(f"{folder}: " + "\n".join(error.problems)) from error
        self.drugs: Records = content.get("drugs.yaml", {})
        self.interactions: Records = content.get("interactions.yaml", {})
        self.sources: Records = content.get("sources.yaml", {})
        self.changes: Records = content.get("changes.yaml", {})
        if faults := self._form(content) or self._references():
            raise InputError(f"{folder}: " + "\n".join(faults))
        digest = sha256()
        for name, text in sorted(texts.items()):
            digest.update(name.encode() + b"\0" + text.encode() + b"\0")
        self.sha256 = digest.hexdigest()
        self._label()

    def _form(self, content: dict[str, Any]) -> list[str]:
        """Return what is wrong with the fields, by the same table as the data's; interactions name an author too."""
        faults = []
        for name, records in content.items():
            if not isinstance(records, dict):
                faults.append(f"{name}: expected a mapping from ids to entries")
            elif name == "interactions.yaml":
                required, optional = schema.FILES[name]
                faults += _faults(name, records, {**required, "author": schema.text}, optional)
            else:
                faults += _faults(name, records, *(CHANGE if name == "changes.yaml" else schema.FILES[name]))
        return faults

    def _references(self) -> list[str]:
        """Return every reference that leads nowhere and every id or name that is taken."""
        faults = list(self._taken())
        faults += list(self._bad_changes())
        return faults or list(dangling(_Merged(self)))

    def _taken(self) -> Any:
        """Yield each id or name that means something already, and each name that cannot be one."""
        own: dict[str, str] = {}
        for name, record in self.drugs.items():
            where = f"drugs.yaml: {name}"
            if _is_there(self.book.drug, name):
                if others := record.keys() - set(BRANDS):
                    said = ", ".join(sorted(others))
                    yield f"{where}: is known already; only {', '.join(BRANDS)} may be added, not {said}"
            else:
                yield from self._taken_name(name, name, where, own)
            for field in BRANDS:
                for written in record.get(field, ()):
                    if not isinstance(written, str):
                        yield f"{where}: {field}: expected plain names"
                    else:
                        yield from self._taken_name(written, name, f"{where}: {field}: {written!r}", own)
        for name in self.interactions:
            if _is_there(self.book.interaction, name):
                yield f"interactions.yaml: {name}: is an entry already; change it in changes.yaml"
        for name in self.sources.keys() & self.book.sources(self.sources).keys():
            yield f"sources.yaml: {name}: is in the registry already"

    def _taken_name(self, written: str, drug: str, where: str, own: dict[str, str]) -> Any:
        """Yield what is wrong with a name of `drug`; `own` collects the keys of local names and their drugs."""
        try:
            key = fold(written)
        except MixedScriptError as error:
            yield f"{where}: {error}"
            return
        others = {meaning.drug for meaning in self.book.meanings(key)} | {own.setdefault(key, drug)}
        if others := others - {drug}:
            yield f"{where} already means {', '.join(sorted(others))}"

    def _bad_changes(self) -> Any:
        for name, change in self.changes.items():
            if not _is_there(self.book.interaction, name):
                yield f"changes.yaml: {name}: no such entry"
            elif ("severity" in change) == ("mute" in change):
                yield f"changes.yaml: {name}: expected either severity or mute: true"
            elif change.get("severity") == self.book.interaction(name).severity:
                yield f"changes.yaml: {name}: severity: it is {change['severity']} already"
        if any("severity" in change for change in self.changes.values()):
            yield from self._hiding()

    def _hiding(self) -> Any:
        """Yield each change after which a narrower entry would stand for a broader, more severe one."""
        entries = {entry.id: entry for entry in self.book.written()}
        entries |= {name: Interaction(name, record) for name, record in self.interactions.items()}
        graded = {name: self.changes.get(name, {}).get("severity", entry.severity) for name, entry in entries.items()}
        chains = {name: entry.replaces for name, entry in entries.items()}
        for name, entry in entries.items():
            for target in filter(entries.get, implied(entry.replaces, chains)):
                touched = name in self.changes or target in self.changes
                narrower = len(entry.between) > len(entries[target].between)
                if touched and narrower and rank(graded[name]) < rank(graded[target]):
                    yield f"changes.yaml: {name}: stands for {target}, which would be more severe; change both"

    def _label(self) -> None:
        """Mark everything as local, with who wrote it and what it was."""
        for record in self.interactions.values():
            record["local"] = {"change": "added", "author": record.pop("author")}
        own = {name: record.get("replaces", []) for name, record in self.interactions.items()}
        below = {target for targets in own.values() for target in targets if target not in own}
        chain = {**own, **{name: self.book.interaction(name).replaces for name in below}}
        for name, record in self.interactions.items():
            record["replaces"] = list(implied(own[name], chain))
        for document in self.sources.values():
            document["local"] = True
        for name, record in self.drugs.items():
            if _is_there(self.book.drug, name):
                record["added_to"] = True
        for name, change in self.changes.items():
            was = self.book.interaction(name).severity
            if change.pop("mute", None):
                change["change"] = "muted"
            else:
                change["change"] = "raised" if rank(change["severity"]) > rank(was) else "lowered"
                change["was"] = was


class _Merged:
    """The rules as the checks of a Book see them: walking gives the local records, looking up gives all."""

    def __init__(self, rules: Rules) -> None:
        book = rules.book
        self.drugs = Layered(rules.drugs, lambda name: {"contains": book.drug(name).contains})
        self.traits = Layered({}, book.trait)
        self.interactions = {**_below(rules), **rules.interactions}
        self.registry = Layered(rules.sources, lambda name: book.sources([name])[name])
        self.implies: dict[str, list[str]] = {}
        self.cards: Records = {}
        self.side_effects: Records = {}


def _below(rules: Rules) -> Records:
    """Return the compendium's entries that local ones stand for, chains as well, as the checks read them."""
    named = {target for record in rules.interactions.values() for target in record.get("replaces", ())}
    first = [rules.book.interaction(name) for name in named if _is_there(rules.book.interaction, name)]
    chains = [rules.book.interaction(name) for entry in first for name in entry.replaces]
    return {
        entry.id: {"between": list(entry.between), "severity": entry.severity, "replaces": list(entry.replaces)}
        for entry in (*first, *chains)
    }


def _is_there(look: Any, name: str) -> bool:
    try:
        look(name)
    except KeyError:
        return False
    return True


def _faults(file: str, records: Records, required: Any, optional: Any) -> list[str]:
    return [
        f"{file}: {name}: {field}: expected {wanted}"
        for name, record in records.items()
        for field, wanted in schema.faults(record, required, optional)
    ]


def read_folder(folder: Path) -> dict[str, str]:
    """Return the text of each file of rules; DataError for a link, a special file or a name that is none of FILES."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise DataError(["expected a folder, not a link or a file"])
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith((".yaml", ".yml")))
    except OSError as error:
        raise DataError([error.strerror or str(error)]) from error
    if unknown := [name for name in names if name not in FILES]:
        raise DataError([f"{name}: no such file of rules (known: {', '.join(FILES)})" for name in unknown])
    return {name: _read_plain(folder / name) for name in names}


def _read_plain(path: Path) -> str:
    """Read a file that is no link and lies in its folder."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        said = "is a link; local rules are plain files" if path.is_symlink() else error.strerror
        raise DataError([f"{path.name}: {said}"]) from error
    if path.is_symlink() or not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise DataError([f"{path.name}: expected a plain file"])
    with os.fdopen(handle, "rb") as file:
        return read_text(file, path.name)
