"""How good a classifier is on rows that it has not seen, and how sure we can be of that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Accuracy:
    """A share of right answers, with Wilson's interval.

    Examples
    --------
    >>> score = Accuracy(right=442, n=449)
    >>> f"{score.share:.1%} ({score.low:.1%} to {score.high:.1%})"
    '98.4% (96.8% to 99.2%)'
    """

    right: int
    n: int

    @property
    def share(self) -> float:
        """Right answers among all."""
        return self.right / self.n

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return wilson_interval(self.right, self.n)[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return wilson_interval(self.right, self.n)[1]


@dataclass(frozen=True)
class Confusion:
    """Rows of class `true` that were taken for class `predicted`, by their place among the classes."""

    true: int
    predicted: int
    count: int


def wilson_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Bound a probability by what was observed: Wilson's score interval, without continuity correction.

    With p = successes / n and z the normal quantile of (1 + confidence) / 2, the ends are

        (p + z²/2n ± z · sqrt(p(1 − p)/n + z²/4n²)) / (1 + z²/n)

    It stays within [0, 1] and has width even where all or none succeeded; p ± z · sqrt(p(1 − p)/n) does neither.

    Parameters
    ----------
    successes, n : int
        0 <= successes <= n, n >= 1.
    confidence : float, default=0.95
        In (0, 1).

    Returns
    -------
    (low, high) : tuple of float

    Examples
    --------
    >>> low, high = wilson_interval(10, 10)
    >>> round(low, 3), round(high, 3)
    (0.722, 1.0)
    """
    p, z = successes / n, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = p + z * z / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)
    # In exact arithmetic the ends meet 0 and 1 there; rounding would leave 1e-17.
    return (0.0 if successes == 0 else low), (1.0 if successes == n else high)


def confusion_matrix(true: ArrayLike, predicted: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """Count the rows of each class (down) by what they were taken for (across).

    Parameters
    ----------
    true, predicted : array-like of int, shape (n,)
        Class codes from 0 to n_classes - 1.
    n_classes : int

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)

    Examples
    --------
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    codes = np.asarray(true, dtype=np.int64) * n_classes + np.asarray(predicted, dtype=np.int64)
    return np.bincount(codes, minlength=n_classes * n_classes).reshape(n_classes, n_classes).astype(np.int64)


def most_confused(matrix: NDArray[np.int64]) -> list[Confusion]:
    """Name the pairs of classes that were confused most often; several where they tie, none where all was right.

    Examples
    --------
    >>> most_confused(np.array([[5, 2], [1, 7]]))
    [Confusion(true=0, predicted=1, count=2)]
    """
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    count = int(wrong.max())
    if count == 0:
        return []
    return [Confusion(int(true), int(taken), count) for true, taken in np.argwhere(wrong == count)]
