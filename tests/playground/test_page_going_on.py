"""What a change does to a training: one that ran to its end trains again, one that stood still stands still."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHANGE = 'async (patch) => { await (await import("/web/main.js")).playground.change(patch); }'


def wait_for(page, expression):
    page.wait_for_function(
        """async (expression) => {
            const { frame } = (await import("/web/main.js")).playground.store.state.runs.main;
            return {
                ended: frame.state === "finished",
                begun: frame.epoch === 0 && frame.state === "paused",
            }[expression];
        }""",
        arg=expression,
        timeout=30_000,
    )


def test_a_finished_run_trains_again_after_a_change(open_page):
    page = open_page()
    page.evaluate(CHANGE, {"model": {"max_iter": 150}})
    wait_for(page, "begun")
    page.click("[data-act=play]")
    wait_for(page, "ended")
    page.evaluate(CHANGE, {"model": {"activation": "relu", "max_iter": 120}})
    wait_for(page, "ended")
    assert (
        page.evaluate("async () => (await import('/web/main.js')).playground.store.state.runs.main.frame.epoch") == 120
    )


def test_a_run_that_stood_still_stands_still(open_page):
    page = open_page()
    page.evaluate(CHANGE, {"data": {"name": "moons"}})
    wait_for(page, "begun")
    page.wait_for_timeout(500)
    wait_for(page, "begun")
