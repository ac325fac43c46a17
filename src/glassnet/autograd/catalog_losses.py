"""The catalog's losses on tensors, and the measures of information.

Values and gradients by raw scores come from the catalog's kernels, and so do second derivatives of losses of single
outputs. Where more is asked for, a loss over classes is written in tensors (`log_softmax`), one of single outputs as
a formula of the raw score in which the link has been put in without losing digits (`of_raw_score`).
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic, catalog_functions, reducing, shaping, sweep
from glassnet.autograd.catalog_functions import derivative_text
from glassnet.autograd.formula_operation import formula
from glassnet.autograd.tape import Node, Operation, recorded, recording, recording_is, tensor_of, wrapped
from glassnet.catalog import scoring
from glassnet.catalog.class_loss import ClassLoss, classes_last
from glassnet.catalog.loss_entry import Loss
from glassnet.errors import ParameterError

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor

_OF_ONE = ("values", "slopes", "curvatures")


def number_loss(
    entry: Loss, raw: Any, target: Any, *, reduction: str = "mean", sample_weight: Any = None, **parameters: Any
) -> Tensor:
    """Compute a loss whose targets are numbers; arguments as for `Loss.__call__`.

    Returns
    -------
    Tensor
        Of float64, as losses are.
    """
    raw, target = tensor_of(raw), tensor_of(target)
    entry, learned = _parts(entry, parameters)
    at = entry.with_parameters(**{name: value.item() for name, value in learned.items()})
    function = at._function({})
    rows = scoring.number_rows(function, raw._data, target._data, _plain(sample_weight))
    columns = rows.raw.shape[1]
    if target._requires_grad or any(value._requires_grad for value in learned.values()):
        values = {**dict(entry.parameters), **learned}
        function.domain.check(rows.target, entry.name)
        y = target if target._requires_grad else wrapped(rows.target.reshape(target.shape), None, False)
        each = formula(of_raw_score(entry), z=shaping.astype(raw, np.float64), y=y, **values)
    else:
        if rows.bounds is not None:
            function.domain.check(rows.target, entry.name)  # which the engine would otherwise do on the way
        each = _of_each(function, entry, raw, rows.target.reshape(raw.shape), 0)
    by_row = reducing.sum_(shaping.reshape(each, (len(rows.raw), columns)), 1)
    return _reduced(by_row, rows, reduction)


def _of_each(function: scoring.Function, entry: Loss, raw: Tensor, target: Any, order: int) -> Tensor:
    """Loss of each raw score on its own, or its derivative of some order."""
    if order > 2:
        text = derivative_text(of_raw_score(entry), order, "z")
        return formula(text, z=raw, y=target, **dict(zip(entry.declared, function.values, strict=True)))
    column = np.ascontiguousarray(target).reshape(-1, 1)
    rows = scoring.Rows(np.ascontiguousarray(raw._data).reshape(-1, 1), column, (raw.size,), None, float(raw.size))
    if order == 0:
        value = scoring.value(function, rows, "none").reshape(raw.shape)
    else:
        compute = scoring.gradient if order == 1 else scoring.second_derivative
        value = np.reshape(compute(function, rows, "none", raw.shape), raw.shape)
    return recorded(_each_operation(entry.name), value, (raw,), (function, entry, target, order))


def _each_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    (raw,) = node.inputs or ()
    function, entry, target, order = node.facts
    return (arithmetic.fitted(g * _of_each(function, entry, raw, target, order + 1), raw),)


@functools.lru_cache(maxsize=128)
def _each_operation(name: str) -> Operation:
    return Operation(name, _each_back, ((0, -1),))


def of_raw_score(entry: Loss) -> str:
    """Write a loss of one output as a formula of its raw score z: logarithms of the link's values are never taken.

    Examples
    --------
    >>> import glassnet as gn
    >>> of_raw_score(gn.losses.poisson)
    'exp(z) - y + xlogy(y, y) - (y) * z'
    >>> of_raw_score(gn.losses.binary_cross_entropy)
    '-pos_weight * (y) * -softplus(-z) - (1 - y) * -softplus(z)'
    """
    text, link = entry.formula, entry.link
    if link == "sigmoid":
        text = re.sub(r"xlogy\(([^,()]+), p\)", r"(\1) * -softplus(-z)", text)
        text = re.sub(r"xlogy\(([^,()]+), 1 - p\)", r"(\1) * -softplus(z)", text)
        text = text.replace("(1 - p)", "sigmoid(-z)")
        return re.sub(r"\bp\b", "sigmoid(z)", text)
    if link == "exp":
        text = re.sub(r"xlogy\(([^,()]+), p\)", r"(\1) * z", text)
        return re.sub(r"\bp\b", "exp(z)", text)
    if link != "identity":
        raise ValueError(f'a loss with link "{link}" is not known as a formula of its raw score')
    return re.sub(r"\bp\b", "z", text)


# -------------------------------------------------------------------------------------------------- over classes


def class_loss(
    entry: ClassLoss,
    raw: Any,
    target: Any,
    *,
    reduction: str = "mean",
    sample_weight: Any = None,
    axis: int = -1,
    ignore_index: int | None = -100,
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    **parameters: Any,
) -> Tensor:
    """Compute a loss whose targets are classes; arguments as for `ClassLoss.__call__`."""
    raw = tensor_of(raw)
    targets = target if hasattr(target, "_counter") else None
    entry, learned = _parts(entry, parameters)
    function = entry.with_parameters(**{name: value.item() for name, value in learned.items()})._function({})
    scores, plain, place = classes_last(raw._data, _codes(_plain(target), raw), axis)
    rows = scoring.class_rows(
        function, scores, plain, _plain(sample_weight), ignore_index, _plain(class_weight), label_smoothing
    )
    shares: Any = None
    inputs: tuple[Tensor, ...] = (raw, *learned.values())
    if targets is not None and targets._requires_grad:
        inputs = (*inputs, targets)
        shares = functools.partial(
            _shares, rows.raw.shape[1], place, label_smoothing, _plain(class_weight), _plain(sample_weight)
        )

    def expression(z: Tensor, *others: Tensor) -> Tensor:
        k = rows.raw.shape[1]
        z = shaping.reshape(shaping.moveaxis(z, place, -1), (-1, k))
        values = {**dict(entry.parameters), **dict(zip(learned, others, strict=False))}
        if shares is None:
            y, weight = _dense(rows, k), None
        else:
            y, weight = shares(others[-1])
        by_row = _row_losses(entry, z, y, values)
        return _reduced(by_row, rows, reduction, weight)

    def quick(g: Tensor) -> Tensor:
        slopes = np.moveaxis(scoring.gradient(function, rows, "none", np.shape(scores)), -1, place)
        if reduction == "none":
            return shaping.astype(wrapped(slopes * np.expand_dims(g._data, place), None, False), raw._data.dtype)
        whole = scoring.gradient(function, rows, reduction, np.shape(scores))  # type: ignore[arg-type]
        return wrapped((np.moveaxis(whole, -1, place) * g._data).astype(raw._data.dtype), None, False)

    value = scoring.value(function, rows, reduction)  # type: ignore[arg-type]
    return equivalent(entry.name, value, inputs, expression, quick if len(inputs) == 1 else None)


def _row_losses(entry: ClassLoss, z: Tensor, y: Tensor, values: dict[str, Any]) -> Tensor:
    """Losses of rows of scores (n, k), in tensors; y are the shares of the classes, which add up to 1."""
    logs = z if entry.link == "exp" else catalog_functions.log_softmax(z)
    return reducing.sum_(formula(of_logarithm(entry), logs=logs, y=y, **values), 1)


def of_logarithm(entry: ClassLoss) -> str:
    """Write what a loss over classes adds up as a formula of the logarithms of its predictions.

    Examples
    --------
    >>> import glassnet as gn
    >>> of_logarithm(gn.losses.softmax_focal)
    '-((-expm1(logs))**gamma * (y) * logs)'
    """
    summed = re.fullmatch(r"(-?)sum\((.*)\)", entry.formula)
    if summed is None:
        raise ValueError(f'"{entry.formula}" is not one sum over the classes')
    text = re.sub(r"xlogy\(([^,()]+), p\)", r"(\1) * logs", summed[2])
    text = text.replace("log(p)", "logs").replace("(1 - p)", "(-expm1(logs))")
    text = re.sub(r"\bp\b", "exp(logs)", text)
    return f"{summed[1]}({text})"


def _dense(rows: scoring.Rows, k: int) -> Tensor:
    if rows.target.ndim == 2:
        return wrapped(rows.target.astype(np.float64), None, False)
    return wrapped((rows.target[:, None] == np.arange(k)).astype(np.float64), None, False)


def _shares(
    k: int, place: int, smoothing: float, class_weight: Any, sample_weight: Any, target: Tensor
) -> tuple[Tensor, Tensor | None]:
    """Shares that add up to 1, and row weights, of targets that are differentiated by."""
    y = shaping.reshape(shaping.moveaxis(target, place, -1), (-1, k))
    if not smoothing and class_weight is None:
        return y, None
    y = y * (1 - smoothing) + smoothing / k
    if class_weight is not None:
        y = y * np.asarray(class_weight, np.float64)
    total = reducing.sum_(y, 1, keepdims=True)
    weight = shaping.reshape(total, (-1,))
    return y / total, weight if sample_weight is None else weight * np.ravel(sample_weight)


def _codes(target: Any, raw: Tensor) -> Any:
    """Class codes that came as a tensor of floats, as `Tensor([0, 2])` is, as whole numbers."""
    array = np.asarray(target)
    if array.dtype.kind == "f" and array.ndim == raw.ndim - 1 and (array == np.floor(array)).all():
        return array.astype(np.int64)
    return target


# ---------------------------------------------------------------------------------------------- of probabilities


def of_probability(
    function: Callable[..., Any],
    entry: Loss,
    p: Any,
    target: Any,
    *,
    reduction: str = "mean",
    sample_weight: Any = None,
    **parameters: Any,
) -> Tensor:
    """Compute binary cross-entropy of probabilities; arguments as for `BinaryCrossEntropy.of_probability`."""
    p, target = tensor_of(p), tensor_of(target)
    options: dict[str, Any] = {"reduction": reduction, "sample_weight": _plain(sample_weight), **parameters}
    value = function(entry, p._data, target._data, **options)
    at = entry.with_parameters(**parameters)
    rows = scoring.number_rows(at._function({}), p._data, target._data, _plain(sample_weight))

    def expression(p: Tensor, y: Tensor) -> Tensor:
        each = formula(at.formula, p=shaping.astype(p, np.float64), y=y, **dict(at.parameters))
        return _reduced(reducing.sum_(shaping.reshape(each, rows.raw.shape), 1), rows, reduction)

    return equivalent(f"{entry.name}.of_probability", value, (p, target), expression)


def information(
    function: Callable[..., Any], text: str, *shares: Any, axis: int = -1, base: float | None = None
) -> Tensor:
    """Compute entropy, cross-entropy or divergence of distributions; arguments as for `glassnet.entropy`."""
    inputs = tuple(map(tensor_of, shares))
    value = function(*(tensor._data for tensor in inputs), axis=axis, base=base)

    def expression(*given: Tensor) -> Tensor:
        each = formula(text, **dict(zip("pq", given, strict=False)))
        return reducing.sum_(each, axis) * (1.0 if base is None else 1 / math.log(base))

    return equivalent(function.__name__, value, inputs, expression)


# -------------------------------------------------------------------------------------------------------- shared


def equivalent(
    name: str,
    value: Any,
    inputs: tuple[Tensor, ...],
    expression: Callable[..., Tensor],
    quick: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """Make a tensor of a value that was computed without tensors.

    Parameters
    ----------
    name : str
    value : array_like
    inputs : tuple of Tensor
    expression : callable
        Computes the same of the inputs in tensors; where a gradient is wanted, it is that of this.
    quick : callable, optional
        The gradient by the first and only input, of a gradient, where it is not differentiated in turn.
    """
    return recorded(_equivalent(name, len(inputs)), np.asarray(value, np.float64), inputs, (expression, quick))


def _equivalent_back(node: Node, g: Tensor) -> tuple[Tensor | None, ...]:
    inputs = node.inputs or ()
    expression, quick = node.facts
    again = recording()
    if quick is not None and not again:
        return (quick(g),)
    with recording_is(True):
        variables = tuple(shaping.clone(x) for x in inputs)
        value = expression(*variables)
    wanted = [x for x in variables if x._requires_grad]
    found = iter(sweep.gradients([value], wanted, [g], again, again, True))
    return tuple(next(found) if x._requires_grad else None for x in variables)


@functools.lru_cache(maxsize=64)
def _equivalent(name: str, inputs: int) -> Operation:
    return Operation(name, _equivalent_back, tuple((i, -1) for i in range(inputs)))


def _reduced(by_row: Tensor, rows: scoring.Rows, reduction: str, weight: Tensor | None = None) -> Tensor:
    """Weigh and reduce losses of rows, as `scoring` does."""
    if reduction not in scoring.REDUCTIONS:
        raise ParameterError.choice("reduction", reduction, scoring.REDUCTIONS)
    plain = rows.weight
    if plain is None and rows.target.ndim == 1:
        plain = (rows.target >= 0).astype(np.float64)  # the engine leaves out negative codes by itself
    if plain is not None and not (plain > 0).all():
        by_row = shaping.where(plain > 0, by_row, 0.0)  # a row of weight 0 counts 0, whatever its loss is
    if weight is not None or plain is not None:
        by_row = by_row * (plain if weight is None else weight)
    if reduction == "none":
        return shaping.reshape(by_row, rows.shape)
    total = reducing.sum_(by_row)
    if reduction == "sum":
        return total
    return total / rows.denominator if rows.denominator > 0 else total * 0.0


def _parts(entry: Any, parameters: dict[str, Any]) -> tuple[Any, dict[str, Tensor]]:
    """Configure a loss by the parameters that are numbers; return those that are tensors apart."""
    learned = {name: value for name, value in parameters.items() if hasattr(value, "_counter")}
    entry = entry.with_parameters(**{name: value for name, value in parameters.items() if name not in learned})
    for name in learned:
        if name not in entry.declared:
            raise ParameterError.unknown(name, entry.declared, of=entry.name)
    return entry, learned


def _plain(value: Any) -> Any:
    return value._data if hasattr(value, "_counter") else value
