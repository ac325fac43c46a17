"""Evaluations as text: metrics beside the naive answer, a verdict where nothing was learned, confusions."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from glassnet.diagnosis import Finding, evaluate_classes, evaluate_numbers
from glassnet.report import evaluation_text
from glassnet.texts import set_language


@pytest.fixture(params=["en", "zh"])
def language(request):
    set_language(request.param)
    yield request.param
    set_language(None)


def shown(renderable):
    console = Console(file=io.StringIO(), width=80, highlight=False, legacy_windows=False)
    console.print(renderable, soft_wrap=True)
    return console.file.getvalue()


def classes(n_classes, n=240, right=0.8, labels=None):
    rng = np.random.default_rng(0)
    codes = np.arange(n) % n_classes
    predicted = np.where(rng.random(n) < right, codes, (codes + 1) % n_classes)
    probabilities = np.full((n, n_classes), 0.1 / n_classes)
    probabilities[np.arange(n), predicted] += 0.9
    return evaluate_classes(codes, probabilities, labels or [f"c{k}" for k in range(n_classes)], np.ones(n_classes))


def test_metrics_stand_beside_those_of_the_naive_answer():
    found = evaluate_classes([0, 1, 1, 1], [[0.5, 0.5], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]], ["no", "yes"], [3, 1])
    lines = [" ".join(line.split()) for line in shown(evaluation_text.evaluation(found)).splitlines()]
    assert lines[0] == "on 4 rows never seen this model naive answer"
    assert lines[1] == "accuracy 75.0% 25.0% 95% interval 30.1 to 95.4%"
    assert lines[2] == "log-loss 0.518 1.112"
    assert lines[3] == "area under ROC curve 0.667 0.500"
    assert 'always "no"' in lines[4]


def test_numbers_have_their_own_metrics():
    text = shown(evaluation_text.evaluation(evaluate_numbers([1e6, 2e6, 6e6], [1e6, 3e6, 5e6], 2e6), unseen=False))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "on 3 rows this model naive answer"
    assert lines[1] == "root mean squared error 816,497 2,380,476"
    assert lines[2] == "mean absolute error 666,667 1,666,667"
    assert lines[3] == "R², variance explained 0.857 -0.214"
    assert "always 2,000,000, the mean" in text


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (classes(2, right=0.55), "not clearly better than the naive answer"),
        (classes(2, right=0.9), ""),
        (evaluate_numbers([1, 2, 3], [3, 2, 1], 2), "not better than the naive answer"),
        (evaluate_numbers([1, 2, 3], [1, 2, 2], 2), ""),
    ],
)
def test_where_nothing_was_learned_it_says_so(found, verdict):
    text = shown(evaluation_text.evaluation(found))
    assert ("better than the naive" in text) == bool(verdict)
    assert verdict in text


def test_rare_classes_that_are_ranked_well_are_worth_something():
    """With 2% fraud nobody beats "no fraud" in accuracy; who ranks well has learned."""
    codes = np.arange(200) % 50 == 0
    probability = np.where(codes, 0.4, 0.1)
    found = evaluate_classes(codes, np.column_stack([1 - probability, probability]), ["no", "fraud"], [98, 2])
    assert "better than the naive" not in shown(evaluation_text.evaluation(found))


@pytest.mark.parametrize("n", [2, 5, 12])
@pytest.mark.usefixtures("language")
def test_it_fits_80_columns(n):
    labels = [f"a very long label that is number {k}" for k in range(n)]
    text = shown(evaluation_text.evaluation(classes(n, labels=labels)))
    assert max(map(cell_len, text.splitlines())) <= 80


def test_many_rows_are_counted_on_a_line_of_their_own():
    found = dataclasses.replace(classes(2), n=123_456_789)
    lines = shown(evaluation_text.evaluation(found)).splitlines()
    assert lines[0] == "  on 123,456,789 rows never seen"
    assert lines[1].split() == ["this", "model", "naive", "answer"]
    assert max(map(cell_len, lines)) <= 80


def test_more_than_twelve_classes_are_told_in_a_sentence():
    assert "↓" in shown(evaluation_text.evaluation(classes(12)))
    text = shown(evaluation_text.evaluation(classes(13)))
    assert "↓" not in text
    assert 'most confused: "c' in text
    assert "nothing was confused" in shown(evaluation_text.evaluation(classes(13, right=1.1)))


def test_what_is_not_defined_says_why():
    text = shown(evaluation_text.evaluation(evaluate_classes([1, 1], [[0.4, 0.6]] * 2, ["a", "b"], [1, 1])))
    assert "– " in text
    assert "not defined: these rows have one class" in text
    assert "these rows have one value" in shown(evaluation_text.evaluation(evaluate_numbers([1, 1], [1, 2], 1)))


def test_labels_that_are_too_long_for_columns_are_numbered():
    labels = ["some-college degree of any kind", "some-college degree of no kind", "none"]
    lines = shown(evaluation_text.evaluation(classes(3, labels=labels))).splitlines()
    assert lines[-4].split()[-4:] == ["1", "2", "3", "right"]
    assert "1 some-college degree of any kind  " in lines[-3]
    assert lines[-1].split()[:2] == ["3", "none"]


def test_labels_that_look_alike_when_cut_are_numbered():
    labels = ["x" * 30 + "1", "x" * 30 + "2"]
    assert "1 xxx" in shown(evaluation_text.evaluation(classes(2, labels=labels)))
    assert "1 no" not in shown(evaluation_text.evaluation(classes(2, labels=["no", "yes"])))


@pytest.mark.usefixtures("language")
def test_findings_fill_lines_of_80_columns():
    findings = [Finding("dead_units", "healthy", 0.0, None, "x" * length) for length in (20, 20, 40, 70)]
    lines = evaluation_text.inside(findings, 8).plain.splitlines()
    assert len(lines) == 3
    assert max(map(cell_len, lines[:2])) <= 80
    assert lines[0].endswith("x" * 20 + " · " + "x" * 20)
