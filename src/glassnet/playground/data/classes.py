"""Made sets of classes in the plane, each about as large as the square from -3 to 3.

`noise` is the standard deviation by which a point is displaced after its class was decided; where classes are clouds
anyway, it widens them. Classes have equally many points, up to one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Codes = NDArray[np.int64]
Random = np.random.RandomState

RADIUS = 2.5


def circle(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place a disk (1) in a ring (0)."""
    codes = _codes(n, 2)
    low, high = np.where(codes == 1, 0.0, 0.6), np.where(codes == 1, 0.45, 1.0)
    radius = RADIUS * np.sqrt(random.uniform(low**2, high**2))  # evenly spread over the area
    return _moved(_at(radius, random.uniform(0, 2 * np.pi, n)), noise, random), codes


def xor(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place a class on the squares where both signs are equal (1), the other where they differ (0)."""
    codes = _codes(n, 2)
    signs = random.choice([-1.0, 1.0], n)
    signs = np.column_stack([signs, np.where(codes == 1, signs, -signs)])
    return _moved(signs * random.uniform(0.15, RADIUS, (n, 2)), noise, random), codes


def gaussians(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place two round clouds, which noise makes overlap."""
    codes = _codes(n, 2)
    centers = np.where(codes[:, None] == 1, 1.2, -1.2)
    return centers + random.normal(0.0, 0.5 + 1.5 * noise, (n, 2)), codes


def spiral(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Wind two arms around each other, one and a half times."""
    return _arms(n, noise, 2, 1.5, random)


def three_spirals(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Wind three arms around each other, once."""
    return _arms(n, noise, 3, 1.0, random)


def moons(n: int, noise: float, _n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place two half circles that reach into each other."""
    codes = _codes(n, 2)
    at = _at(np.full(n, 1.6), random.uniform(0, np.pi, n))
    lower = np.column_stack([1.6 - at[:, 0], 0.8 - at[:, 1]])
    points = np.where(codes[:, None] == 1, lower, at) - (0.8, 0.4)
    return _moved(points, noise, random), codes


def blobs(n: int, noise: float, n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place round clouds on a circle, one for each class."""
    codes = _codes(n, n_classes)
    centers = _at(np.full(n, 2.0), 2 * np.pi * (codes / n_classes + 0.125))
    return centers + random.normal(0.0, 1.0 / (n_classes + 1) + noise, (n, 2)), codes


def rings(n: int, noise: float, n_classes: int, random: Random) -> tuple[Points, Codes]:
    """Place rings around each other, a disk in their middle."""
    codes = _codes(n, n_classes)
    low, high = codes / n_classes, (codes + 0.55) / n_classes
    radius = RADIUS * np.sqrt(random.uniform(low**2, high**2))
    return _moved(_at(radius, random.uniform(0, 2 * np.pi, n)), noise, random), codes


def _arms(n: int, noise: float, n_arms: int, turns: float, random: Random) -> tuple[Points, Codes]:
    codes = _codes(n, n_arms)
    along = np.sqrt(random.uniform(0.04, 1.0, n))  # by the root: points lie as densely outside as near the middle
    angle = 2 * np.pi * (turns * along + codes / n_arms)
    return _moved(_at(RADIUS * along, angle), noise, random), codes


def _codes(n: int, n_classes: int) -> Codes:
    return np.arange(n, dtype=np.int64) % n_classes


def _at(radius: Points, angle: Points) -> Points:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _moved(points: Points, noise: float, random: Random) -> Points:
    # Drawn even if there is none, so that a change of noise moves each point, and does not draw another.
    return points + noise * random.normal(size=points.shape)
