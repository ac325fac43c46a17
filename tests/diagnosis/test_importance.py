"""What shuffling a column costs."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.diagnosis import permutation_importance

WEIGHTS = np.array([2.0, 0.0, 1.0])


def linear(n, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, 3))
    y = X @ WEIGHTS

    def losses(column, order):
        seen = X.copy()
        if column is not None:
            seen[:, column] = X[order, column]
        return (seen @ WEIGHTS - y) ** 2

    return losses


def test_a_linear_model_loses_twice_the_square_of_a_weight():
    found = permutation_importance(["a", "b", "c"], linear(20_000))
    assert [part.name for part in found] == ["a", "c", "b"]
    by_name = {part.name: part for part in found}
    assert by_name["a"].increase == pytest.approx(8, rel=0.05)
    assert by_name["c"].increase == pytest.approx(2, rel=0.05)
    assert by_name["a"].low < 8 < by_name["a"].high


def test_a_column_that_is_not_used_gives_exactly_0():
    part = permutation_importance(["a", "b", "c"], linear(50))[-1]
    assert (part.name, part.increase, part.low, part.high) == ("b", 0.0, 0.0, 0.0)


def test_one_row_says_nothing():
    part = permutation_importance(["a"], lambda _column, _order: np.array([1.0]))[0]
    assert part.increase == 0.0
    assert not np.isfinite(part.high)
