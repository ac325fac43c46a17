"""What a diagnosis needs to know of the data: a small summary, kept with the model, since the data are not.

Columns are summed up by those that stand out, targets by what a network that ignores its inputs could reach: its loss
is the yardstick of all losses of the training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Loss
from glassnet.diagnosis.relation import counted, relation
from glassnet.engine import TrainingData, without_codes
from glassnet.network import NetworkSpec

Array = NDArray[Any]

MOST_CELLS, MOST_ROWS, FEWEST_ROWS = 200_000, 1_000, 200  # of X that are looked at: enough for a mean
MOST_LISTED = 100  # constant columns
MOST_VALUES = 10  # distinct targets that are listed
TINY = 1e-12
NEARLY = 1e-15  # distance of a probability from 0 and 1 at which its logit is still a number


@dataclass(frozen=True)
class Column:
    """A column of X, and its mean and standard deviation."""

    index: int
    mean: float
    deviation: float

    @property
    def size(self) -> float:
        """Root mean square."""
        return math.hypot(self.mean, self.deviation)


@dataclass(frozen=True)
class ColumnFacts:
    """The columns of X that stand out; constant ones count only as such.

    Attributes
    ----------
    n : int
    n_constant : int
    constant : tuple of int
        The first hundred of them.
    largest, widest, narrowest : Column or None
        Of the others, by root mean square, largest and smallest deviation; None where all are constant.
    """

    n: int
    n_constant: int
    constant: tuple[int, ...]
    largest: Column | None
    widest: Column | None
    narrowest: Column | None


@dataclass(frozen=True)
class TargetFacts:
    """The targets.

    Attributes
    ----------
    counts : tuple of int or None
        Rows of each class; None for numbers and for rows with several labels.
    weighted : bool
        Whether rows have different weights: class weights, or sample weights.
    values : tuple of float or None
        The distinct numbers, if there are at most ten.
    mean, deviation : float
        Of the output whose targets vary most. 0 and 1 of classes are numbers too.
    constant_loss : float
        Mean loss of the best answer that does not look at the inputs, without penalty.
    least_loss : float
        Mean loss where every prediction is its target: above 0 where labels are smoothed.
    constant_validation_loss : float or None
        Loss of that same answer on the validation rows; None without such rows.
    """

    counts: tuple[int, ...] | None
    weighted: bool
    values: tuple[float, ...] | None
    mean: float
    deviation: float
    constant_loss: float
    least_loss: float
    constant_validation_loss: float | None


@dataclass(frozen=True)
class DataFacts:
    """What was trained on, summed up.

    Attributes
    ----------
    n_rows, n_validation : int
    mean_weight : float
        Of a row.
    columns : ColumnFacts
    targets : TargetFacts
    relation : float or None
        How much more often than by chance nearest neighbors agree, in standard errors (`glassnet.diagnosis.relation`);
        None where validation rows tell more, or where it can't be said.
    """

    n_rows: int
    n_validation: int
    mean_weight: float
    columns: ColumnFacts
    targets: TargetFacts
    relation: float | None = None


def facts_of(network: NetworkSpec, data: TrainingData, codes: Array | None = None) -> DataFacts:
    """Sum up the data of a training.

    Parameters
    ----------
    network : NetworkSpec
    data : glassnet.engine.TrainingData
    codes : ndarray of int, shape (n_samples,), optional
        Classes of the training rows, where y does not say them: 0 and 1 of a sigmoid may also be numbers.

    Returns
    -------
    DataFacts
    """
    weight = data.sample_weight
    n_validation = 0 if data.X_val is None else int(data.X_val.shape[0])
    answers = codes if codes is not None else data.y if data.y.ndim == 1 else data.y[:, 0]
    with np.errstate(all="ignore"):  # numbers whose squares overflow are told by their infinite deviation
        return DataFacts(
            n_rows=int(data.X.shape[0]),
            n_validation=n_validation,
            mean_weight=1.0 if weight is None else float(np.mean(weight)),
            columns=_columns(data.X),
            targets=_targets(network, data, codes),
            relation=relation(data.X, answers) if not n_validation and answers.ndim == 1 else None,
        )


def column_scales(X: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each column, over evenly spaced rows if there are many.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features), or CodedRows, or ChosenRows of one of these
    """
    X = without_codes(X)
    n, columns = X.shape
    wanted = min(MOST_ROWS, max(FEWEST_ROWS, MOST_CELLS // max(1, columns)))
    rows = X[:: max(1, n // wanted)]
    if hasattr(rows, "tocsr"):
        mean = np.asarray(rows.mean(axis=0), dtype=np.float64).ravel()
        square = np.asarray(rows.multiply(rows).mean(axis=0), dtype=np.float64).ravel()
        return mean, np.sqrt(np.maximum(square - mean**2, 0.0))
    return rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)


def _columns(X: Any) -> ColumnFacts:
    mean, deviation = column_scales(X)
    # The deviation of equal numbers is their mean's rounding error at most.
    varies = deviation > TINY * np.maximum(1.0, np.abs(mean))
    varied, constant = np.flatnonzero(varies), np.flatnonzero(~varies)

    def column(place: int) -> Column:
        index = int(varied[place])
        return Column(index, float(mean[index]), float(deviation[index]))

    chosen = (None, None, None) if not len(varied) else (
        column(int(np.hypot(mean, deviation)[varied].argmax())),
        column(int(deviation[varied].argmax())),
        column(int(deviation[varied].argmin())),
    )  # fmt: skip
    listed = tuple(int(i) for i in constant[:MOST_LISTED])
    return ColumnFacts(len(mean), len(constant), listed, *chosen)


def _targets(network: NetworkSpec, data: TrainingData, codes: Array | None) -> TargetFacts:
    y, weight = data.y, data.sample_weight
    if codes is None and y.ndim == 1:
        codes = y
    counts = None
    if codes is not None and codes.ndim == 1:
        n_classes = max(network.n_outputs, int(codes.max(initial=0)) + 1)
        counts = tuple(int(n) for n in counted(codes, n_classes))
    sample = _sampled(y, weight, network.n_outputs)
    answer, constant_loss = _best_constant(network.loss, sample)
    judged = None
    if data.X_val is not None and data.y_val is not None:
        judged = _loss_at(network.loss, answer, _sampled(data.y_val, data.sample_weight_val, network.n_outputs))
    values, mean, deviation = None, 0.0, 0.0  # of codes there is nothing more to say
    if y.ndim == 2:
        means, deviations = sample.targets.mean(axis=0), sample.targets.std(axis=0)
        widest = int(deviations.argmax())
        mean, deviation = float(means[widest]), float(deviations[widest])
        distinct = np.unique(sample.targets[:, widest])
        values = tuple(float(v) for v in distinct) if len(distinct) <= MOST_VALUES else None
    return TargetFacts(
        counts=counts,
        weighted=weight is not None and bool(np.ptp(weight) > 0),
        values=values,
        mean=mean,
        deviation=deviation,
        constant_loss=constant_loss,
        least_loss=_loss_at(network.loss, _link(network.loss.link, sample.targets), sample),
        constant_validation_loss=judged,
    )


def losses_on(network: NetworkSpec, scores: Array, y: Array) -> tuple[float, float]:
    """Mean loss of these raw scores, and that of the best constant answer.

    Parameters
    ----------
    network : NetworkSpec
    scores : ndarray of shape (n_samples, n_outputs)
    y : ndarray
        Codes of classes (n_samples,), or targets (n_samples, n_outputs).
    """
    sample = _sampled(y, None, network.n_outputs)
    targets = y.astype(np.float64) if y.ndim == 2 else np.eye(network.n_outputs)[y]
    every = _Targets(targets, np.ones(targets.shape))
    return (
        _loss_at(network.loss, scores.astype(np.float64), every),
        _best_constant(network.loss, sample)[1],
    )


class _Targets(NamedTuple):
    """Dense targets (n, n_outputs) and a weight for each of them; a row for each class where there are codes."""

    targets: NDArray[np.float64]
    weights: NDArray[np.float64]


def _sampled(y: Array, weight: Array | None, n_outputs: int) -> _Targets:
    """Take all codes, since counting is cheap, and of dense targets evenly spaced rows."""
    if y.ndim == 1:
        counts = counted(y, n_outputs, weight)
        return _Targets(np.eye(n_outputs), np.repeat(counts[:, None].astype(np.float64), n_outputs, axis=1))
    every = max(1, len(y) // MOST_ROWS)
    rows = y[::every].astype(np.float64)
    weights = np.ones(len(rows)) if weight is None else weight[::every].astype(np.float64)
    return _Targets(rows, np.broadcast_to(weights.reshape(len(rows), -1), rows.shape))


def _link(name: str, predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn predictions to raw scores; 0 and 1 to nearly infinite ones."""
    if name == "sigmoid":
        inside = np.clip(predictions, NEARLY, 1 - NEARLY)
        return np.asarray(np.log(inside) - np.log1p(-inside))
    if name in ("softmax", "exp"):
        return np.asarray(np.log(np.maximum(predictions, NEARLY)))
    return predictions


def _best_constant(loss: Loss, sample: _Targets) -> tuple[NDArray[np.float64], float]:
    """Raw scores of the best constant answer among a few candidates, and its loss: for most losses it is the mean."""
    rows = sample.targets
    total = np.maximum(sample.weights.sum(axis=0), NEARLY)
    mean = (rows * sample.weights).sum(axis=0) / total
    candidates = [_link(loss.link, mean)]
    if loss.link == "identity":
        # The median is the best for absolute errors, a quantile for theirs; a margin wants -1 or 1, a formula anything.
        candidates += [*np.quantile(rows, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0)]
        candidates += [np.full_like(mean, value) for value in (-1.0, 0.0, 1.0)]
        candidates.append(_link("sigmoid", mean))
    losses = [_loss_at(loss, answer, sample) for answer in candidates]
    best = int(np.argmin([value if math.isfinite(value) else math.inf for value in losses]))
    return candidates[best], losses[best]


def _loss_at(loss: Loss, scores: NDArray[np.float64], sample: _Targets) -> float:
    """Mean loss of the rows as training counts it, at these raw scores; NaN where rows have none of their own."""
    if not loss.of_rows:
        return math.nan
    raw = np.ascontiguousarray(np.broadcast_to(scores, sample.targets.shape))
    weights = sample.weights.mean(axis=1)
    # Classes as targets, where a loss takes nothing else.
    one_hot = sample.targets.argmax(axis=1) if loss.domain.sums_to_one and _is_one_hot(sample.targets) else None
    wanted = sample.targets if one_hot is None else one_hot
    with np.errstate(all="ignore"):
        rows = np.asarray(loss(raw, wanted, reduction="none"), dtype=np.float64)
    return float((rows * weights).sum() / max(weights.sum(), NEARLY))


def _is_one_hot(targets: NDArray[np.float64]) -> bool:
    return targets.shape[1] > 1 and bool((targets.sum(axis=1) == 1.0).all() and (targets.max(axis=1) == 1.0).all())
