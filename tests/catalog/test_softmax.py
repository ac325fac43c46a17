"""Functions over an axis: probabilities in every shape, at every size of score."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import glassnet as gn
from glassnet.errors import DataError, ParameterError, ShapeError

FUNCTIONS = {"softmax": gn.softmax, "log_softmax": gn.log_softmax, "hardmax": gn.hardmax}
every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def test_the_matrix_of_the_articles():
    expected = [[0.0059, 0.1184, 0.0008, 0.8749], [0.0000, 0.0025, 0.0000, 0.9975]]
    np.testing.assert_array_equal(gn.softmax([[-1, 2, -3, 4], [-2, 3, -3, 9]]).round(4), expected)


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        arrays.array_shapes(min_dims=1, max_dims=4, max_side=6),
        elements=st.floats(-1e4, 1e4, width=32),
    ),
    st.integers(-4, 3),
)
def test_probabilities_along_any_axis(x, axis):
    axis %= x.ndim
    p = gn.softmax(x, axis=axis)
    eps = np.finfo(x.dtype).eps
    assert p.dtype == x.dtype
    assert p.shape == x.shape
    assert np.all((p >= 0) & (p <= 1))
    np.testing.assert_allclose(p.sum(axis=axis, dtype=np.float64), 1, rtol=8 * eps)
    np.testing.assert_array_equal(p, gn.softmax(x, axis=axis - x.ndim))
    wide = x.astype(np.float64)
    np.testing.assert_allclose(p, scipy.special.softmax(wide, axis=axis), rtol=1e3 * eps, atol=np.finfo(x.dtype).tiny)
    np.testing.assert_allclose(
        gn.log_softmax(x, axis=axis), scipy.special.log_softmax(wide, axis=axis), rtol=4 * eps, atol=4 * eps
    )
    order = np.argsort(x, axis=axis, kind="stable")
    assert np.all(np.diff(np.take_along_axis(p, order, axis), axis=axis) >= 0)
    hard = gn.hardmax(x, axis=axis)
    assert np.all(hard.sum(axis=axis) == 1)
    np.testing.assert_array_equal(np.argmax(hard, axis=axis), np.argmax(x, axis=axis))


def test_huge_scores_are_no_trouble():
    x = np.array([1e4, 0.0, -1e4])
    np.testing.assert_array_equal(gn.softmax(x), [1, 0, 0])
    np.testing.assert_array_equal(gn.log_softmax(x), [0, -1e4, -2e4])
    np.testing.assert_array_equal(gn.softmax(np.full(4, 1e30)), np.full(4, 0.25))
    np.testing.assert_array_equal(gn.softmax(x.astype(np.float32)), np.array([1, 0, 0], np.float32), strict=True)


def test_temperature_divides_the_scores():
    x = np.array([[0.5, -1.0, 2.0], [3.0, 3.0, 0.0]])
    np.testing.assert_allclose(gn.softmax(x, temperature=2.5), gn.softmax(x / 2.5), rtol=1e-15)
    np.testing.assert_allclose(gn.log_softmax(x, temperature=0.1), gn.log_softmax(x / 0.1), rtol=1e-14)
    np.testing.assert_array_equal(gn.softmax([1e300, -1e300], temperature=1e-300), [1, 0])
    np.testing.assert_allclose(gn.softmax(x[0], temperature=1e-3), gn.hardmax(x[0]), atol=1e-300)
    np.testing.assert_array_equal(gn.hardmax(x, temperature=5), gn.hardmax(x))


@pytest.mark.parametrize("temperature", [0.07, 3.3])
def test_temperature_costs_no_digits_of_float32(temperature):
    x = np.random.default_rng(0).normal(0, 2, (20, 9)).astype(np.float32)
    with mp.workdps(40):
        exact = np.array([[mp.mpf(float(score)) / mp.mpf(temperature) for score in row] for row in x])
        powers = np.array([[mp.exp(score - max(row)) for score in row] for row in exact])
        truth = powers / powers.sum(axis=1, keepdims=True)
        logs = np.array([[mp.log(p) for p in row] for row in truth], dtype=float)
    large = truth.astype(float) > 1e-30
    p, log_p = (f(x, temperature=temperature) for f in (gn.softmax, gn.log_softmax))
    assert p.dtype == log_p.dtype == np.float32
    np.testing.assert_allclose(p[large], truth.astype(float)[large], rtol=1e-7)
    np.testing.assert_allclose(log_p, logs, rtol=1e-7)


@every_function
@pytest.mark.parametrize("temperature", [0, -1.0, np.inf, np.nan, "hot"])
def test_temperature_must_be_positive(function, temperature):
    with pytest.raises(ParameterError, match=r"^temperature must be a finite number above 0; got "):
        function([1.0, 2.0], temperature=temperature)


@every_function
def test_axes_that_are_not_there_are_refused(function):
    with pytest.raises(ShapeError, match=r"^axis must be an axis of x, which has 2 dimensions; got 2$"):
        function(np.zeros((2, 3)), axis=2)
    with pytest.raises(ShapeError, match=r"^axis must be an axis of x, which has 1 dimension; got 0\.5$"):
        function(np.zeros(2), axis=0.5)
    with pytest.raises(ShapeError, match=r"^axis must be an axis of x, which has 0 dimensions; got -1$"):
        function(1.0)
    with pytest.raises(ShapeError, match=r"^x must have at least one element along axis 1; got shape \(2, 0\)$"):
        function(np.zeros((2, 0)), axis=1)
    with pytest.raises(DataError, match=r"^x must hold real numbers"):
        function(["a", "b"])


@every_function
def test_no_rows_give_no_rows(function):
    assert function(np.zeros((0, 3))).shape == (0, 3)


@every_function
def test_integers_and_lists_become_float64(function):
    result = function([[1, 2], [3, 3]])
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, function(np.array([[1.0, 2.0], [3.0, 3.0]])))


@every_function
@pytest.mark.parametrize("axis", [0, 1])
def test_out_takes_the_result(function, axis):
    x = np.arange(6.0).reshape(2, 3) ** 2
    expected = function(x, axis=axis)
    assert function(x, axis=axis, out=x) is x
    np.testing.assert_array_equal(x, expected)
    with pytest.raises(ShapeError, match=r"^out must have shape \(2, 3\)"):
        function(x, out=np.zeros(6))


def test_hardmax_takes_the_first_of_the_largest():
    np.testing.assert_array_equal(gn.hardmax([[2, 2, 1], [0, -1, 0]]), [[1, 0, 0], [1, 0, 0]])


def test_a_row_with_nan_is_nan():
    p = gn.softmax([[0.0, np.nan], [0.0, 0.0]])
    assert np.isnan(p[0]).all()
    np.testing.assert_array_equal(p[1], 0.5)


def test_jacobian_is_that_of_the_definition():
    x = np.array([2.0, 1.0, 0.1])
    p = gn.softmax(x)
    np.testing.assert_allclose(gn.activations.softmax.jacobian(x), np.diag(p) - np.outer(p, p), rtol=1e-14)
    step = 1e-6
    for j in range(3):
        by_j = (gn.softmax(x + step * np.eye(3)[j]) - gn.softmax(x - step * np.eye(3)[j])) / (2 * step)
        np.testing.assert_allclose(gn.activations.softmax.jacobian(x)[:, j], by_j, rtol=1e-8)


def test_jacobian_has_its_axis_at_the_end():
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    jacobian = gn.activations.softmax.jacobian(x, axis=1, temperature=2.0)
    assert jacobian.shape == (4, 2, 3, 3)
    np.testing.assert_allclose(jacobian[1, 1], gn.activations.softmax.jacobian(x[1, :, 1] / 2) / 2, rtol=1e-14)
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-16)


def test_jacobian_keeps_its_digits_where_softmax_saturates():
    np.testing.assert_allclose(gn.activations.softmax.jacobian([40.0, 0.0])[0, 0], np.exp(-40.0), rtol=1e-14)


def test_softmax_as_an_activation():
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(gn.activations.softmax(x, axis=0), gn.softmax(x, axis=0))
    np.testing.assert_array_equal(gn.activation("softmax")(x, temperature=3.0), gn.softmax(x, temperature=3.0))
    with pytest.raises(ParameterError, match=r"^softmax has no elementwise derivative: .* Use softmax\.jacobian\(x\)$"):
        gn.activations.softmax.derivative(x)
    with pytest.raises(ParameterError, match=r'^softmax has no parameter "axes"; it has axis, temperature, out'):
        gn.activations.softmax(x, axes=0)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("spread", [0.1, 8.0])
def test_rows_of_a_million_against_fifty_digits(dtype, spread):
    """Softmax, its logarithm and cross-entropy: 2e-7 for float32, a few roundings for float64."""
    x = np.random.default_rng(1).normal(0, spread, 1_000_000).astype(dtype)
    with mp.workdps(50):
        largest = mp.mpf(float(x.max()))
        powers = [mp.exp(mp.mpf(float(score)) - largest) for score in x]
        total = mp.fsum(powers)
        log_total = mp.log(total)
        shown = [*range(0, 1_000_000, 9973), int(x.argmax())]
        shares = [powers[i] / total for i in shown]
        logs = [mp.mpf(float(x[i])) - largest - log_total for i in shown]
        weights = np.arange(1.0, 5.0) / 10
        code = int(x.argsort()[500_000])
        soft = sum(mp.mpf(float(w)) * -logs[i] for i, w in enumerate(weights))
        one = largest + log_total - mp.mpf(float(x[code]))
        single = float(np.finfo(dtype).eps)
        bound = 2e-7 if dtype is np.float32 else 3 * single

        def error(computed, truth):
            return max(
                float(abs(mp.mpf(float(ours)) / right - 1))
                for ours, right in zip(computed, truth, strict=True)
                if abs(right) > float(np.finfo(dtype).tiny)
            )

        assert error(gn.softmax(x)[shown], shares) <= bound
        assert error(gn.log_softmax(x)[shown], logs) <= bound
        loss = gn.losses.softmax_cross_entropy
        assert error([loss(x, code)], [one]) <= min(bound, 1e-10)
        target = np.zeros(1_000_000)
        target[shown[:4]] = weights
        assert error([loss(x, target.astype(np.float64))], [soft]) <= (3e-8 if dtype is np.float32 else bound)
        gradient = loss.gradient(x, shown[-1])
        assert error(gradient[shown[:-1]], shares[:-1]) <= bound
        others = mp.fsum(power for i, power in enumerate(powers) if i != shown[-1]) / total
        assert error([gradient[shown[-1]]], [-others]) <= bound
