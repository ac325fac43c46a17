"""JSON lines, and JSON files that hold an array of objects, to columns.

The columns are the keys of all objects, in the order in which they first come. A value is what its text says, as in a
CSV file: "31" and 31 are both numbers, "NA" and null are both missing. What holds other values (lists, objects) is
text, its own JSON.
"""

# ruff: noqa: S608 (a person's words, and names of files, come into a query through `quoted` only)

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import TableFileError
from glassnet.table.cells import CELLS, null_if_missing, typed_columns
from glassnet.table.csv_header import unique_names
from glassnet.table.delimited import ReadRows
from glassnet.table.duck import connection, failure, file_name, quoted

if TYPE_CHECKING:
    import duckdb

LARGEST_OBJECT = 16 << 20  # bytes; what DuckDB provides for


def read_json(path: Path, folder: Path, *, source: str, skip_bad_rows: bool = False) -> ReadRows:
    r"""Read rows from JSON.

    Parameters
    ----------
    path : Path
        UTF-8, checked.
    folder : Path
        Where copies may be written.
    source : str
        What messages call the file.
    skip_bad_rows : bool, default=False
        Leave out lines that are no JSON objects instead of raising an error; an array is never cut.

    Raises
    ------
    TableFileError
        If the file is no JSON, or holds no objects.

    Examples
    --------
    >>> place = Path("people.jsonl")
    >>> _ = place.write_text('{"name": "Ann"}\n{"name": "Bob", "age": 27}\n', encoding="utf-8")
    >>> read_json(place, Path(), source="people.jsonl").columns
    (Column("name", text, 2 rows), Column("age", number, 2 rows, 1 missing))
    """
    import duckdb

    first = _first_character(path)
    if not first:
        raise TableFileError.empty(source)
    is_array = first == "["
    layout = "array" if is_array else "newline_delimited"
    with connection(folder) as database:
        kept, skipped = None, 0
        try:
            try:
                names = _load(database, path, layout)
            except (duckdb.Error, _NotObjectsError) as error:
                if is_array:
                    _check_array(path, source)
                    raise TableFileError.not_understood(source, failure(error)) from error
                path, longest, kept, skipped = _good_lines(path, folder / "lines.json", source, skip_bad_rows)
                names = _load(database, path, layout, longest) if kept else []
            if skipped and not kept:
                raise TableFileError.all_rows_bad(source, skipped)
            if not names:
                raise TableFileError.no_columns(source)
            columns = typed_columns(database, unique_names(source, names))
        except (duckdb.Error, _NotObjectsError) as error:
            raise TableFileError.not_understood(source, failure(error)) from error
    rows = np.array(kept, dtype=np.int64) if skipped else None
    return ReadRows(columns, len(columns[0]), skipped, rows)


class _NotObjectsError(Exception):
    """Some values are valid JSON, but no objects."""


def _first_character(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        while block := file.read(4096):
            if block.strip():
                return block.lstrip()[0]
    return ""


def _load(database: duckdb.DuckDBPyConnection, path: Path, layout: str, longest: int = 0) -> Sequence[str]:
    """Read a file to the table of cells, and return the keys."""
    limit = max(LARGEST_OBJECT, longest)
    objects = (
        f"read_json_objects({file_name(path)}, format = '{layout}', compression = 'uncompressed', "
        f"hive_partitioning = false, maximum_object_size = {limit})"
    )
    (n_others,) = database.execute(f"SELECT count(*) FROM {objects} WHERE json_type(json) <> 'OBJECT'").fetchone() or (
        0,
    )
    if n_others:
        raise _NotObjectsError
    # Most objects have the same keys in the same order, so the distinct lists of keys are few.
    lists = database.execute(
        f"SELECT keys FROM (SELECT json_keys(json) AS keys, row_number() OVER () AS place FROM {objects}) "
        "GROUP BY keys ORDER BY min(place)"
    ).fetchall()
    names = list(dict.fromkeys(key for (keys,) in lists for key in keys))
    if not names:
        return names
    # Pointers (RFC 6901) can name every key; a list of them parses each object once.
    pointers = ", ".join(quoted("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
    values = [f"v[{i + 1}]" for i in range(len(names))]
    if "" in names:  # DuckDB 1.1 takes the pointer to the empty key for one to the whole object
        values[names.index("")] = "map_extract(from_json(json, '\"MAP(VARCHAR, VARCHAR)\"'), '')[1]"
    cells = ", ".join(f"{null_if_missing(value)} AS c{i}" for i, value in enumerate(values))
    database.execute(
        f"CREATE OR REPLACE TEMPORARY TABLE {CELLS} AS SELECT {cells} "
        f"FROM (SELECT json, json_extract_string(json, [{pointers}]) AS v FROM {objects})"
    )
    return names


def _good_lines(path: Path, copy: Path, source: str, skip_bad_rows: bool) -> tuple[Path, int, list[int], int]:
    """Refuse or leave out lines that are no objects; return the copy, its longest line, the rows kept, how many not."""
    kept: list[int] = []
    number, longest = 0, 0
    with path.open(encoding="utf-8-sig") as lines, copy.open("w", encoding="utf-8", newline="\n") as file:
        for line_number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            number += 1
            if _is_object(line):
                kept.append(number - 1)
                longest = max(longest, len(line))
                file.write(line)
            elif not skip_bad_rows:
                if number == 1 and _is_one_object(path):
                    raise TableFileError.json_shape(source)
                raise TableFileError.json_line(source, line_number, line)
    return copy, 4 * longest + 64, kept, number - len(kept)


def _is_object(line: str) -> bool:
    try:
        found = json.loads(line)
        if "\\ud" in line.lower():  # half of a character, which Python lets through and UTF-8 does not
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict)


def _is_one_object(path: Path) -> bool:
    """Whether a file is one object over several lines, as of columns instead of rows."""
    with path.open(encoding="utf-8-sig") as file:
        return _is_object(file.read())


def _check_array(path: Path, source: str) -> None:
    """Refuse a file that is no JSON, or an array of something else than objects."""
    with path.open(encoding="utf-8-sig") as file:
        try:
            values = json.load(file)
        except json.JSONDecodeError as error:
            raise TableFileError.json_syntax(source, error.lineno, error.colno) from None
        except RecursionError:
            raise TableFileError.json_shape(source) from None
    if not all(isinstance(value, dict) for value in values):
        raise TableFileError.json_shape(source)
