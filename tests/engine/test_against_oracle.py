"""The engine against the oracle, step by step: same first weights, no shuffling, no dropout, every step compared."""

import dataclasses
from itertools import chain

import numpy as np
import pytest
import scipy.sparse

import glassnet as gn
from glassnet import engine
from glassnet.engine import TrainingData
from glassnet.network import SCHEDULES, SOLVERS, LayerSpec, NetworkSpec, TrainingSpec
from tests.oracle import reference

RNG = np.random.default_rng(0)
N = 50
X = RNG.normal(size=(N, 7))
STOCHASTIC = [solver for solver in SOLVERS if solver != "lbfgs"]
BASE = TrainingSpec(max_iter=12, shuffle=False, batch_size=16, learning_rate_init=0.01, alpha=0.05, seed=3)
# What rounding may do in a dozen epochs; a wrong term is larger by ten orders of magnitude.
CLOSE = {"rtol": 1e-9, "atol": 1e-11}


def network(units=(11, 6), activations=("tanh", "relu"), loss=gn.losses.squared_error, n_outputs=3, n_inputs=7):
    drawn = (gn.initializer("glorot_normal"), gn.initializer("normal", std=0.2))
    hidden = [LayerSpec(n, gn.activation(a), *drawn) for n, a in zip(units, activations, strict=True)]
    return NetworkSpec(n_inputs, (*hidden, LayerSpec(n_outputs, loss.output_activation, *drawn)), loss, "float64")


def targets(loss, n_outputs=3, n=N):
    if loss.link == "softmax":
        return RNG.integers(0, n_outputs, size=n)
    if loss.link == "identity":
        return RNG.normal(size=(n, n_outputs))
    return RNG.uniform(0, 1, size=(n, n_outputs))


def compare(spec, training, data, *, tolerance=CLOSE, **arguments):
    weights = engine.initial_weights(spec, training.seed)
    ours = engine.train(spec, training, data, weights=weights, **arguments)
    expected = reference.train(spec, training, data, weights=weights, **arguments)
    assert ours.stop_reason == expected.stop_reason
    assert ours.n_epochs == expected.n_epochs
    assert ours.best_epoch == expected.best_epoch or not training.early_stopping
    for name in ("losses", "validation_losses", "validation_scores", "learning_rates"):
        np.testing.assert_allclose(getattr(ours.trace, name), getattr(expected.trace, name), **tolerance, err_msg=name)
    for got, wanted in zip(chain(*ours.weights), chain(*expected.weights), strict=True):
        np.testing.assert_allclose(got, wanted, **tolerance)
    return ours


@pytest.mark.parametrize("solver", STOCHASTIC)
@pytest.mark.parametrize("batch_size", [16, N])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_solvers(solver, batch_size, weight_decay):
    training = dataclasses.replace(BASE, solver=solver, batch_size=batch_size, weight_decay=weight_decay)
    compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)))


@pytest.mark.parametrize("solver", STOCHASTIC)
@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
@pytest.mark.parametrize("batch_size", [16, N])
def test_l1(solver, l1_ratio, batch_size):
    training = dataclasses.replace(
        BASE, solver=solver, alpha=1.5, l1_ratio=l1_ratio, batch_size=batch_size, max_iter=60
    )
    fit = compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)))
    assert any((coefs == 0.0).any() for coefs in fit.coefs)


@pytest.mark.parametrize(
    "changes",
    [
        {"momentum": 0.0},
        {"momentum": 0.0, "nesterovs_momentum": False},
        {"momentum": 0.7, "nesterovs_momentum": False},
        {"solver": "rmsprop", "rho": 0.8, "epsilon": 1e-3},
        {"solver": "adagrad", "epsilon": 1e-2},
        {"solver": "adam", "beta_1": 0.5, "beta_2": 0.8, "epsilon": 1e-2},
        {"solver": "adam", "beta_1": 0.0, "beta_2": 0.0, "epsilon": 1e-2},
        {"alpha": 0.0},
        {"alpha": 3.0},
        {"batch_size": 1},
    ],
    ids=str,
)
def test_hyperparameters(changes):
    training = dataclasses.replace(BASE, **{"solver": "sgd", **changes})
    compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_schedules(schedule, solver):
    if solver == "adam" and schedule in ("invscaling", "adaptive"):
        pytest.skip("the estimators do not let these pass with other solvers than sgd, as in scikit-learn")
    training = dataclasses.replace(
        BASE, solver=solver, learning_rate=schedule, power_t=0.3, tol=0.05, n_iter_no_change=1, max_iter=30
    )
    compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)))


@pytest.mark.parametrize("activation", [a for a in gn.activations if a.hidden and a.name != "exp"])
def test_activations(activation):
    spec = network(activations=(activation, activation))
    compare(spec, BASE, TrainingData(X, targets(gn.losses.squared_error)))


KINDS = [gn.activation("prelu"), gn.activation("silu", learned=["beta"]), gn.activation("maxout", pieces=3)]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS, ids=repr)
@pytest.mark.parametrize("units", [(5, 6), (40, 33)], ids=str)
def test_layers_with_more_than_one_number_a_unit(kind, solver, units):
    training = dataclasses.replace(BASE, solver=solver, weight_decay=0.1, max_iter=6)
    tolerance = {"rtol": 1e-6, "atol": 1e-8} if solver == "lbfgs" else CLOSE
    ours = compare(
        network(units, (kind, kind)), training, TrainingData(X, targets(gn.losses.squared_error)), tolerance=tolerance
    )
    for values in ours.learned:
        assert not np.array_equal(values, np.full(len(values), kind.values[0]))  # it has learned
        assert np.ptp(values) > 0


@pytest.mark.parametrize("weight", ["none", "rows", "elements"])
@pytest.mark.parametrize("loss", [*gn.losses, gn.loss("huber", delta=0.3)], ids=repr)
@pytest.mark.parametrize("n_outputs", [1, 3, 40])
def test_losses(loss, weight, n_outputs):
    if loss.domain.sums_to_one and (weight == "elements" or n_outputs == 1):
        pytest.skip("classes that exclude each other have one weight a row, and are at least two")
    weights = {"none": None, "rows": RNG.uniform(0, 2, N), "elements": RNG.uniform(0, 2, (N, n_outputs))}[weight]
    data = TrainingData(X, targets(loss, n_outputs), weights)
    # Gradients of quantile and hinge losses may cancel to rounding noise, which a tiny epsilon would make a whole step.
    # The oracle moves each of 40 scores for itself, so there are fewer steps.
    training = dataclasses.replace(BASE, epsilon=1e-3, max_iter=12 if n_outputs < 40 else 2)
    compare(network(loss=loss, n_outputs=n_outputs), training, data)


@pytest.mark.parametrize("units", [(), (1,), (40,), (130, 70), (9, 8, 7, 6)])
def test_shapes(units):
    spec = network(units=units, activations=("tanh",) * len(units))
    compare(spec, BASE, TrainingData(X, targets(gn.losses.squared_error)))


@pytest.mark.parametrize("n_inputs", [1, 16, 200])
def test_inputs(n_inputs):
    rows = RNG.normal(size=(N, n_inputs))
    compare(network(n_inputs=n_inputs), BASE, TrainingData(rows, targets(gn.losses.squared_error)))


def test_soft_targets_of_softmax():
    loss = gn.losses.softmax_cross_entropy
    compare(network(loss=loss), BASE, TrainingData(X, RNG.dirichlet([1, 1, 1], size=N)))


def test_rows_of_weight_zero():
    weight = np.where(np.arange(N) % 3 == 0, 0.0, 1.0)
    compare(network(), BASE, TrainingData(X, targets(gn.losses.squared_error), weight))


def test_sparse_rows():
    rows = scipy.sparse.csr_matrix(np.where(np.abs(X) > 1, X, 0))
    compare(network(), BASE, TrainingData(rows, targets(gn.losses.squared_error)))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("loss", "score"),
    [(gn.losses.softmax_cross_entropy, "accuracy"), (gn.losses.squared_error, "r2"), (gn.losses.poisson, "r2")],
    ids=["accuracy", "r2", "r2 of exp"],
)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_validation(weighted, loss, score, early_stopping):
    training = dataclasses.replace(BASE, early_stopping=early_stopping, max_iter=60, n_iter_no_change=4, solver="sgd")
    weights = (RNG.uniform(0, 2, 30), RNG.uniform(0, 2, N - 30)) if weighted else (None, None)
    y = targets(loss)
    data = TrainingData(X[:30], y[:30], weights[0], X[30:], y[30:], weights[1])
    fit = compare(network(loss=loss), training, data, score=score)
    if early_stopping:
        assert fit.stop_reason == "early_stopping"
        assert fit.trace.validation_scores[fit.best_epoch - 1] == fit.trace.validation_scores.max()


def test_accuracy_of_several_labels():
    loss = gn.losses.binary_cross_entropy
    y = (RNG.uniform(size=(N, 3)) > 0.5) * 1.0
    compare(network(loss=loss), BASE, TrainingData(X[:30], y[:30], None, X[30:], y[30:]), score="accuracy")


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_stopping(solver):
    training = dataclasses.replace(BASE, solver=solver, max_iter=1000, tol=1e-2, n_iter_no_change=3)
    fit = compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)))
    assert fit.stop_reason == "converged"


@pytest.mark.parametrize("solver", STOCHASTIC)
def test_going_on(solver):
    spec = network()
    training = dataclasses.replace(BASE, solver=solver)
    data = TrainingData(X, targets(gn.losses.squared_error))
    weights = engine.initial_weights(spec, 0)
    for module in (engine, reference):
        whole = module.train(spec, training, data, weights=weights)
        part = module.train(spec, training, data, weights=weights, epochs=5)
        rest = module.train(spec, training, data, weights=(part.coefs, part.intercepts), state=part.state, epochs=7)
        for got, wanted in zip(rest.coefs, whole.coefs, strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_lbfgs():
    training = dataclasses.replace(BASE, solver="lbfgs", max_iter=15)
    compare(network(), training, TrainingData(X, targets(gn.losses.squared_error)), tolerance={"rtol": 1e-6})


@pytest.mark.parametrize("loss", gn.losses, ids=lambda loss: loss.name)
@pytest.mark.parametrize("n", [1, 5, N, 9000])
def test_loss_and_gradient(loss, n):
    spec = network(loss=loss)
    rows = RNG.normal(size=(n, 7))
    data = TrainingData(rows, targets(loss, n=n), RNG.uniform(0.1, 2, n))
    weights = engine.initial_weights(spec, 5)
    got, wanted = (module.loss_and_gradient(spec, weights, data, alpha=0.2) for module in (engine, reference))
    assert got[0] == pytest.approx(wanted[0], rel=1e-12)
    for ours, expected in zip(chain(*got[1]), chain(*wanted[1]), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("loss", gn.losses, ids=lambda loss: loss.name)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 63, 1000])
def test_predictions(loss, dtype, n):
    spec = dataclasses.replace(network(loss=loss), dtype=dtype)
    rows = RNG.normal(size=(n, 7))
    weights = engine.initial_weights(spec, 5)
    close = {"rtol": 1e-12, "atol": 1e-13} if dtype == "float64" else {"rtol": 1e-5, "atol": 1e-6}
    for name in ("predict_scores", "predict_outputs"):
        got = getattr(engine, name)(spec, weights, rows)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, getattr(reference, name)(spec, weights, rows), **close)


def test_float32_stays_near():
    spec = dataclasses.replace(network(), dtype="float32")
    data = TrainingData(X, targets(gn.losses.squared_error))
    weights = engine.initial_weights(spec, 0)
    ours = engine.train(spec, BASE, data, weights=weights)
    expected = reference.train(spec, BASE, data, weights=weights)
    np.testing.assert_allclose(ours.trace.losses, expected.trace.losses, rtol=1e-5)
