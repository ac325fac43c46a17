"""What others compute: functions of the catalog, and their derivatives, in PyTorch, JAX, SciPy and NumPy."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
from function_peers import JAX, JAX_NUMPY, NUMPY, SCIPY, TORCH
from numpy.typing import NDArray

Array = NDArray[Any]

# Where a library has a function of the catalog.
PEERS: dict[str, dict[str, str]] = {
    "torch": {
        name: where if where.startswith("torch.") else f"torch.nn.functional.{where}" for name, where in TORCH.items()
    },
    "jax": {
        **{name: f"jax.nn.{where}" for name, where in JAX.items()},
        **{name: f"jax.numpy.{where}" for name, where in JAX_NUMPY.items()},
    },
    "scipy": {name: f"scipy.special.{where}" for name, where in SCIPY.items()},
    "numpy": {name: f"numpy.{where}" for name, where in NUMPY.items()},
}
OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("torch", "gelu_tanh"): {"approximate": "tanh"},
    ("jax", "gelu_tanh"): {"approximate": True},
    ("jax", "gelu"): {"approximate": False},
}
DIFFERENTIABLE = {"torch", "jax"}


def installed() -> list[str]:
    """Name the libraries that are there."""
    return [name for name in PEERS if importlib.util.find_spec(name)]


def offers(peer: str, function: str, which: str) -> bool:
    """Tell whether a library has the function, and its derivative where that is asked for."""
    return function in PEERS[peer] and (which == "value" or peer in DIFFERENTIABLE)


def computed(peer: str, function: str, which: str, x: Array) -> Array:
    """Compute value or derivative of x, in x's type."""
    return np.asarray(_function(peer, function, which)(x))


@functools.cache
def _function(peer: str, function: str, which: str) -> Callable[[Array], Any]:
    module, _, name = PEERS[peer][function].rpartition(".")
    found = getattr(importlib.import_module(module), name)
    options = OPTIONS.get((peer, function))
    plain = functools.partial(found, **options) if options else found
    if peer == "torch":
        return _torch(plain, which)
    if peer == "jax":
        return _jax(plain, which)
    return plain  # type: ignore[no-any-return]


def _torch(function: Callable[..., Any], which: str) -> Callable[[Array], Any]:
    import torch

    torch.set_num_threads(1)

    def value(x: Array) -> Any:
        with torch.no_grad():
            return function(torch.from_numpy(x)).numpy()

    def derivative(x: Array) -> Any:
        given = torch.from_numpy(x).requires_grad_()
        (slope,) = torch.autograd.grad(function(given).sum(), given)
        return slope.numpy()

    return value if which == "value" else derivative


def _jax(function: Callable[..., Any], which: str) -> Callable[[Array], Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax.jit(function if which == "value" else jax.vmap(jax.grad(function)))  # type: ignore[no-any-return]
