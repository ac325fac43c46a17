"""The language in which formulas are written, and its evaluation with any numbers.

A formula is one expression of numbers, names, + - * / **, one comparison at a time, and calls of functions by name:
`x * sigmoid(beta * x)`, `where(x > 0, x, slope * x)`. It is read with Python's `ast` and evaluated by walking a
whitelist of nodes, never by `eval`. What the names mean is given by the caller, so that one formula text serves floats
(`math`), arrays (NumPy), 50 digits (mpmath, the witness of the tests) and SymPy.

The functions of the language, for catalog entries and for users:
    exp expm1 log log1p sqrt abs sign floor sin cos atan sinh cosh tanh erf erfc sigmoid softplus
    min max          of two or more
    where(condition, a, b)
    every activation of the catalog that works element by element, by its name: relu(x), silu(x), at its defaults
    pi e             constants
and in formulas of catalog entries only:
    xlogy(x, y)      x * log(y), and 0 where x is 0
    sum(x)           over the axis of a function over an axis; for a loss: over the outputs

A comparison outside of `where` is 1 where it holds, else 0. A called name that the caller gives no meaning is replaced
by its definition: sinh, cosh, erfc, sign by those below, an activation by its entry's formula; pi and e by their
digits.

Users' texts are read by `formula_parser`, which bounds them and points at errors.
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any

from glassnet.catalog.formula_terms import CONSTANTS

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
            case ast.Call(func=ast.Name(id="where" as name), args=[ast.Compare() as condition, a, b]) if name in names:
                return names[name](comparison(condition), value(a), value(b))
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return number(ast.get_source_segment(formula, node) or "")
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(operand))
            case ast.Compare() if "where" in names:
                return names["where"](comparison(node), number("1"), number("0"))
            case ast.Name(id=name) if name in CONSTANTS:
                return number(CONSTANTS[name])
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in names:
                return names[name](*map(value, arguments))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if definition := _definition(name):
                text, parameters = definition
                inside = {key: number(repr(default)) for key, default in parameters}
                return evaluate(text, {**names, **inside, "x": value(argument)}, number)
        raise ValueError(f'"{ast.unparse(node)}" in the formula "{formula}" is not understood')

    def comparison(node: ast.Compare) -> Any:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](value(left), value(right))
        raise ValueError(f'"{ast.unparse(node)}" in the formula "{formula}" is not understood')

    return value(_tree(formula))


_DEFINITIONS: Mapping[str, str] = {
    "sinh": "(exp(x) - exp(-x)) / 2",
    "cosh": "(exp(x) + exp(-x)) / 2",
    "erfc": "1 - erf(x)",
    "sign": "where(x > 0, 1, where(x < 0, -1, 0))",
}


def _definition(name: str) -> tuple[str, tuple[tuple[str, float], ...]] | None:
    """The formula of a function in x, and its parameters."""
    if name in _DEFINITIONS:
        return _DEFINITIONS[name], ()
    from glassnet.catalog.activations import ACTIVATIONS

    if name not in ACTIVATIONS or ACTIVATIONS[name].over_axis or f"{name}(x)" == ACTIVATIONS[name].formula:
        return None
    return ACTIVATIONS[name].formula, ACTIVATIONS[name].parameters


@functools.lru_cache(maxsize=256)
def _tree(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body
