"""Numbers to mean 0 and deviation 1, whatever their size: files hold what they like, up to the ends of float64."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FARTHEST = 1e6  # deviations; what lies farther off is drawn in to there, so that float32 holds all that is made of it


class Scaled(NamedTuple):
    """Scaled values, and by what they were scaled."""

    values: NDArray[np.float64]
    mean: float
    deviation: float


def standardized(values: NDArray[np.float64], rows: NDArray[np.intp] | slice) -> Scaled:
    """Scale values so that those of these rows have mean 0 and deviation 1; a constant becomes 0.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.
    rows : ndarray of intp, or slice
        At least one.

    Returns
    -------
    values, mean, deviation

    Examples
    --------
    >>> standardized(np.array([1.0, 3.0, 5.0]), np.array([0, 1]))
    Scaled(values=array([-1.,  1.,  3.]), mean=2.0, deviation=1.0)
    """
    size = float(np.abs(values[rows]).max()) or 1.0
    with np.errstate(over="ignore", under="ignore"):
        parts = values / size  # squares of the values themselves could overflow
        mean, deviation = float(np.mean(parts[rows])), float(np.std(parts[rows]))
        if not deviation > 1e-12:  # rounding of a constant
            deviation = 1.0
        scaled = np.clip((parts - mean) / deviation, -FARTHEST, FARTHEST)
    return Scaled(scaled, mean * size, deviation * size)
