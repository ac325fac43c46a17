"""`glassnet explain` and `glassnet list`."""

from __future__ import annotations

import json

import pytest

import glassnet as gn
from glassnet.catalog.finding import CATALOGS


def test_a_name_is_explained(run):
    done = run("explain", "relu")
    assert done.code == 0
    assert done.err == ""
    assert done.out == f"{gn.activations.relu.explain()}\n"


def test_several_names_are_explained_one_after_the_other(run):
    done = run("explain", "huber", "he_normal", "adam", "cosine")
    titles = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert [title.split()[0] for title in titles] == ["huber", "he_normal", "adam", "cosine"]


def test_a_name_of_two_kinds_shows_both(run):
    out = run("explain", "constant").out
    assert "constant · initializer" in out
    assert "constant · learning-rate schedule" in out


def test_formulas_are_explained(run):
    done = run("explain", "x*sigmoid(x)", "(p - y)**4")
    assert done.err == ""
    assert "  derivative    (x * sigmoid(-x) + 1) * sigmoid(x)\n" in done.out
    assert "  relatives     silu (0), " in done.out
    assert "4 * (p - y)**3" in done.out
    refused = run("explain", "log(x)")
    assert refused.code == 2
    assert "not finite at x = 0" in refused.err


def test_explanations_as_json(run):
    done = run("explain", "sigmoid", "constant", "--json")
    described = json.loads(done.out)
    assert [entry["kind"] for entry in described["entries"]] == ["activation", "initializer", "schedule"]
    assert described["entries"][0]["properties"]["largest_slope"]["value"] == 0.25
    assert described["entries"][0]["derivative"] == "sigmoid(x) * sigmoid(-x)"


def test_words_are_explained(run):
    done = run("explain", "neuron", "感知机")
    assert done.code == 0
    assert "neuron · word of the field, also called unit, artificial neuron" in done.out
    assert all(line in done.out for line in gn.words["neuron"].example.splitlines())
    assert "\nperceptron · word of the field" in done.out
    assert "神经元" in run("explain", "neuron", "--lang", "zh").out
    assert json.loads(run("explain", "neuron", "--json").out)["entries"][0]["prints"] == gn.words["neuron"].prints


def test_explanations_in_chinese(run):
    done = run("explain", "sigmoid", "--lang", "zh")
    assert "斜率" in done.out
    assert "0.25" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain"], "glassnet explain needs a name"),
        (["explain", "rleu"], 'Did you mean "relu"?'),
        (["list", "activation"], 'The nearest: "activations"'),
        (["list", "activations", "losses"], 'takes no argument "losses"'),
    ],
)
def test_mistakes(run, arguments, message):
    done = run(*arguments)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


def test_kinds_are_counted(run):
    out = run("list").out
    for kind, catalog in CATALOGS.items():
        assert any(line.split() == [kind, str(len(catalog))] for line in out.splitlines())


@pytest.mark.parametrize("kind", CATALOGS)
def test_entries_are_listed_a_line_each(run, kind):
    lines = run("list", kind).out.splitlines()
    assert len(lines) == len(CATALOGS[kind])
    for line, entry in zip(lines, CATALOGS[kind], strict=True):
        assert line.split()[0].rstrip(",") == entry.name
        assert entry.remarks.use in line


def test_words_are_listed(run):
    lines = run("list", "words").out.splitlines()
    assert len(lines) == len(gn.words)
    assert any(line.startswith("  perceptron, 感知机") for line in lines)


def test_lists_as_json(run):
    described = json.loads(run("list", "losses", "--json").out)
    assert [entry["name"] for entry in described["losses"]] == list(gn.losses.names)
    everything = json.loads(run("list", "--json").out)
    assert set(CATALOGS) <= set(everything)


def test_a_terminal_gets_colors_and_wrapped_lines(monkeypatch):
    from rich.cells import cell_len

    from glassnet.catalog.asking import listed
    from glassnet.report.explanation_text import entries, explanation

    text = explanation(gn.activations.sigmoid.explain(), width=60)
    assert all(cell_len(line) <= 60 for line in text.plain.splitlines())
    assert text.spans
    table = entries(listed("activations"), width=60)
    assert all(cell_len(line) <= 60 for line in table.plain.splitlines())
