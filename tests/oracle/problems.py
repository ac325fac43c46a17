"""Small networks with data that fits their loss, for tests that compare gradients and steps.

They are drawn so that no row lies near a kink of any function: there a difference quotient says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.catalog import Activation, Loss, initializer
from glassnet.engine import CodedRows, TrainingData, Weights
from glassnet.network import EmbeddingSpec, LayerSpec, NetworkSpec

from . import network as net

# Farther from a kink than any weight is moved by a difference quotient, times the largest input.
MARGIN = 1e-3


@dataclass(frozen=True)
class Problem:
    """A network, weights that it has, and rows with targets."""

    network: NetworkSpec
    weights: Weights
    data: TrainingData


def problem(
    loss: Loss,
    activations: Sequence[Activation],
    widths: Sequence[int],
    *,
    n_rows: int = 13,
    weighted: str | None = None,
    dense: bool = False,
    away_from_kinks: bool = True,
    embeddings: Sequence[tuple[int, int]] = (),
) -> Problem:
    """Draw a float64 network of these widths (inputs first, outputs last) and data for its loss.

    `weighted`: None, "rows" or "outputs". `dense`: distributions instead of class codes, where the loss takes both.
    `embeddings`: (categories, dimension) of each; the inputs of `widths` are numbers beside them.
    """
    plain = initializer("zeros")
    layers = tuple(
        LayerSpec(units, activation, plain, plain)
        for units, activation in zip(widths[1:], (*activations, loss.output_activation), strict=True)
    )
    tables = tuple(EmbeddingSpec(categories, dimension) for categories, dimension in embeddings)
    network = NetworkSpec(widths[0], layers, loss, dtype="float64", embeddings=tables)
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        # Small enough that exp of exp of a weighted sum is still moderate.
        coefs = [rng.normal(0.0, 0.4 / np.sqrt(inputs), (inputs, units)) for inputs, units in network.shapes]
        intercepts = [rng.normal(0.0, 0.2, columns) for _inputs, columns in network.shapes]
        X: Any = rng.normal(size=(n_rows, widths[0]))
        vectors = [rng.normal(size=shape) for shape in embeddings]
        if embeddings:
            codes = [rng.integers(categories, size=n_rows) for categories, _ in embeddings]
            X = CodedRows(X, np.stack(codes, axis=1).astype(np.int32))
        learned = [rng.uniform(0.2, 1.2, shape) for shape in network.learned_shapes]
        weights = Weights(coefs, intercepts, vectors, learned)
        sums, _ = net.forward(network, weights, X)
        if away_from_kinks and _distance_from_kinks(network, sums) < MARGIN:
            continue
        if loss.domain.signs and np.min(np.abs(np.abs(sums[-1]) - 1)) < MARGIN:  # where a hinge bends
            continue
        data = TrainingData(X, _targets(rng, loss, sums[-1], dense=dense), _weights(rng, weighted, sums[-1].shape))
        return Problem(network, weights, data)
    raise AssertionError("no seed keeps all rows away from the kinks: use fewer rows")


def _distance_from_kinks(network: NetworkSpec, sums: list[Any]) -> float:
    distances = [
        float(np.min(np.abs(z - kink)))
        for layer, z in zip(network.layers[:-1], sums[:-1], strict=True)
        for kink in layer.activation.kinks
    ]
    # A Maxout unit has its kinks where the two largest pieces meet.
    for layer, z in zip(network.layers[:-1], sums[:-1], strict=True):
        if layer.activation.pieces > 1:
            distances.append(float(np.min(np.diff(np.sort(net.cut(layer, z), axis=2)[:, :, -2:], axis=2))))
    return min(distances, default=np.inf)


def _targets(rng: np.random.Generator, loss: Loss, scores: Any, *, dense: bool) -> Any:
    domain, shape = loss.domain, scores.shape
    if domain.sums_to_one:
        return rng.dirichlet(np.ones(shape[1]), size=shape[0]) if dense else rng.integers(shape[1], size=shape[0])
    if domain.high == 1:
        return rng.choice([0.0, 0.25, 1.0], size=shape)
    if domain.low == 0:
        return rng.poisson(1.5, size=shape).astype(np.float64)
    # Errors on both sides of 0 and of Huber's delta of 1, and far from either.
    return scores + rng.choice([-1.7, -0.3, 0.3, 1.7], size=shape)


def _weights(rng: np.random.Generator, weighted: str | None, shape: tuple[int, ...]) -> Any:
    if weighted is None:
        return None
    drawn = rng.uniform(0.2, 3.0, size=shape if weighted == "outputs" else shape[0])
    drawn[1] = 0.0
    return drawn
