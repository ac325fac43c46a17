"""`MLPRegressor`: scikit-learn's estimator of that name on glassnet's engine, and what goes beyond it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from glassnet import engine
from glassnet.catalog import Loss
from glassnet.errors import ShapeError
from glassnet.estimators import translate
from glassnet.estimators.base import BaseMLP, Rows, has_partial_fit
from glassnet.estimators.fitted import Array
from glassnet.estimators.prepared import PreparedPredictor
from glassnet.network import NetworkSpec


class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]
    """A fully connected network that predicts one or several numbers.

    The parameters up to `max_fun` are those of `sklearn.neural_network.MLPRegressor` (1.7 and later), in the same
    order, with the same defaults and the same meaning. The loss that is minimized is

        L = (sum over rows and outputs of weight * loss + alpha / 2 * sum(W**2)) / (sum of weights)

    over the rows of a batch (with `l1_ratio` another penalty). With several outputs `loss_` is therefore the sum over
    them, whose gradient is followed; scikit-learn follows the same gradient, but reports the mean over the outputs.

    Parameters
    ----------
    loss : str, Loss or callable, default="squared_error"
        "squared_error" is half the square, as in scikit-learn, and "mse" the whole; "absolute_error"; "log_cosh";
        "huber" as `glassnet.loss("huber", delta=2.0)`; "quantile" as `glassnet.loss("quantile", level=0.9)`; "poisson"
        is half the Poisson deviance, predicts by exp, and needs y of at least 0. A formula of p and y; or a function of
        raw scores and targets, both tensors of `glassnet.autograd` (rows, outputs), that returns their mean loss.
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Units of each hidden layer. () means none: linear regression.
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
        Stop when R² on validation rows has not improved by `tol` for `n_iter_no_change` epochs, and keep the best
        weights. Otherwise the training loss is watched.
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
    output_activation : str or Activation, default="auto"
        "auto" is the link of the loss; another one is refused.
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
    loss_ : float
        Loss of the last epoch.
    best_loss_ : float or None
        The smallest of `loss_curve_`; None with early_stopping.
    loss_curve_ : list of float
        Mean loss of each epoch, penalty included. It grows under warm_start and partial_fit.
    validation_scores_ : list of float or None
        R² on the validation rows after each epoch, if there are such rows.
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
        Output activation: "identity" or "exp".
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
    MLPClassifier : The same for classes.

    Examples
    --------
    >>> from glassnet import MLPRegressor
    >>> from sklearn.datasets import make_regression
    >>> X, y = make_regression(n_samples=200, n_features=5, random_state=1)
    >>> model = MLPRegressor(hidden_layer_sizes=10, solver="lbfgs", random_state=0, max_iter=5000).fit(X, y / 100)
    >>> model.score(X, y / 100) > 0.99
    True
    """

    _numeric_y: ClassVar[bool] = True

    def __init__(
        self,
        loss: Any = "squared_error",
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
        output_activation: Any = "auto",
        initializer: Any = "scikit_learn",
        bias_initializer: Any = "scikit_learn",
        dropout: Any = 0.0,
        l1_ratio: Any = 0.0,
        weight_decay: Any = 0.0,
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
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), optional
            An integer weight counts as so many rows.
        X_val, y_val, sample_weight_val : optional
            Rows to judge by. They are recorded in `validation_scores_` and `validation_loss_curve_`, and used for
            stopping only with early_stopping.

        Returns
        -------
        self : MLPRegressor

        Raises
        ------
        ParameterError, DataError
            Both are ValueErrors, and say which parameter or which row is wrong.
        Diverged
            If the loss became NaN or infinite without early_stopping.
        """
        return self._fit(X, y, sample_weight, X_val, y_val, sample_weight_val)

    @available_if(has_partial_fit)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on these rows, and keep the solver's state.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : MLPRegressor
        """
        return self._fit(X, y, sample_weight, one_epoch=True)

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the mean (the median with "absolute_error", the quantile with "quantile").

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        return self._run(X, engine.OUTPUTS, flat=True)

    def predictor(self) -> PreparedPredictor:
        """Make `predict` ready for calls by the thousand, a row or a million at a time.

        The result is a function of X alone: it holds a copy of the weights, skips what depends on the model, and may be
        called by many threads at once. One row takes about a microsecond.

        Returns
        -------
        PreparedPredictor
            Call it with an array (n_samples, n_features_in_). The numbers are those of `predict`, bit for bit.

        Raises
        ------
        NotFittedError
            Before `fit`.

        Examples
        --------
        >>> import numpy as np
        >>> from glassnet import MLPRegressor
        >>> X = np.linspace(-1.0, 1.0, 50)[:, None]
        >>> model = MLPRegressor(hidden_layer_sizes=5, solver="lbfgs", random_state=0).fit(X, 3.0 * X[:, 0])
        >>> predictor = model.predictor()
        >>> bool((predictor(X) == model.predict(X)).all())
        True
        """
        check_is_fitted(self)
        return self._prepared("predict", engine.OUTPUTS, flat=True)

    def _read_targets(self, y: Array, *, first: bool, one_epoch: bool) -> Array:
        y = y.reshape(len(y), -1)
        if first:
            self._n_columns = y.shape[1]
        elif y.shape[1] != self._n_columns:
            raise ShapeError.shape("y", y.shape, "(n_samples, {k}), as in the first call", k=self._n_columns)
        return y

    def _score_name(self) -> str:
        return "r2"

    def _loss(self) -> Loss:
        return translate.linked_loss(self, translate.for_numbers)

    def _width(self, targets: Array, loss: Loss) -> int:
        return int(targets.shape[1])

    def _data(self, network: NetworkSpec, train: Rows, judge: Rows | None, *, one_epoch: bool) -> engine.TrainingData:
        arrays: list[Any] = []
        for X, y, weight in (train, judge) if judge is not None else (train,):
            arrays += [X, np.ascontiguousarray(y, dtype=network.dtype), weight]
        return engine.TrainingData(*arrays)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
