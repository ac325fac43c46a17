"""`glassnet train`, from a table's file to a saved model."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

import glassnet
from glassnet.cli import files, train
from tests.cli.people import FAST, answer, people, write_csv

# -------------------------------------------------------------------------------------------------------- what it tells


def test_it_tells_the_whole_story(run, table):
    done = run("train", table, "--target", "income", *FAST)
    assert done.code == 0, done.err
    for words in (
        "people.csv · 200 rows · 5 columns",
        "<=50K",
        "two classes",
        "(--task)",
        "sigmoid",
        "(--output-activation)",
        "binary_cross_entropy",
        "(--loss)",
        "city",
        "left out: planet",
        "put aside until the end",
        "8 silu → 1 sigmoid",
        "on 40 rows never seen",
        "naive answer",
        "95% interval",
        "log-loss",
        "area under ROC curve",
        "true ↓ predicted →",
        "inside",
        "people.glass",
        "glassnet predict",
    ):
        assert words in done.out, words
    assert "3/3" in done.err
    assert "3/3" not in done.out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_lines_fit_80_columns(run, table, language):
    done = run("train", table, "--target", "income", "--lang", language, *FAST)
    lines = [line for line in done.out.splitlines() if str(table.parent) not in line]
    assert len(lines) > 20
    assert max(map(cell_len, lines)) <= 80
    assert all(character.isprintable() or character == "\n" for character in done.out)


def test_it_speaks_chinese(run, table):
    done = run("train", table, "--target", "income", "--lang", "zh", *FAST)
    assert done.code == 0
    assert "naive answer" not in done.out
    assert "任务" in done.out


def test_numbers_are_a_regression(run, table):
    done = run("train", table, "--target", "wage", *FAST)
    assert done.code == 0, done.err
    for words in (
        "regression",
        "identity",
        "squared_error",
        "root mean squared error",
        "R²",
        "mean of the training rows",
    ):
        assert words in done.out, words
    assert "95% interval" not in done.out


@pytest.mark.parametrize(("activation", "learned"), [("prelu", ["slope"]), ("maxout", [])])
def test_activations_that_learn(run, table, activation, learned):
    done = run("train", table, "--target", "income", "--activation", activation, *FAST)
    assert done.code == 0, done.err
    assert f"8 {activation} → 1 sigmoid" in done.out
    model = glassnet.load(table.with_suffix(".glass"))
    assert [list(layer) for layer in model.activation_parameters_] == [learned]
    assert run("predict", table.with_suffix(".glass"), table).code == 0


def test_what_comes_next_exists(run, table):
    """No promises: the command that is named runs."""
    done = run("train", table, "--target", "income", *FAST)
    line = next(line for line in done.out.splitlines() if "glassnet predict" in line)
    words = line.split("glassnet predict ")[1].split()
    given = [
        str(table) if word == "NEW.csv" else str(table.with_name(word)) if word.endswith(".csv") else word
        for word in words
    ]
    assert run("predict", *given).code == 0
    assert table.with_name("PREDICTIONS.csv").exists()


def test_more_than_twelve_classes_get_no_matrix(run, tmp_path):
    rows = [{"x": k % 15 + 0.5, "y": f"class {k % 15:02}"} for k in range(300)]
    done = run("train", write_csv(tmp_path / "t.csv", rows), "--target", "y", *FAST)
    assert done.code == 0, done.err
    assert "15 classes" in done.out
    assert "true ↓" not in done.out
    assert "confused" in done.out


def test_many_columns_are_folded(run, tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        {f"number {i}": rng.normal() for i in range(300)} | {f"constant {i}": 1 for i in range(20)} | {"y": "ab"[k % 2]}
        for k in range(40)
    ]
    done = run("train", write_csv(tmp_path / "t.csv", rows), "--target", "y", "--dry-run")
    assert done.code == 0, done.err
    assert "300 as numbers" in done.out
    assert "number 3," in done.out
    assert "number 299" not in done.out
    assert "and 14 more are left out" in done.out


def test_names_and_labels_cannot_steer_the_terminal(run, tmp_path):
    rows = [{"x\x1b[31m": k + 0.5, "y": ["a\x1b[2J", "b\tc"][k % 2]} for k in range(60)]
    done = run("train", write_csv(tmp_path / "t.csv", rows), "--target", "y", *FAST)
    assert done.code == 0, done.err
    assert "x�[31m" in done.out
    assert "\x1b" not in done.out + done.err


# ----------------------------------------------------------------------------------------------------------------- JSON


def test_json_is_one_object(run, table):
    result = answer(run, "train", table, "--target", "income", "--seed", "5", *FAST)
    assert (result["command"], result["version"], result["seed"]) == ("train", glassnet.__version__, 5)
    assert (result["task"], result["dry_run"], result["interrupted"]) == ("binary", False, False)
    assert result["plan"]["rows"] == {
        "all": 200,
        "train": result["plan"]["rows"]["train"],
        "validation": 160 - result["plan"]["rows"]["train"],
        "test": 40,
        "skipped": 0,
        "without_target": 0,
    }
    assert set(result["metrics"]) == {"accuracy", "log_loss", "roc_auc"} == set(result["baseline"])
    assert result["evaluation"]["n"] == 40
    assert sum(map(sum, result["evaluation"]["confusion_matrix"])) == 40
    assert result["epochs"] == 3
    assert [finding["name"] for finding in result["inside"]] == ["dead_units", "saturation", "gradients"]
    assert Path(result["model"]) == table.with_name("people.glass")
    assert 0 < result["training_seconds"] < result["seconds"]


def test_json_of_numbers(run, table):
    result = answer(run, "train", table, "--target", "wage", *FAST)
    assert result["task"] == "regression"
    assert set(result["metrics"]) == {"rmse", "mae", "r2"} == set(result["baseline"])
    assert result["evaluation"]["classes"] is None


def test_one_seed_gives_one_model(run, table):
    arguments = ("train", table, "--target", "income", *FAST, "--force")
    first, second, other = (answer(run, *arguments, "--seed", seed) for seed in (1, 1, 2))
    assert first["metrics"] == second["metrics"]
    assert first["metrics"] != other["metrics"]


# -------------------------------------------------------------------------------------------------------- where it goes


def test_the_model_lies_beside_the_table(run, table):
    assert run("train", table, "--target", "income", *FAST).code == 0
    assert {path.name for path in table.parent.iterdir()} == {"people.csv", "people.glass"}
    assert glassnet.load(table.with_name("people.glass")).target_name_ == "income"


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("people.csv", "people.glass"),
        ("data/people.csv.gz", "data/people.glass"),
        ("people.v2.parquet", "people.v2.glass"),
        ("people", "people.glass"),
    ],
)
def test_a_model_is_named_as_its_table(table, model):
    assert files.model_path(Path(table)) == Path(model)


def test_a_dry_run_writes_nothing_and_trains_nothing(run, table, monkeypatch):
    monkeypatch.setattr(train, "learn", None)
    (table.with_name("people.glass")).write_text("in the way")
    done = run("train", table, "--target", "income", "--dry-run")
    assert done.code == 0, done.err
    assert "dry run" in done.out
    assert table.with_name("people.glass").read_text() == "in the way"
    result = answer(run, "train", table, "--target", "income", "--dry-run")
    assert result["dry_run"] is True
    assert "metrics" not in result
    assert "model" not in result


def test_a_file_that_is_there_is_kept(run, table, monkeypatch):
    monkeypatch.setattr(train, "learn", None)  # it is said before anything is trained
    model = table.with_name("people.glass")
    model.write_text("precious")
    done = run("train", table, "--target", "income", *FAST)
    assert done.code == 1
    assert str(model) in done.err
    assert "--force" in done.err
    assert model.read_text() == "precious"


def test_force_overwrites(run, table):
    model = table.with_name("people.glass")
    model.write_text("old")
    assert run("train", table, "--target", "income", "--force", *FAST).code == 0
    assert glassnet.load(model).target_name_ == "income"


@pytest.mark.parametrize("option", ["FILE", "--test"])
def test_what_is_read_is_never_overwritten(run, table, tmp_path, option):
    test = write_csv(tmp_path / "test.csv", people(20))
    out = table if option == "FILE" else test
    before = out.read_bytes()
    done = run("train", table, "--target", "income", "--test", test, "--out", out, "--force")
    assert done.code == 1
    assert "the file that is read" in done.err
    assert out.read_bytes() == before


def test_a_report_tells_the_command(run, table, tmp_path):
    path = tmp_path / "report.html"
    result = answer(run, "train", table, "--target", "income", "--report", path, *FAST)
    assert result["report"] == str(path)
    text = path.read_text(encoding="utf-8")
    assert "glassnet" in text
    assert f"{result['metrics']['accuracy']:.1%}" in text


def test_a_report_that_is_there_is_kept(run, table, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "learn", None)  # it is said before anything is trained
    path = tmp_path / "report.html"
    path.write_text("precious")
    done = run("train", table, "--target", "income", "--report", path, *FAST)
    assert done.code == 1
    assert "--report names another file" in done.err
    assert path.read_text() == "precious"


# -------------------------------------------------------------------------------------------------------- interruptions


def interrupt_after(n):
    """Plans whose training meets Ctrl-C at the end of epoch n."""
    plan = glassnet.plan

    def planned(*arguments: Any, **options: Any) -> Any:
        found = plan(*arguments, **options)

        def run(callback: Any = None) -> Any:
            def listen(epoch: Any) -> None:
                callback(epoch)
                if epoch.epoch == n:
                    os.kill(os.getpid(), signal.SIGINT)

            return found.run(listen)

        names = [name for name in dir(found) if not name.startswith("_") and name != "run"]
        return SimpleNamespace(**{name: getattr(found, name) for name in names}, run=run)

    return planned


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal to one process there")
@pytest.mark.parametrize("as_json", [False, True])
def test_ctrl_c_keeps_tests_and_saves_what_there_is(run, table, monkeypatch, as_json):
    monkeypatch.setattr(glassnet, "plan", interrupt_after(2))
    arguments = ["train", table, "--target", "income", "--hidden", "8", "--epochs", "100000"]
    done = run(*arguments, *(["--json"] if as_json else []))
    assert done.code == 130
    assert "Traceback" not in done.err
    assert glassnet.load(table.with_name("people.glass")).target_name_ == "income"
    if as_json:
        result = json.loads(done.out)
        assert result["interrupted"] is True
        assert 2 <= result["epochs"] < 100000
        assert result["metrics"]["accuracy"] > 0
    else:
        assert "interrupted after epoch" in done.out
        assert "on 40 rows never seen" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal to one process there")
def test_ctrl_c_before_training_is_quiet(run, table, monkeypatch):
    monkeypatch.setattr(files, "read_file", lambda *_a, **_k: os.kill(os.getpid(), signal.SIGINT))
    done = run("train", table, "--target", "income")
    assert (done.code, done.out, done.err) == (130, "", "interrupted\n")
    assert not table.with_name("people.glass").exists()


def test_warnings_are_sentences(run, table):
    """A warning reaches the person without Python's line around it."""
    arguments = ("train", table, "--target", "income", "--batch-size", "5000", *FAST)
    assert any("5000" in note for note in answer(run, *arguments)["notes"])
    done = run(*arguments, "--force")
    assert "batch_size=5000 is larger" in done.out
    assert "Warning" not in done.out + done.err
