"""The language in which catalog entries state their formulas, and its evaluation.

A formula is one expression of numbers, names, + - * / **, one comparison at a time, and calls of functions by name:
`x * sigmoid(beta * x)`, `where(x > 0, x, slope * x)`. It is read with Python's `ast` and evaluated by walking a
whitelist of nodes, never by `eval`. What the names mean is given by the caller, so that one formula text serves floats
(`math`), arrays (NumPy) and 50 digits (mpmath, the witness of the tests).

The functions that formulas use:
    exp log log1p expm1 sqrt abs erf cos sin min max
    sigmoid tanh softplus
    where(condition, a, b)
    xlogy(x, y)      x * log(y), and 0 where x is 0
    sum(x)           over the axis of a function over an axis; for a loss: over the outputs
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any

_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


def evaluate(formula: str, names: Mapping[str, Any], number: Callable[[str], Any] = float) -> Any:
    """Evaluate a formula.

    Parameters
    ----------
    formula : str
        The text.
    names : mapping of str to value or function
        The meaning of every name in the formula.
    number : callable, default=float
        Makes a number from its digits as they are written, so that a witness of 50 digits gets them all.

    Returns
    -------
    object
        Whatever the operators and functions make of the given values.

    Raises
    ------
    ValueError
        If the text has anything in it that the language does not know.

    Examples
    --------
    >>> import math
    >>> evaluate("sqrt(6 / (fan_in + fan_out))", {"fan_in": 4, "fan_out": 2, "sqrt": math.sqrt})
    1.0
    """

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return number(ast.get_source_segment(formula, node) or "")
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in names:
                return names[name](*map(value, arguments))
        raise ValueError(f'"{ast.unparse(node)}" in the formula "{formula}" is not understood')

    return value(_tree(formula))


@functools.lru_cache(maxsize=256)
def _tree(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body
