"""Rows chosen by a list train, judge and predict as copies of them do, to the last bit."""

import numpy as np
import pytest
import scipy.sparse

import glassnet as gn
from glassnet.engine import ChosenRows, CodedRows, TrainingData, initial_weights, predict_scores, train
from glassnet.engine.data import largest_value
from glassnet.network import EmbeddingSpec, LayerSpec, NetworkSpec, TrainingSpec

N, INPUTS = 1500, 5
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(N, INPUTS))
CODES = RANDOM.integers(0, 4, (N, 1)).astype(np.int32)
Y = (X[:, :1] * X[:, 1:2]).astype(np.float64)
ORDER = RANDOM.permutation(N).astype(np.uint32)
KEPT, JUDGED = ORDER[:1200], ORDER[1200:]

SOURCES = {
    "float64": lambda: X,
    "float32": lambda: X.astype(np.float32),
    "sparse": lambda: scipy.sparse.csr_matrix(X * (np.abs(X) > 0.5)),
    "coded": lambda: CodedRows(X, CODES),
}


def network(source, dtype="float64"):
    zeros = gn.initializer("zeros")
    he = gn.initializer("he_normal")
    embeddings = (EmbeddingSpec(4, 2),) if source == "coded" else ()
    layers = (LayerSpec(12, gn.activation("tanh"), he, zeros), LayerSpec(1, gn.activation("identity"), he, zeros))
    return NetworkSpec(INPUTS, layers, gn.loss("squared_error"), dtype=dtype, embeddings=embeddings)


def copied(rows, chosen):
    return rows.take(chosen) if isinstance(rows, CodedRows) else rows[chosen]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("source", SOURCES)
def test_training(source, shuffle):
    spec, rows = network(source), SOURCES[source]()
    # Batches of more rows than are looked up at a time, and of fewer.
    for batch in (700, 64):
        training = TrainingSpec("adam", batch_size=batch, max_iter=4, seed=3, shuffle=shuffle, early_stopping=True)
        chosen = TrainingData(ChosenRows(rows, KEPT), Y[KEPT], None, ChosenRows(rows, JUDGED), Y[JUDGED])
        copies = TrainingData(copied(rows, KEPT), Y[KEPT], None, copied(rows, JUDGED), Y[JUDGED])
        ours, theirs = (train(spec, training, data, score="r2") for data in (chosen, copies))
        np.testing.assert_array_equal(ours.trace.arrays[0][:, :4], theirs.trace.arrays[0][:, :4])
        for one, other in zip(ours.coefs + ours.embeddings, theirs.coefs + theirs.embeddings, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("source", SOURCES)
def test_prediction(source):
    spec, rows = network(source, "float32"), SOURCES[source]()
    weights = initial_weights(spec, 0)
    expected = predict_scores(spec, weights, copied(rows, JUDGED))
    np.testing.assert_array_equal(predict_scores(spec, weights, ChosenRows(rows, JUDGED)), expected)


def test_a_row_that_is_not_there():
    spec = network("float64")
    with pytest.raises(ValueError, match="a chosen row is not below the number of rows"):
        predict_scores(spec, initial_weights(spec, 0), ChosenRows(X, np.array([0, N], dtype=np.uint32)))


def test_the_largest_value_is_that_of_the_chosen():
    rows = np.zeros((10_000, 1))
    rows[[0, 9_999], 0] = 5.0, -7.0
    assert largest_value(ChosenRows(rows, np.arange(9_999, dtype=np.uint32))) == 5.0
    assert largest_value(ChosenRows(rows, np.arange(10_000, dtype=np.uint32))) == 7.0
    assert largest_value(ChosenRows(rows, np.arange(0, dtype=np.uint32))) == 0.0
