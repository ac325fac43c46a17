"""What is marked on curves is measured, and is true: checked against what is known of each function."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog.landmarks import interval_of, landmarks_of, pieces_of

ELEMENTWISE = [activation for activation in gn.activations if not activation.over_axis]


def landmarks(activation, low=-10.0, high=10.0):
    return landmarks_of(activation, pieces_of(activation, low, high))


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda activation: activation.name)
def test_pieces_are_the_function_and_its_derivative(activation):
    low, high = interval_of(activation)
    pieces = pieces_of(activation, low, high)
    assert pieces[0].x[0] == low
    assert pieces[-1].x[-1] == high
    assert len(pieces) == 1 + sum(low < kink < high for kink in activation.kinks)
    for piece in pieces:
        assert (np.diff(piece.x) > 0).all()
        np.testing.assert_array_equal(piece.value, activation(piece.x))
        np.testing.assert_array_equal(piece.slope, activation.derivative(piece.x))


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda activation: activation.name)
def test_landmarks_are_what_a_dense_grid_finds(activation):
    low, high = interval_of(activation)
    found = landmarks(activation, low, high)
    x = np.linspace(low, high, 100_001)
    slope = np.abs(activation.derivative(x))
    if found.steepest is not None:
        place, largest = found.steepest
        assert abs(largest) >= slope.max() * (1 - 1e-9)
        assert activation.derivative(place) == pytest.approx(largest)
    for start, end in found.flat:
        inside = (x >= start) & (x <= end)
        anywhere = max(slope.max(), *np.abs(activation.derivative([-50.0, 50.0])))
        assert (slope[inside] <= 0.05 * anywhere * (1 + 1e-6)).all()
    for zero in found.zeros:
        assert abs(activation(zero)) <= 1e-9
    for kink in found.kinks:
        assert kink.x in activation.kinks
        assert (kink.slope, kink.value) == (activation.derivative(kink.x), activation(kink.x))
        right = kink.x in activation.right_kinks
        assert kink.slope == pytest.approx(kink.right_slope if right else kink.left_slope)


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda activation: activation.name)
def test_landmarks_are_what_the_properties_say(activation):
    low, high = interval_of(activation)
    found, known = landmarks(activation, low, high), activation.properties
    inside = [kink for kink in known.kinks if low < kink.at < high]
    assert [kink.x for kink in found.kinks] == [kink.at for kink in inside]
    for marked, kink in zip(found.kinks, inside, strict=True):
        assert (marked.left_slope, marked.right_slope) == pytest.approx((kink.left, kink.right))
    if found.steepest is not None:
        largest = max(known.largest_slope, known.smallest_slope, key=lambda slope: abs(slope.value))
        assert abs(found.steepest[1]) == pytest.approx(abs(largest.value))
    edges = [start for start, end in found.flat if start != low] + [end for _start, end in found.flat if end != high]
    # What is marked has to level off as well: a small slope that stays, as leaky_relu's, is not flat.
    levels = [(known.saturates_above, 1e4), (known.saturates_below, -1e4)]
    saturated = [edge for edge, far in levels if edge is not None and abs(activation.derivative(far)) < 1e-3]
    assert edges == pytest.approx([edge for edge in saturated if low < edge < high], abs=1e-6)


def test_sigmoid():
    found = landmarks(gn.activations.sigmoid)
    assert found.steepest == (0.0, 0.25)
    assert found.kinks == ()
    assert found.zeros == ()
    assert found.limits == (0.0, 1.0)
    # 4 p (1 - p) = 0.05 at p = (1 - sqrt(0.95)) / 2
    p = (1 - math.sqrt(0.95)) / 2
    edge = math.log((1 - p) / p)
    assert found.flat == (pytest.approx((-10.0, -edge)), pytest.approx((edge, 10.0)))


def test_relu_is_flat_bent_and_nowhere_steepest():
    found = landmarks(gn.activations.relu)
    assert found.steepest is None, "a whole half-line has the largest slope"
    assert [(kink.x, kink.left_slope, kink.right_slope, kink.jumps) for kink in found.kinks] == [(0, 0, 1, False)]
    assert found.flat == ((-10.0, 0.0),)
    assert found.idle
    assert not landmarks(gn.activations.sigmoid).idle
    assert found.zeros == (), "a whole half-line is zero"
    assert found.limits == (0.0, None)


def test_a_small_slope_is_not_flat():
    assert landmarks(gn.activation("leaky_relu", slope=0.03)).flat == ()


def test_selu_keeps_its_kink_and_elu_has_none():
    (kink,) = landmarks(gn.activations.selu).kinks
    assert kink.left_slope == pytest.approx(1.0507009873554805 * 1.6732632423543772)
    assert kink.right_slope == pytest.approx(1.0507009873554805)
    assert landmarks(gn.activations.elu).kinks == ()
    assert landmarks(gn.activation("elu", alpha=0.5)).kinks[0].left_slope == pytest.approx(0.5)


def test_zeros_and_minimum_of_gelu():
    found = landmarks(gn.activations.gelu, -4.0, 4.0)
    assert found.zeros == (0.0,)
    place, largest = found.steepest
    assert place == pytest.approx(math.sqrt(2), abs=1e-3)  # where the second derivative, (2 - x²) φ(x), is 0
    assert largest == pytest.approx(1.12890414, abs=1e-6)


def test_a_kink_that_nobody_declared_is_found_and_steepness_is_no_kink():
    formula = gn.activation("x * min(max(x / 6 + 0.5, 0), 1)")
    formula._set(kinks=())
    found = landmarks(formula, -5.0, 5.0)
    assert [kink.x for kink in found.kinks] == [-3.0, 3.0]
    assert found.kinks[1].left_slope == pytest.approx(1.5)
    assert landmarks(gn.activation("tanh(200 * x)"), -4.0, 4.0).kinks == ()


def test_two_kinks_have_their_slopes_on_both_sides():
    kinks = landmarks(gn.activation("min(max(x, -1), 1)"), -4.0, 4.0).kinks
    assert [(kink.x, kink.left_slope, kink.right_slope) for kink in kinks] == [(-1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]


def test_the_interval_shows_what_there_is():
    assert interval_of(gn.activations.tanh) == (-4.0, 4.0)
    assert interval_of(gn.activations.exp) == (-4.0, 4.0), "what grows ever faster is not followed"
    assert interval_of(gn.activation("silu", beta=0.25))[1] > interval_of(gn.activations.silu)[1]
