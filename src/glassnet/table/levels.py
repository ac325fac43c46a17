"""Texts as what they are in most columns: a few different ones, many times.

A column of text is factorized once. Which categories there are, how often each occurs, what each becomes in a network
and which number it is are then questions about the few, and a row is looked up by its code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.table.kernels import count_codes


@dataclass(frozen=True, eq=False)
class Levels:
    """The different texts of a column, and which of them each row holds.

    Parameters
    ----------
    codes : ndarray of int32 (n,)
        Places in `labels`; -1 is missing.
    labels : list of str
        Different texts. Where these are some rows of others, some may have no row.

    Examples
    --------
    >>> levels = Levels(np.array([0, -1, 1, 0], dtype=np.int32), ["S", "L"])
    >>> levels.array
    array(['S', None, 'L', 'S'], dtype=object)
    >>> levels.take(slice(2, 4)).counts.tolist()
    [1, 1]
    """

    codes: NDArray[np.int32]
    labels: list[str]

    @classmethod
    def merged(cls, codes: NDArray[Any], labels: Iterable[str | None]) -> Levels:
        """Levels of codes (-1 is missing) whose labels may repeat, or be None where they are missing too.

        Examples
        --------
        >>> Levels.merged(np.array([0, 1, 2, 3, -1]), ["3", None, "3", "4"])
        Levels(codes=array([ 0, -1,  0,  1, -1], dtype=int32), labels=['3', '4'])
        """
        places: dict[str, int] = {}
        new = [-1 if label is None else places.setdefault(label, len(places)) for label in labels]
        return cls(np.array([*new, -1], dtype=np.int32)[codes], list(places))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def array(self) -> NDArray[Any]:
        """The rows' texts: object (n,), None where missing. A new array."""
        texts = np.empty(len(self.labels) + 1, dtype=object)  # -1 is the last: None
        texts[:-1] = self.labels
        rows: NDArray[Any] = texts[self.codes]
        return rows

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Rows of each label."""
        return count_codes(self.codes, len(self.labels))[:-1]

    def counts_of(self, counted: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Rows of each label among those that count (bool (n,)); None: among all."""
        return self.counts if counted is None else count_codes(self.codes, len(self.labels), counted)[:-1]

    def take(self, rows: NDArray[Any] | slice) -> Levels:
        """Return the levels of these rows; the labels stay."""
        return Levels(np.ascontiguousarray(self.codes[rows]), self.labels)

    def of_labels(self, value: Callable[[str], Any], missing: Any, dtype: Any) -> NDArray[Any]:
        """Return a value for each row, computed once for each label."""
        of_each = np.array([*map(value, self.labels), missing], dtype=dtype)
        rows: NDArray[Any] = of_each[self.codes]
        return rows

    def in_order(self) -> Levels:
        """Return the same levels with the labels that have a row, in the order of their first rows."""
        codes, first, inverse = np.unique(self.codes, return_index=True, return_inverse=True)
        first[codes == -1] = -1  # before all others
        order = np.argsort(first)
        has_missing = int(len(codes) > 0 and codes[0] == -1)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order)) - has_missing
        labels = [self.labels[code] for code in codes[order[has_missing:]]]
        return Levels(rank[inverse].astype(np.int32), labels)
