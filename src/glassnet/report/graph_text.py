"""A computation's graph as text for a terminal: a line a node, forward value and backward gradient."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from glassnet.autograd.worked import Worked
from glassnet.report.terminal import INDENT, NAME, filled, wrapped
from glassnet.texts import _


def worked(told: Worked, width: int | None = None) -> Text:
    """Set a computation that was worked through.

    Parameters
    ----------
    told : Worked
    width : int, optional
        Cells of a line; remarks are wrapped. None wraps nothing, which is right for a file.

    Examples
    --------
    >>> from glassnet.autograd.worked import neuron_mse
    >>> print(worked(neuron_mse()).plain.splitlines()[3])
      w              [0.5, -0.25]  [-1.8, -3.6]
    """
    result = told.graph.nodes[-1].name
    heads = (_("node"), _("computed as"), _("forward value"), _("gradient of {result}").format(result=result))
    rows = told.graph.rows()
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    text = Text.assemble((told.title, "bold"), "\n")
    text.append(_line(heads, widths), style="dim")
    for name, formula, value, gradient in rows:
        text.append("\n" + INDENT)
        text.append(filled(name, -widths[0]), style=NAME)
        text.append("  " + filled(formula, -widths[1]) + "  " + (filled(value, -widths[2]) if gradient else value))
        if gradient:
            text.append("  " + gradient, style="red")
    for remark in told.remarks:
        for place, line in enumerate([remark] if width is None else wrapped(remark, max(24, width - 4))):
            text.append("\n" + (INDENT + "· " if place == 0 else INDENT + "  "), style="dim")
            text.append(line)
    return text


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return INDENT + "  ".join(filled(cell, -width) for cell, width in zip(cells, widths, strict=True)).rstrip()
