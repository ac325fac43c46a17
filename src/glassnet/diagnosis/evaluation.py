"""How good a model is on rows that it has not seen, beside the answer that needs no model.

The naive answer knows the training targets only: for classes the most frequent one, with the training shares as
probabilities; for numbers the training mean. A model that does not beat it has learned nothing that helps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.diagnosis.accuracy import Accuracy, confusion_matrix
from glassnet.errors import ShapeError

Task = Literal["regression", "binary", "multiclass"]
Metrics = dict[str, float | None]

MOST_CLASSES_CONFUSED = 100  # a confusion matrix of more classes is read by nobody and takes memory by their square
SMALLEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A model's metrics on rows that it has not seen, and those of the naive answer.

    Attributes
    ----------
    task : {"regression", "binary", "multiclass"}
    n : int
        Rows.
    metrics : dict of str to float or None
        "accuracy", "log_loss" and "roc_auc", or "rmse", "mae" and "r2"; None where one is not defined.
    baseline : dict of str to float or None
        The same of the naive answer.
    baseline_name : {"most_frequent_class", "training_mean"}
    baseline_answer : object
        That class, or that mean.
    accuracy : Accuracy or None
        Rows that were right, with their interval; None for numbers. It counts rows, whatever their weights, while
        `metrics` weighs them.
    confusion : ndarray of int64, shape (n_classes, n_classes), or None
        Rows of each class (down) by what they were taken for (across); None for numbers, and for more than 100 classes.
    classes : list or None
        The labels, in the order of the matrix.
    """

    task: Task
    n: int
    metrics: Metrics
    baseline: Metrics
    baseline_name: Literal["most_frequent_class", "training_mean"]
    baseline_answer: Any
    accuracy: Accuracy | None = None
    confusion: NDArray[np.int64] | None = None
    classes: list[Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Describe it by JSON types only; what is not defined or not finite is null."""
        interval = None if self.accuracy is None else [self.accuracy.low, self.accuracy.high]
        return {
            "task": self.task,
            "n": self.n,
            "metrics": {name: _finite(value) for name, value in self.metrics.items()},
            "baseline": {name: _finite(value) for name, value in self.baseline.items()},
            "baseline_name": self.baseline_name,
            "baseline_answer": _plain(self.baseline_answer),
            "accuracy_interval": interval,
            "confusion_matrix": None if self.confusion is None else self.confusion.tolist(),
            "classes": None if self.classes is None else [_plain(label) for label in self.classes],
        }


def evaluate_classes(
    codes: ArrayLike,
    probabilities: ArrayLike | None,
    classes: Sequence[Any],
    training_shares: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    predicted: ArrayLike | None = None,
    scores: ArrayLike | None = None,
) -> Evaluation:
    """Judge a classifier.

    The log-loss is the mean of -log p of the true class, p clipped from below at the smallest normal float64 (2.2e-308),
    so a class that was ruled out costs 708 and not infinity. The area under the ROC curve is that of the second class
    where there are two; with more it is taken for each class against the rest and averaged over the classes that occur
    in these rows, each counting the same. It is None where these rows have one class only.

    Parameters
    ----------
    codes : array-like of int, shape (n,)
        The true classes, from 0 to n_classes - 1; n >= 1.
    probabilities : array-like of float, shape (n, n_classes), or None
        None where the model has none; then `predicted` is needed, and log-loss is None.
    classes : sequence of length n_classes
        The labels.
    training_shares : array-like of float, shape (n_classes,)
        Share of each class among the training rows (or any numbers in proportion to them).
    sample_weight : array-like of float, shape (n,), optional
        Weights of the rows in all metrics, at least 0 with a positive sum.
    predicted : array-like of int, shape (n,), optional
        What the model answers; the most probable class if None.
    scores : array-like of float, shape (n,) or (n, n_classes), optional
        What the model decides by, if it has no probabilities: the larger, the surer; (n,) for the second of two
        classes. The area under the ROC curve is taken from them; without them it is None.

    Raises
    ------
    ShapeError
        If there are no rows.

    Examples
    --------
    >>> found = evaluate_classes(
    ...     [0, 1, 1, 1], [[0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]], ["no", "yes"], [0.5, 0.5]
    ... )
    >>> found.metrics["accuracy"], found.metrics["roc_auc"], round(found.metrics["log_loss"], 3)
    (0.75, 1.0, 0.4)
    """  # noqa: E501 (an example is a line)
    true = np.asarray(codes, dtype=np.int64)
    if not len(true):
        raise ShapeError.empty("y", true.shape)
    weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    labels = list(classes)
    shares = np.asarray(training_shares, dtype=np.float64)
    shares = shares / shares.sum()
    frequent = int(shares.argmax())
    given = None if probabilities is None else np.asarray(probabilities, dtype=np.float64)
    if predicted is None:
        assert given is not None, "predicted is needed where there are no probabilities"
        predicted = given.argmax(axis=1)
    answers = np.asarray(predicted, dtype=np.int64)
    right = answers == true
    by = given
    if by is None and scores is not None:
        by = np.asarray(scores, dtype=np.float64)
        by = np.column_stack([-by, by]) if by.ndim == 1 else by
    area = None if by is None else _area(true, by, weight)
    naive_area = _area(true, np.broadcast_to(shares, (len(true), len(shares))), weight)
    return Evaluation(
        task="binary" if len(labels) == 2 else "multiclass",
        n=len(true),
        metrics={
            "accuracy": _mean(right, weight),
            "log_loss": None if given is None else _mean(_surprise(given[np.arange(len(true)), true]), weight),
            "roc_auc": area,
        },
        baseline={
            "accuracy": _mean(true == frequent, weight),
            "log_loss": _mean(_surprise(shares[true]), weight),
            "roc_auc": naive_area,
        },
        baseline_name="most_frequent_class",
        baseline_answer=labels[frequent],
        accuracy=Accuracy(int(right.sum()), len(true)),
        confusion=confusion_matrix(true, answers, len(labels)) if len(labels) <= MOST_CLASSES_CONFUSED else None,
        classes=labels,
    )


def evaluate_numbers(
    y: ArrayLike, predicted: ArrayLike, training_mean: float, sample_weight: ArrayLike | None = None
) -> Evaluation:
    """Judge a regressor: root mean squared error, mean absolute error and R², the share of the variance explained.

        R² = 1 − Σ w·(y − ŷ)² / Σ w·(y − ȳ)²

    with ȳ the mean of these rows. It is None where they are all the same number: there is no variance to explain.

    Parameters
    ----------
    y, predicted : array-like of float, shape (n,)
        n >= 1.
    training_mean : float
        Mean of the target among the training rows.
    sample_weight : array-like of float, shape (n,), optional
        At least 0, with a positive sum.

    Raises
    ------
    ShapeError
        If there are no rows.

    Examples
    --------
    >>> found = evaluate_numbers([1.0, 2.0, 6.0], [1.0, 3.0, 5.0], training_mean=2.0)
    >>> round(found.metrics["mae"], 3), round(found.metrics["r2"], 3), round(found.baseline["r2"], 3)
    (0.667, 0.857, -0.214)
    """
    true, answers = np.asarray(y, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if not len(true):
        raise ShapeError.empty("y", true.shape)
    weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    return Evaluation(
        task="regression",
        n=len(true),
        metrics=_errors(true, answers, weight),
        baseline=_errors(true, np.full(len(true), float(training_mean)), weight),
        baseline_name="training_mean",
        baseline_answer=float(training_mean),
    )


def _mean(values: NDArray[Any], weight: NDArray[np.float64] | None) -> float:
    return float(np.average(values.astype(np.float64), weights=weight))


def _surprise(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-np.log(np.maximum(probabilities, SMALLEST)), dtype=np.float64)


def _area(true: NDArray[np.int64], scores: NDArray[np.float64], weight: NDArray[np.float64] | None) -> float | None:
    """Area under the ROC curve; one against the rest where there are more than two classes."""
    weight = np.ones(len(true)) if weight is None else weight
    occurring = np.unique(true[weight > 0])
    if len(occurring) < 2 or not np.isfinite(scores[weight > 0]).all():
        return None
    watched = [1] if scores.shape[1] == 2 else occurring
    return float(np.mean([_area_of_one(true == code, scores[:, code], weight) for code in watched]))


def _area_of_one(true: NDArray[np.bool_], scores: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Chance that a row of the class scores higher than another row; equal scores count half (Mann, Whitney 1947).

    scikit-learn's `roc_auc_score` gives the same; it checks its arguments anew each time, and bootstrapping asks for
    hundreds of areas.
    """
    order = np.argsort(scores, kind="stable")
    first = np.flatnonzero(np.concatenate([[True], np.diff(scores[order]) != 0]))  # of each group of equal scores
    inside = np.add.reduceat(np.where(true, weight, 0.0)[order], first)
    outside = np.add.reduceat(np.where(true, 0.0, weight)[order], first)
    below = np.cumsum(outside) - outside
    return float(np.sum(inside * (below + outside / 2)) / (inside.sum() * outside.sum()))


def _errors(true: NDArray[np.float64], answers: NDArray[np.float64], weight: NDArray[np.float64] | None) -> Metrics:
    differences = true - answers
    error = _root_mean_square(differences, weight)
    spread = _root_mean_square(true - np.average(true, weights=weight), weight)
    # Equal numbers differ from their mean by its rounding error, which is no spread.
    varied = np.ptp(true if weight is None else true[weight > 0]) > 0 and spread > 0
    ratio = error / spread if varied else 0.0
    return {"rmse": error, "mae": _mean(np.abs(differences), weight), "r2": 1 - ratio * ratio if varied else None}


def _root_mean_square(values: NDArray[np.float64], weight: NDArray[np.float64] | None) -> float:
    # In units of the largest: squares of numbers beyond 1e154 would overflow, and those below 1e-162 vanish.
    unit = float(np.abs(values).max())
    if unit == 0 or not math.isfinite(unit):
        return unit
    return unit * math.sqrt(_mean((values / unit) ** 2, weight))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _plain(label: Any) -> Any:
    """Turn NumPy's scalars to Python's; what JSON does not know becomes text."""
    if isinstance(label, np.generic):
        label = label.item()
    if isinstance(label, float):
        return _finite(label)
    return label if label is None or isinstance(label, (bool, int, str)) else str(label)
