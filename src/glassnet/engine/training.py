"""Training: a network's description, how to train it, and data in; a fit out."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from glassnet._engine import StopFlag
from glassnet.engine.data import TrainingData, engine_rows, engine_targets, engine_weights, largest_value
from glassnet.engine.lbfgs import train_lbfgs
from glassnet.engine.session import engine_network, engine_options
from glassnet.engine.trace import Epoch, Fit, State, Trace
from glassnet.engine.weights import AnyWeights, Weights, initial_weights
from glassnet.errors import Diverged, DivergedWarning
from glassnet.network import NetworkSpec, TrainingSpec

Listener = Callable[[Epoch], Any]


def train(
    network: NetworkSpec,
    training: TrainingSpec,
    data: TrainingData,
    *,
    weights: AnyWeights | None = None,
    state: State | None = None,
    score: str | None = None,
    listener: Listener | None = None,
    epochs: int | None = None,
    stop: StopFlag | None = None,
    observe: bool = True,
) -> Fit:
    """Train a network.

    The result depends on the arguments alone, not on the number of threads, on one instruction set.

    Parameters
    ----------
    network : NetworkSpec
    training : TrainingSpec
    data : TrainingData
        Finite (the caller has checked); shapes fit the network.
    weights : Weights, or tuple of (coefs, intercepts), optional
        Start weights; drawn by `initial_weights(network, training.seed)` if None.
    state : State, optional
        Of an earlier call, whose weights are passed too: training goes on as if it had not been interrupted.
    score : {"accuracy", "accuracy_of_largest", "r2", "loss"}, optional
        What is measured on the validation data, and what early stopping watches. With class codes both accuracies are
        the share of rows whose largest score is that of their code. With dense targets "accuracy" wants every output
        on its target's side (yes-no outputs), "accuracy_of_largest" the largest score where the largest target is. With
        "loss" the score is minus the validation loss, so that the best epoch is that of the smallest.
    listener : callable, optional
        Called with an `Epoch` when one has ended; a true result ends the training.
    epochs : int, optional
        Run only so many epochs now; schedules still see `training.max_iter` as the whole.
    stop : StopFlag, optional
        Set from another thread, it ends the training as Ctrl-C would. With a flag Ctrl-C is the affair of whoever holds
        it: Python tells signals to the main thread only.
    observe : bool, default=True
        Whether layers are looked at; without, the trace has losses and zeros. The weights are the same. What looking
        costs is measured by benchmarks/diagnosis.py: too little to turn it off.

    Returns
    -------
    Fit
        After Ctrl-C too (stop_reason "interrupted"): with the best weights so far if early stopping watches, else the
        latest.

    Raises
    ------
    Diverged
        When the loss turns NaN or infinite. With early stopping it is a `DivergedWarning`, and the best weights come
        back.
    """
    if weights is None:
        weights = initial_weights(network, training.seed)
    if training.solver == "lbfgs":
        return train_lbfgs(network, training, data, weights, listener, stop)
    if state is not None and state.solver != training.solver:
        state = None  # another solver's moments mean nothing to this one
    built = engine_network(network, weights)
    has_validation = data.X_val is not None
    trace, values = built.train(
        engine_rows(data.X),
        engine_targets(data.y, network.dtype),
        engine_weights(data.sample_weight),
        engine_rows(data.X_val) if has_validation else None,
        engine_targets(data.y_val, network.dtype) if data.y_val is not None and has_validation else None,
        engine_weights(data.sample_weight_val),
        engine_options(training, epochs, score, observe=observe),
        None if state is None else dict(state.values),
        None if listener is None else _hears(listener),
        training.n_threads,
        stop,
    )
    if trace["stop"] == "diverged":
        error = Diverged.at(
            epoch=int(trace["diverged_epoch"]),
            layer=int(trace["diverged_layer"]) + 1,
            learning_rate=training.learning_rate_init,
            largest_input=largest_value(data.X),
            largest_target=largest_value(data.y) if data.y.dtype.kind == "f" else None,
        )
        if not training.early_stopping:
            raise error
        # The level of whoever called an estimator's fit.
        warnings.warn(DivergedWarning.kept(error, int(trace["best_epoch"])), stacklevel=5)
    learned = Weights(*built.parameters())
    dead_units = trace["dead_units"] or [[] for _ in network.layers]  # where not even one epoch was finished
    return Fit(
        coefs=learned.coefs,
        intercepts=learned.intercepts,
        embeddings=list(learned.embeddings),
        learned=list(learned.learned),
        state=State(training.solver, values),
        trace=Trace(trace["epochs"], trace["layers"], dead_units),
        stop_reason=trace["stop"],
        best_epoch=int(trace["best_epoch"]),
    )


def _hears(listener: Listener) -> Callable[[tuple[Any, ...]], bool]:
    return lambda values: bool(listener(Epoch.from_engine(values)))
