"""The words of the field: every example runs and prints what it says, in both languages, and every relative exists."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

import glassnet as gn
from glassnet.catalog.finding import CATALOGS
from glassnet.catalog.words import Words
from glassnet.errors import ParameterError
from glassnet.report.terminal import wrapped
from glassnet.texts import language, set_language

WORDS = list(gn.words.values())


@pytest.fixture(params=["en", "zh"])
def _language(request):
    set_language(request.param)
    yield
    set_language(None)


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_the_example_runs_and_prints_what_it_says(word):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(word.example, word.name, "exec"), {})
    assert [line.rstrip() for line in out.getvalue().splitlines()] == word.prints.splitlines()
    lines = [line for line in word.example.splitlines() if line.strip()]
    assert 2 <= len(lines) <= 8
    assert max(len(line) for line in lines) <= 120


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_the_explanation_has_5_to_15_lines_in_the_language_in_use(word):
    shown = word.translated()
    lines = sum(len(wrapped(paragraph, 80)) for paragraph in shown.paragraphs)
    chinese = [bool(re.search("[\u4e00-\u9fff]", text)) for text in (shown.title, *shown.paragraphs)]
    assert set(chinese) == {language() == "zh"}
    # Chinese says the same in fewer cells.
    assert (5 if language() == "en" else 4) <= lines <= 15


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_relatives_exist_and_sources_are_named(word):
    assert word.sources
    assert len(word.relatives) >= 2
    assert word.name not in word.relatives
    for name in word.relatives:
        assert name in gn.words or any(name in catalog for catalog in CATALOGS.values()), name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        *[(name, name) for name in ("neuron", "perceptron", "layer", "forward pass", "loss", "update", "gradient")],
        ("backward pass", "backpropagation"),
        ("神经元", "neuron"),
        ("感知器", "perceptron"),
        ("BP", "backpropagation"),
        ("KL", "KL divergence"),
        ("early-stopping", "early stopping"),
        ("EARLY_STOPPING", "early stopping"),
        ("过拟合", "overfitting"),
    ],
)
def test_words_are_found_by_name_and_synonym_in_both_languages(said, name):
    assert gn.words[said].name == name
    assert said in gn.words


def test_unknown_word_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match=r'called "percepton"\. Did you mean "perceptron"'):
        gn.words["percepton"]
    assert "percepton" not in gn.words
    assert 3 not in gn.words


def test_two_words_of_a_name_are_refused():
    with pytest.raises(ValueError, match='two words are called "Neuron"'):
        Words([gn.words["neuron"], gn.words["neuron"].__class__("Neuron", "x", (), "", "")])


def test_history_and_correspondences_are_tables():
    years = [year for year, _event in gn.words["perceptron"].table[1:]]
    assert years == sorted(years)
    assert {"1958", "1969", "1986", "2006", "2012"} <= set(years)
    assert dict(gn.words["neuron"].table)["axon: carries the signal on"] == "output y"
