"""The options of `glassnet train`: each arrives where it is meant, and the help shows them all."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import glassnet
from glassnet.cli import choices, train, train_options
from glassnet.cli.app import main
from glassnet.cli.options import Common
from tests.cli.people import FAST, answer, people, write_csv


def said(monkeypatch, *arguments):
    """What the command would have been run with; it is not run."""
    calls: list[tuple[train_options.Request, Common]] = []

    def note(request: train_options.Request, common: Common) -> int:
        calls.append((request, common))
        return 0

    monkeypatch.setattr(train, "run", note)
    assert main(["train", *arguments]) == 0
    return calls[0]


def test_only_what_was_said_is_passed_on(monkeypatch):
    request, common = said(monkeypatch, "t.csv", "--target", "y")
    assert request.parameters == {}
    assert (request.task, request.test, request.test_fraction, request.ignore) == (None, None, None, ())
    assert (common.seed, common.out) == (None, None)


EVERYTHING: dict[str, tuple[str, str, object]] = {
    "--validation-fraction": ("0.3", "validation_fraction", 0.3),
    "--hidden": ("64,32", "hidden_layer_sizes", (64, 32)),
    "--activation": ("relu,tanh", "activation", ["relu", "tanh"]),
    "--output-activation": ("softmax", "output_activation", "softmax"),
    "--loss": ("cross_entropy", "loss", "cross_entropy"),
    "--initializer": ("he", "initializer", "he"),
    "--bias-initializer": ("zeros", "bias_initializer", "zeros"),
    "--dropout": ("0.2,0.1", "dropout", [0.2, 0.1]),
    "--label-smoothing": ("0.1", "label_smoothing", 0.1),
    "--class-weight": ("balanced", "class_weight", "balanced"),
    "--solver": ("sgd", "solver", "sgd"),
    "--learning-rate": ("0.01", "learning_rate_init", 0.01),
    "--schedule": ("linear", "learning_rate", "linear"),
    "--batch-size": ("32", "batch_size", 32),
    "--epochs": ("7", "max_iter", 7),
    "--alpha": ("0.5", "alpha", 0.5),
    "--l1-ratio": ("0.5", "l1_ratio", 0.5),
    "--weight-decay": ("0.25", "weight_decay", 0.25),
    "--momentum": ("0.75", "momentum", 0.75),
    "--beta-1": ("0.5", "beta_1", 0.5),
    "--beta-2": ("0.75", "beta_2", 0.75),
    "--patience": ("4", "n_iter_no_change", 4),
}


@pytest.mark.parametrize("option", EVERYTHING)
def test_each_parameter_arrives_under_its_name(monkeypatch, option):
    text, name, value = EVERYTHING[option]
    request, _common = said(monkeypatch, "t.csv", option, text)
    assert request.parameters == {name: value}


def test_every_parameter_is_one_of_the_estimators():
    known = set(inspect.signature(glassnet.TabularClassifier).parameters)
    assert {name for _text, name, _value in EVERYTHING.values()} == set(train_options.PARAMETERS.values()) <= known


def test_the_other_options_arrive(monkeypatch):
    arguments = "t.csv --target y --task regression --test u.csv --ignore a,b --ignore c --categorical d --numeric e"
    arguments += (
        " --encoding cp1252 --delimiter tab --skip-bad-rows --out m.glass --force --dry-run --seed 3 --n-threads 2"
    )
    request, common = said(monkeypatch, *arguments.split())
    assert (request.file, request.target, request.task, request.test) == (
        Path("t.csv"),
        "y",
        "regression",
        Path("u.csv"),
    )
    assert (request.ignore, request.categorical, request.numeric) == (("a,b", "c"), ("d",), ("e",))
    assert request.reading == train_options.Reading("cp1252", "\t", skip_bad_rows=True)
    assert (request.force, request.dry_run) == (True, True)
    assert (common.out, common.seed, common.n_threads) == (Path("m.glass"), 3, 2)


def test_no_hidden_layer(run, table):
    result = answer(run, "train", table, "--target", "income", "--hidden", "none", "--epochs", "3")
    assert len(result["plan"]["network"]["layers"]) == 1
    assert [finding["name"] for finding in result["inside"]] == ["gradients"]


def test_the_recipe_can_be_overridden(run, table):
    options = (
        "--hidden 6,4 --activation relu,tanh --dropout 0.2,0.1 --solver sgd --learning-rate 0.05 --schedule constant"
    )
    result = answer(run, "train", table, "--target", "income", "--dry-run", *options.split(), "--batch-size", "16")
    layers = result["plan"]["network"]["layers"]
    assert [layer["units"] for layer in layers] == [6, 4, 1]
    assert [layer["activation"]["name"] for layer in layers] == ["relu", "tanh", "sigmoid"]
    assert [layer["dropout"] for layer in layers] == [0.2, 0.1, 0]
    training = result["plan"]["training"]
    assert (training["solver"], training["learning_rate_init"], training["learning_rate"]) == ("sgd", 0.05, "constant")
    assert training["batch_size"] == 16


def test_lbfgs_has_no_trace_to_look_into(run, table):
    result = answer(run, "train", table, "--target", "income", "--solver", "lbfgs", "--epochs", "5", "--hidden", "4")
    assert result["inside"] == []
    assert result["metrics"]["accuracy"] > 0.5


def test_columns_are_used_as_asked(run, table):
    result = answer(
        run, "train", table, "--target", "income", "--ignore", "city, planet", "--categorical", "age", "--dry-run"
    )
    use = {role["name"]: (role["use"], role["code"]) for role in result["plan"]["columns"]}
    assert use["city"] == use["planet"] == (None, "asked")
    assert use["age"][0] in {"category", "embedding"}


def test_a_name_with_a_comma_is_one_name(run, tmp_path):
    rows = [{"Rome, Italy": k + 0.5, "Rome": k % 7 + 0.5, "y": "ab"[k % 2]} for k in range(40)]
    path = write_csv(tmp_path / "t.csv", rows)
    result = answer(run, "train", path, "--target", "y", "--ignore", "Rome, Italy", "--dry-run")
    left_out = {role["name"] for role in result["plan"]["columns"] if role["code"] == "asked"}
    assert left_out == {"Rome, Italy"}


def test_the_task_can_be_said(run, tmp_path):
    path = write_csv(tmp_path / "t.csv", [{"x": k * 0.5, "stars": k % 5} for k in range(60)])
    assert answer(run, "train", path, "--target", "stars", "--dry-run")["task"] == "multiclass"
    assert answer(run, "train", path, "--target", "stars", "--task", "regression", "--dry-run")["task"] == "regression"


def test_a_table_of_its_own_to_test_by(run, table, tmp_path):
    other = write_csv(tmp_path / "other.csv", people(30, seed=9))
    result = answer(run, "train", table, "--target", "income", "--test", other, *FAST)
    assert result["plan"]["rows"]["test"] == result["evaluation"]["n"] == 30
    assert result["plan"]["rows"]["train"] + result["plan"]["rows"]["validation"] == 200


def test_without_a_test_part_there_are_no_metrics(run, table):
    result = answer(run, "train", table, "--target", "income", "--test-fraction", "0", *FAST)
    assert result["plan"]["rows"]["test"] == 0
    assert result["metrics"] is None
    done = run("train", table, "--target", "income", "--test-fraction", "0", "--force", *FAST)
    assert done.code == 0
    assert "no test" in done.out
    assert "naive" not in done.out


def test_every_name_of_the_catalog_is_shown_in_the_help(run):
    from rich.text import Text

    words = set(
        " ".join(Text.from_ansi(run("train", "--help").out).plain.split())
        .replace("│", " ")
        .replace(",", " ")
        .replace(".", " ")
        .split()
    )
    for option in ("task", "activation", "loss", "initializer", "solver", "schedule"):
        assert set(choices.names(option)) <= words, option


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("command", ["train", "predict", "evaluate"])
def test_help_is_whole(command, language):
    words = [sys.executable, "-m", "glassnet", command, "--help", "--lang", language]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0
    assert "…" not in done.stdout
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())
    assert "{names}" not in done.stdout
    assert "130" in done.stdout


PANELS = ("Files", "Data", "Network", "Training", "Output", "Common options")


def test_help_is_grouped(run):
    out = run("train", "--help").out
    places = [out.index(f"─ {panel} ─") for panel in PANELS]
    assert places == sorted(places)
