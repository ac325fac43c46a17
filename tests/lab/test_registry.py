"""Experiments are complete: texts, numbers with descriptions, a place among the claims."""

from __future__ import annotations

import re

import pytest

import glassnet as gn
from glassnet.errors import ParameterError
from glassnet.lab.experiment import Experiment, experiment

EXPERIMENTS = gn.lab.list()


@pytest.mark.parametrize("one", EXPERIMENTS, ids=lambda one: one.name)
def test_every_experiment_has_all_its_texts(one):
    for text in (one.claim, one.source, one.setup, one.rule, one.shows, *one.described.values()):
        assert text
        assert text == text.strip()
    assert re.fullmatch(r"S\d+|F\d+", one.row)
    assert one.rule.startswith("Holds if")
    assert one.rule.endswith(".")
    assert not one.claim.endswith(".")
    assert one.seeds[0] >= one.seeds[1] >= 2


def test_experiments_come_in_the_order_of_their_rows():
    numbers = [int(one.row[1:]) for one in EXPERIMENTS if one.row.startswith("S")]
    assert numbers == sorted(numbers)
    assert EXPERIMENTS[0].name == "affine-collapse"


def test_a_name_is_given_once_and_in_kebab_case():
    class Second(type(EXPERIMENTS[0])):
        """Has a name that is taken."""

    with pytest.raises(ValueError, match="two experiments called 'affine-collapse'"):
        experiment(Second)

    class Named(type(EXPERIMENTS[0])):
        """Has no name of the right kind."""

        name = "Affine Collapse"

    with pytest.raises(ValueError, match="kebab-case"):
        experiment(Named)


def test_ends_of_intervals_are_described_by_their_number():
    watch = gn.lab.find("dead-watch")
    assert watch.describe("dead_high_low") == watch.describe("dead_high") + ": lower end of the 95% interval"
    assert watch.describe("dead_high_high") == watch.describe("dead_high") + ": upper end of the 95% interval"
    with pytest.raises(KeyError):
        watch.describe("dead_low")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match='Did you mean "xor"'):
        gn.lab.run("xro")


def test_an_experiment_shows_its_claim():
    assert repr(gn.lab.find("xor")) == "<experiment xor: one perceptron cannot learn XOR; one hidden layer can>"
    assert isinstance(gn.lab.find("xor"), Experiment)
