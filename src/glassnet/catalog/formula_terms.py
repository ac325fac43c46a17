"""A formula as a tree, the functions and constants of the language, and the text of a tree.

A `Term` is a head and its parts: Term("*", (x, y)). Numbers keep their digits, so that a witness of 50 digits gets all
of them. Trees come from texts of bounded length and depth (`formula_parser`), so walking them by recursion is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Term(NamedTuple):
    """A node: "number" and "name" have `data`, the others have `parts`."""

    head: str
    parts: tuple[Term, ...] = ()
    data: str = ""


BINARY = ("+", "-", "*", "/", "**")
COMPARISONS = ("<", "<=", ">", ">=")

# How each function is written; the number of arguments follows from it.
FUNCTIONS: Mapping[str, str] = {
    "exp": "exp(x)",
    "expm1": "expm1(x)",
    "log": "log(x)",
    "log1p": "log1p(x)",
    "sqrt": "sqrt(x)",
    "abs": "abs(x)",
    "sign": "sign(x)",
    "floor": "floor(x)",
    "sin": "sin(x)",
    "cos": "cos(x)",
    "atan": "atan(x)",
    "sinh": "sinh(x)",
    "cosh": "cosh(x)",
    "tanh": "tanh(x)",
    "erf": "erf(x)",
    "erfc": "erfc(x)",
    "sigmoid": "sigmoid(x)",
    "softplus": "softplus(x)",
    "min": "min(a, b, …)",
    "max": "max(a, b, …)",
    "where": "where(condition, a, b)",
}

# 60 digits of each.
CONSTANTS: Mapping[str, str] = {
    "pi": "3.14159265358979323846264338327950288419716939937510582097494",
    "e": "2.71828182845904523536028747135266249775724709369995957496697",
}


def number(value: float | str) -> Term:
    """Make the term of a number of at least 0."""
    return Term("number", (), value if isinstance(value, str) else repr(value))


def name(of: str) -> Term:
    """Make the term of a name."""
    return Term("name", (), of)


def negative(term: Term) -> Term:
    """Make -term, without a second minus."""
    return term.parts[0] if term.head == "neg" else Term("neg", (term,))


def walk(term: Term) -> Iterator[Term]:
    """Give a term and all its parts, each before its own parts."""
    yield term
    for part in term.parts:
        yield from walk(part)


def names_of(term: Term) -> tuple[str, ...]:
    """Names in the order in which they first appear, without constants."""
    return tuple(dict.fromkeys(node.data for node in walk(term) if node.head == "name" and node.data not in CONSTANTS))


_STRENGTH = {
    "<": 0, "<=": 0, ">": 0, ">=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4,
}  # fmt: skip


def text(term: Term) -> str:
    """Write a term as a formula again.

    Examples
    --------
    >>> x = name("x")
    >>> text(Term("*", (x, Term("+", (number("1"), Term("exp", (negative(x),)))))))
    'x * (1 + exp(-x))'
    """
    match term:
        case Term("number" | "name", _, data):
            return data
        case Term("neg", (part,)):
            return "-" + _bracketed(part, 3)
        case Term("**", (base, exponent)):
            return f"{_bracketed(base, 5)}**{_bracketed(exponent, 4)}"
        case Term(head, (left, right)) if head in _STRENGTH:
            strength = _STRENGTH[head]
            return f"{_bracketed(left, strength + (strength == 0))} {head} {_bracketed(right, strength + 1)}"
        case _:
            return f"{term.head}({', '.join(map(text, term.parts))})"


def _bracketed(term: Term, least: int) -> str:
    return f"({text(term)})" if _STRENGTH.get(term.head, 9) < least else text(term)


def fold(term: Term, number: Callable[[str], Any], names: Mapping[str, Any], apply: Callable[..., Any]) -> Any:
    """Evaluate a tree: numbers by `number`, names from `names`, the rest by `apply(head, *values)`."""
    if term.head == "number":
        return number(term.data)
    if term.head == "name":
        return names[term.data] if term.data in names else number(CONSTANTS[term.data])
    return apply(term.head, *(fold(part, number, names, apply) for part in term.parts))
