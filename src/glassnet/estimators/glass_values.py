"""Python values as JSON and back: parameters of estimators, class labels, and numbers that JSON does not know.

    None, bool, str, int, finite float, list     as JSON has them
    NaN, infinity                                {"number": "NaN" | "Infinity" | "-Infinity"}
    tuple, dict                                  {"tuple": [...]}, {"dict": [[key, value], ...]}
    entry of a catalog                           {"activation" | "loss" | "initializer" ...: its to_json()}
    NumPy array, NumPy scalar                    {"array" | "scalar": {"dtype": ..., "shape": ..., "values": [...]}}

Nothing else has an encoding: a function, an open file or a random generator can only be left out. What is read back is
equal to what was written, of the same type, and arrays have the same dtype.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import activation, initializer, loss, optimizer, schedule
from glassnet.catalog.entries import Entry
from glassnet.errors import ParameterError
from glassnet.estimators.glass_fields import Fields, Malformed, is_number, is_whole
from glassnet.texts import _

Array = NDArray[Any]

NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
ENTRIES: dict[str, Callable[[Any], Entry]] = {
    "activation": activation,
    "initializer": initializer,
    "loss": loss,
    "optimizer": optimizer,
    "schedule": schedule,
}
DEEPEST = 10  # lists in lists in lists ...
LONGEST = 4096  # bits of an integer; Python itself writes out no more than about three times as many
WIDEST = 2**26  # bytes of an array of text: its dtype may claim more than its texts need

# What `numpy.dtype.str` gives for the types that an array may have.
DTYPE = re.compile(r"\|b1|\|[iu]1|[<>]([iu][248]|f[248]|U[0-9]{1,8}|[mM]8(\[[0-9]{0,6}[a-zA-Z]{1,2}\])?)|\|O")


class NotStorable(Exception):
    """A value has no encoding; `kind` says what it is."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def encode(value: Any, depth: int = 0) -> Any:
    """Write a value in JSON types.

    Raises
    ------
    NotStorable
        If it has no encoding.

    Examples
    --------
    >>> encode({"tol": float("inf"), "sizes": (3, 2)})
    {'dict': [['tol', {'number': 'Infinity'}], ['sizes', {'tuple': [3, 2]}]]}
    """
    if depth > DEEPEST:
        raise NotStorable(type(value).__name__)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and value.bit_length() <= LONGEST:
        return int(value)
    if isinstance(value, float):
        return encode_number(value)
    if isinstance(value, list):
        return [encode(entry, depth + 1) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(entry, depth + 1) for entry in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(key, depth + 1), encode(entry, depth + 1)] for key, entry in value.items()]}
    if isinstance(value, np.ndarray):
        return {"array": encode_array(value)}
    if isinstance(value, np.generic):
        return {"scalar": encode_array(np.asarray(value))}
    if isinstance(value, Entry) and _is_of_catalog(value):
        return {value.kind: value.to_json()}
    raise NotStorable(type(value).__name__)


def decode(encoded: Any, place: str, depth: int = 0) -> Any:
    """Read a value that `encode` wrote; `place` is the path to it.

    Raises
    ------
    Malformed
        If `encode` writes nothing like that.

    Examples
    --------
    >>> decode({"tuple": [3, 2]}, "parameters.hidden_layer_sizes")
    (3, 2)
    """
    if depth > DEEPEST:
        raise Malformed(place, _("a value that is not nested so deeply"))
    if encoded is None or isinstance(encoded, (bool, str, int, float)):
        return encoded
    if isinstance(encoded, list):
        return [decode(entry, place, depth + 1) for entry in encoded]
    tag, content = next(iter(encoded.items())) if isinstance(encoded, dict) and len(encoded) == 1 else ("", None)
    if tag == "number":
        return decode_number(encoded, place)
    if tag == "tuple" and isinstance(content, list):
        return tuple(decode(entry, place, depth + 1) for entry in content)
    if tag == "dict" and isinstance(content, list):
        return dict(_decoded_pair(pair, place, depth) for pair in content)
    if tag == "array":
        return decode_array(content, place)
    if tag == "scalar":
        array = decode_array(content, place)
        if array.shape == () and array.dtype != object:
            return array[()]
    if tag in ENTRIES and isinstance(content, dict):
        try:
            return ENTRIES[tag](content)
        except (ParameterError, TypeError) as error:  # TypeError: a parameter called "self"
            raise Malformed(place, _("an entry of the catalog ({reason})").format(reason=error)) from error
    raise Malformed(place, _("a value as a model file writes it"))


def encode_number(value: float) -> Any:
    """Write a float that may be NaN or infinite."""
    if math.isfinite(value):
        return float(value)
    return {"number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def decode_number(encoded: Any, place: str) -> float:
    """Read a float that `encode_number` wrote."""
    if is_number(encoded):
        try:
            return float(encoded)
        except OverflowError:
            raise Malformed(place, _("a number")) from None
    name = encoded.get("number") if isinstance(encoded, dict) and len(encoded) == 1 else None
    if isinstance(name, str) and name in NOT_FINITE:
        return NOT_FINITE[name]
    raise Malformed(place, _("a number"))


def encode_array(array: Array) -> dict[str, Any]:
    """Write an array of booleans, numbers of at most 64 bits, text, dates, durations, or Python objects of such kinds.

    Raises
    ------
    NotStorable
        If it holds anything else.

    Examples
    --------
    >>> encode_array(np.array(["no", "yes"]))
    {'dtype': '<U3', 'shape': [2], 'values': ['no', 'yes']}
    """
    kind = array.dtype.kind
    if kind == "U" and array.nbytes > WIDEST:
        array = np.array(array.tolist(), dtype=np.str_)  # no wider than its texts
    dtype = array.dtype.str
    if not DTYPE.fullmatch(dtype):
        raise NotStorable(str(array.dtype))
    flat = array.reshape(-1)
    if kind in "mM":
        values = flat.astype(flat.dtype.newbyteorder("=")).view(np.int64).tolist()
    elif kind == "f":
        values = [encode_number(value) for value in flat.tolist()]
    elif kind == "O":
        values = [_encoded_object(value) for value in flat.tolist()]
    else:
        values = flat.tolist()
    return {"dtype": dtype, "shape": list(array.shape), "values": values}


def decode_array(encoded: Any, place: str) -> Array:
    """Read an array that `encode_array` wrote.

    Raises
    ------
    Malformed
        If a value is not of the dtype's kind or does not fit in, or there are not as many as the shape says.
    """
    fields = Fields(encoded, place)
    name, values, shape = fields.text("dtype"), fields.entries("values"), fields.entries("shape")
    if not all(is_whole(length) and length >= 0 for length in shape) or math.prod(shape) != len(values):
        raise Malformed(fields.place("shape"), _("the lengths of {n} values").format(n=len(values)))
    try:
        dtype = np.dtype(name) if DTYPE.fullmatch(name) else None
    except (TypeError, ValueError):  # a date in units that there are not
        dtype = None
    if dtype is None or (dtype.kind == "U" and dtype.itemsize * len(values) > WIDEST):
        raise Malformed(fields.place("dtype"), _("a type that a model file writes"))
    try:
        flat = _flat_array(values, dtype, fields.place("values"))
        return flat.reshape(shape)
    except (OverflowError, ValueError):  # numbers beyond the type; lengths beyond what NumPy counts
        raise Malformed(fields.place("values"), _("values of type {dtype}").format(dtype=name)) from None


def _flat_array(values: list[Any], dtype: np.dtype[Any], place: str) -> Array:
    kind = dtype.kind
    if kind == "O":
        objects = np.empty(len(values), dtype=object)
        objects[:] = [_decoded_object(value, place) for value in values]
        return objects
    if kind == "f":
        numbers = np.array([decode_number(value, place) for value in values], dtype=np.float64)
        with np.errstate(over="ignore", under="ignore"):
            floats = numbers.astype(dtype)
        exact = np.array_equal(floats.astype(np.float64), numbers, equal_nan=True)
        return _checked(exact, floats, place, dtype)
    if kind in "iumM":
        whole = all(is_whole(value) for value in values)
        integers = np.array(values if whole else [], dtype=np.int64 if kind in "mM" else dtype)
        as_stored = integers.view(dtype.newbyteorder("=")).astype(dtype) if kind in "mM" else integers
        return _checked(whole, as_stored, place, dtype)
    wanted = bool if kind == "b" else str
    fits = all(isinstance(value, wanted) for value in values)
    array = np.array(values if fits else [], dtype=dtype)
    return _checked(fits and array.tolist() == values, array, place, dtype)


def _checked(fits: bool, array: Array, place: str, dtype: np.dtype[Any]) -> Array:
    if not fits:
        raise Malformed(place, _("values of type {dtype}").format(dtype=dtype.str))
    return array


def _encoded_object(value: Any) -> Any:
    """An element of an array of objects: what JSON has itself."""
    if isinstance(value, (list, tuple, dict, np.ndarray, Entry)):
        raise NotStorable(type(value).__name__)
    return encode(value.item() if isinstance(value, np.generic) else value)


def _decoded_object(value: Any, place: str) -> Any:
    if isinstance(value, list) or (isinstance(value, dict) and "number" not in value):
        raise Malformed(place, _("text, numbers, true or false"))
    return decode(value, place)


def _decoded_pair(pair: Any, place: str, depth: int) -> tuple[Any, Any]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise Malformed(place, _("pairs of a key and a value"))
    key, value = (decode(entry, place, depth + 1) for entry in pair)
    try:
        hash(key)
    except TypeError:
        raise Malformed(place, _("pairs of a key and a value")) from None
    return key, value


def _is_of_catalog(entry: Entry) -> bool:
    """Tell whether name and parameters are enough to find the entry again: one that a user declared is not found."""
    try:
        return ENTRIES[entry.kind](entry.to_json()) == entry
    except (KeyError, ParameterError):
        return False
