"""A card for notebooks: what an explanation says of an entry, beside its curve, as HTML."""

from __future__ import annotations

import contextlib
import html
import re

from glassnet.catalog import Activation, Entry
from glassnet.catalog.explanation import Line
from glassnet.errors import GlassnetError
from glassnet.report.pictures import plot


def html_card(entry: Entry) -> str:
    """Write the card that a notebook shows for an entry.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
        HTML: the curve where there is one, formulas in LaTeX, and what `entry.explain()` says. Everything that comes
        from the entry is escaped.

    Examples
    --------
    >>> import glassnet as gn
    >>> "<svg" in html_card(gn.activations.relu), "<svg" in html_card(gn.optimizers.adam)
    (True, False)
    """
    told = entry.explain()
    rows = "".join(map(_row, told.lines))
    return (
        f'<div style="max-width:60em"><b>{html.escape(told.title)}</b>{_curve(entry)}{_derivative(entry)}'
        f"<table>{rows}</table></div>"
    )


def _row(line: Line) -> str:
    text = "<br>".join(html.escape(part) for part in line.text.splitlines())
    if not line.wraps:
        text = f"<code>{text}</code>"
    return (
        f'<tr><th style="text-align:left;vertical-align:top">{html.escape(line.label)}</th>'
        f'<td style="text-align:left">{text}</td></tr>'
    )


def _derivative(entry: Entry) -> str:
    """Write the derivative for MathJax, which notebooks bring; the formula itself stands above the curve."""
    if not isinstance(entry, Activation) or entry.over_axis:
        return ""
    return f"<p>{html.escape(f'$f′(x) = {entry.derivative_latex}$')}</p>"


def _curve(entry: Entry) -> str:
    """Return the curve as SVG for a page; nothing where there is none."""
    with contextlib.suppress(GlassnetError):
        svg = plot(entry).svg()
        svg = re.sub(r'width="[^"]*" height="[^"]*"', 'width="100%"', svg[svg.index("<svg") :], count=1)
        return f'<div style="max-width:48em">{svg}</div>'
    return ""
