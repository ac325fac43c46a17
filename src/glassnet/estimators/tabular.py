"""What the tabular classifier and regressor have in common: raw rows in, encoded, trained by a recipe.

    fit ── reading ── hold_out ── Encoding ── recipe ── translate ── engine.train ── attributes
           └──────────────── prepare ─────────────────────────────┘

`prepare` does everything but the training, so that a plan can be shown before hours are spent (`glassnet.plan`).
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from glassnet import engine
from glassnet.catalog import Loss
from glassnet.diagnosis import Evaluation
from glassnet.errors import ParameterError
from glassnet.estimators import reading, tabular_saving, translate, validation
from glassnet.estimators.fitted import FittedNetwork
from glassnet.estimators.glass_fields import Fields
from glassnet.estimators.judging import known_answers, table_with_target
from glassnet.estimators.progress import listener_for, speak_after
from glassnet.estimators.recipe import Facts, recipe, resolved
from glassnet.estimators.splits import hold_out
from glassnet.estimators.targets import CodedLabels
from glassnet.estimators.task import Task
from glassnet.network import EmbeddingSpec, NetworkSpec, TrainingSpec
from glassnet.table import Encoding, Role, Table, choose_roles
from glassnet.texts import _

Array = NDArray[Any]
FEWEST_TO_JUDGE = 2  # held-out rows below which there are none: nothing can be judged by a single row


@dataclass(frozen=True, eq=False)
class Prepared:
    """A training that only has to be started.

    Attributes
    ----------
    roles : tuple of Role
        What becomes of each column.
    encoding : Encoding
    network : NetworkSpec
    training : TrainingSpec
    data : glassnet.engine.TrainingData
    parameters : namespace
        The estimator's parameters, with the recipe's values in the place of "auto".
    codes : ndarray of int, shape (n_samples,), or None
        Classes of the rows in `data`; None for numbers.
    """

    roles: tuple[Role, ...]
    encoding: Encoding
    network: NetworkSpec
    training: TrainingSpec
    data: engine.TrainingData
    parameters: Any
    codes: Array | None = None

    @property
    def n_judged(self) -> int:
        """Rows held out to choose the best epoch by."""
        return 0 if self.data.X_val is None else int(self.data.X_val.shape[0])


class BaseTabular(FittedNetwork, ABC):
    """Base of `TabularClassifier` and `TabularRegressor`; not for use on its own."""

    _numeric_y: ClassVar[bool]

    validation_fraction: Any
    categorical_features: Any
    numeric_features: Any
    embedding_dimension: Any
    verbose: Any
    callback: Any

    encoding_: Encoding
    roles_: tuple[Role, ...]
    embeddings_: list[Array]
    best_epoch_: int
    target_name_: str

    @abstractmethod
    def _learn_targets(self, y: Array | CodedLabels) -> Array:
        """Learn classes or scale from y, and turn it to codes (n,) or standardized numbers (n, 1)."""

    @abstractmethod
    def _task(self) -> Task:
        """Task of the targets that were learned."""

    @abstractmethod
    def _loss(self, parameters: Any) -> Loss:
        """Loss that the parameters mean for the targets that were learned."""

    @abstractmethod
    def _n_outputs(self, loss: Loss | None) -> int:
        """Width of the output layer; without a loss, that of the usual one."""

    @abstractmethod
    def _engine_targets(self, targets: Array, network: NetworkSpec, parameters: Any, *, smooth: bool) -> Array:
        """Turn codes or numbers to what the engine takes as y."""

    def _calibrate(self, prepared: Prepared) -> None:
        """Correct the fitted network by the rows that were held out."""

    def _settle(self, targets: Array, loss: Loss) -> None:
        """Check all targets against the loss, and learn their scale."""

    def _strata(self, targets: Array) -> NDArray[np.int64] | None:
        """Codes by which rows are held out in proportion, or None."""
        return None

    def _weigh(self, targets: Array, weight: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        """Weights of all rows, classes' weights included."""
        return weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn the columns' encoding, and train the network.

        Parameters
        ----------
        X : data frame (pandas, Polars, Arrow ...), dict of columns, or array-like of shape (n_samples, n_features)
            Raw: numbers, text, categories, true and false, dates, with missing values.
        y : array-like or series of shape (n_samples,)
            Nothing may be missing.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        TableError, ParameterError, DataError
            All are ValueErrors, and say which column, row or parameter is wrong.
        Diverged
            If the loss became NaN or infinite before there was any epoch to keep.
        """
        return self._run(self._prepare(X, y, sample_weight))

    def _prepare(self, X: Any, y: Any, sample_weight: Any = None) -> Prepared:
        """Do everything that comes before the training; y is one of the arrays, or a Column."""
        translate.verbosity(self.verbose)
        if self.callback is not None and not callable(self.callback):
            raise ParameterError.value("callback", self.callback, "None or a function of glassnet.engine.Epoch")
        table, y = reading.training_rows(self, X, y, numeric_y=self._numeric_y)
        weight = validation.checked_weights("sample_weight", sample_weight, table.n_rows)
        targets = self._learn_targets(y)
        weight = self._weigh(targets, weight)
        roles = choose_roles(
            table, categorical=_names(table, self.categorical_features), numeric=_names(table, self.numeric_features)
        )
        seed = self._draw_seed()
        # The share that is held out does not depend on what comes of the encoding: ask the recipe before.
        share = translate.share(
            "validation_fraction",
            resolved(self, recipe(Facts(self._task(), table.n_rows, 1, 1))).validation_fraction,
        )
        kept, judged = hold_out(table.n_rows, share, self._strata(targets), np.random.default_rng(seed))
        if len(judged) < FEWEST_TO_JUDGE:
            kept, judged = np.arange(table.n_rows), judged[:0]
        n_threads = translate.threads(self.n_threads)
        learned = _flags(kept, table.n_rows) if len(judged) else None
        encoding = Encoding.learn(table, roles, rows=learned, n_threads=n_threads)
        embeddings = self._embeddings(encoding)
        n_inputs = encoding.n_dense + sum(embedding.dimension for embedding in embeddings)
        parameters = resolved(self, recipe(Facts(self._task(), len(kept), n_inputs, self._n_outputs(None))))
        parameters.early_stopping = bool(len(judged)) and parameters.solver != "lbfgs"
        loss = self._loss(parameters)
        self._settle(targets, loss)
        network = translate.network_spec(
            parameters, encoding.n_dense, self._n_outputs(loss), loss, self._dtype(), embeddings
        )
        training = translate.training_spec(parameters, len(kept), seed)

        # Every row is encoded once, and both parts are lists of rows: nothing is copied.
        encoded = encoding.encode(table, n_threads=n_threads)
        every = engine.CodedRows(encoded.X, encoded.codes) if embeddings else encoded.X

        def part(rows: NDArray[np.intp], *, smooth: bool) -> tuple[Any, Array, Array | None]:
            X = engine.ChosenRows(every, rows.astype(np.uint32)) if len(judged) else every
            y = self._engine_targets(targets[rows], network, parameters, smooth=smooth)
            return X, y, None if weight is None else weight[rows]

        data = engine.TrainingData(*part(kept, smooth=True))
        if len(judged):
            X_val, y_val, weight_val = part(judged, smooth=False)
            data = dataclasses.replace(data, X_val=X_val, y_val=y_val, sample_weight_val=weight_val)
        codes = None if self._numeric_y else targets[kept]
        return Prepared(roles, encoding, network, training, data, parameters, codes)

    def _run(self, prepared: Prepared, callback: Any = None) -> Self:
        """Train as prepared, and set the fitted attributes."""
        training = prepared.training
        verbose = translate.verbosity(self.verbose)
        fit = engine.train(
            prepared.network,
            training,
            prepared.data,
            score="loss" if training.early_stopping else None,
            listener=listener_for(training, verbose, callback or self.callback),
        )
        self.embeddings_ = fit.embeddings
        self.encoding_, self.roles_ = prepared.encoding, prepared.roles
        self._adopt(prepared.network, training, fit, n_rows=int(prepared.data.X.shape[0]), continuing=False)
        self.best_epoch_ = fit.best_epoch
        self._remember(prepared.data, prepared.codes)
        self._calibrate(prepared)
        speak_after(fit, training, verbose, one_epoch=False)
        return self

    def evaluate(
        self,
        data: Any,
        target: str | None = None,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        skip_bad_rows: bool = False,
    ) -> Evaluation:
        """Test on rows whose target is known.

        Parameters
        ----------
        data : path or table
            With the target among its columns; rows where it is missing are left out.
        target : str, optional
            The target column; by default the one that `glassnet.fit` was given.
        encoding, delimiter, skip_bad_rows
            For a text file, as in `glassnet.fit`.

        Returns
        -------
        glassnet.diagnosis.Evaluation
            With `metrics`, and `baseline`: the same for the best constant answer.

        Raises
        ------
        TableError
            If columns are missing, or a row's class was never seen in training.
        """
        check_is_fitted(self)
        options = {"encoding": encoding, "delimiter": delimiter, "skip_bad_rows": skip_bad_rows}
        table, name = table_with_target(self, data, target, options)
        return self._judge(table, name)

    @abstractmethod
    def _judge(self, table: Table, name: str) -> Evaluation:
        """Test on a table whose target column is complete."""

    @property
    def predictor(self) -> NoReturn:
        """There is none: rows of a table are encoded first. This says what to do instead."""
        raise AttributeError(
            _(
                "predictor() is for networks on arrays (MLPClassifier, MLPRegressor); {estimator} encodes a table's "
                "columns first. Pass many rows at once to predict, which encodes them together; or encode once, with "
                "model.encoding_.encode, and train an MLPClassifier or MLPRegressor on that"
            ).format(estimator=type(self).__name__)
        )

    def _embeddings(self, encoding: Encoding) -> tuple[EmbeddingSpec, ...]:
        dimension = translate.integer("embedding_dimension", self.embedding_dimension)
        if dimension < 1:
            raise ParameterError.value("embedding_dimension", dimension, "an integer of at least 1")
        return tuple(EmbeddingSpec(categories, dimension) for categories in encoding.cardinalities)

    def _dtype(self) -> Any:
        if self.dtype not in ("float32", "float64"):
            raise ParameterError.choice("dtype", self.dtype, ("float32", "float64"))
        return self.dtype

    def _extra_to_file(self) -> dict[str, Any]:
        return tabular_saving.described(self) | self._target_to_file()

    def _extra_from_file(self, extra: dict[str, Any]) -> None:
        fields = Fields(extra, "extra")
        tabular_saving.restore(self, fields)
        self._target_from_file(fields)

    @abstractmethod
    def _target_to_file(self) -> dict[str, Any]:
        """What was learned of the target, by JSON types only."""

    @abstractmethod
    def _target_from_file(self, extra: Fields) -> None:
        """Set what `_target_to_file` told of."""

    def _weights(self) -> engine.Weights:
        return engine.Weights(self.coefs_, self.intercepts_, self.embeddings_, self._learned())

    def _column_names(self) -> Any:
        return self.encoding_.feature_names

    def _rows_to_diagnose(self, X: Any, y: Any) -> tuple[Any, Array | None, Array | None]:
        if isinstance(y, str):
            X, y = table_with_target(self, X, y, {})
            y = known_answers(self, X, y)
        rows = self._rows(X)
        if y is None:
            return rows, None, None
        targets = self._known_targets(reading.answers(self, y, rows.shape[0], numeric_y=self._numeric_y))
        parameters = SimpleNamespace(label_smoothing=0.0)
        answers = self._engine_targets(targets, self.network_, parameters, smooth=False)
        return rows, answers, None if self._numeric_y else targets

    @abstractmethod
    def _known_targets(self, y: Array) -> Array:
        """Turn y to codes (n,) or numbers (n,), by what was learned."""

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        encoded = self.encoding_.encode(reading.rows_to_predict(self, X), n_threads=translate.threads(self.n_threads))
        return engine.CodedRows(encoded.X, encoded.codes) if self.network_.embeddings else encoded.X

    def _scores(self, X: Any) -> Array:
        """Raw scores (n, n_outputs), float64: the output layer's weighted sums."""
        rows = self._rows(X)
        return self._predictor().scores(rows).astype(np.float64)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _flags(rows: NDArray[np.intp], n: int) -> NDArray[np.bool_]:
    flags = np.zeros(n, dtype=np.bool_)
    flags[rows] = True
    return flags


def _names(table: Table, features: Any) -> tuple[str, ...]:
    """Names of columns that were named, or numbered as in scikit-learn."""
    if features is None:
        return ()
    chosen = [features] if isinstance(features, str) else list(features)
    if chosen and all(isinstance(entry, (bool, np.bool_)) for entry in chosen):
        return tuple(name for name, wanted in zip(table.names, chosen, strict=False) if wanted)
    return tuple(table.names[entry] if isinstance(entry, (int, np.integer)) else str(entry) for entry in chosen)
