"""A loss given by a formula is a loss like any other."""

from __future__ import annotations

import copy
import json
import pickle
import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import FormulaError, ParameterError

rng = np.random.default_rng(0)
RAW = rng.normal(size=(50, 3)) * 3
TARGET = rng.normal(size=(50, 3))


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("(p - y)**2 / 2", "squared_error"),
        ("abs(p - y)", "absolute_error"),
        ("where(abs(p - y) > 1, abs(p - y) - 0.5, (p - y)**2 / 2)", "huber"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_it_computes_what_the_built_in_loss_does(formula, name, dtype, reduction):
    typed, built_in = gn.loss(formula), gn.losses[name]
    given = (RAW.astype(dtype), TARGET.astype(dtype))
    weight = np.arange(50) % 3.0
    rtol = 20 * np.finfo(dtype).eps
    for options in ({}, {"sample_weight": weight}):
        expected = built_in(*given, reduction=reduction, **options)
        np.testing.assert_allclose(typed(*given, reduction=reduction, **options), expected, rtol=rtol)
        expected = built_in.gradient(*given, reduction=reduction, **options)
        actual = typed.gradient(*given, reduction=reduction, **options)
        assert actual.dtype == dtype
        np.testing.assert_allclose(actual, expected, rtol=rtol)


@pytest.mark.parametrize("loss", [gn.loss("(p-y)**4"), gn.loss("abs(p - y)**a * (b + p*p)", b=1, a=1.5)])
def test_it_is_a_value(loss):
    again = [
        eval(repr(loss), {"gn": gn}),
        pickle.loads(pickle.dumps(loss)),
        gn.loss(json.loads(json.dumps(loss.to_json()))),
        copy.deepcopy(loss),
        loss.with_parameters(),
    ]
    for other in again:
        assert other == loss
        assert hash(other) == hash(loss)
        assert repr(other) == repr(loss)
    assert loss != gn.loss("(p-y)**2")
    assert loss.link == "identity"


@pytest.mark.parametrize(
    ("formula", "parameters", "told"),
    [
        ("y**2", {}, "it is 0 whatever p is"),
        ("(p - y)**2 - (p - y)**2", {}, "it is 0 whatever p is"),
        ("log(p) - y", {}, "not finite at p = 0.0: log(p) is the logarithm of 0"),
        ("exp(p - y)", {}, "larger than a float can be"),
        ("sqrt(abs(p - y))", {}, "its derivative is not finite at p = 0.0"),
        ("p > y", {}, "it jumps at p = 0.0, from 0 to 1"),
        ("x*x", {}, "x has no value"),
        ("abs(p - y)**a", {}, "a has no value"),
        ("abs(p - y)**a", {"a": 2, "b": 1}, 'it has no parameter "b"; it has a'),
        ("(p - y)**2", {"y": 2}, "y has a meaning already"),
        ({"formula": "p*p", "learned": []}, {}, "it has formula, parameters"),
    ],
)
def test_unusable_losses_are_refused(formula, parameters, told):
    with pytest.raises(ParameterError, match=re.escape(told)):
        gn.loss(formula, **parameters)


@pytest.mark.parametrize("name", ["mes", "squared-error", "log loss", "2"])
def test_a_misspelt_name_is_no_formula(name):
    with pytest.raises(ParameterError, match=r"^loss must be one of squared_error") as error:
        gn.loss(name)
    assert not isinstance(error.value, FormulaError)


def test_notes_tell_where_predictions_settle():
    for fair in ("(p - y)**2", "abs(p - y)", "where(p > y, 0.9*(p - y), 0.1*(y - p))", "log(cosh(p - y))"):
        assert gn.loss(fair).notes == ()
    beside = "at y = 0.0 the gradient where p = y is 1, not 0: predictions settle beside the targets"
    assert gn.loss("(p - y)**2 + p").notes == (beside,)


def test_a_parameter_changes_for_one_call_only():
    loss = gn.loss("abs(p - y)**a", a=2)
    assert loss([3.0], [1.0], a=3) == 8
    assert loss([3.0], [1.0]) == 4
    assert loss.gradient([3.0], [1.0], a=3) == [12]
    with pytest.raises(ParameterError, match='has no parameter "delta"; it has a'):
        loss([3.0], [1.0], delta=1)
