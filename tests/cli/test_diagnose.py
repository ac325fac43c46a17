"""`glassnet diagnose`: what is wrong with a model, in text and as JSON, with and without a table."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

import glassnet
from tests.cli.people import FAST, people, write_csv


@pytest.fixture
def sick(run, table, tmp_path):
    """A model whose units died: the rate was a hundred times too high."""
    out = tmp_path / "sick.glass"
    options = (
        "--epochs",
        "15",
        "--hidden",
        "32,32",
        "--activation",
        "relu",
        "--learning-rate",
        "0.6",
        "--n-threads",
        "1",
    )
    done = run("train", table, "--target", "income", *options, "--out", out)
    return out, done


def test_train_says_what_went_wrong_while_it_trains_and_at_its_end(sick):
    _, done = sick
    assert "of the units of layer" in done.err
    assert "in the first epoch each update was about" in done.out
    assert "--learning-rate=" in done.out


def test_causes_stand_first_in_the_words_of_the_command_line(run, sick):
    model, _ = sick
    done = run("diagnose", model)
    assert (done.code, done.err) == (0, "")
    head, looked_at, _, first, *_ = done.out.splitlines()
    assert head.startswith("sick.glass · ")
    assert looked_at.startswith("  from 15 epochs of training, and from ")
    assert "in the first epoch each update was about" in first
    assert "--learning-rate=" in done.out
    assert "learning_rate_init" not in done.out


def test_a_healthy_model_gets_no_warning(run, model):
    done = run("diagnose", model, "--json")
    result = json.loads(done.out)
    assert done.code == 0
    assert result["command"] == "diagnose"
    assert [finding["severity"] for finding in result["findings"]].count("warning") == result["n_warnings"]


def test_json_has_the_findings_of_python(run, sick):
    model, _ = sick
    result = json.loads(run("diagnose", model, "--json").out)
    assert result["findings"] == glassnet.load(model).diagnose().to_json()
    assert (result["file"], result["rows"], result["findings"][0]["name"]) == (None, None, "rate_too_high")


def test_a_table_is_looked_at_with_and_without_answers(run, model, tmp_path):
    rows = people(60, seed=7)
    full = write_csv(tmp_path / "full.csv", rows)
    bare = write_csv(tmp_path / "bare.csv", [{k: v for k, v in row.items() if k != "income"} for row in rows])
    for file in (full, bare):
        done = run("diagnose", model, file)
        assert (done.code, done.err) == (0, "")
        assert f"from 60 rows of {file.name}" in done.out
    assert json.loads(run("diagnose", model, full, "--json").out)["rows"] == 60
    assert run("diagnose", model, full, "--target", "nothing").code == 1


def test_a_model_of_arrays_needs_no_table(run, tmp_path):
    model = glassnet.MLPClassifier((4,), activation="identity", solver="lbfgs", random_state=0)
    path = model.fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).save(tmp_path / "m.glass")
    done = run("diagnose", path)
    assert done.code == 0
    assert 'activation="relu"' in done.out  # in the words of Python
    assert run("diagnose", path, path).code == 1


def test_chinese(run, sick):
    done = run("diagnose", sick[0], "--lang", "zh")
    assert "可能原因" in done.out
    assert max(map(cell_len, done.out.splitlines())) <= 80


def test_what_is_missing_is_said(run, tmp_path):
    assert run("diagnose").code == 2
    assert run("diagnose", tmp_path / "none.glass").code == 1


def test_train_tells_programs_the_findings(run, table, tmp_path):
    done = run("train", table, "--target", "income", *FAST, "--out", tmp_path / "m.glass", "--json")
    result = json.loads(done.out)
    assert isinstance(result["findings"], list)
    assert glassnet.load(result["model"]).diagnose().to_json() == result["findings"]


def test_what_lbfgs_leaves_no_trace_of_is_said(run, table, tmp_path):
    out = tmp_path / "quasi.glass"
    done = run(
        "train", table, "--target", "income", "--solver", "lbfgs", "--epochs", "5", "--hidden", "8", "--out", out
    )
    assert "not looked at: the layers during training" in done.out
    assert "not looked at: the layers during training" in run("diagnose", out).out
    result = json.loads(run("diagnose", out, "--json").out)
    assert len(result["unknown"]) == 1
    assert result["n_causes"] <= result["n_warnings"]
