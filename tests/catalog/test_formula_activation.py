"""An activation given by a formula is an activation like any other."""

from __future__ import annotations

import copy
import json
import pickle
import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, FormulaError, ParameterError, ShapeError


def test_it_computes_value_derivative_and_jacobian():
    swish = gn.activation("x * sigmoid(beta * x)", beta=1.5)
    x = np.linspace(-9, 9, 300).reshape(20, 15)
    np.testing.assert_allclose(swish(x), gn.activations.silu(x, beta=1.5), rtol=1e-14)
    np.testing.assert_allclose(swish.derivative(x), gn.activations.silu.derivative(x, beta=1.5), rtol=1e-11)
    np.testing.assert_array_equal(swish.jacobian(x)[3, 2], swish.derivative(x)[3, 2] * np.eye(15)[2])
    assert swish(2.0, beta=1.0) == gn.activation("x * sigmoid(x)")(2.0)
    assert type(swish(1)) is np.float64
    assert swish(np.zeros((0, 3), np.float32)).dtype == np.float32
    assert np.isnan(gn.activation("where(x > 0, x, 0)")(np.nan))
    assert np.isnan(gn.activation("max(0, min(x, 1))").derivative(np.nan))


@pytest.mark.parametrize("name", ["value", "derivative"])
def test_out_takes_the_result(name):
    activation = gn.activation("x * tanh(softplus(x))")
    call = activation if name == "value" else activation.derivative
    x = np.linspace(-4, 4, 100)
    expected = call(x)
    memory = np.concatenate([x, [0.0]])
    call(memory[:-1], out=memory[1:])
    np.testing.assert_array_equal(memory[1:], expected)
    memory = x.copy()
    assert call(memory, out=memory) is memory
    np.testing.assert_array_equal(memory, expected)
    with pytest.raises(ShapeError):
        call(x, out=np.empty(99))
    with pytest.raises(DataError):
        call(x, out=np.empty(100, np.float32))


@pytest.mark.parametrize(
    "activation",
    [
        gn.activation("x*tanh(softplus(x))"),
        gn.activation("x * sigmoid(beta * x)", beta=1.5),
        gn.activation("a*x + b*tanh(x)", b=2, a=-0.1, learned=["b"]),
    ],
)
def test_it_is_a_value(activation):
    again = [
        eval(repr(activation), {"gn": gn}),
        pickle.loads(pickle.dumps(activation)),
        gn.activation(json.loads(json.dumps(activation.to_json()))),
        copy.deepcopy(activation),
        activation.with_parameters(),
    ]
    for other in again:
        assert other == activation
        assert hash(other) == hash(activation)
        assert type(other) is type(activation)
        assert repr(other) == repr(activation)
    assert activation != gn.activation("x")
    assert activation != "x"


def test_spelling_does_not_matter_but_parameters_do():
    assert gn.activation("x*sigmoid( x )") == gn.activation(" x * (sigmoid(x))")
    assert gn.activation("a*x", a=1) != gn.activation("a*x", a=2)
    assert gn.activation("a*x", a=1) != gn.activation("a*x", a=1, learned=["a"])
    assert gn.activation("a*x", a=1).with_parameters(a=2) == gn.activation("a*x", a=2)
    assert gn.activation("a*x + b", b=2, a=1).parameters == (("a", 1.0), ("b", 2.0))
    assert gn.activation(gn.activation("x*x")) == gn.activation("x*x")
    # A formula of the catalog stays a formula.
    assert gn.activation("tanh(x)") != gn.activations.tanh


@pytest.mark.parametrize(
    ("formula", "parameters", "told"),
    [
        ("x * sigmoid(beta * x)", {}, "beta has no value; pass beta=1.0, say"),
        ("a*x + b*x**2", {}, "a, b have no value; pass a=1.0, b=1.0, say"),
        ("X * 2", {}, 'X has no value; pass X=1.0, say. Did you mean "x"?'),
        ("beta*x", {"beta": 1, "bta": 2}, 'it has no parameter "bta"; it has beta. Did you mean "beta"?'),
        ("x*x", {"beta": 1}, 'it has no parameter "beta"; it has none'),
        ("x*x", {"x": 1}, "x has a meaning already"),
        ("x*e", {"e": 1}, "e has a meaning already"),
        ("beta*x", {"beta": np.inf}, "beta must be a finite number; got inf"),
        ("beta*x", {"beta": "1"}, 'beta must be a finite number; got "1"'),
        ("beta*x", {"beta": 1, "learned": ["alpha"]}, 'it has no parameter "alpha"; it has beta'),
        ("beta*x", {"beta": 1, "learned": "beta"}, "learned must be a list of names of parameters"),
        ({"formula": "x", "values": {}}, {}, 'has no parameter "values"; it has formula, parameters, learned'),
        ({"formula": 1}, {}, "formula must be a text; got 1"),
        ({"formula": "x", "parameters": [1]}, {}, "parameters must be a dict of names and numbers"),
    ],
)
def test_wrong_arguments_are_told(formula, parameters, told):
    with pytest.raises(ParameterError, match=re.escape(told)):
        gn.activation(formula, **parameters)


@pytest.mark.parametrize("name", ["rleu", "leaky-relu", "leaky relu", "Relu", "tahn", "2", "", "pprelu"])
def test_a_misspelt_name_is_no_formula(name):
    with pytest.raises(ParameterError, match=r"^activation must be one of identity") as error:
        gn.activation(name)
    assert not isinstance(error.value, FormulaError)


def test_a_parameter_changes_for_one_call_only():
    activation = gn.activation("x + a * x**2", a=0.5)
    assert activation(2.0, a=0.0) == 2.0
    assert activation(2.0) == 4.0
    with pytest.raises(ParameterError, match='has no parameter "slope"; it has a'):
        activation(2.0, slope=1.0)
    with pytest.raises(FormulaError, match="it is 0 whatever x is"):
        gn.activation("a * x", a=1.0)(2.0, a=0.0)


@pytest.mark.parametrize("branch", ["x / 0", "log(-1 - x*x)", "exp(exp(x*x + 9))", "x * (1 / 0)", "(x - x)**-1.5"])
def test_a_branch_that_is_not_chosen_counts_nothing(branch):
    activation = gn.activation(f"where(x > -1e9, 2 * x, {branch})")
    for dtype in (np.float32, np.float64):
        x = np.array([-3.0, 0.0, 0.5, 40.0], dtype)
        np.testing.assert_array_equal(activation(x), 2 * x)
        np.testing.assert_array_equal(activation.derivative(x), np.full_like(x, 2))
