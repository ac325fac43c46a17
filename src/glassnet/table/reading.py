"""Received columns read as the kind that a use needs: text as numbers or as dates, anything as categories.

What was a number at training may come as text from a file, and the other way round; both are accepted as long as every
value can be read, and a message names the first that cannot.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import TableError
from glassnet.table.column import Column, Kind, number_text
from glassnet.table.frame import Table
from glassnet.table.levels import Levels

SECOND = np.timedelta64(1, "s")
Complaint = Callable[[str, str, str, Any], TableError]  # of source, place, name, value


def numbers_of(
    column: Column,
    table: Table,
    *,
    not_a_number: Complaint = TableError.text_for_number,
    infinite: Complaint = TableError.infinite,
) -> NDArray[np.float64]:
    """Read a column as finite numbers.

    Parameters
    ----------
    column : Column
    table : Table
        That holds it, for messages.
    not_a_number, infinite : callable, optional
        Make the errors of (source, place of the row, column's name, value).

    Returns
    -------
    ndarray of float64, (n,)
        NaN where missing; blank text is missing.

    Raises
    ------
    TableError
        If a value is infinite, or text or a date that is not a number, with its row.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"age": ["31", " 2.5 ", None]})
    >>> numbers_of(table["age"], table)
    array([31. ,  2.5,  nan])
    """
    if column.kind == "text":
        values = _parsed(column, table, _number, not_a_number)
    elif column.kind == "date" and column.n_missing < len(column):
        row = int(np.argmin(column.missing))
        value = column.take(slice(row, row + 1)).factorize()[1][0]
        raise not_a_number(table.source, table.row_place(row), column.name, value)
    elif column.kind == "date":
        return np.full(len(column), np.nan)
    else:
        values = column.values
    if column.kind != "boolean" and any(map(math.isinf, _extremes(values, column))):
        row = int(np.isinf(values).argmax())
        raise infinite(table.source, table.row_place(row), column.name, float(values[row]))
    return values


def dates_of(column: Column, table: Table) -> NDArray[np.float64]:
    """Read a column as moments: seconds since 1970 (UTC), NaN where missing.

    Raises
    ------
    TableError
        If a value is a number, or text that is not in ISO 8601, with its row.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"when": ["1970-01-01 00:02", "1970-01-01T00:01:00+00:00", None]})
    >>> dates_of(table["when"], table)
    array([120.,  60.,  nan])
    """
    if column.kind == "text":
        return _parsed(column, table, _seconds, TableError.not_a_date)
    if column.kind == "date":
        return (column.values - np.datetime64(0, "s")) / SECOND
    if column.n_missing < len(column):
        row = int(np.argmin(column.missing))
        value = column.take(slice(row, row + 1)).factorize()[1][0]
        raise TableError.not_a_date(table.source, table.row_place(row), column.name, value)
    return np.full(len(column), np.nan)


class Vocabulary:
    """Categories and their codes, 1, 2, ...; everything else is 0.

    Parameters
    ----------
    categories : sequence of str
        Different texts. Blanks around them do not count, unless two differ by these: files are read without them.
    kind : {"number", "boolean", "text", "date"}
        What the column was at training. Texts are compared as they are; where one side was no text, "3.0" also stands
        for "3" and "true" for "True", and where the training side was boolean, "1" stands for "True".
    """

    def __init__(self, categories: Sequence[str], kind: Kind) -> None:
        self.kind = kind
        self.exact = _Codes(zip(categories, range(1, len(categories) + 1), strict=True))
        self.alike = _Codes({_canonical(text, kind): code for text, code in reversed(self.exact.items())})
        self.alike.update(self.exact)

    def codes_of(self, column: Column) -> NDArray[np.int32]:
        """Return the code of each row's category: int32 (n,), 0 where it is missing or unknown.

        Examples
        --------
        >>> column = Column("rooms", "number", np.array([3.0, 4.0, np.nan]))
        >>> Vocabulary(["2", "3"], "text").codes_of(column)
        array([2, 0, 0], dtype=int32)
        """
        levels = column.levels
        return self.codes_of_labels(levels, column.kind)[levels.codes]

    def codes_of_labels(self, levels: Levels, kind: Kind) -> NDArray[np.int32]:
        """Return the code of each label of a column of this kind, and as the last 0, for what is missing."""
        if kind == "text" and self.kind == "text":
            found = [self.exact[label] for label in levels.labels]
        else:
            found = [self.exact[label] or self.alike[_canonical(label, self.kind)] for label in levels.labels]
        return np.array([*found, 0], dtype=np.int32)


class _Codes(dict[str, int]):
    """Codes by text, blanks around it not counted where it is not met as it is; 0 for any other."""

    def __missing__(self, text: str) -> int:
        if not hasattr(self, "bare"):
            self.bare = {known.strip(): code for known, code in reversed(self.items())}
        return 0 if text is None else self.bare.get(text.strip(), 0)


def _canonical(text: str, kind: Kind) -> str:
    """One spelling for texts that mean the same number or boolean."""
    word = text.strip()
    if kind == "boolean" and word in ("0", "1"):
        return "True" if word == "1" else "False"
    if word.lower() in ("true", "false"):
        return word.capitalize()
    value = _number(word)
    return text if value is None or not math.isfinite(value) else number_text(value)


def _number(text: str) -> float | None:
    """The number that a text is, NaN if it is blank, None if it is none; Python's 1_000 is none."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None if text.strip() else math.nan


def _seconds(text: str) -> float | None:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None if text.strip() else math.nan
    moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds()


def _parsed(
    column: Column,
    table: Table,
    parse: Callable[[str], float | None],
    error: Complaint,
) -> NDArray[np.float64]:
    """Parse each distinct text once; the error names the row of the first that cannot be read."""
    levels = column.levels
    values: list[Any] = [parse(label) for label in levels.labels]
    unread = np.array([*(value is None for value in values), False])[levels.codes]
    if unread.any():
        row = int(np.argmax(unread))
        raise error(table.source, table.row_place(row), column.name, levels.labels[levels.codes[row]])
    parsed: NDArray[np.float64] = np.array([*values, math.nan], dtype=np.float64)[levels.codes]
    return parsed


def _extremes(values: NDArray[np.float64], column: Column) -> tuple[float, float]:
    return (column if values is column.data else Column(column.name, "number", values)).extremes
