"""`glassnet lab list` and `glassnet lab run` as people type them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.options import Common, Json, Language, Seed, Threads, option
from glassnet.cli.readers import whole_number
from glassnet.cli.usage import Interrupted, complained, complaint, needed
from glassnet.texts import _

MOST_SEEDS = 10_000
EXPERIMENT, OUTPUT = _("Experiment"), _("Output")


def list_(
    context: typer.Context,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(as_json=as_json)
    try:
        from glassnet.cli.lab import run_list

        return run_list(common)
    except KeyboardInterrupt:
        raise Interrupted from None


def run(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            metavar=_("NAME"),
            help=_("An experiment, as dead-relu, or all; glassnet lab list names them."),
        ),
    ] = None,
    quick: Annotated[
        bool, option("--quick", _("A few seconds for an impression: fewer seeds, fewer epochs."), panel=EXPERIMENT)
    ] = False,
    seeds: Annotated[
        int | None,
        option(
            "--seeds",
            _("So many repetitions. Default: what the experiment wants."),
            metavar=_("NUMBER"),
            panel=EXPERIMENT,
            parser=whole_number("--seeds", 2, MOST_SEEDS),
        ),
    ] = None,
    data: Annotated[
        Path | None,
        option(
            "--data",
            _("Table to learn from, where an experiment learns from one. Default: handwritten digits."),
            metavar=_("FILE"),
            panel=EXPERIMENT,
        ),
    ] = None,
    target: Annotated[
        str | None,
        option("--target", _("Column of that table that holds the classes."), metavar=_("COLUMN"), panel=EXPERIMENT),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--output",
            help=_("Folder for a page of all results, results.json, and the figures; made where it does not exist."),
            metavar=_("FOLDER"),
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    seed: Seed = None,
    n_threads: Threads = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(seed=seed, n_threads=n_threads, out=out, as_json=as_json)
    if not name:
        raise needed(_("the name of an experiment, or all"), context)
    if (data is None) != (target is None):
        raise complaint(_("--data and --target belong together: a table, and its column of classes."), context)
    try:
        from glassnet.cli.lab import Request
        from glassnet.cli.lab import run as run_request
        from glassnet.errors import ParameterError

        try:
            return run_request(Request(name, quick, seeds, data, target), common)
        except ParameterError as error:
            raise complained(error, context) from None
    except KeyboardInterrupt:
        raise Interrupted from None
