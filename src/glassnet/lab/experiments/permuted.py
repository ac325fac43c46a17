"""S30: dense layers do not see which inputs are neighbors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import (
    Job,
    TrainingData,
    Weights,
    initial_weights,
    predict_outputs,
)
from glassnet.lab.bench import OVERLAP, Bench, spread
from glassnet.lab.drawing import named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import accuracy, network, training
from glassnet.lab.numerals import Signed, written
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@experiment
class PermutedPixels(Experiment):
    """Mix all columns alike, and train again."""

    name, row = "permuted-pixels", "S30"
    claim = later("dense layers do not see local structure: permuting all pixels alike changes nothing")
    source = later("article B")
    setup = later(
        "The data, and the same with its columns in one random order, a new one for each seed. Networks with two "
        "hidden layers of 64 relu units learn both in double precision: once the rows of the first weights are put "
        "into the same order, and once the weights are drawn anew. Predictions and test accuracies are compared."
    )
    rule = later(
        "Holds if with first weights in the same order the outputs agree to 1e-6 after training, and with new weights "
        "the interval of the difference in accuracy lies within ±2%. In part if only one is so."
    )
    changed = later("the set-up, not the rule.")
    shows = later("Digits as they are, and as a dense network may as well see them")
    described: ClassVar = {
        "outputs_apart": later("largest difference of a probability, first weights in the same order"),
        "accuracy_original": later("test accuracy, columns as they are"),
        "accuracy_permuted": later("test accuracy, columns permuted and new weights"),
        "accuracy_difference": later("accuracy with permuted columns minus that with the columns as they are"),
    }
    seeds = (10, 4)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        epochs = bench.either(30, 15)
        apart, right = [], []
        for seed, split in bench.steps(list(bench.splits("centered"))):
            order = bench.rng(seed).permutation(split.n_inputs)
            mixed, mixed_test = (np.ascontiguousarray(X[:, order]) for X in (split.X, split.X_test))
            spec = network(split.n_inputs, (64, 64), split.n_classes, dtype="float64")
            first = initial_weights(spec, seed)
            same = Weights([np.ascontiguousarray(first.coefs[0][order]), *first.coefs[1:]], first.intercepts)
            how, data = training(seed, epochs, 0.03, momentum=0.5), TrainingData(mixed, split.y)
            new = initial_weights(spec, seed + 1)
            fits = bench.train(
                [Job(spec, how, split.training, first), Job(spec, how, data, same), Job(spec, how, data, new)]
            )
            original, carried, fresh = (fit.weights if fit is not None else first for fit in fits)
            outputs = predict_outputs(spec, original, split.X_test) - predict_outputs(spec, carried, mixed_test)
            apart.append(float(np.abs(outputs).max()))
            right.append(
                [accuracy(spec, original, split.X_test, split.y_test), accuracy(spec, fresh, mixed_test, split.y_test)]
            )
        found = np.array(right)
        numbers = {
            "outputs_apart": max(apart),
            **spread("accuracy_original", found[:, 0], overlap=OVERLAP),
            **spread("accuracy_permuted", found[:, 1], overlap=OVERLAP),
            **spread("accuracy_difference", found[:, 1] - found[:, 0], overlap=OVERLAP),
        }
        rows = bench.rows.X[:: max(1, len(bench.rows.X) // 8)][:8]
        order = bench.rng(bench.seeds[0]).permutation(rows.shape[1])
        return Measured(numbers, {"rows": rows, "order": order})

    def verdict(self, numbers: Numbers) -> Verdict:
        within = numbers["accuracy_difference_low"] >= -0.02 and numbers["accuracy_difference_high"] <= 0.02
        return judge(numbers["outputs_apart"] <= 1e-6, within)

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "with the first weights in the same order, probabilities agree to {apart} after training; with new "
            "weights {permuted:.1%} of the test rows are right, against {original:.1%}: a difference of {low:.1%} to "
            "{high:.1%} (95% interval)"
        ).format(
            apart=written(numbers["outputs_apart"]),
            permuted=numbers["accuracy_permuted"],
            original=numbers["accuracy_original"],
            low=Signed(numbers["accuracy_difference_low"]),
            high=Signed(numbers["accuracy_difference_high"]),
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        rows, order = measured.picture["rows"], measured.picture["order"]
        titles = (
            _("columns as they are: {n:.1%} right").format(n=measured.numbers["accuracy_original"]),
            _("permuted alike: {n:.1%} right").format(n=measured.numbers["accuracy_permuted"]),
        )
        for one, shown, title in zip(axes, (rows, rows[:, order]), titles, strict=True):
            named(one, letters, title=title)
            one.imshow(mosaic(shown), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
            one.set_xticks([])
            one.set_yticks([])


def mosaic(rows: NDArray[Any]) -> NDArray[Any]:
    """Lay rows out as square images, four beside each other; rows that are no squares as stripes."""
    side = round(rows.shape[1] ** 0.5)
    if side * side != rows.shape[1]:
        return rows
    framed = np.pad(rows.reshape(-1, side, side), ((0, 0), (1, 1), (1, 1)))
    lines = [np.hstack(list(framed[i : i + 4])) for i in range(0, len(framed) - len(framed) % 4, 4)]
    return np.vstack(lines) if lines else rows
