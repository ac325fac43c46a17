"""Functions of every element, and choices between two: what `numpy` calls ufuncs, with their gradients.

Functions of one number are declared in a table: how NumPy computes it, and the slope as an expression of tensors, in
x, the input, and y, the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic, shaping
from glassnet.autograd.tape import Array, Node, Operation, recorded, tensor_of, wrapped

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor

Function = Callable[[Any], "Tensor"]

_TWO_BY_ROOT_PI = 1.1283791670955126  # 2 / sqrt(pi)


def _erf(x: Array) -> Array:
    from scipy.special import erf as function  # SciPy takes a while to load

    result: Array = function(x)
    return result


def _constant(value: Array, like: Tensor) -> Tensor:
    return wrapped(np.asarray(value, like._data.dtype), None, False)


def function_of_one(
    name: str,
    compute: Callable[[Array], Array],
    slope: Callable[[Tensor, Tensor], Any] | None,
    looks_at: str = "x",
) -> Function:
    """Make a function of one tensor.

    Parameters
    ----------
    name : str
    compute : callable
        Of an array.
    slope : callable or None
        Of the input x and the result y, both tensors; None for a function that is constant by pieces.
    looks_at : {"x", "y"}, default="x"
        Which of the two the slope needs.
    """

    def back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
        (x,) = node.inputs or ()
        if slope is None:
            return (g * 0,)
        return (g * slope(x, node.output if looks_at == "y" else x),)

    by_output = slope is not None and looks_at == "y"
    operation = Operation(name, back, () if by_output or slope is None else ((0, -1),), output=by_output)

    def function(x: Any) -> Tensor:
        x = tensor_of(x)
        return recorded(operation, compute(x._data), (x,))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Compute {name} of every element of a tensor."
    return function


exp: Function = function_of_one("exp", np.exp, lambda _x, y: y, "y")
expm1: Function = function_of_one("expm1", np.expm1, lambda x, _y: exp(x))
log: Function = function_of_one("log", np.log, lambda x, _y: 1 / x)
log1p: Function = function_of_one("log1p", np.log1p, lambda x, _y: 1 / (1 + x))
log2: Function = function_of_one("log2", np.log2, lambda x, _y: 1.4426950408889634 / x)
sqrt: Function = function_of_one("sqrt", np.sqrt, lambda _x, y: 0.5 / y, "y")
square: Function = function_of_one("square", np.square, lambda x, _y: 2 * x)
sin: Function = function_of_one("sin", np.sin, lambda x, _y: cos(x))
cos: Function = function_of_one("cos", np.cos, lambda x, _y: -sin(x))
atan: Function = function_of_one("atan", np.arctan, lambda x, _y: 1 / (1 + x * x))
sinh: Function = function_of_one("sinh", np.sinh, lambda x, _y: cosh(x))
cosh: Function = function_of_one("cosh", np.cosh, lambda x, _y: sinh(x))
erf: Function = function_of_one("erf", _erf, lambda x, _y: exp(-(x * x)) * _TWO_BY_ROOT_PI)
# At 0, between two slopes, the gradient is 0, as in PyTorch.
absolute: Function = function_of_one("abs", np.abs, lambda x, _y: _constant(np.sign(x._data), x))
sign: Function = function_of_one("sign", np.sign, None)
floor: Function = function_of_one("floor", np.floor, None)


def erfc(x: Any) -> Tensor:
    """Compute 1 - erf of every element."""
    return 1 - erf(x)


def _chosen_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    wins = _share(a._data, b._data, node.operation is _MAXIMUM)
    by_a = arithmetic.fitted(g * _constant(wins, g), a) if a._requires_grad else None
    by_b = arithmetic.fitted(g * _constant(1 - wins, g), b) if b._requires_grad else None
    return by_a, by_b


def _share(a: Array, b: Array, largest: bool) -> Array:
    """The share of a in the gradient: 1 where it was taken, a half where both are equal."""
    first = (a > b) if largest else (a < b)
    return np.where(first, 1.0, np.where(a == b, 0.5, 0.0))


_MAXIMUM = Operation("maximum", _chosen_back, ((0, -1), (1, -1)))
_MINIMUM = Operation("minimum", _chosen_back, ((0, -1), (1, -1)))


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of two, element by element; equal ones share the gradient by halves, as in PyTorch."""
    a, b = arithmetic.pair(a if hasattr(b, "_counter") else tensor_of(a), b)
    return recorded(_MAXIMUM, np.maximum(a._data, b._data), (a, b))


def minimum(a: Any, b: Any) -> Tensor:
    """The smaller of two, element by element; equal ones share the gradient by halves, as in PyTorch."""
    a, b = arithmetic.pair(a if hasattr(b, "_counter") else tensor_of(a), b)
    return recorded(_MINIMUM, np.minimum(a._data, b._data), (a, b))


def _clip_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (g * _constant(node.facts, g),)


_CLIP = Operation("clip", _clip_back)


def clip(x: Any, low: float | None = None, high: float | None = None) -> Tensor:
    """Hold every element between two numbers.

    The gradient passes where nothing was changed, at the limits themselves too, as in PyTorch.
    """
    x = tensor_of(x)
    inside = np.ones(x.shape, bool)
    if low is not None:
        inside &= x._data >= low
    if high is not None:
        inside &= x._data <= high
    return recorded(_CLIP, np.clip(x._data, low, high).astype(x._data.dtype, copy=False), (x,), inside)


def where(condition: Any, a: Any, b: Any) -> Tensor:
    """Take elements of a where a condition holds, of b elsewhere; see `shaping.where`."""
    return shaping.where(condition, a, b)
