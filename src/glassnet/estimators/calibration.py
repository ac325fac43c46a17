"""Probabilities that mean what they say: one temperature for all raw scores, found on rows that were held out.

A network that has learned its rows by heart is surer than it should be. Dividing its raw scores by a temperature T > 1
takes that back, changes no decision, and is all that most networks need (Guo, Pleiss, Sun, Weinberger 2017,
arXiv:1706.04599). T is the most likely one under a normal prior on log T, which keeps it near 1 where the held-out rows
are few.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from glassnet.catalog import Loss

PRIOR_DEVIATION = 0.5  # of log T: two temperatures in three lie between 0.6 and 1.6
LARGEST = math.log(20.0)


def temperature(
    loss: Loss, scores: NDArray[np.float64], targets: NDArray[Any], weight: NDArray[np.float64] | None = None
) -> float:
    """Find the temperature under which the held-out rows are most likely.

    Parameters
    ----------
    loss : Loss
        A cross-entropy; its value is minus the logarithm of the likelihood.
    scores : ndarray of shape (n, n_outputs)
        Raw scores of the held-out rows.
    targets : ndarray
        As the loss takes them: codes (n,), or columns (n, n_outputs).
    weight : ndarray of shape (n,), optional

    Returns
    -------
    float
        Above 0. Scores are to be divided by it.

    Examples
    --------
    >>> import glassnet as gn
    >>> scores = np.tile([[8.0], [-8.0], [8.0], [8.0]], (50, 1))  # very sure, and right in three cases of four
    >>> targets = np.tile([[1.0], [0.0], [1.0], [0.0]], (50, 1))
    >>> found = temperature(gn.losses["binary_cross_entropy"], scores, targets)
    >>> bool(0.65 < 1 / (1 + np.exp(-8.0 / found)) < 0.8)
    True
    """

    def unlikely(log_temperature: float) -> float:
        value = loss(scores / math.exp(log_temperature), targets, reduction="sum", sample_weight=weight)
        return float(value) + 0.5 * (log_temperature / PRIOR_DEVIATION) ** 2

    found = minimize_scalar(unlikely, bounds=(-LARGEST, LARGEST), method="bounded")
    return math.exp(float(found.x))
