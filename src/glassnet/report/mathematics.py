"""Formulas of the catalog as mathtext, for pictures: `x * sigmoid(beta * x)` becomes x σ(β x).

The formula is read, not evaluated, and no algebra is done: what is drawn is what was written. A function with cases is
one line with the condition of each case behind it, because mathtext has no tall braces.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "lambda", "rho", "sigma", "theta", "pi"}
UPRIGHT = {"exp", "log", "sin", "cos", "tanh", "sinh", "cosh", "min", "max", "erf", "sqrt", "sign", "floor", "sum"}
SYMBOLS = {"sigmoid": r"\sigma", "softplus": r"\mathrm{softplus}", "atan": r"\arctan"}
RELATIONS: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Gt: (">", r"\leq"),
    ast.GtE: (r"\geq", "<"),
    ast.Lt: ("<", r"\geq"),
    ast.LtE: (r"\leq", ">"),
}

SUM, PRODUCT, POWER, ATOM = range(4)


class _Variable(ast.NodeTransformer):
    """Renames x; with indices it gets i, and j inside a sum or another function over the axis."""

    def __init__(self, name: str, *, indexed: bool) -> None:
        self.name, self.indexed, self.index = name, indexed, "i"

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id != "x":
            return node
        return ast.Name(f"{self.name}_{self.index}" if self.indexed else self.name)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        outer, name = self.index, node.func.id if isinstance(node.func, ast.Name) else ""
        self.index = "j" if name in ("sum", "max", "min") and len(node.args) == 1 else outer
        function = ast.Name("sum_j") if self.indexed and name == "sum" else node.func
        changed = ast.Call(function, [self.visit(argument) for argument in node.args], [])
        self.index = outer
        return changed


class Part(NamedTuple):
    """Mathtext, and how tightly it binds."""

    text: str
    binds: int

    def inside(self, least: int) -> str:
        """Return the text, in parentheses where it binds less tightly than what it stands in."""
        return self.text if self.binds >= least else rf"\left({self.text}\right)"


def mathematics(formula: str, *, over_axis: bool = False, variable: str = "x") -> str:
    r"""Write a formula as mathtext, without dollar signs.

    Parameters
    ----------
    formula : str
        In the language of `glassnet.catalog.formula`.
    over_axis : bool, default=False
        Whether x is a whole axis: it gets the index i, and j where it is summed.
    variable : str, default="x"
        What x is called.

    Raises
    ------
    ValueError
        If there is something in it that cannot be written so.

    Examples
    --------
    >>> print(mathematics("x * sigmoid(beta * x)"))
    x\,\sigma\left(\beta\,x\right)
    >>> print(mathematics("exp(x) / sum(exp(x))", over_axis=True))
    \dfrac{e^{x_{i}}}{\sum_j e^{x_{j}}}
    >>> print(mathematics("where(x > 0, x, slope * x)"))
    x\;\;(x>0),\quad \mathit{slope}\,x\;\;(x\leq 0)
    """
    tree = ast.parse(formula, mode="eval").body
    cases = _cases(_Variable(variable, indexed=over_axis).visit(tree))
    if len(cases) == 1:
        return cases[0][1].text
    return r",\quad ".join(rf"{value.text}\;\;({condition})" for condition, value in cases)


def _cases(node: ast.expr) -> list[tuple[str, Part]]:
    """Split at the outermost `where`, also where it is a factor."""
    match node:
        case ast.Call(func=ast.Name(id="where"), args=[condition, yes, no]):
            first, second = _condition(condition)
            return [
                (", ".join(part for part in (said, inner) if part), value)
                for said, branch in ((first, yes), (second, no))
                for inner, value in _cases(branch)
            ]
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if _has_cases(right) and not _has_cases(left):
            return [(said, _product(_part(left), value)) for said, value in _cases(right)]
        case _:
            return [("", _part(node))]


def _has_cases(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "where"


def _condition(node: ast.expr) -> tuple[str, str]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in RELATIONS:
            yes, no = RELATIONS[type(op)]
            one, other = _part(left).text, _part(right).text
            return f"{one}{_spaced(yes)}{other}", f"{one}{_spaced(no)}{other}"
    raise ValueError(ast.unparse(node))


def _spaced(relation: str) -> str:
    return relation + " " if relation.startswith("\\") else relation


def _part(node: ast.expr) -> Part:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Part(_number(float(value)), ATOM)
        case ast.Name(id=name):
            return Part(_name(name), ATOM)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Part("-" + _part(operand).inside(PRODUCT), SUM)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return Part(f"{_part(left).text} + {_part(right).text}", SUM)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return Part(f"{_part(left).text} - {_part(right).inside(PRODUCT)}", SUM)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _product(_part(left), _part(right))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return Part(rf"\dfrac{{{_part(left).text}}}{{{_part(right).text}}}", POWER)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return Part(f"{_part(left).inside(ATOM)}^{{{_part(right).text}}}", POWER)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, [_part(argument) for argument in arguments])
    raise ValueError(ast.unparse(node))


def _product(left: Part, right: Part) -> Part:
    one, other = left.inside(PRODUCT), right.inside(PRODUCT)
    between = r" \cdot " if other[:1].isdigit() else r"\,"
    return Part(one + between + other, PRODUCT)


def _call(name: str, arguments: list[Part]) -> Part:
    inner = ",\\,".join(argument.text for argument in arguments)
    match name, arguments:
        case "exp", [_]:
            return Part(f"e^{{{inner}}}", POWER)
        case "expm1", [_]:
            return Part(f"e^{{{inner}}} - 1", SUM)
        case "log1p", [argument]:
            return Part(rf"\ln\left(1 + {argument.text}\right)", PRODUCT)
        case "log", [_]:
            return Part(rf"\ln\left({inner}\right)", PRODUCT)
        case "sqrt", [_]:
            return Part(rf"\sqrt{{{inner}}}", ATOM)
        case "abs", [_]:
            return Part(f"|{inner}|", ATOM)
        case "xlogy", [factor, argument]:
            return Part(rf"{factor.inside(PRODUCT)}\,\ln\left({argument.text}\right)", PRODUCT)
        case "sum" | "sum_j", [argument]:
            index = "_j" if name == "sum_j" else ""
            return Part(rf"\sum{index} {argument.inside(PRODUCT)}", PRODUCT)
        case "where", _:
            raise ValueError(name)
    symbol = SYMBOLS.get(name) or (rf"\mathrm{{{name}}}" if name in UPRIGHT else _name(name))
    return Part(rf"{symbol}\left({inner}\right)", ATOM)


def _name(name: str) -> str:
    if name in GREEK:
        return "\\" + name
    if len(name) == 1:
        return name
    base, _, index = name.partition("_")
    letters = base if len(base) == 1 else rf"\mathit{{{base}}}"
    return f"{letters}_{{{_name(index)}}}" if index else letters


def _number(value: float) -> str:
    return f"{value:.5g}"
