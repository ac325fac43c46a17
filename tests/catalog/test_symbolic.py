"""Derivatives as formulas, LaTeX, and values in many digits: for every entry, and for formulas that users may write."""

from __future__ import annotations

import math
import re

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from tests.oracle import witness

import glassnet as gn
from glassnet.catalog import digits, symbolic
from glassnet.catalog.formula import evaluate
from glassnet.catalog.latex import latex, symbol

ELEMENTWISE = [activation for activation in gn.activations if not activation.over_axis]
every_function = pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda activation: activation.name)

NUMPY = {
    **{name: getattr(np, name) for name in ("exp", "log", "log1p", "expm1", "sqrt", "abs", "sign", "floor")},
    **{name: getattr(np, name) for name in ("sin", "cos", "sinh", "cosh", "tanh")},
    "atan": np.arctan,
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "sigmoid": scipy.special.expit,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "where": np.where,
    "xlogy": scipy.special.xlogy,
    "min": np.minimum,
    "max": np.maximum,
    "pi": math.pi,
}
# 0, and sizes from far below to far above 1, on both sides.
SIZES = (1e-12, 1e-3, 0.3, 1.0, 2.4, 5.9, 17.0, 38.0, 88.0, 700.0, 1e4)
POINTS = np.array([0.0, *SIZES, *(-size for size in SIZES)])
FORMULAS = [
    "x / (1 + abs(x))",
    "x * tanh(log(1 + exp(x)))",
    "min(max(x, 0), 6)",
    "x * min(max(x + 3, 0), 6) / 6",
    "exp(-x**2)",
    "log(1 / (1 + exp(-x)))",
    "(x + sqrt(x**2 + 4)) / 2",
    "exp(x) / (1 + exp(x))",
    "where(x > -3, where(x < 3, x / 6 + 0.5, 1), 0)",
    "x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2",
    "abs(x) * x - 0.3 * x",
    "where(x * x < 4, sin(x), x)",
    "xlogy(1 + x**2, 1 + x**2)",
    "x * erfc(-x) / 2 + e",
    "max(x, x**2 / 9, -1)",
    "relu(x) - silu(2 * x)",
]


def in_numpy(formula, x, parameters=()):
    with np.errstate(all="ignore"):
        return np.broadcast_to(evaluate(formula, {**NUMPY, **dict(parameters), "x": x}), x.shape)


@every_function
def test_derivative_formula_is_the_derivative_of_the_formula(activation):
    """In 50 digits, against the formula's own difference quotients."""
    with mp.workdps(60):
        for x in (-6.1, -2.9, -1.0, -0.2, 0.4, 1.7, 3.3, 8.0):
            told = mp.mpf(activation.derivative_in_digits(x))
            assert mp.almosteq(told, witness.derivative(activation, mp.mpf(x)), abs_eps=mp.mpf(10) ** -25), x


@every_function
def test_derivative_formula_is_sane_in_floats(activation):
    """As written, it neither overflows nor turns to NaN where the kernel gives a number."""
    kernel = activation.derivative(POINTS)
    told = in_numpy(activation.derivative_formula, POINTS, activation.parameters)
    np.testing.assert_allclose(told, kernel, rtol=1e-13, atol=1e-12)


@every_function
def test_digits_agree_with_the_kernel(activation):
    for x in (-20.0, -3.0, -0.1, 0.0, 0.5, 2.0, 30.0):
        value, slope = float(activation.value_in_digits(x)), float(activation.derivative_in_digits(x))
        assert math.isclose(value, activation(x), rel_tol=1e-15, abs_tol=1e-300)
        if x not in activation.kinks:
            assert math.isclose(slope, activation.derivative(x), rel_tol=1e-15, abs_tol=1e-15)


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_of_users_are_differentiated(formula):
    derivative = symbolic.derivative(formula)
    names = {**witness.FUNCTIONS, **digits.functions(), "pi": mp.pi, "e": mp.e}
    with mp.workdps(50):
        for x in map(mp.mpf, ("-3.7", "-1.3", "-0.21", "0.4", "1.9", "2.7", "4.4")):
            slope = mp.diff(lambda at: evaluate(formula, {**names, "x": at}, number=mp.mpf), x)
            assert mp.almosteq(evaluate(derivative, {**names, "x": x}, number=mp.mpf), slope, rel_eps=1e-15), x
    assert np.isfinite(in_numpy(derivative, POINTS)).all()


@pytest.mark.parametrize(
    ("formula", "derivative"),
    [
        ("1 / (1 + exp(-x))", "sigmoid(x) * sigmoid(-x)"),
        ("log(1 + exp(x))", "sigmoid(x)"),
        ("tanh(x)", "1 - tanh(x)**2"),
        ("x / (1 + abs(x))", "1 / (abs(x) + 1)**2"),
        ("where(x > 0, x, alpha * expm1(x))", "where(x > 0, 1, alpha * exp(x))"),
        ("-softplus(-x)", "sigmoid(-x)"),
        ("x**3 / 3 - 0.25 * x", "x**2 - 1 / 4"),
        ("7", "0"),
        ("log(1 + x**2 / 4)", "2 * x / (x**2 + 4)"),
        ("(x - 1)**2 / (1 + (x - 1)**2)", "2 * (x - 1) / ((x - 1)**2 + 1)**2"),
        ("log((exp(x) + exp(-x)) / 2)", "tanh(x)"),
        ("min(max(x, 0), 6)", "where(x > 0, where(x < 6, 1, 0), 0)"),
        ("min(6, max(0, x))", "where(x > 0, where(x < 6, 1, 0), 0)"),
        ("min(max(x / 6 + 0.5, 0), 1)", "where(x > -3, where(x < 3, 1 / 6, 0), 0)"),
        ("max(-2 * x, 3)", "where(x < -3 / 2, -2, 0)"),
        ("max(x, 0) - 0.1 * sin(3 * x)", "where(x > 0, 1, 0) - 0.3 * cos(3 * x)"),
    ],
)
def test_derivatives_are_short(formula, derivative):
    assert symbolic.derivative(formula) == derivative


def test_text_that_is_no_formula_is_refused_unrun():
    with pytest.raises(ValueError, match="not understood"):
        symbolic.derivative("__import__('os').getcwd()")
    with pytest.raises(ValueError, match="not understood"):
        latex("x.__class__")


@every_function
def test_the_slope_at_a_kink_is_that_of_the_kernel(activation):
    for kink in activation.kinks:
        assert math.isclose(float(activation.derivative_in_digits(kink)), activation.derivative(kink), abs_tol=1e-15)


@pytest.mark.parametrize("loss", gn.losses, ids=lambda loss: loss.name)
def test_gradient_formula_is_what_the_kernel_computes(loss):
    assert loss.gradient_formula is not None
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(40, 3))
    low, high = max(loss.domain.low, -2.0), min(loss.domain.high, 2.0)
    target = rng.uniform(low, high, raw.shape)
    if loss.domain.sums_to_one:
        target /= target.sum(axis=1, keepdims=True)
    over_classes = {"sum": lambda of: of.sum(axis=1, keepdims=True)}
    names = {**NUMPY, **over_classes, **dict(loss.parameters), "p": loss.output_activation(raw), "y": target}
    told = evaluate(loss.gradient_formula, names)
    np.testing.assert_allclose(told, loss.gradient(raw, target, reduction="none"), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("formula", "rows"),
    [
        (gn.activations.hard_tanh.formula, [r"\ell & x \leq \ell", "x & x < h", "h"]),
        ("where(x > 0, where(x > 6, 6, x), 0)", ["6 & x > 6", "x & x > 0", "0"]),
        ("where(x >= 1, where(x < 2, x, 2), 1)", ["1 & x < 1", "x & x < 2", "2"]),
        ("where(x > 0, where(x < 6, 1, 0), 0)", [r"1 & x > 0 \text{ and } x < 6", "0"]),
    ],
)
def test_cases_stand_in_the_order_of_their_places(formula, rows):
    said = [*(row.replace("& ", r"& \text{if } ", 1) for row in rows[:-1]), rows[-1] + r" & \text{otherwise}"]
    assert latex(formula) == r"\begin{cases} " + r" \\ ".join(said) + r" \end{cases}"


ENTRIES = [
    entry for catalog in (gn.activations, gn.losses, gn.initializers, gn.optimizers, gn.schedules) for entry in catalog
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_latex_is_well_formed(entry):
    told = [entry.latex]
    if entry.kind == "activation" and not entry.over_axis:
        told.append(entry.derivative_latex)
    for text in told:
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", text):
            depth += 1 if brace == "{" else -1
            assert depth >= 0
        assert depth == 0
        assert len(re.findall(r"\\left(?!arrow)", text)) == text.count(r"\right")
        assert text.count(r"\begin{cases}") == text.count(r"\end{cases}")
        assert "\x00" not in text
        assert "*" not in text
    if entry.formula:
        assert entry.latex


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("exp(x) / sum(exp(x))", r"\frac{e^{x_i}}{\sum_j e^{x_j}}"),
        ("sqrt(6 / (fan_in + fan_out))", r"\sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}"),
        ("(p - y)**2", r"{\left(p - y\right)}^{2}"),
        ("-x - (y - p)", r"-x - \left(y - p\right)"),
        ("tanh(x)**2", r"\tanh^{2}\left(x\right)"),
        ("sigmoid(x) * sigmoid(-x)", r"\sigma\left(x\right) \left(1 - \sigma\left(x\right)\right)"),
        ("2 * 3", r"2 \cdot 3"),
        ("1e-8 * alpha", r"1 \cdot 10^{-8} \alpha"),
        (
            "where(x > 0, where(x <= 6, 1, 0), 0) + x",
            (
                r"\left(\begin{cases} 1 & \text{if } x > 0 \text{ and } x \leq 6 \\ 0 & \text{otherwise} "
                r"\end{cases}\right) + x"
            ),
        ),
        (
            "where(x > 0, where(x > 6, 6, x), 0)",
            r"\begin{cases} 6 & \text{if } x > 6 \\ x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex_is_as_mathematicians_write(formula, expected):
    assert latex(formula) == expected


def test_parameters_have_their_letters():
    assert symbol("beta_2") == r"\beta_2"
    assert symbol("fan_out") == r"n_{\text{out}}"
    assert symbol("learned_thing") == r"\mathit{learned\_thing}"


def test_digits_are_those_of_tables():
    """Abramowitz and Stegun's e, erf(1) and tanh(1); ln(1 + e^-800) is e^-800 to 347 digits."""
    assert digits.in_digits("exp(1)", {}, 30) == "2.71828182845904523536028747135"
    assert digits.in_digits("erf(x)", {"x": 1}, 25) == "0.842700792949714869341220635"[:27]
    assert digits.in_digits("tanh(x)", {"x": 1}, 25) == "0.7615941559557648881194583"
    assert digits.in_digits("log(1 + exp(x))", {"x": -800}, 30) == digits.in_digits("exp(x)", {"x": -800}, 30)
    assert digits.in_digits("x + 1 - x", {"x": 1e300}, 20) == "1.0000000000000000000"
    assert digits.in_digits("1 / x", {"x": 0}) == "nan"
    assert digits.in_digits("where(x > 0, x, 0)", {"x": -2}) == "0.0"


def test_floats_count_in_binary_and_texts_in_decimals():
    assert gn.activations.identity.value_in_digits(0.1, 20) == "0.10000000000000000555"
    assert gn.activations.identity.value_in_digits("0.1", 20) == "0.10000000000000000000"
    assert gn.activations.identity.value_in_digits([1, "2"], 3) == ["1.00", "2.00"]
