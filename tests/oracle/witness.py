"""The witness: catalog formulas evaluated with mpmath, in hundreds of digits, knowing nothing of kernels.

Near its limits a formula may need them all: 1 + exp(-745) is 1 in fewer than 324 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp
import numpy as np

from glassnet.catalog import Activation, Entry, Loss
from glassnet.catalog.formula import evaluate

DIGITS = 360


class Dual:
    """A number and its derivative by x: formulas that are evaluated at one are differentiated on the way, exactly."""

    def __init__(self, value: Any, slope: Any = 0) -> None:
        self.value, self.slope = value, slope

    @staticmethod
    def of(number: Any) -> Dual:
        return number if isinstance(number, Dual) else Dual(number)

    def __add__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pos__(self) -> Dual:
        return self

    def __sub__(self, other: Any) -> Dual:
        return self + -Dual.of(other)

    def __mul__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Any) -> Dual:
        other = Dual.of(other)
        ratio = self.value / other.value
        return Dual(ratio, (self.slope - ratio * other.slope) / other.value)

    def __pow__(self, exponent: Any) -> Dual:
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def __rtruediv__(self, other: Any) -> Dual:
        return Dual(other) / self

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > Dual.of(other).value)

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= Dual.of(other).value)

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < Dual.of(other).value)

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= Dual.of(other).value)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


# Function and derivative, of one number. Another function of the language needs its derivative here only if mpmath's
# numerical one is too slow.
_SMOOTH: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
    "exp": (mp.exp, mp.exp),
    "expm1": (mp.expm1, mp.exp),
    "log": (mp.log, lambda x: 1 / x),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x)),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x))),
    "sin": (mp.sin, mp.cos),
    "cos": (mp.cos, lambda x: -mp.sin(x)),
    "tanh": (mp.tanh, lambda x: 1 / mp.cosh(x) ** 2),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "abs": (mp.fabs, mp.sign),
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x)),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), _sigmoid),
}


def _smooth(name: str) -> Callable[[Any], Any]:
    function, derivative = _SMOOTH[name]

    def of(x: Any) -> Any:
        if not isinstance(x, Dual):
            return function(x)
        slope = mp.diff(function, x.value) if derivative is None else derivative(x.value)
        return Dual(function(x.value), slope * x.slope)

    return of


def _each(function: Callable[..., Any], arguments: int = 1) -> Any:
    """Let a function of numbers work on arrays of them."""
    return np.frompyfunc(function, arguments, 1)


FUNCTIONS: Mapping[str, Any] = {
    **{name: _each(_smooth(name)) for name in _SMOOTH},
    "xlogy": _each(lambda x, y: x * mp.log(y) if x else mp.mpf(0), 2),
    "where": _each(lambda condition, a, b: a if condition else b, 3),
    "min": _each(lambda a, b: min(b, a), 2),
    "max": _each(lambda a, b: max(b, a), 2),
    "sum": np.sum,
    "pi": mp.pi,
}


def exact(values: Any) -> Any:
    """Turn floats into mpmath numbers, exactly."""
    return _each(lambda value: mp.mpf(float(value)))(values)


def value(activation: Activation, x: Any) -> Any:
    """Evaluate an activation's formula at mpmath numbers, one or an array of them."""
    return evaluate(activation.formula, {**FUNCTIONS, **_parameters(activation), "x": x}, number=mp.mpf)


def derivative(activation: Activation, x: Any) -> Any:
    """Differentiate an activation's formula at one number; at a kink, on the side that the entry names."""
    beside = mp.mpf(10) ** -(mp.mp.dps - 20)  # where a kink is no float, it is nearer to that float than any other
    side = next((1 if kink in activation.right_kinks else -1 for kink in activation.kinks if x == kink), 0)
    return Dual.of(value(activation, Dual(x + side * beside, mp.mpf(1)))).slope


def another(entry: Entry, *others: float) -> Any:
    """Return an entry with every parameter at the first of these values (0.3, -0.3, 3) that its rule allows."""
    values = {
        name: next(number for number in (*others, 0.3, -0.3, 3) if parameter.rule.holds(number))
        for name, parameter in entry.declared.items()
    }
    return entry.with_parameters(**values)


def _parameters(entry: Entry) -> dict[str, Any]:
    """Take the parameters as numbers of all digits."""
    return {name: mp.mpf(number) for name, number in entry.exact_parameters.items()}


def row_loss(loss: Loss, raw: Any, target: Any) -> Any:
    """Evaluate a loss's formula for one row of raw scores: link, formula, sum over the outputs."""
    names = {**FUNCTIONS, **_parameters(loss), "p": value(loss.output_activation, raw), "y": target}
    return np.sum(evaluate(loss.formula, names, number=mp.mpf))


def row_gradient(loss: Loss, raw: Any, target: Any) -> list[Any]:
    """Differentiate a loss's formula numerically by each raw score of one row."""
    return _by_each_score(loss, raw, target, 1)


def row_curvature(loss: Loss, raw: Any, target: Any) -> list[Any]:
    """Differentiate a loss's formula twice, numerically, by each raw score of one row."""
    return _by_each_score(loss, raw, target, 2)


def _by_each_score(loss: Loss, raw: Any, target: Any, order: int) -> list[Any]:
    # Where outputs know nothing of each other, the others need not be computed again.
    alone = not loss.domain.sums_to_one and "sum(" not in loss.formula

    def by(column: int) -> Any:
        part = slice(column, column + 1) if alone else slice(None)

        def at(score: Any) -> Any:
            moved = raw.copy()
            moved[column] = score
            return row_loss(loss, moved[part], target[part])

        return mp.diff(at, raw[column], order)

    return [by(column) for column in range(len(raw))]
