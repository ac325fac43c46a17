"""The names in a formula's text: which are called, and which stand for numbers."""

from __future__ import annotations

import ast
import functools
from typing import NamedTuple


class Names(NamedTuple):
    """Names of functions that a formula calls, and its other names, each in order of appearance."""

    called: tuple[str, ...]
    free: tuple[str, ...]


@functools.lru_cache(maxsize=512)
def names(formula: str) -> Names:
    """List the names in a formula; a text that is none has no names.

    Examples
    --------
    >>> names("x * sigmoid(beta * x)")
    Names(called=('sigmoid',), free=('x', 'beta'))
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except (SyntaxError, ValueError):
        return Names((), ())
    heads = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    found.sort(key=lambda node: node.col_offset)
    return Names(
        tuple(dict.fromkeys(node.id for node in found if id(node) in heads)),
        tuple(dict.fromkeys(node.id for node in found if id(node) not in heads)),
    )
