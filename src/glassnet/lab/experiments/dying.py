"""S8 and S9: units of relu die, and that can be watched."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Fit, Job, Weights, initial_weights, train
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, arriving, network, training
from glassnet.lab.rows import Split
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HIDDEN = (64, 64)
FUNCTIONS = ("relu", "leaky_relu", "prelu", "maxout")
COLORS = (sheet.GREEN, sheet.ORANGE, sheet.BLUE, sheet.RED)
RATES = (0.03, 0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0)
QUICK_RATES = (0.1, 0.6, 2.0)


@experiment
class DeadRelu(Experiment):
    """Raise the rate until units die, and count them with every activation."""

    name, row = "dead-relu", "S8"
    claim = later(
        "ReLU units die; too high a learning rate kills up to 40% of them; Leaky ReLU, PReLU and Maxout avoid it"
    )
    source = later("articles A, B, C and E; cs231n, Neural Networks Part 1")
    setup = later(
        "Networks with two hidden layers of 64 units learn the data by plain SGD, at rates from 0.03 to 8, with relu, "
        "leaky_relu, prelu and maxout. Afterwards all rows that were learned from are sent through: a unit is dead if "
        "its slope is exactly 0 on every one of them. One negative input is not death. The healthy rate is the one "
        "with the best accuracy of relu on test rows. A rate counts where relu ends with a finite loss for every seed."
    )
    rule = later(
        "Holds if three parts hold: at some rate more units die than at the healthy one (the intervals are apart); "
        "where most die, it is 30 to 50%; with the other three no unit is dead at any rate. In part if one or two do."
    )
    shows = later("Dead units, and accuracy on test rows, over the learning rate")
    described: ClassVar = {
        "rate_healthy": later("rate with the best test accuracy of relu"),
        "dead_healthy": later("share of dead relu units at that rate"),
        "rate_deadliest": later("rate at which most relu units die"),
        "dead_most": later("share of dead relu units at that rate"),
        "dead_leaky_relu": later("largest share of dead units with leaky_relu, over all rates"),
        "dead_prelu": later("largest share of dead units with prelu, over all rates"),
        "dead_maxout": later("largest share of dead units with maxout, over all rates"),
        "rate_shared": later("largest rate at which the loss stays finite with all four activations"),
        "dead_shared": later("share of dead relu units at that rate"),
        "accuracy_relu": later("test accuracy with relu at that rate"),
        "accuracy_leaky_relu": later("test accuracy with leaky_relu at that rate"),
        "accuracy_prelu": later("test accuracy with prelu at that rate"),
        "accuracy_maxout": later("test accuracy with maxout at that rate"),
    }
    seeds = (10, 3)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        rates, epochs = bench.either(RATES, QUICK_RATES), bench.either(20, 8)
        splits = dict(bench.splits())
        jobs = [
            Job(self.spec(split.n_inputs, split.n_classes, name), training(seed, epochs, rate), split.training)
            for name in FUNCTIONS
            for rate in rates
            for seed, split in splits.items()
        ]
        shape = (len(FUNCTIONS), len(rates), len(splits))
        dead, right = np.full(len(jobs), np.nan), np.full(len(jobs), np.nan)
        for i, (job, fit) in enumerate(zip(jobs, bench.train(jobs), strict=True)):
            if fit is not None:
                split = splits[job.training.seed]
                dead[i] = np.concatenate(dead_units(job.network, fit, split.X)).mean()
                right[i] = accuracy(job.network, fit, split.X_test, split.y_test)
        dead, right = dead.reshape(shape), right.reshape(shape)
        lived = np.isfinite(dead[0]).all(axis=1)  # rates that relu gets through with every seed
        healthy = int(np.argmax(np.where(lived, right[0].mean(axis=1), -1)))
        deadliest = int(np.argmax(np.where(lived, dead[0].mean(axis=1), -1)))
        shared = int(np.flatnonzero(np.isfinite(dead).all(axis=(0, 2))).max(initial=0))
        numbers = {
            "rate_healthy": rates[healthy],
            **spread("dead_healthy", dead[0, healthy]),
            "rate_deadliest": rates[deadliest],
            **spread("dead_most", dead[0, deadliest]),
        }
        for k, name in enumerate(FUNCTIONS[1:], start=1):
            numbers[f"dead_{name}"] = float(np.nanmax(dead[k]))
        numbers |= {"rate_shared": rates[shared], **spread("dead_shared", dead[0, shared])}
        for k, name in enumerate(FUNCTIONS):
            numbers |= spread(f"accuracy_{name}", right[k, shared], overlap=OVERLAP)
        return Measured(numbers, {"rates": rates, "dead": dead, "right": right})

    def verdict(self, numbers: Numbers) -> Verdict:
        kills = numbers["dead_most_low"] > max(0.0, numbers["dead_healthy_high"])
        none = max(numbers[f"dead_{name}"] for name in FUNCTIONS[1:]) == 0
        return judge(kills, 0.3 <= numbers["dead_most"] <= 0.5, none)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "at rate {healthy:g} {few:.1%} of the relu units are dead, at rate {high:g} {many:.0%}; of leaky_relu, "
            "prelu and maxout {others:.0%} at any rate. At rate {shared:g}, where relu gets {relu:.0%} of the test "
            "rows right, they get {leaky:.0%}, {prelu:.0%} and {maxout:.0%}"
        ).format(
            healthy=numbers["rate_healthy"],
            few=numbers["dead_healthy"],
            high=numbers["rate_deadliest"],
            many=numbers["dead_most"],
            others=max(numbers[f"dead_{name}"] for name in FUNCTIONS[1:]),
            shared=numbers["rate_shared"],
            relu=numbers["accuracy_relu"],
            leaky=numbers["accuracy_leaky_relu"],
            prelu=numbers["accuracy_prelu"],
            maxout=numbers["accuracy_maxout"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        rates = measured.picture["rates"]
        for one, key, title in zip(
            axes, ("dead", "right"), (_("share of dead units"), _("test accuracy")), strict=True
        ):
            lines = [
                Curve.over_seeds(name, rates, values.T, color, dots=True)
                for name, values, color in zip(FUNCTIONS, measured.picture[key], COLORS, strict=True)
            ]
            if key == "dead":  # the three others lie on each other, at 0
                lines = [lines[0], dataclasses.replace(lines[1], name=_("leaky_relu, prelu, maxout"))]
            named(one, letters, x=_("learning rate"), title=title)
            curves(one, letters, lines, log="x", percent=True)

    @staticmethod
    def spec(n_inputs: int, n_classes: int, name: str) -> NetworkSpec:
        """Describe the network with one of the activations."""
        return network(n_inputs, HIDDEN, n_classes, name)


@experiment
class DeadWatch(Experiment):
    """Count the dead by hand, beside what the trace says."""

    name, row = "dead-watch", "S9"
    claim = later("the share of dead units can be watched during training")
    source = later("article E; cs231n, Neural Networks Part 1")
    setup = later(
        "Networks with two hidden layers of 64 relu units learn the data by plain SGD at a healthy rate, 0.1, and at "
        "one that is too high, 1. The engine's trace counts dead units while it trains: those that were inactive on "
        "each row of an epoch, when the row was met. Where an epoch is a single step, that must be what a count by "
        "hand finds, with all rows sent through the network as it was before the step. In batches of 32 the weights "
        "move meanwhile."
    )
    rule = later(
        "Holds if in epochs of a single step the trace is what the count finds, to 1% of the units; and if in batches "
        "it tells the rates apart: half-way the high one shows at least 5% more dead, with the intervals apart. In "
        "part if only one of the two is so."
    )
    changed = later("the levels that trace and count are held to: the first ones measured something else.")
    shows = later("Dead units: by the trace (lines), and counted by hand (dots)")
    described: ClassVar = {
        "difference": later(
            "largest difference between trace and count in epochs of a single step, as a share of units"
        ),
        "difference_batches": later("largest difference between trace and the count after the epoch, in batches of 32"),
        "dead_healthy": later("share of dead units half-way, by the trace, at the healthy rate"),
        "dead_high": later("share of dead units half-way, by the trace, at the rate that is too high"),
        "first_seen": later("first epoch in which the trace shows at least 5% dead at the high rate (median)"),
    }
    seeds = (10, 4)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        epochs = bench.either(20, 12)
        rates = (0.1, 1.0)
        traced, counted = np.empty((2, len(bench.seeds), len(rates), epochs))
        single = []
        cases = [(i, k, seed, split) for i, (seed, split) in enumerate(bench.splits()) for k in range(len(rates))]
        for i, k, seed, split in bench.steps(cases):
            traced[i, k], counts = watched(split, training(seed, epochs, rates[k]))
            counted[i, k] = counts[1:]
            seen, counts = watched(split, training(seed, epochs, 3 * rates[k], batch=len(split.y)))
            single.append(np.abs(seen - counts[:-1]).max())
        half = epochs // 2 - 1
        first = [int(np.argmax(row >= 0.05)) + 1 if (row >= 0.05).any() else epochs + 1 for row in traced[:, 1]]
        numbers = {
            "difference": float(max(single)),
            "difference_batches": float(np.abs(traced - counted).max()),
            **spread("dead_healthy", traced[:, 0, half]),
            **spread("dead_high", traced[:, 1, half]),
            "first_seen": float(np.median(first)),
        }
        return Measured(numbers, {"traced": traced, "counted": counted, "rates": rates})

    def verdict(self, numbers: Numbers) -> Verdict:
        apart = numbers["dead_high"] - numbers["dead_healthy"] >= 0.05
        apart = apart and numbers["dead_high_low"] > numbers["dead_healthy_high"]
        return judge(numbers["difference"] <= 0.01, apart)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "in epochs of a single step, trace and count differ by {difference:.1%} of the units; half-way the trace "
            "shows {high:.0%} dead at the rate that is too high and {healthy:.1%} at the healthy one, and it passes 5% "
            "in epoch {first:g}; a count between two epochs may differ by {batches:.0%}, as units may come and go "
            "within them"
        ).format(
            difference=numbers["difference"],
            batches=numbers["difference_batches"],
            high=numbers["dead_high"],
            healthy=numbers["dead_healthy"],
            first=numbers["first_seen"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        picture = measured.picture
        x = np.arange(1, picture["traced"].shape[2] + 1)
        lines = []
        for k, (rate, color) in enumerate(zip(picture["rates"], (sheet.BLUE, sheet.RED), strict=True)):
            name = _("rate {rate:g}").format(rate=rate)
            lines.append(Curve.over_seeds(name, x, picture["traced"][:, k], color))
            axes[0].plot(x + 0.5, np.median(picture["counted"][:, k], axis=0), "o", color=color, markersize=4)
        named(axes[0], letters, x=_("epoch"), y=_("share of dead units"))
        curves(axes[0], letters, lines, percent=True)


def watched(split: Split, spec: TrainingSpec) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Train epoch by epoch; return what the trace says of each, (n_epochs,), and the counts around them, one more."""
    net = DeadRelu.spec(split.n_inputs, split.n_classes, "relu")
    weights, state = initial_weights(net, spec.seed), None
    traced, counted = [], [np.concatenate(dead_units(net, weights, split.X)).mean()]
    for _epoch in range(spec.max_iter):
        fit = train(net, spec, split.training, epochs=1, weights=weights, state=state)
        weights, state = fit.weights, fit.state
        traced.append(fit.trace.layers["dead"][-1, : len(HIDDEN)].mean())
        counted.append(np.concatenate(dead_units(net, weights, split.X)).mean())
    return np.array(traced), np.array(counted)


def dead_units(spec: NetworkSpec, fit: Fit | Weights, X: NDArray[Any]) -> list[NDArray[np.bool_]]:
    """Find for each hidden layer the units whose slope is exactly 0 on every row, so that no gradient reaches them."""
    return [_dead(spec, fit, X, layer) for layer in range(len(spec.layers) - 1)]


def _dead(spec: NetworkSpec, fit: Fit | Weights, X: NDArray[Any], layer: int) -> NDArray[np.bool_]:
    activation = spec.layers[layer].activation
    if activation.pieces > 1:  # the largest piece has slope 1, whichever it is
        return np.zeros(spec.layers[layer].units, dtype=np.bool_)
    z = arriving(spec, fit, X, layer)
    learned = [values for (index, _name), values in zip(spec.learned, fit.learned, strict=True) if index == layer]
    if learned:  # prelu: the slope of the negative side is each unit's own
        return np.asarray(((z <= 0) & (learned[0] == 0)).all(axis=0))
    return np.asarray((activation.derivative(z) == 0).all(axis=0))
