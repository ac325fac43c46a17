"""Text for a terminal, colored where there is one.

The lines break where they are broken here: print them with `soft_wrap=True`, so that a long path stays in one piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from glassnet.texts import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INDENT = "  "
NAME = "cyan"


def facts(rows: Sequence[tuple[str, Sequence[str]]], width: int = 0) -> Text:
    """Set names at the left, and the lines that belong to each beside it.

    Parameters
    ----------
    rows : sequence of (name, lines)
    width : int, default=0
        Least width of the names in terminal cells, so that blocks under each other align.

    Examples
    --------
    >>> print(facts([("task", ["which digit is it?"]), ("data", ["450 to test by", "1,212 to learn from"])]))
      task  which digit is it?
      data  450 to test by
            1,212 to learn from
    """
    width = max(width, *(cell_len(name) for name, _lines in rows))
    text = Text()
    for name, lines in rows:
        for place, line in enumerate(lines):
            label = "" if place else name
            text.append("\n" if text else "")
            text.append(INDENT + label + " " * (width - cell_len(label) + 2), style=NAME)
            text.append(line)
    return text


def confusion(matrix: NDArray[np.int64], labels: Sequence[str]) -> Text:
    """Show how often each class (down) was taken for each (across), and the share of each class that was right.

    Examples
    --------
    >>> import numpy as np
    >>> print(confusion(np.array([[5, 0], [2, 9]]), ["no", "yes"]))
      true ↓ predicted →   no  yes  right
                      no    5    ·   100%
                     yes    2    9    82%
    """
    corner, right = _("true ↓ predicted →"), _("right")
    cells = [len(f"{int(count):,}") for count in matrix.ravel()]
    width = max(2, *cells, *(cell_len(label) for label in labels)) + 2
    left = max(cell_len(corner), *(cell_len(label) for label in labels))
    last = max(cell_len(right), 4) + 2
    text = Text(INDENT + _filled(corner, left), style="dim")
    for label in labels:
        text.append(_filled(label, width), style=NAME)
    text.append(_filled(right, last), style="dim")
    for true, label in enumerate(labels):
        text.append("\n" + INDENT)
        text.append(_filled(label, left), style=NAME)
        for taken, count in enumerate(matrix[true]):
            style = "dim" if count == 0 else "green" if taken == true else "bold red"
            text.append(_filled(f"{int(count):,}" if count else "·", width), style=style)
        total = int(matrix[true].sum())
        text.append(_filled(f"{matrix[true, true] / total:.0%}" if total else "", last), style="dim")
    return text


def _filled(text: str, width: int) -> str:
    """Right-align in terminal cells; a Chinese character takes two."""
    return " " * (width - cell_len(text)) + text
