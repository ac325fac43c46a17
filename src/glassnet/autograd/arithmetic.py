"""Sums, products, powers and matrix products of tensors, with NumPy's broadcasting, and their gradients.

Where an operand was broadcast, its gradient is the sum over the copies that were made of it (`fitted`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import elementwise, reducing, shaping
from glassnet.autograd.tape import Node, Operation, recorded, wrapped
from glassnet.errors import AutogradError, DataError

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor


def operand(value: Any, like: Tensor) -> Tensor:
    """Make a tensor of what stands beside one: single and whole numbers take its type, arrays of floats keep theirs."""
    cls = type(like)
    if isinstance(value, cls):
        return value
    kind = like._data.dtype
    if isinstance(value, float | int | np.bool_) and kind.kind == "f":
        return wrapped(np.asarray(value, kind), None, False)
    array = np.asarray(value)
    if array.dtype.kind in "iub" and kind.kind == "f":
        array = array.astype(kind)
    if array.dtype.kind not in "fiub":
        raise DataError.not_numbers("operand", array.dtype)
    return wrapped(array, None, False) if array is not value else wrapped(array.copy(), None, False)


def pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Make tensors of two operands, of which one is a tensor already."""
    if hasattr(a, "_counter"):
        return a, operand(b, a)
    return operand(a, b), b


def fitted(g: Tensor, like: Tensor) -> Tensor:
    """Sum a gradient over the copies that broadcasting made of an operand, and give it the operand's type."""
    shape = like._data.shape
    if g._data.shape != shape:
        extra = g._data.ndim - len(shape)
        stretched = tuple(extra + i for i, n in enumerate(shape) if n == 1 and g._data.shape[extra + i] != 1)
        if extra or stretched:
            g = reducing.sum_(g, axis=(*range(extra), *stretched))
        g = shaping.reshape(g, shape)
    return g if g._data.dtype == like._data.dtype else shaping.astype(g, like._data.dtype)


def _add_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    return fitted(g, a) if a._requires_grad else None, fitted(g, b) if b._requires_grad else None


def _subtract_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    return fitted(g, a) if a._requires_grad else None, fitted(-g, b) if b._requires_grad else None


def _multiply_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    return fitted(g * b, a) if a._requires_grad else None, fitted(g * a, b) if b._requires_grad else None


def _divide_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    by_a = g / b
    # -(g / b) (a / b) and not -g a / b**2: the square overflows where the quotient does not.
    return fitted(by_a, a) if a._requires_grad else None, fitted(-by_a * (a / b), b) if b._requires_grad else None


def _negative_back(_node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (-g,)


def _power_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    by_a = by_b = None
    if a._requires_grad:
        constant = b._data
        if constant.ndim == 0 and not b._requires_grad:
            # A number as exponent, as nearly always: x**2 has the gradient 2 x, not 2 x**1.
            p = constant[()]
            slope = 0.0 if p == 0 else a * p if p == 2 else power(a, p - 1) * p
            by_a = fitted(g * slope, a)
        else:
            # b a**(b - 1), and 0 for a**0, at a = 0 as well.
            zero = constant == 0
            lower = power(a, shaping.where(zero, 1.0, b - 1)) if zero.any() else power(a, b - 1)
            by_a = fitted(g * (b * lower), a)
    if b._requires_grad:
        # a**b log(a), and its limit 0 where a is 0 and b is not negative.
        nothing = (a._data == 0) & (b._data >= 0)
        logarithm = elementwise.log(shaping.where(nothing, 1.0, a))
        by_b = fitted(g * (node.output * logarithm), b)
    return by_a, by_b


def _matmul_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    a, b = node.inputs or ()
    # As matrices: a vector on the left is a row, one on the right a column.
    rows = a if a.ndim > 1 else shaping.reshape(a, (1, a.shape[0]))
    columns = b if b.ndim > 1 else shaping.reshape(b, (b.shape[0], 1))
    shape = list(g.shape)
    if a.ndim == 1:
        shape.insert(len(shape) if b.ndim == 1 else len(shape) - 1, 1)
    if b.ndim == 1:
        shape.append(1)
    g = shaping.reshape(g, tuple(shape))
    by_a = by_b = None
    if a._requires_grad:
        by_rows = matmul(g, shaping.swapaxes(columns, -1, -2))
        by_a = shaping.reshape(fitted(by_rows, rows), a.shape) if a.ndim == 1 else fitted(by_rows, a)
    if b._requires_grad:
        by_columns = matmul(shaping.swapaxes(rows, -1, -2), g)
        by_b = shaping.reshape(fitted(by_columns, columns), b.shape) if b.ndim == 1 else fitted(by_columns, b)
    return by_a, by_b


_ADD = Operation("add", _add_back)
_SUBTRACT = Operation("subtract", _subtract_back)
_MULTIPLY = Operation("multiply", _multiply_back, ((0, 1), (1, 0)))
_DIVIDE = Operation("divide", _divide_back, ((0, 1), (1, -1)))
_NEGATIVE = Operation("negative", _negative_back)
_POWER = Operation("power", _power_back, ((0, -1), (1, -1)), output=True)
_SQUARE = Operation("power", _power_back, ((0, -1), (1, -1)))
_MATMUL = Operation("matmul", _matmul_back, ((0, 1), (1, 0)))


def add(a: Any, b: Any) -> Tensor:
    """Add; one of the two is a tensor."""
    a, b = pair(a, b)
    return recorded(_ADD, a._data + b._data, (a, b))


def subtract(a: Any, b: Any) -> Tensor:
    """Subtract; one of the two is a tensor."""
    a, b = pair(a, b)
    return recorded(_SUBTRACT, a._data - b._data, (a, b))


def multiply(a: Any, b: Any) -> Tensor:
    """Multiply; one of the two is a tensor."""
    a, b = pair(a, b)
    return recorded(_MULTIPLY, a._data * b._data, (a, b))


def divide(a: Any, b: Any) -> Tensor:
    """Divide; one of the two is a tensor. Division by 0 is infinite or NaN, as NumPy has it."""
    a, b = pair(a, b)
    return recorded(_DIVIDE, a._data / b._data, (a, b))


def negative(a: Tensor) -> Tensor:
    """Minus a."""
    return recorded(_NEGATIVE, -a._data, (a,))


def power(a: Any, b: Any) -> Tensor:
    """Raise a to the power b; one of the two is a tensor.

    The gradient by the exponent is 0 where the base is 0 and the exponent is not negative, as in PyTorch.
    """
    a, b = pair(a, b)
    # Only the gradient by an exponent looks at the result.
    return recorded(_POWER if b._requires_grad else _SQUARE, a._data**b._data, (a, b))


def matmul(a: Any, b: Any) -> Tensor:
    """Multiply matrices, stacks of matrices and vectors, as `numpy.matmul`."""
    a, b = pair(a, b)
    return recorded(_MATMUL, np.matmul(a._data, b._data), (a, b))


def item(a: Tensor, what: str) -> Any:
    """Return the one number in a tensor."""
    if a._data.size != 1:
        raise AutogradError.several(what, a._data.shape)
    return a._data.item()
