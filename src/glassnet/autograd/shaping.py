"""What changes shape, order or place and no value: reshape, transpose, indexing, joining, choosing by a mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic
from glassnet.autograd.tape import Node, Operation, recorded, tensor_of, wrapped

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor


def _reshape_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (reshape(g, node.facts),)


def _transpose_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (transpose(g, tuple(np.argsort(node.facts))),)


def _broadcast_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (x,) = node.inputs or ()
    return (arithmetic.fitted(g, x),)


def _astype_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (astype(g, node.facts),)


def _same_back(_node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (g,)


def _index_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    shape, key = node.facts
    return (scattered(g, shape, key),)


def _scatter_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (index(g, node.facts),)


def _where_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    by_a = arithmetic.fitted(where(node.facts, g, 0.0), a) if a._requires_grad else None
    by_b = arithmetic.fitted(where(node.facts, 0.0, g), b) if b._requires_grad else None
    return by_a, by_b


def _concatenate_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    axis, ends = node.facts
    before = (slice(None),) * axis
    parts = zip([0, *ends], ends, node.inputs or (), strict=False)
    return tuple(index(g, (*before, slice(start, end))) if x._requires_grad else None for start, end, x in parts)


_RESHAPE = Operation("reshape", _reshape_back)
_TRANSPOSE = Operation("transpose", _transpose_back)
_BROADCAST = Operation("broadcast", _broadcast_back)
_ASTYPE = Operation("astype", _astype_back)
_CLONE = Operation("clone", _same_back)
_INDEX = Operation("index", _index_back)
_SCATTER = Operation("scatter", _scatter_back)
_WHERE = Operation("where", _where_back)
_CONCATENATE = Operation("concatenate", _concatenate_back)


def reshape(x: Tensor, shape: int | Sequence[int]) -> Tensor:
    """Give the elements another shape; one length may be -1."""
    return recorded(_RESHAPE, _own(x._data.reshape(shape)), (x,), x._data.shape)


def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    """Put the axes into another order, the opposite one by default."""
    order = tuple(axis % x.ndim for axis in (reversed(range(x.ndim)) if axes is None else axes))
    return recorded(_TRANSPOSE, _own(x._data.transpose(order)), (x,), order)


def swapaxes(x: Tensor, first: int, second: int) -> Tensor:
    """Exchange two axes."""
    order = list(range(x.ndim))
    order[first], order[second] = order[second], order[first]
    return transpose(x, order)


def moveaxis(x: Tensor, source: int, destination: int) -> Tensor:
    """Move an axis to another place."""
    order = list(range(x.ndim))
    order.insert(destination % x.ndim, order.pop(source % x.ndim))
    return transpose(x, order)


def broadcast_to(x: Any, shape: int | Sequence[int]) -> Tensor:
    """Repeat the elements along new axes and axes of length 1."""
    x = tensor_of(x)
    return recorded(_BROADCAST, np.broadcast_to(x._data, shape).copy(), (x,))


def astype(x: Tensor, dtype: Any) -> Tensor:
    """Convert to float32 or float64."""
    return recorded(_ASTYPE, x._data.astype(dtype), (x,), x._data.dtype)


def clone(x: Tensor) -> Tensor:
    """Copy the values; the gradient passes."""
    return recorded(_CLONE, x._data.copy(), (x,))


def index(x: Tensor, key: Any) -> Tensor:
    """Take elements, by NumPy's basic and advanced indexing.

    The result is a copy. An element that was taken twice gets both gradients.
    """
    key = plain_key(key)
    return recorded(_INDEX, _own(x._data[key]), (x,), (x._data.shape, key))


def scattered(g: Tensor, shape: tuple[int, ...], key: Any) -> Tensor:
    """Add elements to zeros at the places of a key: the opposite of `index`."""
    value = np.zeros(shape, g._data.dtype)
    if is_basic(key):
        value[key] = g._data  # no place twice
    else:
        np.add.at(value, key, g._data)
    return recorded(_SCATTER, value, (g,), key)


def plain_key(key: Any) -> Any:
    """Turn tensors in an index to arrays."""
    if isinstance(key, tuple):
        return tuple(part._data if hasattr(part, "_counter") else part for part in key)
    return key._data if hasattr(key, "_counter") else key


def is_basic(key: Any) -> bool:
    """Whether an index has slices, whole numbers, None and … only."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(
        part is None or part is Ellipsis or isinstance(part, slice | int | np.integer) for part in parts
    ) and not (any(isinstance(part, bool) for part in parts))


def where(condition: Any, a: Any, b: Any) -> Tensor:
    """Take elements of a where a condition holds, of b elsewhere.

    Parameters
    ----------
    condition : array_like of bool
        Such as `x > 0`.
    a, b : Tensor or array_like

    Examples
    --------
    >>> from glassnet.autograd import Tensor, where
    >>> x = Tensor([-1.0, 2.0], requires_grad=True)
    >>> where(x > 0, x, 0.1 * x).sum().backward()
    >>> x.grad
    Tensor([0.1, 1. ])
    """
    if not hasattr(a, "_counter") and not hasattr(b, "_counter"):
        a = tensor_of(a)
    a, b = arithmetic.pair(a, b)
    condition = np.asarray(condition._data if hasattr(condition, "_counter") else condition, bool)
    return recorded(_WHERE, np.where(condition, a._data, b._data), (a, b), condition)


def concatenate(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Join tensors along an axis that they have.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, concatenate
    >>> concatenate([Tensor([1.0]), Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.])
    """
    parts = tuple(map(tensor_of, tensors))
    value = np.concatenate([part._data for part in parts], axis)
    axis %= value.ndim
    return recorded(_CONCATENATE, value, parts, (axis, list(np.cumsum([part.shape[axis] for part in parts]))))


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Join tensors of one shape along a new axis.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, stack
    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    parts = list(map(tensor_of, tensors))
    place = axis % (parts[0].ndim + 1) if parts else 0
    return concatenate([index(part, (*(slice(None),) * place, None)) for part in parts], place)


def spread(g: Tensor, shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> Tensor:
    """Give each element of a reduced axis the gradient of the result that it went into."""
    if not keepdims and axes and g.ndim != len(shape):
        g = reshape(g, tuple(1 if i in axes else n for i, n in enumerate(shape)))
    return broadcast_to(g, shape)


def constant(value: Any, like: Tensor) -> Tensor:
    """Make a tensor of an array, with the type of another."""
    return wrapped(np.asarray(value, like._data.dtype), None, False)


def _own(value: Any) -> Any:
    """Copy what shares memory with another array."""
    return value.copy() if isinstance(value, np.ndarray) and value.base is not None else value
