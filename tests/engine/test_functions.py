"""Every activation, loss and softmax of the engine against the truth, on every instruction set of this machine.

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
        Case("leaky_relu", (s,), _leaky, lambda x, slope: (x, mp.mpf(1)) if x > 0 else (slope * x, slope))
        for s in (0.01, -0.3)
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
    elementwise = set(_engine.activation_names()) - {"softmax"}
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


# ----------------------------------------------------------------------------------------------------- softmax, losses


def exact_rows(raw: Any, target: Any, loss: Callable[..., tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return loss and gradient of every row in 50 digits, rounded to long double."""
    values, gradients = [], []
    with mp.workdps(50):
        for z, t in zip(raw, target, strict=True):
            value, gradient = loss([mp.mpf(float(a)) for a in z], [mp.mpf(float(a)) for a in t])
            values.append(float(value))
            gradients.append([float(g) for g in gradient])
    return np.array(values), np.array(gradients)


def _sum(terms: list[tuple[Any, Any]]) -> tuple[Any, list[Any]]:
    return mp.fsum(loss for loss, _ in terms), [gradient for _, gradient in terms]


def _squared(z, t):
    return _sum([((a - b) ** 2 / 2, a - b) for a, b in zip(z, t, strict=True)])


def _absolute(z, t):
    return _sum([(abs(a - b), mp.sign(a - b)) for a, b in zip(z, t, strict=True)])


def _huber(delta: float) -> Callable[..., Any]:
    def term(d: Any) -> tuple[Any, Any]:
        if abs(d) <= delta:
            return d * d / 2, d
        return delta * (abs(d) - mp.mpf(delta) / 2), mp.sign(d) * delta

    return lambda z, t: _sum([term(a - b) for a, b in zip(z, t, strict=True)])


def _poisson(z, t):
    def term(a: Any, b: Any) -> tuple[Any, Any]:
        return (b * (mp.log(b) - a) if b else mp.mpf(0)) - b + mp.exp(a), mp.exp(a) - b

    return _sum([term(a, b) for a, b in zip(z, t, strict=True)])


def _binary(z, t):
    def term(a: Any, b: Any) -> tuple[Any, Any]:
        return _exact_softplus(a)[0] - a * b, _exact_sigmoid(a)[0] - b

    return _sum([term(a, b) for a, b in zip(z, t, strict=True)])


def _categorical(z, t):
    log_sum = max(z) + mp.log(mp.fsum(mp.exp(a - max(z)) for a in z))
    total = mp.fsum(t)
    loss = mp.fsum(b * (log_sum - a) for a, b in zip(z, t, strict=True) if b)
    return loss, [total * mp.exp(a - log_sum) - b for a, b in zip(z, t, strict=True)]


def positive(generator: Any, shape: tuple[int, ...]) -> Any:
    return np.where(generator.random(shape) < 0.2, 0.0, generator.gamma(0.7, 3.0, shape))


def shares(generator: Any, shape: tuple[int, ...]) -> Any:
    return np.clip(generator.uniform(-0.3, 1.3, shape), 0, 1)


def soft(generator: Any, shape: tuple[int, ...]) -> Any:
    weights = generator.gamma(0.3, 1.0, shape) + 1e-9
    return weights / weights.sum(1, keepdims=True)


def normal(generator: Any, shape: tuple[int, ...]) -> Any:
    return generator.normal(0, 3, shape)


LOSSES: dict[str, tuple[tuple[float, ...], Callable[..., Any], Callable[..., Any]]] = {
    "squared_error": ((), normal, _squared),
    "absolute_error": ((), normal, _absolute),
    "huber": ((1.3,), normal, _huber(1.3)),
    "poisson": ((), positive, _poisson),
    "binary_cross_entropy": ((), shares, _binary),
    "softmax_cross_entropy": ((), soft, _categorical),
}


def computed_loss(name: str, raw: Any, target: Any, parameters: tuple[float, ...] = ()) -> tuple[Any, Any]:
    value, gradient = np.empty(len(raw)), np.empty_like(raw)
    _engine.loss(name, list(parameters), raw, target, value, gradient)
    return value, gradient


def test_every_loss_is_tested():
    assert set(_engine.loss_names()) == set(LOSSES)


@sets
@both_types
@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("cols", [1, 3, 8, 17])
def test_losses_and_gradients_are_true(name, cols, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    parameters, targets, truth = LOSSES[name]
    generator = np.random.default_rng(cols)
    raw = (generator.normal(0, 1, (30, cols)) * generator.choice([0.1, 3, 20], (30, 1))).astype(dtype)
    target = targets(generator, raw.shape).astype(dtype)
    value, gradient = computed_loss(name, raw, target, parameters)
    right_value, right_gradient = exact_rows(raw, target, truth)
    # Single terms may be large where their sum is small: near its minimum a Poisson loss is a difference.
    size = 1 + abs(target).sum(1) * (1 + abs(raw).max(1)) if name == "poisson" else 0
    float_path = dtype is np.float32
    relative = 2e-11 if float_path else 2e-15
    np.testing.assert_allclose(value, right_value, rtol=relative, atol=relative * np.max(size))
    eps = np.finfo(dtype).eps
    # Prediction and target are each true to an ULP; where they are alike, that is what is left of their difference.
    scale = np.maximum(abs(right_gradient), 1e-4 if float_path else 1.0)
    assert (abs(gradient - right_gradient) <= (0.6 if float_path else 2) * eps * scale).all()


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_the_losses(name):
    parameters, targets, _ = LOSSES[name]
    generator = np.random.default_rng(11)
    raw = generator.normal(0, 2, (50, 5))
    target = targets(generator, raw.shape)
    gradient = computed_loss(name, raw, target, parameters)[1]
    step = 1e-5
    for column in range(5):
        moved = np.zeros(5)
        moved[column] = step
        up, down = (computed_loss(name, raw + sign * moved, target, parameters)[0] for sign in (1, -1))
        np.testing.assert_allclose((up - down) / (2 * step), gradient[:, column], rtol=1e-6, atol=1e-8)


@sets
@both_types
def test_cross_entropy_of_codes_is_that_of_one_hot_targets(dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    generator = np.random.default_rng(5)
    for cols in (2, 8, 10, 33, 100):
        raw = generator.normal(0, 10, (40, cols)).astype(dtype)
        codes = generator.integers(0, cols, 40)
        dense = np.eye(cols, dtype=dtype)[codes]
        value, gradient = computed_loss("softmax_cross_entropy", raw, codes)
        other_value, other_gradient = computed_loss("softmax_cross_entropy", raw, dense)
        eps = np.finfo(dtype).eps
        np.testing.assert_allclose(value, other_value, rtol=1e-11 if dtype is np.float32 else 1e-15)
        np.testing.assert_allclose(gradient, other_gradient, rtol=eps)
        right_value, right_gradient = exact_rows(raw, dense, _categorical)
        np.testing.assert_allclose(value, right_value, rtol=1e-10 if dtype is np.float32 else 4e-15)
        # Relative: where the right class is nearly certain too, the gradient is not a difference of numbers near 1.
        np.testing.assert_allclose(gradient, right_gradient, rtol=0.6 * eps if dtype is np.float32 else 8 * eps)


@sets
@both_types
def test_ignored_rows_give_exactly_nothing(dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    raw = np.array([[1, 2, 3], [np.nan, np.inf, 1], [4, 5, 6]], dtype)
    value, gradient = computed_loss("softmax_cross_entropy", raw, np.array([0, -1, 2]))
    assert value[1] == 0
    assert (gradient[1] == 0).all()
    assert (value[[0, 2]] > 0).all()


@sets
@both_types
def test_extreme_scores_have_defined_losses(dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    big = dtype(1e30)
    raw = np.array([[big, -big, 0], [-np.inf, 1, 2], [-big, -big, -big], [0, 0, -np.inf]], dtype)
    value, gradient = computed_loss("softmax_cross_entropy", raw, np.array([1, 1, 2, 0]))
    expected = [2 * float(big), np.log1p(np.e), np.log(3), np.log(2)]
    np.testing.assert_allclose(value, expected, rtol=1e-10)
    p = 1 / (1 + np.e)
    right = [[1, -1, 0], [0, p - 1, 1 - p], [1 / 3, 1 / 3, -2 / 3], [-0.5, 0.5, 0]]
    np.testing.assert_allclose(gradient, right, rtol=1e-6 if dtype is np.float32 else 1e-14)
    # A target of 0 on a class that is impossible costs nothing; one above 0 costs all.
    soft_target = np.array([[0, 0.5, 0.5], [0.5, 0.25, 0.25]], dtype)
    value, _ = computed_loss("softmax_cross_entropy", raw[[1, 1]], soft_target)
    assert np.isfinite(value[0])
    assert value[1] == np.inf
    value, gradient = computed_loss(
        "binary_cross_entropy", np.array([[np.inf], [np.inf], [-big]], dtype), np.array([[1], [0], [0]], dtype)
    )
    np.testing.assert_array_equal(value, [0, np.inf, 0])
    np.testing.assert_array_equal(gradient, [[0], [1], [0]])


@sets
@both_types
@pytest.mark.parametrize("log", [False, True], ids=["softmax", "log_softmax"])
def test_softmax_is_true(log, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    generator = np.random.default_rng(3)
    for rows, cols in ((9, 1), (20, 3), (3, 100), (1, 100_000)):
        x = generator.normal(0, 4, (rows, cols)).astype(dtype)
        out = np.empty_like(x)
        _engine.softmax(x, out, log)
        wide = x.astype(LONG)
        shifted = wide - wide.max(1, keepdims=True)
        e = np.exp(shifted)
        others = np.where(np.arange(cols) == x.argmax(1)[:, None], 0, e).sum(1, keepdims=True)
        # log1p, for log(1 + 5e-6) would cost the witness more digits than the kernel loses.
        right = shifted - np.log1p(others) if log else e / e.sum(1, keepdims=True)
        eps = np.finfo(dtype).eps
        # What a double loses is lost in the sum of the row.
        relative = 0.6 * eps if dtype is np.float32 else max(8, np.sqrt(cols)) * eps
        np.testing.assert_allclose(out.astype(LONG), right, rtol=relative, atol=0)
        _engine.softmax(x, x, log)
        np.testing.assert_array_equal(x, out)


@sets
@both_types
def test_softmax_of_extreme_scores(dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    x = np.array([[1e30, -1e30], [-np.inf, 0], [-1e30, -1e30], [-np.inf, -np.inf], [np.nan, 0]], dtype)
    out, log = np.empty_like(x), np.empty_like(x)
    _engine.softmax(x, out, False)
    _engine.softmax(x, log, True)
    np.testing.assert_array_equal(out[:3], [[1, 0], [0, 1], [0.5, 0.5]])
    np.testing.assert_allclose(log[:3], [[0, -2e30], [-np.inf, 0], [-np.log(2), -np.log(2)]], rtol=1e-6)
    assert np.isnan(out[3:]).all()
    assert np.isnan(log[3:]).all()


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
    with pytest.raises(ValueError, match=r'activation must be one of identity, sigmoid, .*, softmax; got "rleu"'):
        _engine.activation("rleu", [], x, y, None)
    with pytest.raises(ValueError, match="softmax works over an axis"):
        _engine.activation("softmax", [], x, y, None)
    with pytest.raises(ValueError, match="leaky_relu has 1 parameters; got 2 values"):
        _engine.activation("leaky_relu", [1.0, 2.0], x, y, None)
    with pytest.raises(ValueError, match="slope must have the length of the input, 3; got 2"):
        _engine.activation("tanh", [], x, y, np.zeros(2))
    # Converting silently would write the result to a copy.
    with pytest.raises(TypeError):
        _engine.activation("tanh", [], x, np.zeros(3, np.float32), None)
    raw, codes, value = np.zeros((2, 3)), np.array([0, 3]), np.zeros(2)
    with pytest.raises(ValueError, match=r'loss must be one of squared_error, .*; got "mse"'):
        _engine.loss("mse", [], raw, raw, value, None)
    with pytest.raises(ValueError, match="huber has 1 parameters; got 0"):
        _engine.loss("huber", [], raw, raw, value, None)
    with pytest.raises(ValueError, match="squared_error needs a target of the shape of raw"):
        _engine.loss("squared_error", [], raw, codes, value, None)
    with pytest.raises(ValueError, match=r"below the number of columns, 3, or negative .*; row 1 has 3"):
        _engine.loss("softmax_cross_entropy", [], raw, codes, value, None)
    with pytest.raises(ValueError, match="codes must have one element a row"):
        _engine.loss("softmax_cross_entropy", [], raw, codes[:1], value, None)
    with pytest.raises(ValueError, match="target must have the shape of raw"):
        _engine.loss("squared_error", [], raw, raw[:1], value, None)
    with pytest.raises(ValueError, match="value must have one element a row of raw, 2; got 1"):
        _engine.loss("squared_error", [], raw, raw, value[:1], None)
    with pytest.raises(ValueError, match=r"gradient must have the shape of raw, \(2, 3\); got \(1, 3\)"):
        _engine.loss("squared_error", [], raw, raw, value, raw[:1])
    with pytest.raises(ValueError, match="raw must have at least one column"):
        _engine.loss("squared_error", [], raw[:, :0].copy(), raw[:, :0].copy(), value, None)
    with pytest.raises(ValueError, match="out must have the shape of x"):
        _engine.softmax(raw, raw[:1].copy(), False)
