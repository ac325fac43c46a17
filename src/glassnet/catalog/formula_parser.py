"""From the text that a person typed to a tree, or to an error that points at the place.

The text is cut into tokens first: that finds characters that are no part of the language, brackets without a partner,
operators that are missing, and depth, before Python's own parser sees the text, which can exhaust the C stack or the
memory on a hostile one. What is left is parsed by `ast`, and the syntax tree is walked through a whitelist. Nothing
is ever evaluated.

A comparison is a number, 1 where it holds and 0 elsewhere, so that `(x > 0) * x` means what it says; comparisons come
one at a time. `where` chooses by a comparison.
"""

from __future__ import annotations

import ast
import functools
import math
import re
from collections.abc import Iterator

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula_terms import COMPARISONS, CONSTANTS, FUNCTIONS, Term, names_of
from glassnet.errors.formulas import FormulaError

LONGEST = 1000
DEEPEST = 100
DEEPEST_BRACKETS = 50

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<operator>\*\*|<=|>=|[-+*/<>,])"
    r"|(?P<open>\()"
    r"|(?P<close>\))"
)

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.USub: "neg",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
}


def parse(formula: str) -> Term:
    """Read a formula.

    Parameters
    ----------
    formula : str
        At most 1,000 characters.

    Returns
    -------
    Term
        Names that are neither functions nor constants stand in it as they are; numbers keep their digits. An
        activation of the catalog keeps its canonical name as the head.

    Raises
    ------
    FormulaError
        With the column and what is wrong there.

    Examples
    --------
    >>> from glassnet.catalog.formula_terms import text
    >>> text(parse("x*tanh( softplus(x) )"))
    'x * tanh(softplus(x))'
    >>> parse("x * tahn(x)")
    Traceback (most recent call last):
    ...
    glassnet.errors.formulas.FormulaError: formula "x * tahn(x)", column 5: there is no function "tahn"; there are exp, expm1, log, log1p, sqrt, abs, sign, floor, sin, cos, atan, sinh, cosh, tanh, erf, erfc, sigmoid, softplus, min, max, where and the activations. Did you mean "tanh"?
    """  # noqa: E501 (the message is one line)
    return _parse(formula)


@functools.cache
def activation_names() -> tuple[str, ...]:
    """Names and synonyms of the catalog's activations that a formula may call."""
    single = [entry for entry in ACTIVATIONS if not entry.over_axis]
    return tuple(key for entry in single for key in (entry.name, *entry.synonyms) if key not in FUNCTIONS)


@functools.lru_cache(maxsize=256)
def _parse(formula: str) -> Term:
    if not formula.strip():
        raise FormulaError.empty()
    if len(formula) > LONGEST:
        raise FormulaError.too_long(formula, LONGEST)
    _check_tokens(formula)
    # A line break would end the expression: within brackets it is white space.
    source = re.sub(r"[\t\r\n]", " ", formula)
    shift = len(source) - len(source.lstrip())
    try:
        body = ast.parse(source.strip(), mode="eval").body
    except SyntaxError as error:
        raise FormulaError.syntax(formula, min((error.offset or 1) + shift, len(formula) + 1)) from None
    except (MemoryError, RecursionError):  # the tokens are too few for it; a later Python may have other limits
        raise FormulaError.too_deep(formula, DEEPEST) from None
    _check_depth(formula, body)
    return _Reader(formula, shift).read(body)


def _check_tokens(formula: str) -> None:
    opened: list[int] = []
    before: re.Match[str] | None = None
    for token in _tokens(formula):
        kind, column = token.lastgroup, token.start() + 1
        last = before.lastgroup if before is not None else None
        has_operand = last in ("number", "name", "close")
        if (
            before is not None
            and has_operand
            and kind in ("number", "name", "open")
            and (kind, last) != ("open", "name")
        ):
            raise FormulaError.adjacent(formula, column, before.group(), token.group())
        needs_operand = kind == "close" or (kind == "operator" and token.group() not in "+-")
        if needs_operand and not has_operand and (kind, last) != ("close", "open"):
            raise FormulaError.syntax(formula, column)
        if kind == "open":
            opened.append(column)
            if len(opened) > DEEPEST_BRACKETS:
                raise FormulaError.too_deep(formula, DEEPEST_BRACKETS)
        elif kind == "close":
            if not opened:
                raise FormulaError.not_opened(formula, column)
            opened.pop()
        elif kind == "number" and not math.isfinite(float(token.group())):
            raise FormulaError.number(formula, column, token.group())
        before = token
    if opened:
        raise FormulaError.not_closed(formula, opened[-1])
    if before is not None and before.lastgroup == "operator":
        raise FormulaError.syntax(formula, before.end() + 1)


def _tokens(formula: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(formula):
        token = _TOKEN.match(formula, at)
        if token is None:
            raise FormulaError.character(formula, at + 1, formula[at])
        if token.lastgroup != "space":
            yield token
        at = token.end()


def _check_depth(formula: str, body: ast.expr) -> None:
    level: list[ast.AST] = [body]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        if not level:
            return
    raise FormulaError.too_deep(formula, DEEPEST)


class _Reader:
    """Turns a syntax tree into terms; knows the text that errors point into."""

    def __init__(self, formula: str, shift: int) -> None:
        self.formula = formula
        self.shift = shift

    def column(self, node: ast.expr) -> int:
        return node.col_offset + self.shift + 1

    def read(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                start, end = node.col_offset + self.shift, (node.end_col_offset or 0) + self.shift
                return Term("number", (), self.formula[start:end])
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return Term("neg", (self.read(operand),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Term(_OPERATORS[type(op)], (self.read(left), self.read(right)))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                return Term(_OPERATORS[type(op)], (self.read(left), self.read(right)))
            case ast.Compare(comparators=[_, second, *_]):
                raise FormulaError.chained(self.formula, self.column(second))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(node, name, arguments)
        raise FormulaError.syntax(self.formula, self.column(node))

    def name(self, node: ast.expr, name: str) -> Term:
        if name in FUNCTIONS or name in activation_names():
            raise FormulaError.not_called(self.formula, self.column(node), name)
        return Term("name", (), name)

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Term:
        if name not in FUNCTIONS:
            if name not in activation_names():
                raise FormulaError.function(self.formula, self.column(node), name, FUNCTIONS, activation_names())
            name = ACTIVATIONS[name].name
        parts = tuple(map(self.read, arguments))
        wanted = FUNCTIONS.get(name, f"{name}(x)")
        n_wanted = wanted.count(",") + 1
        if name in ("min", "max") and len(parts) >= 2:
            return functools.reduce(lambda a, b: Term(name, (a, b)), parts)
        if len(parts) != n_wanted:
            raise FormulaError.arguments(self.formula, self.column(node), name, wanted, len(parts))
        if name == "where" and parts[0].head not in COMPARISONS:
            raise FormulaError.condition(self.formula, self.column(arguments[0]))
        return Term(name, parts)


def free_names(term: Term, variables: tuple[str, ...]) -> tuple[str, ...]:
    """Names that are neither variables nor constants: the parameters, in the order in which they appear."""
    return tuple(name for name in names_of(term) if name not in variables and name not in CONSTANTS)
