"""What the tests share: the compiled data and ways to run the command."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from medcheck.book import Book
from medcheck.compendium import Compendium, open_store
from medcheck.model import Report
from medcheck.report import examine

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def store() -> Compendium:
    """The compiled compendium."""
    return open_store()


@pytest.fixture(scope="session")
def book() -> Book:
    """The YAML data."""
    return Book(ROOT / "data")


@pytest.fixture
def check(store: Compendium) -> Callable[..., Report]:
    """Check names and return the report."""
    return lambda *names, **options: examine(names, store, **options)


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run `medcheck` as a process, with bytes in and out."""

    def start(*arguments: str | bytes, stdin: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "medcheck", *arguments]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "100", "MEDCHECK_DATA": ""}
        return subprocess.run(
            command, input=stdin, capture_output=True, timeout=120, env=environment, check=False, **more
        )

    return start


@pytest.fixture(scope="session")
def toy_store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The invented world of tests/toy, compiled: what is compared letter by letter does not change with the data."""
    from medcheck.build import compile_store

    folder = tmp_path_factory.mktemp("toy")
    compile_store(ROOT / "tests" / "toy", folder)
    return str(folder)


@pytest.fixture
def toy(toy_store: str) -> Compendium:
    """The invented world."""
    return open_store(toy_store)


@pytest.fixture
def toy_house(toy_store: str) -> Compendium:
    """The invented world with the local rules of tests/house."""
    from medcheck.overlay import Overlay

    return Overlay(str(ROOT / "tests" / "house"), toy_store)
