"""An explanation and a list of entries as text for a terminal, colored where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from glassnet.catalog.explanation import Explanation, Line
from glassnet.report import terminal
from glassnet.report.terminal import INDENT, NAME, filled, wrapped
from glassnet.texts import _

_MOST_NAMES = 4  # on one line of a list
_NARROWEST = 24  # cells that are left for the text beside a label, however narrow the window is


def explanation(told: Explanation, width: int | None = None) -> Text:
    """Set an explanation: the title, then labels with the lines beside them.

    Parameters
    ----------
    told : Explanation
    width : int, optional
        Cells of a line; longer texts are wrapped. None wraps nothing, which is right for a file.

    Examples
    --------
    >>> import glassnet as gn
    >>> print(explanation(gn.activations.identity.explain()).plain.splitlines()[1])
      formula       x
    """
    labels = max(cell_len(line.label) for line in told.lines)
    beside = None if width is None else max(_NARROWEST, width - labels - 2 * len(INDENT))
    rows = [(line.label, _pieces(line, beside)) for line in told.lines]
    return Text.assemble((told.title, "bold"), "\n", terminal.facts(rows))


def _pieces(line: Line, width: int | None) -> list[str]:
    lines = line.text.splitlines()
    if width is None or not line.wraps:
        return lines
    return [piece for text in lines for piece in wrapped(text, width)]


def entries(listed: Sequence[Mapping[str, Any]], width: int | None = None) -> Text:
    """Set a list of entries: name and synonyms, formula, and when to use it, a line each; too long ones are cut.

    Examples
    --------
    >>> print(entries([{"name": "relu", "synonyms": [], "formula": "where(x > 0, x, 0)", "use": "the first choice"}]))
      relu  where(x > 0, x, 0)  the first choice
    """
    names = [", ".join([entry["name"], *entry["synonyms"]][:_MOST_NAMES]) for entry in listed]
    formulas = [entry["formula"].splitlines()[-1] if entry["formula"] else "" for entry in listed]
    longest = 40
    first = max(map(cell_len, names), default=0)
    second = min(longest, max(map(cell_len, formulas), default=0))
    text = Text()
    for name, formula, entry in zip(names, formulas, listed, strict=True):
        row = Text(INDENT + filled(name, -first), style=NAME)
        if second:
            row.append("  " + filled(_cut(formula, second), -second), style="default")
        row.append("  " + entry["use"], style="dim")
        if width is not None:
            row.truncate(width, overflow="ellipsis")
        text.append("\n" if text else "")
        text.append(row)
    return text


def kinds(counts: Mapping[str, int]) -> Text:
    """Set how many entries each kind has.

    Examples
    --------
    >>> print(kinds({"activations": 12, "losses": 6}))
      activations  12
      losses        6
    <BLANKLINE>
    glassnet list KIND shows them, glassnet explain NAME explains one.
    """
    width = max(map(cell_len, counts))
    digits = max(len(str(count)) for count in counts.values())
    text = Text()
    for kind, count in counts.items():
        text.append(INDENT + filled(kind, -width), style=NAME)
        text.append(f"  {count:>{digits}}\n")
    hint = _("{listing} shows them, {explaining} explains one.")
    text.append("\n" + hint.format(listing="glassnet list KIND", explaining="glassnet explain NAME"))
    return text


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else text[: width - 1] + "…"
