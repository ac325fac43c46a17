"""A training in plain NumPy, one line for one of the textbook: fast steps are compared with it before they are timed.

Dense layers, an elementwise activation (with a parameter that each unit learns, too), inverted dropout, cross-entropy
on a logistic or a softmax output, Adam; all in float64. Nothing here is shared with the engine but what is asked of it:
activations are those of tests/oracle, and which units are dropped follows from Philox (Salmon, Moraes, Dror, Shaw
2011), written once more from its paper.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.oracle.functions import BY_PARAMETER
from tests.oracle.truth import truth

Array = NDArray[np.float64]
WORD = np.uint64(0xFFFFFFFF)


@dataclass
class Network:
    """What is trained: arrays [W, b, W, b, ..., then one array for each hidden layer whose units learn a parameter]."""

    activation: Any  # glassnet.Activation
    layers: int
    arrays: list[Array]
    dropout: float = 0.0

    def parameters(self, layer: int) -> list[Any]:
        """Values of the activation's parameters in a hidden layer: numbers, or one for each unit."""
        values: list[Any] = list(self.activation.parameter_values)
        names = [name for name, _ in self.activation.parameters]
        for name in self.activation.learned:
            values[names.index(name)] = self.arrays[2 * self.layers + layer]
        return values


def train(network: Network, X: Array, y: NDArray[np.int64], batch: int, seed: int = 0, rate: float = 1e-3) -> None:
    """Train for one epoch by Adam on the rows in the order in which they lie; changes the network's arrays."""
    first = [np.zeros_like(array) for array in network.arrays]
    second = [np.zeros_like(array) for array in network.arrays]
    for step, start in enumerate(range(0, len(X), batch)):
        rows = slice(start, start + batch)
        for array, g, m, v in zip(
            network.arrays, gradients(network, X[rows], y[rows], seed, step), first, second, strict=True
        ):
            m += 0.1 * (g - m)
            v += 0.001 * (g**2 - v)
            array -= rate * (m / (1 - 0.9 ** (step + 1))) / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)


def gradients(network: Network, X: Array, y: NDArray[np.int64], seed: int, step: int) -> list[Array]:
    """Derivative of the mean cross-entropy by each of the network's arrays."""
    sums, inputs, masks = [], [X], []
    for layer in range(network.layers):
        sums.append(inputs[-1] @ network.arrays[2 * layer] + network.arrays[2 * layer + 1])
        if layer + 1 < network.layers:
            keep = kept(sums[-1].shape, network.dropout, seed, step, layer)
            masks.append(keep / (1 - network.dropout))
            inputs.append(_curve(network, layer, sums[-1])[0] * masks[-1])

    one_score = sums[-1].shape[1] == 1
    delta = expit(sums[-1]) - y[:, None] if one_score else softmax(sums[-1], axis=1) - np.eye(sums[-1].shape[1])[y]
    delta /= len(X)
    found: list[Array] = []
    learned: list[Array] = []
    for layer in reversed(range(network.layers)):
        found = [inputs[layer].T @ delta, delta.sum(axis=0), *found]
        if layer > 0:
            by_output = delta @ network.arrays[2 * layer].T * masks[layer - 1]
            for name in network.activation.learned:
                by_parameter = BY_PARAMETER[network.activation.name, name]
                slopes = by_parameter(sums[layer - 1], *network.parameters(layer - 1))
                learned.insert(0, (by_output * slopes).sum(axis=0))
            delta = by_output * _curve(network, layer - 1, sums[layer - 1])[1]
    return found + learned


def _curve(network: Network, layer: int, z: Array) -> tuple[Array, Array]:
    known = truth(network.activation.name, z, network.parameters(layer))
    assert known is not None
    return np.asarray(known[0], dtype=np.float64), np.asarray(known[1], dtype=np.float64)


def kept(shape: tuple[int, ...], rate: float, seed: int, step: int, layer: int) -> NDArray[np.bool_]:
    """Tell which elements of a layer's output (rows, units) dropout leaves: a function of what is given here alone.

    Eight columns share a counter (row, column / 8, layer, step) of Philox4x32-10; each takes 16 of its 128 bits.
    """
    rows, columns = np.meshgrid(np.arange(shape[0], dtype=np.uint64), np.arange(shape[1]), indexing="ij")
    words = [rows, (columns // 8).astype(np.uint64), np.full(shape, layer, np.uint64), np.full(shape, step, np.uint64)]
    key = [np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32 ^ 0x64726F70)]
    for _ in range(10):
        low, high = words[0] * np.uint64(0xD2511F53), words[2] * np.uint64(0xCD9E8D57)
        words = [
            high >> np.uint64(32) ^ words[1] ^ key[0],
            high & WORD,
            low >> np.uint64(32) ^ words[3] ^ key[1],
            low & WORD,
        ]
        key = [key[0] + np.uint64(0x9E3779B9) & WORD, key[1] + np.uint64(0xBB67AE85) & WORD]
    word = np.choose(columns % 8 // 2, words)
    bits = word >> (columns % 2 * 16).astype(np.uint64) & np.uint64(0xFFFF)
    return bits >= round(rate * 65536)
