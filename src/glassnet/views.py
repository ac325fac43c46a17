"""Ways to look at an entry of the catalog, told by the package, which sees every room, to rooms that do not look ahead.

The catalog is an early room: it may not import the room that draws. So an entry asks here for a way by its name, and
the package's `__init__` has told beforehand which module knows it; that module is loaded when somebody looks.

    views.register("plot", "glassnet.report.pictures", "plot")     in glassnet/__init__.py
    views.view("plot")(entry)                                      in glassnet/catalog/entries.py
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

_places: dict[str, tuple[str, str]] = {}


def register(way: str, module: str, function: str) -> None:
    """Tell which function of which module shows entries in this way; nothing is loaded yet."""
    _places[way] = (module, function)


def view(way: str) -> Callable[..., Any]:
    """Load what shows entries in this way.

    Raises
    ------
    LookupError
        If nobody has registered it.

    Examples
    --------
    >>> import glassnet
    >>> view("plot").__name__
    'plot'
    """
    if way not in _places:
        raise LookupError(f'no room has registered the view "{way}"')
    module, function = _places[way]
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
