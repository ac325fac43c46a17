"""Curves of the catalog's entries: value and derivative of activations, and what the other kinds have to show.

`curve_figure` is the one way in; it asks the module that knows the kind of entry for its panels.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glassnet.catalog import ACTIVATIONS, Activation, Entry, Initializer, Loss, Schedule
from glassnet.catalog.latex import symbol
from glassnet.errors import PictureError
from glassnet.report import activation_panels, loss_panels, other_panels, sheet
from glassnet.report.lettering import Lettering, lettering
from glassnet.report.numerals import number
from glassnet.report.panels import Heading, Panel, draw_panel, over, panel_figure
from glassnet.report.sheet import svg_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["curve_figure", "overview_figure", "svg_text"]

Interval = tuple[float, float]
# What the formula of an initializer gives.
DRAWN = {"constant": "w =", "uniform": r"|w| \leq", "normal": r"\sigma =", "orthogonal": "a ="}
MOST_CURVES = len(sheet.APART) * len(sheet.LINES)


def curve_figure(
    entries: Sequence[Entry] | Entry,
    *,
    together: bool = False,
    interval: Interval | None = None,
    derivative: bool = True,
    fans: tuple[int, int] = (64, 32),
    letters: Lettering | None = None,
) -> Figure:
    """Draw the curves of entries of one kind.

    Parameters
    ----------
    entries : Entry, or sequence of Entry
        Activations; losses; initializers; or schedules.
    together : bool, default=False
        Function and derivative in one frame, not side by side.
    interval : tuple of (float, float), optional
        What is shown on the x axis; by default what fits.
    derivative : bool, default=True
        Whether the derivative is drawn too.
    fans : tuple of (int, int), default=(64, 32)
        Inputs and units of the layer that an initializer draws weights for.
    letters : Lettering, optional
        Fonts and whether they can write the language in use; by default what this machine has.

    Returns
    -------
    Figure
        matplotlib's; `svg_text` and `glassnet.report.sheet.save` make files of it.

    Raises
    ------
    PictureError
        If kinds differ, there are too many, they have no curve, or the interval is none.

    Examples
    --------
    >>> import glassnet as gn
    >>> figure = curve_figure(gn.activations.sigmoid)
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['f(x)', 'f ′(x)']
    """
    letters = letters or lettering()
    entries = [entries] if isinstance(entries, Entry) else list(entries)
    interval = _checked(interval)
    kinds = tuple(dict.fromkeys(entry.kind for entry in entries))
    if len(kinds) != 1:
        raise PictureError.different_kinds(kinds)
    if len(entries) > MOST_CURVES:
        raise PictureError.too_many(len(entries), MOST_CURVES)
    match entries[0]:
        case Activation():
            return _activations(letters, entries, together, interval, derivative)  # type: ignore[arg-type]
        case Loss():
            return _losses(letters, entries, together, interval, derivative)  # type: ignore[arg-type]
        case Initializer():
            return _initializers(letters, entries, fans)  # type: ignore[arg-type]
        case Schedule():
            return _schedules(letters, entries)  # type: ignore[arg-type]
    raise PictureError.no_curve(kinds[0], entries[0].name)


def _checked(interval: Interval | None) -> Interval | None:
    if interval is None:
        return None
    low, high = interval
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise PictureError.interval(low, high)
    return float(low), float(high)


def _activations(
    letters: Lettering, activations: Sequence[Activation], together: bool, interval: Interval | None, derivative: bool
) -> Figure:
    _ = letters
    for activation in activations:
        if activation.over_axis and len(activations) > 1:
            raise PictureError.alone(activation.name)
    if len(activations) == 1 and activations[0].pieces > 1:
        panels: tuple[Panel, ...] = activation_panels.maxout_unit(letters, activations[0], interval or (-4.0, 4.0))
        note = _("One unit with one input; in a network it learns the slopes and the heights of its lines")
        heading = heading_of(letters, activations[0], "", note)
    elif len(activations) == 1 and activations[0].over_axis:
        panels = activation_panels.over_axis(letters, activations[0], interval or (-6.0, 6.0))
        heading = heading_of(letters, activations[0], "f(x)_i =")
    elif len(activations) == 1:
        interval = interval or activation_panels.common_interval(activations)
        left, right, found = activation_panels.one_activation(letters, activations[0], interval)
        panels = (left, right)
        note = ""
        if found.flat:
            note = (
                _("Gray: the slope is 0, {places}")
                if found.idle
                else _("Gray: the slope is below 5% of its largest, {places}")
            )
            note = note.format(places=_places(letters, found.flat, interval))
        heading = heading_of(letters, activations[0], "f(x) =", note)
    else:
        interval = interval or activation_panels.common_interval(activations)
        names = names_of(activations)
        panels = activation_panels.several_activations(letters, activations, names, interval)
        title = _("Functions and their derivatives") if derivative else _("Functions")
        heading = Heading(title, formula=" · ".join(names), plain=True)
    if not derivative:
        panels = panels[:1]
    elif together:
        panels = (over(_told_apart(panels), _("function and derivative")),)
    return panel_figure(letters, heading, panels)


def _places(letters: Lettering, flat: Sequence[Interval], interval: Interval) -> str:
    """Write stretches at the borders of what is shown as conditions on x."""
    _ = letters
    left = next((number(high) for low, high in flat if low == interval[0]), "")
    right = next((number(low) for low, high in flat if high == interval[1]), "")
    if left and right:
        return _("where x < {left} or x > {right}").format(left=left, right=right)
    return _("where x < {left}").format(left=left) if left else _("where x > {right}").format(right=right)


def _losses(
    letters: Lettering, losses: Sequence[Loss], together: bool, interval: Interval | None, derivative: bool
) -> Figure:
    _ = letters
    panels: tuple[Panel, ...] = loss_panels.loss_panels(letters, losses, names_of(losses), interval)
    if len(losses) == 1:
        loss = losses[0]
        link = "" if loss.link == "identity" else _link(loss)
        heading = heading_of(letters, loss, "L =", after=link)
    else:
        heading = Heading(_("Losses and their gradients") if derivative else _("Losses"))
    if not derivative:
        panels = panels[:1]
    elif together:
        panels = (over(_told_apart(panels), _("loss and gradient")),)
    return panel_figure(letters, heading, panels)


def _link(loss: Loss) -> str:
    """Write how the prediction comes from the raw score."""
    link = loss.output_activation
    written = re.sub(r"\bx\b|(?<=[^a-z])x(?=_)", "z", link.latex)
    return rf",\quad p{'_i' if link.over_axis else ''} = {written}"


def _initializers(letters: Lettering, initializers: Sequence[Initializer], fans: tuple[int, int]) -> Figure:
    _ = letters
    panel = other_panels.initializer_panel(letters, initializers, names_of(initializers), fans)
    layer = _("{fan_in} inputs, {fan_out} units").format(fan_in=fans[0], fan_out=fans[1])
    if len(initializers) == 1:
        heading = heading_of(letters, initializers[0], DRAWN[initializers[0].draws])
        heading = dataclasses.replace(heading, detail=" · ".join(filter(None, (heading.detail, layer))))
    else:
        heading = Heading(_("Weights before training"), layer)
    return panel_figure(letters, heading, (panel,))


def _schedules(letters: Lettering, schedules: Sequence[Schedule]) -> Figure:
    _ = letters
    panel = other_panels.schedule_panel(letters, schedules, names_of(schedules))
    alone = len(schedules) == 1
    heading = heading_of(letters, schedules[0], r"\eta =") if alone else Heading(_("Learning rates"))
    if any(re.search(r"\bt\b", schedule.formula) for schedule in schedules):
        note = _("η₀ is the rate at the start, q is power_t, t the number of rows seen plus 1: up to {rows} here")
        heading = dataclasses.replace(heading, note=note.format(rows=f"{other_panels.ROWS:,}"))
    elif alone:
        heading = dataclasses.replace(heading, note=_("η₀ is the rate at the start, τ the progress"))
    return panel_figure(letters, heading, (panel,))


def overview_figure(*, columns: int = 5, letters: Lettering | None = None) -> Figure:
    """Draw all activations of the catalog, small, each with its derivative in red.

    Parameters
    ----------
    columns : int, default=5
    letters : Lettering, optional
        As for `curve_figure`.
    """
    letters = letters or lettering()
    _ = letters
    shown = [activation for activation in ACTIVATIONS if not activation.over_axis]
    rows = -(-len(shown) // columns)
    # Inches: each cell holds a name above the axes and numbers below them.
    cell_width, cell_height, head = 2.25, 1.72, 0.7
    width, height = columns * cell_width + 0.35, rows * cell_height + head + 0.1
    figure = sheet.sheet(width, height)
    for i, activation in enumerate(shown):
        left = 0.42 + (i % columns) * cell_width
        bottom = height - head - (i // columns + 1) * cell_height + 0.38
        place = (left / width, bottom / height, (cell_width - 0.5) / width, (cell_height - 0.66) / height)
        axes = figure.add_axes(place)
        draw_panel(axes, letters, activation_panels.small_panel(activation), small=True)
        said = ", ".join(f"{name} = {number(value, 3)}" for name, value in activation.parameters)
        axes.set_title(activation.name, loc="left", pad=4, size=9.5, weight="bold", color=sheet.INK)
        if len(activation.name) + 0.7 * len(said) < 21:  # letters that fit beside each other
            axes.set_title(said, loc="right", pad=4, size=7, color=sheet.SOFT)
    sheet.title(figure, letters, _("The activations"), _("Blue: the function. Red: its derivative"))
    return figure


def _told_apart(panels: Sequence[Panel]) -> list[Panel]:
    """Name curves for one frame: f and f′; of several functions, derivatives are dashed."""
    function, derivative = panels
    if len(function.lines) == 1:
        named = [dataclasses.replace(panel.lines[0], name=panel.y_label) for panel in panels]
        return [dataclasses.replace(panel, lines=(line,)) for panel, line in zip(panels, named, strict=True)]
    dashed = tuple(
        dataclasses.replace(line, name=line.name + "′", dashes=(0, (4, 1.5)), width=1.5) for line in derivative.lines
    )
    return [function, dataclasses.replace(derivative, lines=dashed)]


def heading_of(letters: Lettering, entry: Entry, left_side: str, note: str = "", after: str = "") -> Heading:
    """Compose what stands above the curve of one entry: name, parameters and formula."""
    formula = entry.latex
    if formula and left_side:
        formula = f"{left_side} {formula}{after}"
    return Heading(entry.name, parameters_of(letters, entry), formula, note=note)


def parameters_of(letters: Lettering, entry: Entry) -> str:
    """Write the parameters of an entry, and which of them each unit learns."""
    _ = letters
    learned = getattr(entry, "learned", ())
    said = []
    for name, value in entry.parameters:
        text = _("{name} = {value}, learned for each unit") if name in learned else "{name} = {value}"
        said.append(text.format(name=_called(name), value=number(value, 4)))
    return " · ".join(said)


def _called(name: str) -> str:
    """Name a parameter, with the letter that it has in formulas where that is another one."""
    letter = symbol(name)
    greek = {r"\sigma": "σ", r"\theta": "θ", r"\ell": "ℓ"}.get(letter, "")
    return f"{name} {greek or letter}" if greek or (len(letter) == 1 and letter != name) else name


def names_of(entries: Sequence[Entry]) -> list[str]:
    """Name entries so that no two names are the same: with their parameters where names alone would be."""
    names = [entry.name for entry in entries]
    return [
        entry.name
        if names.count(entry.name) == 1
        else f"{entry.name} ({', '.join(f'{name} = {number(value, 4)}' for name, value in entry.parameters)})"
        for entry in entries
    ]
