r"""Formulas in pictures: LaTeX as the catalog writes it, drawn as outlines.

matplotlib's mathtext sets one line and knows no cases; so a function with cases is composed here: what stands before,
a brace as tall as the rows, and the rows. Outlines look the same whatever fonts a reader of an SVG has; the one word
that is translated, "otherwise", stays text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from glassnet.report import sheet
from glassnet.report.lettering import Lettering

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = 12.0  # points
ROW = 16.0  # points from row to row of a function with cases
GAP = 5.0
TALLEST = 42.0  # points that there are between the title and the panels

CASES = re.compile(r"(.*?)\\begin\{cases\} (.*) \\end\{cases\}(.*)", re.DOTALL)


class Piece(NamedTuple):
    """Something to draw, in points from the left end and the middle line: an outline, or a word."""

    x: float
    y: float
    path: Any = None
    word: str = ""
    stretch: float = 1.0


def draw_formula(figure: Figure, letters: Lettering, latex: str, left: float, middle: float) -> None:
    """Draw a formula into a figure, smaller where it would not fit.

    Parameters
    ----------
    figure : Figure
    letters : Lettering
    latex : str
        Without dollar signs.
    left, middle : float
        Inches from the left and from the bottom: where it begins, and where its middle line is.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.transforms import Affine2D, ScaledTranslation

    pieces, width, height = _composed(latex, letters)
    wide, high = figure.get_size_inches()
    whole: Any = figure.transFigure
    scale = min(1.0, (wide - left - 0.25) * 72 / max(width, 1.0), TALLEST / max(height, 1.0))
    for piece in pieces:
        # Shares of the figure, so that a window of another size shows it as well.
        x, y = (left + scale * piece.x / 72) / wide, (middle + scale * piece.y / 72) / high
        if piece.word:
            style: dict[str, Any] = {"size": 0.85 * SIZE * scale, "color": sheet.INK, "family": list(letters.families)}
            figure.text(x, y, piece.word, ha="left", va="baseline", **style)
            continue
        sized = Affine2D().scale(scale / 72, scale * piece.stretch / 72) + figure.dpi_scale_trans
        place = sized + ScaledTranslation(x, y, whole)
        figure.add_artist(PathPatch(piece.path, transform=place, facecolor=sheet.INK, linewidth=0, clip_on=False))


def mathtext(latex: str, *, display: bool = True) -> str:
    r"""Turn LaTeX into what mathtext understands, without changing what it says.

    Parameters
    ----------
    latex : str
    display : bool, default=True
        Whether fractions are large.

    Examples
    --------
    >>> print(mathtext(r"\frac{1}{1 + e^{-x}}"), mathtext(r"\tfrac{1}{2} x^{2}"))
    \dfrac{1}{1 + e^{-x}} \frac{1}{2} x^{2}
    """
    depth = 0
    written = []
    latex = latex.replace(r"\left|", "|").replace(r"\right|", "|")
    for part in re.split(r"(\\[tf]*frac|[{}])", latex):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if part == r"\frac" and depth == 0 and display:
            written.append(r"\dfrac")
        else:
            written.append(r"\frac" if part == r"\tfrac" else part)
    return "".join(written)


def _composed(latex: str, letters: Lettering) -> tuple[list[Piece], float, float]:
    """Return the pieces, and how wide and how tall they are together."""
    found = CASES.fullmatch(latex)
    if found is None:
        path, width = _outline(latex)
        box = path.get_extents()
        return [Piece(0.0, -(box.y0 + box.y1) / 2, path)], width, float(box.height)
    before, inside, after = found.groups()
    before = before.removesuffix(r"\left(")  # the brace holds the cases together
    after = after.removeprefix(r"\right)")
    path, x = _outline(before) if before.strip() else (None, 0.0)
    pieces = [Piece(0.0, -0.3 * SIZE, path)] if path is not None else []
    rows = [row.split("&", 1) for row in inside.split(r"\\")]
    brace, _width = _outline(r"\{")
    box = brace.get_extents()
    values = [_outline(value, display=False) for value, _condition in rows]
    heights = [max(ROW, path.get_extents().height + 5) for path, _width in values]
    tall = sum(heights)
    stretch = tall / (box.y1 - box.y0)
    x += GAP
    pieces.append(Piece(x, -stretch * (box.y0 + box.y1) / 2, brace, stretch=stretch))
    x += float(box.x1) + GAP
    conditions = x + max(width for _path, width in values) + 3 * GAP
    end = conditions
    for i, ((outline, _w), (_value, condition)) in enumerate(zip(values, rows, strict=True)):
        y = tall / 2 - sum(heights[:i]) - heights[i] / 2 - 0.3 * SIZE
        pieces.append(Piece(x, y, outline))
        if "otherwise" in condition:
            _ = letters
            pieces.append(Piece(conditions, y, word=_("otherwise")))
            end = max(end, conditions + 5 * SIZE)
            continue
        said = condition.replace(r"\text{if }", "").replace(r"\text{ and }", r",\;")
        outline, width = _outline(said)
        pieces.append(Piece(conditions, y, outline))
        end = max(end, conditions + width)
    if after.strip():
        outline, width = _outline(after)
        pieces.append(Piece(end + GAP, -0.3 * SIZE, outline))
        end += GAP + width
    return pieces, end, tall


def _outline(latex: str, *, display: bool = True) -> tuple[Any, float]:
    """Return the outline of one line, in points, and its width."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    text = f"${mathtext(latex.strip(), display=display)}$"
    path = TextPath((0, 0), text, size=SIZE, prop=FontProperties(math_fontfamily="stix"))
    return path, float(path.get_extents().x1)
