"""A loss that is a plain Python function of tensors: the engine calls it once for each batch."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

import numpy as np
import numpy.typing as npt

from glassnet.autograd import sweep, tape
from glassnet.autograd.tape import Array
from glassnet.autograd.tensor import Tensor
from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Remarks
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.targets import ANY_NUMBER, DISTRIBUTION, PROBABILITY
from glassnet.errors import AutogradError, ModelFileError, ParameterError
from glassnet.texts import later

_LARGEST = 1e6

_REMARKS = Remarks(
    good=later("any function of scores and targets that can be written in Python"),
    bad=later("Python is entered once for each batch, so small networks train more slowly"),
    use=later("to try a loss; where it proves itself as a formula of p and y, that is faster"),
    source="",
)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class PythonLoss(Loss):
    """A loss written in Python.

    Parameters
    ----------
    function : callable
        Called with raw scores, a tensor (rows, outputs), and targets: a tensor of the same shape, or, where the output
        is a softmax, of class codes (rows,). Returns a tensor of one element: the mean over the rows. With an argument
        `sample_weight` it gets the weights of the rows too, or None.
    output_activation : Activation
        What makes predictions of raw scores. The function gets raw scores, and applies it itself where it wants to.
    classes : bool
        Whether targets are classes, not numbers.

    Examples
    --------
    >>> import glassnet as gn
    >>> from glassnet.autograd.python_loss import PythonLoss
    >>> def quartic(raw, target):
    ...     return ((raw - target) ** 4).mean()
    >>> loss = PythonLoss(quartic, gn.activations.identity, classes=False)
    >>> loss([[1.0], [2.0]], [[1.0], [0.0]])
    8.0
    >>> loss.gradient([[1.0], [2.0]], [[1.0], [0.0]])
    array([[ 0.],
           [16.]])
    """

    of_rows: ClassVar[bool] = False

    function: Callable[..., Any] = field(compare=False)

    def __init__(self, function: Callable[..., Any], output_activation: Activation, *, classes: bool) -> None:
        name = str(getattr(function, "__name__", type(function).__name__))
        domain = ANY_NUMBER
        if classes:
            domain = DISTRIBUTION if output_activation.name == "softmax" else PROBABILITY
        super().__init__(
            name, "", output_activation=output_activation, domain=domain, floor=None, proper=False, remarks=_REMARKS
        )
        self._set(function=function)

    def batch(self, raw: Array, target: Array, weights: Array | None, wanted: bool) -> tuple[float, Array | None]:
        """Compute the loss of a batch, for the engine.

        Parameters
        ----------
        raw : ndarray of shape (rows, outputs)
        target : ndarray of raw's shape, or of class codes (rows,)
        weights : ndarray or None
            Of the rows, or of raw's shape.
        wanted : bool
            Whether the gradient is.

        Returns
        -------
        loss : float
        gradient : ndarray of raw's shape and dtype, or None

        Raises
        ------
        AutogradError
            If the function does not return a tensor of one element that depends on the raw scores, or one that is not
            finite at finite scores; or there are weights and it takes none.
        """
        scores = tape.wrapped(raw, None, wanted)
        goal = tape.wrapped(target, None, False)
        options: dict[str, Any] = {}
        if self._takes_weights:
            options["sample_weight"] = None if weights is None else tape.wrapped(weights, None, False)
        elif weights is not None:
            raise AutogradError.loss_weights(self.name)
        with tape.recording_is(wanted):
            value = self.function(scores, goal, **options)
        if not isinstance(value, Tensor) or value.size != 1:
            raise AutogradError.loss_result(self.name, value.shape if isinstance(value, Tensor) else value)
        loss = float(value.detach().item())
        # Scores beyond all measure are those of a training that diverges; it is told as such.
        finite = bool((np.abs(raw) < _LARGEST).all())
        if not np.isfinite(loss) and finite:
            raise AutogradError.loss_not_finite(self.name, loss)
        if not wanted:
            return loss, None
        if not value.requires_grad:
            raise AutogradError.loss_independent(self.name)
        gradient = sweep.swept([value], [sweep.seed_of(value, None)], [scores], False, False).get(scores)
        if gradient is None:
            raise AutogradError.loss_independent(self.name)
        slopes = np.ascontiguousarray(gradient.detach().numpy(), raw.dtype)
        if finite and not np.isfinite(slopes).all():
            row = int(np.argwhere(~np.isfinite(slopes))[0][0])
            raise AutogradError.loss_gradient(self.name, row, slopes[row].tolist(), raw[row].tolist())
        return loss, slopes

    @property
    def _takes_weights(self) -> bool:
        try:
            return "sample_weight" in inspect.signature(self.function).parameters
        except (TypeError, ValueError):  # a function of C that does not tell
            return False

    def __call__(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: str = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the loss, the mean over the rows; a function of the whole batch need not have losses of rows."""
        if reduction != "mean":
            raise ParameterError.choice("reduction", reduction, ("mean",))
        self.with_parameters(**parameters)
        weights = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        return self.batch(*self._arrays(raw, target), weights, False)[0]

    def gradient(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: str = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the derivative of the mean loss by every raw score."""
        if reduction != "mean":
            raise ParameterError.choice("reduction", reduction, ("mean",))
        self.with_parameters(**parameters)
        weights = None if sample_weight is None else np.asarray(sample_weight, np.float64)
        return self.batch(*self._arrays(raw, target), weights, True)[1]

    def second_derivative(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse: `glassnet.autograd.hessian` of the function has it."""
        raise ParameterError.no_derivative(self.name)

    def to_json(self) -> NoReturn:
        """Refuse: a file of data holds no code."""
        raise ModelFileError.python_loss(self.name)

    def _arrays(self, raw: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, Array]:
        scores = np.array(raw, dtype=None if np.asarray(raw).dtype in (np.float32, np.float64) else np.float64)
        goal = np.array(target)
        return scores, goal if goal.dtype.kind in "iu" and goal.ndim < scores.ndim else goal.astype(scores.dtype)

    def __repr__(self) -> str:
        return f"<loss {self.name}, written in Python>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonLoss) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return self.function, self.output_activation, self.domain

    def __reduce__(self) -> Any:
        return _made, (self.function, self.output_activation, self.domain != ANY_NUMBER)


def _made(function: Callable[..., Any], output_activation: Activation, classes: bool) -> PythonLoss:
    return PythonLoss(function, output_activation, classes=classes)
