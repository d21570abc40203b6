"""Every JSON report is what the shipped JSON Schema says, for every clinical case, and holds nothing that it does not name."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from test_formats import LISTS

import medcheck
from medcheck.__main__ import main
from medcheck.formats.json import as_object
from medcheck.model import NotChecked
from medcheck.report import examine, report_on

SCHEMA = json.loads((Path(medcheck.__file__).parent / "schemas" / "report-1.json").read_text())
CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text())


def closed(schema):
    """Return the schema with every object refusing fields that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return {**shut, "additionalProperties": False} if "properties" in schema and "type" in schema else shut


SHIPPED = Draft202012Validator(SCHEMA)
STRICT = Draft202012Validator(closed(SCHEMA))


def faults(report, line=None):
    document = json.loads(json.dumps(as_object(report, line)))
    return [
        f"{error.json_path}: {error.message}"
        for error in (*SHIPPED.iter_errors(document), *STRICT.iter_errors(document))
    ]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema"]["const"] == "medcheck/report/1"


def test_every_case_is_valid(check):
    wrong = {" + ".join(case["take"]): found for case in CASES if (found := faults(check(*case["take"])))}
    assert not wrong
    assert len(CASES) >= 120


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_every_list_is_valid(names, check):
    assert not faults(check(*names))
    assert not faults(check(*names, min_severity="contraindicated"), line=3)


def test_every_entry_is_valid(store):
    """Each entry of the data, set off by whatever drugs fill its slots, validates."""
    first = {}
    for drug in store.drugs():
        for trait in drug.traits:
            first.setdefault(trait, []).append(drug.id)
    wrong = {}
    for number, entry in enumerate(store.written()):
        names = [
            first.get(slot, [slot])[min(n, len(first.get(slot, [slot])) - 1)] for n, slot in enumerate(entry.between)
        ]
        if number % 7 == 0 and (found := faults(examine(names, store))):
            wrong[entry.id] = found
    assert not wrong


def test_local_rules_and_unreadable_lines_are_valid(toy_house):
    assert not faults(examine(["Haustropfen", "bezol", "dorvin", "Nachttrunk"], toy_house))
    assert not faults(report_on([NotChecked("x;y", "unreadable", detail="300 names")], toy_house), line=7)


@pytest.mark.parametrize("field", ["severity", "sources", "medicines", "verified"])
def test_the_schema_bites(field, check):
    document = json.loads(json.dumps(as_object(check("naltrexone", "oxycodone"))))
    del document["findings"][0][field]
    assert list(SHIPPED.iter_errors(document))


def test_nothing_to_do_is_no_finding(check):
    document = json.loads(json.dumps(as_object(check("naltrexone", "oxycodone"))))
    document["findings"][0]["severity"] = "none"
    assert list(SHIPPED.iter_errors(document))


def test_the_program_prints_it(capsys):
    assert main(["data", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
