"""The program, a small table, and models trained on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from glassnet.texts import set_language
from tests.cli.people import FAST, Run, people, run_program, write_csv


@pytest.fixture(autouse=True)
def _language_of_the_tests() -> Iterator[None]:
    yield
    set_language(None)


@pytest.fixture
def run() -> Run:
    return run_program


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "people.csv", people(200))


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of two classes."""
    folder = tmp_path_factory.mktemp("model")
    source = write_csv(folder / "people.csv", people(200))
    done = run_program("train", source, "--target", "income", *FAST)
    assert done.code == 0, done.err
    return folder / "people.glass"


@pytest.fixture(scope="session")
def wage_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of numbers."""
    folder = tmp_path_factory.mktemp("wages")
    source = write_csv(folder / "people.csv", people(200))
    done = run_program("train", source, "--target", "wage", *FAST)
    assert done.code == 0, done.err
    return folder / "people.glass"
