"""What the oracle computes with: activations and losses, written once more from their definitions.

Nothing here is shared with `glassnet.catalog` or the engine. Every function takes and gives float64 arrays; the
parameters come in the order in which the catalog declares them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit, log_softmax, softmax, xlogy

Array = NDArray[np.float64]

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _elu(x: Array, alpha: float) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def _elu_slope(x: Array, alpha: float) -> Array:
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))


def _normal_cdf(x: Array) -> Array:
    return 0.5 * (1.0 + erf(x / np.sqrt(2.0)))


def _gelu_slope(x: Array) -> Array:
    return _normal_cdf(x) + x * np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)


def _silu_slope(x: Array, beta: float) -> Array:
    gate = expit(beta * x)
    return gate * (1.0 + beta * x * (1.0 - gate))


# name -> (value, slope); "softmax" has no slope of its own, because it only stands at the output, under its loss, and
# that of "maxout" is a matrix: `network.slope_times`.
ACTIVATIONS: dict[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "identity": (lambda x: x, np.ones_like),
    "sigmoid": (expit, lambda x: expit(x) * expit(-x)),
    "tanh": (np.tanh, lambda x: 1.0 / np.cosh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0.0), lambda x: (x > 0) * 1.0),
    "leaky_relu": (lambda x, slope: np.where(x > 0, x, slope * x), lambda x, slope: np.where(x > 0, 1.0, slope)),
    "prelu": (lambda x, slope: np.where(x > 0, x, slope * x), lambda x, slope: np.where(x > 0, 1.0, slope + 0 * x)),
    "elu": (_elu, _elu_slope),
    "selu": (lambda x: SELU_SCALE * _elu(x, SELU_ALPHA), lambda x: SELU_SCALE * _elu_slope(x, SELU_ALPHA)),
    "softplus": (lambda x: np.logaddexp(0.0, x), expit),
    "gelu": (lambda x: x * _normal_cdf(x), _gelu_slope),
    "silu": (lambda x, beta: x * expit(beta * x), _silu_slope),
    "exp": (np.exp, np.exp),
    "maxout": (lambda x, pieces: x.reshape(len(x), -1, pieces).max(axis=2), lambda x, _pieces: np.full_like(x, np.nan)),
    "softmax": (lambda x: softmax(x, axis=1), lambda x: np.full_like(x, np.nan)),
}


# (name, parameter) -> derivative by the parameter, where units can learn it.
BY_PARAMETER: dict[tuple[str, str], Callable[..., Array]] = {
    ("prelu", "slope"): lambda x, _slope: np.minimum(x, 0.0),
    ("silu", "beta"): lambda x, beta: x * x * expit(beta * x) * expit(-beta * x),
}


def _huber(z: Array, t: Array, delta: float) -> Array:
    error = np.abs(z - t)
    return np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))


# name -> (loss, its derivative by the raw scores), element by element; the loss of a row is the sum of its elements.
LOSSES: dict[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "squared_error": (lambda z, t: 0.5 * (z - t) ** 2, lambda z, t: z - t),
    "absolute_error": (lambda z, t: np.abs(z - t), lambda z, t: np.sign(z - t)),
    "huber": (_huber, lambda z, t, delta: np.clip(z - t, -delta, delta)),
    "poisson": (lambda z, t: np.exp(z) - t * z + xlogy(t, t) - t, lambda z, t: np.exp(z) - t),
    "binary_cross_entropy": (lambda z, t: np.logaddexp(0.0, z) - t * z, lambda z, t: expit(z) - t),
    "softmax_cross_entropy": (
        lambda z, t: -t * log_softmax(z, axis=1),
        lambda z, t: softmax(z, axis=1) * t.sum(axis=1, keepdims=True) - t,
    ),
}
