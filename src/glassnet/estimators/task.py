"""Which task a target column asks for, by a rule that is said aloud.

true/false, text, categories          classes
whole numbers, at most 20 different   classes (ratings, digits, codes)
other numbers                         regression
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ParameterError, TableError, TargetError
from glassnet.estimators.targets import CodedLabels
from glassnet.table import Column, Table
from glassnet.table.reading import numbers_of
from glassnet.texts import _

TASKS = ("auto", "classification", "regression")
MOST_WHOLE_NUMBERS = 20  # different whole numbers that are still taken for classes
MOST_CLASSES = 0.5  # share of the rows: more different labels than that are names, not classes

Task = Literal["regression", "binary", "multiclass"]


@dataclass(frozen=True, eq=False)
class Target:
    """The target column as the estimators take it.

    Attributes
    ----------
    task : {"regression", "binary", "multiclass"}
    reason : str
        The rule by which the task was chosen, in words.
    values : ndarray
        Numbers (float64), or labels: text, int64 or bool.
    present : ndarray of bool
        Rows whose target is not missing; `values` holds only these.
    labels : CodedLabels or None
        The same as `values`, counted; None for numbers.
    """

    task: Task
    reason: str
    values: NDArray[Any]
    present: NDArray[np.bool_]
    labels: CodedLabels | None = None


def read_target(table: Table, name: str, asked: str = "auto") -> Target:
    """Take the target out of a table, and choose the task.

    Parameters
    ----------
    table : Table
    name : str
        The target column.
    asked : {"auto", "classification", "regression"}

    Raises
    ------
    ParameterError
        If `asked` is no task.
    TableError
        If there is no such column, it holds dates or nothing, a regression's target is not a number, or a
        classification's labels are nearly all different.
    """
    if asked not in TASKS:
        raise ParameterError.choice("task", asked, TASKS)
    if name not in table:
        raise TableError.no_column(table.source, name, table.names)
    column = table[name]
    present = ~column.missing
    if not present.any():
        raise TargetError.missing(table.source, name)
    if column.kind == "date":
        raise TargetError.is_date(table.source, name)
    if asked == "regression":
        return _regression(table, column, _("asked for"))
    labels = coded_labels(column, present)
    n_different = len(labels.classes)
    if column.kind == "number" and asked == "auto" and not (column.integer and n_different <= MOST_WHOLE_NUMBERS):
        if column.integer:
            reason = _("whole numbers with {n} different values, more than {most}").format(
                n=f"{n_different:,}", most=MOST_WHOLE_NUMBERS
            )
        else:
            reason = _("numbers with fractions")
        return _regression(table, column, reason)
    if n_different == 1:
        raise TargetError.single_class(table.source, name, labels.classes[0])
    if n_different > 20 and n_different > MOST_CLASSES * len(labels):
        raise TargetError.too_many_classes(table.source, name, n_different, len(labels))
    reason = _("asked for") if asked == "classification" else _reason(column, n_different)
    return Target("binary" if n_different == 2 else "multiclass", reason, labels.array, present, labels)


def _regression(table: Table, column: Column, reason: str) -> Target:
    numbers = target_numbers(table, column)
    present = ~np.isnan(numbers)  # blank text is missing too
    return Target("regression", reason, numbers[present], present)


def labels_of(column: Column) -> NDArray[Any]:
    """Labels of a column's rows: text, whole numbers (int64), other numbers or bool; undefined where missing."""
    if column.kind == "text":
        return _coded_texts(column).array
    values = np.where(column.missing, 0.0, column.values)
    if column.kind == "boolean":
        return values.astype(np.bool_)
    return values.astype(np.int64) if column.integer and np.abs(values).max(initial=0.0) < 2.0**63 else values


def coded_labels(column: Column, present: NDArray[np.bool_] | None = None) -> CodedLabels:
    """Labels of a column's rows, or of those that are present, as `labels_of` gives them, counted."""
    if column.kind == "text":
        found = _coded_texts(column)
        return found.without_empty() if present is None or present.all() else found.take(present).without_empty()
    labels = labels_of(column)
    return CodedLabels.of(labels if present is None else labels[present])


def _coded_texts(column: Column) -> CodedLabels:
    levels = column.levels
    # Different texts may be the same label: NumPy's texts do not tell zero characters at their ends.
    classes, places = np.unique(np.array([*levels.labels, ""], dtype=np.str_), return_inverse=True)
    return CodedLabels(classes, places.astype(np.int64, copy=False)[levels.codes])  # -1, missing, is the last: ""


def target_numbers(table: Table, column: Column) -> NDArray[np.float64]:
    """Finite numbers of a target column, read from its text if need be; NaN where they are missing.

    Raises
    ------
    TargetError
        If the column holds dates, text that is no number, or infinity.
    """
    if column.kind == "date":
        raise TargetError.is_date(table.source, column.name)
    return numbers_of(
        column,
        table,
        not_a_number=lambda _source, row, name, value: TargetError.not_number(name, row, value),
        infinite=lambda _source, row, name, value: TargetError.infinite_in_row(name, row, value),
    )


def _reason(column: Column, n_different: int) -> str:
    if column.kind == "boolean":
        return _("true or false")
    if column.kind == "text":
        return _("text with {n} different values").format(n=f"{n_different:,}")
    return _("whole numbers with only {n} different values").format(n=n_different)
