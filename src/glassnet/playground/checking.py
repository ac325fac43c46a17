"""What a set-up's values must be: each check takes a value and its place, and says what is wrong by that place.

A set-up comes from an address that anybody may have written. `bounded` looks at the whole of it first, without
recursion, so that all later code may rely on JSON types, finite numbers and little depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from glassnet.catalog import Entry
from glassnet.errors import GlassnetError, SetupError
from glassnet.texts import later

T = TypeVar("T")
E = TypeVar("E", bound=Entry)
Check = Callable[[str, Any], T]

DEEPEST = 8
MOST_VALUES = 20_000
LONGEST_TEXT = 1_000
LARGEST_WHOLE = 2**53
LARGEST_PARAMETER = 1e6  # of an entry of the catalog


def bounded(description: object) -> None:
    """Refuse what is no JSON of a set-up's size: deep, large, not finite, or of other types.

    Raises
    ------
    SetupError
    """
    waiting: list[tuple[str, object, int]] = [("", description, 0)]
    n_values = 0
    while waiting:
        where, value, depth = waiting.pop()
        n_values += 1
        if n_values > MOST_VALUES:
            raise SetupError.too_large(where, MOST_VALUES)
        if isinstance(value, Mapping):
            _check_size(where, value, depth, n_values)
            for key in value:
                if not isinstance(key, str) or len(key) > LONGEST_TEXT:
                    raise SetupError.value(where, key, later("an object whose keys are short texts"))
            waiting += [(f"{where}.{key}" if where else key[:60], entry, depth + 1) for key, entry in value.items()]
        elif isinstance(value, list | tuple):
            _check_size(where, value, depth, n_values)
            waiting += [(f"{where}[{i}]", entry, depth + 1) for i, entry in enumerate(value)]
        elif isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                raise SetupError.value(where, value, later("a text of at most 1,000 characters"))
        elif isinstance(value, bool) or value is None:
            pass
        elif isinstance(value, int):
            if abs(value) > LARGEST_WHOLE:
                raise SetupError.value(where, value, later("a number that is not so large"))
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise SetupError.value(where, value, later("a finite number"))
        else:
            raise SetupError.value(where, type(value).__name__, later("an object, a list, a text, a number or null"))


def _check_size(where: str, value: Mapping[Any, Any] | list[Any] | tuple[Any, ...], depth: int, n_values: int) -> None:
    if depth >= DEEPEST:
        raise SetupError.too_deep(where, DEEPEST)
    if n_values + len(value) > MOST_VALUES:
        raise SetupError.too_large(where, MOST_VALUES)


def an_object(where: str, value: Any, known: Iterable[str]) -> Mapping[str, Any]:
    """Take an object that has no other keys than these."""
    if not isinstance(value, Mapping):
        raise SetupError.value(where, value, later("an object"))
    known = tuple(known)
    for key in value:
        if key not in known:
            raise SetupError.unknown(where, key, known)
    return value


def a_list(where: str, value: Any, most: int) -> list[Any]:
    """Take a list of at most so many entries."""
    if not isinstance(value, list | tuple):
        raise SetupError.value(where, value, later("a list"))
    if len(value) > most:
        raise SetupError.too_large(where, most)
    return list(value)


def a_text(where: str, value: Any) -> str:
    """Take a text that can be written as UTF-8."""
    if not isinstance(value, str):
        raise SetupError.value(where, value, later("a text"))
    if not _is_unicode(value):
        raise SetupError.value(where, ascii(value), later("a text"))
    return value


def a_number(where: str, value: Any) -> float:
    """Take a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SetupError.value(where, value, later("a number"))
    return float(value)


def number_within(low: float, high: float, *, above: bool = False) -> Check[float]:
    """Check for a number from low (or, with `above`, beyond low) to high."""

    def check(where: str, value: Any) -> float:
        number = a_number(where, value)
        if not low <= number <= high or (above and number == low):
            raise SetupError.between(where, value, low, high, whole=False)
        return number

    return check


def whole_within(low: int, high: int) -> Check[int]:
    """Check for a whole number from low to high; 3.0, as JavaScript may write it, is 3."""

    def check(where: str, value: Any) -> int:
        number = a_number(where, value)
        if not number.is_integer() or not low <= number <= high:
            raise SetupError.between(where, value, low, high, whole=True)
        return int(number)

    return check


def one_of(choices: Iterable[str]) -> Check[str]:
    """Check for one of these names."""
    names = tuple(choices)

    def check(where: str, value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise SetupError.choice(where, value, names)
        return value

    return check


def true_or_false(where: str, value: Any) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise SetupError.value(where, value, later("true or false"))
    return value


def entry_of(find: Callable[..., E]) -> Check[E]:
    """Check for an entry of the catalog, by name, description or formula: its own error, with the place."""

    def check(where: str, value: Any) -> E:
        if not isinstance(value, str | Mapping):
            raise SetupError.value(where, value, later("a name, a formula or an object that describes one"))
        if isinstance(value, str):
            a_text(where, value)
        try:
            found = find(value)
        except GlassnetError as error:
            raise SetupError.at(where, str(error)) from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise SetupError.value(where, value, later("a name, a formula or an object that describes one")) from error
        for name, number in found.parameters:
            if abs(number) > LARGEST_PARAMETER:
                raise SetupError.between(f"{where}.{name}", number, -LARGEST_PARAMETER, LARGEST_PARAMETER, whole=False)
        return found

    return check


def each(check: Check[T], n_layers: int) -> Check[tuple[T, ...]]:
    """Check for one value for all layers, or a list with one a layer."""

    def check_all(where: str, value: Any) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            return (check(where, value),) * n_layers
        if len(value) != n_layers:
            raise SetupError.per_layer(where, len(value), n_layers)
        return tuple(check(f"{where}[{i}]", entry) for i, entry in enumerate(value))

    return check_all


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can write
        return False
    return True
