"""The ledger: every pair of the ANSM thesaurus and every critical pair of NDF-RT is decided, encoded or refused with a reason.

scripts/check_ledger.py checks it against the sources as well; these are not part of the repository.
"""

import csv

import pytest
from conftest import ROOT

from medcheck.model import DUPLICATE

LEDGER = {"ansm.tsv": 1583, "ndfrt_critical.tsv": 1703}


@pytest.mark.parametrize(("name", "count"), LEDGER.items())
def test_every_pair_is_decided(name, count, book):
    with (ROOT / "data" / "ledger" / name).open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len({(row["a"], row["b"]) for row in rows}) == len(rows) == count
    for row in rows:
        assert row["decision"] in {"encoded", "refused"}
        if row["decision"] == "encoded":
            known = {entry for entry in row["by"].split() if entry in book.interactions or entry.startswith(DUPLICATE)}
            assert known == set(row["by"].split()), row
        else:
            assert " " in row["by"], f"a reason in words: {row}"
    assert sum(row["decision"] == "encoded" for row in rows) >= 0.9 * count
