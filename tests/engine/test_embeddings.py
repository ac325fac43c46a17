"""Embeddings: the engine against the oracle, against one-hot columns, against itself on more threads and in parts.

Their gradients by central differences are in test_gradients.py, PyTorch's nn.Embedding in test_against_torch.py.
"""

from __future__ import annotations

import dataclasses
import pickle
from itertools import chain

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

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
from glassnet.errors import DataError, Diverged, ParameterError, ShapeError
from glassnet.network import SOLVERS, EmbeddingSpec, NetworkSpec, TrainingSpec
from tests.oracle import reference

from .networks import data_for, network
from .test_against_oracle import compare
from .test_determinism import SOLVERS as ENGINE_SOLVERS
from .test_determinism import same

TABLES = [(5, 8), (1, 3), (40, 30), (7, 1)]
BASE = TrainingSpec(max_iter=8, shuffle=False, batch_size=16, learning_rate_init=0.01, alpha=0.05, seed=3)


def with_validation(data, held):
    return dataclasses.replace(data, X_val=held.X, y_val=held.y, sample_weight_val=held.sample_weight)


# ----------------------------------------------------------------------------------------------------------- the oracle


@pytest.mark.parametrize("solver", [solver for solver in SOLVERS if solver != "lbfgs"])
@pytest.mark.parametrize("n_inputs", [0, 7, 40])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_steps_are_the_oracles(solver, n_inputs, weight_decay):
    spec = network(n_inputs, (11, 6), 3, activation="tanh", embeddings=TABLES)
    training = dataclasses.replace(BASE, solver=solver, weight_decay=weight_decay)
    compare(spec, training, data_for(spec, 50, weighted=True))


@pytest.mark.parametrize("n_outputs", [1, 9])
@pytest.mark.parametrize("hidden", [(), (70,)], ids=str)
def test_the_first_layer_may_be_the_last(hidden, n_outputs):
    spec = network(3, hidden, n_outputs, embeddings=TABLES)
    compare(spec, BASE, data_for(spec, 50))


def test_lbfgs():
    spec = network(3, (6,), 2, activation="tanh", embeddings=TABLES)
    training = dataclasses.replace(BASE, solver="lbfgs", max_iter=15)
    fit = compare(spec, training, data_for(spec, 50), tolerance={"rtol": 1e-6, "atol": 1e-9})
    assert not np.array_equal(fit.embeddings[0], initial_weights(spec, 3).embeddings[0])


@pytest.mark.parametrize("loss", ["squared_error", "softmax_cross_entropy", "poisson"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_smallest_validation_loss_decides(loss, weighted):
    spec = network(3, (8,), 3, loss, activation="tanh", embeddings=TABLES)
    data = with_validation(data_for(spec, 40, weighted=weighted), data_for(spec, 30, seed=1, weighted=weighted))
    training = dataclasses.replace(BASE, early_stopping=True, max_iter=80, n_iter_no_change=4, solver="adam")
    fit = compare(spec, training, data, score="loss")
    assert fit.stop_reason == "early_stopping"
    np.testing.assert_array_equal(fit.trace.validation_scores, -fit.trace.validation_losses)
    assert fit.best_epoch == fit.trace.validation_losses.argmin() + 1
    held = TrainingData(data.X_val, data.y_val, data.sample_weight_val)
    smallest = fit.trace.validation_losses.min()
    assert loss_and_gradient(spec, fit.weights, held)[0] == pytest.approx(smallest, rel=1e-12)


def test_patience_without_end_runs_all_epochs_and_keeps_the_best():
    spec = network(3, (30,), 3, "softmax_cross_entropy", embeddings=TABLES)
    data = with_validation(data_for(spec, 60), data_for(spec, 200, seed=1))  # labels are random: it can only overfit
    training = TrainingSpec(
        max_iter=60, early_stopping=True, n_iter_no_change=np.inf, learning_rate_init=0.05, seed=1, tol=0.0
    )
    fit = train(spec, training, data, score="loss")
    assert fit.stop_reason == "max_iter"
    assert fit.n_epochs == 60
    losses = fit.trace.validation_losses
    assert fit.best_epoch == losses.argmin() + 1 < 60
    held = TrainingData(data.X_val, data.y_val)
    assert loss_and_gradient(spec, fit.weights, held)[0] == pytest.approx(losses.min(), rel=1e-12)


@settings(max_examples=60)
@given(st.data())
def test_any_shape(drawn):
    tables = drawn.draw(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 50)), min_size=1, max_size=4))
    n_inputs, n_outputs = drawn.draw(st.integers(0, 70)), drawn.draw(st.integers(1, 12))
    hidden = drawn.draw(st.lists(st.integers(1, 60), max_size=2))
    n_rows = drawn.draw(st.integers(1, 80))
    spec = network(n_inputs, hidden, n_outputs, activation="silu", embeddings=tables)
    training = dataclasses.replace(BASE, solver="sgd", max_iter=2, batch_size=drawn.draw(st.integers(1, 90)))
    compare(spec, training, data_for(spec, n_rows))
    data = data_for(spec, n_rows, seed=1)
    weights = initial_weights(spec, 1)
    ours, expected = (module.loss_and_gradient(spec, weights, data, 0.3) for module in (gn.engine, reference))
    assert ours[0] == pytest.approx(expected[0], rel=1e-12)
    for got, wanted in zip(chain(*ours[1]), chain(*expected[1]), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)


# --------------------------------------------------------------------------------------------------- what must be equal


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_embedding_is_a_product_with_one_hot_columns(dtype):
    spec = network(4, (9,), 2, "poisson", dtype=dtype, embeddings=[(6, 5), (3, 20)])
    weights = initial_weights(spec, 0)
    data = data_for(spec, 200)
    vectors = [np.eye(len(table))[codes] @ table for table, codes in zip(weights[2], data.X.codes.T, strict=True)]
    plain = dataclasses.replace(spec, n_inputs=29, embeddings=())
    rows = np.hstack([data.X.X, *vectors])
    for predict in (predict_scores, predict_outputs):
        assert np.array_equal(predict(spec, weights, data.X, 2), predict(plain, weights[:2], rows))


def big(dtype="float32", dropout=0.0):
    # Tables of several tiles, more rows than a chunk of a sum, several blocks of rows.
    tables = [(3, 2), (4000, 8), (30, 45), (1100, 16)]
    return network(20, (64, 33), 7, "softmax_cross_entropy", "tanh", dtype, dropout, embeddings=tables)


@pytest.mark.parametrize("solver", ENGINE_SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
@pytest.mark.parametrize("batch_size", [64, 700])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_threads_change_nothing(solver, batch_size, dtype):
    spec = big(dtype, dropout=0.2)
    data = data_for(spec, 1500, weighted=True)
    training = TrainingSpec(**solver, batch_size=batch_size, max_iter=2, seed=5, alpha=0.01)
    fits = [train(spec, dataclasses.replace(training, n_threads=n), data) for n in (1, 2, 3)]
    assert not np.array_equal(fits[0].embeddings[1], initial_weights(spec, 5).embeddings[1])
    for other in fits[1:]:
        assert same(fits[0], other)
        assert np.array_equal(fits[0].trace.layers["gradient_norm"], other.trace.layers["gradient_norm"])


def test_threads_change_no_gradient():
    spec = big()
    data, weights = data_for(spec, 5000), initial_weights(spec, 0)
    first, *others = (loss_and_gradient(spec, weights, data, 0.1, n) for n in (1, 2, 3))
    for other in others:
        assert first[0] == other[0]
        assert all(np.array_equal(a, b) for a, b in zip(chain(*first[1]), chain(*other[1]), strict=True))


@pytest.mark.parametrize("solver", ENGINE_SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
def test_resumed_equals_unbroken(solver):
    spec = network(0, (30, 20), 4, "softmax_cross_entropy", "tanh", "float32", dropout=0.25, embeddings=TABLES)
    data = data_for(spec, 300)
    training = TrainingSpec(**solver, learning_rate="cosine", max_iter=6, batch_size=64, seed=9, n_threads=2)
    whole = train(spec, training, data)
    part = train(spec, training, data, epochs=2)
    for _ in range(2):
        kept = pickle.loads(pickle.dumps(part.state))
        part = train(spec, training, data, weights=part.weights, state=kept, epochs=2)
    assert all(np.array_equal(a, b) for a, b in zip(chain(*whole.weights), chain(*part.weights), strict=True))


@pytest.mark.parametrize(
    "convert",
    [
        lambda X: CodedRows(X.X.astype(np.float32), X.codes),
        lambda X: CodedRows(X.X, X.codes.astype(np.int64)),
        lambda X: CodedRows(X.X, X.codes.astype(np.uint8)),
        lambda X: CodedRows(np.asfortranarray(X.X), np.asfortranarray(X.codes)),
        lambda X: CodedRows(scipy.sparse.csr_matrix(X.X), X.codes),
        lambda X: CodedRows(np.repeat(X.X, 2, axis=0), np.repeat(X.codes, 2, axis=0)).take(slice(None, None, 2)),
    ],
    ids=["float32", "int64", "uint8", "fortran", "sparse", "every second"],
)
def test_every_kind_of_rows_gives_the_same_training(convert):
    spec = network(9, (12,), 2, embeddings=TABLES)
    data = data_for(spec, 60)
    data = dataclasses.replace(data, X=CodedRows(np.round(data.X.X * 4) / 4, data.X.codes))  # exact in float32
    training = TrainingSpec(max_iter=3, batch_size=16, seed=2)
    expected = train(spec, training, with_validation(data, data), score="loss")
    converted = dataclasses.replace(data, X=convert(data.X))
    assert same(train(spec, training, with_validation(converted, converted), score="loss"), expected)


def test_no_codes_at_all_are_as_good_as_none():
    spec = network(9, (12,), 2)
    data = data_for(spec, 60)
    training = TrainingSpec(max_iter=3, batch_size=16, seed=2)
    coded = dataclasses.replace(data, X=CodedRows(data.X, np.empty((60, 0), dtype=np.int32)))
    assert same(train(spec, training, coded), train(spec, training, data))


# ------------------------------------------------------------------------------------------------------ what is learned


def test_vectors_that_no_row_names_stay():
    spec = network(2, (8,), 1, embeddings=[(6, 4)])
    data = data_for(spec, 50)
    data.X.codes[:] = data.X.codes % 2 * 3  # codes 0 and 3
    start = initial_weights(spec, 0).embeddings[0]
    for solver in ("sgd", "adam", "rmsprop", "adagrad"):
        learned = train(spec, TrainingSpec(solver=solver, max_iter=3, alpha=0.0), data).embeddings[0]
        moved = (learned != start).any(axis=1)
        assert moved.tolist() == [True, False, False, True, False, False], solver


def test_the_unknown_stay_at_the_mean_where_training_knows_all():
    spec = network(2, (8,), 1, embeddings=[(6, 4)])
    data = data_for(spec, 50)
    data.X.codes[:] = np.maximum(data.X.codes, 1)
    fit = train(spec, TrainingSpec(max_iter=20, alpha=0.1, solver="adamw", weight_decay=0.1), data)
    assert not fit.embeddings[0][0].any()
    assert fit.embeddings[0][1:].all()


def test_categories_are_learned_from_codes_alone():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 30, (500, 2)).astype(np.int32)
    effects = rng.normal(size=(2, 30))
    y = effects[0][codes[:, :1]] * effects[1][codes[:, 1:]]
    spec = network(0, (32,), 1, embeddings=[(30, 4), (30, 4)])
    data = TrainingData(CodedRows(np.empty((500, 0)), codes), y)
    fit = train(spec, TrainingSpec(max_iter=300, learning_rate_init=0.01, batch_size=50, seed=1, alpha=0.0), data)
    predicted = predict_outputs(spec, fit.weights, data.X)
    assert np.mean((predicted - y) ** 2) < 0.02 * np.var(y)


def test_the_trace_speaks_of_layers_only():
    spec = network(3, (24,), 2, activation="tanh", embeddings=TABLES)
    data = data_for(spec, 100)
    start = initial_weights(spec, 4)
    training = TrainingSpec(solver="sgd", momentum=0.0, batch_size=100, max_iter=1, alpha=0.0, learning_rate_init=0.01)
    epoch = train(spec, training, data, weights=start).trace[0]
    _, gradients = loss_and_gradient(spec, start, data)
    assert all(len(values) == 2 for values in epoch.layers.values())
    for layer, gradient in enumerate(gradients.coefs):
        norm = np.linalg.norm(gradient)
        assert epoch.layers["gradient_norm"][layer] == pytest.approx(norm, rel=1e-9)
        assert epoch.layers["update_norm"][layer] == pytest.approx(0.01 * norm, rel=1e-9)


def test_embeddings_that_diverge_are_the_first_layers_inputs():
    spec = network(3, (8,), 1, embeddings=[(4, 3)])
    weights = initial_weights(spec, 0)
    weights.embeddings[0][2] = np.inf
    with pytest.raises(Diverged, match="layer 1") as caught:
        train(spec, TrainingSpec(max_iter=3), data_for(spec, 50), weights=weights)
    assert caught.value.layer == 1


# ------------------------------------------------------------------------------------------------------ before training


def test_first_vectors_are_normal_and_zero_for_the_unknown():
    tables = initial_weights(network(1, (), 1, embeddings=[(4000, 8), (4000, 8)]), 1).embeddings
    for table in tables:
        assert not table[0].any()
        assert abs(table[1:].mean()) < 0.02
        assert table[1:].std() == pytest.approx(1.0, rel=0.02)
    assert abs(np.corrcoef(tables[0][1:].ravel(), tables[1][1:].ravel())[0, 1]) < 0.02


def test_initializers_of_vectors():
    constant = EmbeddingSpec(5, 2, gn.initializer("constant", value=0.5))
    orthogonal = EmbeddingSpec(20, 4, gn.initializer("orthogonal"))
    spec = dataclasses.replace(network(1, (), 1), embeddings=(constant, orthogonal))
    first, second = initial_weights(spec, 0).embeddings
    assert first.tolist() == [[0.0, 0.0]] + [[0.5, 0.5]] * 4
    assert second.shape == (20, 4)


def test_weights_of_layers_are_drawn_as_without_embeddings():
    # The numbers of 0.1: a model that was trained then is trained again to the same weights.
    drawn = initial_weights(network(3, (4,), 1), 7)
    np.testing.assert_allclose(drawn.coefs[0][0], [0.62672964, 0.44364745, 0.68281051, 0.36074111], rtol=1e-7)
    np.testing.assert_allclose(drawn.intercepts[0], [0.15622392, -0.23186842, -0.07519021, 0.21421151], rtol=1e-7)
    beside = initial_weights(network(1, (4,), 1, embeddings=[(9, 2)]), 7)
    for part in (0, 1):
        for plain, other in zip(drawn[part], beside[part], strict=True):
            assert np.array_equal(plain, other)
    assert not np.isin(beside.embeddings[0][1:], np.concatenate([a.ravel() for a in beside.coefs])).any()


def test_description():
    drawn = gn.initializer("uniform", limit=0.1)
    tables = (EmbeddingSpec(5), EmbeddingSpec(1, 3, drawn))
    spec = dataclasses.replace(network(1, (4,), 2), n_inputs=0, embeddings=tables)
    assert spec.shapes == ((11, 4), (4, 2))
    assert spec.embedding_shapes == ((5, 8), (1, 3))
    assert spec.n_parameters == 5 * 8 + 3 + 11 * 4 + 4 + 4 * 2 + 2
    assert NetworkSpec.from_json(spec.to_json()) == spec
    assert spec != dataclasses.replace(spec, embeddings=(tables[0], EmbeddingSpec(1, 3)))
    older = network(3, (4,), 2).to_json()
    del older["embeddings"]
    assert NetworkSpec.from_json(older) == network(3, (4,), 2)


@pytest.mark.parametrize("wrong", [{"categories": 0}, {"dimension": 0}, {"categories": 2**31}, {"dimension": 1.5}])
def test_descriptions_that_make_no_sense(wrong):
    with pytest.raises(ParameterError, match=f"{next(iter(wrong))} must be an integer of at least 1"):
        EmbeddingSpec(**{"categories": 3, **wrong})


@pytest.mark.parametrize(("n_inputs", "embeddings"), [(0, ()), (-1, (EmbeddingSpec(2),))])
def test_a_network_needs_inputs(n_inputs, embeddings):
    with pytest.raises(ParameterError, match="n_inputs must be"):
        dataclasses.replace(network(1, (), 1), n_inputs=n_inputs, embeddings=embeddings)


# ------------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("code", "said"),
    [(-1, "-1"), (3, "3"), (2**31 - 1, "larger"), (2**40, "larger"), (-(2**31), "smaller"), (-(2**32), "smaller")],
)
@pytest.mark.parametrize(
    "use",
    [
        lambda spec, good, bad: predict_scores(spec, initial_weights(spec, 0), bad.X),
        lambda spec, good, bad: train(spec, TrainingSpec(max_iter=1), bad),
        lambda spec, good, bad: train(spec, TrainingSpec(max_iter=1), with_validation(good, bad)),
        lambda spec, good, bad: train(spec, TrainingSpec(max_iter=1, solver="lbfgs"), bad),
        lambda spec, good, bad: loss_and_gradient(spec, initial_weights(spec, 0), bad),
    ],
    ids=["predict", "train", "validate", "lbfgs", "gradient"],
)
def test_codes_outside_of_the_table(code, said, use):
    spec = network(2, (4,), 1, embeddings=[(5, 2), (3, 2)])
    data = data_for(spec, 20)
    codes = data.X.codes.astype(np.int64)
    codes[7, 1] = code
    wrong = dataclasses.replace(data, X=CodedRows(data.X.X, codes))
    with pytest.raises(ValueError, match=rf"codes of column 1 must be from 0 to 2; row 7 is {said}$"):
        use(spec, data, wrong)


def test_the_largest_code_is_a_row_of_its_table():
    spec = network(0, (), 1, embeddings=[(5, 2)])
    weights = initial_weights(spec, 0)
    rows = CodedRows(np.empty((5, 0)), np.arange(5).reshape(-1, 1))
    expected = weights.embeddings[0] @ weights.coefs[0] + weights.intercepts[0]
    np.testing.assert_allclose(predict_scores(spec, weights, rows), expected, rtol=1e-12)


def test_arrays_that_do_not_fit():
    spec = network(2, (4,), 1, embeddings=[(5, 2), (3, 2)])
    weights = initial_weights(spec, 0)
    rows = data_for(spec, 20).X
    with pytest.raises(ShapeError, match="X and codes must have as many rows; X has 20, codes has 19"):
        predict_scores(spec, weights, CodedRows(rows.X, rows.codes[:19]))
    with pytest.raises(ShapeError, match=r"codes must have shape \(n_samples, n_embeddings\); got shape \(20,\)"):
        predict_scores(spec, weights, CodedRows(rows.X, rows.codes[:, 0]))
    with pytest.raises(DataError, match="must be integers; got an array of dtype float64"):
        predict_scores(spec, weights, CodedRows(rows.X, rows.codes.astype(float)))
    with pytest.raises(ValueError, match=r"codes must have the shape \(rows, embeddings\)"):
        predict_scores(spec, weights, CodedRows(rows.X, rows.codes[:, :1]))
    with pytest.raises(ValueError, match="as many columns as the network has inputs"):
        predict_scores(spec, weights, CodedRows(rows.X[:, :1], rows.codes))
    with pytest.raises(ValueError, match="needs codes beside X"):
        predict_scores(spec, weights, rows.X)
    with pytest.raises(ValueError, match="one table per embedding"):
        predict_scores(spec, weights[:2], rows)
    turned = weights._replace(embeddings=[table.T.copy() for table in weights.embeddings])
    with pytest.raises(ValueError, match=r"must have the shape \(categories, dimension\)"):
        predict_scores(spec, turned, rows)
