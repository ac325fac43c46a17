"""S18: five optimizers on the same problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet.engine import Job
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.experiments.speed import epochs_to
from glassnet.lab.networks import network, training
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Each with what it adds to plain SGD, and the rates that it may choose from.
SOLVERS: dict[str, tuple[dict[str, Any], tuple[float, ...], tuple[float, ...]]] = {
    "sgd": ({}, (0.03, 0.1, 0.3, 0.6, 1.0), (0.1, 0.3, 0.6)),
    "momentum": ({"momentum": 0.9}, (0.003, 0.01, 0.03, 0.06, 0.1), (0.01, 0.03, 0.1)),
    "adagrad": ({"solver": "adagrad"}, (0.003, 0.01, 0.03, 0.06, 0.1), (0.01, 0.03, 0.1)),
    "rmsprop": ({"solver": "rmsprop"}, (0.0003, 0.001, 0.003, 0.006, 0.01), (0.001, 0.003, 0.01)),
    "adam": ({"solver": "adam"}, (0.0003, 0.001, 0.003, 0.006, 0.01), (0.001, 0.003, 0.01)),
}
LEVEL = 0.05


@experiment
class Optimizers(Experiment):
    """Race the five to one training loss, each at its best rate, and at one that is a third of it."""

    name, row = "optimizers", "S18"
    claim = later("momentum, Adagrad, RMSprop and Adam learn faster than plain SGD on the same problem")
    source = later("article B; Kingma, Ba 2015, Adam; Choi and others 2019, On Empirical Comparisons of Optimizers")
    setup = later(
        "Networks with two hidden layers of 64 relu units learn the data in batches of 32, from the same first "
        "weights. Each optimizer has its best rate of five, three in a quick run. Counted are epochs until the "
        "training loss has come down to 0.05; one that does not come there counts twice the epochs that it had."
    )
    rule = later(
        "Holds if each of the four needs fewer epochs than plain SGD at its best rate (upper ends of the ratios' "
        "intervals below 1). In part if some do."
    )
    shows = later("Training loss, each optimizer at its best rate")
    described: ClassVar = {
        "epochs_sgd": later("epochs of plain SGD at its best rate"),
        "momentum_over_sgd": later("epochs with momentum 0.9 as a multiple of those of plain SGD"),
        "adagrad_over_sgd": later("epochs of Adagrad as a multiple of those of plain SGD"),
        "rmsprop_over_sgd": later("epochs of RMSprop as a multiple of those of plain SGD"),
        "adam_over_sgd": later("epochs of Adam as a multiple of those of plain SGD"),
        "sgd_untuned": later("epochs of plain SGD at the smallest of its rates, as a multiple of those at the best"),
        "adam_untuned": later("epochs of Adam at the smallest of its rates, as a multiple of those at the best"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        epochs = bench.either(30, 12)
        splits = dict(bench.splits())
        plans = [(how, rate) for how, full, quick in SOLVERS.values() for rate in bench.either(full, quick)]
        jobs = [
            Job(
                network(split.n_inputs, (64, 64), split.n_classes),
                training(seed, epochs, rate, **how),
                split.training,
            )
            for how, rate in plans
            for seed, split in splits.items()
        ]
        losses = np.array([np.full(epochs, np.inf) if fit is None else fit.trace.losses for fit in bench.train(jobs)])
        losses = losses.reshape(len(SOLVERS), -1, len(splits), epochs)
        needed = np.apply_along_axis(epochs_to, 3, losses, LEVEL)
        best = needed.sum(axis=2).argmin(axis=1)
        chosen = needed[np.arange(len(SOLVERS)), best]
        numbers = spread("epochs_sgd", chosen[0])
        for k, name in enumerate(SOLVERS):
            if k:
                numbers |= spread(f"{name}_over_sgd", chosen[k] / chosen[0])
        numbers |= spread("sgd_untuned", needed[0, 0] / chosen[0]) | spread("adam_untuned", needed[4, 0] / chosen[4])
        return Measured(numbers, {"losses": losses[np.arange(len(SOLVERS)), best]})

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(*(numbers[f"{name}_over_sgd_high"] < 1 for name in SOLVERS if name != "sgd"))

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "plain SGD at its best rate needs {sgd:.1f} epochs; momentum {momentum:.2f} times as many, Adagrad "
            "{adagrad:.2f}, RMSprop {rmsprop:.2f}, Adam {adam:.2f}. At the smallest rate tried SGD needs "
            "{untuned:.1f} times its best, Adam {adam_untuned:.1f} times"
        ).format(
            sgd=numbers["epochs_sgd"],
            momentum=numbers["momentum_over_sgd"],
            adagrad=numbers["adagrad_over_sgd"],
            rmsprop=numbers["rmsprop_over_sgd"],
            adam=numbers["adam_over_sgd"],
            untuned=numbers["sgd_untuned"],
            adam_untuned=numbers["adam_untuned"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        losses = measured.picture["losses"]
        x = np.arange(1, losses.shape[2] + 1)
        axes[0].axhline(LEVEL, color=sheet.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        named(axes[0], letters, x=_("epoch"), y=_("training loss"))
        lines = [Curve.over_seeds(n, x, y, c) for n, y, c in zip(SOLVERS, losses, sheet.APART, strict=False)]
        curves(axes[0], letters, lines, log="y")
