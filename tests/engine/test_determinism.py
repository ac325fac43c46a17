"""One seed gives bit-identical weights whatever the number of threads, and a resumed training equals a whole one."""

from __future__ import annotations

import pickle
from itertools import chain

import numpy as np
import pytest

from glassnet.engine import Fit, initial_weights, loss_and_gradient, predict_outputs, train
from glassnet.network import NetworkSpec, TrainingSpec

from .networks import data_for, network

SHAPES = [
    (10, (32,), 2, 200, 32),  # a step on one thread
    (20, (64, 64), 1, 500, 200),
    (54, (100, 70), 7, 600, 256),
    (130, (), 3, 400, 128),
    (33, (50,), 40, 1500, 700),  # more rows than a chunk of a sum
]
SOLVERS = [
    {"solver": "sgd", "momentum": 0.0},
    {"solver": "sgd", "nesterovs_momentum": True},
    {"solver": "adam"},
    {"solver": "adamw", "weight_decay": 0.01},
    {"solver": "rmsprop"},
    {"solver": "adagrad"},
]


def same(first: Fit, second: Fit) -> bool:
    """Whether two fits are equal to the bit."""
    pairs = zip(chain(*first.weights), chain(*second.weights), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs) and np.array_equal(first.trace.losses, second.trace.losses)


def spec_for(shape: tuple[int, tuple[int, ...], int, int, int], dtype: str, dropout: float) -> NetworkSpec:
    n_inputs, hidden, n_outputs, _, _ = shape
    loss = "softmax_cross_entropy" if n_outputs > 2 else "binary_cross_entropy"
    return network(n_inputs, hidden, n_outputs, loss, "tanh" if dropout else "relu", dtype, dropout)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("dtype", "dropout"), [("float32", 0.0), ("float32", 0.3), ("float64", 0.0)])
def test_threads_change_nothing(shape, solver, dtype, dropout):
    spec = spec_for(shape, dtype, dropout)
    data = data_for(spec, shape[3], weighted=True)
    fits = [
        train(spec, TrainingSpec(**solver, batch_size=shape[4], max_iter=3, seed=5, alpha=0.01, n_threads=n), data)
        for n in (1, 2, 3, 4, 8)
    ]
    assert np.isfinite(fits[0].trace.losses).all()
    assert not np.array_equal(fits[0].coefs[0], initial_weights(spec, 5)[0][0])
    for other in fits[1:]:
        assert same(fits[0], other)
        assert np.array_equal(fits[0].trace.layers["gradient_norm"], other.trace.layers["gradient_norm"])
        assert np.array_equal(fits[0].trace.layers["mean"], other.trace.layers["mean"])
        assert fits[0].trace.dead_units == other.trace.dead_units


def test_seeds_differ_and_repeat():
    spec = network(10, (16,), 3, "softmax_cross_entropy", dropout=0.2)
    data = data_for(spec, 100)
    fits = [train(spec, TrainingSpec(seed=seed, max_iter=2, batch_size=10), data) for seed in (1, 1, 2)]
    assert same(fits[0], fits[1])
    assert not same(fits[0], fits[2])


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
def test_resumed_equals_unbroken(solver):
    spec = network(12, (30, 20), 4, "softmax_cross_entropy", "tanh", "float32", dropout=0.25)
    data = data_for(spec, 300)
    training = TrainingSpec(**solver, learning_rate="cosine", max_iter=6, batch_size=64, seed=9, n_threads=2)
    whole = train(spec, training, data)
    part = train(spec, training, data, epochs=2)
    for _ in range(2):
        kept = pickle.loads(pickle.dumps(part.state))
        part = train(spec, training, data, weights=(part.coefs, part.intercepts), state=kept, epochs=2)
    assert part.state is not None
    assert part.state.epoch == 6
    assert all(np.array_equal(a, b) for a, b in zip(whole.coefs, part.coefs, strict=True))
    assert whole.trace.losses[-1] == part.trace.losses[-1]


def test_predictions_and_gradients_do_not_depend_on_threads_or_cuts():
    spec = network(40, (96, 33), 5, "softmax_cross_entropy", dtype="float32")
    weights = initial_weights(spec, 3)
    data = data_for(spec, 5000)
    whole = predict_outputs(spec, weights, data.X, 1)
    for n in (2, 8):
        assert np.array_equal(whole, predict_outputs(spec, weights, data.X, n))
    cut = np.concatenate([predict_outputs(spec, weights, part) for part in np.array_split(data.X, 7)])
    assert np.array_equal(whole, cut)
    first = loss_and_gradient(spec, weights, data, 0.1, 1)
    second = loss_and_gradient(spec, weights, data, 0.1, 4)
    assert first[0] == second[0]
    assert all(np.array_equal(a, b) for a, b in zip(chain(*first[1]), chain(*second[1]), strict=True))
