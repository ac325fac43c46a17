"""A unit in words: the words are true of the numbers, for networks whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import Trace, TrainingData, Weights
from glassnet.errors import ParameterError
from glassnet.network import LayerSpec, NetworkSpec
from glassnet.playground.units import unit
from glassnet.texts import speaking

AUTO = gn.initializer("glorot_uniform")
GRID = np.stack(np.meshgrid(np.linspace(-2, 2, 20), np.linspace(-2, 2, 20)), axis=-1).reshape(-1, 2)


def asked(activation, W, b, layer=1, u=0, *, loss="binary_cross_entropy", out=None, X=GRID, y=None, trace=None, **kw):
    """One hidden layer with weights W and biases b, then the output; class 1 is where x1 is above 0."""
    W, b = np.atleast_2d(np.asarray(W, float)), np.asarray(b, float)
    hidden = gn.activation(activation)
    units = W.shape[1] // hidden.pieces
    loss = gn.loss(loss)
    out = np.ones((units, 1)) if out is None else np.asarray(out, float)
    net = NetworkSpec(
        W.shape[0],
        (LayerSpec(units, hidden, AUTO, AUTO), LayerSpec(out.shape[1], loss.output_activation, AUTO, AUTO)),
        loss,
        "float64",
    )
    learned = [np.full(units, dict(hidden.parameters)[name]) for name in hidden.learned]
    codes = (X[:, 0] > 0).astype(int)
    y = codes[:, None].astype(float) if y is None else y
    if loss.link != "identity":
        kw = {"codes": codes, "class_names": ["A", "B"], **kw}
    return unit(
        net, TrainingData(X, y), Weights([W, out], [b, np.zeros(out.shape[1])], (), learned), trace, layer, u, **kw
    )


@pytest.mark.parametrize(
    ("weights", "direction"),
    [
        ([1, 0], "to the right"),
        ([1, 1], "to the upper right"),
        ([0, 2], "upward"),
        ([-1, 1.1], "to the upper left"),
        ([-3, 0.1], "to the left"),
        ([-1, -1], "to the lower left"),
        ([0, -1], "downward"),
        ([1, -1], "to the lower right"),
        ([0.7, -0.1], "to the right"),
    ],
)
def test_the_direction_that_a_unit_reacts_to(weights, direction):
    told = asked("tanh", np.array(weights, float)[:, None], [0.5])
    assert f"across it, {direction}, it goes from −1 to 1" in told["text"]


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        ("relu", "It is 0 on one side of a line; beyond it, it grows to the right, by 2 for each unit of distance."),
        ("sigmoid", "across it, to the right, it goes from 0 to 1"),
        ("identity", "It grows evenly to the right, by 2 for each unit of distance: it is linear."),
        ("silu", "Its weighted sum is 0 on a line and grows to the right, by 2 for each unit of distance."),
        ("leaky_relu", "Its weighted sum is 0 on a line and grows to the right"),
        ("gaussian", "It picks out a stripe along a line"),
        ("max(x, 0)", "It is 0 on one side of a line; beyond it, it grows to the right"),
        ("prelu", "Its weighted sum is 0 on a line and grows to the right"),
    ],
)
def test_what_a_unit_does_by_its_function(activation, words):
    assert words in asked(activation, [[2.0], [0.0]], [0.0])["text"]


def test_formula_with_its_numbers():
    told = asked("tanh", [[1.25], [-0.5]], [-0.75])
    assert told["title"] == "unit 1 of layer 1 · tanh"
    assert dict(map(tuple, told["facts"]))["computes"] == "tanh(1.25·x1 − 0.5·x2 − 0.75)"
    told = asked("x * tanh(x)", [[1.0], [2.0]], [0.0], column_names=["height", "age"])
    assert "f(1·height + 2·age + 0) with f(x) = x * tanh(x)" in dict(map(tuple, told["facts"]))["computes"]
    told = asked("maxout", [[1.0, 2.0], [3.0, -4.0]], [0.0, 0.5])
    assert dict(map(tuple, told["facts"]))["computes"] == "max(1·x1 + 3·x2 + 0, 2·x1 − 4·x2 + 0.5)"


def test_share_of_rows_on_which_it_is_active():
    told = asked("relu", [[1.0], [0.0]], [0.0])
    assert "It is active on 50% of the 400 rows." in told["text"]
    assert dict(map(tuple, told["facts"]))["active"] == "50%"
    assert "It is active on all 400 rows: there it is linear." in asked("relu", [[1.0], [0.0]], [3.0])["text"]
    nearly = asked("relu", [[1.0], [1.0]], [-3.8])["text"]  # positive in the corner alone: 1 row of 400
    assert "It is nearly dead: active on only 0.2% of the 400 rows" in nearly


def test_saturation():
    assert (
        "It is saturated on 100% of the 400 rows: there hardly any gradient passes."
        in asked("tanh", [[1.0], [0.0]], [9.0])["text"]
    )
    assert "It is saturated on none of the 400 rows." in asked("tanh", [[0.1], [0.0]], [0.0])["text"]
    assert "decided and hard to move" in asked("tanh", [[4.0], [0.0]], [0.0])["text"]


def trace_of(dead_shares, dead_units):
    layers = np.zeros((len(dead_shares), 2, 7))
    layers[:, 0, 0] = dead_shares
    epochs = np.zeros((len(dead_shares), 6))
    epochs[:, 0] = np.arange(1, len(dead_shares) + 1)
    return Trace(epochs, layers, [dead_units, []])


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.0, 0.0, 0.5, 0.5], "It is dead since epoch 3: its slope is 0 on all 400 rows"),
        ([0.5, 0.5], "It is dead since epoch 1:"),
        ([0.0, 0.25, 0.5], "It is dead, since epoch 3 at the latest:"),
    ],
)
def test_dead_units_and_since_when(shares, words):
    W = np.tile([[1.0], [1.0]], 2)
    told = asked("relu", W, [-9.0, 0.0], trace=trace_of(shares, [0]))
    assert told["dead"]
    assert words in told["text"]
    assert "It cannot come back." in told["text"]
    assert "active on" not in told["text"]
    assert not asked("relu", W, [-9.0, 0.0], u=1, trace=trace_of(shares, [0]))["dead"]
    assert "It is dead: its slope is 0" in asked("relu", W, [-9.0, 0.0])["text"]  # nothing is known of the past


def test_what_it_feeds():
    W, out = [[1.0, 0.0], [0.0, 1.0]], [[2.0], [-1.0]]
    assert "It speaks for B: its weight in the score of B is 2." in asked("tanh", W, [0, 0], out=out)["text"]
    assert "It speaks for A: its weight in the score of B is −1." in asked("tanh", W, [0, 0], u=1, out=out)["text"]
    assert "Nothing hears it" in asked("tanh", W, [0, 0], out=[[0.0], [-1.0]])["text"]
    told = asked("tanh", W, [0, 0], loss="squared_error", y=GRID[:, :1] * 3, out=[[0.4], [0.1]])
    assert "It raises the prediction (weight 0.4)." in told["text"]
    assert "It rises with the target (correlation 0.9" in told["text"]


def test_what_it_is_high_for():
    assert "On average it is highest for B (" in asked("tanh", [[1.0], [0.0]], [0.0])["text"]
    assert "On average it is highest for A (" in asked("tanh", [[-1.0], [0.0]], [0.0])["text"]
    assert "By itself it hardly tells the classes apart." in asked("tanh", [[0.0], [1.0]], [0.0])["text"]


def test_copies_are_named():
    W = np.tile([[1.0], [1.0]], 3)
    told = asked("tanh", W, [0.5, 0.5, 0.4], out=[[1.0], [1.0], [1.0]])
    assert "Unit 2 is a copy of it: the same weights in and out." in told["text"]
    assert "copy" not in asked("tanh", W, [0.5, 0.5, 0.4], u=2, out=[[1.0], [1.0], [1.0]])["text"]


def test_zero_weights_ignore_the_inputs():
    assert asked("tanh", [[0.0], [0.0]], [0.5])["text"].startswith("All its weights are 0: it ignores its inputs.")


def test_the_output_unit():
    told = asked("tanh", [[50.0, 0.0], [0.0, 1.0]], [0, 0], layer=2, out=[[3.0], [0.0]])
    assert told["title"] == "output for B · sigmoid"
    assert "It turns its score into the probability of B." in told["text"]
    assert "It listens most to unit 1 (weight 3)." in told["text"]
    assert "50% of the 400 training rows are taken for B, 100% of these rightly." in told["text"]


def test_many_inputs():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 30))
    W = 0.01 * rng.normal(size=(30, 1))
    W[[3, 7], 0] = [2.0, -1.0]
    told = asked("relu", W, [0.0], X=X)
    assert "It listens most to x4 (weight 2) and x8 (weight −1)." in told["text"]


@pytest.mark.parametrize("activation", [entry.name for entry in gn.activations if entry.hidden])
def test_every_function_has_words_in_both_languages(activation):
    pieces = gn.activation(activation).pieces
    W, b = np.array([[1.0, -0.5] * pieces, [0.3, 1.0] * pieces]), np.zeros(2 * pieces)
    said = []
    for language in ("en", "zh"):
        with speaking(language):
            said += [asked(activation, W, b)["text"], asked(activation, W, b, layer=2)["text"]]
    assert all(len(text) > 20 for text in said)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in said[2:])


@pytest.mark.parametrize(("layer", "u"), [(0, 0), (3, 0), (1, 5), (1, -1), ("1", 0), (True, 0), (1, 0.0), (None, None)])
def test_there_is_no_such_unit(layer, u):
    with pytest.raises(ParameterError, match=r"^(layer|unit) must be a"):
        asked("tanh", [[1.0], [1.0]], [0.0], layer=layer, u=u)


def test_weights_without_measure_have_words_too():
    for value in (np.inf, np.nan, 1e308):
        assert asked("relu", [[value], [1.0]], [0.0])["text"]
        assert asked("relu", [[value], [1.0]], [0.0], layer=2)["text"]
