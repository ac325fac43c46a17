"""DuckDB as this room uses it: in memory, for one file, without the network, speaking through our errors."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib

if TYPE_CHECKING:
    import duckdb

LONGEST_ROW = 2 << 20  # bytes; what DuckDB provides for
_SETTINGS = {
    # Nothing is ever fetched: what a query needs is linked into DuckDB, or missing.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}


@contextmanager
def connection(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory.

    Parameters
    ----------
    folder : Path
        Where it may write what does not fit into memory.

    Examples
    --------
    >>> with connection(Path()) as database:
    ...     database.execute("SELECT 6 * 7").fetchone()
    (42,)
    """
    import duckdb

    # joblib counts the processors that this process may use, as glassnet does everywhere.
    settings: dict[str, str | bool | int | float | list[str]] = {
        **_SETTINGS,
        "threads": int(joblib.cpu_count()),
        "temp_directory": str(folder / "duckdb"),
    }
    with duckdb.connect(":memory:", config=settings) as database:
        database.execute("SET enable_progress_bar = false")  # notebooks have it on
        database.execute("SET TimeZone = 'UTC'")
        # It turns a list of values after IN to a join, which does not keep the order of the rows.
        database.execute("SET disabled_optimizers = 'in_clause'")
        yield database


def quoted(text: str) -> str:
    """Write text as SQL does.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def file_name(path: Path) -> str:
    """Write a path so that DuckDB takes it for this one file: no pattern, no address of the network, no option.

    Examples
    --------
    >>> file_name(Path("/data/a*.csv"))
    "'/data/a[*].csv'"
    """
    return quoted(glob.escape(str(path.absolute())))


def longer_rows(longest: int) -> str:
    """Write the option of `read_csv` that makes room for a row of so many characters, if DuckDB has too little.

    Examples
    --------
    >>> longer_rows(1000), longer_rows(1_000_000)
    ('', ', max_line_size = 4000064')
    """
    n_bytes = 4 * longest + 64  # a character has at most four
    return f", max_line_size = {n_bytes}" if n_bytes > LONGEST_ROW else ""


def failure(error: Exception) -> str:
    r"""Pick the sentence that says most from an error of DuckDB's, which has lists of options below it.

    Examples
    --------
    >>> failure(ValueError("Invalid Input Error: Footer length error\nPossible fixes: ..."))
    'Footer length error'
    """
    first = str(error).strip().split("\n", maxsplit=1)[0]
    first = re.sub(
        r""" (in |of )?file ["'][^"']*["']""", "", first
    )  # a copy, perhaps; whose file it is, is said already
    return first.split("Error: ", maxsplit=1)[-1].strip().rstrip(".") or type(error).__name__


def fetch(database: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    """Run a query and return its columns as NumPy arrays, masked where values are missing."""
    return list(database.execute(query).fetchnumpy().values())
