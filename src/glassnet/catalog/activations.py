"""The activations. Each is declared once, here; lookup, documentation, command line and tests follow from it.

The kernel of an entry stands in cpp/engine/activations.hpp under the same name; tests/contract compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.catalog.activation_entry import Activation, Softmax
from glassnet.catalog.entries import NOT_NEGATIVE, Parameter, Remarks
from glassnet.catalog.lookup import Catalog
from glassnet.catalog.maxout import PIECES, Maxout
from glassnet.texts import later as _


def _formula(written: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> Activation | None:
    """An activation that the user wrote; see `Catalog`."""
    from glassnet.catalog.formula_activation import made  # which calls these by name

    return made(written, parameters)


ACTIVATIONS: Catalog[Activation] = Catalog(
    [
        Activation(
            "identity",
            "x",
            synonyms=("linear",),
            initializer="glorot_uniform",
            remarks=Remarks(
                good=_("keeps the signal as it is; the slope is 1 everywhere"),
                bad=_("layers without a nonlinear activation between them are together one affine map"),
                use=_("output of a regression"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.1",
            ),
        ),
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
            "relu",
            "where(x > 0, x, 0)",
            synonyms=("rectifier",),
            kinks=(0.0,),
            remarks=Remarks(
                good=_("cheap; slope 1 on the active side, so gradients pass unshrunk; sparse outputs"),
                bad=_("a unit that is inactive on every row gets no gradient: it is dead; never negative"),
                use=_("the first choice for hidden layers"),
                source="Nair, Hinton 2010, ICML; Glorot, Bordes, Bengio 2011, AISTATS, PMLR 15:315-323",
            ),
        ),
        Activation(
            "leaky_relu",
            "where(x > 0, x, slope * x)",
            parameters={"slope": Parameter(0.01)},
            synonyms=("lrelu",),
            kinks=(0.0,),
            remarks=Remarks(
                good=_("as cheap as relu; a slope on the negative side too, so no unit can die"),
                bad=_("one more number to choose; outputs are not sparse"),
                use=_("where relu units die"),
                source="Maas, Hannun, Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models, "
                "ICML workshop",
            ),
        ),
        Activation(
            "prelu",
            "where(x > 0, x, slope * x)",
            parameters={"slope": Parameter(0.25, learnable=True, learned=True)},
            synonyms=("parametric_relu",),
            kinks=(0.0,),
            remarks=Remarks(
                good=_("each unit learns its own slope on the negative side, so no slope has to be tuned"),
                bad=_("one more parameter a unit; with few rows it can fit noise"),
                use=_("where leaky_relu helps, and there are rows enough to learn its slope"),
                source="He, Zhang, Ren, Sun 2015, ICCV, arXiv:1502.01852",
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
    ],
    formulas=_formula,
)
