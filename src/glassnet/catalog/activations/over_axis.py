"""Activations over an axis: each output depends on all inputs of its row."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation, Softmax
from glassnet.catalog.entries import Parameter, Remarks
from glassnet.catalog.maxout import PIECES, Maxout
from glassnet.texts import later as _

OVER_AXIS: tuple[Activation, ...] = (
    Softmax(
        "softmax",
        "exp(x) / sum(exp(x))",
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("a probability for each class: in [0, 1], adding up to 1, in the order of the scores"),
            bad=_("sees only differences of scores, and its cost grows with the number of classes"),
            use=_("output for more than two classes that exclude each other"),
            source="Bridle 1990, Neurocomputing (NATO ASI F 68), 227-236",
        ),
    ),
    Maxout(
        "maxout",
        "max(split(x, pieces))",
        parameters={"pieces": Parameter(2, rule=PIECES)},
        # Two pieces: the larger of two standard normal numbers has mean square 1, so variance 1 / fan_in keeps it.
        initializer="lecun_normal",
        remarks=Remarks(
            good=_("learns its own convex, piecewise linear shape; some piece always has a gradient: no unit dies"),
            bad=_("multiplies the weights of its layer, and the time, by the number of pieces"),
            use=_("with dropout; where units of other kinds die and weights are cheap"),
            source="Goodfellow, Warde-Farley, Mirza, Courville, Bengio 2013, ICML, PMLR 28(3):1319-1327",
        ),
    ),
)
