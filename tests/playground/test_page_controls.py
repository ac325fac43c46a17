"""The controls of the page, in Chromium: each changes what it says, and what the server refuses stands beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.playground.pages import until
from tests.playground.pages import within as of_state

from glassnet.playground.preparing import losses_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 20_000  # milliseconds; other work may keep the machine busy
SETS = ("circle", "xor", "gaussians", "moons", "three_spirals", "blobs", "rings", "plane", "waves", "digits")


def setup_of(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = of_state(page, "state.setup")
    return found


def epoch(page: Any) -> int:
    return int(of_state(page, "state.runs.main.frame.epoch"))


def field(page: Any, where: str) -> Any:
    return page.locator(f'.field[data-where="{where}"]')


def typed(page: Any, where: str, text: str) -> None:
    control = field(page, where).locator("input[type=text]")
    control.fill(text)
    control.press("Enter")
    control.blur()


def open_details(page: Any, name: str) -> None:
    page.locator(f'[data-more="{name}"] > summary').click()


def pressed(page: Any, act: str) -> None:
    page.locator(f'[data-act="{act}"]').click()


# ----------------------------------------------------------------------------------------------------- the bar


def test_training_plays_pauses_steps_and_goes_back_to_the_start(page):
    page.locator('[data-pace="slow"]').click()
    pressed(page, "play")
    until(page, "state.playing && state.runs.main.frame.epoch >= 3")
    pressed(page, "play")
    until(page, "!state.playing && state.runs.main.frame.state === 'paused'")
    stopped = epoch(page)
    pressed(page, "forward")
    until(page, f"state.runs.main.frame.epoch === {stopped + 1}")
    pressed(page, "back")
    until(page, f"state.runs.main.frame.epoch === {stopped}")
    pressed(page, "restart")
    until(page, "state.runs.main.frame.epoch === 0")
    assert page.locator('[data-act="back"]').is_disabled()


def test_the_spiral_is_solved_within_five_seconds(page):
    pressed(page, "play")
    until(page, "state.runs.main.frame.test_score > 0.97", 5)


def test_epochs_are_typed_and_rewound_by_the_slider_to_the_same_numbers(page):
    page.locator(".epoch").fill("60")
    page.locator(".epoch").press("Enter")
    until(page, "state.runs.main.frame.epoch === 60")
    loss = of_state(page, "state.runs.main.frame.loss")
    page.locator(".rewind").focus()
    page.locator(".rewind").press("Home")
    until(page, "state.runs.main.frame.epoch === 0")
    page.locator(".rewind").press("End")
    until(page, "state.runs.main.frame.epoch === 60")
    assert of_state(page, "state.runs.main.frame.loss") == loss


def test_keys_train_and_step_but_not_while_something_is_typed(page):
    page.keyboard.press("ArrowRight")
    until(page, "state.runs.main.frame.epoch === 1")
    page.keyboard.press("Shift+ArrowRight")
    until(page, "state.runs.main.frame.epoch === 11")
    page.keyboard.press("ArrowLeft")
    until(page, "state.runs.main.frame.epoch === 10")
    page.evaluate('async () => (await import("/web/main.js")).playground.change({ model: { max_iter: 1000000 } })')
    until(page, "state.setup.model.max_iter === 1000000")
    page.keyboard.press(" ")
    until(page, "state.playing && state.runs.main.frame.epoch > 10")
    page.keyboard.press(" ")
    until(page, "!state.playing && state.runs.main.frame.state !== 'playing'")
    before = epoch(page)
    field(page, "data.noise").locator("input[type=text]").press("ArrowRight")
    page.keyboard.press(" ")
    page.wait_for_timeout(300)
    assert epoch(page) == before
    assert not of_state(page, "state.playing")


def test_help_opens_by_key_and_closes_by_escape(page):
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_the_theme_is_kept(page):
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    pressed(page, "theme")
    paper = page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor")
    assert paper != "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_another_language_opens_in_the_same_state(open_page):
    page = open_page(forgiven="icon.svg")  # which the browser may still be fetching when the page opens anew
    page.locator('[data-set="xor"]').click()
    until(page, "state.setup.data.name === 'xor'")
    page.locator(".epoch").fill("7")
    page.locator(".epoch").press("Enter")
    until(page, "state.runs.main.frame.epoch === 7")
    page.locator("select.language").select_option("zh")
    page.get_by_text("学习率", exact=True).wait_for()
    until(page, "state.setup?.data.name === 'xor' && state.runs.main.frame?.epoch === 7")
    assert page.title() == "glassnet 游乐场"


# ------------------------------------------------------------------------------------------------------- data


@pytest.mark.parametrize("name", SETS)
def test_each_set_is_chosen_by_its_picture_and_trains(page, name):
    page.locator(f'[data-set="{name}"]').click()
    until(page, f"state.setup.data.name === '{name}' && state.runs.main.frame.epoch === 0")
    assert page.locator(f'[data-set="{name}"]').get_attribute("aria-checked") == "true"
    pressed(page, "forward")
    until(page, "state.runs.main.frame.epoch === 1 && Number.isFinite(state.runs.main.frame.loss)")


@pytest.mark.parametrize(
    ("where", "text", "value"),
    [
        ("data.n_rows", "150", 150),
        ("data.noise", "0.33", 0.33),
        ("data.test_share", "25", 0.25),
        ("data.seed", "12", 12),
        ("model.batch_size", "7", 7),
        ("model.learning_rate_init", "0.003", 0.003),
        ("model.alpha", "0.02", 0.02),
        ("model.dropout", "0.2", [0.2, 0.2]),
    ],
)
def test_numbers_are_typed(page, where, text, value):
    part, name = where.split(".")
    typed(page, where, text)
    until(page, f"JSON.stringify(state.setup.{part}.{name}) === {json.dumps(json.dumps(value, separators=(',', ':')))}")


def test_sliders_move_in_steps_people_use(page):
    slider = field(page, "data.noise").locator("input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    until(page, "state.setup.data.noise === 0.15")
    assert field(page, "data.noise").locator("input[type=text]").input_value() == "0.15"


def test_classes_are_counted_where_a_set_has_as_many_as_one_likes(page):
    assert field(page, "data.n_classes").is_hidden()
    page.locator('[data-set="blobs"]').click()
    field(page, "data.n_classes").wait_for()
    typed(page, "data.n_classes", "6")
    until(page, "state.described.class_names.length === 6")


def test_what_the_server_refuses_stands_at_its_control_and_the_old_state_stays(page):
    typed(page, "data.noise", "7")
    words = field(page, "data.noise").locator(".field-error")
    words.wait_for()
    assert "from 0 to 1" in words.inner_text()
    assert setup_of(page)["data"]["noise"] == 0.1
    assert field(page, "data.noise").locator("input[type=text]").get_attribute("aria-invalid") == "true"
    typed(page, "data.noise", "much")
    until(page, "state.refused.text.includes('much')")
    typed(page, "data.noise", "0.2")
    words.wait_for(state="hidden")
    until(page, "state.setup.data.noise === 0.2")


@pytest.fixture
def wine(tmp_path: Path) -> Path:
    path = tmp_path / "wine.csv"
    rows = [f"{10 + i % 7},{3 + (i * 5) % 11 / 10},{'red' if i % 3 else 'white'},{i % 2}" for i in range(90)]
    path.write_text("\n".join(["alcohol,acidity,color,quality", *rows]), encoding="utf-8")
    return path


def test_a_table_is_uploaded_and_its_columns_are_chosen(page, wine):
    page.locator("#data input[type=file]").set_input_files(wine)
    until(page, "state.setup.data.name === 'table'")
    table = setup_of(page)["data"]["table"]
    assert table["name"] == "wine.csv"
    assert len(table["columns"]) == 2
    choose = page.locator(".columns select")
    choose.nth(3).select_option("color")
    until(page, "state.setup.data.table.target === 'color' && state.described.class_names.join() === 'red,white'")
    pressed(page, "forward")
    until(page, "state.runs.main.frame.epoch === 1")


def test_a_table_is_dropped_on_the_page(page, wine):
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "dropped.csv"));
            window.dispatchEvent(new DragEvent("dragenter", { dataTransfer: carried }));
            document.querySelector(".drop").dispatchEvent(
                new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        wine.read_text(encoding="utf-8"),
    )
    until(page, "state.setup.data.table?.name === 'dropped.csv'")
    assert page.locator(".drop").is_hidden()


def test_a_file_that_is_no_table_is_refused_in_words(open_page, tmp_path):
    page = open_page(forgiven="400")
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"no table")
    with page.expect_response("**/upload*") as answer:
        page.locator("#data input[type=file]").set_input_files(picture)
    assert answer.value.status == 400
    words = page.locator(".upload .field-error")
    words.wait_for()
    assert "picture.png" in words.inner_text()
    assert setup_of(page)["data"]["name"] == "spiral"


def test_points_are_drawn_and_erased(page):
    page.locator('[data-set="drawn"]').click()
    until(page, "state.setup.data.name === 'drawn' && state.drawing !== null")
    before = len(setup_of(page)["data"]["points"])
    page.locator('[data-brush="2"]').click()
    plane = page.locator("#plane .plane-stage").bounding_box()
    left, top = plane["x"] + plane["width"] * 0.25, plane["y"] + plane["height"] * 0.08
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 120, top, steps=12)
    page.mouse.up()
    until(page, f"state.setup.data.points.length > {before + 3} && state.described.class_names.length === 3")
    drawn = [point for point in setup_of(page)["data"]["points"] if point[2] == 2]
    assert all(point[1] > 2 for point in drawn)
    page.locator('[data-brush="erase"]').click()
    page.mouse.move(left - 5, top)
    page.mouse.down()
    page.mouse.move(left + 130, top, steps=40)
    page.mouse.up()
    until(page, "state.setup.data.points.every((point) => point[2] !== 2)")
    page.locator('[data-brush="clear"]').click()
    until(page, "state.setup.data.points.length === 4")
    assert of_state(page, "state.selected") is None


def test_points_are_drawn_by_touch(open_page):
    page = open_page("?lang=en", width=390, height=844, has_touch=True)
    page.locator('[data-set="drawn"]').click()
    until(page, "state.setup.data.name === 'drawn' && state.drawing !== null")
    before = len(setup_of(page)["data"]["points"])
    stage = page.locator("#plane .plane-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    until(page, f"state.setup.data.points.length === {before + 1}")


# ---------------------------------------------------------------------------------------------------- network


def test_layers_and_units_are_added_and_taken_away_by_click(page):
    page.get_by_role("button", name="add a hidden layer").click()
    until(page, "state.described.network.layers.length === 4")
    assert setup_of(page)["model"]["activation"] == ["tanh"] * 3
    page.get_by_role("button", name="one unit more in layer 3").click()
    until(page, "state.setup.model.hidden_layer_sizes.join() === '8,8,9'")
    page.get_by_role("button", name="take the last hidden layer away").click()
    until(page, "state.setup.model.hidden_layer_sizes.join() === '8,8'")


def test_an_activation_is_chosen_from_the_catalog(page):
    page.locator(".graph-activation").first.click()
    page.locator(".formula").fill("swish")  # a synonym of silu
    assert page.locator(".entry").all_inner_texts() == ["hard swish", "silu"]
    page.locator('.entry[data-name="silu"]').click()
    page.locator(".curve").wait_for()
    pressed(page, "use")
    until(page, 'JSON.stringify(state.setup.model.activation) === \'["silu","tanh"]\'')


def test_a_formula_is_drawn_while_it_is_typed_and_used_in_all_layers(page):
    page.locator(".graph-activation").first.click()
    formula = page.locator(".formula")
    formula.fill("x * sigmoid(3 * x")
    words = page.locator(".chooser .field-error")
    words.wait_for(timeout=PATIENCE)
    assert "bracket" in words.inner_text()
    assert page.locator('[data-act="use"]').is_disabled()
    formula.fill("x * sigmoid(3 * x)")
    words.wait_for(state="hidden", timeout=PATIENCE)
    page.locator(".formulas code", has_text="f(x) = x * sigmoid(3 * x)").wait_for()
    page.get_by_label("in all hidden layers").check()
    pressed(page, "use")
    until(page, "state.setup.model.activation.every((one) => one === 'x * sigmoid(3 * x)')")
    pressed(page, "forward")
    until(page, "state.runs.main.frame.epoch === 1")


def test_parameters_and_dropout_of_a_layer_are_chosen(page):
    page.locator(".graph-activation").nth(1).click()
    page.locator('.entry[data-name="leaky_relu"]').click()
    page.locator(".entry-parameters input").fill("0.2")
    page.get_by_label("Dropout of this layer").fill("0.3")
    pressed(page, "use")
    until(page, "state.setup.model.activation[1].parameters?.slope === 0.2")
    assert setup_of(page)["model"]["dropout"] == [0, 0.3]
    assert field(page, "model.dropout").locator("input[type=text]").input_value() == "mixed"


# --------------------------------------------------------------------------------------------------- training


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("model.solver", "sgd"),
        ("model.solver", "lbfgs"),
        ("model.learning_rate", "cosine"),
        ("model.loss", "hinge"),
        ("model.initializer", "zeros"),
    ],
)
def test_one_of_several_is_chosen_and_trains(page, where, value):
    field(page, where).locator("select").select_option(value)
    part, name = where.split(".")
    until(page, f"state.setup.{part}.{name} === '{value}'")
    pressed(page, "forward")
    until(page, "state.runs.main.frame.epoch >= 1")


def test_solvers_show_their_own_parameters(page):
    open_details(page, "solver")
    assert field(page, "model.beta_1").is_visible()
    assert field(page, "model.momentum").is_hidden()
    field(page, "model.solver").locator("select").select_option("sgd")
    field(page, "model.momentum").wait_for()
    assert field(page, "model.beta_1").is_hidden()
    typed(page, "model.momentum", "0.5")
    field(page, "model.nesterovs_momentum").locator("input").uncheck()
    until(page, "state.setup.model.momentum === 0.5 && state.setup.model.nesterovs_momentum === false")
    field(page, "model.solver").locator("select").select_option("adamw")
    field(page, "model.weight_decay").wait_for()
    typed(page, "model.weight_decay", "0.1")
    typed(page, "model.max_iter", "40")
    until(page, "state.setup.model.weight_decay === 0.1 && state.setup.model.max_iter === 40")


def test_l1_is_a_share_of_the_penalty(page):
    assert field(page, "model.l1_ratio").is_hidden()
    typed(page, "model.alpha", "0.01")
    field(page, "model.l1_ratio").wait_for()
    typed(page, "model.l1_ratio", "100")
    until(page, "state.setup.model.l1_ratio === 1")


def test_losses_fit_the_task(page):
    def offered() -> set[str]:
        values = "options => options.map(one => one.value)"
        return set(field(page, "model.loss").locator("option").evaluate_all(values))

    assert offered() == {"auto", *losses_for("classification")} - {"log_loss"}  # a synonym
    page.locator('[data-set="waves"]').click()
    until(page, "state.described.task === 'regression'")
    assert offered() == {"auto", *losses_for("regression")} - {"log_loss"}


def test_class_weights_label_smoothing_and_seed(page):
    open_details(page, "network")
    field(page, "model.class_weight").locator("select").select_option("balanced")
    until(page, "state.setup.model.class_weight === 'balanced'")
    field(page, "model.class_weight").locator("select").select_option("own")
    until(page, "state.setup.model.class_weight?.['1'] === 1")
    page.locator(".weights input").nth(1).fill("3")
    page.locator(".weights input").nth(1).press("Enter")
    until(page, "state.setup.model.class_weight['1'] === 3")
    typed(page, "model.label_smoothing", "0.1")
    typed(page, "model.random_state", "5")
    field(page, "model.bias_initializer").locator("select").select_option("uniform")
    until(page, "state.setup.model.label_smoothing === 0.1 && state.setup.model.random_state === 5")
    until(page, "state.setup.model.bias_initializer === 'uniform'")


def test_what_was_chosen_by_the_task_says_why(page):
    assert "sigmoid" in page.locator("#choices summary").inner_text()
    page.locator("#choices summary").click()
    reasons = page.locator("#choices dd").all_inner_texts()
    assert len(reasons) >= 3
    assert all(len(reason) > 10 for reason in reasons)


# ------------------------------------------------------------------------------------------- sharing, export


def test_a_link_opens_the_same_picture_in_a_new_page(open_page: Callable[..., Any]):
    first = open_page("?lang=en", permissions=["clipboard-read", "clipboard-write"])
    first.locator('[data-set="three_spirals"]').click()
    until(first, "state.setup.data.name === 'three_spirals'")
    first.get_by_role("button", name="one unit more in layer 1").click()
    until(first, "state.setup.model.hidden_layer_sizes.join() === '9,8'")
    first.locator(".epoch").fill("25")
    first.locator(".epoch").press("Enter")
    until(first, "state.runs.main.frame.epoch === 25")
    pressed(first, "share")
    first.locator(".toast").wait_for()
    link = first.evaluate("navigator.clipboard.readText()")
    assert "data.name=three_spirals" in link
    assert "lang=" not in link
    second = open_page(link[link.index("/", len("http://")) :] if "?" in link else "?lang=en" + link[link.index("#") :])
    until(second, "state.runs.main.frame.epoch === 25")
    for what in ("loss", "test_loss", "test_score"):
        assert of_state(second, f"state.runs.main.frame.{what}") == of_state(first, f"state.runs.main.frame.{what}")
    same = "JSON.stringify([...state.runs.main.frame.weights0, ...state.runs.main.frame.biases2])"
    assert of_state(second, same) == of_state(first, same)


def test_a_link_carries_drawn_points_and_formulas(open_page: Callable[..., Any]):
    page = open_page("?lang=en")
    of_state(
        page,
        "await playground.change({ data: { name: 'drawn',"
        " points: [[0.5, 0.25, 0], [1, -1, 0], [-1, -1.5, 1], [-1, 1, 1]] },"
        " model: { activation: ['max(x, 0.1 * x)', 'tanh'] } })",
    )
    until(page, "location.hash.includes('points')")
    wanted = setup_of(page)
    other = open_page(page.evaluate("location.search + location.hash"))
    assert setup_of(other) == wanted


def test_a_broken_link_opens_with_the_default_and_says_why(open_page: Callable[..., Any]):
    page = open_page("?lang=en#data.name=nothing&model.alpha=%7B%7D&epoch=-3&x")
    page.locator(".toast.bad").wait_for()
    until(page, "state.setup !== null")
    assert setup_of(page)["data"]["name"] == "spiral"


def test_exported_code_gives_the_same_loss_in_a_fresh_interpreter(page, tmp_path):
    page.locator('[data-set="moons"]').click()
    until(page, "state.setup.data.name === 'moons'")
    page.locator(".epoch").fill("15")
    page.locator(".epoch").press("Enter")
    until(page, "state.runs.main.frame.epoch === 15")
    loss = of_state(page, "state.runs.main.frame.loss")
    pressed(page, "export")
    page.locator('[data-entry="python"]').click()
    with page.expect_download() as download:
        pressed(page, "save")
    path = tmp_path / "playground.py"
    download.value.save_as(path)
    assert path.read_text(encoding="utf-8").strip() == page.locator(".code").inner_text().strip()
    path.write_text(path.read_text(encoding="utf-8") + "\nprint('LOSS', repr(float(model.loss_)))\n", encoding="utf-8")
    told = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert float(told.split("LOSS")[-1]) == pytest.approx(loss, rel=1e-6)


def test_the_model_is_exported_as_a_file(page, tmp_path):
    pressed(page, "forward")
    until(page, "state.runs.main.frame.epoch === 1")
    pressed(page, "export")
    with page.expect_download() as download:
        page.locator('[data-entry="glass"]').click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    import glassnet

    model = glassnet.load(path)
    assert model.predict([[0.0, 0.0]]).shape == (1,)


@pytest.mark.parametrize("kind", ["network", "plane", "losses", "layers"])
def test_pictures_are_exported(page, tmp_path, kind):
    for form, start in (("png", b"\x89PNG"), ("svg", b"<")):
        pressed(page, "export")
        with page.expect_download() as download:
            page.locator(f'[data-row="picture-{kind}"] [data-entry="{form}"]').click()
        path = tmp_path / f"picture.{form}"
        download.value.save_as(path)
        assert path.read_bytes().startswith(start)


# ------------------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (820, 1180), (1920, 1080)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_wider_than_the_page(open_page, width, height, lang):
    page = open_page(f"?lang={lang}", width=width, height=height, lang=lang)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_matters_is_seen_without_scrolling(page):
    pictures = ("#network canvas", "#plane canvas", "#losses canvas")
    for selector in ("[data-act=play]", "#data .sets", '[data-where="model.solver"]', *pictures):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["y"] + min(box["height"], 100) <= 800, selector


def test_panels_fold_and_stay_folded(page):
    page.locator("#data .fold").click()
    assert page.locator("#data .sets").is_hidden()
    page.reload()
    page.locator("#data .fold").wait_for()
    assert page.locator("#data .sets").is_hidden()


def test_every_control_has_a_name(page):
    open_details(page, "solver")
    open_details(page, "network")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [role=img]")].filter((one) =>
            !one.closest("[hidden]") && !one.getAttribute("aria-label") && !one.textContent.trim() &&
            !one.title && !(one.labels && one.labels.length)).map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_a_lost_server_is_told_and_found_again(open_page):
    page = open_page()
    page.locator(".epoch").fill("5")
    page.locator(".epoch").press("Enter")
    until(page, "state.runs.main.frame.epoch === 5")
    loss = of_state(page, "state.runs.main.frame.loss")
    # A message above the size limit closes the connection: what the page then does is what it does whenever it is lost.
    of_state(page, "playground.send('curve', { activation: 'x'.repeat(1_200_000) })")
    until(page, "!state.connected")
    until(page, "state.connected && state.runs.main.frame.epoch === 5")
    assert of_state(page, "state.runs.main.frame.loss") == loss
