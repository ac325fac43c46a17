"""The engine's Python contract, in plain NumPy: `train`, `predict_scores`, `predict_outputs`, `loss_and_gradient`.

The stopping rules are scikit-learn's. With full batches (or shuffle=False) and no dropout there is no randomness
beyond the first weights, and every step can be compared with the engine's.
"""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.optimize
from sklearn.metrics import accuracy_score, r2_score

from glassnet.engine import AnyWeights, Epoch, Fit, State, Trace, TrainingData, Weights
from glassnet.errors import Diverged
from glassnet.network import NetworkSpec, TrainingSpec

from . import network as net
from .functions import Array
from .network import initial_weights, take
from .solvers import Solver, scheduled_factor


@dataclass
class Standing:
    """Where a training stands: everything that the next call needs to go on as if there had been no pause."""

    solver: Solver
    learning_rate: float
    epoch: int = 0
    step: int = 0
    rows_seen: int = 0
    best: float = np.inf  # of what stopping watches, the smaller the better
    best_epoch: int = 0
    best_weights: Any = None
    no_improvement: int = 0


@dataclass
class Rows:
    """One list for each column of a trace's table of epochs."""

    table: list[tuple[float, ...]] = field(default_factory=list)
    n_layers: int = 1

    def trace(self) -> Trace:
        """The engine's own kind of trace; nothing is known of the layers."""
        epochs = np.array(self.table, dtype=np.float64).reshape(-1, 6)
        return Trace(epochs, np.full((len(epochs), self.n_layers, 7), np.nan), [[] for _ in range(self.n_layers)])

    def add(self, *values: float) -> Epoch:
        """Append an epoch: number, loss, validation loss, validation score, learning rate, seconds."""
        self.table.append(values)
        return Epoch.from_engine((*values, np.full((self.n_layers, 7), np.nan)))


def predict_scores(network: NetworkSpec, weights: AnyWeights, X: Any, n_threads: int = 1) -> Any:
    """Weighted sums of the output layer."""
    return net.forward(network, weights, X)[0][-1].astype(network.dtype)


def predict_outputs(network: NetworkSpec, weights: AnyWeights, X: Any, n_threads: int = 1) -> Any:
    """Output layer after its activation."""
    return net.activate(network.layers[-1], net.forward(network, weights, X)[0][-1]).astype(network.dtype)


def loss_and_gradient(
    network: NetworkSpec, weights: AnyWeights, data: TrainingData, alpha: float = 0.0, n_threads: int = 1
) -> tuple[float, Weights]:
    """Full-batch loss with its penalty, and its gradients."""
    return net.loss_and_gradient(network, weights, data.X, data.y, data.sample_weight, alpha)


def _grouped(arrays: Any, network: NetworkSpec) -> Weights:
    """One list of arrays as weights, biases, embeddings and learned parameters."""
    arrays, n_layers, n_tables = list(arrays), len(network.layers), len(network.embeddings)
    parts = np.cumsum([0, n_layers, n_layers, n_tables, len(network.learned)])
    return Weights(*(arrays[begin:end] for begin, end in itertools.pairwise(parts)))


def _flat(weights: AnyWeights) -> list[Array]:
    return [array for part in weights for array in part]


def validation_score(
    network: NetworkSpec, weights: Weights, data: TrainingData, score: str | None, loss: float
) -> float:
    """Accuracy of the decided labels, or R² averaged over the outputs, weighted by rows; or minus the loss."""
    if score is None or score == "loss":
        return np.nan if score is None else -loss
    z, y = predict_scores(network, weights, data.X_val), np.asarray(data.y_val)
    weight = data.sample_weight_val
    if weight is not None and weight.ndim == 2:
        weight = None  # weights of single outputs say nothing about whole rows
    if score == "r2":
        outputs = net.activate(network.layers[-1], z)
        return float(r2_score(y, outputs, sample_weight=weight))
    if y.ndim == 1:
        return float(accuracy_score(y, z.argmax(axis=1), sample_weight=weight))
    if score == "accuracy_of_largest":
        return float(accuracy_score(y.argmax(axis=1), z.argmax(axis=1), sample_weight=weight))
    threshold = 0.0 if network.layers[-1].activation.name == "sigmoid" else 0.5
    return float(accuracy_score(y > 0.5, z > threshold, sample_weight=weight))


def train(
    network: NetworkSpec,
    training: TrainingSpec,
    data: TrainingData,
    *,
    weights: AnyWeights | None = None,
    state: State | None = None,
    score: str | None = None,
    listener: Callable[[Epoch], bool | None] | None = None,
    epochs: int | None = None,
) -> Fit:
    """Train by the specification; see `glassnet.engine.train`, whose contract this is."""
    n_layers = len(network.layers)
    drawn = initial_weights(network, training.seed) if weights is None else weights
    parameters = [np.array(p, dtype=np.float64) for p in _flat(drawn)]
    if training.solver == "lbfgs":
        return _train_lbfgs(network, training, data, parameters, listener)
    if state is None or state.solver != training.solver:
        standing = Standing(Solver(training, parameters), training.learning_rate_init)
    else:
        standing = copy.deepcopy(state.values["standing"])
    standing.solver.training = training
    rows = Rows(n_layers=n_layers)
    reason = "max_iter"
    try:
        for _ in range(training.max_iter if epochs is None else epochs):
            began = time.perf_counter()
            loss = _one_epoch(network, training, data, parameters, standing)
            rate = standing.learning_rate
            if not np.isfinite(loss):
                raise Diverged.at(standing.epoch, learning_rate=rate)
            current = _grouped(parameters, network)
            judged = (np.nan, np.nan)
            if data.X_val is not None:
                loss_val = net.loss_and_gradient(network, current, data.X_val, data.y_val, data.sample_weight_val)[0]
                judged = (loss_val, validation_score(network, current, data, score, loss_val))
            row = rows.add(standing.epoch, loss, *judged, rate, time.perf_counter() - began)
            stopping = _stops(training, row, standing, parameters)
            if listener is not None and listener(row):
                reason = "listener"
                break
            if stopping:
                reason = "early_stopping" if training.early_stopping else "converged"
                break
    except KeyboardInterrupt:
        reason = "interrupted"
    if training.early_stopping and standing.best_weights is not None:
        parameters = [p.copy() for p in standing.best_weights]
    stored = _grouped((p.astype(network.dtype) for p in parameters), network)
    values = {name: getattr(standing, name) for name in ("epoch", "step", "rows_seen", "learning_rate")}
    return Fit(
        stored.coefs,
        stored.intercepts,
        State(training.solver, {**values, "standing": standing}),
        rows.trace(),
        reason,
        standing.best_epoch,
        list(stored.embeddings),
        list(stored.learned),
    )


def _one_epoch(
    network: NetworkSpec, training: TrainingSpec, data: TrainingData, parameters: list[Array], standing: Standing
) -> float:
    """Run through all rows once; the mean loss over the rows' weights, each batch's measured before its step."""
    n = data.X.shape[0]
    order = np.arange(n)
    if training.shuffle:
        order = np.random.default_rng([training.seed, standing.epoch]).permutation(n)
    batches = range(0, n, training.batch_size)
    losses, totals = [], []
    for start in batches:
        rows = order[start : start + training.batch_size]
        current = _grouped(parameters, network)
        weight = None if data.sample_weight is None else data.sample_weight[rows]
        batch_loss, gradients = net.loss_and_gradient(
            network, current, take(data.X, rows), data.y[rows], weight, training.alpha * (1.0 - training.l1_ratio)
        )
        total = len(rows) if weight is None else weight.sum()
        l1 = training.alpha * training.l1_ratio / total
        batch_loss += l1 * sum(float(np.abs(w).sum()) for w in parameters if w.ndim == 2)
        if training.learning_rate in ("linear", "cosine", "coslog4"):
            progress = min(1.0, standing.step / (training.max_iter * len(batches)))
            standing.learning_rate = training.learning_rate_init * scheduled_factor(training.learning_rate, progress)
        standing.solver.update(parameters, _flat(gradients), standing.learning_rate, l1)
        standing.step += 1
        losses.append(batch_loss)
        totals.append(total)
    standing.epoch += 1
    standing.rows_seen += n
    return float(np.average(losses, weights=totals))


def _stops(training: TrainingSpec, row: Epoch, standing: Standing, parameters: list[Array]) -> bool:
    """scikit-learn's rules: what is watched must improve by tol, and "adaptive" slows down before it gives up."""
    watched = -row.validation_score if training.early_stopping and row.validation_score is not None else row.loss
    standing.no_improvement = standing.no_improvement + 1 if watched > standing.best - training.tol else 0
    if watched < standing.best:
        standing.best, standing.best_epoch = watched, row.epoch
        if training.early_stopping:
            standing.best_weights = [p.copy() for p in parameters]
    if training.solver == "sgd" and training.learning_rate == "invscaling":
        standing.learning_rate = training.learning_rate_init / (standing.rows_seen + 1) ** training.power_t
    if standing.no_improvement <= training.n_iter_no_change:
        return False
    if training.solver != "sgd" or training.learning_rate != "adaptive" or standing.learning_rate <= 1e-6:
        return True
    standing.learning_rate /= 5.0
    standing.no_improvement = 0
    return False


def _train_lbfgs(
    network: NetworkSpec,
    training: TrainingSpec,
    data: TrainingData,
    parameters: list[Array],
    listener: Callable[[Epoch], bool | None] | None,
) -> Fit:
    """Minimize the full-batch loss by SciPy's L-BFGS-B."""
    n_layers = len(network.layers)
    shapes = [p.shape for p in parameters]
    ends = np.cumsum([p.size for p in parameters])[:-1]
    rows = Rows(n_layers=n_layers)

    def unpack(flat: Array) -> Weights:
        return _grouped((part.reshape(s) for part, s in zip(np.split(flat, ends), shapes, strict=True)), network)

    def objective(flat: Array) -> tuple[float, Array]:
        loss, gradients = loss_and_gradient(network, unpack(flat), data, training.alpha)
        return loss, np.concatenate([g.ravel() for g in _flat(gradients)])

    def note(intermediate_result: Any) -> None:
        row = rows.add(len(rows.table) + 1, float(intermediate_result.fun), np.nan, np.nan, np.nan, np.nan)
        if listener is not None and listener(row):
            raise StopIteration

    result = scipy.optimize.minimize(
        objective,
        np.concatenate([p.ravel() for p in parameters]),
        method="L-BFGS-B",
        jac=True,
        callback=note,
        options={"maxfun": training.max_fun, "maxiter": training.max_iter, "gtol": training.tol},
    )
    learned = unpack(result.x.astype(network.dtype))
    if not rows.table:
        rows.add(1, float(result.fun), np.nan, np.nan, np.nan, np.nan)
    reason = "max_iter" if result.status == 1 else "converged"
    coefs, intercepts, *others = learned
    return Fit(coefs, intercepts, None, rows.trace(), reason, len(rows.table), *map(list, others))
