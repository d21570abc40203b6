"""Judgement on the data: each check yields problems, and empty is good. What is malformed never gets here (book.py)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import permutations

from medcheck.book import Book
from medcheck.build import names
from medcheck.model import implied

OLD = timedelta(days=3 * 365)
LONGEST = {"effect": 160, "mechanism": 160, "management": 260, "patient": 260, "warning_signs": 200}
OPPOSITES = (
    ("opioid antagonist", "opioid receptor activator"),
    ("dopamine antagonist", "dopamine agonist"),
    ("beta-blocker", "beta-2 agonist"),
    ("cholinesterase inhibitor", "anticholinergic"),
    ("estrogen", "aromatase inhibitor"),
    ("androgen", "antiandrogen"),
    ("anticoagulant", "antifibrinolytic"),
    ("glucose-lowering drug", "hyperglycaemic"),
    ("peripheral opioid antagonist", "peripheral opioid agonist"),
)
"""A class and the class that it antagonises: no drug is in both."""
PLACEHOLDERS = ("12345678", "87654321", "11111111", "00000000")

Check = Callable[[Book], Iterator[str]]


def problems(book: Book) -> Iterator[str]:
    """Yield what every check finds, as `file: entry: problem`."""
    for check in CHECKS:
        yield from check(book)


def nothing_sets_it_off(book: Book) -> Iterator[str]:
    """An entry that no drugs can set off protects no one."""
    owners = _owners(book)
    for name, entry in book.interactions.items():
        counts: Counter[str] = Counter(entry["between"])
        for slot, needed in counts.items():
            enough = len(owners[slot]) >= needed or (needed > 1 and slot in book.drugs)
            if not enough:
                yield f"interactions.yaml: {name}: only {len(owners[slot])} drugs are {slot!r}, {needed} are needed"


def _owners(book: Book) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for drug in book.drugs:
        for trait in book.traits_of(drug):
            owners[trait].add(drug)
    return owners


def trait_without_drugs(book: Book) -> Iterator[str]:
    """A trait that no drug has says nothing."""
    owners = _owners(book)
    yield from (f"traits.yaml: {trait}: no drug has it" for trait in book.traits if trait not in owners)


def told_twice(book: Book) -> Iterator[str]:
    """Two entries with the same slots tell one thing twice."""
    seen: dict[tuple[str, ...], str] = {}
    for name, entry in book.interactions.items():
        if entry["severity"] != "none":
            slots = tuple(sorted(entry["between"]))
            if slots in seen:
                yield f"interactions.yaml: {name}: has the same slots as {seen[slots]}"
            seen[slots] = name


def replaces_what_it_cannot_cover(book: Book) -> Iterator[str]:
    """An entry can only stand for one whose slots its own slots fill."""
    items = _items(book)
    for name, entry in book.interactions.items():
        for target in entry.get("replaces", ()):
            if not _covers(items, entry["between"], book.interactions[target]["between"]):
                yield f"interactions.yaml: {name}: can never stand for {target}"


def _covers(items: dict[str, set[str]], slots: list[str], wanted: list[str]) -> bool:
    """Tell whether drugs that fill `slots` can fill `wanted` as well, in some order."""
    orders = permutations(slots, len(wanted))
    return any(all(_overlap(items, *pair) for pair in zip(order, wanted, strict=True)) for order in orders)


def _overlap(items: dict[str, set[str]], slot: str, wanted: str) -> bool:
    """Tell whether some drug or product is both."""
    return not items[slot].isdisjoint(items[wanted])


def _items(book: Book) -> dict[str, set[str]]:
    """Map each trait to the drugs that have it and to the products that contain one."""
    items = _owners(book)
    for name, drug in book.drugs.items():
        for part in drug.get("contains", ()):
            for trait in book.traits_of(part):
                items[trait].add(name)
    return items


def name_for_two_drugs(book: Book) -> Iterator[str]:
    """One name for two drugs needs a market rule, or the program must ask every time."""
    meanings: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for key, of, kind, markets, shown, _exact in names(book):
        if kind != "trait":
            meanings[key].setdefault(of, []).append(markets)
            meanings[key].setdefault("", []).append(shown)
    for key, drugs in meanings.items():
        shown = drugs.pop("")[0]
        if len(drugs) > 1 and any(not markets for listed in drugs.values() for markets in listed):
            yield f"drugs.yaml: {shown}: names {' and '.join(sorted(drugs))} without a market rule (key {key})"


def exact_name_that_is_a_trait(book: Book) -> Iterator[str]:
    """A drug's name that is also the name of a class hides the class."""
    keys = {key: of for key, of, kind, *_ in names(book) if kind == "trait"}
    for key, of, kind, *_ in names(book):
        if kind != "trait" and key in keys:
            yield f"drugs.yaml: {of}: its {kind} is also the name of the class {keys[key]!r}"


def old_review(book: Book) -> Iterator[str]:
    """A review that is too old must be done again."""
    limit = date.today() - OLD  # noqa: DTZ011
    for file, records in (("drugs", book.drugs), ("interactions", book.interactions), ("cards", book.cards)):
        for name, entry in records.items():
            if "reviewed" in entry and date.fromisoformat(entry["reviewed"]) < limit:
                yield f"{file}.yaml: {name}: reviewed {entry['reviewed']}, more than three years ago"


def source_nobody_cites(book: Book) -> Iterator[str]:
    """A document that nothing cites is a leftover, unless it says that it is background."""
    cited = {
        source if isinstance(source, str) else source["id"]
        for records in (book.drugs, book.traits, book.interactions, book.cards)
        for entry in records.values()
        for source in entry.get("sources", ())
    }
    for name, document in book.registry.items():
        if name not in cited and not document.get("note", "").startswith("Background"):
            yield f"sources.yaml: {name}: nothing cites it"


def placeholder_source(book: Book) -> Iterator[str]:
    """A made-up number is worse than none."""
    for name, document in book.registry.items():
        if document.get("pmid") in PLACEHOLDERS:
            yield f"sources.yaml: {name}: pmid {document['pmid']} is a placeholder"


def contraindication_not_verified(book: Book) -> Iterator[str]:
    """No contraindication lands that was not read in the document it cites."""
    for name, entry in book.interactions.items():
        if entry["severity"] == "contraindicated" and "verified" not in entry:
            yield f"interactions.yaml: {name}: contraindicated but not verified"


def patient_words_missing(book: Book) -> Iterator[str]:
    """What is contraindicated or major is also said in plain words."""
    for name, entry in book.interactions.items():
        if entry["severity"] in ("contraindicated", "major") and "patient" not in entry:
            yield f"interactions.yaml: {name}: {entry['severity']} without patient words"


def style(book: Book) -> Iterator[str]:
    """Texts are short and begin like a sentence."""
    for name, entry in book.interactions.items():
        for field, longest in LONGEST.items():
            text = entry.get(field, "")
            if len(text) > longest:
                yield f"interactions.yaml: {name}: {field}: {len(text)} characters, at most {longest}"
            if text and text[0].islower():
                yield f"interactions.yaml: {name}: {field}: does not begin with a capital"


def none_for_a_trait(book: Book) -> Iterator[str]:
    """Nothing to do is said of a very pair, never of a whole class, unless its members were examined."""
    for name, entry in book.interactions.items():
        wide = [slot for slot in entry["between"] if slot in book.traits]
        if entry["severity"] == "none" and "looked_at" not in entry and "studied_together" not in entry:
            yield f"interactions.yaml: {name}: none, but not what was looked at"
        if entry["severity"] == "none" and wide and "note" not in entry and "studied_together" not in entry:
            yield f"interactions.yaml: {name}: none for the whole of {wide}, no note that each member was examined"


def agonist_and_antagonist(book: Book) -> Iterator[str]:
    """No drug is a member of the class that it antagonises."""
    for drug in book.drugs:
        traits = book.traits_of(drug)
        for one, other in OPPOSITES:
            if one in traits and other in traits:
                yield f"drugs.yaml: {drug}: is both {one!r} and {other!r}"


def trait_said_twice(book: Book) -> Iterator[str]:
    """A trait that another trait of the drug implies is not written again."""
    for drug, record in book.drugs.items():
        own = record.get("is", [])
        for trait in own[1:]:
            if any(trait in implied((other,), book.implies)[1:] for other in own):
                yield f"drugs.yaml: {drug}: {trait!r} is implied by its other traits"


CHECKS: tuple[Check, ...] = (
    nothing_sets_it_off, trait_without_drugs, told_twice, replaces_what_it_cannot_cover, name_for_two_drugs,
    exact_name_that_is_a_trait, old_review, source_nobody_cites, placeholder_source, contraindication_not_verified,
    patient_words_missing, style, none_for_a_trait, agonist_and_antagonist, trait_said_twice,
)  # fmt: skip
