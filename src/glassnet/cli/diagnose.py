"""`glassnet diagnose`: what is wrong with a model, why, and what to try."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

import glassnet
from glassnet.cli import files, models
from glassnet.cli.failures import naming
from glassnet.cli.options import Common
from glassnet.cli.parameters import with_options
from glassnet.cli.table_options import Reading
from glassnet.diagnosis import Diagnosis
from glassnet.errors import TableError
from glassnet.report import diagnosis_text, plan_text
from glassnet.texts import _, plural


@dataclass(frozen=True)
class Request:
    """What `glassnet diagnose` was asked for."""

    model: Path
    file: Path | None
    target: str | None
    reading: Reading


def run(request: Request, common: Common) -> int:
    """Diagnose the model, and show what was found; return the exit code."""
    start = time.perf_counter()
    rows: int | None = None
    if request.file is None:
        with naming(request.model):
            model = glassnet.load(request.model)
        found: Diagnosis = model.diagnose()
    else:
        model = models.load(request.model, common)
        found, rows = _on_a_table(model, request)
    if common.as_json:
        result = {
            "command": "diagnose",
            "version": glassnet.__version__,
            "model": str(request.model),
            "file": None if request.file is None else str(request.file),
            "rows": rows,
            "findings": found.to_json(),
            "n_warnings": len(found.warnings),
            "n_causes": len(found.causes),
            "unknown": list(found.unknown),
            "seconds": time.perf_counter() - start,
        }
        print(json.dumps(result, allow_nan=False))  # noqa: T201
        return 0
    console = Console(highlight=False)
    console.print(Text(f"{request.model.name} · {plan_text.network(model.network_)}", style="bold"), soft_wrap=True)
    console.print(Text("  " + _looked_at(model, request.file, rows), style="dim"), soft_wrap=True)
    console.print()
    is_table = hasattr(model, "encoding_")  # only such models are trained on the command line
    console.print(diagnosis_text.diagnosis(found, with_options if is_table else str), soft_wrap=True)
    return 0


def _on_a_table(model: Any, request: Request) -> tuple[Diagnosis, int]:
    assert request.file is not None
    table, _facts = files.read(request.file, request.reading)
    name = request.target or getattr(model, "target_name_", None)
    if name is None or name not in table:
        if request.target is not None:
            raise TableError.no_column(table.source, request.target, table.names)
        return model.diagnose(table), table.n_rows
    return model.diagnose(table, name), int((~table[name].missing).sum())


def _looked_at(model: Any, file: Path | None, rows: int | None) -> str:
    epochs = plural("{n} epoch", "{n} epochs", model.n_iter_).format(n=f"{model.n_iter_:,}")
    if file is not None and rows is not None:
        text = _("from {epochs} of training, and from {rows} rows of {file}")
        return text.format(epochs=epochs, rows=f"{rows:,}", file=file.name)
    if getattr(model, "look_", None) is None:
        return _("from {epochs} of training").format(epochs=epochs)
    text = _("from {epochs} of training, and from {rows} of its rows")
    return text.format(epochs=epochs, rows=f"{model.look_.n_rows:,}")
