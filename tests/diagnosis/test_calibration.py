"""Probabilities beside shares."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.diagnosis import reliability, wilson_interval
from glassnet.errors import ShapeError


def drawn(n, bend, seed=0):
    """Two classes that come true with probability p, told as p ** bend."""
    random = np.random.default_rng(seed)
    p = random.uniform(0.02, 0.98, n)
    said = p**bend
    return (random.uniform(size=n) < p).astype(int), np.column_stack([1 - said, said])


def test_honest_probabilities_lie_on_the_line_and_bent_ones_do_not():
    honest, bent = reliability(*drawn(20_000, 1.0)), reliability(*drawn(20_000, 2.0))
    assert honest.error < 0.02
    assert bent.error > 0.1
    assert sum(part.low <= part.predicted <= part.high for part in honest.bins) >= 8
    assert all(part.observed > part.predicted for part in bent.bins[2:8])


def test_bins_hold_equally_many_rows_and_wilsons_intervals():
    found = reliability(*drawn(1000, 1.0))
    assert [part.n for part in found.bins] == [100] * 10
    for part in found.bins:
        assert (part.low, part.high) == wilson_interval(round(part.observed * part.n), part.n)
    assert list(found.bins) == sorted(found.bins, key=lambda part: part.predicted)


def test_equal_probabilities_are_one_bin():
    found = reliability([0, 1, 1, 1], [[0.25, 0.75]] * 4)
    assert [(part.predicted, part.observed, part.n) for part in found.bins] == [(0.75, 0.75, 4)]
    assert found.error == 0.0


def test_with_more_classes_the_chosen_one_counts():
    found = reliability([0, 1, 2], [[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], n_bins=1)
    assert [(round(part.predicted, 3), round(part.observed, 3)) for part in found.bins] == [(0.6, 0.667)]


def test_no_rows_are_refused():
    with pytest.raises(ShapeError):
        reliability([], np.zeros((0, 2)))
