"""Properties of every activation, held against its kernel on a grid of their own, against integrals by another method,
and against facts that stand in books and papers.
"""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
import scipy.integrate
from tests.oracle import witness

import glassnet as gn
from glassnet.catalog.pieces import operations, shape_at
from glassnet.catalog.properties import properties_of

ELEMENTWISE = [
    configured
    for activation in gn.activations
    if not activation.over_axis
    for configured in (
        activation,
        *([witness.another(activation)] if activation.declared else []),
    )
]
every_function = pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)

# Odd numbers, so that no point is one of the grid that the properties were found on.
GRID = np.unique(np.concatenate([np.linspace(-29.87, 30.01, 20011), np.geomspace(31, 1.1e4, 333) * 1.0]))
GRID = np.unique(np.concatenate([GRID, -GRID]))


def on_grid(activation):
    beside = [kink + step for kink in activation.kinks for step in (-1e-6, 1e-6)]
    x = np.union1d(GRID[~np.isin(GRID, activation.kinks)], beside)
    with np.errstate(all="ignore"):
        return x, activation(x), activation.derivative(x)


@every_function
def test_all_values_lie_in_the_range_and_come_near_its_ends(activation):
    _x, value, _slope = on_grid(activation)
    found = activation.properties.range
    assert (value >= found.low).all()
    assert (value <= found.high).all()
    for end, nearest in ((found.low, value.min()), (found.high, value.max())):
        if math.isinf(end):
            assert abs(nearest) > 100
        else:
            assert math.isclose(nearest, end, rel_tol=1e-3, abs_tol=1e-3)
    bounded = math.isfinite(found.low) and math.isfinite(found.high)
    assert activation.properties.bounded is bounded


@every_function
def test_an_open_end_is_not_reached_where_floats_still_tell(activation):
    _x, value, _slope = on_grid(activation)
    inner = value[np.abs(_x) < 3]
    found = activation.properties.range
    assert found.low_closed or (inner > found.low).all()
    assert found.high_closed or (inner < found.high).all()
    if found.low_closed:
        assert min(value.min(), activation(0.0)) - found.low < 1e-6
    if found.high_closed:
        assert found.high - max(value.max(), activation(0.0)) < 1e-6


@every_function
def test_slopes_stay_between_the_smallest_and_the_largest(activation):
    _x, _value, slope = on_grid(activation)
    found = activation.properties
    tiny = 1e-12 * max(1.0, abs(found.smallest_slope.value))
    assert (slope >= found.smallest_slope.value - tiny).all()
    assert (slope <= found.largest_slope.value + 1e-12).all()
    for extreme, pick in ((found.smallest_slope, np.min), (found.largest_slope, np.max)):
        beside = [x for x in (extreme.low - 1e-4, extreme.high + 1e-4) if math.isfinite(x)]  # at a peak with an edge
        nearest = pick([pick(slope), *activation.derivative(np.array(beside))])
        assert math.isinf(extreme.value) or math.isclose(nearest, extreme.value, rel_tol=1e-3, abs_tol=1e-3)
        if extreme.reached and extreme.low == extreme.high and extreme.low not in activation.kinks:
            assert math.isclose(activation.derivative(extreme.low), extreme.value, rel_tol=1e-12, abs_tol=1e-13)
        elif extreme.low < extreme.high and extreme.reached:
            inside = slope[(_x > extreme.low) & (_x < extreme.high)]
            assert np.ptp(inside) < 1e-12
    if not any(kink.jump for kink in found.kinks):
        assert found.lipschitz == max(abs(found.smallest_slope.value), abs(found.largest_slope.value))


@every_function
def test_extreme_slopes_are_confirmed_in_many_digits(activation):
    """A little to the left and to the right of it the slope is less extreme, in 40 digits."""
    for extreme, sign in ((activation.properties.largest_slope, 1), (activation.properties.smallest_slope, -1)):
        if extreme.reached and extreme.low == extreme.high and extreme.low not in activation.kinks:
            told = float(activation.derivative_in_digits(extreme.low, 40))
            assert math.isclose(told, extreme.value, rel_tol=1e-12, abs_tol=1e-13)
            for beside in (extreme.low - 1e-3, extreme.low + 1e-3):
                assert sign * float(activation.derivative_in_digits(beside, 40)) <= sign * told


@every_function
def test_monotonic_agrees_with_the_values(activation):
    _x, value, slope = on_grid(activation)
    steps = np.diff(value[np.isfinite(value)])
    tiny = 1e-12
    expected = "increasing" if (steps >= -tiny).all() else "decreasing" if (steps <= tiny).all() else None
    assert activation.properties.monotonic == expected
    if expected == "increasing":
        assert (slope >= -tiny).all()


@every_function
def test_convexity_agrees_with_chords(activation):
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-9, 9, (2, 20000))
    over = (activation(a) + activation(b)) / 2 - activation((a + b) / 2)
    tiny = 1e-12 * np.maximum(1.0, np.abs(activation(a)) + np.abs(activation(b)))
    above, below = bool((over > tiny).any()), bool((over < -tiny).any())
    expected = None if above and below else "convex" if above else "concave" if below else "line"
    assert activation.properties.convexity == expected


@every_function
def test_symmetry_and_zero(activation):
    x = GRID[np.abs(GRID) < 30]
    value, mirrored = activation(x), activation(-x)
    odd, even = (np.allclose(mirrored, sign * value, rtol=1e-12, atol=1e-15) for sign in (-1, 1))
    assert activation.properties.symmetry == ("odd" if odd else "even" if even else None)
    assert activation.properties.zero_at_zero is bool(activation(0.0) == 0)


@every_function
def test_saturation_is_where_slopes_are_below_a_twentieth(activation):
    x, _value, slope = on_grid(activation)
    found = activation.properties
    largest = max(abs(found.smallest_slope.value), abs(found.largest_slope.value))
    steep = (np.abs(slope) >= 0.05 * largest) & (largest > 0)
    for border, outside, inner_edge in (
        (found.saturates_below, x < (found.saturates_below or 0.0), steep.argmax()),
        (found.saturates_above, x > (found.saturates_above or 0.0), len(x) - 1 - steep[::-1].argmax()),
    ):
        if not steep.any():
            assert border is None
        elif border is None:
            assert inner_edge in (0, len(x) - 1) or math.isinf(largest)
        else:
            assert not steep[outside].any()
            assert abs(x[inner_edge] - border) < 0.01


@every_function
def test_kinks_have_the_slopes_of_both_sides(activation):
    listed = {kink.at: kink for kink in activation.properties.kinks}
    assert set(listed) <= set(activation.kinks)
    assert activation.properties.smooth is (not listed)
    step = 1e-7
    for at in activation.kinks:
        left = (activation(at - step) - activation(at - 2 * step)) / step
        right = (activation(at + 2 * step) - activation(at + step)) / step
        jump = activation(at + step) - activation(at - step)
        if at in listed:
            assert math.isclose(listed[at].left, left, abs_tol=1e-5)
            assert math.isclose(listed[at].right, right, abs_tol=1e-5)
            assert math.isclose(listed[at].jump, jump, abs_tol=1e-5)
        else:
            assert math.isclose(left, right, abs_tol=1e-5)


def integral(function, kinks):
    """E[function(z)] for a standard normal z, by adaptive quadrature between the kinks."""
    ends = sorted({-30.0, -6.0, 0.0, 6.0, 30.0, *(kink for kink in kinks if abs(kink) < 30)})
    density = 1 / math.sqrt(2 * math.pi)
    return sum(
        scipy.integrate.quad(lambda z: function(z) * density * math.exp(-z * z / 2), a, b, epsabs=1e-11, limit=200)[0]
        for a, b in itertools.pairwise(ends)
    )


@every_function
def test_moments_are_those_of_another_quadrature(activation):
    found = activation.properties
    mean = integral(activation, activation.kinks)
    square = integral(lambda z: activation(z) ** 2, activation.kinks)
    slope = integral(lambda z: activation.derivative(z) ** 2, activation.kinks)
    zeros = integral(lambda z: float(activation(z) == 0), activation.kinks)
    near = {"rel_tol": 1e-9, "abs_tol": 1e-9}
    assert math.isclose(found.mean, mean, **near)
    assert math.isclose(found.variance, square - mean**2, **near)
    assert math.isclose(found.mean_square, square, **near)
    assert math.isclose(found.mean_squared_slope, slope, **near)
    assert math.isclose(found.zeros, zeros, abs_tol=1e-6)
    assert found.zero_centered is (abs(mean) < 1e-9)
    assert math.isclose(found.gain**2 * square, 1, rel_tol=1e-9) if square else math.isinf(found.gain)
    assert math.isclose(found.slope_gain**2 * slope, 1, rel_tol=1e-9) if slope else math.isinf(found.slope_gain)


@every_function
def test_stability_is_how_a_deviation_goes_on(activation):
    """A signal of mean square 1.02 or 0.98 becomes one of 1 + or - 0.02 times the stability, by another quadrature."""
    found = activation.properties
    if not found.mean_square:
        assert found.gain_stability == 0
        return
    kinks = [kink / math.sqrt(size) for kink in activation.kinks for size in (1.02, 0.98)]
    more, less = (integral(lambda z, s=size: activation(math.sqrt(s) * z) ** 2, kinks) for size in (1.02, 0.98))
    assert math.isclose((more - less) * found.gain**2 / 0.04, found.gain_stability, rel_tol=1e-3, abs_tol=1e-6)


@every_function
def test_properties_are_json(activation):
    described = json.loads(json.dumps(activation.properties.to_json(), allow_nan=False))
    assert described["lipschitz"] in (activation.properties.lipschitz, "inf")


def test_facts_of_books():
    sigmoid = gn.activations.sigmoid.properties
    assert str(sigmoid.range) == "(0, 1)"
    assert (sigmoid.largest_slope.value, sigmoid.largest_slope.low) == (0.25, 0.0)
    assert sigmoid.saturates
    # sigma'(x) = 0.0125 where e^-x = 38.97…: the root of u² - 78 u + 1, u = e^x
    assert math.isclose(sigmoid.saturates_above, math.log(39 + math.sqrt(39**2 - 1)), rel_tol=1e-12)

    tanh = gn.activations.tanh.properties
    assert (tanh.largest_slope.value, tanh.symmetry, tanh.zero_centered) == (1.0, "odd", True)
    assert math.isclose(tanh.saturates_above, math.acosh(math.sqrt(20)), rel_tol=1e-12)

    relu = gn.activations.relu.properties
    assert math.isclose(relu.gain, math.sqrt(2), rel_tol=1e-15)
    assert math.isclose(relu.slope_gain, math.sqrt(2), rel_tol=1e-15)
    assert math.isclose(relu.mean, 1 / math.sqrt(2 * math.pi), rel_tol=1e-14)
    assert (relu.zeros, relu.convexity, str(relu.range)) == (0.5, "convex", "[0, ∞)")

    selu = gn.activations.selu.properties
    assert selu.self_normalizing
    assert (selu.mean, selu.variance) == (0.0, 1.0)
    assert math.isclose(selu.range.low, -1.7580993408473766, rel_tol=1e-15)

    gelu = gn.activations.gelu.properties
    assert math.isclose(gelu.largest_slope.low, math.sqrt(2), rel_tol=1e-7)
    assert math.isclose(gelu.range.low, -0.16997120747990369, rel_tol=1e-12)

    silu = gn.activations.silu.properties
    assert math.isclose(silu.range.low, -0.27846454276107380, rel_tol=1e-12)  # Elfwing, Uchibe, Doya: about -0.28
    assert math.isclose(silu.largest_slope.value, 1.0998393201309, rel_tol=1e-9)  # … slope between -0.1 and 1.1
    assert silu.monotonic is None

    softplus = gn.activations.softplus.properties
    assert (softplus.largest_slope.value, softplus.largest_slope.reached) == (1.0, False)
    # E[exp(z)] = e^(1/2) and E[exp(2 z)] = e^2
    exp = gn.activations.exp.properties
    assert math.isclose(exp.mean, math.exp(0.5), rel_tol=1e-13)
    assert math.isclose(exp.mean_square, math.exp(2), rel_tol=1e-13)
    assert math.isinf(exp.lipschitz)


def test_only_selu_normalizes_itself():
    assert [activation.name for activation in ELEMENTWISE if activation.properties.self_normalizing] == ["selu"]


def test_properties_are_kept():
    assert properties_of(gn.activations.relu) is properties_of(gn.activation("relu"))


@pytest.mark.parametrize(
    ("formula", "x", "shape"),
    [
        ("where(x > 0, x, 0)", -1, "constant"),
        ("where(x > 0, x, 0)", 1, "line"),
        ("x * min(max(x + 3, 0), 6) / 6", -9, "constant"),
        ("x * min(max(x + 3, 0), 6) / 6", 0, "curve"),
        ("x * min(max(x + 3, 0), 6) / 6", 9, "line"),
        ("abs(2 * x - 1) / 3", 0, "line"),
        ("x / x", 2, "curve"),
        ("x**1 + 0**2", 2, "line"),
        ("exp(2) + pi", 2, "constant"),
        ("floor(x)", 2, "constant"),
    ],
)
def test_shapes_of_pieces(formula, x, shape):
    assert shape_at(formula, {}, x) == shape


def test_operations_are_counted():
    found = operations("x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2")
    assert (found.arithmetic, found.comparisons, found.functions) == (8, 0, ("tanh",))
    assert operations("where(x > 0, x, slope * x)").comparisons == 1
    assert operations("x**1.5").functions == ("pow",)
