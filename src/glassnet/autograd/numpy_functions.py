"""NumPy's functions on tensors: `np.exp(t)` and `np.sum(t, axis=0)` stay differentiable, others say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from glassnet.autograd import arithmetic, elementwise, reducing, shaping
from glassnet.autograd.tape import tensor_of
from glassnet.errors import AutogradError

_UFUNCS: Mapping[str, Callable[..., Any]] = {
    "add": arithmetic.add,
    "subtract": arithmetic.subtract,
    "multiply": arithmetic.multiply,
    "divide": arithmetic.divide,
    "true_divide": arithmetic.divide,
    "power": arithmetic.power,
    "negative": arithmetic.negative,
    "matmul": arithmetic.matmul,
    "maximum": elementwise.maximum,
    "minimum": elementwise.minimum,
    "exp": elementwise.exp,
    "expm1": elementwise.expm1,
    "log": elementwise.log,
    "log1p": elementwise.log1p,
    "log2": elementwise.log2,
    "sqrt": elementwise.sqrt,
    "square": elementwise.square,
    "absolute": elementwise.absolute,
    "sin": elementwise.sin,
    "cos": elementwise.cos,
    "arctan": elementwise.atan,
    "sinh": elementwise.sinh,
    "cosh": elementwise.cosh,
    "erf": elementwise.erf,
    "erfc": elementwise.erfc,
    "sign": elementwise.sign,
    "floor": elementwise.floor,
    "positive": lambda x: x,
}
# What gives no floats, so that there is no gradient to lose.
_PLAIN = {
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isfinite", "isnan", "isinf", "signbit",
}  # fmt: skip
_REDUCTIONS: Mapping[str, Callable[..., Any]] = {
    "add": reducing.sum_,
    "maximum": reducing.max_,
    "minimum": reducing.min_,
}
_FUNCTIONS: Mapping[Any, tuple[Callable[..., Any], dict[str, str]]] = {
    # The function of NumPy: ours, and what NumPy calls our options.
    np.sum: (reducing.sum_, {}),
    np.mean: (reducing.mean, {}),
    np.max: (reducing.max_, {}),
    np.amax: (reducing.max_, {}),
    np.min: (reducing.min_, {}),
    np.amin: (reducing.min_, {}),
    np.where: (shaping.where, {}),
    np.concatenate: (shaping.concatenate, {}),
    np.stack: (shaping.stack, {}),
    np.reshape: (shaping.reshape, {}),
    np.transpose: (shaping.transpose, {}),
    np.swapaxes: (shaping.swapaxes, {}),
    np.moveaxis: (shaping.moveaxis, {}),
    np.broadcast_to: (shaping.broadcast_to, {}),
    np.clip: (elementwise.clip, {"a_min": "low", "a_max": "high", "min": "low", "max": "high"}),
}
_NO_GRADIENT = {
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.array_equal, np.allclose, np.isclose, np.zeros_like,
    np.ones_like, np.full_like, np.empty_like, np.array2string, np.array_repr, np.array_str,
}  # fmt: skip


def of_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Apply a ufunc to tensors, or say that it has no gradient here."""
    name = ufunc.__name__
    given = {key: value for key, value in options.items() if value is not None and value is not np._NoValue}
    if name in _PLAIN:
        return getattr(ufunc, method)(*map(_plain, inputs), **given)
    if method == "__call__" and name in _UFUNCS:
        for option in given:
            raise AutogradError.option(f"numpy.{name}", option)
        return _UFUNCS[name](*inputs)
    if method == "reduce" and name in _REDUCTIONS:
        axis = given.pop("axis", 0 if "axis" not in options else None)
        keepdims = given.pop("keepdims", False)
        for option in given:
            raise AutogradError.option(f"numpy.{name}.reduce", option)
        return _REDUCTIONS[name](tensor_of(inputs[0]), axis, keepdims)
    called = f"numpy.{name}" if method == "__call__" else f"numpy.{name}.{method}"
    raise AutogradError.not_differentiable(called, _UFUNCS)


def of_function(function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Apply another function of NumPy to tensors, or say that it has no gradient here."""
    if function in _FUNCTIONS:
        ours, names = _FUNCTIONS[function]
        given = {names.get(key, key): value for key, value in options.items() if value is not np._NoValue}
        for option in ("out", "dtype", "where", "initial", "order", "casting", "copy"):
            if given.pop(option, None) is not None:
                raise AutogradError.option(f"numpy.{function.__name__}", option)
        return ours(*arguments, **given)
    if function in _NO_GRADIENT:
        return function(*map(_plain, arguments), **{key: _plain(value) for key, value in options.items()})
    known = sorted({one.__name__ for one in _FUNCTIONS})
    raise AutogradError.not_differentiable(f"{function.__module__}.{function.__name__}", known)


def _plain(value: Any) -> Any:
    return value._data if hasattr(value, "_counter") else value
