"""What each column of a table is used for, and which are left out and why.

Numbers are numbers, booleans booleans, dates dates; text names categories, which become columns of their own as long
as they are few, and vectors that the network learns (embeddings) from `EMBEDDING_FROM` on. A column that cannot help,
or would let the network learn the rows by heart, is left out, and its role says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import TableError
from glassnet.table.column import Column
from glassnet.table.encode_dates import parts_that_vary
from glassnet.table.frame import Table
from glassnet.table.reading import dates_of, numbers_of
from glassnet.texts import _, plural

Use = Literal["number", "boolean", "category", "embedding", "date"]
USES = ("number", "boolean", "category", "embedding", "date")

MIN_ROWS = 2  # a category with fewer rows is rare: nothing can be learned about it
EMBEDDING_FROM = 9  # so many categories are embedded
ENOUGH_ROWS = 20  # with fewer, different values say nothing yet
ALMOST_ALL = 0.95  # such a share of different texts: names of rows, not categories


@dataclass(frozen=True)
class Role:
    """What one column is used for.

    Parameters
    ----------
    name : str
        The column.
    use : {"number", "boolean", "category", "embedding", "date"} or None
        None: the column is left out.
    reason : str
        Why it is left out, or how it is used, in words.
    code : str, default=""
        Why it is left out, for programs: "constant", "all_missing", "all_different", "row_counter" or "asked"; "" if
        the column is used.

    Examples
    --------
    >>> Role("city", "category", "4 categories, one-hot")
    Role(name='city', use='category', reason='4 categories, one-hot', code='')
    """

    name: str
    use: Use | None
    reason: str
    code: str = ""


def choose_roles(
    table: Table, *, categorical: Iterable[str] = (), numeric: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[Role, ...]:
    """Decide what each column is used for.

    Parameters
    ----------
    table : Table
        Without the target.
    categorical : iterable of str
        Columns of numbers (or dates) whose values name categories, as postal codes do.
    numeric : iterable of str
        Columns of text whose values are numbers, or of numbers that would be left out because they count the rows.
    ignore : iterable of str
        Columns to leave out.

    Returns
    -------
    tuple of Role
        One for each column, in order.

    Raises
    ------
    TableError
        If a name is not there or stands in two lists, a number is infinite, a value under `numeric` is not a number, or
        no column is left.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"age": [31, 40, 27, 31], "city": ["Rome", "Oslo", "Rome", "Oslo"], "unit": ["cm"] * 4})
    >>> for role in choose_roles(table):
    ...     print(role.name, "|", role.use, "|", role.reason)
    age | number | number
    city | category | 2 categories
    unit | None | the same value in all rows
    """
    asked: dict[str, str] = {}
    for purpose, names in (("categorical", categorical), ("numeric", numeric), ("ignore", ignore)):
        for name in (names,) if isinstance(names, str) else names:
            if asked.setdefault(table[name].name, purpose) != purpose:
                raise TableError.two_uses(name, asked[name], purpose)
    roles = tuple(_role(column, asked.get(column.name, ""), table) for column in table.columns)
    if all(role.use is None for role in roles):
        raise TableError.nothing_to_use(table.source, [(role.name, role.reason) for role in roles])
    return roles


def category_role(name: str, n_categories: int, embedding_from: int = EMBEDDING_FROM) -> Role:
    """Return the role of a column with so many categories.

    Examples
    --------
    >>> category_role("city", 31).reason
    '31 categories, embedded'
    """
    if n_categories >= embedding_from:
        text = plural("{n} category, embedded", "{n} categories, embedded", n_categories)
        return Role(name, "embedding", text.format(n=f"{n_categories:,}"))
    if n_categories == 2:
        return Role(name, "category", _("2 categories"))
    text = plural("{n} category, one-hot", "{n} categories, one-hot", n_categories)
    return Role(name, "category", text.format(n=n_categories))


def frequent_categories(
    column: Column, max_categories: int | None = None, counts: NDArray[np.int64] | None = None
) -> list[str]:
    """Return the categories that have at least `MIN_ROWS` rows, the most frequent first, ties by their text.

    `counts` are the rows of each of the column's levels, where not all rows count.

    Examples
    --------
    >>> frequent_categories(Column("size", "text", np.array([*"SLLMSXL"], dtype=object)))
    ['L', 'S']
    """
    counts = column.levels.counts if counts is None else counts
    frequent = np.flatnonzero(counts >= MIN_ROWS)
    kept = sorted((-int(counts[code]), column.levels.labels[code]) for code in frequent.tolist())
    return [label for _count, label in kept[:max_categories]]


def _role(column: Column, asked: str, table: Table) -> Role:
    if asked == "ignore":
        return _left_out(column, "asked")
    if column.n_missing == len(column):
        return _left_out(column, "all_missing")
    if asked == "categorical" or (column.kind == "text" and asked != "numeric"):
        return _role_of_categories(column, asked=bool(asked))
    if column.kind == "date" and not asked:
        return _role_of_dates(column, table)
    return _role_of_numbers(column, asked, table)


def _role_of_numbers(column: Column, asked: str, table: Table) -> Role:
    values = numbers_of(column, table)
    numbers = column if values is column.data else Column(column.name, "number", values)
    n, n_missing = len(values), numbers.n_missing
    if n_missing == n:
        return _left_out(column, "all_missing")
    smallest, largest = numbers.extremes
    if smallest == largest and not n_missing:
        return _left_out(column, "constant")
    if not asked and column.integer and n >= ENOUGH_ROWS and not n_missing and _counts_rows(values, table):
        return _left_out(column, "row_counter")
    if column.kind == "boolean":
        return Role(column.name, "boolean", _("true or false"))
    return Role(column.name, "number", _("number"))


def _counts_rows(values: NDArray[np.float64], table: Table) -> bool:
    """Whether whole numbers are those of the rows, from any first one, in any order if no row is left out.

    `table` may hold a part of the rows, the others being kept for a test; then it knows where they were.
    """
    first = float(values.min())
    if float(values.max()) - first + 1 == len(values):
        return int(np.bincount((values - first).astype(np.intp)).max()) == 1
    return table.rows is not None and float(np.ptp(values - table.rows)) == 0


def _role_of_categories(column: Column, *, asked: bool) -> Role:
    counts = column.levels.counts
    n_different, n_present = int(np.count_nonzero(counts)), int(counts.sum())
    if n_different == 1 and n_present == len(column):
        return _left_out(column, "constant")
    if not asked and n_present >= ENOUGH_ROWS and n_different > ALMOST_ALL * n_present:
        return _left_out(column, "all_different" if n_different == n_present else "almost_all_different")
    n_categories = int(np.count_nonzero(counts >= MIN_ROWS))
    if not n_categories:
        return _left_out(column, "all_different")
    return category_role(column.name, n_categories)


def _role_of_dates(column: Column, table: Table) -> Role:
    seconds = dates_of(column, table)
    present = seconds[~np.isnan(seconds)]
    if len(present) == len(seconds) and present.min() == present.max():
        return _left_out(column, "constant")
    parts = ", ".join([_("seconds since 1970"), *(_(part) for part in parts_that_vary(present))])
    return Role(column.name, "date", _("date: {parts}").format(parts=parts))


def _left_out(column: Column, code: str) -> Role:
    reasons = {
        "asked": _("asked for"),
        "all_missing": _("all values are missing"),
        "constant": _("the same value in all rows"),
        "all_different": _("all values are different"),
        "almost_all_different": _("almost all values are different"),
        "row_counter": _("counts the rows"),
    }
    return Role(column.name, None, reasons[code], code.removeprefix("almost_"))
