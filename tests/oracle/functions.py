"""What the oracle computes with: activations and losses, written once more from their definitions.

Nothing here is shared with the engine, and with `glassnet.catalog` only the formulas of losses that have no line of
their own here. Every function takes and gives float64 arrays; the
parameters come in the order in which the catalog declares them.
"""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax, softmax, xlogy

from glassnet.catalog import Activation, Loss
from glassnet.catalog.formula import evaluate

from . import witness
from .truth import truth

Array = NDArray[np.float64]
LONG = np.longdouble

# What formulas mean in NumPy, for arrays of long double (n, k); sums go over the columns.
NUMPY: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
    "where": np.where,
    "sqrt": np.sqrt,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "xlogy": lambda x, y: np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y))),
    "sum": lambda x: x.sum(axis=1, keepdims=True),
}


def activation_value(activation: Activation, z: Array, parameters: Any = None) -> Array:
    """Compute an activation's value: by its line in truth.py, or else by its formula in mpmath.

    `parameters` are numbers, or one for each column where units learn them; None takes the activation's own.
    """
    if activation.name == "softmax":
        return softmax(z, axis=1)
    if activation.name == "maxout":
        return z.reshape(len(z), -1, activation.pieces).max(axis=2)
    return _either(activation, z, parameters, 0)


def activation_slope(activation: Activation, z: Array, parameters: Any = None) -> Array:
    """Compute an elementwise activation's derivative by its own input."""
    return _either(activation, z, parameters, 1)


def _either(activation: Activation, z: Array, parameters: Any, which: int) -> Array:
    known = truth(activation.name, z, activation.parameter_values if parameters is None else parameters)
    if known is not None:
        return np.asarray(known[which], dtype=np.float64)
    of_formula = (witness.value, witness.derivative)[which]
    with mp.workdps(30):
        return np.vectorize(lambda x: float(of_formula(activation, mp.mpf(float(x)))), otypes=[np.float64])(z)


# (name, parameter) -> derivative by the parameter, where units can learn it.
BY_PARAMETER: dict[tuple[str, str], Callable[..., Array]] = {
    ("prelu", "slope"): lambda x, _slope: np.minimum(x, 0.0),
    ("silu", "beta"): lambda x, beta: x * x * expit(beta * x) * expit(-beta * x),
}


def _huber(z: Array, t: Array, delta: float) -> Array:
    error = np.abs(z - t)
    return np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))


# name -> (loss, its derivative by the raw scores), element by element; the loss of a row is the sum of its elements.
# For a loss that has no line here, `loss_functions` differentiates the catalog's formula.
LOSSES: dict[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "squared_error": (lambda z, t: 0.5 * (z - t) ** 2, lambda z, t: z - t),
    "absolute_error": (lambda z, t: np.abs(z - t), lambda z, t: np.sign(z - t)),
    "huber": (_huber, lambda z, t, delta: np.clip(z - t, -delta, delta)),
    "mse": (lambda z, t: (z - t) ** 2, lambda z, t: 2 * (z - t)),
    # With kinks, beside which a difference quotient would be wrong.
    "quantile": (
        lambda z, t, level: np.maximum((1 - level) * (z - t), level * (t - z)),
        lambda z, t, level: np.where(z > t, 1 - level, np.where(z < t, -level, 0.0)),
    ),
    "hinge": (
        lambda z, t: t * np.maximum(1 - z, 0) + (1 - t) * np.maximum(1 + z, 0),
        lambda z, t: (1 - t) * (z > -1) - t * (z < 1),
    ),
    "squared_hinge": (
        lambda z, t: t * np.maximum(1 - z, 0) ** 2 + (1 - t) * np.maximum(1 + z, 0) ** 2,
        lambda z, t: 2 * (1 - t) * np.maximum(1 + z, 0) - 2 * t * np.maximum(1 - z, 0),
    ),
    "poisson": (lambda z, t: np.exp(z) - t * z + xlogy(t, t) - t, lambda z, t: np.exp(z) - t),
    "binary_cross_entropy": (
        lambda z, t, w: w * t * np.logaddexp(0.0, -z) + (1 - t) * np.logaddexp(0.0, z),
        lambda z, t, w: (1 - t) * expit(z) - w * t * expit(-z),
    ),
    "softmax_cross_entropy": (
        lambda z, t: -t * log_softmax(z, axis=1),
        lambda z, t: softmax(z, axis=1) * t.sum(axis=1, keepdims=True) - t,
    ),
}


def loss_functions(loss: Loss, written: Any = LOSSES) -> tuple[Callable[..., Array], Callable[..., Array]]:
    """Loss and derivative by the raw scores: written above, or the catalog's formula in long double.

    Over classes a formula gives the loss of a row, which is laid upon its first element.
    """
    if loss.name in written:
        functions: tuple[Callable[..., Array], Callable[..., Array]] = written[loss.name]
        return functions

    def formula(z: Any, t: Array, *parameters: float) -> Any:
        z, t = np.asarray(z, LONG), np.asarray(t, LONG)
        names = {**NUMPY, **dict(zip(loss.declared, map(LONG, parameters), strict=True))}
        p = evaluate(loss.output_activation.formula, {**names, "x": z}, LONG)
        return np.asarray(evaluate(loss.formula, {**names, "p": p, "y": t}, LONG))

    def by_element(found: Any, z: Any) -> bool:
        return found.shape == z.shape and not loss.domain.sums_to_one

    def value(z: Any, t: Array, *parameters: float) -> Any:
        found = formula(z, t, *parameters)
        if by_element(found, z):
            return found
        rows = np.zeros(z.shape, LONG)
        rows[:, :1] = found
        return rows

    def slope(z: Array, t: Array, *parameters: float) -> Array:
        step = LONG(1e-5)

        def quotient(direction: Any) -> Any:
            moved = {n: formula(np.asarray(z, LONG) + n * step * direction, t, *parameters) for n in (-2, -1, 1, 2)}
            return (8 * (moved[1] - moved[-1]) - (moved[2] - moved[-2])) / (12 * step)

        # Elements that know nothing of each other can all be moved at once.
        if by_element(formula(z, t, *parameters), z):
            return np.asarray(quotient(1), np.float64)
        columns = [quotient(direction).sum(axis=1) for direction in np.eye(z.shape[1], dtype=LONG)]
        return np.stack(columns, axis=1).astype(np.float64)

    return lambda z, t, *parameters: value(z, t, *parameters).astype(np.float64), slope
