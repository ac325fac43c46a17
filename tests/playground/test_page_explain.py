"""The page explains, in a browser: units in words, a point's way to p - t, findings and their remedies beside."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DYING = {"activation": ["relu", "relu"], "learning_rate_init": 1.0, "max_iter": 400}


def ask(page: Any, script: str, argument: Any = None) -> Any:
    """Run a piece of JavaScript that knows `playground`."""
    connected = "while (!playground.store.state.connected) await new Promise((done) => setTimeout(done, 20));"
    whole = f'async (argument) => {{ const {{ playground }} = await import("/web/main.js"); {connected} {script} }}'
    return page.evaluate(whole, argument)


def set_up(page: Any, model: dict[str, Any], data: dict[str, Any] | None = None, *, epoch: int = 0) -> None:
    """Take a set-up, and stand still at an epoch."""
    ask(
        page,
        'await playground.request("pause"); await playground.change(argument);',
        {"model": model, "data": data or {}},
    )
    ask(page, 'await playground.request("go_to", { epoch: argument });', epoch)


def select(page: Any, selected: dict[str, Any]) -> None:
    """Select as a click in a picture does."""
    ask(page, "playground.store.update({ selected: argument });", selected)


@pytest.mark.parametrize(("lang", "words"), [("en", "It is dead"), ("zh", "死亡")])
def test_hovering_puts_a_unit_in_words(open_page: Callable[..., Any], lang: str, words: str) -> None:
    page = open_page(lang=lang)
    set_up(page, DYING, epoch=60)
    page.locator('.graph-unit[data-layer="2"][data-unit="1"]').first.hover()
    tooltip = page.locator(".hover-words")
    tooltip.wait_for(state="visible", timeout=5000)
    said = ask(page, 'return playground.request("unit", { layer: 2, unit: 1 });')
    assert words in said["text"]
    assert said["text"] in tooltip.inner_text()
    assert said["title"] in tooltip.inner_text()
    page.mouse.move(5, 790)
    tooltip.wait_for(state="hidden", timeout=2000)


def test_the_keyboard_reaches_the_words_of_a_unit(page: Any) -> None:
    set_up(page, {}, epoch=50)
    page.locator('.graph-unit[data-layer="1"][data-unit="0"]').first.focus()
    page.locator(".hover-words").wait_for(state="visible", timeout=5000)
    page.keyboard.press("Escape")
    page.locator(".hover-words").wait_for(state="hidden", timeout=2000)
    page.keyboard.press("Enter")
    page.locator("#explain .unit-text").wait_for(timeout=5000)
    assert page.locator("#explain-title").inner_text().startswith("unit 1 of layer 1")


def test_a_click_on_a_point_shows_its_graph_down_to_p_minus_t(page: Any) -> None:
    set_up(page, {}, epoch=120)
    plane = page.locator("#plane canvas").first
    box = plane.bounding_box()
    plane.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.35})
    page.locator("#explain .graph-svg").wait_for(timeout=5000)
    selected = ask(page, "return playground.store.state.selected;")
    assert selected["kind"] == "point"
    question = {"row": selected["row"]} if selected.get("row") else {"x": list(selected["x"])}
    told = ask(page, 'return playground.request("point", argument);', question)
    assert told["p_minus_t"]["holds"]

    # What the page writes is what the server says, and that is p - t.
    format_ = ask(
        page,
        'const f = await import("/web/format.js"); return argument.map((v) => f.number(v));',
        [told["p_minus_t"]["p"][0] - told["p_minus_t"]["t"][0], *told["p_minus_t"]["gradient"]],
    )
    last = f"z{len(told['layers'])}"
    node = page.locator(f'.graph-node[data-node="{last}"]')
    shown = node.locator(".graph-gradient").all_text_contents()
    assert shown == [format_[1]]
    assert format_[0] == format_[1]
    assert node.locator(".graph-p-minus-t").text_content() == "p − t"
    assert told["p_minus_t"]["text"] in page.locator(".point-difference").inner_text()
    for one in told["graph"]["nodes"]:
        if one["value"]["shape"] in ([], [1]):
            row = page.locator(f'.graph-table tr[data-node="{one["name"]}"]')
            wanted = ask(page, 'return (await import("/web/format.js")).number(argument);', one["value"]["numbers"][0])
            assert row.locator(".value").text_content() == wanted
    # Every unit of every layer, with its numbers.
    assert page.locator("#explain .forward-unit").count() == sum(len(layer["units"]) for layer in told["layers"])


def test_a_unit_opens_to_what_it_adds_up(page: Any) -> None:
    set_up(page, {}, epoch=40)
    select(page, {"kind": "point", "run": "main", "row": {"part": "train", "index": 2}})
    unit = page.locator("#explain .forward-unit").nth(3)
    unit.locator("summary").click()
    told = ask(page, 'return playground.request("point", { row: { part: "train", index: 2 } });')["layers"][0]["units"][
        3
    ]
    cells = unit.locator("tr td:last-child").all_text_contents()
    values = [float(text.replace("−", "-")) for text in cells]
    assert values == pytest.approx([told["products"][0][3], told["products"][1][3], told["bias"], told["z"]], rel=6e-3)


def test_another_target_can_be_supposed_and_rows_walked_through(page: Any) -> None:
    set_up(page, {}, epoch=100)
    page.get_by_role("button", name="Follow a training point").click()
    page.locator("#explain .point-difference").wait_for(timeout=5000)
    first = page.locator("#explain-title").inner_text()
    before = ask(page, "return playground.store.state.selected;")
    target = page.get_by_label("suppose another target")
    other = "0" if target.input_value() == "1" else "1"
    text = page.locator(".point-difference").inner_text()
    target.select_option(other)
    page.wait_for_timeout(700)
    assert page.locator(".point-difference").inner_text() != text
    assert ask(page, "return playground.store.state.selected;") == {**before, "target": int(other)}
    page.get_by_role("button", name="Next row").click()
    page.wait_for_timeout(700)
    assert page.locator("#explain-title").inner_text() != first
    page.get_by_role("button", name="Close the explanation").first.click()
    page.get_by_role("button", name="Follow a training point").wait_for(timeout=5000)


def test_numbers_follow_the_training_and_what_is_open_stays_open(page: Any) -> None:
    set_up(page, {"max_iter": 100_000}, epoch=1)
    select(page, {"kind": "point", "run": "main", "row": {"part": "train", "index": 0}})
    unit = page.locator("#explain .forward-unit").first
    unit.locator("summary").click()
    unit.locator("summary").focus()
    before = unit.inner_text()
    ask(page, 'await playground.request("play", { pace: "slow" });')
    page.wait_for_timeout(1500)
    ask(page, 'await playground.request("pause");')
    assert unit.inner_text() != before
    assert unit.evaluate("box => box.open && document.activeElement === box.firstElementChild")


def test_a_peek_while_the_explanation_is_out_of_sight(page: Any) -> None:
    set_up(page, {}, epoch=10)
    select(page, {"kind": "point", "run": "main", "row": {"part": "train", "index": 0}})
    peek = page.locator(".explain-peek")
    peek.wait_for(state="visible", timeout=5000)
    assert "Training row 1" in peek.inner_text()
    peek.get_by_role("button", name="Show").click()
    peek.wait_for(state="hidden", timeout=5000)
    assert page.evaluate("document.activeElement.id") == "explain-title"


def test_zoom_of_the_graph(page: Any) -> None:
    set_up(page, {}, epoch=10)
    select(page, {"kind": "point", "run": "main", "row": {"part": "train", "index": 0}})
    graph = page.locator(".graph-svg")
    graph.wait_for(timeout=5000)
    page.wait_for_timeout(100)
    width = graph.bounding_box()["width"]
    page.get_by_role("button", name="larger").click()
    assert graph.bounding_box()["width"] > 1.1 * width
    page.get_by_role("button", name="fit to width").click()
    assert graph.bounding_box()["width"] == pytest.approx(width, abs=2)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_dying_network_is_told_and_mended_beside(open_page: Callable[..., Any], lang: str) -> None:
    page = open_page(lang=lang)
    set_up(page, {**DYING, "max_iter": 3000})
    assert page.locator("#findings .finding").count() == 0
    ask(page, 'await playground.request("play", { pace: "slow" });')
    cause = page.locator('#findings .finding.is-warning[data-name="rate_too_high"]')
    cause.wait_for(timeout=5000)
    found = ask(page, "return playground.store.state.findings.main;")
    assert found[0]["head"] in cause.inner_text()
    assert found[0]["head"] in page.locator('#findings > [role="status"]').text_content()  # read out
    cause.locator(".finding-effects summary").click()
    assert cause.locator('.finding-effects [data-name="dead_units"]').first.is_visible()

    rate = found[0]["setups"][0]["model"]["learning_rate_init"]
    cause.locator(".remedy-try").first.click()
    page.locator('#findings .compare tr[data-run="beside"]').wait_for(timeout=5000)
    ask(page, 'await playground.request("play", { pace: "full" });')
    change = page.locator(".compare-changes").inner_text()
    assert change.startswith("learning_rate_init: 1 → ")
    page.locator('#findings .compare tr.is-better[data-run="beside"]').wait_for(timeout=20_000)
    setups = ask(
        page,
        "const { main, beside } = playground.store.state.runs;"
        "return [main, beside].map((run) => run.described.setup.model);",
    )
    assert [one["learning_rate_init"] for one in setups] == [1.0, rate]
    assert page.locator("#plane canvas").count() >= 2  # both are seen

    page.locator(".compare-keep").first.click()
    page.locator("#findings .compare").wait_for(state="hidden", timeout=5000)
    state = ask(page, "const s = playground.store.state; return [s.setup.model.learning_rate_init, s.runs.beside];")
    assert state == [rate, None]


def test_the_old_one_can_be_kept(page: Any) -> None:
    set_up(page, DYING, epoch=30)
    page.locator("#findings .remedy-try").first.wait_for(timeout=5000)
    page.locator("#findings .remedy-try").first.click()
    keep = page.get_by_role("button", name="Keep the old one")
    keep.wait_for(timeout=5000)
    keep.click()
    page.locator("#findings .compare").wait_for(state="hidden", timeout=5000)
    assert ask(page, "return playground.store.state.setup.model.learning_rate_init;") == 1.0


def test_which_run_is_better(page: Any) -> None:
    verdicts = ask(
        page,
        """const { betterOf } = await import("/web/findings/comparison.js");
        return argument.map(([main, beside, comparable]) => betterOf(main, beside, comparable));""",
        [
            [{"test_score": 0.9, "test_loss": 0.1}, {"test_score": 0.95, "test_loss": 0.3}, True],
            [{"test_score": 0.9, "test_loss": 0.1}, {"test_score": 0.905, "test_loss": 0.3}, True],
            [{"test_score": 0.9, "test_loss": 0.1}, {"test_score": 0.905, "test_loss": 0.3}, False],
            [{"test_score": 0.9, "test_loss": 0.1, "state": "diverged"}, {"test_score": 0.5, "test_loss": 1}, True],
            [
                {"test_score": None, "test_loss": None, "loss": 0.1},
                {"test_score": None, "test_loss": None, "loss": 2},
                True,
            ],
            [{"test_score": 0.9, "test_loss": 0.1}, {"test_score": 0.9, "test_loss": 0.1001}, True],
        ],
    )
    assert verdicts == ["beside", "main", "", "beside", "main", ""]


@pytest.mark.parametrize("dark", [False, True])
def test_texts_are_readable_and_nothing_is_wider_than_a_phone(open_page: Callable[..., Any], dark: bool) -> None:
    page = open_page(width=390, height=844, dark=dark)
    set_up(page, DYING, epoch=30)
    page.locator("#findings .finding").first.wait_for(timeout=5000)
    select(page, {"kind": "point", "run": "main", "row": {"part": "train", "index": 0}})
    page.locator("#explain .graph-svg").wait_for(timeout=5000)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    ratios = page.evaluate(CONTRAST, ["#explain", "#findings"])
    assert ratios
    low = {text: ratio for text, ratio in ratios.items() if ratio < 4.5}
    assert not low


# Contrast of each text with what is painted behind it (WCAG 2.2, 1.4.3).
CONTRAST = """(roots) => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = numbers(color).slice(0, 3).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((numbers(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = {};
  for (const root of roots) {
    for (const element of document.querySelectorAll(root + " *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own || !element.getClientRects().length || element.closest("title")) continue;
      const style = getComputedStyle(element);
      const color = element instanceof SVGElement ? style.fill : style.color;
      const [one, two] = [light(color), light(behind(element))].sort((a, b) => b - a);
      const name = element.textContent.trim().slice(0, 40) + " " + element.getAttribute("class");
      found[name] = (one + 0.05) / (two + 0.05);
    }
  }
  return found;
}"""


def test_no_text_of_the_explanation_is_left_in_english(open_page: Callable[..., Any]) -> None:
    page = open_page(lang="zh")
    set_up(page, DYING, epoch=30)
    page.locator("#findings .finding").first.wait_for(timeout=5000)
    select(page, {"kind": "point", "run": "main", "x": [0.5, 0.5]})
    page.locator("#explain .graph-svg").wait_for(timeout=5000)
    words = page.locator("#explain").inner_text() + page.locator("#findings").inner_text()
    known = {"tanh", "relu", "sigmoid", "log", "binary_cross_entropy", "learning_rate_init", "max_iter", "activation"}
    left = set(re.findall(r"[A-Za-z_]{3,}", words)) - known
    assert not left
