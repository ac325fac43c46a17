"""Finding and configuring entries: what is understood, and what is answered to the rest."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog import Activation, Catalog, Parameter, Remarks
from glassnet.catalog.entries import FINITE, NOT_NEGATIVE, POSITIVE, SHARE
from glassnet.errors import ParameterError

REMARKS = Remarks(good="g", bad="b", use="u", source="s")


def message(error: pytest.ExceptionInfo[BaseException]) -> str:
    return str(error.value)


def test_names_synonyms_entries_and_descriptions_are_understood():
    leaky = gn.activation("leaky_relu", slope=0.03)
    assert gn.activation("lrelu", slope=0.03) == leaky
    assert gn.activation(leaky) is leaky
    assert gn.activation({"name": "leaky_relu", "parameters": {"slope": 0.03}}) == leaky
    assert gn.activation({"name": "leaky_relu"}) == gn.activations.leaky_relu
    assert gn.activation(leaky, slope=0.01) == gn.activations.leaky_relu


def test_parameters_come_in_the_order_of_the_declaration():
    entry = Activation(
        "two", "a * x + b", parameters={"b": Parameter(2.0), "a": Parameter(1.0)}, remarks=REMARKS
    ).with_parameters(a=5)
    assert entry.parameters == (("b", 2.0), ("a", 5.0))
    assert entry.parameter_values == (2.0, 5.0)
    assert entry.to_json() == {"name": "two", "parameters": {"b": 2.0, "a": 5.0}}


def test_configuring_leaves_the_declared_entry_as_it_is():
    gn.activation("leaky_relu", slope=0.5)
    assert gn.activations.leaky_relu.parameters == (("slope", 0.01),)


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int64(3)])
def test_numbers_of_every_kind_become_floats(value):
    (stored,) = gn.activation("leaky_relu", slope=value).values
    assert type(stored) is float
    assert stored == 3.0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("rleu", 'got "rleu". Did you mean "relu"?'),
        ("ReLU", 'got "ReLU". Did you mean "relu"'),
        ("", 'got ""'),
        (None, "got None"),
        (3, "got 3"),
        (np.tanh, "got <ufunc 'tanh'>"),
        (["relu"], "got ['relu']"),
        ({}, "got None"),
    ],
)
def test_what_is_no_activation_is_answered_with_the_names(written, expected):
    with pytest.raises(ParameterError) as error:
        gn.activation(written)
    assert message(error).startswith(f"activation must be one of {', '.join(gn.activations.names[:8])}, ")
    assert expected in message(error)


def test_entry_of_another_kind_is_refused():
    with pytest.raises(ParameterError, match=r"^loss must be one of .*; got gn\.activation\('relu'\)$"):
        gn.loss(gn.activations.relu)


def test_argument_is_called_what_the_caller_calls_it():
    with pytest.raises(ParameterError, match=r"^output_activation must be one of identity"):
        gn.activations.resolve("rleu", argument="output_activation")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"slop": 1}, 'leaky_relu has no parameter "slop"; it has slope. Did you mean "slope"?'),
        ({"slope": "steep"}, 'slope must be a finite number; got "steep"'),
        ({"slope": np.nan}, "slope must be a finite number; got nan"),
        ({"slope": -np.inf}, "slope must be a finite number; got -inf"),
        ({"slope": True}, "slope must be a finite number; got True"),
        ({"slope": None}, "slope must be a finite number; got None"),
        ({"slope": [0.1]}, "slope must be a finite number; got [0.1]"),
        ({"slope": 1j}, "slope must be a finite number; got 1j"),
    ],
)
def test_wrong_parameters_are_answered(arguments, expected):
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        gn.activation("leaky_relu", **arguments)
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        gn.activations.leaky_relu(0.0, **arguments)


def test_parameter_where_there_is_none_is_answered():
    with pytest.raises(ParameterError, match=r'^relu has no parameter "slope"; it has none$'):
        gn.activation("relu", slope=1)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ({"name": "relu", "parameter": {}}, 'activation has no parameter "parameter"; it has name, parameters'),
        ({"name": "relu", "parameters": [1]}, "parameters must be a dict of names and numbers; got [1]"),
        ({"name": "relu", "parameters": {"slope": 1}}, 'relu has no parameter "slope"; it has none'),
    ],
)
def test_wrong_descriptions_are_answered(description, expected):
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}"):
        gn.activation(description)


@pytest.mark.parametrize(
    ("rule", "allowed", "refused"),
    [
        (FINITE, (-1e308, 0, 1e308), (np.inf,)),
        (NOT_NEGATIVE, (0, 1e308), (-1e-300,)),
        (POSITIVE, (1e-300,), (0, -1)),
        (SHARE, (0, 0.5, 1), (-1e-300, 1.0001)),
    ],
)
def test_rules(rule, allowed, refused):
    parameter = Parameter(0.5, rule=rule)
    for value in allowed:
        assert parameter.checked("p", value) == value
    for value in refused:
        with pytest.raises(ParameterError, match=f"^p must be {re.escape(rule.must_be)}; got "):
            parameter.checked("p", value)


def test_default_must_obey_its_own_rule():
    with pytest.raises(ParameterError, match=r"^p must be a finite number above 0; got 0$"):
        Activation("bad", "p * x", parameters={"p": Parameter(0, rule=POSITIVE)}, remarks=REMARKS)


def test_catalog_refuses_a_name_that_is_taken():
    first = Activation("one", "x", synonyms=("same",), remarks=REMARKS)
    second = Activation("same", "x", remarks=REMARKS)
    with pytest.raises(ValueError, match='the name "same" is taken twice'):
        Catalog([first, second])


def test_catalog_is_walked_asked_and_completed():
    assert len(gn.losses) == len(gn.losses.names) == len(list(gn.losses))
    assert "mse" in gn.losses
    assert "log_loss" not in gn.losses
    assert {"huber", "poisson"} <= set(dir(gn.losses))
    assert repr(gn.losses).startswith(f"<{len(gn.losses)} entries of kind loss: squared_error, mse, ")
    with pytest.raises(AttributeError, match='Did you mean "huber"'):
        _ = gn.losses.hubert
    assert gn.losses.mean_squared_error is gn.losses.mse
    assert gn.activations.swish is gn.activations.silu
    assert not hasattr(gn.losses, "__array__")


def test_public_names_are_those_that_type_checkers_see():
    tree = ast.parse(Path(gn.__file__).read_text(encoding="utf-8"))
    (for_types,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {
        alias.asname
        for node in for_types.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is not None
    }
    annotated = {ast.unparse(node.target) for node in for_types.body if isinstance(node, ast.AnnAssign)}
    assert imported | annotated == set(gn.__all__) <= set(dir(gn))


def test_public_names_are_there():
    for name in gn.__all__:
        assert getattr(gn, name) is not None
    assert isinstance(gn.__version__, str)
    with pytest.raises(AttributeError, match="module 'glassnet' has no attribute 'tensor'"):
        _ = gn.tensor
