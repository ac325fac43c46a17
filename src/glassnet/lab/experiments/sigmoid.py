"""S4 and S5: how steep sigmoid is, and what it forgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, initializer
from glassnet.engine import Job, TrainingData, initial_weights, loss_and_gradient
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Bar, Curve, bars, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import arriving, leaving, network, training
from glassnet.lab.numerals import written
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEPTH, WIDTH = 8, 64
GAINS = {"small": 1.0, "large": 8.0}  # of Glorot's weights
ROWS = 40


@experiment
class SigmoidSlope(Experiment):
    """Measure slopes, and follow a gradient back through eight layers."""

    name, row = "sigmoid-slope", "S4"
    claim = later(
        "sigmoid's slope is at most 0.25 and almost 0 beyond ±2, so each layer divides the gradient by at least 4; "
        "ReLU's mean slope is 0.5"
    )
    source = later("articles A, B, C and E")
    setup = later(
        "Slopes are measured at a million points from −20 to 20, ReLU's mean slope at a million normally distributed "
        "inputs. Then the gradient of single rows of the data is followed back through networks of 8 layers of 64 "
        "units: by which factor does its length shrink from layer to layer? With Glorot's weights, and with weights 8 "
        "times as large; tanh and relu beside sigmoid."
    )
    rule = later(
        "Holds if four parts hold: sigmoid's largest slope is 0.25; its slope at 2 is at most 5% of that; each layer "
        "divides the gradient by at least 4, with both sizes of weights; ReLU's mean slope is between 0.45 and 0.55. "
        "In part if one to three hold."
    )
    shows = later("Slopes, and the length of a gradient on its way back through 8 layers")
    described: ClassVar = {
        "slope_largest": later("largest slope of sigmoid"),
        "slope_at_2": later("slope of sigmoid at 2"),
        "slope_at_5": later("slope of sigmoid at 5"),
        "tanh_slope_largest": later("largest slope of tanh"),
        "relu_slope_mean": later("mean slope of relu, inputs normally distributed"),
        "sigmoid_small": later("factor by which a sigmoid layer divides the gradient, Glorot's weights"),
        "sigmoid_large": later("factor by which a sigmoid layer divides the gradient, weights 8 times as large"),
        "tanh_small": later("factor by which a tanh layer divides the gradient, Glorot's weights"),
        "relu_small": later("factor by which a relu layer divides the gradient, Glorot's weights"),
    }
    seeds = (20, 5)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        x = np.linspace(-20, 20, 1_000_001)
        sigmoid, tanh, relu = (ACTIVATIONS[name] for name in ("sigmoid", "tanh", "relu"))
        normal = bench.rng(bench.seeds[0]).standard_normal(1_000_000)
        numbers = {
            "slope_largest": float(sigmoid.derivative(x).max()),
            "slope_at_2": float(sigmoid.derivative(np.array(2.0))),
            "slope_at_5": float(sigmoid.derivative(np.array(5.0))),
            "tanh_slope_largest": float(tanh.derivative(x).max()),
            "relu_slope_mean": float(relu.derivative(normal).mean()),
        }
        sizes: dict[str, NDArray[np.float64]] = {}
        cases = [("sigmoid", "small"), ("sigmoid", "large"), ("tanh", "small"), ("relu", "small")]
        for name, gain in bench.steps(cases):
            spec = self.spec(bench.rows.X.shape[1], bench.rows.n_classes, name, GAINS[gain])
            found = np.array([lengths(spec, seed, split.X, split.y) for seed, split in bench.splits()])
            sizes[f"{name}_{gain}"] = found
            # The geometric mean of the factors between the layers.
            numbers |= spread(f"{name}_{gain}", np.exp(np.log(found[:, -1] / found[:, 0]) / (DEPTH - 1)))
        return Measured(numbers, sizes)

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(
            abs(numbers["slope_largest"] - 0.25) <= 1e-9,
            numbers["slope_at_2"] <= 0.05 * numbers["slope_largest"],
            min(numbers["sigmoid_small"], numbers["sigmoid_large"]) >= 4,
            0.45 <= numbers["relu_slope_mean"] <= 0.55,
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "sigmoid's slope is at most {largest:g}, but {two:.3f} at 2 and {five:.4f} at 5; a layer divides the "
            "gradient by {small:.1f} with Glorot's weights, and by {large:.1f} with weights 8 times as large; tanh "
            "divides by {tanh:.2f}, relu by {relu:.2f}; relu's mean slope is {mean:.2f}"
        ).format(
            largest=numbers["slope_largest"],
            two=numbers["slope_at_2"],
            five=numbers["slope_at_5"],
            small=numbers["sigmoid_small"],
            large=numbers["sigmoid_large"],
            tanh=numbers["tanh_small"],
            relu=numbers["relu_small"],
            mean=numbers["relu_slope_mean"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        x = np.linspace(-6, 6, 601)
        colors = {"sigmoid": sheet.BLUE, "tanh": sheet.ORANGE, "relu": sheet.GREEN}
        named(axes[0], letters, x="x", title=_("slope"))
        slopes = {name: ACTIVATIONS[name].derivative(x) for name in colors}
        slopes["relu"] = np.where(np.abs(x) < 0.01, np.nan, slopes["relu"])
        axes[0].axvspan(-6, -2, color=sheet.FAINT, linewidth=0, zorder=0)
        axes[0].axvspan(2, 6, color=sheet.FAINT, linewidth=0, zorder=0)
        curves(axes[0], letters, [Curve(name, x, slopes[name], color) for name, color in colors.items()])
        layers = np.arange(1, DEPTH + 1)
        lines = []
        for key, sizes in measured.picture.items():
            function, gain = key.split("_")
            name = function if gain == "small" else _("sigmoid, weights × 8")
            shape = (0, (4, 2)) if gain == "large" else "-"
            relative = sizes / sizes[:, -1:]
            lines.append(Curve.over_seeds(name, layers, relative, colors[function], dashes=shape, dots=True))
        named(axes[1], letters, x=_("layer"), title=_("length of the gradient, that of layer {n} = 1").format(n=DEPTH))
        curves(axes[1], letters, lines, log="y")

    @staticmethod
    def spec(n_inputs: int, n_classes: int, name: str, gain: float) -> NetworkSpec:
        """Describe the deep network."""
        weights = initializer("glorot_normal", gain=gain)
        return network(n_inputs, [WIDTH] * DEPTH, n_classes, name, initial=weights, dtype="float64")


def lengths(spec: NetworkSpec, seed: int, X: NDArray[np.float32], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Length of the gradient by z at each hidden layer: the geometric mean over some rows.

    The gradient of a single row by a layer's biases is its gradient by z.
    """
    weights = initial_weights(spec, seed)
    logs = np.zeros(DEPTH)
    for row in range(min(ROWS, len(X))):
        data = TrainingData(X[row : row + 1].astype(np.float64), y[row : row + 1])
        _loss, gradient = loss_and_gradient(spec, weights, data)
        logs += [np.log(max(float(np.linalg.norm(part)), 1e-300)) for part in gradient.intercepts[:-1]]
    return np.exp(logs / min(ROWS, len(X)))


INPUTS = np.arange(-10_000, 10_001, dtype=np.float32)
SHOWN = ("sigmoid", "tanh", "relu", "leaky_relu")


@experiment
class SigmoidInformation(Experiment):
    """Count different outputs, and look for them in networks that have learned."""

    name, row = "sigmoid-information", "S5"
    claim = later("sigmoid loses information: 100 and 10000 both come out as 1")
    source = later("article B")
    setup = later(
        "Activations of 20,001 different inputs, the whole numbers from −10,000 to 10,000, in single precision: how "
        "many different outputs are there? And from which input on is sigmoid exactly 1? Then networks with two hidden "
        "layers of 64 sigmoid units learn the data (inputs from 0 to 1): in which share of their outputs has it become "
        "exactly 0 or 1, so that something is lost?"
    )
    rule = later(
        "Holds if 100 and 10000 give the same number, in single and in double precision, and at least 1% of the "
        "outputs in networks that have learned are exactly 0 or 1. In part if only one of the two is so."
    )
    shows = later("How many of 20,001 different inputs still differ after the activation")
    described: ClassVar = {
        "same_single": later("whether sigmoid gives 100 and 10000 the same single-precision number (1: yes)"),
        "same_double": later("whether sigmoid gives 100 and 10000 the same double-precision number (1: yes)"),
        "one_from_single": later("smallest input at which sigmoid is exactly 1, single precision"),
        "one_from_double": later("smallest input at which sigmoid is exactly 1, double precision"),
        "different_sigmoid": later("different outputs of sigmoid for 20,001 inputs"),
        "different_tanh": later("different outputs of tanh for 20,001 inputs"),
        "different_relu": later("different outputs of relu for 20,001 inputs"),
        "different_leaky_relu": later("different outputs of leaky_relu for 20,001 inputs"),
        "largest_input": later("largest size of an input of sigmoid in networks that have learned"),
        "lost": later("share of sigmoid outputs that are exactly 0 or 1 in networks that have learned"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        sigmoid = ACTIVATIONS["sigmoid"]
        numbers: dict[str, float] = {}
        for kind, name in ((np.float32, "single"), (np.float64, "double")):
            numbers[f"same_{name}"] = float(np.ptp(sigmoid(np.array([100, 10_000], dtype=kind))) == 0)
            fine = np.arange(0, 50, 1 / 1024, dtype=kind)
            numbers[f"one_from_{name}"] = float(fine[int(np.argmax(sigmoid(fine) == 1))])
        for name in SHOWN:
            numbers[f"different_{name}"] = float(len(np.unique(ACTIVATIONS[name](INPUTS))))
        splits = dict(bench.splits())
        spec = network(bench.rows.X.shape[1], (64, 64), bench.rows.n_classes, "sigmoid")
        jobs = [
            Job(spec, training(seed, bench.either(60, 15), 0.01, solver="adam"), split.training)
            for seed, split in splits.items()
        ]
        lost, largest = [], 0.0
        for job, fit in zip(jobs, bench.train(jobs), strict=True):
            if fit is None:
                continue
            X = splits[job.training.seed].X_test
            outputs = np.concatenate([leaving(spec, fit, X, layer).ravel() for layer in (0, 1)])
            lost.append(float(np.mean((outputs == 0) | (outputs == 1))))
            largest = max(largest, *(float(np.abs(arriving(spec, fit, X, layer)).max()) for layer in (0, 1)))
        return Measured(numbers | {"largest_input": largest} | spread("lost", lost))

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(numbers["same_single"] == 1 == numbers["same_double"], numbers["lost"] >= 0.01)

    def sentence(self, numbers: Numbers) -> str:
        same = numbers["same_single"] == 1 == numbers["same_double"]
        return _(
            "100 and 10000 give {same}, and {sigmoid:,.0f} of 20,001 inputs still differ (relu {relu:,.0f}, leaky_relu "
            "{leaky:,.0f}); sigmoid is exactly 1 from {single:.1f} on ({double:.1f} in double precision), and in "
            "networks that have learned the data {lost} of the outputs have got there"
        ).format(
            same=_("the same number") if same else _("different numbers"),
            sigmoid=numbers["different_sigmoid"],
            relu=numbers["different_relu"],
            leaky=numbers["different_leaky_relu"],
            single=numbers["one_from_single"],
            double=numbers["one_from_double"],
            lost=written(100 * numbers["lost"]) + "%",
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        colors = (sheet.BLUE, sheet.ORANGE, sheet.GREEN, sheet.APART[3])
        rows = [
            Bar(
                name, measured.numbers[f"different_{name}"], color, text=f"{measured.numbers[f'different_{name}']:,.0f}"
            )
            for name, color in zip(SHOWN, colors, strict=True)
        ]
        named(axes[0], letters, x=_("different outputs"))
        bars(axes[0], letters, rows)
