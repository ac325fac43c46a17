"""Small pictures of the made sets, for the page's choice among them: some points of each, as numbers."""

from __future__ import annotations

import functools

import numpy as np

from glassnet.playground.data.sets import BOX, DataSet

N_POINTS = 72
NOISE = 0.05
N_CLASSES = 4


@functools.lru_cache(maxsize=64)
def thumbnail(data_set: DataSet) -> list[tuple[float, float, float]] | None:
    """Make a few points of a set.

    Parameters
    ----------
    data_set : DataSet

    Returns
    -------
    list of tuple or None
        x1 and x2 of each point as shares of the box (0 is low), and its class code, or its number as a share of the
        range of all of them; None where a set is not made but brought, drawn, or of images.

    Examples
    --------
    >>> from glassnet.playground.data import SETS
    >>> len(thumbnail(SETS["xor"])), thumbnail(SETS["digits"])
    (72, None)
    """
    if data_set.make is None:
        return None
    positions, values = data_set.make(N_POINTS, NOISE, N_CLASSES, np.random.RandomState(0))
    low, high = np.array(BOX[::2]), np.array(BOX[1::2])
    shares = np.clip((positions - low) / (high - low), 0.0, 1.0)
    numbers = np.asarray(values, np.float64)
    if data_set.task == "regression":
        numbers = (numbers - numbers.min()) / max(float(np.ptp(numbers)), 1e-12)
    return [
        (round(float(x), 3), round(float(y), 3), round(float(v), 3)) for (x, y), v in zip(shares, numbers, strict=True)
    ]
