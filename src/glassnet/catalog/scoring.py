"""Row losses: arguments of a loss brought to the engine's layout, evaluated, weighted and reduced.

Reductions, for row losses l, row weights w (1 where none are given) and weights d of the denominator (w as well, but
for class weights and probabilities, see `ClassLoss`):

    "mean"   sum(w l) / sum(d), and 0 where all weights are 0: such data say nothing
    "sum"    sum(w l)
    "none"   w l, one a row

Sums are taken in float64, in an order that depends on the shape alone. A row of weight 0 contributes exactly 0,
whatever its loss is. The engine weighs, adds and holds targets to their bounds while it computes: large arrays are
read once.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.catalog.entries import SHARE, Parameter
from glassnet.catalog.kernels import Floats, as_floats, engine, threads_for
from glassnet.catalog.targets import Domain, class_codes, row_weights
from glassnet.errors import ParameterError, ShapeError

Reduction = Literal["mean", "sum", "none"]
REDUCTIONS: tuple[Reduction, ...] = ("mean", "sum", "none")
_SMOOTHING = Parameter(0.0, rule=SHARE)


class Function(NamedTuple):
    """The loss to evaluate."""

    name: str
    values: tuple[float, ...]
    domain: Domain
    written: Any = None  # a FormulaLoss, whose program computes it in place of a kernel


class Rows(NamedTuple):
    """A call's arguments, as the engine takes them."""

    raw: Floats  # (n, k), C-contiguous
    target: npt.NDArray[Any]  # (n, k) of raw's dtype, or codes (n,)
    shape: tuple[int, ...]  # of the row losses
    weight: npt.NDArray[np.float64] | None  # (n,), multiplies row losses; None: all 1
    denominator: float  # divides a mean
    bounds: tuple[float, float] | None = None  # of the targets, where the engine is to check them


def number_rows(loss: Function, raw: npt.ArrayLike, target: npt.ArrayLike, sample_weight: npt.ArrayLike | None) -> Rows:
    """Lay out a call whose targets are numbers, one for each raw score, and check what the engine will not."""
    z, y = as_floats(raw, "raw"), as_floats(target, "target")
    if y.shape != z.shape:
        raise ShapeError.shape("target", y.shape, "{wanted}, that of the raw scores", wanted=z.shape)
    shape = z.shape[:-1] if z.ndim > 1 else z.shape
    rows = _as_rows(z, z.shape[-1] if z.ndim > 1 else 1)
    y = y.reshape(rows.shape)
    bounds = None
    if y.dtype == rows.dtype and not loss.domain.signs and loss.written is None:
        bounds = (loss.domain.low, loss.domain.high)
    else:
        y = loss.domain.read(y, loss.name)
    weight = None if sample_weight is None else row_weights(sample_weight, shape, "sample_weight")
    denominator = float(len(rows)) if weight is None else float(weight.sum())
    return Rows(rows, np.ascontiguousarray(y, dtype=rows.dtype), shape, weight, denominator, bounds)


def class_rows(
    loss: Function,
    raw: npt.ArrayLike,
    target: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    ignore_index: int | None,
    class_weight: npt.ArrayLike | None,
    label_smoothing: float,
) -> Rows:
    """Check and lay out a call whose targets are class codes or probabilities."""
    smoothing = _SMOOTHING.checked("label_smoothing", label_smoothing)
    z = as_floats(raw, "raw")
    if z.ndim == 0:
        raise ShapeError.shape("raw", z.shape, "(n_rows, n_classes)")
    shape, k = z.shape[:-1], z.shape[-1]
    rows = _as_rows(z, k)
    weight = None if sample_weight is None else row_weights(sample_weight, shape, "sample_weight")
    by_class = None if class_weight is None else row_weights(class_weight, (k,), "class_weight")

    y = np.asarray(target)
    if y.shape == shape:
        codes = class_codes(y, k, ignore_index)
        counted = codes >= 0
        if weight is None and by_class is None and not smoothing:
            # The engine leaves out rows with a negative code by itself.
            return Rows(rows, codes, shape, None, float(np.count_nonzero(counted)))
        weight = counted.astype(np.float64) if weight is None else np.where(counted, weight, 0.0)
        of_codes = weight if by_class is None else weight * by_class[codes]
        denominator = float(of_codes.sum())
        if not smoothing:
            return Rows(rows, codes, shape, of_codes, denominator)
        shares: Floats = (codes[:, None] == np.arange(k)).astype(np.float64)
    elif y.shape == z.shape:
        shares = as_floats(y, "target").reshape(rows.shape)
        loss.domain.check(shares, loss.name)
        denominator = float(len(rows)) if weight is None else float(weight.sum())
        if by_class is None and not smoothing:
            return Rows(rows, np.ascontiguousarray(shares, dtype=rows.dtype), shape, weight, denominator)
    else:
        raise ShapeError.shape(
            "target", y.shape, "{codes} for class codes, or {shares} for probabilities", codes=shape, shares=z.shape
        )

    # The engine takes shares that add up to 1; what is missing or too much goes into the row's weight.
    shares = shares * (1 - smoothing) + smoothing / k
    if by_class is not None:
        shares = shares * by_class
    total = shares.sum(axis=1)
    shares = np.divide(shares, total[:, None], out=np.full_like(shares, 1 / k), where=total[:, None] > 0)
    weight = total if weight is None else weight * total
    return Rows(rows, np.ascontiguousarray(shares, dtype=rows.dtype), shape, weight, denominator)


def value(loss: Function, rows: Rows, reduction: Reduction) -> Any:
    """Evaluate a loss: a float, or an array of float64 with one number a row for "none"."""
    _check_reduction(reduction)
    if loss.written is not None or reduction == "none":
        losses = np.empty(len(rows.raw))
        if loss.written is None:
            _run(loss, rows, losses=losses)
            return losses.reshape(rows.shape)[()]
        loss.written.run(rows.raw, rows.target, losses, None, None)
        return reduced(losses, rows, reduction)
    return _divided(_run(loss, rows, with_sum=True), rows, reduction)


def gradient(loss: Function, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Evaluate the derivative of the reduced loss by every raw score (for "none", of each row's own loss)."""
    _check_reduction(reduction)
    slopes = np.empty_like(rows.raw)
    if loss.written is not None:
        loss.written.run(rows.raw, rows.target, None, slopes, None)
        return weighted(slopes, rows, reduction, shape)
    _run(loss, rows, slopes=slopes, scale=_scale(rows, reduction))
    return slopes.reshape(shape)[()]


def second_derivative(loss: Function, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Evaluate the second derivative of the reduced loss by each raw score: the Hessian's diagonal."""
    _check_reduction(reduction)
    curvatures = np.empty_like(rows.raw)
    if loss.written is not None:
        loss.written.run(rows.raw, rows.target, None, None, curvatures)
        return weighted(curvatures, rows, reduction, shape)
    _run(loss, rows, curvatures=curvatures, scale=_scale(rows, reduction))
    return curvatures.reshape(shape)[()]


def reduced(losses: npt.NDArray[np.float64], rows: Rows, reduction: Reduction) -> Any:
    """Weigh and reduce row losses."""
    _check_reduction(reduction)
    weight = rows.weight
    each = losses if weight is None else np.multiply(losses, weight, out=np.zeros_like(losses), where=weight > 0)
    if reduction == "none":
        return each.reshape(rows.shape)[()]
    return _divided(float(each.sum()), rows, reduction)


def weighted(slopes: Floats, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Weigh derivatives (n, k) of row losses, in place, as the reduction asks; rows of weight 0 get exactly 0."""
    _check_reduction(reduction)
    scale = _scale(rows, reduction)
    if rows.weight is None:
        slopes *= slopes.dtype.type(scale)
    else:
        with np.errstate(invalid="ignore"):  # 0 * inf, which the next line makes 0
            slopes *= (rows.weight * scale).astype(slopes.dtype)[:, None]
        slopes[rows.weight == 0] = 0
    return slopes.reshape(shape)[()]


def _scale(rows: Rows, reduction: Reduction) -> float:
    return 1 / rows.denominator if reduction == "mean" and rows.denominator > 0 else 1.0


def _divided(total: float, rows: Rows, reduction: Reduction) -> float:
    if reduction == "sum":
        return total
    return total / rows.denominator if rows.denominator > 0 else 0.0


def _run(
    loss: Function,
    rows: Rows,
    losses: npt.NDArray[np.float64] | None = None,
    slopes: Floats | None = None,
    curvatures: Floats | None = None,
    *,
    scale: float = 1.0,
    with_sum: bool = False,
) -> float:
    results = (losses, slopes, curvatures, rows.weight, scale, with_sum, threads_for(rows.raw.size))
    call = engine().loss
    if rows.bounds is None:
        total: float = call(loss.name, loss.values, rows.raw, rows.target, *results)
        return total
    try:
        total = call(loss.name, loss.values, rows.raw, rows.target, *results, rows.bounds)
    except ValueError:
        loss.domain.check(rows.target, loss.name)  # says which one and where
        raise
    return total


def _as_rows(z: Floats, k: int) -> Floats:
    if z.size == 0:
        raise ShapeError.empty("raw", z.shape)
    return np.ascontiguousarray(z).reshape(-1, k)


def _check_reduction(reduction: Reduction) -> None:
    if reduction not in REDUCTIONS:
        raise ParameterError.choice("reduction", reduction, REDUCTIONS)
