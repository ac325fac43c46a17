"""How long until glassnet is there (import, command line, demo), and until a training starts; all in new processes.

    python benchmarks/startup.py [--rounds 9] [--quick] [--json FILE]

Asked for: `import glassnet` takes no longer than `import sklearn.neural_network` plus 0.1 s, with the estimators loaded
too; `glassnet --help` under 0.3 s; `glassnet demo` under 5 s; a training starts at most 0.1 s after its table is there.

A training starts with the engine's first step. The time runs from the call of `fit`, in a process that has imported
glassnet and holds the table, so it covers checks, labels, what is held out, and for raw tables the kinds of the
columns, scales, categories and the encoding of every row. What is loaded once a process is in the number, too: each is
that of the first fit. It ends where the first epoch ended minus the seconds that this epoch took. The network is small
(64, 64), because an epoch has to be waited for. A file is read before the time runs; how long that takes is printed
beside what pandas and Polars take for the same file.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
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
IMPORTS = {name for name, (_, _, base) in COMMANDS.items() if base} | {base for _, _, base in COMMANDS.values() if base}

SOON = 0.1  # seconds until a training starts
READERS = ("glassnet", "pandas", "polars")
STARTS = (
    "arrays",
    "arrays, early stopping",
    "numbers of a data frame",
    "numbers and text of a data frame",
    "numbers and text of a Polars frame",
    "numbers and text of a CSV file",
)
ROWS = (10_000, 100_000, 1_000_000)
QUICK_ROWS = ROWS[1:]
# Run in a new process with what is learned from, and the number of rows. Prints seconds by name, as JSON.
START = """
import json, os, sys, tempfile, time, warnings
import numpy as np
import pandas
import glassnet
from glassnet import MLPClassifier, TabularClassifier
from glassnet.table import read_table
warnings.simplefilter("ignore")
what, n = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(0)
seconds = {}

def first_step(epoch):
    seconds["first step"] = time.perf_counter() - epoch.seconds - start
    print(json.dumps(seconds), flush=True)
    os._exit(0)  # nothing that comes later is asked for

def timed(name, call):
    start = time.perf_counter()
    result = call()
    seconds[name] = time.perf_counter() - start
    return result

options = {"hidden_layer_sizes": (64, 64), "callback": first_step, "random_state": 0}
X = random.standard_normal((n, 20), dtype=np.float32)
y = (X[:, 0] + X[:, 1] > 0).astype(int)
if what.startswith("arrays"):
    model = MLPClassifier(early_stopping="early" in what, **options)
    start = time.perf_counter()
    model.fit(X, y)
columns = {f"x{i}": X[:, i].astype(float).round(4) for i in range(20)}
if "text" in what:
    colors = np.array(["red", "green", "blue", "black"], dtype=object)
    columns |= {f"x{i}": colors[random.integers(0, 4, n)] for i in range(0, 20, 2)}
answers = np.where(y == 1, "yes", "no")
if "CSV" in what:
    file = os.path.join(sys.argv[3], "table.csv")
    pandas.DataFrame(columns | {"y": answers}).to_csv(file, index=False)
    read_table(file)  # brings the file and DuckDB into memory
    table = timed("glassnet", lambda: read_table(file))
    timed("pandas", lambda: pandas.read_csv(file))
    if sys.argv[4] == "polars":
        import polars
        timed("polars", lambda: polars.read_csv(file))
    start = time.perf_counter()
    glassnet.fit(table, target="y", verbose=False, **options)
X, y = pandas.DataFrame(columns), pandas.Series(answers, name="y")
if "Polars" in what:
    import polars
    X, y = polars.DataFrame(columns), polars.Series("y", answers)
model = TabularClassifier(**options)
start = time.perf_counter()
model.fit(X, y)
"""


def until_the_first_step(what: str, rows: int) -> dict[str, float]:
    """Seconds from the call of `fit` to the engine's first step, and what a file takes to be read, in a new process."""
    polars = "polars" if importlib.util.find_spec("polars") else ""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", START, what, str(rows), folder, polars]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(printed)
    return found


def seconds_of(command: list[str]) -> float:
    """Run a command of this Python in an empty folder; seconds until it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=folder)
        return time.perf_counter() - start


def starts(
    targets: list[dict[str, Any]], failed: dict[str, str], *, rounds: int, sizes: tuple[int, ...]
) -> dict[str, Any]:
    """Measure how soon trainings start, print it, and add to the targets and failures; returns the numbers."""
    if importlib.util.find_spec("pandas") is None:
        print("left out: how soon a training starts (pandas is not installed)")
        return {}
    results: dict[str, Any] = {}
    rows, files = [], []
    for what in STARTS:
        if "Polars" in what and importlib.util.find_spec("polars") is None:
            continue
        line = [what]
        for n in sizes:
            name = f"first step, {what}, {n:,} rows"
            if "CSV" in what and n == max(ROWS):  # to write that file takes longer than all the rest
                line.append("")
                continue
            note(name)
            try:
                found = [until_the_first_step(what, n) for _ in range(rounds)]
            except subprocess.CalledProcessError as error:
                failed[name] = error.stderr.strip()
                note(f"{name} failed: {failed[name]}")
                line.append("failed")
                continue
            seconds = [one.pop("first step") for one in found]
            results[name] = {"seconds": seconds, "median": statistics.median(seconds)}
            targets.append(target(name, min(seconds), SOON, at_most=True, unit="s"))
            line.append(significant(min(seconds)))
            if reading := {reader: min(one[reader] for one in found) for reader in found[0]}:
                results[f"reading a CSV file, {n:,} rows"] = reading
                files.append((f"{n:,} rows", *(significant(reading.get(reader, float("nan"))) for reader in READERS)))
        rows.append(line)
    print("\nSeconds from the call of fit to the first step (20 columns; the least of some new processes)")
    print_table(("learned from", *(f"{n:,} rows" for n in sizes)), rows)
    if files:
        print("\nSeconds to read that CSV file, which come before (the second time, so from memory)")
        print_table(("", *READERS), files)
    return results


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a command failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="one round of each command, from 100,000 rows on")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    names = list(COMMANDS)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)

    seconds: dict[str, list[float]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    with Neighbours() as neighbours:
        # The first round brings files into memory and is not counted; where it must be quick, the demo goes without.
        for number in range(-1, 1 if options.quick else options.rounds):
            for name in names:
                if name in failed or (name in SLOW and (number > 2 or (options.quick and number < 0))):
                    continue
                try:
                    taken = seconds_of(COMMANDS[name][0])
                except subprocess.CalledProcessError as error:
                    failed[name] = error.stderr.decode(errors="replace").strip()
                    note(f"{name} failed: {failed[name]}")
                    continue
                # Of imports the least time counts, so that a round more can only help.
                if number >= 0 or (options.quick and name in IMPORTS):
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
            above = min(seconds[name]) - min(seconds[base])
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
    rounds, sizes = (1, QUICK_ROWS) if options.quick else (3, ROWS)
    results |= starts(targets, failed, rounds=rounds, sizes=sizes)
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
