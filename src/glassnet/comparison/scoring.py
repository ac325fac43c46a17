"""What a trained network is judged by on the rows that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Loss
from glassnet.errors import ParameterError
from glassnet.estimators.decides import PROBABLE
from glassnet.estimators.targets import Labels

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Classes:
    """What a classifier said of rows whose class is known.

    Parameters
    ----------
    codes : ndarray of int, (n,) or, for several labels a row, (n, n_labels)
    raw : ndarray (n, n_outputs)
        The output layer's sums.
    labels : Labels
    loss : Loss
    """

    codes: Array
    raw: Array
    labels: Labels
    loss: Loss

    @cached_property
    def decided(self) -> Array:
        """Codes that the network decides for."""
        decision = self.labels.decision(self.raw, self.loss)
        if self.labels.kind == "multiclass":
            largest: Array = decision.argmax(axis=1)
            return largest
        return (decision > 0).astype(np.int64)

    @cached_property
    def log_probabilities(self) -> Array:
        """Logarithms of the classes' probabilities, (n, n_classes)."""
        return self.labels.log_probabilities(self.raw.astype(np.float64), self.loss.link)

    @property
    def given(self) -> tuple[Array, Array]:
        """Labels, true and predicted, as a scoring function of the user takes them."""
        if self.labels.kind == "multilabel":
            return self.codes, self.decided
        return self.labels.classes[self.codes], self.labels.classes[self.decided]


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a regressor said of rows whose number is known; both of shape (n, n_outputs)."""

    true: Array
    predicted: Array

    @property
    def given(self) -> tuple[Array, Array]:
        """Numbers, true and predicted, as a scoring function of the user takes them."""
        if self.true.shape[1] == 1:
            return self.true[:, 0], self.predicted[:, 0]
        return self.true, self.predicted


@dataclass(frozen=True, eq=False)
class Scoring:
    """A score.

    Attributes
    ----------
    name : str
    larger_is_better : bool
    judge : callable
        `Classes` or `Numbers` in, a float out.
    probable : bool
        Needs probabilities, which only some losses give.
    share : bool
        Lies between 0 and 1, and is written as a percentage.
    least, most : float
        No score is outside of these; an interval is cut there.
    """

    name: str
    larger_is_better: bool
    judge: Callable[[Any], float]
    probable: bool = False
    share: bool = False
    least: float = -math.inf
    most: float = math.inf


def scoring_for(asked: Any, *, classification: bool) -> Scoring:
    """Find a score by its name, or make one of a function.

    Parameters
    ----------
    asked : None, str or callable
        None: the accuracy, or R². A function takes the true and the predicted labels or numbers; larger is better.
    classification : bool

    Raises
    ------
    ParameterError
        If there is no score of this name for the task.

    Examples
    --------
    >>> scoring_for(None, classification=True).name, scoring_for("rmse", classification=False).larger_is_better
    ('accuracy', False)
    """
    table = _OF_CLASSES if classification else _OF_NUMBERS
    if asked is None:
        return next(iter(table.values()))
    if callable(asked):
        function = asked
        name = getattr(asked, "__name__", type(asked).__name__)
        return Scoring(name, True, lambda said: float(function(*said.given)))
    if asked not in table:
        raise ParameterError.choice("scoring", asked, tuple(table))
    return table[asked]


def check_probable(scoring: Scoring, loss: Loss) -> None:
    """Make sure that a loss gives the probabilities that a score needs.

    Raises
    ------
    ParameterError
        If it does not.
    """
    if scoring.probable and loss.link not in PROBABLE:
        raise ParameterError.value(
            "loss", loss.name, "a loss whose output is a probability, because that is what scoring judges"
        )


def _accuracy(said: Classes) -> float:
    right = said.decided == said.codes
    return float(right.mean() if right.ndim == 1 else right.all(axis=1).mean())


def _balanced_accuracy(said: Classes) -> float:
    if said.codes.ndim == 2:
        raise ParameterError.value("scoring", "balanced_accuracy", "accuracy where a row may have several labels")
    right = np.bincount(said.codes, weights=said.decided == said.codes)
    counts = np.bincount(said.codes)
    there = counts > 0
    return float((right[there] / counts[there]).mean())


def _log_loss(said: Classes) -> float:
    logs = said.log_probabilities
    if said.codes.ndim == 2:
        chances = np.where(said.codes == 1, logs, np.log1p(-np.exp(np.minimum(logs, -1e-16))))
        return float(-chances.sum(axis=1).mean())
    return float(-logs[np.arange(len(logs)), said.codes].mean())


def _roc_auc(said: Classes) -> float:
    from sklearn.metrics import roc_auc_score

    if said.codes.ndim == 2:
        return float(roc_auc_score(said.codes, said.raw, average="macro"))
    logs = said.log_probabilities
    if said.labels.kind == "binary":
        return float(roc_auc_score(said.codes, logs[:, 1] - logs[:, 0]))
    there = np.unique(said.codes)
    return float(np.mean([roc_auc_score(said.codes == code, logs[:, code]) for code in there]))


def _r2(said: Numbers) -> float:
    residual = ((said.true - said.predicted) ** 2).sum(axis=0)
    spread = ((said.true - said.true.mean(axis=0)) ** 2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.mean(1 - residual / spread))


def _rmse(said: Numbers) -> float:
    return math.sqrt(float(((said.true - said.predicted) ** 2).mean()))


def _mae(said: Numbers) -> float:
    return float(np.abs(said.true - said.predicted).mean())


ACCURACY = Scoring("accuracy", True, _accuracy, share=True, least=0, most=1)
# The first is the default.
_OF_CLASSES = {
    scoring.name: scoring
    for scoring in (
        ACCURACY,
        Scoring("balanced_accuracy", True, _balanced_accuracy, share=True, least=0, most=1),
        Scoring("log_loss", False, _log_loss, probable=True, least=0),
        Scoring("roc_auc", True, _roc_auc, probable=True, least=0, most=1),
    )
}
_OF_NUMBERS = {
    scoring.name: scoring
    for scoring in (
        Scoring("r2", True, _r2, most=1),
        Scoring("rmse", False, _rmse, least=0),
        Scoring("mae", False, _mae, least=0),
    )
}
