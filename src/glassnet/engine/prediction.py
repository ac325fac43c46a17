"""Forward passes: raw scores and predictions of a trained network; the loss and its gradient over a data set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet import _engine
from glassnet.engine.data import TrainingData, engine_rows, engine_targets, engine_weights
from glassnet.engine.session import engine_network
from glassnet.engine.weights import AnyWeights, Weights
from glassnet.network import NetworkSpec

# What a prediction gives, in the engine's numbers: the last layer's z; what the output activation makes of it; of a
# single sigmoid the chances of both classes, neither of them by subtraction from 1.
SCORES, OUTPUTS, BOTH_SIDES = 0, 1, 2


class Predictor:
    """A network made ready to predict: building it costs a pass over the weights, each call only the rows.

    It holds a copy of the weights, and may be called by several threads at once.

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights, or tuple of (coefs, intercepts)
    n_threads : int, default=1
        Used where there are rows enough.
    """

    def __init__(self, network: NetworkSpec, weights: AnyWeights, n_threads: int = 1) -> None:
        self.network = network
        kind = _engine.Predictor32 if network.dtype == "float32" else _engine.Predictor64
        self._engine: Any = kind(engine_network(network, weights, with_loss=False), n_threads)
        # Of (X, outcome, flat): what `run` gives, for rows that were not checked. None where X is anything but a plain
        # array that the engine can read as it lies: subclasses, other layouts or types than float32 and float64,
        # another width, no rows, numbers that are not finite.
        self.quick: Callable[..., Any] = self._engine.quick

    def run(self, X: Any, outcome: int, *, flat: bool = False) -> NDArray[Any]:
        """Return what becomes of rows that were checked.

        Parameters
        ----------
        X : ndarray or CSR matrix of shape (n_samples, n_inputs), or CodedRows
        outcome : {SCORES, OUTPUTS, BOTH_SIDES}
        flat : bool, default=False
            Whether a single column comes as (n_samples,).

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
            In the network's dtype.
        """
        rows = engine_rows(X)
        out = np.empty((np.shape(X)[0], self._engine.columns(outcome)), dtype=self.network.dtype)
        self._engine.fill(rows, out, outcome)
        return out[:, 0] if flat and out.shape[1] == 1 else out

    def weights(self) -> Weights:
        """Return a copy of the weights."""
        return Weights(*self._engine.network.parameters())

    def scores(self, X: Any) -> NDArray[Any]:
        """Return the last layer's z, of shape (n_samples, n_outputs), in the network's dtype."""
        return self.run(X, SCORES)

    def outputs(self, X: Any) -> NDArray[Any]:
        """Return what the output activation makes of z: probabilities, or expected values."""
        return self.run(X, OUTPUTS)


def predict_scores(network: NetworkSpec, weights: AnyWeights, X: Any, n_threads: int = 1) -> NDArray[Any]:
    """Return the raw scores z of the last layer, of shape (n_samples, n_outputs).

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights, or tuple of (coefs, intercepts)
    X : ndarray or CSR matrix of shape (n_samples, n_inputs), or CodedRows
    n_threads : int, default=1
    """
    return Predictor(network, weights, n_threads).scores(X)


def predict_outputs(network: NetworkSpec, weights: AnyWeights, X: Any, n_threads: int = 1) -> NDArray[Any]:
    """Return the predictions, of shape (n_samples, n_outputs): the raw scores through the output activation.

    Parameters are those of `predict_scores`.
    """
    return Predictor(network, weights, n_threads).outputs(X)


def loss_and_gradient(
    network: NetworkSpec, weights: AnyWeights, data: TrainingData, alpha: float = 0.0, n_threads: int = 1
) -> tuple[float, Weights]:
    """Return the mean loss over all rows plus the L2 penalty, and its gradient.

    Parameters
    ----------
    network : NetworkSpec
        Dropout is left out.
    weights : Weights, or tuple of (coefs, intercepts)
    data : TrainingData
        X, y and sample_weight are used.
    alpha : float, default=0.0
        The loss gains alpha / 2 * sum(W**2) / (sum of sample weights).
    n_threads : int, default=1

    Returns
    -------
    loss : float
    gradients : Weights
        The derivative by each of the weights.
    """
    loss, gradients = engine_network(network, weights).loss_and_gradient(
        engine_rows(data.X),
        engine_targets(data.y, network.dtype),
        engine_weights(data.sample_weight),
        alpha,
        n_threads,
    )
    return loss, Weights(*gradients)
