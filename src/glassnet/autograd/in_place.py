"""Changes in place, recorded as operations: afterwards the tensor is the result of one.

The graph refers to the tensor as it was by an object of its own; a count of changes, which both share, lets the
gradient refuse an operation whose input has another value by now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from glassnet.autograd import arithmetic, shaping, tape
from glassnet.autograd.tape import Node, Operation, noted, recording, wrapped
from glassnet.errors import AutogradError

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor

_T = TypeVar("_T", bound="Tensor")


def _put_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    old, value = node.inputs or ()
    kept = None
    if old._requires_grad:
        left = np.ones(old.shape, g._data.dtype)
        left[node.facts] = 0
        kept = g * wrapped(left, None, False)
    # Where a place was written twice, the last one counts, and which that was NumPy does not promise: so does PyTorch.
    return kept, arithmetic.fitted(shaping.index(g, node.facts), value) if value._requires_grad else None


_PUT = Operation("put", _put_back)


def become(tensor: _T, change: Callable[[Any, Any], Tensor], other: Any) -> _T:
    """Compute new values from a tensor and another operand, and write them into the tensor.

    Raises
    ------
    AutogradError
        If the tensor is a leaf that requires a gradient, or the values have another shape.
    """
    _refuse_leaf(tensor)
    old = wrapped(tensor._data, tensor._node, tensor._requires_grad, tensor._counter)
    new = change(old, old if other is tensor else other)
    if new.shape != tensor.shape:
        raise AutogradError.in_place_shape(tensor.shape, new.shape)
    if new._data.dtype != tensor._data.dtype:
        new = shaping.astype(new, tensor._data.dtype)
    np.copyto(tensor._data, new._data)
    tensor._counter[0] += 1
    _follow(tensor, new)
    return tensor


def put(tensor: Tensor, key: Any, value: Any) -> None:
    """Write values into a part of a tensor; arguments and errors are those of `tensor[key] = value`."""
    _refuse_leaf(tensor)
    key = shaping.plain_key(key)
    value = arithmetic.operand(value, tensor)
    old = wrapped(tensor._data, tensor._node, tensor._requires_grad, tensor._counter)
    tensor._data[key] = value._data
    tensor._counter[0] += 1
    if recording() and (old._requires_grad or value._requires_grad):
        noted(tensor, _PUT, (old, value), key)


def _refuse_leaf(tensor: Tensor) -> None:
    if tensor._requires_grad and tensor._node is None and recording():
        raise AutogradError.leaf_in_place()


def _follow(tensor: Tensor, new: Tensor) -> None:
    """Let a tensor have the history of its new values."""
    if not tape.recording():
        return
    node = new._node
    if node is not None:
        node.value, node.counter, node.version = tensor._data, tensor._counter, tensor._counter[0]
    tensor._node = node
    tensor._requires_grad = new._requires_grad
