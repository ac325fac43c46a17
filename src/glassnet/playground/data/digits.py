"""Handwritten digits, as they ship with scikit-learn: 8 × 8 pixels, the ink from 0 to 1."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray


@functools.cache
def all_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Load the 1,797 images as rows of 64 pixels, and the digits that they show."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X = np.asarray(X, dtype=np.float64) / 16.0
    X.flags.writeable = False
    return X, np.asarray(y, dtype=np.int64)


def digits(n: int, noise: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Take n images at random (all, if there are not so many), the ink displaced by noise and kept within [0, 1]."""
    random = np.random.RandomState(seed)
    X, y = all_digits()
    rows = random.permutation(len(X))[:n]
    return np.clip(X[rows] + noise * random.normal(size=(len(rows), X.shape[1])), 0.0, 1.0), y[rows]
