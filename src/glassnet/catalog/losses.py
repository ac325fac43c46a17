"""The losses. Each is declared once, here; its kernel has the same name.

Kernels stand in cpp/engine/losses.hpp, or, where a loss works over classes, in class_losses.hpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.binary_cross_entropy import BinaryCrossEntropy
from glassnet.catalog.class_loss import ClassLoss
from glassnet.catalog.entries import NOT_NEGATIVE, POSITIVE, Parameter, Remarks, Rule
from glassnet.catalog.lookup import Catalog
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.targets import DISTRIBUTION, NOT_BELOW_ZERO, PROBABILITY, TWO_CLASSES
from glassnet.texts import later as _

_BETWEEN = Rule(_("a number between 0 and 1"), lambda value: 0 < value < 1)


def _formula(written: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> Loss | None:
    """A loss that the user wrote; see `Catalog`."""
    from glassnet.catalog.formula_loss import made  # which loads the engine, to examine it

    return made(written, parameters)


LOSSES: Catalog[Loss] = Catalog(
    [
        # ------------------------------------------------------------------------------------------------- of numbers
        Loss(
            "squared_error",
            "(p - y)**2 / 2",
            output_activation=ACTIVATIONS.identity,
            remarks=Remarks(
                good=_("its gradient is the error itself; aims at the mean"),
                bad=_("large errors count squared, so outliers pull"),
                use=_("regression, unless the targets have outliers or are counts"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.1",
            ),
        ),
        Loss(
            "mse",
            "(p - y)**2",
            output_activation=ACTIVATIONS.identity,
            synonyms=("mean_squared_error",),
            remarks=Remarks(
                good=_("the square without the half: its mean is what is usually reported"),
                bad=_("as squared_error; with the same learning rate its steps are twice as long"),
                use=_("where numbers are compared with those of other programs, which leave out the half"),
                source="Gauss 1809, Theoria motus corporum coelestium, II.3",
            ),
        ),
        Loss(
            "absolute_error",
            "abs(p - y)",
            output_activation=ACTIVATIONS.identity,
            synonyms=("mae", "mean_absolute_error"),
            remarks=Remarks(
                good=_("aims at the median: outliers count no more than their distance"),
                bad=_("the gradient keeps its size near the optimum, so a constant rate never settles"),
                use=_("regression with outliers"),
                source="Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 10.6",
            ),
        ),
        Loss(
            "huber",
            "where(abs(p - y) > delta, delta * (abs(p - y) - delta / 2), (p - y)**2 / 2)",
            parameters={"delta": Parameter(1.0, rule=POSITIVE)},
            output_activation=ACTIVATIONS.identity,
            remarks=Remarks(
                good=_("squared up to delta, absolute beyond: smooth at the optimum, robust against outliers"),
                bad=_("delta has to fit the scale of the targets"),
                use=_("regression with some outliers"),
                source="Huber 1964, Annals of Mathematical Statistics 35:73-101",
            ),
        ),
        Loss(
            "log_cosh",
            "log((exp(p - y) + exp(y - p)) / 2)",
            output_activation=ACTIVATIONS.identity,
            synonyms=("logcosh",),
            remarks=Remarks(
                good=_("half the square near 0, the distance far away, and smooth in between; its gradient is tanh"),
                bad=_("the bend lies at an error of 1, so targets should be scaled"),
                use=_("regression with some outliers, where second derivatives are wanted everywhere"),
                source="Green 1990, IEEE Transactions on Medical Imaging 9:84-93",
            ),
        ),
        Loss(
            "quantile",
            "where(p > y, (1 - level) * (p - y), level * (y - p))",
            parameters={"level": Parameter(0.5, rule=_BETWEEN)},
            output_activation=ACTIVATIONS.identity,
            synonyms=("pinball",),
            remarks=Remarks(
                good=_("aims at a quantile: with level 0.9, nine targets of ten lie below the prediction"),
                bad=_("the gradient keeps its size near the optimum, so a constant rate never settles"),
                use=_("limits and intervals: how long, at most, in nine cases of ten"),
                source="Koenker, Bassett 1978, Econometrica 46:33-50",
            ),
        ),
        Loss(
            "poisson",
            "p - y + xlogy(y, y) - xlogy(y, p)",
            output_activation=ACTIVATIONS.exp,
            domain=NOT_BELOW_ZERO,
            remarks=Remarks(
                good=_("fits counts and rates: predictions are positive, errors weigh by the expected size"),
                bad=_("raw scores are logarithms, so one that is far too large overflows"),
                use=_("counts, rates and frequencies; half the Poisson deviance, as in scikit-learn"),
                source="McCullagh, Nelder 1989, Generalized Linear Models, 2nd edition, 6.2",
            ),
        ),
        # -------------------------------------------------------------------------------- of two classes, and of labels
        BinaryCrossEntropy(
            "binary_cross_entropy",
            "-pos_weight * xlogy(y, p) - xlogy(1 - y, 1 - p)",
            parameters={"pos_weight": Parameter(1.0, rule=POSITIVE)},
            output_activation=ACTIVATIONS.sigmoid,
            domain=PROBABILITY,
            floor="xlogy(pos_weight * y + 1 - y, pos_weight * y + 1 - y) - xlogy(pos_weight * y, pos_weight * y)"
            " - xlogy(1 - y, 1 - y)",
            synonyms=("bce",),
            remarks=Remarks(
                good=_("its gradient is p - y: steepest where the prediction is most wrong"),
                bad=_("with separable classes the scores grow without bound unless a penalty holds them"),
                use=_("two classes, or several labels that do not exclude each other"),
                source="Bishop 2006, Pattern Recognition and Machine Learning, 4.3.2",
            ),
        ),
        Loss(
            "hinge",
            "y * max(1 - p, 0) + (1 - y) * max(1 + p, 0)",
            output_activation=ACTIVATIONS.identity,
            domain=TWO_CLASSES,
            floor="2 * min(y, 1 - y)",
            proper=False,
            remarks=Remarks(
                good=_("rows on the right side, with a margin of 1, count nothing: only the border matters"),
                bad=_("gives no probabilities, only a side; its gradient jumps at the margin"),
                use=_("where only the decision matters: a support vector machine on top of learned features"),
                source="Cortes, Vapnik 1995, Machine Learning 20:273-297",
            ),
        ),
        Loss(
            "squared_hinge",
            "y * max(1 - p, 0)**2 + (1 - y) * max(1 + p, 0)**2",
            output_activation=ACTIVATIONS.identity,
            domain=TWO_CLASSES,
            floor="4 * y * (1 - y)",
            proper=False,
            remarks=Remarks(
                good=_("hinge without its kink: the gradient fades out towards the margin"),
                bad=_("rows far on the wrong side count squared, so wrong labels pull"),
                use=_("as hinge, with solvers that want a smooth loss"),
                source="Tang 2013, Deep Learning using Linear Support Vector Machines, arXiv:1306.0239",
            ),
        ),
        Loss(
            "focal",
            "-(1 - p)**gamma * xlogy(y, p) - p**gamma * xlogy(1 - y, 1 - p)",
            parameters={"gamma": Parameter(2.0, rule=NOT_NEGATIVE)},
            output_activation=ACTIVATIONS.sigmoid,
            domain=PROBABILITY,
            synonyms=("sigmoid_focal",),
            proper=False,
            remarks=Remarks(
                good=_(
                    "rows that are nearly certain count next to nothing, so the many easy ones do not drown the few"
                ),
                bad=_("its probabilities are drawn towards 1/2; calibrate them before they are believed"),
                use=_("two classes or labels of which one is very rare; with gamma 0 it is binary cross-entropy"),
                source="Lin, Goyal, Girshick, He, Dollár 2017, arXiv:1708.02002",
            ),
        ),
        # --------------------------------------------------------------------------------------------------- of classes
        ClassLoss(
            "softmax_cross_entropy",
            "-sum(xlogy(y, p))",
            output_activation=ACTIVATIONS.softmax,
            domain=DISTRIBUTION,
            floor="-sum(xlogy(y, y))",
            synonyms=("cross_entropy", "categorical_cross_entropy"),
            remarks=Remarks(
                good=_("its gradient is p - y: steepest where the prediction is most wrong"),
                bad=_("with separable classes the scores grow without bound unless a penalty holds them"),
                use=_("classes that exclude each other"),
                source="Bridle 1990, Neurocomputing (NATO ASI F 68), 227-236; "
                "Bishop 2006, Pattern Recognition and Machine Learning, 4.3.4",
            ),
        ),
        ClassLoss(
            "nll",
            "-sum(y * log(p))",
            output_activation=ACTIVATIONS.exp,
            domain=DISTRIBUTION,
            floor=None,
            trainable=False,
            synonyms=("negative_log_likelihood",),
            proper=False,
            remarks=Remarks(
                good=_("the plainest of all: minus the log-probability of the class that it was"),
                bad=_("its scores must be log-probabilities already; nothing else stops them from growing"),
                use=_("after log_softmax; to train, take softmax_cross_entropy, which is both in one"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 5.5; ONNX, NegativeLogLikelihoodLoss",
            ),
        ),
        ClassLoss(
            "kl_divergence",
            "sum(xlogy(y, y) - xlogy(y, p))",
            output_activation=ACTIVATIONS.softmax,
            domain=DISTRIBUTION,
            synonyms=("kl_div", "kullback_leibler"),
            remarks=Remarks(
                good=_("cross-entropy less the part that no prediction can avoid: 0 means exactly right"),
                bad=_("the same gradient as cross-entropy, so it trains no better; on class codes it is the same"),
                use=_("targets that are probabilities: another network's, or the shares of many raters"),
                source="Kullback, Leibler 1951, Annals of Mathematical Statistics 22:79-86",
            ),
        ),
        ClassLoss(
            "softmax_focal",
            "-sum((1 - p)**gamma * xlogy(y, p))",
            parameters={"gamma": Parameter(2.0, rule=NOT_NEGATIVE)},
            output_activation=ACTIVATIONS.softmax,
            domain=DISTRIBUTION,
            synonyms=("categorical_focal",),
            proper=False,
            remarks=Remarks(
                good=_(
                    "rows that are nearly certain count next to nothing, so the many easy ones do not drown the few"
                ),
                bad=_("its probabilities are drawn towards each other; calibrate them before they are believed"),
                use=_("more than two classes of which some are very rare; with gamma 0 it is cross-entropy"),
                source="Lin, Goyal, Girshick, He, Dollár 2017, arXiv:1708.02002; Mukhoti et al. 2020, arXiv:2002.09437",
            ),
        ),
    ],
    formulas=_formula,
)
