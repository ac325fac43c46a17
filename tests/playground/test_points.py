"""A point's explanation against the engine: the same loss, the same gradients, whatever network and loss it has."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import TrainingData, loss_and_gradient, predict_scores
from glassnet.engine.weights import initial_weights
from glassnet.errors import ParameterError
from glassnet.network import LayerSpec, NetworkSpec
from glassnet.playground.points import point
from glassnet.playground.recorded import recorded

ZEROS, AUTO = gn.initializer("zeros"), gn.initializer("glorot_uniform")
ROW = np.array([[0.4, -1.3]])


def network(activation, loss, outputs, units=(4, 3), dtype="float64"):
    hidden = [LayerSpec(n, gn.activation(activation), AUTO, AUTO) for n in units]
    loss = gn.loss(loss)
    return NetworkSpec(2, (*hidden, LayerSpec(outputs, loss.output_activation, AUTO, AUTO)), loss, dtype)


def held_against_engine(net, target, engine_target, scale=1.0):
    weights = initial_weights(net, 7)
    weights = weights._replace(coefs=[scale * coefs for coefs in weights.coefs])
    told = recorded(net, weights, ROW[0], target)
    loss, gradients = loss_and_gradient(net, weights, TrainingData(ROW, engine_target))
    assert told.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(told.scores[-1], predict_scores(net, weights, ROW)[0], rtol=1e-11, atol=1e-13)
    drawn = {node.name: node for node in told.graph}
    wanted = {f"W{i + 1}": g for i, g in enumerate(gradients.coefs)}
    wanted |= {f"b{i + 1}": g for i, g in enumerate(gradients.intercepts)}
    wanted |= {f"{name}_{i + 1}": g for (i, name), g in zip(net.learned, gradients.learned, strict=True)}
    for name, gradient in wanted.items():
        found = drawn[name].gradient
        found = np.zeros_like(gradient) if found is None else found
        np.testing.assert_allclose(found, gradient, rtol=1e-9, atol=1e-13, err_msg=name)
    return told


HIDDEN = [
    "tanh",
    "relu",
    "identity",
    "x * sigmoid(x)",
    "where(x > 0, x, 0.1 * x)",
    "prelu",
    "maxout",
    {"formula": "max(a * x, x)", "parameters": {"a": 0.2}, "learned": ["a"]},
    {"name": "silu", "parameters": {"beta": 1.0}, "learned": ["beta"]},
]


@pytest.mark.parametrize("activation", HIDDEN, ids=str)
def test_gradients_of_any_hidden_layer_are_the_engine_s(activation):
    told = held_against_engine(network(activation, "softmax_cross_entropy", 3), [0.0, 1.0, 0.0], np.array([1]))
    assert not told.in_one_piece


NUMBERS = [loss.name for loss in gn.losses if loss.link in ("identity", "exp") and loss.name != "nll"]


@pytest.mark.parametrize("loss", [*NUMBERS, "(p - y)**4", "(sigmoid(p) - y)**2", "abs(p - y)**1.5 + 0.1 * (p - y)**2"])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_gradients_of_any_loss_of_numbers_are_the_engine_s(loss, target):
    held_against_engine(network("tanh", loss, 1), [target], np.array([[target]]))


@pytest.mark.parametrize("loss", [loss.name for loss in gn.losses if loss.link == "sigmoid"])
@pytest.mark.parametrize("target", [[0.0], [1.0], [0.95], [1.0, 0.0, 0.0]])
def test_gradients_of_any_loss_of_sigmoids_are_the_engine_s(loss, target):
    held_against_engine(network("relu", loss, len(target)), target, np.array([target]))


@pytest.mark.parametrize("loss", [loss.name for loss in gn.losses if loss.link == "softmax"])
@pytest.mark.parametrize("target", [[0.0, 0.0, 1.0], [0.1, 0.8, 0.1]])
def test_gradients_of_any_loss_of_classes_are_the_engine_s(loss, target):
    held_against_engine(network("relu", loss, 3), target, np.array([target]))


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_certain_and_wrong_the_loss_keeps_its_gradient(target):
    # Raw scores of some thousands: probabilities are 0 and 1, and only the loss in one piece knows its gradient.
    told = held_against_engine(
        network("relu", "binary_cross_entropy", 1), [target], np.array([[target]]), scale=np.float64(60)
    )
    assert np.isfinite(told.by_scores).all()
    assert told.by_scores[0] == pytest.approx(told.outputs[-1][0] - target, abs=1e-300)


def test_names_and_formulas_of_the_graph():
    net = network("x * tanh(x)", "binary_cross_entropy", 1, units=(2,))
    data = TrainingData(ROW, np.array([[1.0]]))
    told = point(net, data, initial_weights(net, 0), [0.4, -1.3], codes=np.array([1]), class_names=["no", "yes"])
    nodes = {node["name"]: node for node in told["graph"]["nodes"]}
    assert nodes["z1"]["formula"] == "x·W1 + b1"
    assert nodes["a1"]["formula"] == "z1·tanh(z1)"
    assert nodes["p"]["formula"] == "sigmoid(z2)"
    assert nodes["L"]["formula"] == "-s"
    roles = {name: node["role"] for name, node in nodes.items()}
    assert (roles["x"], roles["W1"], roles["z2"], roles["p"], roles["t"], roles["L"], roles["v"]) == (
        "input", "weights", "sum", "prediction", "target", "loss", "step",
    )  # fmt: skip
    assert told["graph"]["nodes"][-1]["name"] == "L"
    for line in told["graph"]["lines"]:
        assert line["from"] in told["graph"]["nodes"][line["to"]]["parents"]


def test_a_classifier_s_point_in_numbers():
    net = network("relu", "softmax_cross_entropy", 3)
    weights = initial_weights(net, 3)
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 20)
    data = TrainingData(rng.normal(size=(20, 2)), codes)
    told = point(net, data, weights, [0.4, -1.3], 2, codes=codes, class_names=["a", "b", "c"])
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["target"] == {"value": 2, "name": "c", "nearest": False}
    for i, layer in enumerate(told["layers"]):
        for u, unit in enumerate(layer["units"]):
            total = unit["bias"] + sum(product for _j, _x, _w, product in unit["products"])
            assert unit["z"] == pytest.approx(total, abs=1e-5)
            assert [w for _j, _x, w, _p in unit["products"]] == pytest.approx(weights.coefs[i][:, u], abs=1e-5)
            if layer["kind"] == "hidden":
                assert unit["output"] == pytest.approx(max(unit["z"], 0))
                assert unit["state"] == ("active" if unit["z"] > 0 else "inactive")
                assert unit["gradient_z"] == pytest.approx(unit["gradient"] * unit["slope"], abs=1e-5)
    found = told["p_minus_t"]
    assert found["holds"]
    assert found["gradient"] == pytest.approx([p - t for p, t in zip(found["p"], found["t"], strict=True)], abs=1e-5)
    assert "raises the score of c and lowers the others" in found["push"]


def test_without_a_target_that_of_the_nearest_training_row_is_taken():
    net = network("tanh", "squared_error", 1)
    data = TrainingData(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[5.0], [-2.0]]))
    told = point(net, data, initial_weights(net, 0), [0.9, 0.9])
    assert (told["target"]["value"], told["target"]["nearest"]) == (-2.0, True)
    assert told["p_minus_t"]["holds"]


def test_smoothed_targets_are_those_of_the_training():
    net = network("tanh", "softmax_cross_entropy", 2)
    data = TrainingData(ROW, np.array([[0.9, 0.1]]))
    told = point(net, data, initial_weights(net, 0), [0.4, -1.3], 0, codes=np.array([0]), class_names=["a", "b"])
    assert told["p_minus_t"]["t"] == [0.9, 0.1]


@pytest.mark.parametrize(
    ("loss", "factor"), [("squared_error", 1), ("mse", 2), ("poisson", 1), ("absolute_error", None)]
)
def test_what_the_gradient_is_beside_p_minus_t(loss, factor):
    net = network("tanh", loss, 1)
    data = TrainingData(ROW, np.array([[3.0]]))
    told = point(net, data, initial_weights(net, 0), [0.4, -1.3], 3.5)["p_minus_t"]
    assert told["factor"] == factor
    assert told["holds"] == (factor == 1)


def test_of_many_inputs_the_largest_products_are_told_and_the_sum_of_the_others():
    layer = LayerSpec(2, gn.activation("tanh"), AUTO, AUTO)
    loss = gn.loss("squared_error")
    net = NetworkSpec(40, (layer, LayerSpec(1, loss.output_activation, AUTO, AUTO)), loss, "float32")
    x = np.linspace(-1, 2, 40)
    told = point(net, TrainingData(x[None, :], np.array([[1.0]])), initial_weights(net, 0), x.tolist(), 0.0)
    unit = told["layers"][0]["units"][0]
    assert (len(unit["products"]), unit["n_others"]) == (12, 28)
    total = unit["bias"] + unit["others"] + sum(product for *_rest, product in unit["products"])
    assert unit["z"] == pytest.approx(total, abs=1e-4)


@pytest.mark.parametrize(
    "x", [[1.0], [1.0, float("nan")], ["1", 2], None, "ab", [True, 1.0], [1.0, 10**400], {"a": 1}, [1.0, None]]
)
def test_what_is_no_point_is_refused(x):
    net = network("tanh", "squared_error", 1)
    with pytest.raises(ParameterError, match="x must be a list of 2 finite numbers"):
        point(net, TrainingData(ROW, np.array([[3.0]])), initial_weights(net, 0), x, 1.0)


@pytest.mark.parametrize("target", [3, -1, 0.5, float("nan"), float("inf"), "a", True, 10**400])
def test_what_is_no_class_is_refused(target):
    net = network("tanh", "softmax_cross_entropy", 3)
    data = TrainingData(ROW, np.array([1]))
    with pytest.raises(ParameterError, match="target must be"):
        point(net, data, initial_weights(net, 0), [1.0, 2.0], target, codes=np.array([1]), class_names=list("abc"))


def test_weights_without_measure_are_shown_as_they_are():
    net = network("relu", "softmax_cross_entropy", 3)
    weights = initial_weights(net, 0)
    weights.coefs[1][:] = 1e308
    weights.coefs[2][:] = np.inf
    data = TrainingData(ROW, np.array([1]))
    told = point(net, data, weights, [1.0, 2.0], 1, codes=np.array([1]), class_names=list("abc"))
    json.dumps(told, allow_nan=False)
