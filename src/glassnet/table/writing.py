"""Columns to files, whole or not at all."""

# ruff: noqa: S608 (names come into a query as identifiers with their quotes doubled, files through `file_name`)

from __future__ import annotations

import codecs
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ShapeError, TableError, TableFileError
from glassnet.table.duck import connection, failure, file_name, longer_rows, quoted
from glassnet.table.whole_files import write_whole

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")
ROWS = 10_000  # that are written together: enough to be fast, few enough to need no memory

Columns = Mapping[str, NDArray[Any]]


def write_table(path: str | os.PathLike[str], columns: Columns) -> Path:
    """Write columns to a file; it appears whole or not at all.

    Parameters
    ----------
    path : str or path
        The name's ending says the format: .csv, .tsv, .jsonl (a JSON object on each line) or .parquet. Text is UTF-8.
        A file that is there is replaced.
    columns : mapping of str to ndarray of shape (n,)
        Numbers, booleans, datetime64, or objects (text). NaN, NaT and None are missing: empty in CSV, null elsewhere.

    Returns
    -------
    Path

    Raises
    ------
    TableFileError
        If the ending is none of these.
    TableError, ShapeError
        If the columns differ in length, or one has not one dimension.
    OSError
        If the file cannot be written: no such folder, no permission, a full disk. It names the file.

    Notes
    -----
    Numbers have as many digits as it takes to read back the same value of the same type; booleans are `true` and
    `false`, dates ISO 8601. Text that stands for a missing value, or has blanks around it, reads back as `read_table`
    reads it.
    JSON has no infinite numbers; they are the texts "inf" and "-inf" there.

    Examples
    --------
    >>> path = write_table("predictions.csv", {"row": np.arange(2), "income": np.array([0.1, np.nan])})
    >>> print(path.read_text(encoding="utf-8"), end="")
    row,income
    0,0.1
    1,
    """
    path = Path(path).expanduser()
    arrays = {str(name): _array(values) for name, values in columns.items()}
    _check(path.name, arrays)
    suffix = path.suffix.lower()
    writers: dict[str, Callable[[BinaryIO], object]] = {
        ".csv": lambda file: _write_delimited(file, arrays, ","),
        ".tsv": lambda file: _write_delimited(file, arrays, "\t"),
        ".jsonl": lambda file: _write_json_lines(file, arrays),
        ".parquet": lambda file: _write_parquet(file, arrays, path),
    }
    if suffix not in writers:
        raise TableFileError.unknown_format(path.name or str(path), path.suffix, FORMATS)
    return write_whole(path, writers[suffix])


def _array(values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    # Durations are numbers of seconds to a table.
    return array / np.timedelta64(1, "s") if array.dtype.kind == "m" else array


def _check(source: str, arrays: Columns) -> None:
    if not arrays:
        raise ShapeError.empty(source, (0, 0))
    first = next(iter(arrays))
    for name, values in arrays.items():
        if values.ndim != 1:
            raise TableError.one_dimension(source, name, values.shape)
        if len(values) != len(arrays[first]):
            raise TableError.lengths(source, first, len(arrays[first]), name, len(values))


def _write_delimited(file: BinaryIO, arrays: Columns, delimiter: str) -> None:
    # Python's csv module leaves CR without quotes where lines end with LF, and most readers would end the line there.
    special = re.compile(f'[{re.escape(delimiter)}"\r\n]')

    def cell(text: str) -> str:
        return _in_quotes(text) if special.search(text) or (not text and len(arrays) == 1) else text

    text = _text(file)
    text.write(delimiter.join(map(cell, arrays)) + "\n")
    for part in _parts(arrays):
        columns = [map(cell, _texts(values)) for values in part]
        text.write("".join([delimiter.join(row) + "\n" for row in zip(*columns, strict=True)]))


def _write_json_lines(file: BinaryIO, arrays: Columns) -> None:
    names = list(arrays)
    text = _text(file)
    for part in _parts(arrays):
        for row in zip(*map(_json_values, part), strict=True):
            text.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False) + "\n")


def _write_parquet(file: BinaryIO, arrays: Columns, path: Path) -> None:
    """Let DuckDB write it, from a CSV file, because it takes texts from NumPy only where pandas is installed."""
    import shutil

    import duckdb

    with tempfile.TemporaryDirectory(prefix="glassnet-") as name:
        folder = Path(name)
        longest = 0
        with (folder / "cells.csv").open("wb") as cells:
            # Quotes around every text tell an empty one from one that is missing.
            for part in _parts(arrays):
                lines = [",".join(row) + "\n" for row in zip(*map(_quoted_texts, part), strict=True)]
                longest = max(longest, *map(len, lines))
                _text(cells).writelines(lines)
        types = "{" + ", ".join(f"'c{i}': '{_sql_type(values)}'" for i, values in enumerate(arrays.values())) + "}"
        named = ", ".join(f'c{i} AS "{name.replace(chr(34), chr(34) * 2)}"' for i, name in enumerate(arrays))
        rows = (
            f"read_csv({file_name(folder / 'cells.csv')}, columns = {types}, auto_detect = false, header = false, "
            "delim = ',', quote = '\"', escape = '\"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, "
            f"parallel = false, hive_partitioning = false, compression = 'none'{longer_rows(longest)})"
        )
        whole = folder / "whole.parquet"
        try:
            with connection(folder) as database:
                database.execute(f"COPY (SELECT {named} FROM {rows}) TO {quoted(str(whole))} (FORMAT parquet)")
        except duckdb.Error as error:
            raise TableFileError.cannot_write(str(path), failure(error)) from error
        with whole.open("rb") as written:
            shutil.copyfileobj(written, file)


def _text(file: BinaryIO) -> codecs.StreamWriter:
    """Text to an open file; unlike io.TextIOWrapper it keeps nothing back that a full disk could refuse later."""
    return codecs.getwriter("utf-8")(file)


def _parts(arrays: Columns) -> Iterator[list[NDArray[Any]]]:
    """The columns, some rows at a time."""
    n_rows = len(next(iter(arrays.values())))
    for start in range(0, n_rows, ROWS):
        yield [values[start : start + ROWS] for values in arrays.values()]


def _missing(values: NDArray[Any]) -> list[bool]:
    kind = values.dtype.kind
    if kind == "O":
        return [_is_missing(value) for value in values.tolist()]
    if kind not in "fM":
        return [False] * len(values)
    missing: list[bool] = (np.isnan(values) if kind == "f" else np.isnat(values)).tolist()
    return missing


def _is_missing(value: Any) -> bool:
    # NaN and NaT are not equal to themselves, and whether pandas' NA is, is not known.
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)  # noqa: PLR0124


def _written(values: NDArray[Any]) -> list[str]:
    """Every value as text, missing ones too."""
    kind = values.dtype.kind
    if kind == "b":
        return ["true" if value else "false" for value in values.tolist()]
    if kind == "M":
        return _moments(values.astype("datetime64[us]"))
    if kind == "f" and values.dtype != np.float64:
        return [str(value) for value in values]  # the fewest digits that tell it from its neighbors in its own type
    return [_text_of(value) for value in values.tolist()]


def _text_of(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    # Lone surrogates cannot be in a file; they are written as Python writes them.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _moments(values: NDArray[Any]) -> list[str]:
    """Dates without the time if all are at midnight, and without fractions of seconds if there are none."""
    for unit in ("D", "s"):
        if np.array_equal(values.astype(f"datetime64[{unit}]").astype("datetime64[us]"), values, equal_nan=True):
            return [str(moment) for moment in np.datetime_as_string(values, unit=unit, casting="unsafe")]
    return [str(moment) for moment in np.datetime_as_string(values)]


def _texts(values: NDArray[Any]) -> list[str]:
    return ["" if missing else text for text, missing in zip(_written(values), _missing(values), strict=True)]


def _quoted_texts(values: NDArray[Any]) -> list[str]:
    if _sql_type(values) != "VARCHAR":
        return _texts(values)
    return [
        "" if missing else _in_quotes(text) for text, missing in zip(_written(values), _missing(values), strict=True)
    ]


def _json_values(values: NDArray[Any]) -> list[Any]:
    kind = values.dtype.kind
    plain: list[Any]
    if kind == "f" and values.dtype != np.float64:
        plain = [float(str(value)) for value in values]
    elif kind == "O":
        plain = [value if isinstance(value, bool | int | float) else _text_of(value) for value in values.tolist()]
    else:
        plain = values.tolist() if kind in "biuf" else _written(values)
    plain = [str(value) if isinstance(value, float) and not math.isfinite(value) else value for value in plain]
    return [None if missing else value for value, missing in zip(plain, _missing(values), strict=True)]


def _sql_type(values: NDArray[Any]) -> str:
    kind, bits = values.dtype.kind, 8 * values.dtype.itemsize
    if kind == "b":
        return "BOOLEAN"
    if kind == "M":
        return "TIMESTAMP"
    if kind == "f":
        return "FLOAT" if bits <= 32 else "DOUBLE"
    sizes = {8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}
    return {"i": "", "u": "U"}[kind] + sizes[bits] if kind in "iu" else "VARCHAR"
