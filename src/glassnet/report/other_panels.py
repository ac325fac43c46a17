"""The panels of entries with one curve: the density of an initializer's weights, the rate of a schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from glassnet.catalog import ACTIVATIONS, Initializer, Schedule
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.report.numerals import number
from glassnet.report.panels import Line, Mark, Panel, Values

ROWS = 10_000  # that the schedules which count rows are shown over


def initializer_panel(
    letters: Lettering, initializers: Sequence[Initializer], names: Sequence[str], fans: tuple[int, int]
) -> Panel:
    """Compose the densities of weights into a layer with these numbers of inputs and units."""
    _ = letters
    drawn = [_drawn(initializer, fans) for initializer in initializers]
    spreads = [_deviation(kind, a, fans) for kind, a in drawn]
    reach = 1.15 * max(abs(a) if kind == "constant" else _reach(kind, a, fans) for kind, a in drawn) or 1.0
    x = np.linspace(-reach, reach, 1201)
    # A uniform density falls at once: twice the same place, a hair apart.
    edges = [side * a * (1 + hair) for kind, a in drawn if kind == "uniform" for side in (-1, 1) for hair in (0, 1e-9)]
    x = np.sort(np.concatenate([x, edges]))
    lines, marks, steps = [], [], []
    colors = itertools.cycle(sheet.APART if len(drawn) > 1 else (sheet.BLUE,))
    densities = [_density(kind, a, fans, x) for kind, a in drawn]
    top = max([float(density.max()) for density in densities] + [1.0 if not any(spreads) else 0.0])
    for (kind, a), density, deviation, name, color in zip(drawn, densities, spreads, names, colors, strict=False):
        if kind == "constant":
            # All weights alike: a density without width, drawn as a needle.
            lines.append(Line(np.array([a, a]), np.array([0.0, top]), color, name if len(drawn) > 1 else ""))
            marks.append(Mark(a, top, color, _("every weight is {value}").format(value=number(a))))
            continue
        lines.append(Line(x, density, color, name if len(drawn) > 1 else ""))
        said = _("standard deviation {value}").format(value=number(deviation)) if len(drawn) == 1 else number(deviation)
        marks.append(Mark(deviation, float(np.interp(deviation, x, density)), color, said))
        if len(drawn) == 1:
            steps = [-deviation, deviation]
    frame = Line(np.array([-reach, reach]), np.array([0.0, 0.0]), sheet.AXIS, width=0.8)
    return Panel(_("density of the weights"), "w", _("density"), (*lines, frame), tuple(marks), steps=tuple(steps))


def schedule_panel(letters: Lettering, schedules: Sequence[Schedule], names: Sequence[str]) -> Panel:
    """Compose the learning rates over the progress of a training, as shares of the rate at the start."""
    _ = letters
    progress = np.linspace(0, 1, 501)
    colors = itertools.cycle(sheet.APART if len(schedules) > 1 else (sheet.BLUE,))
    lines = [
        Line(
            progress,
            np.array([schedule.rate(1.0, progress=share, t=1 + share * ROWS) for share in progress]),
            color,
            name if len(schedules) > 1 else "",
        )
        for schedule, name, color in zip(schedules, names, colors, strict=False)
    ]
    return Panel(
        _("learning rate"), _("progress: share of all steps"), _("share of the rate at the start"), tuple(lines)
    )


def _drawn(initializer: Initializer, fans: tuple[int, int]) -> tuple[str, float]:
    kind, a = initializer.distribution(*fans, ACTIVATIONS["relu"])
    return ("constant", a) if a == 0 else (kind, a)


def _reach(kind: str, a: float, fans: tuple[int, int]) -> float:
    """How far from 0 weights are shown."""
    if kind == "uniform":
        return a
    return 0.0 if kind == "constant" else 3.6 * _deviation(kind, a, fans)


def _deviation(kind: str, a: float, fans: tuple[int, int]) -> float:
    """Return the standard deviation of one weight; its mean is 0, but for a constant."""
    match kind:
        case "constant":
            return 0.0
        case "uniform":
            return a / math.sqrt(3)
        case "orthogonal":
            return a / math.sqrt(max(fans))
    return a


def _density(kind: str, a: float, fans: tuple[int, int], x: Values) -> Values:
    match kind:
        case "constant":
            return np.zeros_like(x)
        case "uniform":
            return np.where(np.abs(x) <= a, 0.5 / a, 0.0)
        case "orthogonal":
            # One coordinate of a point that is spread evenly over the sphere with radius a in n dimensions.
            n = max(fans)
            inside = np.clip(1 - (x / a) ** 2, 0, None)
            factor = math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2)) / (a * math.sqrt(math.pi))
            return np.asarray(factor * inside ** ((n - 3) / 2))
    return np.asarray(np.exp(-((x / a) ** 2) / 2) / (a * math.sqrt(2 * math.pi)))
