"""The graph behind a result: names, formulas, values and gradients of every node; the worked examples."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.autograd import Tensor, exp, graph, no_grad, worked
from glassnet.errors import AutogradError, FormulaError, ParameterError


def test_every_node_has_value_and_gradient():
    x, w = Tensor([1.0, 2.0]), Tensor([0.5, -1.0], requires_grad=True)
    y = (exp(w * x) + 3).sum()
    found = graph(y, names={"x": x, "w": w, "y": y})
    assert [node.formula for node in found] == ["", "", "w * x", "exp(v1)", "v2 + 3", "sum(v3)"]
    assert [node.operation for node in found][:2] == ["input", "constant"]
    assert [node.parents for node in found] == [(), (), (0, 1), (2,), (3,), (4,)]
    np.testing.assert_allclose(found["w"].gradient, np.exp([0.5, -2.0]) * [1.0, 2.0])
    np.testing.assert_allclose(found["v1"].gradient, np.exp([0.5, -2.0]))
    assert found["x"].gradient is None
    assert found["y"].gradient == 1.0
    assert w.grad is None
    y.backward()  # the graph was kept
    with pytest.raises(AutogradError, match="was freed"):
        graph(y)
    with pytest.raises(AutogradError, match="no gradient to compute"), no_grad():
        graph(w.sum())
    with pytest.raises(AutogradError, match="only a single number"):
        graph(w * 2)
    assert graph(w * 2, gradient=[1.0, 10.0]).nodes[0].gradient.tolist() == [2.0, 20.0]
    with pytest.raises(KeyError):
        found["z"]


def test_a_node_that_is_used_twice_appears_once():
    x = Tensor(3.0, requires_grad=True)
    y = x * x
    found = graph(y + y)
    assert [node.parents for node in found] == [(), (0, 0), (1, 1)]
    assert found.nodes[0].gradient == 12.0
    assert len(found) == 3


def test_a_graph_of_a_leaf_and_of_a_changed_value():
    x = Tensor(3.0, requires_grad=True)
    assert graph(x).nodes[0].gradient == 1.0
    y = x * 2
    z = y + 1
    y += 5
    with pytest.raises(AutogradError, match="changed in place"):
        graph(z)


def test_softmax_and_cross_entropy():
    told = worked.softmax_cross_entropy([2.0, 1.0, 0.1], 0)
    expected = gn.softmax([2.0, 1.0, 0.1]) - [1.0, 0.0, 0.0]
    np.testing.assert_allclose(told.graph["z"].gradient, expected, rtol=1e-12)
    assert told.graph["L"].value == pytest.approx(gn.losses.softmax_cross_entropy([2.0, 1.0, 0.1], 0))
    assert {node.operation for node in told.graph} >= {"exp", "sum", "divide", "log", "multiply", "negative", "max"}
    assert "p - t: [0.659, 0.2424, 0.09857] - [1, 0, 0] = [-0.341, 0.2424, 0.09857]" in told.remarks[0]
    assert told.graph["m"].gradient == 0
    assert "no gradient passes through m" in told.remarks[-1]
    lost = worked.softmax_cross_entropy([1000.0, 0.0], 1)
    assert "in one piece" in lost.remarks[1]
    assert "[1, -1]" in lost.remarks[0]
    assert json.loads(json.dumps(lost.to_json(), allow_nan=False))["nodes"][-1]["value"] is None
    with pytest.raises(ParameterError, match="a class from 0 to 1; got 2"):
        worked.softmax_cross_entropy([1.0, 2.0], 2)


@pytest.mark.parametrize(("logits", "target"), [([0.5], [1.0]), ([0.5, -1.0], [0.25, 1.0])])
def test_sigmoid_and_binary_cross_entropy(logits, target):
    told = worked.sigmoid_cross_entropy(logits, target)
    difference = gn.activations.sigmoid(logits) - target
    np.testing.assert_allclose(np.ravel(told.graph["z"].gradient), difference, rtol=1e-12)
    expected = gn.losses.binary_cross_entropy(logits, target, reduction="sum")
    assert told.graph["L"].value == pytest.approx(expected)
    with pytest.raises(ParameterError, match="as many as there are logits"):
        worked.sigmoid_cross_entropy(logits, [*target, 0.0])


def test_a_neuron_with_squared_error():
    told = worked.neuron_mse([1.0, 2.0], [0.5, -0.25], 0.1, 1.0)
    assert told.graph["w"].gradient.tolist() == pytest.approx([-1.8, -3.6])
    assert told.graph["b"].gradient == pytest.approx(-1.8)
    with pytest.raises(ParameterError, match="one for each of the 2 inputs"):
        worked.neuron_mse([1.0, 2.0], [0.5], 0.1, 1.0)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "x*tanh(x)"])
def test_an_update_of_a_network_is_that_of_the_engine(activation):
    told = worked.network_update(activation=activation, learning_rate=0.05)
    model = gn.MLPRegressor(
        hidden_layer_sizes=(2,),
        activation=activation,
        solver="sgd",
        momentum=0.0,
        learning_rate_init=0.05,
        alpha=0.0,
        batch_size=1,
        loss="mse",
        random_state=0,
    )
    x = np.array([[1.0, 0.0]])
    model.partial_fit(x, [1.0])
    model.coefs_ = [np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.7], [-0.4]])]
    model.intercepts_ = [np.array([0.1, -0.1]), np.array([0.2])]
    model.partial_fit(x, [1.0])
    updated = told.data["updated"]
    np.testing.assert_allclose(model.coefs_[0], updated["W"], rtol=1e-12)
    np.testing.assert_allclose(model.coefs_[1].ravel(), updated["v"], rtol=1e-12)
    np.testing.assert_allclose(model.intercepts_[0], updated["b"], rtol=1e-12)
    np.testing.assert_allclose(model.intercepts_[1], [updated["c"]], rtol=1e-12)
    assert told.data["loss_after"] < told.data["loss_before"]


def test_formulas_are_worked_through():
    told = worked.formula("x * sigmoid(beta * x)", {"x": 1.0, "beta": 2.0})
    assert told.graph.nodes[-1].value == pytest.approx(gn.activation("x*sigmoid(beta*x)", beta=2.0)(1.0))
    slope = gn.activation("x*sigmoid(beta*x)", beta=2.0).derivative(1.0)
    assert told.data["derivatives"]["x"] == pytest.approx(slope)
    for name in gn.activations.names:
        if not (gn.activations[name].over_axis or gn.activations[name].flat):
            entry = gn.activations[name]
            told = worked.formula(name, {"x": 0.7})
            assert told.graph.nodes[-1].value == pytest.approx(entry(0.7), rel=1e-12)
            assert told.data["derivatives"].get("x", 0.0) == pytest.approx(entry.derivative(0.7), rel=1e-10)
    told = worked.formula("binary_cross_entropy", {"p": 0.25, "y": 1.0})
    assert told.graph.nodes[-1].value == pytest.approx(-np.log(0.25))
    with pytest.raises(FormulaError, match="beta"):
        worked.formula("x * beta", {"x": 1.0})
    with pytest.raises(FormulaError, match="gamma"):
        worked.formula("x * 2", {"x": 1.0, "gamma": 1.0})
    with pytest.raises(FormulaError, match="nothing in it to differentiate"):
        worked.formula("1 + 2", {})
    for name in ("softmax", "maxout", "kl_divergence"):
        with pytest.raises(FormulaError, match="several numbers at once"):
            worked.formula(name, {"x": 1.0})
    with pytest.raises(FormulaError, match="column"):
        worked.formula("x +", {"x": 1.0})
