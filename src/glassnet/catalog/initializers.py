"""How weights are drawn before training: the initializers, and which one fits an activation.

An initializer is a kind of distribution and a formula for its one number `a`:

    constant    every weight is a
    uniform     between -a and a: variance a² / 3
    normal      mean 0, standard deviation a, not truncated: variance a²
    orthogonal  rows or columns orthonormal, times a: for fan_in >= fan_out every unit's weights have length a

`fan_in` is the number of inputs of the layer and `fan_out` that of its units. The variance decides whether signals keep
their size through depth: Glorot's 2 / (fan_in + fan_out) balances the way forward and the way back for activations
with slope 1 at 0; He's 2 / fan_in makes up for the half that relu cuts off; LeCun's 1 / fan_in keeps the variance of a
linear layer, which is what selu asks for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.entries import NOT_NEGATIVE, Entry, Parameter, Remarks
from glassnet.catalog.formula import evaluate
from glassnet.catalog.lookup import Catalog
from glassnet.texts import later as _

if TYPE_CHECKING:
    from glassnet.catalog.initializer_properties import InitializerProperties

Distribution = Literal["constant", "uniform", "normal", "orthogonal"]


@dataclass(frozen=True, init=False, repr=False)
class Initializer(Entry):
    """A distribution from which weights or biases are drawn.

    Parameters
    ----------
    name, formula, parameters, synonyms, remarks
        As for `Entry`; the formula gives the distribution's number `a` from fan_in, fan_out and the parameters.
    draws : {"constant", "uniform", "normal", "orthogonal"}
        The kind of distribution.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.initializer("kaiming_normal")
    gn.initializer('he_normal')
    >>> gn.initializers.he_normal.distribution(50, 10, gn.activations.relu)
    ('normal', 0.2)
    """

    kind: ClassVar[str] = "initializer"

    draws: Distribution = field(compare=False)

    def __init__(
        self,
        name: str,
        draws: Distribution,
        formula: str,
        *,
        parameters: Mapping[str, Parameter] | None = None,
        synonyms: tuple[str, ...] = (),
        remarks: Remarks,
    ) -> None:
        super().__init__(name, formula, parameters=parameters, synonyms=synonyms, remarks=remarks)
        self._set(draws=draws)

    def resolve(self, activation: Activation) -> Initializer:
        """Return the initializer that this one stands for with an activation: itself, for all that do not choose.

        Parameters
        ----------
        activation : Activation
            Of the layer that is drawn.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.initializer("auto").resolve(gn.activations.relu)
        gn.initializer('he_normal')
        """
        return self

    def distribution(self, fan_in: int, fan_out: int, activation: Activation) -> tuple[Distribution, float]:
        """Say what the engine has to draw for a layer.

        Parameters
        ----------
        fan_in, fan_out : int
            Inputs and units of the layer.
        activation : Activation
            Of the layer; only initializers that choose by it look at it.

        Returns
        -------
        kind : {"constant", "uniform", "normal", "orthogonal"}
        a : float
            The constant; half the width of the interval; the standard deviation; the gain.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.initializers.glorot_uniform.distribution(4, 2, gn.activations.tanh)
        ('uniform', 1.0)
        """
        chosen = self.resolve(activation)
        names = {"fan_in": fan_in, "fan_out": fan_out, "sqrt": math.sqrt, **dict(chosen.parameters)}
        return chosen.draws, float(evaluate(chosen.formula, names))

    @property
    def properties(self) -> InitializerProperties:
        """What it does to signals: an `InitializerProperties` of `glassnet.catalog.initializer_properties`.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.initializers.he_uniform.properties.variance_formula
        '2 / fan_in'
        """
        from glassnet.catalog.initializer_properties import properties_of

        return properties_of(self)


class _Auto(Initializer):
    """Chooses the initializer that the activation's own entry names."""

    def resolve(self, activation: Activation) -> Initializer:
        return INITIALIZERS[activation.initializer]


class _ScikitLearn(Initializer):
    """Chooses as scikit-learn's MLP does, which draws biases from the same distribution as weights."""

    def resolve(self, activation: Activation) -> Initializer:
        factor = 2.0 if activation.name == "sigmoid" else 6.0
        return INITIALIZERS["glorot_uniform"].with_parameters(gain=math.sqrt(factor / 6))


_GAIN = {"gain": Parameter(1.0, rule=NOT_NEGATIVE)}
_GLOROT = "Glorot, Bengio 2010, AISTATS, PMLR 9:249-256"
_HE = "He, Zhang, Ren, Sun 2015, ICCV, arXiv:1502.01852"
_LECUN = "LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.6"

INITIALIZERS: Catalog[Initializer] = Catalog(
    [
        _Auto(
            "auto",
            "normal",
            "sqrt(2 / fan_in)",
            remarks=Remarks(
                good=_("fits the activation: He for the relu family, LeCun for selu, Glorot for the others"),
                bad=_("changes with the activation, so two runs may differ in more than that"),
                use=_("unless weights are what you study"),
                source=f"{_HE}; {_GLOROT}; Klambauer et al. 2017, arXiv:1706.02515",
            ),
        ),
        Initializer(
            "zeros",
            "constant",
            "0",
            remarks=Remarks(
                good=_("a neutral start for biases, and for weights where there is no hidden layer"),
                bad=_("as weights of a hidden layer: all units get the same gradient and stay alike"),
                use=_("biases"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 8.4",
            ),
        ),
        Initializer(
            "constant",
            "constant",
            "value",
            parameters={"value": Parameter(0.0)},
            remarks=Remarks(
                good=_("a small positive bias keeps relu units active at the start"),
                bad=_("as weights of a hidden layer: all units get the same gradient and stay alike"),
                use=_("biases"),
                source="Goodfellow, Bengio, Courville 2016, Deep Learning, 8.4",
            ),
        ),
        Initializer(
            "normal",
            "normal",
            "std",
            parameters={"std": Parameter(0.05, rule=NOT_NEGATIVE)},
            synonyms=("random_normal",),
            remarks=Remarks(
                good=_("plain: one standard deviation for every layer, here 0.05 as in Keras"),
                bad=_("the width of a layer decides whether signals vanish or explode through depth"),
                use=_("to study what a wrong scale does"),
                source="Keras documentation, RandomNormal",
            ),
        ),
        Initializer(
            "uniform",
            "uniform",
            "limit",
            parameters={"limit": Parameter(0.05, rule=NOT_NEGATIVE)},
            synonyms=("random_uniform",),
            remarks=Remarks(
                good=_("plain: one interval for every layer, here ±0.05 as in Keras"),
                bad=_("the width of a layer decides whether signals vanish or explode through depth"),
                use=_("to study what a wrong scale does"),
                source="Keras documentation, RandomUniform",
            ),
        ),
        Initializer(
            "glorot_uniform",
            "uniform",
            "gain * sqrt(6 / (fan_in + fan_out))",
            parameters=_GAIN,
            synonyms=("xavier_uniform", "xavier", "glorot"),
            remarks=Remarks(
                good=_("variance 2 / (fan_in + fan_out): signals and gradients keep their size with slope 1 at 0"),
                bad=_("too small for relu, which halves the signal in every layer"),
                use=_("tanh, sigmoid, identity and softmax"),
                source=_GLOROT,
            ),
        ),
        Initializer(
            "glorot_normal",
            "normal",
            "gain * sqrt(2 / (fan_in + fan_out))",
            parameters=_GAIN,
            synonyms=("xavier_normal",),
            remarks=Remarks(
                good=_("variance 2 / (fan_in + fan_out): signals and gradients keep their size with slope 1 at 0"),
                bad=_("too small for relu, which halves the signal in every layer"),
                use=_("tanh, sigmoid, identity and softmax"),
                source=_GLOROT,
            ),
        ),
        Initializer(
            "he_uniform",
            "uniform",
            "sqrt(6 / fan_in)",
            synonyms=("kaiming_uniform",),
            remarks=Remarks(
                good=_("variance 2 / fan_in makes up for the half of the signal that relu cuts off"),
                bad=_(
                    "more than tanh needs: gradients grow by 5% a layer; no help for sigmoid, which shrinks them anyway"
                ),
                use=_("the relu family"),
                source=_HE,
            ),
        ),
        Initializer(
            "he_normal",
            "normal",
            "sqrt(2 / fan_in)",
            synonyms=("kaiming_normal", "kaiming", "he"),
            remarks=Remarks(
                good=_("variance 2 / fan_in makes up for the half of the signal that relu cuts off"),
                bad=_(
                    "more than tanh needs: gradients grow by 5% a layer; no help for sigmoid, which shrinks them anyway"
                ),
                use=_("the relu family"),
                source=_HE,
            ),
        ),
        Initializer(
            "lecun_uniform",
            "uniform",
            "sqrt(3 / fan_in)",
            remarks=Remarks(
                good=_("variance 1 / fan_in: a linear layer keeps the variance of its inputs"),
                bad=_("too small for relu, which halves the signal in every layer"),
                use=_("selu"),
                source=_LECUN,
            ),
        ),
        Initializer(
            "lecun_normal",
            "normal",
            "sqrt(1 / fan_in)",
            synonyms=("lecun",),
            remarks=Remarks(
                good=_("variance 1 / fan_in: a linear layer keeps the variance of its inputs"),
                bad=_("too small for relu, which halves the signal in every layer"),
                use=_("selu"),
                source=_LECUN,
            ),
        ),
        Initializer(
            "orthogonal",
            "orthogonal",
            "gain",
            parameters=_GAIN,
            remarks=Remarks(
                good=_("keeps lengths exactly through linear layers, at any depth"),
                bad=_("needs a decomposition of each weight matrix; the gain has to fit the activation"),
                use=_("very deep or recurrent networks"),
                source="Saxe, McClelland, Ganguli 2014, ICLR, arXiv:1312.6120",
            ),
        ),
        _ScikitLearn(
            "scikit_learn",
            "uniform",
            "sqrt(6 / (fan_in + fan_out))",
            synonyms=("sklearn",),
            remarks=Remarks(
                good=_("weights and biases from the distributions of scikit-learn's MLPClassifier and MLPRegressor"),
                bad=_("too small for relu, which halves the signal in every layer"),
                use=_("to compare with scikit-learn"),
                source="scikit-learn, sklearn/neural_network/_multilayer_perceptron.py, _init_coef",
            ),
        ),
    ]
)

# An activation names its initializer as text, since this room stands after theirs: a misspelling shows here, at once.
for _activation in ACTIVATIONS:
    INITIALIZERS[_activation.initializer]
