"""Rows to learn from, and rows to test by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def split(n_rows: int, codes: NDArray[np.int64] | None, test_share: float, seed: int) -> tuple[Rows, Rows]:
    """Draw the rows to test by, with the same shares of classes as all.

    Parameters
    ----------
    n_rows : int
        At least 2.
    codes : ndarray of int64, shape (n_rows,), or None
        Of classes; None for numbers.
    test_share : float
        Between 0 and 1.
    seed : int

    Returns
    -------
    train, test : ndarray of intp
        In a random order. At least one row of every class is in `train`; `test` is empty only where each class has a
        single row.

    Examples
    --------
    >>> train, test = split(10, np.arange(10) % 2, 0.2, seed=0)
    >>> len(train), sorted((test % 2).tolist())
    (8, [0, 1])
    """
    random = np.random.RandomState(seed)
    groups = np.zeros(n_rows, np.int64) if codes is None else codes
    test: list[Rows] = []
    sizes = np.bincount(groups)
    counts = np.minimum(np.round(sizes * test_share).astype(int), np.maximum(sizes - 1, 0))
    if not counts.any() and sizes.max() > 1:
        counts[sizes.argmax()] = 1
    for group, count in enumerate(counts):
        test.append(random.permutation(np.flatnonzero(groups == group))[:count])
    tested = np.concatenate(test)
    kept = np.setdiff1d(np.arange(n_rows), tested)
    return random.permutation(kept), np.sort(tested)
