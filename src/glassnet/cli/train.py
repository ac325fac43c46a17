"""`glassnet train`: from a table's file to a saved model, saying what is done and why.

check where the model goes ── read ── plan ── train ── test ── look inside ── save
                                       └── --dry-run ends here
"""

from __future__ import annotations

import contextlib
import json
import shlex
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import glassnet
from glassnet.cli import files
from glassnet.cli.app import INTERRUPTED
from glassnet.cli.failures import naming, printable
from glassnet.cli.options import Common
from glassnet.cli.parameters import with_options
from glassnet.cli.train_options import Request
from glassnet.cli.usage import complaint
from glassnet.diagnosis import Diagnosis, Finding, look_inside
from glassnet.errors import ParameterError, TableError
from glassnet.report import diagnosis_text, evaluation_text, plan_text, terminal
from glassnet.report.progress import watcher
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.table import Table

TEST_SHARE = 0.2
FOR_CLASSES = ("class_weight", "label_smoothing")  # parameters that a regressor does not have


@dataclass(frozen=True)
class Trained:
    """A model, and how long its training took."""

    model: Any
    seconds: float

    @property
    def was_interrupted(self) -> bool:
        """Whether Ctrl-C ended the training."""
        return bool(self.model.stop_reason_ == "interrupted")


def run(request: Request, common: Common) -> int:
    """Tell the story from the table to the saved model; return the exit code."""
    start = time.perf_counter()
    console = Console(highlight=False, quiet=common.as_json)

    def say(words: Any) -> None:
        console.print(words, soft_wrap=True)

    out = common.out or files.model_path(request.file)
    if not request.dry_run:
        sources = [request.file, *([request.test] if request.test else [])]
        files.check_free(out, force=request.force, sources=sources)
        if request.report is not None:
            files.check_free(request.report, force=request.force, sources=[*sources, out], option="--report")
    with noting() as notes:
        table, facts = files.read(request.file, request.reading)
        plan = make_plan(table, request, common)
    say(plan_text.plan(plan, facts))
    result = {
        "command": "train",
        "version": glassnet.__version__,
        "seed": common.seed or 0,
        "task": plan.task,
        "dry_run": request.dry_run,
        "plan": plan.to_json(),
        "notes": notes,
    }
    if request.dry_run:
        say(Text(terminal.INDENT + _("dry run: nothing was trained or written")))
        _print(result | {"seconds": time.perf_counter() - start}, common)
        return 0
    with noting() as later_notes:
        trained = learn(plan)
    model = trained.model
    if trained.was_interrupted:
        later_notes[:] = [_interrupted(model)]
    notes += later_notes
    for note in notes:
        say(Text(terminal.INDENT + printable(note), style="yellow"))
    say("")
    if model.evaluation_ is not None:
        say(evaluation_text.evaluation(model.evaluation_))
        say("")
    findings, found = _findings(model), model.diagnose()
    with naming(out):
        model.save(out, overwrite=request.force)
    if request.report is not None:
        with naming(request.report):
            model.report(request.report, overwrite=request.force, command=_command())
    say(_ending(trained, findings, found, out, request.report))
    evaluation = None if model.evaluation_ is None else model.evaluation_.to_json()
    _print(
        result
        | {
            "metrics": None if evaluation is None else evaluation["metrics"],
            "baseline": None if evaluation is None else evaluation["baseline"],
            "evaluation": evaluation,
            "epochs": model.n_iter_,
            "best_epoch": model.best_epoch_,
            "stop_reason": model.stop_reason_,
            "interrupted": trained.was_interrupted,
            "inside": [finding.to_json() for finding in findings],
            "findings": found.to_json(),
            "model": str(out),
            "report": None if request.report is None else str(request.report),
            "training_seconds": trained.seconds,
            "seconds": time.perf_counter() - start,
        },
        common,
    )
    return INTERRUPTED if trained.was_interrupted else 0


def make_plan(table: Table, request: Request, common: Common) -> Any:
    """Plan what will be done with a table."""
    if request.target is None:
        raise complaint(no_target("train", table))
    test: Any = request.test_fraction if request.test_fraction is not None else TEST_SHARE
    if request.test is not None and request.test_fraction is not None:
        raise complaint(_("--test and --test-fraction exclude each other."))
    if request.test is not None:
        test, _facts = files.read(request.test, request.reading)
        if request.target not in test:
            raise TableError.no_column(test.source, request.target, test.names)
    parameters = dict(request.parameters)
    if common.n_threads is not None:
        parameters["n_threads"] = common.n_threads
    try:
        plan = glassnet.plan(
            table,
            request.target,
            test=test if test != 0 else None,
            task=request.task or "auto",
            ignore=files.named_columns(request.ignore, table),
            categorical=files.named_columns(request.categorical, table),
            numeric=files.named_columns(request.numeric, table),
            random_state=common.seed or 0,
            **parameters,
        )
    except ParameterError as error:
        for name in FOR_CLASSES:
            if name in parameters and f'"{name}"' in str(error):
                text = _("--{option} is for classes, and {target} holds numbers (--task classification makes classes).")
                words = text.format(option=name.replace("_", "-"), target=terminal.harmless(request.target))
                raise complaint(words) from None
        raise complaint(_("{message}.").format(message=with_options(str(error)))) from None
    if request.test is not None:  # what the test lacks is said before hours of training
        missing = [role.name for role in plan.roles if role.use is not None and role.name not in test]
        if missing:
            raise TableError.missing_columns(test.source, missing, test.names)
    return plan


def learn(plan: Any) -> Trained:
    """Train, and show it on standard error; Ctrl-C ends training and keeps the best weights so far."""
    before = time.perf_counter()
    with watcher(Console(stderr=True, highlight=False), plan.training.max_iter) as watch:
        model = plan.run(watch)
    if model.n_iter_ == 0:
        raise KeyboardInterrupt  # before the first epoch's end there is nothing to tell
    return Trained(model, time.perf_counter() - before)


@contextlib.contextmanager
def noting() -> Iterator[list[str]]:
    """Collect what is warned of, as sentences for the person."""
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield notes
    said = (str(warning.message) for warning in caught if issubclass(warning.category, UserWarning))
    notes += dict.fromkeys(said)


def no_target(command: str, table: Table) -> str:
    """Say that a command needs a target, and which columns there are."""
    names = [terminal.harmless(name) for name in table.names]
    several = names if len(names) <= 20 else [*names[:18], "…", names[-1]]
    text = _("glassnet {command} needs --target COLUMN. The columns of {source}: {columns} ({n}).")
    return text.format(command=command, source=table.source, columns=", ".join(several), n=f"{len(names):,}")


def _findings(model: Any) -> tuple[Finding, ...]:
    if model.training_.solver == "lbfgs":  # whose trace knows losses only
        return ()
    return look_inside(model.network_, model.trace_)


def _interrupted(model: Any) -> str:
    text = _("interrupted after epoch {epoch} of {epochs}: the best weights so far are kept")
    return text.format(epoch=model.n_iter_, epochs=model.training_.max_iter)


def _command() -> str:
    """Write the command that was typed, for the report."""
    return shlex.join(["glassnet", *sys.argv[1:]])


def _ending(
    trained: Trained, findings: tuple[Finding, ...], diagnosis: Diagnosis, out: Path, report_file: Path | None
) -> Text:
    """Say how training went, what happened inside, where the model is, and what to do next; only what exists."""
    model = trained.model
    width = max(map(cell_len, (_("training"), _("inside"), _("model"), _("report"), _("Next"))))
    text = plural("{n} epoch in {seconds} s", "{n} epochs in {seconds} s", model.n_iter_)
    training = text.format(n=f"{model.n_iter_:,}", seconds=f"{trained.seconds:.1f}")
    if 0 < model.best_epoch_ < model.n_iter_:
        training += " · " + _("the weights of epoch {epoch} did best and are kept").format(epoch=model.best_epoch_)
    name = str(out) if " " not in str(out) else f'"{out}"'
    found = terminal.facts([(_("training"), [training])], width)
    if findings:
        found.append("\n").append_text(evaluation_text.inside(findings, width))
    elif diagnosis.unknown:
        room = terminal.LINE - len(terminal.INDENT) - width - 2
        found.append("\n").append_text(
            terminal.facts([(_("inside"), terminal.wrapped(diagnosis.unknown[0], room))], width)
        )
    if diagnosis.warnings:
        found.append("\n\n").append_text(diagnosis_text.diagnosis(diagnosis, with_options, notes=False)).append("\n")
    notes = len(diagnosis.notes)
    text = plural("glassnet diagnose {name}   ({n} note)", "glassnet diagnose {name}   ({n} notes)", notes)
    looking = [text.format(name=name, n=notes)] if notes else []
    rows = [
        (_("model"), [f"{out} ({files.size_of(out)})"]),
        *([(_("report"), [str(report_file)])] if report_file is not None else []),
        (_("Next"), [f"glassnet predict {name} {_('NEW.csv')} --out {_('PREDICTIONS.csv')}", *looking]),
    ]
    return found.append("\n").append_text(terminal.facts(rows, width))


def _print(result: dict[str, Any], common: Common) -> None:
    if common.as_json:
        print(json.dumps(result, allow_nan=False))  # noqa: T201
