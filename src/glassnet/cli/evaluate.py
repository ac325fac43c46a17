"""`glassnet evaluate`: how good a model is on a table that has the answers."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

import glassnet
from glassnet.cli import files, models
from glassnet.cli.options import Common
from glassnet.cli.table_options import Reading
from glassnet.report import evaluation_text
from glassnet.report.terminal import harmless
from glassnet.texts import _, plural


@dataclass(frozen=True)
class Request:
    """What `glassnet evaluate` was asked for."""

    model: Path
    file: Path
    target: str | None
    reading: Reading


def run(request: Request, common: Common) -> int:
    """Test the model, and show its metrics beside those of the naive answer; return the exit code."""
    start = time.perf_counter()
    model = models.load(request.model, common)
    table, _facts = files.read(request.file, request.reading)
    evaluation = model.evaluate(table, request.target)
    if common.as_json:
        described = evaluation.to_json()
        result = {
            "command": "evaluate",
            "version": glassnet.__version__,
            "model": str(request.model),
            "file": str(request.file),
            "target": request.target or model.target_name_,
            "task": evaluation.task,
            "rows": evaluation.n,
            "skipped": table.skipped,
            "metrics": described["metrics"],
            "baseline": described["baseline"],
            "evaluation": described,
            "seconds": time.perf_counter() - start,
        }
        print(json.dumps(result, allow_nan=False))  # noqa: T201
        return 0
    console = Console(highlight=False)
    title = _("{file} · {target} of {table}").format(
        file=request.model.name, target=harmless(request.target or model.target_name_), table=table.source
    )
    console.print(Text(title, style="bold"), soft_wrap=True)
    left_out = table.n_rows - evaluation.n
    if left_out:
        text = plural("{n} row without an answer is left out", "{n} rows without an answer are left out", left_out)
        console.print(Text("  " + text.format(n=f"{left_out:,}"), style="yellow"), soft_wrap=True)
    console.print(evaluation_text.evaluation(evaluation, unseen=False), soft_wrap=True)
    return 0
