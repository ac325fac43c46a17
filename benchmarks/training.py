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
import math
import statistics
import sys
from typing import Any

import peers
from correctness import LARGEST, difference_from_torch
from harness import (
    Measurement,
    Worker,
    clear_settings,
    machine,
    note,
    print_machine,
    print_table,
    ratios,
    significant,
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
    }
    right = True
    for shape in shapes:
        note(f"{shape.describe()} …")
        check = check_weights(shape, names, options.threads)
        right = right and (check is None or check["right"])
        measured, failed = run_rounds(shape, names, options)
        document["shapes"][shape.name] = result = evaluate(shape, measured, limit)
        result |= {"check": check, "failed": failed}
        print_shape(result)
        if options.json:
            write_json(options.json, document)  # after every shape: a long run that is cut short leaves what it has
    if OURS in names:
        print_summary(document["shapes"])
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


def check_weights(shape: Shape, names: list[str], threads: int) -> dict[str, Any] | None:
    """Compare the weights after a few steps with PyTorch's; None where one of the two is absent."""
    if OURS not in names or not peers.present("torch-eager"):
        print(f"{shape.name}: weights not checked (that takes glassnet and PyTorch)")
        return None
    worker = Worker(difference_from_torch, shape, threads, threads=threads)
    single, double = worker.measure().seconds
    worker.close()
    return {"float32": single, "float64": double, "right": single < LARGEST["float32"] and double < LARGEST["float64"]}


def run_rounds(
    shape: Shape, names: list[str], options: argparse.Namespace
) -> tuple[dict[str, list[Measurement]], dict[str, str]]:
    """Measure every contender once a round; those that fail are left out, with the reason."""
    workers: dict[str, Worker] = {}
    counts: dict[str, int] = {}
    failed: dict[str, str] = {}
    try:
        for name in names:
            try:
                workers[name] = Worker(set_up, name, shape, options.threads, threads=options.threads)
                workers[name].measure(1)  # compiles, warms up
                epoch = workers[name].measure(2).median
                counts[name] = min(100, max(2, math.ceil(options.budget / epoch)))
            except RuntimeError as error:
                failed[name] = str(error)
                note(f"{name} failed on {shape.name}:\n{error}")
        running = [name for name in names if name not in failed]
        measured: dict[str, list[Measurement]] = {name: [] for name in running}
        for number in range(options.rounds):
            # Every round begins with another contender, so that no one always follows the same neighbour.
            turn = number % len(running) if running else 0
            for name in running[turn:] + running[:turn]:
                measured[name].append(workers[name].measure(counts[name], patience=options.patience))
        return measured, failed
    finally:
        for worker in workers.values():
            worker.close()


def evaluate(shape: Shape, measured: dict[str, list[Measurement]], limit: float | None) -> dict[str, Any]:
    """Turn measurements into microseconds per step and ratios to glassnet, and choose each library's best mode."""
    contenders: dict[str, Any] = {}
    for name, rounds in measured.items():
        steps = [1e6 * measurement.median / shape.steps for measurement in rounds]
        contenders[name] = {
            "us_per_step": statistics.median(steps),
            "rounds": steps,
            "others": [measurement.others for measurement in rounds],
        }
    result: dict[str, Any] = {"description": shape.describe(), "flops": shape.flops, "contenders": contenders}
    for contender in contenders.values():
        if OURS in contenders:
            contender["ratio"] = ratios(contender["rounds"], contenders[OURS]["rounds"])
    # The fastest contender of each library: of those that people usually write, and of all.
    for kind in ("usual", "best"):
        candidates = [name for name in contenders if kind == "best" or peers.CONTENDERS[name].usual]
        candidates.sort(key=lambda name: -contenders[name]["us_per_step"])
        result[kind] = {peers.family(name): name for name in candidates}
    if OURS in contenders and limit:
        result["share"] = shape.flops / (contenders[OURS]["us_per_step"] * 1e-6) / limit
    return result


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
    if result["check"]:
        verdict = "as PyTorch's" if result["check"]["right"] else "WRONG"
        print(
            f"  weights {verdict}: they differ by {result['check']['float32']:.0e} of the way that they went "
            f"(float32, two steps) and by {result['check']['float64']:.0e} (float64, eight steps)"
        )
    rows = []
    for name, contender in result["contenders"].items():
        ratio = contender.get("ratio")
        others = [cores for cores in contender["others"] if cores is not None]
        quotient = ""
        if ratio:
            quotient = f"{significant(ratio['median'])} ({significant(ratio['low'])} to {significant(ratio['high'])})"
        rows.append(
            (
                name,
                peers.CONTENDERS[name].meaning,
                significant(contender["us_per_step"]),
                f"{significant(min(contender['rounds']))} to {significant(max(contender['rounds']))}",
                f"{max(others):.2f}" if others else "?",
                quotient,
            )
        )
    print_table(("contender", "what it runs", "µs/step", "rounds", "others' cores", "glassnet = 1"), rows, left=2)
    sys.stdout.flush()


def print_summary(results: dict[str, Any]) -> None:
    """Print the ratios of all shapes beside what is asked: (now; later)."""
    print("\nTimes of the peers, glassnet = 1; in parentheses what is asked (now; later), of each library as people")
    print("usually write it; in brackets the fastest way that was found, where that is another.")
    rows = []
    for name, result in results.items():
        contenders, shape = result["contenders"], SHAPES[name]
        if OURS not in contenders:
            continue
        row = [name, significant(contenders[OURS]["us_per_step"])]
        for library in FAMILIES:
            usual, best = result["usual"].get(library), result["best"].get(library)
            ratio = contenders[usual]["ratio"]["median"] if usual else None
            cell = _asked(ratio, getattr(shape.target, library), getattr(shape.goal, library))
            if best != usual and best:
                cell += f" [{significant(contenders[best]['ratio']['median'])}]"
            row.append(cell)
        row.append(_asked(result.get("share"), shape.target.share, shape.goal.share))
        rows.append(row)
    print_table(("shape", "µs/step", *(f"× {name}" for name in FAMILIES.values()), "of FMA limit"), rows)


def _asked(value: float | None, target: float | None, goal: float | None) -> str:
    if value is None:
        return "–"
    asked = "; ".join("–" if number is None else f"{number:g}" for number in (target, goal))
    met = "" if target is None or value >= target else " ✗"
    return f"{significant(value)} ({asked}){met}"


if __name__ == "__main__":
    sys.exit(main())
