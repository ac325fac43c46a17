"""Every solver, schedule and stopping rule against the plain NumPy reference, epoch by epoch, in float64.

The reference (tests/oracle) is written from the published definitions and shares nothing with the engine but the specs.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from glassnet.engine import initial_weights, train
from glassnet.network import TrainingSpec

from ..oracle import reference
from .networks import data_for, network

SOLVERS = [
    {"solver": "sgd", "momentum": 0.0},
    {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
    {"solver": "adagrad"},
    {"solver": "rmsprop", "rho": 0.95},
    {"solver": "adam", "beta_1": 0.8, "beta_2": 0.95},
    {"solver": "adamw", "weight_decay": 0.05},
    {"solver": "lbfgs"},
]
SCHEDULES = ["constant", "invscaling", "adaptive", "linear", "cosine", "coslog4"]


def compare(spec, training, data, score=None):
    """Train by both and compare weights and the whole course of the losses."""
    start = initial_weights(spec, 7)
    ours = train(spec, training, data, weights=start, score=score)
    theirs = reference.train(spec, training, data, weights=start, score=score)
    assert ours.stop_reason == theirs.stop_reason
    assert ours.n_epochs == theirs.n_epochs
    if training.early_stopping:
        assert ours.best_epoch == theirs.best_epoch
    np.testing.assert_allclose(ours.trace.losses, theirs.trace.losses, rtol=1e-9)
    for a, b in zip([*ours.coefs, *ours.intercepts], [*theirs.coefs, *theirs.intercepts], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-10)
    return ours, theirs


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
def test_steps_are_the_published_ones(solver):
    spec = network(7, (9, 5), 3, "softmax_cross_entropy", "tanh")
    training = TrainingSpec(**solver, max_iter=15, shuffle=False, batch_size=16, alpha=0.05, learning_rate_init=0.01)
    compare(spec, training, data_for(spec, 45, weighted=True))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(schedule):
    spec = network(4, (6,), 1, "squared_error", "tanh")
    training = TrainingSpec(
        solver="sgd", learning_rate=schedule, max_iter=40, shuffle=False, batch_size=10, tol=1e-3, n_iter_no_change=2,
        learning_rate_init=0.02,
    )  # fmt: skip
    ours, theirs = compare(spec, training, data_for(spec, 30))
    np.testing.assert_allclose(ours.trace.learning_rates, theirs.trace.learning_rates, rtol=1e-12)


@pytest.mark.parametrize(("loss", "score"), [("softmax_cross_entropy", "accuracy"), ("poisson", "r2")])
def test_early_stopping(loss, score):
    spec = network(6, (12,), 3, loss, "tanh")
    data, held = data_for(spec, 60), data_for(spec, 40, seed=1)
    data = dataclasses.replace(data, X_val=held.X, y_val=held.y)
    training = TrainingSpec(
        max_iter=60, shuffle=False, batch_size=25, early_stopping=True, n_iter_no_change=4, learning_rate_init=0.01
    )
    ours, theirs = compare(spec, training, data, score)
    np.testing.assert_allclose(ours.trace.validation_scores, theirs.trace.validation_scores, rtol=1e-9)
    np.testing.assert_allclose(ours.trace.validation_losses, theirs.trace.validation_losses, rtol=1e-9)
