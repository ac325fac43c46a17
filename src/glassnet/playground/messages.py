"""What a page may say: every type of message, its fields and what each may be, in one table.

`parsed` reads the text of a message without trusting it: its size and depth, numbers that no float can hold, and what
JSON does not know. `checked` holds it against the table. What either refuses is a `MessageError` that names the place.
What a set-up holds is not checked here, but by `Setup.from_json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Never

from glassnet.errors import GlassnetError, ParameterError, shown
from glassnet.texts import _, languages, later

MOST_BYTES = 2**20  # of one message; a larger one closes the socket
MOST_DEPTH = 32  # of lists and objects within each other
MOST_ID = 2**53 - 1  # the largest whole number that JavaScript keeps apart from its neighbors
MOST_INPUTS = 1024  # of a point
MOST_TEXT = 2000  # characters of a name or a formula
MOST_EPOCH = 1_000_000

RUNS = ("main", "beside")
PACES = ("slow", "full")


class MessageError(GlassnetError, ValueError):
    """A message is not what it may be; `where` names the field, None the whole."""

    def __init__(self, text: str, where: str | None = None) -> None:
        super().__init__(text)
        self.where = where


@dataclass(frozen=True)
class Message:
    """A message that may be acted on.

    Parameters
    ----------
    type : str
        One of `TYPES`.
    id : int or None
        By which the page knows the answer; None where it wants none.
    fields : dict
        Without those that were left out and have no default.
    """

    type: str
    id: int | None
    fields: dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of a message.

    Parameters
    ----------
    check : function
        Takes the received value and the field's name; gives the value, or raises `MessageError`.
    required : bool, default=False
    default : object, optional
        What it is where it was left out.
    """

    check: Callable[[Any, str], Any]
    required: bool = False
    default: Any = None


def parsed(text: str | bytes) -> dict[str, Any]:
    """Read the text of a message.

    Raises
    ------
    MessageError
        If it is no JSON object, is nested too deeply, or has numbers beyond floats.

    Examples
    --------
    >>> parsed('{"type": "pause", "id": 3}')
    {'type': 'pause', 'id': 3}
    >>> parsed("[1e999]")
    Traceback (most recent call last):
    glassnet.playground.messages.MessageError: a number is too large: 1e999
    """
    if isinstance(text, bytes):
        raise MessageError(_("a message must be text; this one was binary"))
    try:
        message = json.loads(text, parse_float=_float, parse_int=_int, parse_constant=_no_number)
    except RecursionError:
        message = None
        too_deep = True
    except ValueError as error:
        if isinstance(error, MessageError):
            raise
        raise MessageError(_("a message must be JSON; this one is not: {why}").format(why=error)) from None
    else:
        too_deep = not _shallow(message)
    if too_deep:
        raise MessageError(_("a message may hold lists and objects {n} deep, not deeper").format(n=MOST_DEPTH))
    if not isinstance(message, dict):
        text = _("a message must be a JSON object with a type; got {received}")
        raise MessageError(text.format(received=shown(message)))
    return message


def id_of(message: Mapping[str, Any]) -> int | None:
    """Find by which number the page wants to know the answer; None where there is none, or no whole number."""
    number = message.get("id")
    return number if type(number) is int and 0 <= number <= MOST_ID else None


def checked(message: Mapping[str, Any]) -> Message:
    """Hold a message against the table.

    Raises
    ------
    MessageError
        If there is no such type, a field is missing, unknown, or not what it may be.

    Examples
    --------
    >>> checked({"type": "step", "id": 1})
    Message(type='step', id=1, fields={'epochs': 1})
    >>> checked({"type": "step", "epochs": 0.5})
    Traceback (most recent call last):
    glassnet.playground.messages.MessageError: epochs must be a whole number from -1000000 to 1000000; got 0.5
    """
    if message.get("id") is not None and id_of(message) is None:
        _refuse("id", message["id"], later("a whole number of at least 0"))
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise MessageError(str(ParameterError.choice("type", kind, TYPES)), "type")
    known = TYPES[kind]
    for name in message:
        if name not in known and name not in {"type", "id"}:
            raise MessageError(str(ParameterError.unknown(name, known, of=kind)), name[:100])
    fields = {}
    for name, field in known.items():
        value = message.get(name)
        if value is not None:
            fields[name] = field.check(value, name)
        elif field.required:
            raise MessageError(_("{type} needs {field}").format(type=kind, field=name), name)
        elif field.default is not None:
            fields[name] = field.default
    return Message(kind, id_of(message), fields)


def _refuse(name: str, received: object, must_be: str) -> Never:
    raise MessageError(str(ParameterError.value(name, received, must_be)), name)


def _choice(*names: str) -> Callable[[Any, str], str]:
    def check(value: Any, name: str) -> str:
        if not isinstance(value, str) or value not in names:
            raise MessageError(str(ParameterError.choice(name, value, names)), name)
        return value

    return check


def _whole(least: int, most: int) -> Callable[[Any, str], int]:
    def check(value: Any, name: str) -> int:
        if type(value) is not int or not least <= value <= most:
            rule = _("{name} must be a whole number from {least} to {most}; got {received}")
            raise MessageError(rule.format(name=name, least=least, most=most, received=shown(value)), name)
        return value

    return check


def _number(value: Any, name: str) -> float:
    if type(value) not in {int, float}:
        _refuse(name, value, later("a number"))
    return float(value)


def _numbers(value: Any, name: str) -> list[float]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_INPUTS:
        _refuse(name, value, later("a list of numbers, one for each input"))
    return [_number(one, f"{name}[{place}]") for place, one in enumerate(value)]


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        _refuse(name, value, later("true or false"))
    return value


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(name, value, later("an object"))
    return value


def _row(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"part", "index"}:
        _refuse(name, value, later('an object with part ("train" or "test") and index'))
    _choice("train", "test")(value["part"], f"{name}.part")
    _whole(0, MOST_EPOCH)(value["index"], f"{name}.index")
    return value


def _activation(value: Any, name: str) -> str | dict[str, Any]:
    if not isinstance(value, str | dict) or len(value) > MOST_TEXT:
        _refuse(name, value, later("the name of an activation, a formula of x, or an activation's JSON"))
    return value


def _language(value: Any, name: str) -> str:
    return _choice(*languages())(value, name)


_RUN = Field(_choice(*RUNS), default="main")
TYPES: dict[str, dict[str, Field]] = {
    "hello": {"lang": Field(_language), "setup": Field(_object)},
    "set": {"setup": Field(_object, required=True), "run": _RUN},
    "play": {"pace": Field(_choice(*PACES))},
    "pause": {},
    "step": {"epochs": Field(_whole(-MOST_EPOCH, MOST_EPOCH), default=1)},
    "go_to": {"epoch": Field(_whole(0, MOST_EPOCH), required=True)},
    "beside": {"setup": Field(_object, required=True)},
    "keep": {"run": Field(_choice(*RUNS), required=True)},
    "point": {"run": _RUN, "x": Field(_numbers), "row": Field(_row), "target": Field(_number)},
    "unit": {
        "run": _RUN,
        "layer": Field(_whole(1, 100), required=True),
        "unit": Field(_whole(0, 10_000), required=True),
    },
    "curve": {"activation": Field(_activation, required=True)},
    "export": {"kind": Field(_choice("python"), default="python"), "run": _RUN},
    "view": {
        "grid": Field(_whole(20, 120)),
        "units": Field(_truth),
        "frames_per_second": Field(_whole(1, 30)),
    },
    "lang": {"lang": Field(_language, required=True)},
}


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise MessageError(_("a number is too large: {number}").format(number=text[:40]))
    return number


def _int(text: str) -> int:
    if len(text) > 17:  # more digits than JavaScript writes a whole number with, and too many of them take long to read
        raise MessageError(_("a number is too large: {number}").format(number=text[:17] + "…"))
    return int(text)


def _no_number(text: str) -> Never:
    raise MessageError(_("a number must be finite; got {received}").format(received=text))


def _shallow(value: Any) -> bool:
    """Whether lists and objects are at most so deep within each other; looks without recursion."""
    layer = [value]
    for _depth in range(MOST_DEPTH + 1):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
        if not layer:
            return True
    return False
