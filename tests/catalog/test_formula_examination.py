"""What cannot be used is refused with place and reason; what is only unusual is accepted, with a note."""

from __future__ import annotations

import re
import time

import mpmath as mp
import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog.formula_exact import exact, expanded
from glassnet.catalog.formula_examination import grid
from glassnet.catalog.formula_parser import parse
from glassnet.errors import FormulaError


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("log(x)", "not finite at x = 0.0: log(x) is the logarithm of 0"),
        ("log(x - 1e-9)", "not finite at x = 0.0: log(x - 1e-9) is the logarithm of a negative number"),
        ("log1p(2*x)", "log1p(2 * x) is the logarithm of"),
        ("sqrt(x - 3)", "not finite at x = 0.0: sqrt(x - 3) is a root of a negative number"),
        ("(x - 3)**1.5", "(x - 3)**1.5 is a root of a negative number"),
        ("1 / x", "not finite at x = 0.0: 1 / x divides by 0"),
        ("x**-1.5 + x", "not finite at x = 0.0: x**(-1.5) divides by 0"),
        ("tanh(1 / x)", "1 / x divides by 0"),
        ("exp(x)", "not finite at x = 710.0: exp(x) is larger than a float can be"),
        ("x + sinh(x)", "sinh(x) is larger than a float can be"),
        ("9**9**9**9 * x", "9**9**9 is larger than a float can be"),
        ("x**x", "is a root of a negative number"),
        ("sqrt(abs(x))", "its derivative is not finite at x = 0.0: the slope of sqrt(abs(x)) is infinite there"),
        ("where(x > 0.123456789, sqrt(x - 0.123456789), 0)", "its derivative is not finite at x = 0.123457"),
        ("abs(x)**0.3", "its derivative is not finite at x = 0.0"),
        ("(x > 1) * x", "it jumps at x = 1.0, from 0 to 1; its pieces must meet"),
        ("where(x > 0.1, x, x - 0.01)", "it jumps at x = 0.1, from 0.09 to 0.1"),
        ("x + floor(x)", "it jumps at x = "),
        ("x * sign(x - 2)", "it jumps at x = 2.0, from -2 to 0"),
        # Poles between the places that are looked at.
        ("1 / (x - 3.33)", "not finite at x = 3.33: 1 / (x - 3.33) divides by 0"),
        ("x / (x - 3.33)**2", "not finite at x = 3.33: x / (x - 3.33)**2 divides by 0"),
        ("x + (x - 3.33)**-2", "divides by 0"),
        ("x / ((1 + x * x) * sqrt(abs(x + 3.33)))", "divides by 0"),
        ("1 / (x**3 + 2)", "1 / (x**3 + 2) divides by 0"),
        ("tanh(1 / (x - 3.33))", "its derivative is not finite at x = 3.33"),
        ("log(abs(x - 3.33))", "log(abs(x - 3.33)) is the logarithm of 0"),
        ("1 + 1", "it is 2 whatever x is"),
        ("x - x", "it is 0 whatever x is"),
        ("0 * x + 1", "it is 1 whatever x is"),
        ("(x + 1e8) - 1e8", "digits cancel. Write it another way"),
        ("(x + 1e12) - 1e12", "digits cancel. Write it another way"),
        ("(1 - cos(x)) / (x**2 + 1e-12)", "digits cancel. Write it another way"),
    ],
)
def test_unusable_functions_are_refused(formula, told):
    with pytest.raises(FormulaError, match=re.escape(told)):
        gn.activation(formula)


def test_a_step_is_refused_as_a_jump_and_a_staircase_as_flat():
    with pytest.raises(FormulaError, match=r"it jumps at x = 0.0, from 0 to 1"):
        gn.activation("where(x > 0, 1, 0)")
    # So small that it is no jump.
    with pytest.raises(FormulaError, match="its derivative by x is 0 wherever there is one"):
        gn.activation("1 + 1e-8 * (x > 0)")


@pytest.mark.parametrize(
    ("formula", "kinks"),
    [
        ("x", ()),
        ("x * sigmoid(x)", ()),
        ("max(x, 0)", (0.0,)),
        ("max(0, x)", (0.0,)),
        ("where(x > 0, x, 0)", (0.0,)),
        ("where(x >= 0, x, 0)", (0.0,)),
        ("where(0.3 < x, x, 0.3)", (0.3,)),
        ("abs(x - 1.1)", (1.1,)),
        ("max(min(x, 1), -1)", (-1.0, 1.0)),
        ("min(max(0, x + 3), 6) * x / 6", (-3.0, 3.0)),
        ("relu(x + 2)", (-2.0,)),
        ("relu(x)**2", ()),
        ("abs(x)**3", ()),
        ("where(x > 0, x, expm1(x))", ()),
        ("where(x > 1, x, (x**2 + 1) / 2)", ()),
        ("selu(x)", (0.0,)),
        ("relu6(x)", (0.0, 6.0)),
        ("hard_tanh(x)", (-1.0, 1.0)),
        ("abs(abs(abs(x) - 4) - 2)", (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0)),
    ],
)
def test_kinks_are_found(formula, kinks):
    assert gn.activation(formula).kinks == pytest.approx(kinks, abs=1e-12)


def test_notes_say_what_is_unusual():
    assert gn.activation("x * sigmoid(x)").notes == ()
    assert gn.activation("gelu(x)").notes == ()
    assert gn.activation("max(x, -1)").notes == ("the derivative jumps at x = -1.0, by 1",)
    assert gn.activation("tanh(1000 * x)").notes == ("it is steep: its slope at x = 0.0 is 1e+03",)
    assert "from |x| = 7140.0 on it is too large for float32" in gn.activation("x**10").notes
    assert any("digits cancel" in note for note in gn.activation("sqrt(1 + x*x) - 1").notes)


@pytest.mark.parametrize(
    ("formula", "saturation"),
    [
        ("tanh(x)", 0.05),
        ("erf(x)", 0.0564),
        ("3 * sigmoid(x)", 0.0375),
        ("relu(x)", 0),
        ("log1p(x*x)", 0),
        ("sin(x)", 0),
    ],
)
def test_saturation_is_a_twentieth_of_the_largest_slope_where_both_sides_level_off(formula, saturation):
    from glassnet.catalog.formula_examination import examined
    from glassnet.catalog.formula_rewriting import rewritten

    tree = parse(formula)
    assert examined(formula, tree, rewritten(tree), ()).saturation == pytest.approx(saturation, rel=1e-3)


@pytest.mark.parametrize(
    "formula", ["x*sigmoid(x)", "x*tanh(log(1 + exp(x)))", "x*(1 + erf(x/sqrt(2)))/2", "sin(x)*cos(x)"]
)
def test_examination_is_quick(formula):
    gn.activation("2*x")  # loads mpmath
    times = []
    for i in range(3):
        begun = time.perf_counter()
        gn.activation(f"{formula} + {i + 1}e-3*x")
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.3


def test_the_grid_has_both_signs_zero_and_tiny_values():
    assert grid()[0] == -1e4
    assert grid()[-1] == 1e4
    np.testing.assert_array_equal(grid(), -grid()[::-1])
    assert 0 in grid()
    assert len(grid()) > 5000
    assert np.count_nonzero(np.abs(grid()) < 1e-20) > 10


def test_many_digits_agree_with_mpmath():
    with mp.workdps(60):
        for x in (-3.25, -0.5, 1e-8, 0.75, 12.0):
            for formula, function in {
                "x * tanh(log(1 + exp(x)))": lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
                "gelu(x) + atan(x)**2": lambda x: x * mp.ncdf(x) + mp.atan(x) ** 2,
                "sinh(x / 9) * 2**x / cosh(x)": lambda x: mp.sinh(x / 9) * 2**x / mp.cosh(x),
                "erfc(x) - softplus(-x) * sin(x)": lambda x: mp.erfc(x) - mp.log(1 + mp.exp(-x)) * mp.sin(x),
            }.items():
                value, slope = exact(expanded(parse(formula)), {"x": x}, "x")
                assert abs(value - function(mp.mpf(x))) <= mp.mpf(10) ** -28 * (1 + abs(value))
                assert abs(slope - mp.diff(function, mp.mpf(x))) <= mp.mpf(10) ** -15 * (1 + abs(slope))
