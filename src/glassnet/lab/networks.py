"""Networks in a line, and a look at what flows through them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Activation, Initializer, Loss, activation, initializer, loss
from glassnet.engine import Fit, Weights, predict_scores
from glassnet.network import DType, LayerSpec, NetworkSpec, TrainingSpec


def network(
    n_inputs: int,
    hidden: Sequence[int],
    n_outputs: int,
    function: str | Activation = "relu",
    *,
    initial: str | Initializer = "auto",
    output: str | Initializer | None = None,
    biases: str | Initializer = "zeros",
    criterion: str | Loss = "softmax_cross_entropy",
    dtype: DType = "float32",
) -> NetworkSpec:
    """Describe a network whose hidden layers are alike.

    Parameters
    ----------
    n_inputs, n_outputs : int
    hidden : sequence of int
        Units of each hidden layer.
    function : str or Activation, default="relu"
        Of the hidden layers.
    initial : str or Initializer, default="auto"
        First weights of all layers; "auto" fits the activation.
    output : str or Initializer, optional
        First weights of the output layer, where they are others.
    biases : str or Initializer, default="zeros"
    criterion : str or Loss, default="softmax_cross_entropy"
        The output activation is its link.
    dtype : {"float32", "float64"}, default="float32"

    Examples
    --------
    >>> network(2, (3,), 1, "tanh", criterion="binary_cross_entropy").shapes
    ((2, 3), (3, 1))
    """
    bias, chosen = initializer(biases), loss(criterion)
    layers = [LayerSpec(units, activation(function), initializer(initial), bias) for units in hidden]
    last = LayerSpec(n_outputs, activation(chosen.link), initializer(initial if output is None else output), bias)
    return NetworkSpec(n_inputs, (*layers, last), chosen, dtype)


def training(seed: int, epochs: int, rate: float, *, batch: int = 32, solver: str = "sgd", **more: Any) -> TrainingSpec:
    """Describe a training that runs all of its epochs: no penalty, no early end, plain SGD unless something is said.

    Examples
    --------
    >>> training(0, epochs=5, rate=0.1).momentum
    0.0
    """
    plain = {"momentum": 0.0, "nesterovs_momentum": False, "alpha": 0.0, "tol": 0.0, "n_iter_no_change": math.inf}
    return TrainingSpec(
        solver=solver, learning_rate_init=rate, batch_size=batch, max_iter=epochs, seed=seed, **(plain | more)
    )


def accuracy(spec: NetworkSpec, fit: Fit | Weights, X: NDArray[Any], y: NDArray[Any]) -> float:
    """Return the share of rows whose class has the largest score (with one output: a score above 0 means class 1)."""
    scores = predict_scores(spec, _weights(fit), X)
    said = scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0).astype(np.int64)
    return float(np.mean(said == y))


def arriving(spec: NetworkSpec, fit: Fit | Weights, X: NDArray[Any], layer: int) -> NDArray[Any]:
    """Return what arrives at a layer's units on each row: z = x W + b, before the activation.

    Parameters
    ----------
    layer : int
        Counted from 0.

    Returns
    -------
    ndarray of shape (n_samples, columns)
    """
    weights = _weights(fit)
    end = dataclasses.replace(spec.layers[layer], units=spec.layers[layer].columns, activation=activation("identity"))
    return _scores(spec, (*spec.layers[:layer], end), weights, X, weights.coefs[layer], weights.intercepts[layer])


def leaving(spec: NetworkSpec, fit: Fit | Weights, X: NDArray[Any], layer: int) -> NDArray[Any]:
    """Return what a hidden layer's units hand on, for each row: the activation of what arrived.

    Returns
    -------
    ndarray of shape (n_samples, units)
    """
    units = spec.layers[layer].units
    end = LayerSpec(units, activation("identity"), initializer("zeros"), initializer("zeros"))
    passed_on, nothing = np.eye(units, dtype=spec.dtype), np.zeros(units, dtype=spec.dtype)
    return _scores(spec, (*spec.layers[: layer + 1], end), _weights(fit), X, passed_on, nothing)


def _scores(
    spec: NetworkSpec, layers: tuple[LayerSpec, ...], weights: Weights, X: NDArray[Any], W: Any, b: Any
) -> NDArray[Any]:
    """Let the engine compute the beginning of a network, with a last layer of W and b."""
    kept = len(layers) - 1
    shorter = NetworkSpec(spec.n_inputs, layers, loss("mse"), spec.dtype)
    learned = [values for (index, _name), values in zip(spec.learned, weights.learned, strict=True) if index < kept]
    cut = Weights([*weights.coefs[:kept], W], [*weights.intercepts[:kept], b], (), learned)
    return predict_scores(shorter, cut, X)


def _weights(fit: Fit | Weights) -> Weights:
    return fit if isinstance(fit, Weights) else Weights(fit.coefs, fit.intercepts, fit.embeddings, fit.learned)
