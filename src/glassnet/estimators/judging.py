"""How a fitted tabular model is tested on a table that has the target."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis import Evaluation, evaluate_classes, evaluate_numbers
from glassnet.errors import ParameterError, TableError, TargetError
from glassnet.estimators.decides import has_probabilities
from glassnet.estimators.task import target_numbers
from glassnet.table import Table, as_table, as_text, read_table

if TYPE_CHECKING:
    from glassnet.estimators.tabular_classifier import TabularClassifier
    from glassnet.estimators.tabular_regressor import TabularRegressor


def table_with_target(model: Any, data: Any, target: str | None, options: dict[str, Any]) -> tuple[Table, str]:
    """Read data to test by, and leave out rows whose target is missing.

    Raises
    ------
    ParameterError
        If neither `target` nor the model says which column it is.
    TableError
        If there is no such column, or no row with a target.
    """
    name = target if target is not None else getattr(model, "target_name_", None)
    if name is None:
        raise ParameterError.value("target", None, "the name of the target column; the model does not know it")
    table = read_table(Path(data), **options) if isinstance(data, (str, PathLike)) else as_table(data)
    if name not in table:
        raise TableError.no_column(table.source, name, table.names)
    if table.n_rows == 0:
        raise TableError.no_rows(table.source)
    present = ~table[name].missing
    if not present.any():
        raise TargetError.missing(table.source, name)
    return (table if present.all() else table.take(np.flatnonzero(present))), name


def judge_classes(model: TabularClassifier, table: Table, name: str) -> Evaluation:
    """Test a classifier.

    Raises
    ------
    TableError
        If a row's class was never seen in training.
    """
    codes = codes_of(table, name, model.classes_)
    classes, shares = model.classes_.tolist(), model.class_shares_
    if has_probabilities(model):
        return evaluate_classes(codes, model.predict_proba(table), classes, shares)
    predicted = np.searchsorted(model.classes_, model.predict(table))
    return evaluate_classes(codes, None, classes, shares, predicted=predicted, scores=model.decision_function(table))


def judge_numbers(model: TabularRegressor, table: Table, name: str) -> Evaluation:
    """Test a regressor."""
    return evaluate_numbers(target_numbers(table, table[name]), model.predict(table), model.target_mean_)


def known_answers(model: Any, table: Table, name: str) -> NDArray[Any]:
    """Read the target column as the model's own labels, or as numbers."""
    if hasattr(model, "classes_"):
        labels: NDArray[Any] = model.classes_[codes_of(table, name, model.classes_)]
        return labels
    return target_numbers(table, table[name])


def codes_of(table: Table, name: str, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Turn labels to codes by their text, so that 1, 1.0 and "1" from different files are one class."""
    known = {_text(label): code for code, label in enumerate(classes.tolist())}
    texts = as_text(table[name])
    codes = np.fromiter((known.get(text, -1) for text in texts), dtype=np.int64, count=len(texts))
    if (codes < 0).any():
        row = int((codes < 0).argmax())
        raise TargetError.unseen_class(
            table.source, name, table.row_place(row), texts[row], [_text(label) for label in classes.tolist()]
        )
    return codes


def _text(label: Any) -> str:
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)
