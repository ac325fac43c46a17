"""S27, S28, F9 and F10: what cross-entropy measures, where it ends, and what it does to scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import LOSSES, cross_entropy, entropy, kl_divergence
from glassnet.engine import Job, TrainingData, Weights, initial_weights, predict_outputs
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import network, training
from glassnet.lab.numerals import Signed, written
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = (2, 10, 100, 1000)
ROWS = 200
EQUAL, NEARLY = 1e-12, 1e-6


@experiment
class CrossEntropyFloor(Experiment):
    """Look for negative values, and for what is left when the prediction is the target."""

    name, row = "cross-entropy-floor", "S27"
    claim = later("cross-entropy is never negative, and near 0 when the prediction meets the target")
    source = later("article E; Shannon 1948")
    setup = later(
        "Softmax cross-entropy of random scores of sizes 0.1 to 100, over 2 to 1,000 classes, with one-hot targets and "
        "with soft ones from a Dirichlet distribution. Then scores whose softmax is the target: for one-hot targets a "
        "lead of 20, for soft targets their logarithms. What is left is compared with the entropy of the target."
    )
    rule = later(
        "Holds if three parts hold: no value is below 0; with one-hot targets that are met it is at most 0.01; with "
        "soft targets that are met it is at most 0.01 as well. In part if one or two hold."
    )
    shows = later("Cross-entropy of two classes, and its floor (dots)")
    described: ClassVar = {
        "smallest": later("smallest value of cross-entropy that was met"),
        "met_one_hot": later("largest cross-entropy where a one-hot target is met"),
        "met_soft": later("mean cross-entropy where a soft target over 10 classes is met"),
        "from_entropy": later("largest difference between cross-entropy and entropy where a soft target is met"),
        "smoothed": later("cross-entropy where a target over 10 classes with label smoothing 0.1 is met"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        loss = LOSSES["softmax_cross_entropy"]
        smallest, met, apart, soft = np.inf, 0.0, 0.0, []
        for seed in bench.steps(bench.seeds):
            rng = bench.rng(seed)
            for count in CLASSES:
                one_hot = np.eye(count)[rng.integers(count, size=ROWS)]
                target = rng.dirichlet(np.ones(count), ROWS)
                for size in (0.1, 1.0, 10.0, 100.0):
                    scores = size * rng.standard_normal((ROWS, count))
                    for wanted in (one_hot, target):
                        smallest = min(smallest, loss(scores, wanted, reduction="none").min())
                met = max(met, float(loss(20 * one_hot, one_hot, reduction="none").max()))
                left = loss(np.log(target), target, reduction="none")
                apart = max(apart, float(np.abs(left - entropy(target)).max()))
                if count == 10:
                    soft.append(float(left.mean()))
        smooth = np.full(10, 0.01)
        smooth[0] += 0.9
        numbers = {
            "smallest": float(smallest),
            "met_one_hot": met,
            **spread("met_soft", soft),
            "from_entropy": apart,
            "smoothed": float(loss(np.log(smooth)[None], smooth[None])),
        }
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(numbers["smallest"] >= 0, numbers["met_one_hot"] <= 0.01, numbers["met_soft"] <= 0.01)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "no value is below {smallest}; where a one-hot target is met, at most {one_hot} is left; where a soft "
            "target is met, {soft:.2f} on average: the target's entropy, to within {apart}. With label smoothing of "
            "0.1 over 10 classes no loss comes below {smooth:.3f}"
        ).format(
            smallest=written(numbers["smallest"]),
            one_hot=written(numbers["met_one_hot"]),
            soft=numbers["met_soft"],
            apart=written(numbers["from_entropy"]),
            smooth=numbers["smoothed"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        q = np.linspace(0.01, 0.999, 400)
        predicted = np.column_stack([q, 1 - q])
        lines = []
        for p, color in zip((1.0, 0.9, 0.7, 0.5), sheet.APART, strict=False):
            target = np.tile([p, 1 - p], (len(q), 1))
            lines.append(Curve(_("target {p:g}").format(p=p), q, cross_entropy(target, predicted), color))
            axes[0].plot([p], [entropy(np.array([p, 1 - p]))], "o", color=color, markersize=6, zorder=5)
        named(axes[0], letters, x=_("predicted probability"), y=_("cross-entropy"))
        axes[0].set_ylim(-0.08, 3)
        curves(axes[0], letters, lines)


@experiment
class EntropyIdentity(Experiment):
    """Compute both sides for random distributions."""

    name, row = "entropy-and-divergence", "F9"
    claim = later("cross-entropy is entropy plus KL divergence, so minimizing one minimizes the other")
    source = later("article D; Kullback, Leibler 1951")
    setup = later(
        "Pairs of random distributions over 2 to 1,000 outcomes, from even to peaked ones, some with outcomes of "
        "probability 0. Both sides of H(p, q) = H(p) + KL(p‖q) are computed, each by its own function. Then q is the "
        "softmax of scores: the gradients of both by the scores are compared."
    )
    rule = later(
        "Holds if both sides differ by at most 1e-12 of their size, no divergence is below −1e-12, that of a "
        "distribution from itself is at most 1e-12, and the gradients differ by at most 1e-12. In part if both sides "
        "differ by at most 1e-6 of their size."
    )
    shows = later("Cross-entropy, entropy and divergence (p = 0.7)")
    described: ClassVar = {
        "difference": later("largest difference of both sides, relative to their size"),
        "smallest_divergence": later("smallest divergence that was met"),
        "from_itself": later("largest divergence of a distribution from itself"),
        "gradient_difference": later("largest difference of the gradients of cross-entropy and of divergence"),
        "divergence": later("mean divergence of pairs over 10 outcomes"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        difference, least, itself, steep = 0.0, np.inf, 0.0, 0.0
        mean = []
        for seed in bench.steps(bench.seeds):
            rng = bench.rng(seed)
            for count in CLASSES:
                for evenness in (0.1, 1.0, 10.0):
                    p, q = rng.dirichlet(np.full(count, evenness), (2, ROWS)) + 1e-12
                    p[rng.random(p.shape) < 0.2] = 0.0
                    p[:, 0] += 1e-3
                    p, q = (each / each.sum(axis=1, keepdims=True) for each in (p, q))
                    whole, divergence = cross_entropy(p, q), kl_divergence(p, q)
                    difference = max(difference, float(np.abs(whole / (entropy(p) + divergence) - 1).max()))
                    least = min(least, float(divergence.min()))
                    itself = max(itself, float(np.abs(kl_divergence(p, p)).max()))
                    by_whole = LOSSES["softmax_cross_entropy"].gradient(np.log(q), p, reduction="sum")
                    by_divergence = LOSSES["kl_divergence"].gradient(np.log(q), p, reduction="sum")
                    steep = max(steep, float(np.abs(by_whole - by_divergence).max()))
                    if count == 10 and evenness == 1.0:
                        mean.append(float(divergence.mean()))
        numbers = {
            "difference": difference,
            "smallest_divergence": least,
            "from_itself": itself,
            "gradient_difference": steep,
            **spread("divergence", mean),
        }
        return Measured(numbers)

    def verdict(self, numbers: Numbers) -> Verdict:
        others = numbers["smallest_divergence"] >= -EQUAL and numbers["from_itself"] <= EQUAL
        if others and numbers["difference"] <= EQUAL and numbers["gradient_difference"] <= EQUAL:
            return "holds"
        return "holds in part" if numbers["difference"] <= NEARLY else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "both sides differ by at most {difference} of their size, the gradients by {gradient}; the smallest "
            "divergence is {least}, that of a distribution from itself at most {itself}"
        ).format(
            difference=written(numbers["difference"]),
            gradient=written(numbers["gradient_difference"]),
            least=written(numbers["smallest_divergence"]),
            itself=written(numbers["from_itself"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        q = np.linspace(0.02, 0.98, 400)
        true = np.tile([0.7, 0.3], (len(q), 1))
        predicted = np.column_stack([q, 1 - q])
        lines = [
            Curve(_("cross-entropy H(p, q)"), q, cross_entropy(true, predicted), sheet.BLUE),
            Curve(_("KL divergence"), q, kl_divergence(true, predicted), sheet.ORANGE),
            Curve(_("entropy H(p)"), q, entropy(true), sheet.GREEN),
        ]
        axes[0].axvline(0.7, color=sheet.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        named(axes[0], letters, x=_("q: what is predicted for the first outcome"), y=_("nats"))
        curves(axes[0], letters, lines)


RATE = 0.2  # of the sigmoid's weights
STEP = 0.3  # for rows of length 3: a little below what the curvature allows


@experiment
class LogisticIsSoftmax(Experiment):
    """Train both on two classes, from weights that say the same, and compare step by step."""

    name, row = "logistic-is-softmax", "F10"
    claim = later("logistic regression is softmax regression with two classes")
    source = later("article D; cs231n, Linear Classification")
    setup = later(
        "The first half of the data's classes against the other half. Both are networks without a hidden layer, in "
        "double precision: one sigmoid output with binary cross-entropy, and two softmax outputs with cross-entropy. "
        "The weight of the one is the difference of the two, at the start too; the sigmoid's rate is twice the "
        "softmax's, since two weights move there. They learn 20 epochs with the same batches; probabilities are "
        "compared after each."
    )
    rule = later(
        "Holds if probabilities on test rows differ by at most 1e-9 after each epoch and the losses do as well; in "
        "part if by at most 0.01."
    )
    changed = later("the set-up, not the rule.")
    shows = later("Training loss of both, on each other; and how far probabilities are apart")
    described: ClassVar = {
        "difference": later("largest difference of a probability, test rows, after any epoch"),
        "loss_difference": later("largest difference of the training losses, any epoch"),
        "accuracy": later("test accuracy of both after the last epoch"),
        "other_rate": later("largest difference of a probability where both have the same rate"),
    }
    seeds = (10, 3)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        epochs = bench.either(20, 8)
        losses = np.empty((2, len(bench.seeds), epochs))
        apart = np.empty((len(bench.seeds), epochs))
        right, others = [], []
        for i, (seed, split) in enumerate(bench.steps(list(bench.splits()))):
            y, y_test = (np.asarray(part >= (split.n_classes + 1) // 2, np.int64) for part in (split.y, split.y_test))
            two = network(split.n_inputs, (), 2, dtype="float64")
            one = network(split.n_inputs, (), 1, criterion="binary_cross_entropy", dtype="float64")
            start = initial_weights(two, seed)
            double = (two, TrainingData(split.X, y), start)
            difference = Weights([np.ascontiguousarray(start.coefs[0][:, 1:] - start.coefs[0][:, :1])], [np.zeros(1)])
            single = (one, TrainingData(split.X, y[:, None].astype(np.float64)), difference)
            last = None
            for epoch in range(epochs):
                plans = [(double, 0.5 * RATE), (single, RATE), (single, 0.5 * RATE)]
                if epoch < epochs - 1:
                    plans = plans[:2]
                fits = bench.train(
                    Job(spec, training(seed, epoch + 1, rate), data, weights) for (spec, data, weights), rate in plans
                )
                found = [
                    predict_outputs(plan[0][0], fit.weights, split.X_test)[:, -1]
                    for plan, fit in zip(plans, fits, strict=True)
                    if fit is not None
                ]
                apart[i, epoch] = np.abs(found[0] - found[1]).max()
                last = found, fits
            assert last is not None
            losses[:, i] = [fit.trace.losses for fit in last[1][:2] if fit]
            right.append(float(np.mean((last[0][0] > 0.5) == y_test)))
            others.append(float(np.abs(last[0][0] - last[0][2]).max()))
        numbers = {
            "difference": float(apart.max()),
            "loss_difference": float(np.abs(losses[0] - losses[1]).max()),
            **spread("accuracy", right),
            **spread("other_rate", others),
        }
        return Measured(numbers, {"losses": losses, "apart": apart})

    def verdict(self, numbers: Numbers) -> Verdict:
        most = max(numbers["difference"], numbers["loss_difference"])
        return "holds" if most <= 1e-9 else "holds in part" if most <= 0.01 else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "after every epoch the probabilities of both agree to {difference} and the losses to {loss}; both get "
            "{accuracy:.1%} of the test rows right. With the same rate for both they would differ by {other:.2f}: what "
            "they can say is the same, how fast they go is not"
        ).format(
            difference=written(numbers["difference"]),
            loss=written(numbers["loss_difference"]),
            accuracy=numbers["accuracy"],
            other=numbers["other_rate"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        losses, apart = measured.picture["losses"], measured.picture["apart"]
        x = np.arange(1, losses.shape[2] + 1)
        named(axes[0], letters, x=_("epoch"), title=_("training loss"))
        lines = [
            Curve.over_seeds(_("softmax, two outputs"), x, losses[0], sheet.BLUE),
            Curve.over_seeds(_("sigmoid, one output"), x, losses[1], sheet.ORANGE, dashes=(0, (4, 3))),
        ]
        curves(axes[0], letters, lines)
        named(axes[1], letters, x=_("epoch"), title=_("largest difference of a probability"))
        curves(axes[1], letters, [Curve.over_seeds("", x, np.maximum(apart, 1e-18), sheet.GREEN, dots=True)], log="y")


@experiment
class SeparableScores(Experiment):
    """Train a single neuron on points that a line separates, and on points that it does not."""

    name, row = "separable-scores", "S28"
    claim = later("maximum likelihood pushes the scores of separable classes to infinity")
    source = later("article D; Soudry, Hoffer, Nacson, Gunasekar, Srebro 2018, The Implicit Bias of Gradient Descent")
    setup = later(
        "40 points in the plane in two classes, normally distributed around (2, 2) and (−2, −2), those kept that lie "
        "on their side of the line between; and the same points with 4 labels exchanged, which no line separates. "
        "Logistic regression by full gradient steps, from 10 to 10,000 of them: the length of the weights is "
        "followed, and its growth from each ten-fold number of steps to the next."
    )
    rule = later(
        "Holds if with separable classes the length still grows by at least 10% over the last ten-fold of steps (lower "
        "end of the interval), while it grows by less than 1% with exchanged labels. In part if only the first is so. "
        "Steps are finite, so infinity is not seen, only that no end is."
    )
    shows = later("Length of a neuron's weights: no end in sight")
    described: ClassVar = {
        "growth_separable": later("growth of the length over the last ten-fold of steps, separable classes"),
        "growth_mixed": later("growth of the length over the last ten-fold of steps, labels exchanged"),
        "length_separable": later("length of the weights after 10,000 steps, separable classes"),
        "length_mixed": later("length of the weights after 10,000 steps, labels exchanged"),
        "length_penalty": later("length after 10,000 steps with a penalty of 0.01, separable classes"),
        "gained_per_tenfold": later(
            "what a ten-fold number of steps adds to the length, separable classes, at the end"
        ),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        marks = np.unique(np.geomspace(10, 10_000, 13).round().astype(int))
        lengths = np.empty((3, len(bench.seeds), len(marks)))
        spec = network(2, (), 1, initial="zeros", criterion="binary_cross_entropy", dtype="float64")
        cases = []
        for seed in bench.seeds:
            X, y = two_clouds(bench.rng(seed))
            mixed = y.copy()
            mixed[[0, 1, 20, 21]] = 1 - mixed[[0, 1, 20, 21]]
            # The engine divides its penalty by the rows of a batch.
            cases += [
                (TrainingData(X, labels), penalty * len(y)) for labels, penalty in ((y, 0), (mixed, 0), (y, 0.01))
            ]
        weights = [initial_weights(spec, 0)] * len(cases)
        for j, steps in enumerate(bench.steps(np.diff(marks, prepend=0).tolist())):
            # Plain gradient steps over all rows remember nothing, so they can go on from the weights alone.
            jobs = [
                Job(spec, training(0, steps, STEP, batch=len(data.y), alpha=alpha), data, before)
                for (data, alpha), before in zip(cases, weights, strict=True)
            ]
            weights = [fit.weights for fit in bench.train(jobs) if fit is not None]
            lengths[:, :, j] = np.reshape([np.linalg.norm(w.coefs[0]) for w in weights], (-1, 3)).T
        growth = lengths[:, :, -1] / lengths[:, :, list(marks).index(1000)] - 1
        numbers = {
            **spread("growth_separable", growth[0]),
            **spread("growth_mixed", growth[1]),
            **spread("length_separable", lengths[0, :, -1]),
            **spread("length_mixed", lengths[1, :, -1]),
            **spread("length_penalty", lengths[2, :, -1]),
            **spread("gained_per_tenfold", lengths[0, :, -1] - lengths[0, :, list(marks).index(1000)]),
        }
        return Measured(numbers, {"marks": marks, "lengths": lengths})

    def verdict(self, numbers: Numbers) -> Verdict:
        if numbers["growth_separable_low"] < 0.1:
            return "does not hold"
        return "holds" if numbers["growth_mixed_high"] < 0.01 else "holds in part"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "from 1,000 to 10,000 steps the weights grow by another {separable:.0%} where a line separates the "
            "classes, and by {mixed:.1%} where none does; the length is {length:.1f} then, against {other:.1f}, "
            "and grows with the logarithm of the steps; a penalty of 0.01 ends it at {penalty:.2f}"
        ).format(
            separable=numbers["growth_separable"],
            mixed=Signed(numbers["growth_mixed"]),
            length=numbers["length_separable"],
            other=numbers["length_mixed"],
            penalty=numbers["length_penalty"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        marks, lengths = measured.picture["marks"], measured.picture["lengths"]
        names = (_("separable"), _("4 labels exchanged"), _("separable, with a penalty"))
        colors = (sheet.RED, sheet.BLUE, sheet.GREEN)
        named(axes[0], letters, x=_("steps"), y=_("length of the weights"))
        lines = [Curve.over_seeds(n, marks, v, c) for n, v, c in zip(names, lengths, colors, strict=True)]
        curves(axes[0], letters, lines, log="x")


def two_clouds(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """40 points, the first half of class 0, with the line x₁ + x₂ = 0 between the classes."""
    points = rng.standard_normal((400, 2)) + 2
    points = points[points.sum(axis=1) > 1][:40]
    y = np.repeat([0.0, 1.0], 20)[:, None]
    return points * (2 * y - 1), y
