"""`glassnet compare`: the table and the sentence, its files, going on, and its mistakes."""

from __future__ import annotations

import json
import re

import pytest

import glassnet as gn
from glassnet.cli.compare_options import several
from tests.cli.people import people, write_csv

FAST = ("--epochs", "4", "--hidden", "4", "--seeds", "2", "--cv", "2")


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "people.csv", people(80))


def test_the_story(run, table, tmp_path):
    out = tmp_path / "found"
    done = run(
        "compare", table, "--target", "income", "--activation", "relu, where(x>0,x,0),leaky_relu(slope=0.2)",
        "--learning-rate", "0.01,0.1", *FAST, "--out", out,
    )  # fmt: skip
    assert done.code == 0, done.err
    lines = [line.strip() for line in done.out.splitlines()]
    assert lines[0].startswith("people.csv · 80 rows · 6 combinations · 4 trainings each · 2 seeds · accuracy")
    for name in ("relu", "where(x>0,x,0)", "leaky_relu(slope=0.2)", "0.01", "95% interval", "p"):
        assert name in done.out
    assert re.search("can(not|'t)? be told apart|is best; the other", " ".join(lines))
    assert sorted(path.name for path in out.iterdir()) == ["comparison.png", "comparison.svg", "trainings.jsonl"]
    assert "24 of 24 trainings" in done.err
    assert f"glassnet train {table} --target income --activation " in done.out
    assert "--hidden 4 --learning-rate 0." in done.out
    assert "--epochs 4" in done.out


def test_json_is_that_of_the_api(run, table, tmp_path):
    done = run(
        "compare", table, "--target", "income", "--activation", "relu,tanh", *FAST, "--seed", "3", "--ignore", "age",
        "--scoring", "log_loss", "--json", "--out", tmp_path / "found",
    )  # fmt: skip
    found = json.loads(done.out)
    assert (found["command"], found["seed"], found["scoring"]) == ("compare", 3, "log_loss")
    expected = gn.compare(
        table,
        "income",
        activation=["relu", "tanh"],
        max_iter=4,
        hidden_layer_sizes=(4,),
        seeds=2,
        cv=2,
        random_state=3,
        ignore="age",
        scoring="log_loss",
    ).to_json()
    for one in (found, expected):
        for row in one["combinations"]:
            del row["seconds"]
    assert found["combinations"] == expected["combinations"]
    assert found["sentence"] == expected["sentence"]


def test_what_is_done_is_gone_on_with_and_never_lost_unasked(run, table, tmp_path):
    command = ("compare", table, "--target", "income", "--activation", "relu,tanh", *FAST, "--out", tmp_path / "found")
    kept = tmp_path / "found" / "trainings.jsonl"
    nothing = run(*command, "--resume")
    assert nothing.code == 1
    assert "without --resume" in nothing.err
    assert run(*command).code == 0
    before = kept.read_bytes()
    again = run(*command)
    assert again.code == 1
    assert "--resume goes on with it" in again.err
    assert kept.read_bytes() == before
    gone_on = run(*command, "--resume", "--json")
    assert gone_on.code == 0
    assert kept.read_bytes() == before
    assert run(*command, "--force").code == 0
    other = run(*command, "--resume", "--cv", "3")
    assert other.code == 1
    assert "cv = 2, and now it is 3" in other.err


def test_chinese(run, table, tmp_path):
    done = run(
        "compare", table, "--target", "income", "--activation", "relu,tanh", *FAST, "--lang", "zh",
        "--out", tmp_path / "found",
    )  # fmt: skip
    assert done.code == 0
    assert "两者无法区分：" in done.out or "最好；其余" in done.out
    assert "trainings" not in done.out.replace("trainings.jsonl", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "glassnet compare needs FILE."),
        (("people.csv",), "needs --target COLUMN. The columns of people.csv: "),
        (("people.csv", "--target", "incme"), 'The nearest: "income"'),
        (("people.csv", "--target", "income", "--activation", "relu,rleu"), "--activation must be one of"),
        (("people.csv", "--target", "income", "--activation", "leaky_relu(slop=1)"), "slope"),
        (("people.csv", "--target", "income", "--learning-rate-init", "0.1,fast"), "--learning-rate must be a number"),
        (
            ("people.csv", "--target", "income", "--learning-rate", "0.1,0.1"),
            "--learning-rate must be values that differ",
        ),
        (("people.csv", "--target", "income", "--hidden", "64,a-b"), "64-32"),
        (("people.csv", "--target", "income", "--cv", "1"), "--cv must be"),
        (("people.csv", "--target", "income", "--cv", "1.5"), "--cv must be"),
        (("people.csv", "--target", "income", "--seeds", "0"), "--seeds must be"),
        (("people.csv", "--target", "income", "--scoring", "acuracy"), "scoring must be one of"),
        (("people.csv", "--target", "income", "--resume", "--force"), "exclude each other"),
    ],
)
def test_mistakes_are_worded(run, table, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    done = run("compare", *arguments)
    assert done.code in (1, 2)
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("relu,tanh", ["relu", "tanh"]),
        ("where(x>0,x,0)", ["where(x>0,x,0)"]),
        ("where(x>0,x,0), max(x, 0.1*x) ,relu", ["where(x>0,x,0)", "max(x, 0.1*x)", "relu"]),
    ],
)
def test_commas_of_formulas_do_not_split_them(text, values):
    assert several(str)(text) == values
