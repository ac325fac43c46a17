"""Rows to learn from and rows to test by, made from what a set-up says of its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import SetupError
from glassnet.playground.data import SETS
from glassnet.playground.data.digits import digits
from glassnet.playground.data.scaling import standardized
from glassnet.playground.data.sets import BOX, Task
from glassnet.playground.data.splitting import split
from glassnet.playground.data.tables import rows_of_table
from glassnet.playground.setup import DataChoice, Setup
from glassnet.table import Table
from glassnet.texts import _, later

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Material:
    """What a network learns from, and what it is tested by.

    Attributes
    ----------
    X_train, X_test : ndarray of float32, shapes (n, n_inputs), (n_test, n_inputs)
        `X_test` has no rows where nothing is left to test by.
    y_train, y_test : ndarray, shapes (n,), (n_test,)
        Labels (int64 or text), or numbers (float32).
    task : {"classification", "regression"}
    task_reason : str
        Why it is this one, in words.
    class_names : tuple of str
        In the order of the codes; () for numbers.
    column_names : tuple of str
    box : tuple of float
        x1 from, to, x2 from, to: what pictures show.
    images : bool
        Whether a row is an image of 8 × 8 pixels.
    notes : tuple of str
        What was left out, in words.
    scales : tuple of (float, float), or None
        Of tables: mean and deviation of each input, and of a target of numbers, by which they were standardized.
    setup : Setup
        With what was chosen filled in: the columns of a table, and its target.
    """

    X_train: NDArray[np.float32]
    y_train: NDArray[Any]
    X_test: NDArray[np.float32]
    y_test: NDArray[Any]
    task: Task
    task_reason: str
    class_names: tuple[str, ...]
    column_names: tuple[str, ...]
    box: Box
    images: bool
    notes: tuple[str, ...]
    setup: Setup
    scales: tuple[tuple[float, float], ...] | None = None

    @property
    def codes_train(self) -> NDArray[np.int64] | None:
        """Class codes of the rows to learn from; None for numbers."""
        return None if self.task == "regression" else np.searchsorted(self.classes, self.y_train)

    @property
    def codes_test(self) -> NDArray[np.int64] | None:
        """Class codes of the rows to test by; None for numbers."""
        return None if self.task == "regression" else np.searchsorted(self.classes, self.y_test)

    @property
    def classes(self) -> NDArray[Any]:
        """Labels, sorted, as the estimators sort them: the code of a label is its place."""
        return np.unique(self.y_train)


def material_of(setup: Setup, tables: Mapping[str, Table] | None = None) -> Material:
    """Make the rows of a set-up.

    Parameters
    ----------
    setup : Setup
    tables : mapping of str to Table, optional
        Uploaded tables by their id.

    Raises
    ------
    SetupError
        If points are too few, or a table is not there or cannot be used.

    Examples
    --------
    >>> from glassnet.playground.setup import DEFAULT
    >>> material = material_of(DEFAULT)
    >>> material.X_train.shape, material.X_test.shape, material.class_names
    ((350, 2), (150, 2), ('0', '1'))
    """
    data = setup.data
    kind = SETS[data.name].kind
    if kind == "table":
        return _of_table(setup, tables or {})
    if kind == "drawn":
        return _drawn(setup)
    X, y = _made(data) if kind == "made" else digits(data.n_rows, data.noise, data.seed)
    task = SETS[data.name].task
    assert task is not None
    reason = _("the data are made of classes") if task == "classification" else _("the data are made of numbers")
    return _material(setup, X, y, task, reason, images=kind == "digits")


def _made(data: DataChoice) -> tuple[NDArray[np.float64], NDArray[Any]]:
    make = SETS[data.name].make
    assert make is not None
    return make(data.n_rows, data.noise, data.n_classes, np.random.RandomState(data.seed))


def _drawn(setup: Setup) -> Material:
    points = np.array(setup.data.points, dtype=np.float64).reshape(-1, 3)
    X, numbers = points[:, :2], points[:, 2]
    codes = numbers.astype(np.int64)
    whole = bool((codes == numbers).all() and (codes >= 0).all() and (codes < 10).all())
    if setup.data.task == "regression":
        return _material(setup, X, numbers, "regression", _("asked for"))
    if setup.data.task == "auto" and not whole:
        return _material(setup, X, numbers, "regression", _("numbers other than 0 to 9 are drawn"))
    if not whole:
        at = int(np.flatnonzero((codes != numbers) | (codes < 0) | (codes > 9))[0])
        raise SetupError.value(f"data.points[{at}][2]", float(numbers[at]), later("a class from 0 to 9"))
    if len(np.unique(codes)) < 2 or np.bincount(codes).max() < 2:
        raise SetupError.too_few_points("data.points")
    reason = _("asked for") if setup.data.task == "classification" else _("whole numbers from 0 to 9 are classes")
    return _material(setup, X, codes, "classification", reason)


def _of_table(setup: Setup, tables: Mapping[str, Table]) -> Material:
    chosen = setup.data.table
    if chosen is None or chosen.id not in tables:
        raise SetupError.no_table("data.table", chosen.name if chosen else "")
    data = setup.data
    rows = rows_of_table(tables[chosen.id], chosen.columns, chosen.target, data.task, data.seed)
    filled = dataclasses.replace(chosen, columns=rows.columns, target=rows.target)
    setup = dataclasses.replace(setup, data=dataclasses.replace(data, table=filled))
    made = _material(setup, rows.X, rows.y, rows.task, rows.reason, standardize=True)
    return dataclasses.replace(made, column_names=rows.columns, notes=rows.notes)


def _material(
    setup: Setup,
    X: NDArray[np.float64],
    y: NDArray[Any],
    task: Task,
    reason: str,
    *,
    images: bool = False,
    standardize: bool = False,
) -> Material:
    if len(X) < 2:
        raise SetupError.too_few_rows("data.points", len(X))
    classification = task == "classification"
    classes, codes = np.unique(y, return_inverse=True) if classification else ((), None)
    train, test = split(len(X), codes, setup.data.test_share, setup.data.seed)
    scales = None
    if standardize:  # by what the rows to learn from are like: nothing of the test is known before
        scaled = [standardized(column, train) for column in (X.T if classification else (*X.T, y))]
        scales = tuple((one.mean, one.deviation) for one in scaled)
        X = np.column_stack([one.values for one in scaled[: X.shape[1]]])
        y = y if classification else scaled[-1].values
    X = X.astype(np.float32)
    y = y if classification else y.astype(np.float32)
    return Material(
        X_train=np.ascontiguousarray(X[train]),
        y_train=y[train],
        X_test=np.ascontiguousarray(X[test]),
        y_test=y[test],
        task=task,
        task_reason=reason,
        class_names=tuple(str(label) for label in classes),
        column_names=tuple(f"pixel {i}" for i in range(X.shape[1])) if images else ("x1", "x2"),
        box=(0.0, 1.0, 0.0, 1.0) if images else _box_of_values(X) if standardize else _box(X),
        images=images,
        notes=(),
        setup=setup,
        scales=scales,
    )


def _box(X: NDArray[Any]) -> Box:
    """Take the box of made sets, or one as much larger as the points need."""
    low, high = X.min(axis=0), X.max(axis=0)
    return (
        float(min(BOX[0], low[0])),
        float(max(BOX[1], high[0])),
        float(min(BOX[2], low[1])),
        float(max(BOX[3], high[1])),
    )


def _box_of_values(X: NDArray[Any]) -> Box:
    """Show where nearly all rows lie, with a margin: a few that lie far off would make a dot of all others."""
    low, high = np.quantile(X.astype(np.float64), [0.01, 0.99], axis=0)
    margin = np.maximum(0.15 * (high - low), 0.25)
    return float(low[0] - margin[0]), float(high[0] + margin[0]), float(low[1] - margin[1]), float(high[1] + margin[1])
