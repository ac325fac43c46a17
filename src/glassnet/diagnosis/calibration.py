"""Whether probabilities mean what they say: of the rows that were given 80%, about 80% should be right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from glassnet.diagnosis.accuracy import wilson_interval
from glassnet.errors import ShapeError


@dataclass(frozen=True)
class Bin:
    """Rows with nearly the same probability.

    Attributes
    ----------
    predicted : float
        Mean of their probabilities.
    observed : float
        Share of them for which it came true.
    low, high : float
        Wilson's 95% interval of that share.
    n : int
    """

    predicted: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Reliability:
    """Probabilities beside what came true.

    Attributes
    ----------
    bins : tuple of Bin
        From small probabilities to large ones.
    error : float
        Expected calibration error: the mean over all rows of |predicted - observed| of their bin.
    """

    bins: tuple[Bin, ...]
    error: float


def reliability(codes: ArrayLike, probabilities: ArrayLike, n_bins: int = 10) -> Reliability:
    """Compare probabilities with shares, in bins of equally many rows.

    With two classes these are the probabilities of the second; with more, those of the class that was chosen, which
    came true where it was the right one (Guo, Pleiss, Sun, Weinberger 2017, arXiv:1706.04599, but with equally filled
    bins, so that none is a handful of rows). Equal probabilities stay in one bin.

    Parameters
    ----------
    codes : array-like of int, shape (n,)
        The true classes, from 0 to n_classes - 1; n >= 1.
    probabilities : array-like of float, shape (n, n_classes)
    n_bins : int, default=10
        At most so many.

    Raises
    ------
    ShapeError
        If there are no rows.

    Examples
    --------
    >>> found = reliability([0, 1, 1, 1], [[0.8, 0.2], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9]], n_bins=2)
    >>> [(round(part.predicted, 2), part.observed, part.n) for part in found.bins], round(found.error, 2)
    ([(0.2, 0.5, 2), (0.9, 1.0, 2)], 0.2)
    """
    true, given = np.asarray(codes, dtype=np.int64), np.asarray(probabilities, dtype=np.float64)
    if not len(true):
        raise ShapeError.empty("y", true.shape)
    chosen = np.ones(len(true), dtype=np.int64) if given.shape[1] == 2 else given.argmax(axis=1)
    p = given[np.arange(len(true)), chosen]
    came_true = chosen == true
    edges = np.unique(np.quantile(p, np.linspace(0, 1, n_bins + 1)[1:-1]))
    place = np.searchsorted(edges, p, side="left")
    bins = []
    for part in np.unique(place):
        rows = place == part
        n, hits = int(rows.sum()), int(came_true[rows].sum())
        low, high = wilson_interval(hits, n)
        bins.append(Bin(float(p[rows].mean()), hits / n, low, high, n))
    error = sum(part.n * abs(part.predicted - part.observed) for part in bins) / len(true)
    return Reliability(tuple(bins), error)
