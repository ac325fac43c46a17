"""L-BFGS: SciPy's minimizer on the engine's loss and gradient, always in float64."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize

from glassnet._engine import StopFlag
from glassnet.engine.blas import single_threaded_blas
from glassnet.engine.data import TrainingData, engine_rows, engine_targets, engine_weights
from glassnet.engine.session import engine_network
from glassnet.engine.trace import Epoch, Fit, Trace
from glassnet.engine.weights import AnyWeights, Weights, initial_learned
from glassnet.errors import Diverged
from glassnet.network import NetworkSpec, TrainingSpec


class _Stopped(Exception):
    """A listener or Ctrl-C has ended the minimization."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def train_lbfgs(
    network: NetworkSpec,
    training: TrainingSpec,
    data: TrainingData,
    weights: AnyWeights,
    listener: Callable[[Epoch], Any] | None,
    stop: StopFlag | None = None,
) -> Fit:
    """Minimize the loss over all rows at once by L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995).

    Parameters are as in `train`. An "epoch" of the trace is an iteration of the minimizer; validation data is measured
    by the estimators only at the end, since L-BFGS has no early stopping.

    Returns
    -------
    Fit
        In the network's dtype; `stop_reason` is "converged" or "max_iter" as the minimizer says.
    """
    double = dataclasses.replace(network, dtype="float64")
    objective = _Objective(double, training, data, weights, stop)
    best, losses, reason = objective.start, [], "converged"
    success = None

    def ended(intermediate_result: OptimizeResult) -> None:
        nonlocal best
        best = np.array(intermediate_result.x)
        losses.append(float(intermediate_result.fun))
        if listener is not None and listener(_epoch(len(losses), losses[-1], len(network.layers))):
            raise _Stopped("listener")

    try:
        with single_threaded_blas():
            result = minimize(
                objective,
                objective.start,
                method="L-BFGS-B",
                jac=True,
                callback=ended,
                options={"maxiter": training.max_iter, "maxfun": training.max_fun, "gtol": training.tol},
            )
        best = result.x
        success = result
        if result.status == 1:  # iterations or evaluations are used up
            reason = "max_iter"
        if not losses or losses[-1] != float(result.fun):
            losses.append(float(result.fun))
    except _Stopped as stopped:
        reason = stopped.reason
    except KeyboardInterrupt:
        reason = "interrupted"
    if success is not None and not math.isfinite(success.fun):
        raise Diverged.at(epoch=max(1, len(losses)), layer=len(network.layers), learning_rate=None)
    learned = [[array.astype(network.dtype) for array in part] for part in objective.unpack(best)]
    return Fit(
        coefs=learned[0],
        intercepts=learned[1],
        embeddings=learned[2],
        learned=learned[3],
        state=None,
        trace=Trace.of_losses(losses, len(network.layers)),
        stop_reason=reason,
        best_epoch=len(losses),
    )


class _Objective:
    """Loss and gradient as functions of one vector: all weights, biases, embeddings, and learned parameters."""

    def __init__(
        self,
        network: NetworkSpec,
        training: TrainingSpec,
        data: TrainingData,
        weights: AnyWeights,
        stop: StopFlag | None,
    ) -> None:
        biases = tuple((columns,) for _, columns in network.shapes)
        self.shapes = (network.shapes, biases, network.embedding_shapes, network.learned_shapes)
        self.stop = stop
        self.alpha = training.alpha
        self.threads = training.n_threads
        weights = Weights(*weights)
        self.start = self.pack(weights if weights.learned else weights._replace(learned=initial_learned(network)))
        self.network = engine_network(network, self.unpack(self.start))
        self.X = engine_rows(data.X)
        self.y = engine_targets(data.y, network.dtype)
        self.sample_weight = engine_weights(data.sample_weight)

    def pack(self, weights: AnyWeights) -> NDArray[np.float64]:
        """Join all arrays into one vector."""
        return np.concatenate([np.ravel(array) for part in weights for array in part], dtype=np.float64)

    def unpack(self, vector: NDArray[np.float64]) -> Weights:
        """Cut a vector into the arrays that it was joined of."""
        sizes = [math.prod(shape) for shapes in self.shapes for shape in shapes]
        pieces = iter(np.split(np.ascontiguousarray(vector), np.cumsum(sizes)[:-1]))
        return Weights(*([next(pieces).reshape(shape) for shape in shapes] for shapes in self.shapes))

    def __call__(self, vector: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Evaluate loss and gradient."""
        if self.stop is not None and self.stop.is_set():
            raise _Stopped("interrupted")
        self.network.set_parameters(self.unpack(vector))
        loss, gradients = self.network.loss_and_gradient(self.X, self.y, self.sample_weight, self.alpha, self.threads)
        return loss, self.pack(gradients)


def _epoch(epoch: int, loss: float, n_layers: int) -> Epoch:
    unknown = [(math.nan,) * 7] * n_layers
    return Epoch.from_engine((epoch, loss, math.nan, math.nan, math.nan, math.nan, unknown))
