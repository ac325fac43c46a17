"""Sums, means and extremes over axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import shaping
from glassnet.autograd.tape import Node, Operation, recorded

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor

Axis = int | tuple[int, ...] | None


def _axes(x: Tensor, axis: Axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    chosen = axis if isinstance(axis, tuple) else (axis,)
    for one in chosen:
        if not -x.ndim <= one < x.ndim:
            raise np.exceptions.AxisError(one, x.ndim)
    return tuple(one % x.ndim for one in chosen)


def _sum_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (x,) = node.inputs or ()
    return (shaping.spread(g, x.shape, *node.facts),)


def _mean_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (x,) = node.inputs or ()
    axes, keepdims = node.facts
    return (shaping.spread(g * (1.0 / _count(x, axes)), x.shape, axes, keepdims),)


def _extreme_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (x,) = node.inputs or ()
    axes, keepdims, shares = node.facts
    return (shaping.spread(g, x.shape, axes, keepdims) * shaping.constant(shares, x),)


_SUM = Operation("sum", _sum_back)
_MEAN = Operation("mean", _mean_back)
_MAX = Operation("max", _extreme_back)
_MIN = Operation("min", _extreme_back)


def sum_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Add up over all axes, or the given ones."""
    axes = _axes(x, axis)
    return recorded(_SUM, x._data.sum(axes, keepdims=keepdims), (x,), (axes, keepdims))


def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Take the mean over all axes, or the given ones."""
    axes = _axes(x, axis)
    return recorded(_MEAN, x._data.mean(axes, keepdims=keepdims), (x,), (axes, keepdims))


def max_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Take the largest element; equal ones share the gradient evenly, as in PyTorch's `amax`."""
    return _extreme(_MAX, np.max, x, axis, keepdims)


def min_(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Take the smallest element; equal ones share the gradient evenly, as in PyTorch's `amin`."""
    return _extreme(_MIN, np.min, x, axis, keepdims)


def _extreme(operation: Operation, function: Any, x: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    axes = _axes(x, axis)
    value = function(x._data, axis=axes, keepdims=True)
    shares = None
    if x._requires_grad:
        chosen = x._data == value
        shares = chosen / np.maximum(chosen.sum(axes, keepdims=True), 1)  # NaN equals nothing
    result = value if keepdims else value.reshape([n for i, n in enumerate(x.shape) if i not in axes])
    return recorded(operation, result, (x,), (axes, keepdims, shares))


def _count(x: Tensor, axes: tuple[int, ...]) -> int:
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    return max(count, 1)
