"""Learning-rate schedules against their definitions, written out."""

from __future__ import annotations

import math

import pytest

import glassnet as gn
from glassnet.errors import ParameterError

PROGRESS = [0.0, 1 / 15, 0.2, 0.25, 7 / 15, 0.5, 0.9, 1.0]
DEFINITIONS = {
    "constant": lambda progress: 1.0,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + math.cos(math.pi * progress)) / 2,
    "coslog4": lambda progress: (1 - math.cos(2 * math.pi * math.log2(1 + 15 * progress))) / 2,
}


@pytest.mark.parametrize("progress", PROGRESS)
@pytest.mark.parametrize("name", DEFINITIONS)
def test_rate_follows_the_definition(name, progress):
    expected = 0.1 * DEFINITIONS[name](progress)
    assert gn.schedule(name).rate(0.1, progress=progress) == pytest.approx(expected, rel=1e-15, abs=1e-17)


def test_coslog4_has_four_waves_each_twice_as_long():
    rate = gn.schedules.coslog4.rate
    for wave in range(4):
        start, end = (2**wave - 1) / 15, (2 ** (wave + 1) - 1) / 15
        assert rate(1.0, progress=start) == pytest.approx(0, abs=1e-15)
        assert rate(1.0, progress=(2 ** (wave + 0.5) - 1) / 15) == pytest.approx(1, abs=1e-15)
        assert rate(1.0, progress=end) == pytest.approx(0, abs=1e-15)


def test_invscaling_is_scikit_learns():
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    optimizer = SGDOptimizer([], learning_rate_init=0.1, lr_schedule="invscaling", power_t=0.3)
    for rows in (100, 200, 300):
        optimizer.iteration_ends(rows)
        assert gn.schedules.invscaling.rate(0.1, t=rows + 1, power_t=0.3) == pytest.approx(
            optimizer.learning_rate, rel=1e-15
        )


def test_adaptive_has_no_rate_of_its_own():
    with pytest.raises(
        ParameterError, match=r"^adaptive has no formula: its rate depends on the losses of past epochs"
    ):
        gn.schedules.adaptive.rate(0.1, progress=0.5)


@pytest.mark.parametrize("schedule", gn.schedules, ids=lambda schedule: schedule.name)
def test_what_depends_on_progress_changes_in_every_step(schedule):
    assert schedule.changes in ("never", "step", "epoch")
    assert ("progress" in schedule.formula) == (schedule.changes == "step")
