"""Who computes functions on arrays: glassnet on each instruction set, PyTorch, JAX, SciPy, NumPy, and a plain copy.

A contender is set up once in a process of its own. `offers` tells what it has; `set_up` returns what prepares inputs,
measures, and computes results for comparison.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# What a measurement asks for.
VALUE, BOTH = "value", "value and derivative"
PEERS = ("torch", "jax", "scipy", "numpy")

# Names in torch.nn.functional or torch, where they are not those of the catalog; what has no entry is not there.
TORCH = {
    "sigmoid": "torch.sigmoid", "tanh": "torch.tanh", "relu": "torch.relu", "exp": "torch.exp", "sine": "torch.sin",
    "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu", "celu": "celu", "softplus": "softplus", "gelu": "gelu",
    "gelu_tanh": "gelu", "silu": "silu", "mish": "mish", "softsign": "softsign", "log_sigmoid": "logsigmoid",
    "hard_sigmoid": "hardsigmoid", "hard_tanh": "hardtanh", "hard_swish": "hardswish", "relu6": "relu6",
}  # fmt: skip
JAX = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu",
    "celu": "celu", "softplus": "softplus", "gelu": "gelu", "gelu_tanh": "gelu", "silu": "silu", "mish": "mish",
    "softsign": "soft_sign", "log_sigmoid": "log_sigmoid", "hard_sigmoid": "hard_sigmoid", "hard_tanh": "hard_tanh",
    "hard_swish": "hard_silu", "relu6": "relu6", "squareplus": "squareplus",
}  # fmt: skip
JAX_NUMPY = {"exp": "exp", "sine": "sin"}
SCIPY = {"sigmoid": "expit", "log_sigmoid": "log_expit"}
NUMPY = {"exp": "exp", "tanh": "tanh", "sine": "sin"}


class Contender:
    """One library in this process: its functions by the catalog's names, in float32."""

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.threads = name, threads
        self.family = name.split(" ", maxsplit=1)[0]
        if self.family == "glassnet":
            from glassnet import _engine

            self._engine: Any = _engine
            _engine.use_instruction_set(name.split(" ")[1])
        elif self.family == "torch":
            import torch

            torch.set_num_threads(threads)
        self._prepared: dict[Any, Callable[[], Any]] = {}

    def __call__(self, what: str, *asked: Any) -> Any:
        """Answer a request of the benchmark: "times" or "row_times"."""
        return getattr(self, what)(*asked)

    def times(self, function: str, kind: str, count: int, rounds: int, fresh: bool) -> list[float]:
        """Measure calls on `count` elements; `fresh`: into a new array each time, else into the same one."""
        run = self._run(function, kind, count, fresh)
        taken = []
        for _ in range(rounds):
            start = time.perf_counter()
            run()
            taken.append(time.perf_counter() - start)
        return taken

    def row_times(self, function: str, rows: int, columns: int, rounds: int) -> list[float]:
        """Measure softmax, or softmax cross-entropy with its gradient, over the rows of a matrix."""
        key = function, rows, columns
        if key not in self._prepared:
            self._prepared.clear()
            calls = _torch_rows if self.family == "torch" else _glassnet_rows
            self._prepared[key] = calls(function, *row_inputs(rows, columns))
            self._prepared[key]()
        taken = []
        for _ in range(rounds):
            start = time.perf_counter()
            self._prepared[key]()
            taken.append(time.perf_counter() - start)
        return taken

    def row_result(self, function: str, rows: int, columns: int) -> Array:
        """Compute what `row_times` measures: probabilities, or the gradient of the sum of losses."""
        self.row_times(function, rows, columns, 1)
        return np.asarray(self._prepared[function, rows, columns]())

    def _run(self, function: str, kind: str, count: int, fresh: bool) -> Callable[[], Any]:
        key = function, kind, count, fresh
        if key not in self._prepared:
            self._prepared.clear()  # large arrays of one function at a time
            self._prepared[key] = self._call(function, kind, _inputs(count), fresh)
            self._prepared[key]()
        return self._prepared[key]

    def _call(self, function: str, kind: str, x: Array, fresh: bool) -> Callable[[], Any]:
        if self.family == "copy":
            return _copy(x, self.threads, fresh)
        if self.family == "glassnet":
            return self._glassnet_call(function, kind, x, fresh)
        if self.family == "torch":
            return _torch_call(function, kind, x, fresh)
        if self.family == "jax":
            return _jax_call(function, kind, x)
        f, out = _array_function(self.family, function), np.empty_like(x)
        return (lambda: f(x)) if fresh else (lambda: f(x, out=out))

    def _glassnet_call(self, function: str, kind: str, x: Array, fresh: bool) -> Callable[[], Any]:
        import glassnet as gn

        entry, out = gn.activations[function], np.empty_like(x)
        if kind == VALUE:
            return (lambda: entry(x)) if fresh else (lambda: entry(x, out=out))
        slope, values = np.empty_like(x), list(entry.values)
        return lambda: self._engine.activation(function, values, x, out, slope, self.threads)


@functools.lru_cache(maxsize=1)
def _inputs(count: int) -> Array:
    """Draw inputs around 0."""
    return np.random.default_rng(0).standard_normal(count, np.float32) * np.float32(3)


def row_inputs(rows: int, columns: int) -> tuple[Array, Array]:
    """Draw raw scores, and the class of each row."""
    generator = np.random.default_rng(0)
    return generator.normal(0, 3, (rows, columns)).astype(np.float32), generator.integers(0, columns, rows)


def contenders(peers: Sequence[str]) -> list[str]:
    """Name the contenders: glassnet on each instruction set, and those of the peers that are installed."""
    from glassnet import _engine

    names = [f"glassnet {isa}" for isa in _engine.instruction_sets()]
    return names + [name for name in peers if importlib.util.find_spec(name)]


def offers(contender: str, function: str, kind: str) -> bool:
    """Tell whether a contender has the function, and its derivative where that is asked for."""
    family = contender.split(" ", maxsplit=1)[0]
    if family == "glassnet":
        return True
    tables: dict[str, Any] = {"torch": TORCH, "jax": {**JAX, **JAX_NUMPY}, "scipy": SCIPY, "numpy": NUMPY}
    return function in tables[family] and (kind == VALUE or family in ("torch", "jax"))


def set_up(name: str, threads: int) -> Callable[..., Any]:
    """In a worker's process: build a contender."""
    return Contender(name, threads)


def _copy(x: Array, threads: int, fresh: bool) -> Callable[[], Any]:
    """Copy x by so many threads: what memory allows."""
    fixed = np.empty_like(x)
    edges = [len(x) * i // threads for i in range(threads + 1)]

    def run() -> None:
        out = np.empty_like(x) if fresh else fixed
        parts = [threading.Thread(target=np.copyto, args=(out[a:b], x[a:b])) for a, b in itertools.pairwise(edges[1:])]
        for part in parts:
            part.start()
        np.copyto(out[: edges[1]], x[: edges[1]])
        for part in parts:
            part.join()

    return run


def _torch_function(function: str) -> Callable[..., Any]:
    import torch

    name = TORCH[function]
    f: Callable[..., Any] = (
        getattr(torch, name[6:]) if name.startswith("torch.") else getattr(torch.nn.functional, name)
    )
    return (lambda x: f(x, approximate="tanh")) if function == "gelu_tanh" else f


def _torch_call(function: str, kind: str, x: Array, fresh: bool) -> Callable[[], Any]:
    import torch

    f, given = _torch_function(function), torch.from_numpy(x)
    if kind == BOTH:
        given, ones = given.requires_grad_(), torch.ones(len(x))
        return lambda: torch.autograd.grad(f(given), given, ones)
    out = torch.empty_like(given)
    if not fresh:
        with contextlib.suppress(TypeError):
            f(given, out=out)
            return lambda: f(given, out=out)
    return lambda: f(given)


def _jax_function(function: str) -> Callable[..., Any]:
    import jax

    if function in JAX_NUMPY:
        plain: Callable[..., Any] = getattr(jax.numpy, JAX_NUMPY[function])
        return plain
    f: Callable[..., Any] = getattr(jax.nn, JAX[function])
    return (lambda x: f(x, approximate=function == "gelu_tanh")) if function.startswith("gelu") else f


def _jax_call(function: str, kind: str, x: Array) -> Callable[[], Any]:
    import jax

    f, given = _jax_function(function), jax.device_put(x)
    ones = jax.numpy.ones_like(given)
    compiled = jax.jit(f if kind == VALUE else lambda z: jax.jvp(f, (z,), (ones,)))
    wait: Callable[[Any], Any] = jax.block_until_ready
    return lambda: wait(compiled(given))


def _glassnet_rows(function: str, scores: Array, codes: Array) -> Callable[[], Any]:
    import glassnet as gn
    from glassnet import _engine
    from glassnet.catalog.kernels import threads_for

    if function == "softmax":
        return lambda: gn.softmax(scores)
    values, gradient = np.empty(len(scores)), np.empty_like(scores)

    def run() -> Array:
        threads = threads_for(scores.size)
        _engine.loss("softmax_cross_entropy", _no_values(gn), scores, codes, values, gradient, threads=threads)
        return gradient

    return run


def _no_values(gn: Any) -> list[float]:
    return list(gn.losses["softmax_cross_entropy"].values)


def _torch_rows(function: str, scores: Array, codes: Array) -> Callable[[], Any]:
    import torch

    given, labels = torch.from_numpy(scores), torch.from_numpy(codes)
    if function == "softmax":
        return lambda: torch.softmax(given, dim=-1)
    given.requires_grad_()
    loss = torch.nn.functional.cross_entropy
    return lambda: torch.autograd.grad(loss(given, labels, reduction="sum"), given)[0]


def _array_function(family: str, function: str) -> Callable[..., Any]:
    if family == "scipy":
        import scipy.special

        found: Callable[..., Any] = getattr(scipy.special, SCIPY[function])
        return found
    plain: Callable[..., Any] = getattr(np, NUMPY[function])
    return plain
