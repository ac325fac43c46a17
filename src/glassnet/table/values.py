"""Arrays of any dtype, and lists of any Python values, to columns.

An array of objects is looked at value by value: all booleans, all numbers or all dates make such a column, anything
else is text. None, NaN, NaT and pandas' NA are missing everywhere, and a column with nothing else is a number column.
"""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import TableError
from glassnet.table.column import Column, moment_text, number_text
from glassnet.table.kernels import factorize_texts
from glassnet.table.levels import Levels

ENOUGH_TO_SEE_FRACTIONS = 256  # most columns of fractions show one in the first few rows


def column_of_array(name: str, array: NDArray[Any], source: str = "X") -> Column:
    """Turn a one-dimensional array of any dtype to a column.

    Parameters
    ----------
    name : str
    array : ndarray of shape (n,), masked values are missing
    source : str, default="X"
        What holds the column, for messages.

    Raises
    ------
    TableError
        If the values are complex numbers or hold other values, as lists do.

    Examples
    --------
    >>> column_of_array("when", np.array(["2024-02-29", "NaT"], dtype="datetime64[D]"))
    Column("when", date, 2 rows, 1 missing)
    >>> column_of_array("works", np.array([True, None], dtype=object))
    Column("works", boolean, 2 rows, 1 missing)
    """
    if isinstance(array, np.ma.MaskedArray):
        array = _unmasked(array)
    code = array.dtype.kind
    if code == "f":
        return column_of_floats(name, array)
    if code in "iu":
        return Column(name, "number", array.astype(np.float64), integer=True)
    if code == "b":
        return Column(name, "boolean", array.astype(np.float64))
    if code == "U":
        return _text(name, array.astype(object))
    if code == "T":
        return column_of_objects(name, array.astype(object))
    if code == "M":
        return Column(name, "date", array.astype("datetime64[us]"))
    if code == "m":
        return column_of_floats(name, _seconds(array))
    if code in "OS":
        return column_of_objects(name, array.astype(object, copy=False), source)
    if code == "c":
        raise TableError.complex_numbers(source, name)
    raise TableError.not_a_value(source, name, array.dtype.name)


def column_of_floats(name: str, values: NDArray[Any]) -> Column:
    """Turn numbers, NaN where missing, to a column; float64 is not copied."""
    with np.errstate(over="ignore"):  # a long double may be larger than any float64
        values = values.astype(np.float64, copy=False)
    return Column(name, "number", values, integer=_whole(values))


def column_of_objects(name: str, array: NDArray[Any], source: str = "X") -> Column:
    """Turn Python values to a column of the kind that all of them are, else to text.

    Examples
    --------
    >>> import decimal
    >>> column_of_objects("price", np.array([decimal.Decimal("2.5"), None, 3], dtype=object)).values
    array([2.5, nan, 3. ])
    >>> column_of_objects("size", np.array(["S", 38, 39.0, float("nan")], dtype=object)).values
    array(['S', '38', '39', None], dtype=object)
    """
    texts = factorize_texts(array)
    if texts is not None and texts[1]:
        return Column(name, "text", Levels(*texts))
    values = array.tolist()
    sorts = {kind: _sort(kind) for kind in set(map(type, values))}
    for kind, sort in sorts.items():
        if sort == "complex":
            raise TableError.complex_numbers(source, name)
        if sort == "not a value":
            raise TableError.not_a_value(source, name, kind.__name__)
    values = _none_for_missing(values, sorts)
    present = {sorts[kind] for kind in set(map(type, values)) if kind is not type(None)}
    if present <= {"number", "boolean"}:
        if present == {"boolean"}:
            return Column(name, "boolean", np.array(values, dtype=np.float64))
        return column_of_floats(name, _floats(values))
    if present == {"date"}:
        return Column(name, "date", np.array([_moment(value) for value in values], dtype="datetime64[us]"))
    if present == {"duration"}:
        return column_of_floats(name, _seconds(np.array(values, dtype="timedelta64[us]")))
    if present == {"time of day"}:
        return column_of_floats(name, np.array([_seconds_of_day(value) for value in values]))
    return _text(name, objects([_written(value) for value in values]))


def objects(values: Sequence[Any]) -> NDArray[Any]:
    """Return an array of objects with one dimension, whatever the objects are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _sort(kind: type) -> str:
    """Say what values of this Python type are to a table."""
    if kind is type(None) or kind.__name__ in ("NAType", "NaTType"):
        return "missing"
    if issubclass(kind, dt.timedelta | np.timedelta64):  # NumPy's is an integer too, hence before numbers
        return "duration"
    if issubclass(kind, bool | np.bool_):
        return "boolean"
    if issubclass(kind, int | float | np.integer | np.floating | decimal.Decimal | fractions.Fraction):
        return "number"
    if issubclass(kind, dt.date | np.datetime64) or kind.__name__ == "Period":
        return "date"
    if issubclass(kind, dt.time):
        return "time of day"
    if issubclass(kind, complex | np.complexfloating):
        return "complex"
    if issubclass(kind, np.ndarray | np.void):
        return "not a value"
    if issubclass(kind, str | bytes | bytearray):
        return "text"
    return "not a value" if issubclass(kind, Mapping | Sequence | AbstractSet) else "text"


def _none_for_missing(values: list[Any], sorts: dict[type, str]) -> list[Any]:
    missing = {kind for kind, sort in sorts.items() if sort == "missing"}
    may_be_nan = {kind for kind, sort in sorts.items() if sort in ("number", "date", "duration")}
    return [
        None if type(value) in missing or (type(value) in may_be_nan and value != value) else value  # noqa: PLR0124
        for value in values
    ]


def _floats(values: list[Any]) -> NDArray[np.float64]:
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:  # an integer beyond 1.8e308
        return np.array([np.nan if value is None else _float(value) for value in values])


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def _moment(value: Any) -> Any:
    """A date as NumPy takes it, in UTC if it has a time zone."""
    if type(value).__name__ == "Period":
        value = value.start_time
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value


def _seconds_of_day(value: dt.time | None) -> float:
    if value is None:
        return np.nan
    return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6


def _seconds(array: NDArray[Any]) -> NDArray[np.float64]:
    """Durations as seconds, NaN where missing."""
    seconds: NDArray[np.float64] = array.astype("timedelta64[us]") / np.timedelta64(1, "s")
    return seconds


def _written(value: Any) -> str | None:
    """One value of a column of mixed values, as a category."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "backslashreplace")
    sort = _sort(type(value))
    if sort == "number":
        return number_text(_float(value))
    if sort == "date":
        return moment_text(np.datetime64(_moment(value)))
    return str(value)


def _whole(values: NDArray[np.float64]) -> bool:
    """Whether every present value is a whole number, and there is one."""
    for part in (values[:ENOUGH_TO_SEE_FRACTIONS], values):
        present = part[~np.isnan(part)]
        if not (np.isfinite(present) & (present == np.floor(present))).all():
            return False
    return bool(len(present))


def _text(name: str, values: NDArray[Any]) -> Column:
    return Column(name, "text", values)


def _unmasked(array: np.ma.MaskedArray[Any, Any]) -> NDArray[Any]:
    """A plain array, with what the dtype has for missing values where the mask is set."""
    mask = np.ma.getmaskarray(array)
    data = np.ma.getdata(array)
    if not mask.any():
        return data
    code = data.dtype.kind
    if code in "iuf":
        return np.where(mask, np.nan, data)
    if code in "mM":
        return np.where(mask, np.array("NaT", dtype=data.dtype), data)
    filled = data.astype(object)
    filled[mask] = None
    return filled
