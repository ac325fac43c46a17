"""The files of a command: where its result goes, whether it may go there, and the table that it comes from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from glassnet.cli.failures import Refused, naming
from glassnet.cli.table_options import Reading
from glassnet.table import Table
from glassnet.table.files import read_file
from glassnet.texts import _

TABLES = (".csv", ".tsv", ".jsonl", ".parquet")


def model_path(table: Path) -> Path:
    """Where a model is saved if nothing else was said: beside the table.

    Examples
    --------
    >>> str(model_path(Path("people.csv.gz")))
    'people.glass'
    """
    stem = table.with_suffix("") if table.suffix.lower() == ".gz" else table
    return stem.with_suffix(".glass")


def check_free(path: Path, *, force: bool, sources: Iterable[Path] = (), option: str = "--out") -> None:
    """Make sure that a result can be written before any work is done for it.

    Parameters
    ----------
    path : Path
    force : bool
        Whether a file that is there may be overwritten.
    sources : iterable of Path
        Files that are read, which may never be overwritten.
    option : str, default="--out"
        By which another file is named.

    Raises
    ------
    Refused
        If there is such a file, or it is one of the sources.
    OSError
        If no file can be made there.
    """
    with naming(path):
        if path.is_dir():
            raise IsADirectoryError(21, "Is a directory", str(path))
        there = os.path.lexists(path)
        for source in sources:
            if there and source.exists() and path.samefile(source):
                text = _("{file} is the file that is read; {option} must name another")
                raise Refused(text.format(file=path, option=option))
        if there and not force:
            text = _("{file} is there already. --force overwrites it, {option} names another file")
            raise Refused(text.format(file=path, option=option))
    with naming(path.parent), tempfile.TemporaryFile(dir=path.parent):
        pass


def check_table(path: Path) -> None:
    """Make sure that predictions can be written in the format that a file's name asks for."""
    if path.suffix.lower() not in TABLES:
        text = _("--out must end in one of {endings}; got {file}")
        raise Refused(text.format(endings=", ".join(TABLES), file=path))


def read(path: Path, reading: Reading) -> tuple[Table, list[str]]:
    """Read a table as the command line says, and tell what is unusual about its file, in words."""
    with naming(path):
        table, facts = read_file(
            path, encoding=reading.encoding, delimiter=reading.delimiter, skip_bad_rows=reading.skip_bad_rows
        )
    notes = []
    if facts.encoding not in (None, "utf-8", "ascii"):
        text = _("{encoding}, by the look of it (--encoding)") if facts.guessed else "{encoding}"
        notes.append(text.format(encoding=facts.encoding))
    usual = "\t" if ".tsv" in path.suffixes else ","
    if facts.delimiter not in (None, usual):
        names = {"\t": _("tabs"), " ": _("spaces")}
        shown = names.get(facts.delimiter or "", f'"{facts.delimiter}"')
        notes.append(_("fields between {delimiter}").format(delimiter=shown))
    return table, notes


def named_columns(said: Iterable[str], table: Table) -> tuple[str, ...]:
    """Names of columns from what was said: a name as it is, where there is such a column, else names between commas.

    Examples
    --------
    >>> from glassnet.table import as_table
    >>> table = as_table({"a": [1], "b": [2], "Rome, Italy": [3]})
    >>> named_columns(["a,b", "Rome, Italy"], table)
    ('a', 'b', 'Rome, Italy')
    """
    names: list[str] = []
    for words in said:
        names += [words] if words in table else [part.strip() for part in words.split(",") if part.strip()]
    return tuple(dict.fromkeys(names))


def size_of(path: Path) -> str:
    """Write a file's size in words: "212 kB"."""
    size = float(path.stat().st_size)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"
