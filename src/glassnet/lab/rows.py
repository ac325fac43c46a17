"""What an experiment learns from: scikit-learn's handwritten digits, or a table that somebody names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import TrainingData
from glassnet.errors import DataError, ParameterError, ShapeError
from glassnet.table import Encoding, Table, as_table, choose_roles

Scale = Literal["unit", "centered"]
TEST_SHARE = 0.25
MOST_CLASSES = 100
MOST_CATEGORIES = 10_000


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to test by, split at random with the same shares of classes.

    Attributes
    ----------
    X, X_test : ndarray of float32, shapes (n, n_inputs), (n_test, n_inputs)
    y, y_test : ndarray of int64
        Codes of classes.
    n_classes : int
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    n_classes: int

    @property
    def n_inputs(self) -> int:
        """Columns of X."""
        return int(self.X.shape[1])

    @property
    def training(self) -> TrainingData:
        """What the engine learns from; the test rows are not in it."""
        return TrainingData(self.X, self.y)

    @property
    def watched(self) -> TrainingData:
        """The same with the test rows as validation: the trace then has their loss, which no training looks at."""
        return TrainingData(self.X, self.y, X_val=self.X_test, y_val=self.y_test)

    def turned(self) -> Split:
        """Learn from the smaller part, and test by the larger: so that there is something to generalize to."""
        return Split(self.X_test, self.y_test, self.X, self.y, self.n_classes)


@dataclass(frozen=True)
class Rows:
    """A classification problem: every column scaled to [0, 1], classes as codes.

    Attributes
    ----------
    X : ndarray of float32, shape (n_samples, n_inputs)
    y : ndarray of int64, shape (n_samples,)
    n_classes : int
    title : str
        What the data is called.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    n_classes: int
    title: str

    def split(self, seed: int, scale: Scale = "unit") -> Split:
        """Put a quarter aside for the test.

        Parameters
        ----------
        seed : int
        scale : {"unit", "centered"}
            "centered": the mean of each column over the rows to learn from is subtracted, and all columns are divided
            by one number, so that their mean square is 1. Relations between columns stay as they are.
        """
        from sklearn.model_selection import train_test_split

        # A class of one row cannot be on both sides.
        stratify = self.y if np.bincount(self.y).min() >= 2 else None
        X, X_test, y, y_test = train_test_split(
            self.X, self.y, test_size=TEST_SHARE, random_state=seed, stratify=stratify
        )
        if scale == "centered":
            mean = X.mean(axis=0, dtype=np.float64)
            size = float(np.sqrt(np.mean((X - mean) ** 2))) or 1.0
            X, X_test = (((part - mean) / size).astype(np.float32) for part in (X, X_test))
        return Split(X, y, X_test, y_test, self.n_classes)


def digits() -> Rows:
    """1,797 handwritten digits of 8 × 8 pixels, ten classes, as they ship with scikit-learn."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return Rows((X / 16).astype(np.float32), y.astype(np.int64), 10, "digits")


def rows_of(data: Any) -> Rows:
    """Take what `gn.lab.run` was given as `data`.

    Parameters
    ----------
    data : None, or tuple of (X, y)
        None: digits. X is an array of numbers or a table (data frame, dict of columns), y holds a class for each row.

    Raises
    ------
    ParameterError, ShapeError, DataError
        If it is something else, or cannot be learned from.

    Examples
    --------
    >>> rows_of(([[1.0], [2.0], [3.0], [5.0]], ["no", "no", "yes", "yes"])).X[:, 0]
    array([0.  , 0.25, 0.5 , 1.  ], dtype=float32)
    """
    if data is None:
        return digits()
    if isinstance(data, Rows):
        return data
    if not isinstance(data, tuple) or len(data) != 2:
        raise ParameterError.value("data", data, "None, or a pair (X, y)")
    X, y = data
    if hasattr(X, "columns") or isinstance(X, Mapping):
        X = _encoded(as_table(X))
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ShapeError.shape("X", X.shape, "(n_samples, n_features)")
    if len(X) != len(y):
        raise ShapeError.rows("X", len(X), "y", len(y))
    wrong = np.argwhere(~np.isfinite(X))
    if len(wrong):
        row, column = (int(place) for place in wrong[0])
        raise DataError.not_finite(row, column, value=float(X[row, column]))
    classes, codes = np.unique(np.asarray(y), return_inverse=True)
    return _rows(X, codes, list(classes), "X")


def rows_of_table(table: Table, target: str) -> Rows:
    """Take a table of which one column holds the classes; rows without a class are left out.

    Raises
    ------
    TableError
        If there is no such column, or no other that can be used.
    ParameterError, DataError
        If the column does not hold 2 to 100 classes.
    """
    column = table[target]
    table = table.take(~column.missing)
    codes, names = table[target].factorize()
    return _rows(_encoded(table.without([target])).astype(np.float64), codes, names, table.source)


def _encoded(table: Table) -> NDArray[np.float32]:
    """Numbers for all columns; a category becomes a column of zeros and ones."""
    encoding = Encoding.learn(table, choose_roles(table), embedding_from=MOST_CATEGORIES + 1, max_categories=100)
    return encoding.encode(table).X


def _rows(X: NDArray[np.float64], codes: NDArray[Any], classes: Sequence[Any], title: str) -> Rows:
    if len(classes) < 2:
        raise DataError.one_class(classes[0].item() if hasattr(classes[0], "item") else classes[0])
    if len(classes) > MOST_CLASSES:
        raise ParameterError.value("target", f"{len(classes):,} different values", "a column of 2 to 100 classes")
    low, high = X.min(axis=0), X.max(axis=0)
    X = (X - low) / np.where(high > low, high - low, 1.0)
    return Rows(X.astype(np.float32), codes.astype(np.int64), len(classes), title)
