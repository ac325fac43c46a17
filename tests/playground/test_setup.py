"""A set-up comes from an address that anybody may have written: whatever it holds, it is taken or refused in words."""

from __future__ import annotations

import contextlib
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import SetupError
from glassnet.playground.data import SETS
from glassnet.playground.material import material_of
from glassnet.playground.preparing import prepare
from glassnet.playground.setup import DEFAULT, Setup


def described(**changes):
    """The default's JSON with other values: described(model={...}, data={...})."""
    normal = DEFAULT.to_json()
    return {part: {**normal[part], **changes.get(part, {})} for part in normal}


def deep(levels):
    nested = []
    for _ in range(levels):
        nested = [nested]
    return nested


# What is wrong, where it is, and words of the message.
WRONG = [
    (3, "", "the set-up must be an object"),
    ({"modle": {}}, "modle", 'Did you mean "model"'),
    ({"model": None}, "model", "must be an object"),
    ({"model": {"dropuot": 1}}, "model.dropuot", 'Did you mean "dropout"'),
    ({"model": {"activation": ["tanh", "tnah"]}}, "model.activation[1]", 'Did you mean "tanh"'),
    ({"model": {"activation": ["tanh", "x +"]}}, "model.activation[1]", "formula"),
    ({"model": {"activation": ["tanh", "softmax"]}}, "model.activation[1]", "at the output only"),
    ({"model": {"activation": "step"}}, "model.activation", "slope"),
    ({"model": {"activation": ["tanh"]}}, "model.activation", "a list of 2"),
    ({"model": {"activation": [{"name": "relu", "slope": 1}, "tanh"]}}, "model.activation[0]", "slope"),
    (
        {"model": {"activation": {"name": "leaky_relu", "parameters": {"slope": 1e7}}}},
        "model.activation.slope",
        "1,000,",
    ),
    ({"model": {"activation": 7}}, "model.activation", "a name, a formula"),
    ({"model": {"hidden_layer_sizes": [8, 65]}}, "model.hidden_layer_sizes[1]", "from 1 to 64"),
    ({"model": {"hidden_layer_sizes": [8.5]}}, "model.hidden_layer_sizes[0]", "whole number"),
    ({"model": {"hidden_layer_sizes": [8] * 9}}, "model.hidden_layer_sizes", "at most 8"),
    ({"model": {"hidden_layer_sizes": [True]}}, "model.hidden_layer_sizes[0]", "a number"),
    ({"model": {"dropout": [0.1, 1.0]}}, "model.dropout[1]", "from 0 to 0.95"),
    ({"model": {"initializer": ["zeros"]}}, "model.initializer", "a list of 3"),
    ({"model": {"initializer": "hee"}}, "model.initializer", "one of"),
    ({"model": {"loss": "mes"}}, "model.loss", "one of"),
    ({"model": {"loss": {}}}, "model.loss", "one of"),
    ({"model": {"solver": "adma"}}, "model.solver", 'Did you mean "adam'),
    ({"model": {"learning_rate_init": 0}}, "model.learning_rate_init", "from 0 to 100"),
    ({"model": {"learning_rate_init": math.nan}}, "model.learning_rate_init", "finite"),
    ({"model": {"learning_rate_init": 10**400}}, "model.learning_rate_init", "not so large"),
    ({"model": {"nesterovs_momentum": 1}}, "model.nesterovs_momentum", "true or false"),
    ({"model": {"batch_size": "32"}}, "model.batch_size", "a number"),
    ({"model": {"class_weight": {"0": -1}}}, "model.class_weight.0", "from 0"),
    ({"model": {"class_weight": "blanced"}}, "model.class_weight", "balanced"),
    ({"model": {"random_state": -1}}, "model.random_state", "from 0"),
    ({"data": {"name": "spirl"}}, "data.name", 'Did you mean "spiral"'),
    ({"data": {"n_rows": 1e9}}, "data.n_rows", "from 20 to 5,000"),
    ({"data": {"noise": "a" * 2000}}, "data.noise", "1,000 characters"),
    ({"data": {"points": [[1, 2, 0], [1, 2]]}}, "data.points[1]", "[x1, x2, class or number]"),
    ({"data": {"points": [[1, 2, 0], [1, "2", 0]]}}, "data.points[1][1]", "a number"),
    ({"data": {"points": [[0, 0, 0]] * 2001}}, "data.points", "2,000 values"),
    ({"data": {"points": [0] * 30_000}}, "data.points", "20,000 values"),
    ({"data": {"points": deep(100_000)}}, "data.points" + "[0]" * 6, "8 levels"),
    ({"data": {"seed": {1, 2}}}, "data.seed", "an object, a list"),
    ({"data": {"table": {"name": "a.csv"}}}, "data.table.id", "given"),
    ({"data": {"table": {"id": "1", "columns": ["a"]}}}, "data.table.columns", "two different columns"),
    ({"data": {"table": {"id": "1", "columns": ["a", "a"]}}}, "data.table.columns", "two different columns"),
    ({"data": {"table": {"id": "\ud800"}}}, "data.table.id", "a text"),
    ({"data": {5: 1}}, "data", "short texts"),
]


@pytest.mark.parametrize(("description", "where", "words"), WRONG)
def test_what_is_wrong_is_named_with_its_place(description, where, words):
    with pytest.raises(SetupError) as caught:
        Setup.from_json(description)
    assert caught.value.where == where
    assert words in str(caught.value)
    assert len(str(caught.value)) < 1200


def test_what_is_left_out_has_its_default():
    assert Setup.from_json({}) == Setup.from_json({"model": {}}) == DEFAULT
    assert Setup.from_json({"model": {"hidden_layer_sizes": 5}}).to_json()["model"]["activation"] == ["tanh"]


def test_normal_form_survives_json():
    setup = DEFAULT.changed(
        data={"name": "drawn", "points": [[0, 1.5, 1]], "table": {"id": "7", "name": "a.csv", "target": "y"}},
        model={
            "hidden_layer_sizes": [3, 4, 5],
            "activation": [{"formula": "x * sigmoid(beta * x)", "parameters": {"beta": 2}},
                           "leaky_relu", {"name": "prelu", "parameters": {"slope": 0.1}}],
            "dropout": 0.25,
            "initializer": ["zeros", "auto", "he_normal", "glorot_uniform"],
            "loss": {"name": "focal", "parameters": {"gamma": 3.0}},
            "class_weight": {"0": 2, "1": 1},
        },
    )  # fmt: skip
    written = json.loads(json.dumps(setup.to_json(), allow_nan=False))
    assert Setup.from_json(written) == setup
    assert Setup.from_json(written).to_json() == written
    assert written["model"]["dropout"] == [0.25] * 3
    assert written["model"]["activation"][1] == "leaky_relu"


def test_a_formula_without_parameters_is_written_as_it_was_typed():
    setup = DEFAULT.changed(model={"activation": "max(x, 0.1*x)", "loss": "abs(p - y)"})
    assert setup.to_json()["model"]["activation"] == ["max(x, 0.1 * x)"] * 2
    assert setup.to_json()["model"]["loss"] == "abs(p - y)"


def test_lists_follow_the_number_of_layers():
    setup = DEFAULT.changed(model={"activation": ["relu", "sine"], "initializer": ["zeros", "auto", "he_normal"]})
    longer = setup.changed(model={"hidden_layer_sizes": [8, 8, 8]}).to_json()["model"]
    assert longer["activation"] == ["relu", "sine", "sine"]
    assert longer["initializer"] == ["zeros", "auto", "auto", "he_normal"]
    shorter = setup.changed(model={"hidden_layer_sizes": [8]}).to_json()["model"]
    assert shorter["activation"] == ["relu"]
    assert shorter["initializer"] == ["zeros", "he_normal"]
    assert setup.changed(model={"hidden_layer_sizes": []}).changed(model={"hidden_layer_sizes": [2]}).model.dropout == (
        0.0,
    )


def test_every_remedy_of_the_network_merges():
    for change in (
        {"activation": "leaky_relu"},
        {"hidden_layer_sizes": (64,)},
        {"initializer": "auto", "bias_initializer": "zeros"},
        {"dropout": 0.2},
        {"loss": "log_loss"},
        {"class_weight": "balanced"},
        {"max_iter": 6000},
    ):
        assert DEFAULT.changed(model=change) != DEFAULT or change["initializer"] == "auto"


def test_a_change_is_checked_too():
    with pytest.raises(SetupError) as caught:
        DEFAULT.changed(model={"early_stopping": True})
    assert caught.value.where == "model.early_stopping"
    with pytest.raises(SetupError):
        DEFAULT.changed(model={"hidden_layer_sizes": None})


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["relu", "auto", "x**2"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = [(part, name) for part, values in DEFAULT.to_json().items() for name in values]


@settings(max_examples=100, deadline=None)
@given(anything)
def test_anything_is_taken_or_refused(description):
    with contextlib.suppress(SetupError):
        Setup.from_json(description)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), anything)
def test_any_value_is_taken_or_refused_by_its_place(name, value):
    part, key = name
    refused = None
    try:
        setup = Setup.from_json(described(**{part: {key: value}}))
    except SetupError as error:
        refused = error
    if refused is not None:
        layers = ("model.activation", "model.dropout", "model.initializer", "model.bias_initializer")
        assert refused.where.startswith((f"{part}.{key}", *layers))
        return
    assert Setup.from_json(json.loads(json.dumps(setup.to_json(), allow_nan=False))) == setup


activations = st.sampled_from([f.name for f in gn.activations if f.hidden])
setups = st.fixed_dictionaries(
    {
        "data": st.fixed_dictionaries(
            {
                "name": st.sampled_from([name for name, entry in SETS.items() if entry.kind in ("made", "digits")]),
                "n_rows": st.integers(20, 60),
                "n_classes": st.integers(2, 10),
                "noise": st.floats(0, 1),
                "test_share": st.floats(0.05, 0.95),
                "seed": st.integers(0, 2**32 - 1),
            }
        ),
        "model": st.fixed_dictionaries(
            {
                "hidden_layer_sizes": st.lists(st.integers(1, 64), max_size=8),
                "activation": activations,
                "initializer": st.sampled_from(gn.initializers.names),
                "loss": st.sampled_from(["auto", "log_loss", *gn.losses.names]),
                "output_activation": st.sampled_from(["auto", "identity", "sigmoid", "softmax", "exp"]),
                "solver": st.sampled_from(gn.optimizers.names),
                "learning_rate": st.sampled_from(gn.schedules.names),
                "batch_size": st.integers(1, 20_000),
                "class_weight": st.sampled_from([None, "balanced", {"0": 2.0}, {"nobody": 1.0}]),
                "l1_ratio": st.sampled_from([0.0, 0.5]),
                "alpha": st.sampled_from([0.0, 0.1]),
            }
        ),
    }
)


@settings(max_examples=150, deadline=None)
@given(setups)
def test_what_is_taken_can_be_prepared_or_says_what_does_not_go_together(description):
    setup = Setup.from_json(description)
    refused = None
    try:
        prepared = prepare(setup, material_of(setup))
    except SetupError as error:
        refused = error
    if refused is not None:
        assert refused.where.startswith("model")
        return
    assert prepared.network.shapes[0][0] == prepared.data.X.shape[1]
    assert all(choice.value for choice in prepared.choices)
    json.dumps([choice.to_json() for choice in prepared.choices])
