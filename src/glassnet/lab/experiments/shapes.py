"""S16, S25 and S26: what is said about the shapes of SELU, softplus and sums of ReLUs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, entropy
from glassnet.engine import Job, TrainingData, initial_weights, predict_scores
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment
from glassnet.lab.networks import network, training
from glassnet.lab.numerals import written
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


DEPTH, WIDTH, ROWS = 30, 128, 200
BESIDE = 1e-9  # how far from 0 a slope is taken


@experiment
class SeluKink(Experiment):
    """Take the slopes on both sides of 0, and follow mean square through depth beside."""

    name, row = "selu-kink", "S16"
    claim = later("SELU repairs ReLU's kink at 0")
    source = later("article C; Klambauer, Unterthiner, Mayr, Hochreiter 2017, Self-Normalizing Neural Networks")
    setup = later(
        "Slopes of selu, relu, elu and silu just left and just right of 0. And what selu was made for: rows of the "
        "data go through 30 layers of 128 units with LeCun's weights, before any training; inputs are multiplied by "
        "1/3 and by 3. Does the mean square of the outputs come back to 1 by itself? With relu and He's weights "
        "beside."
    )
    rule = later(
        "Holds if selu's slopes on both sides of 0 agree to 0.001. In part if they differ by at most half of what "
        "relu's do. Self-normalization is shown, and does not enter the verdict."
    )
    shows = later("Slopes at 0; and what selu is for: the mean square comes back to 1")
    described: ClassVar = {
        "selu_left": later("slope of selu just left of 0"),
        "selu_right": later("slope of selu just right of 0"),
        "relu_jump": later("by how much relu's slope jumps at 0"),
        "selu_jump": later("by how much selu's slope jumps at 0"),
        "elu_jump": later("by how much elu's slope jumps at 0"),
        "selu_small": later("mean square after 30 layers of selu, inputs times 1/3"),
        "selu_large": later("mean square after 30 layers of selu, inputs times 3"),
        "relu_small": later("mean square after 30 layers of relu, inputs times 1/3"),
        "relu_large": later("mean square after 30 layers of relu, inputs times 3"),
    }
    seeds = (10, 4)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        sides = {
            name: ACTIVATIONS[name].derivative(np.array([-BESIDE, BESIDE])) for name in ("selu", "relu", "elu", "silu")
        }
        numbers = {"selu_left": float(sides["selu"][0]), "selu_right": float(sides["selu"][1])}
        for name in ("relu", "selu", "elu"):
            numbers[f"{name}_jump"] = float(abs(sides[name][1] - sides[name][0]))
        found: dict[str, NDArray[np.float64]] = {}
        cases = [
            (name, label, factor) for name in ("selu", "relu") for label, factor in (("small", 1 / 3), ("large", 3.0))
        ]
        for name, label, factor in bench.steps(cases):
            found[f"{name}_{label}"] = np.array(
                [mean_squares(name, factor * split.X[:ROWS], seed) for seed, split in bench.splits("centered")]
            )
            numbers |= spread(f"{name}_{label}", found[f"{name}_{label}"][:, -1])
        return Measured(numbers, found)

    def verdict(self, numbers: Numbers) -> Verdict:
        jump = numbers["selu_jump"]
        return "holds" if jump <= 0.001 else "holds in part" if jump <= numbers["relu_jump"] / 2 else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "selu's slope is {left:.3f} left of 0 and {right:.3f} right of it: a kink, only another one; elu has none. "
            "What selu does is keep the signal: inputs of a third and of three times the size leave 30 layers with "
            "mean squares of {small:.2f} and {large:.2f}; with relu {relu_small:.2f} and {relu_large:.2f}"
        ).format(
            left=numbers["selu_left"],
            right=numbers["selu_right"],
            small=numbers["selu_small"],
            large=numbers["selu_large"],
            relu_small=numbers["relu_small"],
            relu_large=numbers["relu_large"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        x = np.linspace(-2, 2, 801)
        colors = {"selu": sheet.RED, "relu": sheet.GREEN, "elu": sheet.BLUE}
        named(axes[0], letters, x="x", title=_("slope"))
        slopes = {name: np.where(np.abs(x) < 1e-6, np.nan, ACTIVATIONS[name].derivative(x)) for name in colors}
        curves(axes[0], letters, [Curve(name, x, slopes[name], color) for name, color in colors.items()])
        layers = np.arange(1, DEPTH + 1)
        names = {
            "selu_small": _("selu, inputs × 1/3"),
            "selu_large": _("selu, inputs × 3"),
            "relu_small": _("relu, inputs × 1/3"),
            "relu_large": _("relu, inputs × 3"),
        }
        lines = [
            Curve.over_seeds(
                name, layers, measured.picture[key], colors[key[:4]], dashes="-" if "large" in key else (0, (4, 2))
            )
            for key, name in names.items()
        ]
        named(axes[1], letters, x=_("layer"), title=_("mean square of the outputs"))
        curves(axes[1], letters, lines, log="y")


def mean_squares(name: str, X: NDArray[Any], seed: int) -> NDArray[np.float64]:
    """Mean square of each layer's outputs, with the weights that fit the activation."""
    spec = network(X.shape[1], [WIDTH] * DEPTH, 2, name, dtype="float64")
    signal, found = X.astype(np.float64), []
    for layer, W in zip(spec.layers[:-1], initial_weights(spec, seed).coefs, strict=False):
        signal = layer.activation(signal @ W)
        found.append(float(np.mean(signal**2)))
    return np.array(found)


@experiment
class SoftplusTangent(Experiment):
    """Draw tangents, and see where they cross the axis."""

    name, row = "softplus-tangent", "S25"
    claim = later("the tangent of softplus at 0 passes through the origin")
    source = later("article C")
    setup = later(
        "The tangent of softplus at a point crosses the vertical axis at softplus(x) − x softplus′(x). This is "
        "computed at 0, and at random points from −10 to 10, where it is compared with the entropy of a coin that "
        "falls heads with probability σ(x)."
    )
    rule = later("Holds if the tangent at 0 crosses the axis at 0, to 1e-9; in part if it does so to 0.05.")
    shows = later("Softplus with three of its tangents: each crosses the axis above 0")
    described: ClassVar = {
        "crossing": later("where the tangent at 0 crosses the axis"),
        "slope": later("slope of the tangent at 0"),
        "crossing_least": later("lowest crossing of a tangent at a random point"),
        "from_entropy": later("largest difference between a crossing and the entropy of σ(x)"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        softplus, sigmoid = ACTIVATIONS["softplus"], ACTIVATIONS["sigmoid"]
        least, apart = [], 0.0
        for seed in bench.steps(bench.seeds):
            x = bench.rng(seed).uniform(-10, 10, 10_000)
            crossing = softplus(x) - x * softplus.derivative(x)
            coin = np.column_stack([sigmoid(x), sigmoid(-x)])
            apart = max(apart, float(np.abs(crossing - entropy(coin)).max()))
            least.append(float(crossing.min()))
        numbers = {
            "crossing": float(softplus(np.array(0.0))),
            "slope": float(softplus.derivative(np.array(0.0))),
            "crossing_least": min(least),
            "from_entropy": apart,
        }
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        off = abs(numbers["crossing"])
        return "holds" if off <= 1e-9 else "holds in part" if off <= 0.05 else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "the tangent at 0 is {crossing:.4f} + {slope:g} x: it crosses the axis at ln 2. A tangent crosses at the "
            "entropy of σ(x), to within {apart}, which is above 0 everywhere, so no tangent of softplus passes through "
            "the origin"
        ).format(crossing=numbers["crossing"], slope=numbers["slope"], apart=written(numbers["from_entropy"]))

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        softplus = ACTIVATIONS["softplus"]
        x = np.linspace(-4, 4, 401)
        lines = [Curve("softplus", x, softplus(x), sheet.BLUE)]
        for at, color in ((0.0, sheet.RED), (-1.5, sheet.ORANGE), (1.5, sheet.GREEN)):
            value, slope = (float(f(np.array(at))) for f in (softplus, softplus.derivative))
            name = _("tangent at {at:g}").format(at=at)
            lines.append(Curve(name, x, value + slope * (x - at), color, dashes=(0, (5, 2))))
            axes[0].plot([0], [value - slope * at], "o", color=color, markersize=6, zorder=5)
        axes[0].plot([0], [0], "+", color=sheet.INK, markersize=12, markeredgewidth=1.6, zorder=5)
        named(axes[0], letters, x="x")
        curves(axes[0], letters, lines)


PIECES = (2, 4, 8, 16, 32)
REACH = 8.0


@experiment
class ReluSquash(Experiment):
    """Build a squashing function of ReLUs, and let networks learn one."""

    name, row = "relu-squash", "S26"
    claim = later("sums of ReLUs can squash like a sigmoid")
    source = later("article C; Goodfellow, Bengio, Courville 2016, Deep Learning, 6.4.1")
    setup = later(
        "Built: a weighted sum of n ReLUs that goes through sigmoid's values at n points from −8 to 8 and is level "
        "outside, for n from 2 to 32 (with 2: from 0 at −2 to 1 at 2). How far is it from sigmoid, and does it stay "
        "within 0 and 1 from −1e6 to 1e6? Learned: networks with one hidden layer of 32 relu units are trained on "
        "sigmoid's values from −8 to 8; how far are they from it there, and how far at ±40, where they have seen "
        "nothing?"
    )
    rule = later(
        "Holds if every built sum stays within 0 and 1, to 1e-6, and the one of 32 ReLUs is within 0.01 of sigmoid "
        "everywhere. In part if only the first is so. That networks learn it so is not claimed, only measured."
    )
    shows = later("Sigmoid as a sum of ReLUs: built, and learned between −8 and 8 (gray)")
    described: ClassVar = {
        "outside": later("by how much a built sum leaves the range from 0 to 1, all n"),
        "error_2": later("largest distance of the sum of 2 ReLUs from sigmoid"),
        "error_8": later("largest distance of the sum of 8 ReLUs from sigmoid"),
        "error_32": later("largest distance of the sum of 32 ReLUs from sigmoid"),
        "learned_inside": later("largest distance of learned networks from sigmoid, −8 to 8"),
        "learned_outside": later("largest distance of learned networks from sigmoid at ±40"),
    }
    seeds = (10, 4)
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        sigmoid = ACTIVATIONS["sigmoid"]
        x = np.concatenate([np.linspace(-20, 20, 4001), [-1e6, -1e3, 1e3, 1e6]])
        built = {n: sum_of_relus(n, x) for n in PIECES}
        errors = {n: float(np.abs(values - sigmoid(x)).max()) for n, values in built.items()}
        spec = network(1, (32,), 1, criterion="mse", biases="uniform")
        inside = np.linspace(-REACH, REACH, 257)[:, None]
        # Inputs between -1 and 1, as a network wants them.
        data = TrainingData(inside / REACH, sigmoid(inside))
        jobs = [
            Job(spec, training(seed, bench.either(600, 300), 0.01, solver="adam", learning_rate="cosine"), data)
            for seed in bench.seeds
        ]
        fits = [fit for fit in bench.train(jobs) if fit is not None]
        far = np.linspace(-40, 40, 801)[:, None]
        learned = np.array([predict_scores(spec, fit.weights, far / REACH)[:, 0] for fit in fits], dtype=np.float64)
        apart = np.abs(learned - sigmoid(far)[:, 0])
        near = np.abs(far[:, 0]) <= REACH
        numbers = {
            "outside": max(float(np.maximum(values - 1, -values).max()) for values in built.values()),
            **{f"error_{n}": errors[n] for n in (2, 8, 32)},
            **spread("learned_inside", apart[:, near].max(axis=1)),
            **spread("learned_outside", np.maximum(apart[:, 0], apart[:, -1])),
        }
        return Measured(numbers, {"far": far[:, 0], "learned": learned})

    def verdict(self, numbers: Numbers) -> Verdict:
        if numbers["outside"] > 1e-6:
            return "does not hold"
        return "holds" if numbers["error_32"] <= 0.01 else "holds in part"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "built sums stay within 0 and 1, and are within {two:.3f} of sigmoid with 2 ReLUs, {eight:.3f} with 8, "
            "{many:.4f} with 32; learned ones are within {inside:.3f} where they were trained and off by {outside:.2f} "
            "at ±40: what squashes is a sum that is level outside, and training does not make it so by itself"
        ).format(
            two=numbers["error_2"],
            eight=numbers["error_8"],
            many=numbers["error_32"],
            inside=numbers["learned_inside"],
            outside=numbers["learned_outside"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        x = np.linspace(-10, 10, 801)
        sigmoid = ACTIVATIONS["sigmoid"]
        named(axes[0], letters, x="x", title=_("built"))
        lines = [Curve("sigmoid", x, sigmoid(x), sheet.INK)]
        for n, color in ((2, sheet.ORANGE), (8, sheet.BLUE)):
            name = _("sum of {n} ReLUs").format(n=n)
            lines.append(Curve(name, x, sum_of_relus(n, x), color, dashes=(0, (4, 2))))
        curves(axes[0], letters, lines)
        far = measured.picture["far"]
        axes[1].axvspan(-REACH, REACH, color="#f1f3f5", zorder=0)
        named(axes[1], letters, x="x", title=_("learned"))
        lines = [
            Curve("sigmoid", far, sigmoid(far), sheet.INK),
            Curve.over_seeds(_("learned"), far, measured.picture["learned"], sheet.RED),
        ]
        curves(axes[1], letters, lines)


def sum_of_relus(n: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of n ReLUs that meets sigmoid at n points from -8 to 8, level outside; with two, from 0 at -2 to 1 at 2."""
    relu, sigmoid = ACTIVATIONS["relu"], ACTIVATIONS["sigmoid"]
    knots = np.linspace(-2, 2, 2) if n == 2 else np.linspace(-REACH, REACH, n)
    values = np.array([0.0, 1.0]) if n == 2 else sigmoid(knots)
    slopes = np.concatenate([[0.0], np.diff(values) / np.diff(knots), [0.0]])
    total: NDArray[np.float64] = values[0] + relu(x[:, None] - knots) @ np.diff(slopes)
    return total
