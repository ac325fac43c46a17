"""What it costs that every fit can be diagnosed: at most 3% of the training time is asked for.

    python benchmarks/diagnosis.py [--shapes small,image] [--rounds 15] [--epochs 40] [--quick] [--json FILE]

Two parts. While a network trains, the engine counts dead and saturated units, moments of activations, norms of
gradients, weights and updates; the same training without is timed in turns with it. When it has trained, the estimator
sums up the data and looks at the units on some rows; that is timed beside the training of `--epochs` epochs, which is
few: the default is up to 200.

Correct first: both trainings must give the same weights to the last bit, and the trace of the second one be empty.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
from harness import clear_settings, machine, print_machine, print_table, print_targets, target, write_json
from shapes import SHAPES, Shape, dataset

from glassnet.catalog import activation, initializer, loss
from glassnet.diagnosis import facts_of, look_at, rows_to_look_at
from glassnet.engine import Fit, TrainingData, initial_weights, train
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

ASKED = 0.03


@dataclass(frozen=True)
class Case:
    """A shape, ready to be trained with and without statistics."""

    network: NetworkSpec
    training: TrainingSpec
    data: TrainingData

    def run(self, *, observe: bool) -> tuple[float, Fit]:
        """Train; return the shortest epoch's seconds: interruptions make epochs longer, nothing shorter."""
        start = initial_weights(self.network, 0)
        fit = train(self.network, self.training, self.data, weights=start, observe=observe)
        return float(fit.trace.seconds.min()), fit

    def remember(self, fit: Fit) -> float:
        """Sum up and look as an estimator does after training; return the seconds."""
        before = time.perf_counter()
        facts_of(self.network, self.data, self.data.y if self.data.y.ndim == 1 else self.data.y[:, 0].astype(np.int64))
        rows = rows_to_look_at(len(self.data.y))
        look_at(self.network, fit.weights, self.data.X[rows], self.data.y[rows])
        return time.perf_counter() - before


def set_up(shape: Shape, epochs: int, threads: int) -> Case:
    """Build what `MLPClassifier` would train, with relu and He weights."""
    X, codes = dataset(shape)
    binary = shape.classes == 2
    found = loss("binary_cross_entropy" if binary else "softmax_cross_entropy")
    first, zeros = initializer("he_normal"), initializer("zeros")
    hidden = [LayerSpec(units, activation("relu"), first, zeros) for units in shape.hidden]
    layers = (*hidden, LayerSpec(shape.outputs, found.output_activation, first, zeros))
    network = NetworkSpec(shape.inputs, layers, found)
    y = codes.astype(np.float32)[:, None] if binary else codes
    training = TrainingSpec(batch_size=shape.batch, max_iter=epochs, n_iter_no_change=np.inf, n_threads=threads)
    return Case(network, training, TrainingData(X, y))


def is_right(case: Case) -> bool:
    """Whether looking changes nothing, and not looking sees nothing."""
    (_, seen), (_, unseen) = case.run(observe=True), case.run(observe=False)
    same = all(np.array_equal(a, b) for a, b in zip(seen.coefs, unseen.coefs, strict=True))
    return same and seen.trace.layers["std"].any() and not unseen.trace.layers["std"].any()


def measure(shape: Shape, options: argparse.Namespace) -> dict[str, float | str | bool]:
    """Measure both parts of a shape."""
    case = set_up(shape, options.epochs, options.threads)
    right = is_right(case)
    ratios, with_it, without, after, whole = [], [], [], [], []
    for i in range(options.rounds):
        order = (True, False) if i % 2 else (False, True)
        seconds, fits = {}, {}
        for observe in order:
            seconds[observe], fits[observe] = case.run(observe=observe)
        ratios.append(seconds[True] / seconds[False])
        with_it.append(seconds[True])
        without.append(seconds[False])
        after.append(case.remember(fits[True]))
        whole.append(float(fits[True].trace.seconds.sum()))
    training = min(with_it) / min(without) - 1
    afterwards = min(after) / (min(without) * options.epochs)
    return {
        "shape": shape.name,
        "right": right,
        "epoch_seconds": min(without),
        "while_training": training,
        "while_training_median": statistics.median(ratios) - 1,
        "afterwards_seconds": min(after),
        "afterwards": afterwards,
        "together": training + afterwards,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if statistics changed a weight."""
    options = parse(arguments)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    results = []
    for name in options.shapes:
        shape = SHAPES[name]
        results.append(measure(shape.with_rows(2048) if options.quick else shape, options))
    header = ["shape", "epoch", "while training", "(median)", "after it", f"of {options.epochs} epochs", "together"]
    print_table(
        header,
        [
            [
                str(found["shape"]),
                f"{1e3 * float(found['epoch_seconds']):.1f} ms",
                f"{float(found['while_training']):+.1%}",
                f"{float(found['while_training_median']):+.1%}",
                f"{1e3 * float(found['afterwards_seconds']):.1f} ms",
                f"{float(found['afterwards']):.1%}",
                f"{float(found['together']):.1%} (at most {ASKED:.0%} is asked for)",
            ]
            for found in results
        ],
    )
    targets = [
        target(f"diagnosis, {found['shape']}", float(found["together"]), ASKED, at_most=True, unit="share")
        for found in results
    ]
    print_targets(targets)
    if options.json:
        write_json(options.json, {"machine": described, "asked": ASKED, "results": results, "targets": targets})
    wrong = [str(found["shape"]) for found in results if not found["right"]]
    if wrong:
        print(f"statistics changed the weights: {', '.join(wrong)}")
    return 1 if wrong else 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--shapes", type=lambda text: text.split(","), default=["small", "image"])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="few rows, two rounds: does it run?")
    parser.add_argument("--json", help="write the numbers to this file")
    options = parser.parse_args(arguments)
    for name in options.shapes:
        if name not in SHAPES:
            parser.error(f"--shapes must be among {', '.join(SHAPES)}; got {name}")
    if options.quick:
        options.rounds, options.epochs = 2, 2
    return options


if __name__ == "__main__":
    sys.exit(main())
