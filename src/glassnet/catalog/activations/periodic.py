"""Activations that repeat themselves."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Remarks
from glassnet.texts import later as _

PERIODIC: tuple[Activation, ...] = (
    Activation(
        "sine",
        "sin(x)",
        synonyms=("sin",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("never saturates; its derivatives are sines too, so slopes are learned as well as values"),
            bad=_("not monotonic and with many equal values, so training depends on first weights of the right size"),
            use=_("signals with fine structure in few inputs, as images as functions of x and y; periodic data"),
            source="Sitzmann, Martel, Bergman, Lindell, Wetzstein 2020, NeurIPS, arXiv:2006.09661",
        ),
    ),
)
