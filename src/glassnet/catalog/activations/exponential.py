"""Activations whose bend is an exponential: sigmoids, ELU and its relatives, softplus."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import NOT_NEGATIVE, POSITIVE, Parameter, Remarks
from glassnet.texts import later as _

EXPONENTIAL: tuple[Activation, ...] = (
    Activation(
        "sigmoid",
        "1 / (1 + exp(-x))",
        synonyms=("logistic",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("between 0 and 1: can be read as a probability; smooth"),
            bad=_("slope at most 0.25 and near 0 for large |x|, so gradients vanish through depth; never negative"),
            use=_("output for two classes or several labels; gates; hardly ever in hidden layers"),
            source="Rumelhart, Hinton, Williams 1986, Nature 323:533-536; "
            "Glorot, Bengio 2010, AISTATS, PMLR 9:249-256 (on its saturation)",
        ),
    ),
    Activation(
        "tanh",
        "tanh(x)",
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("odd, so outputs are centered at 0; slope 1 at 0"),
            bad=_("saturates: the slope is near 0 for large |x|"),
            use=_("small networks on smooth data; rather than sigmoid in hidden layers"),
            source="LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.4",
        ),
    ),
    Activation(
        "elu",
        "where(x > 0, x, alpha * expm1(x))",
        parameters={"alpha": Parameter(1.0, rule=NOT_NEGATIVE)},
        kinks=(0.0,),
        remarks=Remarks(
            good=_("negative outputs bring the mean of a layer nearer to 0; smooth at 0 for alpha = 1"),
            bad=_("needs an exp on the negative side; saturates at -alpha"),
            use=_("hidden layers where outputs should be centered without normalization"),
            source="Clevert, Unterthiner, Hochreiter 2016, ICLR, arXiv:1511.07289",
        ),
    ),
    Activation(
        "celu",
        "where(x > 0, x, alpha * expm1(x / alpha))",
        parameters={"alpha": Parameter(1.0, rule=POSITIVE)},
        kinks=(0.0,),
        remarks=Remarks(
            good=_("elu without a kink: slope 1 at 0 for every alpha"),
            bad=_("needs an exp on the negative side; saturates at -alpha"),
            use=_("in place of elu where alpha is not 1"),
            source="Barron 2017, arXiv:1704.07483",
        ),
    ),
    Activation(
        "selu",
        "1.05070098735548049342 * where(x > 0, x, 1.67326324235437728482 * expm1(x))",
        kinks=(0.0,),
        initializer="lecun_normal",
        remarks=Remarks(
            good=_("self-normalizing: mean 0 and variance 1 are a stable fixed point through depth"),
            bad=_("only with LeCun weights, standardized inputs and dense layers; keeps a kink at 0"),
            use=_("deep dense networks without normalization layers"),
            source="Klambauer, Unterthiner, Mayr, Hochreiter 2017, NeurIPS, arXiv:1706.02515",
        ),
    ),
    Activation(
        "softplus",
        "log(1 + exp(x))",
        remarks=Remarks(
            good=_("smooth form of relu, always positive; its derivative is the sigmoid"),
            bad=_("needs exp and log; never negative and never sparse"),
            use=_("outputs that must be positive, such as a variance"),
            source="Dugas, Bengio, Bélisle, Nadeau, Garcia 2001, NeurIPS 13",
        ),
    ),
    Activation(
        "log_sigmoid",
        "-log(1 + exp(-x))",
        synonyms=("logsigmoid",),
        remarks=Remarks(
            good=_("the logarithm of a probability, exact where the probability itself would be rounded to 0 or 1"),
            bad=_("never positive, and without a lower bound; needs exp and log"),
            use=_("outputs that go into a sum of logarithms of probabilities"),
            source="Mikolov, Sutskever, Chen, Corrado, Dean 2013, NeurIPS, arXiv:1310.4546",
        ),
    ),
    Activation(
        "exp",
        "exp(x)",
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("always positive; turns sums of effects into products"),
            bad=_("grows without bound, and so does its slope"),
            use=_("output for counts and rates, with the Poisson loss"),
            source="McCullagh, Nelder 1989, Generalized Linear Models, 2nd edition, chapter 6",
        ),
    ),
    Activation(
        "gaussian",
        "exp(-x**2)",
        synonyms=("gauss",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("answers to inputs near 0 only: a unit stands for a place"),
            bad=_("the slope is below 0.05 from |x| = 2.11 on: far rows teach a unit nothing"),
            use=_("radial basis functions; coordinates as inputs"),
            source="Broomhead, Lowe 1988, Complex Systems 2:321-355",
        ),
    ),
)
