"""`glassnet plot` as people type it: its options, and what was said of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli import readers
from glassnet.cli.options import Common, Json, Language, option
from glassnet.cli.usage import Interrupted, complained, complaint
from glassnet.texts import _

PICTURE, OUTPUT = _("Picture"), _("Output")


def _assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not (name.strip() and equals and math.isfinite(number)):
        sentence = _('{option} must be a name and a number, as slope=0.03; got "{received}".')
        raise complaint(sentence.format(option="--parameter", received=text))
    return name.strip(), number


def _number(name: str, text: str) -> object:
    def read(said: str) -> float:
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        sentence = _('{option} must be a number; got "{received}".')
        raise complaint(sentence.format(option=name, received=said))

    return option(name, text, metavar=_("NUMBER"), panel=PICTURE, parser=read)


def plot(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help=_(
                "Names of one kind, as sigmoid, huber, he_normal or cosine; with parameters, as "
                "'leaky_relu(slope=0.03)'; formulas, as 'x*sigmoid(x)'. Without any: all activations."
            ),
            metavar=_("NAMES"),
            show_default=False,
            rich_help_panel=_("Functions"),
        ),
    ] = None,
    together: Annotated[
        bool, option("--together", _("Function and derivative in one frame, not side by side."), panel=PICTURE)
    ] = False,
    no_derivative: Annotated[bool, option("--no-derivative", _("The function only."), panel=PICTURE)] = False,
    low: Annotated[float | None, _number("--from", _("Where the x axis begins. Default: what fits."))] = None,
    high: Annotated[float | None, _number("--to", _("Where the x axis ends. Default: what fits."))] = None,
    parameter: Annotated[
        list[str] | None,
        option(
            "--parameter",
            _("Value of a parameter, as slope=0.03; may be repeated."),
            metavar=_("NAME=NUMBER"),
            panel=PICTURE,
        ),
    ] = None,
    fans: Annotated[
        str | None,  # Typer would ask for several words for a tuple; the reader makes one of a word
        option(
            "--fans",
            _("Inputs and units of the layer that an initializer draws weights for. Default: 64,32."),
            metavar=_("INPUTS,UNITS"),
            panel=PICTURE,
            parser=readers.sizes("--fans"),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        option(
            "--out",
            _("File for the picture: .png or .svg. Default: {file}.").format(file="glassnet-plots/NAMES.png"),
            metavar=_("FILE"),
            panel=OUTPUT,
        ),
    ] = None,
    force: Annotated[bool, option("--force", _("Overwrite a file that is there."), panel=OUTPUT)] = False,
    show: Annotated[bool, option("--show", _("Open a window with the picture as well."), panel=OUTPUT)] = False,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(out=out, as_json=as_json)
    if (low is None) != (high is None):
        raise complaint(_("--from and --to belong together: the x axis needs both ends."), context)
    if fans is not None and len(fans) != 2:
        raise complaint(_("--fans must be two numbers, inputs and units, as 64,32."), context)
    try:
        from glassnet.cli.plot import Request, run
        from glassnet.errors import ParameterError, PictureError

        try:
            return run(
                Request(
                    names=tuple(names or ()),
                    together=together,
                    derivative=not no_derivative,
                    interval=None if low is None or high is None else (low, high),
                    parameters=dict(_assignment(text) for text in parameter or ()),
                    fans=(int(fans[0]), int(fans[1])) if fans else (64, 32),
                    force=force,
                    show=show,
                ),
                common,
            )
        except (ParameterError, PictureError) as error:
            raise complained(error, context) from None
    except KeyboardInterrupt:
        raise Interrupted from None
