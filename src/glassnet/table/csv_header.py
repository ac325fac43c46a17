"""What the beginning of a delimited text tells: its delimiter, and the names of its columns."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from glassnet.errors import ParameterError, TableFileError
from glassnet.table.csv_rows import Row, fields, rows_of

DELIMITERS = (";", "\t", "|", ",")  # where two fit alike, the comma is likelier to be part of a text or a number
OF_ENDING = {".tsv": "\t", ".tab": "\t", ".psv": "|"}
SAMPLE_ROWS = 1000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# What stands in text where a value is missing; besides it, cells with nothing but blanks.
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", ".")


@dataclass(frozen=True)
class Header:
    """The first row, and what it says about the others.

    Parameters
    ----------
    names : tuple of str
        Names of the columns, all different, none empty.
    line : int
        The line on which the header begins.
    text : str
        The row as it stands there.
    surplus : int
        Empty fields that rows may have beyond the columns, as where each line ends with a delimiter.
    delimiter : str
    """

    names: tuple[str, ...]
    line: int
    text: str
    surplus: int
    delimiter: str

    @property
    def n_fields(self) -> int:
        """How many fields a row has at most."""
        return len(self.names) + self.surplus


def read_header(path: Path, source: str, suffix: str, delimiter: str | None = None) -> Header:
    r"""Find the delimiter and read the names of the columns.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark.
    source : str
        What messages call the file.
    suffix : str
        The ending of the file's name; it has a say where it names the delimiter.
    delimiter : str, optional
        The delimiter, if it is known.

    Raises
    ------
    TableFileError
        If there is no row, the first one looks like data, or two names are the same.
    ParameterError
        If the delimiter is no single character.

    Examples
    --------
    >>> place = Path("people.csv")
    >>> _ = place.write_text("name;age;\nAnn;31;\n", encoding="utf-8")
    >>> read_header(place, "people.csv", ".csv")
    Header(names=('name', 'age', 'column 3'), line=1, text='name;age;', surplus=0, delimiter=';')
    """
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise ParameterError.value("delimiter", delimiter, "one character, no quote and no line break")
    delimiter = delimiter or _likeliest(path, OF_ENDING.get(suffix))
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = list(itertools.islice(rows_of(file, delimiter), SAMPLE_ROWS))
    if not sample:
        raise TableFileError.empty(source)
    first, *rows = sample
    if first.problem == "open quote":
        raise TableFileError.open_quote(source, 0, first.line, first.text)
    if first.problem:
        raise TableFileError.text_after_quote(source, 0, first.line, first.text)
    cells = [cell.strip() for cell in fields(first.text, delimiter)]
    sound = [row for row in rows if not row.problem]
    if _looks_like_data(cells, [fields(row.text, delimiter) for row in sound if row.text != first.text]):
        raise TableFileError.no_header(source, cells)
    return Header(
        unique_names(source, cells), first.line, first.text, _surplus(len(cells), sound, delimiter), delimiter
    )


def unique_names(source: str, names: Iterable[str]) -> tuple[str, ...]:
    """Call a column without a name by its position, and refuse a name that is there twice.

    Examples
    --------
    >>> unique_names("people.csv", ["name", "", "age"])
    ('name', 'column 2', 'age')
    """
    found: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        name = name or f"column {position}"
        if name in found:
            raise TableFileError.repeated_name(source, name, found[name], position)
        found[name] = position
    return tuple(found)


def _likeliest(path: Path, of_ending: str | None) -> str:
    """The delimiter with which most rows have as many fields as the first, more than one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(itertools.islice(file, SAMPLE_ROWS))
        more = file.readline(1) != ""
    best, best_score = of_ending or ",", (0.0, 0)
    for delimiter in dict.fromkeys([of_ending or DELIMITERS[0], *DELIMITERS]):
        rows = list(rows_of(lines, delimiter))
        if more and len(rows) > 1:
            rows.pop()  # it may go on below
        if not rows or rows[0].n_fields < 2 or rows[0].problem:
            continue
        alike = sum(row.n_fields == rows[0].n_fields and not row.problem for row in rows)
        score = (alike / len(rows), rows[0].n_fields)
        if delimiter == of_ending and score[0] > 0.5:
            return delimiter
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _looks_like_data(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is none of names.

    Names are hardly ever all numbers, and hardly ever values of the column below them: "Iris-setosa" is one.
    """
    filled = [cell for cell in cells if cell]
    if filled and all(_is_value(cell) for cell in filled):
        return True
    below: list[set[str]] = [set() for _ in cells]
    for row in rows:
        for column, cell in zip(below, row, strict=False):
            column.add(cell.strip())
    words = [i for i, cell in enumerate(cells) if cell and not _is_value(cell)]
    again = sum(cells[i] in below[i] for i in words)
    return again > 0 and (len(words) < len(filled) or again > len(words) / 2)


def _is_value(cell: str) -> bool:
    return cell in MISSING or _NUMBER.fullmatch(cell) is not None


def _surplus(n_columns: int, rows: Sequence[Row], delimiter: str) -> int:
    """How many empty fields most rows have beyond the columns, as where lines end with a delimiter."""
    counts = Counter(
        row.n_fields
        for row in rows
        if row.n_fields > n_columns and not any(cell.strip() for cell in fields(row.text, delimiter)[n_columns:])
    )
    n_fields, times = max(counts.items(), key=lambda item: item[1], default=(n_columns, 0))
    return n_fields - n_columns if times > len(rows) / 2 else 0
