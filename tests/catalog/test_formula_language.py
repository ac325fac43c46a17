"""What users may type, and what they are told about the rest."""

from __future__ import annotations

import re
import time

import pytest

from glassnet.catalog.formula_parser import DEEPEST, LONGEST, activation_names, free_names, parse
from glassnet.catalog.formula_terms import FUNCTIONS, text
from glassnet.errors import FormulaError


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("x", "x"),
        (" x\n* 2\t", "x * 2"),
        ("x*tanh(softplus(x))", "x * tanh(softplus(x))"),
        ("-x**2", "-x**2"),
        ("(-x)**2", "(-x)**2"),
        ("2**-x", "2**(-x)"),
        ("x**2**3", "x**2**3"),
        ("(x**2)**3", "(x**2)**3"),
        ("a - (b - c)", "a - (b - c)"),
        ("a - b - c", "a - b - c"),
        ("a / (b * c)", "a / (b * c)"),
        ("+x - +1.50e-3", "x - 1.50e-3"),
        ("where(x >= 0, x, slope*x)", "where(x >= 0, x, slope * x)"),
        ("(x > 0) * x", "(x > 0) * x"),
        ("max(x, 0, 1)", "max(max(x, 0), 1)"),
        ("swish(x) + logistic(x)", "silu(x) + sigmoid(x)"),
        ("relu(x)**2", "relu(x)**2"),
        (".5 * x", ".5 * x"),
    ],
)
def test_formulas_are_read(typed, read):
    assert text(parse(typed)) == read
    assert parse(read) == parse(typed)


def test_every_function_of_the_language_is_read():
    for name, written in FUNCTIONS.items():
        called = written.replace("condition", "x > 0").replace(", …", "")
        assert parse(called).head == name
    for name in activation_names():
        assert parse(f"{name}(x)").parts == (parse("x"),)


@pytest.mark.parametrize(
    ("typed", "column", "told"),
    [
        ("2x", 2, 'between "2" and "x" an operator is missing; multiplication is written *'),
        ("(x)(x)", 4, 'between ")" and "(" an operator is missing'),
        ("2 3", 3, "an operator is missing"),
        ("x sin(x)", 3, 'between "x" and "sin" an operator is missing'),
        ("x^2", 2, "a power is written **"),
        ("2×x", 2, "multiplication is written *"),
        ("x == 1", 3, "comparisons are written <, <=, >, >="),
        ("[x]", 1, "brackets are round"),
        ("x.real", 2, '"." is not part of the language'),
        ("'x'", 1, "is not part of the language"),
        ("é", 1, "is not part of the language"),
        ("ｅｘｐ(x)", 1, "is not part of the language"),  # which Python would read as exp
        ("x = 1", 3, "comparisons are written"),
        ("x; x", 2, "a formula is one expression"),
        ("x +", 4, "something is missing"),
        ("* x", 1, "something is missing"),
        ("x // 2", 4, "something is missing"),
        ("()", 1, "something is missing"),
        ("x, 1", 1, "something is missing"),
        ("exp(*x)", 5, "something is missing"),
        ("exp(x", 4, "this bracket is never closed"),
        ("x)", 2, "this bracket closes nothing"),
        ("1e999 * x", 1, "1e999 is too large"),
        ("x * tahn(x)", 5, 'there is no function "tahn"; there are exp, '),
        ("x * tahn(x)", 5, '"tanh"?'),
        ("rleu(x)", 1, 'Did you mean "relu"?'),
        ("tahn(x)", 1, 'activations. Did you mean "tanh"?'),  # not atan, which is as like
        ("softmax(x)", 1, 'there is no function "softmax"'),
        ("__import__(x)", 1, 'there is no function "__import__"'),
        ("x * tanh", 5, "tanh is a function; write tanh(x)"),
        ("exp(x, x)", 1, "exp is written exp(x); got 2 arguments"),
        ("exp()", 1, "exp is written exp(x); got 0 arguments"),
        ("max(x)", 1, "max is written max(a, b, …); got 1 arguments"),
        ("where(x > 0, x)", 1, "where is written where(condition, a, b); got 2 arguments"),
        ("0 < x < 1", 9, "comparisons come one at a time"),
        ("where(x, 1, 2)", 7, "must be a comparison, such as x > 0"),
        ("True", 1, "something is missing or out of place"),
        ("lambda", 1, "something is missing or out of place"),
        ("007", 1, "something is missing or out of place"),
    ],
)
def test_errors_point_at_the_place(typed, column, told):
    with pytest.raises(FormulaError, match=re.escape(told)) as error:
        parse(typed)
    assert f", column {column}: " in str(error.value)


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_nothing_is_no_formula(typed):
    with pytest.raises(FormulaError, match=r"^a formula must be an expression"):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("x" * (LONGEST + 1), "must have at most 1,000 characters; it has 1,001"),
        ("(" * 400 + "x" + ")" * 400, "must be nested at most 50 times"),
        ("-" * 900 + "x", "must be nested at most 100 times"),
        ("x" + "+x" * 400, "must be nested at most 100 times"),
        ("2**" * 300 + "x", "must be nested at most 100 times"),
        ("exp(" * 199 + "x" + ")" * 199, "must be nested at most 50 times"),
        ("(" * 999, "must be nested at most 50 times"),
    ],
)
def test_length_and_depth_are_bounded(typed, told):
    begun = time.perf_counter()
    with pytest.raises(FormulaError, match=told):
        parse(typed)
    assert time.perf_counter() - begun < 1
    assert text(parse("x" + "+x" * (DEEPEST - 1))) == "x" + " + x" * (DEEPEST - 1)


def test_parameters_are_the_names_that_are_left():
    assert free_names(parse("beta * x + pi * alpha - beta"), ("x",)) == ("beta", "alpha")
