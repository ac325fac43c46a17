"""How long a training step takes, in glassnet and in its peers: correct first, then side by side, ratios last.

    python benchmarks/training.py [--shapes tiny,small] [--peers sklearn,torch,jax] [--rounds 5] [--quick] [--json FILE]

One step is: gather a batch, forward, loss, backward, Adam; ReLU, float32, two threads, new order of the rows in every
epoch. A time per step is the median over the epochs from the second on, divided by the steps of an epoch: for glassnet
and scikit-learn inside one `fit` (seconds in the trace; time stamps), for the others around their epoch loop. Peers
that are not installed are left out and named.

See benchmarks/README.md for how the ratios are formed, and peers/ for what exactly each contender runs.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import statistics
import sys
from typing import Any

import peers
from correctness import LARGEST, difference_from_reference, difference_from_torch, steps
from harness import (
    QUIET,
    SPINS,
    Worker,
    clear_settings,
    machine,
    note,
    print_machine,
    print_table,
    print_targets,
    ratios,
    round_trip,
    significant,
    target,
    write_json,
)
from shapes import SHAPES, Shape, dataset

OURS = "glassnet"
FAMILIES = {"sklearn": "scikit-learn", "torch": "PyTorch", "jax": "JAX"}


def set_up(name: str, shape: Shape, threads: int) -> Any:
    """In a worker's process: build a contender and return its `epochs`."""
    X, y = dataset(shape)
    return peers.build(name, shape, X, y, threads).epochs


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if glassnet's weights were wrong."""
    options = parse(arguments)
    shapes = [SHAPES[name] for name in options.shapes]
    if options.quick:
        shapes = [shape.with_rows(min(shape.rows, 2048)) for shape in shapes]
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    absent = [name for name in options.peers if not peers.present(name)]
    names = [name for name in options.peers if name not in absent]
    for name in absent:
        print(f"left out: {name} ({peers.CONTENDERS[name].library} is not installed)")
    limit = fma_limit(options) if OURS in names else None
    if limit:
        print(f"FMA limit of {options.threads} threads: {limit / 1e9:.0f} GFLOP/s")

    document: dict[str, Any] = {
        "machine": described,
        "threads": options.threads,
        "quick": options.quick,
        "absent": absent,
        "fma_limit": limit,
        "shapes": {},
        "targets": [],
    }
    right = True
    for shape in shapes:
        note(f"{shape.describe()} …")
        check = check_weights(shape, names, options.threads)
        right = right and all(found["right"] for found in check.values())
        pairs, failed = run_rounds(shape, names, options)
        document["shapes"][shape.name] = result = evaluate(shape, pairs, limit)
        result |= {"check": check, "failed": failed}
        document["targets"] += targets(shape, result, {peers.family(name) for name in names})
        print_shape(result)
        if options.json:
            write_json(options.json, document)  # after every shape: a long run that is cut short leaves what it has
    if OURS in names:
        print_summary(document["shapes"])
        print_targets(document["targets"])
    return 0 if right else 1


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; `peers` becomes a list of contenders, glassnet first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES), help="comma-separated: %(default)s")
    parser.add_argument(
        "--peers", default=",".join(FAMILIES), help=f"libraries or single contenders: {', '.join(peers.CONTENDERS)}"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often all contenders are measured in turn")
    parser.add_argument("--budget", type=float, default=0.5, help="seconds that one measurement should take")
    parser.add_argument("--patience", type=int, default=3, help="repetitions of a measurement that others disturbed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="few rows, two rounds: does it run?")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    options.shapes = [name for name in options.shapes.split(",") if name]
    for name in options.shapes:
        if name not in SHAPES:
            parser.error(f"--shapes must name some of {', '.join(SHAPES)}; got {name!r}")
    chosen = {OURS}
    for name in filter(None, options.peers.split(",")):
        members = {contender for contender in peers.CONTENDERS if name in (contender, peers.family(contender))}
        if not members:
            parser.error(f"--peers must name some of {', '.join(peers.CONTENDERS)}; got {name!r}")
        chosen |= members
    options.peers = [name for name in peers.CONTENDERS if name in chosen]
    if options.quick:
        options.rounds, options.budget, options.patience = 2, 0.05, 0
    return options


def check_weights(shape: Shape, names: list[str], threads: int) -> dict[str, Any]:
    """Compare the weights after a few steps with the readable reference's, and with PyTorch's where it is there."""
    checks = {"the reference": difference_from_reference}
    if peers.present("torch-eager"):
        checks["PyTorch"] = difference_from_torch
    found = {}
    for name, difference in checks.items() if OURS in names else ():
        worker = Worker(difference, shape, threads, threads=threads)
        single, double = worker.measure().seconds
        worker.close()
        right = single < LARGEST["float32"] and double < LARGEST["float64"]
        counts = [steps(shape, dtype) for dtype in ("float32", "float64")]
        found[name] = {"float32": single, "float64": double, "steps": counts, "right": right}
    return found


@dataclasses.dataclass
class Pair:
    """A measurement of a contender, and one of glassnet right before it.

    `ours` and `theirs` are microseconds per step (`ours` is None where glassnet is absent), `trips` the seconds of a
    round trip between two processors before, between and after them, `others` the cores that other processes used.
    """

    ours: float | None
    theirs: float
    trips: list[float]
    others: float | None

    def state(self, shortest: float) -> str:
        """Where the two processors were, given the shortest trip of the run: "near", "far", or "mixed"."""
        far = [trip > 1.6 * shortest for trip in self.trips]
        return "far" if far and all(far) else "mixed" if any(far) else "near"

    def disturbed(self, shortest: float) -> bool:
        """Tell whether it should be measured again."""
        return (self.others or 0.0) > QUIET or self.state(shortest) == "mixed"


def run_rounds(
    shape: Shape, names: list[str], options: argparse.Namespace
) -> tuple[dict[str, list[Pair]], dict[str, str]]:
    """Measure every contender once a round, right after glassnet; those that fail are left out, with the reason."""
    workers: dict[str, Worker] = {}
    counts: dict[str, int] = {}
    failed: dict[str, str] = {}
    try:
        for name in names:
            try:
                spins = 0.0 if name == OURS else SPINS
                workers[name] = Worker(set_up, name, shape, options.threads, threads=options.threads, spins=spins)
                workers[name].measure(1)  # compiles, warms up
                epoch = workers[name].measure(2).median
                counts[name] = min(100, max(2, math.ceil(options.budget / epoch)))
            except RuntimeError as error:
                failed[name] = str(error)
                note(f"{name} failed on {shape.name}:\n{error}")
        running = [name for name in names if name not in failed]
        pairs: dict[str, list[Pair]] = {name: [] for name in running if name != OURS}
        shortest = math.inf

        def measure(name: str) -> Pair:
            trips, medians, others = [round_trip()], [], []
            for contender in (OURS, name) if OURS in running else (name,):
                measured = workers[contender].measure(counts[contender])
                medians.append(1e6 * measured.median / shape.steps)
                others.append(measured.others)
                trips.append(round_trip())
            return Pair(
                medians[0] if OURS in running else None,
                medians[-1],
                [trip for trip in trips if trip is not None],
                max((cores for cores in others if cores is not None), default=None),
            )

        for _ in range(options.rounds):
            for name, several in pairs.items():
                pair = measure(name)
                shortest = min([shortest, *pair.trips])
                for _ in range(options.patience):
                    if not pair.disturbed(shortest):
                        break
                    again = measure(name)
                    shortest = min([shortest, *again.trips])
                    if not again.disturbed(shortest) or (again.others or 0.0) < (pair.others or 0.0):
                        pair = again
                several.append(pair)
        return pairs, failed
    finally:
        for worker in workers.values():
            worker.close()


def evaluate(shape: Shape, pairs: dict[str, list[Pair]], limit: float | None) -> dict[str, Any]:
    """Turn pairs into times and ratios, apart for each state of the machine, and choose each library's best mode."""
    everything = [pair for several in pairs.values() for pair in several]
    shortest = min((trip for pair in everything for trip in pair.trips), default=math.inf)
    result: dict[str, Any] = {
        "description": shape.describe(),
        "flops": shape.flops,
        "pairs": {name: [dataclasses.asdict(pair) for pair in several] for name, several in pairs.items()},
        "states": {},
    }
    for state in ("near", "far", "mixed"):
        if state == "mixed" and result["states"]:
            break  # pairs during which the state changed count only where there are no others
        contenders: dict[str, Any] = {}
        for name, several in {OURS: everything, **pairs}.items():
            chosen = [pair for pair in several if pair.state(shortest) == state]
            times = [pair.ours if name == OURS else pair.theirs for pair in chosen]
            if not times or None in times:
                continue
            contenders[name] = {
                "us_per_step": statistics.median(times),
                "span": [min(times), max(times)],
                "others": max((pair.others for pair in chosen if pair.others is not None), default=None),
            }
            if name != OURS and chosen[0].ours is not None:
                contenders[name]["ratio"] = ratios(times, [pair.ours for pair in chosen])
        if contenders:
            counted = sum(pair.state(shortest) == state for pair in everything)
            result["states"][state] = {"pairs": counted, "contenders": contenders}
            if OURS in contenders and limit:
                result["states"][state]["share"] = shape.flops / (contenders[OURS]["us_per_step"] * 1e-6) / limit
    return result


def fastest(contenders: dict[str, Any], library: str, *, usual: bool) -> str | None:
    """Name the fastest contender of a library: of those that people usually write, or of all."""
    candidates = [
        name for name in contenders if peers.family(name) == library and (peers.CONTENDERS[name].usual or not usual)
    ]
    return min(candidates, key=lambda name: contenders[name]["us_per_step"], default=None)


def fma_limit(options: argparse.Namespace) -> float | None:
    """Operations a second of a loop of independent FMAs on so many threads: the best of several; None where unknown."""
    try:
        worker = Worker(set_up_limit, options.threads, threads=options.threads)
    except RuntimeError as error:
        note(f"the FMA limit is not known:\n{error}")
        return None
    limit = max(worker.measure(patience=options.patience).seconds[0] for _ in range(3))
    worker.close()
    return limit


def set_up_limit(threads: int) -> Any:
    """In a worker's process: return what measures the limit."""
    from glassnet import _engine

    return lambda: [float(_engine.fma_limit(threads))]


def print_shape(result: dict[str, Any]) -> None:
    """Print the contenders of one shape."""
    print(f"\n{result['description']}")
    for name, check in result["check"].items():
        print(
            f"  weights {'are' if check['right'] else 'WRONG, not'} those of {name}: they differ by "
            f"{check['float32']:.0e} of the way that they went (float32, {check['steps'][0]} steps) and by "
            f"{check['float64']:.0e} (float64, {check['steps'][1]} steps)"
        )
    rows = []
    for state, measured in result["states"].items():
        for name, contender in measured["contenders"].items():
            ratio = contender.get("ratio")
            quotient = f"{_span(ratio['median'], ratio['low'], ratio['high'])}" if ratio else ""
            others = "?" if contender["others"] is None else f"{contender['others']:.2f}"
            time = _span(contender["us_per_step"], *contender["span"])
            rows.append((name, peers.CONTENDERS[name].meaning, state, time, others, quotient))
    print_table(("contender", "what it runs", "processors", "µs/step", "others' cores", "glassnet = 1"), rows, left=3)
    sys.stdout.flush()


def targets(shape: Shape, result: dict[str, Any], beside: set[str]) -> list[dict[str, Any]]:
    """List what is asked of a shape, beside what was measured in the machine's more frequent state.

    Nothing is asked beside a library that takes no part; one that takes part and failed leaves its target unmet.
    """
    if not result["states"]:
        return []
    state = max(result["states"], key=lambda name: result["states"][name]["pairs"])
    measured = result["states"][state]
    note = {"near": "", "far": "processors far from each other", "mixed": "processors near and far in turns"}[state]
    found = []
    for library, name in FAMILIES.items():
        if library not in beside:
            continue
        best = fastest(measured["contenders"], library, usual=True)
        ratio = measured["contenders"][best]["ratio"]["median"] if best else None
        found.append(target(f"{shape.name}, × {name}", ratio, getattr(shape.target, library), note=note))
    if shape.target.share is not None:
        found.append(
            target(
                f"{shape.name}, of the FMA limit", measured.get("share"), shape.target.share, unit="share", note=note
            )
        )
    return found


def print_summary(results: dict[str, Any]) -> None:
    """Print the ratios of all shapes beside what is asked of them."""
    print(
        "\nTimes of the peers, glassnet = 1; in parentheses what is asked, of each library as people usually write it;"
    )
    print("in brackets the fastest way that was found, where that is another.")
    rows = []
    for name, result in results.items():
        asked = SHAPES[name].target
        for state, measured in result["states"].items():
            contenders = measured["contenders"]
            row = [name, state, significant(contenders[OURS]["us_per_step"])]
            for library in FAMILIES:
                usual = fastest(contenders, library, usual=True)
                best = fastest(contenders, library, usual=False)
                cell = _asked(contenders[usual]["ratio"]["median"] if usual else None, getattr(asked, library))
                if best is not None and best != usual:
                    cell += f" [{significant(contenders[best]['ratio']['median'])}]"
                row.append(cell)
            row.append(_asked(measured.get("share"), asked.share))
            rows.append(row)
    print_table(
        ("shape", "processors", "µs/step", *(f"× {name}" for name in FAMILIES.values()), "of FMA limit"), rows, left=2
    )


def _span(median: float, low: float, high: float) -> str:
    return f"{significant(median)} ({significant(low)} to {significant(high)})"


def _asked(value: float | None, asked: float | None) -> str:
    if value is None:
        return "–"
    if asked is None:
        return significant(value)
    return f"{significant(value)} ({asked:g}){'' if value >= asked else ' ✗'}"


if __name__ == "__main__":
    sys.exit(main())
