"""Binary cross-entropy, on raw scores as every loss, and on probabilities that are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.catalog import scoring
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.scoring import Reduction
from glassnet.catalog.tensors import on_tensors


@dataclass(frozen=True, init=False, repr=False)
class BinaryCrossEntropy(Loss):
    """The loss of two classes that can also be asked about probabilities.

    A network has raw scores, and from them loss and gradient are exact however sure it is. Where there are only
    probabilities, rounded to 0 or 1 perhaps, these methods do what can be done.

    Examples
    --------
    >>> import glassnet as gn
    >>> (
    ...     round(gn.losses.binary_cross_entropy(0.0, 1.0), 4),
    ...     round(gn.losses.binary_cross_entropy.of_probability(0.5, 1.0), 4),
    ... )
    (0.6931, 0.6931)
    >>> gn.losses.binary_cross_entropy.of_probability([0.0, 1.0, 0.0], [0.0, 1.0, 1.0], reduction="none")
    array([ 0.,  0., inf])
    """

    @on_tensors("of_probability")
    def of_probability(
        self,
        p: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the loss -w t log p - (1 - t) log(1 - p) of probabilities.

        Exact at the ends: a certain and right prediction costs 0, a certain and wrong one infinity (PyTorch's BCELoss
        stops at 100 there).

        Parameters
        ----------
        p : array_like of shape (n,), (n, k) or (..., k)
            Probabilities of class 1, from 0 to 1.
        target, reduction, sample_weight, **parameters
            As for the call on raw scores.

        Returns
        -------
        float, or ndarray of float64 with one loss a row for "none"

        Raises
        ------
        DataError
            If p or target is not from 0 to 1; other errors are those of the call.
        """
        weight, rows, p64, t = self._read(p, target, sample_weight, parameters)
        with np.errstate(divide="ignore"):
            losses = _share(weight * t, -np.log(p64)) + _share(1 - t, -np.log1p(-p64))
        return scoring.reduced(losses.sum(axis=1), rows, reduction)

    def gradient_of_probability(
        self,
        p: npt.ArrayLike,
        target: npt.ArrayLike,
        *,
        reduction: Reduction = "mean",
        sample_weight: npt.ArrayLike | None = None,
        **parameters: Any,
    ) -> Any:
        """Compute the derivative by p, (1 - t) / (1 - p) - w t / p: infinite where a certain prediction is wrong.

        Parameters and errors are those of `of_probability`.

        Returns
        -------
        ndarray of p's shape and dtype, or a NumPy scalar for a scalar
        """
        weight, rows, p64, t = self._read(p, target, sample_weight, parameters)
        with np.errstate(divide="ignore", over="ignore"):
            slopes = _share(1 - t, 1 / (1 - p64)) - _share(weight * t, 1 / p64)
            slopes = slopes.astype(rows.raw.dtype)
        return scoring.weighted(slopes, rows, reduction, np.shape(p))

    def _read(
        self, p: npt.ArrayLike, target: npt.ArrayLike, sample_weight: npt.ArrayLike | None, parameters: dict[str, Any]
    ) -> tuple[float, scoring.Rows, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        loss = self._function(parameters)
        rows = scoring.number_rows(loss, p, target, sample_weight)
        loss.domain.check(rows.target, loss.name)
        counted = np.ones(len(rows.raw), bool) if rows.weight is None else rows.weight > 0
        self.domain.check(rows.raw[counted], "binary_cross_entropy.of_probability")
        probability = np.where(counted[:, None], rows.raw, 0.5).astype(np.float64)
        return loss.values[0], rows, probability, rows.target.astype(np.float64)


def _share(share: Any, x: Any) -> Any:
    """Share * x, and 0 where the share is 0, whatever x is."""
    return np.multiply(share, x, out=np.zeros_like(x), where=share != 0)
