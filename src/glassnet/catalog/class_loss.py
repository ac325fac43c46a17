"""Losses over classes, which exclude each other: targets are class codes, or shares of all classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from glassnet.catalog import scoring
from glassnet.catalog.kernels import as_floats
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.scoring import Reduction
from glassnet.catalog.softmax import checked_axis
from glassnet.catalog.tensors import on_tensors


@dataclass(frozen=True, init=False, repr=False)
class ClassLoss(Loss):
    """A loss whose target is one of k classes, or a probability for each of them.

    Examples
    --------
    >>> import glassnet as gn
    >>> scores = [[2.0, 0.0], [0.0, 0.0]]
    >>> round(gn.losses.softmax_cross_entropy(scores, [0, 1]), 4)
    0.41
    >>> gn.losses.softmax_cross_entropy.gradient(scores, [-100, 1])
    array([[ 0. ,  0. ],
           [ 0.5, -0.5]])
    """

    @on_tensors("class_loss")
    def __call__(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        axis: SupportsIndex = -1,
        ignore_index: int | None = -100,
        class_weight: npt.ArrayLike | None = None,
        label_smoothing: float = 0.0,
        **parameters: Any,
    ) -> Any:
        """Compute the loss.

        Parameters
        ----------
        raw : array_like of shape (n, k), (k,) or (..., k)
            Raw scores: one row for each sample, one column for each class. float32 and float64 are kept.
        target : array_like
            Integer class codes of shape (n,), raw's shape without the axis of the classes; or of raw's shape: one-hot
            rows or probabilities that add up to 1.
        reduction : {"mean", "sum", "none"}, default="mean"
            How row losses become the result.
        sample_weight : array_like, optional
            One weight of at least 0 a row.
        axis : int, default=-1
            The axis of raw that is that of the classes; 1 for PyTorch's and ONNX's layout (n, k, d1, d2 ...).
        ignore_index : int or None, default=-100
            Rows with this code count for nothing: their loss and gradient are exactly 0, and a mean leaves them out.
        class_weight : array_like of shape (k,), optional
            Multiplies each class's share of the loss. For codes a mean divides by the sum of the weights of the rows'
            classes; for probabilities by the number of rows (or the sum of sample weights): so does PyTorch.
        label_smoothing : float, default=0.0
            In [0, 1]: this share of each target is spread evenly over all classes, before class weights.
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
            If shapes do not fit, a code names no class, or a row of probabilities does not add up to 1.
        """
        loss = self._function(parameters)
        raw, target, _ = classes_last(raw, target, axis)
        rows = scoring.class_rows(loss, raw, target, sample_weight, ignore_index, class_weight, label_smoothing)
        return scoring.value(loss, rows, reduction)

    def gradient(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        axis: SupportsIndex = -1,
        ignore_index: int | None = -100,
        class_weight: npt.ArrayLike | None = None,
        label_smoothing: float = 0.0,
        **parameters: Any,
    ) -> Any:
        """Compute the derivative of the result by every raw score; for "none", of each row's own loss.

        Parameters and errors are those of the call.

        Returns
        -------
        ndarray of raw's shape and dtype
            Of cross-entropy: the softmax probability minus the target, times the row's weight.
        """
        loss = self._function(parameters)
        raw, target, place = classes_last(raw, target, axis)
        rows = scoring.class_rows(loss, raw, target, sample_weight, ignore_index, class_weight, label_smoothing)
        return np.moveaxis(scoring.gradient(loss, rows, reduction, np.shape(raw)), -1, place)

    def second_derivative(
        self,
        raw: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        axis: SupportsIndex = -1,
        ignore_index: int | None = -100,
        class_weight: npt.ArrayLike | None = None,
        label_smoothing: float = 0.0,
        **parameters: Any,
    ) -> Any:
        """Compute the second derivative of the result by every raw score; for "none", of each row's own loss.

        This is the diagonal of the Hessian only, p (1 - p) for cross-entropy. The scores of a row depend on each other:
        beside the diagonal stands -p_i p_j. Parameters and errors are those of the call.

        Returns
        -------
        ndarray of raw's shape and dtype
        """
        loss = self._function(parameters)
        raw, target, place = classes_last(raw, target, axis)
        rows = scoring.class_rows(loss, raw, target, sample_weight, ignore_index, class_weight, label_smoothing)
        return np.moveaxis(scoring.second_derivative(loss, rows, reduction, np.shape(raw)), -1, place)


def classes_last(raw: npt.ArrayLike, target: npt.ArrayLike, axis: SupportsIndex) -> tuple[Any, Any, int]:
    """Move the axis of the classes to the end, of dense targets too, and tell where it was."""
    if axis == -1:
        return raw, target, -1
    scores, targets = as_floats(raw, "raw"), np.asarray(target)
    place = checked_axis(scores, axis)
    if targets.shape == scores.shape:
        targets = np.moveaxis(targets, place, -1)
    return np.moveaxis(scores, place, -1), targets, place
