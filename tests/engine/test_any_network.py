"""Random networks of every kind of layer: nothing crashes, all ends finite or as Diverged, threads change no bit."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import (
    CodedRows,
    TrainingData,
    initial_weights,
    loss_and_gradient,
    predict_outputs,
    predict_scores,
    train,
)
from glassnet.errors import Diverged
from glassnet.network import SCHEDULES, SOLVERS, EmbeddingSpec, LayerSpec, NetworkSpec, TrainingSpec

HIDDEN = [
    *(activation for activation in gn.activations if activation.hidden),
    gn.activation("x * sigmoid(beta * x)", beta=1.0),
    gn.activation("a * tanh(x) + b", a=1.0, b=0.5),  # not 0 at 0
]


def random_activation(rng: np.random.Generator) -> Any:
    activation = HIDDEN[rng.integers(len(HIDDEN))]
    learnable = [name for name, parameter in activation.declared.items() if parameter.learnable]
    if learnable and rng.random() < 0.7:
        activation = activation.with_parameters(learned=learnable)
    if activation.pieces > 1:
        activation = activation.with_parameters(pieces=int(rng.integers(2, 6)))
    return activation


def random_network(rng: np.random.Generator) -> NetworkSpec:
    loss = list(gn.losses)[rng.integers(len(gn.losses))]
    initializers = [entry for entry in gn.initializers if entry.name not in ("auto", "scikit_learn")]
    layers = [
        LayerSpec(
            int(rng.integers(1, 71)),
            random_activation(rng),
            initializers[rng.integers(len(initializers))],
            gn.initializer("normal", std=0.3),
            float(rng.choice([0.0, 0.0, 0.1, 0.9])),
        )
        for _ in range(rng.integers(0, 4))
    ]
    output = int(rng.integers(2 if loss.domain.sums_to_one else 1, 21))
    layers.append(LayerSpec(output, loss.output_activation, gn.initializers.glorot_uniform, gn.initializers.zeros))
    tables = [EmbeddingSpec(int(rng.integers(1, 9)), int(rng.integers(1, 40))) for _ in range(rng.choice([0, 0, 1, 3]))]
    n_inputs = int(rng.integers(0 if tables else 1, 71))
    return NetworkSpec(n_inputs, tuple(layers), loss, rng.choice(["float32", "float64"]).item(), tuple(tables))


def random_data(rng: np.random.Generator, spec: NetworkSpec, n_rows: int) -> TrainingData:
    X: Any = (rng.choice([1.0, 1.0, 1.0, 1e4]) * rng.normal(size=(n_rows, spec.n_inputs))).astype(spec.dtype)
    if spec.embeddings:
        codes = [rng.integers(0, table.categories, n_rows) for table in spec.embeddings]
        X = CodedRows(X, np.stack(codes, axis=1).astype(np.int32))
    domain, shape = spec.loss.domain, (n_rows, spec.n_outputs)
    y: Any = rng.integers(spec.n_outputs, size=n_rows) if domain.sums_to_one else rng.random(shape).astype(spec.dtype)
    return TrainingData(X, y, rng.uniform(0, 2, n_rows) if rng.random() < 0.5 else None)


def random_training(rng: np.random.Generator, n_rows: int) -> dict[str, Any]:
    solver = str(rng.choice(SOLVERS))
    return {
        "solver": solver,
        "learning_rate": str(rng.choice(SCHEDULES)),
        "learning_rate_init": float(rng.choice([1e-3, 1e-2, 10.0])),
        "alpha": float(rng.choice([0.0, 0.1])),
        "l1_ratio": float(rng.choice([0.0, 0.5])) if solver != "lbfgs" else 0.0,
        "weight_decay": float(rng.choice([0.0, 0.1])),
        "batch_size": int(rng.integers(1, n_rows + 1)),
        "max_iter": 2,
        "seed": int(rng.integers(2**32)),
    }


def outcome(spec: NetworkSpec, training: TrainingSpec, data: TrainingData) -> Any:
    """All bits of a training, or where it diverged."""
    try:
        fit = train(spec, training, data)
    except Diverged as diverged:
        return str(diverged)
    assert np.isfinite(fit.trace.losses).all()
    return [array.tobytes() for array in chain(*fit.weights)] + [fit.trace.losses.tobytes(), fit.trace.dead_units]


def check(seed: int) -> bool:
    """Whether the training went well; all else that must hold is asserted."""
    rng = np.random.default_rng(seed)
    spec = random_network(rng)
    n_rows = int(rng.choice([1, 2, 17, 64, 130, 700]))
    data, options = random_data(rng, spec, n_rows), random_training(rng, n_rows)
    one, two = (outcome(spec, TrainingSpec(**options, n_threads=n), data) for n in (1, 2))
    assert one == two, (seed, spec)
    weights = initial_weights(spec, 1)
    assert sum(array.size for array in chain(*weights)) == spec.n_parameters
    assert predict_scores(spec, weights, data.X).shape == (n_rows, spec.n_outputs)
    outputs = predict_outputs(spec, weights, data.X)
    # A row's result does not depend on the rows beside it.
    part = CodedRows(data.X.X[:1], data.X.codes[:1]) if spec.embeddings else data.X[:1]
    np.testing.assert_array_equal(predict_outputs(spec, weights, part), outputs[:1])
    _, gradients = loss_and_gradient(spec, weights, data)
    assert [g.shape for g in chain(*gradients)] == [w.shape for w in chain(*weights)]
    return not isinstance(one, str)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # L-BFGS steps beyond where exp is finite
def test_some_random_networks():
    assert sum(check(seed) for seed in range(60)) > 30


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_many_random_networks():
    assert sum(check(seed) for seed in range(60, 3000)) > 1500
