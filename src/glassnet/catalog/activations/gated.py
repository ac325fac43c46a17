"""Activations that multiply the input by a gate between 0 and 1."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Parameter, Remarks
from glassnet.texts import later as _

GATED: tuple[Activation, ...] = (
    Activation(
        "gelu",
        "x * (1 + erf(x / sqrt(2))) / 2",
        remarks=Remarks(
            good=_("smooth; weighs an input by the share of a normal distribution below it"),
            bad=_("needs an erf for every unit; not monotonic"),
            use=_("deep networks; the usual choice in transformers"),
            source="Hendrycks, Gimpel 2016, arXiv:1606.08415",
        ),
    ),
    Activation(
        "gelu_tanh",
        "x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2",
        synonyms=("gelu_new", "gelu_pytorch_tanh"),
        remarks=Remarks(
            good=_("gelu without an erf: within 0.0005 of it everywhere"),
            bad=_("an approximation: weights trained with gelu see slightly other numbers"),
            use=_("weights that were trained with it, such as those of GPT-2"),
            source="Hendrycks, Gimpel 2016, arXiv:1606.08415",
        ),
    ),
    Activation(
        "silu",
        "x * sigmoid(beta * x)",
        parameters={"beta": Parameter(1.0, learnable=True)},
        synonyms=("swish",),
        remarks=Remarks(
            good=_("smooth everywhere; lets a little negative signal through"),
            bad=_("needs an exp for every unit"),
            use=_("deep networks where relu units die"),
            source="Elfwing, Uchibe, Doya 2017, arXiv:1702.03118; Ramachandran, Zoph, Le 2017, arXiv:1710.05941",
        ),
    ),
    Activation(
        "mish",
        "x * tanh(log(1 + exp(x)))",
        remarks=Remarks(
            good=_("smooth everywhere; lets a little negative signal through, down to -0.31"),
            bad=_("needs exp and a division for every unit; not monotonic"),
            use=_("deep networks, in place of silu"),
            source="Misra 2020, BMVC, arXiv:1908.08681",
        ),
    ),
)
