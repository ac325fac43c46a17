"""Lessons say what is true: every step is trained with the seed that it shows, and what is to be seen is seen."""

from __future__ import annotations

import itertools
import json
import re
from importlib.resources import files

import pytest
from tests.playground.lesson_readings import ON_THE_PAGE, READ, by_layer, met, placed, started

from glassnet import lab
from glassnet.playground.lessons import ELSEWHERE, GROUPS, LESSONS, READINGS, lessons_json, setups_of
from glassnet.playground.lessons.condition import PLACES, Condition
from glassnet.playground.setup import DEFAULT
from glassnet.texts import speaking

WEB = files("glassnet.playground") / "web"
CLAIMS = {f"S{i}" for i in range(1, 33)}
STEPS = [(lesson, i) for lesson in LESSONS for i in range(len(lesson.steps))]


def test_every_claim_is_a_lesson_or_told_to_be_elsewhere():
    here = {row for lesson in LESSONS for row in lesson.rows}
    assert here | set(ELSEWHERE) >= CLAIMS
    assert not here & set(ELSEWHERE)


def test_lessons_have_names_of_their_own_three_to_six_steps_and_a_group():
    names = [lesson.name for lesson in LESSONS]
    assert len(set(names)) == len(names)
    for lesson in LESSONS:
        assert 3 <= len(lesson.steps) <= 6, lesson.name
        assert lesson.group in GROUPS
        assert all(step.expects for step in lesson.steps), lesson.name


def test_experiments_that_lessons_name_are_in_the_lab():
    named = {name for lesson in LESSONS for name in lesson.experiments} | {name for _, name in ELSEWHERE.values()}
    assert named <= {experiment.name for experiment in lab.list()}


def test_experiments_are_those_of_the_lessons_claims():
    rows = {experiment.name: experiment.row for experiment in lab.list()}
    for lesson in LESSONS:
        if claims := set(lesson.rows) & CLAIMS:
            assert {rows[name] for name in lesson.experiments} & claims or not lesson.experiments, lesson.name


def test_page_and_python_read_the_same_things():
    source = (WEB / "lessons" / "readings.js").read_text(encoding="utf-8")
    written = source[source.index("export const readings") :]
    names = set(re.findall(r"^  (\w+): \(", written, re.MULTILINE))
    assert names == set(READINGS)
    assert set(READ) | ON_THE_PAGE == set(READINGS)


def test_columns_of_statistics_that_the_page_reads_are_those_of_the_engine():
    from glassnet.engine.trace import LAYER_STATISTICS

    source = (WEB / "lessons" / "readings.js").read_text(encoding="utf-8")
    for name in ("gradient_norm", "weight_norm"):
        assert f"const {name.upper()} = {LAYER_STATISTICS.index(name)};" in source


def test_conditions_read_what_there_is():
    for lesson in LESSONS:
        for step, setups in zip(lesson.steps, setups_of(lesson), strict=True):
            for condition in step.expects:
                assert condition.reading in {**READINGS, **PLACES}, lesson.name
                if condition.of_setup:
                    placed((setups.changed or setups.setup).to_json(), condition.reading)
                assert condition.run == "main" or setups.beside is not None


def test_a_step_without_a_set_up_goes_on_with_what_was_changed():
    for lesson in LESSONS:
        found = setups_of(lesson)
        assert lesson.steps[0].setup is not None
        for i, step in enumerate(lesson.steps[1:], 1):
            if step.setup is None:
                assert found[i].setup == (found[i - 1].changed or found[i - 1].setup)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_gets_all_lessons_in_its_language(language):
    told = json.loads(json.dumps(lessons_json(language)))
    lessons = [lesson for group in told["groups"] for lesson in group["lessons"]]
    assert [lesson["name"] for lesson in lessons] == [
        lesson.name for group in GROUPS for lesson in LESSONS if lesson.group == group
    ]
    for lesson in lessons:
        texts = [lesson["title"], lesson["claim"], lesson["verdict"]]
        texts += [text for step in lesson["steps"] for text in (step["does"], step["look_for"])]
        chinese = [bool(re.search("[\u4e00-\u9fff]", text)) for text in texts]
        assert all(chinese) if language == "zh" else not any(chinese)


def test_a_condition_tells_what_it_checks():
    condition = Condition("test_score", at_most=0.8, after=1000, run="beside")
    assert condition.text() == "after 1,000 epochs: beside: test score at most 80%"
    with speaking("zh"):
        assert condition.text() == "1,000 轮之后，旁边的训练：测试得分不超过 80%"
    assert Condition("model.hidden_layer_sizes", equals=[8, 8]).text() == "units of the hidden layers: 8 · 8"
    assert Condition("point", equals=True).text() == "a point is selected"


def test_regions_that_lessons_point_at_are_on_the_page():
    page = (WEB / "index.html").read_text(encoding="utf-8")
    regions = {step.region for lesson in LESSONS for step in lesson.steps} - {""}
    assert regions <= set(re.findall(r'id="([\w-]+)"', page))


def test_the_first_lesson_begins_with_the_default_network():
    first = setups_of(LESSONS[0])[0].setup
    assert first == DEFAULT.changed(model={"max_iter": first.model.max_iter})


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "i"), STEPS, ids=[f"{lesson.name}-{i + 1}" for lesson, i in STEPS])
def test_what_a_step_says_is_seen(lesson, i):
    step, setups = lesson.steps[i], setups_of(lesson)[i]
    setup = setups.changed or setups.setup
    runs = {"main": (started(setup), setup)}
    if setups.beside is not None:
        runs["beside"] = (started(setups.beside), setups.beside)
    if step.plays:
        for run, of_run in runs.values():
            run.advance(of_run.model.max_iter)
    for condition in step.expects:
        if condition.reading not in ON_THE_PAGE:
            assert met(condition, *runs[condition.run]), condition.text()


CHANGES = [(lesson, i) for lesson, i in STEPS if setups_of(lesson)[i].changed is not None]


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "i"), CHANGES, ids=[f"{lesson.name}-{i + 1}" for lesson, i in CHANGES])
def test_a_change_is_needed_for_what_is_to_be_seen(lesson, i):
    """Before it, some condition is not met: a step that is done before anything was done teaches nothing."""
    step, setups = lesson.steps[i], setups_of(lesson)[i]
    run = started(setups.setup)
    if step.plays:
        run.advance(setups.setup.model.max_iter)
    checked = [condition for condition in step.expects if condition.reading not in ON_THE_PAGE]
    assert not all(met(condition, run, setups.setup) for condition in checked)


@pytest.mark.slow
def test_selu_stays_centered_where_relu_does_not():
    lesson = next(lesson for lesson in LESSONS if lesson.name == "selu")
    means, spreads = {}, {}
    for _i, setup in ((1, setups_of(lesson)[1].setup), (2, setups_of(lesson)[2].changed)):
        run = started(setup)
        run.advance(setup.model.max_iter)
        name = setup.model.activation[0].name
        means[name], spreads[name] = by_layer(run, 2), by_layer(run, 3)
    assert max(map(abs, means["selu"])) < 0.3
    assert max(spreads["selu"]) < 2 * min(spreads["selu"])
    assert min(means["relu"]) > 0.4


@pytest.mark.slow
def test_accuracy_moves_in_steps_while_the_loss_falls_with_every_epoch():
    lesson = next(lesson for lesson in LESSONS if lesson.name == "accuracy-as-loss")
    run, setup = started(setups_of(lesson)[0].setup), setups_of(lesson)[0].setup
    scores, losses = [], []
    for _ in range(setup.model.max_iter):
        run.advance(1)
        scores.append(READ["score"](run))
        losses.append(READ["loss"](run))
    assert all(after < before for before, after in itertools.pairwise(losses))
    assert len(set(scores)) < setup.model.max_iter / 2


@pytest.mark.slow
def test_prelu_moves_its_slopes():
    lesson = next(lesson for lesson in LESSONS if lesson.name == "learned-slopes")
    run = started(setups_of(lesson)[1].changed)
    run.advance(run.prepared.training.max_iter)
    assert all((abs(slopes - 0.25) > 0.01).all() for slopes in run.weights.learned)
