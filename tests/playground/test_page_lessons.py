"""Every lesson is walked to its end on the page, and what each step asks for comes true there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.playground.pages import until, within

from glassnet.playground.lessons import LESSONS, lessons_json

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAYS = re.compile("[\u4e00-\u9fff]")


def until_met(page: Any, n: int) -> None:
    until(page, f"document.querySelectorAll('.lesson-seen .met').length === {n}")


def opened(page: Any, name: str) -> None:
    page.locator(".lesson-list > summary").click()
    page.locator(f'[data-lesson="{name}"]').click()


def step_done(page: Any, step: Any) -> None:
    """Do what a step asks for, as far as a button can't, and wait until all its conditions have come true."""
    readings = {condition.reading for condition in step.expects}
    if step.change is not None:
        page.locator(".lesson-change").click()
    if "unit" in readings:
        page.locator("#network .graph-unit").first.click()
    if "point" in readings:
        page.locator("#plane canvas").first.click()
    until_met(page, len(step.expects))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_walked_to_its_end(open_page, lesson):
    page = open_page()
    opened(page, lesson.name)
    for i, step in enumerate(lesson.steps):
        page.wait_for_selector(f'.lesson-progress li:nth-child({i + 1}) [aria-current="step"]')
        page.locator(".lesson-does").get_by_text(step.does, exact=True).wait_for()
        step_done(page, step)
        page.locator(".lesson-next").click()
    assert page.locator(".lesson-verdict").inner_text() == lesson.verdict
    for experiment in lesson.experiments:
        assert f"glassnet lab run {experiment}" in page.locator(".lesson-lab").inner_text()
    page.locator(".lesson-leave").click()
    assert page.locator(f'[data-lesson="{lesson.name}"] .done').count() == 1


def test_lessons_speak_chinese_to_their_end(open_page):
    page = open_page(lang="zh")
    told = {one["name"]: one for group in lessons_json("zh")["groups"] for one in group["lessons"]}
    page.locator(".lesson-list > summary").click()
    for lesson in LESSONS:
        page.locator(f'[data-lesson="{lesson.name}"]').click()
        for step in told[lesson.name]["steps"]:
            page.locator(".lesson-does").get_by_text(step["does"], exact=True).wait_for()
            said = page.locator(".lesson-seen").inner_text()
            assert all(SAYS.search(line) for line in said.splitlines() if len(line) > 2), said
            page.locator(".lesson-next").click()
        assert page.locator(".lesson-verdict").inner_text() == told[lesson.name]["verdict"]
        page.locator(".lesson-leave").click()


def test_a_change_made_by_hand_counts_as_well_as_the_button(open_page):
    page = open_page()
    opened(page, "one-line")
    page.locator(".lesson-next").click()
    within(
        page,
        "playground.change({ model: {"
        "  hidden_layer_sizes: [16, 16, 16, 16, 16], activation: Array(5).fill('identity') } })",
    )
    until_met(page, 3)


def test_a_change_made_by_hand_waits_where_the_step_waits(open_page):
    page = open_page()
    opened(page, "first-weights")
    page.locator(".lesson-next").click()
    page.locator(".lesson-change").click()
    until_met(page, 3)
    until(page, "playground.store.state.runs.main.frame.state === 'finished'")
    page.locator(".lesson-next").click()
    within(page, "playground.change({ model: { activation: Array(8).fill('relu') } })")
    until_met(page, 2)
    until(page, "playground.store.state.runs.main.frame.epoch === 0 && !playground.store.state.playing")


def test_a_step_waits_for_its_change(open_page):
    page = open_page()
    opened(page, "dying-relu")
    page.locator(".lesson-next").click()
    until(page, "playground.store.state.runs.main.frame.epoch >= 300")
    assert page.locator(".lesson-seen .met").count() == 0


def test_setting_up_again_forgets_what_was_seen(open_page):
    page = open_page()
    opened(page, "dying-relu")
    page.wait_for_selector(".lesson-seen .met")
    within(page, "playground.request('set', { setup: { data: { name: 'moons' } }, run: 'main' })")
    page.get_by_role("button", name="Set up again").click()
    until(page, "playground.store.state.setup.data.name === 'circle'")
    until_met(page, 2)


def test_a_link_opens_the_lesson_at_its_step(open_page):
    page = open_page("#data.name=circle&lesson=dying-relu/2")
    page.wait_for_selector('.lesson-progress li:nth-child(3) [aria-current="step"]')
    assert page.locator("h2", has_text="Units that die").is_visible()
    assert within(page, "playground.store.state.setup.data.name") == "circle"


def test_a_link_to_a_lesson_that_is_not_there_shows_the_list(open_page):
    page = open_page("#lesson=nowhere/1")
    page.wait_for_selector(".lesson-list")
    until(page, "playground.store.state.lesson === null")


def test_another_language_keeps_the_place(open_page):
    page = open_page()
    opened(page, "xor")
    page.locator(".lesson-next").click()
    within(page, "playground.store.update({ lang: 'zh' })")
    until(page, "/[\u4e00-\u9fff]/.test(document.querySelector('.lesson-does').textContent)")
    assert page.locator('.lesson-progress [aria-current="step"]').inner_text() == "2"


def test_keyboard_walks_a_lesson_and_keeps_its_place(open_page):
    page = open_page()
    page.locator(".lesson-list > summary").focus()
    page.keyboard.press("Enter")
    page.locator('[data-lesson="zero-weights"]').focus()
    page.keyboard.press("Enter")
    page.locator(".lesson-next").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('.lesson-progress li:nth-child(2) [aria-current="step"]')
    page.wait_for_selector(".lesson-seen .met")
    assert within(page, "document.activeElement.dataset.key") == "next"
    said = page.locator("#lessons [aria-live]").inner_text()
    assert said.startswith(("Seen: ", "Step 2 of 4"))


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_panel_hides_no_picture(open_page, width, height):
    page = open_page(width=width, height=height)
    opened(page, "one-line")
    page.wait_for_selector(".lesson-panel .lesson-does")
    boxes = {name: page.locator(f"#{name}").bounding_box() for name in ("lessons", "plane", "network")}
    panel = boxes.pop("lessons")
    for name, box in boxes.items():
        apart = (
            panel["x"] + panel["width"] <= box["x"]
            or box["x"] + box["width"] <= panel["x"]
            or panel["y"] + panel["height"] <= box["y"]
            or box["y"] + box["height"] <= panel["y"]
        )
        assert apart, name
    assert boxes["plane"]["y"] + 150 < height, "the picture begins below the first screen"
    assert within(page, "document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_lesson_far_down_the_list_begins_in_view(open_page, width, height):
    page = open_page(width=width, height=height)
    opened(page, LESSONS[-1].name)
    page.wait_for_selector(".lesson-panel .lesson-does")
    page.wait_for_timeout(500)  # a smooth scroll has an end
    title = page.locator(".lesson-panel h2").bounding_box()
    bar = page.locator("#bar").bounding_box()
    assert bar["y"] + bar["height"] <= title["y"] + 1
    assert title["y"] + title["height"] < height
