"""How long it takes until glassnet is there: import, command line, demo; each in new processes, side by side.

    python benchmarks/startup.py [--rounds 9] [--quick] [--json FILE]

Asked for: `import glassnet` takes no longer than `import sklearn.neural_network` plus 0.1 s, with the estimators loaded
too; `glassnet --help` under 0.5 s; `glassnet demo` under 10 s.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from harness import Neighbours, clear_settings, machine, note, print_machine, print_table, significant, write_json

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
    "glassnet --help": (["-m", "glassnet", "--help"], 0.5, None),
    "glassnet demo": (["-m", "glassnet", "demo", "--json"], 10.0, None),
}
SLOW = {"glassnet demo"}


def seconds_of(command: list[str]) -> float:
    """Run a command of this Python in an empty folder; seconds until it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=folder)
        return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a command failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="one round, without the demo: does it run?")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    names = [name for name in COMMANDS if not (options.quick and name in SLOW)]
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
    if neighbours.cores is not None:
        print(f"\nOther processes used {neighbours.cores:.2f} cores meanwhile.")
    if options.json:
        write_json(options.json, {"machine": described, "quick": options.quick, "commands": results})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
