"""How long many small networks take: `glassnet.compare` beside as many fits of scikit-learn through joblib.

    python benchmarks/compare.py [--rounds 5] [--quick] [--json FILE]

12 activations x 3 initializers x 10 seeds are 360 networks 64-32-10 on the handwritten digits, in float32, batches of
32, 30 epochs, a fifth of the rows held out. glassnet's time is that of the whole call: cutting and standardizing rows,
training, learning curves on the held-out rows, scores, intervals, tests. scikit-learn's MLPClassifier takes its own
four activations in turn, on rows that are standardized already, through joblib on all processors, whose workers are
started before; it measures no curves. Asked for: 35 times as fast.

Correct first: every score must be that of `glassnet.MLPClassifier`, fitted by itself on the same rows.

The seeds are cut into rounds, and the two sides take turns, so that a machine that changes its speed changes both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from typing import Any

import joblib
import numpy as np
from harness import Neighbours, clear_settings, machine, note, print_machine, print_table, significant, write_json
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import glassnet as gn

ACTIVATIONS = [
    *("relu", "leaky_relu", "elu", "selu", "gelu", "silu"),
    *("mish", "softplus", "tanh", "sigmoid", "softsign", "hard_swish"),
]
INITIALIZERS = ["he_normal", "glorot_uniform", "lecun_normal"]
THEIR_ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]
N_SEEDS = 10
HELD_OUT = 0.2
ASKED_FOR = 35.0
COMMON: dict[str, Any] = {"hidden_layer_sizes": (32,), "batch_size": 32, "max_iter": 30, "n_iter_no_change": 1000}


def digits() -> tuple[Any, Any]:
    """Images as rows of float32, and the digits that they show."""
    X, y = load_digits(return_X_y=True)
    return X.astype(np.float32), y


def parts(X: Any, y: Any, seed: int) -> tuple[Any, Any, Any, Any]:
    """Rows to learn from and to judge by, standardized, as `compare` cuts them for a seed."""
    from glassnet.estimators.splits import hold_out

    rows, others = hold_out(len(y), HELD_OUT, y.astype(np.int64), np.random.default_rng(seed))
    scaler = StandardScaler().fit(X[rows])
    return scaler.transform(X[rows]), y[rows], scaler.transform(X[others]), y[others]


def ours(X: Any, y: Any, grid: dict[str, Any], seeds: range, *, curves: bool = True) -> tuple[float, Any]:
    """Compare; seconds and the comparison."""
    start = time.perf_counter()
    found = gn.compare(X, y, seeds=seeds, cv=HELD_OUT, curves=curves, progress=False, **grid, **COMMON)
    return time.perf_counter() - start, found


def theirs(X: Any, y: Any, n_fits: int, seeds: range, pool: joblib.Parallel) -> float:
    """Fit scikit-learn's network as often, its activations in turn; seconds."""
    cut = [parts(X, y, seed) for seed in seeds]
    tasks = [
        joblib.delayed(their_fit)(*cut[i % len(seeds)], THEIR_ACTIVATIONS[i % 4], seeds[i % len(seeds)])
        for i in range(n_fits * len(seeds))
    ]
    start = time.perf_counter()
    scores = pool(tasks)
    seconds = time.perf_counter() - start
    if min(scores) < 0.5:
        raise RuntimeError("scikit-learn has learned nothing; its time would mean nothing")
    return seconds


def their_fit(X: Any, y: Any, X_test: Any, y_test: Any, activation: str, seed: int) -> float:
    """Fit and score one network of scikit-learn, in a worker of joblib."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of 30 epochs being few
        model = MLPClassifier(activation=activation, random_state=seed, **COMMON).fit(X, y)
    return float(model.score(X_test, y_test))


def largest_difference(X: Any, y: Any, found: Any) -> float:
    """The largest difference of a score from that of the estimator fitted by itself; 0 is right."""
    largest = 0.0
    for number, seed in enumerate(found.about.seeds):
        X_train, y_train, X_test, y_test = parts(X, y, seed)
        for row in found:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = gn.MLPClassifier(random_state=seed, **row.parameters).fit(X_train, y_train)
            largest = max(largest, abs(model.score(X_test, y_test) - row.scores[number, 0]))
    return largest


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a score was not that of a single fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="parts that the ten seeds are cut into: 1, 2, 5 or 10")
    parser.add_argument("--quick", action="store_true", help="four networks on one seed: does it run?")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    n_seeds, grid = N_SEEDS, {"activation": ACTIVATIONS, "initializer": INITIALIZERS}
    if options.quick:
        n_seeds, options.rounds = 1, 1
        grid = {"activation": ACTIVATIONS[:2], "initializer": INITIALIZERS[:2]}
    if n_seeds % options.rounds:
        parser.error(f"--rounds must divide {n_seeds}")
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    n_combinations = len(grid["activation"]) * len(grid["initializer"])
    n_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    X, y = digits()

    seconds: dict[str, list[float]] = {"glassnet.compare": [], "without curves": [], "scikit-learn, joblib": []}
    largest = 0.0
    with joblib.Parallel(n_jobs=-1) as pool, Neighbours() as neighbours:
        theirs(X, y, 4, range(1), pool)  # starts the workers
        ours(X, y, {"activation": "relu"}, range(1))
        each = n_seeds // options.rounds
        for number in range(options.rounds):
            seeds = range(number * each, (number + 1) * each)
            note(f"round {number + 1} of {options.rounds} …")
            taken, found = ours(X, y, grid, seeds)
            seconds["glassnet.compare"].append(taken)
            seconds["scikit-learn, joblib"].append(theirs(X, y, n_combinations, seeds, pool))
            seconds["without curves"].append(ours(X, y, grid, seeds, curves=False)[0])
            largest = max(largest, largest_difference(X, y, found))
    total = {name: sum(times) for name, times in seconds.items()}
    ratios = [t / o for t, o in zip(seconds["scikit-learn, joblib"], seconds["glassnet.compare"], strict=True)]
    n_fits = n_combinations * n_seeds
    print(f"\n{n_fits} networks 64-32-10 on the digits, 30 epochs, {n_threads} processors")
    print(
        f"scores {'are those of single fits' if largest == 0 else f'differ from single fits by {largest:.2g}: WRONG'}"
    )
    rows = [
        [
            name,
            f"{total[name]:.2f}",
            significant(1000 * total[name] / n_fits),
            significant(total["scikit-learn, joblib"] / total[name]),
        ]
        for name in seconds
    ]
    print_table(["", "seconds", "ms each", "× scikit-learn"], rows)
    others = "?" if neighbours.cores is None else f"{neighbours.cores:.2f}"
    print(
        f"ratio of a round: {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}); asked for: "
        f"{ASKED_FOR:.0f} · others' cores: {others}"
    )
    if options.json:
        write_json(
            options.json,
            {
                "machine": described,
                "fits": n_fits,
                "processors": n_threads,
                "seconds": seconds,
                "ratio": total["scikit-learn, joblib"] / total["glassnet.compare"],
                "ratios": ratios,
                "asked_for": ASKED_FOR,
                "largest_difference": largest,
                "others": neighbours.cores,
            },
        )
    return 0 if largest == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
