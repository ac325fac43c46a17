"""`MLPClassifier`: scikit-learn's estimator of that name on glassnet's engine, and what goes beyond it."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from glassnet import engine
from glassnet.catalog import Loss
from glassnet.errors import DataError, ParameterError
from glassnet.estimators import translate
from glassnet.estimators.base import BaseMLP, Rows, has_partial_fit
from glassnet.estimators.decides import Decides, has_probabilities
from glassnet.estimators.fitted import Array
from glassnet.estimators.prepared import PreparedPredictor
from glassnet.estimators.targets import Codes, Labels, class_weights, row_weights
from glassnet.network import NetworkSpec

SCORES_A_PART = 2**18  # that `predict` holds at a time, where there are more rows


class MLPClassifier(Decides, BaseMLP):
    """A fully connected network that tells classes apart.

    The parameters up to `max_fun` are those of `sklearn.neural_network.MLPClassifier`, in the same order, with the same
    defaults and the same meaning. The loss that is minimized is

        L = (sum over rows and outputs of weight * loss + alpha / 2 * sum(W**2)) / (sum of weights)

    over the rows of a batch (with `l1_ratio` another penalty).

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Units of each hidden layer. () means none: logistic regression, or softmax regression for more classes.
    activation : str, Activation or list, default="relu"
        Of the hidden layers: a name of the catalog ("identity", "logistic", "tanh", "relu", "gelu", "silu" ...), a
        configured `glassnet.activation("leaky_relu", slope=0.03)`, or a list with one for each hidden layer.
    solver : {"adam", "sgd", "lbfgs", "adamw", "rmsprop", "adagrad"}, default="adam"
        "sgd" is stochastic gradient descent with momentum; "lbfgs" uses all rows at once, in float64, and suits small
        data. "adamw" is "adam", for use with `weight_decay`.
    alpha : float, default=0.0001
        Penalty on the weights (not the biases): L2, unless `l1_ratio` says otherwise.
    batch_size : int or "auto", default="auto"
        Rows a step; "auto" is min(200, n_samples).
    learning_rate : {"constant", "invscaling", "adaptive", "linear", "cosine", "coslog4"}, default="constant"
        Schedule of the learning rate. "invscaling" and "adaptive" act with solver="sgd" only, as in scikit-learn; the
        others act with every solver but "lbfgs".
    learning_rate_init : float, default=0.001
        Learning rate at the start.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Epochs at most; iterations with "lbfgs".
    shuffle : bool, default=True
        Take the rows in another order in each epoch, unless a batch holds all of them.
    random_state : int, RandomState or None, default=None
        Source of the one seed from which all random numbers of a training follow. With an int the weights are the same
        in every run, whatever `n_threads` is.
    tol : float, default=1e-4
        Least improvement that counts.
    verbose : bool, default=False
        Print the loss of each epoch.
    warm_start : bool, default=False
        Let `fit` continue from the weights, and the solver's state, of the previous call.
    momentum : float, default=0.9
        Of "sgd", in [0, 1].
    nesterovs_momentum : bool, default=True
        Use Nesterov's momentum.
    early_stopping : bool, default=False
        Stop when the accuracy on validation rows has not improved by `tol` for `n_iter_no_change` epochs, and keep the
        best weights. Otherwise the training loss is watched.
    validation_fraction : float, default=0.1
        Share of the rows that is set aside for early stopping, unless `fit` is given X_val.
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay of the mean gradient and of the mean squared gradient in "adam", in [0, 1).
    epsilon : float, default=1e-8
        Added to the root of the squared gradients, as in Kingma and Ba's algorithm 1.
    n_iter_no_change : int, default=10
        Epochs without improvement that are tolerated.
    max_fun : int, default=15000
        Evaluations of the loss at most, with "lbfgs".
    loss : str, Loss or callable, default="log_loss"
        "log_loss" is cross-entropy: of a sigmoid for two classes or several labels, of a softmax for more classes. Any
        loss of the catalog whose link is identity, sigmoid or softmax is possible: "focal" and "softmax_focal" where a
        class is rare; "hinge" and "squared_hinge", each class against the rest, which decide and give no probabilities;
        "squared_error" on 0 and 1. Or a function of raw scores (rows, outputs) and targets, both tensors of
        `glassnet.autograd`, that returns their mean loss: class codes (rows,) with a softmax, else 0 and 1.
    output_activation : str or Activation, default="auto"
        "auto" is the link of the loss. With "log_loss", "softmax" gives two classes an output each, and "sigmoid" sets
        each of more classes against the rest.
    initializer, bias_initializer : str, Initializer or list, default="scikit_learn"
        Distribution of the first weights and biases; a list has one for each hidden layer and one for the output.
        "auto" fits the activation (and is 0 for biases).
    dropout : float or list of float, default=0.0
        Share of a hidden layer's outputs that is set to 0 in training; a list has one for each hidden layer.
    l1_ratio : float, default=0.0
        Share of L1 in the penalty, in [0, 1]: the elastic net, alpha * (l1_ratio * sum(abs(W)) + (1 - l1_ratio) / 2 *
        sum(W**2)). L1 makes weights exactly 0; the slope there is that of the orthant-wise method (Andrew, Gao 2007),
        and "lbfgs" takes no L1.
    weight_decay : float, default=0.0
        Decoupled decay: each step the weights shrink by the factor 1 - rate * weight_decay.
    class_weight : "balanced", dict, list or None, default=None
        Weight of each class, times the rows' sample weights, in training and validation. "balanced" gives all classes
        the same total. For several labels a list with one dict {0: ..., 1: ...} (or "balanced") for each column of y.
    label_smoothing : float, default=0.0
        Share of each target that is spread evenly over the classes, in [0, 1). Validation uses the targets as they are.
    rho : float, default=0.99
        Decay of the squared gradient in "rmsprop".
    dtype : {"auto", "float32", "float64"}, default="auto"
        What is computed in; "auto" is X's own float type, and float64 if X holds integers.
    n_threads : int or None, default=None
        Threads at most; None means what the processor, the container and joblib leave to this process. It does not
        change any result.
    callback : callable or None, default=None
        Called at the end of each epoch with `glassnet.engine.Epoch`; training stops if it returns True.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    loss_ : float
        Loss of the last epoch.
    best_loss_ : float or None
        The smallest of `loss_curve_`; None with early_stopping.
    loss_curve_ : list of float
        Mean loss of each epoch, penalty included. It grows under warm_start and partial_fit.
    validation_scores_ : list of float or None
        Accuracy on the validation rows after each epoch, if there are such rows.
    best_validation_score_ : float or None
        The largest of them.
    validation_loss_curve_ : list of float or None
        Loss on the validation rows after each epoch, without penalty.
    t_ : int
        Rows seen in training.
    coefs_ : list of ndarray of shape (inputs, units)
        Weights of each layer. A Maxout layer has units * pieces columns, the pieces of a unit side by side.
    intercepts_ : list of ndarray of shape (units,)
        Biases of each layer, as many as `coefs_` has columns.
    activation_parameters_ : list of dict of str to ndarray of shape (units,)
        For each hidden layer, the parameters of its activation that its units have learned: {"slope": ...} for "prelu".
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns, if X had names that are all strings.
    n_iter_ : int
        Epochs of the last call.
    n_layers_ : int
        Layers, the inputs counted as one.
    n_outputs_ : int
        Units of the output layer.
    out_activation_ : str
        Output activation in scikit-learn's spelling: "logistic", "softmax" or "identity".
    stop_reason_ : {"max_iter", "converged", "early_stopping", "listener", "interrupted", "diverged"}
        Why training ended; "listener": the callback said so.
    trace_ : glassnet.engine.Trace
        What was seen in each epoch: losses, and for each layer dead and saturated units, gradients ...
    network_, training_ : glassnet.network.NetworkSpec, TrainingSpec
        What was trained, and how.
    facts_ : glassnet.diagnosis.DataFacts
        A summary of the rows that the training has seen, for `diagnose`; it holds no rows.
    look_ : glassnet.diagnosis.Look or None
        On which share of some training rows each unit is active, and saturated.

    See Also
    --------
    MLPRegressor : The same for numbers.

    Examples
    --------
    >>> from glassnet import MLPClassifier
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import scale
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = MLPClassifier(hidden_layer_sizes=16, solver="lbfgs", random_state=0).fit(scale(X), y)
    >>> clf.score(scale(X), y) > 0.97
    True
    >>> clf.out_activation_
    'softmax'
    """

    _numeric_y: ClassVar[bool] = False

    class_weight: Any
    label_smoothing: Any

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: Any = 0.0001,
        batch_size: Any = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: Any = 0.001,
        power_t: Any = 0.5,
        max_iter: Any = 200,
        shuffle: Any = True,
        random_state: Any = None,
        tol: Any = 1e-4,
        verbose: Any = False,
        warm_start: Any = False,
        momentum: Any = 0.9,
        nesterovs_momentum: Any = True,
        early_stopping: Any = False,
        validation_fraction: Any = 0.1,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-8,
        n_iter_no_change: Any = 10,
        max_fun: Any = 15000,
        loss: Any = "log_loss",
        output_activation: Any = "auto",
        initializer: Any = "scikit_learn",
        bias_initializer: Any = "scikit_learn",
        dropout: Any = 0.0,
        l1_ratio: Any = 0.0,
        weight_decay: Any = 0.0,
        class_weight: Any = None,
        label_smoothing: Any = 0.0,
        rho: Any = 0.99,
        dtype: Any = "auto",
        n_threads: Any = None,
        callback: Any = None,
    ) -> None:
        self._keep(locals())

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Labels of any type that can be sorted, or an indicator matrix of 0 and 1.
        sample_weight : array-like of shape (n_samples,), optional
            An integer weight counts as so many rows.
        X_val, y_val, sample_weight_val : optional
            Rows to judge by. They are recorded in `validation_scores_` and `validation_loss_curve_`, and used for
            stopping only with early_stopping.

        Returns
        -------
        self : MLPClassifier

        Raises
        ------
        ParameterError, DataError
            Both are ValueErrors, and say which parameter or which row is wrong.
        Diverged
            If the loss became NaN or infinite without early_stopping.
        """
        return self._fit(X, y, sample_weight, X_val, y_val, sample_weight_val)

    @available_if(has_partial_fit)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one epoch on these rows, and keep the solver's state.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        sample_weight : array-like of shape (n_samples,), optional
        classes : array-like of shape (n_classes,), optional
            All labels that any call will bring; required in the first call.

        Returns
        -------
        self : MLPClassifier
        """
        if not hasattr(self, "network_"):
            if classes is None:
                raise ParameterError.value("classes", None, "passed on the first call to partial_fit")
            if type_of_target(y) == "multilabel-indicator":
                self._learn(Labels.learn(np.asarray(y.toarray() if hasattr(y, "toarray") else y))[0])
            else:
                self._learn(Labels.from_classes(np.unique(classes)))
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise DataError.unseen_classes(np.unique(classes).tolist(), self.classes_.tolist())
        return self._fit(X, y, sample_weight, one_epoch=True)

    def _read_targets(self, y: Array, *, first: bool, one_epoch: bool) -> Codes:
        if first and not one_epoch:
            labels, codes = Labels.learn(y)
            self._learn(labels)
            return codes
        return self._labels.codes(y)

    def _score_name(self) -> str:
        return "accuracy_of_largest" if self._labels.kind == "multiclass" else "accuracy"

    def _loss(self) -> Loss:
        found = translate.task_loss(self, multiclass=self._labels.kind == "multiclass")
        if self._labels.kind == "multilabel" and found.link == "softmax":
            raise ParameterError.value(
                "output_activation", "softmax", '"auto" or sigmoid where a row may have several labels'
            )
        return found

    def _width(self, targets: Array, loss: Loss) -> int:
        return self._labels.n_outputs(loss.link)

    def _strata(self, targets: Array) -> Array | None:
        return targets if targets.ndim == 1 else None

    def _data(self, network: NetworkSpec, train: Rows, judge: Rows | None, *, one_epoch: bool) -> engine.TrainingData:
        if one_epoch and self.class_weight is not None and not isinstance(self.class_weight, (dict, list)):
            raise ParameterError.value(
                "class_weight", self.class_weight, "None or a dict for partial_fit, which cannot count all rows"
            )
        link, dtype = network.loss.link, network.dtype
        smoothing = translate.smoothing(self.label_smoothing, network.loss)
        X, codes, weight = train
        weights = class_weights(self.class_weight, self._labels, codes, weight)
        y = self._labels.targets(codes, link, dtype, smoothing=smoothing)
        by_row = row_weights(weights, codes, weight)
        if judge is None:
            return engine.TrainingData(X, y, by_row)
        X_val, codes_val, weight_val = judge
        y_val = self._labels.targets(codes_val, link, dtype)  # as they are: smoothing is for training
        return engine.TrainingData(X, y, by_row, X_val, y_val, row_weights(weights, codes_val, weight_val))

    def predictor(self, method: str = "auto") -> PreparedPredictor:
        """Make `predict_proba` or `decision_function` ready for calls by the thousand, a row or a million at a time.

        The result is a function of X alone: it holds a copy of the weights, skips what depends on the model, and may be
        called by many threads at once. One row takes about a microsecond.

        Parameters
        ----------
        method : {"auto", "predict_proba", "decision_function"}, default="auto"
            What it computes; "auto" is probabilities where the outputs are some. Labels are
            `model.classes_[predictor(X).argmax(axis=1)]` of the probabilities.

        Returns
        -------
        PreparedPredictor
            Call it with an array (n_samples, n_features_in_). The numbers are those of the method, bit for bit.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ParameterError
            If the method is another one, or the outputs are no probabilities.

        Examples
        --------
        >>> import numpy as np
        >>> from glassnet import MLPClassifier
        >>> X = np.array([[0.0, 1.0], [1.0, 0.0]] * 20)
        >>> model = MLPClassifier((3,), solver="lbfgs", random_state=0).fit(X, ["no", "yes"] * 20)
        >>> predictor = model.predictor()
        >>> predictor(X[:1]).round().tolist()
        [[1.0, 0.0]]
        """
        check_is_fitted(self)
        methods = ["decision_function"]
        if has_probabilities(self):
            methods.insert(0, "predict_proba")
        if method not in ("auto", *methods):
            raise ParameterError.choice("method", method, ("auto", *methods))
        loss, labels = self.network_.loss, self._labels
        if method == "decision_function" or len(methods) == 1:
            # Otherwise the middle is subtracted first, or one class's score from the other's.
            as_they_are = not loss.middle and (labels.kind != "binary" or self.network_.n_outputs == 1)
            finish = None if as_they_are else partial(labels.decision, loss=loss)
            flat = as_they_are and labels.kind == "binary"
            return self._prepared("decision_function", engine.SCORES, flat=flat, finish=finish)
        if self._against_the_rest():
            return self._prepared("predict_proba", engine.SCORES, finish=labels.probabilities)
        return self._prepared("predict_proba", self._chances_outcome())

    def _decide(self, X: Any) -> Array:
        """Decide part by part where there are many rows, so that nothing but the labels grows with them."""
        n_rows = X.shape[0] if type(X) is np.ndarray and X.ndim == 2 else 0
        step = max(4096, SCORES_A_PART // self.network_.n_outputs) if hasattr(self, "network_") else n_rows
        if n_rows <= step:
            return super()._decide(X)
        labels: Array | None = None
        for first in range(0, n_rows, step):
            scores = self._quick(X[first : first + step], engine.SCORES)
            if scores is None:
                return super()._decide(X)
            decided = self._labels.decide(scores, self.network_.loss)
            if labels is None:
                labels = np.empty((n_rows, *decided.shape[1:]), decided.dtype)
            labels[first : first + step] = decided
        assert labels is not None
        return labels

    def _chances(self, X: Any) -> Array:
        if not hasattr(self, "network_"):
            check_is_fitted(self)
        if self._against_the_rest():
            return super()._chances(X)
        return self._run(X, self._chances_outcome())

    def _against_the_rest(self) -> bool:
        """Whether there is a sigmoid for each of several classes, of which one is right."""
        return self._labels.kind == "multiclass" and self.network_.loss.link == "sigmoid"

    def _chances_outcome(self) -> int:
        """What the engine is asked for as probabilities, where it can give them."""
        one_sigmoid = self._labels.kind == "binary" and self.network_.n_outputs == 1
        return engine.BOTH_SIDES if one_sigmoid else engine.OUTPUTS

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
