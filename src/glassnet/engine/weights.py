"""Weights before training, drawn by the engine's counters: they depend on the seed alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet import _engine
from glassnet.network import LayerSpec, NetworkSpec

Weights = tuple[list[NDArray[np.floating]], list[NDArray[np.floating]]]


def initial_weights(network: NetworkSpec, seed: int) -> Weights:
    """Draw the weights and biases that a training starts from.

    Parameters
    ----------
    network : NetworkSpec
        Its layers say how each is drawn.
    seed : int
        In [0, 2**64).

    Returns
    -------
    coefs : list of ndarray of shape (inputs, units)
    intercepts : list of ndarray of shape (units,)
        Both in the network's dtype; equal for equal seeds on every machine, up to the rounding of log and cos.
    """
    coefs, intercepts = [], []
    for index, ((inputs, units), layer) in enumerate(zip(network.shapes, network.layers, strict=True)):
        coefs.append(_draw(layer, index, inputs, units, seed, biases=False).astype(network.dtype))
        intercepts.append(_draw(layer, index, inputs, units, seed, biases=True).astype(network.dtype))
    return coefs, intercepts


def _draw(layer: LayerSpec, index: int, inputs: int, units: int, seed: int, *, biases: bool) -> NDArray[np.float64]:
    initializer = layer.bias_initializer if biases else layer.initializer
    kind, a = initializer.resolve(layer.activation).distribution(inputs, units, layer.activation)
    shape = (units,) if biases else (inputs, units)
    if kind == "constant":
        return np.full(shape, a)
    if kind == "orthogonal":
        return a * _orthogonal(shape, seed, index, biases=biases)
    drawn = np.empty(int(np.prod(shape)))
    _engine.draw(kind, a, seed, index, biases, drawn)
    return drawn.reshape(shape)


def _orthogonal(shape: tuple[int, ...], seed: int, index: int, *, biases: bool) -> NDArray[np.float64]:
    """Orthonormal columns (or rows, if there are more units than inputs), uniformly distributed: Q of a normal matrix.

    The signs of R's diagonal are moved into Q; without that, Q is not uniform (Mezzadri 2007, arXiv:math-ph/0609050).
    """
    rows, columns = shape if len(shape) == 2 else (shape[0], 1)
    drawn = np.empty(rows * columns)
    _engine.draw("normal", 1.0, seed, index, biases, drawn)
    normal = drawn.reshape(max(rows, columns), min(rows, columns))
    q, r = np.linalg.qr(normal)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)
