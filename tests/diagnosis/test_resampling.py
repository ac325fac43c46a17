"""Bootstrap intervals cover what they should, and are the same each time."""

from __future__ import annotations

import numpy as np

from glassnet.diagnosis import bootstrap_intervals


def mean_of(values):
    return lambda weight: {"mean": float(np.average(values, weights=weight))}


def test_the_interval_of_a_mean_covers_it_about_as_often_as_it_says():
    random = np.random.default_rng(0)
    hits = 0
    for trial in range(200):
        values = random.normal(3.0, 1.0, 60)
        low, high = bootstrap_intervals(mean_of(values), 60, repeats=200, seed=trial)["mean"]
        hits += low <= 3.0 <= high
    assert 176 <= hits <= 198  # 190 expected, less what percentiles of 60 rows lack


def test_the_same_seed_gives_the_same_interval():
    values = np.arange(30.0)
    assert bootstrap_intervals(mean_of(values), 30, seed=5) == bootstrap_intervals(mean_of(values), 30, seed=5)
    assert bootstrap_intervals(mean_of(values), 30, seed=5) != bootstrap_intervals(mean_of(values), 30, seed=6)


def test_a_metric_that_is_seldom_defined_has_no_interval():
    def judge(weight):
        return {"always": 1.0, "never": None, "broken": np.nan, "seldom": 1.0 if weight[0] > 5 else None}

    assert set(bootstrap_intervals(judge, 10)) == {"always"}
