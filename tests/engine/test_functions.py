"""Every activation of the engine against the truth, on every instruction set of this machine.

The truth is computed in NumPy's long double (64 bits of precision where there is such a type) for masses of inputs, and
in 60 digits by mpmath wherever that is not enough, at special inputs, and in a sample. Errors count in ULP of the
truth:
float32 must be within 0.51, float64 within 2, for value and slope, at all inputs: subnormal, infinite and signed
zeros too. Where a slope crosses 0 a bound of 1e-12 (float64: 1e-15) takes the place of the relative one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath as mp
import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine

LONG = np.longdouble
BOUND = {np.float32: 0.51, np.float64: 2.0}
CROSSING = {np.float32: 1e-12, np.float64: 1e-15}
SELU_SCALE, SELU_ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"

sets = pytest.mark.parametrize("instruction_set", _engine.instruction_sets())
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])


@pytest.fixture(autouse=True)
def _best_set_afterwards():
    yield
    _engine.use_instruction_set(_engine.instruction_sets()[0])


# ------------------------------------------------------------------------------------------------------- activations


class Case(NamedTuple):
    """One activation with parameters, and its truth in two precisions: (value, slope) of x."""

    name: str
    parameters: tuple[float, ...]
    many: Callable[..., tuple[Any, Any]] | None  # of an array of long doubles
    exact: Callable[..., tuple[Any, Any]]  # of one mpmath number

    def __str__(self):
        return "-".join([self.name, *map(str, self.parameters)])


def _identity(x):
    return x, np.ones_like(x)


def _relu(x):
    return np.where(x > 0, x, 0), np.where(x > 0, 1, 0)


def _leaky(x, slope):
    return np.where(x > 0, x, slope * x), np.where(x > 0, 1, slope)


def _sigmoid(x):
    e = np.exp(-abs(x))
    return np.where(x < 0, e, 1) / (1 + e), e / (1 + e) ** 2


def _tanh(x):
    m, e = np.expm1(-2 * abs(x)), np.exp(-2 * abs(x))
    return np.copysign(-m / (2 + m), x), 4 * e / (1 + e) ** 2


def _elu(x, alpha):
    low = np.minimum(x, 0)
    return np.where(x > 0, x, alpha * np.expm1(low)), np.where(x > 0, 1, alpha * np.exp(low))


def _selu(x):
    scale, alpha = LONG(SELU_SCALE), LONG(SELU_ALPHA)
    low = np.minimum(x, 0)
    return scale * np.where(x > 0, x, alpha * np.expm1(low)), scale * np.where(x > 0, 1, alpha * np.exp(low))


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x))), _sigmoid(x)[0]


def _silu(x, beta):
    z = np.clip(beta * x, -11000, 11000)
    e = np.exp(-abs(z))
    rising, level = e * (1 + e + z) / (1 + e) ** 2, (1 + e + z * e) / (1 + e) ** 2
    return x * np.where(z < 0, e, 1) / (1 + e), np.where(z < 0, rising, level)


def _exp(x):
    return np.exp(x), np.exp(x)


def _exact_sigmoid(x):
    e = mp.exp(-abs(x))
    return (e if x < 0 else mp.mpf(1)) / (1 + e), e / (1 + e) ** 2


def _exact_tanh(x):
    e = mp.exp(-2 * abs(x))
    return mp.tanh(x), 4 * e / (1 + e) ** 2


def _exact_elu(x, alpha):
    return (x, mp.mpf(1)) if x > 0 else (alpha * mp.expm1(x), alpha * mp.exp(x))


def _exact_selu(x):
    value, slope = _exact_elu(x, mp.mpf(SELU_ALPHA))
    return mp.mpf(SELU_SCALE) * value, mp.mpf(SELU_SCALE) * slope


def _exact_softplus(x):
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x))), _exact_sigmoid(x)[0]


def _exact_silu(x, beta):
    sigmoid, slope = _exact_sigmoid(beta * x)
    return x * sigmoid, sigmoid + beta * x * slope


def _exact_gelu(x):
    if x < -60:
        return mp.mpf(0), mp.mpf(0)
    share = mp.erfc(-x / mp.sqrt(2)) / 2
    return x * share, share + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def _exact_exp(x):
    return (mp.exp(x),) * 2


CASES = [
    Case("identity", (), _identity, lambda x: (x, mp.mpf(1))),
    Case("relu", (), _relu, lambda x: (max(x, mp.mpf(0)), mp.mpf(x > 0))),
    *(
        Case(name, (s,), _leaky, lambda x, slope: (x, mp.mpf(1)) if x > 0 else (slope * x, slope))
        for name, s in (("leaky_relu", 0.01), ("leaky_relu", -0.3), ("prelu", 0.25))
    ),
    Case("sigmoid", (), _sigmoid, _exact_sigmoid),
    Case("tanh", (), _tanh, _exact_tanh),
    *(Case("elu", (alpha,), _elu, _exact_elu) for alpha in (1.0, 1.7)),
    Case("selu", (), _selu, _exact_selu),
    Case("softplus", (), _softplus, _exact_softplus),
    Case("gelu", (), None, _exact_gelu),
    *(Case("silu", (beta,), _silu, _exact_silu) for beta in (1.0, 1.3, -0.7, 1e-3)),
    Case("exp", (), _exp, _exact_exp),
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def computed(case: Case, x: Any) -> tuple[Any, Any]:
    value, slope = np.empty_like(x), np.empty_like(x)
    _engine.activation(case.name, list(case.parameters), x, value, slope)
    return value, slope


def exact(case: Case, x: float) -> tuple[Any, Any]:
    """Return value and slope in 60 digits, as if the largest numbers were not far beyond where anything changes."""
    with mp.workdps(60):
        number = mp.mpf(float(x))
        # Beyond, sigmoids are 0 or 1 in any precision that matters, and exponents get too large to write down.
        if abs(number) > 1e7 and case.name in {"sigmoid", "tanh", "exp"}:
            number = mp.sign(number) * mp.mpf(1e7)
        if number < -1e7 and case.name in {"elu", "selu", "softplus"}:
            number = mp.mpf(-1e7)
        return case.exact(number, *map(mp.mpf, case.parameters))


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


def check(case: Case, x: Any, got: tuple[Any, Any], truth: tuple[Any, Any] | None) -> None:
    """Hold value and slope to the bounds; what long doubles find suspicious is judged by mpmath."""
    dtype = x.dtype.type
    for which, what in enumerate(("value", "slope")):
        errors = np.full(x.shape, np.inf) if truth is None else ulps(got[which], truth[which], dtype)
        for i in np.flatnonzero(~(errors <= (0.505 if dtype is np.float32 else 1.5))):
            right = exact(case, x[i])[which]
            error = exact_ulps(got[which][i], right, dtype)
            if what == "slope" and abs(right) < 0.05 and abs(x[i]) < 2000:
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


@functools.cache
def truth_for_sweep(case: Case) -> tuple[Any, Any] | None:
    if case.many is None:
        return None
    with np.errstate(all="ignore"):
        return case.many(every(4_999, LONG), *map(LONG, case.parameters))


@sets
@each_case
def test_float32_is_within_half_a_ulp_of_the_truth(case, instruction_set):
    _engine.use_instruction_set(instruction_set)
    x = every(4_999, np.float32)
    truth = truth_for_sweep(case)
    got = computed(case, x)
    if truth is None:
        # Where there is no long double to compare with, the double kernel, which the next tests judge, is as good.
        truth = tuple(y.astype(LONG) for y in computed(case, x.astype(np.float64)))
    check(case, x, got, truth)


@sets
@each_case
def test_float64_is_within_two_ulp_of_the_truth(case, instruction_set):
    _engine.use_instruction_set(instruction_set)
    x = inputs(np.float64, 20_000)
    enough = case.many is not None and np.finfo(LONG).nmant > 60
    if enough:
        with np.errstate(all="ignore"):
            check(case, x, computed(case, x), case.many(x.astype(LONG), *map(LONG, case.parameters)))
    sample = x[:: 40 if enough else 15].copy()
    check(case, sample, computed(case, sample), None)


@sets
@both_types
@each_case
def test_special_inputs(case, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    with np.errstate(all="ignore"):
        x = np.array([sign * number for number in SPECIAL for sign in (1, -1)]).astype(dtype)
    x = x[np.isfinite(x)]
    check(case, x, computed(case, x), None)


# (name, parameters): value and slope at inf, at -inf
LIMITS = {
    ("identity", ()): (np.inf, 1, -np.inf, 1),
    ("relu", ()): (np.inf, 1, 0, 0),
    ("leaky_relu", (0.25,)): (np.inf, 1, -np.inf, 0.25),
    ("prelu", (0.25,)): (np.inf, 1, -np.inf, 0.25),
    ("sigmoid", ()): (1, 0, 0, 0),
    ("tanh", ()): (1, 0, -1, 0),
    ("elu", (2.0,)): (np.inf, 1, -2, 0),
    ("selu", ()): (np.inf, 1.0507009873554805, -1.7580993408473768, 0),
    ("softplus", ()): (np.inf, 1, 0, 0),
    ("gelu", ()): (np.inf, 1, 0, 0),
    ("silu", (1.0,)): (np.inf, 1, 0, 0),
    ("silu", (-1.0,)): (0, 0, -np.inf, 1),
    ("silu", (0.0,)): (np.inf, 0.5, -np.inf, 0.5),
    ("exp", ()): (np.inf, np.inf, 0, 0),
}


@sets
@both_types
@pytest.mark.parametrize(("name", "parameters"), LIMITS, ids=str)
def test_infinities_zeros_and_nan(name, parameters, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    case = Case(name, parameters, None, mp.mpf)
    value, slope = computed(case, np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype))
    expected = np.array(LIMITS[name, parameters], np.float64).astype(dtype)
    np.testing.assert_array_equal([value[0], slope[0], value[1], slope[1]], expected)
    assert np.isnan(value[2])
    assert np.isnan(slope[2])
    if value[3] == 0:
        assert not np.signbit(value[3])
        # relu(-0) is 0; the others, odd near 0, keep the sign.
        keeps = name != "relu" and parameters != (-0.3,)
        assert np.signbit(value[4]) == keeps
    assert slope[3] == slope[4]


def test_kinks_have_the_documented_slopes():
    for name, parameters, at_zero in (("relu", (), 0.0), ("leaky_relu", (0.2,), 0.2), ("elu", (3.0,), 3.0)):
        assert computed(Case(name, parameters, None, mp.mpf), np.zeros(1))[1] == at_zero


@sets
def test_slopes_do_not_vanish_before_they_must(instruction_set):
    _engine.use_instruction_set(instruction_set)
    for case, last in (("sigmoid", 103.0), ("tanh", 51.0), ("softplus", -103.0), ("silu", -100.0), ("gelu", -13.0)):
        x = np.linspace(0, last, 1000, dtype=np.float32)
        slope = computed(Case(case, (1.0,) if case == "silu" else (), None, mp.mpf), x)[1]
        assert (slope != 0).all(), case


def test_every_activation_is_tested():
    elementwise = {entry.name for entry in gn.activations if not entry.over_axis}
    assert elementwise <= set(_engine.activation_names())
    assert elementwise == {case.name for case in CASES} == {name for name, _ in LIMITS}


@sets
@both_types
@each_case
def test_any_length_and_in_place(case, dtype, instruction_set):
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
            _engine.activation(case.name, list(case.parameters), buffer[:n], *outputs)
            np.testing.assert_array_equal(buffer[:n], whole[which][:n])
            assert buffer[n] == -7


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
    with pytest.raises(ValueError, match=r'activation must be one of identity, sigmoid, .*, softmax.*; got "rleu"'):
        _engine.activation("rleu", [], x, y, None)
    with pytest.raises(ValueError, match="softmax works over an axis"):
        _engine.activation("softmax", [], x, y, None)
    with pytest.raises(ValueError, match="maxout is a kind of layer"):
        _engine.activation("maxout", [2.0], x, y, None)
    with pytest.raises(ValueError, match="leaky_relu has 1 parameters; got 2 values"):
        _engine.activation("leaky_relu", [1.0, 2.0], x, y, None)
    with pytest.raises(ValueError, match="slope must have the length of the input, 3; got 2"):
        _engine.activation("tanh", [], x, y, np.zeros(2))
    # Converting silently would write the result to a copy.
    with pytest.raises(TypeError):
        _engine.activation("tanh", [], x, np.zeros(3, np.float32), None)
