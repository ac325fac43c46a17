"""Tables: named columns with the same number of rows, and how data frames and arrays become one.

`as_table` takes what people have: pandas, Polars and pyarrow (through narwhals, so none of them is required), DuckDB
relations, dicts of columns, lists of rows, NumPy arrays. From there on there are only `Table` and `Column`.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import TableError
from glassnet.errors.base import place
from glassnet.table.column import Column, Kind, as_text
from glassnet.table.values import column_of_array, column_of_objects, objects

__all__ = ["Column", "Kind", "Table", "as_column", "as_table", "as_text"]


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Columns with different names and the same number of rows.

    Parameters
    ----------
    columns : tuple of Column
    n_rows : int
    source : str, default="X"
        What messages call the table: the file's name, or the argument's.
    first_row : int, default=0
        What messages call the first row: 0 for arrays and frames, 1 for files, whose header does not count.
    skipped : int, default=0
        Rows of a file that were left out because they could not be read.
    rows : ndarray of int64 (n_rows,), optional
        The rows' numbers where they came from, counted from 0, if these are not 0, 1, 2, ...

    Raises
    ------
    TableError
        If two columns have the same name, or columns differ in length.

    Examples
    --------
    >>> table = as_table({"age": [31, None, 27], "city": ["Rome", "Oslo", "Rome"]})
    >>> table
    Table("X", 3 rows: age, city)
    >>> table["city"]
    Column("city", text, 3 rows)
    """

    columns: tuple[Column, ...]
    n_rows: int
    source: str = "X"
    first_row: int = 0
    skipped: int = 0
    rows: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        repeated = [name for name, times in collections.Counter(self.names).items() if times > 1]
        if repeated:
            raise TableError.repeated_columns(self.source, repeated)
        for column in self.columns:
            if len(column) != self.n_rows:
                first = self.columns[0]
                raise TableError.lengths(self.source, first.name, self.n_rows, column.name, len(column))

    def __repr__(self) -> str:
        names = ", ".join(self.names[:8]) + (", …" if len(self.columns) > 8 else "")
        return f'Table("{self.source}", {self.n_rows:,} rows: {names})'

    def __len__(self) -> int:
        return self.n_rows

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name; TableError names the nearest ones if there is none."""
        if name not in self._by_name:
            raise TableError.no_column(self.source, name, self.names)
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def take(self, rows: NDArray[Any] | slice) -> Table:
        """Return the table of these rows (numbers of rows, or a mask); messages call them what they were called."""
        numbers = np.arange(self.n_rows, dtype=np.int64) if self.rows is None else self.rows
        numbers = numbers[rows]
        columns = tuple(column.take(rows) for column in self.columns)
        return replace(self, columns=columns, n_rows=len(numbers), rows=numbers)

    def select(self, names: Iterable[str]) -> Table:
        """Return the table of these columns, in this order."""
        return replace(self, columns=tuple(self[name] for name in names))

    def without(self, names: Iterable[str]) -> Table:
        """Return the table of all other columns; every name must be there."""
        dropped = {self[name].name for name in names}
        return replace(self, columns=tuple(column for column in self.columns if column.name not in dropped))

    def row_place(self, row: int) -> str:
        """Say for a message which row this is: "row 1,204"."""
        return place(int(row if self.rows is None else self.rows[row]) + self.first_row)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def as_table(data: Any, *, source: str = "X", names: Sequence[Any] | None = None) -> Table:
    """Turn a data frame or an array to a table.

    Parameters
    ----------
    data : Table, data frame, DuckDB relation, mapping, ndarray, or list of rows
        A Polars LazyFrame is collected. A mapping holds a sequence for each column. Rows in a list are lists, tuples,
        or mappings from names to values. An array has two dimensions, or one with fields.
    source : str, default="X"
        What messages call the table.
    names : sequence, optional
        Names of the columns, in order, instead of those of the data. Without names columns are "x0", "x1", ...

    Returns
    -------
    Table
        A Table comes back as it is, unless `names` are given. float64 columns share memory with the data.

    Raises
    ------
    TableError
        If the data are no table, a column name repeats, lengths differ, or a column holds lists, complex numbers or
        the like; sparse matrices are too.

    Examples
    --------
    >>> as_table([[1, "a"], [2, "b"]])["x1"]
    Column("x1", text, 2 rows)
    """
    table = data if isinstance(data, Table) else _table_of(data, source)
    if names is None:
        return table
    if len(names) != len(table.columns):
        raise TableError.n_names(source, len(names), len(table.columns))
    return replace(table, columns=tuple(c.renamed(str(name)) for c, name in zip(table.columns, names, strict=True)))


def as_column(values: Any, name: str | None = None, *, source: str | None = None) -> Column:
    """Turn a series, a one-dimensional array or a list to a column.

    Parameters
    ----------
    values : Column, series of pandas, Polars or pyarrow, ndarray of shape (n,), or sequence
    name : str, optional
        Default: the series' own name, else "y".
    source : str, optional
        What messages call the data. Default: the name.

    Raises
    ------
    TableError
        If the values have not one dimension, or are lists, complex numbers or the like.

    Examples
    --------
    >>> as_column([True, False, None], "paid")
    Column("paid", boolean, 3 rows, 1 missing)
    """
    if isinstance(values, Column):
        return values if name is None else values.renamed(name)
    own = getattr(values, "name", None)
    name = name if name is not None else "y" if own is None or callable(own) else str(own)
    return _column_of(values, name, source or name)


def _table_of(data: Any, source: str) -> Table:
    if isinstance(data, np.ndarray):
        return _of_array(data, source)
    if isinstance(data, Mapping):
        return _of_columns([_column_of(values, str(name), source) for name, values in data.items()], source)
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(data):
        raise TableError.sparse(source, data.shape)
    if hasattr(data, "fetchnumpy"):  # a DuckDB relation; narwhals would need pyarrow to collect it
        return _table_of(data.fetchnumpy(), source)
    if isinstance(data, list | tuple):
        return _of_rows(data, source)
    from glassnet.table.data_frames import column_of_series, columns_of_frame

    columns = columns_of_frame(data, source)
    if columns is not None:
        return Table(columns, len(columns[0]) if columns else len(data), source)
    if column_of_series(data, "", source) is not None:
        raise TableError.two_dimensions(source, (len(data),), frame=True)
    if hasattr(data, "__array__"):
        return _of_array(np.asarray(data), source)
    raise TableError.not_a_table(source, data)


def _column_of(values: Any, name: str, source: str) -> Column:
    if isinstance(values, np.ndarray):
        array: NDArray[Any] = values
    elif isinstance(values, Column):
        return values.renamed(name)
    elif isinstance(values, Sequence) and not isinstance(values, str | bytes):
        array = objects(values)
    else:
        from glassnet.table.data_frames import column_of_series

        column = column_of_series(values, name, source)
        if column is not None:
            return column
        if hasattr(values, "__array__"):
            array = np.asarray(values)
        else:
            raise TableError.not_a_column(source, name, values)
    if array.ndim != 1:
        raise TableError.one_dimension(source, name, array.shape)
    return column_of_array(name, array, source)


def _of_columns(columns: Sequence[Column], source: str) -> Table:
    return Table(tuple(columns), len(columns[0]) if columns else 0, source)


def _of_array(array: NDArray[Any], source: str) -> Table:
    if array.dtype.names is not None and array.ndim == 1:
        return _of_columns([column_of_array(name, array[name], source) for name in array.dtype.names], source)
    if array.ndim != 2:
        raise TableError.two_dimensions(source, array.shape)
    array = array.view(np.ndarray) if isinstance(array, np.matrix) else array
    n_rows, n_columns = array.shape
    if array.dtype.kind == "f" and array.dtype != np.float64 and not isinstance(array, np.ma.MaskedArray):
        with np.errstate(over="ignore"):
            array = np.ascontiguousarray(array.T, dtype=np.float64).T  # once; one column at a time strides
    columns = (column_of_array(f"x{j}", array[:, j], source) for j in range(n_columns))
    return Table(tuple(columns), n_rows, source)


def _of_rows(rows: Sequence[Any], source: str) -> Table:
    if rows and all(isinstance(row, Mapping) for row in rows):
        names = dict.fromkeys(name for row in rows for name in row)
        return _table_of({name: [row.get(name) for row in rows] for name in names}, source)
    if not rows or not all(isinstance(row, list | tuple | np.ndarray) for row in rows):
        raise TableError.two_dimensions(source, (len(rows),))
    if all(isinstance(row, np.ndarray) and row.ndim == 1 and row.dtype.kind in "biuf" for row in rows):
        rows = [row.tolist() for row in rows]
    width = len(rows[0])
    for number, row in enumerate(rows):
        if len(row) != width:
            raise TableError.row_lengths(source, number, len(row), width)
    columns = (column_of_objects(f"x{j}", objects([row[j] for row in rows]), source) for j in range(width))
    return Table(tuple(columns), len(rows), source)
