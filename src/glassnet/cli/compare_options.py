"""`glassnet compare` as people type it: its options, and what was said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from glassnet.cli.train_options import DATA
from glassnet.cli.usage import Interrupted, complained, complaint, needed
from glassnet.texts import _

COMPARED, COMPARISON, OUTPUT = _("Values to compare, between commas"), _("Comparison"), _("Output")
MOST_SEEDS, MOST_FOLDS = 100_000, 1_000_000
SCORES = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc", "r2", "rmse", "mae")


@dataclass(frozen=True)
class Request:
    """What `glassnet compare` was asked for; None, False and () where nothing was said.

    Attributes
    ----------
    parameters : mapping of str to list
        Values to compare, under the estimators' names.
    options : mapping
        Of `glassnet.compare`, only what was said.
    """

    file: Path
    target: str | None
    ignore: tuple[str, ...]
    categorical: tuple[str, ...]
    numeric: tuple[str, ...]
    reading: Reading
    parameters: Mapping[str, list[Any]]
    options: Mapping[str, Any]
    resume: bool
    force: bool


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
        *("activation", "initializer", "bias_initializer", "loss", "hidden", "dropout", "solver", "learning_rate"),
        *("schedule", "batch_size", "epochs", "alpha", "l1_ratio", "weight_decay", "momentum", "patience"),
    )
}


def several(read_one: Callable[[str], object]) -> Callable[[str], list[Any]]:
    """Make a reader of values between commas; commas within brackets belong to a formula.

    Examples
    --------
    >>> several(str)("relu, where(x > 0, x, 0)")
    ['relu', 'where(x > 0, x, 0)']
    """
    return lambda text: [read_one(part.strip()) for part in readers.parts(text)]


def entry(name: str) -> Callable[[str], object]:
    """Make a reader of a name, a formula, or a name with parameters, as "leaky_relu(slope=0.03)".

    Examples
    --------
    >>> entry("--activation")("relu"), entry("--activation")("leaky_relu(slope=0.03)")
    ('relu', gn.activation('leaky_relu', slope=0.03))
    """
    kinds = {"activation": "activation", "loss": "loss"}
    kind = kinds.get(name.removeprefix("--"), "initializer")

    def read(text: str) -> object:
        if "=" not in text or "(" not in text:
            return readers.name(name)(text)
        from glassnet.catalog.finding import find
        from glassnet.errors import ParameterError

        try:
            found = find(text)
        except ParameterError as error:
            if readers.parts(text) == [text] and any(sign in text for sign in ("<=", ">=")):
                return readers.name(name)(text)  # a formula that compares
            raise complained(error) from None
        if found.kind != kind:
            return readers.name(name)(text)
        return found

    return read


def one_size(text: str) -> object:
    """Read the sizes of a network: "64", "64-32" for two layers, "none" for no hidden layer.

    Examples
    --------
    >>> one_size("64-32"), one_size("64"), one_size("none")
    ((64, 32), (64,), ())
    """
    try:
        return readers.sizes("--hidden")(text.replace("-", ","))
    except Exception as error:
        sentence = _('{option} must be sizes of layers, as 64,128,64-32 for three networks; got "{received}".')
        raise complaint(sentence.format(option="--hidden", received=text)) from error


def _values(name: str, text: str, reader: Callable[[str], object], metavar: str, *others: str) -> Any:
    return typer.Option(
        name,
        *others,
        help=text,
        metavar=metavar,
        show_default=False,
        rich_help_panel=COMPARED,
        parser=several(reader),
    )


def _names(name: str, text: str) -> Any:
    return _values(name, text, entry(name), _("A,B"))


def _numbers(name: str, text: str, reader: Callable[[Any], object], *others: str) -> Any:
    return _values(name, text, reader, _("NUMBERS"), *others)


def folds(text: str) -> object:
    """Read a number of folds, or a share of rows.

    Examples
    --------
    >>> folds("5"), folds("0.2")
    (5, 0.2)
    """
    if "." in text:
        return readers.number("--cv", below=1, above=0)(text)
    return readers.whole_number("--cv", 2, MOST_FOLDS)(text)


def compare(
    context: typer.Context,
    file: TableFile = None,
    target: Annotated[
        str | None, option("--target", _("Column to learn to predict."), metavar=_("COLUMN"), panel=DATA)
    ] = None,
    task: Annotated[
        str | None,
        option(
            "--task",
            _("One of {names}. Default: auto, which follows from the target."),
            metavar=_("NAME"),
            panel=DATA,
            parser=readers.name("--task"),
        ),
    ] = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    numeric: Numeric = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    activation: Annotated[
        str | None, _names("--activation", _("Of the hidden layers: {names}; or formulas, as 'x*sigmoid(x)'."))
    ] = None,
    initializer: Annotated[str | None, _names("--initializer", _("Of the first weights: {names}."))] = None,
    bias_initializer: Annotated[
        str | None, _names("--bias-initializer", _("Of the first biases: names as above."))
    ] = None,
    loss: Annotated[str | None, _names("--loss", _("What is made small: {names}."))] = None,
    hidden: Annotated[
        str | None,
        _values("--hidden", _("Units of the hidden layers; 64,64-32 are two networks."), one_size, _("SIZES")),
    ] = None,
    dropout: Annotated[
        str | None,
        _numbers(
            "--dropout",
            _("Share of the hidden outputs that is set to 0 in training."),
            readers.number("--dropout", 0, 1),
        ),
    ] = None,
    solver: Annotated[str | None, _values("--solver", _("One of {names}."), readers.name("--solver"), _("A,B"))] = None,
    learning_rate: Annotated[
        str | None,
        _numbers(
            "--learning-rate",
            _("Rate at the start."),
            readers.number("--learning-rate", above=0),
            "--learning-rate-init",
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        _values("--schedule", _("How the rate goes on: {names}."), readers.name("--schedule"), _("A,B")),
    ] = None,
    batch_size: Annotated[
        str | None,
        _numbers("--batch-size", _("Rows a step."), readers.whole_number("--batch-size", 1, 2**31 - 1)),
    ] = None,
    epochs: Annotated[
        str | None, _numbers("--epochs", _("Epochs at most."), readers.whole_number("--epochs", 1, 2**31 - 1))
    ] = None,
    alpha: Annotated[
        str | None, _numbers("--alpha", _("L2 penalty on the weights."), readers.number("--alpha", 0))
    ] = None,
    l1_ratio: Annotated[
        str | None,
        _numbers(
            "--l1-ratio",
            _("Share of L1 in the penalty, which makes weights exactly 0."),
            readers.number("--l1-ratio", 0, 1),
        ),
    ] = None,
    weight_decay: Annotated[
        str | None,
        _numbers(
            "--weight-decay",
            _("Each step the weights shrink by this times the rate."),
            readers.number("--weight-decay", 0),
        ),
    ] = None,
    momentum: Annotated[
        str | None, _numbers("--momentum", _("Of the solver sgd."), readers.number("--momentum", 0, 1))
    ] = None,
    patience: Annotated[
        str | None,
        _numbers(
            "--patience",
            _("Epochs without improvement after which training ends."),
            readers.whole_number("--patience", 1, 2**31 - 1),
        ),
    ] = None,
    early_stopping: Annotated[
        bool,
        option(
            "--early-stopping",
            _("Stop by a part of the rows that is put aside, and keep the best epoch."),
            panel=COMPARISON,
        ),
    ] = False,
    seeds: Annotated[
        int | None,
        option(
            "--seeds",
            _("So many trainings on each fold, each with its own first weights and folds. Default: 10."),
            metavar=_("NUMBER"),
            panel=COMPARISON,
            parser=readers.whole_number("--seeds", 1, MOST_SEEDS),
        ),
    ] = None,
    cv: Annotated[
        str | None,
        option(
            "--cv",
            _("Folds, or the share of the rows that is held out once for each seed, as 0.2. Default: 5."),
            metavar=_("NUMBER"),
            panel=COMPARISON,
            parser=folds,
        ),
    ] = None,
    scoring: Annotated[
        str | None,
        option(
            "--scoring",
            _("What is compared: {scores}. Default: accuracy or r2.").format(scores=", ".join(SCORES)),
            metavar=_("NAME"),
            panel=COMPARISON,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--output",
            help=_(
                "Folder for the pictures and for what is done; made where it does not exist. Default: {folder}."
            ).format(folder="glassnet-compare"),
            metavar=_("FOLDER"),
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    resume: Annotated[bool, option("--resume", _("Go on with the comparison in that folder."), panel=OUTPUT)] = False,
    force: Annotated[
        bool, option("--force", _("Begin anew where there is a comparison in that folder."), panel=OUTPUT)
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
    if resume and force:
        raise complaint(_("--resume and --force exclude each other."), context)
    parameters = {parameter: said[name] for name, parameter in PARAMETERS.items() if said[name] is not None}
    if early_stopping:
        parameters["early_stopping"] = [True]
    request = Request(
        file=file,
        target=target,
        ignore=tuple(ignore or ()),
        categorical=tuple(categorical or ()),
        numeric=tuple(numeric or ()),
        reading=Reading(encoding, delimiter, skip_bad_rows),
        parameters=parameters,
        options={name: said[name] for name in ("task", "seeds", "cv", "scoring") if said[name] is not None},
        resume=resume,
        force=force,
    )
    common: Common = context.obj.overlaid(seed=seed, n_threads=n_threads, out=out, as_json=as_json)
    try:
        from glassnet.cli.compare import run

        return run(request, common, context)
    except KeyboardInterrupt:
        raise Interrupted from None
