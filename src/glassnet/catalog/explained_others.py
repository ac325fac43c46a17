"""What is said of losses, initializers, optimizers and schedules beside their formulas and remarks."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from glassnet.catalog.explanation import Line
from glassnet.catalog.gradients import by_raw_score
from glassnet.catalog.properties import plain
from glassnet.texts import _
from glassnet.views import view

if TYPE_CHECKING:
    from glassnet.catalog.initializers import Initializer
    from glassnet.catalog.loss_entry import Loss
    from glassnet.catalog.optimizers import Optimizer
    from glassnet.catalog.schedules import Schedule

_DEPTH = 20
_KEPT = 0.02  # so near to 1 a layer is said to keep the size
_EXAMPLES = ("relu", "tanh", "sigmoid")
_SHOWN = (0.0, 0.25, 0.5, 0.75, 1.0)


def told_of_loss(loss: Loss) -> tuple[list[Line], dict[str, Any]]:
    """Compose what is said of a loss.

    Examples
    --------
    >>> import glassnet as gn
    >>> lines, data = told_of_loss(gn.losses.huber)
    >>> data["properties"]["gradient_bound"]
    1.0
    """
    found = loss.properties
    shape = [
        _("convex in the raw score") if found.convex else _("not convex in the raw score"),
        _("gradient without jumps") if found.smooth else _("gradient with jumps"),
        _("gradient at most {bound}").format(bound=plain(found.gradient_bound))
        if math.isfinite(found.gradient_bound)
        else _("gradient without bound"),
    ]
    if math.isfinite(found.curvature_bound):
        shape.append(_("second derivative at most {bound}").format(bound=plain(found.curvature_bound)))
    if found.floor_depends_on_target:
        shape.append(_("least value {floor}, which not every target allows").format(floor=plain(found.floor)))
    else:
        shape.append(_("least value {floor}").format(floor=plain(found.floor)))
    by_score = loss.gradient_formula
    said = by_score
    if by_score and loss.parameters:
        domain = loss.domain
        short = by_raw_score(
            loss.formula, loss.output_activation.formula, sums_to_one=domain.sums_to_one, values=loss.parameters
        )
        if short and len(short) < len(by_score) / 2:
            values = ", ".join(f"{name} = {value:g}" for name, value in loss.parameters)
            said = f"{by_score}\n{short}  ({values})"
    lines = [
        Line(_("prediction"), _("p = {link}(z) of the raw score z").format(link=loss.link)),
        Line(_("by p"), loss.derivative_formula),
        *([Line(_("by z"), said)] if said else []),
        Line(_("targets"), _(found.targets)),
        Line(_("shape"), _(", ").join(shape)),
    ]
    data = {
        "derivative": loss.derivative_formula,
        "gradient": by_score,
        "properties": found.to_json(),
    }
    return lines, data


def told_of_initializer(initializer: Initializer) -> tuple[list[Line], dict[str, Any]]:
    """Compose what is said of an initializer.

    Examples
    --------
    >>> import glassnet as gn
    >>> lines, data = told_of_initializer(gn.initializers.he_normal)
    >>> data["properties"]["variance_formula"]
    '2 / fan_in'
    """
    from glassnet.catalog.activations import ACTIVATIONS

    found = initializer.properties
    draws = {
        "constant": _("every weight is the formula's number"),
        "uniform": _("uniform between minus and plus the formula's number"),
        "normal": _("normal with mean 0; the formula gives the standard deviation"),
        "orthogonal": _("orthonormal rows or columns, times the formula's number"),
    }[found.draws]
    chosen = [a.name for a in ACTIVATIONS if not a.over_axis and a.initializer == initializer.name]
    lines = [
        Line(_("draws"), draws),
        Line(_("variance"), found.variance_formula),
        *([Line(_("signal"), _signal(initializer))] if any(found.signal.values()) else []),
        *([Line(_("auto"), _("chosen for {names}").format(names=", ".join(chosen)))] if chosen else []),
    ]
    return lines, {"properties": found.to_json(), "auto_for": chosen}


def _signal(initializer: Initializer) -> str:
    """Say which activations keep their signal with these weights, and what becomes of others."""
    from glassnet.catalog.activations import ACTIVATIONS
    from glassnet.catalog.initializer_properties import size_after

    factors = initializer.properties.signal
    kept = [name for name, factor in factors.items() if abs(factor - 1) < _KEPT]
    rows = []
    if kept:
        rows.append(_("a layer keeps the mean square of {names}").format(names=", ".join(kept)))
    for name in _EXAMPLES:
        if name in factors and name not in kept:
            row = _("{name}: a mean square of 1 becomes {one} after one layer, {many} after {depth}")
            many = size_after(initializer, ACTIVATIONS[name], _DEPTH)
            rows.append(row.format(name=name, one=plain(factors[name]), many=plain(many), depth=_DEPTH))
    return "\n".join(rows)


def told_of_optimizer(optimizer: Optimizer) -> tuple[list[Line], dict[str, Any]]:
    """Compose what is said of an optimizer; the defaults are those of training.

    Examples
    --------
    >>> import glassnet as gn
    >>> lines, data = told_of_optimizer(gn.optimizers.adam)
    >>> data["hyperparameters"]["beta_1"]
    0.9
    """
    fields = {field.name: field.default for field in dataclasses.fields(view("training")())}
    defaults = {name: fields[name] for name in optimizer.hyperparameters}
    said = ", ".join(f"{name} = {value:g}" for name, value in defaults.items())
    text = _("w is a weight, g its gradient, rate the learning rate, t the number of the step")
    return [Line(_("where"), text), Line(_("parameters"), said)], {"hyperparameters": defaults}


def told_of_schedule(schedule: Schedule) -> tuple[list[Line], dict[str, Any]]:
    """Compose what is said of a schedule.

    Examples
    --------
    >>> import glassnet as gn
    >>> lines, data = told_of_schedule(gn.schedules.linear)
    >>> data["rates"]["0.75"]
    0.25
    """
    changes = {
        "never": _("never"),
        "step": _("after every step"),
        "epoch": _("after every epoch"),
    }[schedule.changes]
    lines = [Line(_("changes"), changes)]
    rates: dict[str, float] = {}
    if schedule.formula and "progress" in schedule.formula:
        rates = {f"{progress:g}": schedule.rate(1.0, progress=progress) for progress in _SHOWN}
        said = _(", ").join(f"{float(progress):.0%}: {rate:.3g}" for progress, rate in rates.items())
        lines.append(Line(_("of init"), said))
    return lines, {"changes": schedule.changes, "rates": rates}
