"""Whether the inputs tell of the target: nearest neighbors then share their answer more often than by chance.

If inputs and targets are independent, as after shuffling the labels, a row's nearest neighbor has any of the labels.
The share of rows whose neighbor agrees is then near sum p² (of the shares p of the classes), and for numbers the
correlation with the neighbor's number is near 0. This needs no network, so it can doubt the labels where the training
loss cannot: a network learns random labels by heart (Zhang et al. 2017). Nearest-neighbor tests of this kind: Schilling
1986.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import without_codes

Array = NDArray[Any]

FEWEST_OF_A_CLASS = 10
MOST_CONSIDERED = 2**18  # rows among which those of each class are looked for
FEWEST, MOST_ROWS, MOST_CELLS = 100, 160, 40_000  # a third of a millisecond
# Where the first look is in doubt (targets that are mostly noise look random on few rows) more rows are asked.
DOUBT, MOST_IN_DOUBT, MOST_CELLS_IN_DOUBT = 4.0, 1_000, 200_000


def relation(X: Any, targets: Array) -> float | None:
    """Measure by how many standard errors neighbors agree more than chance.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features), or CodedRows, or ChosenRows of one of these
    targets : ndarray of shape (n_samples,)
        Integers are classes, floats are numbers.

    Returns
    -------
    float or None
        Below 2 or so there is no sign of a relation; None where there are fewer than 100 rows or nothing to compare.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> relation(X, (X[:, 0] > 0).astype(int)) > 5, abs(relation(X, np.arange(300) % 2)) < 2.5
    (True, True)
    """
    columns = X.shape[1]
    if without_codes(X) is not X or columns == 0:
        return None
    every = max(1, len(targets) // MOST_CONSIDERED)
    considered = targets[::every]
    chosen = every * (_balanced(considered) if targets.dtype.kind in "iu" else np.arange(len(considered)))
    found = None
    for most_rows, most_cells in ((MOST_ROWS, MOST_CELLS), (MOST_IN_DOUBT, MOST_CELLS_IN_DOUBT)):
        most = min(most_rows, max(FEWEST, most_cells // columns))
        some = _spread(chosen, most)
        if len(some) < FEWEST or (found is not None and found >= DOUBT):
            break
        found = _measured(X[some], targets[some])
    return found


def _measured(rows: Any, answers: Array) -> float | None:
    if hasattr(rows, "toarray"):
        rows = rows.toarray()
    rows = rows.astype(np.float32)
    rows -= rows.mean(axis=0)
    spread = rows.std(axis=0)
    rows /= np.where(spread > 0, spread, 1.0)
    squares = np.square(rows).sum(axis=1)
    distances = squares[None, :] - np.float32(2.0) * (rows @ rows.T)  # but for each row's own square
    np.fill_diagonal(distances, np.inf)
    return _agreement(answers, answers[distances.argmin(axis=1)])


def counted(codes: Array, n_classes: int = 0, weight: Array | None = None) -> Array:
    """Count the rows of each class, or sum up their weights; codes below 0 are of none.

    Examples
    --------
    >>> counted(np.array([0, 2, -1, 2]))
    array([1, 0, 2])
    """
    if codes.min(initial=0) < 0:
        known = codes >= 0
        codes, weight = codes[known], None if weight is None else weight[known]
    return np.bincount(codes, weight, minlength=n_classes)


def _balanced(codes: Array) -> NDArray[np.intp]:
    """Rows of all classes that have some, of none more than twice as many as of another: or else chance agrees too."""
    counts = counted(codes)
    enough = np.flatnonzero(counts >= FEWEST_OF_A_CLASS)
    if len(enough) < 2:
        return np.arange(0)
    most = 2 * int(counts[enough].min())
    return np.sort(np.concatenate([_spread(np.flatnonzero(codes == code), most) for code in enough]))


def _spread(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _agreement(answers: Array, neighbors: Array) -> float | None:
    n = len(answers)
    if answers.dtype.kind in "iu":
        shares = np.unique(answers, return_counts=True)[1] / n
        chance = float(np.square(shares).sum())
        if chance >= 1.0:
            return None
        agree = float((answers == neighbors).mean())
        # Neighbors are often mutual, so pairs count twice: the variance of independent pairs, times 1.5.
        return (agree - chance) / math.sqrt(1.5 * chance * (1 - chance) / n)
    numbers, others = answers.astype(np.float64), neighbors.astype(np.float64)
    if numbers.std() == 0 or others.std() == 0:
        return None
    return float(np.corrcoef(numbers, others)[0, 1]) * math.sqrt(n / 1.5)
