"""A computation's graph as a picture: from left to right, values above the lines, gradients below them."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd.graph import GraphNode, numeral, rounded
from glassnet.autograd.tape import Array
from glassnet.autograd.worked import Worked
from glassnet.report import sheet
from glassnet.report.graph_layout import laid_out
from glassnet.report.lettering import Lettering
from glassnet.report.pictures import Picture
from glassnet.report.sheet import BLUE, INK, RED, SOFT
from glassnet.texts import later

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 5  # rows and columns of numbers that are written out
_LETTER, _NUMBER = 0.088, 0.074  # widths in inches, of names and of numbers
_ROW = 0.15  # height of a line of numbers
_BOX = 0.46
_FIGURE_SPACE = "\u2007"  # as wide as a digit
_GROUND = {"input": "#eaf2fb", "constant": "#f3f4f6"}
_LONGEST = 90  # characters of a title
_HEAD, _FOOT, _MARGIN = 0.72, 0.12, 0.3


def graph_picture(told: Worked) -> Picture:
    """Draw a computation that was worked through.

    Returns
    -------
    Picture
        Shown by notebooks; `.save("graph.svg")` or `.save("graph.png")` writes a file.

    Examples
    --------
    >>> from glassnet.autograd.worked import neuron_mse
    >>> graph_picture(neuron_mse()).save("neuron.svg").name
    'neuron.svg'
    """
    return Picture(functools.partial(_draw, told), [told.title])


def _draw(told: Worked, letters: Lettering) -> Figure:
    nodes = told.graph.nodes
    values = [_lines(node.value) for node in nodes]
    slopes = [[] if node.gradient is None else _lines(node.gradient) for node in nodes]
    boxes = [max(0.55, _LETTER * max(len(node.name), len(node.formula)) + 0.2) for node in nodes]
    stubs = [_NUMBER * max(map(len, [*value, *slope])) + 0.22 for value, slope in zip(values, slopes, strict=True)]
    rooms = [
        max(_BOX, 2 * _ROW * max(len(value), len(slope)) + 0.16) + 0.24
        for value, slope in zip(values, slopes, strict=True)
    ]
    layout = laid_out([node.parents for node in nodes], rooms)
    widths = [[0.0, 0.0] for _column in range(layout.columns)]  # of boxes, and of what stands at their right
    for node, place in enumerate(layout.places):
        column = widths[place.column]
        column[:] = max(column[0], boxes[node]), max(column[1], stubs[node])
    lefts, at = [], _MARGIN
    for box, stub in widths:
        lefts.append(at)
        at += box + stub + 0.38
    width, height = (
        max(at - 0.38 + _MARGIN, 6.2, min(len(told.title), _LONGEST) * 0.125 + 2 * _MARGIN),
        layout.height + _HEAD + _FOOT,
    )
    figure = sheet.sheet(width, height)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    result = nodes[-1].name
    subtitle = letters(later("above the lines: values, forward · below: the gradient of {result}, backward"))
    title = told.title if len(told.title) <= _LONGEST else told.title[: _LONGEST - 1] + "…"
    sheet.title(figure, letters, title, subtitle.format(result=result))

    def x_right(node: int) -> float:
        return lefts[layout.places[node].column] + boxes[node]

    def y_of(height: float) -> float:
        return height + _HEAD

    for (start, _end), line in layout.lines.items():
        points = [(x_right(start) + stubs[start], y_of(line[0].height))]
        points += [(lefts[place.column] + sum(widths[place.column]) / 2, y_of(place.height)) for place in line[1:-1]]
        points.append((lefts[line[-1].column], y_of(line[-1].height)))
        _curve(axes, points)
        _arrow(axes, *points[-1])
    for number, shown in enumerate(nodes):
        y = y_of(layout.places[number].height)
        left, right = lefts[layout.places[number].column], x_right(number)
        axes.plot([right, right + stubs[number]], [y, y], color=SOFT, linewidth=1.1, solid_capstyle="butt", zorder=1)
        _box(axes, letters, shown, left, y, boxes[number])
        middle = right + stubs[number] / 2
        _numbers(axes, letters, values[number], middle, y - 0.05, BLUE, "bottom")
        _numbers(axes, letters, slopes[number], middle, y + 0.05, RED, "top")
    return figure


def _box(axes: Axes, letters: Lettering, node: GraphNode, left: float, y: float, width: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch(
            (left + 0.05, y - _BOX / 2 + 0.05),
            width - 0.1,
            _BOX - 0.1,
            boxstyle="round,pad=0.05,rounding_size=0.08",
            facecolor=_GROUND.get(node.operation, "white"),
            edgecolor=SOFT,
            linewidth=1.0,
            zorder=2,
        )
    )
    middle = left + width / 2
    sheet.write(
        axes, letters, middle, y - (0.095 if node.formula else 0), node.name, ha="center", weight="bold", color=INK
    )
    if node.formula:
        sheet.write(axes, letters, middle, y + 0.105, node.formula, ha="center", size=8.5, color=SOFT)


def _numbers(axes: Axes, letters: Lettering, lines: list[str], x: float, y: float, color: str, side: str) -> None:
    if lines:
        text = "\n".join(lines)
        sheet.write(axes, letters, x, y, text, ha="center", va=side, size=8, color=color, linespacing=1.15)


def _curve(axes: Axes, points: list[tuple[float, float]]) -> None:
    """A smooth line through points, level at each of them."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    vertices, codes = [points[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        bend = (x1 - x0) / 2
        vertices += [(x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    axes.add_patch(PathPatch(Path(vertices, codes), facecolor="none", edgecolor=SOFT, linewidth=1.1, zorder=1))


def _arrow(axes: Axes, x: float, y: float) -> None:
    head: list[Any] = [(x, y), (x - 0.09, y - 0.045), (x - 0.09, y + 0.045)]
    axes.fill(*zip(*head, strict=True), color=SOFT, linewidth=0, zorder=3)


def _lines(values: Array) -> list[str]:
    """Numbers as lines: a vector as a column, a matrix row by row."""
    array = rounded(np.asarray(values, np.float64))
    if array.ndim == 0:
        return [numeral(float(array), 3)]
    if array.ndim == 1:
        lines = [numeral(float(value), 3) for value in array[:_MOST]]
        return lines if len(array) <= _MOST else [*lines, "⋮"]
    rows = [[numeral(float(value), 3) for value in row[:_MOST]] for row in array.reshape(-1, array.shape[-1])[:_MOST]]
    widest = max((len(number) for row in rows for number in row), default=0)
    more = "  …" if array.shape[-1] > _MOST else ""
    lines = ["  ".join(number.rjust(widest, _FIGURE_SPACE) for number in row) + more for row in rows]
    return lines if array.size // max(array.shape[-1], 1) <= _MOST else [*lines, "⋮"]
