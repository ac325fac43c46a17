"""Which rows are held out: stratified by class where there are classes, and never a class's last row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def hold_out(
    n_rows: int, share: float, codes: NDArray[np.int64] | None, random: np.random.Generator
) -> tuple[Rows, Rows]:
    """Choose rows to keep and rows to hold out.

    Unlike `sklearn.model_selection.train_test_split` it works for classes with a single row: that row is kept.

    Parameters
    ----------
    n_rows : int
    share : float
        Of the rows to hold out, in (0, 1).
    codes : ndarray of int64, shape (n_rows,), or None
        Class of each row; both parts get the classes in the same proportions, as near as whole rows allow.
    random : Generator

    Returns
    -------
    kept, held_out : ndarray of intp
        In ascending order. `held_out` has round(share * n_rows) rows, fewer where classes are too small.

    Examples
    --------
    >>> codes = np.array([0] * 10 + [1] * 5 + [2])
    >>> kept, held_out = hold_out(16, 0.25, codes, np.random.default_rng(0))
    >>> np.bincount(codes[held_out]).tolist(), 15 in kept
    ([3, 1], True)
    """
    shuffled = random.permutation(n_rows)
    if codes is None:
        taken = shuffled[: round(share * n_rows)]
    else:
        counts = np.bincount(codes)
        quotas = np.minimum(_rounded(share * counts, round(share * n_rows)), np.maximum(counts - 1, 0))
        # The first quota[c] rows of each class in the shuffled order: a stable sort by class keeps that order.
        narrow = codes.astype(np.uint16) if len(counts) <= 2**16 else codes  # sorted by digits
        by_class = shuffled[np.argsort(narrow[shuffled], kind="stable")]
        starts = np.cumsum(counts) - counts
        place_in_class = np.arange(quotas.sum()) - np.repeat(np.cumsum(quotas) - quotas, quotas)
        taken = by_class[np.repeat(starts, quotas) + place_in_class]
    held_out = np.zeros(n_rows, dtype=bool)
    held_out[taken] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _rounded(wanted: NDArray[Any], total: int) -> NDArray[np.int64]:
    """Round each number down or up so that they sum to `total`: the largest remainders go up."""
    down: NDArray[np.int64] = np.floor(wanted).astype(np.int64)
    up = np.argsort(-(wanted - down), kind="stable")[: max(0, total - int(down.sum()))]
    down[up] += 1
    return down
