"""S10: zeros as first weights, with and without a hidden layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from glassnet.engine import Job, Weights, initial_weights, loss_and_gradient
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import Bar, bars, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, network, training
from glassnet.lab.numerals import written
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNITS = 32
CASES = ("none", "sigmoid", "relu")  # the hidden layer
RATES = {"none": 0.5, "sigmoid": 0.5, "relu": 0.1}


@experiment
class ZeroWeights(Experiment):
    """Start from zeros and from random weights, and look at gradients and units."""

    name, row = "zero-weights", "S10"
    claim = later(
        "zeros as first weights are fine without a hidden layer and fatal with one: sigmoid units all stay alike, and "
        "with ReLU all gradients are 0"
    )
    source = later("articles B and E; Goodfellow, Bengio, Courville 2016, Deep Learning, 8.4")
    setup = later(
        "Softmax regression, and networks with one hidden layer of 32 sigmoid or relu units, learn the data by plain "
        "SGD in double precision: once from zeros (weights and biases), once from random weights. After the training "
        "with sigmoid: how far apart are the weights of any two units? With relu: how large is the gradient over all "
        "rows at the start, of the weights and of the biases?"
    )
    rule = later(
        "Holds if four parts hold. Without a hidden layer zeros reach the test accuracy of random weights to 2 points. "
        "The weights of sigmoid units differ by at most a millionth of their size, and zeros cost at least 10 points. "
        "With relu all weights have a gradient of exactly 0 and zeros cost at least 10 points. With relu no bias has a "
        "gradient either. In part if one to three hold."
    )
    shows = later("Test accuracy after a start from zeros, and from random weights")
    described: ClassVar = {
        "none_zeros": later("test accuracy without a hidden layer, from zeros"),
        "none_random": later("test accuracy without a hidden layer, from random weights"),
        "sigmoid_zeros": later("test accuracy with a sigmoid layer, from zeros"),
        "sigmoid_random": later("test accuracy with a sigmoid layer, from random weights"),
        "relu_zeros": later("test accuracy with a relu layer, from zeros"),
        "relu_random": later("test accuracy with a relu layer, from random weights"),
        "most_frequent": later("share of the most frequent class among the test rows"),
        "sigmoid_difference": later("largest difference between weights of two sigmoid units, as part of their size"),
        "relu_weight_gradient": later("largest gradient of a weight at the start from zeros, with relu"),
        "relu_bias_gradient": later("largest gradient of an output bias at the start from zeros, with relu"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        epochs = bench.either(40, 15)
        splits = dict(bench.splits())
        n_inputs, n_classes = bench.rows.X.shape[1], bench.rows.n_classes
        jobs = [
            Job(self.spec(n_inputs, n_classes, case, start), training(seed, epochs, RATES[case]), split.training)
            for case in CASES
            for start in ("zeros", "auto")
            for seed, split in splits.items()
        ]
        fits = bench.train(jobs)
        right = np.array(
            [
                np.nan
                if fit is None
                else accuracy(job.network, fit, splits[job.training.seed].X_test, splits[job.training.seed].y_test)
                for job, fit in zip(jobs, fits, strict=True)
            ]
        ).reshape(len(CASES), 2, len(splits))
        numbers: dict[str, float] = {}
        for k, case in enumerate(CASES):
            for i, start in enumerate(("zeros", "random")):
                numbers |= spread(f"{case}_{start}", right[k, i], overlap=OVERLAP)
        often = [np.bincount(split.y_test).max() / len(split.y_test) for split in splits.values()]
        numbers["most_frequent"] = float(np.mean(often))
        alike = fits[2 * len(splits) : 3 * len(splits)]
        numbers["sigmoid_difference"] = max(apart(fit.weights) for fit in alike if fit is not None)
        of_weights, of_biases = [], []
        relu = self.spec(n_inputs, n_classes, "relu", "zeros")
        for seed, split in splits.items():
            _loss, gradient = loss_and_gradient(relu, initial_weights(relu, seed), split.training)
            of_weights.append(max(np.abs(part).max() for part in gradient.coefs))
            of_biases.append(np.abs(gradient.intercepts[-1]).max())
        numbers |= {"relu_weight_gradient": float(max(of_weights)), "relu_bias_gradient": float(min(of_biases))}
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        lost = {case: numbers[f"{case}_random"] - numbers[f"{case}_zeros"] for case in CASES}
        return judge(
            lost["none"] <= 0.02,
            numbers["sigmoid_difference"] <= 1e-6 and lost["sigmoid"] >= 0.1,
            numbers["relu_weight_gradient"] == 0 and lost["relu"] >= 0.1,
            numbers["relu_bias_gradient"] == 0,
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "from zeros, softmax regression gets {none:.0%} of the test rows right (random weights {none_random:.0%}), "
            "a sigmoid layer {sigmoid:.0%} ({sigmoid_random:.0%}), its units alike to {difference}, and a relu layer "
            "{relu:.0%} ({relu_random:.0%}): the largest gradient of a weight is {weight:.2g} there, and of an output "
            "bias {bias:.2g}: it learns how frequent a class is"
        ).format(
            none=numbers["none_zeros"],
            none_random=numbers["none_random"],
            sigmoid=numbers["sigmoid_zeros"],
            sigmoid_random=numbers["sigmoid_random"],
            difference=written(numbers["sigmoid_difference"]),
            relu=numbers["relu_zeros"],
            relu_random=numbers["relu_random"],
            weight=numbers["relu_weight_gradient"],
            bias=numbers["relu_bias_gradient"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        layers = {"none": _("no hidden layer"), "sigmoid": _("sigmoid layer"), "relu": _("relu layer")}
        starts = {"zeros": (_("from zeros"), sheet.RED), "random": (_("from random weights"), sheet.BLUE)}
        rows = [
            Bar.of(measured.numbers, f"{case}_{start}", f"{layer} · {words}", color)
            for case, layer in layers.items()
            for start, (words, color) in starts.items()
        ]
        named(axes[0], letters, x=_("test accuracy"))
        bars(axes[0], letters, rows, percent=True)

    @staticmethod
    def spec(n_inputs: int, n_classes: int, case: str, start: str) -> NetworkSpec:
        """Describe one of the networks, with one of the starts."""
        hidden = [] if case == "none" else [UNITS]
        function = "identity" if case == "none" else case
        return network(n_inputs, hidden, n_classes, function, initial=start, dtype="float64")


def apart(weights: Weights) -> float:
    """Largest difference between any two hidden units, incoming and outgoing weights together, per size of a weight."""
    units = np.column_stack([weights.coefs[0].T, weights.intercepts[0][:, None], weights.coefs[1]])
    return float(np.ptp(units, axis=0).max() / np.abs(units).max())
