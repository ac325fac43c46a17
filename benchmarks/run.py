"""Run every benchmark, one after the other, and print one table: target, measured, asked for, met or not.

    python benchmarks/run.py [--quick] [--only training,fits] [--json FILE]

Each benchmark runs in a process of its own, with nothing beside it. With --quick all of them together take less than
ten minutes on two cores: fewer rounds, fewer rows, and what the table then says was left out. A benchmark that is
absent, fails or takes too long is named in the table. What each of them printed is kept in build/benchmarks/.

Beside a target that is missed stands what was tried and where the limit is, from limits.toml. The exit status is 1
where results were wrong or a benchmark failed, not where one was slow.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import shlex
import signal
import subprocess
import sys
import textwrap
import time
import tomllib
from pathlib import Path
from typing import Any

from harness import clear_settings, machine, note, print_machine, print_targets, write_json

FOLDER = Path(__file__).parent
RESULTS = FOLDER.parent / "build" / "benchmarks"
LIMITS = FOLDER / "limits.toml"
PATIENCE = 5.0  # seconds between two looks at a benchmark that runs
QUICK_SECONDS = 570.0  # of all benchmarks together, so that starting them fits into ten minutes, too


@dataclasses.dataclass(frozen=True)
class Part:
    """One benchmark: its arguments with and without --quick, and the seconds that the quick one should take."""

    question: str
    seconds: float
    quick: str = "--quick"
    full: str = ""
    left_out: str = ""


# What matters most comes first: should the time be short, the last ones are cut.
PARTS = {
    "training": Part(
        "a training step, beside scikit-learn, PyTorch and JAX",
        185,
        "--rounds 2 --budget 0.1 --patience 1 --peers sklearn,torch-fused,torch-compile,jax-scan",
        left_out='PyTorch\'s mode="max-autotune" (minutes of compiling), Adam that is not fused (slower than the fused '
        "one), and the fastest ways that were found and hardly anyone writes",
    ),
    "steps": Part("a step with other activations, with dropout, in float64, beside relu's", 45),
    "compare": Part("many networks at once, beside scikit-learn through joblib", 25),
    "fits": Part("small fits: iris, a thousand of them in cross-validation", 10),
    "prediction": Part("one row, a million rows", 30),
    "startup": Part("import, --help, demo, the first step", 40),
    "growth": Part("time against rows, epochs and parameters", 25),
    "memory": Part(
        "peak memory above the data",
        40,
        "--quick --ways plain,early_stopping,predict",
        left_out="fits with rows of the caller's own to judge by; most of the rows",
    ),
    "diagnosis": Part("what the statistics of a fit cost", 30, "--rounds 2"),
    "playground": Part("what is left of the engine's speed when somebody watches", 35, "--seconds 1 --rounds 2"),
    "oversubscription": Part(
        "more threads than processors",
        45,
        "--rounds 2 --patience 0 --scenarios fit,affinity,quota,processes,grid-loky",
        left_out="a grid search in threads, and teams of threads that no public call can ask for",
    ),
    "functions": Part(
        "how fast activations are",
        25,
        "--quick --peers torch",
        left_out="JAX, SciPy and NumPy; the bandwidth of large arrays, for which a million elements are too few",
    ),
    "accuracy": Part(
        "how exact activations and their derivatives are",
        10,
        "--stride 99991 --doubles 100000 --peers none",
        left_out="peers; all inputs but 43,000 floats and 100,000 doubles for each function",
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks; the exit status is 1 if one failed or came to wrong results."""
    options = parse(arguments)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    RESULTS.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    outcomes = {}
    for number, name in enumerate(options.only, 1):
        limit = None
        if options.quick:
            limit = min(QUICK_SECONDS - (time.perf_counter() - start), 1.5 * PARTS[name].seconds)
        outcomes[name] = run(name, f"{number} of {len(options.only)}", quick=options.quick, limit=limit)
        if options.json:  # after every part: a long run that is cut short leaves what it has
            write_json(options.json, report(described, options, outcomes, time.perf_counter() - start))
    found = report(described, options, outcomes, time.perf_counter() - start)
    print_report(found)
    return 0 if all(outcome["status"] == "passed" for outcome in outcomes.values()) else 1


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; `only` becomes the list of the parts that run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="everything in less than ten minutes")
    parser.add_argument("--only", metavar="NAMES", default=",".join(PARTS), help="with commas between: %(default)s")
    parser.add_argument("--json", metavar="FILE", help="write all numbers, and the machine's description, to this file")
    options = parser.parse_args(arguments)
    asked = [name for name in options.only.split(",") if name]
    for name in asked:
        if name not in PARTS:
            parser.error(f"--only must name some of {', '.join(PARTS)}; got {name!r}")
    options.only = [name for name in PARTS if name in asked]
    return options


def run(name: str, position: str, *, quick: bool, limit: float | None) -> dict[str, Any]:
    """Run one benchmark in a process of its own; what became of it, and its document if it left one.

    The status is "passed", "wrong" (it says that results were wrong), "failed" (it broke down), "too long" or "absent".
    """
    part = PARTS[name]
    program, printed, document = FOLDER / f"{name}.py", RESULTS / f"{name}.txt", RESULTS / f"{name}.json"
    outcome: dict[str, Any] = {"status": "absent", "reason": f"there is no {program.name}", "seconds": 0.0}
    outcome |= {"left_out": part.left_out if quick else "", "document": None}
    if not program.exists():
        note(f"{position}: {name}: absent")
        return outcome
    if limit is not None and limit < 1:
        note(f"{position}: {name}: no time was left")
        return outcome | {"status": "too long", "reason": "no time was left for it"}
    document.unlink(missing_ok=True)
    command = [sys.executable, str(program), *shlex.split(part.quick if quick else part.full), "--json", str(document)]
    start = time.perf_counter()
    with printed.open("w", encoding="utf-8") as stream:
        # A session of its own, so that whatever the benchmark started ends with it.
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
        status = wait(process, limit, f"{position}: {name}: {part.question}")
    outcome["seconds"] = time.perf_counter() - start
    with contextlib.suppress(OSError, ValueError):
        outcome["document"] = json.loads(document.read_text(encoding="utf-8"))
    if status is None:
        outcome |= {"status": "too long", "reason": f"it was ended after {limit:.0f} s"}
    elif status == 0 and outcome["document"] is not None:
        outcome |= {"status": "passed", "reason": ""}
    elif status == 1 and outcome["document"] is not None:
        outcome |= {"status": "wrong", "reason": f"results were wrong: see {printed.name}"}
    else:
        said = [line for line in printed.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        outcome |= {"status": "failed", "reason": said[-1].strip() if said else f"exit status {status}"}
    note(f"{position}: {name}: {outcome['status']}, {outcome['seconds']:.0f} s")
    return outcome


def wait(process: subprocess.Popen[bytes], limit: float | None, text: str) -> int | None:
    """Wait for a process, on a terminal with the seconds that it has taken; None where it takes longer than `limit`."""
    start, shown = time.perf_counter(), sys.stderr.isatty()
    try:
        while True:
            taken = time.perf_counter() - start
            if shown:
                print(f"\r{text} … {taken:.0f} s", end="", file=sys.stderr, flush=True)
            left = PATIENCE if limit is None else min(PATIENCE, limit - taken)
            if left <= 0:
                return None
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(left)
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr)
        end_all(process)


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End a benchmark and whatever it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def report(
    described: dict[str, Any], options: argparse.Namespace, outcomes: dict[str, dict[str, Any]], seconds: float
) -> dict[str, Any]:
    """Put everything together: the machine, the targets with what is known of the missed ones, and each document."""
    limits = read_limits(LIMITS)
    targets = [
        {"part": name, **one, "limit": "" if one["met"] else limits.get(one["name"], "")}
        for name, outcome in outcomes.items()
        for one in (outcome["document"] or {}).get("targets", [])
    ]
    return {
        "machine": described,
        "quick": options.quick,
        "seconds": seconds,
        "targets": targets,
        "parts": outcomes,
    }


def read_limits(path: Path) -> dict[str, str]:
    """Read what was tried where a target is missed: by the target's name."""
    return {name: str(text) for name, text in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def print_report(found: dict[str, Any]) -> None:
    """Print the table, below each missed target what is known of it, and then what is not in the table."""
    print_targets(
        found["targets"],
        ["" if one["met"] else one["limit"] or "nothing is known of it yet" for one in found["targets"]],
    )
    met = sum(one["met"] for one in found["targets"])
    kind = "quick, " if found["quick"] else ""
    print(f"\n{met} of {len(found['targets'])} targets are met ({kind}{found['seconds']:.0f} s)")
    for name, part in found["parts"].items():
        if part["status"] != "passed":
            print(f"  {name}: {part['status']}: {part['reason']}")
        elif not part["document"].get("targets"):
            print(f"  {name}: says nothing of targets")
        if part["left_out"]:
            print(textwrap.fill(f"left out of {name} by --quick: {part['left_out']}", 110, initial_indent="  "))


if __name__ == "__main__":
    sys.exit(main())
