"""Trees of formulas in long doubles, differentiated forward, each number with a bound on the machine's error.

Written apart from the engine and from `glassnet.catalog.formula_exact`. A quantity q that the machine computes is known
here as its true value (to long double) and a bound e, so that the machine's lies in [q - e, q + e]:

    sums        e_a + e_b + u |a + b|
    products    |a| e_b + |b| e_a + e_a e_b + u |a b|
    functions   the larger distance of f(a - e), f(a + e) from f(a), and u |f(a)|

where u is what one operation may be off by: 4 units of double's rounding, or 2^-35 for the arithmetic that floats get.
Derivatives are sums over paths of products. The machine multiplies and adds them in another order, so their rounding is
bounded by the sum of the paths' sizes, which is carried along as `size`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from glassnet.catalog.formula_terms import CONSTANTS, Term

Long = NDArray[Any]  # of np.longdouble
Bits = NDArray[np.bool_]

NAMES = ("x", "a", "b")
# Beyond these, doubles overflow or become subnormal on the way.
_FLOAT = 2.0**-40
_LARGEST, _SMALLEST = 1e150, 1e-150


@dataclass
class Bounded:
    """Value and derivatives by x, a and b, their bounds, and where something is decided at all."""

    value: Long
    error: Long
    slopes: list[Long]
    slope_errors: list[Long]
    sizes: list[Long]
    decided: Bits


def evaluated(term: Term, values: Mapping[str, NDArray[Any]], *, double: bool) -> Bounded:
    """Evaluate a tree of the language at arrays of x, a and b."""
    return _Evaluation({key: value.astype(np.longdouble) for key, value in values.items()}, double).of(term)


def _scalar(function: Callable[[Any], Any]) -> Callable[[Long], Long]:
    return lambda u: function(u.astype(np.float64)).astype(np.longdouble)  # SciPy has doubles only


_ROOT_PI = np.sqrt(np.longdouble(CONSTANTS["pi"]))


def _sigmoid(u: Long) -> Long:
    e = np.exp(-np.abs(u))
    return np.where(u < 0, e, 1) / (1 + e)


def _normal(u: Long) -> Long:
    return _scalar(special.ndtr)(u)


def _density(u: Long) -> Long:
    return np.exp(-u * u / 2) / (_ROOT_PI * np.sqrt(np.longdouble(2)))


def _silu_slope(u: Long) -> Long:
    return _sigmoid(u) * (1 + u * _sigmoid(-u))


# name -> value, slope
_FUNCTIONS: dict[str, tuple[Callable[[Long], Long], Callable[[Long], Long]]] = {
    "exp": (np.exp, np.exp),
    "expm1": (np.expm1, np.exp),
    "log": (np.log, lambda u: 1 / u),
    "log1p": (np.log1p, lambda u: 1 / (1 + u)),
    "sqrt": (np.sqrt, lambda u: 1 / (2 * np.sqrt(u))),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda u: -np.sin(u)),
    "atan": (np.arctan, lambda u: 1 / (1 + u * u)),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "tanh": (np.tanh, lambda u: 4 * _sigmoid(2 * u) * _sigmoid(-2 * u)),
    "erf": (_scalar(special.erf), lambda u: 2 / _ROOT_PI * np.exp(-u * u)),
    "erfc": (_scalar(special.erfc), lambda u: -2 / _ROOT_PI * np.exp(-u * u)),
    "sigmoid": (_sigmoid, lambda u: _sigmoid(u) * _sigmoid(-u)),
    "softplus": (lambda u: np.maximum(u, 0) + np.log1p(np.exp(-np.abs(u))), _sigmoid),
    "silu": (lambda u: u * _sigmoid(u), _silu_slope),
    "gelu": (lambda u: u * _normal(u), lambda u: _normal(u) + u * _density(u)),
}


class _Evaluation:
    def __init__(self, values: Mapping[str, Long], double: bool) -> None:
        self.values = values
        self.unit = np.longdouble(2.0**-50 if double else 2.0**-35)
        self.shape = next(iter(values.values())).shape

    def constant(self, value: Any) -> Bounded:
        at = np.broadcast_to(np.longdouble(value), self.shape)
        zeros = [np.zeros(self.shape, np.longdouble) for _ in NAMES]
        return Bounded(at, abs(at) * self.unit, zeros, zeros, zeros, np.ones(self.shape, bool))

    def of(self, term: Term) -> Bounded:
        result = self.computed(term)
        numbers = [result.value, *result.slopes]
        in_range = np.all([np.isfinite(n) & (abs(n) < _LARGEST) for n in (*numbers, *result.sizes)], axis=0)
        normal = np.all([(n == 0) | (abs(n) > _SMALLEST) for n in numbers], axis=0)
        errors = np.all([np.isfinite(e) for e in (result.error, *result.slope_errors)], axis=0)
        result.decided = result.decided & in_range & normal & errors
        return result

    def computed(self, term: Term) -> Bounded:
        if term.head == "number":
            return self.constant(np.longdouble(term.data))
        if term.head == "name":
            result = self.constant(0)
            one, zero = np.ones(self.shape, np.longdouble), np.zeros(self.shape, np.longdouble)
            slopes = [one if name == term.data else zero for name in NAMES]
            return Bounded(self.values[term.data], zero, slopes, [zero] * 3, slopes, result.decided)
        parts = [self.of(part) for part in term.parts]
        match term.head:
            case "neg":
                (a,) = parts
                return Bounded(-a.value, a.error, [-s for s in a.slopes], a.slope_errors, a.sizes, a.decided)
            case "+" | "-":
                return self.total(parts[0], parts[1], 1 if term.head == "+" else -1)
            case "*":
                return self.product(*parts)
            case "/":
                return self.product(parts[0], self.chain(parts[1], lambda u: 1 / u, lambda u: -1 / (u * u), pole=0))
            case "**":
                return self.power(term, *parts)
            case "min" | "max" | "<" | "<=" | ">" | ">=":
                return self.comparison(term.head, *parts)
            case "where":
                condition, a, b = parts
                return self.chosen(condition.value != 0, a, b, condition.decided)
            case "abs" | "sign" | "floor" | "relu":
                return self.pieces(term.head, parts[0])
        return self.chain(parts[0], *_FUNCTIONS[term.head], pole={"log": 0, "sqrt": 0, "log1p": -1}.get(term.head))

    def total(self, a: Bounded, b: Bounded, sign: int) -> Bounded:
        value = a.value + sign * b.value
        sizes = [s + t for s, t in zip(a.sizes, b.sizes, strict=True)]
        slopes = [s + sign * t for s, t in zip(a.slopes, b.slopes, strict=True)]
        errors = [e + f + self.unit * size for e, f, size in zip(a.slope_errors, b.slope_errors, sizes, strict=True)]
        return Bounded(value, a.error + b.error + self.unit * abs(value), slopes, errors, sizes, a.decided & b.decided)

    def product(self, a: Bounded, b: Bounded) -> Bounded:
        value = a.value * b.value
        error = abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error + self.unit * abs(value)
        left = self.scaled(a, b.value, b.error)
        right = self.scaled(b, a.value, a.error)
        slopes = [s + t for s, t in zip(left[0], right[0], strict=True)]
        sizes = [s + t for s, t in zip(left[2], right[2], strict=True)]
        errors = [e + f + self.unit * z for e, f, z in zip(left[1], right[1], sizes, strict=True)]
        return Bounded(value, error, slopes, errors, sizes, a.decided & b.decided)

    def scaled(self, a: Bounded, factor: Long, error: Long) -> tuple[list[Long], list[Long], list[Long]]:
        """The slopes of a times a factor with an error: slopes, errors, sizes."""
        slopes = [s * factor for s in a.slopes]
        sizes = [z * abs(factor) for z in a.sizes]
        errors = [
            z * error + abs(factor) * e + error * e + self.unit * z * abs(factor)
            for z, e in zip(a.sizes, a.slope_errors, strict=True)
        ]
        return slopes, errors, sizes

    def chain(
        self, a: Bounded, f: Callable[[Long], Long], slope: Callable[[Long], Long], pole: float | None = None
    ) -> Bounded:
        """A function of a; where a may lie on the other side of the pole nothing is decided."""
        decided = a.decided if pole is None else a.decided & (abs(a.value - pole) > 4 * a.error)
        if pole is not None and f is not _FUNCTIONS["log"][0]:
            decided = decided & (a.value != pole)
        value, at = f(a.value), slope(a.value)
        error = self.moved(a, f, value) + self.unit * abs(value)
        # The slope of a long double at a rounded argument may itself lose digits that its value shows: 1 - u.
        slope_error = self.moved(a, slope, at) + 4 * self.unit * abs(at)
        if f in (_FUNCTIONS["erf"][0], _FUNCTIONS["erfc"][0]):  # whose slope is exp of a rounded square
            slope_error = slope_error + self.unit * a.value**2 * abs(at)
        if f in (_FUNCTIONS["silu"][0], _FUNCTIONS["gelu"][0]):
            # What activations.hpp promises where the slope crosses 0; kernels for floats end where floats do.
            slope_error = slope_error + (1e-15 if self.unit < _FLOAT else 1e-12)
            error = error + (0.0 if self.unit < _FLOAT else 1e-46)
        slopes, errors, sizes = self.scaled(a, at, slope_error)
        return Bounded(value, error, slopes, errors, sizes, decided & ~np.isnan(value))

    @staticmethod
    def moved(a: Bounded, f: Callable[[Long], Long], value: Long) -> Long:
        """How far f can be from its value where a is off by its error: asked at five places of the interval."""
        if f in (np.sin, np.cos, _FUNCTIONS["cos"][1]):  # which turn around any number of times, and are never steep
            return np.minimum(a.error, 2)
        far = [abs(f(a.value + share * a.error) - value) for share in (-1, -0.5, 0.5, 1)]
        # What turns around between these places moves less than twice that; what a minute error moves is in the slope.
        return 2 * np.maximum.reduce(far)

    def power(self, term: Term, a: Bounded, b: Bounded) -> Bounded:
        if term.parts[1].head == "number":
            n = np.longdouble(term.parts[1].data)
            whole = n == np.floor(n)
            result = self.chain(a, lambda u: u**n, lambda u: n * u ** (n - 1), None if whole and n >= 1 else 0)
            # By up to four multiplications.
            result.error = result.error + 4 * self.unit * abs(result.value)
            result.slope_errors = [
                e + 8 * self.unit * z for e, z in zip(result.slope_errors, result.sizes, strict=True)
            ]
            return result
        # exp(b log a), with what pow does not lose.
        log = self.chain(a, np.log, lambda u: 1 / u, pole=0)
        return self.chain(self.product(b, log), np.exp, np.exp)

    def comparison(self, head: str, a: Bounded, b: Bounded) -> Bounded:
        clear = a.decided & b.decided & (abs(a.value - b.value) > a.error + b.error)
        holds = {"<": a.value < b.value, "<=": a.value <= b.value, ">": a.value > b.value, ">=": a.value >= b.value}
        if head in holds:
            result = self.constant(0)
            return Bounded(
                holds[head].astype(np.longdouble), result.error, result.slopes, result.slopes, result.slopes, clear
            )
        return self.chosen((a.value < b.value) == (head == "min"), a, b, clear)

    def chosen(self, first: Bits, a: Bounded, b: Bounded, clear: Bits) -> Bounded:
        def pick(p: Long, q: Long) -> Long:
            return np.where(first, p, q)

        def picks(p: list[Long], q: list[Long]) -> list[Long]:
            return [pick(s, t) for s, t in zip(p, q, strict=True)]

        return Bounded(
            pick(a.value, b.value),
            pick(a.error, b.error),
            picks(a.slopes, b.slopes),
            picks(a.slope_errors, b.slope_errors),
            picks(a.sizes, b.sizes),
            clear & np.where(first, a.decided, b.decided),
        )

    def pieces(self, head: str, a: Bounded) -> Bounded:
        zero = self.constant(0)
        if head == "floor":
            low = np.floor(a.value)
            clear = a.decided & (a.value - low > a.error) & (low + 1 - a.value > a.error)
            return Bounded(low, abs(low) * 0, zero.slopes, zero.slopes, zero.slopes, clear)
        clear = a.decided & (abs(a.value) > a.error)
        if head == "sign":
            return Bounded(np.sign(a.value), zero.error, zero.slopes, zero.slopes, zero.slopes, clear)
        minus = Bounded(-a.value, a.error, [-s for s in a.slopes], a.slope_errors, a.sizes, a.decided)
        return self.chosen(a.value > 0, a, minus if head == "abs" else zero, clear)
