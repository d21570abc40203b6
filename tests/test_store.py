"""The compiled data: whole, or status 5 and one line; readable everywhere."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT

from medcheck import compendium
from medcheck.__main__ import main
from medcheck.book import fingerprint
from medcheck.build import compile_store
from medcheck.cards import open_cards
from medcheck.compendium import CARDS, KEYS, MANIFEST, SMALL, StoreError, open_store, verify


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the store that the command reads."""
    folder = tmp_path / "store"
    shutil.copytree(compendium.STORE, folder)
    for function in (open_store, open_cards, verify, compendium.open_built, compendium.read_built, compendium.recorded):
        monkeypatch.setattr(
            function, "__defaults__", tuple(str(folder) if d == compendium.STORE else d for d in function.__defaults__)
        )
    return folder


def flip(path, place=0.5):
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


DAMAGE = {
    "a flipped byte": lambda folder: flip(folder / SMALL),
    "a flipped first byte": lambda folder: flip(folder / SMALL, 0),
    "cut short": lambda folder: truncate(folder / SMALL),
    "empty": lambda folder: (folder / SMALL).write_bytes(b""),
    "missing": lambda folder: (folder / SMALL).unlink(),
    "no manifest": lambda folder: (folder / MANIFEST).unlink(),
    "a broken manifest": lambda folder: (folder / MANIFEST).write_text("what?\n"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_status_5_and_one_line(damage, copy, capsys):
    damage(copy)
    assert main(["naltrexone", "gabapentin"]) == 5
    shown = capsys.readouterr()
    assert not shown.out
    assert shown.err.count("\n") == 1


def test_damaged_cards_and_keys_are_found_when_they_are_needed(copy, capsys):
    flip(copy / CARDS)
    flip(copy / KEYS)
    assert main(["naltrexone", "gabapentin"]) == 0
    assert main(["info", "naltrexone"]) == 5
    assert main(["naltraxone", "gabapentin"]) == 5
    assert main(["data", "verify"]) == 5
    capsys.readouterr()


def test_a_store_of_another_shape_is_refused(copy, capsys):
    import hashlib
    import sqlite3
    import zlib

    (copy / SMALL).unlink()
    sqlite3.connect(copy / SMALL).execute("CREATE TABLE x (y)").connection.close()
    content = (copy / SMALL).read_bytes()
    (copy / MANIFEST).write_text(
        f"{SMALL} {len(content)} {zlib.crc32(content)} {hashlib.sha256(content).hexdigest()}\n"
    )
    assert main(["naltrexone", "gabapentin"]) == 5
    capsys.readouterr()


def test_verify_reads_everything(copy):
    assert verify(str(copy)) == []
    manifest = (copy / MANIFEST).read_text().splitlines()
    (copy / MANIFEST).write_text("\n".join(line[:-1] + ("0" if line[-1] != "0" else "1") for line in manifest) + "\n")
    assert len(verify(str(copy))) == 3


def test_the_store_is_what_the_yaml_says(store):
    assert store.fact("sha256") == fingerprint(ROOT / "data"), "run: medcheck data build"


def test_two_builds_are_equal(tmp_path):
    compile_store(ROOT / "data", tmp_path / "one")
    assert (tmp_path / "one" / MANIFEST).read_text() == Path(compendium.STORE, MANIFEST).read_text()


def test_many_processes_on_a_read_only_store(copy):
    for path in copy.iterdir():
        path.chmod(0o444)
    copy.chmod(0o555)
    code = "import sys; from medcheck.compendium import open_store as o; print(o(sys.argv[1]).drug('naltrexone').id)"
    command = [sys.executable, "-c", code, str(copy)]

    def one(_):
        return subprocess.run(command, capture_output=True, check=True).stdout

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(one, range(100))) == {b"naltrexone\n"}
    copy.chmod(0o755)


def test_an_odd_path_is_opened(tmp_path):
    folder = tmp_path / "a%20b?c#d"
    shutil.copytree(compendium.STORE, folder)
    assert open_store(str(folder)).drug("naltrexone").id == "naltrexone"


def test_no_store_names_itself():
    with pytest.raises(StoreError, match="manifest"):
        compendium.recorded("/nonexistent")
