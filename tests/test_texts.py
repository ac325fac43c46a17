"""Texts come in the language that was asked for, and no text of the code lacks its translation."""

from __future__ import annotations

import asyncio
import gettext
import importlib.util
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import glassnet as gn
from glassnet import texts
from glassnet.errors import ParameterError

CHECKOUT = Path(__file__).parents[1]
_spec = importlib.util.spec_from_file_location("compile_texts", CHECKOUT / "tools" / "compile_texts.py")
assert _spec is not None
assert _spec.loader is not None
compile_texts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(compile_texts)

CATALOGS = sorted(compile_texts.PACKAGE.glob("locale/*/LC_MESSAGES/glassnet.po"))


@pytest.fixture
def language(monkeypatch):
    """Return `set_language`; afterwards the environment decides again."""
    yield texts.set_language
    texts.set_language(None)


@pytest.mark.parametrize("po", CATALOGS, ids=lambda po: po.parts[-3])
def test_every_text_of_the_code_is_translated(po):
    entries = compile_texts.read_catalog(po.read_text(encoding="utf-8"))
    assert compile_texts.check_catalog(entries, compile_texts.texts_of_package()) == []


@pytest.mark.parametrize("po", CATALOGS, ids=lambda po: po.parts[-3])
def test_compiled_catalog_is_up_to_date(po):
    entries = compile_texts.read_catalog(po.read_text(encoding="utf-8"))
    assert po.with_suffix(".mo").read_bytes() == compile_texts.compiled(entries), "run python tools/compile_texts.py"


@pytest.mark.parametrize("po", CATALOGS, ids=lambda po: po.parts[-3])
def test_gettext_reads_what_was_compiled(po):
    entries = compile_texts.read_catalog(po.read_text(encoding="utf-8"))
    loaded = gettext.GNUTranslations(io.BytesIO(compile_texts.compiled(entries)))
    for key, translation in entries.items():
        if len(key) == 2:
            assert loaded.ngettext(key[0], key[1], 2) == translation[-1]
        elif key[0]:
            assert loaded.gettext(key[0]) == translation[0]


def test_an_empty_line_that_a_merge_lost_does_not_matter():
    po = 'msgid "a"\nmsgstr "甲"\nmsgid "b"\nmsgstr "乙"\n#: place\nmsgid "c"\nmsgstr "丙"\n'
    assert compile_texts.read_catalog(po) == {("a",): ("甲",), ("b",): ("乙",), ("c",): ("丙",)}


def test_texts_are_found_where_they_stand():
    source = '_("a")\nlater("b")\nplural("{n} c", "{n} d", n)\nParameterError.value("x", 1, "e")\n_(name)\nother("f")'
    found = {text.key: text.place for text in compile_texts.texts_of(source, "module.py")}
    assert found == {
        ("a",): "module.py:1",
        ("b",): "module.py:2",
        ("{n} c", "{n} d"): "module.py:3",
        ("e",): "module.py:4",
    }


ENTRY = 'msgid "{n} rows"\nmsgstr "{n} 行"\n'


@pytest.mark.parametrize(
    ("po", "message"),
    [
        ("#, fuzzy\n" + ENTRY, "fuzzy"),
        (ENTRY + "\n" + ENTRY, "translated twice"),
        ("msgid {n} rows", "not understood"),
    ],
)
def test_broken_catalog_is_refused(po, message):
    with pytest.raises(compile_texts.TranslationError, match=message):
        compile_texts.read_catalog(po)


@pytest.mark.parametrize(
    ("po", "message"),
    [
        ("", 'a.py:1: no translation of "{n} rows"'),
        ('msgid "{n} rows"\nmsgstr ""', 'a.py:1: no translation of "{n} rows"'),
        ('msgid "{n} rows"\nmsgstr "{m} 行"', 'a.py:1: other placeholders in "{m} 行" than in "{n} rows"'),
        (ENTRY + '\nmsgid "old"\nmsgstr "旧"', 'no such text in the code any more: "old"'),
    ],
)
def test_wrong_translation_is_named(po, message):
    assert compile_texts.check_catalog(compile_texts.read_catalog(po), {("{n} rows",): "a.py:1"}) == [message]


def test_right_translation_passes():
    assert compile_texts.check_catalog(compile_texts.read_catalog(ENTRY), {("{n} rows",): "a.py:1"}) == []


def test_errors_speak_the_language_that_is_set(language):
    error = ParameterError.choice("activation", "rleu", ("tanh", "relu"))
    assert str(error) == 'activation must be one of tanh, relu; got "rleu". Did you mean "relu"?'
    language("zh")
    error = ParameterError.choice("activation", "rleu", ("tanh", "relu"))
    assert str(error) == 'activation 必须是以下之一：tanh, relu；收到的是 "rleu"。是否想写 "relu"？'


def test_remarks_are_stored_in_english_and_shown_in_the_language_that_is_set(language):
    remarks = gn.activations.relu.remarks
    language("zh")
    assert remarks.use == "the first choice for hidden layers"
    assert remarks.translated().use == "隐藏层的首选"
    assert remarks.translated().source == remarks.source


def test_plural_takes_its_form_from_the_number(language):
    one, many = "{n} unit", "{n} units"
    assert texts.plural(one, many, 1) == one
    assert texts.plural(one, many, 2) == many


def test_empty_text_stays_empty(language):
    language("zh")
    assert texts._("") == ""  # in a catalog, the empty text is the header


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:zh_TW:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "GLASSNET_LANG": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "GLASSNET_LANG": "zh"}, "zh"),
        ({"LANG": "zh-Hans"}, "zh"),
    ],
)
def test_language_comes_from_the_environment(monkeypatch, environment, expected):
    for name in ("GLASSNET_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert texts.language() == expected


def test_set_language_goes_before_the_environment(monkeypatch, language):
    monkeypatch.setenv("GLASSNET_LANG", "zh")
    language("en")
    assert texts.language() == "en"
    language(None)
    assert texts.language() == "zh"


def test_speaking_ends_with_its_block_and_goes_before_all_else(monkeypatch, language):
    monkeypatch.setenv("GLASSNET_LANG", "en")
    language("en")
    with texts.speaking("zh_CN"):
        assert texts.language() == "zh"
        with texts.speaking("en"):
            assert texts.language() == "en"
        assert texts.language() == "zh"
    assert texts.language() == "en"
    with pytest.raises(KeyError), texts.speaking("zh"):
        raise KeyError
    assert texts.language() == "en"


def test_threads_and_tasks_speak_each_their_own_language(language):
    language("en")
    both_speak = threading.Barrier(2, timeout=10)

    def speak(tongue):
        before = texts.language()
        with texts.speaking(tongue):
            both_speak.wait()
            return before, texts.language()

    with texts.speaking("zh"), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(speak, ("zh", "en"))) == [("en", "zh"), ("en", "en")]

    async def say(tongue):
        with texts.speaking(tongue):
            await asyncio.sleep(0.001)
            return texts.language(), await asyncio.to_thread(texts.language)

    async def say_both():
        return await asyncio.gather(say("zh"), say("en"))

    with ThreadPoolExecutor(1) as pool:  # a browser's tests may have a loop in this thread
        assert pool.submit(asyncio.run, say_both()).result() == [("zh", "zh"), ("en", "en")]


def test_no_language_is_spoken_that_is_unknown():
    with pytest.raises(ValueError, match=r'got "fr"$'), texts.speaking("fr"):
        pytest.fail("nothing runs in an unknown language")


def test_unknown_language_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r'^language must be one of en, zh; got "fr"$'):
        texts.set_language("fr")
