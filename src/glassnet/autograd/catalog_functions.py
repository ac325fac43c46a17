"""Activations and functions over an axis on tensors: values and slopes by the catalog's kernels.

A second derivative of an activation is its formula's, differentiated symbolically and evaluated (`formula_operation`):
exact too, at kinks and in the tails. Losses stand in `catalog_losses.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic, reducing, shaping
from glassnet.autograd.formula_operation import formula
from glassnet.autograd.tape import Node, Operation, recorded, tensor_of, wrapped
from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.axis_entry import OverAxis
from glassnet.errors import AutogradError, ParameterError

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor


def applied(kind: str, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Compute a function of the catalog of tensors.

    Parameters
    ----------
    kind : str
        Of `glassnet.catalog.tensors.on_tensors`.
    function : callable
        The marked function, for arrays.
    arguments, options
        Of the call.
    """
    if options.pop("out", None) is not None:
        raise AutogradError.option(_name(function, arguments), "out")
    from glassnet.autograd import catalog_losses

    known: Mapping[str, Callable[..., Any]] = {
        "activation": activation,
        "derivative": functools.partial(activation, order=1),
        "maxout": maxout,
        "softmax": softmax,
        "log_softmax": log_softmax,
        "hardmax": functools.partial(_hardmax, function),
        "loss": catalog_losses.number_loss,
        "class_loss": catalog_losses.class_loss,
        "of_probability": functools.partial(catalog_losses.of_probability, function),
        "entropy": functools.partial(catalog_losses.information, function, "-xlogy(p, p)"),
        "cross_entropy": functools.partial(catalog_losses.information, function, "-xlogy(p, q)"),
        "kl_divergence": functools.partial(catalog_losses.information, function, "xlogy(p, p) - xlogy(p, q)"),
    }
    return known[kind](*arguments, **options)


def _name(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    return str(getattr(arguments[0], "name", function.__name__)) if arguments else function.__name__


# ------------------------------------------------------------------------------------------------- of every element


def activation(entry: Activation, x: Any, /, *, order: int = 0, **parameters: Any) -> Tensor:
    """Compute an activation, or its derivative of some order, of a tensor.

    Parameters
    ----------
    entry : Activation
    x : Tensor or array_like
    order : int, default=0
    **parameters : float or Tensor
        A tensor may have a value for each unit: what broadcasts with x.
    """
    if isinstance(entry, OverAxis):  # a function over an axis refuses or computes, by its own rules
        raise ParameterError.no_derivative(entry.name)
    learned = {name: value for name, value in parameters.items() if hasattr(value, "_counter")}
    entry = entry.with_parameters(**{name: value for name, value in parameters.items() if name not in learned})
    for name, value in learned.items():
        if name not in entry.declared:
            raise ParameterError.unknown(name, entry.declared, of=entry.name)
        for one in np.unique(value._data):
            entry.declared[name].checked(name, one)
    x = tensor_of(x)
    values = {name: learned.get(name, value) for name, value in entry.parameters}
    if order > 1 or any(value._data.size != 1 for value in learned.values()):
        return formula(derivative_text(entry.formula, order), x=x, **values)
    at = entry.with_parameters(**{name: value._data.item() for name, value in learned.items()})
    value = at.derivative(x._data) if order else at(x._data)
    shape = np.broadcast_shapes(*(one._data.shape for one in (x, *learned.values())))
    return recorded(
        _operation(entry.name, len(learned)),
        np.reshape(value, shape),
        (x, *learned.values()),
        (entry, order, tuple(learned)),
    )


@functools.lru_cache(maxsize=256)
def derivative_text(text: str, order: int, by: str = "x") -> str:
    """Differentiate a formula several times."""
    from glassnet.catalog.symbolic import derivative  # which needs SymPy

    for _ in range(order):
        text = derivative(text, by)
    return text


def _activation_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    entry, order, names = node.facts
    x, *given = node.inputs or ()
    learned = dict(zip(names, given, strict=True))
    by_x = None
    if x._requires_grad:
        by_x = arithmetic.fitted(g * activation(entry, x, order=order + 1, **learned), x)
    values = {**dict(entry.parameters), **learned}
    by_learned = [
        arithmetic.fitted(
            g * formula(derivative_text(derivative_text(entry.formula, order), 1, name), x=x, **values), value
        )
        if value._requires_grad
        else None
        for name, value in learned.items()
    ]
    return by_x, *by_learned


@functools.lru_cache(maxsize=256)
def _operation(name: str, learned: int) -> Operation:
    return Operation(name, _activation_back, tuple((i, -1) for i in range(1 + learned)))


# -------------------------------------------------------------------------------------------------- over an axis


def softmax(x: Any, /, *, axis: int = -1, temperature: Any = 1.0) -> Tensor:
    """Compute softmax; its gradient is p (g - sum(p g)) / temperature."""
    from glassnet.catalog.softmax import softmax as function

    x, temperature = _tempered(x, temperature)
    value = function(x._data, axis=axis, temperature=temperature)
    return recorded(_SOFTMAX, value, (x,), (axis, temperature))


def log_softmax(x: Any, /, *, axis: int = -1, temperature: Any = 1.0) -> Tensor:
    """Compute the logarithm of softmax; its gradient is (g - softmax sum(g)) / temperature."""
    from glassnet.catalog.softmax import log_softmax as function

    x, temperature = _tempered(x, temperature)
    value = function(x._data, axis=axis, temperature=temperature)
    return recorded(_LOG_SOFTMAX, value, (x,), (axis, temperature))


def _tempered(x: Any, temperature: Any) -> tuple[Tensor, Any]:
    """Scores and a number as temperature; one that is a tensor divides the scores."""
    x = tensor_of(x)
    return (x / temperature, 1.0) if hasattr(temperature, "_counter") else (x, temperature)


def _softmax_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    axis, temperature = node.facts
    p = node.output
    by_scores = p * (g - reducing.sum_(p * g, axis, keepdims=True))
    return (by_scores if temperature == 1 else by_scores / temperature,)


def _log_softmax_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (x,) = node.inputs or ()
    axis, temperature = node.facts
    p = softmax(x, axis=axis, temperature=temperature)
    by_scores = g - p * reducing.sum_(g, axis, keepdims=True)
    return (by_scores if temperature == 1 else by_scores / temperature,)


_SOFTMAX = Operation("softmax", _softmax_back, output=True)
_LOG_SOFTMAX = Operation("log_softmax", _log_softmax_back, ((0, -1),))


def _hardmax(function: Callable[..., Any], x: Any, /, **options: Any) -> Tensor:
    x = tensor_of(x)
    return recorded(_HARDMAX, function(x._data, **options), (x,))


def _no_slope(_node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    return (g * 0,)


_HARDMAX = Operation("hardmax", _no_slope)


def maxout(entry: Any, x: Any, /, *, axis: int = -1, **parameters: Any) -> Tensor:
    """Compute the largest of each group; the gradient goes to the first of the largest, as in the engine."""
    x = tensor_of(x)
    value = entry(x._data, axis=axis, **parameters)
    pieces = entry.with_parameters(**parameters).pieces
    last = np.moveaxis(x._data, axis, -1)
    cut = last.reshape(*last.shape[:-1], -1, pieces)
    chosen = np.zeros(cut.shape, x._data.dtype)
    np.put_along_axis(chosen, cut.argmax(-1)[..., None], 1, -1)
    mask = np.moveaxis(chosen.reshape(last.shape), -1, axis)
    return recorded(_MAXOUT, value, (x,), (axis % x.ndim, pieces, mask))


def _maxout_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    axis, pieces, mask = node.facts
    (x,) = node.inputs or ()
    shape = g.shape
    wide = shaping.reshape(g, (*shape[: axis + 1], 1, *shape[axis + 1 :]))
    spread = shaping.broadcast_to(wide, (*shape[: axis + 1], pieces, *shape[axis + 1 :]))
    return (shaping.reshape(spread, x.shape) * wrapped(mask, None, False),)


_MAXOUT = Operation("maxout", _maxout_back)
