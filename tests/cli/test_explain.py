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


def test_a_computation_is_explained_node_by_node(run):
    done = run("explain", "softmax-cross-entropy", "--logits", "2,1,0.1", "--target", "0")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "softmax and cross-entropy, step by step"
    assert [line.split()[0] for line in lines[2:13]] == list("ztmdespawcL")
    assert "p     e / s        [0.659, 0.2424, 0.09857]  [-1.517, 0, 0]" in done.out
    assert (
        "the gradient of the scores is p - t: [0.659, 0.2424, 0.09857] - [1, 0, 0] = [-0.341, 0.2424, 0.09857]"
        in done.out
    )
    assert run("explain", "softmax-cross-entropy").out == done.out
    assert run("explain", "softmax_cross_entropy", "--logits", "2,1,0.1").out == done.out
    assert "softmax_cross_entropy · loss" in run("explain", "softmax_cross_entropy").out


def test_computations_of_all_kinds(run):
    assert (
        "p - t: 0.6225 - 1 = -0.3775" in run("explain", "sigmoid-cross-entropy", "--logits", "0.5", "--target", "1").out
    )
    neuron = run("explain", "neuron-mse", "--inputs", "1,2", "--weights", "0.5,-0.25", "--bias", "0.1", "--target", "1")
    assert "2 (y - t) times its input: [-1.8, -3.6]" in neuron.out
    update = run("explain", "network-update", "--learning-rate", "0.1", "--activation", "tanh")
    assert "h     tanh(a)" in update.out
    assert "before the update" in update.out
    formula = run("explain", "x*tanh(softplus(x))", "--at", "1.0")
    assert "here it is 1.04904" in formula.out
    assert "v2    tanh(v1)" in formula.out
    assert "the derivative by p is" in run("explain", "huber", "--at", "p=1,y=3,delta=0.5").out
    chinese = run("explain", "softmax-cross-entropy", "--lang", "zh").out
    assert "得分的梯度是 p - t" in chinese


def test_computations_as_json(run):
    done = run("explain", "neuron-mse", "relu", "--json")
    described = json.loads(done.out)
    assert [entry["name"] for entry in described["entries"]] == ["relu"]
    (graph,) = described["graphs"]
    assert graph["nodes"][-1]["formula"] == "e**2"
    assert graph["nodes"][-1]["gradient"] == 1.0
    lost = json.loads(run("explain", "softmax-cross-entropy", "--logits", "1000,0", "--target", "1", "--json").out)
    assert lost["graphs"][0]["nodes"][-1]["value"] is None
    assert lost["graphs"][0]["p_minus_t"] == [1.0, -1.0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_computation_is_drawn(run, tmp_path, language):
    file = tmp_path / "graph.svg"
    done = run("explain", "softmax-cross-entropy", "--output", str(file), "--lang", language)
    assert done.code == 0
    assert done.out.endswith(f"\n  {file}\n")
    drawn = file.read_text(encoding="utf-8")
    for text in ("exp(d)", "0.659", "-0.341", "above the lines" if language == "en" else "线上"):
        assert text in drawn
    again = run("explain", "softmax-cross-entropy", "--output", str(file))
    assert again.code != 0
    assert "--force" in again.err
    refused = run("explain", "neuron-mse", "--out", str(tmp_path / "graph.gif"), "--lang", "en")
    assert refused.code != 0
    assert 'a picture is written as .png or .svg; got ".gif"' in refused.err
    assert run("explain", "neuron-mse", "--out", str(tmp_path / "n.png"), "--json").code == 0
    assert (tmp_path / "n.png").read_bytes()[:4] == b"\x89PNG"


def test_explanations_in_chinese(run):
    done = run("explain", "sigmoid", "--lang", "zh")
    assert "斜率" in done.out
    assert "0.25" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain"], "glassnet explain needs a name"),
        (["explain", "rleu"], 'Did you mean "relu"?'),
        (["explain", "neuron-mse", "--logits", "1,2"], "glassnet explain neuron-mse takes no --logits."),
        (["explain", "relu", "--learning-rate", "1"], "glassnet explain relu takes no --learning-rate."),
        (["explain", "relu", "--at", "1", "--logits", "1"], "takes no --logits"),
        (["explain", "softmax-cross-entropy", "--logits", "a,b"], "must be numbers between commas"),
        (["explain", "softmax-cross-entropy", "--target", "3"], "a class from 0 to 2"),
        (["explain", "softmax-cross-entropy", "--target", "0.5"], "must be one whole number here"),
        (["explain", "neuron-mse", "--target", "1,2"], "must be one number here"),
        (["explain", "neuron-mse", "--target", "inf"], "must be numbers between commas"),
        (["explain", "network-update", "--weights", "1,2"], "6 numbers"),
        (["explain", "x*2", "--at", "x=1,x=2"], "names and numbers, as x=1,beta=2"),
        (["explain", "x*beta", "--at", "1"], "beta"),
        (["explain", "relu", "--out", "relu.svg"], "draws one computation"),
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
