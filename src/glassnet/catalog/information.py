"""Entropy, cross-entropy and Kullback-Leibler divergence of distributions that are given as probabilities.

    H(p)      = -sum p log p              what is uncertain about p
    H(p, q)   = -sum p log q              what it costs to expect q where p is true
    KL(p‖q)   =  sum p log(p / q)         what of it could have been saved: H(p, q) = H(p) + KL(p‖q)

A share of 0 counts nothing (0 log 0 = 0); where q is 0 and p is not, the cost is infinite. From raw scores the losses
`softmax_cross_entropy` and `kl_divergence` compute the same, without rounding a probability in between.
"""

from __future__ import annotations

import math
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from glassnet.catalog.entries import Parameter, Rule
from glassnet.catalog.kernels import as_floats
from glassnet.catalog.softmax import checked_axis
from glassnet.catalog.tensors import on_tensors
from glassnet.errors import DataError, ShapeError
from glassnet.texts import later

Array = npt.NDArray[np.float64]

_BASE = Parameter(
    math.e, rule=Rule(later("None, or a finite number above 0 that is not 1"), lambda b: b > 0 and b != 1)
)
_SLACK = 1e-2  # probabilities that were rounded to three digits are meant to add up to 1 as well


@on_tensors("entropy")
def entropy(p: npt.ArrayLike, /, *, axis: SupportsIndex = -1, base: float | None = None) -> Any:
    """Entropy of distributions, -sum p log p.

    Parameters
    ----------
    p : array_like
        Probabilities that add up to 1 along the axis.
    axis : int, default=-1
        The axis along which the distributions lie.
    base : float, optional
        Of the logarithm: 2 for bits. By default the natural one (nats).

    Returns
    -------
    float, or ndarray of float64 of p's shape without the axis
        0 where one outcome is certain; log(k), the largest value, where all k are equally likely.

    Raises
    ------
    DataError
        If p does not hold distributions.
    ShapeError
        If p has no such axis.
    ParameterError
        If the base is no finite number above 0, or 1.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.entropy([0.5, 0.5], base=2), gn.entropy([1.0, 0.0])
    (1.0, 0.0)
    """
    shares = _distributions(p, axis, "p")
    return _sum(_times_log(shares, shares), base)


@on_tensors("cross_entropy")
def cross_entropy(p: npt.ArrayLike, q: npt.ArrayLike, /, *, axis: SupportsIndex = -1, base: float | None = None) -> Any:
    """Cross-entropy of distributions, -sum p log q: p is true, q is expected.

    Parameters, result and errors are those of `entropy`; p and q must have the same shape.

    Examples
    --------
    >>> import glassnet as gn
    >>> round(gn.cross_entropy([0.5, 0.5], [0.25, 0.75], base=2), 4)
    1.2075
    """
    true, expected = _pair(p, q, axis)
    return _sum(_times_log(true, expected), base)


@on_tensors("kl_divergence")
def kl_divergence(p: npt.ArrayLike, q: npt.ArrayLike, /, *, axis: SupportsIndex = -1, base: float | None = None) -> Any:
    """Kullback-Leibler divergence of distributions, sum p log(p / q): 0 where they are the same, else above.

    Parameters, result and errors are those of `entropy`; p and q must have the same shape.

    Examples
    --------
    >>> import glassnet as gn
    >>> round(gn.kl_divergence([0.5, 0.5], [0.25, 0.75], base=2), 4)
    0.2075
    """
    true, expected = _pair(p, q, axis)
    with np.errstate(all="ignore"):
        # Where the two are near, their difference is exact and keeps the digits that log p - log q would lose.
        apart = np.log(true) - np.log(expected)
        near = np.log1p((true - expected) / expected)
    logs = np.where((true > expected / 2) & (true < 2 * expected), near, apart)
    return _sum(-np.multiply(true, logs, out=np.zeros_like(true), where=true > 0), base)


def _distributions(p: npt.ArrayLike, axis: SupportsIndex, name: str) -> Array:
    """Check p, and return it in float64 with the distributions along the last axis."""
    array = as_floats(p, name).astype(np.float64)
    along = checked_axis(array, axis)
    shares = np.moveaxis(array, along, -1)
    rows = shares.reshape(-1, shares.shape[-1])
    wrong = ~(np.isfinite(rows) & (rows >= 0))
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        raise DataError.no_probability(name, float(rows[row, column]))
    off = np.abs(rows.sum(axis=1) - 1) > _SLACK
    if off.any():
        raise DataError.no_distribution(name, along, float(rows[int(off.argmax())].sum()))
    return shares


def _pair(p: npt.ArrayLike, q: npt.ArrayLike, axis: SupportsIndex) -> tuple[Array, Array]:
    true, expected = _distributions(p, axis, "p"), _distributions(q, axis, "q")
    if true.shape != expected.shape:
        raise ShapeError.shape("q", np.shape(q), "{wanted}, that of p", wanted=np.shape(p))
    return true, expected


def _times_log(p: Array, q: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs = np.log(q)
    return np.multiply(p, logs, out=np.zeros_like(p), where=p > 0)


def _sum(terms: Array, base: float | None) -> Any:
    total = 0.0 - terms.sum(axis=-1)
    if base is not None:
        total = total / math.log(_BASE.checked("base", base))
    return float(total) if total.ndim == 0 else total
