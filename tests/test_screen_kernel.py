"""The kernel of `screen` gives the answers of `check`: on the compendium, and on random worlds."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

from test_properties import TEXT, worlds  # noqa: E402

from medcheck.engine import check  # noqa: E402
from medcheck.model import Drug, Ingredient, Interaction, Medicine, implied  # noqa: E402
from medcheck.screen.codebook import CodebookError, compile_items, compile_store  # noqa: E402
from medcheck.screen.kernel import Tables, find  # noqa: E402
from medcheck.screen.lists import make_lists  # noqa: E402

LISTS = 20_000


def told_by_screen(lists, book):
    """Return, for each list of item numbers, the fillings as (entry, items). The pairs must be those of the fillings."""
    rows = [(person, item) for person, items in enumerate(lists) for item in items]
    people, items = np.array(rows, np.int64).T if rows else np.empty((2, 0), np.int64)
    seen = np.unique(np.append(items, 0))
    table = pa.table({"person": people, "code": np.searchsorted(seen, items).astype(np.uint16)})
    made = make_lists(table)
    told = {person: set() for person in range(len(lists))}
    found = find(made, Tables(book, seen))
    for block in found.fillings:
        persons = made.persons.to_numpy()[block.row]
        numbers = seen[made.codes[block.at]]
        for person, entry, column in zip(persons, block.entry, numbers.T, strict=True):
            filling = (book.entries[entry], tuple(sorted(book.items[item] for item in column)))
            assert filling not in told[person], "told twice"
            told[person].add(filling)
    within = [(row, pair) for block in found.fillings for row, at in zip(block.row, block.at.T, strict=True)
              for pair in combinations(at.tolist(), 2)]  # fmt: skip
    pairs = list(zip(found.pair_row, map(tuple, found.pair_at.T.tolist()), strict=True))
    assert len(pairs) == len(set(pairs)), "a pair was counted twice"
    assert set(pairs) == set(within)
    return [told[person] for person in range(len(lists))]


def told_by_check(medicines, entries):
    for index, medicine in enumerate(medicines):
        medicine.index = index
    return {
        (finding.interaction.id, tuple(sorted(medicines[n].name for n in filling)))
        for finding in check(medicines, entries)
        if finding.interaction.severity != "none"
        for filling in finding.fillings
    }


def popular(store, book):
    """Return the numbers of all items, combination products among the first, for a Zipf choice."""
    numbers = list(range(1, len(book.items)))
    return sorted(
        numbers, key=lambda n: (store.rank(book.items[n]) or 9999) if book.items[n] in KNOWN(store) else 99_999
    )


def KNOWN(store, cache={}):  # noqa: N802, B006
    if not cache:
        cache.update(dict.fromkeys(drug.id for drug in store.drugs()))
    return cache


def random_lists(store, book, count, seed):
    """Lists of 2 to 40 items by Zipf; one in three is made of products, holders of long entries and their kin."""
    rng = np.random.default_rng(seed)
    ranked = np.array(popular(store, book))
    products = np.array([n for n in ranked if n < len(book.items) and len(parts(store, book.items[n])) > 1])
    slots = [[np.flatnonzero(entry.fits >> n & 1) for n in range(entry.slots)] for entry in book.long]
    for n in range(count):
        length = int(min(40, 2 + rng.geometric(0.18)) if n % 20 else 40)
        places = np.minimum(rng.zipf(1.15, length) - 1, len(ranked) - 1)
        chosen = ranked[places]
        if n % 3 == 0:
            extra = [rng.choice(products, 2), *(rng.choice(held, 1) for held in slots[n // 3 % len(slots)])]
            chosen = np.concatenate([chosen[: max(0, length - 5)], *extra])
        yield sorted(set(chosen.tolist()))


def parts(store, name):
    return (
        store.drug(name).ingredients if name in KNOWN(store) else (Ingredient(name, (name, *store.trait(name)["is"])),)
    )


def medicine(store, name):
    if name in KNOWN(store):
        return Medicine(name, store.drug(name), "name")
    return Medicine(name, None, "trait", trait=parts(store, name)[0])


def test_findings_equal_those_of_check_on_the_compendium(store):
    """Replacements, combination products, trios, additive traits and typed classes included."""
    book = compile_store(store)
    lists = list(random_lists(store, book, LISTS, seed=8))
    entries = {}
    told = told_by_screen(lists, book)
    for items, found in zip(lists, told, strict=True):
        medicines = [medicine(store, book.items[n]) for n in items]
        traits = {trait for m in medicines for part in m.ingredients for trait in part.traits}
        key = frozenset(traits)
        if key not in entries:
            entries[key] = store.interactions(traits)
        assert found == told_by_check(medicines, entries[key]), [book.items[n] for n in items]
    met = {entry for found in told for entry, _ in found}
    assert len(met) > 500, "the lists do not set off enough entries to say anything"
    assert {book.entries[entry.entry] for entry in book.long} <= met, "a longer entry was never tried"


@st.composite
def crowded_worlds(draw):
    """Entries for two to four items that replace one another, and items that share ingredients."""
    entries, _ = draw(worlds())
    chain = {entry.id: entry.replaces for entry in entries}
    for n in range(draw(st.integers(0, 2))):
        between = draw(st.lists(st.sampled_from(("a", "b", "c", "p0", "p1")), min_size=2, max_size=4))
        targets = draw(st.lists(st.sampled_from(sorted(chain)), max_size=3, unique=True))
        record = {**TEXT, "between": between, "severity": "contraindicated", "replaces": implied(targets, chain)}
        entries.append(Interaction(f"w{n}", record))
        chain[f"w{n}"] = record["replaces"]
    traits = draw(st.lists(st.frozensets(st.sampled_from("abcd")), min_size=5, max_size=5))
    kinds = [Ingredient(f"p{n}", {f"p{n}", *own}) for n, own in enumerate(traits)]
    contents = draw(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True), min_size=2, max_size=6))
    drugs = [Drug({"id": f"i{n}", "coverage": "traits"}, [kinds[k] for k in held]) for n, held in enumerate(contents)]
    return entries, [Medicine(drug.id, drug, "name") for drug in drugs]


@settings(deadline=None, max_examples=600)
@given(crowded_worlds())
def test_findings_equal_those_of_check_in_random_worlds(world):
    entries, medicines = world
    book = compile_items([(m.name, m.ingredients, True) for m in medicines], entries)
    everyone = list(range(1, len(medicines) + 1))
    lists = [everyone, everyone[1:], everyone[::2]]
    for items, told in zip(lists, told_by_screen(lists, book), strict=True):
        assert told == told_by_check([medicines[n - 1] for n in items], entries)


def test_an_entry_with_five_slots_is_refused():
    entry = Interaction("wide", {**TEXT, "between": list("abcde"), "severity": "minor"})
    with pytest.raises(CodebookError, match="wide has more than 4 slots"):
        compile_items([], [entry])


def test_an_entry_of_severity_none_is_no_finding():
    entry = Interaction("quiet", {**TEXT, "between": ["a", "b"], "severity": "none"})
    items = [("one", [Ingredient("one", {"one", "a"})], True), ("two", [Ingredient("two", {"two", "b"})], True)]
    assert told_by_screen([[1, 2]], compile_items(items, [entry])) == [set()]


# --- dates

DAYS = 12


@st.composite
def courses(draw):
    """For each of four drugs, the stretches of days on which it is taken, which may overlap and repeat."""
    stretch = st.tuples(st.integers(0, DAYS - 1), st.integers(0, 5)).map(lambda s: (s[0], min(DAYS - 1, s[0] + s[1])))
    return [draw(st.lists(stretch, min_size=1, max_size=4)) for _ in range(4)]


def dated(entries, taken):
    items = [(f"i{n}", [Ingredient(f"i{n}", {f"i{n}", "a"})], True) for n in range(len(taken))]
    return compile_items(items, entries)


@settings(deadline=None, max_examples=300)
@given(courses(), st.integers(1, 4))
def test_days_together_are_counted_one_by_one(taken, least):
    """First day and days of pairs and trios equal a count over sets of days; a short overlap is no finding."""
    pair = Interaction("pair", {**TEXT, "between": ["a", "a"], "severity": "minor"})
    trio = Interaction("trio", {**TEXT, "between": ["a", "a", "a"], "severity": "major", "replaces": ["pair"]})
    book = dated([pair, trio], taken)
    rows = [(7, n + 1, start, end) for n, stretches in enumerate(taken) for start, end in stretches]
    columns = dict(zip(("person", "code", "start", "end"), np.array(rows, np.int32).T, strict=True))
    lists = make_lists(pa.table({**columns, "person": columns["person"].astype(np.int64)}))
    seen = np.arange(5)
    told = {}
    for block in find(lists, Tables(book, seen), least).fillings:
        for column, entry, first, days in zip(block.at.T, block.entry, block.first, block.days, strict=True):
            told[book.entries[entry], tuple(lists.codes[column] - 1)] = (first, days)
    assert told == by_hand(taken, least)


def by_hand(taken, least):
    from itertools import combinations

    days = [{day for start, end in stretches for day in range(start, end + 1)} for stretches in taken]
    told = {}
    for size, name in ((3, "trio"), (2, "pair")):
        for items in combinations(range(4), size):
            together = set.intersection(*(days[n] for n in items))
            replaced = any(set(items) <= set(wider) for _, wider in told if len(wider) > size)
            if len(together) >= least and not replaced:
                told[name, items] = (min(together), len(together))
    return told


@given(st.lists(st.tuples(st.sampled_from(["p", "q", "r"]), st.integers(1, 3)), min_size=1, max_size=20), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, shuffler: random.Random):
    """Text ids too come out sorted, each drug of a person once."""
    mixed = shuffler.sample(rows, len(rows))
    made = make_lists(pa.table({"person": [p for p, _ in mixed], "code": pa.array([c for _, c in mixed], pa.uint16())}))
    lists = {
        p: made.codes[a:b].tolist()
        for p, a, b in zip(made.persons.to_pylist(), made.starts[:-1], made.starts[1:], strict=True)
    }
    assert lists == {
        person: sorted({code for p, code in rows if p == person}) for person in sorted({p for p, _ in rows})
    }
