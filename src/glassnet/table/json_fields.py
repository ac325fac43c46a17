"""Reading a description that came from a file: every field has its type, or an error says where it has not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glassnet.errors import ParameterError
from glassnet.texts import later as _


class Fields:
    """The fields of one JSON object, and where it stands in the description.

    Parameters
    ----------
    values : object
        Must be a dict.
    place : str
        For messages: "encoding.columns[2]".

    Examples
    --------
    >>> Fields({"width": 2}, "encoding").number("width")
    2.0
    >>> Fields({"width": "2"}, "encoding").number("width")
    Traceback (most recent call last):
    ParameterError: encoding.width must be a finite number; got "2"
    """

    def __init__(self, values: Any, place: str) -> None:
        if not isinstance(values, Mapping):
            raise ParameterError.value(place, values, _("a JSON object"))
        self.values = values
        self.place = place

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, _("a text"))
        return value

    def boolean(self, name: str) -> bool:
        """Return true or false."""
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, _("true or false"))
        return value

    def number(self, name: str, *, least: float = -math.inf, most: float = math.inf) -> float:
        """Return a finite number within bounds, as a float."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise self._wrong(name, _("a finite number"))
        if not least <= value <= most:
            raise self._wrong(name, _("a number within its bounds"))
        return float(value)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return a text that is one of the choices."""
        value = self.values.get(name)
        if value not in choices:
            raise ParameterError.choice(f"{self.place}.{name}", value, choices)
        return str(value)

    def choice_or_none(self, name: str, choices: Sequence[str]) -> str | None:
        """Return one of the choices, None where null stands."""
        return None if self._nullable(name) is None else self.choice(name, choices)

    def texts(self, name: str, *, n: int | None = None) -> tuple[str, ...]:
        """Return different texts, exactly `n` of them if that is given."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise self._wrong(name, _("a list of texts"))
        if len(set(value)) < len(value):
            raise self._wrong(name, _("a list of different texts"))
        if n is not None and len(value) != n:
            raise self._wrong(name, _("a list of the right length"))
        return tuple(value)

    def inner(self, name: str) -> Fields:
        """Return the fields of an object in this one."""
        return Fields(self.values.get(name), f"{self.place}.{name}")

    def inner_or_none(self, name: str) -> Fields | None:
        """Return the fields of an object in this one, None where null stands."""
        return None if self._nullable(name) is None else self.inner(name)

    def each(self, name: str, *, n: int | None = None) -> Iterator[Fields]:
        """Return the fields of each object of a list, which has exactly `n` of them if that is given."""
        value = self.values.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, _("a list"))
        if n is not None and len(value) != n:
            raise self._wrong(name, _("a list of the right length"))
        for i, entry in enumerate(value):
            yield Fields(entry, f"{self.place}.{name}[{i}]")

    def _nullable(self, name: str) -> Any:
        if name not in self.values:
            raise ParameterError.value(self.place, self.values, _("complete: a field is not there"))
        return self.values[name]

    def _wrong(self, name: str, must_be: str) -> ParameterError:
        return ParameterError.value(f"{self.place}.{name}", self.values.get(name), must_be)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond 1.8e308
        return False
