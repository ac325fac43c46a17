"""Pictures: loss curves, confusion matrix, the rows that a classifier is least sure of.

Each function draws on a `Figure` of its own and returns it; `save` writes it as PNG.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.report.lettering import Lettering, lettering
from glassnet.report.sheet import BLUE, FAINT, GREEN, INK, ORANGE, RED, SOFT, frame, save, sheet, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Doubt", "confusion", "doubts", "loss_curves", "save"]


class Doubt(NamedTuple):
    """An image that a classifier was unsure of."""

    image: NDArray[Any]  # (height, width), dark where large
    probabilities: NDArray[Any]  # (n_classes,)
    true: int


def loss_curves(train: Sequence[float], validation: Sequence[float] | None, note: str | None = None) -> Figure:
    """Draw losses over epochs, on a logarithmic scale, each curve named where it ends.

    Parameters
    ----------
    train, validation : sequence of float, one a epoch
        Positive; validation may be None.
    note : str, optional
        A sentence under the title, in English; translated here.
    """
    letters = lettering()
    _ = letters
    figure = sheet(7.2, 4.4)
    axes = frame(figure.add_subplot(), letters)
    epochs = np.arange(1, len(train) + 1)
    curves = [(train, BLUE, _("train"))]
    if validation is not None:
        curves.append((validation, ORANGE, _("validation")))
    marker = "o" if len(epochs) <= 25 else None
    for losses, color, _name in curves:
        axes.plot(epochs, losses, color=color, linewidth=2, solid_capstyle="round", marker=marker, markersize=3.5)
    axes.set_yscale("log")
    _plain_numbers(axes)
    ends = _apart([float(np.log(losses[-1])) for losses, _color, _name in curves], axes)
    for (losses, color, name), place in zip(curves, ends, strict=True):
        label = f"{name} {losses[-1]:.3f}"
        write(axes, letters, 1.02, float(np.exp(place)), label, color=color, transform=axes.get_yaxis_transform())
    axes.set_xlim(epochs[0] - 0.02 * len(epochs), epochs[-1] + 0.02 * len(epochs))
    _whole_numbers(axes)
    axes.set_xlabel(_("epoch"), family=letters.families, color=SOFT)
    axes.grid(axis="y", which="major", color=FAINT, linewidth=0.8)
    title(figure, letters, _("Loss, epoch by epoch"), _(note) if note else "")
    figure.subplots_adjust(left=0.1, right=0.8, top=0.83, bottom=0.13)
    return figure


def confusion(matrix: NDArray[np.int64], labels: Sequence[str]) -> Figure:
    """Draw how often each class (down) was taken for each (across): right answers blue, mistakes orange."""
    letters = lettering()
    _ = letters
    n = len(labels)
    figure = sheet(5.6, 5.9)
    axes = frame(figure.add_subplot(), letters)
    right = np.where(np.eye(n, dtype=bool), matrix, 0) / max(1, int(matrix.max()))
    wrong = np.where(np.eye(n, dtype=bool), 0, matrix)
    wrong = wrong / max(1, int(wrong.max()))
    blue, orange, white = (np.array(_rgb(color)) for color in (BLUE, ORANGE, "#ffffff"))
    depth = np.where(right > 0, 0.15 + 0.75 * right, np.where(wrong > 0, 0.25 + 0.65 * wrong, 0.0))[..., None]
    axes.imshow(white * (1 - depth) + np.where((right > 0)[..., None], blue, orange) * depth)
    for true, taken in np.argwhere(matrix > 0):
        color = "white" if depth[true, taken, 0] > 0.65 else INK
        write(axes, letters, taken, true, f"{matrix[true, taken]:,}", color=color, ha="center")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(range(n), labels, family=letters.families)
    axes.set_yticks(range(n), labels, family=letters.families)
    axes.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=FAINT, linewidth=0.8)
    axes.tick_params(which="both", length=0, colors=SOFT)
    axes.set_xlabel(_("predicted"), family=letters.families, color=SOFT)
    axes.set_ylabel(_("true"), family=letters.families, color=SOFT)
    total, hits = int(matrix.sum()), int(np.trace(matrix))
    subtitle = _("{right} of {n} right; mistakes are orange").format(right=f"{hits:,}", n=f"{total:,}")
    title(figure, letters, _("What was taken for what"), subtitle)
    figure.subplots_adjust(left=0.1, right=0.97, top=0.87, bottom=0.09)
    return figure


def doubts(cases: Sequence[Doubt], labels: Sequence[str], columns: int = 5) -> Figure:
    """Draw images that a classifier was least sure of, with the probability that it gave to each class.

    Parameters
    ----------
    cases : sequence of Doubt
        In the order in which they are drawn.
    labels : sequence of str
        Name of each class.
    columns : int, default=5
    """
    letters = lettering()
    _ = letters
    rows = -(-len(cases) // columns)
    # Inches: a cell holds two lines of text, the image, its bars and the labels under them.
    cell, side, bars, words, head = 1.72, 1.32, 0.36, 0.42, 0.82
    tall = words + side + bars + 0.42
    width, height = columns * cell + 0.3, head + rows * tall
    figure = sheet(width, height)
    for place, case in enumerate(cases):
        left = 0.15 + (place % columns) * cell + (cell - side) / 2
        bottom = height - head - (place // columns) * tall - words - side
        image = figure.add_axes((left / width, bottom / height, side / width, side / height))
        below = (bottom - bars - 0.06) / height
        _draw_doubt(image, figure.add_axes((left / width, below, side / width, bars / height)), case, labels, letters)
    subtitle = _("Bars: the probability of each digit; green is the true one, red a wrong answer")
    title(figure, letters, _("The digits it is least sure of"), subtitle)
    return figure


def _draw_doubt(image: Axes, bars: Axes, case: Doubt, labels: Sequence[str], letters: Lettering) -> None:
    _ = letters
    taken = int(np.argmax(case.probabilities))
    right = taken == case.true
    image.imshow(case.image, cmap="gray_r", interpolation="nearest")
    for axes in (image, bars):
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_color(FAINT)
    said = _("predicted {label} · {probability}").format(
        label=labels[taken], probability=f"{case.probabilities[taken]:.0%}"
    )
    known = _("true {label} · {probability}").format(
        label=labels[case.true], probability=f"{case.probabilities[case.true]:.0%}"
    )
    above = image.transAxes
    write(image, letters, 0.5, 1.22, said, transform=above, ha="center", color=GREEN if right else RED, weight="bold")
    write(image, letters, 0.5, 1.08, known, transform=above, ha="center", color=SOFT, size=8.5)
    colors = ["#9ca3af"] * len(labels)
    colors[taken] = RED
    colors[case.true] = GREEN
    bars.bar(range(len(labels)), case.probabilities, color=colors, width=0.8)
    bars.set_ylim(0, 1)
    bars.set_xticks(range(len(labels)), labels, size=6.5, color=SOFT, family=letters.families)
    bars.tick_params(length=0, pad=1.5)
    for side in ("top", "left", "right"):
        bars.spines[side].set_visible(False)


def _plain_numbers(axes: Axes) -> None:
    """Label a logarithmic axis at 1, 2, 5 of each power of ten, in plain decimals."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, min_n_ticks=1))


def _apart(places: list[float], axes: Axes) -> list[float]:
    """Move labels on a logarithmic axis away from each other where they would touch."""
    low, high = np.log(axes.get_ylim())
    need = 0.065 * (high - low)
    moved = list(places)
    if len(moved) == 2 and abs(moved[0] - moved[1]) < need:
        middle, step = sum(moved) / 2, need / 2 if moved[0] >= moved[1] else -need / 2
        moved = [middle + step, middle - step]
    return moved


def _rgb(color: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)
