"""How far a metric could be off by the choice of rows alone: the bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.accuracy import CONFIDENCE

FEWEST_REPEATS = 20  # of which a metric must be defined; fewer say nothing about its tails


def bootstrap_intervals(
    judge: Callable[[NDArray[np.float64]], Mapping[str, float | None]],
    n: int,
    *,
    repeats: int = 200,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """Bound metrics by what they would be on other rows of the same kind: percentile bootstrap (Efron 1979).

    Each repeat draws n rows with replacement, told by how often each row was drawn: a weight. The interval is between
    the (1 - confidence) / 2 and (1 + confidence) / 2 quantiles of the repeats.

    Parameters
    ----------
    judge : callable
        Takes weights of shape (n,) and returns the metrics by name; None where one is not defined.
    n : int
        Rows, at least 1.
    repeats : int, default=200
    confidence : float, default=0.95
    seed : int, default=0
        The same seed gives the same intervals.

    Returns
    -------
    dict of str to (low, high)
        Without metrics that were not defined in at least 20 of the repeats.

    Examples
    --------
    >>> y = np.arange(100.0)
    >>> found = bootstrap_intervals(lambda weight: {"mean": float(np.average(y, weights=weight))}, 100)
    >>> low, high = found["mean"]
    >>> 40 < low < 49.5 < high < 59
    True
    """
    random = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _repeat in range(repeats):
        weight = np.bincount(random.integers(0, n, n), minlength=n).astype(np.float64)
        for name, value in judge(weight).items():
            if value is not None and np.isfinite(value):
                drawn.setdefault(name, []).append(value)
    tail = (1 - confidence) / 2
    return {
        name: (float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail)))
        for name, values in drawn.items()
        if len(values) >= FEWEST_REPEATS
    }
