"""Delimited text (CSV and its kin) to columns.

DuckDB reads the file, every cell as text, in parallel. It is strict, but not about everything: it ignores empty fields
beyond the header, and so would hide a row that an unquoted delimiter has shifted. Hence the delimiters are counted:
there must be one fewer than fields in every row, besides those within cells.

Where DuckDB refuses a file, or the count is wrong, the rows are walked in Python. Either one is found to blame and
named (or left out, and counted), or the file is only unusual (line breaks of several sorts, blank lines with blanks in
them); then DuckDB gets a copy that is not.
"""

# ruff: noqa: S608 (a person's words, and names of files, come into a query through `quoted` only)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import TableFileError
from glassnet.table.cells import CELLS, typed_columns
from glassnet.table.column import Column
from glassnet.table.csv_header import MISSING, Header
from glassnet.table.csv_rows import Row, fields, raw_fields, rows_of
from glassnet.table.duck import connection, failure, file_name, longer_rows, quoted

if TYPE_CHECKING:
    import duckdb

BLOCK = 1 << 20


@dataclass(frozen=True, eq=False)
class ReadRows:
    """What was read from a file.

    Parameters
    ----------
    columns : tuple of Column
    n_rows : int
    skipped : int
        Rows that were left out because they could not be read.
    rows : ndarray of int64 (n_rows,), optional
        If some were left out: the numbers of the others in the file, counted from 0.
    """

    columns: tuple[Column, ...]
    n_rows: int
    skipped: int = 0
    rows: NDArray[np.int64] | None = None


@dataclass(frozen=True, eq=False)
class _Regular:
    """A copy of a file's rows, without the header, that DuckDB reads without complaint."""

    path: Path
    longest: int
    skipped: int
    rows: NDArray[np.int64]


def read_delimited(path: Path, folder: Path, header: Header, *, source: str, skip_bad_rows: bool = False) -> ReadRows:
    r"""Read the rows below a header.

    Parameters
    ----------
    path : Path
        UTF-8, checked.
    folder : Path
        Where copies may be written.
    header : Header
        What `read_header` said about the file.
    source : str
        What messages call the file.
    skip_bad_rows : bool, default=False
        Leave out rows that cannot be read instead of raising an error.

    Raises
    ------
    TableFileError
        If a row has not as many fields as the header, or its quotes are wrong.

    Examples
    --------
    >>> from glassnet.table.csv_header import read_header
    >>> place = Path("people.csv")
    >>> _ = place.write_text("name,age\nAnn,31\nSmith, J,40\nBob,27\n", encoding="utf-8")
    >>> read = read_delimited(place, Path(), read_header(place, "people.csv", ".csv"), source="", skip_bad_rows=True)
    >>> read.columns, read.skipped, read.rows
    ((Column("name", text, 2 rows), Column("age", number, 2 rows)), 1, array([0, 2]))
    """
    import duckdb

    skipped, rows = 0, None
    with connection(folder) as database:
        if not _read_as_it_is(database, path, header):
            regular = _regular(path, folder / "regular.csv", header, source, skip_bad_rows)
            try:
                _load(database, regular.path, header, longest=regular.longest)
            except duckdb.Error as error:
                raise TableFileError.not_understood(source, failure(error)) from error
            if regular.skipped:
                skipped, rows = regular.skipped, regular.rows
        try:
            columns = typed_columns(database, header.names)
        except duckdb.Error as error:  # memory, above all
            raise TableFileError.not_understood(source, failure(error)) from error
    n_rows = len(columns[0])
    if skipped and not n_rows:
        raise TableFileError.all_rows_bad(source, skipped)
    return ReadRows(columns, n_rows, skipped, rows)


def _read_as_it_is(database: duckdb.DuckDBPyConnection, path: Path, header: Header) -> bool:
    """Let DuckDB read the file, and say whether every row was read as it should."""
    import duckdb

    if header.line > 1 or len(header.names) == 1:
        return False  # in a single column a blank line would be a missing value
    try:
        _load(database, path, header)
        return _nothing_ignored(database, path, header)
    except duckdb.Error:
        return False


def _load(database: duckdb.DuckDBPyConnection, path: Path, header: Header, *, longest: int | None = None) -> None:
    """Read a file to the table of cells; `longest` tells that it is a regular copy, and the length of its rows."""
    columns = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(header.n_fields)) + "}"
    options = (
        f"columns = {columns}, auto_detect = false, delim = {quoted(header.delimiter)}, quote = '\"', escape = '\"', "
        f"nullstr = [{', '.join(map(quoted, MISSING))}], hive_partitioning = false, compression = 'none', "
    )
    options += "header = true" if longest is None else "header = false, parallel = false, new_line = '\\n'"
    options += longer_rows(longest or 0)
    database.execute(
        f"CREATE OR REPLACE TEMPORARY TABLE {CELLS} AS SELECT * FROM read_csv({file_name(path)}, {options})"
    )


def _nothing_ignored(database: duckdb.DuckDBPyConnection, path: Path, header: Header) -> bool:
    """Whether the cells account for every delimiter in the file."""
    n_delimiters = n_quotes = 0
    delimiter = header.delimiter.encode("utf-8")
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            n_delimiters += block.count(delimiter)
            n_quotes += block.count(b'"')
    cells = [f"c{i}" for i in range(header.n_fields)]
    surplus = cells[len(header.names) :]
    looks = ["count(*)", *(f"count({cell})" for cell in surplus)]
    if n_quotes:
        mark = quoted(header.delimiter)
        within = [f"coalesce(sum(length({c}) - length(replace({c}, {mark}, ''))), 0)" for c in cells]
        looks.append(" + ".join(within))
    found = database.execute(f"SELECT {', '.join(looks)} FROM {CELLS}").fetchone()
    assert found is not None
    n_rows, *rest = map(int, found)
    inside = rest.pop() if n_quotes else 0
    inside += header.text.count(header.delimiter) - (len(header.names) - 1)
    expected = n_rows * (header.n_fields - 1) + len(header.names) - 1 + inside
    return n_delimiters == expected and not any(rest)


def _regular(path: Path, copy: Path, header: Header, source: str, skip_bad_rows: bool) -> _Regular:
    """Walk through the rows, refuse or leave out the bad ones, and write the others in one manner."""
    kept: list[int] = []
    number, longest = 0, 0
    with path.open(encoding="utf-8-sig", newline="") as lines, copy.open("w", encoding="utf-8", newline="") as file:
        rows = rows_of(lines, header.delimiter)
        next(rows)  # the header
        for number, row in enumerate(rows, start=1):
            error = _what_is_wrong(row, number, header, source)
            if error is None:
                text = _regular_text(row, header)
                longest = max(longest, len(text))
                file.write(text)
                kept.append(number - 1)
            elif not skip_bad_rows:
                raise error
    return _Regular(copy, longest, number - len(kept), np.array(kept, dtype=np.int64))


def _what_is_wrong(row: Row, number: int, header: Header, source: str) -> TableFileError | None:
    if row.problem == "open quote":
        return TableFileError.open_quote(source, number, row.line, row.text)
    if row.problem:
        return TableFileError.text_after_quote(source, number, row.line, row.text)
    n_columns = len(header.names)
    beyond = fields(row.text, header.delimiter)[n_columns:] if row.n_fields == header.n_fields > n_columns else []
    if row.n_fields not in (n_columns, header.n_fields) or any(cell.strip() for cell in beyond):
        return TableFileError.fields(source, number, row.line, row.n_fields, n_columns, row.text)
    return None


def _regular_text(row: Row, header: Header) -> str:
    end = header.delimiter * (header.n_fields - row.n_fields) + "\n"
    if not row.quoted:
        return row.text + end
    # Without the blanks around quotes, which not every version of DuckDB takes.
    blanks = "" if header.delimiter == " " else " "
    cells = raw_fields(row.text, header.delimiter)
    stripped = [cell.strip(blanks) for cell in cells]
    chosen = [tight if tight.startswith('"') else cell for tight, cell in zip(stripped, cells, strict=True)]
    return header.delimiter.join(chosen) + end
