"""Keeps the speed that there is: ratios to NumPy's sgemm in the same run must not fall by more than 20%.

    python benchmarks/guard.py                 measure, compare with kept_ratios.json; the exit status says how it went
    python benchmarks/guard.py --keep          measure several times and keep what was found for this kind of processor
    python benchmarks/guard.py --cases step    only cases whose names hold this

A case is a piece of work of glassnet's: a product kernel, a training step, a prediction. Beside it NumPy's sgemm
computes the matrix products of that work, on as many threads, and a loop of independent FMAs runs. Both are yardsticks
of the machine as it is at that moment. Short rounds go around the three and the shortest time of each counts, for an
interruption makes a time longer and nothing makes it shorter.

A ratio is the yardstick's time / glassnet's. A case has failed where it is more than 20% below the kept one beside
*both* yardsticks, and stays so when it is measured again: beside sgemm alone it may be the BLAS that has become faster,
beside the FMA loop alone the clock of a single core. Two threads on processors that are farther apart than they were
when the ratios were kept are reported and not judged. A processor that nothing is kept for is held to half of what
others with the same instruction set reach, which still finds a kernel that is not used or a lock too many.

Correct first: products are compared with float64, training steps with the readable reference (tests/oracle).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from harness import SPINS, Worker, clear_settings, machine, note, print_machine, print_table, round_trip, write_json
from shapes import SHAPES, dataset, initial_weights

KEPT = Path(__file__).with_name("kept_ratios.json")
FALL = 0.2
FALL_OF_OTHERS = 0.5  # where ratios are kept for other processors only
ROUNDS = 8
SECONDS = 0.03  # of one look at a case
TRIES = 4  # before a case has failed
PATIENCE = 5.0  # seconds before a case is tried again: a disturbance may have gone by then
FAR = 1.6  # times the kept round trip, from which on two processors count as farther apart
BUDGET = 80.0  # seconds for everything
YARDSTICKS = ("sgemm", "fma")
Product = tuple[int, int, int]  # rows, inner, columns


@dataclasses.dataclass(frozen=True)
class Case:
    """A piece of work and the matrix products in it."""

    name: str
    kind: str  # what Ours does: "product", "step" or "predict"
    shape: str
    threads: int
    products: tuple[Product, ...]

    @property
    def flops(self) -> int:
        """Multiplications and additions of the products."""
        return sum(2 * a * b * c for a, b, c in self.products)


def cases() -> list[Case]:
    """List the cases: kernels on one thread, steps on one and on two, predictions."""
    found = []
    for rows, inner, columns in ((2000, 64, 64), (1024, 54, 256), (1024, 256, 256), (512, 784, 256)):
        name = f"product {rows}×{inner}×{columns}"
        found.append(Case(name, "product", f"{rows},{inner},{columns}", 1, ((rows, inner, columns),)))
    for shape, threads in (("tiny", 1), ("small", 1), ("small", 2), ("mid", 1), ("mid", 2), ("image", 1), ("image", 2)):
        found.append(Case(f"step {shape}", "step", shape, threads, tuple(products_of_step(shape))))
    layers = zip(SHAPES["small"].widths[:-1], SHAPES["small"].widths[1:], strict=True)
    forward = tuple((100_000, inner, columns) for inner, columns in layers)
    found += [Case("predict 100,000 rows", "predict", "small", threads, forward) for threads in (1, 2)]
    return [dataclasses.replace(case, name=f"{case.name}, {'one' if case.threads == 1 else 'two'}") for case in found]


def products_of_step(name: str) -> Iterable[Product]:
    """List the products of a training step: forward, by the weights, and by the inputs of every layer but the first."""
    shape = SHAPES[name]
    for layer, (inner, columns) in enumerate(zip(shape.widths[:-1], shape.widths[1:], strict=True)):
        yield shape.batch, inner, columns
        yield inner, shape.batch, columns
        if layer > 0:
            yield shape.batch, columns, inner


# --- what runs in the workers -----------------------------------------------------------------------------------------


def ours(threads: int) -> Callable[[Case, float], list[float]]:
    """In a worker's process: return what measures glassnet; the shortest seconds of one piece of work."""
    prepared: dict[Case, Callable[[], float]] = {}
    build = {"product": product, "step": step, "predict": predict}

    def measure(case: Case, seconds: float) -> list[float]:
        if case not in prepared:
            prepared.clear()  # one at a time: what lies about takes up caches
            prepared[case] = build[case.kind](case, threads)
        return [shortest(prepared[case], seconds)]

    return measure


def sgemm(threads: int) -> Callable[[Case, float], list[float]]:
    """In a worker's process: return what measures NumPy's products of a case."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)
    prepared: dict[Case, Callable[[], float]] = {}

    def measure(case: Case, seconds: float) -> list[float]:
        if case not in prepared:
            prepared.clear()
            prepared[case] = timed(products(case))
        return [shortest(prepared[case], seconds)]

    return measure


def fma(threads: int) -> Callable[[], list[float]]:
    """In a worker's process: return what measures the FMA limit, in operations a second."""
    from glassnet import _engine

    return lambda: [float(_engine.fma_limit(threads))]


def products(case: Case) -> Callable[[], None]:
    """Return a call of NumPy's sgemm for each product, into matrices that are there."""
    rng = np.random.default_rng(0)
    matrices = []
    for rows, inner, columns in case.products:
        a, b = (rng.standard_normal(size, dtype=np.float32) for size in ((rows, inner), (inner, columns)))
        matrices.append((a, b, np.empty((rows, columns), np.float32)))

    def run() -> None:
        for a, b, out in matrices:
            np.matmul(a, b, out=out)

    return run


def timed(run: Callable[[], Any]) -> Callable[[], float]:
    """Return the same with its seconds as the result."""

    def measure() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    return measure


def shortest(measure: Callable[[], float], seconds: float) -> float:
    """Measure again and again for so many seconds; the shortest."""
    end = time.perf_counter() + seconds
    best = measure()
    while time.perf_counter() < end:
        best = min(best, measure())
    return best


def dense(widths: tuple[int, ...]) -> Any:
    """Describe a network of dense layers with relu between them; scores come out as they are."""
    from glassnet.catalog import activation, initializer, loss
    from glassnet.network import LayerSpec, NetworkSpec

    first, zeros = initializer("he_normal"), initializer("zeros")
    hidden = [LayerSpec(units, activation("relu"), first, zeros) for units in widths[1:-1]]
    return NetworkSpec(widths[0], (*hidden, LayerSpec(widths[-1], activation("identity"), first, zeros)), loss("mse"))


def product(case: Case, threads: int) -> Callable[[], float]:
    """One dense layer without an activation, on all rows: the product kernel, and what brings rows to it."""
    ((rows, inner, columns),) = case.products
    rng = np.random.default_rng(0)
    X, weight = (rng.standard_normal(size, dtype=np.float32) for size in ((rows, inner), (inner, columns)))
    run = predictor((inner, columns), [weight], [np.zeros(columns, np.float32)], X, threads)
    truth = X.astype(np.float64) @ weight
    check(case, float(np.max(abs(run() - truth)) / np.sqrt(inner)), 1e-5)
    return timed(run)


def predict(case: Case, threads: int) -> Callable[[], float]:
    """Predict many rows by the network of a shape."""
    shape = SHAPES[case.shape]
    X = np.random.default_rng(0).standard_normal((case.products[0][0], shape.inputs), dtype=np.float32)
    weights, biases = zip(*initial_weights(shape), strict=True)
    run = predictor(shape.widths, list(weights), list(biases), X, threads)
    truth = X[:1000].astype(np.float64)
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        truth = truth @ weight + bias
        truth = np.maximum(truth, 0) if layer < len(weights) - 1 else truth
    check(case, float(np.max(abs(run()[:1000] - truth))), 1e-4)
    return timed(run)


def predictor(
    widths: tuple[int, ...], weights: list[Any], biases: list[Any], X: Any, threads: int
) -> Callable[[], Any]:
    """Return what computes scores, with everything prepared that can be."""
    from glassnet.engine import Weights
    from glassnet.engine.prediction import Predictor

    prepared = Predictor(dense(widths), Weights(weights, biases), threads)
    return lambda: prepared.scores(X)


def step(case: Case, threads: int) -> Callable[[], float]:
    """Train a shape: the shortest epoch, by the engine's own trace, divided by its steps.

    An epoch has few steps, so that on a busy machine some epochs pass without an interruption.
    """
    from correctness import LARGEST, difference_from_reference

    from glassnet.catalog import activation, initializer, loss
    from glassnet.engine import TrainingData, initial_weights, train
    from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

    full = SHAPES[case.shape]
    single, double = difference_from_reference(full, threads)()
    check(case, single, LARGEST["float32"])
    check(case, double, LARGEST["float64"])
    shape = full.with_rows(full.batch * (100 if full.name == "tiny" else 4))
    X, codes = dataset(shape)
    binary = shape.classes == 2
    found = loss("binary_cross_entropy" if binary else "softmax_cross_entropy")
    first, zeros = initializer("he_normal"), initializer("zeros")
    hidden = [LayerSpec(units, activation("relu"), first, zeros) for units in shape.hidden]
    network = NetworkSpec(
        shape.inputs, (*hidden, LayerSpec(shape.outputs, found.output_activation, first, zeros)), found
    )
    start = initial_weights(network, 0)
    data = TrainingData(X, codes.astype(np.float32)[:, None] if binary else codes)
    training = TrainingSpec(batch_size=shape.batch, max_iter=16, n_iter_no_change=np.inf, n_threads=threads)

    def measure() -> float:
        return float(train(network, training, data, weights=start).trace.seconds[1:].min()) / shape.steps

    return measure


def check(case: Case, error: float, largest: float) -> None:
    """Refuse to time what is wrong.

    Raises
    ------
    RuntimeError
        If the error is above what it may be, or not a number.
    """
    if not error <= largest:
        raise RuntimeError(f"{case.name}: results are WRONG, off by {error:.1e} (at most {largest:.0e})")


# --- measuring and judging --------------------------------------------------------------------------------------------


class Workers:
    """A process for each contender and number of threads; one of them computes at a time."""

    def __init__(self, threads: Iterable[int]) -> None:
        self._all = {
            (setup, n): Worker(setup, n, threads=n, spins=SPINS if setup is sgemm and n > 1 else 0.0)
            for n in threads
            for setup in (ours, sgemm, fma)
        }

    def ratios(self, case: Case) -> dict[str, float]:
        """Measure a case: the time of each yardstick / glassnet's."""
        mine, blas, limit = (self._all[setup, case.threads] for setup in (ours, sgemm, fma))
        best = {"ours": np.inf, "sgemm": np.inf, "fma": 0.0}
        for _ in range(ROUNDS):
            best["ours"] = min(best["ours"], mine.measure(case, SECONDS).seconds[0])
            best["sgemm"] = min(best["sgemm"], blas.measure(case, SECONDS).seconds[0])
            best["fma"] = max(best["fma"], limit.measure().seconds[0])
        return {"sgemm": best["sgemm"] / best["ours"], "fma": case.flops / best["fma"] / best["ours"]}

    def close(self) -> None:
        """End all of them."""
        for worker in self._all.values():
            worker.close()


@dataclasses.dataclass(frozen=True)
class Kept:
    """What a processor is held to: ratios by case and yardstick, and by how much they may fall."""

    of: str  # the kind of processor, or a description of several
    cases: dict[str, dict[str, float]]
    fall: float
    round_trip: float | None = None
    blas: str | None = None

    def fallen(self, case: str, found: dict[str, float]) -> bool:
        """Tell whether a case is slower than it may be, whichever yardstick it is held against."""
        return all(self.below(case, name, found) for name in YARDSTICKS)

    def below(self, case: str, yardstick: str, found: dict[str, float]) -> bool:
        """Tell whether a case is slower than it may be beside one yardstick."""
        return found[yardstick] < (1 - self.fall) * self.cases[case][yardstick]


def kept_for(kind: str, record: dict[str, Any]) -> Kept | None:
    """Find what a kind of processor is held to: its own ratios, else the lowest of its instruction set."""
    if kind in record:
        own = record[kind]
        return Kept(kind, own["cases"], FALL, own["round_trip"], own["blas"])
    instruction_set = kind.partition(",")[0]
    alike = [one["cases"] for other, one in record.items() if other.partition(",")[0] == instruction_set]
    if not alike:
        return None
    common = set.intersection(*map(set, alike))
    lowest = {case: {name: min(one[case][name] for one in alike) for name in YARDSTICKS} for case in common}
    return Kept(f"other processors with {instruction_set}", lowest, FALL_OF_OTHERS)


def processor() -> str:
    """Name the kind of processor that ratios are kept for: instruction set, maker, family, and Intel's model."""
    from glassnet import _engine

    best = _engine.instruction_sets()[0]
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return f"{best}, {platform.processor() or platform.machine()}"
    fields = dict(re.findall(r"^(vendor_id|cpu family|model|CPU implementer|CPU part)\s*: (.*)$", text, re.MULTILINE))
    if "CPU part" in fields:
        return f"{best}, {fields.get('CPU implementer')} {fields['CPU part']}"
    named = f"{best}, {fields.get('vendor_id')} family {fields.get('cpu family')}"
    # All of Intel's processors since 1995 are of family 6.
    return f"{named} model {fields.get('model')}" if fields.get("cpu family") == "6" else named


def blas() -> str:
    """Name NumPy's BLAS."""
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return ", ".join(f"{one['internal_api']} {one['version']} {one.get('architecture', '')}".strip() for one in found)


def main(arguments: list[str] | None = None) -> int:
    """Run the guard; the exit status is 1 if a case has fallen or results were wrong."""
    options = parse(arguments)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    start = time.perf_counter()
    kind, usable = processor(), described["usable"]
    record = json.loads(options.kept.read_text(encoding="utf-8")) if options.kept.exists() else {}
    chosen = [case for case in cases() if options.cases in case.name and case.threads <= usable]
    workers = Workers(sorted({case.threads for case in chosen}))
    try:
        if options.keep:
            record[kind] = keep(chosen, workers, options.keep_runs)
            write_json(options.kept, dict(sorted(record.items())))
            print(f"kept for {kind}: {len(chosen)} cases")
            return 0
        kept = kept_for(kind, record)
        results = judge(chosen, workers, kept, start)
    finally:
        workers.close()
    print_results(results, kind, kept)
    note(f"{time.perf_counter() - start:.0f} s")
    if options.json:
        write_json(options.json, {"machine": described, "processor": kind, "results": results})
    return 1 if any(one["verdict"] == "FALLEN" for one in results) else 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default="", help="only cases whose names hold this")
    parser.add_argument("--keep", action="store_true", help="keep what is found for this kind of processor")
    parser.add_argument("--keep-runs", type=int, default=3, help="how often to measure for that (default: %(default)s)")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where ratios are kept")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args(arguments)


def trip(case: Case) -> float | None:
    """Measure how far the two processors are from each other; None where that does not matter."""
    return round_trip() if case.threads > 1 else None


def keep(chosen: list[Case], workers: Workers, runs: int) -> dict[str, Any]:
    """Measure several times and take the medians: a lucky run would make every later one fail."""
    found: dict[str, list[dict[str, float]]] = {case.name: [] for case in chosen}
    trips = []
    for number in range(runs):
        for case in chosen:
            note(f"{number + 1} of {runs}: {case.name}")
            found[case.name].append(workers.ratios(case))
        trips.append(round_trip())
    medians = {
        name: {yardstick: round(statistics.median(one[yardstick] for one in several), 4) for yardstick in YARDSTICKS}
        for name, several in found.items()
    }
    known = [one for one in trips if one is not None]
    return {"blas": blas(), "round_trip": min(known) if known else None, "cases": medians}


def judge(chosen: list[Case], workers: Workers, kept: Kept | None, start: float) -> list[dict[str, Any]]:
    """Measure all cases, and those that seem to have fallen again, after a while, as long as there is time."""
    results = {case.name: attempt(case, workers, kept) for case in chosen}
    for _ in range(TRIES - 1):
        again = [case for case in chosen if results[case.name]["verdict"] == "FALLEN"]
        if not again or time.perf_counter() - start > BUDGET:
            break
        time.sleep(PATIENCE)
        for case in again:
            note(f"again: {case.name}")
            once_more = attempt(case, workers, kept)
            if once_more["verdict"] != "FALLEN" or once_more["sgemm"] > results[case.name]["sgemm"]:
                results[case.name] = once_more
    return list(results.values())


def attempt(case: Case, workers: Workers, kept: Kept | None) -> dict[str, Any]:
    """Measure a case once and judge it."""
    before = trip(case)
    found = workers.ratios(case)
    trips = [one for one in (before, trip(case)) if one is not None]
    if kept is None or case.name not in kept.cases:
        verdict = "not kept"
    elif not kept.fallen(case.name, found):
        verdict = "beside FMA" if kept.below(case.name, "sgemm", found) else "as it was"
    elif trips and kept.round_trip and max(trips) > FAR * kept.round_trip:
        verdict = "far apart"
    else:
        verdict = "FALLEN"
    return {"case": case.name, **found, "trips": trips, "verdict": verdict}


MEANINGS = {
    "not kept": "nothing is kept for it: not judged (--keep keeps what was found)",
    "beside FMA": "slower beside sgemm, but not beside the FMA loop: the BLAS may have changed (--keep takes it over)",
    "far apart": "slower, but the two processors are farther apart than they were: not judged",
    "FALLEN": "below what is kept by more than may be, again and again",
}


def print_results(results: list[dict[str, Any]], kind: str, kept: Kept | None) -> None:
    """Print the table and what its verdicts mean."""
    rows = []
    for one in results:
        of_case = kept.cases.get(one["case"], {}) if kept else {}
        cells = [f"{one[name]:.3f}" + (f" ({of_case[name]:.3f})" if of_case else "") for name in YARDSTICKS]
        rows.append((one["case"], *cells, one["verdict"]))
    held = f"held to what is kept for {kept.of}, in parentheses, less {kept.fall:.0%}" if kept else "held to nothing"
    print(f"\n{kind}: {held}\n")
    print_table(("work, threads", "× sgemm", "of the FMA limit", "verdict"), rows)
    for verdict, meaning in MEANINGS.items():
        if any(one["verdict"] == verdict for one in results):
            print(f"\n{verdict}: {meaning}")
    if kept and kept.blas and kept.blas != blas():
        print(f"\nNumPy's BLAS is {blas()}; the ratios were kept beside {kept.blas}.")


if __name__ == "__main__":
    sys.exit(main())
