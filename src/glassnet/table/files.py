"""Files to tables: which format a file has, and who reads it.

    text  ── text_encoding (UTF-8) ─┬─ csv_header, delimited (csv_rows explains) ─┐
                                    └─ json_rows ─────────────────────────────────┼─ cells ── Table
    Parquet ────────────────────────── parquet ───────────────────────────────────┘

DuckDB does the parsing. Nothing is fetched from anywhere, and a name is always the name of one file: `*` is no pattern,
and `https://...` no address.
"""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from glassnet.errors import TableFileError
from glassnet.table.csv_header import Header, read_header
from glassnet.table.delimited import ReadRows, read_delimited
from glassnet.table.frame import Table
from glassnet.table.json_rows import read_json
from glassnet.table.parquet import read_parquet
from glassnet.table.text_encoding import Utf8Text, as_utf8, is_gzip
from glassnet.table.writing import write_table

__all__ = ["FileFacts", "describe_file", "read_file", "read_table", "write_table"]

DELIMITED = (".csv", ".tsv", ".tab", ".psv", ".txt", ".data", ".dat", "")
JSON = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
KNOWN = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".csv.gz")  # as messages list them
SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
PACKED = (".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz", ".lz4")


@dataclass(frozen=True)
class FileFacts:
    """What was found out about a file before it was read.

    Parameters
    ----------
    format : {"CSV", "JSON", "Parquet"}
        CSV stands for all delimited text.
    encoding : str or None
        As Python calls it ("utf-8", "gb18030"); None for Parquet.
    guessed : bool
        The encoding was recognized by what the text looks like, so it may be another one.
    delimiter : str or None
        Of CSV.
    """

    format: str
    encoding: str | None = None
    guessed: bool = False
    delimiter: str | None = None


def read_table(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    skip_bad_rows: bool = False,
    delimiter: str | None = None,
) -> Table:
    r"""Read a table from a file.

    Parameters
    ----------
    path : str or path
        The format is that of the name's ending: .csv, .tsv, .txt and other delimited text with a header (also .data,
        .dat and names without an ending), .jsonl, .ndjson, .json (an object on each line, or an array of objects),
        .parquet. Text may be packed by gzip.
    encoding : str, optional
        Encoding of the text, any that Python knows. Default: recognized among UTF-8, UTF-16, GB18030 (so GBK, GB2312)
        and Windows-1252. Parquet has none.
    skip_bad_rows : bool, default=False
        Leave out rows that cannot be read (more or fewer fields than the header, a quote that is never closed, a line
        that is no JSON) instead of raising an error; `Table.skipped` counts them.
    delimiter : str, optional
        What separates fields, one character. Default: the one of `,` `;` tab `|` that fits.

    Returns
    -------
    Table
        Its source is the file's name, its first row is row 1. In text, a cell is missing if it is empty, blank, or one
        of NA, N/A, NaN, nan, null, NULL, None, ?, . (quoted too), and blanks around a cell do not count. The kind of a
        column is decided by all of its cells: numbers; true and false; dates as in ISO 8601, in UTC where there is an
        offset; else text. Codes with leading zeros, all of one length, and whole numbers that float64 cannot hold stay
        text. A column without any value is one of numbers.

    Raises
    ------
    TableFileError
        If the file is not there, is no table, or a row cannot be read; the message says where, and what to do.

    See Also
    --------
    describe_file : What was recognized.

    Examples
    --------
    >>> _ = Path("people.csv").write_text("name,age,zip\nAnn,31,01067\nBob,?,80331\n", encoding="utf-8")
    >>> read_table("people.csv").columns
    (Column("name", text, 2 rows), Column("age", number, 2 rows, 1 missing), Column("zip", text, 2 rows))
    """
    return read_file(path, encoding=encoding, skip_bad_rows=skip_bad_rows, delimiter=delimiter)[0]


def describe_file(
    path: str | os.PathLike[str], *, encoding: str | None = None, delimiter: str | None = None
) -> FileFacts:
    r"""Find out a file's format, encoding and delimiter without reading its rows.

    Parameters
    ----------
    path, encoding, delimiter
        As of `read_table`.

    Returns
    -------
    FileFacts

    Raises
    ------
    TableFileError

    Examples
    --------
    >>> _ = Path("cities.csv").write_bytes("城市;人口\n北京;2189\n".encode("gbk"))
    >>> describe_file("cities.csv")
    FileFacts(format='CSV', encoding='gb18030', guessed=True, delimiter=';')
    """
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        return _prepare(Path(path), Path(folder), encoding, delimiter).facts


def read_file(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    skip_bad_rows: bool = False,
    delimiter: str | None = None,
) -> tuple[Table, FileFacts]:
    """Read a table from a file, as `read_table`, and tell what was recognized, as `describe_file`.

    Examples
    --------
    >>> _ = Path("one.jsonl").write_text('{"age": 31}', encoding="utf-8")
    >>> read_file("one.jsonl")
    (Table("one.jsonl", 1 rows: age), FileFacts(format='JSON', encoding='utf-8', guessed=False, delimiter=None))
    """
    with tempfile.TemporaryDirectory(prefix="glassnet-") as name:
        folder = Path(name)
        file = _prepare(Path(path), folder, encoding, delimiter)
        read: ReadRows
        if file.text is None:
            read = read_parquet(file.path, folder, source=file.source)
        elif file.header is None:
            read = read_json(file.text.path, folder, source=file.source, skip_bad_rows=skip_bad_rows)
        else:
            read = read_delimited(file.text.path, folder, file.header, source=file.source, skip_bad_rows=skip_bad_rows)
    table = Table(read.columns, read.n_rows, file.source, first_row=1, skipped=read.skipped, rows=read.rows)
    return table, file.facts


@dataclass(frozen=True)
class _Prepared:
    """A file that is there, of a known format, and readable text if it is text."""

    path: Path
    source: str
    text: Utf8Text | None = None
    header: Header | None = None

    @property
    def facts(self) -> FileFacts:
        if self.text is None:
            return FileFacts("Parquet")
        return FileFacts(
            "JSON" if self.header is None else "CSV",
            self.text.encoding,
            self.text.guessed,
            None if self.header is None else self.header.delimiter,
        )


def _prepare(path: Path, folder: Path, encoding: str | None, delimiter: str | None) -> _Prepared:
    path = path.expanduser()
    source = path.name or str(path)
    try:
        _check_place(path)
        suffix = _format(path, source)
        if path.stat().st_size == 0:
            raise TableFileError.empty(source)
        try:
            str(path.absolute()).encode("utf-8")
        except UnicodeEncodeError:  # a name that is no text, which DuckDB could not be told
            path = Path(shutil.copyfile(path, folder / f"file{suffix}"))
        if suffix in PARQUET:
            with path.open("rb"):
                return _Prepared(path, source)
        text = as_utf8(path, folder, encoding, source=source)
        if suffix in JSON:
            return _Prepared(path, source, text)
        return _Prepared(path, source, text, read_header(text.path, source, suffix, delimiter))
    except OSError as error:
        if error.filename not in (str(path), None):
            raise  # the folder for temporary files is full, say
        raise TableFileError.not_readable(str(path), error.strerror or str(error)) from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise TableFileError.folder(str(path))
    if not path.exists():
        folder = path.absolute().parent
        if not folder.is_dir():
            raise TableFileError.no_folder(str(path), str(folder))
        names = [entry.name for entry in os.scandir(folder) if entry.is_file()] if os.access(folder, os.R_OK) else []
        raise TableFileError.missing(str(path), difflib.get_close_matches(path.name, names, n=3, cutoff=0.7))
    if not path.is_file():
        raise TableFileError.not_a_file(str(path))


def _format(path: Path, source: str) -> str:
    """The ending that tells the format, without that of gzip."""
    suffix = path.suffix.lower()
    if suffix == ".gz":
        suffix = Path(path.stem).suffix.lower()
        if suffix in (*DELIMITED, *JSON):
            return suffix
        raise TableFileError.packed(source)
    if suffix in SPREADSHEETS:
        raise TableFileError.spreadsheet(source)
    if suffix in PACKED:
        raise TableFileError.packed(source)
    if suffix not in (*DELIMITED, *JSON, *PARQUET):
        raise TableFileError.unknown_format(source, suffix, KNOWN)
    if suffix not in PARQUET and not is_gzip(path):
        with path.open("rb") as file:
            first = file.read(8)
        # What a name may hide: a workbook saved "as CSV" by renaming, Parquet without its ending.
        if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
            raise TableFileError.spreadsheet(source)
    return suffix
