"""The panels of losses: the loss at the left, its gradient by the raw score at the right, for targets that tell.

A loss with numbers as targets is shown over p − y where its prediction is the raw score itself, else over the raw score
for some targets of its domain; a loss of classes over the score of the first class, the scores of two others fixed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glassnet.catalog import Loss
from glassnet.catalog.class_loss import ClassLoss
from glassnet.errors import DataError
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.report.numerals import number
from glassnet.report.panels import Line, Panel, Values, broken

# Even, so that no point falls on a kink at 0, where a gradient may be anything between two slopes.
POINTS = 800
OTHERS = (0.0, 1.0)  # scores of the other classes
LOGARITHMS = (-5.0, 0.0)  # of probabilities, where a loss takes them
REACH = {"identity": (-4.0, 4.0), "exp": (-3.0, 2.5)}  # of the raw score, by link
TARGETS = (0.0, 1.0, 4.0, -1.0)


class Shown(NamedTuple):
    """One curve of a loss: for which target, over the x axis, the loss and its gradient there."""

    target: str
    x: Values
    loss: Values
    gradient: Values


def loss_panels(
    letters: Lettering, losses: Sequence[Loss], names: Sequence[str], interval: tuple[float, float] | None
) -> tuple[Panel, Panel]:
    """Compose the two panels of one loss for several targets, or of several losses for one target each."""
    _ = letters
    curves: list[tuple[str, Shown]] = []
    for loss, name in zip(losses, names, strict=True):
        shown = _curves(letters, loss, interval)
        if len(losses) == 1:
            curves += [(one.target, one) for one in shown]
        else:
            one = shown[-1]
            curves.append((f"{name} ({one.target})" if one.target else name, one))
    alone = len(curves) == 1
    colors = [(sheet.BLUE, sheet.RED)] if alone else [(color, color) for color in sheet.APART]
    lines, slopes = [], []
    for (name, curve), (color, slope_color) in zip(curves, itertools.cycle(colors), strict=False):
        said = "" if alone else name
        lines.append(Line(curve.x, curve.loss, color, said))
        slopes.append(Line(curve.x, broken(curve.gradient), slope_color, said))
    if all(_of_logarithms(loss) for loss in losses):
        along, by = _("z₁, the logarithm of the first class's probability"), "∂L / ∂z₁"
    elif any(isinstance(loss, ClassLoss) for loss in losses):
        along = _("z₁, while z₂ = {second} and z₃ = {third}").format(second=number(OTHERS[0]), third=number(OTHERS[1]))
        by = "∂L / ∂z₁"
    elif all(_is_difference(loss) for loss in losses):
        along, by = "p − y", "∂L / ∂p"
    else:
        along, by = _("z, the raw score"), "∂L / ∂z"
    return (
        Panel(_("loss"), along, "L", tuple(lines), title_color=sheet.BLUE if alone else sheet.INK),
        Panel(_("gradient"), along, by, tuple(slopes), title_color=sheet.RED if alone else sheet.INK),
    )


def _is_difference(loss: Loss) -> bool:
    return not isinstance(loss, ClassLoss) and loss.link == "identity" and _allows(loss, 0.5) and _allows(loss, -3.0)


def _of_logarithms(loss: Loss) -> bool:
    return isinstance(loss, ClassLoss) and loss.link == "exp"


def _allows(loss: Loss, target: float) -> bool:
    try:
        loss(np.zeros(1), np.array([target]), reduction="none")
    except DataError:
        return False
    return True


def _curves(letters: Lettering, loss: Loss, interval: tuple[float, float] | None) -> list[Shown]:
    _ = letters
    reach = LOGARITHMS if _of_logarithms(loss) else REACH.get(loss.link, (-6.0, 6.0))
    x = np.linspace(*(interval or reach), POINTS)
    if isinstance(loss, ClassLoss):
        scores = np.column_stack([x, *(np.full_like(x, other) for other in OTHERS)])
        by_class = []
        for code, said in ((1, _("true class: the second")), (0, _("true class: the first"))):
            codes = np.full(len(x), code)
            gradient = np.asarray(loss.gradient(scores, codes, reduction="none"))[:, 0]
            by_class.append(Shown(said, x, np.asarray(loss(scores, codes, reduction="none")), gradient))
        return by_class
    if _is_difference(loss):
        targets: list[tuple[float, str]] = [(0.0, "")]
    else:
        targets = [(target, f"y = {number(target)}") for target in TARGETS if _allows(loss, target)]
    shown: list[Shown] = []
    for target, said in targets:
        value = np.asarray(loss(x, np.full_like(x, target), reduction="none"))
        if not any(np.array_equal(value, other.loss) for other in shown):  # −1 may be another name for 0
            gradient = np.asarray(loss.gradient(x, np.full_like(x, target), reduction="none"))
            shown.append(Shown(said, x, value, gradient))
    return shown
