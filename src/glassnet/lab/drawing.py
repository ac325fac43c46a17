"""How the lab's figures look: frames under a title, curves with bands, bars with intervals, direct labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.lab.experiment import Experiment, Measured
from glassnet.report import sheet
from glassnet.report.direct_labels import Label, set_labels
from glassnet.report.lettering import Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
HEAD, FOOT, LEFT, RIGHT, BETWEEN = 0.78, 0.66, 0.86, 0.3, 0.9
WIDTHS, HEIGHT = {1: 6.8, 2: 9.8, 3: 11.6}, 4.1


@dataclass(frozen=True)
class Curve:
    """A line with a name, and where there are several seeds the band that they spread over.

    Attributes
    ----------
    name : str
        In the language of the picture.
    x, y : array-like of shape (n,)
    color : str
    low, high : array-like of shape (n,), optional
        Ends of the band.
    dashes : a line style of matplotlib
    dots : bool
        Whether the points are marked.
    """

    name: str
    x: Any
    y: Any
    color: str
    low: Any = None
    high: Any = None
    dashes: Any = "-"
    dots: bool = False

    @classmethod
    def over_seeds(cls, name: str, x: Any, values: Any, color: str, **more: Any) -> Curve:
        """Draw the median of several runs, and a band from the smallest to the largest.

        Parameters
        ----------
        values : array-like of shape (n_seeds, n)
        """
        values = np.asarray(values, dtype=np.float64)
        low, high = values.min(axis=0), values.max(axis=0)  # NaN where one is NaN, as the median: the line breaks there
        return cls(name, x, np.median(values, axis=0), color, low, high, **more)


@dataclass(frozen=True)
class Bar:
    """A bar with a name, and an interval where there is one."""

    name: str
    value: float
    color: str
    low: float | None = None
    high: float | None = None
    text: str = ""

    @classmethod
    def of(cls, numbers: Any, key: str, name: str, color: str, text: str = "") -> Bar:
        """Take a number and its interval from what was measured."""
        return cls(name, numbers[key], color, numbers.get(f"{key}_low"), numbers.get(f"{key}_high"), text)


def figure_of(experiment: Experiment, measured: Measured, letters: Lettering) -> Figure:
    """Draw an experiment's figure: its title, and frames that the experiment draws into."""
    n = experiment.panels
    width = WIDTHS[n]
    figure = sheet.sheet(width, HEIGHT)
    each = (width - LEFT - RIGHT - BETWEEN * (n - 1)) / n
    tall = (HEIGHT - HEAD - FOOT) / HEIGHT
    axes = [
        sheet.frame(
            figure.add_axes(((LEFT + i * (each + BETWEEN)) / width, FOOT / HEIGHT, each / width, tall)), letters
        )
        for i in range(n)
    ]
    _title(figure, letters, letters(experiment.shows))
    for one in axes:
        one.set_axisbelow(True)
        one.tick_params(labelsize=8.5, length=2.5)
    experiment.draw(axes, letters, measured)
    return figure


def _title(figure: Figure, letters: Lettering, words: str) -> None:
    """Write the title, in smaller letters where the figure is too narrow for it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(figure)
    width, margin = figure.get_figwidth(), 0.3
    artist = figure.text(
        margin / width, 1 - 0.34 / HEIGHT, words, size=11.5, weight="bold", color=sheet.INK, ha="left", va="baseline",
        family=list(letters.families),
    )  # fmt: skip
    taken = artist.get_window_extent(canvas.get_renderer()).width / figure.dpi
    artist.set_fontsize(11.5 * min(1.0, (width - 2 * margin) / taken))


def named(axes: Axes, letters: Lettering, *, x: str = "", y: str = "", title: str = "") -> None:
    """Name the axes, and say above the frame what is in it; the words are in the picture's language."""
    common: dict[str, Any] = {"family": list(letters.families), "size": 9}
    axes.set_xlabel(x, color=sheet.SOFT, **common)
    axes.set_ylabel(y, color=sheet.SOFT, **common)
    if title:
        axes.set_title(title, loc="left", pad=6, color=sheet.INK, **common)


def curves(axes: Axes, letters: Lettering, lines: Sequence[Curve], *, log: str = "", percent: bool = False) -> None:
    """Draw curves, each named where its name covers nothing.

    Parameters
    ----------
    log : str, default=""
        Axes with powers of ten at equal distances: "x", "y" or "xy". Values that are not above 0 are left out there.
    percent : bool, default=False
        Whether y is a share, written as a percentage.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.grid(color=sheet.FAINT, linewidth=0.7)
    drawn = []
    for line in lines:
        x, y = np.asarray(line.x, dtype=np.float64), np.asarray(line.y, dtype=np.float64)
        kept = np.isfinite(y) & ((y > 0) if "y" in log else True) & ((x > 0) if "x" in log else True)
        if line.low is not None:
            low, high = np.asarray(line.low, dtype=np.float64), np.asarray(line.high, dtype=np.float64)
            banded = kept & np.isfinite(high) & ((low > 0) if "y" in log else True)
            axes.fill_between(x[banded], low[banded], high[banded], color=line.color, alpha=0.15, linewidth=0)
        axes.plot(
            x[kept], y[kept], color=line.color, linestyle=line.dashes, linewidth=2, solid_capstyle="round",
            marker="o" if line.dots else None, markersize=4,
        )  # fmt: skip
        drawn.append(np.column_stack([x[kept], y[kept]]))
    if "x" in log:
        axes.set_xscale("log")
    elif all((np.asarray(line.x) % 1 == 0).all() for line in lines):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if "y" in log:
        axes.set_yscale("log")
    if percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:.0%}"))
    axes.margins(x=0.03, y=0.08)
    axes.autoscale_view()
    for letter, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        if letter in log:
            _plain_powers(axis, [getattr(line, letter) for line in lines])
    axes.set_xlim(*axes.get_xlim())  # labels must not move the limits
    axes.set_ylim(*axes.get_ylim())
    labels = [
        Label(line.name, line.color, points, weight="bold", own=i)
        for i, (line, points) in enumerate(zip(lines, drawn, strict=True))
        if line.name and len(points)
    ]
    set_labels(axes, letters, labels, drawn)


def _plain_powers(axis: Any, values: Sequence[Any]) -> None:
    """Mark a logarithmic axis: by the values themselves where they are few, as rates are, else by powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    found = np.unique(np.concatenate([np.ravel(np.asarray(each, dtype=np.float64)) for each in values]))
    found = found[np.isfinite(found) & (found > 0)]
    if axis.axis_name == "x" and 1 < len(found) <= 10:
        axis.set_major_locator(FixedLocator(found.tolist()))
        axis.set_minor_locator(NullLocator())
    low, high = axis.get_view_interval()
    if axis.axis_name == "x" or high / low < 100:
        plain = FuncFormatter(lambda value, _place: f"{value:g}")
        axis.set_major_formatter(plain)
        axis.set_minor_formatter(plain if high / low < 10 else FuncFormatter(lambda _value, _place: ""))


def bars(axes: Axes, letters: Lettering, rows: Sequence[Bar], *, percent: bool = False, log: bool = False) -> None:
    """Draw bars from above to below, each with its interval and its number at the end.

    Parameters
    ----------
    percent : bool, default=False
        Whether values are shares, written as percentages.
    log : bool, default=False
        Powers of ten at equal distances.
    """
    from matplotlib.ticker import FuncFormatter

    axes.grid(axis="x", color=sheet.FAINT, linewidth=0.7)
    ends = [max(bar.value, bar.high if bar.high is not None else bar.value) for bar in rows]
    finite = [end for end in ends if np.isfinite(end)]
    if log:
        axes.set_xscale("log")
        positive = [bar.value for bar in rows if bar.value > 0]
        least, most = (min(positive), max(positive)) if positive else (0.1, 1.0)
        axes.set_xlim(least / 3, most * 8)
    else:
        lows = [min(0.0, bar.value, bar.low if bar.low is not None else 0.0) for bar in rows]
        most, least = max([*finite, 1e-12]), min([*lows, 0.0])
        axes.set_xlim(least - (0.18 * (most - least) if least < 0 else 0), most + 0.22 * (most - least))
    for place, bar in enumerate(rows):
        y = len(rows) - 1 - place
        axes.barh(y, bar.value, height=0.62, color=bar.color, alpha=0.85, linewidth=0)
        if bar.low is not None and bar.high is not None and bar.high > bar.low:
            axes.plot([bar.low, bar.high], [y, y], color=sheet.INK, linewidth=1.3, solid_capstyle="butt")
        text = bar.text or (f"{bar.value:.1%}" if percent else f"{bar.value:.3g}".replace("-", "−"))
        axes.annotate(
            text, (ends[place] if bar.value >= 0 else max(0.0, ends[place]), y), xytext=(5, 0),
            textcoords="offset points", va="center", ha="left",
            size=8.5, color=sheet.INK, family=list(letters.families),
        )  # fmt: skip
    axes.set_yticks(range(len(rows) - 1, -1, -1), [bar.name for bar in rows], family=list(letters.families))
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=sheet.INK)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    if percent:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:.0%}"))
    make_room(axes)


def make_room(axes: Axes) -> None:
    """Move a frame's left edge so that the words beside it fit into the figure, if it is the first frame."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure: Any = axes.figure
    canvas: Any = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    needed = max((label.get_window_extent(renderer).width for label in axes.get_yticklabels()), default=0.0)
    needed = needed / figure.get_window_extent().width + 0.028
    box = axes.get_position()
    others = [other.get_position() for other in figure.axes if other is not axes]
    before = max((other.x1 for other in others if other.x1 <= box.x0), default=0.0)
    left = max(box.x0, before + needed)
    axes.set_position((left, box.y0, box.x1 - left, box.height))


def regions(axes: Axes, x: NDArray[Any], y: NDArray[Any], score: NDArray[Any]) -> None:
    """Color the plane by a score from 0 (blue) to 1 (orange), and draw the border at one half.

    Parameters
    ----------
    x, y : ndarray of shape (n,), (m,)
    score : ndarray of shape (m, n)
    """
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("sides", ["#a9c4e4", "#f3f4f6", "#f6cf9b"])
    axes.pcolormesh(x, y, score, cmap=shades, vmin=0, vmax=1, shading="auto", rasterized=True, zorder=0)
    if float(score.min()) < 0.5 < float(score.max()):
        axes.contour(x, y, score, levels=[0.5], colors=[sheet.INK], linewidths=1.4, zorder=2)
