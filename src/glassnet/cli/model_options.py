"""`glassnet predict`, `glassnet evaluate` and `glassnet diagnose` as people type them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.options import Common, Json, Language, Threads, option
from glassnet.cli.table_options import Delimiter, Encoding, ModelFile, Reading, SkipBadRows, TableFile
from glassnet.cli.usage import Interrupted, needed
from glassnet.texts import _

OUTPUT = _("Output")


def predict(
    context: typer.Context,
    model: ModelFile = None,
    file: TableFile = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    out: Annotated[
        Path | None,
        option(
            "--out",
            _("Where the predictions are written: .csv, .tsv, .jsonl or .parquet. Default: CSV on standard output."),
            metavar=_("FILE"),
            panel=OUTPUT,
        ),
    ] = None,
    force: Annotated[bool, option("--force", _("Overwrite a file that is there."), panel=OUTPUT)] = False,
    no_probabilities: Annotated[
        bool, option("--no-probabilities", _("Write the predicted class only."), panel=OUTPUT)
    ] = False,
    keep: Annotated[
        list[str] | None,
        option("--keep", _("Columns of FILE to copy beside the predictions."), metavar=_("A,B"), panel=OUTPUT),
    ] = None,
    n_threads: Threads = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    if model is None or file is None:
        raise needed(_("MODEL") if model is None else _("FILE"), context)
    common: Common = context.obj.overlaid(n_threads=n_threads, out=out, as_json=as_json)
    try:
        from glassnet.cli.predict import Request, run

        reading = Reading(encoding, delimiter, skip_bad_rows)
        return run(Request(model, file, reading, force, not no_probabilities, tuple(keep or ())), common)
    except KeyboardInterrupt:
        raise Interrupted from None


def evaluate(
    context: typer.Context,
    model: ModelFile = None,
    file: TableFile = None,
    target: Annotated[
        str | None,
        option(
            "--target",
            _("Column with the true answers. Default: the one that the model was trained on."),
            metavar=_("COLUMN"),
            panel=_("Data"),
        ),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    n_threads: Threads = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    if model is None or file is None:
        raise needed(_("MODEL") if model is None else _("FILE"), context)
    common: Common = context.obj.overlaid(n_threads=n_threads, as_json=as_json)
    try:
        from glassnet.cli.evaluate import Request, run

        return run(Request(model, file, target, Reading(encoding, delimiter, skip_bad_rows)), common)
    except KeyboardInterrupt:
        raise Interrupted from None


def diagnose(
    context: typer.Context,
    model: ModelFile = None,
    file: TableFile = None,
    target: Annotated[
        str | None,
        option(
            "--target",
            _("Column with the true answers. Default: the one that the model was trained on, if FILE has it."),
            metavar=_("COLUMN"),
            panel=_("Data"),
        ),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    n_threads: Threads = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    if model is None:
        raise needed(_("MODEL"), context)
    common: Common = context.obj.overlaid(n_threads=n_threads, as_json=as_json)
    try:
        from glassnet.cli.diagnose import Request, run

        return run(Request(model, file, target, Reading(encoding, delimiter, skip_bad_rows)), common)
    except KeyboardInterrupt:
        raise Interrupted from None
