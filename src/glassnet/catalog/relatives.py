"""Which entries are close to one: activations by the distance of their curves, the others by what they share."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.entries import Entry
from glassnet.catalog.formula_names import names
from glassnet.catalog.initializers import INITIALIZERS, Initializer
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.losses import LOSSES
from glassnet.catalog.optimizers import OPTIMIZERS
from glassnet.catalog.schedules import SCHEDULES

MOST = 3
_GRID = np.linspace(-4, 4, 161)
# What optimizers keep from step to step; sharing it makes them a family.
_MEMORY = {"mean", "squares", "velocity", "H"}


def relatives(entry: Entry) -> tuple[tuple[str, float | None], ...]:
    """Return the names of the nearest other entries of the kind, nearest first.

    Returns
    -------
    tuple of (name, distance)
        For activations that work element by element the mean distance of the values on [-4, 4]; else None.

    Examples
    --------
    >>> import glassnet as gn
    >>> [name for name, distance in relatives(gn.optimizers.adamw)][:1]
    ['adam']
    >>> nearest, distance = relatives(gn.activations.leaky_relu)[0]
    >>> nearest, round(distance, 3)
    ('relu', 0.01)
    """
    if isinstance(entry, Activation):
        return _near_curves(entry)
    if isinstance(entry, Initializer):
        own = entry.properties.variance_formula
        return tuple(
            (other.name, None)
            for other in INITIALIZERS
            if other.name != entry.name and other.properties.variance_formula == own
        )[:MOST]
    if isinstance(entry, Loss):
        return tuple((name, None) for name in _near_losses(entry))[:MOST]
    if entry.kind == "optimizer":
        shared = {other.name: len(_memory(entry) & _memory(other)) for other in OPTIMIZERS if other.name != entry.name}
        return tuple((name, None) for name in sorted(shared, key=lambda name: -shared[name]) if shared[name])[:MOST]
    same = [other for other in SCHEDULES if other.name != entry.name and other.changes == SCHEDULES[entry.name].changes]
    return tuple((other.name, None) for other in same)[:MOST]


def _near_losses(entry: Loss) -> list[str]:
    """Losses of the same targets first, then those of the same predictions."""
    near = {
        other.name: (other.domain == entry.domain) + (other.link == entry.link)
        for other in LOSSES
        if other.name != entry.name and other.domain.sums_to_one == entry.domain.sums_to_one
    }
    return sorted((name for name in near if near[name]), key=lambda name: -near[name])


def _memory(optimizer: Entry) -> set[str]:
    found = (names(line.partition(" = ")[2]) for line in optimizer.formula.splitlines())
    return {name for line in found for name in line.free} & _MEMORY


def _near_curves(entry: Activation) -> tuple[tuple[str, float | None], ...]:
    if entry.over_axis:
        others = [other.name for other in ACTIVATIONS if other.over_axis and other.name != entry.name]
        return tuple((name, None) for name in others)[:MOST]
    own = _values(entry)
    distances = {
        other.name: float(np.abs(_values(other) - own).mean())
        for other in ACTIVATIONS
        if not other.over_axis and other.name != entry.name
    }
    return tuple((name, distances[name]) for name in sorted(distances, key=lambda name: distances[name])[:MOST])


@functools.lru_cache(maxsize=256)
def _values(activation: Activation) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.asarray(activation(_GRID), np.float64)
    return found
