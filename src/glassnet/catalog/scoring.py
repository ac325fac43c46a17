"""Row losses: arguments of a loss brought to the engine's layout, evaluated, weighted and reduced.

Reductions, for row losses l, row weights w (1 where none are given) and weights d of the denominator (w as well, but
for class weights and probabilities, see `ClassLoss`):

    "mean"   sum(w l) / sum(d), and 0 where all weights are 0: such data say nothing
    "sum"    sum(w l)
    "none"   w l, one a row

Sums are taken in float64. A row of weight 0 contributes exactly 0, whatever its loss is.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.catalog.entries import SHARE, Parameter
from glassnet.catalog.kernels import Floats, as_floats, engine
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
    weight: npt.NDArray[np.float64]  # (n,), multiplies row losses
    denominator: npt.NDArray[np.float64]  # (n,), its sum divides a mean


def number_rows(loss: Function, raw: npt.ArrayLike, target: npt.ArrayLike, sample_weight: npt.ArrayLike | None) -> Rows:
    """Check and lay out a call whose targets are numbers, one for each raw score."""
    z, y = as_floats(raw, "raw"), as_floats(target, "target")
    if y.shape != z.shape:
        raise ShapeError.shape("target", y.shape, "{wanted}, that of the raw scores", wanted=z.shape)
    shape = z.shape[:-1] if z.ndim > 1 else z.shape
    rows = _as_rows(z, z.shape[-1] if z.ndim > 1 else 1)
    y = loss.domain.read(y.reshape(rows.shape), loss.name)
    weight = _checked_weight(sample_weight, shape, len(rows))
    return Rows(rows, np.ascontiguousarray(y, dtype=rows.dtype), shape, weight, weight)


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
    weight = _checked_weight(sample_weight, shape, len(rows))
    by_class = None if class_weight is None else row_weights(class_weight, (k,), "class_weight")

    y = np.asarray(target)
    if y.shape == shape:
        codes = class_codes(y, k, ignore_index)
        weight = np.where(codes < 0, 0.0, weight)
        denominator = weight if by_class is None else weight * by_class[codes]
        if not smoothing:
            return Rows(rows, codes, shape, denominator, denominator)
        shares: Floats = (codes[:, None] == np.arange(k)).astype(np.float64)
    elif y.shape == z.shape:
        shares = as_floats(y, "target").reshape(rows.shape)
        loss.domain.check(shares, loss.name)
        denominator = weight
        if by_class is None and not smoothing:
            return Rows(rows, np.ascontiguousarray(shares, dtype=rows.dtype), shape, weight, weight)
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
    return Rows(rows, np.ascontiguousarray(shares, dtype=rows.dtype), shape, weight * total, denominator)


def value(loss: Function, rows: Rows, reduction: Reduction) -> Any:
    """Evaluate a loss: a float, or an array of float64 with one number a row for "none"."""
    _check_reduction(reduction)
    losses = np.empty(len(rows.raw))
    _run(loss, rows, losses=losses)
    return reduced(losses, rows, reduction)


def gradient(loss: Function, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Evaluate the derivative of the reduced loss by every raw score (for "none", of each row's own loss)."""
    _check_reduction(reduction)
    slopes = np.empty_like(rows.raw)
    _run(loss, rows, slopes=slopes)
    return weighted(slopes, rows, reduction, shape)


def second_derivative(loss: Function, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Evaluate the second derivative of the reduced loss by each raw score: the Hessian's diagonal."""
    _check_reduction(reduction)
    curvatures = np.empty_like(rows.raw)
    _run(loss, rows, curvatures=curvatures)
    return weighted(curvatures, rows, reduction, shape)


def reduced(losses: npt.NDArray[np.float64], rows: Rows, reduction: Reduction) -> Any:
    """Weigh and reduce row losses."""
    _check_reduction(reduction)
    each = np.multiply(losses, rows.weight, out=np.zeros_like(losses), where=rows.weight > 0)
    if reduction == "none":
        return each.reshape(rows.shape)[()]
    total = float(each.sum())
    if reduction == "sum":
        return total
    denominator = float(rows.denominator.sum())
    return total / denominator if denominator > 0 else 0.0


def weighted(slopes: Floats, rows: Rows, reduction: Reduction, shape: tuple[int, ...]) -> Any:
    """Weigh derivatives (n, k) of row losses, in place, as the reduction asks; rows of weight 0 get exactly 0."""
    _check_reduction(reduction)
    weight = rows.weight
    if reduction == "mean" and (denominator := float(rows.denominator.sum())) > 0:
        weight = weight / denominator
    with np.errstate(invalid="ignore"):  # 0 * inf, which the next line makes 0
        slopes *= weight.astype(slopes.dtype)[:, None]
    slopes[rows.weight == 0] = 0
    return slopes.reshape(shape)[()]


def _run(
    loss: Function,
    rows: Rows,
    losses: npt.NDArray[np.float64] | None = None,
    slopes: Floats | None = None,
    curvatures: Floats | None = None,
) -> None:
    if loss.written is None:
        engine().loss(loss.name, list(loss.values), rows.raw, rows.target, losses, slopes, curvatures)
    else:
        loss.written.run(rows.raw, rows.target, losses, slopes, curvatures)


def _as_rows(z: Floats, k: int) -> Floats:
    if z.size == 0:
        raise ShapeError.empty("raw", z.shape)
    return np.ascontiguousarray(z).reshape(-1, k)


def _checked_weight(sample_weight: npt.ArrayLike | None, shape: tuple[int, ...], n: int) -> npt.NDArray[np.float64]:
    return np.ones(n) if sample_weight is None else row_weights(sample_weight, shape, "sample_weight")


def _check_reduction(reduction: Reduction) -> None:
    if reduction not in REDUCTIONS:
        raise ParameterError.choice("reduction", reduction, REDUCTIONS)
