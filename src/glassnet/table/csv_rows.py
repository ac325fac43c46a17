"""Rows of delimited text, as they lie in the file: which line each begins on, how many fields it has, what is wrong.

DuckDB reads tables, and much faster. This reader stands beside it for what DuckDB does not tell well: the header, the
delimiter, and, where a file cannot be read, the row and the line to blame. What counts as a row is decided here:

- fields are separated by the delimiter; a field that begins with a double quote ends with one, and may hold delimiters,
  line breaks and quotes, these written twice; blanks around such a field do not count; any other quote is a character
- lines end with LF, CRLF or CR, even within one file
- blank lines are no rows
- every row has as many fields as the header, neither fewer nor more; only where most rows end with empty fields beyond
  it (each line ends with a delimiter, say), these do not count

A row whose quotes are wrong is taken to end with its first line, so that one missing quote costs one row and not all
that follow.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Problem = Literal["", "open quote", "text after quote"]

# What stands inside of quotes, up to the closing one or the end of the line; doubled quotes are part of it.
_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')


@dataclass(frozen=True)
class Row:
    """One row of the text.

    Parameters
    ----------
    line : int
        The line on which it begins, counted from 1.
    text : str
        Its text without the line break at the end; of several lines if a quoted field has line breaks.
    n_fields : int
    quoted : bool
        There is a quote in it, so `fields` has to look closely.
    problem : {"", "open quote", "text after quote"}
        What is wrong with its quotes.
    """

    line: int
    text: str
    n_fields: int
    quoted: bool = False
    problem: Problem = ""


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    r"""Yield the rows of a text, the header among them.

    Parameters
    ----------
    lines : iterable of str
        Lines with their line breaks, as of a file opened with `newline=""`.
    delimiter : str
        One character.

    Examples
    --------
    >>> for row in rows_of(["a,b\n", "\n", '1,"x\n', 'y"\n', '2,"z\n'], ","):
    ...     print(row.line, row.n_fields, repr(row.text), row.problem)
    1 2 'a,b'
    3 2 '1,"x\ny"'
    5 2 '2,"z' open quote
    """
    ahead: deque[str] = deque()  # lines that were read in search of a closing quote, and are to be read again
    source = iter(lines)
    number = 0
    while True:
        line = ahead.popleft() if ahead else next(source, None)
        if line is None:
            return
        number += 1
        text = line.rstrip("\r\n")
        if '"' not in text:
            n_fields = text.count(delimiter) + 1
            if n_fields > 1 or text.strip("\x1a \t"):  # Ctrl-Z ended files once
                yield Row(number, text, n_fields)
            continue
        taken = [line]
        n_fields, problem = _measure(taken, delimiter, ahead, source)
        if problem:
            ahead.extendleft(reversed(taken[1:]))
            yield Row(number, text, n_fields, quoted=True, problem=problem)
        else:
            yield Row(number, "".join(taken).rstrip("\r\n"), n_fields, quoted=True)
            number += len(taken) - 1


def fields(text: str, delimiter: str) -> list[str]:
    r"""Split a row that has no problem into the values of its fields.

    Examples
    --------
    >>> fields('a, "b ""c"", d" ,e"f', ",")
    ['a', 'b "c", d', 'e"f']
    """
    if '"' not in text:
        return text.split(delimiter)
    return [
        raw.strip(_blanks(delimiter))[1:-1].replace('""', '"') if _begins_quoted(raw, 0, delimiter) is not None else raw
        for raw in raw_fields(text, delimiter)
    ]


def raw_fields(text: str, delimiter: str) -> list[str]:
    r"""Split a row that has no problem into its fields as they are written.

    Examples
    --------
    >>> raw_fields('a, "b,c",d', ",")
    ['a', ' "b,c"', 'd']
    """
    found: list[str] = []
    start = 0
    while True:
        opening = _begins_quoted(text, start, delimiter)
        search_from = start if opening is None else _closing(text, opening) + 1
        end = text.find(delimiter, search_from)
        if end < 0:
            return [*found, text[start:]]
        found.append(text[start:end])
        start = end + len(delimiter)


def _measure(taken: list[str], delimiter: str, ahead: deque[str], source: Iterator[str]) -> tuple[int, Problem]:
    """Count the fields of a row that begins with the line in `taken`, to which further lines are added as needed."""
    n_fields, position, text = 1, 0, taken[0]
    blanks = _blanks(delimiter)
    while True:
        opening = _begins_quoted(text, position, delimiter)
        if opening is not None:
            end = _end_inside(text, opening + 1)
            while end == len(text):
                line = ahead.popleft() if ahead else next(source, None)
                if line is None:
                    return n_fields, "open quote"
                taken.append(line)
                text, end = line, _end_inside(line, 0)
            position = end + 1
            while position < len(text) and text[position] in blanks:
                position += 1
            if position >= len(text) or text[position] in "\r\n":
                return n_fields, ""
            if text[position] != delimiter:
                return n_fields, "text after quote"
        else:
            position = text.find(delimiter, position)
            if position < 0:
                return n_fields, ""
        n_fields += 1
        position += 1


def _end_inside(text: str, position: int) -> int:
    match = _INSIDE.match(text, position)
    assert match is not None  # it matches nothing as well
    return match.end()


def _closing(text: str, opening: int) -> int:
    return _end_inside(text, opening + 1)


def _begins_quoted(text: str, start: int, delimiter: str) -> int | None:
    """Where the quote stands that opens the field which begins at `start`, if one does."""
    blanks = _blanks(delimiter)
    while start < len(text) and text[start] in blanks:
        start += 1
    return start if text[start : start + 1] == '"' else None


def _blanks(delimiter: str) -> str:
    """What may stand around a quoted field."""
    return "" if delimiter == " " else " "
