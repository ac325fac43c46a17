"""S20, S31 and S32: which activation to choose, by networks that are tuned and then tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import activation
from glassnet.engine import Job, TrainingData
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import Bar, Curve, bars, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, network, training
from glassnet.lab.numerals import Signed
from glassnet.lab.rows import Split
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


HIDDEN = (64, 64, 64)
SAME = 0.01  # less than one row in a hundred makes no difference


def tuned(bench: Bench, specs: Sequence[NetworkSpec]) -> NDArray[np.float64]:
    """Train each network at several rates; test it at the rate that is best on a fifth of the rows to learn from.

    Returns
    -------
    ndarray of shape (2, n_specs, n_seeds)
        Accuracy on the rows that chose the rate, and on the test rows, which chose nothing.
    """
    rates, epochs = bench.either((0.003, 0.01, 0.03, 0.1, 0.3, 1.0), (0.01, 0.03, 0.1, 0.3)), bench.either(30, 10)
    splits = dict(bench.splits("centered"))
    cuts = {seed: len(split.y) // 5 for seed, split in splits.items()}
    jobs = [
        Job(
            spec,
            training(seed, epochs, rate, momentum=0.5),
            TrainingData(split.X[cuts[seed] :], as_targets(spec, split, cuts[seed])),
        )
        for spec in specs
        for rate in rates
        for seed, split in splits.items()
    ]
    found = np.zeros((2, len(jobs)))
    for i, (job, fit) in enumerate(zip(jobs, bench.train(jobs), strict=True)):
        if fit is not None:
            split, cut = splits[job.training.seed], cuts[job.training.seed]
            found[0, i] = accuracy(job.network, fit, split.X[:cut], split.y[:cut])
            found[1, i] = accuracy(job.network, fit, split.X_test, split.y_test)
    by_rate = found.reshape(2, len(specs), len(rates), len(splits))
    best = by_rate[0].argmax(axis=1)[None, :, None]
    return np.asarray(np.take_along_axis(by_rate, best, axis=2)[:, :, 0])


def as_targets(spec: NetworkSpec, split: Split, start: int) -> NDArray[Any]:
    """Classes as codes; as columns of 0 and 1 for a loss that compares numbers."""
    codes = split.y[start:]
    return np.eye(split.n_classes)[codes] if spec.loss.link == "identity" else codes


CHOICES = ("relu", "leaky_relu", "tanh", "sigmoid")


@experiment
class HowToChoose(Experiment):
    """Put the advice to the test: four activations inside, two outputs outside."""

    name, row = "how-to-choose", "S20"
    claim = later(
        "how to choose: ReLU first, then Leaky ReLU; tanh rather than sigmoid inside; softmax outside for classes"
    )
    source = later("articles B and E; cs231n, Neural Networks Part 1")
    setup = later(
        "Networks with three hidden layers of 64 units learn the data by SGD with momentum 0.5, with relu, "
        "leaky_relu, tanh and sigmoid inside and softmax with cross-entropy outside, and with relu inside and identity "
        "with squared error outside. Each takes its rate by a fifth of the rows that it could learn from; then it is "
        "tested. Differences are those of the same splits, with intervals that allow for rows that splits share."
    )
    rule = later(
        "Holds if three parts hold: no other activation is better than relu by more than 1% of the rows (upper ends); "
        "tanh is better than sigmoid (lower end above 0); softmax outside is better than squared error, or as good "
        "(lower end above −1%). In part if one or two hold. The reasons are measured elsewhere: slopes, dead units, "
        "speed."
    )
    changed = later("the set-up, not the rule.")
    shows = later("Test accuracy, each at the rate that was best for it")
    described: ClassVar = {
        "accuracy_relu": later("test accuracy, relu inside"),
        "accuracy_leaky_relu": later("test accuracy, leaky_relu inside"),
        "accuracy_tanh": later("test accuracy, tanh inside"),
        "accuracy_sigmoid": later("test accuracy, sigmoid inside"),
        "accuracy_squared": later("test accuracy, relu inside, identity with squared error outside"),
        "leaky_relu_minus_relu": later("accuracy of leaky_relu minus that of relu"),
        "tanh_minus_relu": later("accuracy of tanh minus that of relu"),
        "sigmoid_minus_relu": later("accuracy of sigmoid minus that of relu"),
        "tanh_minus_sigmoid": later("accuracy of tanh minus that of sigmoid"),
        "softmax_minus_squared": later("accuracy with softmax outside minus that with squared error"),
    }
    seeds = (10, 5)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        inputs, classes = bench.rows.X.shape[1], bench.rows.n_classes
        specs = [network(inputs, HIDDEN, classes, name) for name in CHOICES]
        specs.append(network(inputs, HIDDEN, classes, "relu", criterion="mse"))
        right = dict(zip((*CHOICES, "squared"), tuned(bench, specs)[1], strict=True))
        numbers: dict[str, float] = {}
        for name, values in right.items():
            numbers |= spread(f"accuracy_{name}", values, overlap=OVERLAP)
        for name in CHOICES[1:]:
            numbers |= spread(f"{name}_minus_relu", right[name] - right["relu"], overlap=OVERLAP)
        numbers |= spread("tanh_minus_sigmoid", right["tanh"] - right["sigmoid"], overlap=OVERLAP)
        numbers |= spread("softmax_minus_squared", right["relu"] - right["squared"], overlap=OVERLAP)
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(
            max(numbers[f"{name}_minus_relu_high"] for name in CHOICES[1:]) <= SAME,
            numbers["tanh_minus_sigmoid_low"] > 0,
            numbers["softmax_minus_squared_low"] >= -SAME,
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "relu gets {relu:.1%} of the test rows right, leaky_relu {leaky:.1%}, tanh {tanh:.1%}, sigmoid "
            "{sigmoid:.1%}; relu with squared error outside {squared:.1%}. tanh is {gain:.1%} better than sigmoid "
            "({low:.1%} to {high:.1%})"
        ).format(
            relu=numbers["accuracy_relu"],
            leaky=numbers["accuracy_leaky_relu"],
            tanh=numbers["accuracy_tanh"],
            sigmoid=numbers["accuracy_sigmoid"],
            squared=numbers["accuracy_squared"],
            gain=Signed(numbers["tanh_minus_sigmoid"]),
            low=Signed(numbers["tanh_minus_sigmoid_low"]),
            high=Signed(numbers["tanh_minus_sigmoid_high"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        names = (*CHOICES, _("relu, squared error"))
        colors = (sheet.GREEN, sheet.GREEN, sheet.ORANGE, sheet.BLUE, sheet.RED)
        rows = [
            Bar.of(measured.numbers, f"accuracy_{key}", name, color)
            for key, name, color in zip((*CHOICES, "squared"), names, colors, strict=True)
        ]
        named(axes[0], letters, x=_("test accuracy"))
        bars(axes[0], letters, rows, percent=True)


@experiment
class TanhAgainstRelu(Experiment):
    """Test the three, shallow and deep."""

    name, row = "tanh-against-relu", "S31"
    claim = later("tanh does worse than ReLU and Maxout")
    source = later("article E; cs231n, Neural Networks Part 1")
    setup = later(
        "Networks with one and with three hidden layers of 64 units learn the data by SGD with momentum 0.5, with "
        "tanh, relu and maxout. Each takes its rate by a fifth of the rows that it could learn from; then it is "
        "tested. Differences are those of the same splits, with intervals that allow for rows that splits share."
    )
    rule = later(
        "Holds if tanh gets fewer test rows right than relu and than maxout, both shallow and deep (the four intervals "
        "of the differences above 0). In part if one to three of them are."
    )
    changed = later("the set-up, not the rule.")
    shows = later("Test accuracy with one hidden layer and with three")
    described: ClassVar = {
        "relu_minus_tanh_1": later("accuracy of relu minus that of tanh, one hidden layer"),
        "maxout_minus_tanh_1": later("accuracy of maxout minus that of tanh, one hidden layer"),
        "relu_minus_tanh_3": later("accuracy of relu minus that of tanh, three hidden layers"),
        "maxout_minus_tanh_3": later("accuracy of maxout minus that of tanh, three hidden layers"),
        "tanh_1": later("test accuracy of tanh, one hidden layer"),
        "relu_1": later("test accuracy of relu, one hidden layer"),
        "maxout_1": later("test accuracy of maxout, one hidden layer"),
        "tanh_3": later("test accuracy of tanh, three hidden layers"),
        "relu_3": later("test accuracy of relu, three hidden layers"),
        "maxout_3": later("test accuracy of maxout, three hidden layers"),
    }
    seeds = (10, 5)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        inputs, classes = bench.rows.X.shape[1], bench.rows.n_classes
        cases = [(name, depth) for depth in (1, 3) for name in ("tanh", "relu", "maxout")]
        specs = [network(inputs, HIDDEN[:depth], classes, name) for name, depth in cases]
        right = dict(zip(cases, tuned(bench, specs)[1], strict=True))
        numbers: dict[str, float] = {}
        for depth in (1, 3):
            for name in ("relu", "maxout"):
                difference = right[name, depth] - right["tanh", depth]
                numbers |= spread(f"{name}_minus_tanh_{depth}", difference, overlap=OVERLAP)
        for (name, depth), values in right.items():
            numbers |= spread(f"{name}_{depth}", values, overlap=OVERLAP)
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(
            *(numbers[f"{name}_minus_tanh_{depth}_low"] > 0 for name in ("relu", "maxout") for depth in (1, 3))
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "with one hidden layer tanh gets {tanh_1:.1%} of the test rows right, relu {relu_1:.1%}, maxout "
            "{maxout_1:.1%}; with three {tanh_3:.1%}, {relu_3:.1%} and {maxout_3:.1%}. Relu minus tanh is "
            "{low:.1%} to {high:.1%} there (95% interval)"
        ).format(
            **{
                f"{name}_{depth}": numbers[f"{name}_{depth}"] for name in ("tanh", "relu", "maxout") for depth in (1, 3)
            },
            low=Signed(numbers["relu_minus_tanh_3_low"]),
            high=Signed(numbers["relu_minus_tanh_3_high"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        colors = {"tanh": sheet.ORANGE, "relu": sheet.GREEN, "maxout": sheet.BLUE}
        rows = [
            Bar.of(measured.numbers, f"{name}_{depth}", _("{name}, {n} hidden").format(name=name, n=depth), color)
            for depth in (1, 3)
            for name, color in colors.items()
        ]
        named(axes[0], letters, x=_("test accuracy"))
        bars(axes[0], letters, rows, percent=True)


SLOPES = (0.001, 0.01, 0.03, 0.1, 0.3, 0.6)


@experiment
class LeakySlope(Experiment):
    """Choose the slope by rows that are not tested, and see whether that pays."""

    name, row = "leaky-slope", "S32"
    claim = later("the slope of Leaky ReLU has to be tuned")
    source = later("articles B and E; Xu, Wang, Chen, Li 2015, Empirical Evaluation of Rectified Activations")
    setup = later(
        "Networks with three hidden layers of 64 units learn the data with leaky_relu of slopes from 0.001 to 0.6. "
        "Rate and slope are taken by a fifth of the rows that could be learned from, for each split anew; then the "
        "network with the chosen slope is tested beside the one with the usual slope, 0.01."
    )
    rule = later(
        "Holds if the chosen slope gets more test rows right than 0.01 (the interval of the difference above 0), and "
        "the worst slope is at least 1% behind the best, both by their means. In part if only one is so."
    )
    changed = later("the set-up, not the rule.")
    shows = later("Test accuracy, by the slope of the negative side")
    described: ClassVar = {
        "tuned_minus_usual": later("accuracy with the chosen slope minus that with 0.01"),
        "usual": later("test accuracy with slope 0.01"),
        "tuned": later("test accuracy with the chosen slope"),
        "best_minus_worst": later("mean accuracy of the best slope minus that of the worst"),
        "slope_best": later("slope with the best mean test accuracy"),
    }
    seeds = (10, 5)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        inputs, classes = bench.rows.X.shape[1], bench.rows.n_classes
        slopes = bench.either(SLOPES, (0.01, 0.1, 0.3, 0.6))
        functions = [activation("leaky_relu", slope=slope) for slope in slopes]
        chosen_by, right = tuned(bench, [network(inputs, HIDDEN, classes, function) for function in functions])
        own = right[chosen_by.argmax(axis=0), np.arange(right.shape[1])]
        usual, means = right[slopes.index(0.01)], right.mean(axis=1)
        numbers = {
            **spread("tuned_minus_usual", own - usual, overlap=OVERLAP),
            **spread("usual", usual, overlap=OVERLAP),
            **spread("tuned", own, overlap=OVERLAP),
            "best_minus_worst": float(means.max() - means.min()),
            "slope_best": slopes[int(means.argmax())],
        }
        return Measured(numbers, {"slopes": slopes, "right": right})

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(numbers["tuned_minus_usual_low"] > 0, numbers["best_minus_worst"] >= SAME)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "with a slope chosen for each split {tuned:.1%} of the test rows are right, with 0.01 {usual:.1%}: a "
            "difference of {low:.1%} to {high:.1%} (95% interval); the best and the worst slope are {apart:.1%} apart"
        ).format(
            tuned=numbers["tuned"],
            usual=numbers["usual"],
            low=Signed(numbers["tuned_minus_usual_low"]),
            high=Signed(numbers["tuned_minus_usual_high"]),
            apart=numbers["best_minus_worst"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        named(axes[0], letters, x=_("slope of the negative side"), y=_("test accuracy"))
        line = Curve.over_seeds(
            "leaky_relu", measured.picture["slopes"], measured.picture["right"].T, sheet.GREEN, dots=True
        )
        curves(axes[0], letters, [line], log="x", percent=True)
