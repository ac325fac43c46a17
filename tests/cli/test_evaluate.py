"""`glassnet evaluate`: how good a model is on a table that has the answers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rich.cells import cell_len
from sklearn import metrics

import glassnet
from glassnet.table import read_table
from tests.cli.people import FAST, people, write_csv


@pytest.fixture
def other(tmp_path):
    return write_csv(tmp_path / "other.csv", people(50, seed=7))


def test_it_tells_the_metrics_beside_the_naive_answer(run, model, other):
    done = run("evaluate", model, other)
    assert (done.code, done.err) == (0, "")
    for words in ("people.glass · income of other.csv", "on 50 rows", "accuracy", "naive answer", "true ↓ predicted →"):
        assert words in done.out
    assert "never seen" not in done.out, "nobody knows that"
    assert max(map(cell_len, done.out.splitlines())) <= 80


def test_json_has_the_metrics(run, model, other):
    result = json.loads(run("evaluate", model, other, "--json").out)
    fitted, table = glassnet.load(model), read_table(other)
    true, shares = table["income"].values, fitted.predict_proba(table).astype(float)
    assert (result["command"], result["task"], result["target"], result["rows"]) == ("evaluate", "binary", "income", 50)
    assert result["metrics"] == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(true.astype(str), fitted.predict(table)),
            "log_loss": metrics.log_loss(true.astype(str), shares / shares.sum(axis=1, keepdims=True)),
            "roc_auc": metrics.roc_auc_score(true == ">50K", shares[:, 1]),
        },
        rel=1e-6,  # float32 probabilities sum to 1 to seven digits; scikit-learn divides by the sum
    )
    assert set(result["baseline"]) == set(result["metrics"])


def test_numbers(run, wage_model, other):
    result = json.loads(run("evaluate", wage_model, other, "--json").out)
    table = read_table(other)
    true, predicted = table["wage"].values, glassnet.load(wage_model).predict(table)
    assert result["task"] == "regression"
    assert result["metrics"]["mae"] == pytest.approx(np.abs(true - predicted).mean(), rel=1e-12)
    assert result["metrics"]["r2"] == pytest.approx(metrics.r2_score(true, predicted), rel=1e-12)
    assert "R²" in run("evaluate", wage_model, other).out


def test_it_agrees_with_train(run, table, tmp_path):
    """What train says of its test table is what evaluate says of it."""
    test = write_csv(tmp_path / "test.csv", people(40, seed=3))
    trained = json.loads(run("train", table, "--target", "income", "--test", test, *FAST, "--json").out)
    again = json.loads(run("evaluate", table.with_name("people.glass"), test, "--json").out)
    assert again["metrics"] == trained["metrics"]
    assert again["baseline"] == trained["baseline"]
    assert again["evaluation"] == trained["evaluation"]


def test_the_target_may_have_another_name(run, model, tmp_path):
    rows = [{**{k: v for k, v in row.items() if k != "income"}, "truth": row["income"]} for row in people(30, seed=7)]
    path = write_csv(tmp_path / "renamed.csv", rows)
    assert run("evaluate", model, path).code == 1
    result = json.loads(run("evaluate", model, path, "--target", "truth", "--json").out)
    assert (result["target"], result["rows"]) == ("truth", 30)


def test_rows_without_an_answer_are_left_out_and_counted(run, model, tmp_path):
    rows = people(30, seed=7)
    rows[3]["income"] = rows[4]["income"] = ""
    done = run("evaluate", model, write_csv(tmp_path / "t.csv", rows))
    assert done.code == 0, done.err
    assert "2 rows without an answer are left out" in done.out
    assert "on 28 rows" in done.out


def test_one_class_has_no_area_under_the_curve(run, model, tmp_path):
    rows = [row for row in people(60, seed=7) if row["income"] == ">50K"]
    path = write_csv(tmp_path / "t.csv", rows)
    done = run("evaluate", model, path)
    assert done.code == 0, done.err
    assert "not defined: these rows have one class" in done.out
    assert json.loads(run("evaluate", model, path, "--json").out)["metrics"]["roc_auc"] is None
