"""Cells of text to columns of numbers, booleans, dates or text, decided by all rows of each column.

A column is of a kind if every cell that is not missing is of it; a single word among a million numbers makes text, and
what to do with such a column is not decided here. Blanks around a cell do not count.

Two kinds of numbers stay text, because as numbers they would lose something:

- codes with leading zeros ("00123"): all of them digits, all of the same length, one with a zero in front
- whole numbers that float64 cannot hold, which begin beyond 2**53: numbers of accounts and posts, above all
"""

# ruff: noqa: S608 (a person's words come into a query through `quoted` only)

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.table.column import Column, Kind
from glassnet.table.csv_header import MISSING
from glassnet.table.duck import fetch, quoted
from glassnet.table.levels import Levels
from glassnet.table.values import column_of_floats

if TYPE_CHECKING:
    import duckdb

CELLS = "cells"  # the table in DuckDB: columns c0, c1, ... of VARCHAR, NULL where missing
TOGETHER = 32  # columns in one query: enough to keep all processors busy, few enough to be planned quickly
MOST_DIFFERENT = 0.1  # share of different texts up to which they are read by their places in a list
MANY = 10_000  # rows from which on it pays to find the different cells of a column first
HEAD = 100  # rows in which most columns of words show one
WIDE = 1024  # columns beyond which planning takes longer than reading
_BLANKS = quoted(" \t\n\r\v\f\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}")
_MISSING = "(" + ", ".join(map(quoted, MISSING)) + ")"
# ISO 8601, with slashes too; a blank or T before the time. Regular expressions of DuckDB are RE2's.
_DATE = quoted(
    r"\d{4}(-\d{1,2}-|/\d{1,2}/)\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}(:\d{2})?))?)?"
)

_MISSING_VALUE = {"f": np.nan, "M": np.datetime64("NaT"), "m": np.timedelta64("NaT"), "O": None}


class _Seen(NamedTuple):
    """What a first look at a column tells."""

    present: int
    numbers: int  # cells that DuckDB casts to DOUBLE
    special: bool | None  # a cell that begins with a blank or with zeros, is large, or that DuckDB takes for a number


class _Found(NamedTuple):
    """What a column is, and how its cells are read."""

    kind: Kind
    cell: str  # the expression of a cell as text, NULL where it is missing
    code: str | None = None  # that of its place among the labels, -1 where it is missing
    labels: list[str] | None = None  # the different texts, where they are few


def typed_columns(database: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[Column, ...]:
    """Turn the cells in the database's table `cells` to columns.

    Parameters
    ----------
    database : DuckDBPyConnection
        With a table `cells` whose columns c0, c1, ... are text, NULL where a cell is missing; cells that are missing
        but for blanks around them are found here.
    names : sequence of str
        Names of these columns, in order.

    Examples
    --------
    >>> from pathlib import Path
    >>> from glassnet.table.duck import connection
    >>> with connection(Path()) as database:
    ...     _ = database.execute(
    ...         "CREATE TABLE cells AS SELECT * FROM (VALUES (' 1', '007'), ('?', '123')) AS t(c0, c1)"
    ...     )
    ...     typed_columns(database, ["age", "code"])
    (Column("age", number, 2 rows, 1 missing), Column("code", text, 2 rows))
    """
    cells = [f"c{i}" for i in range(len(names))]
    kinds = [_kind(database, cell, seen) for cell, seen in zip(cells, _look(database, cells), strict=True)]
    columns: list[Column] = []
    for start in range(0, len(names), TOGETHER):
        part = kinds[start : start + TOGETHER]
        arrays = _fetch(database, [found.code or _value(found.cell, found.kind) for found in part])
        columns.extend(map(_column, names[start : start + TOGETHER], part, arrays))
    return tuple(columns)


def null_if_missing(cell: str) -> str:
    """Write an expression that is NULL where a text stands for a missing value, and the text elsewhere.

    Examples
    --------
    >>> null_if_missing("c0")
    "CASE WHEN c0 IN ('', 'NA', ...) THEN NULL ELSE c0 END"
    """
    return f"CASE WHEN {cell} IN {_MISSING} THEN NULL ELSE {cell} END"


def plain(array: NDArray[Any]) -> NDArray[Any]:
    """Unmask an array: NaN, NaT or None where it was masked.

    Examples
    --------
    >>> plain(np.ma.masked_array([1.0, 2.0], [False, True]))
    array([ 1., nan])
    """
    if not isinstance(array, np.ma.MaskedArray):
        return array
    data = np.ma.getdata(array)
    data[np.ma.getmaskarray(array)] = _MISSING_VALUE[data.dtype.kind]
    return data


def _look(database: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> list[_Seen]:
    """A first look at all columns."""
    if len(cells) > WIDE:
        return _look_at_rows(database, cells)
    seen = []
    for start in range(0, len(cells), TOGETHER):
        part = cells[start : start + TOGETHER]
        # To find that a word is no number takes long, and columns of words are looked at more closely anyhow.
        head = _one(database, _counts(part), f"(SELECT * FROM {CELLS} LIMIT {HEAD})")
        words = [head[2 * i + 1] < head[2 * i] for i in range(len(part))]
        looks = [f"count({c}), 0, true" if text else _first_look(c) for c, text in zip(part, words, strict=True)]
        found = _one(database, ", ".join(looks))
        width = len(_Seen._fields)
        seen += [_Seen(*found[i : i + width]) for i in range(0, len(found), width)]
    return seen


def _counts(cells: Sequence[str]) -> str:
    return ", ".join(f"count({cell}), count(TRY_CAST({cell} AS DOUBLE))" for cell in cells)


def _look_at_rows(database: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> list[_Seen]:
    """The same, with every cell turned to a row of its own: the time to plan a query grows with its expressions."""
    seen = []
    for start in range(0, len(cells), WIDE):
        part = cells[start : start + WIDE]
        listed = ", ".join(part)
        rows = f"(UNPIVOT (SELECT {listed} FROM {CELLS}) ON {listed} INTO NAME name VALUE cell)"
        found = database.execute(f"SELECT name, {_first_look('cell')} FROM {rows} GROUP BY name").fetchall()
        by_name = {name: _Seen(*values) for name, *values in found}
        seen += [by_name.get(cell, _Seen(0, 0, special=None)) for cell in part]  # missing cells make no rows
    return seen


def _first_look(cell: str) -> str:
    # Comparisons of the first characters are many times faster than regular expressions.
    return (
        f"count({cell}), count(TRY_CAST({cell} AS DOUBLE)), bool_or({cell} < '!' OR ({cell} >= '00' AND {cell} < '0:')"
        f" OR {_odd(cell)} OR abs(TRY_CAST({cell} AS DOUBLE)) >= {2**53})"
    )


def _odd(cell: str) -> str:
    """What DuckDB takes for a number, and nobody else: 1_000, +-1."""
    return f"contains({cell}, '_') OR ({cell} >= '+-' AND {cell} < '+.')"


def _kind(database: duckdb.DuckDBPyConnection, cell: str, seen: _Seen) -> _Found:
    """Find the kind of a column, and the expression of its cells."""
    if seen.numbers == seen.present and not seen.special:
        return _Found("number", cell)
    if seen.present < MANY:
        return _Found(*_kind_of(database, cell, CELLS))
    # All that is asked from here on is the same for the different cells alone, and those are mostly few.
    different = f"different_{cell}"
    database.execute(f"CREATE OR REPLACE TEMPORARY TABLE {different} AS SELECT DISTINCT {cell} FROM {CELLS}")
    kind, cell = _kind_of(database, cell, different)
    if kind == "text":
        (n_different,) = _one(database, f"count(DISTINCT {cell})", different)
        if n_different <= MOST_DIFFERENT * seen.present:
            return _as_places(database, cell, different)
    return _Found(kind, cell)


def _as_places(database: duckdb.DuckDBPyConnection, cell: str, different: str) -> _Found:
    """Let DuckDB read a column of words as places in a list of the different ones."""
    kind = f"{different}_type"
    database.execute(f"CREATE TYPE {kind} AS ENUM (SELECT DISTINCT {cell} FROM {different} WHERE {cell} IS NOT NULL)")
    labels = database.execute(f"SELECT unnest(enum_range(CAST(NULL AS {kind})))").fetchall()
    code = f"coalesce(CAST(enum_code(CAST({cell} AS {kind})) AS INTEGER), -1)"
    return _Found("text", cell, code, [label for (label,) in labels])


def _kind_of(database: duckdb.DuckDBPyConnection, cell: str, table: str) -> tuple[Kind, str]:
    (blanks,) = _one(
        database,
        f"bool_or({cell} < '!' OR ends_with({cell}, ' ') OR ends_with({cell}, chr(9)) OR ends_with({cell}, chr(10))"
        f" OR ends_with({cell}, chr(13)) OR contains({cell}, chr(160)) OR contains({cell}, chr(12288)))",
        table,
    )
    if blanks:
        trimmed = f"trim({cell}, {_BLANKS})"
        cell = f"({null_if_missing(trimmed)})"
    present, numbers, booleans, dates, odd = _one(
        database,
        f"count({cell}), count(TRY_CAST({cell} AS DOUBLE)), count(*) FILTER (lower({cell}) IN ('true', 'false')), "
        f"count(*) FILTER (regexp_full_match({cell}, {_DATE})), bool_or({_odd(cell)})",
        table,
    )
    if present == 0:
        return "number", cell
    if numbers == present and not odd:
        return ("text" if _loses_something(database, cell, table) else "number"), cell
    if booleans == present:
        return "boolean", cell
    if dates == present and _one(database, f"count({_value(cell, 'date')})", table) == (present,):
        return "date", cell
    return "text", cell


def _loses_something(database: duckdb.DuckDBPyConnection, cell: str, table: str) -> bool:
    """Whether numbers are codes of digits with zeros in front, or whole and more than float64 can hold."""
    codes, whole, exact = _one(
        database,
        f"bool_and(regexp_full_match({cell}, '\\d+')) AND min(length({cell})) = max(length({cell}))"
        f" AND bool_or({cell} >= '00' AND {cell} < '0:'), "
        f"bool_and(regexp_full_match({cell}, '[+-]?\\d+')), "
        f"bool_and(coalesce(TRY_CAST({cell} AS HUGEINT) = TRY_CAST(TRY_CAST({cell} AS DOUBLE) AS HUGEINT),"
        f" {cell} IS NULL))",
        table,
    )
    return bool(codes or (whole and not exact))


def _value(cell: str, kind: Kind) -> str:
    if kind == "number":
        return f"TRY_CAST({cell} AS DOUBLE)"
    if kind == "boolean":
        return f"CAST(lower({cell}) = 'true' AS DOUBLE)"
    # With a time zone, because only that cast minds an offset in every version of DuckDB; without one it is UTC.
    return f"TRY_CAST(replace({cell}, ',', '.') AS TIMESTAMPTZ)" if kind == "date" else cell


def _column(name: str, found: _Found, array: NDArray[Any]) -> Column:
    if found.labels is not None:
        return Column(name, "text", Levels(plain(array).astype(np.int32, copy=False), found.labels))
    values, kind = plain(array), found.kind
    if kind == "number":
        return column_of_floats(name, values)
    return Column(name, kind, values.astype("datetime64[us]", copy=False) if kind == "date" else values)


def _one(database: duckdb.DuckDBPyConnection, expressions: str, table: str = CELLS) -> tuple[Any, ...]:
    row = database.execute(f"SELECT {expressions} FROM {table}").fetchone()
    assert row is not None
    return tuple(row)


def _fetch(database: duckdb.DuckDBPyConnection, expressions: Sequence[str]) -> list[NDArray[Any]]:
    listed = ", ".join(f"{expression} AS v{i}" for i, expression in enumerate(expressions))
    *arrays, rows = fetch(database, f"SELECT {listed}, rowid FROM {CELLS}")
    # A plan with a join in it does not keep the order of the rows. None should have one; but nobody would notice.
    if not np.array_equal(rows, np.arange(len(rows))):
        order = np.argsort(rows)
        arrays = [array[order] for array in arrays]
    return arrays
