"""Against scikit-learn's own MLP: the same distributions, the same curves from the same weights, the same results."""

import numpy as np
import pytest
import scipy.stats
import sklearn
from sklearn import neural_network
from sklearn.datasets import load_digits, load_iris, make_regression
from sklearn.model_selection import train_test_split

import glassnet as gn
from glassnet import engine

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
NUMBERS = make_regression(n_samples=150, n_features=4, random_state=0)[1]
NUMBERS = NUMBERS / NUMBERS.std()
WEIGHT = np.random.RandomState(0).uniform(0.2, 2, size=150)
OLD = sklearn.__version__.startswith("1.6")


def unmoved(model, y):
    """Weights before training: those after one that does not move."""
    still = sklearn.base.clone(model).set_params(solver="sgd", learning_rate_init=1e-300, max_iter=1, momentum=0)
    return still.fit(X, y)


@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh"])
@pytest.mark.parametrize(("name", "y"), [("MLPClassifier", Y), ("MLPClassifier", Y % 2), ("MLPRegressor", NUMBERS)])
def test_first_weights_and_biases_have_the_same_distributions(activation, name, y):
    drawn = {}
    for package in (neural_network, gn):
        template = getattr(package, name)(hidden_layer_sizes=(30, 20), activation=activation)
        models = [unmoved(template.set_params(random_state=seed), y) for seed in range(20)]
        drawn[package] = [
            np.concatenate([getattr(model, part)[layer].ravel() for model in models])
            for part in ("coefs_", "intercepts_")
            for layer in range(3)
        ]
    fans = [4 + 30, 30 + 20, 20 + len(np.unique(y)) if len(np.unique(y)) == 3 else 20 + 1]
    for theirs, ours, fan in zip(drawn[neural_network], drawn[gn], fans * 2, strict=True):
        bound = np.sqrt((2 if activation == "logistic" else 6) / fan)
        assert np.abs(ours).max() <= bound
        assert ours.std() == pytest.approx(bound / np.sqrt(3), rel=6 / np.sqrt(len(ours)))
        assert scipy.stats.ks_2samp(theirs, ours).pvalue > 1e-3
        assert scipy.stats.kstest(ours, "uniform", (-bound, 2 * bound)).pvalue > 1e-3


def trained_from_the_same_weights(ours, theirs, y, weight=None):
    """Train both from the weights that scikit-learn draws; return what the engine made of them."""
    start = unmoved(theirs, y)
    weights = ([c.copy() for c in start.coefs_], [b.copy() for b in start.intercepts_])
    theirs.fit(X, y, **({} if weight is None else {"sample_weight": weight}))
    # One fit to have the specifications; its weights do not matter.
    ours.fit(X, y, weight)
    if isinstance(ours, gn.MLPClassifier):
        targets = ours._labels.targets(ours._labels.codes(y), ours.network_.loss.link, "float64")
    else:
        targets = np.asarray(y, dtype=float).reshape(len(y), -1)
    return engine.train(ours.network_, ours.training_, engine.TrainingData(X, targets, weight), weights=weights)


def equal(fit, theirs, rtol):
    np.testing.assert_allclose(fit.trace.losses, theirs.loss_curve_, rtol=rtol)
    for ours, other in zip(fit.coefs + fit.intercepts, theirs.coefs_ + theirs.intercepts_, strict=True):
        np.testing.assert_allclose(ours, other, rtol=rtol, atol=rtol)


COMMON = {"hidden_layer_sizes": (12, 7), "shuffle": False, "random_state": 0, "max_iter": 60, "alpha": 0.01}


@pytest.mark.parametrize("batch_size", [150, 32])
@pytest.mark.parametrize(
    "parameters",
    [
        {"momentum": 0.0},
        {"momentum": 0.9, "nesterovs_momentum": False},
        {"momentum": 0.9},
        {"learning_rate": "invscaling", "power_t": 0.2},
        {"learning_rate": "adaptive", "tol": 3e-3, "n_iter_no_change": 2},
    ],
)
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_sgd_takes_the_same_steps(batch_size, parameters, activation):
    parameters = {**COMMON, "solver": "sgd", "learning_rate_init": 0.05, "activation": activation, **parameters}
    parameters["batch_size"] = batch_size
    theirs = neural_network.MLPClassifier(**parameters)
    fit = trained_from_the_same_weights(gn.MLPClassifier(**parameters), theirs, Y)
    equal(fit, theirs, 1e-10)
    assert fit.n_epochs == theirs.n_iter_


@pytest.mark.parametrize("y", [Y, Y % 2, (Y[:, None] == [0, 1]).astype(int)], ids=["three", "two", "labels"])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_each_task_has_the_same_loss(y, weight):
    if weight is not None and OLD:
        pytest.skip("MLPClassifier takes sample_weight since scikit-learn 1.7")
    parameters = {**COMMON, "solver": "sgd", "learning_rate_init": 0.05, "batch_size": 150}
    theirs = neural_network.MLPClassifier(**parameters)
    fit = trained_from_the_same_weights(gn.MLPClassifier(**parameters), theirs, y, weight)
    equal(fit, theirs, 1e-10)


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["plain", "weighted"])
def test_regressions_have_the_same_loss(loss, weight):
    if OLD:
        pytest.skip("MLPRegressor takes loss and sample_weight since scikit-learn 1.7")
    parameters = {**COMMON, "loss": loss, "solver": "sgd", "learning_rate_init": 0.01, "batch_size": 150}
    theirs = neural_network.MLPRegressor(**parameters)
    fit = trained_from_the_same_weights(gn.MLPRegressor(**parameters), theirs, np.abs(NUMBERS), weight)
    equal(fit, theirs, 1e-10)


def test_several_outputs_follow_the_same_gradient_and_report_the_sum():
    y = np.column_stack([NUMBERS, X[:, 0], X[:, 1] ** 2])
    parameters = {**COMMON, "alpha": 0.0, "solver": "sgd", "learning_rate_init": 0.01, "batch_size": 150}
    theirs = neural_network.MLPRegressor(**parameters)
    fit = trained_from_the_same_weights(gn.MLPRegressor(**parameters), theirs, y)
    for ours, other in zip(fit.coefs + fit.intercepts, theirs.coefs_ + theirs.intercepts_, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(fit.trace.losses, 3 * np.array(theirs.loss_curve_), rtol=1e-10)


@pytest.mark.parametrize("batch_size", [150, 32])
def test_adam_differs_only_by_where_epsilon_stands(batch_size):
    # Kingma and Ba's algorithm 1 adds epsilon to the corrected root, scikit-learn to the uncorrected one. With an
    # epsilon that is nothing the steps are the same; with a large one they are not.
    parameters = {
        **COMMON,
        "solver": "adam",
        "learning_rate_init": 0.01,
        "batch_size": batch_size,
        "activation": "tanh",
    }
    theirs = neural_network.MLPClassifier(**parameters, epsilon=1e-300)
    equal(trained_from_the_same_weights(gn.MLPClassifier(**parameters, epsilon=1e-300), theirs, Y), theirs, 1e-9)
    theirs = neural_network.MLPClassifier(**parameters)
    fit = trained_from_the_same_weights(gn.MLPClassifier(**parameters), theirs, Y)
    np.testing.assert_allclose(fit.trace.losses, theirs.loss_curve_, rtol=1e-3)
    theirs = neural_network.MLPClassifier(**parameters, epsilon=0.1)
    fit = trained_from_the_same_weights(gn.MLPClassifier(**parameters, epsilon=0.1), theirs, Y)
    assert np.abs(fit.trace.losses / theirs.loss_curve_ - 1).max() > 1e-2


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_training_ends_in_the_same_epoch(solver):
    parameters = {**COMMON, "solver": solver, "learning_rate_init": 0.05, "tol": 1e-2, "n_iter_no_change": 4}
    parameters |= {"max_iter": 500, "batch_size": 150}
    theirs = neural_network.MLPClassifier(**parameters)
    fit = trained_from_the_same_weights(gn.MLPClassifier(**parameters), theirs, Y)
    assert theirs.n_iter_ < 500
    assert fit.stop_reason == "converged"
    assert fit.n_epochs == theirs.n_iter_


def test_lbfgs_reaches_as_low_a_loss():
    ours, theirs = (
        [package.MLPClassifier(10, solver="lbfgs", random_state=s, alpha=0.1).fit(X, Y).loss_ for s in range(8)]
        for package in (gn, neural_network)
    )
    assert np.median(ours) == pytest.approx(np.median(theirs), rel=0.02)


def test_same_accuracies_and_losses_over_seeds():
    digits, labels = load_digits(return_X_y=True)
    digits = digits / 16
    split = train_test_split(digits, labels, train_size=500, random_state=0, stratify=labels)
    train, test, y_train, y_test = split
    found = {}
    for package in (gn, neural_network):
        models = [
            package.MLPClassifier((40,), max_iter=12, learning_rate_init=0.005, batch_size=50, random_state=seed)
            for seed in range(10)
        ]
        fits = [model.fit(train, y_train) for model in models]
        found[package] = (
            [model.score(test, y_test) for model in fits],
            [model.loss_ for model in fits],
            [model.loss_curve_[0] for model in fits],
        )
    for ours, theirs in zip(found[gn], found[neural_network], strict=True):
        assert scipy.stats.ttest_ind(ours, theirs, equal_var=False).pvalue > 1e-3
        assert np.mean(ours) == pytest.approx(np.mean(theirs), rel=0.05)
        assert np.std(ours) < 3 * np.std(theirs) + 1e-3
