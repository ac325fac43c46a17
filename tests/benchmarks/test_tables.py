"""The benchmark on tables cuts, codes and measures as it says, and counts its failures."""

from __future__ import annotations

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pl = pytest.importorskip("polars")

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("tables")


@pytest.fixture
def folder(tmp_path):
    """Write a manifest with a set of classes and one of numbers."""
    generator = np.random.default_rng(0)
    size = generator.normal(size=300)
    color = generator.choice(["red", "blue", "green"], size=300)
    price = 3 * size + (color == "red") * 2 + 0.1 * generator.normal(size=300)
    frame = pl.DataFrame({"id": range(300), "size": size, "color": color, "price": price, "dear": price > 0})
    frame = frame.with_columns(pl.col("dear").cast(pl.String), pl.col("color").cast(pl.Categorical))
    frame.write_parquet(tmp_path / "goods.parquet")
    shared = {"file": "goods.parquet", "categorical_columns": ["color"], "split_column": None}
    entries = [
        shared | {"name": "dear", "task": "binary", "target": "dear", "ignore_columns": ["id", "price"]},
        shared | {"name": "price", "task": "regression", "target": "price", "ignore_columns": ["id", "dear"]},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"datasets": entries}))
    return tmp_path


def program(*arguments, status=0):
    done = subprocess.run(
        [sys.executable, str(FOLDER / "tables.py"), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def test_all_contenders_answer_for_the_same_rows(folder):
    target = folder / "numbers.json"
    arguments = ("--data", folder, "--seeds", "0,1", "--json", target, "--parameters", '{"max_iter": 40}')
    done = program(*arguments)
    results = json.loads(target.read_text())["sets"]
    assert list(results) == ["dear", "price"]
    for result in results.values():
        assert result["failed"] == {}
        assert result["rows"] == [240, 60]
        assert result["columns"] == 2
        assert [run["seed"] for run in result["runs"]["glassnet"]] == [0, 1]
        assert {run["epochs"] for run in result["runs"]["glassnet"]} == {40}
    assert "glassnet is better than naive on 2 of 2 sets" in done.stdout


def test_unknown_sets_and_peers_are_named(folder):
    assert "must name some of dear, price; got 'cheap'" in program("--data", folder, "--sets", "cheap", status=2).stderr
    assert "must name some of lightgbm" in program("--data", folder, "--peers", "catboost", status=2).stderr


def test_a_set_without_what_is_to_be_left_out(tables, folder):
    data = tables.read_set(folder, tables.read_manifest(folder)["dear"])
    assert data.frame.columns == ["size", "color"]
    assert data.frame["color"].dtype == pl.String
    assert set(data.target) == {"true", "false"}
    assert data.categorical == ("color",)


def test_rows_without_a_target_are_left_out(tables, tmp_path):
    pl.DataFrame({"x": [1.0, 2.0, 3.0], "y": ["a", None, "b"]}).write_parquet(tmp_path / "gaps.parquet")
    entry = {"name": "gaps", "file": "gaps.parquet", "task": "binary", "target": "y", "categorical_columns": []}
    data = tables.read_set(tmp_path, entry)
    assert data.frame["x"].to_list() == [1.0, 3.0]
    assert list(data.target) == ["a", "b"]


def test_the_split_keeps_the_shares_of_the_classes(tables):
    target = np.array(["a"] * 60 + ["b"] * 30 + ["c"] * 9 + ["d"], dtype=object)
    train, test = tables.split(target, "multiclass", rows=None, test=0.3, seed=3)
    assert sorted([*train, *test]) == list(range(100))
    labels, counts = np.unique(target[test].astype(str), return_counts=True)
    assert dict(zip(labels, counts.tolist(), strict=True)) == {"a": 18, "b": 9, "c": 3}  # the only d is learned from
    assert target[train][:60].tolist().count("a") < 60  # not sorted by class


@pytest.mark.parametrize("task", ["regression", "binary"])
def test_the_split_follows_from_the_seed(tables, task):
    target = np.arange(50.0) if task == "regression" else np.array(["a", "b"] * 25, dtype=object)
    first, again, other = (tables.split(target, task, rows=20, test=0.25, seed=seed) for seed in (1, 1, 2))
    assert [part.tolist() for part in first] == [part.tolist() for part in again]
    assert [part.tolist() for part in first] != [part.tolist() for part in other]
    assert len({*first[0].tolist(), *first[1].tolist()}) == 20


def test_codes_of_categories_come_from_the_rows_to_learn_from(tables):
    train = pl.DataFrame({"color": ["red", None, "blue"], "size": [1, None, 3]})
    test = pl.DataFrame({"color": ["green", "red", None], "size": [2, 2, None]})
    X, X_test = tables.coded(train, test, ["color"])
    np.testing.assert_array_equal(X, [[1, 1], [math.nan, math.nan], [0, 3]])
    np.testing.assert_array_equal(X_test, [[math.nan, 2], [1, 2], [math.nan, math.nan]])


def test_the_naive_answer_is_the_shares_or_the_mean(tables):
    def run(task, target):
        data = tables.DataSet("toy", task, pl.DataFrame({"x": [0.0] * 4}), np.array(target), "y", ())
        return tables.naive(tables.Run(data, np.arange(3), np.array([3]), 0, 1, {}))

    classes = run("binary", ["a", "b", "a", "b"])
    assert list(classes.classes) == ["a", "b"]
    np.testing.assert_allclose(classes.values, [[2 / 3, 1 / 3]], rtol=1e-15)
    assert run("regression", [1.0, 2.0, 6.0, 100.0]).values.tolist() == [3.0]


def test_measures_of_numbers(tables):
    truth = np.array([1.0, 3.0, 5.0])
    result = tables.measures(tables.Answer(np.array([1.0, 3.0, 8.0]), None, 0, 0), truth)
    assert result == pytest.approx({"rmse": math.sqrt(3), "mae": 1.0, "r2": 1 - 9 / 8}, rel=1e-15)


def test_measures_of_classes(tables):
    answer = tables.Answer(np.array([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]]), ["a", "c"], 0, 0)
    result = tables.measures(answer, np.array(["c", "c", "b"]))  # nobody told it of b
    assert result["accuracy"] == pytest.approx(1 / 3, rel=1e-15)
    assert result["error"] == pytest.approx(2 / 3, rel=1e-15)
    expected = -(math.log(0.8) + math.log(0.4) + math.log(tables.LEAST)) / 3
    assert result["log_loss"] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("values", "classes", "complaint"),
    [
        (np.zeros(3), None, "shape"),
        (np.zeros((2, 1)), None, "shape"),
        (np.array([0.0, math.nan]), None, "finite"),
        (np.array([[0.5, 0.5], [0.9, 0.2]]), ["a", "b"], "probabilities"),
        (np.array([[0.5, 0.5], [1.5, -0.5]]), ["a", "b"], "probabilities"),
    ],
)
def test_answers_that_cannot_be_measured(tables, values, classes, complaint):
    with pytest.raises(ValueError, match=complaint):
        tables.check(tables.Answer(values, classes, 0, 0), 2)


def result_of(task, failed=(), **errors):
    name = {"regression": "rmse"}.get(task, "error")
    return {
        "task": task,
        "failed": dict.fromkeys(failed, "reason"),
        "runs": {contender: [{name: error}] for contender, error in errors.items()},
    }


def test_who_passes(tables):
    good = result_of("binary", naive=0.3, lightgbm=0.1, glassnet=0.2)
    assert tables.passed({"good": good})
    assert not tables.passed({"good": good, "bad": result_of("binary", naive=0.3, lightgbm=0.1, glassnet=0.3)})
    assert tables.passed({"nobody can": result_of("regression", naive=1.0, lightgbm=1.1, glassnet=1.2)})
    assert not tables.passed({"alone": result_of("regression", naive=1.0, glassnet=1.2)})
    assert not tables.passed({"failed": result_of("binary", ("glassnet",), naive=0.3, lightgbm=0.4)})


def test_the_ratio_leaves_out_who_never_errs(tables):
    def pair(ours, theirs):
        return [{"error": ours}], [{"error": theirs}], "error"

    assert tables.median_ratio([pair(1.0, 2.0), pair(0.5, 0.0), pair(3.0, 1.0), pair(1.0, 1.0)]) == 1.0
    assert math.isnan(tables.median_ratio([pair(0.5, 0.0)]))
