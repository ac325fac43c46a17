"""What an activation over an axis is like: softmax and its relatives, whose every output depends on a whole row."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.catalog.kernels import Floats
from glassnet.catalog.properties import Interval

if TYPE_CHECKING:
    from glassnet.catalog.activation_entry import Activation

_CLASSES = 12  # a number with many divisors, for functions of groups of inputs
_SEED = 20


@dataclass(frozen=True)
class AxisProperties:
    """Properties of an activation over an axis, found on many rows of scores.

    Attributes
    ----------
    range : Interval
    grouped : bool
        Whether an output is made of a group of inputs, so that there are fewer outputs.
    sums_to_one : bool
    keeps_order : bool
        Whether a larger input never has a smaller output.
    shift_invariant : bool
        Whether adding a number to all inputs of a row changes nothing.
    own_slope, other_slope : tuple of (low, high)
        Derivatives of an output by its own input, and by another one.
    """

    range: Interval
    grouped: bool
    sums_to_one: bool
    keeps_order: bool
    shift_invariant: bool
    own_slope: tuple[float, float]
    other_slope: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Describe the properties by JSON types; infinite numbers become texts."""
        ends = {name: getattr(self.range, name) for name in ("low", "high", "low_closed", "high_closed")}
        return {
            "range": {
                name: str(end) if isinstance(end, float) and math.isinf(end) else end for name, end in ends.items()
            },
            "grouped": self.grouped,
            "sums_to_one": self.sums_to_one,
            "keeps_order": self.keeps_order,
            "shift_invariant": self.shift_invariant,
            "own_slope": list(self.own_slope),
            "other_slope": list(self.other_slope),
        }


@functools.lru_cache(maxsize=32)
def properties_of(activation: Activation) -> AxisProperties:
    """Find out what an activation over an axis is like.

    Examples
    --------
    >>> import glassnet as gn
    >>> found = properties_of(gn.activations.softmax)
    >>> str(found.range), found.own_slope, found.other_slope
    ('(0, 1)', (0.0, 0.25), (-0.25, 0.0))
    """
    rng = np.random.default_rng(_SEED)
    mild = np.concatenate([rng.normal(size=(500, _CLASSES)), np.zeros((1, _CLASSES))])
    # Pairs that are alike, with the others far below, are where a softmax is steepest.
    pairs = np.full((61, _CLASSES), -90.0)
    pairs[:, 0], pairs[:, 1] = np.linspace(-6, 6, 61), 0.0
    far = np.zeros((4, _CLASSES))
    far[:2, 0] = 1e4, -1e4
    far[2:] = [[1e4], [-1e4]]
    wide = np.concatenate([mild, 40 * mild, pairs, far])
    value, inner = activation(wide), activation(mild)
    low, high = (_end(value, sign) for sign in (-1, 1))
    slopes = activation.jacobian(wide)
    closed = {"low_closed": bool((inner == low).any()), "high_closed": bool((inner == high).any())}
    if value.shape != wide.shape:  # of groups of inputs: no output is that of one input
        return AxisProperties(Interval(low, high, **closed), True, False, False, False, *[_between(slopes)] * 2)
    order = np.argsort(mild, axis=1)
    own = np.eye(_CLASSES, dtype=bool)
    return AxisProperties(
        range=Interval(low, high, **closed),
        grouped=False,
        sums_to_one=bool(np.allclose(value.sum(axis=1), 1, atol=1e-12)),
        keeps_order=bool((np.diff(np.take_along_axis(inner, order, axis=1), axis=1) >= 0).all()),
        shift_invariant=bool(np.allclose(activation(mild + 3.7), inner, atol=1e-12)),
        own_slope=_between(slopes[:, own]),
        other_slope=_between(slopes[:, ~own]),
    )


def jacobian_latex(activation: Activation) -> str:
    r"""Write the derivative of output i by input j in LaTeX, in which p stands for the softmax of the inputs.

    Where the formula is F(x, S) with S = sum(u(x)), that is dF/dx delta_ij + dF/dS u'(x_j).

    Returns
    -------
    str
        Empty where the formula has no such sum of exponentials.

    Examples
    --------
    >>> import glassnet as gn
    >>> print(jacobian_latex(gn.activations.softmax))
    p_{i} \left(\delta_{ij} - p_{j}\right)
    """
    import sympy as sp

    from glassnet.catalog import symbolic

    try:
        value = symbolic.expression(activation.formula)
    except ValueError:
        return ""
    sums = [found for found in value.atoms(sp.Function) if found.func.__name__ == "sum"]
    if len(sums) != 1:
        return ""
    x, total, p_i, p_j = sp.Symbol("x", real=True), sp.Symbol("S"), sp.Symbol("p_i"), sp.Symbol("p_j")
    inner, outside = sums[0].args[0], value.subs(sums[0], total)
    own = outside.diff(x).subs(sp.exp(x), p_i * total)
    other = (outside.diff(total).subs(sp.exp(x), p_i * total) * inner.diff(x).subs(sp.exp(x), p_j * total)) / own
    if {own, other} & {sp.nan} or (own.free_symbols | other.free_symbols) - {p_i, p_j}:
        return ""
    factor = "" if own == 1 else sp.latex(own) + " "
    bracket = rf"\delta_{{ij}} - {sp.latex(-other)}"
    return rf"{factor}\left({bracket}\right)" if factor else bracket


def _end(value: Floats, sign: int) -> float:
    extreme = float(sign * (sign * value).max())
    return sign * math.inf if abs(extreme) > 1e3 else extreme + 0.0


def _between(slopes: Floats) -> tuple[float, float]:
    return round(float(slopes.min()), 12) + 0.0, round(float(slopes.max()), 12) + 0.0
