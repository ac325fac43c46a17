"""Following an activation's value and slope: the examination that `glassnet.catalog.properties` reports on.

Where a piece of the formula is a constant or a line, that is read off the formula. Elsewhere value and slope are
followed on a dense grid of floats, extremes are closed in on between its points, and limits at infinity are taken from
the formula in many digits. Means over a normal distribution are integrals by Gauss and Legendre's rule on panels that
end at the kinks, right to about 14 digits.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from glassnet.catalog import digits
from glassnet.catalog.pieces import operations, shape_at
from glassnet.catalog.properties import Interval, Kink, Properties, Slope, mean_square_of

if TYPE_CHECKING:
    from glassnet.catalog.activation_entry import Activation

Array = npt.NDArray[np.float64]

# A unit counts as saturated where its slope is below this share of the largest: cpp/engine/activations.hpp.
SATURATED = 0.05
_FAR = (1e10, 1e20, 1e30, 1e40)
_DIGITS = 60
_NORMAL_REACH = 12.0  # beyond it a standard normal has 1e-32 of its mass
_TIED = 1e-12


class Examination:
    """One activation on its grid: values and slopes, and what is made of them."""

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.parameters = dict(activation.parameters)
        self.kinks = tuple(sorted(activation.kinks))
        ends = (-math.inf, *self.kinks, math.inf)
        self.pieces = [
            (low, high, shape_at(activation.formula, self.parameters, _inside(low, high)))
            for low, high in itertools.pairwise(ends)
        ]
        around = [side for kink in self.kinks for side in (np.nextafter(kink, -np.inf), np.nextafter(kink, np.inf))]
        far = np.geomspace(12, 1e4, 120)
        self.x: Array = np.unique(np.concatenate([np.linspace(-12, 12, 4801), far, -far, self.kinks, around]))
        self.value = self._values(self.x)
        self.slope = self._slopes(self.x)

    def _values(self, x: Any) -> Array:
        return np.asarray(self.activation(np.asarray(x, np.float64)), np.float64)

    def _slopes(self, x: Any) -> Array:
        return np.asarray(self.activation.derivative(np.asarray(x, np.float64)), np.float64)

    def result(self) -> Properties:
        """Put together what was found."""
        largest, smallest = self._extreme_slope(1), self._extreme_slope(-1)
        kinks = self._kinks()
        jumps = any(kink.jump for kink in kinks)
        steepest = max(abs(largest.value), abs(smallest.value))
        found = self._range()
        below, above = self._saturation(steepest)
        normal = self._moments()
        stability = self._stability(normal["mean_square"])
        return Properties(
            range=found,
            zero_at_zero=bool(self._values(0.0) == 0),
            symmetry=self._symmetry(),
            monotonic=self._monotonic(largest, smallest, kinks),
            bounded=math.isfinite(found.low) and math.isfinite(found.high),
            convexity=self._convexity(kinks),
            smooth=not kinks,
            kinks=kinks,
            largest_slope=largest,
            smallest_slope=smallest,
            lipschitz=math.inf if jumps else steepest,
            saturates_below=below,
            saturates_above=above,
            zeros=self._zeros(),
            gain_stability=stability,
            self_normalizing=abs(normal["mean"]) < 1e-6
            and abs(normal["mean_square"] - 1) < 1e-6
            and stability < 1 - 1e-6,
            operations=operations(self.activation.formula),
            **normal,
        )

    # ------------------------------------------------------------------------------------------------------- range

    def _range(self) -> Interval:
        low, low_closed = self._end(-1)
        high, high_closed = self._end(1)
        return Interval(low, high, low_closed, high_closed)

    def _end(self, sign: int) -> tuple[float, bool]:
        """Find the largest value (sign 1) or the smallest (sign -1), and whether it is taken somewhere."""
        signed = np.where(np.isfinite(self.value), sign * self.value, -np.inf)
        best = int(signed.argmax())
        inside = self._refined(lambda x: sign * self._values(x), best) if np.isfinite(self.value).all() else -math.inf
        ends = [self._limit(-1), self._limit(1)]
        outside = max((sign * limit for limit, _reached in ends if limit is not None), default=-math.inf)
        if outside < inside and not _same(outside, inside):
            return _nice(sign * inside), True
        reached = any(limit is not None and sign * limit == outside and taken for limit, taken in ends)
        if not reached and math.isfinite(outside):
            # A limit that is also a value somewhere: more than rounding away from where the limit is neared.
            near = (np.abs(self.x) < 3) & (signed >= outside)
            reached = bool(near.any())
        return _nice(sign * outside), reached

    def _limit(self, side: int) -> tuple[float | None, bool]:
        """Limit of the value for x to an infinity, and whether it is taken; None where there is no limit."""
        return _limit(self.activation.formula, tuple(self.parameters.items()), side, self._shape(side))

    def _shape(self, side: int) -> str:
        return self.pieces[0 if side < 0 else -1][2]

    # ------------------------------------------------------------------------------------------------------ slopes

    def _extreme_slope(self, sign: int) -> Slope:
        """Find the largest slope (sign 1) or the smallest (sign -1)."""
        found = [slope for piece in self.pieces for slope in self._slopes_of_piece(*piece, sign)]
        best = max(sign * slope.value for slope in found)
        tied = [slope for slope in found if _same(sign * slope.value, best)]
        there = [slope for slope in tied if slope.reached]
        if not there:
            return Slope(tied[0].value, min(slope.low for slope in tied), max(slope.high for slope in tied), False)
        # Of several places the widest, then the one nearest to 0.
        return max(there, key=lambda slope: (_width(slope.low, slope.high), -min(abs(slope.low), abs(slope.high))))

    def _slopes_of_piece(self, low: float, high: float, shape: str, sign: int) -> list[Slope]:
        if shape != "curve":
            return [Slope(_nice(float(self._slopes(_inside(low, high)))), low, high)]
        found = []
        for end, inwards in ((low, np.inf), (high, -np.inf)):
            limit = self._slope_limit(1 if end > 0 else -1) if math.isinf(end) else None
            if limit is not None:
                found.append(Slope(limit, end, end, reached=False))
            elif math.isfinite(end):
                found.append(Slope(_nice(float(self._slopes(np.nextafter(end, inwards)))), end, end))
        inside = np.flatnonzero((self.x > low) & (self.x < high) & np.isfinite(self.slope))
        top = int(inside[_highest(self.x[inside], sign * self.slope[inside])])
        at = float(self._best(lambda x: sign * self._slopes(x), top, low, high))
        slope = _nice(float(self._slopes(at)))
        # Far out rounding makes a limit of the slope a value: softplus has slope 1 in floats from 37 on.
        if low < at < high and not any(_same(slope, end.value) for end in found) and abs(at) < self.x[-1]:
            found.append(Slope(slope, at, at))
        return found or [Slope(slope, at, at)]

    def _slope_limit(self, side: int) -> float | None:
        """Limit of the slope far out, or None where it has none, as that of a sine."""
        slopes = self._slopes(side * np.array([1e3, 1e4, 1e8, 1e15]))
        slopes = slopes[~np.isnan(slopes)]
        if len(slopes) < 2:
            return None
        before, last = slopes[-2:]
        if np.isinf(last):
            return float(last)
        if abs(last - before) <= 1e-6 * max(abs(last), 1e-3):
            return _nice(float(last), 1e-6)
        growing = bool(np.all(np.diff(np.abs(slopes)) > 0)) and len(set(np.sign(slopes))) == 1
        return math.copysign(math.inf, last) if growing else None

    def _best(self, function: Callable[[Any], Array], index: int, low: float, high: float) -> float:
        """Close in on the largest value of a function around a point of the grid, and prefer a round place."""
        left = max(self.x[max(index - 1, 0)], np.nextafter(low, np.inf))
        right = min(self.x[min(index + 1, len(self.x) - 1)], np.nextafter(high, -np.inf))
        for _zoom in range(7):
            x = np.linspace(left, right, 41)
            best = int(np.nanargmax(function(x)))
            left, right = x[max(best - 1, 0)], x[min(best + 1, 40)]
        at = float(x[best])
        top = float(function(np.float64(at)))
        for places in range(7):
            rounded = round(at, places)
            if low < rounded < high and float(function(np.float64(rounded))) >= top - 1e-15 * abs(top):
                return rounded
        return at

    def _refined(self, function: Callable[[Any], Array], index: int) -> float:
        """Return that largest value itself."""
        return float(function(np.float64(self._best(function, index, -np.inf, np.inf))))

    def _kinks(self) -> tuple[Kink, ...]:
        found = []
        for kink in self.kinks:
            sides = np.array([np.nextafter(kink, -np.inf), np.nextafter(kink, np.inf)])
            (left, right), (before, after) = self._slopes(sides), self._values(sides)
            scale = max(1.0, abs(before), abs(after))
            jump = _nice(float(after - before)) if abs(after - before) > 1e-9 * scale else 0.0
            if jump or abs(left - right) > 1e-9 * max(1.0, abs(left), abs(right)):
                found.append(Kink(kink, _nice(float(left)), _nice(float(right)), jump))
        return tuple(found)

    def _saturation(self, steepest: float) -> tuple[float | None, float | None]:
        if not 0 < steepest < math.inf:
            return None, None
        steep = np.abs(self.slope) >= SATURATED * steepest
        return self._levels_off(steep, -1, steepest), self._levels_off(steep, 1, steepest)

    def _levels_off(self, steep: npt.NDArray[np.bool_], side: int, steepest: float) -> float | None:
        places = np.flatnonzero(steep)
        last = int(places[-1] if side > 0 else places[0])
        if last in (0, len(self.x) - 1) or (self._slope_limit(side) is None):
            return None
        inner, outer = float(self.x[last]), float(self.x[last + side])
        for _half in range(60):
            middle = (inner + outer) / 2
            if abs(float(self._slopes(middle))) >= SATURATED * steepest:
                inner = middle
            else:
                outer = middle
        return _nice(outer)

    # ------------------------------------------------------------------------------------------------------- shape

    def _symmetry(self) -> Literal["odd", "even"] | None:
        mirrored = self._values(-self.x)
        finite = np.isfinite(self.value) & np.isfinite(mirrored)
        scale = 1e-14 * np.maximum(np.abs(self.value), 1e-3)[finite]
        if (np.abs(mirrored + self.value)[finite] <= scale).all():
            return "odd"
        return "even" if (np.abs(mirrored - self.value)[finite] <= scale).all() else None

    def _monotonic(
        self, largest: Slope, smallest: Slope, kinks: tuple[Kink, ...]
    ) -> Literal["increasing", "decreasing"] | None:
        small = 1e-12 * max(abs(largest.value), abs(smallest.value))
        if smallest.value >= -small and all(kink.jump >= 0 for kink in kinks):
            return "increasing"
        return "decreasing" if largest.value <= small and all(kink.jump <= 0 for kink in kinks) else None

    def _convexity(self, kinks: tuple[Kink, ...]) -> Literal["convex", "concave", "line"] | None:
        if any(kink.jump for kink in kinks):
            return None
        change = np.diff(self.slope[np.isfinite(self.slope)])
        small = 1e-12 * max(1.0, float(np.max(np.abs(self.slope[np.abs(self.x) < 12]))))
        rises, falls = bool((change > small).any()), bool((change < -small).any())
        return None if rises and falls else "convex" if rises else "concave" if falls else "line"

    # ------------------------------------------------------------------------------------------- normal distribution

    def _moments(self) -> dict[str, float]:
        z, weight = _panels(self.kinks)
        value, slope = self._values(z), self._slopes(z)
        mean, square = float(weight @ value), float(weight @ value**2)
        squared_slope = float(weight @ slope**2)
        return {
            "mean": _nice(mean),
            "variance": _nice(max(square - mean**2, 0.0)),
            "mean_square": _nice(square),
            "mean_squared_slope": _nice(squared_slope),
            "gain": _nice(1 / math.sqrt(square)) if square else math.inf,
            "slope_gain": _nice(1 / math.sqrt(squared_slope)) if squared_slope else math.inf,
        }

    def _zeros(self) -> float:
        return sum(
            _normal_share(high) - _normal_share(low)
            for low, high, shape in self.pieces
            if shape == "constant" and self._values(_inside(low, high)) == 0
        )

    def _stability(self, mean_square: float) -> float:
        """Differentiate the map from one layer's mean square to the next one's, at 1: a linear layer has 1."""
        if not 0 < mean_square < math.inf:
            return 0.0
        wider, narrower = (mean_square_of(self.activation, 1 + step) for step in (1e-4, -1e-4))
        return _nice((wider - narrower) / 2e-4 / mean_square, 1e-8)


@functools.lru_cache(maxsize=512)
def _limit(formula: str, parameters: tuple[tuple[str, float], ...], side: int, shape: str) -> tuple[float | None, bool]:
    values = [
        digits.computed(formula, {**dict(parameters), "x": side * far}, _DIGITS)
        for far in (_FAR if shape == "curve" else _FAR[:2])
    ]
    if any(value != value for value in values):  # noqa: PLR0124 (nan)
        return None, False
    before, last = values[-2:]
    if shape == "constant":
        return float(last), True
    if abs(last - before) <= 1e-9 * max(1, abs(last)):
        return float(last), False
    sizes = [abs(value) for value in values]
    one_sign = len({value > 0 for value in values}) == 1
    if one_sign and all(a < b for a, b in itertools.pairwise(sizes)):
        return math.copysign(math.inf, float(1 if last > 0 else -1)), False
    return None, False


@functools.lru_cache(maxsize=64)
def _panels(breaks: tuple[float, ...]) -> tuple[Array, Array]:
    """Points and weights of an integral over the standard normal distribution, with panels that end at breaks."""
    points, weights = np.polynomial.legendre.leggauss(16)
    reach = _NORMAL_REACH
    ends = np.unique([*np.linspace(-reach, reach, 49), *(place for place in breaks if -reach < place < reach)])
    half = np.diff(ends)[:, None] / 2
    z = ((ends[:-1] + ends[1:])[:, None] / 2 + half * points).ravel()
    weight = (half * weights).ravel() * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z, weight


def _normal_share(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _inside(low: float, high: float) -> float:
    if math.isinf(low) and math.isinf(high):
        return 0.7
    if math.isinf(low):
        return high - 1 - abs(high)
    return low + 1 + abs(low) if math.isinf(high) else (low + high) / 2


def _highest(x: Array, value: Array) -> int:
    """Find the largest value; of several peaks that the grid cannot tell apart, the one nearest to 0."""
    beside = np.pad(value, 1, constant_values=-np.inf)
    peak = (value >= beside[:-2]) & (value >= beside[2:])
    near = peak & (value >= value.max() - 1e-4 * max(1e-3, abs(float(value.max()))))
    return int(np.where(near, np.abs(x), np.inf).argmin())


def _same(a: float, b: float) -> bool:
    return a == b or (math.isfinite(b) and abs(a - b) <= _TIED * max(1.0, abs(b)))


def _width(low: float, high: float) -> float:
    return 0.0 if low == high else high - low


def _nice(number: float, within: float = 1e-13) -> float:
    """Return the round number that rounding errors alone keep away."""
    if not math.isfinite(number):
        return number
    rounded = round(number, 9)
    return (rounded if abs(number - rounded) <= within * max(1.0, abs(number)) else number) + 0.0


def second_moment(activation: Activation, deviation: float) -> float:
    """Compute E[f(z)²] for a normal z with mean 0 and this standard deviation."""
    z, weight = _panels(tuple(kink / deviation for kink in activation.kinks))
    return _nice(float(weight @ np.asarray(activation(deviation * z)) ** 2))
