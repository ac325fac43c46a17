"""Tables for the terminal: they align, in English and in Chinese."""

from __future__ import annotations

import numpy as np
import pytest
from rich.cells import cell_len

from glassnet.report import terminal
from glassnet.texts import set_language


@pytest.fixture(params=["en", "zh"])
def language(request):
    set_language(request.param)
    yield request.param
    set_language(None)


def test_facts_hang_beside_their_names():
    text = terminal.facts([("task", ["one", "two"]), ("任务", ["three"])])
    assert text.plain == "  task  one\n        two\n  任务  three"


def test_facts_keep_a_least_width():
    assert terminal.facts([("a", ["x"])], width=4).plain == "  a     x"


@pytest.mark.usefixtures("language")
def test_the_confusion_matrix_aligns():
    matrix = np.array([[5, 0, 12], [1234, 7, 0], [0, 0, 0]])
    lines = terminal.confusion(matrix, ["a", "bb", "猫"]).plain.split("\n")
    assert len(lines) == 4
    assert len({cell_len(line) for line in lines}) == 1


def test_the_confusion_matrix_tells_counts_and_shares():
    rows = [line.split() for line in terminal.confusion(np.array([[3, 1], [0, 5]]), ["a", "b"]).plain.split("\n")]
    assert rows[1] == ["a", "3", "1", "75%"]
    assert rows[2] == ["b", "·", "5", "100%"]


def test_a_class_without_rows_has_no_share():
    rows = [line.split() for line in terminal.confusion(np.array([[3, 0], [0, 0]]), ["a", "b"]).plain.split("\n")]
    assert rows[2] == ["b", "·", "·"]


def test_mistakes_stand_out():
    text = terminal.confusion(np.array([[3, 1], [0, 5]]), ["a", "b"])
    styles = {text.plain[span.start : span.end].strip(): str(span.style) for span in text.spans}
    assert (styles["3"], styles["1"]) == ("green", "bold red")


@pytest.mark.parametrize("width", [8, 11, 20, 80])
@pytest.mark.parametrize(
    "words", ["text with 2 different values", "任务：两个类别，softmax 输出", "a" * 50, "", "a  b", "ab 任务 cd" * 9]
)
def test_wrapped_lines_fit_and_lose_nothing(words, width):
    lines = terminal.wrapped(words, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_lines_are_as_few_as_words_allow():
    assert terminal.wrapped("one two three four", 9) == ["one two", "three", "four"]
    assert terminal.wrapped("one two three four", 18) == ["one two three four"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (2.5, "2.5"),
        ("tab\there", "tab�here"),
        ("\u202eabc", "�abc"),
        ("a\u2028b", "a�b"),
        ("猫" * 30, "猫" * 19 + "…"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
    ],
)
def test_names_become_harmless(value, text):
    assert terminal.harmless(value) == text
