"""S1: a stack of layers without activations is one affine map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import initializer
from glassnet.engine import Weights, initial_weights, predict_scores
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment
from glassnet.lab.networks import network
from glassnet.lab.numerals import written
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEPTHS = (1, 2, 3, 5, 8)
WIDTH = 32
BIASES = initializer("uniform", limit=1.0)
LARGE = initializer("glorot_normal", gain=3.0)  # tanh bends where its input is large
EQUAL, NEARLY = 1e-10, 1e-5


@experiment
class AffineCollapse(Experiment):
    """Multiply the layers out, and compare."""

    name, row = "affine-collapse", "S1"
    claim = later("without activations any stack of layers is one affine map, W″x + b″")
    source = later("articles B and E; Goodfellow, Bengio, Courville 2016, Deep Learning, 6.1")
    setup = later(
        "Random networks of 1 to 8 hidden layers of 32 units without activations, in double precision. The layers are "
        "multiplied out to one matrix W″ and one vector b″, and both are asked for all rows of the data. Beside it the "
        "same networks with tanh: how much of their output no affine map explains."
    )
    rule = later(
        "Holds if outputs differ by at most 1e-10 of the largest output at every depth; in part if by at most 1e-5."
    )
    shows = later("What is left when a network is replaced by one affine map")
    described: ClassVar = {
        "linear_difference": later(
            "largest difference without activations, as part of the largest output, over all depths"
        ),
        "tanh_unexplained": later(
            "share of the variance of 8 layers with tanh that the best affine map leaves unexplained"
        ),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        linear = np.empty((len(bench.seeds), len(DEPTHS)))
        bent = np.empty_like(linear)
        X = bench.rows.X.astype(np.float64)
        basis = np.linalg.qr(np.column_stack([X, np.ones(len(X))]))[0]  # of all that is affine in X
        for i, seed in enumerate(bench.steps(bench.seeds)):
            for j, depth in enumerate(DEPTHS):
                spec = network(X.shape[1], [WIDTH] * depth, 10, "identity", biases=BIASES, dtype="float64")
                weights = initial_weights(spec, seed)
                outputs = predict_scores(spec, weights, X)
                linear[i, j] = np.abs(outputs - multiplied_out(weights, X)).max() / np.abs(outputs).max()
                tanh = network(X.shape[1], [WIDTH] * depth, 10, "tanh", initial=LARGE, biases=BIASES, dtype="float64")
                bent[i, j] = unexplained(basis, predict_scores(tanh, initial_weights(tanh, seed), X))
        numbers = {"linear_difference": float(linear.max()), **spread("tanh_unexplained", bent[:, -1])}
        return Measured(numbers, {"linear": linear, "tanh": bent})

    def verdict(self, numbers: Numbers) -> Verdict:
        difference = numbers["linear_difference"]
        return "holds" if difference <= EQUAL else "holds in part" if difference <= NEARLY else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "up to eight layers without activations differ from one affine map by at most {difference} of the largest "
            "output; with tanh, an affine map misses {tanh:.0%} of the variance"
        ).format(difference=written(numbers["linear_difference"]), tanh=numbers["tanh_unexplained"])

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        named(axes[0], letters, x=_("hidden layers"), y=_("part of the output that is left"))
        curves(
            axes[0],
            letters,
            [
                Curve.over_seeds("tanh", DEPTHS, measured.picture["tanh"], sheet.ORANGE, dots=True),
                Curve.over_seeds(_("no activation"), DEPTHS, measured.picture["linear"], sheet.BLUE, dots=True),
            ],
            log="y",
        )


def multiplied_out(weights: Weights, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """One matrix and one vector instead of all layers, applied to rows."""
    W, b = np.eye(X.shape[1]), np.zeros(X.shape[1])
    for coef, intercept in zip(weights.coefs, weights.intercepts, strict=True):
        W, b = W @ coef, b @ coef + intercept
    result: NDArray[np.float64] = X @ W + b
    return result


def unexplained(basis: NDArray[np.float64], outputs: NDArray[np.float64]) -> float:
    """Share of the outputs' variance that the best affine map leaves; the basis is orthonormal."""
    left = outputs - basis @ (basis.T @ outputs)
    return float(np.var(left, axis=0).sum() / np.var(outputs, axis=0).sum())
