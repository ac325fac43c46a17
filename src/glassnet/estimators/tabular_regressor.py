"""`TabularRegressor`: raw tables in, numbers out."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from glassnet.catalog import Loss
from glassnet.diagnosis import Evaluation
from glassnet.errors import DataError
from glassnet.estimators import tabular_saving, translate
from glassnet.estimators.fitted import Array
from glassnet.estimators.glass_fields import Fields
from glassnet.estimators.judging import judge_numbers
from glassnet.estimators.tabular import BaseTabular
from glassnet.estimators.targets import CodedLabels
from glassnet.estimators.task import Task
from glassnet.network import NetworkSpec
from glassnet.table import Table


class TabularRegressor(RegressorMixin, BaseTabular):  # type: ignore[misc]
    """A fully connected network for tables that predicts a number.

    Takes raw columns, as `TabularClassifier` does. The target is standardized for training, and predictions are brought
    back and held within the range of the training targets: a network far from its data knows nothing, and says so by
    not leaving that range.

    Parameters
    ----------
    hidden_layer_sizes : int, sequence of int or "auto", default="auto"
        Units of each hidden layer; () means none: linear regression.
    activation, solver, learning_rate, learning_rate_init, batch_size, max_iter, alpha, l1_ratio, weight_decay, \
dropout, initializer, bias_initializer, validation_fraction, n_iter_no_change, tol, beta_1, beta_2, epsilon, momentum, \
nesterovs_momentum, power_t, rho, shuffle, max_fun, categorical_features, numeric_features, embedding_dimension, \
random_state, dtype, n_threads, verbose, callback
        As for `TabularClassifier`.
    loss : str, Loss or "auto", default="auto"
        "auto" is "squared_error"; others as for `MLPRegressor`. It sees the standardized target, so "huber" bends at
        `delta` standard deviations; for "poisson", which predicts by exp, the target is only divided by its mean.
    output_activation : str or Activation, default="auto"
        "auto" is the link of the loss.

    Attributes
    ----------
    target_shift_, target_scale_ : float
        The network learns (y - target_shift_) / target_scale_.
    target_mean_ : float
        Mean of the training targets: the naive answer.
    target_range_ : tuple of float
        Smallest and largest target in training; predictions stay within.
    roles_, encoding_, n_features_in_, feature_names_in_, best_epoch_, embeddings_
        As for `TabularClassifier`.
    network_, training_, trace_, facts_, look_, coefs_, intercepts_, loss_curve_, validation_loss_curve_, n_iter_,
    stop_reason_, activation_parameters_
        As for `MLPRegressor`.

    See Also
    --------
    TabularClassifier : The same for classes.

    Examples
    --------
    >>> from glassnet import TabularRegressor
    >>> color = ["red", "green", "blue", None] * 50
    >>> size = [0.1, 2.5, None, 4.0, 1.5] * 40
    >>> y = [10.0 * (s or 0.0) + (5.0 if c == "red" else 0.0) for c, s in zip(color, size)]
    >>> model = TabularRegressor(random_state=0).fit({"color": color, "size": size}, y)
    >>> model.score({"color": color, "size": size}, y) > 0.98
    True
    """

    _numeric_y: ClassVar[bool] = True

    def __init__(
        self,
        hidden_layer_sizes: Any = "auto",
        activation: Any = "auto",
        *,
        solver: Any = "auto",
        learning_rate: Any = "auto",
        learning_rate_init: Any = "auto",
        batch_size: Any = "auto",
        max_iter: Any = "auto",
        alpha: Any = "auto",
        l1_ratio: Any = "auto",
        weight_decay: Any = "auto",
        dropout: Any = "auto",
        loss: Any = "auto",
        output_activation: Any = "auto",
        initializer: Any = "auto",
        bias_initializer: Any = "auto",
        validation_fraction: Any = "auto",
        n_iter_no_change: Any = "auto",
        tol: Any = 0.0,
        beta_1: Any = "auto",
        beta_2: Any = "auto",
        epsilon: Any = 1e-8,
        momentum: Any = 0.9,
        nesterovs_momentum: Any = True,
        power_t: Any = 0.5,
        rho: Any = 0.99,
        shuffle: Any = True,
        max_fun: Any = 15000,
        categorical_features: Any = None,
        numeric_features: Any = None,
        embedding_dimension: Any = 8,
        random_state: Any = None,
        dtype: Any = "float32",
        n_threads: Any = None,
        verbose: Any = False,
        callback: Any = None,
    ) -> None:
        self._keep(locals())

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the mean (the median with "absolute_error", the quantile with "quantile").

        Parameters
        ----------
        X : data frame, dict of columns, or array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of float64, shape (n_samples,)
            Within `target_range_`.
        """
        scores = self._scores(X)[:, 0]
        outputs = self.network_.layers[-1].activation(scores)
        numbers: NDArray[Any] = np.clip(outputs * self.target_scale_ + self.target_shift_, *self.target_range_)
        return numbers

    def _learn_targets(self, y: Array | CodedLabels) -> Array:
        y = np.asarray(y.array if isinstance(y, CodedLabels) else y, dtype=np.float64)
        bad = ~np.isfinite(y)
        if bad.any():
            row = int(bad.argmax())
            raise DataError.not_finite(row, None, None, float(y[row]), data="y")
        self.target_mean_ = float(y.mean())
        self.target_range_ = (float(y.min()), float(y.max()))
        return y

    def _known_targets(self, y: Array) -> Array:
        return np.asarray(y, dtype=np.float64)

    def _task(self) -> Task:
        return "regression"

    def _loss(self, parameters: Any) -> Loss:
        return translate.linked_loss(parameters, translate.for_numbers)

    def _n_outputs(self, loss: Loss | None) -> int:
        return 1

    def _settle(self, targets: Array, loss: Loss) -> None:
        loss.domain.check(targets[:, None], loss.name)
        if loss.link == "exp":  # keeps the domain: a mean of 1, nothing below 0
            self.target_shift_, scale = 0.0, float(targets.mean())
        else:
            self.target_shift_, scale = float(targets.mean()), float(targets.std())
        self.target_scale_ = scale if scale > 0.0 else 1.0

    def _judge(self, table: Table, name: str) -> Evaluation:
        return judge_numbers(self, table, name)

    def _target_to_file(self) -> dict[str, Any]:
        return {
            "target_mean": self.target_mean_,
            "target_shift": self.target_shift_,
            "target_scale": self.target_scale_,
            "target_least": self.target_range_[0],
            "target_most": self.target_range_[1],
        }

    def _target_from_file(self, extra: Fields) -> None:
        self.target_mean_ = tabular_saving.finite(extra, "target_mean")
        self.target_shift_ = tabular_saving.finite(extra, "target_shift")
        self.target_scale_ = tabular_saving.finite(extra, "target_scale")
        self.target_range_ = (
            tabular_saving.finite(extra, "target_least"),
            tabular_saving.finite(extra, "target_most"),
        )

    def _engine_targets(self, targets: Array, network: NetworkSpec, parameters: Any, *, smooth: bool) -> Array:
        return ((targets - self.target_shift_) / self.target_scale_).astype(network.dtype)[:, None]
