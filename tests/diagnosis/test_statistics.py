"""Intervals, paired tests and Holm's correction, against SciPy and against their definitions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from glassnet.diagnosis import corrected_t_test, holm, mean_interval
from glassnet.errors import ParameterError, ShapeError

samples = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=30).map(np.array).filter(lambda x: np.std(x) > 1e-6)


@given(samples, st.floats(0.5, 0.999))
def test_interval_of_independent_numbers_is_students(values, confidence):
    found = mean_interval(values, confidence=confidence)
    low, high = stats.t.interval(confidence, len(values) - 1, values.mean(), stats.sem(values))
    assert found.mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-12)
    assert [found.low, found.high] == pytest.approx([low, high], rel=1e-9, abs=1e-9)


@given(samples, st.floats(0, 2))
def test_overlap_widens_the_interval_as_the_formula_says(values, overlap):
    plain, corrected = mean_interval(values), mean_interval(values, overlap=overlap)
    factor = math.sqrt(1 + len(values) * overlap)
    assert corrected.mean == plain.mean
    assert corrected.high - corrected.mean == pytest.approx(factor * (plain.high - plain.mean), rel=1e-9, abs=1e-9)
    assert corrected.mean - corrected.low == pytest.approx(corrected.high - corrected.mean, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=3, max_size=20), st.floats(0, 1))
def test_paired_test_is_scipys_with_another_variance(pairs, overlap):
    first, second = np.array(pairs).T
    if np.std(first - second) < 1e-6:
        return
    expected = stats.ttest_rel(first, second)
    assert corrected_t_test(first, second, overlap=0).p == pytest.approx(expected.pvalue, rel=1e-8, abs=1e-12)
    found = corrected_t_test(first, second, overlap=overlap)
    t = expected.statistic / math.sqrt(1 + len(first) * overlap)
    assert found.t == pytest.approx(t, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), len(first) - 1), rel=1e-8, abs=1e-12)
    assert found.freedom == len(first) - 1
    # The interval and the test are two views of one thing.
    apart = not found.difference.low <= 0 <= found.difference.high
    assert apart == (found.p < 0.05) or found.p == pytest.approx(0.05)


def test_no_spread():
    assert corrected_t_test([0.9] * 3, [0.9] * 3, overlap=0.25)[1:] == (0.0, 2, 1.0)
    assert corrected_t_test([0.75] * 3, [0.5] * 3, overlap=0.25)[1:] == (math.inf, 2, 0.0)
    assert corrected_t_test([0.5] * 3, [0.75] * 3, overlap=0.25).t == -math.inf
    assert mean_interval([0.1] * 7) == (0.1, 0.1, 0.1)


def test_a_single_number_tells_nothing_about_its_spread():
    assert np.isnan(mean_interval([0.5])).tolist() == [False, True, True]
    found = corrected_t_test([0.5], [0.4], overlap=0.25)
    assert math.isnan(found.p)
    assert math.isnan(found.t)
    assert found.freedom == 0


def closed_testing(p):
    """Holm's adjusted p-values by what they are: closed testing with Bonferroni's test of every intersection."""
    n = len(p)
    subsets = [s for size in range(1, n + 1) for s in itertools.combinations(range(n), size)]
    return [max(min(1.0, len(s) * min(p[j] for j in s)) for s in subsets if i in s) for i in range(n)]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
def test_holm_is_closed_testing_with_bonferroni(p):
    assert holm(p).tolist() == pytest.approx(closed_testing(p))


def test_holm_finds_what_bonferroni_finds():
    p = np.random.default_rng(0).uniform(0, 0.1, 40)
    adjusted = holm(p)
    assert (adjusted <= np.minimum(1, 40 * p)).all()
    assert (adjusted >= p).all()
    assert holm([]).tolist() == []


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: mean_interval([]), ShapeError, "values"),
        (lambda: mean_interval([[1.0, 2.0]]), ShapeError, "values"),
        (lambda: mean_interval([1.0, math.nan]), ParameterError, "values must be finite numbers; got nan"),
        (lambda: mean_interval([1.0, 2.0], confidence=1.0), ParameterError, "confidence"),
        (lambda: mean_interval([1.0, 2.0], overlap=-0.1), ParameterError, "overlap"),
        (lambda: corrected_t_test([1.0, 2.0], [1.0], overlap=0), ShapeError, "others"),
        (lambda: holm([0.5, 1.5]), ParameterError, "1.5"),
        (lambda: holm([math.nan]), ParameterError, "p_values"),
        (lambda: holm([[0.1]]), ShapeError, "p_values"),
    ],
)
def test_errors_name_what_is_wrong(call, error, said):
    with pytest.raises(error, match=said):
        call()


@pytest.mark.slow
@pytest.mark.parametrize(("folds", "repetitions", "often"), [(5, 4, 0.15), (10, 10, 0.5)])
def test_the_correction_finds_hardly_more_than_alpha_where_there_is_nothing_and_the_plain_test_does(
    folds, repetitions, often
):
    """Two learners of equal worth: the means of two independent features, as predictors of a target around 0."""
    rng = np.random.default_rng(3)
    plain = corrected = 0
    trials = 600
    for _ in range(trials):
        n = 60
        # Each learner predicts by least squares on one of two features that are equally informative.
        features = rng.normal(size=(n, 2))
        target = features.sum(axis=1) + rng.normal(size=n)
        scores = []
        for _ in range(repetitions):
            parts = np.array_split(rng.permutation(n), folds)
            for part in parts:
                train = np.ones(n, dtype=bool)
                train[part] = False
                row = []
                for column in range(2):
                    x = features[:, column]
                    slope = x[train] @ target[train] / (x[train] @ x[train])
                    row.append(-np.mean((target[part] - slope * x[part]) ** 2))
                scores.append(row)
        first, second = np.array(scores).T
        plain += corrected_t_test(first, second, overlap=0).p < 0.05
        corrected += corrected_t_test(first, second, overlap=1 / (folds - 1)).p < 0.05
    assert corrected / trials < 0.075  # 0.05 and 2.8 standard errors of 600 trials
    assert plain / trials > often
