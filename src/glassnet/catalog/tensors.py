"""How the catalog's functions meet values that remember how they were computed.

The catalog is an early room: it does not know the tensors of `glassnet.autograd`. A function that is marked here hands
a call over as soon as one of its arguments says that it takes such calls, by a method `__catalog_function__`, as NumPy
does by `__array_function__`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

# Types that surely have no such method: a look-up that fails takes longer than this.
_PLAIN = frozenset({np.ndarray, float, int, bool, str, tuple, list, type(None)})

_P = ParamSpec("_P")
_R = TypeVar("_R")


def on_tensors(kind: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Mark a function of the catalog that works on tensors too.

    Parameters
    ----------
    kind : str
        What the tensors' room knows the function by.

    Examples
    --------
    >>> class Traced:
    ...     def __catalog_function__(self, kind, function, arguments, options):
    ...         return kind, len(arguments), options
    >>> @on_tensors("doubled")
    ... def doubled(x, factor=2):
    ...     return factor * x
    >>> doubled(3), doubled(Traced(), factor=4)
    (6, ('doubled', 1, {'factor': 4}))
    """

    def marked(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @functools.wraps(function)
        def called(*arguments: _P.args, **options: _P.kwargs) -> _R:
            for value in (*arguments, *options.values()) if options else arguments:
                if type(value) not in _PLAIN and hasattr(type(value), "__catalog_function__"):
                    handed: Any = value
                    result: _R = handed.__catalog_function__(kind, function, arguments, options)
                    return result
            return function(*arguments, **options)

        return called

    return marked
