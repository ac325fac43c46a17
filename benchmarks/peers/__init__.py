"""The contenders of the training benchmark: one file a library, one class a way of using it.

A contender is built from a shape, its data and a number of threads; `epochs(count)` then starts a training anew, runs
1 + count epochs and returns the seconds of each but the first. All of them do the same work: an epoch draws a new order
of the rows, and each step gathers a batch, runs forward, loss and backward, and one Adam step in float32.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from shapes import Shape


class Contender(Protocol):
    """What the harness asks of a contender."""

    def __init__(self, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> None: ...

    def epochs(self, count: int) -> list[float]:
        """Train anew for 1 + count epochs; seconds of each but the first."""
        ...


@dataclass(frozen=True)
class Entry:
    """A contender: the library that must be there, where its class is, what it runs.

    `usual` says that people write it so; such contenders make the ratios that targets are set for. The others are
    there because they are faster: what the library can do, if one knows how.
    """

    library: str
    module: str
    attribute: str
    meaning: str
    usual: bool = True


# The family, by which tables and --peers group, is what stands before the dash.
CONTENDERS = {
    "glassnet": Entry("glassnet", "ours", "Glassnet", "MLPClassifier.fit"),
    "sklearn": Entry("sklearn", "sklearn_mlp", "ScikitLearn", "MLPClassifier.fit"),
    "torch-eager": Entry("torch", "torch_loop", "Eager", "a plain loop, Adam as it comes"),
    "torch-fused": Entry("torch", "torch_loop", "Fused", "a plain loop, Adam(fused=True)"),
    "torch-compile": Entry("torch", "torch_loop", "Compiled", "forward and loss compiled, fused Adam"),
    "torch-autotune": Entry("torch", "torch_loop", "Autotuned", 'the same with mode="max-autotune"'),
    "torch-step": Entry("torch", "torch_loop", "WholeStep", "the whole step as one compiled graph", usual=False),
    "jax-scan": Entry("jax", "jax_scan", "Scan", "the epoch under jit and scan, order drawn inside"),
    "jax-order": Entry("jax", "jax_scan", "Ordered", "the same, order drawn by NumPy outside", usual=False),
}


def family(name: str) -> str:
    """Return the library's name: "torch" for "torch-eager"."""
    return name.split("-", maxsplit=1)[0]


def present(name: str) -> bool:
    """Tell whether the library of a contender can be imported, without importing it."""
    return importlib.util.find_spec(CONTENDERS[name].library) is not None


def build(name: str, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> Contender:
    """Import the library of a contender and set the contender up."""
    entry = CONTENDERS[name]
    cls: type[Contender] = getattr(importlib.import_module(f"peers.{entry.module}"), entry.attribute)
    return cls(shape, X, y, threads)
