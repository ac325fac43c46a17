"""From labels to the targets that a loss takes, and from raw scores back to labels.

A classification problem has one of three kinds:

    binary       two classes, one output (two where the output is softmax)
    multiclass   more classes, one output for each
    multilabel   y is an indicator matrix, one output for each of its columns

Labels are first turned to codes: positions in the sorted `classes` (n,), or, for multilabel, the indicator (n, k) of
0 and 1. The loss's link then decides the targets: softmax takes the codes themselves, any other link takes columns of
0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logsumexp
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from glassnet.catalog import Loss, log_softmax
from glassnet.errors import DataError, ParameterError, ShapeError

Codes = NDArray[np.int64]
Link = str
FEW_TEXTS = 12  # up to which comparing all rows with each text is the fastest
MOST_SPREAD = 2**16  # between the smallest and the largest of whole numbers that are counted


@dataclass(frozen=True, eq=False)
class CodedLabels:
    """Labels of rows that were counted already: the different ones, and the place of each row's among them.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted and different; some may have no row.
    codes : ndarray of int64, shape (n,)

    Examples
    --------
    >>> labels = CodedLabels.of(np.array(["b", "a", "b"]))
    >>> labels.codes.tolist(), labels.take([0, 2]).array.tolist()
    ([1, 0, 1], ['b', 'b'])
    """

    classes: NDArray[Any]
    codes: Codes

    @classmethod
    def of(cls, y: NDArray[Any]) -> CodedLabels:
        """Count labels (n,) of any type that can be sorted."""
        return cls(*(_counted(y) or np.unique(y, return_inverse=True)))

    @property
    def array(self) -> NDArray[Any]:
        """The rows' labels, (n,)."""
        labels: NDArray[Any] = self.classes[self.codes]
        return labels

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows of each class."""
        return np.bincount(self.codes, minlength=len(self.classes))

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: Any) -> CodedLabels:
        """Return the labels of these rows; the classes stay."""
        return CodedLabels(self.classes, self.codes[rows])

    def without_empty(self) -> CodedLabels:
        """Return the same labels, without classes that have no row."""
        there = self.counts > 0
        if there.all():
            return self
        return CodedLabels(self.classes[there], (np.cumsum(there) - 1)[self.codes])


@dataclass(frozen=True)
class Labels:
    """The labels of one classification problem.

    Parameters
    ----------
    kind : {"binary", "multiclass", "multilabel"}
    classes : ndarray of shape (n_classes,)
        Sorted; the numbers of the indicator's columns for "multilabel".
    """

    kind: Literal["binary", "multiclass", "multilabel"]
    classes: NDArray[Any]

    @classmethod
    def from_classes(cls, classes: NDArray[Any]) -> Labels:
        """Labels of a problem whose sorted, distinct classes are known.

        Raises
        ------
        DataError
            If there is only one: nothing to tell apart.
        """
        if len(classes) < 2:
            raise DataError.one_class(classes[0].item() if hasattr(classes[0], "item") else classes[0])
        return cls("binary" if len(classes) == 2 else "multiclass", classes)

    @classmethod
    def learn(cls, y: NDArray[Any] | CodedLabels) -> tuple[Labels, Codes]:
        """Find the labels in y, and turn y to codes, which may be y itself: they are not to be written to.

        Labels that hardly repeat are looked at by scikit-learn, which may have something to say about them.

        Raises
        ------
        ValueError
            If y holds no labels: continuous numbers, or several columns that are not an indicator.
        """
        if isinstance(y, CodedLabels):
            y = y.without_empty()
            if 2 * len(y.classes) <= len(y):
                return cls.from_classes(y.classes), y.codes
            y = y.array
        found = _counted(y)
        if found is not None:
            return cls.from_classes(found[0]), found[1]
        check_classification_targets(y)
        if y.ndim == 2:
            if type_of_target(y) != "multilabel-indicator":
                raise ShapeError.shape(
                    "y", y.shape, "(n_samples,) for labels; only an indicator of 0 and 1 has columns"
                )
            labels = cls("multilabel", np.arange(y.shape[1]))
            return labels, labels.codes(y)
        classes, codes = np.unique(y, return_inverse=True)
        return cls.from_classes(classes), codes

    def codes(self, y: NDArray[Any] | CodedLabels) -> Codes:
        """Turn labels to codes.

        Raises
        ------
        DataError
            If y holds classes that are not in `classes`, or is of another kind.
        """
        if isinstance(y, CodedLabels):
            y = y.array
        if self.kind == "multilabel":
            if y.ndim != 2 or y.shape[1] != len(self.classes):
                raise ShapeError.shape(
                    "y", y.shape, "(n_samples, {k}): an indicator, as in the first call", k=len(self.classes)
                )
            return y.astype(np.int64)
        if y.ndim != 1:
            raise ShapeError.shape("y", y.shape, "(n_samples,): labels, as in the first call")
        present, inverse = _counted(y) or np.unique(y, return_inverse=True)
        # By sorting: NumPy 2.0 cannot make a table of numbers beyond int64.
        unseen = present[np.isin(present, self.classes, assume_unique=True, invert=True, kind="sort")]
        if len(unseen):
            raise DataError.unseen_classes(unseen.tolist(), self.classes.tolist())
        places = np.searchsorted(self.classes, present)
        return inverse if np.array_equal(places, np.arange(len(present))) else places[inverse]

    def n_outputs(self, link: Link) -> int:
        """Width of the output layer under this link."""
        return 1 if self.kind == "binary" and link != "softmax" else len(self.classes)

    def targets(self, codes: Codes, link: Link, dtype: str, smoothing: float = 0.0) -> NDArray[Any]:
        """Turn codes to what the engine takes as y.

        Parameters
        ----------
        codes : ndarray of int64, (n,) or (n, n_classes)
        link : str
            Name of the output activation.
        dtype : {"float32", "float64"}
        smoothing : float
            The share of a target that is spread evenly over all classes (softmax), or over 0 and 1 (any other link).

        Returns
        -------
        ndarray
            int64 codes (n,) under softmax without smoothing, else columns (n, n_outputs) of dtype.
        """
        if link == "softmax" and not smoothing:
            return codes
        if codes.ndim == 2:
            columns = codes.astype(dtype)
        elif self.n_outputs(link) == 1:
            columns = codes.astype(dtype)[:, None]
        else:
            columns = (codes[:, None] == np.arange(len(self.classes))).astype(dtype)
        if smoothing:
            columns *= 1.0 - smoothing
            columns += smoothing / (columns.shape[1] if link == "softmax" else 2)
        return columns

    def decision(self, scores: NDArray[Any], loss: Loss) -> NDArray[Any]:
        """Raw scores as scikit-learn's `decision_function`: (n,) and above 0 for the second class if there are two."""
        if loss.middle:
            scores = scores - loss.middle  # fitted to targets 0 and 1: the middle decides
        if self.kind != "binary":
            return scores
        return scores[:, 0] if scores.shape[1] == 1 else scores[:, 1] - scores[:, 0]

    def decide(self, scores: NDArray[Any], loss: Loss) -> NDArray[Any]:
        """Labels of the rows with these raw scores (n, n_outputs)."""
        decision = self.decision(scores, loss)
        if self.kind == "multilabel":
            return (decision > 0).astype(np.int64)
        codes = (decision > 0).astype(np.intp) if self.kind == "binary" else decision.argmax(axis=1)
        labels: NDArray[Any] = self.classes[codes]
        return labels

    def probabilities(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Probabilities (n, n_classes) from the raw scores of sigmoids, precise near 0: there is no 1 - p."""
        chances: NDArray[Any] = (
            np.exp(self.log_probabilities(scores, "sigmoid"))
            if self.kind == "multiclass"
            else expit(self._both_sides(scores))
        )
        return chances

    def log_probabilities(self, scores: NDArray[Any], link: Link) -> NDArray[Any]:
        """Logarithms of the probabilities, from raw scores: finite where a probability rounds to 0 or 1."""
        if link == "softmax":
            logs: NDArray[Any] = log_softmax(scores, axis=1)
            return logs
        logs = log_expit(self._both_sides(scores))
        if self.kind == "multiclass":  # one sigmoid for each class, one against the rest: let them sum to 1
            logs -= logsumexp(logs, axis=1, keepdims=True)
        return logs

    def _both_sides(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Scores of two classes from the one score of the second."""
        return np.concatenate([-scores, scores], axis=1) if self.kind == "binary" else scores


def _counted(y: NDArray[Any]) -> tuple[NDArray[Any], Codes] | None:
    """Return what `np.unique(y, return_inverse=True)` does, for the usual labels, without sorting the rows.

    None where it does not apply: labels that are neither whole numbers near each other, nor truth values, nor text; and
    labels that hardly repeat, about which scikit-learn has something to say.
    """
    if y.ndim != 1 or not len(y):
        return None
    if y.dtype.kind in "biu":
        return _counted_numbers(y)
    if y.dtype.kind == "U" or (y.dtype.kind == "O" and all(type(value) is str for value in y)):
        return _counted_texts(y)
    return None


def _counted_numbers(y: NDArray[Any]) -> tuple[NDArray[Any], Codes] | None:
    low, high = int(y.min()), int(y.max())
    if high - low > MOST_SPREAD:
        return None
    # Large unsigned numbers fit after the subtraction, small signed ones (-128 to 127) before it.
    above = y - y.dtype.type(low) if low > 0 else y
    codes = above.astype(np.int64, copy=False)
    if low < 0:
        codes = codes - low
    counts = np.bincount(codes)
    present = np.flatnonzero(counts)
    if 2 * len(present) > len(y):
        return None
    if len(present) < len(counts):
        codes = (np.cumsum(counts > 0) - 1)[codes]
    return present.astype(y.dtype) + y.dtype.type(low), codes


def _counted_texts(y: NDArray[Any]) -> tuple[NDArray[Any], Codes] | None:
    if y.dtype.kind == "U":
        few = np.unique(y)
        if len(few) <= FEW_TEXTS and 2 * len(few) <= len(y):
            codes = np.zeros(len(y), np.int64)
            for place in range(1, len(few)):
                codes[y == few[place]] = place
            return few, codes
    listed = y.tolist()
    distinct = sorted(set(listed))
    if 2 * len(distinct) > len(y):
        return None
    places = {text: place for place, text in enumerate(distinct)}
    codes = np.fromiter(map(places.__getitem__, listed), dtype=np.int64, count=len(listed))
    return np.array(distinct, dtype=y.dtype), codes


def class_weights(
    class_weight: Any, labels: Labels, codes: Codes, sample_weight: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """One weight for each class: (n_classes,), or (n_classes, 2) for the 0 and the 1 of each multilabel column.

    "balanced" is n / (number of classes * n of the class), where n counts sample weights.

    Parameters
    ----------
    class_weight : None, "balanced", dict, or (multilabel) list of dict or "balanced"
    labels : Labels
    codes : ndarray
        Rows that "balanced" counts.
    sample_weight : ndarray of shape (n,) or None

    Raises
    ------
    ParameterError
        If it is nothing of that, or a dict names a class that is not there.
    """
    if class_weight is None:
        return None
    if labels.kind != "multilabel":
        return _weights_of_one("class_weight", class_weight, labels.classes, codes, sample_weight)
    n_columns = len(labels.classes)
    each = [class_weight] * n_columns if isinstance(class_weight, str) else class_weight
    if isinstance(each, Mapping) or not isinstance(each, Sequence) or len(each) != n_columns:
        raise ParameterError.value("class_weight", class_weight, 'None, "balanced", or a list with one dict an output')
    zero_one = np.array([0, 1])
    return np.stack(
        [
            _weights_of_one(f"class_weight[{k}]", weight, zero_one, codes[:, k], sample_weight)
            for k, weight in enumerate(each)
        ]
    )


def _weights_of_one(
    name: str, class_weight: Any, classes: NDArray[Any], codes: Codes, sample_weight: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    if isinstance(class_weight, str) and class_weight == "balanced":
        counts = np.bincount(codes, weights=sample_weight, minlength=len(classes)).astype(np.float64)
        present = counts > 0
        weights = np.ones(len(classes))
        weights[present] = counts.sum() / (present.sum() * counts[present])
        return weights
    if not isinstance(class_weight, Mapping):
        raise ParameterError.value(name, class_weight, 'None, "balanced" or a dict of weights by class')
    weights = np.ones(len(classes))
    known = classes.tolist()
    for label, weight in class_weight.items():
        if label not in known:
            raise ParameterError.value(name, class_weight, "a dict whose keys are classes of y")
        if not (np.isfinite(weight) and weight >= 0):
            raise ParameterError.value(name, class_weight, "a dict of finite weights of at least 0")
        weights[known.index(label)] = weight
    return weights


def row_weights(
    weights: NDArray[np.float64] | None, codes: Codes, sample_weight: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Sample weights times class weights: (n,), or (n, n_classes) for multilabel with class weights."""
    if weights is None:
        return sample_weight
    if codes.ndim == 1:
        by_row = weights[codes]
        return by_row if sample_weight is None else by_row * sample_weight
    by_element = weights[np.arange(codes.shape[1]), codes]
    return by_element if sample_weight is None else by_element * sample_weight[:, None]
