"""What is remarkable about an activation's curve within an interval: where it is steepest, flat, zero, or bent.

Everything here is measured on the function itself, so that it holds for a formula that somebody has just typed as well
as for a built-in function. An interval is walked piece by piece between the kinks, and each kink is looked at from both
sides and in its own place, which may belong to either.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.catalog.activation_entry import Activation

Values = npt.NDArray[np.float64]

# Half-widths of intervals that may be shown, the narrowest that shows everything is taken.
HALF_WIDTHS = (4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0)
# Below this share of its largest slope a function is called flat, as in the engine's trace.
FLAT = 0.05
FAR = 1e4
BESIDE = 1e-9  # how near to a kink its sides are looked at: rounding may move it by a little


class Piece(NamedTuple):
    """A stretch of the curve without a kink inside; all arrays have one shape, and x rises."""

    x: Values
    value: Values
    slope: Values


class Kink(NamedTuple):
    """A place where pieces meet: slope and value there, and on both sides."""

    x: float
    slope: float
    value: float
    left_slope: float
    right_slope: float
    left_value: float
    right_value: float

    @property
    def jumps(self) -> bool:
        """Whether the function itself jumps there."""
        return not math.isclose(self.left_value, self.right_value, rel_tol=1e-6, abs_tol=1e-6)

    @property
    def bends(self) -> bool:
        """Whether the derivative jumps there."""
        return not math.isclose(self.left_slope, self.right_slope, rel_tol=1e-6, abs_tol=1e-6)


class Landmarks(NamedTuple):
    """What there is to mark.

    Attributes
    ----------
    steepest : tuple of (x, slope), or None
        The one place inside where the slope is largest in size; None where a whole stretch or the border has it.
    kinks : tuple of Kink
        Places where the derivative or the function jumps.
    zeros : tuple of float
        Where the function crosses 0, or touches it in one place.
    flat : tuple of (low, high)
        Stretches towards the borders where the slope is below 5% of the largest anywhere and goes to 0 beyond; none
        where the slope grows without bound.
    idle : bool
        Whether the slope is exactly 0 on all flat stretches.
    limits : tuple of (float or None, float or None)
        What the function goes to far at the left and far at the right; None where it has no finite limit.
    """

    steepest: tuple[float, float] | None
    kinks: tuple[Kink, ...]
    zeros: tuple[float, ...]
    flat: tuple[tuple[float, float], ...]
    idle: bool
    limits: tuple[float | None, float | None]


def interval_of(activation: Activation) -> tuple[float, float]:
    """Choose an interval around 0 in which the function shows what it does.

    The narrowest at whose borders the slope has come within 1% of what it is farther out, and that has all kinks well
    inside; 4 where there is none, because the function grows ever faster, and two periods where it keeps waving.

    Examples
    --------
    >>> import glassnet as gn
    >>> interval_of(gn.activations.tanh), interval_of(gn.activations.sigmoid)
    ((-4.0, 4.0), (-6.0, 6.0))
    """
    reach = max((abs(kink) for kink in activation.kinks), default=0.0)
    grid = np.linspace(-2 * HALF_WIDTHS[-1], 2 * HALF_WIDTHS[-1], 3201)
    slopes = _finite(activation, grid, slope=True)
    largest = np.nanmax(np.abs(slopes[np.abs(grid) <= HALF_WIDTHS[0]]), initial=0.0)
    for half in HALF_WIDTHS:
        if half < 1.5 * reach or (reach and half < reach + 2):
            continue
        ends = _finite(activation, np.array([-half, half]), slope=True)
        beyond = (slopes[grid <= -half], slopes[grid >= half])
        change = max(float(np.nanmax(np.abs(out - end), initial=0.0)) for out, end in zip(beyond, ends, strict=True))
        if change <= 0.01 * largest:
            return -half, half
    values = _finite(activation, grid, slope=False)
    if np.nanmax(np.abs(values)) <= 2 * np.nanmax(np.abs(values[np.abs(grid) <= HALF_WIDTHS[0]])):
        return -2 * math.pi, 2 * math.pi  # it stays in bounds and never comes to rest: a wave
    if np.nanmax(np.abs(slopes)) <= 1.5 * np.nanmax(np.abs(slopes[np.abs(grid) <= HALF_WIDTHS[-1]])):
        return -HALF_WIDTHS[-1], HALF_WIDTHS[-1]  # it comes to rest somewhere beyond
    half = max(HALF_WIDTHS[0], 1.5 * reach)
    return -half, half


def pieces_of(activation: Activation, low: float, high: float, points: int = 801) -> tuple[Piece, ...]:
    """Sample value and derivative over [low, high], cut at the kinks.

    Parameters
    ----------
    activation : Activation
        Elementwise.
    low, high : float
    points : int, default=801
        Of all pieces together, about.

    Examples
    --------
    >>> import glassnet as gn
    >>> left, right = pieces_of(gn.activations.leaky_relu, -1.0, 1.0, points=4)
    >>> left.slope, right.slope
    (array([0.01, 0.01]), array([1., 1.]))
    """
    declared = [low, *sorted(kink for kink in activation.kinks if low < kink < high), high]
    found = {kink for ends in itertools.pairwise(declared) for kink in _breaks(activation, *ends)}
    cuts = sorted({*declared, *found})
    pieces = []
    for i, (start, end) in enumerate(itertools.pairwise(cuts)):
        n = max(2, round(points * (end - start) / (high - low)))
        x = np.linspace(start, end, n)
        if i:
            x[0] = start + BESIDE * max(1.0, abs(start))
        if i < len(cuts) - 2:
            x[-1] = end - BESIDE * max(1.0, abs(end))
        pieces.append(Piece(x, _finite(activation, x, slope=False), _finite(activation, x, slope=True)))
    return tuple(pieces)


def _breaks(activation: Activation, low: float, high: float) -> list[float]:
    """Find places where the slope jumps, which a formula that somebody typed may have without telling."""
    x = np.linspace(np.nextafter(low, math.inf), np.nextafter(high, -math.inf), 401)
    slope = _finite(activation, x, slope=True)
    height = float(np.nanmax(slope) - np.nanmin(slope)) if np.isfinite(slope).any() else 0.0
    found = []
    for i in np.flatnonzero(np.abs(np.diff(slope)) > 0.03 * height) if height else ():
        ends, jump = x[i : i + 2], abs(slope[i + 1] - slope[i])
        for _ in range(60):
            middle = (ends[0] + ends[1]) / 2
            three = _finite(activation, np.array([ends[0], middle, ends[1]]), slope=True)
            ends = np.array(
                [ends[0], middle] if abs(three[1] - three[0]) >= abs(three[2] - three[1]) else [middle, ends[1]]
            )
        left, right = _finite(activation, ends, slope=True)
        if abs(right - left) > 0.5 * jump:  # where it is only steep, the jump shrinks with the distance
            place = float(ends[1])
            found.append(round(place, 9) if abs(place - round(place, 9)) < 1e-12 else place)
    return found


def landmarks_of(activation: Activation, pieces: tuple[Piece, ...]) -> Landmarks:
    """Find what is remarkable about a curve.

    Parameters
    ----------
    activation : Activation
    pieces : tuple of Piece
        As `pieces_of` gives them.

    Examples
    --------
    >>> import glassnet as gn
    >>> found = landmarks_of(gn.activations.sigmoid, pieces_of(gn.activations.sigmoid, -6, 6))
    >>> found.steepest
    (0.0, 0.25)
    >>> found.limits
    (0.0, 1.0)
    >>> [round(place, 2) for low, high in found.flat for place in (low, high)]
    [-6.0, -4.36, 4.36, 6.0]
    """
    largest = max((float(np.nanmax(np.abs(piece.slope), initial=0.0)) for piece in pieces), default=0.0)
    steepest = _steepest(activation, pieces, largest)
    flat = _flat(activation, pieces, _largest_anywhere(activation, largest if steepest is None else abs(steepest[1])))
    meetings = [_kink(activation, left, right) for left, right in itertools.pairwise(pieces)]
    kinks = tuple(kink for kink in meetings if kink.jumps or kink.bends)
    places = [zero for piece in pieces for zero in _zeros(activation, piece)]
    places += [kink.x for kink in meetings if kink.value == 0]
    zeros = tuple(
        zero
        for zero in sorted(places)
        if not any(low <= zero <= high and _is_zero(activation, low, high, slope=False) for low, high in flat)
    )
    return Landmarks(
        steepest,
        kinks,
        tuple(zero for i, zero in enumerate(zeros) if not i or zero - zeros[i - 1] > 1e-6),
        flat,
        bool(flat) and all(_is_zero(activation, low, high, slope=True) for low, high in flat),
        (_limit(activation, -1), _limit(activation, 1)),
    )


def _finite(activation: Activation, x: Values, *, slope: bool) -> Values:
    """Evaluate in float64; what is not finite becomes NaN, which is not drawn."""
    with np.errstate(all="ignore"):
        result: Any = activation.derivative(x) if slope else activation(x)
    return np.where(np.isfinite(result), result, np.nan)


def _steepest(activation: Activation, pieces: tuple[Piece, ...], largest: float) -> tuple[float, float] | None:
    if largest == 0.0:
        return None
    near = [np.abs(piece.slope) >= largest * (1 - 1e-9) for piece in pieces]
    if sum(int(places.sum()) for places in near) > 2:
        return None  # a stretch of the same slope
    for piece, places in zip(pieces, near, strict=True):
        i = int(np.argmax(places)) if places.any() else 0
        if 0 < i < len(piece.x) - 1:
            x = piece.x[i - 1 : i + 2]
            for _ in range(4):
                fine = np.linspace(x[0], x[-1], 65)
                best = int(np.argmax(np.abs(_finite(activation, fine, slope=True))))
                best = min(max(best, 1), 63)
                x = fine[best - 1 : best + 2]
            place = 0.0 if abs(x[1]) < 1e-6 else float(x[1])
            return place, float(_finite(activation, np.array([place]), slope=True)[0])
    return None


def _kink(activation: Activation, left: Piece, right: Piece) -> Kink:
    x = round(float(left.x[-1] + right.x[0]) / 2, 12)
    here = np.array([x])
    at = (float(_finite(activation, here, slope=slope)[0]) for slope in (True, False))
    sides = (float(v) for v in (left.slope[-1], right.slope[0], left.value[-1], right.value[0]))
    return Kink(float(x), *at, *sides)


def _zeros(activation: Activation, piece: Piece) -> list[float]:
    signs = np.sign(piece.value)
    zero = np.concatenate([[False], signs == 0, [False]])
    alone = zero[1:-1] & ~zero[:-2] & ~zero[2:]
    found = [float(x) for x in piece.x[alone]]
    for i in np.flatnonzero(signs[:-1] * signs[1:] < 0):
        low, high = piece.x[i], piece.x[i + 1]
        for _ in range(60):
            middle = (low + high) / 2
            same = np.sign(_finite(activation, np.array([middle]), slope=False)[0]) == signs[i]
            low, high = (middle, high) if same else (low, middle)
        found.append(float((low + high) / 2))
    return sorted(0.0 if abs(zero) < 1e-9 else zero for zero in found)


def _largest_anywhere(activation: Activation, shown: float) -> float:
    """Return the largest slope far out as well, which may be a little more than what is shown; infinity if it grows."""
    far = np.abs(_finite(activation, np.array([-FAR, FAR]), slope=True))
    return math.inf if np.isnan(far).any() or (far > 2 * shown).any() else max(shown, *map(float, far))


def _flat(activation: Activation, pieces: tuple[Piece, ...], largest: float) -> tuple[tuple[float, float], ...]:
    if largest == 0.0 or math.isinf(largest):
        return ()
    x = np.concatenate([piece.x for piece in pieces])
    low = np.abs(np.concatenate([piece.slope for piece in pieces])) < FLAT * largest
    stretches = []
    if low[0] and _levels_off(activation, -1, largest):
        i = int(np.argmin(low))
        stretches.append((float(x[0]), _border(activation, x[i - 1], x[i], largest)))
    if low[-1] and _levels_off(activation, 1, largest):
        i = len(x) - 1 - int(np.argmin(low[::-1]))
        stretches.append((_border(activation, x[i + 1], x[i], largest), float(x[-1])))
    return tuple(stretches)


def _border(activation: Activation, flat: float, steep: float, largest: float) -> float:
    """Find where the slope leaves the flat part, between a place in it and one that is not."""
    for _ in range(50):
        middle = (flat + steep) / 2
        slope = abs(_finite(activation, np.array([middle]), slope=True)[0])
        flat, steep = (middle, steep) if slope < FLAT * largest else (flat, middle)
    return 0.0 if abs(flat) < 1e-9 else float(flat)


def _levels_off(activation: Activation, side: int, largest: float) -> bool:
    ends = _finite(activation, side * np.array([FAR / 10, FAR]), slope=True)
    return bool(np.all(np.abs(ends) < 1e-3 * largest))


def _limit(activation: Activation, side: int) -> float | None:
    near, far = _finite(activation, side * np.array([FAR / 10, FAR]), slope=False)
    return float(far) if math.isclose(near, far, rel_tol=1e-3, abs_tol=1e-3) else None


def _is_zero(activation: Activation, low: float, high: float, *, slope: bool) -> bool:
    return bool(np.all(_finite(activation, np.linspace(low, high, 33)[1:-1], slope=slope) == 0))
