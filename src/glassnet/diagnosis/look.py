"""A look at a fitted network's units on some rows: who is active, who is saturated, what comes out.

A forward pass in NumPy, by the catalog's functions. The engine's trace knows which units were never active while the
weights still moved; a look knows each unit's share, with the weights as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Activation, Loss
from glassnet.diagnosis.facts import losses_on
from glassnet.diagnosis.passing import learned_by_layer, outputs_of, slopes_of
from glassnet.diagnosis.relation import counted
from glassnet.engine import AnyWeights, CodedRows, Weights
from glassnet.network import NetworkSpec

Array = NDArray[Any]
Floats = NDArray[np.float64]

MOST_ROWS = 256  # of the training data, after a training: a share is then known to three percent
FEW_OF_A_CLASS = 16  # rows of each rare class beside them
SATURATED = 0.05  # of the largest slope, as the catalog says: cpp/engine/activations/base.hpp
STATISTICS = ("active", "saturated", "mean", "deviation")
MOST_CLASSES = 20  # rare ones of which more rows are wanted
# Where slopes and losses are sought; beyond, every function of the catalog does what it does at the ends.
GRID = np.linspace(-40.0, 40.0, 1601)
COARSE = np.linspace(-40.0, 40.0, 161)  # for losses that have to be asked for each place by itself
MOST_VALUES = 10  # distinct targets that are classes, and not numbers


@dataclass(frozen=True, eq=False)
class Units:
    """A hidden layer's units, each on all rows of a look.

    Attributes
    ----------
    active : ndarray of shape (n_units,)
        Share of the rows on which the unit's slope is not 0.
    saturated : ndarray of shape (n_units,)
        Share of the rows on which it is saturated, by the catalog's definition for that function.
    mean, deviation : ndarray of shape (n_units,)
        Of its outputs.
    """

    active: Floats
    saturated: Floats
    mean: Floats
    deviation: Floats

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Units) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True) for name in STATISTICS
        )

    __hash__ = None  # type: ignore[assignment]  # arrays may change


@dataclass(frozen=True, eq=False)
class Look:
    """What was seen on some rows.

    Attributes
    ----------
    n_rows : int
    units : tuple of Units
        One for each hidden layer.
    recalls : ndarray of shape (n_classes,) or None
        Share of each class's rows that were taken for it, NaN for a class without rows; None where there are no classes
        or their answers are not known.
    stuck : float
        Share of outputs that are wrong and get no gradient; 0 where answers are not known.
    loss, constant_loss : float or None
        Mean loss on these rows, and that of the best constant answer for them; None where it was not asked for. Rows of
        the training are not asked: their loss is in the trace.
    """

    n_rows: int
    units: tuple[Units, ...]
    recalls: Floats | None = None
    stuck: float = 0.0
    loss: float | None = None
    constant_loss: float | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Look) or (self.recalls is None) != (other.recalls is None):
            return False
        mine, its = ((x.n_rows, x.units, x.stuck, x.loss, x.constant_loss) for x in (self, other))
        one, two = (np.zeros(0) if x.recalls is None else x.recalls for x in (self, other))
        return mine == its and np.array_equal(one, two, equal_nan=True)

    __hash__ = None  # type: ignore[assignment]  # arrays may change


def rows_to_look_at(n_rows: int, codes: Array | None = None) -> NDArray[np.intp]:
    """Choose a few hundred rows, evenly spaced, and some more of classes that are rare.

    Examples
    --------
    >>> len(rows_to_look_at(100_000)), len(rows_to_look_at(90))
    (256, 90)
    """
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    chosen = np.linspace(0, n_rows - 1, MOST_ROWS).astype(np.intp)
    if codes is None or codes.ndim != 1:
        return chosen
    found, counts = np.unique(codes[chosen], return_counts=True)
    seen = dict(zip(found.tolist(), counts.tolist(), strict=True))
    sizes = counted(codes)
    rare = [code for code in np.flatnonzero(sizes).tolist() if seen.get(code, 0) < FEW_OF_A_CLASS][:MOST_CLASSES]
    more = [np.flatnonzero(codes == code)[:FEW_OF_A_CLASS] for code in rare]
    return np.unique(np.concatenate([chosen, *more]))


def look_at(
    network: NetworkSpec,
    weights: AnyWeights,
    X: Any,
    y: Array | None = None,
    codes: Array | None = None,
    *,
    unseen: bool = False,
) -> Look:
    """Pass some rows through a network.

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights, or tuple of (coefs, intercepts)
    X : ndarray or sparse matrix of shape (n_samples, n_inputs), or CodedRows
        At least one row.
    y : ndarray, optional
        What the engine is trained on: numbers (n_samples, n_outputs), or codes of classes (n_samples,).
    codes : ndarray of int, shape (n_samples,), optional
        Classes of the rows, where y does not say them.
    unseen : bool, default=False
        Whether the loss on these rows is asked for.

    Returns
    -------
    Look
    """
    weights = Weights(*weights)
    learned = learned_by_layer(network, weights)
    hidden, units = _inputs(X, weights), []
    with np.errstate(all="ignore"):  # weights that grew without bound are what is looked for
        for i, layer in enumerate(network.layers):
            z = np.asarray(hidden @ weights.coefs[i]) + weights.intercepts[i]
            if i + 1 == len(network.layers):
                break
            hidden, slopes = outputs_of(layer.activation, z, learned[i]), slopes_of(layer.activation, z, learned[i])
            units.append(units_of(layer.activation, hidden, slopes))
    if codes is None and y is not None and y.ndim == 1:
        codes = y
    recalls = None if codes is None or codes.ndim != 1 else _recalls(network.loss, z, codes)
    # A function of a person's own is not called behind their back: what it is called for may count.
    stuck = 0.0 if y is None or y.ndim == 1 or not network.loss.of_rows else share_stuck(network.loss, z, y)
    loss, constant_loss = losses_on(network, z, y) if unseen and y is not None else (None, None)
    return Look(int(z.shape[0]), tuple(units), recalls, stuck, loss, constant_loss)


def share_stuck(loss: Loss, scores: Array, targets: Array) -> float:
    """Share of the outputs that are wrong and get no gradient.

    An output is wrong where its loss is above half of the largest that its target can bring about; it gets no gradient
    where the loss's slope is below a twentieth of the largest. Losses that rise without bound have no such places.
    """
    if loss.domain.sums_to_one:  # outputs that compete: none can be judged by itself
        return 0.0
    values = np.unique(targets)
    if len(values) > MOST_VALUES:  # numbers, not classes: a loss that levels off for all of them is not asked for
        return 0.0
    found = 0
    for value in values:
        grid, height, slope = _profile(loss, float(value))
        wrong, flat = height > 0.5 * height.max(), slope < SATURATED * slope.max()
        if not (wrong & flat).any():
            continue  # steep wherever it is high
        places = np.clip(np.searchsorted(grid, scores[targets == value]), 0, len(grid) - 1)
        found += int((wrong & flat)[places].sum())
    return found / targets.size


def _profile(loss: Loss, target: float) -> tuple[Floats, Floats, Floats]:
    """Raw scores, and the height and the slope of one output's loss there."""
    if loss.of_rows:
        raw, at = GRID[:, None], np.full((len(GRID), 1), target)
        with np.errstate(all="ignore"):
            height = np.asarray(loss(raw, at, reduction="none"), dtype=np.float64).ravel()
            slope = np.asarray(loss.gradient(raw, at, reduction="none"), dtype=np.float64).ravel()
        return GRID, height, np.abs(slope)
    rows = [(np.full((1, 1), z), np.full((1, 1), target)) for z in COARSE]  # a mean over one row is that row's loss
    with np.errstate(all="ignore"):
        try:
            heights = np.array([float(loss(z, at)) for z, at in rows])
            slopes = np.array([float(loss.gradient(z, at).item()) for z, at in rows])
        except Exception:  # noqa: BLE001 (a function that was written for other scores may do anything)
            return COARSE, np.ones(len(COARSE)), np.ones(len(COARSE))
    return COARSE, heights, np.abs(slopes)


def _inputs(X: Any, weights: Weights) -> Any:
    if not isinstance(X, CodedRows):
        return X
    vectors = [table[np.clip(X.codes[:, t], 0, len(table) - 1)] for t, table in enumerate(weights.embeddings)]
    return np.hstack([X.X, *vectors])


def units_of(activation: Activation, outputs: Array, slopes: Array) -> Units:
    """Sum up a layer's outputs and slopes, both of shape (n_samples, n_units)."""
    level = saturation_level(activation)
    return Units(
        active=(slopes != 0).mean(axis=0, dtype=np.float64),
        saturated=(np.abs(slopes) < level).mean(axis=0, dtype=np.float64),
        mean=outputs.mean(axis=0, dtype=np.float64),
        deviation=outputs.std(axis=0, dtype=np.float64),
    )


@lru_cache(maxsize=128)
def saturation_level(activation: Activation) -> float:
    """Slope below which a unit is saturated; 0 for functions that do not level off on both sides.

    Examples
    --------
    >>> from glassnet.catalog import ACTIVATIONS
    >>> saturation_level(ACTIVATIONS["sigmoid"]), saturation_level(ACTIVATIONS["relu"])
    (0.0125, 0.0)
    """
    if activation.pieces > 1:
        return 0.0
    slopes = np.abs(np.asarray(activation.derivative(GRID)))
    level = SATURATED * float(slopes.max())
    return level if max(slopes[0], slopes[-1]) < level else 0.0


def _recalls(loss: Loss, scores: Array, codes: Array) -> Floats:
    """Share of each class's rows that the largest score, or the side of a single one, gives to it."""
    n_classes = max(2, scores.shape[1])
    single = scores.shape[1] == 1
    predicted = (scores[:, 0] > loss.middle).astype(np.int64) if single else scores.argmax(axis=1)
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=n_classes)
    right = np.bincount(codes[known & (predicted == codes)], minlength=n_classes)
    return np.where(counts > 0, right / np.maximum(counts, 1), np.nan)
