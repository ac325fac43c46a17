"""How much memory fit and predict take beyond the data: the peak of the resident memory, each in a process of its own.

    python benchmarks/memory.py [--quick] [--cases small,large] [--ways plain,predict] [--json FILE]

Asked for: a fit takes at most its weights, its solver's state, one copy of the best weights where early stopping keeps
one, and 64 MiB of workspaces, whatever the number of rows; a prediction at most what it returns and 64 MiB. X is never
copied. What belongs to the rows themselves counts, and decides where there are ten million of them: targets in the
engine's type (4 bytes a row for two classes), with early stopping lists of the rows that are held out (4 bytes a row,
more while they are drawn). Before a number counts, the process shows that it would have seen a copy of X.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from harness import clear_settings, machine, note, print_machine, print_table, print_targets, target, write_json
from numpy.typing import NDArray
from shapes import SHAPES

MIB = 2**20
WORKSPACE = 64 * MIB
WAYS = ("plain", "early_stopping", "validation", "predict")


@dataclass(frozen=True)
class Case:
    """A network and its rows; `quick_rows` are those of `--quick`."""

    name: str
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    batch: int
    rows: int
    quick_rows: int
    dtype: str = "float32"  # of X; the engine computes in float32

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        widths = (self.inputs, *self.hidden, 1 if self.classes == 2 else self.classes)
        return sum(a * b + b for a, b in itertools.pairwise(widths))

    def bound(self, way: str, rows: int) -> int:
        """Most bytes that are allowed beyond the data."""
        if way == "predict":  # what it returns is the caller's
            return rows * self.classes * 4 + WORKSPACE
        copies = 1 + 2 + (way == "early_stopping")  # weights, Adam's two moments, the best weights
        return copies * 4 * self.parameters + WORKSPACE


def _of_shape(name: str, rows: int, quick_rows: int) -> Case:
    shape = SHAPES[name]
    return Case(name, shape.inputs, shape.hidden, shape.classes, shape.batch, rows, quick_rows)


CASES = {
    case.name: case
    for case in (
        _of_shape("small", 1_000_000, 200_000),
        _of_shape("mid", 400_000, 100_000),
        _of_shape("image", 50_000, 20_000),
        _of_shape("large", 20_480, 16_384),
        Case("tall", 100, (64, 64), 2, 1000, 10_000_000, 500_000),
        Case("tall, X in float64", 100, (64, 64), 2, 1000, 4_000_000, 300_000, "float64"),
    )
}


# --- in the process that is measured ----------------------------------------------------------------------------------


def resident(name: str) -> int:
    """Bytes of this process that are resident now (VmRSS), or were at most (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"this system does not tell {name}")


class Peak:
    """Bytes that were resident at most inside of the block, above those at its beginning.

    The system counts pages that threads have just taken or given back with a delay of some hundred KiB.
    """

    bytes = 0

    def __enter__(self) -> Self:
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what is resident now
        self._before = resident("VmRSS")
        return self

    def __exit__(self, *error: object) -> None:
        self.bytes = resident("VmHWM") - self._before


def drawn(case: Case, rows: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Draw X, block by block, and labels that depend on it."""
    random = np.random.default_rng(0)
    X = np.empty((rows, case.inputs), case.dtype)
    y = np.empty(rows, np.int64)
    for first in range(0, rows, 50_000):
        part = random.standard_normal((min(50_000, rows - first), case.inputs), dtype=np.float32)
        X[first : first + 50_000] = part
        y[first : first + 50_000] = np.abs(part[:, 0] * 1e3).astype(np.int64) % case.classes
    y[: case.classes] = np.arange(case.classes)
    return X, y


def measured(case: Case, way: str, rows: int) -> dict[str, Any]:
    """Measure one fit, or one prediction, of this process."""
    from glassnet import MLPClassifier

    warnings.simplefilter("ignore")
    X, y = drawn(case, rows)

    def model(**options: Any) -> Any:
        return MLPClassifier(case.hidden, dtype="float32", batch_size=case.batch, max_iter=1, random_state=0, **options)

    # What is loaded once is not the fit's; a tiny network does not leave room for the weights of a large one.
    MLPClassifier((4,), dtype="float32", max_iter=1, early_stopping=True).fit(X[:300, :2], y[:300] % 2)
    with Peak() as of_a_copy:
        copied = X.copy()
    sees = of_a_copy.bytes > 0.95 * X.nbytes
    del copied
    start = time.perf_counter()
    if way == "predict":
        fitted = model().fit(X[: 2 * case.batch], np.resize(np.arange(case.classes), 2 * case.batch))
        start = time.perf_counter()
        with Peak() as peak:
            given = fitted.predict_proba(X)
        some = np.linspace(0, rows - 1, 100).astype(int)
        right = sees and np.array_equal(given[some], fitted.predict_proba(X[some]))
    else:
        options = {"X_val": X[: rows // 10], "y_val": y[: rows // 10]} if way == "validation" else {}
        one = model(early_stopping=way == "early_stopping")
        before = X[:: max(1, rows // 1000)].copy()
        with Peak() as peak:
            one.fit(X, y, **options)
        right = sees and np.isfinite(one.loss_) and np.array_equal(before, X[:: max(1, rows // 1000)])
    return {"peak": peak.bytes, "data": X.nbytes, "right": bool(right), "seconds": time.perf_counter() - start}


# --- around it --------------------------------------------------------------------------------------------------------


def in_a_process(case: Case, way: str, rows: int) -> dict[str, Any]:
    """Measure in a fresh process."""
    command = [sys.executable, __file__, "--inside", case.name, "--way", way, "--rows", str(rows)]
    # What was given back before must not lie ready, resident already, for what is measured.
    given_back = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | given_back)
    if done.returncode != 0:
        return {"failed": done.stderr.strip()}
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def memory_of_machine() -> int:
    """Bytes that are free for X."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) * 1024
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a result was wrong or a process failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows: half a minute")
    parser.add_argument("--cases", default=",".join(name for name in CASES if "," not in name) + ",float64")
    parser.add_argument("--ways", default=",".join(WAYS), help="of " + ", ".join(WAYS))
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        print(json.dumps(measured(CASES[options.inside], options.way, options.rows)))
        return 0
    if not os.access("/proc/self/clear_refs", os.W_OK):
        print("left out: this system does not tell the peak of the resident memory (Linux does)")
        if options.json:
            write_json(options.json, {"results": {}, "targets": []})
        return 0
    asked = options.cases.split(",")
    cases = [case for name, case in CASES.items() if name in asked or ("float64" in name and "float64" in asked)]
    described = machine() | {"unset": clear_settings()}
    print_machine(described)

    rows, results, targets, wrong = [], {}, [], False
    for case in cases:
        n = case.quick_rows if options.quick else case.rows
        size = n * case.inputs * np.dtype(case.dtype).itemsize
        while 2.4 * size > memory_of_machine():  # X, and the copy that shows that copies are seen
            n, size = n // 2, size // 2
            note(f"{case.name}: memory is short, {n:,} rows")
        for way in options.ways.split(","):
            note(f"{case.name}, {way}")
            result = in_a_process(case, way, n)
            wrong = wrong or not result.get("right", False)
            bound = case.bound(way, n)
            results[f"{case.name}, {way}"] = result | {"bound": bound, "rows": n, "parameters": case.parameters}
            if "failed" in result:
                note(result["failed"])
                rows.append((case.name, way, f"{n:,}", "", "failed", "", ""))
                continue
            targets.append(
                target(f"{case.name}, {way}", result["peak"] / MIB, bound / MIB, at_most=True, unit="MiB")
                | {"note": "" if result["right"] else "wrong"}
            )
            rows.append(
                (
                    case.name,
                    way,
                    f"{n:,}",
                    f"{result['data'] / MIB:,.0f}",
                    f"{result['peak'] / MIB:.1f}",
                    f"{bound / MIB:.1f}",
                    "✓" if targets[-1]["met"] else "✗",
                )
            )
    print_table(("network", "what", "rows", "X, MiB", "peak above, MiB", "at most", ""), rows, left=2)
    print_targets(one for one in targets if not one["met"])
    if options.json:
        write_json(options.json, {"machine": described, "results": results, "targets": targets})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
