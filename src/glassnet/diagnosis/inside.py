"""What the engine's trace tells about the inside of a network, layer by layer.

The engine counts dead and saturated units and the norms of gradients while it trains, so every fit can be looked into.
A unit is dead if it was inactive on every row of the last epoch; it is saturated on a row where its activation's slope
is nearly 0. Layers are counted from 1, the output layer is the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.finding import Finding, Severity
from glassnet.diagnosis.thresholds import (
    DEAD_NOTE,
    DEAD_WARNING,
    SATURATED_NOTE,
    SATURATED_WARNING,
    SPREAD_NOTE,
    SPREAD_WARNING,
)
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.engine import Trace
    from glassnet.network import NetworkSpec


def look_inside(network: NetworkSpec, trace: Trace) -> tuple[Finding, ...]:
    """Look at dead units, saturation and gradients in the last epoch of a training.

    Parameters
    ----------
    network : NetworkSpec
    trace : Trace
        With at least one epoch, of any solver but "lbfgs", whose trace knows losses only.

    Returns
    -------
    tuple of Finding
        Healthy ones too; without hidden layers only the gradients are looked at.
    """
    gradients = _gradients(trace.layers["gradient_norm"][-1])
    if len(network.layers) == 1:
        return (gradients,)
    # At the output, saturation is certainty, and a class that is never predicted is no dead unit.
    saturated = trace.layers["saturated"][-1, :-1]
    return (_dead_units(network, trace), _saturation(saturated), gradients)


def _dead_units(network: NetworkSpec, trace: Trace) -> Finding:
    units = [layer.units for layer in network.layers[:-1]]
    dead = [len(trace.dead_units[layer]) for layer in range(len(units))]
    shares = [part / whole for part, whole in zip(dead, units, strict=True)]
    worst = int(np.argmax(shares))
    if not any(dead):
        text = plural("its one hidden unit is alive", "all {n} hidden units alive", sum(units)).format(n=sum(units))
        return Finding("dead_units", "healthy", 0.0, None, text)
    text = plural(
        "{n} of {units} hidden units is dead, most in layer {layer} ({share} of it)",
        "{n} of {units} hidden units are dead, most in layer {layer} ({share} of it)",
        sum(dead),
    ).format(n=sum(dead), units=sum(units), layer=worst + 1, share=f"{shares[worst]:.0%}")
    return Finding("dead_units", _severity(shares[worst], DEAD_NOTE, DEAD_WARNING), shares[worst], worst + 1, text)


def _saturation(shares: NDArray[np.float64]) -> Finding:
    worst = int(np.argmax(shares))
    share = float(shares[worst])
    severity = _severity(share, SATURATED_NOTE, SATURATED_WARNING)
    if share == 0:
        return Finding("saturation", severity, share, None, _("no saturation"))
    text = _("layer {layer} saturated in {share} of its outputs").format(layer=worst + 1, share=f"{share:.1%}")
    return Finding("saturation", severity, share, worst + 1, text)


def _gradients(norms: NDArray[np.float64]) -> Finding:
    low, high = float(norms.min()), float(norms.max())
    if len(norms) == 1:
        return Finding("gradients", "healthy", 1.0, None, _("gradient {norm}").format(norm=f"{low:.2g}"))
    if high == 0:
        return Finding("gradients", "note", 0.0, None, _("no gradient in any layer"))  # nothing left to learn, or dead
    spread = 1.0 if low == high else high / low if low > 0 else np.inf
    text = _("gradients {low} to {high} across layers").format(low=f"{low:.2g}", high=f"{high:.2g}")
    severity = _severity(spread, SPREAD_NOTE, SPREAD_WARNING)
    return Finding("gradients", severity, spread, None if severity == "healthy" else int(np.argmin(norms)) + 1, text)


def _severity(number: float, note: float, warning: float) -> Severity:
    return "warning" if number > warning else "note" if number > note else "healthy"
