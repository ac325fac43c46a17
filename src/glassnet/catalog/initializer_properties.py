"""What an initializer does to signals: the variance of its weights, and what a layer makes of a signal's size.

Let z be a unit's input before the activation f, standard normal over the rows. The next layer's inputs then have the
mean square fan_in · variance · E[f(z)²]: the signal's size is kept where that is 1, so where the variance is
gain² / fan_in with the gain 1 / sqrt(E[f(z)²]) of the activation's own curve. For gradients it is fan_out · variance ·
E[f′(z)²], on the way back.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from glassnet.catalog import symbolic
from glassnet.catalog.properties import plain

if TYPE_CHECKING:
    from glassnet.catalog.activation_entry import Activation
    from glassnet.catalog.initializers import Initializer

# Variance of a weight, of the distribution's number a.
_VARIANCES = {
    "constant": "0",
    "uniform": "({a})**2 / 3",
    "normal": "({a})**2",
    # Rows or columns of length a: the shorter way has all of it.
    "orthogonal": "({a})**2 / max(fan_in, fan_out)",
}
_WIDTH = 256  # of the square layers that the factors are told for


@dataclass(frozen=True)
class InitializerProperties:
    """Properties of an initializer.

    Attributes
    ----------
    draws : str
        The distribution.
    variance_formula : str
        Variance of a weight, in fan_in, fan_out and the parameters.
    signal : mapping of str to float
        For each activation the factor by which a square layer of 256 units changes the signal's mean square.
    gradient : mapping of str to float
        The same for gradients on the way back.
    """

    draws: str
    variance_formula: str
    signal: dict[str, float]
    gradient: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Describe the properties by JSON types."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __repr__(self) -> str:
        factors = ", ".join(f"{name} {plain(factor)}" for name, factor in self.signal.items())
        back = ", ".join(f"{name} {plain(factor)}" for name, factor in self.gradient.items())
        return (
            f"InitializerProperties\n  draws             {self.draws}\n  variance_formula  {self.variance_formula}\n"
            f"  signal            {factors}\n  gradient          {back}"
        )


def variance_formula(initializer: Initializer) -> str:
    """Write the variance of a weight as a formula.

    Examples
    --------
    >>> import glassnet as gn
    >>> variance_formula(gn.initializers.glorot_uniform)
    '2 * gain**2 / (fan_in + fan_out)'
    """
    return _variance_formula(initializer.draws, initializer.formula)


@functools.lru_cache(maxsize=64)
def _variance_formula(draws: str, formula: str) -> str:
    return symbolic.text(symbolic.tidied(symbolic.expression(_VARIANCES[draws].format(a=formula))))


def variance(initializer: Initializer, fan_in: int, fan_out: int, activation: Activation) -> float:
    """Compute the variance of a weight of a layer.

    Examples
    --------
    >>> import glassnet as gn
    >>> variance(gn.initializers.he_normal, 50, 10, gn.activations.relu)
    0.04...
    """
    draws, a = initializer.distribution(fan_in, fan_out, activation)
    return {"constant": 0.0, "uniform": a**2 / 3, "normal": a**2, "orthogonal": a**2 / max(fan_in, fan_out)}[draws]


def signal_factor(initializer: Initializer, activation: Activation, width: int = _WIDTH) -> float:
    """Compute what a square layer makes of the mean square of a signal whose inputs to the activation are normal.

    Examples
    --------
    >>> import glassnet as gn
    >>> round(signal_factor(gn.initializers.he_normal, gn.activations.relu), 12)
    1.0
    """
    kept: float = width * variance(initializer, width, width, activation) * activation.properties.mean_square
    return kept


def size_after(initializer: Initializer, activation: Activation, depth: int, width: int = _WIDTH) -> float:
    """Compute the mean square of a signal after so many square layers, where it starts as 1.

    Every layer's inputs are taken for normal: with many units, sums of independent weights are.

    Examples
    --------
    >>> import glassnet as gn
    >>> round(size_after(gn.initializers.he_normal, gn.activations.relu, 20), 9)
    1.0
    """
    from glassnet.catalog.properties import mean_square_of

    spread, size = width * variance(initializer, width, width, activation), 1.0
    for _layer in range(depth):
        size = spread * mean_square_of(activation, size)
        if not 0 < size < math.inf:
            break
    return size


@functools.lru_cache(maxsize=64)
def properties_of(initializer: Initializer) -> InitializerProperties:
    """Find out what an initializer does to the signals of each activation.

    Examples
    --------
    >>> import glassnet as gn
    >>> found = properties_of(gn.initializers.lecun_normal)
    >>> found.variance_formula, round(found.signal["selu"], 9), round(found.signal["relu"], 9)
    ('1 / fan_in', 1.0, 0.5)
    """
    from glassnet.catalog.activations import ACTIVATIONS

    signal, gradient = {}, {}
    for activation in ACTIVATIONS:
        if not activation.over_axis:
            signal[activation.name] = signal_factor(initializer, activation)
            squared = _WIDTH * variance(initializer, _WIDTH, _WIDTH, activation)
            gradient[activation.name] = squared * activation.properties.mean_squared_slope
    return InitializerProperties(initializer.draws, variance_formula(initializer), signal, gradient)
