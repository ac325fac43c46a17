"""Signals that die out or grow from layer to layer: gradients backwards, activations forwards."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.diagnosis.case import Case, Floats
from glassnet.diagnosis.finding import Finding, Remedy
from glassnet.diagnosis.rule import rule
from glassnet.texts import _

# With weights that keep the variance (Glorot 2010, He 2015) gradients of all layers are within a factor of 10 of each
# other. Where the first layer's is a thousandth, plain gradient descent changes it a thousand times more slowly.
GRADIENT_WARNING, GRADIENT_NOTE = 1e-3, 1e-2
ACTIVATION_WARNING = 1e-2
GROWTH_WARNING = 100.0
EARLY = 3  # epochs in which gradients ought to be there


@rule(
    "vanishing_gradients",
    when=(
        "in the first epochs the gradient of the first layer was below {warning} of the last layer's; a note below "
        "{note}"
    ),
    source="Hochreiter 1991; Glorot, Bengio 2010",
    explains=("stuck", "plateau", "underfitting", "unfinished", "saturation", "vanishing_activations", "random_labels"),
    warning=GRADIENT_WARNING,
    note=GRADIENT_NOTE,
)
def vanishing_gradients(case: Case) -> Iterator[Finding]:
    """Tell gradients that do not reach the first layers."""
    if not case.has_layers or case.hidden < 2:
        return
    norms = case.trace.layers["gradient_norm"]
    early = min(EARLY, len(norms)) - 1
    if not norms[early, -1] > 0:
        return
    ratios = np.divide(norms[:, 0], norms[:, -1], out=np.ones(len(norms)), where=norms[:, -1] > 0)
    ratio = float(ratios[early])
    if not ratio < GRADIENT_NOTE:  # or no number at all, on the way to a divergence
        return
    weak = np.flatnonzero(norms[early] < GRADIENT_NOTE * norms[early, -1])
    recovered = np.flatnonzero(ratios >= GRADIENT_NOTE)
    until = int(recovered[0]) if len(recovered) else len(norms)
    squashing = [layer.activation.name for layer in case.network.layers[:-1] if layer.activation.name in _SQUASHING]
    first_weights = Remedy.set(initializer="auto")
    yield Finding(
        "vanishing_gradients",
        "warning" if ratio < GRADIENT_WARNING else "note",
        ratio,
        int(weak[0]) + 1,
        _("its gradient was {ratio} of the last layer's in the first {epochs} epochs").format(
            ratio=f"{ratio:.1g}", epochs=until
        ),
        since=1,
        why=_("the first layers learn last or never; what they pass on stays as random as it began"),
        cause=_("{n} {activation} layers: each passes on at most a quarter of the gradient").format(
            n=len(squashing), activation=squashing[0]
        )
        if squashing and squashing[0] in _QUARTER
        else _("{n} layers, each of which makes the gradient smaller").format(n=case.hidden),
        remedies=(
            *((Remedy.set(activation="relu", initializer="auto"),) if squashing else (first_weights,)),
            Remedy(text=_("fewer hidden layers")),
        ),
    )


_QUARTER = ("sigmoid",)
_SQUASHING = ("sigmoid", "tanh", "softsign", "hard_sigmoid", "hard_tanh", "gaussian")


@rule(
    "exploding_gradients",
    when="in the first epochs the gradient of the first layer was more than {growth} times the last hidden layer's",
    source="Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063",
    explains=("stuck", "plateau", "underfitting", "rate_too_high", "dead_units", "saturation"),
    growth=GROWTH_WARNING,
)
def exploding_gradients(case: Case) -> Iterator[Finding]:
    """Tell gradients that grow on their way to the first layers."""
    if not case.has_layers or case.hidden < 2:
        return
    norms = case.layer("gradient_norm", 0)
    last = norms[-2]
    ratio = float(norms[0] / last) if last > 0 else 0.0
    if ratio <= GROWTH_WARNING:
        return
    yield Finding(
        "exploding_gradients",
        "warning",
        ratio,
        1,
        _("its gradient was {ratio} times that of layer {layer} in the first epoch").format(
            ratio=f"{ratio:,.0f}", layer=case.hidden
        ),
        since=1,
        why=_("a rate that suits the last layers tears the first ones apart"),
        cause=_("first weights that are too large: each layer makes the gradient larger"),
        remedies=(Remedy.set(initializer="auto"),),
    )


def _spread(case: Case) -> Floats:
    """How much the hidden layers' outputs vary in the first epoch, the first layer's being 1; empty: not known."""
    if not case.has_layers or case.hidden < 2:
        return np.empty(0)
    deviations = case.layer("std", 0)[:-1]
    return deviations / deviations[0] if deviations[0] > 0 else np.empty(0)


@rule(
    "vanishing_activations",
    when="in the first epoch a hidden layer's outputs varied by less than {collapse} of the first hidden layer's",
    source="Glorot, Bengio 2010; He, Zhang, Ren, Sun 2015, arXiv:1502.01852",
    explains=("stuck", "plateau", "underfitting", "unfinished", "vanishing_gradients"),
    collapse=ACTIVATION_WARNING,
)
def vanishing_activations(case: Case) -> Iterator[Finding]:
    """Tell outputs that collapse to one value on the way through the layers."""
    ratio = _spread(case)
    small = np.flatnonzero(ratio < ACTIVATION_WARNING)
    if not len(small):
        return
    yield Finding(
        "vanishing_activations",
        "warning",
        float(ratio[small[0]]),
        int(small[0]) + 1,
        _(
            "its outputs varied by {ratio} of those of layer 1 in the first epoch (mean {mean}, deviation {deviation})"
        ).format(
            ratio=f"{ratio[small[0]]:.1g}",
            mean=f"{case.layer('mean', 0)[small[0]]:.2g}",
            deviation=f"{case.layer('std', 0)[small[0]]:.1g}",
        ),
        since=1,
        why=_("all rows look the same to the layers behind it"),
        cause=_("first weights that are too small: each layer makes the signal smaller"),
        remedies=(Remedy.set(initializer="auto"),),
    )


@rule(
    "exploding_activations",
    when=(
        "in the first epoch a hidden layer's outputs varied more than {growth} times as much as the first hidden "
        "layer's"
    ),
    source="He, Zhang, Ren, Sun 2015, arXiv:1502.01852",
    explains=("stuck", "plateau", "underfitting", "exploding_gradients", "rate_too_high", "diverged"),
    growth=GROWTH_WARNING,
)
def exploding_activations(case: Case) -> Iterator[Finding]:
    """Tell outputs that grow from layer to layer."""
    ratio = _spread(case)
    large = np.flatnonzero(ratio > GROWTH_WARNING)
    if not len(large):
        return
    yield Finding(
        "exploding_activations",
        "warning",
        float(ratio[large[0]]),
        int(large[0]) + 1,
        _("its outputs varied {ratio} times as much as those of layer 1 in the first epoch").format(
            ratio=f"{ratio[large[0]]:,.0f}"
        ),
        since=1,
        why=_("the scores are huge and the gradients with them"),
        cause=_("first weights that are too large: each layer makes the signal larger"),
        remedies=(Remedy.set(initializer="auto"),),
    )
