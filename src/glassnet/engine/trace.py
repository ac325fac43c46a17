"""What a training leaves behind: its trace, its solver's state, and the fit itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine.weights import Weights

LAYER_STATISTICS = ("dead", "saturated", "mean", "std", "gradient_norm", "weight_norm", "update_norm")


@dataclass(frozen=True)
class Epoch:
    """One epoch of a training, as a listener sees it.

    Attributes
    ----------
    epoch : int
        Counted from 1 over the whole training, `partial_fit` calls included.
    loss : float
        Mean over the epoch's batches, each with the weights that it met, penalty included.
    validation_loss, validation_score : float or None
        After the epoch, without penalty; None where there is no validation data (or no score was asked for).
    learning_rate : float
        At the epoch's last step.
    seconds : float
        Wall time of the epoch, validation included.
    layers : mapping of str to ndarray of shape (n_layers,)
        "dead": share of a layer's units that were inactive (slope exactly 0) on every row of the epoch.
        "saturated": share of (row, unit) pairs whose slope is below the catalog's threshold for that
        function. "mean", "std": of the
        activations (of the raw scores, in the last layer). "gradient_norm", "weight_norm", "update_norm": Euclidean
        norms of the weights' gradient, of the weights, and of their change in a step. All but "dead" are taken on at
        most eight steps of an epoch, evenly spread: "saturated", "mean" and "std" over their rows, the gradient's and
        the update's norm as root mean squares, the weights' norm at the last of them.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    validation_score: float | None
    learning_rate: float
    seconds: float
    layers: Mapping[str, NDArray[np.float64]]

    @classmethod
    def from_engine(cls, values: tuple[Any, ...]) -> Epoch:
        """Build from the tuple that the engine hands to listeners."""
        epoch, loss, validation_loss, validation_score, rate, seconds, layers = values
        statistics = np.array(layers, dtype=np.float64)
        return cls(
            epoch=int(epoch),
            loss=float(loss),
            validation_loss=_given(validation_loss),
            validation_score=_given(validation_score),
            learning_rate=float(rate),
            seconds=float(seconds),
            layers={name: statistics[:, i] for i, name in enumerate(LAYER_STATISTICS)},
        )


class Trace(Sequence[Epoch]):
    """The epochs of a training: a sequence of `Epoch`, and the same numbers as arrays.

    Attributes
    ----------
    losses, validation_losses, validation_scores, learning_rates, seconds : ndarray of shape (n_epochs,)
        NaN where there was no validation.
    dead_units : list of list of int
        Per layer, the units that were inactive on every row of the last epoch.
    """

    def __init__(self, epochs: NDArray[np.float64], layers: NDArray[np.float64], dead_units: list[list[int]]) -> None:
        self._epochs = epochs
        self._layers = layers
        self.dead_units = dead_units

    @classmethod
    def of_losses(cls, losses: Sequence[float], n_layers: int) -> Trace:
        """Build a trace that knows the losses only (L-BFGS)."""
        epochs = np.full((len(losses), 6), np.nan)
        epochs[:, 0] = np.arange(1, len(losses) + 1)
        epochs[:, 1] = losses
        return cls(
            epochs, np.full((len(losses), n_layers, len(LAYER_STATISTICS)), np.nan), [[] for _ in range(n_layers)]
        )

    def joined(self, later: Trace) -> Trace:
        """Append the epochs of a training that went on from this one."""
        return Trace(
            np.concatenate([self._epochs, later._epochs]),
            np.concatenate([self._layers, later._layers]),
            later.dead_units,
        )

    def __len__(self) -> int:
        return len(self._epochs)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Trace(self._epochs[index], self._layers[index], self.dead_units)
        return Epoch.from_engine((*self._epochs[index], self._layers[index]))

    @property
    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What it was made of: (n_epochs, 6), the scalars in the order of `Epoch`; (n_epochs, n_layers, 7)."""
        return self._epochs, self._layers

    @property
    def losses(self) -> NDArray[np.float64]:
        """Training loss of each epoch."""
        return self._epochs[:, 1]

    @property
    def validation_losses(self) -> NDArray[np.float64]:
        """Validation loss of each epoch, NaN without validation."""
        return self._epochs[:, 2]

    @property
    def validation_scores(self) -> NDArray[np.float64]:
        """Validation score of each epoch, NaN without validation."""
        return self._epochs[:, 3]

    @property
    def learning_rates(self) -> NDArray[np.float64]:
        """Learning rate at the last step of each epoch."""
        return self._epochs[:, 4]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Wall time of each epoch, in seconds."""
        return self._epochs[:, 5]

    @cached_property
    def layers(self) -> Mapping[str, NDArray[np.float64]]:
        """Statistics by name, each of shape (n_epochs, n_layers); see `Epoch.layers`."""
        return {name: self._layers[:, :, i] for i, name in enumerate(LAYER_STATISTICS)}

    def __repr__(self) -> str:
        if not len(self):
            return "Trace(no epochs)"
        return f"Trace({len(self)} epochs, loss {self.losses[0]:.4g} to {self.losses[-1]:.4g})"


@dataclass(frozen=True)
class State:
    """Where a solver stands: its moments and counters.

    With the weights it is all that a training needs to go on exactly. Made by `train`; passed back to go on. It
    pickles, and does not depend on the instruction set.
    """

    solver: str
    values: Mapping[str, Any]

    @property
    def epoch(self) -> int:
        """Epochs done so far."""
        return int(self.values["epoch"])

    @property
    def step(self) -> int:
        """Updates done so far."""
        return int(self.values["step"])

    @property
    def rows_seen(self) -> int:
        """Rows seen so far, each epoch's anew."""
        return int(self.values["rows_seen"])

    @property
    def learning_rate(self) -> float:
        """Base rate of the next step ("adaptive" and "invscaling" change it)."""
        return float(self.values["learning_rate"])


@dataclass(frozen=True)
class Fit:
    """A trained network.

    Attributes
    ----------
    coefs, intercepts : list of ndarray
        Of shape (inputs, units) and (units,), in the network's dtype.
    state : State or None
        None for L-BFGS, which keeps none.
    trace : Trace
    stop_reason : {"max_iter", "converged", "early_stopping", "listener", "interrupted", "diverged"}
    best_epoch : int
        The epoch whose weights these are; 0 for those from before the first.
    embeddings : list of ndarray
        Of shape (categories, dimension), in the network's dtype.
    learned : list of ndarray
        Of shape (units,), in the network's dtype; see `Weights`.
    """

    coefs: list[NDArray[np.floating]]
    intercepts: list[NDArray[np.floating]]
    state: State | None
    trace: Trace
    stop_reason: str
    best_epoch: int
    embeddings: list[NDArray[np.floating]] = field(default_factory=list)
    learned: list[NDArray[np.floating]] = field(default_factory=list)

    @property
    def weights(self) -> Weights:
        """All that was learned."""
        return Weights(self.coefs, self.intercepts, self.embeddings, self.learned)

    @property
    def n_epochs(self) -> int:
        """Epochs (iterations, for L-BFGS) that this call ran."""
        return len(self.trace)


def _given(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
