"""`glassnet compare`: from a table's file to what can be said of activations, rates, sizes on it.

read ── every combination on every fold with every seed ── table and sentence ── pictures
                └── what is done is kept in the folder, and --resume goes on from there
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

import glassnet
from glassnet.cli import files
from glassnet.cli.app import INTERRUPTED
from glassnet.cli.compare_options import PARAMETERS, Request
from glassnet.cli.failures import Refused, naming, printable
from glassnet.cli.options import Common
from glassnet.cli.parameters import renamed
from glassnet.cli.train import no_target, noting
from glassnet.cli.usage import complaint
from glassnet.errors import ParameterError
from glassnet.report import comparison_text, terminal
from glassnet.report.comparison_text import ShownRow, shown_value
from glassnet.report.counting import counter
from glassnet.texts import _

FOLDER = Path("glassnet-compare")
KEPT = "trainings.jsonl"
PICTURES = ("comparison.png", "comparison.svg")


def run(request: Request, common: Common, context: Any) -> int:
    """Tell the story from the table to the pictures; return the exit code."""
    start = time.perf_counter()
    console = Console(highlight=False, quiet=common.as_json)

    def say(words: Any) -> None:
        console.print(words, soft_wrap=True)

    folder = common.out or FOLDER
    settings: dict[str, Any] = {**request.options, **request.parameters}
    with noting() as notes:
        table, _facts = files.read(request.file, request.reading)
        if request.target is None:
            raise complaint(no_target("compare", table), context)
        kept = _kept_in(folder, request)
        try:
            with counter(True, Console(stderr=True, highlight=False)) as watch:
                found = glassnet.compare(
                    table,
                    target=request.target,
                    ignore=files.named_columns(request.ignore, table),
                    categorical=files.named_columns(request.categorical, table),
                    numeric=files.named_columns(request.numeric, table),
                    random_state=common.seed or 0,
                    n_threads=common.n_threads,
                    progress=watch,
                    resume=kept,
                    **settings,
                )
        except ParameterError as error:
            words = renamed(str(error), PARAMETERS | {"scoring": "scoring"})
            raise complaint(words if words.endswith(("?", "？")) else _("{message}.").format(message=words)) from None
    for note in notes:
        say(Text(terminal.INDENT + printable(note), style="yellow"))
    say(comparison_text.comparison(found, found.about))
    say("")
    picture = found.plot()
    pictures = [folder / name for name in PICTURES]
    for path in pictures:
        with naming(path):
            picture.save(path)
    say(_ending(request, pictures, kept, found.best, interrupted=found.interrupted))
    if common.as_json:
        result = {
            "command": "compare",
            "version": glassnet.__version__,
            "seed": common.seed or 0,
            **found.to_json(),
            "notes": notes,
            "pictures": [str(path) for path in pictures],
            "kept": str(kept),
            "total_seconds": time.perf_counter() - start,
        }
        print(json.dumps(result, allow_nan=False))  # noqa: T201
    return INTERRUPTED if found.interrupted else 0


def _kept_in(folder: Path, request: Request) -> Path:
    """Where what is done is kept; a comparison that is there is neither gone on with nor lost unasked."""
    kept = folder / KEPT
    if kept.exists() and not request.resume:
        if not request.force:
            text = _(
                "{file} holds a comparison. --resume goes on with it, --force begins anew, --out names another folder"
            )
            raise Refused(text.format(file=kept))
        with naming(kept):
            kept.unlink()
    if request.resume and not kept.exists():
        raise Refused(_("there is no {file} to go on with; without --resume it is begun").format(file=kept))
    with naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return kept


def _ending(request: Request, pictures: list[Path], kept: Path, best: ShownRow | None, *, interrupted: bool) -> Text:
    rows = [
        (_("pictures"), [", ".join(map(str, pictures))]),
        (_("trainings"), [f"{kept} ({files.size_of(kept)})"]),
    ]
    if interrupted:
        rows.append((_("Next"), [_("the same command with --resume goes on")]))
    elif best is not None and best.varied:
        rows.append((_("Next"), [_command(request, best)]))
    return terminal.facts(rows)


def _command(request: Request, best: ShownRow) -> str:
    """The command that trains with the best values."""
    options = {parameter: "--" + option.replace("_", "-") for option, parameter in PARAMETERS.items()}
    words = ["glassnet train", _quoted(str(request.file)), "--target", _quoted(str(request.target))]
    for name, value in best.parameters.items():
        if name in options:  # early stopping is what train does anyhow
            text = ",".join(map(str, value)) or "none" if isinstance(value, tuple) else shown_value(value)
            words += [options[name], _quoted(text)]
    return " ".join(words)


def _quoted(word: str) -> str:
    return word if all(letter.isalnum() or letter in "._-/,:" for letter in word) else f"'{word}'"
