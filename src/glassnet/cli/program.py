"""The commands of `glassnet`, as people type them. What they do stands in a module each, imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from glassnet.cli import (
    compare_options,
    explain_options,
    lab_options,
    model_options,
    playground_options,
    plot_options,
    train_options,
)
from glassnet.cli.options import Common, Folder, Json, Language, Out, Seed, Threads, option
from glassnet.cli.usage import Command, Group, Interrupted
from glassnet.texts import _

# Shown below every help.
ENDS_WITH = _(
    "Exit codes: 0 done, 1 something is wrong with the data or the machine, 2 the command line is wrong, "
    "130 interrupted by Ctrl-C."
)

program = typer.Typer(
    cls=Group,
    help=_("Fully connected networks you can see through."),
    epilog=ENDS_WITH,
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


def _demo(
    context: typer.Context,
    seed: Seed = None,
    n_threads: Threads = None,
    out: Folder = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    try:
        from glassnet.cli.demo import run

        return run(context.obj.overlaid(seed=seed, n_threads=n_threads, out=out, as_json=as_json))
    except KeyboardInterrupt:
        raise Interrupted from None


def _add(
    name: str, function: Callable[..., int], usage: str, short: str, text: str, group: typer.Typer = program
) -> None:
    group.command(
        name,
        cls=Command,
        help=text,
        short_help=short,
        epilog=ENDS_WITH,
        rich_help_panel=_("Commands"),
        options_metavar=usage,
    )(function)


_add(
    "demo",
    _demo,
    _("[OPTIONS]"),
    _("Learn handwritten digits in a few seconds, and show how."),
    _(
        "Learn handwritten digits in a few seconds: what is done and why, accuracy on images never seen, "
        "what happens inside, pictures."
    ),
)
_add(
    "train",
    train_options.train,
    _("FILE --target COLUMN [OPTIONS]"),
    _("Learn to predict a column of a table, and save the model."),
    _(
        "Learn to predict a column of a table: says what is done and why, trains, tests on rows that were put aside, "
        "and saves the model. Every choice can be overridden; what is not said, a recipe chooses."
    ),
)
_add(
    "predict",
    model_options.predict,
    _("MODEL FILE [OPTIONS]"),
    _("Predict that column for the rows of another table."),
    _(
        "Predict for each row of a table, in its order. The column of predictions has the target's name, as income; "
        "for classes there are columns of probabilities too, as P(income = yes)."
    ),
)
_add(
    "evaluate",
    model_options.evaluate,
    _("MODEL FILE [OPTIONS]"),
    _("Test a model on a table that has the answers."),
    _("Test a model on a table that has the answers, beside the naive answer that needs no model."),
)
_add(
    "compare",
    compare_options.compare,
    _("FILE --target COLUMN --activation A,B [OPTIONS]"),
    _("Compare activations, rates, sizes on a table, and say how sure that is."),
    _(
        "Train every combination of the values on the same folds with the same seeds: which is best on this table, and "
        "which can't be told apart. Means with intervals, tests corrected for their number, learning curves."
    ),
)
_add(
    "diagnose",
    model_options.diagnose,
    _("MODEL [FILE] [OPTIONS]"),
    _("Say what is wrong with a model, why, and what to try."),
    _(
        "Say what is wrong with a model, why, and what to try: from the trace of its training, its weights, and what "
        "it remembers of the data. With a table, its units are looked at on these rows; with their answers too, also "
        "whether what it learned holds for them."
    ),
)
_add(
    "plot",
    plot_options.plot,
    _("NAMES [OPTIONS]"),
    _("Draw functions and their derivatives."),
    _(
        "Draw activations with their derivatives, losses with their gradients, the densities of initializers or the "
        "rates of schedules, and mark what is remarkable. Prints the path of the picture."
    ),
)
_add(
    "explain",
    explain_options.explain,
    _("NAMES [OPTIONS]"),
    _("Explain a function, a loss, an initializer, an optimizer, a schedule, a word."),
    _(
        "Explain what has a name, or a formula: its derivative, its properties in numbers, what speaks for it and "
        "against it, when to use it, its relatives and where it comes from."
    ),
)
_add(
    "list",
    explain_options.list_,
    _("[KIND] [OPTIONS]"),
    _("List what there is: activations, losses, initializers, optimizers, schedules, words."),
    _("List what there is of a kind, a line each: names, formula, when to use it. Without a kind, how many there are."),
)
_add(
    "playground",
    playground_options.playground,
    _("[FILE --target COLUMN] [OPTIONS]"),
    _("Watch a network learn in the browser, and change it while it does."),
    _(
        "Open a page in the browser that shows a network while it learns: its units, its boundary, its loss, what is "
        "wrong and what to try. With data of many kinds, points drawn by hand, or a table of yours. The page is served "
        "from this machine, to this machine only."
    ),
)

lab = typer.Typer(
    cls=Group,
    help=_("Put to the test what is said about networks: claims as experiments, with numbers and a verdict."),
    epilog=ENDS_WITH,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [OPTIONS]"),
    no_args_is_help=True,
)
program.add_typer(
    lab,
    name="lab",
    short_help=_("Put to the test what is said about networks."),
    rich_help_panel=_("Commands"),
)
_add(
    "list",
    lab_options.list_,
    _("[OPTIONS]"),
    _("List the experiments, each with its claim."),
    _("List the experiments, each with the claim that it tests."),
    lab,
)
_add(
    "run",
    lab_options.run,
    _("NAME [OPTIONS]"),
    _("Run an experiment, or all, and judge the claim."),
    _(
        "Run an experiment with several seeds: what is claimed and where, the rule, the numbers, and whether the claim "
        "holds, holds in part or does not hold. --out writes a page with figures."
    ),
    lab,
)
