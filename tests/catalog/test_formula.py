"""The formula language knows what its documentation lists, and refuses the rest without evaluating anything."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from glassnet.catalog.formula import evaluate

NAMES = {"x": 2.0, "exp": math.exp, "where": lambda condition, a, b: a if condition else b}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3 - 4 / 8", 6.5),
        ("-x**2", -4.0),
        ("+x", 2.0),
        ("exp(x - 2)", 1.0),
        ("where(x > 0, 1, 2)", 1.0),
        ("where(x < 2, 1, 2)", 2.0),
        ("where(x <= 2, 1, 2)", 1.0),
        ("where(x >= 3, 1, 2)", 2.0),
        ("1e-3", 0.001),
    ],
)
def test_values(formula, expected):
    assert evaluate(formula, NAMES) == expected


def test_numbers_keep_their_digits():
    digits = "1.05070098735548049342"
    assert evaluate(f"2 * {digits}", {}, number=Fraction) == 2 * Fraction(digits)


@pytest.mark.parametrize(
    "formula",
    [
        "y",
        "y(1)",
        "x.real",
        "x[0]",
        "().__class__",
        "__import__('os')",
        "lambda: 1",
        "'text'",
        "True",
        "x if x else x",
        "1 < x < 3",
        "x == 2",
        "x % 2",
        "x // 2",
        "not x",
        "exp(x=1)",
        "exp(*x)",
        "[x]",
        "(y := 1)",
        "x.conjugate()",
    ],
)
def test_everything_else_is_refused(formula):
    with pytest.raises(ValueError, match="is not understood"):
        evaluate(formula, NAMES)


def test_what_is_no_expression_is_refused():
    with pytest.raises(SyntaxError):
        evaluate("x = 1", NAMES)
