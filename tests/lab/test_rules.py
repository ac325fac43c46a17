"""Each rule is a function of numbers, and can come out otherwise: numbers of every kind are fed to it.

The numbers stand in `tests/lab/rules/`, a module for each family of experiments: RULES is name -> verdict -> numbers.
"""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import glassnet as gn
from glassnet.lab.experiment import VERDICTS
from tests.lab import rules


def all_rules():
    found = {}
    for module in pkgutil.iter_modules(rules.__path__):
        found |= importlib.import_module(f"{rules.__name__}.{module.name}").RULES
    return found


CASES = all_rules()


@pytest.mark.parametrize(
    ("name", "verdict"), [(name, verdict) for name, verdicts in CASES.items() for verdict in verdicts]
)
def test_numbers_decide_the_verdict(name, verdict):
    assert gn.lab.find(name).verdict(CASES[name][verdict]) == verdict


@pytest.mark.parametrize("name", [one.name for one in gn.lab.list()])
def test_every_rule_is_tested_with_every_verdict_that_it_can_give(name):
    assert name in CASES, f"numbers for the rule of {name} belong into tests/lab/rules/"
    assert len(CASES[name]) >= 2
    assert set(CASES[name]) <= set(VERDICTS)
    assert "does not hold" in CASES[name]


def test_no_rules_without_an_experiment():
    assert set(CASES) <= {one.name for one in gn.lab.list()}
