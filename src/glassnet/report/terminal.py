"""Text for a terminal, colored where there is one.

The lines break where they are broken here: print them with `soft_wrap=True`, so that a long path stays in one piece.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from glassnet.texts import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INDENT = "  "
NAME = "cyan"
LINE = 80  # cells


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


def wrapped(words: str, width: int) -> list[str]:
    """Break a sentence into lines of at most so many terminal cells, between words.

    A word that is longer than a line, and Chinese, which has no spaces, break anywhere.

    Examples
    --------
    >>> wrapped("text with 2 different values", 16)
    ['text with 2', 'different values']
    """
    lines: list[str] = []
    line = ""
    for word in _words(words):
        piece = word if line else word.lstrip()
        if cell_len((line + piece).rstrip()) > width and line:
            lines.append(line.rstrip())
            line, piece = "", piece.lstrip()
        while cell_len(piece.rstrip()) > width:
            cut = _fitting(piece, width)
            lines.append(piece[:cut])
            piece = piece[cut:]
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def harmless(value: object, limit: int = 40) -> str:
    r"""Write a name or a label that comes from a file: on one line, without control characters, not too long.

    Examples
    --------
    >>> harmless("red\x1b[31m")
    'red�[31m'
    """
    text = "".join("�" if unicodedata.category(letter) in _CONTROL else letter for letter in str(value))
    if cell_len(text) <= limit:
        return text
    return text[: _fitting(text, limit - 1)] + "…"


def filled(text: str, width: int) -> str:
    """Right-align in so many terminal cells, of which a Chinese character takes two; a negative width aligns left.

    Examples
    --------
    >>> filled("a", 3), filled("a", -3)
    ('  a', 'a  ')
    """
    space = " " * (abs(width) - cell_len(text))
    return space + text if width > 0 else text + space


def confusion(matrix: NDArray[np.int64], labels: Sequence[str], heads: Sequence[str] | None = None) -> Text:
    """Show how often each class (down) was taken for each (across), and the share of each class that was right.

    Parameters
    ----------
    matrix : ndarray of int, shape (n_classes, n_classes)
    labels : sequence of str
        Of the rows, and of the columns where they have no other heads.
    heads : sequence of str, optional
        Of the columns.

    Examples
    --------
    >>> import numpy as np
    >>> print(confusion(np.array([[5, 0], [2, 9]]), ["no", "yes"]))
      true ↓ predicted →   no  yes  right
                      no    5    ·   100%
                     yes    2    9    82%
    """
    corner, right = _("true ↓ predicted →"), _("right")
    heads = labels if heads is None else heads
    cells = [len(f"{int(count):,}") for count in matrix.ravel()]
    width = max(2, *cells, *(cell_len(head) for head in heads)) + 2
    left = max(cell_len(corner), *(cell_len(label) for label in labels))
    last = max(cell_len(right), 4) + 2
    text = Text(INDENT + filled(corner, left), style="dim")
    for head in heads:
        text.append(filled(head, width), style=NAME)
    text.append(filled(right, last), style="dim")
    for true, label in enumerate(labels):
        text.append("\n" + INDENT)
        text.append(filled(label, left), style=NAME)
        for taken, count in enumerate(matrix[true]):
            style = "dim" if count == 0 else "green" if taken == true else "bold red"
            text.append(filled(f"{int(count):,}" if count else "·", width), style=style)
        total = int(matrix[true].sum())
        text.append(filled(f"{matrix[true, true] / total:.0%}" if total else "", last), style="dim")
    return text


# Control, format (right-to-left marks) and surrogate characters, line and paragraph separators.
_CONTROL = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _words(text: str) -> Iterator[str]:
    """Split before each space, and around each wide character; the pieces join to the text."""
    piece = ""
    for letter in text:
        wide = cell_len(letter) == 2 and unicodedata.category(letter) == "Lo"
        if piece and (wide or (letter == " " and not piece.isspace())):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _fitting(text: str, width: int) -> int:
    """How many leading characters fit into so many cells; at least one."""
    cells = 0
    for place, letter in enumerate(text):
        cells += cell_len(letter)
        if cells > width:
            return max(1, place)
    return len(text)
