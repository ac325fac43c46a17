"""Rankings: the best, what is tied with it, what failed; and that nothing is found where there is nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glassnet.diagnosis import corrected_p_values, corrected_t_test, holm, mean_band, mean_interval, rank
from glassnet.errors import ShapeError

RNG = np.random.default_rng(0)
SCORES = np.array([0.9, 0.95, 0.95, 0.7])[:, None] + RNG.normal(size=(4, 10)) * 0.01


def test_the_best_is_first_and_its_equals_are_tied():
    found = rank(SCORES, overlap=0.25)
    assert set(found.order[:2]) == {1, 2}
    assert found.order[2:] == (0, 3)
    assert set(found.tied) == {1, 2}
    assert found.tied[0] == found.best == found.order[0]
    assert found.p_values[found.best] is found.behind[found.best] is None


def test_numbers_are_those_of_the_tests_and_intervals():
    found = rank(SCORES, overlap=0.25)
    pairs = [(i, j) for i in range(4) for j in range(i)]
    p = holm([corrected_t_test(SCORES[i], SCORES[j], overlap=0.25).p for i, j in pairs])
    for i in range(4):
        assert found.means[i] == mean_interval(SCORES[i], overlap=0.25)
        if i != found.best:
            test = corrected_t_test(SCORES[found.best], SCORES[i], overlap=0.25)
            assert found.behind[i] == test.difference
            assert found.p_values[i] == pytest.approx(p[pairs.index((max(i, found.best), min(i, found.best)))])


def test_small_is_good_where_that_is_said():
    assert rank(-SCORES, overlap=0.25, larger_is_better=False).order == rank(SCORES, overlap=0.25).order
    assert rank(-SCORES, overlap=0.25, larger_is_better=False).behind[3].mean > 0


def test_who_fails_somewhere_is_no_candidate():
    scores = SCORES.copy()
    scores[1, 4] = np.nan
    scores[0] = np.nan
    found = rank(scores, overlap=0.25)
    assert found.order == (2, 3, 1, 0)
    assert found.tied == (2,)
    assert found.means[1] == mean_interval(np.delete(SCORES[1], 4), overlap=0.25)
    assert math.isnan(found.means[0].mean)
    assert found.p_values[0] is found.p_values[1] is found.behind[1] is None
    nobody = rank(scores[:2], overlap=0.25)
    assert nobody.best is None
    assert nobody.tied == ()


def test_one_score_each_tells_nothing_apart():
    found = rank([[0.9], [0.8]], overlap=0.25)
    assert found.tied == (0, 1)
    assert found.p_values == (None, None)
    assert found.behind[1].mean == pytest.approx(0.1)


def test_one_learner():
    assert rank([[0.9, 0.8]], overlap=0.5).tied == (0,)


def test_p_values_of_all_pairs_are_those_of_each_test():
    scores = np.vstack([SCORES, SCORES[:1], SCORES[:1] + 0.25])
    p = corrected_p_values(scores, overlap=0.25)
    for i in range(6):
        for j in range(6):
            expected = corrected_t_test(scores[i], scores[j], overlap=0.25).p
            assert p[i, j] == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert np.isnan(corrected_p_values([[1.0], [2.0]], overlap=0)[0, 1])


def test_bands_are_intervals_of_columns():
    band = mean_band(SCORES, overlap=0.25, confidence=0.9)
    for column in range(SCORES.shape[1]):
        expected = mean_interval(SCORES[:, column], overlap=0.25, confidence=0.9)
        assert (band.mean[column], band.low[column], band.high[column]) == pytest.approx(expected)
    assert np.isnan(mean_band([[1.0, 2.0]]).low).all()


@pytest.mark.parametrize("call", [lambda: rank([], overlap=0), lambda: corrected_p_values([1.0], overlap=0)])
def test_scores_have_two_axes(call):
    with pytest.raises(ShapeError, match="scores"):
        call()


@pytest.mark.parametrize("n_learners", [2, 6])
def test_equals_are_told_apart_in_at_most_5_of_100_rankings(n_learners):
    rng = np.random.default_rng(5)
    trials = 500
    # Independent scores: the plain variance is right, and the test has no slack.
    wrong = sum(len(rank(rng.normal(size=(n_learners, 8)), overlap=0).tied) < n_learners for _ in range(trials))
    assert wrong / trials < 0.05 + 3 * math.sqrt(0.05 * 0.95 / trials)
    assert wrong > 0
