"""Raw rows and targets, as people pass them to the tabular estimators, checked and turned to a `Table` and an array.

Data frames go by the names of their columns, whatever their order; arrays go by position, checked by scikit-learn's
`validate_data`, whose conventions hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.utils.validation import column_or_1d, validate_data

from glassnet.errors import ShapeError, TableError, TargetError
from glassnet.errors.base import place
from glassnet.estimators.targets import CodedLabels
from glassnet.estimators.task import coded_labels, labels_of, target_numbers
from glassnet.table import Column, Table, as_column, as_table

Array = NDArray[Any]


def training_rows(estimator: Any, X: Any, y: Any, *, numeric_y: bool) -> tuple[Table, Array | CodedLabels]:
    """Read rows and targets to learn from; sets `n_features_in_`, and `feature_names_in_` for a frame.

    Labels in a column of text come counted.

    Raises
    ------
    TableError, ShapeError, ValueError
        The last one of scikit-learn, for arrays.
    """
    if is_frame(X):
        table = as_table(X)
        y = _target(estimator, y, numeric=numeric_y)
        if len(y) != table.n_rows:
            raise ShapeError.rows("X", table.n_rows, "y", len(y))
        if table.n_rows == 0 or not table.columns:
            raise ShapeError.empty("X", (table.n_rows, len(table.columns)))
        estimator.n_features_in_ = len(table.columns)
        estimator.feature_names_in_ = np.array(table.names, dtype=object)
        return table, y
    if hasattr(y, "__len__") and _is_series(y):
        y = _plain(_target(estimator, y, numeric=numeric_y))
    X, y = validate_data(
        estimator,
        _as_array(X),
        y,
        dtype=None,
        ensure_all_finite="allow-nan",
        ensure_min_samples=2,
        reset=True,
        y_numeric=numeric_y,
    )
    estimator.__dict__.pop("feature_names_in_", None)  # of an earlier fit on a frame
    return as_table(X), y


def answers(estimator: Any, y: Any, n_rows: int, *, numeric_y: bool) -> Array:
    """Read the targets of rows like those that were learned from.

    Raises
    ------
    TargetError, ShapeError
        If one is missing, or there are more or fewer than rows.
    """
    values = _plain(_target(estimator, y, numeric=numeric_y))
    if len(values) != n_rows:
        raise ShapeError.rows("X", n_rows, "y", len(values))
    return values


def rows_to_predict(estimator: Any, X: Any) -> Table:
    """Read rows like those that were learned from.

    A frame where an array was learned from, or the other way round, goes by position if it has as many columns.
    """
    names = getattr(estimator, "feature_names_in_", None)
    if is_frame(X):
        table = as_table(X)
        if table.n_rows == 0:
            raise TableError.no_rows(table.source)
        if names is None:
            if len(table.columns) != estimator.n_features_in_:
                raise ShapeError.columns("X", len(table.columns), estimator.n_features_in_)
            table = as_table(table, names=[f"x{i}" for i in range(len(table.columns))])
        return table
    if names is None:
        X = validate_data(estimator, _as_array(X), dtype=None, ensure_all_finite="allow-nan", reset=False)
        return as_table(X)
    X = np.asarray(_as_array(X))
    if X.ndim != 2 or X.shape[1] != estimator.n_features_in_:
        raise ShapeError.columns("X", X.shape[1] if X.ndim == 2 else 1, estimator.n_features_in_)
    return as_table(X, names=list(names))


def is_frame(X: Any) -> bool:
    """Tell whether X has named columns."""
    if scipy.sparse.issparse(X):  # one of its formats is a dict
        return False
    return isinstance(X, (Table, Mapping)) or hasattr(X, "columns")


def _as_array(X: Any) -> Any:
    """A list of rows may mix text and numbers: as objects, each column finds its own kind."""
    if isinstance(X, (list, tuple)) and X and isinstance(X[0], (list, tuple)):
        types = {type(cell) for row in X for cell in row}
        if any(issubclass(kind, (str, type(None))) for kind in types):
            return np.array(X, dtype=object)
    return X


def _is_series(y: Any) -> bool:
    return hasattr(y, "to_numpy") or isinstance(y, Column)


def _plain(y: Array | CodedLabels) -> Array:
    return y.array if isinstance(y, CodedLabels) else y


def _target(estimator: Any, y: Any, *, numeric: bool) -> Array | CodedLabels:
    if isinstance(y, CodedLabels):
        return y
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None"
        )  # scikit-learn's own words, which its checks look for
    if not _is_series(y):
        values: Array = column_or_1d(np.asarray(y), warn=True)
        return values
    column = as_column(y)
    if column.n_missing:
        raise TargetError.missing_in_row(column.name, place(int(column.missing.argmax())))
    if numeric:
        return target_numbers(Table((column,), len(column), "y"), column)
    return coded_labels(column) if column.kind == "text" else labels_of(column)
