"""Histograms that stand still while a network moves: few bins, and edges that people would choose."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 32
STEPS = (1.0, 2.0, 5.0, 10.0)  # times a power of ten: what the edges are multiples of


def histogram(values: NDArray[Any]) -> tuple[NDArray[np.float64], float, float]:
    """Count values in 32 bins of equal width.

    The first and the last edge are multiples of a round step, so that they change seldom from epoch to epoch. Values
    that are not finite are left out.

    Parameters
    ----------
    values : ndarray of floats
        Of any shape.

    Returns
    -------
    shares : ndarray of shape (32,)
        Their sum is 1; 0 where there are no values.
    low, high : float
        The outermost edges.

    Examples
    --------
    >>> shares, low, high = histogram(np.array([0.0, 0.25, 0.5, 0.97]))
    >>> low, high, float(shares.sum())
    (0.0, 1.0, 1.0)
    >>> histogram(np.full(5, 3.0))[1:]
    (2.5, 3.5)
    """
    flat = values.ravel()
    low, high = float(flat.min(initial=math.inf)), float(flat.max(initial=-math.inf))
    if not (math.isfinite(low) and math.isfinite(high)):
        flat = flat[np.isfinite(flat)]
        low, high = float(flat.min(initial=math.inf)), float(flat.max(initial=-math.inf))
    if not len(flat):
        return np.zeros(BINS), -1.0, 1.0
    low, high = edges(low, high)
    # In the values' own type, after the edges' difference was taken in double: a bin is 3 percent of it.
    places = ((flat - flat.dtype.type(low)) * flat.dtype.type(BINS / (high - low))).astype(np.int32)
    counts = np.bincount(np.clip(places, 0, BINS - 1), minlength=BINS)
    return counts / len(flat), low, high


def edges(low: float, high: float) -> tuple[float, float]:
    """Widen a range to round numbers.

    Examples
    --------
    >>> edges(-0.93, 0.99), edges(0.1, 7.3), edges(0.0, 0.0), edges(-1250.0, 30.0)
    ((-1.0, 1.0), (0.0, 8.0), (-0.5, 0.5), (-1400.0, 200.0))
    """
    size = max(abs(low), abs(high))
    if high - low <= 1e-6 * size or size == 0.0:  # as good as constant: in the middle of a range that fits its size
        half = 0.5 if size == 0.0 else max(0.5 * 10.0 ** math.floor(math.log10(size)), 1e-300)
        return (low + high) / 2 - half, (low + high) / 2 + half
    step = round_step((high - low) / 8)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def round_step(width: float) -> float:
    """Find the smallest of 1, 2, 5 times a power of ten that is no smaller.

    Examples
    --------
    >>> round_step(0.24), round_step(1.0), round_step(160.0)
    (0.5, 1.0, 200.0)
    """
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in STEPS if step * power >= width * (1 - 1e-12))
