"""The elementwise activations and their slopes, written from their definitions for whole arrays of any float type.

Nothing here is shared with the engine or the catalog: other formulas where there are any, functions of NumPy, SciPy.
What is a float64 here judges float32 kernels; what is a long double judges float64 kernels, where there is such a type.
An activation that has no line here is judged by its formula in mpmath alone, which takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import special

SELU_SCALE, SELU_ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"
PI = "3.14159265358979323846264338327950288"

Pair = tuple[Any, Any]
GELU_TANH_CUBE, GELU_TANH_RATE = "0.044715", "1.595769121605730711759784239737527473903"  # the latter sqrt(8 / pi)


def _where(x: Any, right: Any, left: Any) -> Any:
    return np.where(x > 0, right, left)


# Numbers of twice the digits: unevaluated sums of two, the second below the last place of the first (Dekker 1971).


def _two(text: str, number: Any) -> Pair:
    """Read a decimal number."""
    high = number(text)
    return high, number(float(Fraction(text) - Fraction(*high.as_integer_ratio())))


def _plus(a: Any, b: Pair) -> Pair:
    """Add a number of the usual digits."""
    total = a + b[0]
    moved = total - a
    return total, (a - (total - moved)) + (b[0] - moved) + b[1]


def _product(a: Any, b: Any) -> Pair:
    """Multiply numbers of the usual digits, exactly: halves of their digits have exact products."""
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    product = a * b
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


def _times(a: Pair, b: Pair) -> Pair:
    high, low = _product(a[0], b[0])
    return high, low + (a[0] * b[1] + a[1] * b[0])


def _halves(a: Any) -> Pair:
    digits = np.finfo(np.result_type(a)).nmant + 1
    spread = a * (2.0 ** ((digits + 1) // 2) + 1)
    high = spread - (spread - a)
    return high, a - high


def _hard_sigmoid(x: Any, slope: Any, offset: Any) -> Pair:
    number = x.dtype.type
    if slope == number(1 / 6):
        inside = abs(x) < 3
        return np.where(inside, (x + 3) / number(6), x > 0), np.where(inside, 1 / number(6), 0)
    value = slope * x + offset
    return np.clip(value, 0, 1), np.where((value > 0) & (value < 1), slope, 0)


def _hard_swish(x: Any) -> Pair:
    inside = abs(x) < 3
    return np.where(inside, x * (x + 3) / 6, _where(x, x, 0)), np.where(inside, (2 * x + 3) / 6, x > 0)


def _sigmoid(x: Any) -> Pair:
    e = np.exp(-abs(x))
    return np.where(x < 0, e, 1) / (1 + e), e / (1 + e) ** 2


def _tanh(x: Any) -> Pair:
    e = np.exp(-2 * abs(x))
    return np.tanh(x), 4 * e / (1 + e) ** 2


def _elu(x: Any, alpha: Any) -> Pair:
    low = np.minimum(x, 0)
    return _where(x, x, alpha * np.expm1(low)), _where(x, 1, alpha * np.exp(low))


def _celu(x: Any, alpha: Any) -> Pair:
    low = np.minimum(x, 0) / alpha
    return _where(x, x, alpha * np.expm1(low)), np.exp(low)


def _selu(x: Any) -> Pair:
    scale = x.dtype.type(SELU_SCALE)
    value, slope = _elu(x, x.dtype.type(SELU_ALPHA))
    return scale * value, scale * slope


def _softplus(x: Any) -> Pair:
    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x))), _sigmoid(x)[0]


def _log_sigmoid(x: Any) -> Pair:
    value, slope = _softplus(-x)
    return -value, slope


def _gelu(x: Any) -> Pair:
    share = special.erfc(-x / np.sqrt(2)) / 2
    return x * share, share + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


def _gelu_tanh(x: Any) -> Pair:
    # x sigmoid(z). Where the exponent z is in the hundreds, its last place is hundreds of last places of the result; so
    # z = c x (1 + a x²) is a sum of two numbers, of which exp takes the first, and the second comes after it.
    number = x.dtype.type
    bounded = np.clip(x, -60, 60)  # beyond, the gate is 0 or 1
    u = _times(_two(GELU_TANH_CUBE, number), _product(bounded, bounded))
    linear = _times(_two(GELU_TANH_RATE, number), (bounded, 0))
    z, rise = _times(linear, _plus(1, u)), _times(linear, _plus(1, _times((number(3), 0), u)))  # rise = x dz/dx
    sign = np.where(x < 0, -1, 1)
    e = np.exp(-sign * z[0]) * (1 - sign * z[1])
    share = np.where(x < 0, e, 1) / (1 + e)
    # (1 + e + x dz/dx) times e on the left, (1 + e (1 + x dz/dx)) on the right: both over (1 + e)².
    level = _plus(1, rise)
    numerator = np.where(x < 0, e * (level[0] + (e + level[1])), 1 + e * (level[0] + level[1]))
    return x * share, numerator / (1 + e) ** 2


def _silu(x: Any, beta: Any) -> Pair:
    z = np.clip(beta * x, -11000, 11000)
    e = np.exp(-abs(z))
    rising, level = e * (1 + e + z) / (1 + e) ** 2, (1 + e + z * e) / (1 + e) ** 2
    return x * np.where(z < 0, e, 1) / (1 + e), np.where(z < 0, rising, level)


def _mish(x: Any) -> Pair:
    bounded = np.clip(x, -11000, 300)
    softplus = np.log1p(np.exp(bounded))
    gate = np.tanh(softplus)
    return np.where(x > 300, x, bounded * gate), gate + bounded * _sigmoid(bounded)[0] / np.cosh(softplus) ** 2


def _gaussian(x: Any) -> Pair:
    # The square in two parts, so that it has all its digits.
    x = np.clip(x, -150, 150)
    high = x.astype(np.float32).astype(x.dtype)
    low = x - high
    value = np.exp(-high * high) * np.exp(-low * (2 * high + low))
    return value, -2 * x * value


TRUTH: dict[str, Callable[..., Pair]] = {
    "identity": lambda x: (x, np.ones_like(x)),
    "step": lambda x: (np.heaviside(x, 1), np.zeros_like(x)),
    "relu": lambda x: (np.maximum(x, 0), _where(x, 1, 0)),
    "relu6": lambda x: (np.clip(x, 0, 6), np.where((x > 0) & (x < 6), 1, 0)),
    "squared_relu": lambda x: (np.maximum(x, 0) ** 2, 2 * np.maximum(x, 0)),
    "thresholded_relu": lambda x, threshold: (np.where(x > threshold, x, 0), np.where(x > threshold, 1, 0)),
    "leaky_relu": lambda x, slope: (_where(x, x, slope * x), _where(x, 1, slope)),
    "prelu": lambda x, slope: (_where(x, x, slope * x), _where(x, 1, slope)),
    "hard_tanh": lambda x, low, high: (np.clip(x, low, high), np.where((x > low) & (x < high), 1, 0)),
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": _hard_swish,
    "softsign": lambda x: (x / (1 + abs(x)), (1 / (1 + abs(x))) ** 2),
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "elu": _elu,
    "celu": _celu,
    "selu": _selu,
    "softplus": _softplus,
    "log_sigmoid": _log_sigmoid,
    "exp": lambda x: (np.exp(x), np.exp(x)),
    "gaussian": _gaussian,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "mish": _mish,
    "sine": lambda x: (np.sin(x), np.cos(x)),
}
# SciPy has no long double.
NO_LONG_DOUBLE = {"gelu"}


def truth(name: str, x: Any, parameters: Sequence[Any] = ()) -> Pair | None:
    """Return value and slope of an activation at x, in x's own type; None where nothing here has its precision.

    Parameters are numbers or arrays that broadcast with x.
    """
    number = x.dtype.type
    enough = number is np.float64 or (np.finfo(number).nmant > 60 and name not in NO_LONG_DOUBLE)
    if name not in TRUTH or not enough:
        return None
    with np.errstate(all="ignore"):
        return TRUTH[name](x, *(np.asarray(given, number)[()] for given in parameters))
