"""`glassnet explain` and `glassnet list` as people type them."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet.cli.options import Common, Json, Language
from glassnet.cli.usage import Interrupted, complained, needed
from glassnet.texts import _


def explain(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            show_default=False,
            metavar=_("NAMES"),
            help=_("Names, as relu, huber, he_normal, adam, cosine or neuron, or formulas of x in quotation marks."),
        ),
    ] = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(as_json=as_json)
    if not names:
        raise needed(_("a name"), context)
    try:
        from glassnet.cli.explain import run
        from glassnet.errors import ParameterError

        try:
            return run(names, common)
        except ParameterError as error:
            raise complained(error, context) from None
    except KeyboardInterrupt:
        raise Interrupted from None


def list_(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            metavar=_("KIND"),
            help=_(
                "activations, losses, initializers, optimizers, schedules or words; without it, how many there are."
            ),
        ),
    ] = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(as_json=as_json)
    try:
        from glassnet.cli.explain import run_list

        return run_list(kind, common)
    except KeyboardInterrupt:
        raise Interrupted from None
