"""The commands of `glassnet`, as people type them. What they do stands in a module each, imported when it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet.cli.options import Common, Json, Language, Out, Seed, Threads, option
from glassnet.cli.usage import Command, Group, Interrupted
from glassnet.texts import _

program = typer.Typer(
    cls=Group,
    help=_("Fully connected networks you can see through."),
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [OPTIONS]"),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from glassnet import __version__

        typer.echo(f"glassnet {__version__}")
        raise typer.Exit


Version = Annotated[bool, option("--version", _("Show the version."), callback=_show_version, is_eager=True)]


@program.callback(invoke_without_command=True)
def _before_the_command(
    context: typer.Context,
    seed: Seed = None,
    n_threads: Threads = None,
    out: Out = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
    version: Version = False,  # noqa: ARG001 (acts in its callback)
) -> None:
    context.obj = Common(seed, n_threads, out, as_json)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@program.command(
    "demo",
    cls=Command,
    help=_(
        "Learn handwritten digits in a few seconds: what is done and why, accuracy on images never seen, "
        "what happens inside, pictures."
    ),
    short_help=_("Learn handwritten digits in a few seconds, and show how."),
    rich_help_panel=_("Commands"),
    options_metavar=_("[OPTIONS]"),
)
def _demo(
    context: typer.Context,
    seed: Seed = None,
    n_threads: Threads = None,
    out: Out = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    try:
        from glassnet.cli.demo import run

        return run(context.obj.overlaid(seed=seed, n_threads=n_threads, out=out, as_json=as_json))
    except KeyboardInterrupt:
        raise Interrupted from None
