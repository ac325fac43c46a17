"""Random texts are read or refused, at once; random trees are computed and differentiated as they should be.

A random tree is held against an oracle in long doubles that differentiates forward and carries, beside each number, a
bound on what the machine may be off by: rounding of every operation, and errors of operands passed on through slopes.
The bound follows the conditioning of the very tree at the very point, so no tolerance is chosen by hand. What the
oracle finds beyond its bound is decided by mpmath in hundreds of digits. Points where rounding decides which branch is
taken, or where numbers leave the range of floats on the way, decide nothing and are left out; there must be few.

The slow runs take a million of each, the others some thousands.
"""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import pytest
from tests.oracle.formulas import Bounded, evaluated

from glassnet.catalog.formula_exact import exact, expanded
from glassnet.catalog.formula_parser import LONGEST, activation_names, parse
from glassnet.catalog.formula_program import compiled
from glassnet.catalog.formula_rewriting import rewritten
from glassnet.catalog.formula_terms import FUNCTIONS, Term, number, text
from glassnet.catalog.kernels import engine
from glassnet.errors import FormulaError

# ------------------------------------------------------------------------------------------------------------- texts

SEEDS = (
    "x*sigmoid(beta*x)",
    "where(x > 0, x, 0.01*x)",
    "x*tanh(log(1 + exp(x)))",
    "0.5*x*(1 + tanh(0.7978845608*(x + 0.044715*x**3)))",
    "max(min(x, 1), -1)**2/(1e-3 + abs(x))",
    "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
    "-x**-2 + pi*e - erf(sqrt(x*x))",
)
PIECES = (
    *"()()()()+-*/<>=,.^x2 \t\n%&|!~@#$'\"\\[]{};:_?0",
    *("**", "<=", "x", "1e999", "1e-999", "9" * 40, "0x1f", "1_000", "1j", "é", "ｘ", "\x00", "\ud800", "𝐱", "lambda"),
    *("exp", "tahn", "where(", "max(", "__import__", "beta", "True", "None", "if", "((((((((", "-" * 30, "2**" * 9),
)


def random_text(generator: random.Random) -> str:
    kind = generator.random()
    if kind < 0.5:  # a formula that is broken somewhere
        written = generator.choice(SEEDS)
        for _ in range(generator.randrange(1, 4)):
            at = generator.randrange(len(written) + 1)
            cut = at + generator.choice((0, 0, 1, 2, 5))
            written = written[:at] + generator.choice(PIECES) + written[cut:]
        return written
    if kind < 0.9:
        return "".join(generator.choices(PIECES, k=generator.randrange(30)))
    if kind < 0.97:
        return "".join(map(chr, generator.choices(range(0x3000), k=generator.randrange(40))))
    piece = generator.choice(PIECES)
    return piece * generator.randrange(1, 2 * LONGEST // len(piece))


def read_texts(n: int, seed: int) -> tuple[int, float]:
    """Read random texts; return how many were formulas, and the longest time that one took."""
    generator = random.Random(seed)
    formulas, longest = 0, 0.0
    for _ in range(n):
        written = random_text(generator)
        begun = time.perf_counter()
        try:
            tree = rewritten(parse(written))
        except FormulaError:
            pass
        else:
            assert isinstance(tree, Term)
            assert parse(text(tree)) is not None
            formulas += 1
        longest = max(longest, time.perf_counter() - begun)
    return formulas, longest


def test_random_texts_are_read_or_refused():
    formulas, longest = read_texts(10_000, seed=1)
    assert formulas > 200
    assert longest < 1


@pytest.mark.slow
def test_a_million_random_texts_are_read_or_refused():
    formulas, longest = read_texts(1_000_000, seed=2)
    assert formulas > 20_000
    assert longest < 1


# ------------------------------------------------------------------------------------------------------------- trees

ONE = (
    *("neg", "exp", "expm1", "log", "log1p", "sqrt", "abs", "sign", "floor", "sin", "cos", "atan", "sinh", "cosh"),
    *("tanh", "erf", "erfc", "sigmoid", "softplus", "tanh", "sigmoid", "relu", "silu", "gelu"),
)
TWO = ("+", "-", "*", "/", "+", "-", "*", "/", "**", "min", "max", "<", "<=", ">", ">=")
COMPARISONS = ("<", "<=", ">", ">=")
PARAMETERS = ("a", "b")
DRAWS = 25  # of x and the parameters, for each tree


def random_tree(generator: random.Random, size: int) -> Term:
    """Grow a tree of about so many nodes."""
    if size <= 1:
        leaf = generator.random()
        if leaf < 0.6:
            return Term("name", (), "x")
        if leaf < 0.8:
            return Term("name", (), generator.choice(PARAMETERS))
        return number(generator.choice(("0.5", "1", "2", "3", "0.1", "1.7", "10")))
    kind = generator.random()
    if kind < 0.5:
        return Term(generator.choice(ONE), (random_tree(generator, size - 1),))
    left = generator.randrange(1, size)
    if kind < 0.92:
        head = generator.choice(TWO)
        right = number(generator.choice(("2", "3", "0.5"))) if head == "**" and generator.random() < 0.7 else None
        return Term(head, (random_tree(generator, left), right or random_tree(generator, size - left)))
    condition = Term(generator.choice(COMPARISONS), (random_tree(generator, left // 2 + 1), random_tree(generator, 1)))
    return Term("where", (condition, random_tree(generator, left), random_tree(generator, size - left)))


class Count:
    """What came of the points."""

    def __init__(self) -> None:
        self.points = self.compared = self.sharp = self.asked = 0


@np.errstate(all="ignore")
def check_tree(tree: Term, draw: np.random.Generator, dtype: Any, count: Count) -> None:
    x = (draw.normal(size=DRAWS) * np.exp2(draw.integers(-6, 5, DRAWS))).astype(dtype)
    values = {name: draw.normal(size=DRAWS).astype(dtype) for name in PARAMETERS}
    program = compiled(tree, ("x",), (), PARAMETERS)
    results = [np.empty((DRAWS,), dtype) for _ in range(4)]
    one = [np.empty(1, dtype) for _ in range(4)]
    for i in range(DRAWS):
        units = [float(values[name][i]) for name in PARAMETERS]
        engine().formula(program, units, [x[i : i + 1]], one[0], one[1], one[2:])
        for result, element in zip(results, one, strict=True):
            result[i] = element[0]
    truth: Bounded = evaluated(tree, {"x": x, **values}, double=dtype is np.float64)
    rounding = 0.0 if dtype is np.float64 else float(np.finfo(dtype).eps) / 2
    count.points += 4 * DRAWS
    for k, result in enumerate(results):
        true = truth.value if k == 0 else truth.slopes[k - 1]
        bound = truth.error if k == 0 else truth.slope_errors[k - 1]
        bound = bound + rounding * np.abs(true) + (0.0 if dtype is np.float64 else 1e-44)
        decided = truth.decided & (np.abs(true) < (1e300 if dtype is np.float64 else 1e38))
        count.compared += int(decided.sum())
        count.sharp += int((decided & (bound <= 1e-6 * np.abs(true) + 1e-30)).sum())
        for wrong in np.flatnonzero(decided & ~(np.abs(result - true) <= bound)):
            # Beyond the bound. Before the machine is blamed, hundreds of digits say who is right.
            count.asked += 1
            i = int(wrong)
            at = {"x": float(x[i]), **{name: float(values[name][i]) for name in PARAMETERS}}
            by = ("x", "x", *PARAMETERS)[k]
            right = exact(expanded(tree), at, by)[0 if k == 0 else 1]
            assert abs(right - float(result[i])) <= float(bound[i]) + abs(right) * 1e-15, (
                f"{text(tree)} at {at}: {'value' if k == 0 else 'derivative by ' + by} is {result[i]}, not {right}"
            )


def check_trees(n: int, seed: int) -> Count:
    generator, draw, count = random.Random(seed), np.random.default_rng(seed), Count()
    for i in range(n):
        tree = random_tree(generator, generator.randrange(2, 12))
        check_tree(tree, draw, np.float32 if i % 3 == 0 else np.float64, count)
    return count


def test_random_trees_have_the_right_value_and_derivatives():
    count = check_trees(300, seed=1)
    assert count.compared > 0.5 * count.points  # the others leave the range of floats, or rounding decides
    assert count.sharp > 0.8 * count.compared


@pytest.mark.slow
def test_a_million_random_trees_have_the_right_value_and_derivatives():
    # A tree is its shape and its constants: each shape comes with 25 draws of them.
    count = check_trees(1_000_000 // DRAWS, seed=2)
    assert count.compared > 0.5 * count.points
    assert count.sharp > 0.8 * count.compared


def test_the_oracle_would_see_a_wrong_derivative():
    """Of a tree whose slope is computed as that of another."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=DRAWS)
    values = {name: draw.normal(size=DRAWS) for name in PARAMETERS}
    right = evaluated(parse("tanh(a*x) + b"), {"x": x, **values}, double=True)
    wrong = evaluated(parse("tanh(a*x) + b + 1e-9*x"), {"x": x, **values}, double=True)
    assert np.all(np.abs(right.slopes[0] - wrong.slopes[0]) > right.slope_errors[0])
    assert all(name in activation_names() or name in FUNCTIONS for name in ONE if name != "neg")
