"""Activations over an axis: what is said of them, against facts."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog.axis_properties import jacobian_latex, properties_of

OVER_AXIS = [activation for activation in gn.activations if activation.over_axis]


@pytest.mark.parametrize("activation", OVER_AXIS, ids=lambda activation: activation.name)
def test_values_and_slopes_of_other_rows_keep_to_what_is_said(activation):
    found = properties_of(activation)
    rows = np.random.default_rng(4).normal(scale=6, size=(500, 6))
    value, slopes = activation(rows), activation.jacobian(rows)
    assert (value >= found.range.low).all()
    assert (value <= found.range.high).all()
    assert slopes.min() >= min(found.own_slope[0], found.other_slope[0]) - 1e-12
    assert slopes.max() <= max(found.own_slope[1], found.other_slope[1]) + 1e-12
    assert found.sums_to_one is bool(value.shape == rows.shape and np.allclose(value.sum(axis=1), 1))
    assert found.grouped is (value.shape != rows.shape)
    json.dumps(found.to_json(), allow_nan=False)


def test_facts():
    softmax = properties_of(gn.activations.softmax)
    assert str(softmax.range) == "(0, 1)"
    assert (softmax.sums_to_one, softmax.keeps_order, softmax.shift_invariant) == (True, True, True)
    assert (softmax.own_slope, softmax.other_slope) == ((0.0, 0.25), (-0.25, 0.0))
    assert jacobian_latex(gn.activations.softmax) == r"p_{i} \left(\delta_{ij} - p_{j}\right)"
    for activation in OVER_AXIS:
        if activation.name == "log_softmax":
            assert str(properties_of(activation).range) == "(-∞, 0)"
            assert jacobian_latex(activation) == r"\delta_{ij} - p_{j}"
        if activation.name == "hardmax":
            assert str(properties_of(activation).range) == "[0, 1]"
        if activation.name == "maxout":
            assert math.isinf(properties_of(activation).range.low)
            assert properties_of(activation).grouped


@pytest.mark.parametrize("activation", OVER_AXIS, ids=lambda activation: activation.name)
def test_digits_of_a_row_agree_with_the_kernel(activation):
    row = [0.3, -1.25, 2.0, 0.0, 40.0, -3.5]
    told = [float(text) for text in activation.value_in_digits(row, 30)]
    np.testing.assert_allclose(told, activation(row), rtol=1e-14, atol=1e-300)
    assert activation.properties is properties_of(activation)
    with pytest.raises(gn.errors.ParameterError, match="no elementwise derivative"):
        _ = activation.derivative_formula
