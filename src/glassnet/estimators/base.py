"""What classifier and regressor have in common: one fit, from checked data to fitted attributes.

    fit ── _prepare: validation ── targets ── translate ── PreparedFit ── engine.train ── _finish: attributes
                                                                               │
                                                       progress (verbose lines, warnings)

A subclass says how y is read (`_read_targets`), which loss and how many outputs that means (`_loss`, `_width`), and
what the engine gets (`_data`). Weights and curves change only after the engine has returned, so a continued training
that diverges leaves the model as it was.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from glassnet import engine
from glassnet.catalog import Loss
from glassnet.errors import ParameterError
from glassnet.estimators import translate, validation
from glassnet.estimators.diagnosing import class_codes
from glassnet.estimators.fitted import Array, FittedNetwork
from glassnet.estimators.prepared import Finish, PreparedPredictor
from glassnet.estimators.preparing import PreparedFit
from glassnet.estimators.progress import listener_for, speak_after, warn_of_scales
from glassnet.network import NetworkSpec

# X, targets as `_read_targets` gives them, sample weights.
Rows = tuple[Any, Array, NDArray[np.float64] | None]


class BaseMLP(FittedNetwork, ABC):
    """Base of `MLPClassifier` and `MLPRegressor`; not for use on its own."""

    _numeric_y: ClassVar[bool]

    hidden_layer_sizes: Any
    activation: Any
    solver: Any
    alpha: Any
    batch_size: Any
    learning_rate: Any
    learning_rate_init: Any
    power_t: Any
    max_iter: Any
    shuffle: Any
    tol: Any
    verbose: Any
    warm_start: Any
    momentum: Any
    nesterovs_momentum: Any
    early_stopping: Any
    validation_fraction: Any
    beta_1: Any
    beta_2: Any
    epsilon: Any
    n_iter_no_change: Any
    max_fun: Any
    loss: Any
    output_activation: Any
    initializer: Any
    bias_initializer: Any
    dropout: Any
    l1_ratio: Any
    weight_decay: Any
    rho: Any
    dtype: Any
    callback: Any

    @abstractmethod
    def _read_targets(self, y: Array, *, first: bool, one_epoch: bool) -> Array:
        """Turn the checked y to codes (classifier) or numbers (n, n_outputs).

        `first`: these are the first rows of a new training, which say what all later ones must look like.
        """

    @abstractmethod
    def _loss(self) -> Loss:
        """Loss that the parameters mean for the targets that were read."""

    @abstractmethod
    def _width(self, targets: Array, loss: Loss) -> int:
        """Number of outputs."""

    @abstractmethod
    def _data(self, network: NetworkSpec, train: Rows, judge: Rows | None, *, one_epoch: bool) -> engine.TrainingData:
        """Bring rows to train on, and rows to judge by, to what the engine takes."""

    @abstractmethod
    def _score_name(self) -> str:
        """What validation scores are, in the engine's words."""

    def _strata(self, targets: Array) -> Array | None:
        """Codes by which the split for early stopping is stratified, or None."""
        return None

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        *,
        one_epoch: bool = False,
    ) -> Self:
        prepared = self._prepare(X, y, sample_weight, X_val, y_val, sample_weight_val, one_epoch=one_epoch)
        training, verbose = prepared.training, translate.verbosity(self.verbose)
        fit = engine.train(
            prepared.network,
            training,
            prepared.data,
            weights=prepared.weights,
            state=prepared.state,
            score=prepared.score,
            listener=listener_for(training, verbose, self.callback),
            epochs=prepared.epochs,
        )
        self._finish(prepared, fit)
        speak_after(fit, training, verbose, one_epoch=one_epoch)
        if not (prepared.continuing or one_epoch):
            assert self.facts_ is not None
            warn_of_scales(self.facts_.columns, getattr(self, "feature_names_in_", None))
        return self

    def _prepare(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        *,
        one_epoch: bool = False,
    ) -> PreparedFit:
        """Do all of a fit that comes before the engine; `_finish` does what comes after."""
        goes_on = translate.boolean("warm_start", self.warm_start) or one_epoch
        continuing = goes_on and hasattr(self, "network_")
        translate.verbosity(self.verbose)
        if self.callback is not None and not callable(self.callback):
            raise ParameterError.value("callback", self.callback, "None or a function of glassnet.engine.Epoch")
        if one_epoch and self.early_stopping:
            raise ParameterError.value("early_stopping", self.early_stopping, "False for partial_fit")

        X, y = validation.checked_training(self, X, y, reset=not continuing, numeric_y=self._numeric_y)
        weight = validation.checked_weights("sample_weight", sample_weight, X.shape[0])
        train: Rows = (X, self._read_targets(y, first=not continuing, one_epoch=one_epoch), weight)
        X_val, y_val = validation.checked_validation(self, X_val, y_val, numeric_y=self._numeric_y)
        judge: Rows | None = None
        if X_val is not None:
            weight_val = validation.checked_weights("sample_weight_val", sample_weight_val, X_val.shape[0])
            judge = (X_val, self._read_targets(y_val, first=False, one_epoch=one_epoch), weight_val)

        network = self._network(train, judge, continuing=continuing)
        seed = self.training_.seed if continuing else self._draw_seed()
        if self.early_stopping and judge is None and self.solver != "lbfgs":
            share = translate.share("validation_fraction", self.validation_fraction)
            rows, others = validation.split_rows(X.shape[0], share, self._strata(train[1]), seed)
            judge = _rows_of(train, others)
            train = _rows_of(train, rows)
        training = translate.training_spec(self, train[0].shape[0], seed)
        epochs = 1 if one_epoch else training.max_iter
        state = self._state if continuing and self.training_.solver == training.solver else None
        if continuing and network.learned != self.network_.learned:
            state = None  # its moments belong to other parameters
        if state is not None and not one_epoch:
            # A schedule that falls to 0 at max_iter spans the epochs that were and those that come.
            training = dataclasses.replace(training, max_iter=state.epoch + epochs)
        return PreparedFit(
            network,
            training,
            self._data(network, train, judge, one_epoch=one_epoch),
            score=self._score_name() if judge is not None else None,
            codes=None if self._numeric_y else class_codes(train[1]),
            weights=self._weights_to_continue(network) if continuing else None,
            state=state,
            epochs=epochs,
            continuing=continuing,
            one_epoch=one_epoch,
            y_val=y_val,
        )

    def _finish(self, prepared: PreparedFit, fit: engine.Fit) -> None:
        """Take what the engine has learned: set the fitted attributes."""
        network, training, data = prepared.network, prepared.training, prepared.data
        self._adopt(network, training, fit, n_rows=int(data.X.shape[0]), continuing=prepared.continuing)
        self._remember(data, prepared.codes, one_epoch=prepared.one_epoch)
        if training.solver == "lbfgs" and data.X_val is not None:
            self._judge_once(data, prepared.y_val)

    def _network(self, train: Rows, judge: Rows | None, *, continuing: bool) -> NetworkSpec:
        """Describe the network for these rows; one that is continued keeps its shape and float type."""
        X, targets, _ = train
        loss = self._loss()
        if self._numeric_y:
            for numbers in (targets, judge[1]) if judge is not None else (targets,):
                loss.domain.check(numbers, loss.name)
        dtype = X.dtype.name if self.dtype == "auto" else self.dtype
        if continuing:
            dtype = self.network_.dtype
        network = translate.network_spec(self, X.shape[1], self._width(targets, loss), loss, dtype)
        if continuing and network.shapes != self.network_.shapes:
            sizes = self.hidden_layer_sizes
            raise ParameterError.value(
                "hidden_layer_sizes", sizes, "what it was in the first call, to continue from there"
            )
        return network

    def _weights_to_continue(self, network: NetworkSpec) -> engine.Weights:
        """Weights as they are; what units have not learned so far starts where the activation says."""
        start = dict(zip(network.learned, engine.initial_learned(network), strict=True))
        for i, layer in enumerate(self.network_.layers[:-1]):
            if network.layers[i].activation.name == layer.activation.name:
                start |= {
                    (i, name): values for name, values in self.activation_parameters_[i].items() if (i, name) in start
                }
        return engine.Weights(self.coefs_, self.intercepts_, learned=list(start.values()))

    def _judge_once(self, data: engine.TrainingData, y_val: Array) -> None:
        """Measure the validation rows after "lbfgs", which has no epochs that could be measured."""
        rows = engine.TrainingData(data.X_val, cast("Array", data.y_val), data.sample_weight_val)
        self.validation_loss_curve_ = [engine.loss_and_gradient(self.network_, self._weights(), rows)[0]]
        by_row = data.sample_weight_val is None or data.sample_weight_val.ndim == 1
        self.best_validation_score_ = self.score(data.X_val, y_val, data.sample_weight_val if by_row else None)
        self.validation_scores_ = [self.best_validation_score_]

    def _rows_to_diagnose(self, X: Any, y: Any) -> tuple[Any, Array | None, Array | None]:
        check_is_fitted(self)
        if y is None:
            return validation.checked_rows(self, X), None, None
        X, y = validation.checked_training(self, X, y, reset=False, numeric_y=self._numeric_y)
        targets = self._read_targets(y, first=False, one_epoch=False)
        data = self._data(self.network_, (X, targets, None), (X, targets, None), one_epoch=False)
        return X, data.y_val, None if self._numeric_y else class_codes(targets)

    def _quick(self, X: Any, outcome: int, *, flat: bool = False) -> Array | None:
        """Predict a plain array that the engine reads as it lies; None where X needs to be looked at.

        What passes here would have come out of validation as it is, so the results are those of `_run`.
        """
        if not hasattr(self, "network_"):
            check_is_fitted(self)  # raises NotFittedError; asking it each time would cost more than a small prediction
        if hasattr(self, "feature_names_in_"):
            return None  # scikit-learn warns of an array without names
        found: Array | None = self._predictor().quick(X, outcome, flat)
        return found

    def _run(self, X: Any, outcome: int, *, flat: bool = False) -> Array:
        """Predict rows of any kind that scikit-learn takes: (n, n_columns), or (n,) for a single column where flat."""
        found = self._quick(X, outcome, flat=flat)
        if found is not None:
            return found
        return self._predictor().run(validation.checked_rows(self, X), outcome, flat=flat)

    def _prepared(
        self, method: str, outcome: int, *, flat: bool = False, finish: Finish | None = None
    ) -> PreparedPredictor:
        options = {"dtype": self.dtype, "n_threads": self.n_threads}
        return PreparedPredictor(
            method, self.network_, self._weights(), outcome=outcome, flat=flat, finish=finish, **options
        )

    def _scores(self, X: Any) -> Array:
        """Raw scores (n, n_outputs): the output layer's weighted sums."""
        return self._run(X, engine.SCORES)

    def _outputs(self, X: Any) -> Array:
        """Outputs (n, n_outputs), after the output activation."""
        return self._run(X, engine.OUTPUTS)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def has_partial_fit(model: BaseMLP) -> bool:
    """Tell whether the solver goes step by step; raises AttributeError, as `available_if` wants, if it does not."""
    if model.solver == "lbfgs":
        raise AttributeError("partial_fit is only available for stochastic optimizers. lbfgs is not stochastic.")
    return True


def _rows_of(part: Rows, rows: NDArray[np.uint32]) -> Rows:
    X, targets, weight = part
    return engine.ChosenRows(X, rows), targets[rows], None if weight is None else weight[rows]
