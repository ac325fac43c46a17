"""A card for notebooks: name, formula, curve and remarks of an entry, as HTML."""

from __future__ import annotations

import contextlib
import html

from glassnet.catalog import Entry
from glassnet.errors import GlassnetError
from glassnet.report.pictures import plot
from glassnet.texts import _


def html_card(entry: Entry) -> str:
    """Write a small card that a notebook shows for an entry.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
        HTML; everything that comes from the entry is escaped.

    Examples
    --------
    >>> import glassnet as gn
    >>> "<svg" in html_card(gn.activations.relu), "<svg" in html_card(gn.optimizers.adam)
    (True, False)
    """
    remarks = entry.remarks.translated()
    rows = [
        (_("formula"), f"<code>{html.escape(entry.formula)}</code>" if entry.formula else ""),
        (_("parameters"), html.escape(", ".join(f"{name} = {value:g}" for name, value in entry.parameters))),
        (_("good"), html.escape(remarks.good)),
        (_("bad"), html.escape(remarks.bad)),
        (_("use"), html.escape(remarks.use)),
        (_("source"), html.escape(remarks.source)),
    ]
    table = "".join(
        f'<tr><th style="text-align:left;vertical-align:top">{html.escape(name)}</th>'
        f'<td style="text-align:left">{value}</td></tr>'
        for name, value in rows
        if value
    )
    return f'<div style="max-width:60em"><b>{html.escape(entry.name)}</b>{_curve(entry)}<table>{table}</table></div>'


def _curve(entry: Entry) -> str:
    """Return the curve as SVG for a page; nothing where there is none."""
    with contextlib.suppress(GlassnetError):
        svg = plot(entry).svg()
        return f'<div style="max-width:48em">{svg[svg.index("<svg") :]}</div>'
    return ""
