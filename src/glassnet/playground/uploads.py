"""Tables that people bring: a file in the body of a request, read into memory, within bounds.

A file is never kept: its bytes go into a temporary folder, are read there by the reader of all tables, and are gone.
The table's number is taken from the file's bytes, so that a link to a set-up finds the table again when the same file
is uploaded anew, and uploading it twice keeps it once.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
import zlib
from collections.abc import AsyncIterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.errors import TableFileError
from glassnet.playground.messages import MessageError
from glassnet.table import Table
from glassnet.table.duck import connection
from glassnet.table.files import KNOWN, read_file
from glassnet.texts import _

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 100 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CELLS = 5_000_000
MOST_TABLES = 8  # of all pages together; the oldest upload leaves
LONGEST_NAME = 100
ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet")


class TooLarge(MessageError):
    """An upload is beyond the bounds."""


@dataclass(frozen=True)
class Uploaded:
    """A table with the number and the name under which pages know it."""

    id: str
    name: str
    table: Table
    target: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Describe it for the page: its size, and the kind of each column."""
        return {
            "id": self.id,
            "name": self.name,
            "rows": self.table.n_rows,
            "columns": [{"name": column.name, "kind": column.kind} for column in self.table.columns],
            "target": self.target,
        }


class Tables(Mapping[str, Table]):
    """The tables that the server has, by number; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, Uploaded] = {}

    def __getitem__(self, number: str) -> Table:
        with self._lock:
            return self._tables[number].table

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._tables))

    def __len__(self) -> int:
        return len(self._tables)

    def add(self, uploaded: Uploaded) -> None:
        """Keep a table; where there are too many, the oldest that came by an upload leaves."""
        with self._lock:
            known = self._tables.get(uploaded.id)
            if known is not None and known.target is not None:
                return  # the one of the command line stays as it was given
            self._tables[uploaded.id] = uploaded
            leaving = [number for number, one in self._tables.items() if one.target is None]
            for number in leaving[: max(0, len(self._tables) - MOST_TABLES)]:
                del self._tables[number]

    def to_json(self) -> list[dict[str, Any]]:
        """Describe all tables."""
        with self._lock:
            return [one.to_json() for one in self._tables.values()]


async def received(chunks: AsyncIterable[bytes]) -> bytes:
    """Collect the body of a request, as long as it is within its bound.

    Raises
    ------
    TooLarge
        As soon as it is not; the rest is not read.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge(_("a file may have {most} MB, not more").format(most=MOST_BYTES >> 20))
    return bytes(body)


def read_upload(name: str, body: bytes) -> Uploaded:
    """Make a table of a file's bytes.

    Parameters
    ----------
    name : str
        The file's, as the page gives it; only its ending and its words are used.
    body : bytes

    Raises
    ------
    MessageError
        If the file is no table, or too large.
    """
    name = _harmless(name)
    plain = name.lower().removesuffix(".gz")
    ending = next((one for one in ENDINGS if plain.endswith(one)), None)
    if ending is None:
        text = _("{name}: a table's file must end in one of {endings}")
        raise MessageError(text.format(name=name, endings=", ".join(KNOWN)))
    number = hashlib.sha256(body).hexdigest()[:16]
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / f"table{ending}"
        path.write_bytes(_unpacked(body))
        if ending == ".parquet":
            _check_parquet(path, Path(folder))
        try:
            table, _facts = read_file(path)
        except TableFileError as error:
            words = str(error).replace(str(path), name).replace(path.name, name)
            raise MessageError(words) from None
    _check_size(table.n_rows, len(table.names))
    return Uploaded(number, name, table)


def table_of_command(path: Path, table: Table, target: str) -> Uploaded:
    """Give the table of the command line a number, as an upload of the same file would have."""
    _check_size(table.n_rows, len(table.names))
    number = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Uploaded(number, _harmless(path.name), table, target)


def _harmless(name: str) -> str:
    """Keep the last part of a path, without what steers a terminal, and not too long."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:] or "table"


def _unpacked(body: bytes) -> bytes:
    """Undo gzip within a bound: a few bytes may stand for gigabytes."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    parts: list[bytes] = []
    size, rest, complete = 0, body, False
    try:
        while rest:  # files of several parts follow each other
            unpacker = zlib.decompressobj(wbits=31)
            part = unpacker.decompress(rest, MOST_UNPACKED + 1 - size)
            parts.append(part)
            size += len(part)
            if size > MOST_UNPACKED:
                raise TooLarge(_("an unpacked file may have {most} MB, not more").format(most=MOST_UNPACKED >> 20))
            rest, complete = unpacker.unused_data, unpacker.eof
            if not complete:
                break
    except zlib.error:
        complete = False
    if not complete:
        raise MessageError(_("this file is packed by gzip, and damaged"))
    return b"".join(parts)


def _check_parquet(path: Path, folder: Path) -> None:
    """Look at a file's own description before it is read: few bytes may hold a value a million times."""
    import duckdb

    with connection(folder) as database:
        try:
            found = database.execute(
                "SELECT (SELECT sum(num_rows) FROM parquet_file_metadata(?)), "
                "(SELECT count(*) FROM parquet_schema(?) WHERE coalesce(num_children, 0) = 0)",
                [str(path), str(path)],
            ).fetchone()
        except duckdb.Error:
            return  # no Parquet at all: the reader knows words for that
    if found is not None:
        _check_size(int(found[0] or 0), int(found[1] or 0))


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        text = _(
            "a table may have {rows} rows, {columns} columns and {cells} cells here; this one has {n_rows} rows and "
            "{n_columns} columns. `glassnet train` takes larger ones"
        )
        raise TooLarge(
            text.format(
                rows=f"{MOST_ROWS:,}",
                columns=MOST_COLUMNS,
                cells=f"{MOST_CELLS:,}",
                n_rows=f"{rows:,}",
                n_columns=f"{columns:,}",
            )
        )
