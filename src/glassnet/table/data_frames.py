"""Data frames and series to columns, through narwhals: pandas, Polars, pyarrow and whatever else it knows."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from glassnet.errors import TableError
from glassnet.table.column import Column, as_text
from glassnet.table.levels import Levels
from glassnet.table.values import column_of_array

MOST_DIFFERENT = 0.1  # share of different texts beyond which looking them up takes longer than their objects
NOT_A_TIME = np.iinfo(np.int64).min  # the integer that NumPy's NaT is


def columns_of_frame(data: Any, source: str) -> tuple[Column, ...] | None:
    """Turn a data frame to columns; a lazy one is collected.

    Parameters
    ----------
    data : object
    source : str
        What messages call it.

    Returns
    -------
    tuple of Column, or None if this is no data frame

    Raises
    ------
    TableError
        If names repeat or have several levels, or a column holds no plain values.

    Examples
    --------
    >>> import polars
    >>> columns_of_frame(polars.DataFrame({"age": [31, None]}), "X")
    (Column("age", number, 2 rows, 1 missing),)
    """
    import narwhals as nw

    if hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas: narwhals refuses such names in words of its own
        if getattr(data.columns, "nlevels", 1) > 1:
            raise TableError.several_levels(source, data.columns[0])
        repeated = [name for name, times in collections.Counter(map(str, data.columns)).items() if times > 1]
        if repeated:
            raise TableError.repeated_columns(source, repeated)
    frame = nw.from_native(data, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if not isinstance(frame, nw.DataFrame):
        return None
    return tuple(_column(frame.get_column(name), str(name), source) for name in frame.columns)


def column_of_series(values: Any, name: str, source: str) -> Column | None:
    """Turn a series, or a categorical array of pandas, to a column; None if this is neither.

    Examples
    --------
    >>> import polars
    >>> column_of_series(polars.Series(["S", "L"], dtype=polars.Categorical), "size", "y").declared_category
    True
    """
    import narwhals as nw

    series = nw.from_native(values, pass_through=True, allow_series=True)
    if isinstance(series, nw.Series):
        return _column(series, name, source)
    if hasattr(values, "codes") and hasattr(values, "categories"):
        return _categories(values, name, source)
    return None


def _column(series: Any, name: str, source: str) -> Column:
    import narwhals as nw

    dtype = series.dtype
    levels = None
    if dtype in (nw.String, nw.Categorical, nw.Enum) and series.implementation.is_polars():
        levels = _levels_of_polars(series.to_native())
    elif dtype == nw.String and (arrow := _arrow_of(series.to_native())) is not None:
        levels = _levels_of_arrow(arrow)
    if levels is not None:
        return Column(name, "text", levels, declared_category=dtype != nw.String)
    if dtype in (nw.Categorical, nw.Enum):
        native = series.to_native()
        if hasattr(native, "cat") and hasattr(native.cat, "codes"):  # pandas and its kin
            return _categories(native.cat, name, source)
        texts = column_of_array(name, series.cast(nw.String).to_numpy(), source)
        return Column(name, "text", texts.levels, declared_category=True)
    if isinstance(dtype, nw.List | nw.Struct | nw.Array):
        raise TableError.not_a_value(source, name, str(dtype))
    if dtype in (nw.Decimal, nw.Int128, nw.UInt128):
        series = series.cast(nw.Float64)
    if isinstance(dtype, nw.Datetime | nw.Date):  # not their to_numpy: with NumPy 2 that of Polars 1.0 crashes
        microseconds = series.dt.timestamp("us").fill_null(NOT_A_TIME).to_numpy().astype(np.int64)
        return Column(name, "date", microseconds.view("datetime64[us]"))
    if isinstance(dtype, nw.Duration):
        microseconds = series.dt.total_microseconds().cast(nw.Float64).to_numpy().astype(np.float64)
        return column_of_array(name, microseconds / 1e6, source)
    return column_of_array(name, series.to_numpy(), source)


def _levels_of_polars(series: Any) -> Levels | None:
    """Let Polars look up the texts of a series, which NumPy would get as objects; None if they are many, or none."""
    import polars as pl

    labels = series.unique().drop_nulls()
    if not len(labels) or len(labels) > MOST_DIFFERENT * len(series):
        return None
    labels = labels.cast(pl.String)
    codes = series.cast(pl.String).cast(pl.Enum(labels)).to_physical().cast(pl.Int32)
    return Levels(codes.fill_null(-1).to_numpy(), labels.to_list())


def _arrow_of(series: Any) -> Any:
    """The Arrow array that a series is, or that a series of pandas lies in; None where there is none."""
    if hasattr(series, "dictionary_encode"):
        return series
    dtype = getattr(series, "dtype", None)
    in_arrow = getattr(dtype, "storage", None) == "pyarrow" or hasattr(dtype, "pyarrow_dtype")
    return series.array.__arrow_array__() if in_arrow and hasattr(series.array, "__arrow_array__") else None


def _levels_of_arrow(texts: Any) -> Levels | None:
    """Let Arrow look up the texts of an array, in one piece or several; None if there are none."""
    try:
        encoded = texts.dictionary_encode()
        if hasattr(encoded, "combine_chunks"):
            encoded = encoded.unify_dictionaries().combine_chunks()
    except NotImplementedError:  # for views of texts, in some versions
        return None
    labels = encoded.dictionary.to_pylist() if len(encoded) else []
    if not labels:
        return None
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Levels(codes.astype(np.int32, copy=False), labels)


def _categories(categorical: Any, name: str, source: str) -> Column:
    """Turn what has codes and categories, as pandas' `.cat` has; categories may be numbers, dates or intervals too."""
    labels = as_text(column_of_array(name, np.asarray(categorical.categories), source))
    return Column(name, "text", Levels.merged(np.asarray(categorical.codes), labels), declared_category=True)
