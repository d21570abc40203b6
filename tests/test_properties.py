"""Laws that hold for every list and every set of entries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from medcheck.clean import clean
from medcheck.compendium import open_store
from medcheck.engine import check
from medcheck.formats.layout import lay_out
from medcheck.formats.text import rows
from medcheck.model import Drug, Ingredient, Interaction, Medicine, implied, rank
from medcheck.options import Options
from medcheck.report import examine

STORE = open_store()
NAMES = ("naltrexone", "gabapentin", "warfarin", "ibuprofen", "oxycodone", "Percocet", "simvastatin", "clarithromycin",
         "lisinopril", "spironolactone", "sertraline", "tramadol", "alcohol", "Revia", "Vivitrol", "metformin",
         "levothyroxine", "calcium carbonate", "SSRI", "sildenafil", "nitroglycerin", "citalopram", "fluconazole")  # fmt: skip
lists = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6)
NO_DEADLINE = settings(deadline=None, max_examples=60)

TRAITS = ("a", "b", "c", "d")
TEXT = {"action": "monitor", "evidence": "theoretical", "onset": "unknown", "effect": "E.", "mechanism": "M.", "management": "D.",
        "sources": [], "reviewed": "2026-01-01"}  # fmt: skip


def findings_by_typed(names):
    """Return what a list gives, told by names instead of positions."""
    report = examine(names, STORE)
    return {
        (f.interaction.id, tuple(sorted({(p.medicine.name, p.ingredient, p.slots) for p in f.parts})))
        for f in report.findings + report.reviewed_none
    }


@NO_DEADLINE
@given(lists, st.randoms())
def test_order_does_not_matter(names, random):
    shuffled = random.sample(names, len(names))
    assert findings_by_typed(names) == findings_by_typed(shuffled)


@NO_DEADLINE
@given(lists)
def test_case_does_not_matter(names):
    assert findings_by_typed(names) == findings_by_typed([name.upper() for name in names])


@NO_DEADLINE
@given(lists)
def test_a_brand_is_its_drug(names):
    generic = {"Revia": "naltrexone", "Vivitrol": "naltrexone"}
    assert findings_by_typed(names) == findings_by_typed([generic.get(name, name) for name in names])


@NO_DEADLINE
@given(
    st.lists(
        st.sampled_from(NAMES),
        min_size=1,
        max_size=5,
        unique_by=lambda n: {"Revia": 0, "Vivitrol": 0, "naltrexone": 0}.get(n, n),
    ),
    st.data(),
)
def test_a_repeated_name_adds_only_its_duplicates(names, data):
    again = data.draw(st.sampled_from(names))
    before = {f.interaction.id for f in examine(names, STORE).findings}
    added = [f for f in examine([*names, again], STORE).findings if f.interaction.id not in before]
    for finding in added:
        twice = set(finding.interaction.between)
        assert len(twice) == 1 or again == "SSRI", finding.interaction.id


@NO_DEADLINE
@given(lists, st.text(min_size=1, max_size=12))
def test_an_unresolved_name_means_incomplete(names, junk):
    report = examine([*names, "zzqx" + junk], STORE)
    if report.not_checked:
        assert not report.complete
        assert report.pairs["not_checked"] > 0


@NO_DEADLINE
@given(lists)
def test_every_pair_has_one_state(names):
    pairs = examine(names, STORE).pairs
    assert pairs["total"] == len(names) * (len(names) - 1) // 2
    assert pairs["total"] == sum(pairs[state] for state in ("finding", "reviewed_none", "no_entry", "not_checked"))


@NO_DEADLINE
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_output_is_safe_for_any_text(names):
    report = examine(names, STORE)
    for parts in lay_out(rows(report, Options([])), 80):
        assert "".join(parts).isprintable()


@given(st.text(max_size=400))
def test_cleaned_text_is_printable_and_short(text):
    assert clean(text).isprintable()
    assert "\x1b" not in clean(text)


# --- the law of replacing, on random worlds


@st.composite
def worlds(draw):
    """Entries over four traits, some replacing broader ones, and items with random traits."""
    count = draw(st.integers(1, 7))
    entries: list[Interaction] = []
    for n in range(count):
        between = draw(st.lists(st.sampled_from(TRAITS), min_size=2, max_size=3))
        severity = draw(st.sampled_from(("minor", "moderate", "major", "contraindicated")))
        by_id = {e.id: e for e in entries}
        allowed = [e for e in entries if not any(softens(between, severity, by_id[t]) for t in (e.id, *e.replaces))]
        targets = draw(st.lists(st.sampled_from(allowed), max_size=2, unique=True)) if allowed else []
        chain = {e.id: e.replaces for e in entries}
        replaces = implied([t.id for t in targets], chain)
        entries.append(Interaction(f"e{n}", {**TEXT, "between": between, "severity": severity, "replaces": replaces}))
    items = draw(st.lists(st.frozensets(st.sampled_from(TRAITS)), min_size=2, max_size=5))
    return entries, [item(n, traits) for n, traits in enumerate(items)]


def softens(between, severity, target):
    """Tell what the build refuses: an entry of more slots that is milder than one it stands for, also by a chain."""
    return len(between) > len(target.between) and rank(severity) < rank(target.severity)


def item(index: int, traits: frozenset[str]) -> Medicine:
    name = f"i{index}"
    medicine = Medicine(name, Drug({"id": name, "coverage": "traits"}, [Ingredient(name, {name, *traits})]), "name")
    medicine.index = index
    return medicine


def told(entries, items):
    """Return each surviving filling as (severity, positions)."""
    return [
        (rank(finding.interaction.severity), frozenset(filling))
        for finding in check(items, entries)
        for filling in finding.fillings
    ]


@settings(deadline=None, max_examples=300)
@given(worlds())
def test_adding_an_item_never_loses_or_softens_a_filling(world):
    entries, items = world
    after = told(entries, items)
    for severity, positions in told(entries, items[:-1]):
        assert any(positions <= wider and severity <= worse for worse, wider in after), (severity, positions)


def test_the_law_bites_where_whole_findings_are_dropped():
    """The example of the design: adding gabapentin to naltrexone + oxycodone must not lose their finding."""
    shared = Interaction("shared", {**TEXT, "between": ["cns", "cns"], "severity": "moderate"})
    narrow = Interaction("narrow", {**TEXT, "between": ["i0", "i2"], "severity": "moderate", "replaces": ["shared"]})
    items = [item(n, frozenset({"cns"})) for n in range(3)]
    pairs = {f.interaction.id: f.pairs for f in check(items, [shared, narrow])}
    assert pairs == {"shared": {(0, 1), (1, 2)}, "narrow": {(0, 2)}}
