"""Tables that cannot be read, or do not have the columns and values that they must have."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.errors.base import listed, place, shown
from glassnet.errors.data import DataError
from glassnet.texts import _, plural


class TableError(DataError):
    """A table, or the file that it comes from, cannot be used as it is."""

    @classmethod
    def no_column(cls, source: str, name: str, columns: Sequence[str]) -> TableError:
        """Say that a table has no such column, and name the nearest ones.

        Parameters
        ----------
        source : str
            The file's name, or "X".
        name : str
            The column that was asked for.
        columns : sequence of str
            The table's columns; at most ten are listed.

        Examples
        --------
        >>> print(TableError.no_column("people.csv", "incme", ["age", "income"]))
        people.csv has no column "incme". The nearest: "income". Columns: age, income (2)
        """
        text = _("{source} has no column {name}.").format(source=source, name=shown(name))
        return cls(text + _there_is(_nearest(name, columns), columns))

    @classmethod
    def no_rows(cls, source: str) -> TableError:
        """Say that a table has columns but no rows."""
        return cls(_("{source} has a header but no rows").format(source=source))

    @classmethod
    def not_a_table(cls, source: str, received: object) -> TableError:
        """Say that something is no table at all."""
        text = _(
            "{source} must be a table: a data frame, a dict of columns, a list of rows "
            "or an array with two dimensions; got {received}"
        )
        return cls(text.format(source=source, received=type(received).__name__))

    @classmethod
    def two_dimensions(cls, source: str, shape: Sequence[int], *, frame: bool = False) -> TableError:
        """Say that an array, a list or (`frame`) a series has no rows and columns."""
        if frame:
            text = _("{source} must have rows and columns; got a series. One column: {source}.to_frame()")
        elif len(shape) == 1:
            text = _(
                "{source} must have rows and columns; got shape {shape}. "
                "Reshape your data: {source}.reshape(-1, 1) is one column, {source}.reshape(1, -1) is one row"
            )
        else:
            text = _("{source} must have two dimensions, rows and columns; got shape {shape}")
        return cls(text.format(source=source, shape=tuple(shape)))

    @classmethod
    def sparse(cls, source: str, shape: Sequence[int]) -> TableError:
        """Say that a sparse matrix is not taken here, and who takes it."""
        text = _(
            "{source} must be a table with a value in every cell; got a sparse matrix of shape {shape}. "
            "MLPClassifier and MLPRegressor take sparse matrices; {source}.toarray() makes a dense array"
        )
        return cls(text.format(source=source, shape=tuple(shape)))

    @classmethod
    def repeated_columns(cls, source: str, names: Sequence[str]) -> TableError:
        """Say that columns have the same name."""
        text = plural(
            "columns of {source} must have different names; {names} is there more than once. Rename all but one",
            "columns of {source} must have different names; {names} are there more than once. Rename all but one",
            len(names),
        )
        return cls(text.format(source=source, names=listed(map(shown, several(names)))))

    @classmethod
    def several_levels(cls, source: str, example: object) -> TableError:
        """Say that the names of columns have several levels, as pandas' MultiIndex."""
        text = _(
            "columns of {source} must have one name each; got names of several levels, as {example}. "
            "Join them: frame.columns = frame.columns.map(str)"
        )
        return cls(text.format(source=source, example=shown(example)))

    @classmethod
    def lengths(cls, source: str, first: str, n_first: int, second: str, n_second: int) -> TableError:
        """Say that two columns differ in length."""
        text = _(
            "columns of {source} must have as many rows as each other; {first} has {n_first}, {second} has {n_second}"
        )
        return cls(
            text.format(source=source, first=shown(first), n_first=n_first, second=shown(second), n_second=n_second)
        )

    @classmethod
    def row_lengths(cls, source: str, row: int, n_received: int, n_expected: int) -> TableError:
        """Say that a row of a list has not as many values as the first."""
        text = _("rows of {source} must have as many values as the first, {n_expected}; {place} has {n_received}")
        return cls(text.format(source=source, n_expected=n_expected, place=place(row), n_received=n_received))

    @classmethod
    def n_names(cls, source: str, n_names: int, n_columns: int) -> TableError:
        """Say that there are more or fewer names than columns."""
        text = _("names must have one name for each column of {source}, {n_columns}; got {n_names}")
        return cls(text.format(source=source, n_columns=n_columns, n_names=n_names))

    @classmethod
    def not_a_column(cls, source: str, name: str, received: object) -> TableError:
        """Say that something is no sequence of values."""
        text = _("{column} must be a sequence of values; got {received}")
        return cls(text.format(column=_column_of(source, name), received=shown(received)))

    @classmethod
    def one_dimension(cls, source: str, name: str, shape: Sequence[int]) -> TableError:
        """Say that a column is an array with another number of dimensions than one."""
        text = _("{column} must have one dimension; got shape {shape}")
        return cls(text.format(column=_column_of(source, name), shape=tuple(shape)))

    @classmethod
    def not_a_value(cls, source: str, name: str, received: str) -> TableError:
        """Say that a column holds what is no number, text, boolean or date: lists, complex numbers.

        Examples
        --------
        >>> print(TableError.not_a_value("X", "tags", "list"))
        column "tags" of X must hold numbers, texts, booleans or dates; got values of type list. Make columns of their parts, or drop the column
        """  # noqa: E501 (the message is one line)
        text = _(
            "{column} must hold numbers, texts, booleans or dates; got values of type {received}. "
            "Make columns of their parts, or drop the column"
        )
        return cls(text.format(column=_column_of(source, name), received=received))

    @classmethod
    def complex_numbers(cls, source: str, name: str) -> TableError:
        """Say that a column holds complex numbers."""
        text = _(
            "Complex data not supported: {column} must hold real numbers. "
            "Make one column of the real parts and one of the imaginary parts"
        )
        return cls(text.format(column=_column_of(source, name)))

    @classmethod
    def nothing_to_use(cls, source: str, left_out: Sequence[tuple[str, str]]) -> TableError:
        """Say that every column is left out, and why.

        Parameters
        ----------
        source : str
        left_out : sequence of (name, reason)
            At most ten are listed.

        Examples
        --------
        >>> print(TableError.nothing_to_use("people.csv", [("id", "counts the rows")]))
        people.csv has no column to learn from. Left out: "id" (counts the rows)
        """
        text = _("{source} has no column to learn from.").format(source=source)
        if left_out:
            reasons = [f"{shown(name)} ({reason})" for name, reason in left_out]
            text += _(" Left out: {columns}").format(columns=listed(several(reasons)))
        return cls(text)

    @classmethod
    def two_uses(cls, name: str, first: str, second: str) -> TableError:
        """Say that a column is named in two lists of columns.

        Examples
        --------
        >>> print(TableError.two_uses("zip", "categorical", "ignore"))
        a column must be named in one list only; "zip" is in categorical and in ignore
        """
        text = _("a column must be named in one list only; {name} is in {first} and in {second}")
        return cls(text.format(name=shown(name), first=first, second=second))

    @classmethod
    def infinite(cls, source: str, place: str, name: str, value: float) -> TableError:
        """Say where an infinite value stands.

        Examples
        --------
        >>> print(TableError.infinite("X", "row 3", "ratio", float("inf")))
        column "ratio" of X must hold finite numbers; row 3 is infinity. Use an empty cell (NaN) where there is no number, or a large number
        """  # noqa: E501 (the message is one line)
        text = _(
            "{column} must hold finite numbers; {place} is {value}. "
            "Use an empty cell (NaN) where there is no number, or a large number"
        )
        return cls(
            text.format(column=_column_of(source, name), place=place, value="infinity" if value > 0 else "-infinity")
        )

    @classmethod
    def text_for_number(cls, source: str, place: str, name: str, value: object) -> TableError:
        """Say where something stands that cannot be read as a number.

        Examples
        --------
        >>> print(TableError.text_for_number("people.csv", "row 7", "age", "n/a"))
        column "age" of people.csv must hold numbers; row 7 is "n/a". Use an empty cell where there is no number
        """
        text = _("{column} must hold numbers; {place} is {value}. Use an empty cell where there is no number")
        return cls(text.format(column=_column_of(source, name), place=place, value=shown(value)))

    @classmethod
    def not_a_date(cls, source: str, place: str, name: str, value: object) -> TableError:
        """Say where something stands that cannot be read as a date.

        Examples
        --------
        >>> print(TableError.not_a_date("X", "row 7", "when", "29.2.2024"))
        column "when" of X must hold dates; row 7 is "29.2.2024". Text is read as ISO 8601, as 2024-02-29 or 2024-02-29 12:30
        """  # noqa: E501 (the message is one line)
        text = _(
            "{column} must hold dates; {place} is {value}. Text is read as ISO 8601, as 2024-02-29 or 2024-02-29 12:30"
        )
        return cls(text.format(column=_column_of(source, name), place=place, value=shown(value)))

    @classmethod
    def missing_columns(cls, source: str, missing: Sequence[str], columns: Sequence[str]) -> TableError:
        """Say which columns of the training data are not there, and which names are near.

        Examples
        --------
        >>> print(TableError.missing_columns("new.csv", ["age", "income"], ["Age", "city"]))
        new.csv must have the columns that the model learned from; "age", "income" are missing. The nearest: "Age". Columns: Age, city (2)
        """  # noqa: E501 (the message is one line)
        text = plural(
            "{source} must have the columns that the model learned from; {names} is missing.",
            "{source} must have the columns that the model learned from; {names} are missing.",
            len(missing),
        )
        near = dict.fromkeys(found for name in missing[:10] for found in _nearest(name, columns)[:1])
        return cls(text.format(source=source, names=listed(map(shown, several(missing)))) + _there_is([*near], columns))


def several(names: Sequence[str]) -> list[str]:
    """At most ten names: the first eight, an ellipsis, and the last one if there are more."""
    return [*names] if len(names) <= 10 else [*names[:8], "…", names[-1]]


def _column_of(source: str, name: str) -> str:
    """Name a column and what holds it; a target that was given alone is both."""
    return name if name == source else _("column {name} of {source}").format(name=shown(name), source=source)


def _there_is(near: Sequence[str], columns: Sequence[str]) -> str:
    """Name the nearest columns, if any, and then the columns that there are."""
    text = _(" The nearest: {names}.").format(names=listed(map(shown, near))) if near else ""
    return text + _(" Columns: {columns} ({n})").format(columns=listed(several(columns)), n=len(columns))


def _nearest(name: str, names: Sequence[str]) -> list[str]:
    """At most three names that are like this one; case does not count."""
    import difflib

    by_lower = {known.lower(): known for known in reversed(names)}
    return [by_lower[found] for found in difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)]
