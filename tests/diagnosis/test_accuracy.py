"""Accuracies, their intervals and confusions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from glassnet.diagnosis import Accuracy, Confusion, confusion_matrix, most_confused, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_is_the_published_one(successes, n, low, high):
    assert list(wilson_interval(successes, n)) == pytest.approx([low, high], abs=5e-5)


def test_wilson_interval_stays_within_0_and_1_and_holds_the_share():
    for n in (1, 2, 7, 450):
        for successes in range(n + 1):
            low, high = wilson_interval(successes, n)
            assert 0 <= low <= successes / n <= high <= 1
            assert low < high


def test_wilson_interval_is_as_sure_as_it_says():
    # Coverage over p, which for Wilson's interval is 0.95 on average.
    rng = np.random.default_rng(0)
    p = rng.uniform(size=4000)
    observed = rng.binomial(450, p)
    held = np.mean([low <= truth <= high for truth, (low, high) in zip(p, map(_interval, observed), strict=True)])
    assert 0.935 < held < 0.965


def _interval(successes):
    return wilson_interval(int(successes), 450)


def test_higher_confidence_is_wider():
    narrow, wide = wilson_interval(9, 10, 0.9), wilson_interval(9, 10, 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_accuracy_knows_its_interval():
    accuracy = Accuracy(442, 449)
    assert accuracy.share == 442 / 449
    assert (accuracy.low, accuracy.high) == wilson_interval(442, 449)


def test_confusion_matrix_is_scikit_learns():
    rng = np.random.default_rng(0)
    true, predicted = rng.integers(0, 7, (2, 500))
    ours = confusion_matrix(true, predicted, 7)
    np.testing.assert_array_equal(ours, metrics.confusion_matrix(true, predicted))
    assert ours.dtype == np.int64


def test_confusion_matrix_keeps_classes_that_nobody_has():
    assert confusion_matrix([0], [2], 3).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_most_confused_names_all_pairs_that_tie():
    matrix = np.array([[9, 2, 0], [2, 9, 1], [0, 0, 9]])
    assert most_confused(matrix) == [Confusion(0, 1, 2), Confusion(1, 0, 2)]
    assert matrix[0, 0] == 9, "the matrix is left as it was"


def test_nothing_is_confused_where_all_is_right():
    assert most_confused(np.diag([3, 4])) == []
