"""How long predictions take: one row, some rows, a million rows; glassnet, scikit-learn, PyTorch, ONNX Runtime.

    python benchmarks/prediction.py [--peers scikit-learn,torch,onnxruntime] [--rounds 9] [--quick] [--json FILE]

One network of the shape "small", 20–64–64–2 in float32, with the same weights everywhere. Few rows: microseconds a
call, the shortest of many short rounds, on one core, with all of Python's overhead on every side. A million rows:
seconds on all cores, the share of the FMA limit, and the memory that a call takes beside X and its result (from the
highest resident size, on Linux). Ratios are formed within a round; the median of the rounds' ratios counts.

Correct first: every contender must give the probabilities of a forward pass in float64, and glassnet the same bits
whichever way it is asked, for one row and for many. The exit status is 1 if one does not.

See benchmarks/README.md for how the numbers are formed.
"""

from __future__ import annotations

import argparse
import ctypes
import itertools
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    Neighbours,
    Worker,
    clear_settings,
    machine,
    note,
    print_machine,
    print_table,
    print_targets,
    ratios,
    significant,
    target,
    write_json,
)
from numpy.typing import NDArray
from peers import prediction as peers
from shapes import SHAPES, Shape, initial_weights

SHAPE = SHAPES["small"]
FEW = (1, 2, 8, 64, 1000)
LARGE_ROUNDS = 5
TOLERANCE = 1e-5  # of a probability, in float32
PROBA, PREPARED = peers.OURS
MEBIBYTE = 2.0**20
LITTLE = 8.0  # MiB that do not grow with the rows

Numbers = dict[str, dict[str, Any]]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a result was wrong."""
    options = parse(arguments)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    names = [*peers.OURS]
    for name in options.peers:
        if missing := peers.missing(name):
            print(f"left out: {name} ({', '.join(missing)} not installed)")
        else:
            names.append(name)
    with Neighbours() as neighbours:
        wrong, few = few_rows(names, options)
        worse, many, limit = many_rows(names, options)
    document: dict[str, Any] = {
        "machine": described,
        "network": SHAPE.describe(),
        "few_rows": few,
        "many_rows": many,
        "rows": options.rows,
        "fma_limit": limit,
        "others_cores": neighbours.cores,
        "targets": targets(few, many),
    }
    print_few(few, names)
    print_many(many, options.rows, limit)
    print_targets(document["targets"])
    if neighbours.cores is not None:
        print(f"\nothers' cores: {neighbours.cores:.2f}; above 0.1 the times are not worth quoting")
    if options.json:
        write_json(options.json, document)
    for said in wrong + worse:
        print(f"WRONG: {said}")
    return 1 if wrong or worse else 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    known = [name for name in peers.CONTENDERS if name not in peers.OURS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=",".join(known), help="with commas between (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="around all contenders")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large matrix")
    parser.add_argument("--threads", type=int, default=machine()["usable"], help="for the large matrix")
    parser.add_argument("--quick", action="store_true", help="few rounds: does it run?")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    options.peers = [name for name in options.peers.split(",") if name]
    for name in options.peers:
        if name not in known:
            parser.error(f"--peers must name some of {', '.join(known)}; got {name!r}")
    if options.quick:
        options.rounds = 3
    return options


# --- in the workers' processes


def set_up(name: str, threads: int) -> Callable[..., list[float]]:
    """Build a contender; return what measures it."""
    return Measured(peers.build(name, SHAPE, threads))


class Measured:
    """A contender's call, asked for results, for times, and for the memory that it takes."""

    def __init__(self, call: peers.Call) -> None:
        self.call = call
        self.X = np.empty((0, SHAPE.inputs), np.float32)

    def __call__(self, what: str, n_rows: int, repeats: int = 1) -> list[float]:
        """Return "errors", "times" or "memory" on so many rows."""
        if len(self.X) != n_rows:
            self.X = np.random.default_rng(1).standard_normal((n_rows, SHAPE.inputs), np.float32)
        return {"errors": self.errors, "times": self.times, "memory": self.memory}[what](repeats)

    def errors(self, _repeats: int) -> list[float]:
        """Largest error of a probability; largest difference to the same rows one by one; a checksum of all bits."""
        given = np.asarray(self.call(self.X))
        alone = np.concatenate([np.asarray(self.call(self.X[i : i + 1])) for i in range(min(len(self.X), 100))])
        truth = expected(SHAPE, self.X)[:, -given.shape[1] :]
        bits = given.view(np.uint32).astype(np.float64)
        checksum = float(bits.sum() + (bits * np.arange(1, len(bits) + 1)[:, None]).sum())
        return [float(abs(given - truth).max()), float(abs(given[: len(alone)] - alone).max()), checksum]

    def times(self, repeats: int) -> list[float]:
        """Seconds a call: means of short rounds of half a millisecond, or of one call where that takes longer."""
        self.call(self.X[:64])
        start = time.perf_counter()
        self.call(self.X)
        inner = max(1, int(5e-4 / (time.perf_counter() - start)))
        taken = []
        for _ in range(repeats):
            start = time.perf_counter()
            for _ in range(inner):
                self.call(self.X)
            taken.append((time.perf_counter() - start) / inner)
        return taken

    def memory(self, _repeats: int) -> list[float]:
        """Bytes at the peak beside X and the result; NaN where that can't be told."""
        self.call(self.X[: len(self.X) // 8])  # what is made once is made
        try:
            ctypes.CDLL(None).malloc_trim(0)  # what is free goes back, so that a result is new memory
            Path("/proc/self/clear_refs").write_text("5")  # the highest resident size starts anew
            before = _resident("VmRSS")
            result = self.call(self.X)
            return [_resident("VmHWM") - before - result.nbytes]
        except (OSError, AttributeError):
            return [math.nan]


def _resident(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))


def expected(shape: Shape, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """Compute the probabilities of both classes in float64."""
    outputs = X.astype(np.float64)
    for i, (weight, bias) in enumerate(initial_weights(shape)):
        outputs = (outputs if i == 0 else np.maximum(outputs, 0.0)) @ weight.astype(np.float64) + bias
    return np.hstack([1 / (1 + np.exp(outputs)), 1 / (1 + np.exp(-outputs))])


def set_up_limit(threads: int) -> Callable[..., list[float]]:
    """Return what measures the FMA limit."""
    from glassnet import _engine

    return lambda: [float(_engine.fma_limit(threads))]


# --- measuring


def check(workers: dict[str, Worker], n_rows: int) -> list[str]:
    """Say which contenders are wrong, or differ where they must not."""
    found = {name: worker.measure("errors", n_rows).seconds for name, worker in workers.items()}
    wrong = [f"{name}, {n_rows} rows: off by {error:.1e}" for name, (error, _, _) in found.items() if error > TOLERANCE]
    torn = [name for name in peers.OURS if found[name][1] != 0.0]
    wrong += [f"{name}: a row alone differs from the same row among {n_rows}" for name in torn]
    if found[PROBA][2] != found[PREPARED][2]:
        wrong.append(f"{PROBA} and {PREPARED} differ on {n_rows} rows")
    return wrong


def few_rows(names: list[str], options: argparse.Namespace) -> tuple[list[str], Numbers]:
    """Measure some rows on one core; the shortest time of a round is the contender's of that round."""
    workers = {name: Worker(set_up, name, 1, threads=1) for name in names}
    try:
        wrong = [said for n_rows in (1, 7, 1000) for said in check(workers, n_rows)]
        found: Numbers = {}
        for n_rows in FEW:
            note(f"{n_rows} rows")
            taken: dict[str, list[float]] = {name: [] for name in names}
            for _, (name, worker) in itertools.product(range(options.rounds), workers.items()):
                taken[name].append(min(worker.measure("times", n_rows, 20).seconds))
            found[str(n_rows)] = {
                name: {
                    "us": 1e6 * min(times),
                    "of_predictor": ratios(times, taken[PREPARED]),
                }
                for name, times in taken.items()
            }
    finally:
        for worker in workers.values():
            worker.close()
    return wrong, found


def many_rows(names: list[str], options: argparse.Namespace) -> tuple[list[str], Numbers, float]:
    """Measure the large matrix on all cores, beside the FMA limit of the same rounds, and the memory that it takes."""
    note(f"{options.rows:,} rows")
    workers = {name: Worker(set_up, name, options.threads, threads=options.threads) for name in names}
    limiter = Worker(set_up_limit, options.threads, threads=options.threads)
    try:
        wrong = check(workers, min(options.rows, 100_000))
        taken: dict[str, list[float]] = {name: [] for name in names}
        limits = []
        for _ in range(min(options.rounds, LARGE_ROUNDS)):
            limits += limiter.measure().seconds + limiter.measure().seconds
            for name, worker in workers.items():
                taken[name].append(min(worker.measure("times", options.rows, 2).seconds))
        # Both at their best: what disturbs makes either slower, nothing makes it faster.
        limit = max(limits)
        flops = 2.0 * options.rows * sum(a * b for a, b in itertools.pairwise(SHAPE.widths))
        found = {
            name: {
                "seconds": min(times),
                "share": flops / min(times) / limit,
                "of_predictor": ratios(times, taken[PREPARED]),
                "memory": [workers[name].measure("memory", n).seconds[0] for n in (options.rows // 2, options.rows)],
            }
            for name, times in taken.items()
        }
    finally:
        for worker in (*workers.values(), limiter):
            worker.close()
    return wrong, found, limit


def targets(few: Numbers, many: Numbers) -> list[dict[str, Any]]:
    """What is asked for, and what was measured."""
    one, peer = few["1"], few["1"].get("onnxruntime")
    memory = [size for name in peers.OURS for size in many[name]["memory"]]
    known = not any(math.isnan(size) for size in memory)
    return [
        target("one row, predict_proba", one[PROBA]["us"], 25.0, at_most=True, unit="µs"),
        target("one row, predictor()", one[PREPARED]["us"], 2.0, at_most=True, unit="µs"),
        target(
            "one row, predictor(), ONNX Runtime = 1",
            1.0 / peer["of_predictor"]["median"] if peer else None,
            0.5,
            at_most=True,
        ),
        target("a million rows, predict_proba, of the FMA limit", many[PROBA]["share"], 0.75, unit="share"),
        target("a million rows, predictor(), of the FMA limit", many[PREPARED]["share"], 0.75, unit="share"),
        target(
            "a million rows, memory beside X and the result",
            max(memory) / MEBIBYTE if known else None,
            LITTLE,
            at_most=True,
            unit="MiB",
        ),
    ]


# --- output


def print_few(few: Numbers, names: list[str]) -> None:
    """Print microseconds a call; in parentheses as a multiple of the predictor's."""
    print("\nMicroseconds a call on one core; in parentheses, times the predictor's")
    rows = []
    for name in names:
        cells = [few[str(n_rows)][name] for n_rows in FEW]
        rows.append([name, *(f"{significant(c['us'])} ({significant(c['of_predictor']['median'])})" for c in cells)])
    print_table(("contender", *(f"{n_rows:,} rows" if n_rows > 1 else "1 row" for n_rows in FEW)), rows)


def print_many(many: Numbers, n_rows: int, limit: float) -> None:
    """Print the large matrix."""
    print(f"\n{n_rows:,} rows on all cores; FMA limit {limit / 1e9:.0f} GFLOP/s")
    print_table(
        (
            "contender",
            "ms",
            "share of the limit",
            "times the predictor's",
            "MiB beside X and the result, half; all rows",
        ),
        [
            (
                name,
                significant(1e3 * found["seconds"]),
                f"{found['share']:.1%}",
                significant(found["of_predictor"]["median"]),
                "; ".join(f"{size / MEBIBYTE:.1f}" for size in found["memory"]),
            )
            for name, found in many.items()
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
