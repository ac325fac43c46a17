"""Training as a whole: stopping, validation, weights, traces, errors, Ctrl-C."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from itertools import chain

import numpy as np
import pytest
import scipy.sparse
from sklearn.metrics import accuracy_score, r2_score

import glassnet as gn
from glassnet.engine import (
    TrainingData,
    Weights,
    initial_weights,
    loss_and_gradient,
    predict_outputs,
    predict_scores,
    train,
)
from glassnet.errors import Diverged, DivergedWarning
from glassnet.network import LayerSpec, TrainingSpec
from tests.patience import quickest

from .networks import data_for, network


def test_learns_xor():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    spec = network(2, (8,), 1, "binary_cross_entropy", "tanh")
    fit = train(spec, TrainingSpec(learning_rate_init=0.05, max_iter=500, seed=1, alpha=0.0), TrainingData(X, y))
    assert np.array_equal(predict_outputs(spec, (fit.coefs, fit.intercepts), X) > 0.5, y > 0.5)


@pytest.mark.parametrize("layout", ["float32", "float64", "csr", "fortran"])
def test_every_kind_of_rows_gives_the_same_training(layout):
    spec = network(9, (12,), 2, dtype="float64")
    data = data_for(spec, 60)
    X = np.round(data.X * 4) / 4  # exact in float32
    X[np.abs(X) < 0.5] = 0.0
    given = {
        "float32": X.astype(np.float32),
        "float64": X,
        "csr": scipy.sparse.csr_matrix(X),
        "fortran": np.asfortranarray(X),
    }[layout]
    training = TrainingSpec(max_iter=3, batch_size=16, seed=2)
    expected = train(spec, training, dataclasses.replace(data, X=X))
    got = train(spec, training, dataclasses.replace(data, X=given))
    assert all(np.array_equal(a, b) for a, b in zip(expected.coefs, got.coefs, strict=True))


def test_validation_is_measured_and_does_not_steer_without_early_stopping():
    spec = network(6, (10,), 3, "softmax_cross_entropy")
    data, held = data_for(spec, 80), data_for(spec, 50, seed=1, weighted=True)
    training = TrainingSpec(max_iter=4, seed=3)
    alone = train(spec, training, data)
    both = train(
        spec,
        training,
        dataclasses.replace(data, X_val=held.X, y_val=held.y, sample_weight_val=held.sample_weight),
        score="accuracy",
    )
    assert all(np.array_equal(a, b) for a, b in zip(alone.coefs, both.coefs, strict=True))
    assert np.isnan(alone.trace.validation_losses).all()
    weights = (both.coefs, both.intercepts)
    loss, _ = loss_and_gradient(spec, weights, held)
    assert both.trace.validation_losses[-1] == pytest.approx(loss, rel=1e-12)
    predicted = predict_scores(spec, weights, held.X).argmax(axis=1)
    score = accuracy_score(held.y, predicted, sample_weight=held.sample_weight)
    assert both.trace.validation_scores[-1] == pytest.approx(score, rel=1e-12)


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_r2_is_scikit_learns(loss):
    spec = network(6, (10,), 3, loss)
    held = data_for(spec, 70, seed=1, weighted=True)
    held = dataclasses.replace(held, y=held.y + 1e6 if loss == "squared_error" else held.y)
    data = dataclasses.replace(data_for(spec, 80), X_val=held.X, y_val=held.y, sample_weight_val=held.sample_weight)
    fit = train(spec, TrainingSpec(max_iter=2, seed=3), data, score="r2")
    predicted = predict_outputs(spec, (fit.coefs, fit.intercepts), held.X)
    expected = r2_score(held.y, predicted, sample_weight=held.sample_weight)
    assert fit.trace.validation_scores[-1] == pytest.approx(expected, rel=1e-9)


def test_early_stopping_keeps_the_best_weights():
    spec = network(20, (30,), 3, "softmax_cross_entropy")
    data, held = data_for(spec, 60), data_for(spec, 200, seed=1)  # labels are random: it can only overfit
    data = dataclasses.replace(data, X_val=held.X, y_val=held.y)
    training = TrainingSpec(max_iter=300, early_stopping=True, n_iter_no_change=5, learning_rate_init=0.01, seed=1)
    fit = train(spec, training, data, score="accuracy")
    scores = fit.trace.validation_scores
    assert fit.stop_reason == "early_stopping"
    assert fit.n_epochs < 300
    assert fit.best_epoch == 1 + int(np.argmax(scores))
    predicted = predict_scores(spec, (fit.coefs, fit.intercepts), held.X).argmax(axis=1)
    assert accuracy_score(held.y, predicted) == pytest.approx(scores.max())


def test_stops_when_the_loss_stands_still():
    spec = network(3, (), 1)
    rows = data_for(spec, 50)
    fit = train(spec, TrainingSpec(max_iter=500, tol=1e-3, n_iter_no_change=3, learning_rate_init=0.05), rows)
    assert fit.stop_reason == "converged"
    losses = fit.trace.losses
    assert all(losses[i] > losses[:i].min() - 1e-3 for i in range(fit.n_epochs - 4, fit.n_epochs))


def test_adaptive_rate_is_divided_by_five():
    spec = network(3, (), 1)
    training = TrainingSpec(
        solver="sgd", learning_rate="adaptive", max_iter=400, tol=1e-3, n_iter_no_change=2, learning_rate_init=0.1
    )
    fit = train(spec, training, data_for(spec, 50))
    rates = np.unique(fit.trace.learning_rates)[::-1]
    assert len(rates) > 3
    np.testing.assert_allclose(rates[:-1] / rates[1:], 5.0)
    assert fit.stop_reason == "converged"
    assert rates[-1] <= 1e-6


def test_sample_weights_equal_repetition_also_in_the_last_batch():
    spec = network(5, (8,), 2, activation="tanh")
    data = data_for(spec, 10)
    counts = np.array([1, 2, 0, 3, 1, 1, 0, 2, 4, 1])
    repeated = TrainingData(np.repeat(data.X, counts, axis=0), np.repeat(data.y, counts, axis=0))
    weighted = dataclasses.replace(data, sample_weight=counts.astype(float))
    for alpha in (0.0, 0.3):
        a = loss_and_gradient(spec, initial_weights(spec, 0), repeated, alpha)
        b = loss_and_gradient(spec, initial_weights(spec, 0), weighted, alpha)
        assert a[0] == pytest.approx(b[0], rel=1e-13)
        for x, y in zip(chain(*a[1]), chain(*b[1]), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-14)
    # The last of batches 7 + 3: each batch divides by its own sum of weights.
    training = TrainingSpec(solver="sgd", momentum=0.0, shuffle=False, batch_size=7, max_iter=1, alpha=0.0)
    start = initial_weights(spec, 0)
    fit = train(spec, training, weighted, weights=start)
    first = TrainingData(data.X[:7], data.y[:7], counts[:7].astype(float))
    last = TrainingData(data.X[7:], data.y[7:], counts[7:].astype(float))
    weights = start
    for part in (first, last):
        _, gradients = loss_and_gradient(spec, weights, part)
        pairs = [zip(arrays, by, strict=True) for arrays, by in zip(weights, gradients, strict=True)]
        weights = Weights(*([w - 0.001 * g for w, g in pair] for pair in pairs))
    for a, b in zip(fit.coefs, weights[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_weights_per_output():
    spec = network(4, (6,), 3, "binary_cross_entropy")
    data = data_for(spec, 20)
    rng = np.random.default_rng(4)
    weights = rng.uniform(0.5, 2.0, (20, 3))
    start = initial_weights(spec, 1)
    loss, _ = loss_and_gradient(spec, start, dataclasses.replace(data, sample_weight=weights))
    z = predict_scores(spec, start, data.X)
    each = np.logaddexp(0, z) - data.y * z
    assert loss == pytest.approx((weights * each).sum() / weights.mean(axis=1).sum(), rel=1e-12)


def test_rows_to_ignore_change_nothing_but_the_mean():
    spec = network(4, (6,), 3, "softmax_cross_entropy")
    data = data_for(spec, 30)
    codes = data.y.copy()
    codes[::3] = -1
    kept = codes >= 0
    start = initial_weights(spec, 1)
    _, got = loss_and_gradient(spec, start, TrainingData(data.X, codes))
    _, expected = loss_and_gradient(spec, start, TrainingData(data.X[kept], codes[kept]))
    np.testing.assert_allclose(got.coefs[0] * 30, expected.coefs[0] * kept.sum(), rtol=1e-10, atol=1e-13)


def test_soft_targets_equal_codes():
    spec = network(4, (6,), 12, "softmax_cross_entropy")
    data = data_for(spec, 30)
    start = initial_weights(spec, 1)
    hard = loss_and_gradient(spec, start, data)
    soft = loss_and_gradient(spec, start, dataclasses.replace(data, y=np.eye(12)[data.y]))
    assert hard[0] == pytest.approx(soft[0], rel=1e-13)
    np.testing.assert_allclose(hard[1].coefs[0], soft[1].coefs[0], rtol=1e-11, atol=1e-15)


def test_zero_weights_in_a_batch_are_passed_over():
    spec = network(3, (4,), 1)
    data = dataclasses.replace(data_for(spec, 8), sample_weight=np.r_[np.zeros(4), np.ones(4)])
    fit = train(spec, TrainingSpec(batch_size=4, shuffle=False, max_iter=2), data)
    assert np.isfinite(fit.trace.losses).all()
    assert fit.state is not None
    assert fit.state.step == 2


def test_dropout_only_in_training_and_scaled():
    spec = network(6, (400,), 1, dropout=0.5)
    data = data_for(spec, 64)
    weights = initial_weights(spec, 0)
    plain = dataclasses.replace(spec, layers=tuple(dataclasses.replace(layer, dropout=0.0) for layer in spec.layers))
    assert np.array_equal(predict_scores(spec, weights, data.X), predict_scores(plain, weights, data.X))
    # With a rate of (almost) 0 the loss of an epoch is that of the start weights, under one mask.
    still = TrainingSpec(
        solver="sgd", learning_rate_init=1e-300, max_iter=200, alpha=0.0, n_iter_no_change=np.inf, shuffle=False
    )
    noisy = train(spec, still, data, weights=weights).trace.losses
    exact = train(plain, still, data, weights=weights).trace.losses
    assert np.ptp(exact) == 0.0
    assert np.std(noisy) > 0.0
    # The masks' expectation is the plain output, so the mean squared error can only gain the masks' variance.
    assert exact[0] < noisy.mean() < exact[0] + 5 * np.abs(predict_scores(plain, weights, data.X)).max() ** 2


def test_dead_units_are_found():
    spec = network(5, (16,), 1)
    coefs, intercepts, *_ = initial_weights(spec, 0)
    intercepts[0][[3, 11]] = -1e3
    fit = train(
        spec, TrainingSpec(max_iter=2, learning_rate_init=1e-6), data_for(spec, 300), weights=(coefs, intercepts)
    )
    assert fit.trace.dead_units[0] == [3, 11]
    assert fit.trace[-1].layers["dead"][0] == 2 / 16


@pytest.mark.parametrize(("activation", "shift"), [("sigmoid", 30.0), ("tanh", 15.0)])
def test_saturation_is_found(activation, shift):
    spec = network(5, (10,), 1, activation=activation)
    coefs, intercepts, *_ = initial_weights(spec, 0)
    healthy = train(spec, TrainingSpec(max_iter=1), data_for(spec, 200), weights=(coefs, intercepts))
    intercepts[0][:4] = shift
    fit = train(spec, TrainingSpec(max_iter=1), data_for(spec, 200), weights=(coefs, intercepts))
    assert healthy.trace[-1].layers["saturated"][0] < 0.1
    assert fit.trace[-1].layers["saturated"][0] == pytest.approx(0.4, abs=0.1)


def test_trace_statistics_are_what_they_say():
    spec = network(7, (24, 18), 2, activation="tanh")
    data = data_for(spec, 100)
    start = initial_weights(spec, 4)
    training = TrainingSpec(solver="sgd", momentum=0.0, batch_size=100, max_iter=1, alpha=0.0, learning_rate_init=0.01)
    epoch = train(spec, training, data, weights=start).trace[0]
    _, gradients = loss_and_gradient(spec, start, data)
    hidden = np.tanh(data.X @ start[0][0] + start[1][0])
    assert epoch.layers["mean"][0] == pytest.approx(hidden.mean(), rel=1e-9)
    assert epoch.layers["std"][0] == pytest.approx(hidden.std(), rel=1e-9)
    for layer, gradient in enumerate(gradients.coefs):
        norm = np.linalg.norm(gradient)
        assert epoch.layers["gradient_norm"][layer] == pytest.approx(norm, rel=1e-9)
        assert epoch.layers["update_norm"][layer] == pytest.approx(0.01 * norm, rel=1e-9)
        after = np.linalg.norm(start[0][layer] - 0.01 * gradient)
        assert epoch.layers["weight_norm"][layer] == pytest.approx(after, rel=1e-9)


def test_divergence_is_an_error_that_names_epoch_and_layer():
    spec = network(4, (8,), 1)
    rows = data_for(spec, 50)
    training = TrainingSpec(solver="sgd", learning_rate_init=1e150, max_iter=50)
    with pytest.raises(Diverged, match="epoch") as caught:
        train(spec, training, rows)
    assert caught.value.epoch is not None
    assert caught.value.layer in (1, 2)
    assert isinstance(caught.value, ValueError)


def test_divergence_with_early_stopping_brings_the_best_weights_back():
    spec = network(4, (8,), 1)
    rows = data_for(spec, 50)
    data = dataclasses.replace(rows, X_val=rows.X, y_val=rows.y)
    training = TrainingSpec(solver="sgd", learning_rate_init=1e150, max_iter=50, early_stopping=True)
    with pytest.warns(DivergedWarning):
        fit = train(spec, training, data, score="r2")
    assert fit.stop_reason == "diverged"
    assert all(np.isfinite(c).all() for c in fit.coefs)


def test_listener_hears_every_epoch_and_can_stop():
    spec = network(4, (8,), 1)
    heard = []

    def listener(epoch):
        heard.append(epoch)
        return epoch.epoch == 3

    fit = train(spec, TrainingSpec(max_iter=10), data_for(spec, 50), listener=listener)
    assert [epoch.epoch for epoch in heard] == [1, 2, 3]
    assert heard[-1].loss == fit.trace.losses[-1]
    assert heard[-1].validation_loss is None
    assert fit.stop_reason == "listener"


def test_an_error_in_the_listener_comes_out():
    spec = network(4, (8,), 1)

    def listener(epoch):
        raise RuntimeError("from the listener")

    with pytest.raises(RuntimeError, match="from the listener"):
        train(spec, TrainingSpec(max_iter=3, n_threads=2), data_for(spec, 50), listener=listener)


@pytest.mark.skipif(os.name == "nt", reason="signals to oneself are POSIX")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ctrl_c_ends_within_a_batch_and_leaves_weights(solver):
    spec = network(200, (300, 300), 10, "softmax_cross_entropy", dtype="float32")
    data = data_for(spec, 4000)
    training = TrainingSpec(solver=solver, max_iter=5000, tol=0.0, n_iter_no_change=np.inf, max_fun=10**6, n_threads=2)

    def late():
        sent = []

        def press():
            time.sleep(0.4)
            sent.append(time.perf_counter())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=press, daemon=True).start()
        fit = train(spec, training, data)
        seconds = time.perf_counter() - sent[0]
        assert fit.stop_reason == "interrupted"
        assert all(np.isfinite(c).all() for c in fit.coefs)
        return seconds

    most = 0.3 if solver == "adam" else 3.0  # a batch, 50 ms, and what a busy machine adds; L-BFGS: an evaluation
    assert quickest(late, below=most) < most


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [0.1, 0.1, 0.1]),
        ("invscaling", [0.1, 0.1 / 41**0.5, 0.1 / 81**0.5]),
        ("linear", [0.1 * (1 - 3 / 12), 0.1 * (1 - 7 / 12), 0.1 * (1 - 11 / 12)]),
        ("cosine", [0.05 * (1 + np.cos(np.pi * s / 12)) for s in (3, 7, 11)]),
        ("coslog4", [0.05 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * s / 12))) for s in (3, 7, 11)]),
    ],
)
def test_schedules(schedule, expected):
    spec = network(3, (4,), 1)
    training = TrainingSpec(solver="sgd", learning_rate=schedule, learning_rate_init=0.1, max_iter=3, batch_size=10)
    fit = train(spec, training, data_for(spec, 40))
    np.testing.assert_allclose(fit.trace.learning_rates, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "glorot_uniform",
        "glorot_normal",
        "he_uniform",
        "he_normal",
        "lecun_uniform",
        "lecun_normal",
        "normal",
        "uniform",
    ],
)
def test_initial_weights_have_the_variance_that_the_catalog_says(name):
    spec = network(300, (200,), 1, initializer=name)
    drawn = initial_weights(spec, 11)[0][0]
    kind, a = gn.initializer(name).distribution(300, 200, gn.activation("relu"))
    deviation = a / np.sqrt(3) if kind == "uniform" else a
    assert drawn.std() == pytest.approx(deviation, rel=0.02)
    assert abs(drawn.mean()) < 0.02 * deviation * np.sqrt(3)
    if kind == "uniform":
        assert np.abs(drawn).max() <= a


@pytest.mark.parametrize(("inputs", "units"), [(20, 12), (12, 20), (7, 7)])
def test_orthogonal(inputs, units):
    layer = LayerSpec(
        units, gn.activation("tanh"), gn.initializer("orthogonal", gain=2.0), gn.initializer("constant", value=0.25)
    )
    spec = dataclasses.replace(network(inputs, (), 1), layers=(layer,))
    (weights,), (biases,), *_ = initial_weights(spec, 3)
    small = weights.T @ weights if inputs >= units else weights @ weights.T
    np.testing.assert_allclose(small, 4.0 * np.eye(min(inputs, units)), atol=1e-12)
    assert (biases == 0.25).all()


def test_lbfgs_reaches_the_least_squares_solution():
    spec = network(5, (), 1)
    data = data_for(spec, 60)
    fit = train(spec, TrainingSpec(solver="lbfgs", alpha=0.0, max_iter=200, tol=1e-10), data)
    A = np.c_[data.X, np.ones(60)]
    expected = np.linalg.lstsq(A, data.y[:, 0], rcond=None)[0]
    np.testing.assert_allclose(
        np.r_[fit.coefs[0][:, 0], fit.intercepts[0]], expected, atol=1e-5
    )  # SciPy stops when the loss stands still
    assert fit.stop_reason == "converged"


def test_wrong_arrays_are_refused_by_the_core():
    spec = network(5, (3,), 2)
    data = data_for(spec, 10)
    for wrong in (
        dataclasses.replace(data, X=data.X[:, :4]),
        dataclasses.replace(data, y=data.y[:9]),
        dataclasses.replace(data, y=data.y[:, :1]),
        dataclasses.replace(data, sample_weight=np.ones(9)),
        dataclasses.replace(data, y=np.full(10, 2)),
    ):
        with pytest.raises(ValueError, match=r"must|not below"):
            train(spec, TrainingSpec(max_iter=1), wrong)
    broken = scipy.sparse.csr_matrix(data.X)
    broken.indices[0] = 99
    with pytest.raises(ValueError, match="outside"):
        train(spec, TrainingSpec(max_iter=1), dataclasses.replace(data, X=broken))
