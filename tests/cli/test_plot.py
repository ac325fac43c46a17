"""`glassnet plot` writes a picture and prints its path; mistakes are answered before anything is written."""

from __future__ import annotations

import json

import pytest

import glassnet.cli.plot

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_picture_is_written_and_its_path_printed(run, tmp_path):
    done = run("plot", "sigmoid", "tanh")
    assert done == (0, "glassnet-plots/sigmoid-tanh.png\n", "")
    assert (tmp_path / "glassnet-plots" / "sigmoid-tanh.png").read_bytes().startswith(PNG)
    assert run("plot", "sigmoid", "tanh").code == 0, "what plot named itself it may overwrite"


def test_out_names_the_file_and_keeps_one_that_is_there(run, tmp_path):
    arguments = ("plot", "leaky_relu", "--parameter", "slope=0.03", "--from", "-5", "--to", "5", "--out", "leaky.svg")
    assert run(*arguments) == (0, "leaky.svg\n", "")
    svg = (tmp_path / "leaky.svg").read_text(encoding="utf-8")
    assert "slope a = 0.03" in svg
    done = run(*arguments)
    assert done.code == 1
    assert "leaky.svg is there already. --force overwrites it" in done.err
    assert run(*arguments, "--force").code == 0


def test_parameters_may_stand_with_the_name(run, tmp_path):
    assert run("plot", "leaky_relu(slope=0.03)", "--out", "a.svg").code == 0
    assert run("plot", "leaky_relu", "--parameter", "slope=0.03", "--out", "b.svg").code == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_formula_is_drawn_and_takes_its_parameters(run, tmp_path):
    assert run("plot", "x*sigmoid(beta*x)", "tanh", "--parameter", "beta=2", "--out", "two.svg").code == 0
    svg = (tmp_path / "two.svg").read_text(encoding="utf-8")
    assert ">x * sigmoid(beta * x)</text>" in svg
    assert run("plot", "abs(p - y)**1.5", "huber", "--out", "losses.svg").code == 0
    assert "gradient" in (tmp_path / "losses.svg").read_text(encoding="utf-8")
    done = run("plot", "x*sigmoid(beta*x)")
    assert done.code == 2
    assert "beta has no value" in done.err


def test_without_names_all_activations_are_shown(run, tmp_path):
    done = run("plot", "--json")
    said = json.loads(done.out)
    assert said["file"] == "glassnet-plots/activations.png"
    assert {"relu", "tanh"} <= set(said["shows"])
    assert (tmp_path / said["file"]).exists()


@pytest.mark.parametrize("options", [("--together",), ("--no-derivative",), ("--fans", "10,20")])
def test_options_are_taken(run, options):
    name = "he_normal" if "--fans" in options else "gelu"
    assert run("plot", name, *options).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sigmod",), 'nothing in the catalog is called "sigmod". Did you mean "sigmoid"?'),
        (("sigmoid", "huber"), "one picture shows entries of one kind"),
        (("relu", "--parameter", "slope"), '--parameter must be a name and a number, as slope=0.03; got "slope".'),
        (("relu", "--parameter", "slope=1"), 'relu has no parameter "slope"'),
        (("relu", "--from", "1"), "--from and --to belong together"),
        (("relu", "--from", "2", "--to", "1"), "the interval must have a finite start below its finite end"),
        (("relu", "--from", "a", "--to", "1"), '--from must be a number; got "a".'),
        (("relu", "--out", "relu.gif"), 'a picture is written as .png or .svg; got ".gif"'),
        (("he_normal", "--fans", "3"), "--fans must be two numbers"),
        (("relu", "--show"), "there is no display to open a window on"),
    ],
)
def test_mistakes_are_said_and_nothing_is_written(run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.setattr(glassnet.cli.plot, "has_display", lambda: False)
    done = run("plot", *arguments)
    assert done.code == 2
    assert message in done.err
    assert '"glassnet plot --help" tells more.' in done.err
    assert "?." not in done.err
    assert ".." not in done.err
    assert list(tmp_path.iterdir()) == []


def test_chinese(run, tmp_path):
    assert run("plot", "relu", "--out", "relu.svg", "--lang", "zh").code == 0
    assert "导数" in (tmp_path / "relu.svg").read_text(encoding="utf-8")
