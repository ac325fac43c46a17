"""S2: one perceptron cannot learn XOR; one hidden layer can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from glassnet.engine import Job, TrainingData, predict_outputs
from glassnet.lab.bench import Bench
from glassnet.lab.drawing import named, regions
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, network, training
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
Y = np.array([0, 1, 1, 0])
WIDTHS = (2, 4, 8)
EPOCHS, RATE = 4000, 0.5
LINES = 200_000


@experiment
class Xor(Experiment):
    """Train a neuron and small networks on the four points, from many starts."""

    name, row = "xor", "S2"
    claim = later("one perceptron cannot learn XOR; one hidden layer can")
    source = later("article B; Minsky, Papert 1969, Perceptrons")
    setup = later(
        "The four points of XOR. One sigmoid neuron, and networks with one hidden layer of 2, 4 or 8 tanh units, each "
        "trained from a new start for 4,000 steps of gradient descent on cross-entropy. And 200,000 lines at random: "
        "how many of the four points does the best of them get right?"
    )
    rule = later(
        "Holds if no neuron and no line gets all four points right, and at least half of the networks of some width "
        "do; in part if only one of the two is so."
    )
    shows = later("Where each says 1 (orange): a neuron draws a line, a hidden layer bends it")
    described: ClassVar = {
        "perceptron_best": later("points of 4 that the best neuron gets right"),
        "line_best": later("points of 4 that the best of 200,000 random lines gets right"),
        "hidden_2": later("share of networks with one hidden layer of 2 units that get all 4 right"),
        "hidden_4": later("share of networks with one hidden layer of 4 units that get all 4 right"),
        "hidden_8": later("share of networks with one hidden layer of 8 units that get all 4 right"),
    }
    seeds = (100, 20)
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        data = TrainingData(X, Y[:, None].astype(np.float64))
        neuron = self.spec(0)
        specs = {width: self.spec(width) for width in WIDTHS}
        jobs = [
            Job(spec, training(seed, EPOCHS, RATE, batch=4, shuffle=False), data)
            for spec in (neuron, *specs.values())
            for seed in bench.seeds
        ]
        fits = bench.train(jobs)
        right = np.array(
            [0.0 if fit is None else accuracy(job.network, fit, X, Y) for job, fit in zip(jobs, fits, strict=True)]
        ).reshape(1 + len(WIDTHS), -1)
        numbers = {
            "perceptron_best": float(4 * right[0].max()),
            "line_best": float(best_line(bench.rng(bench.seeds[0]))),
            **{f"hidden_{width}": float(np.mean(row == 1)) for width, row in zip(WIDTHS, right[1:], strict=True)},
        }
        shown = [fits[int(right[0].argmax())], fits[len(bench.seeds) + int(right[1].argmax())]]
        grid = np.linspace(-0.5, 1.5, 121)
        points = np.column_stack([np.tile(grid, len(grid)), np.repeat(grid, len(grid))])
        scores = [
            predict_outputs(spec, fit.weights, points).reshape(len(grid), -1)
            for spec, fit in zip((neuron, specs[2]), shown, strict=True)
            if fit is not None
        ]
        return Measured(numbers, {"grid": grid, "scores": scores})

    def verdict(self, numbers: Numbers) -> Verdict:
        cannot = numbers["perceptron_best"] < 4 and numbers["line_best"] < 4
        return judge(cannot, max(numbers[f"hidden_{width}"] for width in WIDTHS) >= 0.5)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "a neuron gets at most {neuron:.0f} of 4 points right, a line {line:.0f}; with one hidden layer all 4 are "
            "right in {two:.0%} of starts with 2 units, {four:.0%} with 4, {eight:.0%} with 8"
        ).format(
            neuron=numbers["perceptron_best"],
            line=numbers["line_best"],
            two=numbers["hidden_2"],
            four=numbers["hidden_4"],
            eight=numbers["hidden_8"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        grid = measured.picture["grid"]
        titles = (_("one neuron"), _("one hidden layer of 2 units"))
        for one, scores, title in zip(axes, measured.picture["scores"], titles, strict=True):
            regions(one, grid, grid, scores)
            for target, color in enumerate((sheet.BLUE, sheet.ORANGE)):
                at = X[target == Y]
                one.plot(*at.T, "o", color=color, markersize=11, markeredgecolor="white", markeredgewidth=1.5)
            named(one, letters, x="x₁", y="x₂", title=title)

    @staticmethod
    def spec(width: int) -> NetworkSpec:
        """Describe the neuron (width 0) or the network."""
        hidden = [width] if width else []
        return network(2, hidden, 1, "tanh", criterion="binary_cross_entropy", dtype="float64")


def best_line(rng: np.random.Generator) -> int:
    """Most points that one of many random lines has on the right side."""
    W, b = rng.standard_normal((LINES, 2)), rng.uniform(-2, 2, LINES)
    return int(((X @ W.T + b > 0) == Y[:, None].astype(bool)).sum(axis=0).max())
