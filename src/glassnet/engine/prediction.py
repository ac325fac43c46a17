"""Forward passes: raw scores and predictions of a trained network; the loss and its gradient over a data set."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.data import TrainingData, engine_rows, engine_targets, engine_weights
from glassnet.engine.session import engine_network
from glassnet.engine.weights import AnyWeights, Weights
from glassnet.network import NetworkSpec


class Predictor:
    """A network made ready to predict: building it costs a pass over the weights, each call only the rows.

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights, or tuple of (coefs, intercepts)
    n_threads : int, default=1
        Used where there are rows enough.
    """

    def __init__(self, network: NetworkSpec, weights: AnyWeights, n_threads: int = 1) -> None:
        self._network = engine_network(network, weights, with_loss=False)
        self._n_outputs = network.n_outputs
        self._dtype = network.dtype
        self._n_threads = n_threads

    def scores(self, X: Any) -> NDArray[Any]:
        """Return the last layer's z, of shape (n_samples, n_outputs), in the network's dtype."""
        return self._run(X, link=False)

    def outputs(self, X: Any) -> NDArray[Any]:
        """Return what the output activation makes of z: probabilities, or expected values."""
        return self._run(X, link=True)

    def _run(self, X: Any, *, link: bool) -> NDArray[Any]:
        rows = engine_rows(X)
        out = np.empty((np.shape(X)[0], self._n_outputs), dtype=self._dtype)
        self._network.predict(rows, out, link, self._n_threads)
        return out


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
