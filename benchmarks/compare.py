"""How long many small networks take: `glassnet.compare` beside as many fits of scikit-learn through joblib.

    python benchmarks/compare.py [--rounds 5] [--quick] [--json FILE]

12 activations x 3 initializers x 10 seeds are 360 networks 64-32-10 on the handwritten digits, in float32, batches of
32, 30 epochs, a fifth of the rows held out. glassnet's time is that of the whole call: cutting and standardizing rows,
training, learning curves on the held-out rows, scores, intervals, tests. scikit-learn's MLPClassifier takes its own
four activations in turn, on rows that are standardized already, through joblib on all processors, whose workers are
started before; it measures no curves. Asked for: 35 times as fast.

Correct first: before anything is timed, every network of one seed must have the score, and the losses of all epochs,
of `glassnet.MLPClassifier` fitted by itself on the same rows; and so must the scores of all that is timed.

The two sides take turns, so that a machine that changes its speed changes both: a round is the whole comparison, and a
part of scikit-learn's fits, those of its share of the seeds. With --quick there are two rounds, of one seed each.
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
from harness import (
    Neighbours,
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
    """The largest difference of a score, or of an epoch's loss, from the estimator fitted by itself; 0 is right.

    Losses are those of a comparison's only where it has one seed: of several it keeps their mean.
    """
    largest = 0.0
    for number, seed in enumerate(found.about.seeds):
        X_train, y_train, X_test, y_test = parts(X, y, seed)
        for row in found:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = gn.MLPClassifier(random_state=seed, **row.parameters).fit(X_train, y_train)
            largest = max(largest, abs(model.score(X_test, y_test) - row.scores[number, 0]))
            if len(found.about.seeds) == 1:
                largest = max(largest, float(np.abs(model.trace_.losses - row.losses.mean).max()))
    return largest


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a result was not that of a single fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="parts that the ten seeds are cut into: 1, 2, 5 or 10")
    parser.add_argument("--quick", action="store_true", help="two rounds, of one seed of scikit-learn's each")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    grid = {"activation": ACTIVATIONS, "initializer": INITIALIZERS}
    if options.rounds < 1 or N_SEEDS % options.rounds:
        parser.error(f"--rounds must divide {N_SEEDS}")
    each, rounds = (1, 2) if options.quick else (N_SEEDS // options.rounds, options.rounds)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    n_combinations = len(ACTIVATIONS) * len(INITIALIZERS)
    n_fits = n_combinations * N_SEEDS
    n_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    X, y = digits()

    # Of all fits, in each round; scikit-learn's from its part of them.
    seconds: dict[str, list[float]] = {"glassnet.compare": [], "without curves": [], "scikit-learn, joblib": []}
    note("results beside those of single fits …")
    largest = largest_difference(X, y, ours(X, y, grid, range(1))[1])
    with joblib.Parallel(n_jobs=-1) as pool, Neighbours() as neighbours:
        theirs(X, y, 4, range(1), pool)  # starts the workers
        for number in range(rounds):
            note(f"round {number + 1} of {rounds} …")
            seeds = range(number * each, (number + 1) * each)
            taken, found = ours(X, y, grid, range(N_SEEDS))
            seconds["glassnet.compare"].append(taken)
            seconds["scikit-learn, joblib"].append(theirs(X, y, n_combinations, seeds, pool) * N_SEEDS / each)
            seconds["without curves"].append(ours(X, y, grid, range(N_SEEDS), curves=False)[0])
    if not options.quick:
        largest = max(largest, largest_difference(X, y, found))
    typical = {name: statistics.median(times) for name, times in seconds.items()}
    quotients = ratios(seconds["scikit-learn, joblib"], seconds["glassnet.compare"])
    print(f"\n{n_fits} networks 64-32-10 on the digits, 30 epochs, {n_threads} processors")
    print(
        f"results {'are those of single fits' if largest == 0 else f'differ from single fits by {largest:.2g}: WRONG'}"
    )
    rows = [
        [
            name,
            f"{typical[name]:.2f}",
            significant(1000 * typical[name] / n_fits),
            significant(typical["scikit-learn, joblib"] / typical[name]),
        ]
        for name in seconds
    ]
    print_table(["", "seconds", "ms each", "× scikit-learn"], rows)
    others = "?" if neighbours.cores is None else f"{neighbours.cores:.2f}"
    print(
        f"ratio of a round: {quotients['median']:.1f} ({quotients['low']:.1f} to {quotients['high']:.1f}) · others' "
        f"cores: {others}"
    )
    title = f"many networks at once, {n_fits} on the digits, × scikit-learn through joblib"
    targets = [target(title, quotients["median"], ASKED_FOR)]
    print_targets(targets)
    if options.json:
        write_json(
            options.json,
            {
                "machine": described,
                "fits": n_fits,
                "processors": n_threads,
                "seconds": seconds,
                "ratios": quotients,
                "largest_difference": largest,
                "others": neighbours.cores,
                "targets": targets,
            },
        )
    return 0 if largest == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
