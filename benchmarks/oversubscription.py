"""What it costs when more threads want to run than there are processors.

    python benchmarks/oversubscription.py [--scenarios fit,grid-loky] [--rounds 7] [--quick] [--json FILE]

Every scenario trains the same networks twice: crowded, and with the number of threads that fits. What counts is the
median over the rounds of crowded / fitting, measured in turns; at most 1.2 is asked for. Results do not depend on the
number of threads, so both must give the same weights, which is checked.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
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
from shapes import SHAPES, Shape, dataset

ALLOWED = 1.2
CROWD = 8

# A fingerprint of the weights that a training ended with, or of the scores of a grid.
Outcome = float
Run = Callable[[], Outcome]


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Two ways of doing the same: `crowded` and `fitting`, built in a process that may use `processors` of them.

    `quota` is a share of all processors' time that the process's control group may use, or None.
    """

    meaning: str
    setup: Callable[[Shape, int], dict[str, Run]]
    shape: str
    epochs: int
    processors: int = 2
    quota: float | None = None


# --- what is run ------------------------------------------------------------------------------------------------------


def fit(shape: Shape, epochs: int, n_threads: int | None) -> Outcome:
    """Train through the public estimator; glassnet decides how many of the threads asked for it takes."""
    from peers.sklearn_mlp import parameters

    from glassnet import MLPClassifier

    model = MLPClassifier(**parameters(shape, epochs), n_threads=n_threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(*_data(shape))
    return float(sum(np.abs(coef).sum(dtype=np.float64) for coef in model.coefs_))


def team(shape: Shape, epochs: int, n_threads: int) -> Outcome:
    """Train through the engine, which starts as many threads as it is told to."""
    from peers.sklearn_mlp import parameters

    from glassnet import MLPClassifier, engine

    X, y = _data(shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPClassifier(**parameters(shape, 1)).fit(X, y)  # for its descriptions of network and training
    training = dataclasses.replace(model.training_, max_iter=epochs, n_threads=n_threads)
    targets = y[:, None].astype(np.float32) if shape.outputs == 1 else y
    fitted = engine.train(model.network_, training, engine.TrainingData(X, targets))
    return float(sum(np.abs(coef).sum(dtype=np.float64) for coef in fitted.coefs))


def grid(shape: Shape, epochs: int, n_threads: int | None, backend: str) -> Outcome:
    """Search a grid of four rates in three folds on all processors."""
    import joblib
    from peers.sklearn_mlp import parameters
    from sklearn.model_selection import GridSearchCV

    from glassnet import MLPClassifier

    model = MLPClassifier(**parameters(shape, epochs), n_threads=n_threads)
    search = GridSearchCV(model, {"learning_rate_init": [1e-4, 3e-4, 1e-3, 3e-3]}, cv=3, n_jobs=-1, refit=False)
    with joblib.parallel_config(backend), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(*_data(shape))
    return float(np.sum(search.cv_results_["mean_test_score"]))


def processes(shape: Shape, epochs: int, at_once: int, n_threads: int | None) -> Outcome:
    """Do four fits in processes that know nothing of each other."""
    context = multiprocessing.get_context("fork")  # safe: no team of threads is alive between two fits
    with concurrent.futures.ProcessPoolExecutor(at_once, mp_context=context) as pool:
        outcomes = list(pool.map(fit, [shape] * 4, [epochs] * 4, [n_threads] * 4))
    return sum(outcomes)


_CACHE: dict[Shape, Any] = {}


def _data(shape: Shape) -> Any:
    if shape not in _CACHE:
        _CACHE[shape] = dataset(shape)
    return _CACHE[shape]


def _fit(shape: Shape, epochs: int) -> dict[str, Run]:
    return {"crowded": lambda: fit(shape, epochs, CROWD), "fitting": lambda: fit(shape, epochs, 2)}


def _team(shape: Shape, epochs: int) -> dict[str, Run]:
    return {"crowded": lambda: team(shape, epochs, CROWD), "fitting": lambda: team(shape, epochs, 2)}


def _default(shape: Shape, epochs: int) -> dict[str, Run]:
    return {"crowded": lambda: fit(shape, epochs, None), "fitting": lambda: fit(shape, epochs, 1)}


def _team_alone(shape: Shape, epochs: int) -> dict[str, Run]:
    return {"crowded": lambda: team(shape, epochs, 2), "fitting": lambda: team(shape, epochs, 1)}


def _loky(shape: Shape, epochs: int) -> dict[str, Run]:
    return {
        "crowded": lambda: grid(shape, epochs, None, "loky"),
        "fitting": lambda: grid(shape, epochs, 1, "loky"),
    }


def _threading(shape: Shape, epochs: int) -> dict[str, Run]:
    return {
        "crowded": lambda: grid(shape, epochs, None, "threading"),
        "fitting": lambda: grid(shape, epochs, 1, "threading"),
    }


def _processes(shape: Shape, epochs: int) -> dict[str, Run]:
    fit(shape, 1, 1)  # what is imported and drawn here, the forked processes find there
    return {
        "crowded": lambda: processes(shape, epochs, 4, None),
        "fitting": lambda: processes(shape, epochs, 2, 1),
    }


SCENARIOS = {
    "fit": Scenario("n_threads=8 on 2 processors, against 2", _fit, "small", 200),
    "team-small": Scenario("the engine told to use 8 threads on 2 processors, against 2", _team, "small", 200),
    "team-mid": Scenario("the same", _team, "mid", 25),
    "affinity": Scenario("bound to 1 processor, default n_threads, against 1", _default, "small", 200, processors=1),
    "affinity-team": Scenario("bound to 1 processor, a team of 2, against 1", _team_alone, "mid", 25, processors=1),
    "quota": Scenario("control group with the time of 1 processor, default, against 1", _default, "mid", 25, quota=1.0),
    "quota-team": Scenario("the same with a team of 2, against 1", _team_alone, "mid", 25, quota=1.0),
    "processes": Scenario("4 processes at once, 2 threads each, against 2 with 1 each", _processes, "mid", 25),
    "grid-loky": Scenario("GridSearchCV(n_jobs=-1), processes, default, against 1 thread inside", _loky, "small", 40),
    "grid-threading": Scenario("GridSearchCV(n_jobs=-1), threads, default, against 1 inside", _threading, "small", 40),
}


# --- how it is measured -----------------------------------------------------------------------------------------------


def set_up(name: str, quick: bool) -> Callable[[str], list[float]]:
    """In the worker's process: prepare a scenario and return what measures one of its two sides.

    It returns the seconds and the outcome, so that the outcomes of both sides can be compared.
    """
    scenario = SCENARIOS[name]
    shape, epochs = SHAPES[scenario.shape], scenario.epochs
    if quick:
        shape, epochs = shape.with_rows(600), 3
    runs = scenario.setup(shape, epochs)

    def measure(side: str) -> list[float]:
        start = time.perf_counter()
        outcome = runs[side]()
        return [time.perf_counter() - start, outcome]

    return measure


@contextmanager
def control_group(quota: float) -> Iterator[Callable[[int], None]]:
    """Make a control group that may use the time of `quota` processors; yields what moves a process into it.

    Raises
    ------
    OSError
        Where this user may not make one.
    """
    root = Path("/sys/fs/cgroup")
    second = (root / "cgroup.controllers").exists()
    name = f"glassnet-benchmark-{os.getpid()}"
    group = root / name if second else root / "cpu" / name
    group.mkdir()
    try:
        period = 100_000
        if second:
            (group / "cpu.max").write_text(f"{int(quota * period)} {period}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(period))
            (group / "cpu.cfs_quota_us").write_text(str(int(quota * period)))
        yield lambda process: (group / "cgroup.procs").write_text(str(process)) and None
    finally:
        # It can be removed once its last process has ended.
        for _ in range(50):
            try:
                group.rmdir()
                break
            except OSError:
                time.sleep(0.1)


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one scenario in a process of its own."""
    scenario = SCENARIOS[name]
    worker = Worker(set_up, name, options.quick, threads=scenario.processors)
    try:
        if scenario.quota is None:
            return rounds(worker, options)
        with control_group(scenario.quota) as admit:
            admit(worker.process_id)
            result = rounds(worker, options)
            worker.close()
        return result
    finally:
        worker.close()


def rounds(worker: Worker, options: argparse.Namespace) -> dict[str, Any]:
    """Measure both sides in turns, after one turn that nobody counts."""
    seconds: dict[str, list[float]] = {"crowded": [], "fitting": []}
    outcomes = set()
    others = []
    for number in range(-1, options.rounds):
        for side in ("crowded", "fitting") if number % 2 else ("fitting", "crowded"):
            measured = worker.measure(side, patience=options.patience)
            taken, outcome = measured.seconds
            outcomes.add(outcome)
            others.append(measured.others)
            if number >= 0:
                seconds[side].append(taken)
    return {
        **seconds,
        "ratio": ratios(seconds["crowded"], seconds["fitting"]),
        "same": len(outcomes) == 1,
        "others": max((cores for cores in others if cores is not None), default=None),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a scenario failed or its two sides gave different weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="comma-separated: %(default)s")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--patience", type=int, default=3, help="repetitions of a measurement that others disturbed")
    parser.add_argument("--quick", action="store_true", help="tiny networks, two rounds: does it run?")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    names = [name for name in options.scenarios.split(",") if name]
    for name in names:
        if name not in SCENARIOS:
            parser.error(f"--scenarios must name some of {', '.join(SCENARIOS)}; got {name!r}")
    if options.quick:
        options.rounds, options.patience = 2, 0
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    if described["usable"] != 2:
        print("Scenarios are made for two processors: this process is bound to two of them, or has fewer.\n")

    document: dict[str, Any] = {"machine": described, "quick": options.quick, "allowed": ALLOWED, "scenarios": {}}
    rows = []
    for name in names:
        note(f"{name} …")
        try:
            result = measure(name, options)
        except (OSError, RuntimeError) as error:
            # No right to make a control group is no failure of ours; anything else is.
            document["scenarios"][name] = {"failed": str(error), "same": isinstance(error, OSError)}
            reason = [line for line in str(error).splitlines() if line.strip(' "')][-1]
            note(f"{name} was not measured: {reason}")
            rows.append((name, SCENARIOS[name].meaning, "–", "–", "not measured", "–", "–"))
            continue
        document["scenarios"][name] = result
        ratio = result["ratio"]
        rows.append(
            (
                name,
                SCENARIOS[name].meaning,
                significant(float(np.median(result["crowded"]))),
                significant(float(np.median(result["fitting"]))),
                f"{ratio['median']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"
                + (" ✗" if ratio["median"] > ALLOWED else ""),
                "yes" if result["same"] else "NO",
                "?" if result["others"] is None else f"{result['others']:.2f}",
            )
        )
    print_table(
        (
            "scenario",
            "what is crowded",
            "crowded, s",
            "fitting, s",
            "ratio (at most 1.2)",
            "same weights",
            "others' cores",
        ),
        rows,
        left=2,
    )
    document["targets"] = [
        target(f"oversubscription, {name}", result["ratio"]["median"], ALLOWED, at_most=True, unit="×")
        for name, result in document["scenarios"].items()
        if "ratio" in result
    ]
    print_targets(document["targets"])
    if options.json:
        write_json(options.json, document)
    return 0 if all(result["same"] for result in document["scenarios"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
