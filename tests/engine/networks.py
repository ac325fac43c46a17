"""Small networks and data for the engine's tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.engine import CodedRows, TrainingData
from glassnet.network import EmbeddingSpec, LayerSpec, NetworkSpec


def network(
    n_inputs: int,
    hidden: Sequence[int],
    n_outputs: int,
    loss: str = "squared_error",
    activation: str = "relu",
    dtype: Any = "float64",
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
    embeddings: Sequence[tuple[int, int]] = (),
) -> NetworkSpec:
    """A network with equal hidden activations and the loss's own link at its end.

    `embeddings`: (categories, dimension) of each.
    """
    weights, biases = gn.initializer(initializer), gn.initializer("normal", std=0.1)
    chosen = gn.loss(loss)
    layers = [LayerSpec(units, gn.activation(activation), weights, biases, dropout) for units in hidden]
    layers.append(LayerSpec(n_outputs, gn.activation(chosen.link), weights, biases))
    return NetworkSpec(n_inputs, tuple(layers), chosen, dtype, tuple(EmbeddingSpec(*shape) for shape in embeddings))


def data_for(spec: NetworkSpec, n_rows: int, seed: int = 0, *, weighted: bool = False) -> TrainingData:
    """Random rows with targets in the loss's domain."""
    rng = np.random.default_rng(seed)
    X: Any = rng.normal(size=(n_rows, spec.n_inputs)).astype(spec.dtype)
    if spec.embeddings:
        codes = [rng.integers(0, categories, n_rows) for categories, _ in spec.embedding_shapes]
        X = CodedRows(X, np.stack(codes, axis=1).astype(np.int32))
    y: Any
    domain = spec.loss.domain
    if domain.sums_to_one:
        y = rng.integers(0, spec.n_outputs, n_rows)
    else:
        y = rng.normal(size=(n_rows, spec.n_outputs))
        if not domain.of_numbers:
            y = (y > 0).astype(float)
        elif domain.low == 0:
            y = np.floor(np.abs(y) * 3)
        y = y.astype(spec.dtype)
    weights = rng.uniform(0.1, 3.0, n_rows) if weighted else None
    return TrainingData(X, y, weights)
