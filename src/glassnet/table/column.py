"""One column of a table: values of one kind, each kind in one representation.

    number    float64           NaN is missing
    boolean   float64 0 and 1   NaN is missing
    text      object of str     None is missing
    date      datetime64[us]    NaT is missing; moments with a time zone are told in UTC

Whatever a column came from (a file, pandas, Polars, lists), the same data have the same representation. Where values
serve as names of categories, `as_text` writes them: 3, 3.0 and a categorical's 3 are all "3".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.table.kernels import factorize_texts
from glassnet.table.levels import Levels

Kind = Literal["number", "boolean", "text", "date"]


@dataclass(frozen=True, eq=False, repr=False)
class Column:
    """Values of one kind, under a name.

    Parameters
    ----------
    name : str
    kind : {"number", "boolean", "text", "date"}
    data : ndarray of shape (n,), or Levels
        As the kind has it: float64 with NaN (number; boolean as 0 and 1), object of str with None (text),
        datetime64[us] with NaT (date). Text may come factorized.
    integer : bool, default=False
        Of numbers: every present value is a whole number.
    declared_category : bool, default=False
        Of text: it came in a type for categories, as pandas' categorical or Polars' Enum.

    Examples
    --------
    >>> Column("age", "number", np.array([31.0, np.nan, 27.0]), integer=True)
    Column("age", number, 3 rows, 1 missing)
    """

    name: str
    kind: Kind
    data: NDArray[Any] | Levels
    integer: bool = False
    declared_category: bool = False

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        missing = f", {self.n_missing:,} missing" if self.n_missing else ""
        return f'Column("{self.name}", {self.kind}, {len(self):,} rows{missing})'

    @cached_property
    def values(self) -> NDArray[Any]:
        """The values as the kind has them: shape (n,)."""
        return self.data.array if isinstance(self.data, Levels) else self.data

    @cached_property
    def levels(self) -> Levels:
        """The values' texts, factorized."""
        if isinstance(self.data, Levels):
            return self.data
        if self.kind == "text":
            return Levels(*_factorized(self.data))
        codes, distinct = _factorize_values(self)
        return Levels.merged(codes, _texts_of(self.kind, distinct))

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Where there is no value: bool of shape (n,)."""
        if self.kind == "text":
            return np.asarray(self.levels.codes < 0)
        return np.asarray(np.isnat(self.values) if self.kind == "date" else np.isnan(self.values))

    @cached_property
    def n_missing(self) -> int:
        """Number of rows without a value."""
        if self.kind == "text":
            return len(self) - int(self.levels.counts.sum())
        return int(np.count_nonzero(self.missing))

    @cached_property
    def extremes(self) -> tuple[float, float]:
        """The smallest and the largest of numbers, infinite ones included; NaN and NaN where all are missing."""
        if not len(self):
            return np.nan, np.nan
        return float(np.fmin.reduce(self.values)), float(np.fmax.reduce(self.values))

    def take(self, rows: NDArray[Any] | slice) -> Column:
        """Return the column of these rows (numbers of rows, or a mask)."""
        return replace(self, data=self.data.take(rows) if isinstance(self.data, Levels) else self.data[rows])

    def renamed(self, name: str) -> Column:
        """Return the same values under another name."""
        return replace(self, name=name)

    def factorize(self) -> tuple[NDArray[np.intp], list[str]]:
        """Return codes of the values' texts, and the texts that the codes stand for.

        Returns
        -------
        codes : ndarray of intp, (n,)
            -1 is missing.
        labels : list of str
            The distinct texts, in the order of their first rows.

        Examples
        --------
        >>> Column("size", "text", np.array(["S", None, "L", "S"], dtype=object)).factorize()
        (array([ 0, -1,  1,  0]), ['S', 'L'])
        """
        levels = self.levels.in_order()
        return levels.codes.astype(np.intp), levels.labels


def as_text(column: Column) -> NDArray[Any]:
    """Write a column's values as the names of categories.

    Parameters
    ----------
    column : Column

    Returns
    -------
    ndarray of object, (n,)
        str, or None where missing. Whole numbers have no decimal point, so 3 and 3.0 are both "3"; other numbers have
        the fewest digits that tell them apart; booleans are "True" and "False"; dates are ISO 8601, without the time
        at midnight.

    Examples
    --------
    >>> as_text(Column("rooms", "number", np.array([3.0, 2.5, np.nan])))
    array(['3', '2.5', None], dtype=object)
    """
    if column.kind == "text":
        return column.values
    codes, distinct = _factorize_values(column)
    labels = np.array([*_texts_of(column.kind, distinct), None], dtype=object)
    texts: NDArray[Any] = labels[codes]  # -1 is the last: None
    return texts


def number_text(value: float) -> str:
    """Write one number as a category: "3" for 3.0, "2.5" for 2.5."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def moment_text(value: np.datetime64) -> str:
    """Write one moment as a category: "2024-02-29", or "2024-02-29T12:30:00" if it is not midnight."""
    text = str(value.astype("datetime64[us]")).removesuffix(".000000")
    return text.removesuffix("T00:00:00")


def _factorized(values: NDArray[Any]) -> tuple[NDArray[np.int32], list[str]]:
    found = factorize_texts(values)
    if found is None:  # subclasses of str, as NumPy has one
        plain = [None if value is None else str(value) for value in values.tolist()]
        found = factorize_texts(np.array(plain, dtype=object))
        assert found is not None
    return found


def _factorize_values(column: Column) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Codes of numbers, booleans or dates, -1 where missing, and the distinct values in the order of their rows."""
    missing = column.missing
    codes = np.full(len(column), -1, dtype=np.intp)
    distinct, first, inverse = np.unique(column.values[~missing], return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    codes[~missing] = rank[inverse]
    return codes, distinct[order]


def _texts_of(kind: Kind, distinct: NDArray[Any]) -> list[str]:
    if kind == "boolean":
        return ["True" if value else "False" for value in distinct]
    if kind == "date":
        return [moment_text(value) for value in distinct]
    return [number_text(value) for value in distinct.tolist()]
