"""`glassnet predict`: a column of predictions for the rows of a table, in their order.

    income             the prediction, named as the target was
    P(income = >50K)   probability of each class, in the order of the model's classes
    id                 copies of columns of the table, with --keep; they come first

Without --out the table is CSV on standard output, the very bytes that --out x.csv would write, and nothing else is
printed there.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.text import Text

import glassnet
from glassnet.cli import files, models
from glassnet.cli.failures import Refused, naming
from glassnet.cli.options import Common
from glassnet.cli.table_options import Reading
from glassnet.errors import TableError
from glassnet.report.evaluation_text import amount
from glassnet.report.terminal import harmless
from glassnet.table import write_table
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.table import Column, Table

MOST_CLASSES = 5


@dataclass(frozen=True)
class Request:
    """What `glassnet predict` was asked for."""

    model: Path
    file: Path
    reading: Reading
    force: bool = False
    probabilities: bool = True
    keep: tuple[str, ...] = ()


def run(request: Request, common: Common) -> int:
    """Predict, and write or print the table; return the exit code."""
    start = time.perf_counter()
    out = common.out
    if out is not None:
        files.check_table(out)
        files.check_free(out, force=request.force, sources=(request.model, request.file))
    model = models.load(request.model, common)
    table, _facts = files.read(request.file, request.reading)
    if table.n_rows == 0:
        raise TableError.no_rows(table.source)
    predicted = predictions(model, table, probabilities=request.probabilities)
    typed = out is not None and out.suffix.lower() == ".parquet"
    columns = kept(table, request.keep, predicted, typed=typed) | predicted
    if table.skipped:
        text = plural(
            "{n} row of {source} could not be read and has no prediction",
            "{n} rows of {source} could not be read and have no prediction",
            table.skipped,
        )
        print(text.format(n=f"{table.skipped:,}", source=table.source), file=sys.stderr)  # noqa: T201
    if out is not None:
        with naming(out):
            write_table(out, columns)
    if common.as_json:
        result = {
            "command": "predict",
            "version": glassnet.__version__,
            "model": str(request.model),
            "file": str(request.file),
            "task": task_of(model),
            "rows": table.n_rows,
            "skipped": table.skipped,
            "columns": list(columns),
            "out": None if out is None else str(out),
        }
        if out is None:
            result["predictions"] = rows_of(columns)
        result["seconds"] = time.perf_counter() - start
        print(json.dumps(result, allow_nan=False))  # noqa: T201
    elif out is not None:
        console = Console(highlight=False)
        console.print(told(model, columns, table, out), soft_wrap=True)
    else:
        print_table(columns)
    return 0


def task_of(model: Any) -> str:
    """Name the task of a fitted model."""
    classes = getattr(model, "classes_", None)
    return "regression" if classes is None else "binary" if len(classes) == 2 else "multiclass"


def target_of(model: Any) -> str:
    """Name the column of predictions; a model that was fitted on arrays knows no name of its target."""
    return getattr(model, "target_name_", None) or "prediction"


def predictions(model: Any, table: Table, *, probabilities: bool) -> dict[str, NDArray[Any]]:
    """Predict for all rows: the prediction, and for classes their probabilities where the model has them."""
    target = target_of(model)
    if task_of(model) == "regression" or not hasattr(model, "predict_proba"):
        return {target: model.predict(table)}
    # One pass through the network: the most probable class is what `predict` says, but where two probabilities are
    # rounded to the same number, the scores know more.
    shares = model.predict_proba(table)
    answers = model.classes_[shares.argmax(axis=1)]
    tied = np.flatnonzero((shares == shares.max(axis=1, keepdims=True)).sum(axis=1) > 1)
    if len(tied):
        answers[tied] = model.predict(table.take(tied))
    columns = {target: answers}
    if probabilities:
        columns |= {
            f"P({target} = {label_text(label)})": np.ascontiguousarray(shares[:, place])
            for place, label in enumerate(model.classes_.tolist())
        }
    return columns


def label_text(label: Any) -> str:
    """Write a label as the column of predictions does.

    Examples
    --------
    >>> label_text("yes"), label_text(3), label_text(True)
    ('yes', '3', 'true')
    """
    return str(label).lower() if isinstance(label, bool) else str(label)


def kept(
    table: Table, said: Sequence[str], predicted: dict[str, NDArray[Any]], *, typed: bool
) -> dict[str, NDArray[Any]]:
    """Columns of the table that are copied beside the predictions."""
    columns: dict[str, NDArray[Any]] = {}
    for name in files.named_columns(said, table):
        if name not in table:
            raise TableError.no_column(table.source, name, table.names)
        if name in predicted:
            text = _("--keep {name}: the predictions are in a column of this name. Rename the table's column first")
            raise Refused(text.format(name=name))
        columns[name] = values_of(table[name], typed=typed)
    return columns


def values_of(column: Column, *, typed: bool) -> NDArray[Any]:
    """Values as they are written: whole numbers without a point, true and false as words.

    `typed`: for a format whose columns have a type; whole numbers some of which are missing stay floats there.
    """
    values = column.values
    some_missing = column.n_missing > 0
    if column.kind == "boolean" and not some_missing:
        return values.astype(np.bool_)
    if column.kind == "boolean":
        return np.array([None if np.isnan(value) else str(value != 0).lower() for value in values], dtype=object)
    if column.integer and not some_missing:
        return values.astype(np.int64)
    if column.integer and not typed:
        return np.array([None if np.isnan(value) else int(value) for value in values], dtype=object)
    return values


def print_table(columns: dict[str, NDArray[Any]]) -> None:
    """Print CSV on standard output, by the writer that --out x.csv uses."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(Path(folder) / "predictions.csv", columns)
        with path.open("rb") as file:
            sys.stdout.flush()
            stream = getattr(sys.stdout, "buffer", None)
            while part := file.read(1 << 20):
                if stream is None:
                    sys.stdout.write(part.decode("utf-8"))
                else:
                    stream.write(part)


def rows_of(columns: dict[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """Make an object of each row, for JSON."""
    listed = [[_json(value) for value in values.tolist()] for values in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*listed, strict=True)]


def _json(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def told(model: Any, columns: dict[str, NDArray[Any]], table: Table, out: Path) -> Text:
    """Say what was predicted in one line, and where it is."""
    values = columns[target_of(model)]
    if task_of(model) == "regression":
        text = _("{low} to {high}, mean {mean}")
        words = text.format(low=amount(values.min()), high=amount(values.max()), mean=amount(values.mean()))
    else:
        labels, counts = np.unique(values, return_counts=True)
        order = counts.argsort()[::-1]
        parts = [
            _("{label} {share}").format(label=harmless(labels[place], 24), share=f"{counts[place] / len(values):.0%}")
            for place in order[:MOST_CLASSES]
        ]
        words = " · ".join([*parts, *(["…"] if len(order) > MOST_CLASSES else [])])
    rows = plural("{n} row", "{n} rows", table.n_rows).format(n=f"{table.n_rows:,}")
    text = _("{rows} · {target}: {words} → {file}")
    return Text(text.format(rows=rows, target=harmless(target_of(model)), words=words, file=out))
