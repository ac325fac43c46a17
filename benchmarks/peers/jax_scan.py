"""JAX: a whole epoch is one compiled call. `lax.scan` walks the batches and gathers the rows inside.

`Scan` draws the order of the rows inside as well, as one would write it. `jax.random.permutation` sorts, though, which
on a CPU costs more than the smallest network's whole epoch; `Ordered` lets NumPy draw it outside. State is donated, so
that XLA updates it in place.
"""

from __future__ import annotations

import functools
import time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from shapes import Shape, initial_weights

LEARNING_RATE = 1e-3


class Scan:
    """The epoch and its order under `jit`; XLA takes as many threads as the process may use processors."""

    def __init__(self, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> None:
        del threads  # the harness has bound the process to so many processors
        self.shape = shape
        self.X, self.y = jnp.asarray(X), jnp.asarray(y, dtype=jnp.float32 if shape.outputs == 1 else jnp.int32)
        self.compile()

    def compile(self) -> None:
        """Compile the epoch; the key of its order comes in."""
        self.keys = iter(jax.random.split(jax.random.key(0), 100_000))
        self.epoch = jax.jit(self._shuffled_epoch, donate_argnums=(0,))

    def _shuffled_epoch(self, state: Any, X: jax.Array, y: jax.Array, key: jax.Array) -> Any:
        order = jax.random.permutation(key, self.shape.rows).reshape(self.shape.steps, self.shape.batch)
        return _epoch(self.shape.outputs, state, X, y, order)

    def order(self) -> Any:
        """Return what the next epoch's order is made from: a key."""
        return next(self.keys)

    def epochs(self, count: int) -> list[float]:
        """Train anew for 1 + count epochs; seconds of each but the first."""
        weights = jax.tree.map(jnp.asarray, initial_weights(self.shape))
        # Zeros made twice: a donated buffer may be given only once.
        state = (weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights), jnp.zeros(()))
        seconds = []
        for _ in range(1 + count):
            start = time.perf_counter()
            state = jax.block_until_ready(self.epoch(state, self.X, self.y, self.order()))
            seconds.append(time.perf_counter() - start)
        return seconds[1:]


class Ordered(Scan):
    """The epoch under `jit`, its order from NumPy."""

    def compile(self) -> None:
        """Compile the epoch; its order comes in."""
        self.rng = np.random.default_rng(0)
        self.epoch = jax.jit(functools.partial(_epoch, self.shape.outputs), donate_argnums=(0,))

    def order(self) -> Any:
        """Return the next epoch's rows, batch by batch."""
        return self.rng.permutation(self.shape.rows).astype(np.int32).reshape(self.shape.steps, self.shape.batch)


def _loss(outputs: int, weights: Any, X: jax.Array, y: jax.Array) -> jax.Array:
    for weight, bias in weights[:-1]:
        X = jax.nn.relu(X @ weight + bias)
    weight, bias = weights[-1]
    scores = X @ weight + bias
    if outputs == 1:
        score = scores[:, 0]
        return jnp.mean(jax.nn.softplus(score) - y * score)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], axis=1)
    return -jnp.mean(chosen)


def _epoch(outputs: int, state: Any, X: jax.Array, y: jax.Array, order: jax.Array) -> Any:
    def step(state: Any, rows: jax.Array) -> tuple[Any, None]:
        weights, first, second, t = state
        gradient = jax.grad(functools.partial(_loss, outputs))(weights, X[rows], y[rows])
        t = t + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        rate, correction = LEARNING_RATE / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) / correction + 1e-8), weights, first, second)
        return (weights, first, second, t), None

    return jax.lax.scan(step, state, order)[0]
