"""What a loss is: an entry with a link, called on raw scores, with a gradient.

A loss works on the raw scores z of the output layer, not on predictions p = link(z): fused with its link it neither
overflows nor loses its gradient where the prediction saturates. The loss of a row is the sum over its outputs.
`class_loss.py` has the losses whose targets are classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from glassnet.catalog import scoring
from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Entry, Parameter, Remarks
from glassnet.catalog.scoring import Reduction
from glassnet.catalog.targets import ANY_NUMBER, Domain
from glassnet.catalog.tensors import on_tensors

if TYPE_CHECKING:
    from glassnet.catalog.loss_properties import LossProperties


@dataclass(frozen=True, init=False, repr=False)
class Loss(Entry):
    """A loss whose targets are numbers, one for each raw score.

    Parameters
    ----------
    name, formula, parameters, synonyms, remarks
        As for `Entry`; the formula is that of one output's loss, in `y`, the target, `p`, the prediction, and the
        parameters.
    output_activation : Activation
        Turns raw scores into predictions: the inverse link, which the output layer must have.
    domain : Domain
        Where targets must lie.
    floor : str or None, default="0"
        Formula, in `y` and the parameters, of the smallest value that an output's loss (over classes: a row's) can
        have for a target: what is left when the prediction is as good as it can be. None where there is none.
    proper : bool, default=True
        Whether it is smallest where the prediction is the target, also where that is a probability between 0 and 1. Not
        so where another goal is wanted, such as a wide margin.
    trainable : bool, default=True
        Whether raw scores can be trained with it. Not where it takes what must be a log-probability already.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.losses.squared_error([1.0, 5.0], [1.0, 2.0])
    2.25
    >>> gn.losses.squared_error.gradient([1.0, 5.0], [1.0, 2.0])
    array([0. , 1.5])
    >>> gn.losses.squared_error.second_derivative([1.0, 5.0], [1.0, 2.0])
    array([0.5, 0.5])
    """

    kind: ClassVar[str] = "loss"
    # Whether each row has a loss of its own; not where only the mean of several rows can be asked for.
    of_rows: ClassVar[bool] = True

    output_activation: Activation = field(compare=False)
    domain: Domain = field(compare=False)
    floor: str | None = field(compare=False)
    proper: bool = field(compare=False)
    trainable: bool = field(compare=False)

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        output_activation: Activation,
        domain: Domain = ANY_NUMBER,
        floor: str | None = "0",
        proper: bool = True,
        trainable: bool = True,
        parameters: Mapping[str, Parameter] | None = None,
        synonyms: tuple[str, ...] = (),
        remarks: Remarks,
    ) -> None:
        super().__init__(name, formula, parameters=parameters, synonyms=synonyms, remarks=remarks)
        self._set(output_activation=output_activation, domain=domain, floor=floor, proper=proper, trainable=trainable)

    @property
    def link(self) -> str:
        """Name of the activation that turns raw scores into predictions."""
        return self.output_activation.name

    @property
    def middle(self) -> float:
        """The raw score at which a single output that was trained on 0 and 1 decides between them."""
        return 0.5 if self.domain.of_numbers else 0.0

    @on_tensors("loss")
    def __call__(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the loss.

        Parameters
        ----------
        raw : array_like of shape (n,), (n, k) or (..., k)
            Raw scores of n rows; with more than one dimension, the last one is that of the outputs. float32 and
            float64 are kept, integers become float64.
        target : array_like
            Of raw's shape.
        reduction : {"mean", "sum", "none"}, default="mean"
            How row losses become the result.
        sample_weight : array_like, optional
            One weight of at least 0 a row.
        **parameters : float
            The loss's own parameters, for this call.

        Returns
        -------
        float, or ndarray of float64 with one loss a row for "none"

        Raises
        ------
        ParameterError
            If the reduction or a parameter is unknown, or a value breaks its rule.
        ShapeError, DataError
            If shapes do not fit, or a target lies outside the loss's domain.
        """
        loss = self._function(parameters)
        return scoring.value(loss, scoring.number_rows(loss, raw, target, sample_weight), reduction)

    def gradient(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the derivative of the result by every raw score; for "none", of each row's own loss.

        Parameters and errors are those of the call.

        Returns
        -------
        ndarray of raw's shape and dtype, or a NumPy scalar for a scalar
        """
        loss = self._function(parameters)
        rows = scoring.number_rows(loss, raw, target, sample_weight)
        return scoring.gradient(loss, rows, reduction, np.shape(raw))

    def second_derivative(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the second derivative of the result by every raw score; for "none", of each row's own loss.

        It is the diagonal of the Hessian, which has nothing beside the diagonal: each output has a loss of its own. At
        a kink it is that of the piece at 0, as the gradient is. Parameters and errors are those of the call.

        Returns
        -------
        ndarray of raw's shape and dtype, or a NumPy scalar for a scalar
        """
        loss = self._function(parameters)
        rows = scoring.number_rows(loss, raw, target, sample_weight)
        return scoring.second_derivative(loss, rows, reduction, np.shape(raw))

    @property
    def derivative_formula(self) -> str:
        """The derivative of one output's loss by its prediction p, in the language of `formula`.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.losses.poisson.derivative_formula
        '1 - y / p'
        """
        from glassnet.catalog.gradients import by_prediction

        return by_prediction(self.formula)

    @property
    def gradient_formula(self) -> str | None:
        """The derivative by the raw score, in y and the prediction p; None where it is no formula of these.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.losses.softmax_cross_entropy.gradient_formula
        'p - y'
        """
        from glassnet.catalog.gradients import by_raw_score

        return by_raw_score(self.formula, self.output_activation.formula, sums_to_one=self.domain.sums_to_one)

    @property
    def properties(self) -> LossProperties:
        """What it is like: a `LossProperties` of `glassnet.catalog.loss_properties`.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.losses.squared_error.properties.convex
        True
        """
        from glassnet.catalog.loss_properties import properties_of

        return properties_of(self)

    def _function(self, parameters: dict[str, Any]) -> scoring.Function:
        return scoring.Function(self.name, self.with_parameters(**parameters).values, self.domain)
