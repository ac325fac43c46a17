"""Words set beside the curve or the point that they name, where they cover nothing.

A label knows the places that it may belong to: one point, or all points of its curve. Around each there are eight
positions at growing distances. A position costs what it covers (other labels, curves, points) and how far it is from
its place, and more where another curve is nearer than its own; the cheapest one is taken, label by label. So a picture
of seven curves needs no legend, and the same picture comes out in the same way each time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.report.lettering import Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = NDArray[np.float64]  # (n, 2)

DIRECTIONS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
DISTANCES = (4.0, 10.0, 20.0, 36.0)  # points
PLACES = 24  # along a curve


@dataclass(frozen=True)
class Label:
    """A text and what it belongs to.

    Attributes
    ----------
    text : str
    color : str
    places : ndarray of shape (n, 2)
        In data coordinates; one point, or the points of a curve.
    size : float
        Of the letters, in points.
    weight : str
    own : int or None
        Which of the curves it names, by its number among them; None for a point.
    """

    text: str
    color: str
    places: Points
    size: float = 9.0
    weight: str = "normal"
    own: int | None = None


def set_labels(
    axes: Axes, letters: Lettering, labels: Sequence[Label], curves: Sequence[Points], avoid: Sequence[Points] = ()
) -> None:
    """Write labels into axes whose limits and place in the figure are final.

    Parameters
    ----------
    axes : Axes
    letters : Lettering
    labels : sequence of Label
        The most important first: it has the first choice.
    curves : sequence of ndarray of shape (n, 2)
        All that should not be covered, in data coordinates; NaN breaks a curve.
    avoid : sequence of ndarray of shape (2,)
        Points without words, which should not be covered either.
    """
    scale = 72 / axes.figure.dpi  # all that follows is measured in points
    lines = [_dense(axes.transData.transform(curve) * scale) for curve in curves]
    frame = np.asarray(axes.get_window_extent().get_points()) * scale
    points = [*avoid, *(label.places[0] for label in labels if len(label.places) == 1)]
    dots = [axes.transData.transform(point) * scale for point in points]
    taken: list[Points] = [np.stack([dot - 3, dot + 3]) for dot in dots]
    for label in labels:
        artist = axes.annotate(
            label.text, (0, 0), xytext=(0, 0), textcoords="offset points", ha="center", va="center",
            size=label.size, color=label.color, weight=label.weight, family=list(letters.families), zorder=6,
            annotation_clip=False,
        )  # fmt: skip
        size = _size_of(axes, artist) * scale
        anchors = axes.transData.transform(label.places) * scale
        anchor, center = _best(anchors, size, frame, lines, taken, label)
        artist.xy = tuple(label.places[anchor])
        artist.set_position(tuple(center - anchors[anchor]))
        taken.append(np.stack([center - size / 2, center + size / 2]))


def _size_of(axes: Axes, artist: Any) -> Points:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = axes.figure
    canvas: Any = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    box = artist.get_window_extent(canvas.get_renderer())
    return np.array([box.width, box.height])


def _dense(line: Points) -> Points:
    """Points at most 3 apart, so that no line slips between two of them."""
    line = line[np.isfinite(line).all(axis=1)]
    if len(line) < 2:
        return line
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    kept = np.unique(np.searchsorted(along, np.arange(0, along[-1], 1.5)))  # far fewer than were sampled, often
    line = line[[*kept, len(line) - 1]]
    steps = np.hypot(*np.diff(line, axis=0).T)
    n = np.minimum(np.maximum(1, np.ceil(steps / 3)), 400).astype(int)
    start = np.repeat(line[:-1], n, axis=0)
    share = np.concatenate([np.arange(k) / k for k in n])[:, None]
    return np.concatenate([start + share * np.repeat(np.diff(line, axis=0), n, axis=0), line[-1:]])


def _best(
    anchors: Points, size: Points, frame: Points, lines: Sequence[Points], taken: Iterable[Points], label: Label
) -> tuple[int, Points]:
    """Return the number of the place that is taken, and the center of the label."""
    inside = ((anchors >= frame[0] - 1) & (anchors <= frame[1] + 1)).all(axis=1)
    numbers = np.flatnonzero(inside) if inside.any() else np.arange(len(anchors))
    if len(numbers) > PLACES:
        numbers = numbers[np.linspace(0, len(numbers) - 1, PLACES).astype(int)]
    candidates = list(itertools.product(numbers, DISTANCES, DIRECTIONS))
    offsets = np.array(
        [np.multiply(direction, size / 2 + gap * (1 if 0 in direction else 0.6)) for _n, gap, direction in candidates]
    )
    centers = anchors[[n for n, _gap, _direction in candidates]] + offsets
    low, high = centers - size / 2, centers + size / 2

    cost = 0.15 * np.array([gap for _n, gap, _direction in candidates])
    outside = np.maximum(frame[0] - low, 0).sum(axis=1) + np.maximum(high - frame[1], 0).sum(axis=1)
    cost += 20.0 * outside
    for box in taken:
        overlap = np.clip(np.minimum(high, box[1]) - np.maximum(low, box[0]) + 2, 0, None).prod(axis=1)
        cost += 5.0 * overlap
    nearest = np.full((len(candidates), len(lines)), np.inf)
    for i, line in enumerate(lines):
        if not len(line):
            continue
        x, y = line[None, :, 0], line[None, :, 1]
        away_x = np.maximum(np.maximum(low[:, :1] - x, x - high[:, :1]), 0)
        away_y = np.maximum(np.maximum(low[:, 1:] - y, y - high[:, 1:]), 0)
        away = np.hypot(away_x, away_y)
        nearest[:, i] = away.min(axis=1)
        cost += 6.0 * (away < 2).sum(axis=1)
    if label.own is not None:
        others = np.delete(nearest, label.own, axis=1)
        if others.size:
            # Its own curve should be nearer than any other: what is in between is ambiguous.
            margin = others.min(axis=1) - nearest[:, label.own]
            cost += 1.2 * np.maximum(14 - margin, 0)
    best = int(np.argmin(cost))
    return int(candidates[best][0]), centers[best]
