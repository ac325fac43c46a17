"""A row's way through a network and its loss, recorded on the tape of `glassnet.autograd`: values and gradients.

The engine trains; nothing here does. The tape is a second witness, in double precision, that remembers every step, so
that it can be drawn: layer by layer up to the raw scores, then the loss step by step. Where single steps lose digits
(a probability that rounds to 0 has an infinite logarithm), the loss is computed in one piece, as the engine does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.autograd import Graph, GraphNode, Tensor, elementwise, graph
from glassnet.autograd.catalog_losses import equivalent
from glassnet.autograd.worked import step_functions
from glassnet.catalog import Loss
from glassnet.catalog.formula import evaluate
from glassnet.engine import AnyWeights, Weights
from glassnet.network import NetworkSpec

Floats = NDArray[np.float64]

CLOSE = 1e-6  # relative distance of the steps' gradient from that of the loss in one piece


@dataclass(frozen=True, eq=False)
class Recorded:
    """What was recorded of one row.

    Attributes
    ----------
    inputs : ndarray of shape (n_inputs,)
    scores : tuple of ndarray
        Weighted sums z of each layer, as many as its weights have columns.
    outputs : tuple of ndarray
        What the activations make of them; for the last layer the prediction.
    target : ndarray of shape (n_outputs,) or None
    loss : float or None
        Of this row, without penalty; None without a target.
    by_scores : ndarray of shape (n_outputs,) or None
        Derivatives of the loss by the raw scores, as the loss itself gives them.
    graph : Graph or None
        How the loss came about.
    in_one_piece : bool
        Whether the loss is one node of the graph, because its steps would lose digits.
    """

    inputs: Floats
    scores: tuple[Floats, ...]
    outputs: tuple[Floats, ...]
    target: Floats | None = None
    loss: float | None = None
    by_scores: Floats | None = None
    graph: Graph | None = None
    in_one_piece: bool = False


def recorded(network: NetworkSpec, weights: AnyWeights, x: Any, target: Any = None) -> Recorded:
    """Pass a row through a network, and its loss back.

    Parameters
    ----------
    network : NetworkSpec
        Without embeddings; dropout is left out, as in predicting.
    weights : Weights, or tuple of (coefs, intercepts)
    x : array_like of shape (n_inputs,)
    target : array_like of shape (n_outputs,), optional
        What the engine is trained on; shares of the classes where the outputs are classes.

    Returns
    -------
    Recorded
        In float64, whatever the network computes in. Names in the graph: "x", and for layer i "Wi", "bi", "zi" and
        "ai"; "p", "t" and "L" are prediction, target and loss.

    Examples
    --------
    >>> import numpy as np
    >>> from glassnet import MLPRegressor
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> model = MLPRegressor(hidden_layer_sizes=(), random_state=0).fit(X, X[:, 0])
    >>> told = recorded(model.network_, (model.coefs_, model.intercepts_), [1.0], [3.0])
    >>> bool(np.allclose(told.by_scores, told.outputs[-1] - 3.0))
    True
    """
    weights = Weights(*weights)
    named: dict[str, Tensor] = {}
    row = a = named["x"] = Tensor(np.asarray(x, np.float64))
    learned = dict(zip(network.learned, weights.learned, strict=True)) if weights.learned else {}
    scores, outputs = [], []
    with np.errstate(all="ignore"):  # weights that grew without bound are to be seen, too
        for i, layer in enumerate(network.layers):
            W = named[f"W{i + 1}"] = _variable(weights.coefs[i])
            b = named[f"b{i + 1}"] = _variable(weights.intercepts[i])
            z = named[f"z{i + 1}"] = a @ W + b
            scores.append(z)
            if i + 1 == len(network.layers):
                break
            own: dict[str, Any] = {}
            for name in layer.activation.learned:
                own[name] = named[f"{name}_{i + 1}"] = _variable(learned[i, name])
            a = layer.activation(z, **own)
            if a is z:  # a function that hands its input back
                a = z.clone()
            named[f"a{i + 1}"] = a
            outputs.append(a)
        p = _prediction(network, z)
        values = [one.detach().numpy() for one in (row, *scores, *outputs, p)]
        n = len(scores)
        told = Recorded(values[0], tuple(values[1 : n + 1]), tuple(values[n + 1 :]))
        return told if target is None else _with_loss(told, network.loss, z, p, np.asarray(target, np.float64), named)


def _with_loss(told: Recorded, loss: Loss, z: Tensor, p: Tensor, target: Floats, named: dict[str, Tensor]) -> Recorded:
    raw = z.detach().numpy()
    value, slope = _in_one_piece(loss, raw, target)
    t = Tensor(target)
    steps = _steps(loss, z, p, t)
    drawn = None
    if steps is not None:
        drawn = graph(steps["L"], {**named, **steps})
        found = drawn[f"z{len(told.scores)}"].gradient
        near = CLOSE * max(1e-3, float(np.abs(slope).max(initial=0.0)))
        if found is None or not (np.isfinite(found).all() and np.allclose(found, slope, rtol=CLOSE, atol=near)):
            drawn = None
    in_one_piece = drawn is None
    if drawn is None:
        L = equivalent(
            loss.name,
            value,
            (z,),
            lambda z: loss(z.reshape((1, -1)), target[None, :], reduction="sum"),
            lambda g: Tensor(slope) * g,
        )
        drawn = graph(L, {**named, "L": L})
    nodes = _without_helpers(drawn)
    return Recorded(told.inputs, told.scores, told.outputs, target, value, slope, nodes, in_one_piece)


def _variable(values: Any) -> Tensor:
    return Tensor(np.asarray(values, np.float64), requires_grad=True)


def _prediction(network: NetworkSpec, z: Tensor) -> Tensor:
    return z if network.loss.link == "identity" else network.layers[-1].activation(z)


def _in_one_piece(loss: Loss, raw: Floats, target: Floats) -> tuple[float, Floats]:
    """The row's loss and its derivatives by the raw scores, by the kernel that trains."""
    rows, targets = raw[None, :], target[None, :]
    slope = np.asarray(loss.gradient(rows, targets, reduction="sum"), np.float64).reshape(-1)
    return float(loss(rows, targets, reduction="sum")), slope


def _steps(loss: Loss, z: Tensor, p: Tensor, t: Tensor) -> dict[str, Tensor] | None:
    """The loss step by step, each step by its name: "L" at the end."""
    if loss.name in ("squared_error", "mse"):
        return _squared(p, t, halved=loss.name == "squared_error")
    certain = bool(((t.numpy() == 0) | (t.numpy() == 1)).all())
    if loss.name == "softmax_cross_entropy" or (loss.name == "kl_divergence" and certain):
        return _of_classes(p, t)
    if loss.name == "binary_cross_entropy" and dict(loss.parameters)["pos_weight"] == 1:
        return _of_two(loss.output_activation(-z), p, t)
    names = {**step_functions(), **dict(loss.parameters), "p": p, "y": t, "sum": lambda values: values.sum()}
    L = evaluate(loss.formula, names)
    if not (isinstance(L, Tensor) and L.requires_grad):
        return None
    return {**({} if p is z else {"p": p}), "t": t, "L": L.sum() if L.size > 1 else L}


def _squared(p: Tensor, t: Tensor, *, halved: bool) -> dict[str, Tensor]:
    e = p - t
    s = e**2
    steps = {"t": t, "e": e}
    if halved:
        steps["s"] = s
        s = s / 2
    if s.size > 1:
        steps["h"] = s
        s = s.sum()
    return {**steps, "L": s}


def _of_classes(p: Tensor, t: Tensor) -> dict[str, Tensor]:
    a = elementwise.log(p)
    w = t * a
    c = w.sum()
    return {"p": p, "t": t, "a": a, "w": w, "c": c, "L": -c}


def _of_two(q: Tensor, p: Tensor, t: Tensor) -> dict[str, Tensor]:
    """Both sides of a sigmoid: q = 1 - p is computed as sigmoid(-z), which keeps its digits where p is nearly 1."""
    a, b = elementwise.log(p), elementwise.log(q)
    r = 1 - t
    v, w = t * a, r * b
    s = v + w
    c = s.sum() if s.size > 1 else s
    named = {"p": p, "t": t, "q": q, "a": a, "b": b, "(1 - t)": r, "v": v, "w": w, "s": s, "L": -c}
    return {**named, "c": c} if s.size > 1 else named


def _without_helpers(drawn: Graph) -> Graph:
    """Take products with weights and signs, which have no name of their own, into the one step that uses them."""
    nodes = list(drawn)
    users = [[n for n, node in enumerate(nodes) if place in node.parents] for place in range(len(nodes))]
    inside: dict[int, int] = {}
    for place, node in enumerate(nodes):
        if node.operation in ("matmul", "negative") and node.name.startswith("v") and len(users[place]) == 1:
            inside[place] = users[place][0]
    # z = (a @ W) + b, q = sigmoid(-z): a helper's text replaces its name, its parents become those of the step.
    texts = {place: nodes[place].formula for place in inside}
    kept: dict[int, int] = {}
    result: list[GraphNode] = []
    for place, node in enumerate(nodes):
        if place in inside:
            continue
        formula = node.formula
        parents: list[int] = []
        for parent in node.parents:
            if parent in inside:
                formula = _put_in(formula, nodes[parent].name, texts[parent])
                parents += nodes[parent].parents
            else:
                parents.append(parent)
        kept[place] = len(result)
        places = tuple(kept[parent] for parent in dict.fromkeys(parents))
        result.append(GraphNode(node.name, node.operation, formula, node.value, node.gradient, places))
    return Graph(tuple(result))


def _put_in(formula: str, name: str, text: str) -> str:
    return re.sub(rf"\b{re.escape(name)}\b", lambda _found: text, formula)
