"""The data of a comparison, and how each fold is cut and prepared: from its training rows alone.

    array    each column standardized by the mean and deviation of the training rows, as `StandardScaler` does
    table    columns of any kind, encoded as by the estimators for tables (`glassnet.table.Encoding`)

Targets of a regression are standardized in the same way, and scores are in their own unit.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.utils.multiclass import type_of_target

from glassnet.engine import CodedRows
from glassnet.errors import ParameterError, ShapeError, TableError
from glassnet.estimators import MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, reading, validation
from glassnet.estimators.targets import CodedLabels, Labels
from glassnet.estimators.task import read_target
from glassnet.network import EmbeddingSpec
from glassnet.table import Encoding, Role, Table, as_column, as_table, choose_roles, read_table

Array = NDArray[Any]
EMBEDDING_DIMENSION = 8  # as the estimators for tables


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of one fold, as the engine takes them.

    Attributes
    ----------
    X, X_test : ndarray, CSR matrix or CodedRows
        Rows to learn from, rows to judge by.
    n_dense : int
        Columns of numbers.
    embeddings : tuple of EmbeddingSpec
    """

    X: Any
    X_test: Any
    n_dense: int
    embeddings: tuple[EmbeddingSpec, ...] = ()

    @property
    def dtype(self) -> str:
        """What "auto" means: the rows' own float type."""
        rows = self.X.X if isinstance(self.X, CodedRows) else self.X
        return str(rows.dtype.name)


class Material(ABC):
    """Rows with their targets.

    Attributes
    ----------
    source : str
        Name of the file, or "X".
    labels : Labels or None
        Of a classification.
    targets : ndarray
        Codes, (n,) or (n, n_labels); or numbers, (n, n_outputs).
    standardize : bool
        Whether inputs and the numbers of a regression are standardized within each fold.
    """

    source: str
    standardize: bool = True
    labels: Labels | None
    targets: Array

    @property
    def n_rows(self) -> int:
        """Rows whose target is known."""
        return len(self.targets)

    @property
    def strata(self) -> Array | None:
        """Codes by which folds are cut in proportion, or None."""
        return self.targets if self.labels is not None and self.targets.ndim == 1 else None

    @abstractmethod
    def inputs(self, rows: Array, others: Array) -> Inputs:
        """Prepare the inputs of a fold: rows to learn from, others to judge by."""

    @abstractmethod
    def _parts(self) -> Iterable[Any]:
        """What the data consist of, for the fingerprint."""

    def fingerprint(self) -> str:
        """Digest of all rows and targets: equal data have the same."""
        digest = hashlib.sha256()
        classes = () if self.labels is None else self.labels.classes
        for part in (self.source, self.targets, np.asarray(classes), *self._parts()):
            digest.update(_bytes(part))
        return digest.hexdigest()


class ArrayMaterial(Material):
    """An array of numbers."""

    def __init__(self, X: Any, targets: Array, labels: Labels | None, *, standardize: bool) -> None:
        self.source = "X"
        self._X, self.targets, self.labels = X, targets, labels
        self.standardize = standardize

    def inputs(self, rows: Array, others: Array) -> Inputs:
        """Standardize by the rows to learn from; a sparse matrix keeps its zeros."""
        X, X_test = self._X[rows], self._X[others]
        if self.standardize:
            from sklearn.preprocessing import StandardScaler

            scaler = StandardScaler(with_mean=not scipy.sparse.issparse(X)).fit(X)
            X, X_test = scaler.transform(X), scaler.transform(X_test)
        return Inputs(X, X_test, int(X.shape[1]))

    def _parts(self) -> Iterable[Any]:
        if scipy.sparse.issparse(self._X):
            return self._X.data, self._X.indices, self._X.indptr, str(self._X.shape)
        return (self._X,)


class TableMaterial(Material):
    """A table with columns of any kind."""

    def __init__(self, table: Table, roles: tuple[Role, ...], targets: Array, labels: Labels | None) -> None:
        self.source = table.source
        self._table, self._roles = table, roles
        self.targets, self.labels = targets, labels

    def inputs(self, rows: Array, others: Array) -> Inputs:
        """Learn the encoding from the rows to learn from."""
        learned = self._table.take(rows)
        encoding = Encoding.learn(learned, self._roles)
        embeddings = tuple(EmbeddingSpec(n, EMBEDDING_DIMENSION) for n in encoding.cardinalities)
        both: list[Any] = []
        for table in (learned, self._table.take(others)):
            encoded = encoding.encode(table)
            both.append(CodedRows(encoded.X, encoded.codes) if embeddings else encoded.X)
        return Inputs(both[0], both[1], encoding.n_dense, embeddings)

    def _parts(self) -> Iterable[Any]:
        for column in self._table.columns:
            yield f"{column.name}\x1f{column.kind}"
            yield column.values


def material_of(
    X: Any,
    y: Any,
    target: str | None,
    *,
    task: str,
    standardize: bool,
    ignore: Iterable[str] = (),
    categorical: Iterable[str] = (),
    numeric: Iterable[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad_rows: bool = False,
) -> Material:
    """Read the data as they were given: X with y, or a file or a table with the name of its target.

    Raises
    ------
    ParameterError, TableError, ShapeError, DataError
        As the estimators raise them.
    """
    if target is None and isinstance(y, str):
        target, y = y, None
    if isinstance(X, (str, PathLike)):
        if target is None:
            raise ParameterError.value("target", None, "the name of the column to predict, where X is a file")
        options: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter, "skip_bad_rows": skip_bad_rows}
        X = read_table(Path(X), **options)
    left_out, as_categories, as_numbers = map(_listed, (ignore, categorical, numeric))
    if target is not None:
        return _of_table(as_table(X), target, task, left_out, as_categories, as_numbers)
    if y is None:
        raise ParameterError.value("y", None, "given, or the name of the target among the columns of X")
    classification = _is_classification(y, task)
    if reading.is_frame(X):
        kind = TabularClassifier if classification else TabularRegressor
        table, values = reading.training_rows(kind(), X, y, numeric_y=not classification)
        _check_names(table, (*left_out, *as_categories, *as_numbers))
        return _table_material(table.without(left_out), values, classification, as_categories, as_numbers)
    if left_out or as_categories or as_numbers:
        raise ParameterError.value("ignore", (*left_out, *as_categories, *as_numbers), "empty where X is an array")
    model = MLPClassifier() if classification else MLPRegressor()
    X, values = validation.checked_training(model, X, y, reset=True, numeric_y=not classification)
    return ArrayMaterial(X, *_targets(values, classification), standardize=standardize)


def _of_table(
    table: Table, target: str, task: str, ignore: list[str], categorical: list[str], numeric: list[str]
) -> Material:
    if table.n_rows == 0:
        raise TableError.no_rows(table.source)
    chosen = read_target(table, target, task)
    _check_names(table, (*ignore, *categorical, *numeric))
    rows = table.without((target, *ignore))
    if not chosen.present.all():
        rows = rows.take(np.flatnonzero(chosen.present))
    return _table_material(rows, chosen.values, chosen.task != "regression", categorical, numeric)


def _table_material(
    table: Table, values: Array | CodedLabels, classification: bool, categorical: list[str], numeric: list[str]
) -> Material:
    if not table.columns:
        raise ShapeError.empty("X", (table.n_rows, 0))
    roles = choose_roles(table, categorical=tuple(categorical), numeric=tuple(numeric))
    return TableMaterial(table, roles, *_targets(values, classification))


def _targets(values: Array | CodedLabels, classification: bool) -> tuple[Array, Labels | None]:
    if classification or isinstance(values, CodedLabels):
        labels, codes = Labels.learn(values)
        return codes, labels
    return np.ascontiguousarray(values, dtype=np.float64).reshape(len(values), -1), None


def _is_classification(y: Any, task: str) -> bool:
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] > 1:
        if task == "auto":
            return bool(type_of_target(values) == "multilabel-indicator")
        return task == "classification"
    column = as_column(y if values.ndim == 1 else values.ravel(), "y")
    return read_target(Table((column,), len(column), "y"), "y", task).task != "regression"


def _check_names(table: Table, names: Iterable[str]) -> None:
    for name in names:
        if name not in table:
            raise TableError.no_column(table.source, name, table.names)


def _listed(names: Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _bytes(part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode()
    array = np.asarray(part)
    if array.dtype == object:
        return "\x1e".join("\x1d" if value is None else str(value) for value in array.ravel()).encode()
    return f"{array.dtype.str}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()
