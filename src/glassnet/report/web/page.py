"""From a template to one HTML file that needs nothing else."""

from __future__ import annotations

import functools
import hashlib
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.report.sheet import AXIS, BLUE, FAINT, GREEN, INK, ORANGE, RED, SOFT, svg_text
from glassnet.texts import language

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
# Colors of pictures: the variable of the page that each becomes, so that a picture is dark where the page is.
VARIABLES = {
    "#ffffff": "paper",
    INK: "ink",
    SOFT: "soft",
    FAINT: "faint",
    AXIS: "axis",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
    RED: "red",
}


def render(template: str, **shown: Any) -> str:
    """Fill in a template of this folder; what comes from data is escaped.

    Parameters
    ----------
    template : str
        Name of a file of this folder.
    **shown
        What the template asks for. It has `style`, the page's CSS, and `lang`, the language in use, by itself.

    Examples
    --------
    >>> "<h1>a &lt;b&gt;</h1>" in render("plain.html", title="a <b>", body="")
    True
    """
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    lang = {"zh": "zh-Hans"}.get(language(), language())
    return _environment().get_template(template).render(style=style, lang=lang, **shown)


def picture(figure: Figure, describes: str) -> str:
    """Return a figure as SVG for a page, in the page's colors and as wide as there is room.

    Parameters
    ----------
    figure : Figure
    describes : str
        What the picture shows, for people who don't see it.

    Returns
    -------
    str
        For templates to take as it is (`| safe`): matplotlib escapes the texts in it.
    """
    svg = svg_text(figure)
    svg = svg[svg.index("<svg") :]
    wide, high = figure.get_size_inches() * 72
    label = html.escape(describes)
    svg = re.sub(
        r'<svg [^>]*?style="(?P<style>[^"]*)"[^>]*>',
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-label="{label}" viewBox="0 0 {wide:g} {high:g}" style="max-width: {wide * 1.35:.0f}px">',
        svg,
        count=1,
    )
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for color, name in VARIABLES.items():
        svg = svg.replace(f": {color}", f": var(--{name}, {color})")
    # Identifiers are the same in every picture; on a page each needs its own.
    mark = "p" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', svg)
    return re.sub(r'(xlink:href="#|url\(#)', rf"\1{mark}-", svg)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
