"""Messages are read without trust, and held against one table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from glassnet.playground.answers import ANSWERS
from glassnet.playground.messages import MOST_DEPTH, TYPES, MessageError, checked, id_of, parsed
from glassnet.texts import speaking


def test_every_type_has_its_answer():
    assert list(TYPES) == list(ANSWERS)


def test_the_documents_tell_of_every_type_and_field():
    page = (Path(__file__).parents[2] / "docs" / "playground.md").read_text(encoding="utf-8")
    told = {
        line.split("`")[1]: set(re.findall(r"`(\w+)`", line.split("|")[2]))
        for line in page.splitlines()
        if line.startswith("| `")
    }
    assert told == {name: set(fields) for name, fields in TYPES.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be JSON"),
        ("{", "must be JSON"),
        ('{"type": "pause"', "must be JSON"),
        ("'pause'", "must be JSON"),
        ('{"type": "pause"} {}', "must be JSON"),
        ('{"a": 1e999}', "a number is too large: 1e999"),
        ('{"a": -1e999}', "a number is too large: -1e999"),
        ('{"a": ' + "9" * 5000 + "}", "a number is too large: 99999999999999999…"),
        ('{"a": NaN}', "a number must be finite; got NaN"),
        ('{"a": -Infinity}', "a number must be finite; got -Infinity"),
        ("[" * 100_000, "32 deep"),
        ('{"a":' * 100_000, "32 deep"),
        ('{"type": ' + "[" * 100 + "]" * 100 + "}", "32 deep"),
        ("null", "must be a JSON object with a type; got None"),
        ("[]", "must be a JSON object with a type"),
        ('"pause"', "must be a JSON object with a type"),
        ("12", "must be a JSON object with a type"),
        (b'{"type": "pause"}', "must be text"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_message_is_refused(text, message):
    with pytest.raises(MessageError) as refused:
        parsed(text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 300


def test_depth_is_counted():
    deep = "{}"
    for _ in range(MOST_DEPTH):
        deep = f'{{"a": {deep}}}'
    assert parsed(deep)
    with pytest.raises(MessageError):
        parsed(f'{{"a": {deep}}}')


@pytest.mark.parametrize("number", [0, 1, 2**53 - 1])
def test_numbers_of_messages(number):
    assert id_of({"id": number}) == number


@pytest.mark.parametrize("number", [-1, 2**53, 1.0, "1", True, None, [], {}])
def test_other_numbers_are_none(number):
    assert id_of({"id": number}) is None
    if number is not None:
        with pytest.raises(MessageError, match=r"^id must be a whole number"):
            checked({"type": "pause", "id": number})


@pytest.mark.parametrize(
    ("message", "error", "where"),
    [
        ({}, "type must be one of hello, set", "type"),
        ({"type": None}, "type must be one of", "type"),
        ({"type": 3}, "type must be one of", "type"),
        ({"type": ["pause"]}, "type must be one of", "type"),
        ({"type": "puase"}, 'Did you mean "pause"?', "type"),
        ({"type": "pause", "now": 1}, 'pause has no parameter "now"', "now"),
        ({"type": "step", "epoch": 1}, 'Did you mean "epochs"?', "epoch"),
        ({"type": "step", "epochs": 1.5}, "epochs must be a whole number from -1000000 to 1000000; got 1.5", "epochs"),
        ({"type": "step", "epochs": True}, "epochs must be a whole number", "epochs"),
        ({"type": "step", "epochs": "1"}, "epochs must be a whole number", "epochs"),
        ({"type": "step", "epochs": 10**9}, "epochs must be a whole number", "epochs"),
        ({"type": "go_to"}, "go_to needs epoch", "epoch"),
        ({"type": "go_to", "epoch": None}, "go_to needs epoch", "epoch"),
        ({"type": "go_to", "epoch": -1}, "epoch must be a whole number from 0", "epoch"),
        ({"type": "play", "pace": "fast"}, "pace must be one of slow, full", "pace"),
        ({"type": "play", "pace": []}, "pace must be one of slow, full", "pace"),
        ({"type": "set"}, "set needs setup", "setup"),
        ({"type": "set", "setup": []}, "setup must be an object", "setup"),
        ({"type": "set", "setup": {}, "run": "other"}, "run must be one of main, beside", "run"),
        ({"type": "hello", "lang": "fr"}, "lang must be one of en, zh", "lang"),
        ({"type": "hello", "setup": "spiral"}, "setup must be an object", "setup"),
        ({"type": "lang"}, "lang needs lang", "lang"),
        ({"type": "keep", "run": 1}, "run must be one of", "run"),
        ({"type": "point", "x": 3}, "x must be a list of numbers", "x"),
        ({"type": "point", "x": []}, "x must be a list of numbers", "x"),
        ({"type": "point", "x": [1, "2"]}, "x[1] must be a number", "x[1]"),
        ({"type": "point", "x": [1, True]}, "x[1] must be a number", "x[1]"),
        ({"type": "point", "x": [0] * 5000}, "x must be a list of numbers", "x"),
        ({"type": "point", "x": [1], "target": "a"}, "target must be a number", "target"),
        ({"type": "point", "row": 3}, "row must be an object with part", "row"),
        ({"type": "point", "row": {"part": "train"}}, "row must be an object with part", "row"),
        ({"type": "point", "row": {"part": "all", "index": 1}}, "row.part must be one of train, test", "row.part"),
        ({"type": "point", "row": {"part": "test", "index": -1}}, "row.index must be a whole number", "row.index"),
        ({"type": "unit", "layer": 1}, "unit needs unit", "unit"),
        ({"type": "unit", "layer": 0, "unit": 0}, "layer must be a whole number from 1", "layer"),
        ({"type": "curve", "activation": 3}, "activation must be the name of an activation", "activation"),
        ({"type": "curve", "activation": "x" * 3000}, "activation must be the name of an activation", "activation"),
        ({"type": "export", "kind": "java"}, "kind must be one of python", "kind"),
        ({"type": "view", "grid": 500}, "grid must be a whole number from 20 to 120", "grid"),
        ({"type": "view", "units": 1}, "units must be true or false", "units"),
        ({"type": "view", "frames_per_second": 0}, "frames_per_second must be a whole number", "frames_per_second"),
        ({"type": "pause", "x" * 10_000: 1}, "has no parameter", "x" * 100),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else "",
)
def test_what_breaks_the_table_is_named(message, error, where):
    with pytest.raises(MessageError) as refused:
        checked(message)
    assert error in str(refused.value)
    assert refused.value.where == where


def test_defaults_and_null():
    assert checked({"type": "step", "epochs": None}).fields == {"epochs": 1}
    assert checked({"type": "set", "setup": {}}).fields == {"setup": {}, "run": "main"}
    assert checked({"type": "pause"}).fields == {}
    assert checked({"type": "view", "grid": 40, "units": False}).fields == {"grid": 40, "units": False}


def test_errors_speak_the_language():
    with speaking("zh"), pytest.raises(MessageError, match="go_to 需要 epoch"):
        checked({"type": "go_to"})
