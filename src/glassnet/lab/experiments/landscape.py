"""S21 and S29: what a loss looks like where a network stands: no slope of accuracy, and the steepest way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import LOSSES
from glassnet.engine import Job, TrainingData, Weights, initial_weights, loss_and_gradient, predict_scores
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import network, training
from glassnet.network import NetworkSpec
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


HIDDEN = (32,)
TINY = 1e-6  # how far a look around goes
DIRECTIONS, QUICK_DIRECTIONS = 200, 60
POINTS = 201


@experiment
class AccuracyAsLoss(Experiment):
    """See what a tiny step does to accuracy and cross-entropy of a network that is half trained."""

    name, row = "accuracy-as-loss", "S21"
    claim = later("accuracy cannot serve as a loss: it is piecewise constant")
    source = later("article A")
    setup = later(
        "Networks with a hidden layer of 32 tanh units, in double precision, after 5 epochs on the data. From there a "
        "step of length 1e-6 is taken in random directions: by how much do the accuracy on all rows to learn from "
        "and the cross-entropy change? Then the way of the gradient is followed, at 201 points: how many values does "
        "the accuracy have?"
    )
    rule = later(
        "Holds if the accuracy is unchanged in at least 95% of directions while cross-entropy changes in at least 95%. "
        "In part if the accuracy is unchanged in more than half, and cross-entropy changes in more."
    )
    shows = later("Along the way of the gradient: accuracy moves in steps, cross-entropy does not")
    described: ClassVar = {
        "accuracy_flat": later("share of directions in which the accuracy does not change at all"),
        "loss_changes": later("share of directions in which cross-entropy changes"),
        "values_accuracy": later("different values of the accuracy at 201 points of the way"),
        "values_loss": later("different values of cross-entropy at 201 points of the way"),
        "accuracy": later("accuracy where the look around starts"),
    }
    seeds = (10, 3)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        flat, moves, values, starts = [], [], [], []
        way: NDArray[np.float64] | None = None
        t = np.linspace(0, 1, POINTS)
        for seed, split in bench.steps(list(bench.splits())):
            spec = network(split.n_inputs, HIDDEN, split.n_classes, "tanh", dtype="float64")
            data = split.training
            (fit,) = bench.train([Job(spec, training(seed, 5, 0.1), data)])
            if fit is None:
                continue
            rng = bench.rng(seed)
            start = both(spec, fit.weights, data)
            around = [
                both(spec, moved(fit.weights, unit(fit.weights, rng), TINY), data)
                for _direction in range(bench.either(DIRECTIONS, QUICK_DIRECTIONS))
            ]
            flat.append(float(np.mean([accuracy == start[0] for accuracy, _loss in around])))
            moves.append(float(np.mean([loss != start[1] for _accuracy, loss in around])))
            gradient = loss_and_gradient(spec, fit.weights, data)[1]
            along = np.array([both(spec, moved(fit.weights, gradient, -float(s)), data) for s in t])
            values.append([len(np.unique(along[:, 0])), len(np.unique(along[:, 1]))])
            starts.append(start[0])
            way = along if way is None else way
        counted = np.mean(values, axis=0)
        numbers = {
            **spread("accuracy_flat", flat),
            **spread("loss_changes", moves),
            "values_accuracy": float(counted[0]),
            "values_loss": float(counted[1]),
            **spread("accuracy", starts),
        }
        return Measured(numbers, {"way": way, "t": t})

    def verdict(self, numbers: Numbers) -> Verdict:
        flat, moves = numbers["accuracy_flat"], numbers["loss_changes"]
        if flat >= 0.95 and moves >= 0.95:
            return "holds"
        return "holds in part" if flat > 0.5 and moves > 0.5 else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "a step of 1e-6 leaves the accuracy as it was in {flat:.1%} of directions, where a gradient of it would be "
            "exactly 0, and changes cross-entropy in {moves:.1%}; along the way of the gradient accuracy has "
            "{few:,.0f} values at 201 points, cross-entropy {many:,.0f}"
        ).format(
            flat=numbers["accuracy_flat"],
            moves=numbers["loss_changes"],
            few=numbers["values_accuracy"],
            many=numbers["values_loss"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        t, way = measured.picture["t"], measured.picture["way"]
        named(axes[0], letters, x=_("step, as a multiple of the gradient"), title=_("accuracy"))
        axes[0].step(t, way[:, 0], where="mid", color=sheet.RED, linewidth=2)
        axes[0].grid(color=sheet.FAINT, linewidth=0.7)
        named(axes[1], letters, x=_("step, as a multiple of the gradient"), title=_("cross-entropy"))
        curves(axes[1], letters, [Curve("", t, way[:, 1], sheet.BLUE)])


def both(spec: NetworkSpec, weights: Weights, data: TrainingData) -> tuple[float, float]:
    """Return accuracy and cross-entropy on all rows."""
    scores = predict_scores(spec, weights, data.X)
    return float(np.mean(scores.argmax(axis=1) == data.y)), float(LOSSES["softmax_cross_entropy"](scores, data.y))


def moved(weights: Weights, direction: Weights, length: float) -> Weights:
    """Return weights a step further in a direction."""
    coefs, intercepts = (
        [part + length * step for part, step in zip(parts, steps, strict=True)]
        for parts, steps in zip(weights[:2], direction[:2], strict=True)
    )
    return Weights(coefs, intercepts)


def unit(like: Weights, rng: np.random.Generator) -> Weights:
    """Draw a direction of length 1, each as likely as any other."""
    drawn = Weights(
        [rng.standard_normal(part.shape) for part in like.coefs],
        [rng.standard_normal(part.shape) for part in like.intercepts],
    )
    return scaled(drawn, 1 / length(drawn))


def scaled(weights: Weights, factor: float) -> Weights:
    """Multiply every weight."""
    return Weights([factor * part for part in weights.coefs], [factor * part for part in weights.intercepts])


def product(one: Weights, other: Weights) -> float:
    """Inner product of two directions."""
    parts = zip((*one.coefs, *one.intercepts), (*other.coefs, *other.intercepts), strict=True)
    return float(sum(np.vdot(a, b) for a, b in parts))


def length(weights: Weights) -> float:
    """Euclidean length over all weights."""
    return float(np.sqrt(product(weights, weights)))


ANGLES = 72


@experiment
class SteepestAscent(Experiment):
    """Walk a short and a long way in all directions of a plane, and look where it goes up most."""

    name, row = "steepest-ascent", "S29"
    claim = later("the gradient is the direction of steepest ascent, and its length is the slope there")
    source = later("article C")
    setup = later(
        "Networks with a hidden layer of 32 tanh units at their first weights, in double precision, and cross-entropy "
        "on the data. In a plane of the gradient and a random direction, 72 directions are tried: by how much does the "
        "loss rise over a length of 1e-6? Then the same over a length of 1, and random directions of all weights."
    )
    rule = later(
        "Holds if over the short way no direction rises more than the gradient's, in no plane and among no random "
        "ones, and the rise there is the gradient's length to 0.1%. In part if only one of the two is so."
    )
    shows = later("Rise of the loss by direction (dots: cosine)")
    described: ClassVar = {
        "angle": later("angle between gradient and steepest direction, degrees, the largest over seeds"),
        "slope_over_length": later("slope along the gradient as a multiple of its length"),
        "random_best": later(
            "steepest of the random directions of all weights, as a multiple of the gradient's length"
        ),
        "rise_long": later("rise per length over the long way along the gradient, as a multiple of its length"),
        "angle_long": later("angle between gradient and the direction that rises most over the long way, degrees"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        angles = np.linspace(-np.pi, np.pi, ANGLES, endpoint=False)
        short, long = np.empty((2, len(bench.seeds), ANGLES))
        best = []
        for i, (seed, split) in enumerate(bench.steps(list(bench.splits()))):
            spec = network(split.n_inputs, HIDDEN, split.n_classes, "tanh", dtype="float64")
            weights, rng, data = initial_weights(spec, seed), bench.rng(seed), split.training
            here, gradient = loss_and_gradient(spec, weights, data)
            size = length(gradient)
            upward, other = scaled(gradient, 1 / size), unit(weights, rng)
            other = moved(other, upward, -product(other, upward))
            other = scaled(other, 1 / length(other))
            for k, angle in enumerate(angles):
                way = moved(scaled(upward, float(np.cos(angle))), other, float(np.sin(angle)))
                short[i, k], long[i, k] = (
                    (both(spec, moved(weights, way, far), data)[1] - here) / (far * size) for far in (TINY, 1.0)
                )
            steps = [
                both(spec, moved(weights, unit(weights, rng), TINY), data)[1]
                for _direction in range(bench.either(DIRECTIONS, QUICK_DIRECTIONS))
            ]
            best.append((max(steps) - here) / (TINY * size))
        ahead = int(np.argmin(np.abs(angles)))
        numbers = {
            "angle": float(np.degrees(np.abs(angles[short.argmax(axis=1)])).max()),
            **spread("slope_over_length", short[:, ahead]),
            **spread("random_best", best),
            **spread("rise_long", long[:, ahead]),
            **spread("angle_long", np.degrees(np.abs(angles[long.argmax(axis=1)]))),
        }
        return Measured(numbers, {"angles": np.degrees(angles), "short": short, "long": long})

    def verdict(self, numbers: Numbers) -> Verdict:
        steepest = numbers["angle"] < 1 and numbers["random_best"] < 1
        return judge(steepest, abs(numbers["slope_over_length"] - 1) <= 0.001)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "over a length of 1e-6 the steepest direction is {angle:.0f} degrees from the gradient, and the slope "
            "there is {slope:.4f} times its length; the best of the random directions reaches {random:.2f}. Over a "
            "length of 1 the loss rises {long:.2f} times as fast: the gradient speaks of the next short step only"
        ).format(
            angle=numbers["angle"],
            slope=numbers["slope_over_length"],
            random=numbers["random_best"],
            long=numbers["rise_long"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        angles = measured.picture["angles"]
        axes[0].plot(angles[::4], np.cos(np.radians(angles[::4])), "o", color=sheet.INK, markersize=3.5, zorder=5)
        named(axes[0], letters, x=_("angle to the gradient, degrees"), y=_("rise per length"))
        lines = [
            Curve.over_seeds(_("length 1e-6"), angles, measured.picture["short"], sheet.BLUE),
            Curve.over_seeds(_("length 1"), angles, measured.picture["long"], sheet.ORANGE),
        ]
        curves(axes[0], letters, lines)
