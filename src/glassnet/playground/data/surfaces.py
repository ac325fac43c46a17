"""Made sets of numbers over the plane: y between about -1 and 1, displaced by noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Random = np.random.RandomState

HALF_WIDTH = 2.8


def plane(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Points]:
    """Take a plane: what a network without hidden layers can learn."""
    points = random.uniform(-HALF_WIDTH, HALF_WIDTH, (n, 2))
    return points, (0.7 * points[:, 0] + 0.3 * points[:, 1]) / HALF_WIDTH + noise * random.normal(size=n)


def waves(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Points]:
    """Take waves in both directions: hills and valleys in turn."""
    points = random.uniform(-HALF_WIDTH, HALF_WIDTH, (n, 2))
    return points, np.sin(1.5 * points[:, 0]) * np.cos(1.5 * points[:, 1]) + noise * random.normal(size=n)
