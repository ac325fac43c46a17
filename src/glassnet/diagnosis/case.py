"""All that is known of a fit, and the numbers that several rules ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.facts import DataFacts
from glassnet.diagnosis.look import Look
from glassnet.engine import Trace, Weights
from glassnet.network import NetworkSpec, TrainingSpec

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case:
    """A fit to be diagnosed; what is None is not known, and no rule that needs it finds anything.

    Attributes
    ----------
    network, training : NetworkSpec, TrainingSpec
    trace : Trace
    stop_reason : str
        As of `glassnet.engine.Fit`; "" where it is not known.
    best_epoch : int or None
        The epoch whose weights were kept, where that is not the last one.
    weights : Weights or None
    facts : DataFacts or None
    look : Look or None
    column_names, class_names : sequence or None
    """

    network: NetworkSpec
    training: TrainingSpec
    trace: Trace
    stop_reason: str = ""
    best_epoch: int | None = None
    weights: Weights | None = None
    facts: DataFacts | None = None
    look: Look | None = None
    column_names: Sequence[Any] | None = None
    class_names: Sequence[Any] | None = None

    @property
    def hidden(self) -> int:
        """Number of hidden layers."""
        return len(self.network.layers) - 1

    @property
    def has_layers(self) -> bool:
        """Whether the trace knows what happened in the layers: not with "lbfgs", whose trace has losses only."""
        return len(self.trace) > 0 and self.training.solver != "lbfgs"

    @property
    def has_rates(self) -> bool:
        """Whether there is a learning rate."""
        return self.training.solver != "lbfgs"

    def layer(self, name: str, epoch: int = -1) -> Floats:
        """One statistic of all layers in an epoch."""
        values: Floats = self.trace.layers[name][epoch]
        return values

    def epoch(self, place: int) -> int:
        """Number of an epoch, counted from 1, by its place in the trace: a long one may have lost older epochs."""
        numbers = self.trace.arrays[0][:, 0]
        return int(numbers[place] - numbers[0]) + 1

    @cached_property
    def steps_an_epoch(self) -> int | None:
        """Updates of the weights in an epoch."""
        return None if self.facts is None else -(-self.facts.n_rows // self.training.batch_size)

    @cached_property
    def update_ratios(self) -> Floats:
        """Ratio of an update's norm to the weights' norm, of each epoch (down) and layer (across).

        Layers that start as zeros have none in the first epoch: any update is infinitely large beside them.
        """
        weights, updates = self.trace.layers["weight_norm"], self.trace.layers["update_norm"]
        ratios = np.divide(updates, weights, out=np.zeros_like(updates), where=weights > 0)
        if len(ratios):
            from_zero = [layer.initializer.name == "zeros" for layer in self.network.layers]
            ratios[0, from_zero] = 0.0
        return ratios

    @cached_property
    def first_ratio(self) -> float:
        """Largest ratio of update to weights of all layers, in the first epoch."""
        return float(self.update_ratios[0].max()) if self.has_layers else math.nan

    @cached_property
    def path(self) -> float | None:
        """How far weights can have moved in all, in units of their own norm: the largest of all layers.

        The sum of all updates' norms bounds the distance between the first and the last weights from above.
        """
        if not self.has_layers or self.steps_an_epoch is None:
            return None
        return float((self.update_ratios * self.steps_an_epoch).sum(axis=0).max())

    @cached_property
    def penalty(self) -> float:
        """What the penalty adds to the loss at the end."""
        if self.weights is None or self.facts is None or self.training.alpha == 0:
            return 0.0
        share = self.training.l1_ratio
        squares = sum(float(np.square(coefs, dtype=np.float64).sum()) for coefs in self.weights.coefs)
        magnitudes = sum(float(np.abs(coefs).sum(dtype=np.float64)) for coefs in self.weights.coefs) if share else 0.0
        rows = self.facts.n_rows if self.training.solver == "lbfgs" else self.training.batch_size
        penalty = self.training.alpha * (share * magnitudes + 0.5 * (1.0 - share) * squares)
        return penalty / max(rows * self.facts.mean_weight, 1e-300)

    @cached_property
    def remaining(self) -> float | None:
        """Share of the loss that is left to learn: 1 for the best constant answer, 0 for a perfect one; None: unknown.

        The loss of the last epoch, without penalty, on the scale between the loss of the best constant answer and that
        of predictions that are their targets.
        """
        if self.facts is None or not len(self.trace):
            return None
        return self.share_left(float(self.trace.losses[-1]) - self.penalty)

    def share_left(self, loss: float) -> float | None:
        """Put a training loss on that scale."""
        if self.facts is None:
            return None
        targets = self.facts.targets
        scale = targets.constant_loss - targets.least_loss
        return (loss - targets.least_loss) / scale if scale > 0 else None

    @cached_property
    def validation_losses(self) -> Floats:
        """Validation losses of the epochs, empty without validation."""
        losses = self.trace.validation_losses
        return losses[~np.isnan(losses)]

    def column(self, index: int) -> str:
        """Name a column of X, with quotes; by its number, counted from 0, where it has no name."""
        return str(index) if self.column_names is None else f'"{self.column_names[index]}"'

    def class_name(self, code: int) -> str:
        """Name a class, with quotes; by its code where it has no name."""
        return str(code) if self.class_names is None else f'"{self.class_names[code]}"'
