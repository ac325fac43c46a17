"""Random programs that run on our tensors and on PyTorch's alike.

A program is a list of steps; each takes earlier values by number and makes another. `library` has the few functions
whose names differ. Values stay of moderate size, so that what differs is a mistake and not rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Step(NamedTuple):
    name: str
    inputs: tuple[int, ...]
    apply: Callable[..., Any]  # of the library and the inputs


def _bounded(lib: Any, x: Any) -> Any:
    """Keep sizes moderate."""
    return x / (1 + x * x)


ONE: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("exp", lambda lib, x: lib.exp(_bounded(lib, x))),
    ("expm1", lambda lib, x: lib.expm1(_bounded(lib, x))),
    ("log", lambda lib, x: lib.log(1.5 + _bounded(lib, x))),
    ("log1p", lambda lib, x: lib.log1p(x * x)),
    ("sqrt", lambda lib, x: lib.sqrt(1 + x * x)),
    ("abs", lambda lib, x: abs(x)),
    ("erf", lambda lib, x: lib.erf(x)),
    ("sin", lambda lib, x: lib.sin(x)),
    ("cos", lambda lib, x: lib.cos(x)),
    ("atan", lambda lib, x: lib.atan(x)),
    ("negative", lambda lib, x: -x),
    ("square", lambda lib, x: _bounded(lib, x) ** 2),
    ("cube", lambda lib, x: _bounded(lib, x) ** 3),
    ("reciprocal", lambda lib, x: 2 / (1 + x**2)),
    ("power of a number", lambda lib, x: 1.5 ** _bounded(lib, x)),
    ("clip", lambda lib, x: lib.clip(x, -0.7, 0.9)),
    ("where", lambda lib, x: lib.where(x > 0, x, 0.1 * x)),
    ("sum, kept", lambda lib, x: x - lib.sum(x, -1, True) / 7 if x.ndim else x),
    ("mean", lambda lib, x: x + lib.mean(x, 0, False) if x.ndim else x),
    ("largest", lambda lib, x: x - lib.max(x, -1, True) if x.ndim else x),
    ("smallest", lambda lib, x: x * lib.min(x, 0, True) if x.ndim else x),
    ("transposed twice", lambda lib, x: (x.T * 2).T if x.ndim else x),
    ("flat", lambda lib, x: x.reshape(-1)),
    ("slice", lambda lib, x: x[::2] if x.ndim else x),
    ("last", lambda lib, x: x[..., -1] if x.ndim else x),
    ("rows, some twice", lambda lib, x: x[lib.codes([0, -1, 0])] if x.ndim else x),
    ("softmax", lambda lib, x: lib.softmax(x) if x.ndim else x),
    ("log_softmax", lambda lib, x: lib.log_softmax(x) if x.ndim else x),
    ("silu", lambda lib, x: lib.silu(x)),
    ("gelu", lambda lib, x: lib.gelu(x)),
    ("tanh", lambda lib, x: lib.tanh(x)),
    ("softplus", lambda lib, x: lib.softplus(x)),
    ("elu", lambda lib, x: lib.elu(x)),
    ("joined", lambda lib, x: lib.concatenate([x, 2 * x]) if x.ndim else x),
    ("stacked", lambda lib, x: lib.stack([x, x * x]).sum(0)),
]
TWO: list[tuple[str, Callable[[Any, Any, Any], Any]]] = [
    ("+", lambda lib, a, b: a + b),
    ("-", lambda lib, a, b: a - b),
    ("*", lambda lib, a, b: a * b),
    ("/", lambda lib, a, b: a / (1.5 + _bounded(lib, b))),
    ("**", lambda lib, a, b: (1.2 + _bounded(lib, a)) ** _bounded(lib, b)),
    ("minimum", lambda lib, a, b: lib.minimum(a, b)),
    ("maximum", lambda lib, a, b: lib.maximum(a, b)),
]


def random_program(seed: int, shapes: list[tuple[int, ...]], steps: int = 12) -> list[Step]:
    """Draw a program; shapes are tracked by running it on arrays, so that all operands broadcast."""
    random = np.random.default_rng(seed)
    values = [random.normal(size=shape) for shape in shapes]
    program: list[Step] = []
    while len(program) < steps:
        a = int(random.integers(max(0, len(values) - 5), len(values)))
        b = int(random.integers(len(values)))
        kind = random.random()
        shape_a, shape_b = values[a].shape, values[b].shape
        if kind < 0.45:
            name, one = ONE[random.integers(len(ONE))]
            step = Step(name, (a,), one)
        elif kind < 0.85:
            try:
                np.broadcast_shapes(shape_a, shape_b)
            except ValueError:
                continue
            name, two = TWO[random.integers(len(TWO))]
            step = Step(name, (a, b), two)
        else:
            try:
                product = np.matmul(values[a], values[b])
            except ValueError:
                continue
            step = Step("@", (a, b), lambda lib, a, b: _bounded(lib, a @ b))
            if product.size == 0:
                continue
        result = step.apply(Arrays, *(values[i] for i in step.inputs))
        if result.size > 200:
            continue
        program.append(step)
        values.append(np.asarray(result))
    return program


def run(program: list[Step], library: Any, inputs: list[Any]) -> Any:
    """Run a program and add up what the last steps made."""
    values = list(inputs)
    for step in program:
        values.append(step.apply(library, *(values[i] for i in step.inputs)))
    total = library.sum(values[-1] * values[-1], None, False)
    for value in values[len(inputs) : -1]:
        total = total + library.mean(value, None, False)
    return total


class Arrays:
    """NumPy, for shapes only: what has no name there keeps the shape."""

    exp = expm1 = log = log1p = sqrt = erf = sin = cos = atan = silu = gelu = tanh = softplus = elu = staticmethod(
        np.tanh
    )
    softmax = log_softmax = staticmethod(np.tanh)
    clip, where, minimum, maximum = (
        staticmethod(np.clip),
        staticmethod(np.where),
        staticmethod(np.minimum),
        staticmethod(np.maximum),
    )
    concatenate, stack = staticmethod(np.concatenate), staticmethod(np.stack)
    codes = staticmethod(np.array)

    @staticmethod
    def sum(x, axis, keep):
        return np.sum(x, axis=axis, keepdims=keep)

    @staticmethod
    def mean(x, axis, keep):
        return np.mean(x, axis=axis, keepdims=keep)

    @staticmethod
    def max(x, axis, keep):
        return np.max(x, axis=axis, keepdims=keep)

    @staticmethod
    def min(x, axis, keep):
        return np.min(x, axis=axis, keepdims=keep)


class Ours:
    """glassnet's tensors."""

    def __getattr__(self, name):
        import glassnet as gn
        from glassnet import autograd

        if name in ("softmax", "log_softmax"):
            return getattr(gn, name)
        if name in ("silu", "gelu", "tanh", "softplus", "elu"):
            return getattr(gn.activations, name)
        return getattr(autograd, name)

    codes = staticmethod(np.array)

    @staticmethod
    def sum(x, axis, keep):
        return x.sum(axis, keep)

    @staticmethod
    def mean(x, axis, keep):
        return x.mean(axis, keep)

    @staticmethod
    def max(x, axis, keep):
        return x.max(axis, keep)

    @staticmethod
    def min(x, axis, keep):
        return x.min(axis, keep)


class Theirs:
    """PyTorch's tensors."""

    def __getattr__(self, name):
        import torch

        return (
            getattr(torch.nn.functional, name)
            if hasattr(torch.nn.functional, name) and name != "tanh"
            else getattr(torch, name)
        )

    @staticmethod
    def codes(values):
        import torch

        return torch.tensor(values)

    @staticmethod
    def clip(x, low, high):
        import torch

        return torch.clamp(x, low, high)

    @staticmethod
    def softmax(x):
        import torch

        return torch.softmax(x, -1)

    @staticmethod
    def log_softmax(x):
        import torch

        return torch.log_softmax(x, -1)

    @staticmethod
    def sum(x, axis, keep):
        return x.sum() if axis is None else x.sum(axis, keep)

    @staticmethod
    def mean(x, axis, keep):
        return x.mean() if axis is None else x.mean(axis, keep)

    @staticmethod
    def max(x, axis, keep):
        return x.amax(axis, keep)

    @staticmethod
    def min(x, axis, keep):
        return x.amin(axis, keep)
