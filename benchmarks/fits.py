"""How much of a small fit is training: iris for 200 epochs, and a thousand small fits in cross-validation and a grid.

    python benchmarks/fits.py [--rounds 30] [--quick] [--json FILE]

**Iris.** `MLPClassifier().fit(X, y)` with all defaults of scikit-learn, on 150 rows of 4 columns, float64 as they come,
one hidden layer of 100, all rows a batch, 200 epochs. An empty fit is the same call with `max_iter=1`: an estimator
has no fit without an epoch, and one epoch of iris takes some microseconds. What 200 epochs take above it is asked to
be at most 4 ms. scikit-learn's estimator takes the same two fits.

**A thousand small fits.** `cross_validate` with 100 times 10 folds, and `GridSearchCV` over 100 combinations with 10
folds, on iris, 30 epochs each, in one process. The engine's share is the time that epochs took (the sum of the
seconds in `trace_`) of the whole call, scikit-learn's splitting, cloning and scoring included. Beside it stands what
scikit-learn's estimator takes in the same calls (a tenth of the fits, times ten).

Correct first: the scores of the cross-validation must be those of single fits on the same rows, and the empty fit and
the long one must have had as many epochs as they should.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
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
from sklearn import neural_network
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold, StratifiedKFold, cross_validate

import glassnet as gn

EPOCHS = 200
ASKED_FOR = 4.0  # milliseconds above an empty fit
PATIENT: dict[str, Any] = {"tol": 0.0, "n_iter_no_change": 10**6, "random_state": 0}  # all epochs run
SMALL: dict[str, Any] = PATIENT | {"hidden_layer_sizes": (16,), "max_iter": 30, "batch_size": 32}
GRID = {"alpha": np.logspace(-6, 0, 10).tolist(), "learning_rate_init": np.logspace(-3, -1, 10).tolist()}
ESTIMATORS = {"glassnet": gn.MLPClassifier, "scikit-learn": neural_network.MLPClassifier}


def timed(work: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def iris_fits(rounds: int) -> dict[str, dict[str, float]]:
    """Shortest milliseconds of an empty fit and of the long one, for each library, all in turns."""
    X, y = load_iris(return_X_y=True)
    models = {
        (name, kind): make(max_iter=epochs, **PATIENT)
        for name, make in ESTIMATORS.items()
        for kind, epochs in (("empty", 1), ("full", EPOCHS))
    }
    shortest = dict.fromkeys(models, np.inf)
    for number in range(rounds):
        for key, model in models.items():
            # A fit of scikit-learn takes as long as dozens of the others.
            for _ in range(1 if key[0] == "scikit-learn" else 5):
                if key[0] == "glassnet" or number % 3 == 0:
                    shortest[key] = min(shortest[key], 1000 * timed(lambda model=model: model.fit(X, y)))
    for (name, kind), model in models.items():
        if model.n_iter_ != (1 if kind == "empty" else EPOCHS):
            raise RuntimeError(f"{name} has trained {model.n_iter_} epochs")
    return {
        name: {kind: float(shortest[name, kind]) for kind in ("empty", "full")}
        | {"above": float(shortest[name, "full"] - shortest[name, "empty"])}
        for name in ESTIMATORS
    }


class EpochSeconds:
    """A scorer that adds up how long the epochs of the models took that it is given."""

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0

    def __call__(self, model: Any, X: Any, y: Any) -> float:
        """Accuracy of a fitted model."""
        if hasattr(model, "trace_"):
            self.total += float(model.trace_.seconds.sum())
        self.count += 1
        return float(model.score(X, y))


def small_fits(name: str, call: str, n_fits: int) -> dict[str, float]:
    """Seconds of about so many fits in one call, and of those the engine's."""
    X, y = load_iris(return_X_y=True)
    scorer, model = EpochSeconds(), ESTIMATORS[name](**SMALL)
    if call == "cross_validate":
        folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=n_fits // 10, random_state=0)
        seconds = timed(lambda: cross_validate(model, X, y, cv=folds, scoring=scorer))
    else:
        grid = GRID | {"alpha": GRID["alpha"][: max(1, n_fits // 100)]}
        search = GridSearchCV(model, grid, cv=StratifiedKFold(10), scoring=scorer, refit=False)
        seconds = timed(lambda: search.fit(X, y))
    return {"fits": scorer.count, "seconds": seconds, "engine": scorer.total}


def largest_difference() -> float:
    """The largest difference between the scores of a cross-validation and those of single fits; 0 is right."""
    X, y = load_iris(return_X_y=True)
    folds = StratifiedKFold(10)
    scores = cross_validate(gn.MLPClassifier(**SMALL), X, y, cv=folds)["test_score"]
    alone = [gn.MLPClassifier(**SMALL).fit(X[rows], y[rows]).score(X[o], y[o]) for rows, o in folds.split(X, y)]
    return float(np.abs(scores - alone).max())


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a score was not that of a single fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="how often the fits of iris are measured in turns")
    parser.add_argument(
        "--quick", action="store_true", help="nine rounds, two hundred small fits instead of a thousand"
    )
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    n_fits = 200 if options.quick else 1000
    rounds = 9 if options.quick else options.rounds
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    warnings.simplefilter("ignore")  # of 30 epochs being few
    largest = largest_difference()
    print(
        f"scores {'are those of single fits' if largest == 0 else f'differ from single fits by {largest:.2g}: WRONG'}"
    )

    with Neighbours() as neighbours:
        note("iris …")
        iris = iris_fits(rounds)
        several: dict[str, dict[str, dict[str, float]]] = {}
        for call in ("cross_validate", "GridSearchCV"):
            note(f"{call} …")
            several[call] = {"glassnet": small_fits("glassnet", call, n_fits)}
            several[call]["scikit-learn"] = small_fits("scikit-learn", call, n_fits // (10 if n_fits >= 1000 else 2))

    print(f"\niris, {EPOCHS} epochs, shortest of {rounds} rounds, ms")
    rows = [[name, *(significant(one[kind]) for kind in ("empty", "full", "above"))] for name, one in iris.items()]
    print_table(["", "one epoch", f"{EPOCHS} epochs", "above"], rows)
    print("\nsmall fits: iris, 4-16-3, 30 epochs, batches of 32")
    rows = []
    for call, both in several.items():
        for name, one in both.items():
            share = f"{100 * one['engine'] / one['seconds']:.0f}%" if one["engine"] else ""
            rows.append([call, name, f"{one['fits']:.0f}", significant(1000 * one["seconds"] / one["fits"]), share])
    print_table(["", "estimator", "fits", "ms each", "engine's share"], rows, left=2)
    others = "?" if neighbours.cores is None else f"{neighbours.cores:.2f}"
    print(f"others' cores: {others}")
    targets = [
        target(
            f"iris, {EPOCHS} epochs, above an empty fit", iris["glassnet"]["above"], ASKED_FOR, at_most=True, unit="ms"
        )
    ]
    print_targets(targets)
    if options.json:
        write_json(
            options.json,
            {
                "machine": described,
                "iris": iris,
                "small_fits": several,
                "largest_difference": largest,
                "others": neighbours.cores,
                "targets": targets,
            },
        )
    return 0 if largest == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
