"""The normal distribution, and gelu, in long double, which SciPy does not have."""

from __future__ import annotations

from typing import Any

import numpy as np

PI = "3.14159265358979323846264338327950288"
# Below, a series; from here on, a continued fraction. Both have long converged where they meet.
_MEETING = 1.8
_TERMS, _LEVELS = 60, 250
VANISHED = 160  # beyond, the density is below the smallest long double


def density(x: Any) -> Any:
    """Compute exp(-x²/2) / sqrt(2π) to all digits: the square in two parts, of which the first is exact."""
    high = x.astype(np.float32).astype(x.dtype)
    low = x - high
    return np.exp(-high * high / 2) * np.exp(-low * (2 * high + low) / 2) / np.sqrt(2 * x.dtype.type(PI))


def distribution(x: Any) -> Any:
    """Compute the share of the standard normal distribution below x; no digits are lost in the lower tail."""
    number = x.dtype.type
    t = np.minimum(abs(x), VANISHED)
    upper = np.empty_like(t)  # the share above t

    near = t < _MEETING
    z = t[near]
    term = total = z.copy()
    for n in range(1, _TERMS):
        term = term * (z * z / (2 * n + 1))
        total = total + term
    upper[near] = number(0.5) - density(z) * total

    z = t[~near]
    fraction = z
    for n in range(_LEVELS, 0, -1):
        fraction = z + n / fraction
    upper[~near] = density(z) / fraction
    return np.where(x < 0, upper, 1 - upper)


def gelu(x: Any) -> tuple[Any, Any]:
    """Compute gelu and its slope."""
    share = distribution(x)
    bounded = np.clip(x, -VANISHED, VANISHED)
    return x * share, share + bounded * density(bounded)
