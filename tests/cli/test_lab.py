"""`glassnet lab`: the list, a run, its files and its mistakes."""

from __future__ import annotations

import json

import pytest

import glassnet as gn
from tests.cli.people import people, write_csv


def test_the_list_names_every_experiment(run):
    done = run("lab", "list")
    assert done.code == 0
    for one in gn.lab.list():
        assert one.name in done.out
    described = json.loads(run("lab", "list", "--json").out)
    assert [entry["name"] for entry in described] == [one.name for one in gn.lab.list()]
    assert all(entry["claim"] and entry["source"] for entry in described)


def test_a_run_tells_its_outcome_and_writes_its_page(run, tmp_path):
    done = run("lab", "run", "affine-collapse", "--quick", "--seeds", "2", "--output", tmp_path / "lab")
    assert done.code == 0, done.err
    assert "holds: up to eight layers" in done.out
    assert (tmp_path / "lab" / "index.html").exists()
    assert (tmp_path / "lab" / "figures" / "affine-collapse.svg").exists()


def test_a_run_as_json(run):
    (found,) = json.loads(run("lab", "run", "affine-collapse", "--quick", "--seeds", "2", "--json").out)
    assert {"name", "claim", "source", "verdict", "numbers"} <= set(found)
    assert found["seeds"] == 2
    assert found["numbers"]["linear_difference"] < 1e-12


def test_a_run_on_a_table(run, tmp_path):
    table = write_csv(tmp_path / "people.csv", people(120))
    done = run(
        "lab", "run", "affine-collapse", "--quick", "--seeds", "2", "--data", table, "--target", "income", "--json"
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)[0]["data"] == "people.csv"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lab", "run"], "needs the name of an experiment, or all"),
        (["lab", "run", "afine-collapse"], 'Did you mean "affine-collapse"?'),
        (["lab", "run", "xor", "--data", "people.csv"], "--data and --target belong together"),
        (["lab", "run", "xor", "--data", "people.csv", "--target", "income"], "data of its own"),
        (["lab", "run", "xor", "--seeds", "1"], "--seeds must be a whole number from 2"),
        (["lab", "runn"], 'The nearest: "run"'),
    ],
)
def test_mistakes_are_worded(run, arguments, message):
    done = run(*arguments)
    assert done.code == 2
    assert message in done.err
