"""Why a network is made as it is: the advice of the textbooks on activation, weights, scaling, rate and size, applied.

Inside: relu first, then its relatives with a slope on the negative side, watching for dead units; tanh rather than
sigmoid (Glorot, Bengio 2010; Maas, Hannun, Ng 2013). Outside: what the target asks for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from glassnet.catalog import Activation, Initializer
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.estimators.tabular import Prepared
    from glassnet.network import NetworkSpec, TrainingSpec

LEAKY = ("leaky_relu", "prelu", "rrelu", "elu", "celu", "selu")
SMOOTH = ("silu", "gelu", "gelu_tanh", "mish", "hard_swish", "softplus")
RARE = 0.05
FAR = 10.0  # ratio of two columns' spreads that is worth telling


def on_activation(activation: Activation) -> str:
    """Say what speaks for an activation of hidden layers, and what to watch or to try beside it."""
    name = activation.name
    if name == "relu":
        return _("the usual first choice; watch for dead units, then leaky_relu")
    if name in LEAKY:
        return _("keeps a slope on the negative side, so units do not die")
    if name in SMOOTH:
        return _("smooth, and it seldom dies; relu is the usual first choice, then leaky_relu")
    if name == "tanh":
        return _("centered at 0, but it saturates on both sides: relu first, where there are several layers")
    if name == "sigmoid":
        return _("saturates on both sides and is not centered: tanh rather than sigmoid inside, relu before both")
    if name == "identity":
        return _("no non-linearity: all layers together are one linear layer")
    return ""


def on_first_weights(initializer: Initializer, activation: Activation) -> str:
    """Say what an initializer does for this activation."""
    name = initializer.name
    if name in ("zeros", "constant"):
        return _("all units of a layer would learn the same: random weights tell them apart")
    if name.startswith("he_"):
        return _("keeps the size of signals from layer to layer where {activation} passes about a half of them").format(
            activation=activation.name
        )
    if name.startswith(("glorot_", "lecun_")):
        return _("keeps the size of signals from layer to layer with {activation}").format(activation=activation.name)
    return ""


def on_size(prepared: Prepared) -> str:
    """Say how the network's size stands to the number of rows."""
    parameters, rows = prepared.network.n_parameters, int(prepared.data.X.shape[0])
    if parameters <= rows:
        text = _("enough for most tables: {parameters} parameters for {rows} rows")
    elif prepared.n_judged:
        text = _(
            "enough for most tables: {parameters} parameters could learn {rows} rows by heart, so "
            "held-out rows choose the epoch"
        )
    else:
        text = _(
            "enough for most tables; {parameters} parameters could learn {rows} rows by heart, and none are held out"
        )
    return text.format(parameters=f"{parameters:,}", rows=f"{rows:,}")


def on_rate(network: NetworkSpec, training: TrainingSpec) -> str:
    """Say how far a step moves the weights, for solvers whose steps are about as large as the rate."""
    if not training.solver.startswith("adam") or len(network.layers) < 2:
        return _("found on many tables")
    hidden = zip(network.shapes[:-1], network.layers, strict=False)
    inputs, layer = max(((shape[0], layer) for shape, layer in hidden), key=lambda pair: pair[0])
    size = math.sqrt((2 if layer.initializer.name.startswith("he_") else 1) / max(inputs, 1))
    text = _(
        "found on many tables: a step moves weights of a layer with {inputs} inputs by about {share} of their size"
    )
    return text.format(inputs=f"{inputs:,}", share=f"{training.learning_rate_init / size:.1g}")


def on_scaling(prepared: Prepared) -> str | None:
    """Say why columns of numbers are scaled, and how far apart their scales are; None where there are none."""
    encoders = [encoder for encoder in prepared.encoding.encoders if hasattr(encoder, "scale")]
    widths = {encoder.name: float(encoder.scale.width) for encoder in encoders if encoder.scale.width > 0}
    if not widths:
        return None
    small, large = min(widths, key=widths.__getitem__), max(widths, key=widths.__getitem__)
    ratio = widths[large] / widths[small]
    if ratio < FAR:
        return _("so that one learning rate suits all columns, and outliers rule none")
    text = _("so that one learning rate suits all columns: {large} spreads {ratio} times as far as {small}")
    return text.format(large=f'"{large}"', small=f'"{small}"', ratio=f"{ratio:,.0f}" if ratio < 1e6 else f"{ratio:.0e}")


def on_rare_classes(counts: list[int] | None, classes: list[object] | None) -> str | None:
    """Say that a class is rare, where one is; None otherwise."""
    if not counts or not classes or len(counts) < 2:
        return None
    total = sum(counts)
    share, rarest = min((count / total, label) for count, label in zip(counts, map(str, classes), strict=True))
    if share >= min(RARE, 0.5 / len(counts)):
        return None
    text = _(
        '"{label}" has {share} of the rows: every row weighs the same, so it may be given up; balanced counters that'
    )
    return text.format(label=rarest, share=f"{share:.1%}")
