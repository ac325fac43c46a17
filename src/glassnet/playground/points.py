"""A point, explained: its way through every layer in numbers, its loss, and the graph by which the gradient comes back.

`point` answers the message of that name. Numbers come from `recorded`, a second witness in double precision beside the
engine, and are written with six digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.autograd import GraphNode
from glassnet.autograd.graph import rounded, shown
from glassnet.diagnosis.finding import percent
from glassnet.diagnosis.look import saturation_level
from glassnet.diagnosis.passing import learned_by_layer, slopes_of
from glassnet.engine import AnyWeights, TrainingData, Weights
from glassnet.errors import ParameterError
from glassnet.network import NetworkSpec
from glassnet.playground.recorded import Floats, Recorded, recorded
from glassnet.report.graph_layout import laid_out
from glassnet.texts import _, later

MOST_ADDED = 12  # contributions to a weighted sum that are told one by one
MOST_WRITTEN = 4  # outputs whose p - t is written out
MOST_NUMBERS = 1024  # of one node of the graph
MOST_LINES = 8  # numbers of a vector that the page writes below each other
# A matrix is drawn as cells: their side at most, the width and the height of all, and a line of text, in pixels.
CELL, WIDEST, HIGHEST, LINE = 11.0, 104.0, 91.0, 13.0
# Room of a node in lines of text: its box, and its numbers above and below the line that leaves it.
LEAST_ROOM, BESIDE = 3.0, 0.9


@np.errstate(all="ignore")  # weights that grew without bound are explained as well
def point(
    network: NetworkSpec,
    data: TrainingData,
    weights: AnyWeights,
    x: Any,
    target: Any = None,
    *,
    codes: Any = None,
    class_names: Sequence[Any] | None = None,
    column_names: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """Explain what a network makes of a point, and what the point's loss asks of the network.

    Parameters
    ----------
    network : NetworkSpec
    data : TrainingData
        What the network is trained on: how a class is written as a target is read from it, and where no target is
        given, that of the nearest training row is taken.
    weights : Weights
    x : sequence of n_inputs numbers
    target : int or float, optional
        The code of a class, or a number.
    codes : ndarray of int, shape (n_samples,), optional
        Classes of the training rows; None where targets are numbers.
    class_names, column_names : sequence, optional

    Returns
    -------
    dict
        Of JSON types: "layers" with every unit's weighted sum, output, slope and gradients, "outputs", "prediction",
        "target", "loss", "p_minus_t", "graph" and "remarks".

    Raises
    ------
    ParameterError
        If x or the target is none of what may come.
    """
    row = _checked_row(x, network.n_inputs)
    nearest = target is None
    dense, given = _target(network, data, codes, row, target)
    told = recorded(network, weights, row, dense)
    names = _output_names(network, class_names)
    return {
        "x": numbers(row),
        "columns": _input_names(network, column_names),
        "layers": [_layer(network, Weights(*weights), told, i) for i in range(len(network.layers))],
        "outputs": _outputs(told, names),
        "prediction": _predicted(network, told, class_names),
        "target": {"value": given, "name": _named(given, class_names), "nearest": nearest},
        "loss": {"name": network.loss.name, "formula": network.loss.formula, "value": number(told.loss)},
        "p_minus_t": _difference(network, told, names),
        "graph": _graph(network, told),
        "remarks": _remarks(network, told),
    }


# ------------------------------------------------------------------------------------------------ what came, as numbers


def _checked_row(x: Any, n_inputs: int) -> Floats:
    wanted = _("a list of {n} finite numbers").format(n=n_inputs)
    if not isinstance(x, list | tuple | np.ndarray) or len(x) != n_inputs:
        raise ParameterError.value("x", x, wanted)
    if not all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in x):
        raise ParameterError.value("x", x, wanted)
    row = np.array([float(value) if abs(value) < 1e300 else math.inf for value in x])
    if not np.isfinite(row).all():
        raise ParameterError.value("x", x, wanted)
    return row


def _target(network: NetworkSpec, data: TrainingData, codes: Any, row: Floats, target: Any) -> tuple[Floats, Any]:
    """The target as the engine is trained on it, one number an output; and as people know it, a code or a number."""
    if target is not None and (isinstance(target, bool) or not isinstance(target, int | float | np.number)):
        raise ParameterError.value("target", target, later("the number of a class, or a number"))
    if target is None:
        distances = np.square(np.asarray(data.X, np.float64) - row).sum(axis=1)
        place = int(distances.argmin())
        target = int(codes[place]) if codes is not None else float(np.ravel(data.y[place])[0])
    if codes is None:
        if not abs(target) < 1e30:
            raise ParameterError.value("target", target, later("a finite number"))
        return np.array([float(target)]), float(target)
    n_classes = max(2, network.n_outputs)
    if not 0 <= target < n_classes or target != int(target):
        raise ParameterError.value("target", target, _("a class from 0 to {last}").format(last=n_classes - 1))
    code = int(target)
    written = np.flatnonzero(np.asarray(codes) == code)
    if len(written) and data.y.ndim == 2:  # smoothed, or in another way not simply 0 and 1
        return data.y[written[0]].astype(np.float64), code
    return (np.array([float(code)]) if network.n_outputs == 1 else np.eye(network.n_outputs)[code]), code


# -------------------------------------------------------------------------------------------------------------- forward


def _layer(network: NetworkSpec, weights: Weights, told: Recorded, i: int) -> dict[str, Any]:
    layer, last = network.layers[i], i + 1 == len(network.layers)
    inputs = told.inputs if i == 0 else told.outputs[i - 1]
    z, a = told.scores[i], told.outputs[i]
    pieces = layer.activation.pieces
    by_z, by_a = _gradient(told, f"z{i + 1}", z.shape), _gradient(told, f"a{i + 1}", a.shape)
    if last:
        by_z, by_a = told.by_scores, _gradient(told, "p", a.shape)
    coefs, intercepts = np.asarray(weights.coefs[i], np.float64), np.asarray(weights.intercepts[i], np.float64)
    products = inputs[:, None] * coefs
    slopes = None if last else _slopes(network, weights, i, z)
    level = saturation_level(layer.activation) if not last and pieces == 1 else 0.0
    units = []
    for u in range(layer.units):
        columns = range(u * pieces, (u + 1) * pieces)
        chosen = columns[int(z[columns].argmax())] if pieces > 1 else u
        units.append(
            {
                "z": number(z[chosen]),
                "pieces": numbers(z[columns]) if pieces > 1 else None,
                "output": number(a[u]),
                "slope": None if slopes is None else number(slopes[u]),
                "state": "" if slopes is None else _state(float(slopes[u]), level),
                "bias": number(intercepts[chosen]),
                **_added(inputs, coefs[:, chosen], products[:, chosen]),
                "gradient_z": None if by_z is None else number(by_z[chosen]),
                "gradient": None if by_a is None else number(by_a[u]),
            }
        )
    return {"kind": "output" if last else "hidden", "activation": layer.activation.name, "units": units}


def _added(inputs: Floats, column: Floats, products: Floats) -> dict[str, Any]:
    """What a weighted sum adds up: the largest products, in the order of the inputs, and the sum of the others."""
    most = np.sort(np.argsort(-np.abs(products), kind="stable")[:MOST_ADDED])
    rest = float(products.sum() - products[most].sum())
    return {
        "products": [[int(j), number(inputs[j]), number(column[j]), number(products[j])] for j in most],
        "others": number(rest) if len(products) > MOST_ADDED else None,
        "n_others": max(0, len(products) - MOST_ADDED),
    }


def _slopes(network: NetworkSpec, weights: Weights, i: int, z: Floats) -> Floats:
    with np.errstate(all="ignore"):
        found = slopes_of(network.layers[i].activation, z[None, :], learned_by_layer(network, weights)[i])
        slopes: Floats = np.asarray(found, np.float64)[0]
    return slopes


def _state(slope: float, level: float) -> str:
    return "inactive" if slope == 0 else "saturated" if abs(slope) < level else "active"


def _gradient(told: Recorded, name: str, shape: tuple[int, ...]) -> Floats | None:
    """A gradient of the graph; zeros where the tape found none to pass on."""
    if told.graph is None:
        return None
    for node in told.graph:
        if node.name == name:
            return np.zeros(shape) if node.gradient is None else node.gradient
    return None


# --------------------------------------------------------------------------------------------------------------- output


def _outputs(told: Recorded, names: Sequence[str]) -> list[dict[str, Any]]:
    t = told.target
    return [
        {
            "name": names[k],
            "score": number(told.scores[-1][k]),
            "prediction": number(told.outputs[-1][k]),
            "target": None if t is None else number(t[k]),
            "gradient": None if told.by_scores is None else number(told.by_scores[k]),
        }
        for k in range(len(names))
    ]


def _predicted(network: NetworkSpec, told: Recorded, class_names: Sequence[Any] | None) -> dict[str, Any]:
    z, p = told.scores[-1], told.outputs[-1]
    if class_names is None:
        return {"value": number(p[0]), "share": None, "text": shown(p[0])}
    single = len(z) == 1
    code = int(z[0] > network.loss.middle) if single else int(z.argmax())
    share = None
    if network.loss.link in ("sigmoid", "softmax") and np.isfinite(p).all():
        share = float(p[code]) if not single else float(p[0] if code else 1 - p[0])
    name = str(class_names[code])
    text = name if share is None else f"{name} · {_sure(share)}"
    return {"value": code, "share": None if share is None else number(share), "text": text}


def _sure(share: float) -> str:
    """Write a probability: where it is not quite 1, not as if it were.

    Examples
    --------
    >>> _sure(0.87), _sure(0.9996), _sure(0.99999), _sure(1.0)
    ('87%', '>99.9%', '>99.9%', '100%')
    """
    return ">99.9%" if 0.9995 <= share < 1 else percent(share)


def _difference(network: NetworkSpec, told: Recorded, names: Sequence[str]) -> dict[str, Any] | None:
    """The gradient of the raw scores beside p - t: the same, twice that, or something else, said in a sentence."""
    if told.by_scores is None or told.target is None:
        return None
    p, t, slope = told.outputs[-1], told.target, told.by_scores
    difference = p - t
    factor = _factor(difference, slope)
    link = network.loss.link
    if factor == 1:
        text = _("the gradient of the raw score is p − t: {p} − {t} = {difference}")
    elif factor == 2:
        text = _("the gradient of the raw score is 2 (p − t): 2 ({p} − {t}) = {difference}")
    elif link == "identity":
        text = _("with this loss the gradient of the raw score is not p − t = {p} − {t}, but {difference}")
    else:
        text = _(
            "with this loss the slope of the output does not cancel: the gradient of the raw score is not "
            "p − t = {p} − {t}, but {difference}"
        )
    if factor == 1 and len(p) > MOST_WRITTEN:
        k = int(np.abs(slope).argmax()) if t.max() < 1 else int(t.argmax())
        text = _("the gradient of the raw scores is p − t; that of {name}: {p} − {t} = {difference}")
        said = text.format(name=names[k], p=_short(p[[k]]), t=_short(t[[k]]), difference=_short(slope[[k]]))
    else:
        said = text.format(p=_short(p), t=_short(t), difference=_short(slope))
    return {
        "holds": factor == 1,
        "factor": factor,
        "p": numbers(p),
        "t": numbers(t),
        "difference": numbers(difference),
        "gradient": numbers(slope),
        "text": said,
        "push": _push(slope, names),
    }


def _factor(difference: Floats, slope: Floats) -> int | None:
    size = max(float(np.abs(difference).max(initial=0.0)), 1e-12)
    for factor in (1, 2):
        if np.allclose(slope, factor * difference, rtol=1e-6, atol=1e-9 * size):
            return factor
    return None


def _push(slope: Floats, names: Sequence[str]) -> str:
    """What one step on this point would do to the scores."""
    if not np.isfinite(slope).all():
        return ""
    if np.abs(slope).max() < 1e-3:
        return _("nearly 0: this point has hardly anything left to teach")
    if len(slope) == 1:
        return (
            _("below 0: a step on this point raises the score")
            if slope[0] < 0
            else _("above 0: a step on this point lowers the score")
        )
    up = [name for name, one in zip(names, slope, strict=True) if one < -1e-3]
    if len(up) != 1:
        return _("a step on this point raises the scores with a negative gradient and lowers the others")
    return _("a step on this point raises the score of {name} and lowers the others").format(name=up[0])


def _short(values: Floats) -> str:
    return (shown(values[0], 4) if len(values) == 1 else shown(values, 3)).replace("-", "−")


def _remarks(network: NetworkSpec, told: Recorded) -> list[str]:
    said = []
    if told.in_one_piece and told.loss is not None:
        said.append(
            _(
                "the loss is drawn in one piece: step by step it would lose its digits here, where a probability "
                "rounds to 0 and its logarithm is infinite"
            )
        )
    if any(layer.dropout for layer in network.layers):
        said.append(_("dropout is left out here, as it is in predicting"))
    return said


# ---------------------------------------------------------------------------------------------------------------- graph


def _graph(network: NetworkSpec, told: Recorded) -> dict[str, Any] | None:
    if told.graph is None:
        return None
    drawn = [_node(network, node) for node in told.graph]
    layout = laid_out([node["parents"] for node in drawn], [node["room"] for node in drawn])
    heights = _leveled(drawn, [place.column for place in layout.places], [place.height for place in layout.places])
    scores = _scores(drawn)
    behind, shift = layout.places[scores].column, heights[scores] - layout.places[scores].height
    top = min(height - node["room"] / 2 for node, height in zip(drawn, heights, strict=True))
    bottom = max(height + node["room"] / 2 for node, height in zip(drawn, heights, strict=True))
    for node, place, height in zip(drawn, layout.places, heights, strict=True):
        node |= {"column": place.column, "height": number(height - top)}
    lines = []
    for (start, end), line in layout.lines.items():
        ways = [[place.column, number(place.height + shift - top)] for place in line if place.column > behind]
        places = [
            [drawn[start]["column"], drawn[start]["height"]],
            *ways[:-1],
            [drawn[end]["column"], drawn[end]["height"]],
        ]
        if line[0].column > behind:
            del places[1]  # the start is among the ways
        lines.append({"from": start, "to": end, "places": places})
    return {"nodes": drawn, "lines": lines, "columns": layout.columns, "height": number(bottom - top)}


def _scores(drawn: Sequence[dict[str, Any]]) -> int:
    """Place of the raw scores among the nodes: the last weighted sum."""
    return max(i for i, node in enumerate(drawn) if node["role"] == "sum")


def _leveled(drawn: Sequence[dict[str, Any]], columns: Sequence[int], heights: Sequence[float]) -> list[float]:
    """Put the way through the layers on one level, weights above it and the rest below; what follows stays as it is."""
    scores = _scores(drawn)
    result = [height - heights[scores] for height in heights]
    for column in range(columns[scores]):
        inside = [i for i, at in enumerate(columns) if at == column]
        chain = [i for i in inside if drawn[i]["role"] in ("input", "sum", "output")]
        above = [i for i in inside if drawn[i]["role"] == "weights"]
        below = [i for i in inside if i not in chain and i not in above]
        middle = drawn[chain[0]]["room"] / 2 if chain else 0.0
        for side, sign in ((above, -1.0), (below, 1.0)):
            at = middle
            for i in side:
                result[i] = sign * (at + drawn[i]["room"] / 2)
                at += drawn[i]["room"]
        for i in chain:
            result[i] = 0.0
    return result


_ROLES = (
    (r"x", "input"),
    (r"W\d+", "weights"),
    (r"b\d+", "bias"),
    (r"z\d+", "sum"),
    (r"a\d+", "output"),
    (r"p", "prediction"),
    (r"t", "target"),
    (r"L", "loss"),
)


def _node(network: NetworkSpec, node: GraphNode) -> dict[str, Any]:
    role = next((role for pattern, role in _ROLES if re.fullmatch(pattern, node.name)), "step")
    if role == "step" and node.operation == "input":
        role = "learned"
    value, gradient = _array(node.value), None if node.gradient is None else _array(node.gradient)
    lines = _lines(node.value.shape)
    return {
        "name": node.name,
        "role": role,
        "formula": _formula(network, node, role),
        "value": value,
        "gradient": gradient,
        "parents": list(node.parents),
        "lines": lines,
        "room": max(LEAST_ROOM, 2 * lines + BESIDE),
    }


def _lines(shape: tuple[int, ...]) -> int:
    """Lines that the numbers of a node take on one side of the line that leaves it; matrices are drawn as cells."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return min(size, MOST_LINES) + (size > MOST_LINES)
    rows, columns = shape[0], math.prod(shape[1:])
    return max(1, math.ceil(rows * min(CELL, WIDEST / columns, HIGHEST / rows) / LINE))


def _formula(network: NetworkSpec, node: GraphNode, role: str) -> str:
    """How a node is computed, as people write it; an activation that is a formula has its input put in."""
    text = node.formula
    if role == "output":
        activation = network.layers[int(node.name[1:]) - 1].activation
        called = re.fullmatch(rf"{re.escape(activation.name)}\((\w+)(, .*)?\)", text)
        if called and not re.fullmatch(r"\w+", activation.name):
            text = re.sub(r"\bx\b", called[1], activation.name)
    return text.replace(" @ ", "·").replace(" * ", "·").replace(" - ", " − ").replace("**2", "²")


def _array(values: Any) -> dict[str, Any]:
    array = rounded(np.asarray(values, np.float64))
    whole = array.size <= MOST_NUMBERS
    return {"shape": list(array.shape), "numbers": numbers(array.ravel()) if whole else None}


# ---------------------------------------------------------------------------------------------------- names and numbers


def _output_names(network: NetworkSpec, class_names: Sequence[Any] | None) -> list[str]:
    if class_names is None:
        return [_("prediction")] * network.n_outputs
    return [str(class_names[1])] if network.n_outputs == 1 else [str(name) for name in class_names]


def _input_names(network: NetworkSpec, column_names: Sequence[Any] | None) -> list[str]:
    return [f"x{j + 1}" for j in range(network.n_inputs)] if column_names is None else [str(n) for n in column_names]


def _named(given: Any, class_names: Sequence[Any] | None) -> str:
    return shown(given) if class_names is None else str(class_names[given])


def number(value: Any) -> float | None:
    """Write a number for JSON, with six digits; None where it is not finite.

    Examples
    --------
    >>> number(1 / 3), number(float("nan"))
    (0.333333, None)
    """
    return float(f"{float(value):.6g}") + 0.0 if value is not None and math.isfinite(value) else None


def numbers(values: Any) -> list[float | None]:
    """Write numbers in a row for JSON."""
    return [number(value) for value in values]
