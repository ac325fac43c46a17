"""A formula as one operation on tensors, differentiable as often as one likes.

The gradient by each variable is again such an operation: that of the symbolic derivative. So where a formula has
cases, an infinite slope of the case that is not taken never meets the gradient 0 of the other, as it does when a
formula is computed step by step: 0 times infinity is no number.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic
from glassnet.autograd.tape import Array, Node, Operation, recorded, tensor_of
from glassnet.catalog.formula import evaluate
from glassnet.catalog.kernels import elementwise

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor


def formula(text: str, /, **variables: Any) -> Tensor:
    """Evaluate a formula of the catalog's language on tensors.

    Parameters
    ----------
    text : str
        Of trusted names: catalog entries and what `glassnet.activation` or `glassnet.loss` have read.
    **variables : Tensor, array_like or number
        A value for each name; they broadcast.

    Returns
    -------
    Tensor
        Computed in float64, and of the type that NumPy gives to the tensors among the variables together.

    Examples
    --------
    >>> from glassnet.autograd import Tensor
    >>> x = Tensor([0.0, 2.0], requires_grad=True)
    >>> formula("where(x > 1, log(x), a * x)", x=x, a=3.0).sum().backward()
    >>> x.grad
    Tensor([3. , 0.5])
    """
    kinds = [value._data.dtype for value in variables.values() if hasattr(value, "_counter")]
    tensors = tuple(tensor_of(value) for value in variables.values())
    shape = np.broadcast_shapes(*(tensor._data.shape for tensor in tensors))
    dtype = np.result_type(*kinds) if kinds else np.dtype(np.float64)
    values = {name: x._data.astype(np.float64, copy=False) for name, x in zip(variables, tensors, strict=True)}
    with np.errstate(all="ignore"):  # a case that is not taken may be infinite
        value = np.asarray(evaluate(text, {**_functions(), **values}))
    value = np.broadcast_to(value, shape).astype(dtype)
    return recorded(_operation(len(tensors)), value, tensors, (text, tuple(variables)))


def _formula_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    from glassnet.catalog.symbolic import derivative  # which needs SymPy

    text, names = node.facts
    inputs = node.inputs or ()
    variables = dict(zip(names, inputs, strict=True))
    return tuple(
        arithmetic.fitted(g * formula(derivative(text, name), **variables), x) if x._requires_grad else None
        for name, x in variables.items()
    )


@functools.cache
def _operation(inputs: int) -> Operation:
    return Operation("formula", _formula_back, tuple((i, -1) for i in range(inputs)))


def xlogy(x: Array, y: Array) -> Array:
    """X log y, and 0 where x is 0."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    result: Array = np.multiply(x, np.log(y, out=np.zeros_like(y), where=x != 0), out=np.zeros_like(y), where=x != 0)
    return result


@functools.cache
def _functions() -> Mapping[str, Callable[..., Any]]:
    """What the names of the language mean on arrays."""
    from scipy.special import erf, erfc

    def several(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
        return lambda *values: functools.reduce(function, values)

    return {
        **{name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p", "sqrt", "abs", "sign", "floor")},
        **{name: getattr(np, name) for name in ("sin", "cos", "sinh", "cosh", "tanh", "where")},
        "atan": np.arctan,
        "erf": erf,
        "erfc": erfc,
        "sigmoid": lambda x: elementwise("sigmoid", (), x, None, slope=False),
        "softplus": lambda x: elementwise("softplus", (), x, None, slope=False),
        "min": several(np.minimum),
        "max": several(np.maximum),
        "xlogy": xlogy,
    }
