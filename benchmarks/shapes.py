"""The shapes that the training benchmark runs, their data, their arithmetic, and the speed asked for at each.

Every contender gets the same arrays. Labels come from a random linear teacher with a tenth of them redrawn, so that the
loss keeps falling for as long as anyone measures and no gradient vanishes into denormal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Target:
    """Least ratio of a peer's time to glassnet's, and least share of the FMA limit; None where none is asked."""

    sklearn: float
    torch: float
    jax: float
    share: float | None = None


@dataclass(frozen=True)
class Shape:
    """One network and the rows that it is trained on.

    `classes` counts classes, not outputs: two classes are one logistic output in scikit-learn and in glassnet, and so
    they are in the PyTorch and JAX loops too (binary cross-entropy on one score, instead of a softmax over two).
    `rows` is a multiple of `batch`, so that every step costs the same.
    """

    name: str
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    batch: int
    rows: int
    target: Target

    @property
    def outputs(self) -> int:
        """Width of the output layer."""
        return 1 if self.classes == 2 else self.classes

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths from the inputs to the outputs."""
        return (self.inputs, *self.hidden, self.outputs)

    @property
    def steps(self) -> int:
        """Optimizer steps an epoch."""
        return self.rows // self.batch

    @property
    def flops(self) -> int:
        """Multiplications and additions of one step's matrix products.

        Forward and weight gradients take 2 · batch · in · out each in every layer, input gradients the same in every
        layer but the first. Adam, activations and the gather are not counted.
        """
        products = [a * b for a, b in zip(self.widths[:-1], self.widths[1:], strict=True)]
        return 2 * self.batch * (3 * sum(products) - products[0])

    def describe(self) -> str:
        """Describe the shape in one line, as tables show it."""
        widths = "–".join(map(str, self.widths))
        output = "one logistic output" if self.classes == 2 else f"softmax over {self.classes}"
        return f"{self.name}: {widths}, {output}, batch {self.batch}, {self.steps} steps an epoch"

    def with_rows(self, rows: int) -> Shape:
        """Return the same shape on about so many rows, at least two batches of them."""
        steps = max(2, rows // self.batch)
        return replace(self, rows=steps * self.batch)


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("tiny", 10, (32,), 2, 32, 10_240, Target(sklearn=110, torch=180, jax=14)),
        Shape("small", 20, (64, 64), 2, 200, 10_000, Target(sklearn=15, torch=13, jax=6, share=0.74)),
        Shape("mid", 54, (256, 256), 7, 256, 10_240, Target(sklearn=4.6, torch=2.4, jax=2.1, share=0.85)),
        Shape("image", 784, (256, 128), 10, 128, 10_240, Target(sklearn=3.5, torch=2.4, jax=1.8, share=0.77)),
        Shape("large", 1024, (1024, 1024), 1000, 1024, 4_096, Target(sklearn=1.65, torch=1.2, jax=1.22, share=0.88)),
    )
}


def dataset(shape: Shape, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw X (rows, inputs) and class labels (rows,), in which every class occurs.

    >>> X, y = dataset(SHAPES["tiny"])
    >>> X.shape, X.dtype.name, sorted(set(y.tolist()))
    ((10240, 10), 'float32', [0, 1])
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((shape.rows, shape.inputs), dtype=np.float32)
    y = np.argmax(X @ rng.standard_normal((shape.inputs, shape.classes), dtype=np.float32), axis=1)
    redrawn = rng.random(shape.rows) < 0.1
    y[redrawn] = rng.integers(shape.classes, size=int(redrawn.sum()))
    y[: shape.classes] = np.arange(shape.classes)
    return X, y.astype(np.int64)


def initial_weights(shape: Shape, seed: int = 0) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Draw a weight (in, out) and a bias (out,) a layer, from the distribution that scikit-learn uses."""
    rng = np.random.default_rng(seed)
    weights = []
    for fan_in, fan_out in zip(shape.widths[:-1], shape.widths[1:], strict=True):
        limit = (6 / (fan_in + fan_out)) ** 0.5
        weight = rng.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)
        weights.append((weight, rng.uniform(-limit, limit, fan_out).astype(np.float32)))
    return weights
