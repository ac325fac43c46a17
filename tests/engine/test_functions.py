"""Every elementwise activation of the engine against the truth, on every instruction set of this machine.

The tests walk the catalog. The truth is computed in NumPy's long double (64 bits of precision where there is such a
type) for masses of inputs, from formulas of their own in tests/oracle/truth.py; and from the catalog's formula in
hundreds of digits wherever that is not enough, at special inputs, and in a sample. Errors count in ULP of the truth:
float32 must be within 0.51, float64 within 2, for value and slope, at all inputs: subnormal, infinite and signed
zeros too. Where a slope crosses 0 a bound of 1e-12 (float64: 1e-16) takes the place of the relative one.
"""

from __future__ import annotations

import functools
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine
from glassnet.catalog import Activation
from tests.oracle import witness
from tests.oracle.truth import truth as truth_of_many

LONG = np.longdouble
BOUND = {np.float32: 0.51, np.float64: 2.0}
CROSSING = {np.float32: 1e-12, np.float64: 1e-16}

sets = pytest.mark.parametrize("instruction_set", _engine.instruction_sets())
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])

ELEMENTWISE = [activation for activation in gn.activations if not activation.over_axis]
CASES = [
    *ELEMENTWISE,
    *(witness.another(activation, 1.7) for activation in ELEMENTWISE if activation.declared),
    *(witness.another(activation, -0.7, 1.3) for activation in ELEMENTWISE if activation.declared),
    *(gn.activation("silu", beta=beta) for beta in (0.0, 1e-3)),
]
each_case = pytest.mark.parametrize("case", CASES, ids=repr)


@pytest.fixture(autouse=True)
def _best_set_afterwards():
    yield
    _engine.use_instruction_set(_engine.instruction_sets()[0])


def computed(case: Activation, x: Any) -> tuple[Any, Any]:
    value, slope = np.empty_like(x), np.empty_like(x)
    _engine.activation(case.name, list(case.values), x, value, slope)
    return value, slope


@functools.cache
def exact(case: Activation, x: float, which: int) -> Any:
    """Return value (0) or slope (1) in hundreds of digits."""
    with mp.workdps(witness.DIGITS):
        return (witness.value, witness.derivative)[which](case, mp.mpf(x))


@functools.cache
def crosses_zero(case: Activation, x: float) -> bool:
    """Whether the slope changes its sign within a tenth of x."""
    with mp.workdps(witness.DIGITS):
        return bool(witness.derivative(case, mp.mpf(x) * 0.9) * witness.derivative(case, mp.mpf(x) * 1.1) < 0)


def smallest_exponent(dtype: Any) -> int:
    info = np.finfo(dtype)
    return int(info.minexp - info.nmant)


def exact_ulps(got: Any, truth: Any, dtype: Any) -> float:
    info = np.finfo(dtype)
    if not np.isfinite(got):
        # What is nearer to 2^maxexp than to the largest number is rounded to infinity.
        limit = mp.mpf(2) ** int(info.maxexp) * (1 - mp.mpf(2) ** (-int(info.nmant) - 2))
        return 0.0 if abs(truth) >= limit and mp.sign(truth) == np.sign(got) else np.inf
    if truth == 0:
        return 0.0 if got == 0 else np.inf
    exponent = int(mp.floor(mp.log(abs(truth), 2)))
    unit = mp.mpf(2) ** max(exponent - int(info.nmant), smallest_exponent(dtype))
    return float(abs(mp.mpf(float(got)) - truth) / unit)


def ulps(got: Any, truth: Any, dtype: Any) -> Any:
    """Count errors in units in the last place of the truth; infinite where one is infinite and the other is not."""
    info = np.finfo(dtype)
    exponent = np.frexp(truth)[1] - 1
    unit = np.ldexp(LONG(1), np.maximum(exponent - info.nmant, smallest_exponent(dtype)))
    limit = np.ldexp(LONG(1) - np.ldexp(LONG(1), -info.nmant - 2), info.maxexp)
    beyond = abs(truth) >= limit
    with np.errstate(all="ignore"):
        error = abs(got.astype(LONG) - truth) / unit
    return np.where(beyond, np.where(got == np.copysign(np.inf, truth), 0, np.inf), error)


def check(case: Activation, x: Any, got: tuple[Any, Any], truth: tuple[Any, Any] | None) -> None:
    """Hold value and slope to the bounds; what long doubles find suspicious is judged by mpmath."""
    dtype = x.dtype.type
    for which, what in enumerate(("value", "slope")):
        errors = np.full(x.shape, np.inf) if truth is None else ulps(got[which], truth[which], dtype)
        for i in np.flatnonzero(~(errors <= (0.505 if dtype is np.float32 else 1.5))):
            right = exact(case, float(x[i]), which)
            error = exact_ulps(got[which][i], right, dtype)
            # At parameters other than the declared ones a value's zero may lie where no float is.
            moved = which == 0 and case not in ELEMENTWISE
            if error > BOUND[dtype] and (moved or (which == 1 and crosses_zero(case, float(x[i])))):
                error = 0.0 if abs(mp.mpf(float(got[which][i])) - right) <= CROSSING[dtype] else error
            assert error <= BOUND[dtype], f"{what} of {case} at {x[i]!r}: {got[which][i]!r} for {mp.nstr(right, 20)}"


def every(step: int, dtype: Any) -> Any:
    """Take every step-th bit pattern of a float32 that is a finite number, as dtype."""
    patterns = np.arange(0, 2**32, step, dtype=np.uint64).astype(np.uint32).view(np.float32)
    return patterns[np.isfinite(patterns)].astype(dtype)


@functools.cache
def inputs(dtype: Any, count: int) -> Any:
    """Draw doubles of all magnitudes, and many where functions bend."""
    generator = np.random.default_rng(7)
    bits = generator.integers(0, 2**64, count // 4, dtype=np.uint64).view(np.float64)
    near = generator.normal(0, 3, count // 2)
    tail = generator.uniform(-800, 800, count // 4)
    x = np.concatenate([bits[np.isfinite(bits)], near, tail])
    return x[abs(x) < np.finfo(dtype).max].astype(dtype)


SPECIAL = [0.0, 1e-300, 1e-45, 1e-39, 2e-38, 1e-20, 1e-8, 0.3, 0.34657, 0.5, 0.72, 0.7518, 1.0, 1.27846, 5.0, 9.0, 17.0]
SPECIAL += [19.06, 36.7, 37.5, 38.5, 40.0, 87.0, 88.7, 89.5, 103.5, 104.5, 340.0, 709.0, 709.9, 744.9, 745.3, 752.0]
SPECIAL += [1e3, 1e5, 3e38, 1e300]


@functools.lru_cache(maxsize=1)  # for the instruction sets, which come one after the other
def truth_for_sweep(case: Activation, step: int) -> tuple[Any, Any] | None:
    return truth_of_many(case.name, every(step, LONG), case.values)


# benchmarks/accuracy.py, in the slow suite, takes every 257th; of the functions as they are declared.
@pytest.mark.parametrize("step", [49_999, pytest.param(4_999, marks=pytest.mark.slow)])
@sets
@each_case
def test_float32_is_within_half_a_ulp_of_the_truth(case, instruction_set, step):
    _engine.use_instruction_set(instruction_set)
    x = every(step, np.float32)
    truth = truth_for_sweep(case, step)
    got = computed(case, x)
    if truth is None:
        # Where there is no long double to compare with, the double kernel, which the next tests judge, is as good.
        truth = tuple(y.astype(LONG) for y in computed(case, x.astype(np.float64)))
    check(case, x, got, truth)


@pytest.mark.parametrize("count", [6_000, pytest.param(20_000, marks=pytest.mark.slow)])
@sets
@each_case
def test_float64_is_within_two_ulp_of_the_truth(case, instruction_set, count):
    _engine.use_instruction_set(instruction_set)
    x = inputs(np.float64, count)
    truth = truth_of_many(case.name, x.astype(LONG), case.values)
    if truth is not None:
        check(case, x, computed(case, x), truth)
    sample = x[:: 200 if truth is not None else 50].copy()
    check(case, sample, computed(case, sample), None)


@sets
@both_types
@each_case
def test_special_inputs(case, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    with np.errstate(all="ignore"):
        special = np.array([sign * number for number in SPECIAL for sign in (1, -1)]).astype(dtype)
        bends = np.array(case.kinks, dtype)
        x = np.concatenate([special, bends, np.nextafter(bends, dtype(-np.inf)), np.nextafter(bends, dtype(np.inf))])
    x = x[np.isfinite(x)]
    check(case, x, computed(case, x), None)


@sets
def test_slope_of_softsign_that_is_hardly_a_normal_double(instruction_set):
    """The square of 1 / x is a normal double there, but what it rounds off is below the smallest."""
    _engine.use_instruction_set(instruction_set)
    x = np.geomspace(1e152, 6.7e153, 20_000)
    case = gn.activations["softsign"]
    check(case, x, computed(case, x), truth_of_many(case.name, x.astype(LONG), case.values))


def limit(case: Activation, sign: int, which: int) -> float:
    """Tell what value (0) or slope (1) of the formula tends to at infinity: a number, infinity, or NaN for nothing."""
    with mp.workdps(witness.DIGITS):
        function = (witness.value, witness.derivative)[which]
        near, far = (function(case, sign * mp.mpf(10) ** power) for power in (155, 165))
        if abs(far) > 1.5 * abs(near) > 1:
            return float(mp.sign(far)) * np.inf
        return float(far) if abs(far - near) < mp.mpf(10) ** -150 else np.nan


@each_case
def test_infinities_zeros_and_nan(case):
    limits = [limit(case, sign, which) for sign in (1, -1) for which in (0, 1)]
    at_zero, slope_at_zero = (exact(case, 0.0, which) for which in (0, 1))
    for instruction_set in _engine.instruction_sets():
        _engine.use_instruction_set(instruction_set)
        for dtype in (np.float32, np.float64):
            value, slope = computed(case, np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype))
            expected = np.array(limits, np.float64).astype(dtype)
            np.testing.assert_array_equal([value[0], slope[0], value[1], slope[1]], expected)
            assert np.isnan(value[2])
            assert np.isnan(slope[2])
            if at_zero == 0:
                # Signs are those of slope * x; relu(-0) is 0.
                assert value[3] == value[4] == 0
                assert np.signbit(value[3]) == (slope_at_zero < 0)
                assert np.signbit(value[4]) == (slope_at_zero > 0)
            assert slope[3] == slope[4]


@sets
@pytest.mark.parametrize("case", ELEMENTWISE, ids=repr)
def test_slopes_do_not_vanish_before_they_must(case, instruction_set):
    _engine.use_instruction_set(instruction_set)
    x = np.linspace(-110, 110, 441, dtype=np.float32)
    vanished = x[computed(case, x)[1] == 0]
    for at in vanished:
        # Below half of the smallest float, 0 is the nearest.
        assert abs(exact(case, float(at), 1)) <= mp.mpf(2) ** -150, at


@both_types
@each_case
def test_any_length_and_in_place(case, dtype):
    for instruction_set in _engine.instruction_sets():
        _engine.use_instruction_set(instruction_set)
        x = inputs(dtype, 400)[:150]
        x = np.where(abs(x) < 50, x, 1.5).astype(dtype)
        whole = computed(case, x)
        for n in (0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 65, 149):
            for which in (0, 1):
                # One output alone, the input overwritten, nothing beyond it touched.
                buffer = np.append(x[:n], dtype(-7))
                outputs = [None, None]
                outputs[which] = buffer[:n]
                _engine.activation(case.name, list(case.values), buffer[:n], *outputs)
                np.testing.assert_array_equal(buffer[:n], whole[which][:n])
                assert buffer[n] == -7


@sets
@pytest.mark.parametrize("slope", [0.01, 0.25, -0.7, 0.0, -0.0, 1e-30, 1e-45, 1e-60, 3e38, -1e200])
def test_neighbors_have_no_influence(slope, instruction_set):
    """Arithmetic of floats gives way to that of doubles where one of many lanes asks for it: that must not show."""
    _engine.use_instruction_set(instruction_set)
    case = gn.activation("leaky_relu", slope=slope)
    kinds = [np.float32(x) for x in (-1.5, 2.5, 0.0, -0.0, -1e-44, 1e-44, -3e-39, -1e-36, -3e38, 3e38, np.nan)]
    alone = [computed(case, np.array([x])) for x in kinds]
    for other, expected in zip(kinds, alone, strict=True):
        x = np.full(200, -1.5, np.float32)
        x[[3, 70, 137, 199]] = other
        value, slopes = computed(case, x)
        for place in (3, 70, 137, 199):
            assert value[place].tobytes() == expected[0][0].tobytes()
            assert slopes[place].tobytes() == expected[1][0].tobytes()
        assert (np.delete(value, [3, 70, 137, 199]) == alone[0][0][0]).all()
    zeros = [alone[2][0][0], alone[3][0][0]]
    assert zeros == [0, 0]
    assert list(np.signbit(zeros)) == [np.signbit(slope), not np.signbit(slope)]


@both_types
def test_bounds_between_floats_part_the_floats_on_their_sides(dtype):
    for bound in (0.1, -0.1, 1.7, -0.3, 1e-50, -1e-50, 1e39, -1e39):
        nearest = dtype(np.clip(bound, -np.finfo(dtype).max, np.finfo(dtype).max))
        with np.errstate(over="ignore", under="ignore"):
            beside = [np.nextafter(nearest, dtype(side)) for side in (-np.inf, np.inf)]
        x = np.array([*beside, nearest, 0.0], dtype)
        above, below = x.astype(np.float64) > bound, x.astype(np.float64) < bound
        value, slope = computed(gn.activation("thresholded_relu", threshold=bound), x)
        np.testing.assert_array_equal(value, np.where(above, x, 0))
        np.testing.assert_array_equal(slope, above)
        limits = {"high": bound, "low": 0.0} if bound > 0 else {"low": bound, "high": 0.0}
        value, slope = computed(gn.activation("hard_tanh", **limits), x)
        inside = below & (x > 0) if bound > 0 else above & (x < 0)
        np.testing.assert_array_equal(slope, inside)
        with np.errstate(over="ignore"):
            expected = np.clip(x.astype(np.float64), limits["low"], limits["high"]).astype(dtype)
        np.testing.assert_array_equal(value, expected)


# --------------------------------------------------------------------------------------------- instruction sets, errors


def test_instruction_sets():
    names = _engine.instruction_sets()
    assert names[0] == _engine.instruction_set()
    for name in names:
        _engine.use_instruction_set(name)
        assert _engine.instruction_set() == name
    with pytest.raises(ValueError, match=r'instruction set must be one that this processor has: .*; got "pdp-11"'):
        _engine.use_instruction_set("pdp-11")


def test_solvers_are_named():
    assert _engine.solver_names() == ["sgd", "adagrad", "rmsprop", "adam"]


def test_errors_say_what_must_hold():
    x, y = np.zeros(3), np.zeros(3)
    with pytest.raises(ValueError, match=r'activation must be one of identity, step, .*; got "rleu"'):
        _engine.activation("rleu", [], x, y, None)
    with pytest.raises(ValueError, match="leaky_relu has 1 parameters; got 2 values"):
        _engine.activation("leaky_relu", [1.0, 2.0], x, y, None)
    with pytest.raises(ValueError, match="slope must have the length of the input, 3; got 2"):
        _engine.activation("tanh", [], x, y, np.zeros(2))
    # Converting silently would write the result to a copy.
    with pytest.raises(TypeError):
        _engine.activation("tanh", [], x, np.zeros(3, np.float32), None)
