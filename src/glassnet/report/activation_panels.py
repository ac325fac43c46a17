"""The panels of activations: the function at the left, its derivative at the right, what is remarkable marked."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from glassnet.catalog import Activation
from glassnet.catalog.landmarks import Landmarks, Piece, interval_of, landmarks_of, pieces_of
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.report.numerals import number
from glassnet.report.panels import Line, Mark, Panel, Values, broken

# Scores of the other classes, where a function over an axis is shown over one of them.
OTHERS = (0.0, 1.0)
MOST_PIECES = 9
DERIVATIVE = "f ′(x)"  # the space keeps the prime apart from the f


def common_interval(activations: Sequence[Activation]) -> tuple[float, float]:
    """Return the interval that shows all of them: the widest of their own."""
    intervals = [interval_of(activation) for activation in activations]
    return min(low for low, _high in intervals), max(high for _low, high in intervals)


def one_activation(
    letters: Lettering, activation: Activation, interval: tuple[float, float]
) -> tuple[Panel, Panel, Landmarks]:
    """Compose the two panels of one function, with everything that is remarkable."""
    _ = letters
    pieces = pieces_of(activation, *interval)
    found = landmarks_of(activation, pieces)
    x, value, slope = _joined(pieces)
    color = sheet.BLUE
    marks = [Mark(zero, 0.0, color, filled=False) for zero in found.zeros if not _near(zero, found, interval)]
    slope_marks = []
    tangents = []
    for kink in found.kinks:
        if kink.jumps:
            text = _("jump: {left} → {right}")
            text = text.format(left=number(kink.left_value), right=number(kink.right_value))
            marks += _ends(kink.x, kink.value, (kink.left_value, kink.right_value), color, text)
        else:
            text = _("kink: slope {left} → {right}")
            text = text.format(left=number(kink.left_slope), right=number(kink.right_slope))
            marks.append(Mark(kink.x, kink.value, color, text))
        if kink.bends:
            slope_marks += _ends(kink.x, kink.slope, (kink.left_slope, kink.right_slope), sheet.RED)
    if found.steepest is not None:
        place, largest = found.steepest
        height = float(activation(np.array([place]))[0])
        tangents.append((place, height, largest))
        marks.append(Mark(place, height, sheet.RED))
        text = _("largest slope {slope} at x = {place}").format(slope=number(largest), place=number(place))
        slope_marks.append(Mark(place, largest, sheet.RED, text))
    elif not np.nanmax(np.abs(slope), initial=0.0):
        middle = interval[0] + 0.75 * (interval[1] - interval[0])
        slope_marks.append(Mark(middle, 0.0, sheet.RED, _("0 wherever it exists: nothing to learn from")))
    levels = tuple(sorted({limit for limit in found.limits if limit is not None and abs(limit) > 1e-9}))
    return (
        Panel(
            _("function"), "x", "f(x)", (Line(x, value, color),), tuple(marks), found.flat, tuple(tangents), levels,
            title_color=color,
        ),
        Panel(
            _("derivative"), "x", DERIVATIVE, (Line(x, slope, sheet.RED),), tuple(slope_marks), found.flat,
            title_color=sheet.RED,
        ),
        found,
    )  # fmt: skip


def _ends(x: float, here: float, sides: tuple[float, float], color: str, text: str = "") -> list[Mark]:
    """Mark both ends of a jump, and fill the one that holds in the place itself; the first mark has the words."""
    ends = [side for side in sides if not np.isclose(side, here, rtol=1e-6, atol=1e-6)]
    marks = [Mark(x, height, color, filled=height == here) for height in (*ends, here) if np.isfinite(height)]
    return [dataclasses.replace(marks[0], text=text), *marks[1:]]


def several_activations(
    letters: Lettering, activations: Sequence[Activation], names: Sequence[str], interval: tuple[float, float]
) -> tuple[Panel, Panel]:
    """Compose the two panels of several functions, each in a color of its own, in both panels."""
    _ = letters
    lines: list[tuple[Line, Line]] = []
    marks: list[Mark] = []
    slope_marks: list[Mark] = []
    looks = itertools.cycle(itertools.product(sheet.LINES, sheet.APART))
    # Each is a little thinner than the one below it, so that curves that lie on each other are seen.
    widths = np.linspace(3.2, 1.6, len(activations)) if len(activations) > 2 else (2.0, 2.0)
    for activation, name, width, (dashes, color) in zip(activations, names, widths, looks, strict=False):
        pieces = pieces_of(activation, *interval)
        found = landmarks_of(activation, pieces)
        x, value, slope = _joined(pieces)
        lines.append((Line(x, value, color, name, dashes, width), Line(x, slope, color, name, dashes, width)))
        marks += [Mark(kink.x, kink.value, color) for kink in found.kinks]
        if found.steepest is not None:
            place, largest = found.steepest
            slope_marks.append(Mark(place, largest, color, number(largest)))
    return (
        Panel(_("function"), "x", "f(x)", tuple(value for value, _slope in lines), tuple(marks)),
        Panel(_("derivative"), "x", DERIVATIVE, tuple(slope for _value, slope in lines), tuple(slope_marks)),
    )


def small_panel(activation: Activation) -> Panel:
    """Compose function and derivative in one frame, for a small picture."""
    pieces = pieces_of(activation, *interval_of(activation), points=201)
    x, value, slope = _joined(pieces)
    found = landmarks_of(activation, pieces)
    marks = tuple(Mark(kink.x, kink.value, sheet.BLUE) for kink in found.kinks)
    return Panel(activation.name, "x", "", (Line(x, slope, sheet.RED), Line(x, value, sheet.BLUE)), marks)


def over_axis(letters: Lettering, activation: Activation, interval: tuple[float, float]) -> tuple[Panel, Panel]:
    """Compose the panels of a function over an axis: all outputs of three over the first score, the others fixed."""
    _ = letters
    x = np.linspace(*interval, 801)
    scores = np.column_stack([x, *(np.full_like(x, other) for other in OTHERS)])
    outputs = np.asarray(activation(scores))
    slopes = _slopes_by_the_first(activation, scores, outputs)
    kept = [broken(outputs[:, k]) for k in range(outputs.shape[1])]
    values = tuple(Line(x, kept[k], sheet.APART[k], f"f{'₁₂₃'[k]}") for k in range(outputs.shape[1]))
    by_first = tuple(Line(x, slopes[:, k], sheet.APART[k], f"∂f{'₁₂₃'[k]}/∂x₁") for k in range(outputs.shape[1]))
    along = _("x₁, while x₂ = {second} and x₃ = {third}").format(second=number(OTHERS[0]), third=number(OTHERS[1]))
    return (
        Panel(_("outputs"), along, "f(x₁, x₂, x₃)", values),
        Panel(_("derivatives by the first score"), along, "∂f / ∂x₁", by_first),
    )


def maxout_unit(letters: Lettering, activation: Activation, interval: tuple[float, float]) -> tuple[Panel, Panel]:
    """Compose the panels of one Maxout unit with one input: the largest of its lines, here tangents of a parabola."""
    _ = letters
    x = np.linspace(*interval, 802)  # even, so that no point falls on the corner of two pieces
    weights = np.linspace(-1, 1, activation.pieces)
    lines = x[:, None] * weights - weights**2
    output = np.asarray(activation(lines))[:, 0]
    slope = (activation.jacobian(lines)[:, 0] * weights).sum(axis=1)
    pieces = tuple(
        Line(x, lines[:, k], sheet.AXIS, dashes=(0, (4, 3)), width=1.1)
        for k in range(min(activation.pieces, MOST_PIECES))
    )
    return (
        Panel(
            _("the largest of {n} lines").format(n=activation.pieces),
            "x",
            "f(x)",
            (*pieces, Line(x, output, sheet.BLUE, width=2.6)),
            title_color=sheet.BLUE,
        ),
        Panel(
            _("derivative: the weight of the largest line"),
            "x",
            DERIVATIVE,
            (Line(x, broken(slope), sheet.RED),),
            title_color=sheet.RED,
        ),
    )


def _slopes_by_the_first(activation: Activation, scores: Values, outputs: Values) -> Values:
    slopes = np.asarray(activation.jacobian(scores))[:, :, 0]
    jumps = np.abs(np.diff(outputs, axis=0, prepend=outputs[:1])) > 0.5
    return np.where(jumps, np.nan, slopes)


def _joined(pieces: Sequence[Piece]) -> tuple[Values, Values, Values]:
    """Join pieces to one line, broken where the next piece does not begin at the same height."""
    xs, values, slopes = ([], [], [])  # type: tuple[list[Values], list[Values], list[Values]]
    for i, piece in enumerate(pieces):
        if i:
            for collected in (xs, values, slopes):
                collected.append(np.array([np.nan]))
            if np.isclose(values[-2][-1], piece.value[0], rtol=1e-6, atol=1e-6):
                values[-1] = values[-2][-1:]
                xs[-1] = xs[-2][-1:]
        xs.append(piece.x)
        values.append(piece.value)
        slopes.append(piece.slope)
    return np.concatenate(xs), np.concatenate(values), np.concatenate(slopes)


def _near(place: float, found: Landmarks, interval: tuple[float, float]) -> bool:
    """Whether another mark already stands at this place."""
    others = [kink.x for kink in found.kinks] + ([found.steepest[0]] if found.steepest else [])
    return any(abs(place - other) < 0.01 * (interval[1] - interval[0]) for other in others)
