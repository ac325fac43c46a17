"""A figure of one or two panels with curves: what is in a panel, as data, and how it is drawn.

Whoever shows an entry composes panels; here they get grid, axes, marks, direct labels, a title and a formula.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.report import sheet
from glassnet.report.direct_labels import Label, set_labels
from glassnet.report.formulas import draw_formula
from glassnet.report.lettering import Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Values = NDArray[np.float64]

BAND = "#f1f3f5"


@dataclass(frozen=True)
class Line:
    """A curve; NaN breaks it. Its name stands beside it, unless it has none."""

    x: Values
    y: Values
    color: str
    name: str = ""
    dashes: Any = "-"
    width: float = 2.0


@dataclass(frozen=True)
class Mark:
    """A point: filled or open, with words beside it or without."""

    x: float
    y: float
    color: str
    text: str = ""
    filled: bool = True


@dataclass(frozen=True)
class Panel:
    """What one pair of axes shows.

    Attributes
    ----------
    title, x_label, y_label : str
    lines : tuple of Line
    marks : tuple of Mark
    bands : tuple of (low, high)
        Stretches of x with a gray ground.
    tangents : tuple of (x, y, slope)
        Short pieces of straight lines through a point of a curve.
    levels : tuple of float
        Heights of dashed lines.
    steps : tuple of float
        Places on x of dashed upright lines.
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    bands: tuple[tuple[float, float], ...] = ()
    tangents: tuple[tuple[float, float, float], ...] = ()
    levels: tuple[float, ...] = ()
    steps: tuple[float, ...] = ()
    title_color: str = sheet.INK


@dataclass(frozen=True)
class Heading:
    """What stands above and below the panels; the formula is LaTeX, or plain text where `plain`."""

    title: str
    detail: str = ""
    formula: str = ""
    plain: bool = False
    note: str = ""


def panel_figure(letters: Lettering, heading: Heading, panels: Sequence[Panel]) -> Figure:
    """Draw panels side by side under a heading.

    Parameters
    ----------
    letters : Lettering
    heading : Heading
    panels : sequence of Panel
        One or two.
    """
    width, height = (9.6, 4.5) if len(panels) > 1 else (6.6, 4.7)
    figure = sheet.sheet(width, height)
    head, foot = 1.36, 0.62 + (0.26 if heading.note else 0.0)
    left, between, right = 0.72, 0.86, 0.3
    each = (width - left - right - between * (len(panels) - 1)) / len(panels)
    for i, panel in enumerate(panels):
        place = (left + i * (each + between), foot, each, height - head - foot)
        axes = figure.add_axes((place[0] / width, place[1] / height, place[2] / width, place[3] / height))
        draw_panel(axes, letters, panel)
    _head(figure, letters, heading)
    return figure


def draw_panel(axes: Axes, letters: Lettering, panel: Panel, *, small: bool = False) -> None:
    """Draw one panel into axes that have their place in the figure.

    Parameters
    ----------
    small : bool, default=False
        Without axis names and words beside marks: one of many in an overview.
    """
    sheet.frame(axes, letters)
    axes.set_axisbelow(True)
    axes.grid(color=sheet.FAINT, linewidth=0.7)
    for low, high in panel.bands:
        axes.axvspan(low, high, color=BAND, linewidth=0, zorder=0)
    for line in panel.lines:
        axes.plot(
            line.x, line.y, color=line.color, linestyle=line.dashes, linewidth=1.6 if small else line.width,
            zorder=3,
            solid_capstyle="round",
        )  # fmt: skip
    xs = np.concatenate([line.x for line in panel.lines])
    low, high = float(np.nanmin(xs)), float(np.nanmax(xs))
    axes.set_xlim(low, high)
    bottom, top = _limits([line.y for line in panel.lines])
    axes.set_ylim(bottom, top)
    for at, limits, across in ((0.0, (bottom, top), axes.axhline), (0.0, (low, high), axes.axvline)):
        if limits[0] < at < limits[1]:
            across(at, color=sheet.AXIS, linewidth=0.8, zorder=1)
    for level in panel.levels:
        axes.axhline(level, color=sheet.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for step in panel.steps:
        axes.axvline(step, color=sheet.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    tangents = [_tangent(*tangent, low, high, bottom, top) for tangent in panel.tangents]
    for tangent in tangents:
        axes.plot(tangent[:, 0], tangent[:, 1], color=sheet.RED, linewidth=1.1, linestyle=(0, (4, 2)), zorder=4)
    for mark in panel.marks:
        axes.plot(
            [mark.x], [mark.y], marker="o", markersize=3.4 if small else 5.0, color=mark.color, zorder=5,
            markerfacecolor=mark.color if mark.filled else "white", markeredgewidth=1.3, clip_on=False,
        )  # fmt: skip
    axes.tick_params(labelsize=7 if small else 8.5, length=2.5)
    if small:
        return
    common: dict[str, Any] = {"family": list(letters.families), "color": sheet.SOFT, "size": 9.5}
    axes.set_xlabel(panel.x_label, **common)
    axes.set_ylabel(panel.y_label, **common)
    axes.set_title(panel.title, loc="left", pad=7, size=10, color=panel.title_color, family=list(letters.families))
    curves = [np.column_stack([line.x, line.y]) for line in panel.lines]
    labels = [
        Label(line.name, line.color, curve[np.isfinite(curve).all(axis=1)], weight="bold", own=i)
        for i, (line, curve) in enumerate(zip(panel.lines, curves, strict=True))
        if line.name and np.isfinite(curve).all(axis=1).any()
    ]
    points = [Label(mark.text, mark.color, np.array([[mark.x, mark.y]]), size=8.5) for mark in panel.marks if mark.text]
    bare = [np.array([mark.x, mark.y]) for mark in panel.marks if not mark.text]
    axes_lines = [np.array([[low, level], [high, level]]) for level in (*panel.levels, 0.0)]
    axes_lines += [np.array([[step, bottom], [step, top]]) for step in (*panel.steps, 0.0)]
    set_labels(axes, letters, [*points, *labels], [*curves, *tangents, *axes_lines], avoid=bare)


def over(panels: Sequence[Panel], title: str) -> Panel:
    """Lay panels over each other: all their lines in one frame, under a title of its own."""
    first = dataclasses.replace(panels[0], title=title, y_label="", title_color=sheet.INK)
    together: dict[str, Any] = {
        name: tuple(item for panel in panels for item in getattr(panel, name))
        for name in ("lines", "marks", "tangents")
    }
    return dataclasses.replace(first, **together)


def broken(y: Values) -> Values:
    """Break a line where it jumps: no smooth curve climbs a twentieth of its height between two of so many points."""
    y = y.copy()
    height = float(np.nanmax(y) - np.nanmin(y))
    y[np.flatnonzero(np.abs(np.diff(y)) > 0.05 * height)] = np.nan
    return y


def _limits(values: Sequence[Values]) -> tuple[float, float]:
    everything = np.concatenate(values)
    everything = everything[np.isfinite(everything)]
    if not everything.size:
        return -1.0, 1.0
    low, high = float(everything.min()), float(everything.max())
    if high - low < 1e-12:
        return (low - 1, low + 1) if low else (-0.5, 1.0)
    return low - 0.09 * (high - low), high + 0.13 * (high - low)


def _tangent(x: float, y: float, slope: float, low: float, high: float, bottom: float, top: float) -> Values:
    """A piece of a straight line through a point, about a third of the panel long however steep it is."""
    steepness = slope * (high - low) / (top - bottom)
    half = 0.26 * (high - low) / max(1.0, float(np.hypot(1, steepness)) / 1.2)
    places = np.array([x - half, x, x + half])
    return np.column_stack([places, y + slope * (places - x)])


def _head(figure: Figure, letters: Lettering, heading: Heading) -> None:
    width, height = figure.get_figwidth(), figure.get_figheight()
    common: dict[str, Any] = {"ha": "left", "va": "baseline", "family": list(letters.families)}
    left = 0.3 / width
    figure.text(left, 1 - 0.36 / height, heading.title, size=13, weight="bold", color=sheet.INK, **common)
    if heading.detail:
        end = _text_width(figure, heading.title, {**common, "size": 13, "weight": "bold"}) + 0.42
        figure.text(end / width, 1 - 0.36 / height, heading.detail, size=9.5, color=sheet.SOFT, **common)
    if heading.formula and heading.plain:
        figure.text(left, 1 - 0.7 / height, heading.formula, size=9.5, color=sheet.SOFT, **common)
    elif heading.formula:
        draw_formula(figure, letters, heading.formula, 0.3, height - 0.76)
    if heading.note:
        figure.text(left, 0.13 / height, heading.note, size=8.5, color=sheet.SOFT, **common)


def _text_width(figure: Figure, text: str, style: dict[str, Any]) -> float:
    """Inches that a text takes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas: Any = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    artist = Text(0, 0, text, figure=figure, **{key: value for key, value in style.items() if key != "va"})
    return float(artist.get_window_extent(canvas.get_renderer()).width / figure.dpi)
