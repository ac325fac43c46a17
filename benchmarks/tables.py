"""How well glassnet does on tables with nothing set, beside LightGBM with nothing set and the naive answer.

    python benchmarks/tables.py --data FOLDER [--sets adult,letter] [--peers lightgbm] [--rows 20000] [--seeds 0,1,2]
                                [--test 0.2] [--threads 2] [--parameters JSON] [--json FILE]

FOLDER holds a `manifest.json` that names the data sets (file, task, target, categorical columns, columns to leave out)
and their Parquet files. All contenders learn from the same rows and answer for the same other rows; the same functions
measure all of them. An answer is checked before it is measured: one row each, finite, probabilities that sum to 1.

The exit status is 1 if somebody's answer failed that check, or if glassnet is no better than the naive answer on a set
where LightGBM is.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import math
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from harness import clear_settings, machine, note, print_machine, print_table, significant, write_json
from numpy.typing import NDArray

OURS, NAIVE = "glassnet", "naive"
LEAST = 1e-15  # a probability of 0 counts as this much, for everybody
# What is to be small, by task: the number that decides whether one answer is better than another.
DECIDES = {"regression": "rmse", "binary": "error", "multiclass": "error"}


@dataclasses.dataclass(frozen=True)
class DataSet:
    """One table of the manifest, read.

    `frame` is a Polars frame without the columns to leave out and without the target; columns that the manifest calls
    categorical hold text. `target` holds text, or numbers if the task is "regression".
    """

    name: str
    task: str
    frame: Any
    target: NDArray[Any]
    target_name: str
    categorical: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a contender says about the test rows: numbers, or probabilities with the classes of their columns."""

    values: NDArray[np.float64]
    classes: Sequence[str] | None
    fit_seconds: float
    predict_seconds: float
    about: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Run:
    """One data set, cut one way: what every contender gets."""

    data: DataSet
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    seed: int
    threads: int
    parameters: dict[str, Any]


# --- data -------------------------------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the manifest's entries by name, in its order."""
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["datasets"]
    return {entry["name"]: entry for entry in entries}


def read_set(folder: Path, entry: dict[str, Any]) -> DataSet:
    """Read one data set; rows without a target are left out."""
    import polars as pl

    frame = pl.read_parquet(folder / entry["file"])
    target_name = entry["target"]
    frame = frame.drop_nulls(target_name)
    categorical = tuple(entry["categorical_columns"])
    left_out = {*entry.get("ignore_columns", ()), entry.get("split_column"), target_name}
    target = frame[target_name]
    kind = pl.Float64 if entry["task"] == "regression" else pl.String
    return DataSet(
        name=entry["name"],
        task=entry["task"],
        frame=frame.select(name for name in frame.columns if name not in left_out).with_columns(
            pl.col(name).cast(pl.String) for name in categorical if name not in left_out
        ),
        target=target.cast(kind).to_numpy(),
        target_name=target_name,
        categorical=tuple(name for name in categorical if name not in left_out),
    )


def split(
    target: NDArray[Any], task: str, *, rows: int | None, test: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw `rows` rows (all if None), and cut them into those to learn from and those to answer for.

    With classes each class is cut in the same proportion, rounded; a class with a single row is learned from.

    Examples
    --------
    >>> train, test = split(np.array(list("aaaaab")), "binary", rows=None, test=0.4, seed=0)
    >>> len(train), len(test), 5 in train
    (4, 2, True)
    """
    generator = np.random.default_rng(seed)
    drawn = generator.permutation(len(target))[:rows]
    if task == "regression":
        n_test = round(test * len(drawn))
        return drawn[n_test:], drawn[:n_test]
    learned, asked = [], []
    for label in np.unique(target[drawn].astype(str)):
        members = drawn[target[drawn] == label]
        n_test = min(round(test * len(members)), len(members) - 1)
        asked.append(members[:n_test])
        learned.append(members[n_test:])
    # The order of the rows must not tell the classes.
    return generator.permutation(np.concatenate(learned)), generator.permutation(np.concatenate(asked))


# --- contenders -------------------------------------------------------------------------------------------------------


def naive(run: Run) -> Answer:
    """Say the mean, or each class with its share, of the rows to learn from."""
    start = time.perf_counter()
    seen = run.data.target[run.train]
    if run.data.task == "regression":
        values, classes = np.full(len(run.test), seen.mean()), None
    else:
        labels, counts = np.unique(seen.astype(str), return_counts=True)
        classes = labels.tolist()
        values = np.tile(counts / counts.sum(), (len(run.test), 1))
    return Answer(values, classes, time.perf_counter() - start, 0.0)


def lightgbm(run: Run) -> Answer:
    """LightGBM's scikit-learn estimators as they come; categories are numbered and declared, missing values stay."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    frame, target = run.data.frame, run.data.target[run.train]
    start = time.perf_counter()
    X, X_test = coded(frame[run.train], frame[run.test], run.data.categorical)
    which = [index for index, name in enumerate(frame.columns) if name in run.data.categorical]
    settings = {"n_jobs": run.threads, "random_state": run.seed, "verbose": -1}
    if run.data.task == "regression":
        model = LGBMRegressor(**settings).fit(X, target, categorical_feature=which)
        fitted = time.perf_counter()
        values = model.predict(X_test)
    else:
        model = LGBMClassifier(**settings).fit(X, target, categorical_feature=which)
        fitted = time.perf_counter()
        values = model.predict_proba(X_test)
    done = time.perf_counter()
    return Answer(values, getattr(model, "classes_", None), fitted - start, done - fitted)


def coded(train: Any, test: Any, categorical: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn two frames into matrices: categories become numbers learned from the first; missing or unseen is NaN.

    Examples
    --------
    >>> import polars
    >>> train = polars.DataFrame({"color": ["red", None, "blue"], "size": [1.0, None, 3.0]})
    >>> coded(train, polars.DataFrame({"color": ["red", "green"], "size": [2.0, 2.0]}), ["color"])[1].tolist()
    [[1.0, 2.0], [nan, 2.0]]
    """
    import polars as pl

    columns: tuple[list[Any], list[Any]] = ([], [])
    for name in train.columns:
        codes = None
        if name in categorical:
            codes = {text: code for code, text in enumerate(train[name].drop_nulls().unique().sort())}
        for frame, into in zip((train, test), columns, strict=True):
            if codes is None:
                numbers = frame[name].cast(pl.Float64).to_numpy()
            else:
                numbers = np.array([codes.get(text, math.nan) for text in frame[name]], dtype=np.float64)
            into.append(numbers)
    return np.column_stack(columns[0]), np.column_stack(columns[1])


def glassnet(run: Run) -> Answer:
    """`glassnet.fit` as it comes, on the frame with its target column."""
    import polars as pl

    import glassnet as gn

    frame, target = run.data.frame, run.data.target
    train = frame[run.train].with_columns(pl.Series(run.data.target_name, target[run.train]))
    start = time.perf_counter()
    model = gn.fit(
        train,
        run.data.target_name,
        test=None,
        task="regression" if run.data.task == "regression" else "classification",
        categorical=run.data.categorical,
        random_state=run.seed,
        verbose=False,
        **({"n_threads": run.threads} | run.parameters),
    )
    fitted = time.perf_counter()
    if run.data.task == "regression":
        values, classes = model.predict(frame[run.test]), None
    else:
        values, classes = model.predict_proba(frame[run.test]), [str(label) for label in model.classes_]
    done = time.perf_counter()
    return Answer(np.asarray(values), classes, fitted - start, done - fitted, {"epochs": int(model.n_iter_)})


CONTENDERS: dict[str, Callable[[Run], Answer]] = {NAIVE: naive, "lightgbm": lightgbm, OURS: glassnet}


# --- measures ---------------------------------------------------------------------------------------------------------


def check(answer: Answer, n_rows: int) -> None:
    """Make sure that an answer can be measured.

    Raises
    ------
    ValueError
        If it has not one row for each test row, is not finite, or has rows of probabilities that do not sum to 1.
    """
    shape = (n_rows,) if answer.classes is None else (n_rows, len(answer.classes))
    if answer.values.shape != shape:
        raise ValueError(f"the answer has shape {answer.values.shape}; expected {shape}")
    if not np.isfinite(answer.values).all():
        raise ValueError("the answer is not finite")
    if answer.classes is not None:
        # Probabilities in float32 are rounded by up to 6e-8 each.
        furthest = np.abs(answer.values.sum(axis=1, dtype=np.float64) - 1).max()
        if answer.values.min() < 0 or furthest > 1e-5:
            raise ValueError(f"the answer's rows are not probabilities (a sum is off by {furthest:.1e})")


def measures(answer: Answer, truth: NDArray[Any]) -> dict[str, float]:
    """Measure a checked answer: rmse, mae and r2, or error, accuracy and log_loss.

    Ties between classes go to the first; a class that the contender never saw has probability 0.

    Examples
    --------
    >>> answer = Answer(np.array([[0.75, 0.25], [0.5, 0.5]]), ["no", "yes"], 0.0, 0.0)
    >>> measures(answer, np.array(["no", "yes"]))["accuracy"]
    0.5
    """
    if answer.classes is None:
        away = answer.values.astype(np.float64) - truth
        squares = float(np.mean(away**2))
        variance = float(np.var(truth))
        return {
            "rmse": math.sqrt(squares),
            "mae": float(np.mean(np.abs(away))),
            "r2": 1 - squares / variance if variance > 0 else math.nan,
        }
    column = {label: index for index, label in enumerate(answer.classes)}
    places = np.array([column.get(label, -1) for label in truth])
    of_truth = np.where(places >= 0, answer.values[np.arange(len(truth)), places], 0.0)
    accuracy = float(np.mean(answer.values.argmax(axis=1) == places))
    return {
        "error": 1 - accuracy,
        "accuracy": accuracy,
        "log_loss": float(-np.mean(np.log(np.clip(of_truth, LEAST, 1.0)))),
    }


def middle(runs: Sequence[dict[str, Any]], measure: str) -> float:
    """Mean of a measure over the seeds."""
    return statistics.fmean(run[measure] for run in runs)


def beats(runs: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]], measure: str) -> bool:
    """Tell whether a contender's mean over the seeds is smaller than another's."""
    return middle(runs, measure) < middle(others, measure)


# --- the program ------------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark."""
    options = parse(arguments)
    entries = read_manifest(options.data)
    names = options.sets or list(entries)
    unknown = [name for name in names if name not in entries]
    if unknown:
        note(f"--sets must name some of {', '.join(entries)}; got {unknown[0]!r}")
        return 2
    absent = [name for name in options.peers if importlib.util.find_spec(name) is None]
    contenders = [NAIVE, *(name for name in options.peers if name not in absent), OURS]
    described = machine() | {"unset": clear_settings()}
    for name in contenders:
        if name not in (NAIVE, OURS):
            described["libraries"][name] = metadata.version(name)
    print_machine(described)
    for name in absent:
        print(f"left out: {name} (not installed)")
    print(f"{options.rows or 'all'} rows at most, {options.test:.0%} of them for the test, seeds {options.seeds}\n")

    document: dict[str, Any] = {
        "machine": described,
        "rows": options.rows,
        "test": options.test,
        "seeds": options.seeds,
        "threads": options.threads,
        "parameters": options.parameters,
        "absent": absent,
        "sets": {},
    }
    for name in names:
        document["sets"][name] = result = measure_set(read_set(options.data, entries[name]), contenders, options)
        note(line_of(name, result))
        if options.json:
            write_json(options.json, document)  # after every set: a long run that is cut short leaves what it has
    print_results(document["sets"], contenders)
    return 0 if passed(document["sets"]) else 1


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    peers = [name for name in CONTENDERS if name not in (NAIVE, OURS)]
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--sets", default="", help="comma-separated; all of the manifest if not given")
    parser.add_argument("--peers", default=",".join(peers), help="comma-separated: %(default)s")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of a set at most; 0 for all (%(default)s)")
    parser.add_argument("--seeds", default="0", help="comma-separated; each cuts the rows anew (%(default)s)")
    parser.add_argument("--test", type=float, default=0.2, help="share of the rows to answer for (%(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parameters", type=json.loads, default={}, help="parameters of glassnet.fit, as JSON")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    options.sets = [name for name in options.sets.split(",") if name]
    options.peers = [name for name in options.peers.split(",") if name]
    for name in options.peers:
        if name not in peers:
            parser.error(f"--peers must name some of {', '.join(peers)}; got {name!r}")
    options.seeds = [int(seed) for seed in options.seeds.split(",") if seed]
    options.rows = options.rows or None
    return options


def measure_set(data: DataSet, contenders: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Let every contender answer for every seed; those that fail are named with the reason."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
    failed: dict[str, str] = {}
    for seed in options.seeds:
        train, test = split(data.target, data.task, rows=options.rows, test=options.test, seed=seed)
        run = Run(data, train, test, seed, options.threads, options.parameters)
        for name in contenders:
            try:
                answer = CONTENDERS[name](run)
                check(answer, len(test))
            except Exception as error:  # noqa: BLE001 (one contender's failure is a result, not the end)
                failed[name] = f"{type(error).__name__}: {error}"
                note(f"{name} failed on {data.name}:\n{traceback.format_exc()}")
                continue
            runs[name].append(
                measures(answer, data.target[test])
                | {"seed": seed, "fit_seconds": answer.fit_seconds, "predict_seconds": answer.predict_seconds}
                | answer.about
            )
    return {
        "task": data.task,
        "rows": [len(train), len(test)],
        "columns": len(data.frame.columns),
        "runs": {name: several for name, several in runs.items() if name not in failed},
        "failed": failed,
    }


def passed(sets: dict[str, dict[str, Any]]) -> bool:
    """Tell whether nobody failed, and glassnet beats the naive answer wherever LightGBM does (if that is there)."""
    for result in sets.values():
        if result["failed"]:
            return False
        runs, decides = result["runs"], DECIDES[result["task"]]
        possible = "lightgbm" not in runs or beats(runs["lightgbm"], runs[NAIVE], decides)
        if possible and not beats(runs[OURS], runs[NAIVE], decides):
            return False
    return True


def line_of(name: str, result: dict[str, Any]) -> str:
    """Say in one line how a set went, for those who wait."""
    decides = DECIDES[result["task"]]
    numbers = [f"{contender} {significant(middle(runs, decides))}" for contender, runs in result["runs"].items()]
    return f"{name}: {decides} " + ", ".join(numbers + [f"{contender} failed" for contender in result["failed"]])


def print_results(sets: dict[str, dict[str, Any]], contenders: Sequence[str]) -> None:
    """Print a table for classes and one for numbers, then how glassnet compares on the whole."""
    for title, tasks, shown in (
        ("Classes", ("binary", "multiclass"), ("error", "log_loss")),
        ("Numbers", ("regression",), ("rmse", "r2")),
    ):
        chosen = {name: result for name, result in sets.items() if result["task"] in tasks}
        if not chosen:
            continue
        print(f"\n{title} (means over the seeds; for error, log_loss and rmse less is better)\n")
        header = ["", "rows", *(f"{name} {measure}" for measure in shown for name in contenders)]
        rows = []
        for name, result in chosen.items():
            cells = [name, f"{result['rows'][0]:,}"]
            for measure in shown:
                for contender in contenders:
                    runs = result["runs"].get(contender)
                    cells.append(f"{middle(runs, measure):.4g}" if runs else "failed")
            seconds = [
                f"{middle(result['runs'][contender], 'fit_seconds'):.1f}" if contender in result["runs"] else ""
                for contender in contenders
                if contender != NAIVE
            ]
            rows.append(cells + seconds)
        print_table([*header, *(f"{name} seconds" for name in contenders if name != NAIVE)], rows)
    print_comparison(sets)


def print_comparison(sets: dict[str, dict[str, Any]]) -> None:
    """Print how often glassnet beats each of the others, and the typical ratio of errors."""
    print()
    for other in CONTENDERS:
        both = {
            name: (result["runs"][OURS], result["runs"][other], DECIDES[result["task"]])
            for name, result in sets.items()
            if other != OURS and OURS in result["runs"] and other in result["runs"]
        }
        if not both:
            continue
        better = sum(beats(*several) for several in both.values())
        ratio = median_ratio(list(both.values()))
        print(
            f"glassnet is better than {other} on {better} of {len(both)} sets; median ratio of the errors {ratio:.3f}"
        )


def median_ratio(several: Sequence[tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]], str]]) -> float:
    """Median over the sets of (our error / theirs); NaN if nobody ever erred."""
    quotients = [
        middle(ours, measure) / middle(theirs, measure)
        for ours, theirs, measure in several
        if middle(theirs, measure) > 0
    ]
    return statistics.median(quotients) if quotients else math.nan


if __name__ == "__main__":
    sys.exit(main())
