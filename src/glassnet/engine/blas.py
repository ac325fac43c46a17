"""SciPy's BLAS, and only it, held to one thread while something of ours needs it so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import scipy.linalg  # noqa: F401 (its BLAS must be loaded before it is looked for)
import threadpoolctl

_lock = threading.Lock()
_holders: list[object] = []  # one for each time that it is held
_before: list[int] = []  # what the first holder found


@cache
def _libraries() -> tuple[Any, ...]:
    """Thread-pool controllers of the BLAS that SciPy brought; looked up once, which takes milliseconds."""
    controllers = threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers
    # Wheels bring a BLAS for NumPy and one for SciPy; elsewhere the two share one.
    return tuple(library for library in controllers if "numpy.libs" not in library.filepath)


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold SciPy's BLAS to one thread; its former number comes back when the last holder leaves.

    L-BFGS asks BLAS for thousands of dot products of short vectors; a BLAS that spreads each of them over its threads
    takes up to a hundred times longer than one that does not. OpenBLAS obeys the program's main thread alone: in
    others this changes nothing.

    Examples
    --------
    >>> with single_threaded_blas():
    ...     pass
    """
    holder = object()  # not the thread: a generator may be closed in another one than it ran in
    with _lock:
        if not _holders:
            _before[:] = [library.get_num_threads() for library in _libraries()]
            for library in _libraries():
                library.set_num_threads(1)
        _holders.append(holder)
    try:
        yield
    finally:
        with _lock:
            _holders.remove(holder)
            if not _holders:
                for library, n_threads in zip(_libraries(), _before, strict=True):
                    library.set_num_threads(n_threads)
