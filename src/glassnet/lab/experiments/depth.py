"""S15: which first weights keep the size of a signal through depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import initializer
from glassnet.engine import initial_weights
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import network
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glassnet.catalog import Initializer

DEPTH, WIDTH, ROWS = 30, 128, 200
FROM = 15  # the layer from which on the factor is taken: what the inputs are like no longer matters there
KEPT = (0.9, 1.1)  # factor of the mean square from layer to layer

# Name of the number: the activation, and the weights.
CASES: dict[str, tuple[str, Initializer]] = {
    "glorot_tanh": ("tanh", initializer("glorot_normal")),
    "he_relu": ("relu", initializer("he_normal")),
    "glorot_relu": ("relu", initializer("glorot_normal")),
    "he_tanh": ("tanh", initializer("he_normal")),
    "normal_small": ("tanh", initializer("normal", std=0.01)),
    "normal_large": ("relu", initializer("normal", std=1.0)),
    "uniform_small": ("tanh", initializer("uniform", limit=0.05)),
    "lecun_tanh": ("tanh", initializer("lecun_normal")),
    "orthogonal_tanh": ("tanh", initializer("orthogonal")),
    "orthogonal_relu": ("relu", initializer("orthogonal", gain=2**0.5)),
}
CLAIMED, OTHERS = tuple(CASES)[:2], tuple(CASES)[4:]


@experiment
class VarianceThroughDepth(Experiment):
    """Send rows through thirty layers, before any training."""

    name, row = "variance-through-depth", "S15"
    claim = later("Xavier's and He's first weights keep the signal's variance through depth, others do not")
    source = later("article B; Glorot, Bengio 2010; He, Zhang, Ren, Sun 2015")
    setup = later(
        "Untrained networks of 30 hidden layers of 128 units. 200 rows of the data, centered, are sent through, and "
        "the mean square of each layer's outputs is taken: by which factor does it change from layer to layer, on "
        "average from the 15th to the 30th? Xavier (Glorot) with tanh and He with relu; both the wrong way round; "
        "small and large random weights; LeCun's; orthogonal matrices."
    )
    rule = later(
        "Holds if the factor is between 0.9 and 1.1 with Xavier for tanh and He for relu, and outside with small "
        "normal, large normal, small uniform, LeCun's and orthogonal weights. In part if only the first half is so."
    )
    changed = later(
        "the layers over which the factor is taken: from the 15th on it no longer matters what the inputs are like."
    )
    shows = later("Mean square of the outputs, layer by layer, before training")
    described: ClassVar = {
        "glorot_tanh": later("factor a layer, Xavier (Glorot) weights, tanh"),
        "he_relu": later("factor a layer, He's weights, relu"),
        "glorot_relu": later("factor a layer, Xavier (Glorot) weights, relu"),
        "he_tanh": later("factor a layer, He's weights, tanh"),
        "normal_small": later("factor a layer, normal weights of deviation 0.01, tanh"),
        "normal_large": later("factor a layer, normal weights of deviation 1, relu"),
        "uniform_small": later("factor a layer, uniform weights in ±0.05, tanh"),
        "lecun_tanh": later("factor a layer, LeCun's weights, tanh"),
        "orthogonal_tanh": later("factor a layer, orthogonal weights, tanh"),
        "orthogonal_relu": later("factor a layer, orthogonal weights times √2, relu"),
    }
    seeds = (10, 4)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        numbers: dict[str, float] = {}
        sizes: dict[str, NDArray[np.float64]] = {}
        for name in bench.steps(CASES):
            found = np.array([squares(name, split.X[:ROWS], seed) for seed, split in bench.splits("centered")])
            sizes[name] = found
            numbers |= spread(name, np.exp((np.log(found[:, -1]) - np.log(found[:, FROM - 1])) / (DEPTH - FROM)))
        return Measured(numbers, sizes)

    def verdict(self, numbers: Numbers) -> Verdict:
        low, high = KEPT
        kept = {name: low <= numbers[name] <= high for name in CASES}
        if not all(kept[name] for name in CLAIMED):
            return "does not hold"
        return judge(True, not any(kept[name] for name in OTHERS))

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "a layer multiplies the mean square by {glorot:.2f} with Xavier and tanh, {he:.2f} with He and relu; by "
            "{lecun:.2f} with LeCun's weights and tanh, {orthogonal:.2f} with orthogonal ones and relu; by {wrong:.2f} "
            "with Xavier and relu; by {small:.2g} with small and {large:.2g} with large normal weights"
        ).format(
            glorot=numbers["glorot_tanh"],
            he=numbers["he_relu"],
            lecun=numbers["lecun_tanh"],
            orthogonal=numbers["orthogonal_relu"],
            wrong=numbers["glorot_relu"],
            small=numbers["normal_small"],
            large=numbers["normal_large"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        shown = {
            "he_relu": ("He · relu", sheet.GREEN),
            "glorot_tanh": ("Xavier · tanh", sheet.ORANGE),
            "orthogonal_relu": (_("orthogonal · relu"), sheet.APART[3]),
            "glorot_relu": ("Xavier · relu", sheet.BLUE),
            "normal_small": (_("normal 0.01 · tanh"), sheet.RED),
        }
        layers = np.arange(1, DEPTH + 1)
        lines = [Curve.over_seeds(name, layers, measured.picture[key], color) for key, (name, color) in shown.items()]
        axes[0].set_ylim(1e-12, 1e3)
        named(axes[0], letters, x=_("layer"), y=_("mean square of the outputs"))
        curves(axes[0], letters, lines, log="y")


def squares(name: str, X: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """Mean square of each layer's outputs: one pass in NumPy, all layers on the way."""
    function, weights = CASES[name]
    spec = network(X.shape[1], [WIDTH] * DEPTH, 2, function, initial=weights, dtype="float64")
    coefs = initial_weights(spec, seed).coefs
    signal, found = X.astype(np.float64), []
    for layer, W in zip(spec.layers[:-1], coefs, strict=False):
        signal = layer.activation(signal @ W)
        found.append(float(np.mean(signal**2)))
    return np.maximum(found, 1e-300)
