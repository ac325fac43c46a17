"""`TabularClassifier`: raw tables in, classes and probabilities out."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import LOSSES, Loss
from glassnet.diagnosis import Evaluation
from glassnet.estimators import tabular_saving, translate
from glassnet.estimators.calibration import temperature
from glassnet.estimators.decides import Decides, has_probabilities
from glassnet.estimators.fitted import Array
from glassnet.estimators.glass_fields import Fields, Malformed
from glassnet.estimators.judging import judge_classes
from glassnet.estimators.tabular import BaseTabular, Prepared
from glassnet.estimators.targets import CodedLabels, Labels, class_weights, row_weights
from glassnet.estimators.task import Task
from glassnet.network import NetworkSpec
from glassnet.table import Table
from glassnet.texts import _


class TabularClassifier(Decides, BaseTabular):
    """A fully connected network for tables that tells classes apart.

    Takes raw columns: numbers, text, categories, true and false, dates, with missing values. Numbers are scaled by
    their median and quartiles and clipped smoothly; two categories become one column, up to eight one column each, more
    are embedded; missing numbers get an indicator. Part of the rows is held out, and the weights of the epoch that did
    best on them are kept. Whatever is "auto" is chosen by the recipe (`glassnet.plan` shows it); whatever is given
    overrides it.

    Parameters
    ----------
    hidden_layer_sizes : int, sequence of int or "auto", default="auto"
        Units of each hidden layer; () means none: logistic or softmax regression.
    activation : str, Activation, list or "auto", default="auto"
        Of the hidden layers; a list has one for each.
    solver : {"auto", "adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"}, default="auto"
    learning_rate : str, default="auto"
        Schedule: "constant", "invscaling", "adaptive", "linear", "cosine" or "coslog4".
    learning_rate_init : float or "auto", default="auto"
        Rate at the start.
    batch_size : int or "auto", default="auto"
        Rows a step.
    max_iter : int or "auto", default="auto"
        Epochs at most.
    alpha : float or "auto", default="auto"
        Penalty on the weights: L2, unless `l1_ratio` says otherwise.
    l1_ratio : float or "auto", default="auto"
        Share of L1 in the penalty, in [0, 1]; L1 makes weights exactly 0.
    weight_decay : float or "auto", default="auto"
        Decoupled decay: each step the weights shrink by the factor 1 - rate * weight_decay.
    dropout : float, list of float or "auto", default="auto"
        Share of a hidden layer's outputs that is set to 0 in training.
    label_smoothing : float or "auto", default="auto"
        Share of each target that is spread evenly over the classes.
    loss : str, Loss or "auto", default="auto"
        "auto" is "log_loss": cross-entropy of a sigmoid for two classes, of a softmax for more. Others as for
        `MLPClassifier`.
    output_activation : str or Activation, default="auto"
        "auto" is the link of the loss.
    initializer, bias_initializer : str, Initializer, list or "auto", default="auto"
        Distribution of the first weights and biases; "auto" fits the activation.
    class_weight : "balanced", dict or None, default=None
        Weight of each class, times the rows' sample weights.
    validation_fraction : float or "auto", default="auto"
        Share of the rows that is held out to choose the best epoch by.
    n_iter_no_change : int, float or "auto", default="auto"
        Epochs without improvement that are tolerated; infinity: all epochs run.
    tol : float, default=0.0
        Least improvement that counts.
    beta_1, beta_2 : float or "auto", default="auto"
        Decay of the mean gradient and of the mean squared gradient in "adam", in [0, 1).
    epsilon, momentum, nesterovs_momentum, power_t, rho, shuffle, max_fun
        As for `MLPClassifier`.
    categorical_features : sequence of str or int, or None, default=None
        Columns of numbers that are categories. Text always is.
    numeric_features : sequence of str or int, or None, default=None
        Columns of text that must be read as numbers.
    embedding_dimension : int, default=8
        Numbers by which a category of a column with more than eight is described.
    random_state : int, RandomState or None, default=None
        Of the rows held out, the first weights and the order of rows.
    dtype : {"float32", "float64"}, default="float32"
        What is computed in.
    n_threads : int or None, default=None
        Threads at most; does not change any result.
    verbose : bool, default=False
        Print the loss of each epoch.
    callback : callable or None, default=None
        Called at the end of each epoch with `glassnet.engine.Epoch`; training stops if it returns True.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    class_shares_ : ndarray of shape (n_classes,)
        Their shares of the rows in training: the naive answer.
    roles_ : tuple of glassnet.table.Role
        What became of each column, and why.
    encoding_ : glassnet.table.Encoding
        How rows become inputs.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, if X was a data frame.
    best_epoch_ : int
        The epoch whose weights were kept.
    temperature_ : float
        What the raw scores are divided by, so that probabilities mean what they say on the rows that were held out;
        the last layer's weights hold it already.
    network_, training_, trace_, facts_, look_, coefs_, intercepts_, loss_curve_, validation_loss_curve_, n_iter_,
    stop_reason_, activation_parameters_
        As for `MLPClassifier`.
    embeddings_ : list of ndarray of shape (n_categories, embedding_dimension)
        The vectors of the categories, one array for each embedded column.

    See Also
    --------
    TabularRegressor : The same for numbers.
    MLPClassifier : The network that you specify, on numbers that you have encoded.

    Examples
    --------
    >>> from glassnet import TabularClassifier
    >>> color = ["red", "green", "blue", None] * 25
    >>> size = [0.1, 2.5, None, 4.0, 1.5] * 20
    >>> y = ["ripe" if c == "red" else "not ripe" for c in color]
    >>> model = TabularClassifier(max_iter=30, random_state=0).fit({"color": color, "size": size}, y)
    >>> model.predict({"size": [3.0, None], "color": ["red", "violet"]}).tolist()
    ['ripe', 'not ripe']
    """

    _numeric_y: ClassVar[bool] = False

    class_weight: Any

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
        label_smoothing: Any = "auto",
        loss: Any = "auto",
        output_activation: Any = "auto",
        initializer: Any = "auto",
        bias_initializer: Any = "auto",
        class_weight: Any = None,
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

    def _outputs(self, X: Any) -> Array:
        # From float64 scores, so that probabilities of a row sum to 1 and agree with their logarithms.
        outputs: Array = self.network_.layers[-1].activation(self._scores(X))
        return outputs

    def _learn_targets(self, y: Array | CodedLabels) -> Array:
        labels, codes = Labels.learn(y)
        self._learn(labels)
        self.class_shares_ = np.bincount(codes, minlength=len(labels.classes)) / len(codes)
        return codes

    def _known_targets(self, y: Array) -> Array:
        return self._labels.codes(y)

    def _task(self) -> Task:
        return "binary" if self._labels.kind == "binary" else "multiclass"

    def _loss(self, parameters: Any) -> Loss:
        return translate.task_loss(parameters, multiclass=self._labels.kind == "multiclass")

    def _n_outputs(self, loss: Loss | None) -> int:
        usual = "sigmoid" if self._labels.kind == "binary" else "softmax"
        return self._labels.n_outputs(loss.link if loss is not None else usual)

    def _engine_targets(self, targets: Array, network: NetworkSpec, parameters: Any, *, smooth: bool) -> Array:
        smoothing = 0.0
        if smooth:
            asked = self.label_smoothing != "auto"
            smoothing = translate.smoothing(parameters.label_smoothing, network.loss, asked=asked)
        return self._labels.targets(targets, network.loss.link, network.dtype, smoothing=smoothing)

    def _calibrate(self, prepared: Prepared) -> None:
        self.temperature_ = 1.0
        data = prepared.data
        if prepared.n_judged and has_probabilities(self):
            # Whatever the loss was: how likely the held-out rows are is what cross-entropy measures.
            softmax = self.network_.loss.link == "softmax"
            likelihood = LOSSES["softmax_cross_entropy" if softmax else "binary_cross_entropy"]
            scores = self._predictor().scores(data.X_val).astype(np.float64)
            self.temperature_ = temperature(likelihood, scores, cast("Array", data.y_val), data.sample_weight_val)
            self.coefs_[-1] = self.coefs_[-1] / self.temperature_
            self.intercepts_[-1] = self.intercepts_[-1] / self.temperature_

    def _judge(self, table: Table, name: str) -> Evaluation:
        return judge_classes(self, table, name)

    def _target_to_file(self) -> dict[str, Any]:
        return {"class_shares": self.class_shares_.tolist(), "temperature": self.temperature_}

    def _target_from_file(self, extra: Fields) -> None:
        self.temperature_ = tabular_saving.finite(extra, "temperature")
        self.class_shares_ = np.array(extra.entries("class_shares"), dtype=np.float64)
        if self.class_shares_.shape != self.classes_.shape or not np.isfinite(self.class_shares_).all():
            raise Malformed("extra.class_shares", _("a share for each class"))

    def _strata(self, targets: Array) -> NDArray[np.int64] | None:
        return targets

    def _weigh(self, targets: Array, weight: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return row_weights(class_weights(self.class_weight, self._labels, targets, weight), targets, weight)
