"""`glassnet lab`: what is said about networks, put to the test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from glassnet.cli import files
from glassnet.cli.app import INTERRUPTED
from glassnet.cli.options import Common
from glassnet.cli.table_options import Reading
from glassnet.errors import ParameterError
from glassnet.lab import Result, find
from glassnet.lab import list as experiments
from glassnet.lab.experiment import VERDICTS, Experiment, Verdict
from glassnet.lab.result import VERDICT_TEXTS
from glassnet.lab.rows import Rows, rows_of_table
from glassnet.lab.running import run_each
from glassnet.lab.saving import save
from glassnet.report.counter import counter
from glassnet.report.terminal import INDENT, LINE, NAME, wrapped
from glassnet.texts import _, plural

STYLES: dict[Verdict, str] = {"holds": "green", "holds in part": "yellow", "does not hold": "red"}


@dataclass(frozen=True)
class Request:
    """What `glassnet lab run` was asked for."""

    name: str
    quick: bool
    seeds: int | None
    data: Path | None
    target: str | None


def run_list(common: Common) -> int:
    """Show every experiment with its claim; return the exit code."""
    known = experiments()
    if common.as_json:
        described = [
            {"name": one.name, "row": one.row, "claim": _(one.claim), "source": _(one.source), "on_data": one.on_data}
            for one in known
        ]
        print(json.dumps(described))  # noqa: T201
        return 0
    console = Console(highlight=False)
    width = max(len(one.name) for one in known)
    for one in known:
        for place, line in enumerate(wrapped(_(one.claim), max(30, console.width - width - 3))):
            text = Text(f"{'' if place else one.name:{width}}  ", style=NAME)
            console.print(text.append(line, style="default"), soft_wrap=True)
    console.print(Text("\n" + _("Run one, or all: glassnet lab run NAME"), style="dim"), soft_wrap=True)
    return 0


def run(request: Request, common: Common) -> int:
    """Run experiments, tell each outcome when it is there, write the page; return the exit code.

    After Ctrl-C what is finished is told and written; the experiment that was interrupted is not.
    """
    chosen = experiments() if request.name == "all" else (find(request.name),)
    if request.data is not None and not any(one.on_data for one in chosen):
        raise ParameterError.value("--data", str(request.data), "left out: this experiment has data of its own")
    rows: Rows | None = None
    if request.data is not None and request.target is not None:
        table, _notes = files.read(request.data, Reading())
        rows = rows_of_table(table, request.target)
    if common.out is not None:
        common.out.mkdir(parents=True, exist_ok=True)  # now: a folder that can't be made should not cost a run
    console = Console(highlight=False, quiet=common.as_json)
    results: list[Result] = []
    interrupted = False
    with counter(Console(stderr=True, highlight=False), len(chosen)) as told:

        def on_progress(one: Experiment, place: int, _n: int, done: int, parts: int) -> None:
            told(one.name, place + done / max(1, parts))

        try:
            for result in run_each(
                chosen, request.quick, request.seeds, rows, common.seed or 0, common.n_threads, on_progress
            ):
                results.append(result)
                with told.aside():
                    console.print(_told(result), soft_wrap=True)
        except KeyboardInterrupt:
            interrupted = True
    if interrupted and not results:
        raise KeyboardInterrupt
    if len(chosen) > 1:
        console.print(_summary(results), soft_wrap=True)
    if common.out is not None:
        page = save(results, common.out)
        console.print(Text(str(page)), soft_wrap=True)
    if common.as_json:
        print(json.dumps([result.to_json() for result in results], allow_nan=False))  # noqa: T201
    return INTERRUPTED if interrupted else 0


def _told(result: Result) -> Text:
    """Tell a result as its `str` does, in colors."""
    style = STYLES[result.verdict]
    text = Text()
    for line in str(result).splitlines():
        text.append(line + "\n", style=NAME if not line.startswith(INDENT) else "default")
    said = _(VERDICT_TEXTS[result.verdict]) + ":"
    text.highlight_regex(rf"^{INDENT}{said}", style=f"bold {style}")
    return text


def _summary(results: Sequence[Result]) -> Text:
    """Count the verdicts, and name those of each kind."""
    text = Text()
    for verdict in VERDICTS:
        names = [result.name for result in results if result.verdict == verdict]
        if names:
            count = plural("{n} claim", "{n} claims", len(names)).format(n=len(names))
            head = f"{count} · {_(VERDICT_TEXTS[verdict])}: "
            text.append(head, style=f"bold {STYLES[verdict]}")
            lines = wrapped(", ".join(names), LINE - len(INDENT))
            text.append("\n" + "\n".join(INDENT + line for line in lines) + "\n")
    return text
