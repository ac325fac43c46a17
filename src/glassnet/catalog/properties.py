"""What an activation is like: its range, slopes, kinks, saturation, and what it does to normally distributed inputs.

Nothing here is typed in: `glassnet.catalog.curve_examination` finds it out.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.catalog.pieces import Operations

if TYPE_CHECKING:
    from glassnet.catalog.activation_entry import Activation


@dataclass(frozen=True)
class Interval:
    """All numbers between two ends; a closed end belongs to it.

    Examples
    --------
    >>> print(Interval(0.0, 1.0), Interval(0.0, math.inf, low_closed=True))
    (0, 1) [0, ∞)
    """

    low: float
    high: float
    low_closed: bool = False
    high_closed: bool = False

    def __str__(self) -> str:
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{plain(self.low)}, {plain(self.high)}{right}"


@dataclass(frozen=True)
class Slope:
    """An extreme slope, and where it is: between `low` and `high`, or at the one point that both are.

    Attributes
    ----------
    value : float
    low, high : float
        Infinite where the slope only nears the value far out.
    reached : bool
        Whether the slope is there, and not only near.
    """

    value: float
    low: float
    high: float
    reached: bool = True

    def __str__(self) -> str:
        return f"{plain(self.value)} ({self.where})"

    @property
    def where(self) -> str:
        """Where it is, in mathematical notation."""
        if not self.reached:
            return f"x → {plain(self.low)}" if self.low == self.high else "x → ±∞"
        if self.low == self.high:
            return f"x = {plain(self.low)}"
        return span(self.low, self.high)


@dataclass(frozen=True)
class Kink:
    """Where the slope jumps from `left` to `right`, or the value itself by `jump`."""

    at: float
    left: float
    right: float
    jump: float = 0.0

    def __str__(self) -> str:
        if self.jump:
            return f"x = {plain(self.at)}: value {self.jump:+.4g}"
        return f"x = {plain(self.at)}: {plain(self.left)} → {plain(self.right)}"


@dataclass(frozen=True)
class Properties:
    """Properties of an activation at the values of its parameters.

    Attributes
    ----------
    range : Interval
        All values that it takes.
    zero_at_zero : bool
    symmetry : {"odd", "even", None}
        f(-x) = -f(x), or f(-x) = f(x).
    monotonic : {"increasing", "decreasing", None}
        "increasing": never falls.
    bounded : bool
    convexity : {"convex", "concave", "line", None}
    smooth : bool
        Whether the slope has no jump.
    kinks : tuple of Kink
    largest_slope, smallest_slope : Slope
        With their sign.
    lipschitz : float
        The largest |slope|; infinite where there is none or the value jumps.
    saturates_below, saturates_above : float or None
        From here outwards |slope| stays below a twentieth of the largest; None where it does not.
    mean, variance : float
        Of the output, for a standard normal input.
    mean_square, mean_squared_slope : float
        E[f(z)²] and E[f′(z)²] for a standard normal z.
    zeros : float
        The share of outputs that are exactly 0, for a standard normal input.
    gain : float
        1 / sqrt(E[f(z)²]): weights of variance gain² / fan_in keep the mean square of the signal.
    slope_gain : float
        1 / sqrt(E[f′(z)²]): weights of variance slope_gain² / fan_out keep that of the gradient.
    gain_stability : float
        How a deviation of the signal's mean square from 1 goes on to the next layer, with weights of that gain: below 1
        it dies out through depth, above 1 it grows.
    self_normalizing : bool
        Whether with weights of variance 1 / fan_in mean 0 and variance 1 are a fixed point that attracts.
    operations : Operations
        What the formula computes.
    """

    range: Interval
    zero_at_zero: bool
    symmetry: Literal["odd", "even"] | None
    monotonic: Literal["increasing", "decreasing"] | None
    bounded: bool
    convexity: Literal["convex", "concave", "line"] | None
    smooth: bool
    kinks: tuple[Kink, ...]
    largest_slope: Slope
    smallest_slope: Slope
    lipschitz: float
    saturates_below: float | None
    saturates_above: float | None
    mean: float
    variance: float
    mean_square: float
    mean_squared_slope: float
    zeros: float
    gain: float
    slope_gain: float
    gain_stability: float
    self_normalizing: bool
    operations: Operations

    @property
    def saturates(self) -> bool:
        """Whether it levels off on both sides, so that units can saturate."""
        return self.saturates_below is not None and self.saturates_above is not None

    @property
    def zero_centered(self) -> bool:
        """Whether the output's mean is 0 for a standard normal input."""
        return abs(self.mean) < 1e-9  # integrals are right to 1e-14

    def to_json(self) -> dict[str, Any]:
        """Describe the properties by JSON types; infinite numbers become the texts "inf" and "-inf"."""
        found = _jsonable(self)
        return {**found, "saturates": self.saturates, "zero_centered": self.zero_centered}

    def __repr__(self) -> str:
        lines = [f"  {field.name:<18} {_shown(getattr(self, field.name))}" for field in fields(self)]
        return "\n".join(["Properties", *lines])


def plain(number: float) -> str:
    """Write a number in at most four significant digits.

    Examples
    --------
    >>> plain(0.25), plain(1.0), plain(-1 / 3), plain(math.inf), plain(123456.0)
    ('0.25', '1', '-0.3333', '∞', '123456')
    """
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    if number == round(number) and abs(number) < 1e7:
        return str(round(number))
    return f"{number:.4g}"


def span(low: float, high: float) -> str:
    """Write the numbers between two others.

    Examples
    --------
    >>> span(0.0, math.inf), span(-3.0, 3.0)
    ('x > 0', '-3 < x < 3')
    """
    if math.isinf(low) and math.isinf(high):
        return "-∞ < x < ∞"
    if math.isinf(high):
        return f"x > {plain(low)}"
    return f"x < {plain(high)}" if math.isinf(low) else f"{plain(low)} < x < {plain(high)}"


@functools.lru_cache(maxsize=256)
def properties_of(activation: Activation) -> Properties:
    """Derive the properties of an activation that works element by element.

    Examples
    --------
    >>> import glassnet as gn
    >>> found = properties_of(gn.activations.sigmoid)
    >>> print(found.range, found.largest_slope, found.monotonic)
    (0, 1) 0.25 (x = 0) increasing
    """
    from glassnet.catalog.curve_examination import Examination

    with np.errstate(all="ignore"):
        return Examination(activation).result()


def mean_square_of(activation: Activation, size: float) -> float:
    """Compute E[f(z)²] for a normal z with mean 0 and this variance.

    Examples
    --------
    >>> import glassnet as gn
    >>> mean_square_of(gn.activations.relu, 3.0)
    1.5
    """
    from glassnet.catalog.curve_examination import second_moment

    with np.errstate(all="ignore"):
        return second_moment(activation, math.sqrt(size))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _jsonable(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, tuple):
        return [_jsonable(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _jsonable(getattr(value, field.name)) for field in fields(value)}
    return value
