"""S12, S13 and S24: what softmax makes of scores: overflow, sharpening, slopes and order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, softmax
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.numerals import written
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES, ROWS = 10, 500
SIZES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)
LARGEST_SAFE = 300.0  # e^±300 and their quotients are normal numbers of double precision
SAME = 1e-12  # relative; the subtraction itself rounds, by 1e-16 of scores of several hundred


@experiment
class Overflow(Experiment):
    """Compute softmax as it is written down, and with the maximum subtracted."""

    name, row = "overflow", "S12"
    claim = later("e^1000 overflows, so softmax does too; subtracting the maximum first changes nothing else")
    source = later("articles A and B; Goodfellow, Bengio, Courville 2016, Deep Learning, 4.1")
    setup = later(
        "Softmax of rows of 10 scores, evenly distributed between −s and s, with s from 1 to 10,000: once as the "
        "formula stands, in single and in double precision, and once with each row's maximum subtracted first. "
        "Counted are rows whose result is not a number, or does not add up to 1. Where no exponential leaves the "
        "range of double precision, up to a size of 300, both are compared."
    )
    rule = later(
        "Holds if e^1000 is infinite in double precision, the formula fails on at least 99% of rows of size 10,000, "
        "with the maximum subtracted no row of any size fails, and where both are compared they differ by at most "
        "1e-12 of their size. In part if the maximum helps, so that no row fails, but one of the others is not so."
    )
    changed = later("the sizes of the scores.")
    shows = later("Rows on which softmax fails, by the size of scores")
    described: ClassVar = {
        "limit_single": later("largest score whose exponential is finite, single precision"),
        "limit_double": later("largest score whose exponential is finite, double precision"),
        "failed_100_single": later("share of rows of size 100 on which the formula fails, single precision"),
        "failed_1000_double": later("share of rows of size 1,000 on which the formula fails, double precision"),
        "failed_10000_double": later("share of rows of size 10,000 on which the formula fails, double precision"),
        "failed_shifted": later("share of rows that fail with the maximum subtracted, all sizes and precisions"),
        "difference": later("largest relative difference of both probabilities, sizes up to 300"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        failed = np.empty((3, len(bench.seeds), len(SIZES)))
        difference = 0.0
        for i, seed in enumerate(bench.steps(bench.seeds)):
            rng = bench.rng(seed)
            for j, size in enumerate(SIZES):
                scores = rng.uniform(-size, size, (ROWS, CLASSES))
                written_down = as_written(scores)
                shifted = softmax(scores)
                failed[0, i, j] = fails(as_written(scores.astype(np.float32)))
                failed[1, i, j] = fails(written_down)
                failed[2, i, j] = max(fails(shifted), fails(softmax(scores.astype(np.float32))))
                if size <= LARGEST_SAFE:
                    difference = max(difference, float(np.abs(written_down / shifted - 1).max()))
        numbers = {
            "limit_single": math.log(float(np.finfo(np.float32).max)),
            "limit_double": math.log(float(np.finfo(np.float64).max)),
            **spread("failed_100_single", failed[0, :, SIZES.index(100.0)]),
            **spread("failed_1000_double", failed[1, :, SIZES.index(1000.0)]),
            **spread("failed_10000_double", failed[1, :, SIZES.index(10000.0)]),
            "failed_shifted": float(failed[2].max()),
            "difference": difference,
        }
        return Measured(numbers, {"failed": failed})

    def verdict(self, numbers: Numbers) -> Verdict:
        helps = numbers["failed_shifted"] == 0
        overflows = numbers["limit_double"] < 1000 and numbers["failed_10000_double"] >= 0.99
        if helps and overflows and numbers["difference"] <= SAME:
            return "holds"
        return "holds in part" if helps else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "exponentials are finite up to {double:.1f} in double and {single:.1f} in single precision; as it stands "
            "the formula fails on {thousand:.0%} of rows of size 1,000, with the maximum subtracted on {shifted:.0%} "
            "of any size; up to a size of 300 both agree to {difference} of their size"
        ).format(
            double=numbers["limit_double"],
            single=numbers["limit_single"],
            thousand=numbers["failed_1000_double"],
            shifted=numbers["failed_shifted"],
            difference=written(numbers["difference"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        names = (_("formula, single precision"), _("formula, double precision"), _("maximum subtracted"))
        lines = [
            Curve.over_seeds(name, SIZES, failed, color, dots=True)
            for name, failed, color in zip(
                names, measured.picture["failed"], (sheet.ORANGE, sheet.RED, sheet.BLUE), strict=True
            )
        ]
        named(axes[0], letters, x=_("size of scores"), y=_("share of rows that fail"))
        curves(axes[0], letters, lines, log="x", percent=True)


def as_written(scores: NDArray[Any]) -> NDArray[Any]:
    """Softmax as textbooks print it."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        powers = np.exp(scores)
        shares: NDArray[Any] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def fails(shares: NDArray[Any]) -> float:
    """Share of rows that hold something that is not a number, or do not add up to 1."""
    with np.errstate(invalid="ignore"):
        return float(1 - np.mean(np.abs(shares.sum(axis=1) - 1) < 1e-3))


SCALES = (0.01, 0.1, 1.0, 10.0)


@experiment
class SoftmaxSharpens(Experiment):
    """Compare ratios of probabilities with ratios of scores, at several sizes of scores."""

    name, row = "softmax-sharpens", "S13"
    claim = later("softmax sharpens differences: 2 : 1 becomes 0.7 : 0.2, which is 3.5 : 1")
    source = later("article C")
    setup = later(
        "Softmax of the scores 2, 1 and 0.1. Then pairs of scores between 0 and s, with s from 0.01 to 10: is the "
        "ratio of their probabilities further from 1 than the ratio of the scores? And the same pairs with a number "
        "added to both: does the ratio of probabilities change?"
    )
    rule = later(
        "Holds if three parts hold: the scores 2, 1, 0.1 give 0.7 and 0.2 when rounded to one digit; the ratio of "
        "these two is 3.5, to within 0.05; and at every size at least 99% of pairs come out sharper. In part if one or "
        "two hold."
    )
    shows = later("What softmax makes of 2 : 1, at several sizes")
    described: ClassVar = {
        "p_first": later("probability of the score 2, beside 1 and 0.1"),
        "p_second": later("probability of the score 1, beside 2 and 0.1"),
        "ratio_2_1": later("ratio of the probabilities of scores 2 and 1"),
        "ratio_02_01": later("ratio of the probabilities of scores 0.2 and 0.1"),
        "ratio_20_10": later("ratio of the probabilities of scores 20 and 10"),
        "sharper_001": later("share of pairs that come out sharper, scores from 0 to 0.01"),
        "sharper_01": later("share of pairs that come out sharper, scores from 0 to 0.1"),
        "sharper_1": later("share of pairs that come out sharper, scores from 0 to 1"),
        "sharper_10": later("share of pairs that come out sharper, scores from 0 to 10"),
        "moved": later("largest relative change of a ratio of probabilities when 5 is added to both scores"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        example = softmax(np.array([2.0, 1.0, 0.1]))
        sharper = np.empty((len(bench.seeds), len(SCALES)))
        moved = 0.0
        for i, seed in enumerate(bench.steps(bench.seeds)):
            rng = bench.rng(seed)
            for j, scale in enumerate(SCALES):
                pairs = np.sort(rng.uniform(0, scale, (2000, 2)), axis=1)
                before, after = pairs[:, 1] / pairs[:, 0], ratio(pairs)
                sharper[i, j] = np.mean(after > before)
                moved = max(moved, float(np.abs(ratio(pairs + 5) / after - 1).max()))
        numbers = {
            "p_first": float(example[0]),
            "p_second": float(example[1]),
            "ratio_2_1": float(example[0] / example[1]),
            "ratio_02_01": float(ratio(np.array([[0.1, 0.2]]))[0]),
            "ratio_20_10": float(ratio(np.array([[10.0, 20.0]]))[0]),
        }
        for j, name in enumerate(("sharper_001", "sharper_01", "sharper_1", "sharper_10")):
            numbers |= spread(name, sharper[:, j])
        return Measured(numbers | {"moved": moved})

    def verdict(self, numbers: Numbers) -> Verdict:
        example = round(numbers["p_first"], 1) == 0.7 and round(numbers["p_second"], 1) == 0.2
        sharper = min(numbers[name] for name in ("sharper_001", "sharper_01", "sharper_1", "sharper_10"))
        return judge(example, abs(numbers["ratio_2_1"] - 3.5) <= 0.05, sharper >= 0.99)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "2, 1 and 0.1 give {first:.3f} and {second:.3f}: the ratio is e = {one:.2f}; 0.2 and 0.1 come out as "
            "{tenth:.2f} : 1, 20 and 10 as {ten:,.0f} : 1. Softmax sees differences, not ratios: of pairs below 0.1 "
            "{small:.0%} come out sharper, of pairs below 10 {large:.0%}"
        ).format(
            first=numbers["p_first"],
            second=numbers["p_second"],
            one=numbers["ratio_2_1"],
            tenth=numbers["ratio_02_01"],
            ten=numbers["ratio_20_10"],
            small=numbers["sharper_01"],
            large=numbers["sharper_10"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        smaller = np.geomspace(0.01, 10, 200)
        pairs = np.column_stack([smaller, 2 * smaller])
        named(axes[0], letters, x=_("smaller score; the other is twice as large"), y=_("ratio"))
        lines = [
            Curve(_("ratio of probabilities"), smaller, ratio(pairs), sheet.BLUE),
            Curve(_("ratio of scores"), smaller, np.full_like(smaller, 2.0), sheet.ORANGE),
        ]
        curves(axes[0], letters, lines, log="xy")


def ratio(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of the second of two scores as a multiple of the first's, for each row."""
    p = softmax(pairs)
    result: NDArray[np.float64] = p[:, 1] / p[:, 0]
    return result


COUNTS = (2, 10, 100)  # of classes


@experiment
class SoftmaxSlope(Experiment):
    """Compare slopes of softmax and sigmoid at the same scores, and look for changes of order."""

    name, row = "softmax-slope", "S24"
    claim = later("softmax gives steeper gradients than sigmoid, and it keeps the order of its inputs")
    source = later("articles A and B")
    setup = later(
        "Slopes: how much a probability changes with its own score, p (1 − p), at standard normal scores, for softmax "
        "over 2, 10 and 100 classes and for sigmoid; and the largest that occurs when one score runs from −20 to 20 "
        "and the others are 0. Order: rows of 10 scores of sizes from 0.1 to 1,000; a larger score must not get a "
        "smaller probability."
    )
    rule = later(
        "Holds if three parts hold: the largest slope of softmax exceeds sigmoid's by at least 1%; its mean slope "
        "exceeds sigmoid's for 2, 10 and 100 classes (lower ends of the ratios' intervals above 1); no row of scores "
        "changes its order. In part if one or two hold."
    )
    shows = later("How a probability changes with its own score, the other scores being 0")
    described: ClassVar = {
        "largest_softmax": later("largest slope of softmax, over 2, 10 and 100 classes"),
        "largest_sigmoid": later("largest slope of sigmoid"),
        "mean_ratio_2": later("mean slope of softmax over 2 classes as a multiple of sigmoid's"),
        "mean_ratio_10": later("mean slope of softmax over 10 classes as a multiple of sigmoid's"),
        "mean_ratio_100": later("mean slope of softmax over 100 classes as a multiple of sigmoid's"),
        "order_changed": later("share of rows whose order is changed"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        sigmoid = ACTIVATIONS["sigmoid"]
        x = np.linspace(-20, 20, 40_001)
        numbers = {
            "largest_softmax": max(float(own_slope(x, count).max()) for count in COUNTS),
            "largest_sigmoid": float(sigmoid.derivative(x).max()),
        }
        ratios = np.empty((len(bench.seeds), len(COUNTS)))
        changed = []
        for i, seed in enumerate(bench.steps(bench.seeds)):
            rng = bench.rng(seed)
            for j, count in enumerate(COUNTS):
                scores = rng.standard_normal((2000, count))
                p = softmax(scores)
                ratios[i, j] = np.mean(p * (1 - p)) / np.mean(sigmoid.derivative(scores))
            for size in (0.1, 1.0, 10.0, 1000.0):
                scores = np.sort(rng.uniform(-size, size, (500, CLASSES)), axis=1)
                changed.append(np.mean((np.diff(softmax(scores), axis=1) < 0).any(axis=1)))
        for j, count in enumerate(COUNTS):
            numbers |= spread(f"mean_ratio_{count}", ratios[:, j])
        return Measured(numbers | {"order_changed": float(np.mean(changed))})

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(
            numbers["largest_softmax"] >= 1.01 * numbers["largest_sigmoid"],
            min(numbers[f"mean_ratio_{count}_low"] for count in COUNTS) > 1,
            numbers["order_changed"] == 0,
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "the largest slope of softmax is {softmax:g}, that of sigmoid {sigmoid:g}; at normal scores softmax's mean "
            "slope is {two:.2f} times sigmoid's with 2 classes, {ten:.2f} times with 10 and {hundred:.3f} times with "
            "100; the order changes in {order:.0%} of rows. What is steep is the gradient of cross-entropy, p − t, and "
            "sigmoid with binary cross-entropy has the same"
        ).format(
            softmax=round(numbers["largest_softmax"], 4),
            sigmoid=round(numbers["largest_sigmoid"], 4),
            two=numbers["mean_ratio_2"],
            ten=numbers["mean_ratio_10"],
            hundred=numbers["mean_ratio_100"],
            order=numbers["order_changed"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        x = np.linspace(-8, 12, 801)
        lines = [Curve("sigmoid", x, ACTIVATIONS["sigmoid"].derivative(x), sheet.BLUE)]
        for count, color in zip(COUNTS[1:], (sheet.ORANGE, sheet.GREEN), strict=True):
            lines.append(Curve(_("softmax, {n} classes").format(n=count), x, own_slope(x, count), color))
        named(axes[0], letters, x=_("score"), y=_("slope"))
        curves(axes[0], letters, lines)


def own_slope(x: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Slope of the first of so many probabilities by its own score, where the other scores are 0."""
    scores = np.zeros((len(x), count))
    scores[:, 0] = x
    p = softmax(scores)[:, 0]
    result: NDArray[np.float64] = p * (1 - p)
    return result
