"""Tables of one's own: a target, two columns of numbers, and what becomes of the rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import GlassnetError, SetupError
from glassnet.playground.data.telling import telling_pair
from glassnet.table import Column, Table, choose_roles
from glassnet.texts import _, plural

MOST_ROWS = 20_000
LEAST_PRESENT = 0.5  # a column that fewer rows have is not chosen by itself
MOST_CLASSES = 10  # that pictures have colors for
USUAL_TARGETS = ("target", "class", "label", "y", "species", "outcome", "survived", "quality", "diagnosis", "price")
WHERE = "data.table"


@dataclass(frozen=True, eq=False)
class TableRows:
    """Rows of a table as they are learned from, not scaled yet.

    Attributes
    ----------
    X : ndarray of float64, shape (n, 2)
    y : ndarray of shape (n,)
        Labels, or numbers (float64).
    task : {"classification", "regression"}
    reason : str
        Why it is this task, in words.
    columns : tuple of str
        The two inputs.
    target : str
    notes : tuple of str
        What was left out, in words.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    task: Any
    reason: str
    columns: tuple[str, str]
    target: str
    notes: tuple[str, ...]


def usual_target(table: Table) -> str:
    """Guess the column that is to be predicted: one with a usual name, else the last that can be.

    Examples
    --------
    >>> from glassnet.table import as_table
    >>> usual_target(as_table({"Species": ["a", "b"], "length": [1.0, 2.0]}))
    'Species'
    """
    by_name = {name.lower(): name for name in table.names}
    for usual in USUAL_TARGETS:
        if usual in by_name:
            return by_name[usual]
    usable = [column.name for column in table.columns if column.kind != "date" and column.n_missing < len(column)]
    return usable[-1] if usable else table.names[-1]


def usable_inputs(table: Table, target: str) -> tuple[str, ...]:
    """Name the columns of numbers (true and false among them) that vary, without the target."""
    return tuple(column.name for column in table.columns if column.name != target and _varies(column))


def rows_of_table(table: Table, columns: Sequence[str], target: str, task: str, seed: int) -> TableRows:
    """Take two columns and the target of a table.

    Parameters
    ----------
    table : Table
    columns : sequence of str
        Two columns of numbers; () for the two most telling ones.
    target : str
        "" for the usual one.
    task : {"auto", "classification", "regression"}
    seed : int
        Of the choice of rows, where there are too many.

    Raises
    ------
    SetupError
        If a column is not there, holds no numbers or does not vary; if the target cannot be used, or has too many
        classes.
    """
    from glassnet.estimators.task import read_target

    if not table.names:
        raise SetupError.too_few_columns(WHERE, ())
    notes = []
    if len(table) > MOST_ROWS:
        chosen = np.sort(np.random.RandomState(seed).permutation(len(table))[:MOST_ROWS])
        text = _("{most} of {n} rows, drawn at random")
        notes.append(text.format(most=f"{MOST_ROWS:,}", n=f"{len(table):,}"))
        table = table.take(chosen)
    target = target or usual_target(table)
    try:
        found = read_target(table, target, task)
    except GlassnetError as error:
        raise SetupError.at(f"{WHERE}.target", str(error)) from error
    if found.task != "regression" and (n := len(np.unique(found.values))) > MOST_CLASSES:
        numeric = table[target].kind == "number"
        if not (numeric and task == "auto"):
            raise SetupError.too_many_classes(f"{WHERE}.target", target, n, MOST_CLASSES, numeric)
        reason = _("{n} different numbers, more than classes can be shown").format(n=n)
        found = dataclasses.replace(read_target(table, target, "regression"), reason=reason)
    classes = found.task != "regression"
    if classes and found.values.dtype.kind == "f":  # fractions that are asked to be classes: names, not numbers
        found = dataclasses.replace(found, values=np.array([repr(float(value)) for value in found.values]))
    inputs = _inputs(table, columns, target)
    rows = table.take(found.present)
    pair = inputs if len(inputs) == 2 and columns else _telling(rows, inputs, found.values, classes=classes)
    X = np.column_stack([rows[name].values for name in pair]).astype(np.float64)
    whole = np.isfinite(X).all(axis=1)
    left_out = len(table) - int(whole.sum())
    if left_out:
        text = plural("{n} row without a value is left out", "{n} rows without a value are left out", left_out)
        notes.append(text.format(n=f"{left_out:,}"))
    X, y = X[whole], found.values[whole]
    if len(X) < 2:
        raise SetupError.too_few_rows(WHERE, len(X))
    if classes and (len(np.unique(y)) < 2 or np.unique(y, return_counts=True)[1].max() < 2):
        raise SetupError.one_class(f"{WHERE}.target", target)
    return TableRows(
        X, y, "classification" if classes else "regression", found.reason, (pair[0], pair[1]), target, tuple(notes)
    )


def _inputs(table: Table, columns: Sequence[str], target: str) -> tuple[str, ...]:
    """Name the columns to choose from: those that were asked for, or all that can be used."""
    usable = usable_inputs(table, target)
    for i, name in enumerate(columns):
        where = f"{WHERE}.columns[{i}]"
        if name not in table:
            raise SetupError.choice(where, name, table.names[:50])
        if name == target:
            raise SetupError.is_target(where, name)
        if name not in usable:
            raise SetupError.not_numbers(where, name, usable)
    if len(usable) < 2:
        raise SetupError.too_few_columns(WHERE, usable)
    return tuple(columns) or _without_counters(table, usable)


def _without_counters(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out columns that count the rows, if enough others are there: in a sorted table they would tell most."""
    finite = [name for name in names if not np.isinf(table[name].values).any()]
    counters = {role.name for role in choose_roles(table.select(finite)) if role.use is None} if finite else set()
    kept = tuple(name for name in names if name not in counters)
    return kept if len(kept) >= 2 else names


def _telling(rows: Table, names: tuple[str, ...], target: NDArray[Any], *, classes: bool) -> tuple[str, ...]:
    """Find the pair that tells most; a column that few rows have tells about those only, and may leave one class."""
    columns = {name: rows[name].values for name in names}
    common = {name: values for name, values in columns.items() if np.isfinite(values).mean() >= LEAST_PRESENT}
    return telling_pair(common if len(common) >= 2 else columns, target, classes=classes)


def _varies(column: Column) -> bool:
    if column.kind not in ("number", "boolean"):
        return False
    present = column.values[np.isfinite(column.values)]
    return len(present) > 1 and bool(present.min() < present.max())
