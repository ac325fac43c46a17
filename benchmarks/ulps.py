"""Errors in units in the last place, and the worst of them, for arrays that are too many to be kept.

An error is the distance from the true value in units of the last place that a float next to the truth has: half a unit
is the best that rounding can do. Subnormal results have the smallest float as their unit; results beyond the largest
float must be infinite.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# What is asked for, and what is never allowed. Next to a zero of the derivative, where its sign changes within a
# tenth of x, an absolute error up to CROSSING counts as none.
ASKED = {"float32": 0.51, "float64": 2.0}
LIMIT = {"float32": 1.0, "float64": 2.0}
CROSSING = {"float32": 1e-12, "float64": 1e-16}

_KEPT = 50
# How far, relatively, errors counted by the truth for masses may be off: a double has its last place 29 bits below that
# of a float32, a long double (where there is one) 11 below that of a double.
_DOUBT = 0.01


def errors(got: Array, truth: Array) -> Array:
    """Count the error of each number of `got`, in ULP.

    Parameters
    ----------
    got : ndarray of float32 or float64
    truth : ndarray of a wider type
        float64 or long double. NaN stands for results that must be NaN.

    Returns
    -------
    ndarray of truth's type
        Infinity where one is infinite or NaN and the other is not.

    Examples
    --------
    >>> third = np.array([1 / 3, 1 / 3, 1e300])
    >>> errors(np.array([1 / 3, np.nextafter(np.float32(1 / 3), np.float32(1)), np.inf], np.float32), third).round(2)
    array([0.33, 0.67, 0.  ])
    """
    info = np.finfo(got.dtype)
    unit = _power_of_two(truth)
    unit *= float(info.eps)
    np.maximum(unit, float(info.smallest_subnormal), out=unit)
    # In place: most of the time of a sweep is spent here.
    found = got.astype(truth.dtype)
    found -= truth
    np.abs(found, out=found)
    found /= unit
    if found.max(initial=0) < np.inf:
        return found
    # Rarely: something is not finite here. Halfway from the largest float to the power of two behind it, rounding leads
    # to infinity.
    one = truth.dtype.type(1)
    beyond = abs(truth) >= np.ldexp(one - np.ldexp(one, -info.nmant - 2), info.maxexp)
    found = np.where(beyond, np.where(got == np.copysign(np.inf, truth), 0, np.inf), found)
    wrong = np.isnan(got) != np.isnan(truth)
    return np.where(wrong, np.inf, np.where(np.isnan(truth), 0, found)).astype(truth.dtype)


def _power_of_two(truth: Array) -> Array:
    """Return the largest power of two that is not above |truth|; 0 for 0."""
    if truth.dtype == np.float64:
        # The exponent's bits alone; a subnormal double becomes 0, far below the smallest float32.
        return (truth.view(np.uint64) & np.uint64(0x7FF0_0000_0000_0000)).view(np.float64)
    mantissa, exponent = np.frexp(truth)
    return np.ldexp((mantissa != 0).astype(truth.dtype), exponent - 1)


class Candidate(NamedTuple):
    """One result that is far from the truth, or seems to be."""

    error: float
    x: float
    got: float


@dataclasses.dataclass
class Tally:
    """How many results there were, how many were above what is asked for, and the worst."""

    asked: float
    inputs: int = 0
    above: int = 0
    worst: list[Candidate] = dataclasses.field(default_factory=list)
    settled: bool = True  # whether the worst is known to be the worst

    @property
    def error(self) -> float:
        """The largest error."""
        return self.worst[0].error if self.worst else 0.0

    @property
    def at(self) -> float | None:
        """The input of the largest error."""
        return self.worst[0].x if self.worst else None

    def add(self, x: Array, got: Array, found: Array) -> None:
        """Count the results at x, whose errors are `found`."""
        self.inputs += len(x)
        largest = found.max(initial=0)
        if largest > self.asked:
            self.above += int(np.count_nonzero(found > self.asked))
        least = self.worst[-1].error if len(self.worst) == _KEPT else 0.0
        if largest > least:
            chosen = np.flatnonzero(found > least)
            if len(chosen) > _KEPT:
                chosen = chosen[np.argpartition(found[chosen], -_KEPT)[-_KEPT:]]
            new = zip(found[chosen].tolist(), x[chosen].tolist(), got[chosen].tolist(), strict=True)
            self._keep(Candidate(float(error), *rest) for error, *rest in new)

    def merge(self, other: Self) -> None:
        """Take in what another process has counted."""
        self.inputs += other.inputs
        self.above += other.above
        self._keep(other.worst)

    def confirm(self, error_at: Callable[[Candidate], float]) -> None:
        """Judge the worst again, exactly, from the worst on, until no other can be worse than the worst found.

        `error_at` counts the exact error of a candidate. Where the truth for masses was good enough, the first few
        settle it; where all that were kept turn out harmless, something worse may have been crowded out by them.
        """
        judged: list[Candidate] = []
        for candidate in self.worst:
            if judged and max(judged).error >= candidate.error * (1 + _DOUBT):
                break
            judged.append(candidate._replace(error=error_at(candidate)))
        self.settled = len(self.worst) < _KEPT or max(judged).error * (1 + _DOUBT) >= self.worst[-1].error
        rightly = sum(candidate.error > self.asked for candidate in judged)
        claimed = sum(candidate.error > self.asked for candidate in self.worst[: len(judged)])
        self.above += rightly - claimed
        self.worst = sorted(judged, reverse=True)

    def _keep(self, candidates: Any) -> None:
        self.worst = sorted([*self.worst, *candidates], reverse=True)[:_KEPT]


def exact_error(got: float, truth: Any, dtype: Any) -> float:
    """Count the error of one result in ULP of an mpmath number, which may be NaN or infinite."""
    import mpmath as mp

    if mp.isnan(truth) or np.isnan(got):
        return 0.0 if mp.isnan(truth) and np.isnan(got) else np.inf
    info = np.finfo(dtype)
    overflow = mp.mpf(2) ** int(info.maxexp) * (1 - mp.mpf(2) ** (-int(info.nmant) - 2))
    if not np.isfinite(got) or abs(truth) >= overflow:
        return 0.0 if abs(truth) >= overflow and got == float(mp.sign(truth)) * np.inf else np.inf
    # mag: the exponent of the power of two above.
    exponent = max(int(mp.mag(truth)) - 1 - int(info.nmant), int(info.minexp - info.nmant)) if truth else 0
    unit = mp.mpf(2) ** exponent if truth else mp.mpf(float(info.smallest_subnormal))
    return float(abs(mp.mpf(got) - truth) / unit)
