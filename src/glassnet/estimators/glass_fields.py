"""What stands in a model file, taken field by field: each has the type that the format says, or is `Malformed`.

A file may come from anywhere, so nothing of it is used before it has been looked at, and no claim of it (a shape, a
width) makes anything large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.texts import _

Array = NDArray[Any]


class Malformed(Exception):
    """A field is not what the format says; whoever knows the file's name makes a `ModelFileError` of it.

    Parameters
    ----------
    field : str
        Name of a tensor, or path to a field: "network.layers".
    must_be : str
        The rule, translated, so that "{field} must be {must_be}" is a sentence.
    """

    def __init__(self, field: str, must_be: str) -> None:
        super().__init__(field, must_be)
        self.field = field
        self.must_be = must_be


class Fields:
    """A JSON object whose fields are asked for by name and type; those that nobody asks for are ignored.

    Parameters
    ----------
    values : object
        What stands where the object must stand.
    path : str, default=""
        Path to it, for messages.

    Examples
    --------
    >>> fields = Fields({"n": 3, "name": "relu"})
    >>> fields.whole("n"), fields.text("name")
    (3, 'relu')
    >>> fields.whole("name")
    Traceback (most recent call last):
    ...
    glassnet.estimators.glass_fields.Malformed: ('name', 'an integer of at least 0')
    """

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, dict):
            raise Malformed(path or "description", _("an object with named fields"))
        self.values: dict[str, Any] = values
        self.path = path

    def place(self, name: str) -> str:
        """Path to a field."""
        return f"{self.path}.{name}" if self.path else name

    def get(self, name: str) -> Any:
        """What stands in a field; None where it is missing."""
        return self.values.get(name)

    def object(self, name: str) -> Fields:
        """Take a field that is an object."""
        return Fields(self.get(name), self.place(name))

    def entries(self, name: str) -> list[Any]:
        """Take a field that is a list, of anything."""
        found = self.get(name)
        if not isinstance(found, list):
            raise Malformed(self.place(name), _("a list"))
        return found

    def text(self, name: str, choices: Sequence[str] | None = None) -> str:
        """Take a text, one of the choices if there are such."""
        found = self.get(name)
        if choices is not None and not (isinstance(found, str) and found in choices):
            raise Malformed(self.place(name), _("one of {choices}").format(choices=", ".join(choices)))
        if not isinstance(found, str):
            raise Malformed(self.place(name), _("a text"))
        return found

    def texts(self, name: str, length: int | None = None) -> list[str]:
        """Take a list of texts, of a certain length if one is given."""
        found = self.entries(name)
        if not all(isinstance(entry, str) for entry in found):
            raise Malformed(self.place(name), _("a list of texts"))
        if length is not None and len(found) != length:
            raise Malformed(self.place(name), _("a list of {n} texts").format(n=length))
        return found

    def whole(self, name: str, least: int = 0) -> int:
        """Take an integer."""
        found = self.get(name)
        if not is_whole(found) or found < least:
            raise Malformed(self.place(name), _("an integer of at least {least}").format(least=least))
        return int(found)


class Tensors:
    """The tensors of a file, asked for by name, shape and type.

    Parameters
    ----------
    arrays : mapping of str to ndarray
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = arrays

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def take(self, name: str, shape: Sequence[int | None], dtype: str, *, finite: bool = False) -> Array:
        """Take a tensor as an array of its own, in this machine's byte order.

        Parameters
        ----------
        name : str
        shape : sequence of int or None
            None where any length will do.
        dtype : {"float32", "float64"}
        finite : bool, default=False
            Whether NaN and infinity are refused.
        """
        array = self._arrays.get(name)
        fits = (
            array is not None
            and array.dtype == np.dtype(dtype).newbyteorder("<")
            and array.ndim == len(shape)
            and all(wanted in (None, length) for wanted, length in zip(shape, array.shape, strict=True))
        )
        if array is None or not fits:
            lengths = ", ".join("n" if length is None else str(length) for length in shape)
            must_be = _("a tensor of shape ({lengths}) and type {dtype}").format(lengths=lengths, dtype=dtype)
            raise Malformed(name, must_be)
        if finite and not np.isfinite(array).all():
            raise Malformed(name, _("a tensor of finite numbers"))
        return array.astype(dtype, order="C")


def is_whole(value: object) -> bool:
    """Tell whether a JSON value is an integer: true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number."""
    return isinstance(value, float) or is_whole(value)
