"""Which columns a model relies on: how much worse it answers when one of them is shuffled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.accuracy import CONFIDENCE

# Gives the loss of every row, with one column's values taken from the rows in this order; None: as they are.
Losses = Callable[[int | None, NDArray[np.intp] | None], NDArray[Any]]


@dataclass(frozen=True)
class Importance:
    """What a model loses without one column.

    Attributes
    ----------
    name : str
    increase : float
        Of the mean loss, when the column's values are shuffled among the rows.
    low, high : float
        95% interval, from how the increase varies over rows.
    """

    name: str
    increase: float
    low: float
    high: float


def permutation_importance(
    names: Sequence[str], losses: Losses, *, repeats: int = 5, seed: int = 0
) -> tuple[Importance, ...]:
    """Shuffle one column at a time and see how much the loss grows (Breiman 2001; Fisher, Rudin, Dominici 2019).

    A column that the model does not use gives exactly 0. Two columns that tell the same share their importance: each
    looks small, because the other one stands in for it.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    losses : callable
        `losses(j, order)` gives the loss of each row, shape (n,), where column j has its values of row `order[i]` in
        row i; `losses(None, None)` with the rows as they are.
    repeats : int, default=5
        Shuffles of each column, over which a row's increase is averaged.
    seed : int, default=0

    Returns
    -------
    tuple of Importance
        The largest increase first.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(500, 2))
    >>> def losses(column, order):
    ...     seen = X.copy()
    ...     if column is not None:
    ...         seen[:, column] = X[order, column]
    ...     return (seen[:, 0] - X[:, 0]) ** 2  # a model that looks at the first column only
    >>> [(part.name, round(part.increase)) for part in permutation_importance(["a", "b"], losses)]
    [('a', 2), ('b', 0)]
    """
    before = np.asarray(losses(None, None), dtype=np.float64)
    random = np.random.default_rng(seed)
    orders = [random.permutation(len(before)) for _repeat in range(repeats)]
    reach = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    found = []
    for place, name in enumerate(names):
        after = np.mean([np.asarray(losses(place, order), dtype=np.float64) for order in orders], axis=0)
        increase = after - before
        mean = float(increase.mean())
        error = float(increase.std(ddof=1)) / math.sqrt(len(increase)) if len(increase) > 1 else math.inf
        found.append(Importance(name, mean, mean - reach * error, mean + reach * error))
    return tuple(sorted(found, key=lambda part: -part.increase))
