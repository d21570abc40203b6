"""A compendium with a house's own rules on top: read from YAML, checked like the data, never written."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from medcheck.compendium import SMALL, STORE, Compendium, Meaning, has_code, open_built
from medcheck.model import Drug, Ingredient, Interaction
from medcheck.names import fold
from medcheck.rules import Rules


class Overlay(Compendium):
    """The compiled compendium and the local rules of one folder, answered as one."""

    def __init__(self, folder: str, store: str = STORE) -> None:
        super().__init__(open_built(SMALL, store), store)
        self.rules = Rules(folder, Compendium(self._db, store))
        """What the folder holds; InputError names every fault of it."""
        self._facts["local"] = self.rules.sha256

    @cached_property
    def _names(self) -> dict[str, list[Meaning]]:
        """Each match key that the rules add, with its meanings."""
        found: dict[str, list[Meaning]] = {}
        for drug, record in self.rules.drugs.items():
            written = [("name", drug)] if not record.get("added_to") else []
            for kind, field in (("synonym", "synonyms"), ("salt", "salts"), ("brand", "brands")):
                written += [(kind, name) for name in record.get(field, ())]
            for kind, name in written:
                found.setdefault(fold(name), []).append(Meaning(fold(name), drug, kind, "", name, 0, local=True))
        return found

    def meanings(self, key: str) -> list[Meaning]:
        """Return what a key names here and in the compendium; a drug is named once."""
        held = super().meanings(key)
        return held + [own for own in self._names.get(key, ()) if own.drug not in {m.drug for m in held}]

    def beginning(self, key: str, most: int = -1) -> list[Meaning]:
        """Return names that begin with a key, local ones first."""
        own = [meaning for name, meanings in self._names.items() if name.startswith(key) for meaning in meanings]
        found = own + super().beginning(key, most)
        return found if most < 0 else found[:most]

    def keys(self) -> str:
        """Return the keys that spelling correction may choose, local ones too, the shortest first."""
        keys = {*super().keys().split("\n"), *self._names}
        return "\n".join(sorted(keys, key=lambda key: (len(key), key)))

    def drug(self, name: str) -> Drug:
        """Return a drug, as the rules add or extend it."""
        record = self.rules.drugs.get(name)
        if name in self._drugs or not record or record.get("added_to"):
            return super().drug(name)
        parts = [self.drug(part).ingredients[0] for part in record.get("contains", ())]
        if not parts or "is" in record:
            parts.append(Ingredient(name, (name, *self.implied(record.get("is", ())))))
        known = record.get("is") or record.get("contains")
        coverage = "traits" if known else "name only"
        self._drugs[name] = Drug({**record, "id": name, "coverage": coverage}, parts)
        return self._drugs[name]

    def drugs(self) -> Iterator[Drug]:
        """Yield every drug, sorted within the compendium, local ones last."""
        yield from super().drugs()
        yield from (self.drug(name) for name, record in self.rules.drugs.items() if not record.get("added_to"))

    def product(self, contents: Iterable[str]) -> str | None:
        """Return the product of exactly these ingredients."""
        wanted = sorted(contents)
        own = [name for name, record in self.rules.drugs.items() if sorted(record.get("contains", ())) == wanted]
        return super().product(wanted) or next(iter(own), None)

    def names_of(self, name: str) -> list[Meaning]:
        """Return every name of a drug, local ones last."""
        own = [meaning for meanings in self._names.values() for meaning in meanings if meaning.drug == name]
        return super().names_of(name) + own

    def interactions(self, traits: Iterable[str]) -> list[Interaction]:
        """Return the entries whose every slot is among `traits`, local ones last."""
        wanted = set(traits)
        own = [self.interaction(name) for name, e in self.rules.interactions.items() if wanted.issuperset(e["between"])]
        local = [name for name, record in self.rules.drugs.items() if not record.get("added_to") and name in wanted]
        twice = [name for name in local if not self.drug(name).contains and self.drug(name).kind != "food"]
        doubles = [self.interaction(f"duplicate:{name}") for name in twice]
        return super().interactions(wanted) + own + doubles

    def by_code(self, system: str, code: str) -> list[str]:
        """Return the ids of drugs with a code, local ones last."""
        own = [name for name, record in self.rules.drugs.items() if has_code(record, system, code)]
        return [*super().by_code(system, code), *own]

    def touching(self, traits: Iterable[str]) -> list[Interaction]:
        """Return the entries with at least one slot among `traits`, local ones last."""
        wanted = set(traits)
        own = [self.interaction(n) for n, e in self.rules.interactions.items() if not wanted.isdisjoint(e["between"])]
        return super().touching(wanted) + own

    def interaction(self, name: str) -> Interaction:
        """Return an entry, as the rules add or change it."""
        if name in self.rules.interactions:
            return Interaction(name, self.rules.interactions[name])
        entry = super().interaction(name)
        if change := self.rules.changes.get(name):
            entry.local = change
            entry.severity = change.get("severity", entry.severity)
        return entry

    def written(self) -> Iterator[Interaction]:
        """Yield every entry that a person wrote, local ones last."""
        for entry in super().written():
            yield self.interaction(entry.id)
        yield from map(self.interaction, self.rules.interactions)

    def sources(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the documents with these ids."""
        wanted = set(names)
        own = {name: document for name, document in self.rules.sources.items() if name in wanted}
        return {**super().sources(wanted), **own}

    def all_sources(self) -> dict[str, dict[str, Any]]:
        """Return every document of the registry, local ones last."""
        return {**super().all_sources(), **self.rules.sources}
