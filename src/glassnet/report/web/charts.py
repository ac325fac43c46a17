"""The pictures of a report: losses, layers over time, calibration, predictions beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.report.lettering import Lettering, vector_lettering
from glassnet.report.sheet import APART, AXIS, BLUE, FAINT, ORANGE, SOFT, frame, sheet, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from glassnet.diagnosis import Reliability
    from glassnet.engine import Trace

MOST_LAYERS = len(APART)  # that have colors of their own
LOSS_TICKS = 6


def losses(trace: Trace, best_epoch: int) -> Figure:
    """Draw the losses over epochs, and the epoch whose weights were kept."""
    letters = vector_lettering()
    _ = letters
    figure = sheet(7.2, 3.2)
    axes = frame(figure.add_subplot(), letters)
    epochs = np.arange(1, len(trace) + 1)
    curves = [(trace.losses, BLUE, _("train")), (trace.validation_losses, ORANGE, _("validation"))]
    curves = [curve for curve in curves if np.isfinite(curve[0]).any()]
    marker = "o" if len(epochs) <= 25 else None
    for values, color, name in curves:
        axes.plot(epochs, values, color=color, linewidth=1.8, marker=marker, markersize=3.5, label=name)
    if all((values[np.isfinite(values)] > 0).all() for values, _color, _name in curves):
        axes.set_yscale("log")
        _few_plain_ticks(axes)
    if 0 < best_epoch < len(epochs):
        axes.axvline(best_epoch, color=AXIS, linewidth=1, linestyle=(0, (3, 3)))
        note = _("epoch {n}: kept").format(n=best_epoch)
        right = best_epoch > 0.7 * len(epochs)
        write(axes, letters, best_epoch, 1.03, f" {note} ", color=SOFT, size=8.5, ha="right" if right else "left",
              transform=axes.get_xaxis_transform())  # fmt: skip
    _epochs(axes, letters, len(epochs))
    axes.set_ylabel(_("loss"), family=letters.families, color=SOFT)
    _legend(axes, letters)
    figure.subplots_adjust(left=0.1, right=0.98, top=0.9, bottom=0.16)
    return figure


def layers(trace: Trace, names: Sequence[str]) -> Figure:
    """Draw what happened inside, layer by layer: dead units, saturation, gradients, size of updates.

    Parameters
    ----------
    trace : Trace
        Of a solver that goes step by step.
    names : sequence of str
        Of the layers, the output last.
    """
    letters = vector_lettering()
    _ = letters
    found = trace.layers
    hidden = len(names) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = found["update_norm"] / found["weight_norm"]
    panels = [
        (_("gradient norm"), found["gradient_norm"], len(names), True, None),
        (_("update / weight, per step"), ratio, len(names), True, (5e-4, 5e-3)),
    ]
    if hidden:
        panels += [
            (_("dead units, share"), found["dead"], hidden, False, None),
            (_("saturated, share"), found["saturated"], hidden, False, None),
        ]
    rows = len(panels) // 2
    figure = sheet(7.6, 2.45 * rows + 0.45)
    epochs = np.arange(1, len(trace) + 1)
    for place, (title, values, n, logarithmic, healthy) in enumerate(panels):
        axes = frame(figure.add_subplot(rows, 2, place + 1), letters)
        for layer in _shown(n):
            shown = np.where(values[:, layer] > 0, values[:, layer], np.nan) if logarithmic else values[:, layer]
            axes.plot(epochs, shown, color=APART[layer % MOST_LAYERS], linewidth=1.5, label=names[layer],
                      marker="o" if len(epochs) <= 5 else None, markersize=3)  # fmt: skip
        if healthy is not None:
            axes.axhspan(*healthy, color=FAINT, alpha=0.7, linewidth=0)
        if logarithmic:
            axes.set_yscale("log")
        else:
            axes.set_ylim(-0.03, 1.03)
            axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
        axes.set_title(title, loc="left", size=10, family=letters.families, color=SOFT)
        _epochs(axes, letters, len(epochs), label=place >= len(panels) - 2)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", ncols=min(4, len(labels)), frameon=False, labelcolor=SOFT,
                  prop={"family": list(letters.families), "size": 9}, bbox_to_anchor=(0.06, 1.0))  # fmt: skip
    high = 2.45 * rows + 0.45
    figure.subplots_adjust(left=0.08, right=0.985, top=1 - 0.72 / high, bottom=0.5 / high, hspace=0.42, wspace=0.22)
    return figure


def calibration(found: Reliability, two_classes: bool) -> Figure:
    """Draw probabilities beside the shares that came true, with their intervals."""
    letters = vector_lettering()
    _ = letters
    figure = sheet(4.2, 4.0)
    axes = frame(figure.add_subplot(), letters)
    axes.plot([0, 1], [0, 1], color=AXIS, linewidth=1, linestyle=(0, (3, 3)))
    for part in found.bins:
        axes.plot([part.predicted] * 2, [part.low, part.high], color=BLUE, linewidth=1.4, alpha=0.6)
    axes.plot([part.predicted for part in found.bins], [part.observed for part in found.bins], "o-", color=BLUE,
              linewidth=1.4, markersize=5)  # fmt: skip
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_aspect("equal")
    said = _("probability of the second class") if two_classes else _("probability of the chosen class")
    axes.set_xlabel(said, family=letters.families, color=SOFT)
    axes.set_ylabel(_("share that came true"), family=letters.families, color=SOFT)
    figure.subplots_adjust(left=0.15, right=0.97, top=0.96, bottom=0.14)
    return figure


def predictions(true: NDArray[Any], predicted: NDArray[Any], target: str) -> Figure:
    """Draw predicted numbers beside the true ones, and the errors' distribution."""
    letters = vector_lettering()
    _ = letters
    figure = sheet(7.6, 3.7)
    axes = frame(figure.add_subplot(1, 2, 1), letters)
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    axes.plot([low, high], [low, high], color=AXIS, linewidth=1, linestyle=(0, (3, 3)))
    axes.scatter(true, predicted, s=9, color=BLUE, alpha=0.35, linewidths=0, rasterized=False)
    axes.set_xlabel(_("true {target}").format(target=target), family=letters.families, color=SOFT)
    axes.set_ylabel(_("predicted"), family=letters.families, color=SOFT)
    axes = frame(figure.add_subplot(1, 2, 2), letters)
    errors = predicted - true
    reach = float(np.quantile(np.abs(errors), 0.995)) or 1.0
    axes.hist(np.clip(errors, -reach, reach), bins=31, range=(-reach, reach), color=BLUE)
    axes.axvline(0, color=AXIS, linewidth=1)
    axes.set_xlabel(_("predicted − true"), family=letters.families, color=SOFT)
    axes.set_ylabel(_("rows"), family=letters.families, color=SOFT)
    figure.subplots_adjust(left=0.1, right=0.985, top=0.96, bottom=0.16, wspace=0.28)
    return figure


def _shown(n: int) -> Sequence[int]:
    """Layers that are drawn: all, or the first, the last and some between them."""
    return range(n) if n <= MOST_LAYERS else sorted({round(place) for place in np.linspace(0, n - 1, MOST_LAYERS)})


def _epochs(axes: Axes, letters: Lettering, n: int, *, label: bool = True) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    axes.set_xlim(1 - 0.02 * n, n + 0.02 * n)
    axes.grid(axis="y", which="major", color=FAINT, linewidth=0.8)
    if label:
        axes.set_xlabel(letters("epoch"), family=letters.families, color=SOFT)


def _legend(axes: Axes, letters: Lettering) -> None:
    axes.legend(frameon=False, labelcolor=SOFT, prop={"family": list(letters.families), "size": 9}, ncols=2,
                loc="upper right", bbox_to_anchor=(1.0, 1.13))  # fmt: skip


def _few_plain_ticks(axes: Axes) -> None:
    """Label a logarithmic axis in plain decimals, at few places."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = np.log10(axes.get_ylim())
    subs = (1.0,) if high - low > 2.5 else (1.0, 2.0, 5.0) if high - low > 0.6 else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
    axes.yaxis.set_major_locator(LogLocator(base=10, subs=subs, numticks=2 * LOSS_TICKS))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
