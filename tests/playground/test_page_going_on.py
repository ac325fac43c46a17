"""What a change does to a training: one that ran to its end trains again, one that stood still stands still."""

from __future__ import annotations

import pytest
from tests.playground.pages import until, within

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHANGE = 'async (patch) => { await (await import("/web/main.js")).playground.change(patch); }'
BEGUN = "state.runs.main.frame.epoch === 0 && state.runs.main.frame.state === 'paused'"


def test_a_finished_run_trains_again_after_a_change(page):
    page.evaluate(CHANGE, {"model": {"max_iter": 150}})
    until(page, BEGUN)
    page.click("[data-act=play]")
    until(page, "state.runs.main.frame.epoch === 150")
    page.evaluate(CHANGE, {"model": {"activation": "relu", "max_iter": 120}})
    until(page, "state.runs.main.frame.epoch === 120 && state.runs.main.frame.state === 'finished'")


def test_a_run_that_stood_still_stands_still(page):
    page.evaluate(CHANGE, {"data": {"name": "moons"}})
    until(page, BEGUN)
    page.wait_for_timeout(500)
    assert within(page, BEGUN)
