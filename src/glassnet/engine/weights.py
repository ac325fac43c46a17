"""Weights: how they are passed around, and how they are drawn before training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet import _engine
from glassnet.catalog import ACTIVATIONS, Activation, Initializer
from glassnet.network import NetworkSpec


class Weights(NamedTuple):
    """All that a training learns.

    Attributes
    ----------
    coefs : list of ndarray of shape (inputs, columns)
        Columns are the units; for Maxout units * pieces, the pieces of a unit side by side.
    intercepts : list of ndarray of shape (columns,)
    embeddings : sequence of ndarray of shape (categories, dimension)
    learned : sequence of ndarray of shape (units,)
        Parameters of activations that units learn, in the order of `NetworkSpec.learned`.
    """

    coefs: list[NDArray[Any]]
    intercepts: list[NDArray[Any]]
    embeddings: Sequence[NDArray[Any]] = ()
    learned: Sequence[NDArray[Any]] = ()


# What is accepted as weights; (coefs, intercepts) is enough for networks without embeddings.
AnyWeights = Weights | tuple[list[NDArray[Any]], list[NDArray[Any]]]


def initial_weights(network: NetworkSpec, seed: int) -> Weights:
    """Draw what a training starts from, by the engine's counters: it depends on the seed alone.

    Parameters
    ----------
    network : NetworkSpec
        Its layers and embeddings say how each is drawn.
    seed : int
        In [0, 2**64).

    Returns
    -------
    Weights
        In the network's dtype; equal for equal seeds on every machine, up to the rounding of log and cos. Code 0 of
        each embedding is zeros. The weights of layers do not depend on the embeddings' numbers. A Maxout layer counts
        units * pieces as its outgoing connections, as a linear layer of that width does.
    """
    coefs, intercepts, embeddings = [], [], []
    for index, (fans, layer) in enumerate(zip(network.shapes, network.layers, strict=True)):
        activation = layer.activation
        coefs.append(_draw(layer.initializer, activation, fans, fans, ("weights", seed, index)))
        intercepts.append(_draw(layer.bias_initializer, activation, fans, fans[1:], ("biases", seed, index)))
    for index, (shape, embedding) in enumerate(zip(network.embedding_shapes, network.embeddings, strict=True)):
        fans = (1, embedding.dimension)  # one category at a time
        table = _draw(embedding.initializer, ACTIVATIONS["identity"], fans, shape, ("embeddings", seed, index))
        table[0] = 0.0
        embeddings.append(table)
    dtype = network.dtype
    coefs, intercepts, embeddings = (
        [array.astype(dtype) for array in part] for part in (coefs, intercepts, embeddings)
    )
    return Weights(coefs, intercepts, embeddings, initial_learned(network))


def initial_learned(network: NetworkSpec) -> list[NDArray[Any]]:
    """Start the parameters of activations that units learn, at the activation's values."""
    values = (dict(network.layers[i].activation.parameters)[name] for i, name in network.learned)
    return [np.full(shape, value, network.dtype) for shape, value in zip(network.learned_shapes, values, strict=True)]


@lru_cache(maxsize=256)  # a formula is evaluated for it
def _distribution(initializer: Initializer, activation: Activation, fans: tuple[int, int]) -> tuple[str, float]:
    return initializer.resolve(activation).distribution(*fans, activation)


# Whose numbers are drawn: purpose, seed, and index of the layer or embedding.
_Stream = tuple[str, int, int]


def _draw(
    initializer: Initializer, activation: Activation, fans: tuple[int, int], shape: tuple[int, ...], stream: _Stream
) -> NDArray[np.float64]:
    kind, a = _distribution(initializer, activation, fans)
    if kind == "constant":
        return np.full(shape, a)
    if kind == "orthogonal":
        return a * _orthogonal(shape, stream)
    drawn = np.empty(int(np.prod(shape)))
    _engine.draw(kind, a, *stream, drawn)
    return drawn.reshape(shape)


def _orthogonal(shape: tuple[int, ...], stream: _Stream) -> NDArray[np.float64]:
    """Orthonormal columns (or rows, if there are more units than inputs), uniformly distributed: Q of a normal matrix.

    The signs of R's diagonal are moved into Q; without that, Q is not uniform (Mezzadri 2007, arXiv:math-ph/0609050).
    """
    rows, columns = shape if len(shape) == 2 else (shape[0], 1)
    drawn = np.empty(rows * columns)
    _engine.draw("normal", 1.0, *stream, drawn)
    normal = drawn.reshape(max(rows, columns), min(rows, columns))
    q, r = np.linalg.qr(normal)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)
