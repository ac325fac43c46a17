"""`glassnet train` as people type it: its options, and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from glassnet.cli import readers
from glassnet.cli.options import Common, Json, Language, Seed, Threads, option
from glassnet.cli.table_options import (
    Categorical,
    Delimiter,
    Encoding,
    Ignore,
    Numeric,
    Reading,
    SkipBadRows,
    TableFile,
)
from glassnet.cli.usage import Interrupted, needed
from glassnet.texts import _

DATA, NETWORK, TRAINING, OUTPUT = _("Data"), _("Network"), _("Training"), _("Output")


@dataclass(frozen=True)
class Request:
    """What `glassnet train` was asked for; None, False and () where nothing was said.

    Attributes
    ----------
    parameters : mapping of str to value
        Of the estimator, under its names; only what was said.
    """

    file: Path
    target: str | None
    task: str | None
    test: Path | None
    test_fraction: float | None
    ignore: tuple[str, ...]
    categorical: tuple[str, ...]
    numeric: tuple[str, ...]
    reading: Reading
    parameters: Mapping[str, Any]
    report: Path | None
    force: bool
    dry_run: bool


# The options that are parameters of the estimators, and the parameters' names.
PARAMETERS = {
    name: {
        "hidden": "hidden_layer_sizes",
        "learning_rate": "learning_rate_init",
        "schedule": "learning_rate",
        "epochs": "max_iter",
        "patience": "n_iter_no_change",
    }.get(name, name)
    for name in (
        *("validation_fraction", "hidden", "activation", "output_activation", "loss", "initializer"),
        *("bias_initializer", "dropout", "label_smoothing", "class_weight", "solver", "learning_rate", "schedule"),
        *("batch_size", "epochs", "alpha", "l1_ratio", "weight_decay", "momentum", "beta_1", "beta_2", "patience"),
    )
}


def _named(name: str, text: str, panel: str, *, per_layer: bool = False) -> Any:
    reader = readers.each(readers.name(name)) if per_layer else readers.name(name)
    return option(name, text, metavar=_("NAME"), panel=panel, parser=reader)


def _number(name: str, text: str, panel: str, reader: Any) -> Any:
    return option(name, text, metavar=_("NUMBER"), panel=panel, parser=reader)


def train(
    context: typer.Context,
    file: TableFile = None,
    target: Annotated[
        str | None, option("--target", _("Column to learn to predict."), metavar=_("COLUMN"), panel=DATA)
    ] = None,
    task: Annotated[
        str | None,
        _named("--task", _("One of {names}. Default: auto, which follows from the target."), DATA),
    ] = None,
    test: Annotated[
        Path | None,
        option("--test", _("Test on this table instead of a part of FILE."), metavar=_("FILE"), panel=DATA),
    ] = None,
    test_fraction: Annotated[
        float | None,
        _number(
            "--test-fraction",
            _("Share of the rows that is put aside for the test; 0: no test. Default: 0.2."),
            DATA,
            readers.number("--test-fraction", 0, 1),
        ),
    ] = None,
    validation_fraction: Annotated[
        float | None,
        _number(
            "--validation-fraction",
            _("Share of the other rows by which the best epoch is chosen; 0: the last epoch is taken."),
            DATA,
            readers.number("--validation-fraction", 0, 1),
        ),
    ] = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    numeric: Numeric = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    hidden: Annotated[
        str | None,
        option(
            "--hidden",
            _("Units of the hidden layers, as 64,32; none: a linear model."),
            metavar=_("SIZES"),
            panel=NETWORK,
            parser=readers.sizes("--hidden"),
        ),
    ] = None,
    activation: Annotated[
        str | None,
        _named("--activation", _("Of the hidden layers: {names}. One for all, or one each."), NETWORK, per_layer=True),
    ] = None,
    output_activation: Annotated[
        str | None, _named("--output-activation", _("Of the output: {names}. It must fit the loss."), NETWORK)
    ] = None,
    loss: Annotated[str | None, _named("--loss", _("What is made small: {names}."), NETWORK)] = None,
    initializer: Annotated[
        str | None, _named("--initializer", _("Of the first weights: {names}."), NETWORK, per_layer=True)
    ] = None,
    bias_initializer: Annotated[
        str | None,
        _named("--bias-initializer", _("Of the first biases: names as above."), NETWORK, per_layer=True),
    ] = None,
    dropout: Annotated[
        str | None,
        _number(
            "--dropout",
            _("Share of the hidden outputs that is set to 0 in training. One for all layers, or one each."),
            NETWORK,
            readers.each(readers.number("--dropout", 0, 1)),
        ),
    ] = None,
    label_smoothing: Annotated[
        float | None,
        _number(
            "--label-smoothing",
            _("Share of each target that is spread over all classes."),
            TRAINING,
            readers.number("--label-smoothing", 0, 1),
        ),
    ] = None,
    class_weight: Annotated[
        str | None, _named("--class-weight", _("{names}: rare classes weigh as much as frequent ones."), TRAINING)
    ] = None,
    solver: Annotated[str | None, _named("--solver", _("One of {names}."), TRAINING)] = None,
    learning_rate: Annotated[
        float | None,
        _number(
            "--learning-rate",
            _("Rate at the start."),
            TRAINING,
            readers.number("--learning-rate", above=0),
        ),
    ] = None,
    schedule: Annotated[str | None, _named("--schedule", _("How the rate goes on: {names}."), TRAINING)] = None,
    batch_size: Annotated[
        int | None,
        _number("--batch-size", _("Rows a step."), TRAINING, readers.whole_number("--batch-size", 1, 2**31 - 1)),
    ] = None,
    epochs: Annotated[
        int | None, _number("--epochs", _("Epochs at most."), TRAINING, readers.whole_number("--epochs", 1, 2**31 - 1))
    ] = None,
    alpha: Annotated[
        float | None, _number("--alpha", _("L2 penalty on the weights."), TRAINING, readers.number("--alpha", 0))
    ] = None,
    l1_ratio: Annotated[
        float | None,
        _number(
            "--l1-ratio",
            _("Share of L1 in the penalty, which makes weights exactly 0."),
            TRAINING,
            readers.number("--l1-ratio", 0, 1),
        ),
    ] = None,
    weight_decay: Annotated[
        float | None,
        _number(
            "--weight-decay",
            _("Each step the weights shrink by this times the rate."),
            TRAINING,
            readers.number("--weight-decay", 0),
        ),
    ] = None,
    momentum: Annotated[
        float | None, _number("--momentum", _("Of the solver sgd."), TRAINING, readers.number("--momentum", 0, 1))
    ] = None,
    beta_1: Annotated[
        float | None,
        _number("--beta-1", _("Adam's decay of the mean gradient."), TRAINING, readers.number("--beta-1", 0, 1)),
    ] = None,
    beta_2: Annotated[
        float | None,
        _number("--beta-2", _("Adam's decay of the squared gradient."), TRAINING, readers.number("--beta-2", 0, 1)),
    ] = None,
    patience: Annotated[
        int | None,
        _number(
            "--patience",
            _("Epochs without improvement after which training ends."),
            TRAINING,
            readers.whole_number("--patience", 1, 2**31 - 1),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        option(
            "--out",
            _("Where the model is saved. Default: beside the table, people.csv gives people.glass."),
            metavar=_("FILE"),
            panel=OUTPUT,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        option("--report", _("Write a report of the model to this HTML file."), metavar=_("FILE"), panel=OUTPUT),
    ] = None,
    force: Annotated[bool, option("--force", _("Overwrite a model or a report that is there."), panel=OUTPUT)] = False,
    dry_run: Annotated[
        bool, option("--dry-run", _("Show the plan only: train and write nothing."), panel=OUTPUT)
    ] = False,
    seed: Seed = None,
    n_threads: Threads = None,
    as_json: Json = False,
    language: Language = None,
) -> int:
    """Collect what was said, and run the command."""
    said = dict(locals())
    if file is None:
        raise needed(_("FILE"), context)
    request = Request(
        file=file,
        target=target,
        task=task,
        test=test,
        test_fraction=test_fraction,
        ignore=tuple(ignore or ()),
        categorical=tuple(categorical or ()),
        numeric=tuple(numeric or ()),
        reading=Reading(encoding, delimiter, skip_bad_rows),
        parameters={parameter: said[name] for name, parameter in PARAMETERS.items() if said[name] is not None},
        report=report,
        force=force,
        dry_run=dry_run,
    )
    common: Common = context.obj.overlaid(seed=seed, n_threads=n_threads, out=out, as_json=as_json)
    try:
        from glassnet.cli.train import run

        return run(request, common)
    except KeyboardInterrupt:
        raise Interrupted from None
