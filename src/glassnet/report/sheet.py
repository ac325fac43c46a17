"""What all pictures share: paper, ink, titles, and how a figure becomes a file.

matplotlib's objects are used, not pyplot, and every style is given to the artist that has it: no global state is read
or left behind.
"""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.report.files import write_whole
from glassnet.report.lettering import CHINESE, PLAIN, Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, FAINT = "#1a202c", "#6b7280", "#e5e7eb"
AXIS = "#9ca3af"
BLUE, ORANGE, GREEN, RED = "#2563a8", "#d97706", "#15803d", "#c2341d"
DOTS_PER_INCH = 144

# Seven colors that people with any kind of color blindness tell apart: Okabe, Ito 2008, Color Universal Design; the
# yellow among them is left out, because it fades on white paper, and the sky blue is darker, for the same reason.
APART = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#3c9bd0")
LINES = ("-", (0, (5, 1.5)), (0, (1, 1)))


def frame(axes: Axes, letters: Lettering) -> Axes:
    """Give axes thin lines at the left and below only, and numbers that stand back."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(AXIS)
    axes.tick_params(which="both", colors=SOFT, labelfontfamily=list(letters.families))
    return axes


def sheet(width: float, height: float) -> Figure:
    """Make a white figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, facecolor="white")


def title(figure: Figure, letters: Lettering, words: str, subtitle: str) -> None:
    """Write a title and a line under it, at the left, at a fixed distance from the upper edge."""
    inches = figure.get_figheight()
    common: dict[str, Any] = {"ha": "left", "va": "top", "family": letters.families}
    left = 0.3 / figure.get_figwidth()
    figure.text(left, 1 - 0.16 / inches, words, size=13, weight="bold", color=INK, **common)
    figure.text(left, 1 - 0.45 / inches, subtitle, size=9, color=SOFT, **common)


def write(axes: Axes, letters: Lettering, x: float, y: float, text: str, **style: Any) -> Any:
    """Write a text into axes; returns the artist."""
    settings: dict[str, Any] = {"va": "center", "size": 9.5, "family": letters.families, **style}
    return axes.text(x, y, text, **settings)


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, or as SVG where the name ends so; whole or not at all."""
    if path.suffix.lower() == ".svg":
        text = svg_text(figure)
        return write_whole(path, lambda file: file.write(text.encode()))
    return write_whole(path, lambda file: file.write(png_bytes(figure)))


def png_bytes(figure: Figure) -> bytes:
    """Return a figure as PNG; the same figure gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    file = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(file, metadata={"Software": None})
    return file.getvalue()


def svg_text(figure: Figure, *, describes: str = "") -> str:
    """Return a figure as SVG whose words are text that can be read, searched and translated.

    Fonts are named as a list, in which every system finds one that has Chinese characters. The same figure gives the
    same text: no date, no random identifiers.

    Parameters
    ----------
    figure : Figure
    describes : str, optional
        Becomes the picture's title, which screen readers tell.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "glassnet"}), warnings.catch_warnings():
        # Whoever looks at the picture has the font; the widths that are measured here without it are near enough.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        about = {"Title": describes} if describes else {}
        canvas.print_svg(file, metadata={"Date": None, "Creator": None, **about})
    return _light(file.getvalue())


def _light(svg: str) -> str:
    """Name the fonts once, for the whole picture, and keep two decimals of every coordinate."""
    fonts = ", ".join(f"'{name}'" for name in (PLAIN, *CHINESE)) + ", sans-serif"
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    # Older versions of matplotlib write all of a font in one: "font: 700 13px 'DejaVu Sans'".
    svg = re.sub(r"font: (?:(\d+|bold) )?([\d.]+px) '[^;\"]*", lambda f: _font(f[1], f[2]), svg)
    svg = svg.replace("<svg ", f'<svg style="font-family: {fonts}" ', 1)
    # Only within tags: what stands between them is said to people.
    return re.sub(r"<[^>]*>", lambda tag: re.sub(r"-?\d+\.\d{3,}", _shorter, tag[0]), svg)


def _shorter(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _font(weight: str | None, size: str) -> str:
    return f"font-size: {size}" + (f"; font-weight: {weight}" if weight else "")
