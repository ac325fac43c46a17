"""What a training step costs with other activations, with dropout and in float64, where ReLU in float32 is 1.

    python benchmarks/steps.py [--shapes small,mid] [--variants silu,dropout] [--rounds 9] [--quick] [--json FILE]

Every elementwise activation of the catalog, two whose parameter each unit learns, dropout 0.1 and 0.5, and float64
train the networks of training.py through the public `MLPClassifier.fit`, two threads. Short fits go around all of them,
ReLU among them every few fits; the shortest epoch of each counts: an interruption makes one longer, nothing makes it
shorter. What seems to take more than is asked for is measured some more rounds, beside ReLU.

Correct first: before a shape is timed, each variant's weights after two steps are compared with those of a training in
plain NumPy and float64 (plain.py), learned parameters and the masks of dropout included. The exit status is 1 if they
differ.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import statistics
import sys
import warnings
from collections.abc import Callable, Sequence
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
    significant,
    target,
    write_json,
)
from shapes import SHAPES, Shape, dataset

# At most so many times ReLU's step in float32; float64: at most so many times float32.
ASKED = {"tiny": 1.6, "small": 1.6, "mid": 1.3, "image": 1.3, "large": 1.3}
ASKED_OF_DOUBLES = 2.2
# After two steps, of each array of weights, biases or learned parameters: the median of the differences, divided by the
# root mean square of the way that they went.
STEPS, LARGEST = 2, {"float32": 2e-4, "float64": 1e-9}
NEIGHBORS = 4  # measurements that share one of ReLU


@dataclasses.dataclass(frozen=True)
class Variant:
    """A network that differs in one thing from one of ReLU in float32."""

    name: str
    activation: str = "relu"
    learned: tuple[str, ...] = ()
    dropout: float = 0.0
    dtype: str = "float32"

    @property
    def group(self) -> str:
        """What a target is set for: "activation", "dropout" or "float64"."""
        return "float64" if self.dtype == "float64" else "dropout" if self.dropout > 0.0 else "activation"

    def parameters(self, shape: Shape, **changed: Any) -> dict[str, Any]:
        """Return constructor parameters of a classifier: Adam, no penalty, no early end."""
        import glassnet as gn

        return {
            "hidden_layer_sizes": shape.hidden,
            "activation": gn.activation(self.activation, learned=list(self.learned)),
            "initializer": "glorot_uniform",
            "dropout": self.dropout,
            "solver": "adam",
            "alpha": 0.0,
            "batch_size": shape.batch,
            # So little that nothing diverges, whatever the function: what a step costs does not depend on it.
            "learning_rate_init": 1e-6,
            "tol": 0.0,
            "n_iter_no_change": 1_000_000,
            "random_state": 0,
        } | changed


RELU = Variant("relu")


def variants() -> list[Variant]:
    """List ReLU, every other elementwise activation of the engine, and what else is asked about."""
    import glassnet as gn
    from glassnet import _engine

    # One whose slope is 0 everywhere is not accepted for hidden layers.
    known = [gn.activations[name] for name in _engine.activation_names()]
    names = [activation.name for activation in known if not activation.over_axis and not activation.flat]
    return [
        RELU,
        *(Variant(name, name, gn.activations[name].learned) for name in names if name != "relu"),
        Variant("silu, beta learned", "silu", ("beta",)),
        Variant("dropout 0.1", dropout=0.1),
        Variant("dropout 0.5", dropout=0.5),
        Variant("float64", dtype="float64"),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a variant's weights were wrong."""
    options = parse(arguments)
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    document: dict[str, Any] = {
        "machine": described,
        "threads": options.threads,
        "quick": options.quick,
        "shapes": {},
        "targets": [],
    }
    right = True
    for number, shape in enumerate(options.shapes):
        note(f"{shape.describe()} …")
        worker = Worker(set_up, shape, options.threads, threads=options.threads)
        try:
            differences = check(worker, options.variants, known=number > 0 and options.quick)
            wrong = [name for name, (difference, most) in differences.items() if not difference < most]
            right = right and not wrong
            for name in wrong:
                note(f"WRONG: {name}: weights differ from plain NumPy's by {differences[name][0]:.0e} of their way")
            found = measure(worker, shape, options)
        finally:
            worker.close()
        document["shapes"][shape.name] = {
            "description": shape.describe(),
            "differences": {name: difference for name, (difference, _) in differences.items()},
            "wrong": wrong,
            "us_per_step": {"relu": next(iter(found.values())).relu}
            | {name: times.own for name, times in found.items()},
            "ratios": {name: times.ratio for name, times in found.items()},
        }
        document["targets"] += targets(shape, options.variants, found)
        print_shape(shape, options.variants, found, differences)
        if options.json:
            write_json(options.json, document)
        if options.quick and number == 0:
            options.variants = dearest(options.variants, found)
    print_targets(document["targets"])
    return 0 if right else 1


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default="small,mid,image,large", help="with commas between (default: %(default)s)")
    parser.add_argument(
        "--variants", help="some of them, with commas between: activations, dropout, float64, learned (default: all)"
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often all are measured in turn")
    parser.add_argument("--patience", type=int, default=9, help="how often what seems too slow is measured again")
    parser.add_argument("--budget", type=float, default=0.3, help="seconds that one measurement should take")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="short rounds; weights checked at the first shape only, and then only the dearest activations timed",
    )
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    for name in options.shapes.split(","):
        if name not in SHAPES:
            parser.error(f"--shapes must name some of {', '.join(SHAPES)}; got {name!r}")
    options.shapes = [SHAPES[name] for name in options.shapes.split(",")]
    known = variants()
    if options.variants:
        asked = options.variants.split(",")
        for name in asked:
            if not any(name in labels(variant) for variant in known):
                parser.error(f"--variants must name some of {', '.join(v.name for v in known)}; got {name!r}")
        known = [RELU, *(v for v in known[1:] if labels(v) & set(asked))]
    options.variants = known
    if options.quick:
        options.rounds, options.patience, options.budget = 3, 3, 0.05
        few = 2  # steps of the largest batches, which take long enough
        options.shapes = [s.with_rows(few * s.batch) if s.batch >= 1024 else s for s in options.shapes]
    return options


def labels(variant: Variant) -> set[str]:
    """Name a variant in all the ways in which the command line may ask for it."""
    return {variant.name, variant.activation if variant.group == "activation" else variant.group} | (
        {"learned"} if variant.learned else set()
    )


# --- in a worker's process --------------------------------------------------------------------------------------------


def set_up(shape: Shape, threads: int) -> Callable[..., list[float]]:
    """Return what measures: `("times", variant, epochs)` or `("difference", variant)`."""
    X, y = dataset(shape)
    data = {"float32": X, "float64": X.astype(np.float64)}

    def times(variant: Variant, epochs: int) -> list[float]:
        model = fitted(variant, shape, data[variant.dtype], y, max_iter=1 + epochs, n_threads=threads)
        return [float(seconds) / shape.steps for seconds in model.trace_.seconds[1:]]

    def difference(variant: Variant) -> list[float]:
        rows = slice(STEPS * shape.batch)
        return [difference_from_plain(variant, shape, data[variant.dtype][rows], y[rows], threads)]

    def measure(what: str, variant: Variant, *asked: Any) -> list[float]:
        return times(variant, *asked) if what == "times" else difference(variant)

    return measure


def fitted(variant: Variant, shape: Shape, X: Any, y: Any, **changed: Any) -> Any:
    """Fit a classifier of the variant."""
    from glassnet import MLPClassifier

    model = MLPClassifier(**variant.parameters(shape, **changed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y)


def difference_from_plain(variant: Variant, shape: Shape, X: Any, y: Any, threads: int) -> float:
    """Train two steps here and in plain NumPy from the same weights; return how far apart both end."""
    import plain

    y = np.concatenate([np.arange(shape.classes), y[shape.classes :]])  # every class must occur
    changed = {"shuffle": False, "n_threads": threads, "max_iter": 1}
    start = fitted(variant, shape, X, y, **changed, learning_rate_init=1e-30)
    ours = arrays(fitted(variant, shape, X, y, **changed, learning_rate_init=1e-3))
    activation = variant.parameters(shape)["activation"]
    network = plain.Network(activation, len(shape.hidden) + 1, arrays(start), variant.dropout)
    before = [array.copy() for array in network.arrays]
    plain.train(network, X.astype(np.float64), y, shape.batch, seed=start.training_.seed)
    return max(
        float(np.median(np.abs(mine - theirs)) / np.sqrt(np.mean((theirs - first) ** 2)))
        for first, mine, theirs in zip(before, ours, network.arrays, strict=True)
    )


def arrays(model: Any) -> list[Any]:
    """Collect the weights of a model as plain.py has them."""
    dense = [array for pair in zip(model.coefs_, model.intercepts_, strict=True) for array in pair]
    learned = [values for layer in model.activation_parameters_ for values in layer.values()]
    return [np.array(array, dtype=np.float64) for array in (*dense, *learned)]


# --- here -------------------------------------------------------------------------------------------------------------


def check(worker: Worker, chosen: Sequence[Variant], *, known: bool) -> dict[str, tuple[float, float]]:
    """Compare every variant's weights with plain NumPy's: (difference, how much it may be); nothing if `known`."""
    if known:
        return {}
    found = {}
    for variant in chosen:
        (difference,) = worker.measure("difference", variant).seconds
        found[variant.name] = (difference, LARGEST[variant.dtype])
    return found


@dataclasses.dataclass
class Times:
    """Microseconds a step, the shortest epoch's of each short fit: a variant's, and ReLU's among all variants."""

    own: list[float]
    relu: list[float]

    @property
    def ratio(self) -> float:
        """The shortest time of the one by that of the other."""
        return min(self.own) / min(self.relu)


def measure(worker: Worker, shape: Shape, options: argparse.Namespace) -> dict[str, Times]:
    """Measure every variant once a round, ReLU before every few of them."""

    def shortest(variant: Variant) -> float:
        return min(worker.measure("times", variant, counts[variant.name]).seconds)

    counts = {variant.name: 2 for variant in options.variants}
    for variant in options.variants:  # warms up, too
        counts[variant.name] = max(1, math.ceil(options.budget / (shape.steps * shortest(variant))))
    others = [variant for variant in options.variants if variant is not RELU]
    base: list[float] = []
    found = {variant.name: Times([], base) for variant in others}
    for number in range(options.rounds + options.patience):
        if number >= options.rounds:  # what seems to be too slow may have been disturbed each time
            others = [variant for variant in others if found[variant.name].ratio > asked_of(variant, shape)]
        for first in range(0, len(others), NEIGHBORS):
            base.append(1e6 * shortest(RELU))
            for variant in others[first : first + NEIGHBORS]:
                found[variant.name].own.append(1e6 * shortest(variant))
    return found


def asked_of(variant: Variant, shape: Shape) -> float:
    """How many times ReLU's step in float32 a variant's may take."""
    return ASKED_OF_DOUBLES if variant.group == "float64" else ASKED[shape.name]


def targets(shape: Shape, chosen: Sequence[Variant], found: dict[str, Times]) -> list[dict[str, Any]]:
    """Compare the worst ratio of each kind of variant with what is asked for."""
    kinds = {"activation": "any activation, × relu", "dropout": "dropout, × none", "float64": "float64, × float32"}
    made = []
    for group, name in kinds.items():
        members = [variant for variant in chosen[1:] if variant.group == group]
        if members:
            worst = max(members, key=lambda variant: found[variant.name].ratio)
            made.append(
                target(
                    f"{shape.name}, {name}",
                    found[worst.name].ratio,
                    asked_of(worst, shape),
                    at_most=True,
                    note="" if group == "float64" else worst.name,
                )
            )
    return made


def dearest(chosen: Sequence[Variant], found: dict[str, Times]) -> list[Variant]:
    """Keep ReLU, the two activations that took longest, and all that is no activation."""
    activations = [variant for variant in chosen[1:] if variant.group == "activation"]
    kept = sorted(activations, key=lambda variant: -found[variant.name].ratio)[:2]
    return [RELU, *(variant for variant in chosen[1:] if variant.group != "activation" or variant in kept)]


def print_shape(
    shape: Shape, chosen: Sequence[Variant], found: dict[str, Times], differences: dict[str, tuple[float, float]]
) -> None:
    """Print the variants of one shape, the dearest first."""
    relu = min(time for times in found.values() for time in times.relu)
    print(f"\n{shape.describe()}; relu takes {significant(relu)} µs a step")
    if differences:
        worst = max(differences, key=lambda name: differences[name][0] / differences[name][1])
        print(
            f"  weights after {STEPS} steps compared with plain NumPy's; the farthest, {worst}: "
            f"{differences[worst][0]:.0e} of their way ({differences[worst][1]:.0e} may be)"
        )
    rows = []
    for variant in sorted(chosen[1:], key=lambda variant: -found[variant.name].ratio):
        times = found[variant.name]
        asked = asked_of(variant, shape)
        rows.append(
            (
                variant.name,
                significant(min(times.own)),
                significant(statistics.median(times.own)),
                f"{times.ratio:.2f}",
                f"{asked:g}" + ("" if times.ratio <= asked else " ✗"),
            )
        )
    print_table(("variant", "µs/step", "median", "relu = 1", "at most"), rows)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
