"""Maxout on arrays: how an axis is cut, what wins, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import TrainingData, predict_scores, train
from glassnet.errors import DataError, ParameterError, ShapeError
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

maxout = gn.activations.maxout
X = np.random.default_rng(0).normal(size=(4, 6, 12))


@pytest.mark.parametrize("pieces", [2, 3, 6])
@pytest.mark.parametrize("axis", [-1, 2, 1, -2])
def test_the_axis_is_cut_into_units_of_pieces_side_by_side(axis, pieces):
    found = maxout(X, pieces=pieces, axis=axis)
    whole = [X.take(range(start, start + pieces), axis).max(axis) for start in range(0, X.shape[axis], pieces)]
    np.testing.assert_array_equal(found, np.stack(whole, axis))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_and_out(dtype):
    x = X.astype(dtype)
    out = np.empty((4, 6, 6), dtype)
    assert maxout(x, out=out) is out
    np.testing.assert_array_equal(out, maxout(x), strict=True)
    assert maxout([1, 2, 4, 3]).dtype == np.float64
    for wrong in (np.empty((4, 6, 12), dtype), np.empty((4, 6, 5), dtype)):
        with pytest.raises(ShapeError, match="out must have shape"):
            maxout(x, out=wrong)
    with pytest.raises(DataError, match="out must"):
        maxout(x, out=np.empty((4, 6, 6), np.int64))


def test_nan_stays_and_infinities_win():
    found = maxout([np.nan, 1.0, 1.0, np.nan, -np.inf, 3.0, np.inf, 0.0])
    np.testing.assert_array_equal(found, [np.nan, np.nan, 3.0, np.inf])


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(ShapeError, match=r"a multiple of 5 elements \(pieces=5\) along axis 2"):
        maxout(X, pieces=5)
    with pytest.raises(ShapeError):
        maxout(1.0)
    with pytest.raises(DataError):
        maxout(["a", "b"])
    with pytest.raises(ParameterError, match=r"Use maxout\.jacobian"):
        maxout.derivative(X)


@pytest.mark.parametrize("pieces", [0, 1, -2, 2.5, 65537, np.nan, np.inf, "3", True, None])
def test_pieces_are_a_whole_number_of_at_least_two(pieces):
    with pytest.raises(ParameterError, match="pieces must be a whole number of at least 2"):
        gn.activation("maxout", pieces=pieces)


@pytest.mark.parametrize("pieces", [3, 3.0, np.int64(3), np.float32(3)])
def test_whole_numbers_of_any_type_are_taken(pieces):
    activation = gn.activation("maxout", pieces=pieces)
    assert (activation.pieces, type(activation.values[0])) == (3, int)
    assert repr(activation) == "gn.activation('maxout', pieces=3)"
    assert activation.to_json() == {"name": "maxout", "parameters": {"pieces": 3}}


def test_jacobian_is_that_of_differences():
    jacobian = maxout.jacobian(X, pieces=3)
    assert jacobian.shape == (4, 6, 4, 12)
    step = 1e-6
    for j in range(12):
        moved = X.copy()
        moved[..., j] += step
        quotient = (maxout(moved, pieces=3) - maxout(X, pieces=3)) / step
        np.testing.assert_allclose(jacobian[..., j], quotient, atol=1e-8)
    np.testing.assert_array_equal(maxout.jacobian(X.T, pieces=3, axis=0), jacobian.transpose(1, 0, 2, 3))


def test_at_ties_the_first_wins_in_the_function_and_in_training():
    np.testing.assert_array_equal(maxout.jacobian([2.0, 2.0, 2.0], pieces=3), [[1.0, 0.0, 0.0]])
    zeros = gn.initializers.zeros
    layers = (
        LayerSpec(2, gn.activation("maxout", pieces=3), zeros, zeros),
        LayerSpec(1, gn.activations.identity, zeros, zeros),
    )
    spec = NetworkSpec(1, layers, gn.losses.squared_error, "float64")
    weights = ([np.zeros((1, 6)), np.ones((2, 1))], [np.zeros(6), np.zeros(1)])
    training = TrainingSpec(solver="sgd", momentum=0.0, learning_rate_init=1.0, alpha=0.0, max_iter=1, batch_size=1)
    fit = train(spec, training, TrainingData(np.array([[1.0]]), np.array([[1.0]])), weights=weights)
    np.testing.assert_array_equal(fit.intercepts[0], [1, 0, 0, 1, 0, 0])


def test_the_layer_has_the_order_of_the_function():
    layers = tuple(
        LayerSpec(units, activation, gn.initializers.lecun_normal, gn.initializers.normal)
        for units, activation in ((5, gn.activation("maxout", pieces=3)), (1, gn.activations.identity))
    )
    spec = NetworkSpec(4, layers, gn.losses.squared_error, "float64")
    assert spec.shapes == ((4, 15), (5, 1))
    assert spec.n_parameters == 4 * 15 + 15 + 5 + 1
    weights = gn.engine.initial_weights(spec, 0)
    rows = np.random.default_rng(1).normal(size=(9, 4))
    hidden = maxout(rows @ weights.coefs[0] + weights.intercepts[0], pieces=3)
    expected = hidden @ weights.coefs[1] + weights.intercepts[1]
    np.testing.assert_allclose(predict_scores(spec, weights, rows), expected, rtol=1e-12)
