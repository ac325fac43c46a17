"""How far functions and their derivatives are from the truth: the largest error in ULP, and at which input.

    python benchmarks/accuracy.py                        every 257th float32, ten million doubles: minutes
    python benchmarks/accuracy.py --exhaustive           all 2^32 float32, on the best instruction set
    python benchmarks/accuracy.py --functions sigmoid,gelu --dtype float32 --stride 1 --instruction-sets all

Every elementwise function of the catalog is compared on every instruction set of this processor, and beside it
PyTorch, JAX, SciPy and NumPy where they have it. The truth is computed in a wider type, from formulas that share
nothing with the kernels (tests/oracle/truth.py); the worst results are judged again from the catalog's formula in
hundreds of digits, so that what is printed as the largest error is true. The exit status is 1 if an error of glassnet's
is above 1 ULP in float32, or above 2 in float64.

See benchmarks/README.md for what is counted and how.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from accuracy_peers import PEERS, computed, installed, offers
from harness import machine, note, print_machine, print_table, print_targets, target, write_json
from ulps import ASKED, CROSSING, LIMIT, Array, Candidate, Tally, errors, exact_error

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.oracle import normal, witness
from tests.oracle.truth import truth

WHICH = ("value", "derivative")
STRIDE = 257
DOUBLES = 10_000_000
CHUNK = 1 << 13  # few enough for a core's own cache, with all that a formula needs on the way
CHUNKS_OF_A_TASK = 512
# Without a formula of its own a function is judged in mpmath alone, at so many inputs.
SAMPLE = 4096


class Task(NamedTuple):
    """A part of the inputs of one function, in one process."""

    function: str
    dtype: str
    first: int  # the number of the first input
    stop: int
    stride: int
    instruction_sets: tuple[str, ...]
    peers: tuple[str, ...]
    exact: bool = False  # special inputs, judged in hundreds of digits

    @property
    def weight(self) -> int:
        """How long it takes, roughly, in inputs of one contender."""
        return (self.stop - self.first) * (len(self.instruction_sets) + 3 * len(self.peers) + 2)


# Long doubles that the shared formulas do not give.
LONG_DOUBLE = {"gelu": normal.gelu}

# Who computed it ("x86-64-v4", "torch"), and which of WHICH.
Tallies = dict[tuple[str, str], Tally]


# --- inputs -----------------------------------------------------------------------------------------------------------


def chunks(task: Task) -> Iterator[Array]:
    """Yield the inputs of a task: bit patterns of float32, or drawn doubles."""
    for start in range(task.first, task.stop, CHUNK):
        stop = min(start + CHUNK, task.stop)
        if task.dtype == "float32":
            patterns = np.arange(start, stop, dtype=np.uint64) * np.uint64(task.stride)
            yield patterns.astype(np.uint32).view(np.float32)
        else:
            yield doubles(start, stop - start)


def doubles(seed: int, count: int) -> Array:
    """Draw doubles: a quarter of any bit pattern, half of the magnitudes of the bends, a quarter from the tails."""
    generator = np.random.default_rng(seed)
    kinds = generator.integers(0, 4, count)
    bits = generator.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)
    bent = np.copysign(np.exp2(generator.uniform(-40, 8, count)), generator.uniform(-1, 1, count))
    tails = generator.uniform(-800, 800, count)
    return np.where(kinds == 0, bits, np.where(kinds == 1, tails, bent))


def special(entry: Any, dtype: str) -> Array:
    """Infinities, NaN, zeros, kinks and what lies beside them, and the largest and smallest numbers."""
    number = np.dtype(dtype).type
    info = np.finfo(dtype)
    exact = [0.0, info.smallest_subnormal, info.tiny, info.max, np.inf, *map(abs, map(float, entry.kinks))]
    points = np.array(exact, dtype)
    with np.errstate(over="ignore"):
        points = np.concatenate([points, np.nextafter(points, number(0)), np.nextafter(points, number(np.inf))])
    return np.concatenate([points, -points, [np.nan]]).astype(dtype)


# --- the truth --------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1 << 16)
def exactly(function: str, x: float, which: str) -> Any:
    """Evaluate the catalog's formula, or its derivative, in hundreds of digits; at infinity what it tends to there."""
    import mpmath as mp

    import glassnet as gn

    entry = gn.activations[function]
    of_formula = witness.value if which == "value" else witness.derivative
    with mp.workdps(witness.DIGITS):
        if not np.isinf(x):
            return of_formula(entry, mp.mpf(x))
        near, far = (of_formula(entry, mp.sign(x) * mp.mpf(10) ** power) for power in (155, 165))
        if abs(far) > 1.5 * abs(near) > 1:
            return mp.sign(far) * mp.inf
        return far if abs(far - near) < mp.mpf(10) ** -150 else mp.nan


def exact_error_of(function: str, dtype: str, which: str, ours: bool, candidate: Candidate) -> float:
    """Judge one result in hundreds of digits; of ours, the signs of zeros too."""
    import mpmath as mp

    x, got = candidate.x, candidate.got
    if np.isnan(x):
        return 0.0 if np.isnan(got) else np.inf
    with mp.workdps(witness.DIGITS):
        right = exactly(function, x, which)
        found = exact_error(got, right, dtype)
        if ours and which == "value" and x == 0 and right == 0:
            # Of slope · x: relu(-0) is +0, because its slope is 0.
            slope = exactly(function, x, "derivative")
            negative = slope > 0 if np.signbit(x) else slope < 0
            found = found if np.signbit(got) == negative else np.inf
        if found > 0.5 and which == "derivative" and abs(mp.mpf(got) - right) <= CROSSING[dtype]:
            beside = [exactly(function, x * factor, which) for factor in (0.9, 1.1)]
            found = 0.0 if beside[0] * beside[1] < 0 else found
    return found


def errors_of(entry: Any, which: str, x: Array, got: Array, right: Array) -> Array:
    """Count errors in ULP; next to a zero of the derivative, tiny ones count as none."""
    found = errors(got, right)
    if which == "derivative" and found.max(initial=0) > 0.5:
        suspects = np.flatnonzero((found > 0.5) & (abs(got - right) <= CROSSING[got.dtype.name]))
        if len(suspects):
            wide = x[suspects].astype(right.dtype)
            below, above = (truth_of(entry, wide * right.dtype.type(factor)) for factor in (0.9, 1.1))
            assert below is not None
            assert above is not None
            found[suspects[below[1] * above[1] < 0]] = 0
    return found


def widened(x: Array) -> Array:
    """Turn float32 into float64, float64 into long double."""
    return x.astype(np.float64 if x.dtype == np.float32 else np.longdouble)


def truth_of(entry: Any, x: Array) -> tuple[Array, Array] | None:
    """Compute value and derivative in x's wide type; None where there is no formula or no such type."""
    if x.dtype != np.float64 and np.finfo(x.dtype).nmant > 60 and entry.name in LONG_DOUBLE:
        return LONG_DOUBLE[entry.name](x)
    found = truth(entry.name, x, entry.values)
    return None if found is None else (np.asarray(found[0], x.dtype), np.asarray(found[1], x.dtype))


# --- sweeps -----------------------------------------------------------------------------------------------------------


def sweep(task: Task) -> Tallies:
    """Compare the results of a task's inputs with the truth."""
    import glassnet as gn

    entry = gn.activations[task.function]
    tallies: Tallies = {}
    for x in chunks(task):
        with np.errstate(all="ignore"):
            finite = np.isfinite(x)
            if not finite.all():
                nan = x[np.isnan(x)]
                for who, which, got in results(task, entry, nan):
                    tally = tallies.setdefault((who, which), Tally(ASKED[task.dtype]))
                    tally.add(nan, got, np.where(np.isnan(got), 0.0, np.inf))
                x = x[finite]
            right = truth_of(entry, widened(x))
            assert right is not None
            for who, which, got in results(task, entry, x):
                tally = tallies.setdefault((who, which), Tally(ASKED[task.dtype]))
                tally.add(x, got, errors_of(entry, which, x, got, right[WHICH.index(which)]))
    return tallies


def results(task: Task, entry: Any, x: Array) -> Iterator[tuple[str, str, Array]]:
    """Compute values and derivatives of x by every contender: others at finite inputs only."""
    from glassnet import _engine

    for instruction_set in task.instruction_sets:
        _engine.use_instruction_set(instruction_set)
        value, slope = np.empty_like(x), np.empty_like(x)
        _engine.activation(entry.name, list(entry.values), x, value, slope)
        yield instruction_set, "value", value
        yield instruction_set, "derivative", slope
    if np.isfinite(x).all():
        for peer in task.peers:
            for which in WHICH:
                if offers(peer, entry.name, which):
                    got = computed(peer, entry.name, which, x)
                    if which == "derivative":
                        # Which of the slopes beside a kink stands for it is a convention, not an error.
                        at_kink = np.isin(x, np.array(entry.kinks, x.dtype))
                        got = np.where(at_kink, entry.derivative(x), got) if at_kink.any() else got
                    yield peer, which, got


def sweep_exactly(task: Task) -> Tallies:
    """Compare results at special inputs with the catalog's formula in hundreds of digits, one by one."""
    import glassnet as gn

    entry = gn.activations[task.function]
    every = np.concatenate([special(entry, task.dtype), *chunks(task)])
    tallies: Tallies = {}
    with np.errstate(all="ignore"):
        for x in every[np.isfinite(every)], every[~np.isfinite(every)]:
            for who, which, got in results(task, entry, x):
                ours = who in task.instruction_sets
                found = [
                    exact_error_of(task.function, task.dtype, which, ours, Candidate(0.0, *pair))
                    for pair in zip(x.tolist(), got.tolist(), strict=True)
                ]
                tallies.setdefault((who, which), Tally(ASKED[task.dtype])).add(x, got, np.array(found))
    return tallies


def run(task: Task) -> tuple[Task, Tallies]:
    """Do a task, in a worker's process."""
    return task, sweep_exactly(task) if task.exact else sweep(task)


# --- the whole --------------------------------------------------------------------------------------------------------


def plan(options: argparse.Namespace) -> list[Task]:
    """Divide the work into tasks of about a second."""
    import glassnet as gn

    tasks: list[Task] = []
    for name in options.functions:
        peers = tuple(peer for peer in options.peers if offers(peer, name, "value"))
        for dtype in options.dtypes:
            every = Task(name, dtype, 0, 0, 2**32 // SAMPLE, tuple(options.instruction_sets), peers, exact=False)
            if truth_of(gn.activations[name], widened(np.ones(1, dtype))) is None:
                tasks.append(every._replace(stop=SAMPLE, exact=True))
                continue
            tasks.append(every._replace(exact=True))
            if dtype == "float64":
                tasks += parts(every._replace(stop=options.doubles))
            else:
                theirs = max(options.stride, STRIDE)  # exhaustive sweeps are of our functions
                together = peers if theirs == options.stride else ()
                tasks += parts(
                    every._replace(stop=-(-(2**32) // options.stride), stride=options.stride, peers=together)
                )
                if together != peers:
                    alone = every._replace(stop=-(-(2**32) // theirs), stride=theirs, instruction_sets=())
                    tasks += parts(alone)
    return tasks


def parts(whole: Task) -> list[Task]:
    """Divide a sweep."""
    size = CHUNK * CHUNKS_OF_A_TASK
    starts = range(0, whole.stop, size)
    return [whole._replace(first=start, stop=min(start + size, whole.stop)) for start in starts]


def carry_out(tasks: list[Task], processes: int) -> dict[tuple[str, str], Tallies]:
    """Do all tasks, in so many processes; the tallies of each function and type."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    found: dict[tuple[str, str], Tallies] = {}
    columns = (TextColumn("{task.description:16}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=sum(task.weight for task in tasks))

        def take_in(task: Task, tallies: Tallies) -> None:
            of_function = found.setdefault((task.function, task.dtype), {})
            for key, tally in tallies.items():
                of_function.setdefault(key, Tally(tally.asked)).merge(tally)
            progress.update(bar, advance=task.weight, description=task.function)

        if processes == 1:
            for task in tasks:
                take_in(*run(task))
        else:
            with multiprocessing.get_context("spawn").Pool(processes) as pool:
                for done in pool.imap_unordered(run, tasks):
                    take_in(*done)
    for (function, dtype), tallies in found.items():
        for (who, which), tally in tallies.items():
            tally.confirm(functools.partial(exact_error_of, function, dtype, which, who not in PEERS))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a function of glassnet is above the limit."""
    options = parse(arguments)
    described = machine()
    print_machine(described)
    start = time.perf_counter()
    tasks = plan(options)
    found = carry_out(tasks, options.processes)
    seconds = time.perf_counter() - start

    document: dict[str, Any] = {"machine": described, "seconds": seconds, "stride": options.stride, "targets": []}
    above: list[str] = []
    beyond: list[str] = []
    for dtype in options.dtypes:
        of_type = {function: tallies for (function, kind), tallies in found.items() if kind == dtype}
        print_ours(dtype, of_type, options.instruction_sets)
        print_others(dtype, of_type, options.peers)
        document[dtype] = {function: described_tallies(tallies) for function, tallies in of_type.items()}
        largest = (0.0, "")
        for function, tallies in of_type.items():
            ours = [tally for (who, _), tally in tallies.items() if who in options.instruction_sets]
            worst = max(tally.error if tally.settled else np.inf for tally in ours)
            largest = max(largest, (worst, function))
            if worst > ASKED[dtype]:
                above.append(f"{function} ({dtype}, {ulp(worst)} ULP)")
            if worst > LIMIT[dtype]:
                beyond.append(function)
        measured = largest[0] if np.isfinite(largest[0]) else None  # JSON knows no infinity
        document["targets"].append(
            target(f"accuracy, {dtype}", measured, ASKED[dtype], at_most=True, unit="ULP", note=largest[1])
        )
    bounds = " and ".join(f"{ASKED[dtype]:g} ULP in {dtype}" for dtype in options.dtypes)
    verdict = f"above it: {', '.join(above)}" if above else "all within it"
    print(f"{len(options.functions)} functions, value and derivative; {bounds} asked for: {verdict}")
    print_targets(document["targets"])
    note(f"{seconds:.0f} s")
    if options.json:
        write_json(options.json, document | {"above": above, "beyond": beyond})
    return 1 if beyond else 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    import glassnet as gn
    from glassnet import _engine

    known = [entry.name for entry in gn.activations if not entry.over_axis and entry.pieces == 1]
    sets = _engine.instruction_sets()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", metavar="NAMES", help="some of them, with commas between (default: all)")
    parser.add_argument("--dtype", choices=("float32", "float64", "both"), default="both")
    parser.add_argument("--exhaustive", action="store_true", help="every float32, on the best instruction set")
    parser.add_argument("--stride", type=int, help=f"of bit patterns of float32 (default: {STRIDE})")
    parser.add_argument(
        "--doubles", type=int, default=DOUBLES, help="how many inputs in float64 (default: %(default)s)"
    )
    parser.add_argument("--instruction-sets", metavar="NAMES", help=f"all, best, or some of {','.join(sets)}")
    parser.add_argument("--peers", metavar="NAMES", help=f"none, or some of {','.join(PEERS)} (default: all installed)")
    parser.add_argument("--processes", type=int, default=processors(), help="(default: %(default)s)")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)

    def chosen(option: str, given: str | None, possible: list[str], default: list[str]) -> list[str]:
        names = default if given is None else [name for name in given.split(",") if name]
        for name in names:
            if name not in possible:
                parser.error(f"{option} must name some of {', '.join(possible)}; got {name!r}")
        return names

    for option in ("stride", "doubles", "processes"):
        given = getattr(options, option)
        if given is not None and given < 1:
            parser.error(f"--{option} must be 1 or more; got {given}")
    options.functions = chosen("--functions", options.functions, known, known)
    options.peers = chosen("--peers", {"none": ""}.get(options.peers, options.peers), list(PEERS), installed())
    asked = {"all": ",".join(sets), "best": sets[0]}.get(options.instruction_sets, options.instruction_sets)
    options.instruction_sets = chosen("--instruction-sets", asked, sets, sets[:1] if options.exhaustive else sets)
    options.stride = options.stride or (1 if options.exhaustive else STRIDE)
    options.dtypes = ["float32"] if options.dtype == "both" and options.exhaustive else [options.dtype]
    if options.dtypes == ["both"]:
        options.dtypes = ["float32", "float64"]
    return options


def processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# --- output -----------------------------------------------------------------------------------------------------------


def print_ours(dtype: str, found: dict[str, Tallies], sets: list[str]) -> None:
    """Print glassnet's table: instruction sets that come to the same share a line."""
    print(f"glassnet in {dtype}: largest error in ULP, where, and how many of the inputs are above {ASKED[dtype]:g}\n")
    rows = []
    for function, tallies in found.items():
        lines: dict[tuple[str, ...], list[str]] = {}
        for name in sets:
            cells = [cell for which in WHICH for cell in cells_of(tallies[name, which])]
            lines.setdefault((*cells, f"{tallies[name, 'value'].inputs:,}"), []).append(name)
        for line, names in lines.items():
            rows.append((function, "all" if len(lines) == 1 else ", ".join(names), *line))
    header = ("function", "instruction set", "value", "at", "above", "derivative", "at", "above", "inputs")
    print_table(header, rows, left=2)
    print()


def cells_of(tally: Tally) -> tuple[str, str, str]:
    """Write the largest error, where it is, and how many are too large."""
    error = ulp(tally.error) if tally.settled else "?"
    return error, where(tally.at), f"{tally.above:,}" if tally.above else "–"


def print_others(dtype: str, found: dict[str, Tallies], peers: list[str]) -> None:
    """Print the errors of other libraries, beside ours."""
    if not peers:
        return
    print(f"Others in {dtype}: largest error in ULP, of value (where) / derivative (where)\n")
    rows = []
    for function, tallies in found.items():
        cells = []
        for peer in peers:
            of_peer = [tallies[peer, which] for which in WHICH if (peer, which) in tallies]
            cells.append(" / ".join(f"{ulp(tally.error)} ({where(tally.at)})" for tally in of_peer) or "–")
        rows.append((function, *cells))
    print_table(("function", *peers), rows)
    print()


def ulp(error: float) -> str:
    """Write an error."""
    if error == 0 or np.isinf(error):
        return f"{error:g}"
    return f"{error:.4f}" if error < 10 else f"{error:.0f}" if error < 10_000 else f"{error:.1e}"


def where(x: float | None) -> str:
    """Write an input."""
    return "–" if x is None else f"{x:.9g}"


def described_tallies(tallies: Tallies) -> dict[str, Any]:
    """Describe tallies by JSON types: who, then value or derivative."""
    described: dict[str, Any] = {}
    for (who, which), tally in tallies.items():
        described.setdefault(who, {})[which] = {
            "ulp": tally.error if np.isfinite(tally.error) else "inf",
            "settled": tally.settled,
            "at": None if tally.at is None else repr(tally.at),
            "above": tally.above,
            "inputs": tally.inputs,
        }
    return described


if __name__ == "__main__":
    sys.exit(main())
