"""Checking is one act: fill the slots."""

from itertools import combinations

from medcheck.model import Finding, Part, rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from medcheck.model import Interaction, Medicine

    Holder = tuple[int, str]
    """A medicine's position in the list, and the ingredient of it that has the trait."""
    Filling = tuple[Holder, ...]
    Items = tuple[int, ...]


def check(medicines: "Sequence[Medicine]", interactions: "Iterable[Interaction]") -> "list[Finding]":
    """Return what `interactions` say about `medicines`, worst first.

    Each medicine is told apart by its position (`index`). A filling is dropped when a filling of an interaction that
    replaces this one holds all its medicines; a finding is an interaction with the fillings that are left.
    """
    entries = list(interactions)
    filled = {entry.id: (entry, list(fillings(entry, medicines))) for entry in entries}
    replacing = _replacing(entries)
    findings = []
    for name, (entry, found) in filled.items():
        covers = [_items(filling) for other in replacing.get(name, ()) for filling in filled[other][1]]
        left = _not_covered(found, covers)
        if left:
            findings.append(_finding(entry, left, medicines))
    return sorted(findings, key=lambda finding: (-rank(finding.interaction.severity), finding.interaction.id))


def fillings(entry: "Interaction", medicines: "Sequence[Medicine]") -> "Iterator[Filling]":
    """Yield every way to fill the slots of `entry` with different medicines by different ingredients.

    Slots of the same trait are filled in list order, so that a shared effect is told once and not once per order.
    """
    holders = {
        slot: [(m.index, ingredient.id) for m in medicines for ingredient in m.ingredients if slot in ingredient.traits]
        for slot in entry.between
    }
    if all(holders.values()):
        yield from _fill(entry.between, holders, ())


def _fill(between: "tuple[str, ...]", holders: "dict[str, list[Holder]]", chosen: "Filling") -> "Iterator[Filling]":
    if len(chosen) == len(between):
        yield chosen
        return
    slot = between[len(chosen)]
    for holder in holders[slot]:
        if all(_fits(holder, slot, other, between[n]) for n, other in enumerate(chosen)):
            yield from _fill(between, holders, (*chosen, holder))


def _fits(holder: "Holder", slot: str, other: "Holder", other_slot: str) -> bool:
    """Tell whether `holder` may fill `slot` beside `other`, which was chosen before it."""
    if holder[0] == other[0] or (slot == other_slot and holder[0] < other[0]):
        return False
    same_ingredient = holder[1] == other[1]
    return not same_ingredient or slot == other_slot == holder[1]


def _replacing(entries: "Iterable[Interaction]") -> "dict[str, list[str]]":
    """Map each replaced id to the ids of the present entries that replace it."""
    replacing: dict[str, list[str]] = {}
    for entry in entries:
        for target in entry.replaces:
            replacing.setdefault(target, []).append(entry.id)
    return replacing


def _items(filling: "Filling") -> "Items":
    return tuple(sorted(index for index, _ in filling))


def _not_covered(found: "list[Filling]", covers: "list[Items]") -> "list[Filling]":
    if not covers:
        return found
    sizes = {len(filling) for filling in found}
    covered = {part for items in set(covers) for size in sizes for part in combinations(items, size)}
    return [filling for filling in found if _items(filling) not in covered]


def _finding(entry: "Interaction", left: "list[Filling]", medicines: "Sequence[Medicine]") -> "Finding":
    slots: dict[tuple[int, str], dict[str, None]] = {}
    for filling in left:
        for slot, holder in zip(entry.between, filling, strict=True):
            slots.setdefault(holder, {})[slot] = None
    by_index = {medicine.index: medicine for medicine in medicines}
    parts = tuple(
        Part(by_index[index], ingredient, tuple(traits)) for (index, ingredient), traits in sorted(slots.items())
    )
    return Finding(entry, parts, map(_items, left))
