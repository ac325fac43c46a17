"""What this room leaves to the engine: whole columns at a time, where Python would look at every row.

Each of these has a plain counterpart in NumPy, which the tests hold it against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog.kernels import SHARED_FROM, engine
from glassnet.threads import usable_threads


class Summary(NamedTuple):
    """What is known of a column of numbers, NaN left out.

    Attributes
    ----------
    n, present : int
        Rows that count, and those of them that have a value.
    smallest, largest : float
    around : tuple of float
        With (present - 1) q = k + fraction: the values at places k and k + 1 of the sorted ones, for q = 1/4, 1/2, 3/4.
    """

    n: int
    present: int
    smallest: float
    largest: float
    around: tuple[float, ...]

    def quartiles(self, part: float = 1.0) -> tuple[float, float, float]:
        """Interpolate the quartiles as `numpy.percentile` does, of values that are `part` times as large.

        Examples
        --------
        >>> summarize([np.array([1.0, 2.0, 4.0, 8.0, np.nan])])[0].quartiles()
        (1.75, 3.0, 5.0)
        """
        found = []
        for k, share in enumerate((0.25, 0.5, 0.75)):
            fraction = (self.present - 1) * share % 1.0
            low, high = part * self.around[2 * k], part * self.around[2 * k + 1]
            step = high - low
            found.append(high - step * (1.0 - fraction) if fraction >= 0.5 else low + step * fraction)
        return found[0], found[1], found[2]


def factorize_texts(values: NDArray[Any]) -> tuple[NDArray[np.int32], list[str]] | None:
    """Return the code of each text, -1 where missing, and the texts in the order of their first rows.

    Parameters
    ----------
    values : ndarray of object, (n,)
        None, NaN and pandas' NA and NaT are missing.

    Returns
    -------
    codes : ndarray of int32 (n,)
    texts : list of str
        Or None instead of both, if a value is neither text nor missing.

    Examples
    --------
    >>> factorize_texts(np.array(["S", None, "L", "S"], dtype=object))
    (array([ 0, -1,  1,  0], dtype=int32), ['S', 'L'])
    """
    codes = np.empty(len(values), dtype=np.int32)
    texts = engine().factorize_texts(values, codes)
    return None if texts is None else (codes, texts)


def count_codes(codes: NDArray[np.int32], n: int, counted: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Count the rows of codes 0, 1, ..., n - 1 and, as the last, of -1; only rows that count.

    Examples
    --------
    >>> count_codes(np.array([0, -1, 1, 0], dtype=np.int32), 3)
    array([2, 1, 0, 1])
    """
    counts: NDArray[np.int64] = np.zeros(n + 1, dtype=np.int64)
    engine().count_codes(codes, _flags(counted), counts)
    return counts


def summarize(
    columns: Sequence[NDArray[np.float64]], counted: NDArray[np.bool_] | None = None, n_threads: int | None = 1
) -> list[Summary]:
    """Summarize columns of the same number of rows, only those rows of them that count.

    Parameters
    ----------
    columns : sequence of ndarray of float64 (n,)
    counted : ndarray of bool (n,), optional
        Default: all rows.
    n_threads : int or None, default=1
        Threads at most; None: as many as there are processors.
    """
    if not columns:
        return []
    rows = len(columns[0])
    n = rows if counted is None else int(np.count_nonzero(counted))
    found = engine().summarize_numbers(list(columns), _flags(counted), _threads(rows * len(columns), n_threads))
    return [Summary(n, *told) for told in found]


def write_rows(
    out: NDArray[np.float32],
    scaled: Sequence[tuple[NDArray[np.float64], float, float, int, tuple[float, float] | None]],
    coded: Sequence[tuple[NDArray[np.int32], NDArray[np.float32], int]],
    *,
    bound: float,
    far: float,
    n_threads: int | None,
) -> None:
    """Write columns to the rows of a matrix.

    Parameters
    ----------
    out : ndarray of float32 (n, width), C-contiguous
    scaled : sequence of tuple
        Values (n,), center, width, the first column of `out`, and what the next column holds where a value is there and
        where it is missing, or None: z = (x - center) / width, z / sqrt(1 + (z / bound)^2), and 0 where missing.
    coded : sequence of tuple
        Codes from -1 (n,), what to write for codes 0, 1, ... and as the last row for -1 (k + 1, w), and the first of
        those w columns of `out`.
    bound, far : float
        z is held within ± far before it is squared.
    n_threads : int or None
        As for `summarize`.
    """
    # The engine's table begins with what stands for -1.
    tables = [(codes, np.ascontiguousarray(np.roll(table, 1, axis=0)), first) for codes, table, first in coded]
    engine().write_rows(out, list(scaled), tables, bound, far, _threads(out.size, n_threads))


def _flags(counted: NDArray[np.bool_] | None) -> NDArray[np.uint8] | None:
    return None if counted is None else np.ascontiguousarray(counted, dtype=np.bool_).view(np.uint8)


def _threads(elements: int, n_threads: int | None) -> int:
    return 1 if elements < SHARED_FROM else usable_threads(n_threads)
