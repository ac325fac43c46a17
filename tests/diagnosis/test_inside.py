"""Findings from a trace: what is healthy, what is not, and which layer is named."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from glassnet.diagnosis import look_inside


def network(*units):
    return SimpleNamespace(layers=tuple(SimpleNamespace(units=n) for n in units))


def trace(dead, saturated, gradients):
    """Two epochs; only the last one counts."""
    layers = {
        "saturated": np.array([np.ones(len(saturated)), saturated], dtype=float),
        "gradient_norm": np.array([np.full(len(gradients), 1e9), gradients], dtype=float),
    }
    return SimpleNamespace(dead_units=dead, layers=layers)


def by_name(units, dead, saturated, gradients):
    return {finding.name: finding for finding in look_inside(network(*units), trace(dead, saturated, gradients))}


def test_a_healthy_network_is_called_so():
    found = by_name((8, 4, 3), [[], [], []], [0, 0, 0.9], [0.4, 0.6, 1.1])
    assert {finding.severity for finding in found.values()} == {"healthy"}
    assert found["dead_units"].text == "all 12 hidden units alive"
    assert found["saturation"].text == "no saturation"
    assert found["gradients"].text == "gradients 0.4 to 1.1 across layers"
    assert found["gradients"].number == pytest.approx(1.1 / 0.4)
    assert {finding.layer for finding in found.values()} == {None}


@pytest.mark.parametrize(("n_dead", "severity"), [(1, "note"), (2, "note"), (3, "warning")])
def test_dead_units_are_counted_and_the_worst_layer_named(n_dead, severity):
    found = by_name((10, 20, 3), [[0], list(range(2 * n_dead)), []], [0, 0, 0], [1, 1, 1])["dead_units"]
    assert found.layer == (2 if n_dead > 1 else 1)
    assert found.severity == severity
    assert found.number == n_dead / 10
    assert found.text.startswith(f"{1 + 2 * n_dead} of 30 hidden units are dead")


def test_one_dead_unit_is_singular():
    found = by_name((10, 3), [[4], []], [0, 0], [1, 1])["dead_units"]
    assert found.text == "1 of 10 hidden units is dead, most in layer 1 (10% of it)"


def test_a_class_that_is_never_predicted_is_no_dead_unit():
    assert by_name((10, 3), [[], [1]], [0, 0], [1, 1])["dead_units"].severity == "healthy"


@pytest.mark.parametrize(("share", "severity"), [(0.05, "healthy"), (0.2, "note"), (0.7, "warning")])
def test_saturation_is_told_with_its_layer(share, severity):
    found = by_name((8, 4, 3), [[], [], []], [0, share, 1], [1, 1, 1])["saturation"]
    assert (found.severity, found.layer, found.number) == (severity, 2, share)
    assert found.text == f"layer 2 saturated in {share:.1%} of its outputs"


@pytest.mark.parametrize(("first", "severity"), [(0.1, "healthy"), (0.01, "note"), (1e-5, "warning")])
def test_gradients_that_differ_by_orders_are_told(first, severity):
    found = by_name((8, 4, 3), [[], [], []], [0, 0, 0], [first, 0.5, 1.0])["gradients"]
    assert (found.severity, found.layer) == (severity, None if severity == "healthy" else 1)


def test_no_gradient_at_all_is_infinitely_uneven():
    found = by_name((8, 3), [[], []], [0, 0], [0.0, 1.0])["gradients"]
    assert (found.severity, found.number) == ("warning", math.inf)


def test_no_gradient_anywhere_is_not_called_healthy():
    found = by_name((8, 3), [[], []], [0, 0], [0.0, 0.0])["gradients"]
    assert (found.severity, found.number, found.text) == ("note", 0.0, "no gradient in any layer")


def test_without_hidden_layers_only_the_gradient_is_told():
    (found,) = look_inside(network(3), trace([[]], [1.0], [0.25]))
    assert (found.name, found.text, found.severity) == ("gradients", "gradient 0.25", "healthy")
