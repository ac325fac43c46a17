"""Files of tables that cannot be read or written."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.errors.base import listed, place, shown
from glassnet.errors.tables import TableError
from glassnet.texts import _, plural

EXCERPT = 60  # characters of a line that a message shows


def excerpt(text: str) -> str:
    r"""Write the beginning of a line between quotes, with nothing in it that would disturb a terminal.

    Examples
    --------
    >>> excerpt("3,Smith,\tJ" + chr(27))
    '"3,Smith, J�"'
    """
    line = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text.strip())
    return f'"{line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"}"'


class TableFileError(TableError):
    """A file cannot be read as a table, or a table cannot be written to it."""

    # ------------------------------------------------------------------------------------------ the file as a whole

    @classmethod
    def missing(cls, path: str, near: Sequence[str]) -> TableFileError:
        """Say that there is no such file, and which names in its folder are near.

        Examples
        --------
        >>> print(TableFileError.missing("data/peple.csv", ["people.csv"]))
        there is no file data/peple.csv. The nearest in its folder: "people.csv"
        """
        text = _("there is no file {path}").format(path=path)
        if near:
            text += _(". The nearest in its folder: {names}").format(names=listed(map(shown, near)))
        return cls(text)

    @classmethod
    def no_folder(cls, path: str, folder: str) -> TableFileError:
        """Say that not even the folder is there."""
        return cls(_("there is no file {path}, nor the folder {folder}").format(path=path, folder=folder))

    @classmethod
    def folder(cls, path: str) -> TableFileError:
        """Say that a folder was named."""
        return cls(_("{path} is a folder; name a file in it").format(path=path))

    @classmethod
    def not_a_file(cls, path: str) -> TableFileError:
        """Say that a pipe or a device was named, which can be read only once."""
        text = _("{path} is no file but a pipe or a device, which can be read only once. Save it to a file first")
        return cls(text.format(path=path))

    @classmethod
    def not_readable(cls, path: str, reason: str) -> TableFileError:
        """Say that the operating system lets nobody read the file; `reason` is its word."""
        return cls(_("{path} cannot be read: {reason}").format(path=path, reason=reason))

    @classmethod
    def empty(cls, source: str) -> TableFileError:
        """Say that there is nothing in a file."""
        return cls(_("{source} is empty").format(source=source))

    @classmethod
    def unknown_format(cls, source: str, suffix: str, known: Sequence[str]) -> TableFileError:
        """Say that no table can be read from, or written to, a file of this kind.

        Examples
        --------
        >>> print(TableFileError.unknown_format("people.pkl", ".pkl", [".csv", ".parquet"]))
        people.pkl must be a table in one of the formats .csv, .parquet; got .pkl
        """
        text = _("{source} must be a table in one of the formats {known}; got {suffix}")
        return cls(text.format(source=source, known=listed(known), suffix=suffix or _("a name without an ending")))

    @classmethod
    def spreadsheet(cls, source: str) -> TableFileError:
        """Say that workbooks are not read, and what to do."""
        text = _(
            "{source} is a spreadsheet, which glassnet does not read. Save the sheet as CSV (UTF-8); "
            "or in Python read it with pandas.read_excel and pass the data frame"
        )
        return cls(text.format(source=source))

    @classmethod
    def packed(cls, source: str) -> TableFileError:
        """Say that a file is packed in a way that is not undone here."""
        text = _("{source} is packed. Unpack it first; of packed tables only gzip (.gz) of text is read")
        return cls(text.format(source=source))

    @classmethod
    def broken_gzip(cls, source: str) -> TableFileError:
        """Say that a gzip file ends early or is damaged."""
        text = _("{source} cannot be unpacked: the file is damaged or not complete. Copy or download it again")
        return cls(text.format(source=source))

    @classmethod
    def broken_parquet(cls, source: str, detail: str) -> TableFileError:
        """Say that a file is no Parquet file, whatever its name says, or is not complete."""
        text = _(
            "{source} is no Parquet file, or not a complete one ({detail}). "
            "Write it again; a text file needs a name that ends in .csv"
        )
        return cls(text.format(source=source, detail=detail))

    @classmethod
    def not_understood(cls, source: str, detail: str) -> TableFileError:
        """Say that the parser gave up for a reason that has no sentence of its own; `detail` is its word."""
        return cls(_("{source} cannot be read as a table: {detail}").format(source=source, detail=detail))

    @classmethod
    def cannot_write(cls, path: str, detail: str) -> TableFileError:
        """Say that a table cannot be written for a reason that has no sentence of its own."""
        return cls(_("{path} cannot be written: {detail}").format(path=path, detail=detail))

    # ----------------------------------------------------------------------------------------------------- encodings

    @classmethod
    def binary(cls, source: str, position: int) -> TableFileError:
        """Say that what should be text holds a zero byte or character; `position` counts from 1.

        Examples
        --------
        >>> print(TableFileError.binary("people.csv", 1204))
        people.csv is no text: character 1,204 is zero. Is it a spreadsheet or a packed file under another name?
        """
        text = _(
            "{source} is no text: character {position} is zero. "
            "Is it a spreadsheet or a packed file under another name?"
        )
        return cls(text.format(source=source, position=f"{position:,}"))

    @classmethod
    def not_decodable(cls, source: str, encoding: str, byte: int, line: int, position: int) -> TableFileError:
        """Say which byte is no text in this encoding; line and position count from 1.

        Examples
        --------
        >>> print(TableFileError.not_decodable("people.csv", "utf-8", 0xE9, 12, 402))
        people.csv is not text in utf-8: line 12 has the byte E9 (byte 402 of the file). Name its encoding: --encoding gb18030, cp1252, ... (in Python: encoding=)
        """  # noqa: E501 (the message is one line)
        text = _(
            "{source} is not text in {encoding}: line {line} has the byte {byte} (byte {position} of the file). "
            "Name its encoding: --encoding gb18030, cp1252, ... (in Python: encoding=)"
        )
        return cls(
            text.format(
                source=source, encoding=encoding, line=f"{line:,}", byte=f"{byte:02X}", position=f"{position:,}"
            )
        )

    @classmethod
    def unknown_encoding(cls, received: object, near: Sequence[str]) -> TableFileError:
        """Say that no encoding has this name.

        Examples
        --------
        >>> print(TableFileError.unknown_encoding("gb1803", ["gb18030"]))
        encoding must be the name of an encoding, as utf-8, gb18030 or cp1252; got "gb1803". The nearest: "gb18030"
        """
        text = _("encoding must be the name of an encoding, as utf-8, gb18030 or cp1252; got {received}")
        text = text.format(received=shown(received))
        return cls(text + (_(". The nearest: {names}").format(names=listed(map(shown, near))) if near else ""))

    # -------------------------------------------------------------------------------------------------------- header

    @classmethod
    def no_header(cls, source: str, cells: Sequence[str]) -> TableFileError:
        """Say that the first row looks like data.

        Examples
        --------
        >>> print(TableFileError.no_header("iris.data", ["5.1", "3.5", "Iris-setosa"]))
        iris.data seems to have no header row: its first row looks like data (5.1, 3.5, Iris-setosa). Put a line with the names of the columns first
        """  # noqa: E501 (the message is one line)
        text = _(
            "{source} seems to have no header row: its first row looks like data ({cells}). "
            "Put a line with the names of the columns first"
        )
        shortened = [cell if len(cell) <= 20 else cell[:19] + "…" for cell in cells[:5]]
        return cls(text.format(source=source, cells=listed([*shortened, "…"] if len(cells) > 5 else shortened)))

    @classmethod
    def repeated_name(cls, source: str, name: str, first: int, second: int) -> TableFileError:
        """Say that two columns have the same name; positions count from 1.

        Examples
        --------
        >>> print(TableFileError.repeated_name("people.csv", "age", 2, 7))
        columns of people.csv must have different names; columns 2 and 7 are both "age". Rename one
        """
        text = _(
            "columns of {source} must have different names; columns {first} and {second} are both {name}. Rename one"
        )
        return cls(text.format(source=source, first=first, second=second, name=shown(name)))

    @classmethod
    def no_columns(cls, source: str) -> TableFileError:
        """Say that there is no column in a file: blank lines, or objects without keys."""
        return cls(_("{source} has no columns").format(source=source))

    # ---------------------------------------------------------------------------------------------------------- rows

    @classmethod
    def fields(cls, source: str, row: int, line: int, received: int, expected: int, text: str) -> TableFileError:
        """Say which row has more or fewer fields than the header.

        Parameters
        ----------
        source : str
        row, line : int
            The row, counted from 1 below the header, and the line of the file on which it begins.
        received, expected : int
            Numbers of fields.
        text : str
            The line.

        Examples
        --------
        >>> print(TableFileError.fields("people.csv", 1204, 1205, 3, 2, "7,Smith, J"))
        people.csv, row 1,204: 3 fields where the header has 2 (line 1,205: "7,Smith, J"). Is a quote missing? --skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)
        """  # noqa: E501 (the message is one line)
        sentence = plural(
            "{source}, {row}: {received} field where the header has {expected} (line {line}: {text}). "
            "Is a quote missing?",
            "{source}, {row}: {received} fields where the header has {expected} (line {line}: {text}). "
            "Is a quote missing?",
            received,
        )
        sentence = sentence.format(
            source=source, row=place(row), received=received, expected=expected, line=f"{line:,}", text=excerpt(text)
        )
        return cls(f"{sentence} {_skip()}")

    @classmethod
    def open_quote(cls, source: str, row: int, line: int, text: str) -> TableFileError:
        """Say in which row a quote opens that is never closed; row 0 is the header.

        Examples
        --------
        >>> print(TableFileError.open_quote("people.csv", 3, 4, '7,"Smith'))
        people.csv, row 3: a quote opens that is never closed (line 4: "7,"Smith"). Close it, or write it twice. --skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)
        """  # noqa: E501 (the message is one line)
        sentence = _(
            "{source}, {row}: a quote opens that is never closed (line {line}: {text}). Close it, or write it twice."
        )
        sentence = sentence.format(source=source, row=_row_or_header(row), line=f"{line:,}", text=excerpt(text))
        return cls(f"{sentence} {_skip()}" if row else sentence.rstrip(".。"))

    @classmethod
    def text_after_quote(cls, source: str, row: int, line: int, text: str) -> TableFileError:
        """Say in which row a quoted field goes on after its closing quote; row 0 is the header.

        Examples
        --------
        >>> print(TableFileError.text_after_quote("people.csv", 3, 4, '7,"a "big" dog"'))
        people.csv, row 3: text follows a closing quote (line 4: "7,"a "big" dog""). A quote inside of a quoted field is written twice: "". --skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)
        """  # noqa: E501 (the message is one line)
        sentence = _(
            "{source}, {row}: text follows a closing quote (line {line}: {text}). "
            'A quote inside of a quoted field is written twice: "".'
        )
        sentence = sentence.format(source=source, row=_row_or_header(row), line=f"{line:,}", text=excerpt(text))
        return cls(f"{sentence} {_skip()}" if row else sentence.rstrip(".。"))

    @classmethod
    def all_rows_bad(cls, source: str, n_rows: int) -> TableFileError:
        """Say that leaving out the rows that cannot be read leaves none."""
        text = plural(
            "{source}: the only row cannot be read. Without skip_bad_rows the message says why",
            "{source}: none of the {n_rows} rows can be read. Without skip_bad_rows the message says why",
            n_rows,
        )
        return cls(text.format(source=source, n_rows=f"{n_rows:,}"))

    # ---------------------------------------------------------------------------------------------------------- JSON

    @classmethod
    def json_line(cls, source: str, line: int, text: str) -> TableFileError:
        """Say which line is no JSON object.

        Examples
        --------
        >>> print(TableFileError.json_line("people.jsonl", 12, '{"age": 31'))
        people.jsonl, line 12: every line must be one JSON object, as {"age": 31}; got "{"age": 31". --skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)
        """  # noqa: E501 (the message is one line)
        sentence = _("{source}, line {line}: every line must be one JSON object, as {example}; got {text}.")
        sentence = sentence.format(source=source, line=f"{line:,}", example='{"age": 31}', text=excerpt(text))
        return cls(f"{sentence} {_skip()}")

    @classmethod
    def json_syntax(cls, source: str, line: int, column: int) -> TableFileError:
        """Say where a JSON file stops being JSON."""
        text = _("{source} is no JSON: it goes wrong in line {line}, column {column}. Is the file complete?")
        return cls(text.format(source=source, line=f"{line:,}", column=f"{column:,}"))

    @classmethod
    def json_shape(cls, source: str) -> TableFileError:
        """Say that a JSON file holds something else than rows.

        Examples
        --------
        >>> print(TableFileError.json_shape("people.json"))
        people.json must hold rows: an array of objects, [{"age": 31}, ...], or one object on each line. pandas writes such files with to_json(path, orient="records")
        """  # noqa: E501 (the message is one line)
        text = _(
            "{source} must hold rows: an array of objects, {example}, or one object on each line. "
            'pandas writes such files with to_json(path, orient="records")'
        )
        return cls(text.format(source=source, example='[{"age": 31}, ...]'))


def _skip() -> str:
    return _("--skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)")


def _row_or_header(row: int) -> str:
    return place(row) if row else _("the header")
