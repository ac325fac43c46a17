"""S14, S17 and S23: what functions cost, in parameters and in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, activation, softmax
from glassnet.engine import Job, TrainingData, initial_weights, train
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import Bar, Curve, bars, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, network, training
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


UNITS = ((64,), (64, 64), (128, 64, 32))
PIECES = (2, 3, 4)


@experiment
class ParametersOfActivations(Experiment):
    """Count, and compare networks that have the same number."""

    name, row = "parameters-of-activations", "S17"
    claim = later("PReLU adds a parameter for each unit, Maxout multiplies the weights by k")
    source = later("article E; He, Zhang, Ren, Sun 2015; Goodfellow and others 2013, Maxout Networks")
    setup = later(
        "The numbers of weights, biases and slopes of networks of one to three hidden layers, with relu, prelu and "
        "maxout of 2, 3 and 4 pieces, counted in what a training starts from. Then the accuracy on the data: maxout "
        "with 2 pieces, relu with the same units, and relu with so many units that it has as many parameters."
    )
    rule = later(
        "Holds if two parts hold: prelu has exactly one parameter more for each hidden unit; each hidden layer of "
        "maxout has exactly k times the weights and biases. In part if one holds. Accuracy does not enter."
    )
    shows = later("Parameters of a network with two hidden layers of 64 units")
    described: ClassVar = {
        "prelu_per_unit": later("parameters that prelu adds for each hidden unit"),
        "maxout_over_pieces": later("weights and biases of a hidden maxout layer, divided by those of relu and by k"),
        "relu": later("parameters with two hidden layers of 64 units, relu"),
        "prelu": later("parameters with two hidden layers of 64 units, prelu"),
        "maxout_2": later("parameters with two hidden layers of 64 units, maxout of 2 pieces"),
        "maxout_4": later("parameters with two hidden layers of 64 units, maxout of 4 pieces"),
        "whole_network": later("parameters of the whole network with maxout of 2 pieces, as a multiple of relu's"),
        "accuracy_maxout": later("test accuracy of maxout, 2 pieces"),
        "accuracy_relu": later("test accuracy of relu, the same units"),
        "accuracy_wide": later("test accuracy of relu, as many parameters as maxout"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        inputs, classes = bench.rows.X.shape[1], bench.rows.n_classes
        added, multiplied = [], []
        for hidden in UNITS:
            plain = counts(network(inputs, hidden, classes))
            added.append((sum(counts(network(inputs, hidden, classes, "prelu"))) - sum(plain)) / sum(hidden))
            for pieces in PIECES:
                layers = counts(network(inputs, hidden, classes, activation("maxout", pieces=pieces)))
                multiplied += [a / b / pieces for a, b in zip(layers[: len(hidden)], plain[: len(hidden)], strict=True)]
        specs = {
            "relu": network(inputs, (64, 64), classes),
            "prelu": network(inputs, (64, 64), classes, "prelu"),
            "maxout_2": network(inputs, (64, 64), classes, "maxout"),
            "maxout_4": network(inputs, (64, 64), classes, activation("maxout", pieces=4)),
        }
        sizes = {name: float(sum(counts(spec))) for name, spec in specs.items()}
        width = next(n for n in range(64, 500) if sum(counts(network(inputs, (n, n), classes))) >= sizes["maxout_2"])
        raced = {"maxout": specs["maxout_2"], "relu": specs["relu"], "wide": network(inputs, (width, width), classes)}
        splits = dict(bench.splits("centered"))
        jobs = [
            Job(spec, training(seed, bench.either(30, 10), 0.05), split.training)
            for spec in raced.values()
            for seed, split in splits.items()
        ]
        right = np.zeros(len(jobs))
        for i, (job, fit) in enumerate(zip(jobs, bench.train(jobs), strict=True)):
            if fit is not None:
                split = splits[job.training.seed]
                right[i] = accuracy(job.network, fit, split.X_test, split.y_test)
        numbers = {
            "prelu_per_unit": farthest(added),
            "maxout_over_pieces": farthest(multiplied),
            **sizes,
            "whole_network": sizes["maxout_2"] / sizes["relu"],
        }
        for name, values in zip(raced, right.reshape(len(raced), -1), strict=True):
            numbers |= spread(f"accuracy_{name}", values, overlap=OVERLAP)
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(numbers["prelu_per_unit"] == 1, numbers["maxout_over_pieces"] == 1)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "prelu adds {added:g} parameter for each unit, {prelu:,.0f} instead of {relu:,.0f}; maxout with 2 pieces "
            "has {maxout:,.0f}, {whole:.2f} times as many, since the output layer stays as it is. Accuracies: maxout "
            "{right:.1%}, relu {small:.1%}, relu with as many parameters {wide:.1%}"
        ).format(
            added=numbers["prelu_per_unit"],
            prelu=numbers["prelu"],
            relu=numbers["relu"],
            maxout=numbers["maxout_2"],
            whole=numbers["whole_network"],
            right=numbers["accuracy_maxout"],
            small=numbers["accuracy_relu"],
            wide=numbers["accuracy_wide"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        names = {
            "relu": "relu",
            "prelu": "prelu",
            "maxout_2": _("maxout, 2 pieces"),
            "maxout_4": _("maxout, 4 pieces"),
        }
        colors = (sheet.GREEN, sheet.BLUE, sheet.ORANGE, sheet.RED)
        rows = [
            Bar(name, measured.numbers[key], color, text=f"{measured.numbers[key]:,.0f}")
            for (key, name), color in zip(names.items(), colors, strict=True)
        ]
        named(axes[0], letters, x=_("parameters"))
        bars(axes[0], letters, rows)


def counts(spec: NetworkSpec) -> list[int]:
    """Count the numbers that each layer starts from: weights, biases, and what units learn of their activation."""
    weights = initial_weights(spec, 0)
    found = [W.size + b.size for W, b in zip(weights.coefs, weights.intercepts, strict=True)]
    for (layer, _name), values in zip(spec.learned, weights.learned, strict=True):
        found[layer] += values.size
    return found


def farthest(values: Sequence[float]) -> float:
    """Return the value that is farthest from 1."""
    return max(values, key=lambda value: abs(value - 1))


def seconds(work: Callable[[], Any], rounds: int = 5) -> float:
    """Return the least time of several: what disturbs a measurement only makes it longer."""
    best = np.inf
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return float(best)


def in_turns(works: Sequence[Callable[[], Any]], rounds: int = 9, least: float = 1e-3) -> NDArray[np.float64]:
    """Time several kinds of work in turns, each about `least` seconds at a time, and return the least time of each."""
    repeats = [max(1, int(least / max(seconds(work), 1e-7))) for work in works]
    best = np.full(len(works), np.inf)
    for _round in range(rounds):
        for k, (work, n) in enumerate(zip(works, repeats, strict=True)):
            start = time.perf_counter()
            for _again in range(n):
                work()
            best[k] = min(best[k], (time.perf_counter() - start) / n)
    return best


CLASSES = (10, 100, 1_000, 10_000, 100_000)
SCORES, STEP_ROWS = 100_000, 64  # so few scores that a call does not share them among threads


@experiment
class ManyClasses(Experiment):
    """Time softmax, and steps of a training, over the number of classes."""

    name, row = "many-classes", "S14"
    claim = later("softmax is expensive for very many classes")
    source = later("article B; Goodfellow, Bengio, Courville 2016, Deep Learning, 12.4.3")
    setup = later(
        "Softmax of 100,000 scores, in rows of 10 to 100,000 classes, in single precision on one core, is timed. Then "
        "a training step of a network with 64 inputs and a hidden layer of 64 relu units, on 64 rows, with 10 to "
        "10,000 classes: which share of it is softmax? Least times of several; a new measurement for each seed."
    )
    rule = later(
        "Holds if softmax over 100,000 classes takes at least 50 times as long as over 1,000 (lower end), and is at "
        "least a quarter of the training step with 10,000 classes. In part if only the first is so: then it is the "
        "layer before it that is expensive."
    )
    changed = later(
        "times are taken in turns and on one core. Before, softmax over 100,000 classes was shared among the cores, "
        "and the ratio that the rule asks for was 54 or 102, by how busy they were."
    )
    shows = later("Time of a training step and of softmax, 64 rows")
    described: ClassVar = {
        "growth": later("time of softmax over 100,000 classes as a multiple of that over 1,000"),
        "ns_per_class": later("nanoseconds of softmax a class, 100,000 classes"),
        "step_growth": later("time of a training step with 10,000 classes as a multiple of that with 10"),
        "share": later("share of softmax in the training step with 10,000 classes"),
    }
    seeds = (10, 3)
    timed = True

    def measure(self, bench: Bench) -> Measured:
        softmax_times = np.empty((len(bench.seeds), len(CLASSES)))
        step_times = np.empty((len(bench.seeds), len(CLASSES) - 1))
        for i, seed in enumerate(bench.steps(bench.seeds)):
            rng = bench.rng(seed)
            rows = [rng.standard_normal((SCORES // count, count), dtype=np.float32) for count in CLASSES]
            softmax_times[i] = in_turns([lambda scores=scores: softmax(scores) for scores in rows])  # type: ignore[misc]
            softmax_times[i] *= STEP_ROWS * np.array(CLASSES) / SCORES
            for j, count in enumerate(CLASSES[:-1]):
                spec = network(64, (64,), count)
                data = TrainingData(rng.standard_normal((STEP_ROWS, 64)), rng.integers(count, size=STEP_ROWS))
                # An epoch is one step here; the first one also finds its memory.
                epochs = [train(spec, training(seed, 8, 0.01, batch=STEP_ROWS), data).trace.seconds for _again in "abc"]
                step_times[i, j] = min(float(found[1:].min()) for found in epochs)
        numbers = {
            **spread("growth", softmax_times[:, 4] / softmax_times[:, 2]),
            **spread("ns_per_class", softmax_times[:, 4] / STEP_ROWS / CLASSES[4] * 1e9),
            **spread("step_growth", step_times[:, 3] / step_times[:, 0]),
            **spread("share", softmax_times[:, 3] / step_times[:, 3]),
        }
        return Measured(numbers, {"softmax": softmax_times, "step": step_times})

    def verdict(self, numbers: Numbers) -> Verdict:
        if numbers["growth_low"] < 50:
            return "does not hold"
        return "holds" if numbers["share"] >= 0.25 else "holds in part"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "softmax over 100,000 classes takes {growth:.0f} times as long as over 1,000, {ns:.1f} ns a class; a "
            "training step with 10,000 classes takes {step:.0f} times as long as with 10, and softmax is {share:.0%} "
            "of it: what costs most are the scores, one weighted sum for each class"
        ).format(
            growth=numbers["growth"],
            ns=numbers["ns_per_class"],
            step=numbers["step_growth"],
            share=numbers["share"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        named(axes[0], letters, x=_("classes"), y=_("milliseconds"))
        lines = [
            Curve.over_seeds(_("training step"), CLASSES[:-1], 1e3 * measured.picture["step"], sheet.ORANGE, dots=True),
            Curve.over_seeds(_("softmax"), CLASSES, 1e3 * measured.picture["softmax"], sheet.BLUE, dots=True),
        ]
        curves(axes[0], letters, lines, log="xy")


@experiment
class CostOfExp(Experiment):
    """Time the functions alone, and trainings with them."""

    name, row = "cost-of-exp", "S23"
    claim = later("exp makes sigmoid and tanh dearer than ReLU, but not significantly")
    source = later("articles B and E")
    setup = later(
        "relu, sigmoid and tanh of 100,000 numbers in single precision, on one core. Then trainings of networks with "
        "two hidden layers of 128 units on the data in batches of 64, the same but for the activation, taken in turns: "
        "how much longer do steps take? Least times of several; a new measurement for each seed."
    )
    rule = later(
        "Holds if sigmoid and tanh take longer than relu by the element (lower ends of the ratios above 1), and "
        "training steps with them at most 10% longer (means). In part if only one of the two is so."
    )
    shows = later("Nanoseconds an element; and time of a training step, relu = 1")
    described: ClassVar = {
        "ns_relu": later("nanoseconds an element, relu"),
        "ns_sigmoid": later("nanoseconds an element, sigmoid"),
        "ns_tanh": later("nanoseconds an element, tanh"),
        "element_sigmoid": later("time of sigmoid by the element as a multiple of relu's"),
        "element_tanh": later("time of tanh by the element as a multiple of relu's"),
        "step_sigmoid": later("time of a training step with sigmoid as a multiple of that with relu"),
        "step_tanh": later("time of a training step with tanh as a multiple of that with relu"),
    }
    seeds = (10, 4)
    on_data = True
    timed = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        names = ("relu", "sigmoid", "tanh")
        element, step = np.empty((2, len(bench.seeds), 3))
        for i, (seed, split) in enumerate(bench.steps(list(bench.splits("centered")))):
            x = bench.rng(seed).standard_normal(100_000, dtype=np.float32)
            out = np.empty_like(x)
            specs = [network(split.n_inputs, (128, 128), split.n_classes, name) for name in names]
            how = training(seed, 2, 0.01, batch=64)
            element[i], step[i] = np.inf, np.inf
            for _round in range(bench.either(9, 5)):
                for k, name in enumerate(names):
                    function, spec = ACTIVATIONS[name], specs[k]
                    element[i, k] = min(element[i, k], seconds(lambda f=function, x=x, out=out: f(x, out=out)))  # type: ignore[misc]
                    step[i, k] = min(
                        step[i, k],
                        seconds(lambda spec=spec, how=how, data=split.training: train(spec, how, data), 1),  # type: ignore[misc]
                    )
        numbers: dict[str, float] = {}
        for k, name in enumerate(names):
            numbers |= spread(f"ns_{name}", element[:, k] / 100_000 * 1e9)
        for k, name in enumerate(names[1:], start=1):
            numbers |= spread(f"element_{name}", element[:, k] / element[:, 0])
            numbers |= spread(f"step_{name}", step[:, k] / step[:, 0])
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        dearer = min(numbers["element_sigmoid_low"], numbers["element_tanh_low"]) > 1
        return judge(dearer, max(numbers["step_sigmoid"], numbers["step_tanh"]) <= 1.1)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "by the element relu takes {relu:.2f} ns, sigmoid {sigmoid:.2f} and tanh {tanh:.2f}; a training step takes "
            "{step_sigmoid:.2f} times as long with sigmoid as with relu, and {step_tanh:.2f} times with tanh"
        ).format(
            relu=numbers["ns_relu"],
            sigmoid=numbers["ns_sigmoid"],
            tanh=numbers["ns_tanh"],
            step_sigmoid=numbers["step_sigmoid"],
            step_tanh=numbers["step_tanh"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        numbers = measured.numbers
        colors = {"relu": sheet.GREEN, "sigmoid": sheet.BLUE, "tanh": sheet.ORANGE}
        named(axes[0], letters, x=_("ns"), title=_("by the element"))
        bars(axes[0], letters, [Bar.of(numbers, f"ns_{name}", name, color) for name, color in colors.items()])
        named(axes[1], letters, title=_("training step, relu = 1"))
        rows = [Bar("relu", 1.0, colors["relu"])]
        rows += [Bar.of(numbers, f"step_{name}", name, colors[name]) for name in ("sigmoid", "tanh")]
        bars(axes[1], letters, rows)
