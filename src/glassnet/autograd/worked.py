"""Worked examples: computations of the textbooks, built from elementary operations, with their graphs.

Each returns the graph and what is to be seen in it, as sentences; `report/graph_text.py` prints and
`report/graph_picture.py` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.autograd import arithmetic, elementwise, formula_operation, shaping, sweep
from glassnet.autograd.graph import Graph, finite, graph, shown
from glassnet.autograd.tensor import Tensor
from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula import evaluate
from glassnet.catalog.formula_parser import free_names, parse
from glassnet.catalog.losses import LOSSES
from glassnet.errors import FormulaError, ParameterError
from glassnet.texts import _, later

Numbers = Sequence[float]


@dataclass(frozen=True, eq=False)
class Worked:
    """A computation that was worked through.

    Attributes
    ----------
    title : str
        What it is, in the language in use.
    graph : Graph
    remarks : tuple of str
        What is to be seen, a sentence each.
    data : dict
        Numbers in the remarks, for programs.
    """

    title: str
    graph: Graph
    remarks: tuple[str, ...]
    data: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Describe nodes and data by JSON types; a number that is not finite becomes None."""
        return {"nodes": self.graph.to_json(), **{name: finite(value) for name, value in self.data.items()}}


def softmax_cross_entropy(logits: Numbers = (2.0, 1.0, 0.1), target: int = 0) -> Worked:
    """Work softmax and cross-entropy through, from scores to the loss and back to p - t.

    Parameters
    ----------
    logits : sequence of float
        Raw scores of the classes.
    target : int
        The class that it was, counted from 0.

    Raises
    ------
    ParameterError
        If there is no such class, or a score is not finite.

    Examples
    --------
    >>> worked = softmax_cross_entropy([2.0, 1.0, 0.1], 0)
    >>> worked.graph["z"].gradient.round(4)
    array([-0.341 ,  0.2424,  0.0986])
    """
    z = _variable("logits", logits)
    if not 0 <= target < z.size:
        raise ParameterError.value("target", target, _("a class from 0 to {last}").format(last=z.size - 1))
    t = Tensor(np.arange(z.size) == target, dtype=np.float64)
    with np.errstate(all="ignore"):
        m = z.max()
        d = z - m
        e = elementwise.exp(d)
        s = e.sum()
        p = e / s
        a = elementwise.log(p)
        w = t * a
        c = w.sum()
        L = -c
        names = {"z": z, "t": t, "m": m, "d": d, "e": e, "s": s, "p": p, "a": a, "w": w, "c": c, "L": L}
        drawn = graph(L, names)
    difference = LOSSES.softmax_cross_entropy.gradient(z.detach().numpy(), target)
    remarks = _difference(p, t, difference, drawn["z"].gradient)
    if drawn["m"].gradient is not None and drawn["m"].gradient == 0:
        remarks.append(_("no gradient passes through m: subtracting the largest score changes nothing but the range"))
    return Worked(
        _("softmax and cross-entropy, step by step"), drawn, tuple(remarks), {"p_minus_t": difference.tolist()}
    )


def sigmoid_cross_entropy(logits: Numbers = (0.5,), target: Numbers = (1.0,)) -> Worked:
    """Work sigmoid and binary cross-entropy through; several logits are labels that do not exclude each other.

    Parameters
    ----------
    logits : sequence of float
    target : sequence of float
        From 0 to 1, one for each logit.

    Examples
    --------
    >>> round(float(sigmoid_cross_entropy([0.5], [1.0]).graph["z"].gradient), 4)
    -0.3775
    """
    z = _variable("logits", logits)
    y = np.asarray(target, np.float64)
    if y.shape != (len(logits),) or not ((y >= 0) & (y <= 1)).all():
        raise ParameterError.value("target", list(target), later("numbers from 0 to 1, as many as there are logits"))
    t = Tensor(y if len(logits) > 1 else y[0])
    with np.errstate(all="ignore"):
        n = -z
        e = elementwise.exp(n)
        u = 1 + e
        p = 1 / u
        a = elementwise.log(p)
        q = 1 - p
        b = elementwise.log(q)
        v = t * a
        r = 1 - t
        w = r * b
        s = v + w
        c = s.sum() if len(logits) > 1 else s
        L = -c
        names = {
            "z": z,
            "t": t,
            "n": n,
            "e": e,
            "u": u,
            "p": p,
            "a": a,
            "q": q,
            "b": b,
            "v": v,
            "(1 - t)": r,
            "w": w,
            "s": s,
            "L": L,
        }
        if len(logits) > 1:
            names["c"] = c
        drawn = graph(L, names)
    difference = LOSSES.binary_cross_entropy.gradient(z.detach().numpy(), y.reshape(z.shape), reduction="sum")
    remarks = _difference(p, t, difference, drawn["z"].gradient)
    title = _("sigmoid and binary cross-entropy, step by step")
    return Worked(title, drawn, tuple(remarks), {"p_minus_t": np.asarray(difference).tolist()})


def neuron_mse(
    inputs: Numbers = (1.0, 2.0), weights: Numbers = (0.5, -0.25), bias: float = 0.1, target: float = 1.0
) -> Worked:
    """Work a linear neuron with squared error through.

    Examples
    --------
    >>> worked = neuron_mse([1.0, 2.0], [0.5, -0.25], 0.1, 1.0)
    >>> worked.graph["w"].gradient
    array([-1.8, -3.6])
    """
    x, w, b = _constant("inputs", inputs), _variable("weights", weights, 1), _variable("bias", [bias])
    if w.size != x.size:
        raise ParameterError.value("weights", list(weights), _("one for each of the {n} inputs").format(n=x.size))
    t = _constant("target", [target])
    h = x * w
    s = h.sum()
    y = s + b
    e = y - t
    L = e**2
    drawn = graph(L, {"x": x, "w": w, "b": b, "t": t, "h": h, "s": s, "y": y, "e": e, "L": L})
    by_weights = 2 * e.item() * x.numpy()
    remarks = (
        _("the gradient of each weight is 2 (y - t) times its input: {gradient}").format(gradient=shown(by_weights)),
        _("the gradient of the bias is 2 (y - t): {gradient}").format(gradient=shown(2 * e.item())),
    )
    return Worked(
        _("a linear neuron with squared error, step by step"), drawn, remarks, {"by_weights": by_weights.tolist()}
    )


def network_update(
    inputs: Numbers = (1.0, 0.0),
    target: float = 1.0,
    weights: Numbers = (0.5, -0.3, 0.8, 0.2, 0.7, -0.4),
    bias: Numbers = (0.1, -0.1, 0.2),
    learning_rate: float = 0.5,
    activation: str = "sigmoid",
) -> Worked:
    """Work a network of two inputs, two hidden units and one output through one update.

    Parameters
    ----------
    inputs : two floats
    target : float
    weights : six floats
        From the first input to both units, from the second, and from both units to the output.
    bias : three floats
        Of both units and of the output.
    learning_rate : float
    activation : str
        Of the hidden units; the output is linear, the loss (y - t)**2.

    Examples
    --------
    >>> data = network_update().data
    >>> data["loss_after"] < data["loss_before"]
    True
    """
    for name, values, count in (("inputs", inputs, 2), ("weights", weights, 6), ("bias", bias, 3)):
        if len(values) != count:
            raise ParameterError.value(name, list(values), _("{n} numbers").format(n=count))
    unit = ACTIVATIONS.resolve(activation)
    if unit.over_axis:
        raise ParameterError.value("activation", activation, later("an activation of single units"))
    x, t = _constant("inputs", inputs), _constant("target", [target])
    W = Tensor(np.reshape(_variable("weights", weights).detach().numpy()[:4], (2, 2)), requires_grad=True)
    v, b, c = _variable("weights", weights[4:]), _variable("bias", bias[:2]), _variable("bias", bias[2:])

    def forward(W: Tensor, b: Tensor, v: Tensor, c: Tensor) -> dict[str, Tensor]:
        z = arithmetic.matmul(x, W)
        a = z + b
        h = unit(a)
        s = arithmetic.matmul(h, v)
        y = s + c
        e = y - t
        return {"z": z, "a": a, "h": h, "s": s, "y": y, "e": e, "L": e**2}

    steps = forward(W, b, v, c)
    parameters = {"W": W, "b": b, "v": v, "c": c}
    drawn = graph(steps["L"], {"x": x, "t": t, **parameters, **steps})
    gradients = dict(
        zip(parameters, sweep.gradients([steps["L"]], list(parameters.values()), None, True, False, False), strict=True)
    )
    new = {name: _stepped(old, gradients[name], learning_rate) for name, old in parameters.items()}
    before, after = steps["L"].item(), forward(*new.values())["L"].item()
    remarks = [
        _("{name}: {old} - {rate} * {gradient} = {new}").format(
            name=name,
            old=shown(old.detach().numpy()),
            rate=f"{learning_rate:g}",
            gradient=shown(_plain_gradient(gradients[name])),
            new=shown(new[name].numpy()),
        )
        for name, old in parameters.items()
    ]
    remarks.append(
        _("the loss on this example: {before} before the update, {after} after it").format(
            before=shown(before), after=shown(after)
        )
    )
    data = {
        "updated": {name: tensor.tolist() for name, tensor in new.items()},
        "loss_before": before,
        "loss_after": after,
    }
    return Worked(_("a 2-2-1 network through one update"), drawn, tuple(remarks), data)


def formula(text: str, at: Mapping[str, float]) -> Worked:
    """Work a formula through at numbers for all of its names.

    Parameters
    ----------
    text : str
        A formula, or the name of an activation or a loss, whose formula is taken.
    at : mapping of str to float

    Raises
    ------
    FormulaError
        If the text is no formula, or a name has no value or does not occur.

    Examples
    --------
    >>> formula("x*tanh(softplus(x))", {"x": 1.0}).graph
    x                1       1.049
    v1  softplus(x)  1.313   0.2516
    v2  tanh(v1)     0.8651  1
    v3  x * v2       0.8651  1
    """
    from glassnet.catalog.symbolic import derivative  # which needs SymPy

    named: Any = ACTIVATIONS if text in ACTIVATIONS else LOSSES if text in LOSSES else None
    values = dict(at)
    if named is not None:
        entry = named[text]
        if getattr(entry, "over_axis", False) or "sum(" in entry.formula:
            problem = _("it works on several numbers at once. softmax-cross-entropy works such a computation through")
            raise FormulaError.about(text, problem)
        text = entry.formula
        values = {**dict(entry.parameters), **values}
    names = free_names(parse(text), ()) if named is None else _names(text)
    for name in values:
        if name not in names:
            raise FormulaError.no_such_name(text, name, names)
    missing = [name for name in names if name not in values]
    if missing:
        raise FormulaError.missing(text, missing, ("x",))
    variables = {name: Tensor(values[name], requires_grad=name in at or named is None) for name in names}
    with np.errstate(all="ignore"):
        value = evaluate(text, {**step_functions(), **variables})
        if not (isinstance(value, Tensor) and value.requires_grad):
            problem = _("there is nothing in it to differentiate: its derivative is 0 wherever it has one")
            raise FormulaError.about(text, problem)
        drawn = graph(value, variables)
    slopes = {
        node.name: float(node.gradient) for node in drawn if node.operation == "input" and node.gradient is not None
    }
    remarks = tuple(
        _("the derivative by {name} is {formula}; here it is {slope}").format(
            name=name, formula=derivative(text, name), slope=shown(slope, 6)
        )
        for name, slope in slopes.items()
    )
    return Worked(_("{formula}, step by step").format(formula=text), drawn, remarks, {"derivatives": slopes})


def _names(text: str) -> tuple[str, ...]:
    from glassnet.catalog.formula_names import names

    return tuple(name for name in names(text).free if name not in ("pi", "e"))


def _stepped(old: Tensor, gradient: Tensor | None, rate: float) -> Tensor:
    return Tensor(old.detach().numpy() - rate * _plain_gradient(gradient))


def _plain_gradient(gradient: Tensor | None) -> Any:
    return np.zeros(()) if gradient is None else gradient.numpy()


def step_functions() -> Mapping[str, Callable[..., Any]]:
    """Give the functions of the language of formulas on tensors, each as one step; activations too."""

    def several(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
        def of(first: Any, *others: Any) -> Any:
            for other in others:
                first = function(first, other)
            return first

        return of

    return {
        **{entry.name: entry for entry in ACTIVATIONS if not entry.over_axis},
        **{name: getattr(elementwise, name) for name in ("exp", "expm1", "log", "log1p", "sqrt", "sign", "floor")},
        **{name: getattr(elementwise, name) for name in ("sin", "cos", "atan", "sinh", "cosh", "erf", "erfc")},
        "abs": elementwise.absolute,
        "min": several(elementwise.minimum),
        "max": several(elementwise.maximum),
        "where": shaping.where,
        "xlogy": lambda x, y: formula_operation.formula("xlogy(x, y)", x=x, y=y),
    }


def _variable(name: str, values: Numbers, least: int = 0) -> Tensor:
    """A variable of one number, or of several in a row."""
    return Tensor(_checked(name, values, least), requires_grad=True)


def _constant(name: str, values: Numbers) -> Tensor:
    return Tensor(_checked(name, values, 0 if name == "target" else 1))


def _checked(name: str, values: Numbers, least: int) -> Any:
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise ParameterError.value(name, list(values), later("finite numbers"))
    return array[0] if array.size == 1 and least == 0 else array


def _difference(p: Tensor, t: Tensor, difference: Any, gradient: Any) -> list[str]:
    """Say what the gradient by the scores is, and where the steps cannot tell it."""
    said = [
        _("the gradient of the scores is p - t: {p} - {t} = {difference}").format(
            p=shown(p.detach().numpy()), t=shown(t.numpy()), difference=shown(difference)
        )
    ]
    if not np.isfinite(gradient).all():
        said.append(
            _(
                "step by step it is lost here: a probability rounds to 0 and its logarithm is infinite. Computed in "
                "one piece, as the losses of the catalog are, it is exact"
            )
        )
    return said
