"""Small tables, and the program run in this process."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from glassnet.cli.app import main

FAST = ("--epochs", "3", "--hidden", "8", "--n-threads", "1")


class Done(NamedTuple):
    """How a run of the program ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def run_program(*arguments: object) -> Done:
    """Run `glassnet` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Done(code, out.getvalue(), err.getvalue())


def write_csv(path: Path, rows: list[dict[str, object]], names: list[str] | None = None) -> Path:
    """Write rows as CSV with a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def people(n: int, seed: int = 0) -> list[dict[str, object]]:
    """Rows with a number, categories, missing values, a constant, a target with two classes and one of numbers."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for _row in range(n):
        city = str(rng.choice(["Rome", "Oslo", "Paris"]))
        wage = round(float(rng.normal(50, 10)) + 10 * (city == "Oslo"), 2)
        age = int(rng.integers(18, 80))
        rows.append(
            {
                "age": "" if rng.random() < 0.1 else age,
                "city": city,
                "wage": wage,
                "planet": "Earth",
                "income": ">50K" if wage + rng.normal(0, 3) > 53 else "<=50K",
            }
        )
    return rows


def sentence(done: Done, code: int, *named: str) -> None:
    """Make sure that there is one line of standard error that names all of these, and nothing else."""
    assert done.code == code, done.err + done.out
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "GLASSNET_DEBUG" not in done.err, done.err
    assert done.err.count("\n") == 1, done.err
    said = done.err.replace("“", '"').replace("”", '"')  # a translation may quote otherwise
    for name in named:
        assert name in said, f"{name} is not in: {done.err}"


def answer(run: Run, *arguments: object) -> dict[str, Any]:
    """Run with --json and return the object; it must be the whole output."""
    done = run(*arguments, "--json")
    assert done.code == 0, done.err + done.out
    assert done.out.count("\n") == 1
    found: dict[str, Any] = json.loads(done.out)
    return found
