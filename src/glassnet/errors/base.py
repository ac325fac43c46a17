"""What all errors share: their base, and how values, places and nearest names are written in a message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from glassnet.texts import _


class GlassnetError(Exception):
    """What all errors of glassnet have in common."""


def shown(value: Any, limit: int = 80) -> str:
    """Write a received value for a message: text in double quotes, anything else by its repr, cut if it is long.

    Examples
    --------
    >>> shown("rleu"), shown(1.5), shown(list(range(100)), limit=12)
    ('"rleu"', '1.5', '[0, 1, 2, 3…')
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # np.float64(1.5) reads as 1.5
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(names: Iterable[str]) -> str:
    """Join names by commas."""
    return ", ".join(names)


def place(row: int, column: int | None = None, name: object = None) -> str:
    """Name a row, and the column if there is one, counted from 0."""
    if column is None:
        return _("row {row}").format(row=f"{row:,}")
    if name is None:
        return _("row {row}, column {column}").format(row=f"{row:,}", column=column)
    return _("row {row}, column {column} ({name})").format(row=f"{row:,}", column=column, name=shown(name))


def suggestion(received: object, names: Sequence[str]) -> str:
    """' Did you mean "relu"?', or nothing where no name is near."""
    if not isinstance(received, str):
        return ""
    likeness = {
        name: difflib.SequenceMatcher(None, name.lower(), received.lower()).ratio() for name in dict.fromkeys(names)
    }
    best = max(likeness.values(), default=0.0)
    if best < 0.6:  # below, difflib calls nothing a close match either
        return ""
    near = [name for name in likeness if likeness[name] > best - 0.02]
    # Letters in another order are the commonest slip: "tahn" is tanh rather than atan.
    swapped = [name for name in near if sorted(name.lower()) == sorted(received.lower())]
    quoted = _(" or ").join(f'"{name}"' for name in swapped or near)
    return _(". Did you mean {names}?").format(names=quoted)
