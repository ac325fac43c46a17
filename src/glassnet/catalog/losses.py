"""The losses. Each is declared once, here; its kernel stands in cpp/engine/losses.hpp under the same name."""

from __future__ import annotations

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.entries import POSITIVE, Parameter, Remarks
from glassnet.catalog.lookup import Catalog
from glassnet.catalog.loss_entry import ClassLoss, Loss
from glassnet.catalog.targets import DISTRIBUTION, NOT_BELOW_ZERO, PROBABILITY
from glassnet.texts import later as _

LOSSES: Catalog[Loss] = Catalog(
    [
        Loss(
            "squared_error",
            "(p - y)**2 / 2",
            output_activation=ACTIVATIONS.identity,
            synonyms=("mse", "mean_squared_error"),
            remarks=Remarks(
                good=_("its gradient is the error itself; aims at the mean"),
                bad=_("large errors count squared, so outliers pull"),
                use=_("regression, unless the targets have outliers or are counts"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.1",
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
        Loss(
            "binary_cross_entropy",
            "-xlogy(y, p) - xlogy(1 - y, 1 - p)",
            output_activation=ACTIVATIONS.sigmoid,
            domain=PROBABILITY,
            synonyms=("bce",),
            remarks=Remarks(
                good=_("its gradient is p - y: steepest where the prediction is most wrong"),
                bad=_("with separable classes the scores grow without bound unless a penalty holds them"),
                use=_("two classes, or several labels that do not exclude each other"),
                source="Bishop 2006, Pattern Recognition and Machine Learning, 4.3.2",
            ),
        ),
        ClassLoss(
            "softmax_cross_entropy",
            "-sum(xlogy(y, p))",
            output_activation=ACTIVATIONS.softmax,
            domain=DISTRIBUTION,
            synonyms=("cross_entropy", "categorical_cross_entropy"),
            remarks=Remarks(
                good=_("its gradient is p - y: steepest where the prediction is most wrong"),
                bad=_("with separable classes the scores grow without bound unless a penalty holds them"),
                use=_("classes that exclude each other"),
                source="Bridle 1990, Neurocomputing (NATO ASI F 68), 227-236; "
                "Bishop 2006, Pattern Recognition and Machine Learning, 4.3.4",
            ),
        ),
    ]
)
