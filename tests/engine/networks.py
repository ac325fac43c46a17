"""Small networks and data for the engine's tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.engine import TrainingData
from glassnet.network import LayerSpec, NetworkSpec


def network(
    n_inputs: int,
    hidden: Sequence[int],
    n_outputs: int,
    loss: str = "squared_error",
    activation: str = "relu",
    dtype: Any = "float64",
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
) -> NetworkSpec:
    """A network with equal hidden activations and the loss's own link at its end."""
    weights, biases = gn.initializer(initializer), gn.initializer("normal", std=0.1)
    chosen = gn.loss(loss)
    layers = [LayerSpec(units, gn.activation(activation), weights, biases, dropout) for units in hidden]
    layers.append(LayerSpec(n_outputs, gn.activation(chosen.link), weights, biases))
    return NetworkSpec(n_inputs, tuple(layers), chosen, dtype)


def data_for(spec: NetworkSpec, n_rows: int, seed: int = 0, *, weighted: bool = False) -> TrainingData:
    """Random rows with targets in the loss's domain."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, spec.n_inputs)).astype(spec.dtype)
    y: Any
    if spec.loss.name == "softmax_cross_entropy":
        y = rng.integers(0, spec.n_outputs, n_rows)
    else:
        y = rng.normal(size=(n_rows, spec.n_outputs))
        if spec.loss.name == "poisson":
            y = np.floor(np.abs(y) * 3)
        if spec.loss.name == "binary_cross_entropy":
            y = (y > 0).astype(float)
        y = y.astype(spec.dtype)
    weights = rng.uniform(0.1, 3.0, n_rows) if weighted else None
    return TrainingData(X, y, weights)
