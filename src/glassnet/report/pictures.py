"""Pictures of the catalog's entries as objects: shown by notebooks, saved as files, opened in a window."""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.catalog import ACTIVATIONS, Entry
from glassnet.catalog.finding import configured, find
from glassnet.errors import PictureError
from glassnet.report import sheet
from glassnet.report.curves import Interval, curve_figure, overview_figure
from glassnet.report.files import write_whole
from glassnet.report.lettering import Lettering, lettering, vector_lettering

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Picture:
    """A picture that draws itself where it is needed: for the screen, as PNG, as SVG.

    Parameters
    ----------
    draw : callable
        Makes the figure with given lettering: a PNG has the letters of fonts that are installed here, an SVG those of
        whoever looks at it.
    names : sequence of str
        What it is a picture of.
    """

    def __init__(self, draw: Callable[[Lettering], Figure], names: Sequence[str]) -> None:
        self._draw = draw
        self.names = tuple(names)

    @functools.cached_property
    def figure(self) -> Figure:
        """The picture as a matplotlib figure."""
        return self._draw(lettering())

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return sheet.png_bytes(self.figure)

    def svg(self) -> str:
        """Return the picture as SVG, its words as text in the language in use."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # see sheet.svg_text
            return sheet.svg_text(self._draw(vector_lettering()), describes=", ".join(self.names))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all: .png or .svg.

        Raises
        ------
        PictureError
            If the name ends otherwise.
        OSError
            If the file cannot be written.
        """
        path = Path(path)
        match path.suffix.lower():
            case ".png":
                content = self.png()
            case ".svg":
                content = self.svg().encode()
            case ending:
                raise PictureError.file_kind(ending)
        return write_whole(path, lambda file: file.write(content))

    def show(self) -> None:
        """Open a window with the picture, and wait until it is closed.

        Raises
        ------
        PictureError
            If there is no display.
        """
        if not has_display():
            raise PictureError.no_display()
        from matplotlib import pyplot as plt

        figure = self.figure
        manager = plt.figure(figsize=figure.get_size_inches()).canvas.manager
        if manager is None or type(manager.canvas).__name__ == "FigureCanvasAgg":
            plt.close("all")
            raise PictureError.no_display()
        figure.set_dpi(manager.canvas.figure.get_dpi())
        manager.canvas.figure = figure
        figure.set_canvas(manager.canvas)
        plt.show(block=True)

    def _repr_png_(self) -> bytes:
        return self.png()

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"<picture of {', '.join(self.names)}>"


def plot(
    *which: str | Entry,
    together: bool = False,
    interval: Interval | None = None,
    derivative: bool = True,
    fans: tuple[int, int] = (64, 32),
    **parameters: float,
) -> Picture:
    """Draw curves: of activations with their derivatives, of losses, initializers or schedules.

    Parameters
    ----------
    *which : str or Entry
        Names, names with parameters ("leaky_relu(slope=0.03)"), formulas of an activation, or entries; all of one
        kind. Without any, an overview of all activations.
    together : bool, default=False
        Function and derivative in one frame, not side by side.
    interval : tuple of (float, float), optional
        What is shown on the x axis; by default what fits.
    derivative : bool, default=True
        Whether the derivative is drawn too.
    fans : tuple of (int, int), default=(64, 32)
        Inputs and units of the layer that an initializer draws weights for.
    **parameters : float
        Values for the parameters of those that have them.

    Returns
    -------
    Picture
        Shown by notebooks; `.save("curve.png")` or `.save("curve.svg")` writes a file, `.figure` is matplotlib's.

    Raises
    ------
    PictureError
        If kinds differ, or there is no curve.
    ParameterError
        If nothing has such a name, a parameter is unknown or its value not allowed.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.plot("sigmoid", "tanh")
    <picture of sigmoid, tanh>
    >>> gn.plot("leaky_relu", slope=0.03).save("leaky_relu.svg").name
    'leaky_relu.svg'
    """
    if not which:
        names = [activation.name for activation in ACTIVATIONS if not activation.over_axis]
        return Picture(lambda letters: overview_figure(letters=letters), names)
    entries = configured(
        [entry if isinstance(entry, Entry) else find(entry, parameters=parameters) for entry in which], parameters
    )
    draw = functools.partial(_draw, entries, together=together, interval=interval, derivative=derivative, fans=fans)
    picture = Picture(draw, [entry.name for entry in entries])
    picture.figure  # noqa: B018 (drawn now, so that a mistake is told here, not when a notebook shows the picture)
    return picture


def has_display() -> bool:
    """Whether a window can be opened on this machine."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _draw(entries: list[Entry], letters: Lettering, **options: Any) -> Figure:
    return curve_figure(entries, letters=letters, **options)
