"""A diagnosis on a terminal: paragraphs of at most 80 cells, in the words of the command line where that is wanted."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from glassnet.diagnosis import Diagnosis, Finding, Remedy
from glassnet.report import diagnosis_text
from glassnet.texts import set_language

CAUSE = Finding(
    "rate_too_high",
    "warning",
    0.3,
    1,
    "in the first epoch each update was about 0.3 of the weights; 60% of a layer's units died, more than a few",
    why="such steps throw weights about",
    cause="learning rate 0.5",
    remedies=(Remedy.set(learning_rate_init=0.05), Remedy.set(activation="leaky_relu")),
)
EFFECT = Finding("dead_units", "warning", 0.6, 2, "38 units are dead", why="no gradient", follows_from="rate_too_high")
NOTE = Finding("unfinished", "note", 0.1, None, "the loss was still falling", why="more epochs help")


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language(None)


def test_findings_are_paragraphs():
    assert diagnosis_text.diagnosis(Diagnosis([CAUSE, EFFECT, NOTE])).plain == (
        "  layer 1 · in the first epoch each update was about 0.3 of the weights; 60% of\n"
        "  a layer's units died, more than a few\n"
        "    why it matters  such steps throw weights about\n"
        "    likely cause    learning rate 0.5\n"
        '    try             learning_rate_init=0.05   or   activation="leaky_relu"\n'
        "\n"
        "  layer 2 · 38 units are dead\n"
        "    follows from  layer 1 · in the first epoch each update was about 0.3 of the\n"
        "                  weights\n"
        "\n"
        "  the loss was still falling\n"
        "    why it matters  more epochs help"
    )


def test_notes_can_be_left_out():
    assert "still falling" not in diagnosis_text.diagnosis(Diagnosis([CAUSE, NOTE]), notes=False).plain
    assert diagnosis_text.diagnosis(Diagnosis([NOTE]), notes=False).plain == "  nothing stands out"


def test_words_can_be_the_readers():
    shown = diagnosis_text.diagnosis(Diagnosis([CAUSE]), lambda words: words.replace("learning_rate_init", "--rate"))
    assert "try             --rate=0.05   or" in shown.plain


@pytest.mark.usefixtures("chinese")
def test_chinese_lines_are_no_wider():
    lines = diagnosis_text.diagnosis(Diagnosis([CAUSE, EFFECT])).plain.split("\n")
    assert lines[0].startswith("  第 1 层 · ")
    assert max(map(cell_len, lines)) <= 80
