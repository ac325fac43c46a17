"""A comparison as a picture: means with intervals at the left, learning curves with bands at the right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.diagnosis import Band
from glassnet.report.comparison_text import Rows, ShownAbout, ShownRow, score_name
from glassnet.report.lettering import Lettering
from glassnet.report.sheet import APART, AXIS, BLUE, FAINT, INK, RED, SOFT, frame, sheet, title, write
from glassnet.report.terminal import harmless

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_MEANS = 24
MOST_CURVES = 4  # bands of more would cover each other
GRAY = "#9ca3af"


def comparison_figure(rows: Rows, about: ShownAbout, letters: Lettering) -> Figure:
    """Draw the best combinations: at most 24 means, and the curves of four of them.

    The curves are those of held-out rows where they were measured, else of the training loss.
    """
    _ = letters
    shown = rows[:MOST_MEANS]
    names = [harmless(row.label, 34) or _("all trainings") for row in shown]
    widest = max(map(_cells, names))
    left, between, right, each = 0.45 + 0.078 * widest, 1.0, 0.35, 3.6
    head, foot = 1.0, 0.62
    width, height = left + 2 * each + between + right, head + foot + max(2.4, 0.3 * len(shown))
    figure = sheet(width, height)
    below, tall = foot / height, (height - head - foot) / height
    means = frame(figure.add_axes((left / width, below, each / width, tall)), letters)
    _draw_means(means, shown, about, letters, names)
    curves = frame(figure.add_axes(((left + each + between) / width, below, each / width, tall)), letters)
    _draw_curves(curves, rows, about, letters)
    percent = f"{about.confidence:.0%}"
    words = _("Mean and {percent} interval of {n} trainings each; blue: not told apart from the best").format(
        percent=percent, n=about.n_splits
    )
    if len(rows) > len(shown):
        words += " · " + _("the first {n} of {all}").format(n=len(shown), all=len(rows))
    title(
        figure,
        letters,
        _("{score} on rows that were not learned from").format(score=_capital(_name(about.scoring, letters))),
        words,
    )
    return figure


def _draw_means(axes: Axes, rows: Rows, about: ShownAbout, letters: Lettering, names: list[str]) -> None:
    for place, row in enumerate(rows):
        color = BLUE if row.tied else RED if row.failures else GRAY
        if not math.isfinite(row.mean):
            continue
        if math.isfinite(row.low):
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=2.2, solid_capstyle="round")
        axes.plot([row.mean], [place], marker="o", markersize=6, color=color)
    best = rows[0].mean
    if math.isfinite(best):
        axes.axvline(best, color=AXIS, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    axes.set_yticks(range(len(rows)), names, family=letters.families)
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(INK if row.tied else SOFT)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    _numbers(axes.xaxis, share=about.share)
    axes.set_xlabel(_name(about.scoring, letters), family=letters.families, color=SOFT)


def _draw_curves(axes: Axes, rows: Rows, about: ShownAbout, letters: Lettering) -> None:
    _ = letters
    with_curves = _contrasting([row for row in rows if row.held_out is not None or row.losses is not None])
    held_out = bool(with_curves) and all(row.held_out is not None for row in with_curves)
    for row, color in zip(with_curves, APART, strict=False):
        band = row.held_out if held_out else row.losses
        assert band is not None
        epochs = np.arange(1, len(band.mean) + 1)
        if np.isfinite(band.low).all():
            axes.fill_between(epochs, band.low, band.high, color=color, alpha=0.15, linewidth=0)
        axes.plot(epochs, band.mean, color=color, linewidth=1.8, marker="o" if len(epochs) == 1 else None)
    if held_out:
        _zoom(axes, with_curves)
        _numbers(axes.yaxis, share=about.curve == "accuracy")
    axes.set_xlabel(_("epoch"), family=letters.families, color=SOFT)
    name = _name(about.curve, letters) if held_out else _("training loss")
    axes.set_ylabel(name, family=letters.families, color=SOFT)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    _name_curves(axes, letters, with_curves, best_is_high=held_out)


def _contrasting(rows: list[ShownRow]) -> list[ShownRow]:
    """The best ones, and for comparison the best of those that are worse, where there are any."""
    worse = [row for row in rows if not row.tied][:1]
    best = [row for row in rows if row not in worse][: MOST_CURVES - len(worse)]
    return [*best, *worse]


def _name_curves(axes: Axes, letters: Lettering, rows: list[ShownRow], *, best_is_high: bool) -> None:
    """List the names in the corner that good curves leave free, each in its curve's color."""
    step = 0.075
    for place, (row, color) in enumerate(zip(rows, APART, strict=False)):
        height = 0.06 + step * (len(rows) - 1 - place) if best_is_high else 0.96 - step * place
        name = harmless(row.label, 34) or letters("all trainings")
        write(axes, letters, 0.97, height, name, transform=axes.transAxes, ha="right", color=color, weight="bold")


def _zoom(axes: Axes, rows: list[ShownRow]) -> None:
    """Show where the curves differ, not the climb from the first epoch, which may be far below."""
    bands: list[Band] = [row.held_out for row in rows if row.held_out is not None]
    ends = np.concatenate([band.mean[-max(1, len(band.mean) * 2 // 3) :] for band in bands])
    whole = np.concatenate([band.mean for band in bands])
    low, high = float(ends.min()), float(whole.max())
    reach = max(high - low, 0.02)
    axes.set_ylim(max(float(whole.min()) - 0.05 * reach, low - 2.2 * reach), high + 0.5 * reach)


def _numbers(axis: Any, *, share: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=5))
    if share:
        axis.set_major_formatter(FuncFormatter(lambda value, _place: f"{100 * value:.4g}%"))


def _name(score: str, letters: Lettering) -> str:
    """Name a score in the language that the picture has letters for."""
    return score_name(score) if letters.translates else score.replace("_", " ")


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return int(cell_len(text))
