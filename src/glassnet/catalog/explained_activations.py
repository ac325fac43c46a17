"""What is said of an activation beside its formula and remarks: the derivative and the properties, in numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from glassnet.catalog.explanation import Line
from glassnet.catalog.properties import plain
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.catalog.activation_entry import Activation
    from glassnet.catalog.properties import Kink, Properties

_FAR = 1e30
_DEPTH = 10  # layers for which the shrinking of gradients is told


def told(activation: Activation) -> tuple[list[Line], dict[str, Any]]:
    """Compose the lines, and the data beside them.

    Examples
    --------
    >>> import glassnet as gn
    >>> lines, _data = told(gn.activations.relu)
    >>> [line.text for line in lines if line.label == "range"]
    ['[0, ∞)']
    """
    if activation.over_axis:
        return _over_axis(activation)
    found = activation.properties
    lines = [
        Line(_("derivative"), activation.derivative_formula),
        Line(_("range"), str(found.range)),
        Line(_("slope"), _slopes(found)),
        Line(_("shape"), _shape(found)),
        *([Line(_("kinks"), "\n".join(map(_kink, found.kinks)))] if found.kinks else []),
        *([Line(_("level"), level)] if (level := _level(activation, found)) else []),
        Line(_("normal input"), _normal(found)),
        *([Line(_("weights"), _weights(activation, found))] if math.isfinite(found.gain) else []),
        Line(_("cost"), _cost(found)),
    ]
    data = {
        "derivative": activation.derivative_formula,
        "derivative_latex": activation.derivative_latex,
        "properties": found.to_json(),
        "initializer": activation.initializer,
    }
    return lines, data


def _over_axis(activation: Activation) -> tuple[list[Line], dict[str, Any]]:
    from glassnet.catalog.axis_properties import properties_of

    found = properties_of(activation)
    rows = [
        _("each output is made of a group of inputs")
        if found.grouped
        else _("each output depends on all inputs along the axis"),
        _("outputs add up to 1") if found.sums_to_one else "",
        _("the order of the inputs is kept") if found.keeps_order else "",
        _("adding a constant to all inputs changes nothing") if found.shift_invariant else "",
    ]
    lines = [
        Line(_("range"), str(found.range)),
        Line(_("shape"), "\n".join(row for row in rows if row)),
        Line(_("slope"), "{} … {}".format(*map(plain, found.own_slope)))
        if found.grouped
        else Line(
            _("slope"),
            _("by its own input {own}, by another {other}").format(
                own=f"{plain(found.own_slope[0])} … {plain(found.own_slope[1])}",
                other=f"{plain(found.other_slope[0])} … {plain(found.other_slope[1])}",
            ),
        ),
    ]
    return lines, {"properties": found.to_json(), "derivative_latex": activation.derivative_latex}


def _kink(kink: Kink) -> str:
    if kink.jump:
        return _("x = {at}: the value jumps by {jump}").format(at=plain(kink.at), jump=plain(kink.jump))
    return _("x = {at}: the slope jumps from {left} to {right}").format(
        at=plain(kink.at), left=plain(kink.left), right=plain(kink.right)
    )


def _slopes(found: Properties) -> str:
    smallest, largest = found.smallest_slope, found.largest_slope
    if smallest.value == largest.value:
        return _("{value} everywhere").format(value=plain(largest.value))
    return _("from {smallest} ({where_smallest}) to {largest} ({where_largest})").format(
        smallest=plain(smallest.value),
        where_smallest=smallest.where,
        largest=plain(largest.value),
        where_largest=largest.where,
    )


def _shape(found: Properties) -> str:
    said = [
        {"increasing": _("never falls"), "decreasing": _("never rises"), None: _("rises and falls")}[found.monotonic],
        {
            "convex": _("convex"),
            "concave": _("concave"),
            "line": _("a straight line"),
            None: _("neither convex nor concave"),
        }[found.convexity],
        _("bounded") if found.bounded else _("unbounded"),
        _("smooth") if found.smooth else _("with kinks"),
        *([{"odd": _("odd"), "even": _("even")}[found.symmetry]] if found.symmetry else []),
        _("0 at 0") if found.zero_at_zero else _("not 0 at 0"),
    ]
    return _(", ").join(said)


def _level(activation: Activation, found: Properties) -> str:
    """Say where the slope is below a twentieth of the largest, or, if it does not vanish there, what it is."""
    below, above = found.saturates_below, found.saturates_above
    if below is not None and above is None and (outside := float(activation.derivative(-_FAR))):
        text = _("below {edge} the slope is {slope}: small, but it does not vanish")
        return text.format(edge=plain(below), slope=plain(outside))
    if above is not None and below is None and (outside := float(activation.derivative(_FAR))):
        text = _("above {edge} the slope is {slope}: small, but it does not vanish")
        return text.format(edge=plain(above), slope=plain(outside))
    if below is not None and above is not None:
        text = _("saturates: below {below} and above {above} the slope is under 5% of the largest")
        return text.format(below=plain(below), above=plain(above))
    if below is not None:
        return _("below {below} the slope is under 5% of the largest").format(below=plain(below))
    if above is not None:
        return _("above {above} the slope is under 5% of the largest").format(above=plain(above))
    return ""


def _normal(found: Properties) -> str:
    """Say what a standard normal input becomes, and what gradients become of it."""
    text = _("mean {mean}, variance {variance}").format(mean=plain(found.mean), variance=plain(found.variance))
    if found.zeros:
        text += _("; exactly 0 in {share}").format(share=f"{found.zeros:.0%}")
    text += _("; mean squared slope {value}").format(value=plain(found.mean_squared_slope))
    if 0 < found.lipschitz < 1:
        shrunk = _("through {depth} layers a gradient shrinks to {share} of its size at most, by the slopes alone")
        text += "\n" + shrunk.format(depth=_DEPTH, share=f"{found.lipschitz**_DEPTH:.1e}")
    return text


def _weights(activation: Activation, found: Properties) -> str:
    from glassnet.catalog.initializer_properties import signal_factor
    from glassnet.catalog.initializers import INITIALIZERS

    text = _("gain {gain}: a variance of {variance} / fan_in keeps the signal").format(
        gain=plain(found.gain), variance=plain(found.gain**2)
    )
    if found.self_normalizing:
        text += "\n" + _("self-normalizing: with 1 / fan_in, mean 0 and variance 1 are a fixed point that attracts")
    elif found.gain_stability > 1 + 1e-6:
        text += "\n" + _("a deviation of 1% grows to {percent}% in the next layer").format(
            percent=plain(found.gain_stability)
        )
    auto = INITIALIZERS[activation.initializer]
    text += "\n" + _('"auto" takes {initializer}: a layer multiplies the mean square by {factor}').format(
        initializer=auto.name, factor=plain(signal_factor(auto, activation))
    )
    return text


def _cost(found: Properties) -> str:
    work = found.operations
    said = []
    if work.arithmetic:
        said.append(
            plural("{n} arithmetic operation", "{n} arithmetic operations", work.arithmetic).format(n=work.arithmetic)
        )
    if work.comparisons:
        said.append(plural("{n} comparison", "{n} comparisons", work.comparisons).format(n=work.comparisons))
    said += [f"{name}()" for name in work.functions]
    return _(", ").join(said) or _("nothing")
