"""Entropies and divergence: known values, the identity that ties them together, zeros, and what is refused."""

from __future__ import annotations

import re

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

import glassnet as gn
from glassnet.errors import DataError, ParameterError, ShapeError

P, Q = np.array([0.1, 0.2, 0.7]), np.array([0.3, 0.3, 0.4])


def test_known_values():
    assert gn.entropy([0.25] * 4, base=2) == 2.0
    assert gn.entropy([0.0, 1.0]) == 0.0
    assert gn.cross_entropy([1.0, 0.0], [0.5, 0.5], base=2) == 1.0
    assert gn.kl_divergence(P, P) == 0.0
    assert gn.entropy(P) == pytest.approx(scipy.stats.entropy(P), rel=1e-15)
    assert gn.kl_divergence(P, Q) == pytest.approx(scipy.stats.entropy(P, Q), rel=1e-14)
    assert gn.kl_divergence(P, Q, base=10) == pytest.approx(scipy.stats.entropy(P, Q, base=10), rel=1e-14)


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_cross_entropy_is_entropy_and_divergence(seed, k):
    random = np.random.default_rng(seed)
    p, q = random.dirichlet(np.full(k, 0.5), size=2)
    parts = gn.entropy(p), gn.kl_divergence(p, q)
    # Each of the two is true to a few roundings of its terms, the largest of which is -log of the smallest q.
    size = 1 - np.log(q[p > 0].min())
    assert gn.cross_entropy(p, q) == pytest.approx(sum(parts), abs=8 * np.finfo(float).eps * size)
    assert parts[0] <= np.log(k) + 1e-15
    assert parts[1] >= -1e-15


def test_divergence_of_near_distributions_keeps_its_digits():
    q = np.array([0.3, 0.7])
    p = q + np.array([1e-9, -1e-9])
    with mp.workdps(40):
        exact = [mp.mpf(float(x)) for x in (*p, *q)]
        truth = float(exact[0] * mp.log(exact[0] / exact[2]) + exact[1] * mp.log(exact[1] / exact[3]))
    # 2.4e-18, beside terms of 1e-9.
    assert gn.kl_divergence(p, q) == pytest.approx(truth, abs=1e-24)


def test_zeros():
    assert gn.kl_divergence([0.0, 1.0], [0.5, 0.5]) == pytest.approx(np.log(2), rel=1e-15)
    assert gn.kl_divergence([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert gn.cross_entropy([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert gn.cross_entropy([0.0, 1.0], [0.0, 1.0]) == 0.0
    assert gn.kl_divergence([5e-324, 1.0], [1.0, 0.0]) == np.inf


def test_axes_and_types():
    p = np.random.default_rng(0).dirichlet(np.ones(5), size=(2, 3))
    q = np.random.default_rng(1).dirichlet(np.ones(5), size=(2, 3))
    for function, arguments in ((gn.entropy, (p,)), (gn.cross_entropy, (p, q)), (gn.kl_divergence, (p, q))):
        result = function(*arguments)
        assert result.shape == (2, 3)
        assert result.dtype == np.float64
        moved = [np.moveaxis(array, -1, 0) for array in arguments]
        np.testing.assert_array_equal(function(*moved, axis=0), result)
        assert isinstance(function(*(array[0, 0] for array in arguments)), float)
        singles = function(*(array.astype(np.float32) for array in arguments))
        np.testing.assert_allclose(singles, result, rtol=1e-5)
    assert gn.entropy([1, 0]) == 0.0


def test_losses_on_raw_scores_are_the_same():
    scores = np.random.default_rng(2).normal(size=(6, 4))
    p = np.random.default_rng(3).dirichlet(np.ones(4), size=6)
    np.testing.assert_allclose(
        gn.losses.kl_divergence(scores, p, reduction="none"), gn.kl_divergence(p, gn.softmax(scores)), rtol=1e-13
    )
    np.testing.assert_allclose(
        gn.losses.softmax_cross_entropy(scores, p, reduction="none"),
        gn.cross_entropy(p, gn.softmax(scores)),
        rtol=1e-13,
    )


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([0.5, 0.6],), {}, DataError, "p must add up to 1 along axis 0; one sum is 1.1"),
        (([-0.5, 1.5],), {}, DataError, "p must hold probabilities, finite numbers of at least 0; it has -0.5"),
        (([np.nan, 1.0],), {}, DataError, "p must hold probabilities, finite numbers of at least 0; it has nan"),
        ((["a"],), {}, DataError, "p must hold real numbers"),
        (([1.0],), {"axis": 1}, ShapeError, "axis must be an axis of x"),
        (([1.0],), {"base": 1}, ParameterError, "base must be None, or a finite number above 0 that is not 1; got 1"),
    ],
)
def test_what_is_no_distribution_is_refused(arguments, options, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gn.entropy(*arguments, **options)


def test_the_second_distribution_is_checked_too():
    for function in (gn.cross_entropy, gn.kl_divergence):
        with pytest.raises(DataError, match=r"^q must add up to 1 along axis 0; one sum is 0\.8"):
            function([0.5, 0.5], [0.4, 0.4])
        with pytest.raises(ShapeError, match=r"^q must have shape \(2,\), that of p; got shape \(3,\)"):
            function([0.5, 0.5], P)
