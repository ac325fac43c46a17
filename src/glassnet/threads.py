"""How many threads a training, or a call on a large array, may use."""

from __future__ import annotations

import functools
import os

from glassnet.errors import ParameterError


@functools.lru_cache(maxsize=16)
def _processors(_affinity: int, _limit: str | None) -> int:
    """Count the processors of this process, once for each value of what may change: reading a quota takes 50 µs."""
    import joblib

    return int(joblib.cpu_count())


def usable_threads(n_threads: int | None = None) -> int:
    """Resolve `n_threads` to a number of threads.

    Never more than the processors that this process may use: its affinity, its control group's quota, and the limits
    that joblib sets for its workers (LOKY_MAX_CPU_COUNT, and OMP_NUM_THREADS, which it sets to each worker's share) are
    honored. The number has no influence on any result.

    Parameters
    ----------
    n_threads : int or None, default=None
        At most so many; None: as many as there are processors to use, and at most OMP_NUM_THREADS where that is set.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ParameterError
        If `n_threads` is neither None nor an integer of at least 1.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    available = _processors(affinity, os.environ.get("LOKY_MAX_CPU_COUNT"))
    if n_threads is None:
        limit = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
        return max(1, min(available, int(limit))) if limit.isdigit() and int(limit) > 0 else available
    if isinstance(n_threads, bool) or not hasattr(n_threads, "__index__") or int(n_threads) < 1:
        raise ParameterError.value("n_threads", n_threads, "None or an integer of at least 1")
    return min(int(n_threads), available)
