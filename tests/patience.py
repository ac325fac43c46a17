"""How quick something is, on a machine that others use as well."""

from __future__ import annotations

from collections.abc import Callable

ATTEMPTS = 4


def quickest(measure: Callable[[], float], *, below: float) -> float:
    """Measure until it takes less than `below` seconds, a few times at most; the shortest of the seconds.

    An interruption makes something late now and then and nothing makes it early: what is too slow is so each time.
    """
    seconds = []
    for _ in range(ATTEMPTS):
        seconds.append(measure())
        if seconds[-1] < below:
            break
    return min(seconds)
