"""S22: relu makes activations sparse, and whether that helps on rows that were not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from glassnet.engine import Job
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import Bar, bars, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, leaving, network, training
from glassnet.lab.numerals import Signed
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FUNCTIONS = ("relu", "leaky_relu", "softplus", "silu", "tanh")


@experiment
class SparseRelu(Experiment):
    """Count zeros, and test relu beside activations that have none."""

    name, row = "sparse-relu", "S22"
    claim = later("ReLU makes activations sparse, and that helps generalization")
    source = later("article B; Glorot, Bordes, Bengio 2011, Deep Sparse Rectifier Neural Networks")
    setup = later(
        "Networks with two hidden layers of 64 units learn a quarter of the rows with Adam until they know them by "
        "heart; the others test them. relu beside activations that are hardly ever exactly 0: leaky_relu (slope 0.01), "
        "softplus, silu and tanh. Counted: outputs of hidden units that are exactly 0 on test rows, and the test "
        "accuracy, paired by splits."
    )
    rule = later(
        "Holds if relu's hidden outputs are zero in at least 30%, and its test accuracy is higher than that of "
        "leaky_relu, of softplus and of tanh, with intervals of the differences above 0. In part if only one of the "
        "two is so."
    )
    shows = later("Sparsity, and what it does for accuracy on test rows")
    described: ClassVar = {
        "zeros_relu": later("share of hidden outputs that are exactly 0, relu"),
        "zeros_leaky_relu": later("share of hidden outputs that are exactly 0, leaky_relu"),
        "accuracy_relu": later("test accuracy, relu"),
        "accuracy_leaky_relu": later("test accuracy, leaky_relu"),
        "accuracy_softplus": later("test accuracy, softplus"),
        "accuracy_silu": later("test accuracy, silu"),
        "accuracy_tanh": later("test accuracy, tanh"),
        "gain_leaky_relu": later("test accuracy of relu minus that of leaky_relu"),
        "gain_softplus": later("test accuracy of relu minus that of softplus"),
        "gain_silu": later("test accuracy of relu minus that of silu"),
        "gain_tanh": later("test accuracy of relu minus that of tanh"),
    }
    seeds = (20, 6)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        splits = {seed: split.turned() for seed, split in bench.splits("centered")}
        n_inputs, n_classes = bench.rows.X.shape[1], bench.rows.n_classes
        jobs = [
            Job(
                network(n_inputs, (64, 64), n_classes, name),
                training(seed, bench.either(100, 30), 0.002, solver="adam", learning_rate="cosine"),
                split.training,
            )
            for name in FUNCTIONS
            for seed, split in splits.items()
        ]
        right, zeros = [], []
        for job, fit in zip(jobs, bench.train(jobs), strict=True):
            split = splits[job.training.seed]
            if fit is None:
                right.append(np.nan)
                zeros.append(np.nan)
                continue
            right.append(accuracy(job.network, fit, split.X_test, split.y_test))
            outputs = [leaving(job.network, fit, split.X_test, layer) for layer in (0, 1)]
            zeros.append(float(np.mean(np.concatenate(outputs, axis=1) == 0)))
        by_name = dict(zip(FUNCTIONS, np.reshape(right, (len(FUNCTIONS), -1)), strict=True))
        zeros_of = dict(zip(FUNCTIONS, np.reshape(zeros, (len(FUNCTIONS), -1)), strict=True))
        numbers = spread("zeros_relu", zeros_of["relu"]) | spread("zeros_leaky_relu", zeros_of["leaky_relu"])
        overlap = 1 / OVERLAP  # three quarters test, one quarter is learned from
        for name in FUNCTIONS:
            numbers |= spread(f"accuracy_{name}", by_name[name], overlap=overlap)
        for name in FUNCTIONS[1:]:
            numbers |= spread(f"gain_{name}", by_name["relu"] - by_name[name], overlap=overlap)
        return Measured(numbers, {"zeros": {name: float(np.mean(found)) for name, found in zeros_of.items()}})

    def verdict(self, numbers: Numbers) -> Verdict:
        helps = all(numbers[f"gain_{name}_low"] > 0 for name in ("leaky_relu", "softplus", "tanh"))
        return judge(numbers["zeros_relu"] >= 0.3, helps)

    def sentence(self, numbers: Numbers) -> str:
        gain = _("{points:+.2f} ({low:+.2f} to {high:+.2f})")
        gains = {
            name: gain.format(
                points=Signed(100 * numbers[f"gain_{name}"]),
                low=Signed(100 * numbers[f"gain_{name}_low"]),
                high=Signed(100 * numbers[f"gain_{name}_high"]),
            )
            for name in ("leaky_relu", "softplus", "tanh")
        }
        return _(
            "{zeros:.0%} of relu's hidden outputs are zero; beside leaky_relu, where it is {leaky_zeros:.0%}, its test "
            "accuracy is {leaky} points, beside softplus {softplus}, beside tanh {tanh}"
        ).format(
            zeros=numbers["zeros_relu"],
            leaky_zeros=numbers["zeros_leaky_relu"],
            leaky=gains["leaky_relu"],
            softplus=gains["softplus"],
            tanh=gains["tanh"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        colors = (sheet.GREEN, sheet.APART[3], sheet.APART[6], sheet.APART[1], sheet.ORANGE)
        zeros = measured.picture["zeros"]
        rows = [Bar(name, zeros[name], color) for name, color in zip(FUNCTIONS, colors, strict=True)]
        named(axes[0], letters, x=_("hidden outputs that are exactly 0"))
        bars(axes[0], letters, rows, percent=True)
        gains = []
        for name, color in zip(FUNCTIONS[1:], colors[1:], strict=True):
            text = f"{Signed(100 * measured.numbers[f'gain_{name}']):+.2f}"
            gains.append(Bar.of(measured.numbers, f"gain_{name}", _("beside {name}").format(name=name), color, text))
        named(axes[1], letters, x=_("relu's gain in test accuracy"))
        bars(axes[1], letters, gains, percent=True)
