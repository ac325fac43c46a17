"""Activations over an axis: each output depends on all inputs of its row."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.axis_entry import OverAxis
from glassnet.catalog.entries import Parameter, Remarks
from glassnet.catalog.maxout import PIECES, Maxout
from glassnet.catalog.softmax import (
    hardmax,
    hardmax_jacobian,
    log_softmax,
    log_softmax_jacobian,
    softmax,
    softmax_jacobian,
)
from glassnet.texts import later as _

OVER_AXIS: tuple[Activation, ...] = (
    OverAxis(
        "softmax",
        "exp(x) / sum(exp(x))",
        function=softmax,
        matrix=softmax_jacobian,
        remarks=Remarks(
            good=_("a probability for each class: in [0, 1], adding up to 1, in the order of the scores"),
            bad=_("sees only differences of scores, and its cost grows with the number of classes"),
            use=_("output for more than two classes that exclude each other"),
            source="Bridle 1990, Neurocomputing (NATO ASI F 68), 227-236",
        ),
    ),
    OverAxis(
        "log_softmax",
        "x - log(sum(exp(x)))",
        function=log_softmax,
        matrix=log_softmax_jacobian,
        synonyms=("logsoftmax",),
        remarks=Remarks(
            good=_("exact where the probability itself is too small for a float; minus it, at the target, is the loss"),
            bad=_("without a lower bound: a class that is certainly wrong stands at minus infinity"),
            use=_("to compute with probabilities of many classes; as input of the loss nll"),
            source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.3",
        ),
    ),
    OverAxis(
        "hardmax",
        "where(x >= max(x), 1, 0)",
        function=hardmax,
        matrix=hardmax_jacobian,
        synonyms=("argmax",),
        remarks=Remarks(
            good=_("the decision itself: 1 for the first largest score, 0 for the others; the limit of softmax"),
            bad=_("its derivatives are 0 wherever they exist, so gradient descent cannot use it"),
            use=_("to turn scores into decisions after training"),
            source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.3",
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
