"""Words of a command line become numbers and names, or a sentence that says what they must be."""

from __future__ import annotations

import re

import pytest

from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES
from glassnet.cli import choices, readers
from glassnet.cli.usage import UsageError, usage_message

LISTS = ("task", "class_weight", "activation", "output_activation", "loss", "initializer", "solver", "schedule")


def refused(read, text):
    with pytest.raises(UsageError) as caught:
        read(text)
    return usage_message(caught.value)


@pytest.mark.parametrize(
    ("limits", "good", "bad", "must_be"),
    [
        (
            {"least": 0, "below": 1},
            ["0", "0.5", "1e-9"],
            ["1", "-0.1", "nan", "x", ""],
            "of at least 0 and less than 1",
        ),
        ({"least": 0}, ["0", "1e300"], ["-1", "inf", "nan"], "of at least 0"),
        ({"above": 0}, ["1e-300"], ["0", "-1", "inf"], "above 0"),
        ({"above": 0, "below": 1}, ["0.5"], ["0", "1"], "above 0 and less than 1"),
    ],
)
def test_numbers_lie_within_their_limits(limits, good, bad, must_be):
    read = readers.number("--rate", **limits)
    for text in good:
        assert read(text) == float(text)
    for text in bad:
        assert refused(read, text).startswith(f'--rate must be a number {must_be}; got "{text}".')


@pytest.mark.parametrize(("text", "value"), [("64", (64,)), ("64,32", (64, 32)), (" 64 , 32 ", (64, 32)), ("None", ())])
def test_sizes_of_layers(text, value):
    assert readers.sizes("--hidden")(text) == value


@pytest.mark.parametrize("text", ["", "64,", "0", "64,-1", "6.5", "big"])
def test_what_is_no_size_of_a_layer(text):
    assert f'got "{text}"' in refused(readers.sizes("--hidden"), text)


def test_names_and_synonyms_are_those_of_the_catalog():
    for entry in LOSSES:
        if entry.trainable:
            assert readers.name("--loss")(entry.name) == entry.name
    for synonym in INITIALIZERS.synonyms:
        assert readers.name("--bias-initializer")(synonym) == synonym
    assert set(choices.names("activation")) == {entry.name for entry in ACTIVATIONS if entry.hidden}
    assert set(choices.names("output_activation")) == {loss.link for loss in LOSSES}


@pytest.mark.parametrize("option", LISTS)
def test_a_misspelt_name_is_answered_with_the_nearest(option):
    for name in choices.names(option):
        said = refused(readers.name("--" + option.replace("_", "-")), name[:-1] + "?" + name[-1].upper())
        nearest = re.search(r'The nearest: "(\w+)"', said)
        assert nearest is not None
        assert nearest[1] in {*choices.names(option), *choices.synonyms(option)}


def test_a_name_for_each_layer():
    read = readers.each(readers.name("--activation"))
    assert read("relu") == "relu"
    assert read("relu, tanh") == ["relu", "tanh"]
    assert 'got "tnah"' in refused(read, "relu,tnah")


def test_a_formula_stands_for_a_name():
    read = readers.each(readers.name("--activation"))
    assert read("x*tanh(softplus(x))") == "x*tanh(softplus(x))"
    assert read("max(x, 0),tanh, where(x > 0, x, 0)") == ["max(x, 0)", "tanh", "where(x > 0, x, 0)"]
    assert 'column 3: there is no function "tahn"' in refused(read, "x*tahn(x)")
    assert "log(x) is the logarithm of 0" in refused(read, "log(x)")
    assert "beta has no value" in refused(read, "beta*x")
    assert readers.name("--loss")("(p - y)**4") == "(p - y)**4"
    assert 'got "x*x"' in refused(readers.name("--solver"), "x*x")


@pytest.mark.parametrize(("text", "value"), [(";", ";"), ("tab", "\t"), ("\\t", "\t"), ("Space", " "), ("|", "|")])
def test_what_stands_between_fields(text, value):
    assert readers.delimiter(text) == value


@pytest.mark.parametrize("text", ["", ";;", '"', "\n"])
def test_what_cannot_stand_between_fields(text):
    assert refused(readers.delimiter, text).startswith("--delimiter must be one character")
