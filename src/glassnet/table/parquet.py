"""Parquet files to columns: their types are kept, because somebody chose them.

Nothing is guessed from text here: "31" is text, and "NA" is a value. Lists, structures and maps are text, their JSON;
bytes too. Durations and times of day are numbers of seconds, as they are in data frames.
"""

# ruff: noqa: S608 (names of files come into a query through `file_name` only)

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import NDArray

from glassnet.errors import TableFileError
from glassnet.table.cells import TOGETHER, plain
from glassnet.table.column import Column
from glassnet.table.csv_header import unique_names
from glassnet.table.delimited import ReadRows
from glassnet.table.duck import connection, failure, fetch, file_name
from glassnet.table.values import column_of_array, column_of_floats

if TYPE_CHECKING:
    import duckdb

_WHOLE = re.compile(r"U?(BIG|HUGE)INT|DECIMAL\(\d+,0\)")  # whole numbers that float64 may not hold
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|DECIMAL\(.*\)|FLOAT|DOUBLE")


def read_parquet(path: Path, folder: Path, *, source: str) -> ReadRows:
    """Read a Parquet file.

    Parameters
    ----------
    path : Path
    folder : Path
        Where the database may write what does not fit into memory.
    source : str
        What messages call the file.

    Raises
    ------
    TableFileError
        If it is no Parquet file, or not a complete one, or two columns have the same name.
    """
    import duckdb

    with connection(folder) as database:
        try:
            return _read(database, f"read_parquet({file_name(path)}, hive_partitioning = false)", path, source)
        except duckdb.Error as error:
            raise TableFileError.broken_parquet(source, failure(error)) from error


def _read(database: duckdb.DuckDBPyConnection, rows: str, path: Path, source: str) -> ReadRows:
    described = database.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    types = [str(kind).upper() for _, kind, *_ in described]
    names = unique_names(source, _names(database, path) or [str(name) for name, *_ in described])
    if len(names) != len(types):
        names = unique_names(source, [str(name) for name, *_ in described])
    # Columns go by position, because names may differ in capital letters only.
    rows += " AS t(" + ", ".join(f"c{i}" for i in range(len(types))) + ")"
    columns: list[Column] = []
    for start in range(0, len(types), TOGETHER):
        part = range(start, min(start + TOGETHER, len(types)))
        kinds = [_precise(database, rows, f"c{i}", types[i]) for i in part]
        listed = ", ".join(f"{_expression(f'c{i}', kind)} AS v{i}" for i, kind in zip(part, kinds, strict=True))
        arrays = fetch(database, f"SELECT {listed} FROM {rows}")
        columns.extend(_column(names[i], kind, array) for i, kind, array in zip(part, kinds, arrays, strict=True))
    return ReadRows(tuple(columns), len(columns[0]))


def _names(database: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Names of the columns as the file has them; DuckDB changes some to make them different without regard to case."""
    elements = database.execute(f"SELECT name, num_children FROM parquet_schema({file_name(path)})").fetchall()
    names, at = [], 1
    while at < len(elements):
        names.append(str(elements[at][0]))
        within = 1  # elements of this column still to pass, those within it among them
        while within:
            within += int(elements[at][1] or 0) - 1
            at += 1
    return names


def _precise(database: duckdb.DuckDBPyConnection, rows: str, cell: str, kind: str) -> str:
    """The type; text instead of whole numbers if float64 would lose digits, as for a column of text."""
    if not _WHOLE.fullmatch(kind):
        return kind
    (exact,) = database.execute(
        f"SELECT bool_and({cell} BETWEEN -9007199254740992 AND 9007199254740992 "
        f"OR coalesce(TRY_CAST(CAST({cell} AS DOUBLE) AS HUGEINT) = TRY_CAST({cell} AS HUGEINT), false)) "
        f"FROM {rows} WHERE {cell} IS NOT NULL"
    ).fetchone() or (True,)
    return kind if exact is not False else "VARCHAR"


def _sort(kind: str) -> Literal["number", "boolean", "date", "duration", "nested", "text"]:
    """What values of a type of DuckDB's are to a table."""
    if _NUMBER.fullmatch(kind):
        return "number"
    if kind == "BOOLEAN":
        return "boolean"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "date"
    if kind == "INTERVAL" or kind.startswith("TIME"):
        return "duration"
    return "nested" if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")) else "text"


def _expression(cell: str, kind: str) -> str:
    """What is fetched for a column of this type."""
    sort = _sort(kind)
    if sort in ("number", "boolean"):
        return f"CAST({cell} AS DOUBLE)"
    if sort == "date":
        # With a time zone the moment is told in UTC, the database's time zone. An infinite date is no date.
        moment = f"CAST({cell} AS TIMESTAMP)"
        return f"(CASE WHEN isfinite({moment}) THEN {moment} ELSE NULL END)"
    if sort == "duration":
        return cell
    return f"CAST(to_json({cell}) AS VARCHAR)" if sort == "nested" else f"CAST({cell} AS VARCHAR)"


def _column(name: str, kind: str, array: NDArray[Any]) -> Column:
    sort = _sort(kind)
    if sort == "number":
        return column_of_floats(name, plain(array))
    if sort == "boolean":
        return Column(name, "boolean", plain(array))
    if sort == "date":
        return Column(name, "date", plain(array).astype("datetime64[us]", copy=False))
    return column_of_array(name, plain(array)) if sort == "duration" else Column(name, "text", plain(array))
