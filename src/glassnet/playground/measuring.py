"""Loss and score of a network on some rows, as the engine measures them on the test rows after each epoch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Loss
from glassnet.engine import Predictor, Weights
from glassnet.network import NetworkSpec

Array = NDArray[Any]


def measured(
    network: NetworkSpec, weights: Weights, score: str | None, X: Array, y: Array, sample_weight: Array | None = None
) -> tuple[float, float]:
    """Pass rows through a network, and compare.

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights
    score : {"accuracy", "accuracy_of_largest", "r2", "loss"} or None
        As for `glassnet.engine.train`.
    X : ndarray of shape (n_samples, n_inputs)
    y : ndarray
        Class codes (n_samples,), or targets (n_samples, n_outputs).
    sample_weight : ndarray of shape (n_samples,), optional

    Returns
    -------
    loss : float
        Mean, without penalty; NaN where rows have none of their own.
    score : float
        NaN where none was asked for.
    """
    with np.errstate(all="ignore"):  # weights that grew without bound
        raw = Predictor(network, weights).scores(X)
        rows = np.asarray(network.loss(raw, y, reduction="none"), np.float64) if network.loss.of_rows else None
        loss = math.nan if rows is None else float(np.average(rows, weights=sample_weight))
        return loss, scored(score, network.loss, raw, y, sample_weight, loss)


def scored(
    score: str | None, loss: Loss, raw: Array, y: Array, sample_weight: Array | None = None, mean_loss: float = math.nan
) -> float:
    """Score raw scores; parameters are those of `measured`.

    Examples
    --------
    >>> import glassnet as gn
    >>> scored("accuracy", gn.loss("bce"), np.array([[2.0], [-1.0]]), np.array([[1.0], [1.0]]))
    0.5
    """
    if score in ("accuracy", "accuracy_of_largest"):
        if y.ndim == 1:
            right = raw.argmax(axis=1) == y
        elif score == "accuracy":
            right = ((raw > loss.middle) == (y > 0.5)).all(axis=1)
        else:
            right = raw.argmax(axis=1) == y.argmax(axis=1)
        return float(np.average(right, weights=sample_weight))
    if score == "r2":
        errors = np.asarray(y - loss.output_activation(raw), np.float64)
        spread = y - np.average(np.asarray(y, np.float64), axis=0, weights=sample_weight)
        left, whole = (np.average(np.square(part), axis=0, weights=sample_weight) for part in (errors, spread))
        return float(np.where(whole > 0, 1 - left / np.where(whole > 0, whole, 1), left == 0).mean())
    return -mean_loss if score == "loss" else math.nan
