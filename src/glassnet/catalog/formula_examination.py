"""A formula is examined before it is used: over [-1e4, 1e4], as the engine computes it, in float32 and in float64.

Refused, with the place and the reason: a value or derivative that is not finite, a jump, a derivative that is 0
wherever there is one, a value that does not depend on the variable, and results that many digits do not confirm.
Accepted with a note: kinks, steep parts, and tails where float32 overflows or digits cancel without harm.

Borders between pieces (of comparisons, min, max, abs, floor, of the catalog's kinks inside) and poles (where a divisor
changes its sign) are found to the last bit: every part that switches is evaluated on the grid, and where it changes,
halving goes on down to two neighboring floats.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula_exact import exact, expanded
from glassnet.catalog.formula_program import Pairs, compiled
from glassnet.catalog.formula_terms import COMPARISONS, Term, number, text, walk
from glassnet.catalog.kernels import engine
from glassnet.errors.formulas import FormulaError

Array = npt.NDArray[np.float64]

REACH = 1e4
_DISAGREE = 1e-5
# Below these, relative to 1 + |x|, an error is that of digits cancelled in the type's arithmetic: told, not refused.
_HARMLESS = {np.dtype(np.float32): 1e-9, np.dtype(np.float64): 1e-12}
_STEEP = 100.0
_NEAR = 10.0  # where standardized inputs are: steepness further out is not told
_SURE = 100  # digits from which on a 0 is believed
_IRRELEVANT = 1e-60  # what is smaller may need more digits than these
_JUMP = 1e-6
_SINGULAR = 1e6  # a slope at a border, in slopes nearby: that of a root, whose slope there is infinite
_MOST_BORDERS = 64
# A unit counts as saturated where its slope is below this share of the largest.
_SATURATED = 0.05


class Note(NamedTuple):
    """Something that people should know about a formula that is accepted."""

    kind: str
    at: float
    size: float


@dataclass(frozen=True)
class Examination:
    """What was found.

    Attributes
    ----------
    kinks : tuple of float
        Where the derivative jumps.
    notes : tuple of Note
    saturation : float
        As the engine takes it: a twentieth of the largest slope where the function levels off on both sides, else 0.
    """

    kinks: tuple[float, ...]
    notes: tuple[Note, ...]
    saturation: float


@functools.cache
def grid() -> Array:
    """Where formulas are examined: 0, both signs of 1e-30 to 1e4, dense around 0."""
    sizes = np.concatenate([10.0 ** np.arange(-30, -4), np.geomspace(1e-4, REACH, 2049)])
    near = np.linspace(-20, 20, 4001)
    points: Array = np.unique(np.concatenate([-sizes, [0.0], sizes, near, np.linspace(-REACH, REACH, 2001)]))
    # Floats of 32 bits, so that both types see the same.
    return np.unique(points.astype(np.float32).astype(np.float64))


@functools.lru_cache(maxsize=128)
def examined(formula: str, term: Term, stable: Term, parameters: Pairs, variable: str = "x") -> Examination:
    """Examine a function of one variable.

    Parameters
    ----------
    formula : str
        For messages.
    term, stable : Term
        As it was typed, and rewritten.
    parameters : tuple of pairs of name and value
    variable : str, default="x"

    Raises
    ------
    FormulaError
        If the function cannot be used, with the place and the reason.
    """
    study = _Study(formula, stable, parameters, variable)
    study.check_finite()
    borders = study.borders()
    study.check_jumps(borders)
    study.check_slope()
    study.check_digits(expanded(stable), term, borders)
    return Examination(study.kinks(borders), tuple(study.notes), study.saturation())


class _Study:
    def __init__(self, formula: str, stable: Term, parameters: Pairs, variable: str) -> None:
        self.formula = formula
        self.stable = stable
        self.parameters = parameters
        self.variable = variable
        self.notes: list[Note] = []
        self.grid = grid()
        self.value, self.slope = self.both(stable, self.grid)

    def both(self, term: Term, x: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Value and slope of a part of the formula, in x's type."""
        program = compiled(term, (self.variable,), self.parameters, ())
        value, slope = np.empty_like(x), np.empty_like(x)
        engine().formula(program, [], [x], value, slope, [])
        return value, slope

    # --- finite ---

    def check_finite(self) -> None:
        for result, is_slope in ((self.value, False), (self.slope, True)):
            broken = np.flatnonzero(~np.isfinite(result))
            if broken.size:
                at = broken[np.argmin(np.abs(self.grid[broken]))]
                x = float(self.grid[at])
                found = "value" if not is_slope else "slope"
                raise FormulaError.not_finite(self.formula, self.variable, x, found, self.reason(x))
        single = self.grid.astype(np.float32)
        value, slope = self.both(self.stable, single)
        broken = np.flatnonzero(~(np.isfinite(value) & np.isfinite(slope)))
        if broken.size:
            self.notes.append(Note("overflow", float(np.abs(self.grid[broken]).min()), math.nan))

    def reason(self, x: float) -> tuple[str, str]:
        """The innermost part that is not finite although its own parts are: its text, and what is wrong."""
        point = np.array([x])
        values: dict[Term, float] = {}
        for part in reversed(list(walk(self.stable))):
            if part not in values:
                values[part] = float(self.both(part, point)[0][0])
        for part in reversed(list(walk(self.stable))):
            if part.parts and not math.isfinite(values[part]) and all(math.isfinite(values[p]) for p in part.parts):
                return text(part), _complaint(part, [values[p] for p in part.parts])
        for part in reversed(list(walk(self.stable))):
            if part.parts and not math.isfinite(float(self.both(part, point)[1][0])):
                return text(part), "slope"
        return text(self.stable), "overflow"

    # --- borders ---

    def borders(self) -> list[tuple[float, float]]:
        """Pairs of neighboring floats between which the formula changes its piece."""
        found: set[tuple[float, float]] = set()
        for switch in dict.fromkeys(_switches(self.stable)):
            found.update(itertools.islice(self.changes(switch), _MOST_BORDERS))
        return sorted(found)

    def changes(self, switch: Term) -> Iterator[tuple[float, float]]:
        states = self.both(switch, self.grid)[0]
        places = np.flatnonzero(states[1:] != states[:-1])[:_MOST_BORDERS]
        low, high = _ordered(self.grid[places]), _ordered(self.grid[places + 1])
        first = states[places]
        while np.any(high - low > 1):
            # Half of each alone: their sum could overflow.
            middle = low // 2 + high // 2 + (low % 2 + high % 2) // 2
            same = self.both(switch, _unordered(middle))[0] == first
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        for left, right in zip(_unordered(low), _unordered(high), strict=True):
            yield float(left), float(right)

    def sides(self, borders: list[tuple[float, float]]) -> tuple[Array, Array, Array, Array]:
        left, right = np.array(borders).reshape(-1, 2).T
        return *self.both(self.stable, np.ascontiguousarray(left)), *self.both(self.stable, np.ascontiguousarray(right))

    def nearby(self, left: float, right: float) -> tuple[Array, Array]:
        """Sizes of values and slopes a little to the left and to the right of a border."""
        away = 1e-2 * (1 + abs(left))
        values, slopes = self.both(self.stable, np.array([left - away, right + away]))
        return np.abs(values), np.abs(slopes)

    def pole(self, x: float) -> tuple[str, str]:
        """The innermost quotient that is huge: its text, and that it divides by 0."""
        for part in reversed(list(walk(self.stable))):
            if part.head in ("/", "**") and abs(float(self.both(part, np.array([x]))[0][0])) > _SINGULAR:
                return text(part), "division by 0"
        return text(self.stable), "overflow"

    def check_jumps(self, borders: list[tuple[float, float]]) -> None:
        value, slope, value_after, slope_after = self.sides(borders)
        for i, (left, right) in enumerate(borders):
            for result in (value[i], value_after[i], slope[i], slope_after[i]):
                if not math.isfinite(result):
                    x = left if result in (value[i], slope[i]) else right
                    raise FormulaError.not_finite(self.formula, self.variable, x, "slope", self.reason(x))
            values, nearby = self.nearby(left, right)
            if max(abs(value[i]), abs(value_after[i])) > _SINGULAR * max(1.0, *values):
                at = _plain(left, right)
                raise FormulaError.not_finite(self.formula, self.variable, at, "value", self.pole(left))
            if max(abs(slope[i]), abs(slope_after[i])) > _SINGULAR * max(1.0, *nearby):
                reason = text(self.stable), "slope"
                raise FormulaError.not_finite(self.formula, self.variable, _plain(left, right), "slope", reason)
            gap = abs(value_after[i] - value[i])
            by_slope = (abs(slope[i]) + abs(slope_after[i])) * (right - left)
            if gap > 2 * by_slope + _JUMP * max(abs(value[i]), abs(value_after[i])) + 1e-300:
                raise FormulaError.jump(
                    self.formula, self.variable, _plain(left, right), float(value[i]), float(value_after[i])
                )

    def kinks(self, borders: list[tuple[float, float]]) -> tuple[float, ...]:
        _, slope, _, slope_after = self.sides(borders)
        found: dict[float, float] = {}
        for (left, right), a, b in zip(borders, slope, slope_after, strict=True):
            # A slope of 1e-85 beside one of 0 is no kink where slopes nearby are ordinary numbers.
            if abs(a - b) > _JUMP * max(abs(a), abs(b), *self.nearby(left, right)[1]):
                at = _plain(left, right)
                found[at] = found.get(at, 0.0) + float(b - a)
        self.notes.extend(Note("kink", at, size) for at, size in found.items())
        return tuple(found)

    # --- slope ---

    def check_slope(self) -> None:
        if not np.any(self.slope):
            if np.all(self.value == self.value[0]):
                raise FormulaError.constant(self.formula, self.variable, float(self.value[0]))
            raise FormulaError.flat(self.formula, self.variable)
        slopes = np.where(np.abs(self.grid) <= _NEAR, np.abs(self.slope), 0)
        if slopes.max() > _STEEP:
            among = np.flatnonzero(slopes > 0.999 * slopes.max())
            steepest = among[np.argmin(np.abs(self.grid[among]))]
            self.notes.append(Note("steep", float(self.grid[steepest]), float(self.slope[steepest])))

    def saturation(self) -> float:
        slopes = np.abs(self.slope)
        level = _SATURATED * float(slopes.max())
        # By a hundredth of its range at most over the last decade, on either side: a logarithm does not level off.
        decade = int(np.searchsorted(self.grid, -REACH / 10))
        last = max(abs(self.value[0] - self.value[decade]), abs(self.value[-1] - self.value[-1 - decade]))
        levels_off = max(slopes[0], slopes[-1]) < level and last < float(np.ptp(self.value)) / 100
        return level if levels_off else 0.0

    # --- digits ---

    def check_digits(self, wanted: Term, typed: Term, borders: list[tuple[float, float]]) -> None:
        points = self.samples(borders)
        value, slope = self.both(self.stable, points)
        value32, slope32 = self.both(self.stable, points.astype(np.float32))
        values = dict(self.parameters)
        worst: dict[str, tuple[float, float]] = {}
        for i, x in enumerate(points):
            at = {**values, self.variable: float(x)}
            true = exact(wanted, at, self.variable, _SURE)
            if i % 8 == 0:  # the text itself, not what rewriting made of it
                true = exact(expanded(typed), at, self.variable, _SURE)
            for dtype, results in ((np.float64, (value, slope)), (np.float32, (value32, slope32))):
                for result, truth, what in zip(results, true, ("value", "slope"), strict=True):
                    self.compare(float(x), float(result[i]), truth, what, np.dtype(dtype), worst)
        for x, error in worst.values():
            self.notes.append(Note("cancels", x, error))

    def compare(
        self,
        x: float,
        result: float,
        truth: Any,
        what: str,
        dtype: np.dtype[Any],
        worst: dict[str, tuple[float, float]],
    ) -> None:
        smallest = float(np.finfo(dtype).tiny)
        if not math.isfinite(result):
            return  # an overflow of float32, which has its note
        if truth != truth:  # noqa: PLR0124 (mpmath's nan)
            raise FormulaError.disagrees(self.formula, self.variable, x, result, "nan", what)
        error = abs(truth - result)
        if max(abs(truth), abs(result)) < _IRRELEVANT:
            return
        if error <= _DISAGREE * abs(truth) or error <= smallest:
            return
        if error <= _HARMLESS[dtype] * (1 + abs(x)):
            relative = float(error / abs(truth)) if truth else math.inf
            if what not in worst or relative > worst[what][1]:
                worst[what] = (x, relative)
            return
        import mpmath

        raise FormulaError.disagrees(self.formula, self.variable, x, result, mpmath.nstr(truth, 6), what)

    def samples(self, borders: list[tuple[float, float]]) -> Array:
        sizes = np.geomspace(1e-6, REACH, 16)
        scattered = np.random.default_rng(0).uniform(-10, 10, 12)
        points = np.concatenate([-sizes, [0.0], sizes, scattered]).astype(np.float32).astype(np.float64)
        edges = {edge for border in borders for edge in border}
        near = [
            edge + side * max(abs(edge), 1.0) * 1e-3 for edge in itertools.islice(sorted(edges), 8) for side in (-1, 1)
        ]
        near = np.asarray(near, np.float32).astype(np.float64).tolist()
        points = np.unique(np.concatenate([points, near]))
        # Not closer to a border than float32 can tell.
        if edges:
            distance = np.abs(points[:, None] - np.array(sorted(edges))[None, :]).min(axis=1)
            points = points[distance > 1e-6 * (1e-3 + np.abs(points))]
        return points


def _switches(term: Term) -> Iterator[Term]:
    """Parts whose value is constant in pieces, one for each way in which the formula changes its piece."""
    for part in walk(term):
        if part.head in COMPARISONS:
            yield part
        elif part.head in ("min", "max"):
            yield Term(">", part.parts)
            yield Term(">=", part.parts)
        elif part.head in ("abs", "sign"):
            yield Term(">", (part.parts[0], number("0")))
            yield Term(">=", (part.parts[0], number("0")))
        elif part.head == "floor":
            yield part
        elif part.head == "/":
            yield from (Term(">", (zero, number("0"))) for zero in _vanishing(part.parts[1]))
        elif part.head == "**":
            yield from (Term(">", (zero, number("0"))) for zero in _vanishing(part.parts[0]))
        elif part.head in ACTIVATIONS.names:
            for kink in ACTIVATIONS[part.head].kinks:
                edge = number(kink) if kink >= 0 else Term("neg", (number(-kink),))
                yield Term("<=", (part.parts[0], edge))
                yield Term("<", (part.parts[0], edge))


def _vanishing(divisor: Term) -> Iterator[Term]:
    """Parts that change their sign where a divisor is 0, although it may be a square."""
    yield divisor
    if divisor.head == "*":
        for factor in divisor.parts:
            yield from _vanishing(factor)
    elif divisor.head in ("**", "sqrt", "neg"):
        yield from _vanishing(divisor.parts[0])


def _complaint(part: Term, values: list[float]) -> str:
    """What is wrong with a part whose own parts are finite; a key of FormulaError's reasons."""
    match part.head:
        case "log" | "log1p":
            argument = values[0] + (part.head == "log1p")
            return "log of 0" if argument == 0 else "log of a negative number"
        case "sqrt":
            return "root of a negative number"
        case "/" if values[1] == 0:
            return "division by 0"
        case "**":
            if values[0] < 0 and values[1] != math.floor(values[1]):
                return "root of a negative number"
            if values[0] == 0:
                return "division by 0"
    return "overflow"


def _ordered(x: Array) -> npt.NDArray[np.int64]:
    """Whole numbers in the order of the floats, so that neighbors differ by 1."""
    bits = np.ascontiguousarray(x).view(np.int64)
    return np.where(bits >= 0, bits, np.int64(-(2**63)) - bits)


def _unordered(order: npt.NDArray[np.int64]) -> Array:
    bits = np.where(order >= 0, order, np.int64(-(2**63)) - order)
    return np.ascontiguousarray(bits).view(np.float64)


def _plain(left: float, right: float) -> float:
    """The one of two neighboring floats that is written more shortly; a shorter number next to both; never -0."""
    shortest = min((left, right), key=lambda x: (len(repr(x)), x > 0))
    rounded = float(f"{shortest:.12g}")
    return (rounded if abs(rounded - shortest) <= 4 * math.ulp(shortest) else shortest) + 0.0
