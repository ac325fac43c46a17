"""Every loss, softmax and log-softmax of the engine against the truth, on every instruction set of this machine.

The truth is computed by mpmath in 50 digits, or in NumPy's long double where there are many numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine
from glassnet.catalog import Loss
from tests.oracle import witness

LONG = np.longdouble

sets = pytest.mark.parametrize("instruction_set", _engine.instruction_sets())
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])


@pytest.fixture(autouse=True)
def _best_set_afterwards():
    yield
    _engine.use_instruction_set(_engine.instruction_sets()[0])


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


def _sigmoid(x):
    e = mp.exp(-abs(x))
    return (e if x < 0 else mp.mpf(1)) / (1 + e)


def _softplus(x):
    return max(x, mp.mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def _binary(z, t):
    def term(a: Any, b: Any) -> tuple[Any, Any]:
        return _softplus(a) - a * b, _sigmoid(a) - b

    return _sum([term(a, b) for a, b in zip(z, t, strict=True)])


def _categorical(z, t):
    log_sum = max(z) + mp.log(mp.fsum(mp.exp(a - max(z)) for a in z))
    total = mp.fsum(t)
    loss = mp.fsum(b * (log_sum - a) for a, b in zip(z, t, strict=True) if b)
    return loss, [total * mp.exp(a - log_sum) - b for a, b in zip(z, t, strict=True)]


def _elementwise(term: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[..., Any]:
    return lambda z, t: _sum([term(a, b) for a, b in zip(z, t, strict=True)])


def _log_cosh(a, b):
    d = abs(a - b)
    return d + mp.log1p(mp.expm1(-2 * d) / 2), mp.tanh(a - b)


def _quantile(level: float) -> Callable[..., Any]:
    return lambda a, b: (
        (level * (b - a), mp.mpf(-level)) if a < b else ((1 - mp.mpf(level)) * (a - b), 1 - mp.mpf(level))
    )


def _weighted_binary(weight: float) -> Callable[..., Any]:
    return lambda a, b: (
        weight * b * _softplus(-a) + (1 - b) * _softplus(a),
        (1 - b) * _sigmoid(a) - weight * b * _sigmoid(-a),
    )


def _hinge(a, b):
    return b * max(1 - a, 0) + (1 - b) * max(1 + a, 0), (1 - b) * (a > -1) - b * (a < 1)


def _squared_hinge(a, b):
    low, high = max(1 - a, 0), max(1 + a, 0)
    return b * low**2 + (1 - b) * high**2, 2 * (1 - b) * high - 2 * b * low


def _focal(gamma: float) -> Callable[..., Any]:
    def side(a: Any) -> tuple[Any, Any]:
        power, surprise = _sigmoid(-a) ** gamma, _softplus(-a)
        return power * surprise, -power * (gamma * _sigmoid(a) * surprise + _sigmoid(-a))

    def term(a: Any, b: Any) -> tuple[Any, Any]:
        (one, up), (zero, down) = side(a), side(-a)
        return b * one + (1 - b) * zero, b * up - (1 - b) * down

    return term


def _log_shares(z):
    log_sum = max(z) + mp.log(mp.fsum(mp.exp(a - max(z)) for a in z))
    return [a - log_sum for a in z]


def _divergence(z, t):
    loss, gradient = _categorical(z, t)
    return loss + mp.fsum(b * mp.log(b) for b in t if b), gradient


def _softmax_focal(gamma: float) -> Callable[..., Any]:
    def row(z: Any, t: Any) -> tuple[Any, Any]:
        logs = _log_shares(z)
        shares = [mp.exp(a) for a in logs]
        rests = [mp.fsum(q for j, q in enumerate(shares) if j != i) for i in range(len(z))]
        pulls = [
            b * (w**gamma - (gamma * p * w ** (gamma - 1) * a if w else 0))
            for a, b, p, w in zip(logs, t, shares, rests, strict=True)
        ]
        loss = -mp.fsum(b * w**gamma * a for a, b, w in zip(logs, t, rests, strict=True))
        return loss, [
            p * mp.fsum(h for j, h in enumerate(pulls) if j != i) - pulls[i] * rests[i] for i, p in enumerate(shares)
        ]

    return row


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
    "binary_cross_entropy": ((1.0,), shares, _binary),
    "softmax_cross_entropy": ((), soft, _categorical),
    "mse": ((), normal, _elementwise(lambda a, b: ((a - b) ** 2, 2 * (a - b)))),
    "log_cosh": ((), normal, _elementwise(_log_cosh)),
    "quantile": ((0.8,), normal, _elementwise(_quantile(0.8))),
    "hinge": ((), shares, _elementwise(_hinge)),
    "squared_hinge": ((), shares, _elementwise(_squared_hinge)),
    "focal": ((2.0,), shares, _elementwise(_focal(2.0))),
    "nll": ((), soft, lambda z, t: (-mp.fsum(a * b for a, b in zip(z, t, strict=True)), [-b for b in t])),
    "kl_divergence": ((), soft, _divergence),
    "softmax_focal": ((2.0,), soft, _softmax_focal(2.0)),
}


def derived(loss: Loss) -> tuple[tuple[float, ...], Callable[..., Any], Callable[..., Any]]:
    """For a loss that has no line above: the truth is the catalog's formula."""

    def truth(z: Any, t: Any) -> tuple[Any, Any]:
        row = np.array(z, dtype=object), np.array(t, dtype=object)
        return witness.row_loss(loss, *row), witness.row_gradient(loss, *row)

    domain = loss.domain
    targets = (
        soft if domain.sums_to_one else shares if not domain.of_numbers else positive if domain.low == 0 else normal
    )
    return loss.values, targets, truth


WRITTEN = set(LOSSES)
LOSSES |= {loss.name: derived(loss) for loss in gn.losses if loss.name not in WRITTEN}
OTHER_PARAMETERS = {
    "binary_cross_entropy": ((3.7,), shares, _elementwise(_weighted_binary(3.7))),
    "focal": ((0.6,), shares, _elementwise(_focal(0.6))),
    "softmax_focal": ((0.6,), soft, _softmax_focal(0.6)),
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
    check_truth(name, cols, dtype, LOSSES[name])


@sets
@both_types
@pytest.mark.parametrize("name", OTHER_PARAMETERS)
def test_losses_and_gradients_are_true_with_other_parameters(name, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    check_truth(name, 5, dtype, OTHER_PARAMETERS[name])


def check_truth(name: str, cols: int, dtype: Any, case: Any) -> None:
    parameters, targets, truth = case
    generator = np.random.default_rng(cols)
    raw = (generator.normal(0, 1, (30, cols)) * generator.choice([0.1, 3, 20], (30, 1))).astype(dtype)
    target = targets(generator, raw.shape).astype(dtype)
    value, gradient = computed_loss(name, raw, target, parameters)
    right_value, right_gradient = exact_rows(raw, target, truth)
    # Single terms may be large where their sum is small: near its minimum such a loss is a difference.
    differs = name in ("poisson", "kl_divergence", "nll") or name not in WRITTEN
    size = 1 + abs(target).sum(1) * (1 + abs(raw).max(1)) if differs else 0
    float_path = dtype is np.float32
    # Exponentials of float scores are true to 2^-36, and a focal loss is a product of several.
    relative = (6e-11 if "focal" in name else 2e-11) if float_path else 2e-15
    np.testing.assert_allclose(value, right_value, rtol=relative, atol=relative * np.max(size))
    eps = np.finfo(dtype).eps
    # Prediction and target are each true to an ULP; where they are alike, that is what is left of their difference.
    scale = np.maximum(abs(right_gradient), 1e-4 if float_path else 1.0)
    assert (abs(gradient - right_gradient) <= (0.6 if float_path else 2) * eps * scale).all()
    # Each output alone too, and the second derivative alone.
    curvature, alone = np.empty_like(raw), np.empty_like(raw)
    _engine.loss(name, list(parameters), raw, target, None, alone, curvature)
    np.testing.assert_array_equal(alone, gradient)
    again = np.empty_like(raw)
    _engine.loss(name, list(parameters), raw, target, None, None, again)
    np.testing.assert_array_equal(again, curvature)


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
        "binary_cross_entropy", np.array([[np.inf], [np.inf], [-big]], dtype), np.array([[1], [0], [0]], dtype), (1.0,)
    )
    np.testing.assert_array_equal(value, [0, np.inf, 0])
    np.testing.assert_array_equal(gradient, [[0], [1], [0]])


@sets
@both_types
@pytest.mark.parametrize("name", LOSSES)
def test_scores_beyond_all_bounds_give_limits_and_no_nan(name, dtype, instruction_set):
    """At ±1e30, and at ±inf where nothing else in the row is infinite, as the formula tends to."""
    _engine.use_instruction_set(instruction_set)
    parameters = LOSSES[name][0]
    big = dtype(1e30)
    if name in CLASSES:
        raw = np.array([[big, -big, 0], [-big, big, 0], [0, -np.inf, 1], [-big, -big, -big]], dtype)
        target = np.array([[1, 0, 0], [1, 0, 0], [0.5, 0, 0.5], [0.25, 0.25, 0.5]], dtype)
    else:
        raw = np.array([[big], [-big], [big], [-big], [np.inf], [-np.inf], [np.inf], [-np.inf]], dtype)
        target = np.array([[1], [1], [0], [0], [1], [1], [0], [0]], dtype)
    value, gradient = computed_loss(name, raw, target, parameters)
    curvature = np.empty_like(raw)
    _engine.loss(name, list(parameters), raw, target, None, None, curvature)
    for result in (value, gradient, curvature):
        assert not np.isnan(result).any(), result
    assert (value >= (-np.inf if name == "nll" else 0)).all()


CLASSES = [name for name in LOSSES if _engine.loss_facts(name)[3]]


@sets
@both_types
@pytest.mark.parametrize("name", CLASSES)
def test_codes_are_one_hot_targets_for_every_loss_over_classes(name, dtype, instruction_set):
    _engine.use_instruction_set(instruction_set)
    parameters = LOSSES[name][0]
    generator = np.random.default_rng(6)
    for rows, cols in ((40, 2), (700, 9), (3, 70), (1, 5000)):
        raw = generator.normal(0, 4, (rows, cols)).astype(dtype)
        codes = generator.integers(0, cols, rows)
        codes[rows // 2] = -1 if rows > 1 else codes[0]
        dense = (codes[:, None] == np.arange(cols)).astype(dtype)
        by_codes, by_targets = (computed_loss(name, raw, target, parameters) for target in (codes, dense))
        kept = codes >= 0
        for ours, theirs in zip(by_codes, by_targets, strict=True):
            np.testing.assert_allclose(ours[kept], theirs[kept], rtol=4 * np.finfo(dtype).eps)
            assert not ours[~kept].any()


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


def test_errors_say_what_must_hold():
    raw, codes, value = np.zeros((2, 3)), np.array([0, 3]), np.zeros(2)
    with pytest.raises(ValueError, match=r'loss must be one of squared_error, .*; got "msq"'):
        _engine.loss("msq", [], raw, raw, value, None)
    with pytest.raises(ValueError, match="huber has 1 parameters; got 0"):
        _engine.loss("huber", [], raw, raw, value, None)
    with pytest.raises(
        ValueError, match="squared_error needs a target of the shape of raw; only losses over classes take codes"
    ):
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
