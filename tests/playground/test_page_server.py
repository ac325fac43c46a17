"""The page and its server: two pages at once, a server that comes back, a page that has to go."""

from __future__ import annotations

import threading

import pytest
from tests.playground.pages import until, within

from glassnet.playground import visits
from glassnet.playground.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_two_pages_train_each_their_own_network(open_page):
    one, other = open_page(), open_page(lang="zh")
    within(other, "playground.change({ data: { name: 'xor' } })")
    for page in (one, other):
        page.locator("[data-act=play]").click()
    for page in (one, other):
        until(page, "state.runs.main.frame.epoch > 200 && state.runs.main.frame.test_score > 0.9")
    assert within(one, "state.setup.data.name") == "spiral"
    assert within(other, "state.setup.data.name") == "xor"


def test_a_page_that_was_open_goes_on_when_the_server_comes_back(browser):
    """The console tells of the lost line, so this page is not one that may meet no error."""
    first = Server(0)
    running = threading.Thread(target=first.run)
    running.start()
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(first.url)
        until(page, "state.runs.main.frame?.epoch >= 0")
        within(page, "playground.request('go_to', { epoch: 37 })")
        until(page, "state.runs.main.frame.epoch === 37")
        loss = within(page, "state.runs.main.frame.loss")
    finally:
        first.stop()
        running.join()
    until(page, "!state.connected")
    second = Server(first.port)
    running = threading.Thread(target=second.run)
    running.start()
    try:
        until(page, "state.connected && state.runs.main.frame.epoch === 37")
        assert within(page, "state.runs.main.frame.loss") == loss
    finally:
        context.close()
        second.stop()
        running.join()


def test_a_page_that_must_go_says_why_and_comes_back_by_a_button(open_page, monkeypatch):
    monkeypatch.setattr(visits, "MOST_VISITS", 1)
    first = open_page()
    open_page()
    first.get_by_text("too many pages are open: this one was used least, and has ended").wait_for()
    first.wait_for_timeout(1000)
    assert not within(first, "state.connected"), "it may not throw out the other page by itself"
    monkeypatch.setattr(visits, "MOST_VISITS", 8)
    first.get_by_role("button", name="Connect again").click()
    until(first, "state.connected")
