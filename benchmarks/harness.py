"""What all benchmarks share: contenders in processes of their own, a quiet machine, medians, tables, JSON.

Each contender lives in its own process, so that no library's threads, settings or denormal mode reach another's, and
one contender is measured at a time while the others sleep. Rounds go around all contenders; a ratio is formed within a
round, and the median of the rounds' ratios is what counts. So a machine that slows down or speeds up for seconds
changes both sides of a ratio.

Numbers taken while somebody else computes are worth little (OpenMP's barriers spin: one busy neighbour on a two-core
machine slows a small PyTorch step tenfold). So every measurement notes how many cores other processes used meanwhile,
and is repeated a few times if that was too much.
"""

from __future__ import annotations

import dataclasses
import json
import math
import mmap
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import textwrap
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# Settings that change what a library does; a measurement shows what people get who have set nothing.
SETTINGS = ("OPENBLAS_", "MKL_", "OMP_", "GOMP_", "BLIS_", "XLA_", "JAX_", "TORCH", "GLASSNET_")
SPINS = 0.12  # seconds that OpenBLAS's threads spin before they sleep, and a little more
QUIET = 0.1  # cores that others may use during a measurement
LIBRARIES = ("glassnet", "numpy", "scipy", "scikit-learn", "torch", "jax")


@dataclasses.dataclass
class Measurement:
    """Seconds that something took, and the cores that other processes used meanwhile (None: unknown here)."""

    seconds: list[float]
    others: float | None

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)


class Neighbours:
    """Measures how many cores other processes use while a block of code runs (Linux; elsewhere `cores` stays None).

    What the whole machine was busy with, less what this process and its descendants were busy with.
    """

    def __init__(self) -> None:
        self.cores: float | None = None

    def __enter__(self) -> Self:
        machine = _machine_busy()
        self._before = None if machine is None else (machine, _own_busy(), time.perf_counter())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            machine, own, clock = self._before
            busy = ((_machine_busy() or machine) - machine) - (_own_busy() - own)
            self.cores = max(0.0, busy / (time.perf_counter() - clock))


def _machine_busy() -> float | None:
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / float(os.sysconf("SC_CLK_TCK"))


def _own_busy() -> float:
    """Seconds that this process and all that descend from it have computed, those that have ended included."""
    parent, ticks = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # What stands before the last parenthesis is the program's name, which may hold anything.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        parent[int(folder.name)] = int(fields[1])
        ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    total = 0
    for process, used in ticks.items():
        ancestor = process
        while ancestor not in (os.getpid(), 0):
            ancestor = parent.get(ancestor, 0)
        total += used if ancestor == os.getpid() else 0
    return total / float(os.sysconf("SC_CLK_TCK"))


def round_trip() -> float | None:
    """Seconds in which two processes on two processors hand a byte to and fro; None where that can't be measured.

    Virtual machines are moved: at times two processors share a cache, at times they are in different parts of the chip,
    and what threads tell each other then takes four times as long. Half of what is measured is the interpreter's.
    """
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        return None
    processors = sorted(os.sched_getaffinity(0))
    repetitions, chunk = 40, 100
    flag = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("b")
    child = os.fork()
    if child == 0:
        try:
            os.sched_setaffinity(0, processors[1:2])
            for _ in range(repetitions * chunk):
                while flag[0] != 1:
                    pass
                flag[0] = 0
        finally:
            os._exit(0)
    os.sched_setaffinity(0, processors[:1])
    taken = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(chunk):
            flag[0] = 1
            while flag[0] != 0:
                pass
        taken.append((time.perf_counter() - start) / chunk)
    os.waitpid(child, 0)
    os.sched_setaffinity(0, processors)
    return min(taken)  # an interruption makes a chunk longer, nothing makes it shorter


# --- contenders in processes of their own -----------------------------------------------------------------------------


class Worker:
    """A process that sets something up once and measures it whenever asked.

    `setup(*arguments)` runs in the new process and returns a function; each `measure(*asked)` calls that function there
    and returns its list of seconds. `spins` is how many seconds its threads go on spinning after a measurement, as
    OpenBLAS's do for a tenth of a second; no worker is measured before they sleep.

    Raises
    ------
    RuntimeError
        If `setup` or a measurement failed over there; the message is the other side's traceback.
    """

    _asleep_at = 0.0  # when the last measured worker's threads have stopped spinning

    def __init__(
        self, setup: Callable[..., Callable[..., list[float]]], *arguments: Any, threads: int, spins: float = 0.0
    ) -> None:
        self._spins = spins
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, setup, arguments, threads))
        self._process.start()
        theirs.close()
        self._receive()

    def measure(self, *asked: Any, patience: int = 0) -> Measurement:
        """Measure once, and up to `patience` times more while others disturb; the quietest measurement is returned."""
        best = self._measure_once(asked)
        for _ in range(patience):
            if best.others is None or best.others <= QUIET:
                break
            time.sleep(2.0)
            again = self._measure_once(asked)
            if again.others is not None and again.others < best.others:
                best = again
        return best

    def _measure_once(self, asked: tuple[Any, ...]) -> Measurement:
        time.sleep(max(0.0, Worker._asleep_at - time.perf_counter()))
        self._connection.send(asked)
        measured = Measurement(*self._receive())
        Worker._asleep_at = time.perf_counter() + self._spins
        return measured

    @property
    def process_id(self) -> int:
        """Number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()

    def _receive(self) -> Any:
        try:
            done, answer = self._connection.recv()
        except EOFError:
            self._process.join(timeout=5)
            raise RuntimeError(f"the process ended by itself (exit code {self._process.exitcode})") from None
        if not done:
            raise RuntimeError(answer)
        return answer


def _serve(
    connection: Connection, setup: Callable[..., Callable[..., list[float]]], arguments: tuple[Any, ...], threads: int
) -> None:
    bind(threads)
    try:
        measure = setup(*arguments)
        connection.send((True, None))
        while True:
            asked = connection.recv()
            with Neighbours() as neighbours:
                seconds = measure(*asked)
            connection.send((True, (seconds, neighbours.cores)))
    except EOFError:
        pass
    except BaseException:  # noqa: BLE001 (whatever happened over here is told over there)
        connection.send((False, traceback.format_exc()))


def bind(threads: int) -> None:
    """Let this process use only so many processors (where the system allows it), whatever a library would take."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


# --- numbers ----------------------------------------------------------------------------------------------------------


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> dict[str, float]:
    """Median and extremes of the ratios that were formed round by round.

    >>> ratios([2.0, 9.0, 4.0], [1.0, 3.0, 1.0])
    {'median': 3.0, 'low': 2.0, 'high': 4.0}
    """
    quotients = [a / b for a, b in zip(numerators, denominators, strict=True)]
    return {"median": statistics.median(quotients), "low": min(quotients), "high": max(quotients)}


def significant(number: float, digits: int = 3) -> str:
    """Write a number with so many significant digits and no exponent.

    >>> significant(1234.5), significant(0.98765), significant(21.44)
    ('1234', '0.988', '21.4')
    """
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    return f"{number:.{decimals}f}"


# --- what is asked for ------------------------------------------------------------------------------------------------


def target(
    name: str, measured: float | None, asked: float, *, at_most: bool = False, unit: str = "", note: str = ""
) -> dict[str, Any]:
    """Return an entry of the "targets" of a benchmark's JSON: what was measured beside what is asked for.

    `measured` is None where it could not be measured; the target isn't met then. `note` says what belongs to the
    number: which of several functions was the worst, or in which state the machine was.

    >>> target("tiny, × JAX", 15.2, 14.0)["met"], target("one row", 30.0, 25.0, at_most=True, unit="µs")["met"]
    (True, False)
    """
    met = measured is not None and (measured <= asked if at_most else measured >= asked)
    return {
        "name": name,
        "measured": None if measured is None else float(measured),
        "asked": float(asked),
        "at_most": at_most,
        "met": bool(met),
        "unit": unit,
        "note": note,
    }


def print_targets(targets: Iterable[dict[str, Any]], remarks: Sequence[str] = ()) -> None:
    """Print targets as a table, ✗ where one is missed, and below each what there is to remark."""
    rows = [
        (
            one["name"] + (f" ({one['note']})" if one.get("note") else ""),
            amount(one["measured"], one["unit"]),
            f"{'≤' if one['at_most'] else '≥'} {amount(one['asked'], one['unit'])}",
            "✓" if one["met"] else "✗",
        )
        for one in targets
    ]
    if rows:
        print()
        print_table(("target", "measured", "asked", ""), rows, remarks=remarks)


def amount(number: float | None, unit: str) -> str:
    """Write a number with its unit; shares as percentages.

    >>> amount(23.456, "µs"), amount(0.7512, "share"), amount(None, "s")
    ('23.5 µs', '75.1%', '–')
    """
    if number is None:
        return "–"
    if unit == "share":
        return f"{100 * number:.1f}%"
    return f"{significant(number)} {unit}".rstrip()


# --- output -----------------------------------------------------------------------------------------------------------


def print_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, remarks: Sequence[str] = ()
) -> None:
    """Print a table; the first `left` columns are aligned to the left, the others to the right.

    `remarks`, if any, has a text a row, which is printed below it; an empty text is none.
    """
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for number, line in enumerate(lines):
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))
        elif remarks and remarks[number - 1]:
            print(textwrap.fill(remarks[number - 1], 110, initial_indent=" " * 6, subsequent_indent=" " * 6))


def clear_settings() -> dict[str, str]:
    """Take the variables that steer numerical libraries out of the environment (of workers, too); returns them."""
    return {name: os.environ.pop(name) for name in sorted(os.environ) if name.startswith(SETTINGS)}


def machine() -> dict[str, Any]:
    """Describe the machine and the libraries that the numbers come from."""
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "usable": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": versions,
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def print_machine(described: dict[str, Any]) -> None:
    """Print the machine in two lines."""
    libraries = " · ".join(f"{name} {version}" for name, version in described["libraries"].items())
    print(f"{described['processor']}, {described['usable']} of {described['processors']} processors usable")
    print(f"Python {described['python']} · {libraries}\n")


def write_json(path: str | Path, document: dict[str, Any]) -> None:
    """Write a JSON file that appears whole or not at all."""
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent or ".", prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=2, ensure_ascii=False)
            stream.write("\n")
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def note(text: str) -> None:
    """Say something about the progress, on standard error."""
    print(text, file=sys.stderr, flush=True)
