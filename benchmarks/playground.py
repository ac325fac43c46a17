"""How much of the engine's speed is left when somebody watches: epochs a second, frames a second, waits.

    python benchmarks/playground.py [--seconds 1.0] [--rounds 5] [--quick] [--json FILE]

For networks of the playground's sizes: the engine alone, a run in chunks with its snapshots, and a session that also
makes frames, 30 a second, for a reader who takes each of them; in turns, so that a busy machine slows all of them, and
ratios are taken within a turn. Beside them what one frame costs, how long the first one takes from a set-up, and how
long a session needs to stand still while it plays at full pace.

Correct first: the session's weights are those of the engine alone, to the last bit.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from harness import (
    clear_settings,
    machine,
    print_machine,
    print_table,
    print_targets,
    significant,
    target,
    write_json,
)

from glassnet.engine import train
from glassnet.playground.frames import View, frame
from glassnet.playground.inside import Inside
from glassnet.playground.material import material_of
from glassnet.playground.pacing import Pacing
from glassnet.playground.preparing import Prepared, prepare
from glassnet.playground.run import Run
from glassnet.playground.session import Session
from glassnet.playground.setup import DEFAULT, Setup

SETUPS: dict[str, dict[str, Any]] = {
    "spiral, 8-8 (as it opens)": {},
    "spiral, 8-8-8": {"hidden_layer_sizes": [8, 8, 8]},
    "spiral, 64-64-64 relu": {"hidden_layer_sizes": [64, 64, 64], "activation": "relu"},
    "digits, 32-16": {"hidden_layer_sizes": [32, 16], "activation": "relu"},
}
FRAMES_OF = "spiral, 8-8-8"
VIEW = View(grid=100)
LONG = 1_000_000  # epochs: more than are trained here


@dataclass(frozen=True)
class Reader:
    """A session and whoever reads what it says."""

    session: Session
    news: threading.Event

    @classmethod
    def new(cls) -> Reader:
        """Begin a session."""
        news = threading.Event()
        return cls(Session(news.set), news)

    def frames(self, seconds: float) -> int:
        """Count the frames that come in this time."""
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            self.news.wait(left)
            self.news.clear()
            count += sum(isinstance(message, bytes) for message in self.session.outbox.take())
        return count


def setup_of(name: str) -> Setup:
    """Make one of the set-ups."""
    return DEFAULT.changed(
        model={**SETUPS[name], "max_iter": LONG}, data={"name": "digits"} if name.startswith("digits") else {}
    )


def engine_alone(p: Prepared, seconds: float) -> float:
    """Epochs a second of one unbroken training."""
    epochs = 50
    while True:
        start = time.perf_counter()
        train(p.network, p.training, p.data, score=p.score, epochs=epochs)
        taken = time.perf_counter() - start
        if taken >= 0.5 * seconds:
            return epochs / taken
        epochs = int(epochs * max(2.0, min(10.0, seconds / taken)))


def in_chunks(p: Prepared, seconds: float) -> float:
    """Epochs a second of a run that nobody watches."""
    run, pacing = Run(p), Pacing()
    start = now = time.perf_counter()
    while now - start < seconds:
        done, before = run.advance(pacing.chunk), now
        now = time.perf_counter()
        pacing.took(done, now - before)
    return run.epoch / (now - start)


def watched(p: Prepared, seconds: float) -> tuple[float, float]:
    """Epochs and frames a second of a session with a reader."""
    reader = Reader.new()
    try:
        reader.session.set(p).result()
        reader.session.view(grid=VIEW.grid).result()
        reader.session.outbox.take()
        start = time.perf_counter()
        reader.session.play("full").result()
        frames = reader.frames(seconds)
        epochs = reader.session.ask(lambda runs: runs["main"].epoch).result()
        taken = time.perf_counter() - start
        return epochs / taken, frames / taken
    finally:
        reader.session.close()


def first_frame(setup: Setup) -> float:
    """Seconds from a set-up to the first frame."""
    start = time.perf_counter()
    reader = Reader.new()
    try:
        reader.session.set(prepare(setup, material_of(setup)))
        while not any(isinstance(message, bytes) and b'"frame"' in message for message in reader.session.outbox.take()):
            reader.news.wait(1.0)
            reader.news.clear()
        return time.perf_counter() - start
    finally:
        reader.session.close()


def standing_still(p: Prepared, times: int) -> float:
    """Seconds that a session at full pace needs to stand still; the median."""
    reader = Reader.new()
    waits = []
    try:
        reader.session.set(p).result()
        for _ in range(times):
            reader.session.play("full").result()
            reader.frames(0.05)
            start = time.perf_counter()
            reader.session.pause().result()
            waits.append(time.perf_counter() - start)
        return statistics.median(waits)
    finally:
        reader.session.close()


def one_frame(p: Prepared, times: int) -> float:
    """Seconds of a frame; the shortest, since interruptions make it longer and nothing shorter."""
    run, inside = Run(p), Inside(p)
    run.advance(5)
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        frame(run, inside, VIEW, "main", after=0)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def is_right(p: Prepared) -> bool:
    """Whether a session that is watched comes to the engine's own weights."""
    reader = Reader.new()
    try:
        reader.session.set(p).result()
        reader.session.play("full").result()
        reader.frames(0.2)
        reader.session.pause().result()
        epoch, coefs = reader.session.ask(lambda runs: (runs["main"].epoch, runs["main"].weights.coefs)).result()
    finally:
        reader.session.close()
    alone = train(p.network, p.training, p.data, score=p.score, epochs=epoch)
    return epoch > 0 and all(np.array_equal(a, b) for a, b in zip(coefs, alone.coefs, strict=True))


def measure(name: str, seconds: float, rounds: int) -> dict[str, Any]:
    """Measure a set-up."""
    setup = setup_of(name)
    p = prepare(setup, material_of(setup))
    right = is_right(p)
    alone, chunks, epochs, frames = [], [], [], []
    for _ in range(rounds):
        alone.append(engine_alone(p, seconds))
        chunks.append(in_chunks(p, seconds))
        with_frames = watched(p, seconds)
        epochs.append(with_frames[0])
        frames.append(with_frames[1])
    return {
        "setup": name,
        "right": right,
        "epochs_per_second_engine": statistics.median(alone),
        "epochs_per_second_run": statistics.median(chunks),
        "epochs_per_second_session": statistics.median(epochs),
        "run_ratio": statistics.median(b / a for a, b in zip(alone, chunks, strict=True)),
        "session_ratio": statistics.median(b / a for a, b in zip(alone, epochs, strict=True)),
        "frames_per_second": statistics.median(frames),
        "frame_ms": 1e3 * one_frame(p, 20 * rounds),
        "first_frame_ms": 1e3 * min(first_frame(setup) for _ in range(rounds)),
        "pause_ms": 1e3 * standing_still(p, 3 * rounds),
    }


def targets_of(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List what is asked: 30 frames a second with three layers of eight units, a picture within a second of opening.

    A timer that fires 30 times a second loses a frame at the end of what is measured; 29.5 counts as 30.
    """
    found = []
    for result in results:
        if result["setup"] == FRAMES_OF:
            found.append(target("playground, 3 × 8 units", result["frames_per_second"], 29.5, unit="frames/s"))
        seconds = result["first_frame_ms"] / 1000
        found.append(target(f"playground, first frame, {result['setup']}", seconds, 1.0, at_most=True, unit="s"))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one short round: does it run, is it right")
    parser.add_argument("--json", help="write all numbers to this file")
    options = parser.parse_args(arguments)
    seconds, rounds = (0.1, 1) if options.quick else (options.seconds, options.rounds)
    clear_settings()
    described = machine()
    print_machine(described)
    results = [measure(name, seconds, rounds) for name in SETUPS]
    header = ["set-up", "engine", "run", "session", "left", "frames/s", "frame", "first frame", "pause", "right"]
    rows = [
        [
            str(found["setup"]),
            *(f"{found[f'epochs_per_second_{who}']:,.0f}/s" for who in ("engine", "run", "session")),
            f"{found['session_ratio']:.0%}",
            f"{found['frames_per_second']:.0f}",
            *(f"{significant(found[f'{what}_ms'])} ms" for what in ("frame", "first_frame", "pause")),
            "yes" if found["right"] else "NO",
        ]
        for found in results
    ]
    print_table(header, rows)
    targets = targets_of(results)
    print_targets(targets)
    if options.json:
        write_json(options.json, {"machine": described, "results": results, "targets": targets})
    return 0 if all(found["right"] for found in results) else 1


if __name__ == "__main__":
    sys.exit(main())
