"""`glassnet predict`: a column of predictions for the rows of a table, in their order."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

import glassnet
from glassnet.cli import predict
from glassnet.table import as_table, read_table
from tests.cli.people import FAST, people, write_csv

COLUMNS = ["income", "P(income = <=50K)", "P(income = >50K)"]


@pytest.fixture
def new(tmp_path):
    """Rows that were not learned from, without the target."""
    rows = [{name: value for name, value in row.items() if name != "income"} for row in people(20, seed=5)]
    return write_csv(tmp_path / "new.csv", rows)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_standard_output_is_csv_and_nothing_else(run, model, new):
    done = run("predict", model, new)
    assert (done.code, done.err) == (0, "")
    rows = rows_of(done.out)
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 20


def test_the_rows_keep_their_order_and_nothing_is_lost(run, model, new):
    rows = rows_of(run("predict", model, new).out)
    fitted = glassnet.load(model)
    table = read_table(new)
    assert [row["income"] for row in rows] == fitted.predict(table).tolist()
    shares = fitted.predict_proba(table)
    printed = np.array([[float(row[name]) for name in COLUMNS[1:]] for row in rows], dtype=shares.dtype)
    assert (printed == shares).all(), "every digit that tells two numbers apart is printed"


def test_numbers_have_no_probabilities(run, wage_model, tmp_path):
    path = write_csv(tmp_path / "new.csv", people(20, seed=5))
    rows = rows_of(run("predict", wage_model, path).out)
    assert list(rows[0]) == ["wage"]
    predicted = glassnet.load(wage_model).predict(read_table(path))
    assert [float(row["wage"]) for row in rows] == predicted.tolist()


def test_without_probabilities(run, model, new):
    assert list(rows_of(run("predict", model, new, "--no-probabilities").out)[0]) == ["income"]


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_holds_the_same(run, model, new, tmp_path, ending):
    out = tmp_path / f"predicted.{ending}"
    done = run("predict", model, new, "--out", out)
    assert (done.code, done.err) == (0, "")
    assert "20 rows · income: " in done.out
    assert str(out) in done.out
    written, expected = read_table(out), rows_of(run("predict", model, new).out)
    assert list(written.names) == COLUMNS
    assert written["income"].values.tolist() == [row["income"] for row in expected]
    for name in COLUMNS[1:]:
        assert written[name].values.astype(np.float32).tolist() == [np.float32(row[name]) for row in expected]


def test_a_csv_file_is_what_standard_output_gets(run, model, new, tmp_path):
    assert run("predict", model, new, "--out", tmp_path / "out.csv").code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == run("predict", model, new).out


def test_columns_are_kept_beside_the_predictions(run, model, new):
    rows = rows_of(run("predict", model, new, "--keep", "city,age", "--keep", "wage").out)
    assert list(rows[0]) == ["city", "age", "wage", *COLUMNS]
    with new.open(encoding="utf-8") as file:
        for row, kept in zip(csv.DictReader(file), rows, strict=True):
            assert (kept["city"], kept["age"]) == (row["city"], row["age"]), "whole numbers stay whole"
            assert float(kept["wage"]) == float(row["wage"])


def test_kept_columns_keep_their_types_in_parquet(run, model, new, tmp_path):
    out = tmp_path / "out.parquet"
    assert run("predict", model, new, "--keep", "age,city,wage", "--out", out).code == 0
    before, after = read_table(new), read_table(out)
    for name in ("age", "city", "wage"):
        assert after[name].kind == before[name].kind
        assert np.array_equal(after[name].values, before[name].values, equal_nan=name != "city")


def test_labels_that_are_true_or_false(run, tmp_path):
    rows = [
        {"x": k % 10 + 0.5, "seen": ["", "true", "false"][k % 3], "ripe": str(k % 10 > 4).lower()} for k in range(90)
    ]
    path = write_csv(tmp_path / "t.csv", rows)
    assert run("train", path, "--target", "ripe", *FAST).code == 0
    rows_out = rows_of(run("predict", tmp_path / "t.glass", path, "--keep", "seen").out)
    assert list(rows_out[0]) == ["seen", "ripe", "P(ripe = false)", "P(ripe = true)"]
    assert [row["seen"] for row in rows_out] == [row["seen"] for row in rows]
    assert {row["ripe"] for row in rows_out} <= {"true", "false"}


def test_a_kept_column_may_not_be_named_as_the_predictions(run, model, table):
    done = run("predict", model, table, "--keep", "income")
    assert done.code == 1
    assert "income" in done.err
    assert done.out == ""


def test_a_column_that_is_not_there_cannot_be_kept(run, model, new):
    done = run("predict", model, new, "--keep", "cty")
    assert done.code == 1
    assert '"cty"' in done.err
    assert '"city"' in done.err


def test_columns_may_come_in_any_order_with_others_between(run, model, new, tmp_path):
    with new.open(encoding="utf-8") as file:
        rows = [{"extra": "x", **dict(reversed(row.items()))} for row in csv.DictReader(file)]
    other = write_csv(tmp_path / "other.csv", rows)
    assert run("predict", model, other).out == run("predict", model, new).out


def test_json_says_where_the_table_is(run, model, new, tmp_path):
    out = tmp_path / "out.parquet"
    result = json.loads(run("predict", model, new, "--out", out, "--json").out)
    assert (result["command"], result["task"], result["rows"]) == ("predict", "binary", 20)
    assert result["columns"] == COLUMNS
    assert result["out"] == str(out)
    assert "predictions" not in result
    assert out.exists()


def test_json_without_a_file_holds_the_predictions(run, model, new):
    result = json.loads(run("predict", model, new, "--json").out)
    rows = rows_of(run("predict", model, new).out)
    assert [row["income"] for row in result["predictions"]] == [row["income"] for row in rows]
    assert [list(row) for row in result["predictions"]] == [COLUMNS] * 20


def test_an_existing_file_is_kept_unless_forced(run, model, new, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("precious")
    done = run("predict", model, new, "--out", out)
    assert done.code == 1
    assert str(out) in done.err
    assert out.read_text() == "precious"
    assert run("predict", model, new, "--out", out, "--force").code == 0
    assert len(rows_of(out.read_text(encoding="utf-8"))) == 20


@pytest.mark.parametrize("source", ["model", "table"])
def test_what_is_read_is_never_overwritten(run, model, new, source, tmp_path):
    out = new
    if source == "model":
        out = tmp_path / "model.csv"  # a model by another name
        out.write_bytes(model.read_bytes())
    before = out.read_bytes()
    done = run("predict", out if source == "model" else model, new, "--out", out, "--force")
    assert done.code == 1
    assert "the file that is read" in done.err
    assert out.read_bytes() == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unknown_format_is_said_before_anything_is_read(run, language, tmp_path):
    done = run("predict", "no.glass", "no.csv", "--out", tmp_path / "x.xlsx", "--lang", language)
    assert done.code == 1
    assert "x.xlsx" in done.err
    assert ".parquet" in done.err


def test_rows_that_could_not_be_read_are_counted(run, model, new):
    new.write_text(new.read_text(encoding="utf-8") + "1,2,3,4,5,6,7\n", encoding="utf-8")
    assert run("predict", model, new).code == 1
    done = run("predict", model, new, "--skip-bad-rows")
    assert done.code == 0
    assert len(rows_of(done.out)) == 20
    assert done.err == "1 row of new.csv could not be read and has no prediction\n"


def test_labels_that_are_numbers_stay_numbers(run, tmp_path):
    path = write_csv(tmp_path / "t.csv", [{"x": k % 4 + 0.5, "stars": k % 4 + 1} for k in range(80)])
    assert run("train", path, "--target", "stars", *FAST).code == 0
    done = run("predict", tmp_path / "t.glass", path)
    rows = rows_of(done.out)
    assert list(rows[0]) == ["stars", *(f"P(stars = {label})" for label in (1, 2, 3, 4))]
    assert {row["stars"] for row in rows} <= {"1", "2", "3", "4"}


def test_a_model_of_arrays_is_told_apart(run, new, tmp_path):
    fitted = glassnet.MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs", random_state=0).fit(
        [[0.0], [1.0]], [0.0, 1.0]
    )
    fitted.save(tmp_path / "arrays.glass")
    for command in ("predict", "evaluate"):
        done = run(command, tmp_path / "arrays.glass", new)
        assert done.code == 1
        assert "MLPRegressor" in done.err


def test_where_probabilities_are_rounded_to_the_same_the_scores_decide():
    class Nearly:
        classes_ = np.array(["no", "yes"])
        target_name_ = "y"

        def predict_proba(self, table):
            return np.array([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]])

        def predict(self, table):
            return np.array(["yes", "no"])[: table.n_rows]

    table = as_table({"x": [1.0, 2.0, 3.0]})
    assert predict.predictions(Nearly(), table, probabilities=False)["y"].tolist() == ["yes", "yes", "no"]


def test_numbers_that_json_lacks_become_null():
    assert predict.rows_of({"a": np.array([1.5, np.nan, np.inf])}) == [{"a": 1.5}, {"a": None}, {"a": None}]
