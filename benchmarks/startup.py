"""How long until glassnet is there (import, command line, demo), and until a training starts; all in new processes.

    python benchmarks/startup.py [--rounds 9] [--quick] [--json FILE]

Asked for: `import glassnet` takes no longer than `import sklearn.neural_network` plus 0.1 s, with the estimators loaded
too; `glassnet --help` under 0.3 s; `glassnet demo` under 5 s; a training starts at most 0.1 s after its table is there.

A training starts with the engine's first step. The time runs from the call of `fit`, in a process that has imported
glassnet and holds the table, so it covers checks, labels, what is held out, and for raw tables the kinds of the
columns, scales, categories and the encoding of every row. What is loaded once a process is in the number, too: each is
that of the first fit. It ends where the first epoch ended minus the seconds that this epoch took.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from harness import (
    Neighbours,
    clear_settings,
    machine,
    note,
    print_machine,
    print_table,
    print_targets,
    significant,
    target,
    write_json,
)

# name: (what runs, most seconds that are asked for, above which other command)
COMMANDS: dict[str, tuple[list[str], float | None, str | None]] = {
    "python": (["-c", "pass"], None, None),
    "import sklearn.neural_network": (["-c", "import sklearn.neural_network"], None, None),
    "import glassnet": (["-c", "import glassnet"], 0.1, "import sklearn.neural_network"),
    "glassnet.MLPClassifier": (
        ["-c", "from glassnet import MLPClassifier"],
        0.1,
        "import sklearn.neural_network",
    ),
    "glassnet --help": (["-m", "glassnet", "--help"], 0.3, None),
    "glassnet demo": (["-m", "glassnet", "demo", "--json"], 5.0, None),
}
SLOW = {"glassnet demo"}

SOON = 0.1  # seconds until a training starts
STARTS = ("arrays", "arrays, early stopping", "numbers of a data frame", "numbers and text of a data frame")
ROWS = (10_000, 100_000, 1_000_000)
# Run in a new process with what is learned from, and the number of rows.
START = """
import sys, time, warnings
import numpy as np
import pandas
from glassnet import MLPClassifier, TabularClassifier
warnings.simplefilter("ignore")
what, n = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(0)
seen = []

def first_step(epoch):
    seen.append(time.perf_counter() - epoch.seconds)
    return True

X = random.standard_normal((n, 20), dtype=np.float32)
y = (X[:, 0] + X[:, 1] > 0).astype(int)
if what.startswith("arrays"):
    model = MLPClassifier((64, 64), early_stopping="early" in what, callback=first_step, random_state=0)
else:
    model = TabularClassifier(callback=first_step, random_state=0)
    columns = {f"x{i}": X[:, i].astype(float) for i in range(20)}
    if "text" in what:
        colors = np.array(["red", "green", "blue", "black"], dtype=object)
        columns |= {f"x{i}": colors[random.integers(0, 4, n)] for i in range(0, 20, 2)}
    X, y = pandas.DataFrame(columns), pandas.Series(np.where(y == 1, "yes", "no"), name="y")
start = time.perf_counter()
model.fit(X, y)
assert len(seen) == 1, seen
print(seen[0] - start)
"""


def until_the_first_step(what: str, rows: int) -> float:
    """Seconds from the call of `fit` to the engine's first step, in a new process."""
    command = [sys.executable, "-c", START, what, str(rows)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def seconds_of(command: list[str]) -> float:
    """Run a command of this Python in an empty folder; seconds until it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=folder)
        return time.perf_counter() - start


def starts(targets: list[dict[str, Any]], failed: dict[str, str], rounds: int) -> dict[str, Any]:
    """Measure how soon trainings start, print it, and add to the targets and failures; returns the numbers."""
    if importlib.util.find_spec("pandas") is None:
        print("left out: how soon a training starts (pandas is not installed)")
        return {}
    results: dict[str, Any] = {}
    rows = []
    for what in STARTS:
        line = [what]
        for n in ROWS:
            name = f"first step, {what}, {n:,} rows"
            note(name)
            try:
                seconds = [until_the_first_step(what, n) for _ in range(rounds)]
            except subprocess.CalledProcessError as error:
                failed[name] = error.stderr.strip()
                note(f"{name} failed: {failed[name]}")
                line.append("failed")
                continue
            results[name] = {"seconds": seconds, "median": statistics.median(seconds)}
            targets.append(target(name, min(seconds), SOON, at_most=True, unit="s"))
            line.append(significant(min(seconds)))
        rows.append(line)
    print("\nSeconds from the call of fit to the first step (20 columns; the least of some new processes)")
    print_table(("learned from", *(f"{n:,} rows" for n in ROWS)), rows)
    return results


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a command failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="one round of each command")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    names = list(COMMANDS)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)

    seconds: dict[str, list[float]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    with Neighbours() as neighbours:
        # The first round brings files into memory and is not counted.
        for number in range(-1, 1 if options.quick else options.rounds):
            for name in names:
                if name in failed or (name in SLOW and number > 2):
                    continue
                try:
                    taken = seconds_of(COMMANDS[name][0])
                except subprocess.CalledProcessError as error:
                    failed[name] = error.stderr.decode(errors="replace").strip()
                    note(f"{name} failed: {failed[name]}")
                    continue
                if number >= 0:
                    seconds[name].append(taken)

    rows = []
    results: dict[str, Any] = {}
    for name in names:
        if name in failed:
            results[name] = {"failed": failed[name]}
            rows.append((name, "failed", "", "", ""))
            continue
        _, most, base = COMMANDS[name]
        median = statistics.median(seconds[name])
        above = 0.0
        if base is not None:
            above = statistics.median([a - b for a, b in zip(seconds[name], seconds[base], strict=True)])
        met = None if most is None else (above if base else median) <= most
        results[name] = {"seconds": seconds[name], "median": median, "above": above if base else None, "met": met}
        asked = "" if most is None else f"{base} + {most:g}" if base else f"{most:g}"
        verdict = "" if met is None else "✓" if met else "✗"
        span = f"{significant(min(seconds[name]))} to {significant(max(seconds[name]))}"
        rows.append((name, significant(median), span, asked, verdict))
    print_table(("command", "seconds", "rounds", "at most", ""), rows)
    targets = [
        target(
            name if base is None else f"{name}, above {base}",
            results[name].get("median") if base is None else results[name].get("above"),
            most,
            at_most=True,
            unit="s",
        )
        for name, (_, most, base) in COMMANDS.items()
        if name in names and most is not None
    ]
    results |= starts(targets, failed, rounds=1 if options.quick else 3)
    print_targets(targets)
    if neighbours.cores is not None:
        print(f"\nOther processes used {neighbours.cores:.2f} cores meanwhile.")
    if options.json:
        write_json(
            options.json, {"machine": described, "quick": options.quick, "commands": results, "targets": targets}
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
