"""Which of several learners is best, and which of the others can't be told apart from it.

The best is the one with the best mean, and so it was chosen by looking at the scores: to compare it with the others as
if it had been named before would find differences too often. So every learner is compared with every other one, Holm's
correction is for all these pairs, and those with the best are among them. Whatever is called worse is worse than the
best with at most α chance that any of these calls is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.diagnosis.statistics import Interval, corrected_p_values, corrected_t_test, holm, mean_interval
from glassnet.errors import ShapeError


@dataclass(frozen=True, eq=False)
class Ranking:
    """Learners in order. Wherever a tuple has an entry for each learner, they are in the order of the scores' rows.

    Attributes
    ----------
    order : tuple of int
        Best first; learners that failed somewhere last, by the mean of what they have.
    best : int or None
        None where all have failed somewhere.
    tied : tuple of int
        In order, the best first: those that can't be told apart from it.
    means : tuple of Interval
        NaN for a learner that failed everywhere.
    behind : tuple of Interval or None
        How far the best is ahead, at least 0 on average; None for the best itself and for those that failed.
    p_values : tuple of float or None
        Of the difference from the best, corrected for all pairs; None as above, and where there is one score each.
    """

    order: tuple[int, ...]
    best: int | None
    tied: tuple[int, ...]
    means: tuple[Interval, ...]
    behind: tuple[Interval | None, ...]
    p_values: tuple[float | None, ...]


def rank(scores: ArrayLike, *, overlap: float, larger_is_better: bool = True, confidence: float = 0.95) -> Ranking:
    """Rank learners by their scores on the same splits.

    Parameters
    ----------
    scores : array-like of float, shape (m, J)
        A row for each learner; column j comes from the same split, and the same seed, for all. What is not finite is a
        failure: a learner that fails somewhere is no candidate, however good its other scores are.
    overlap : float
        n_test / n_train, 1 / (k - 1) with k folds.
    larger_is_better : bool, default=True
    confidence : float, default=0.95
        Of the intervals; 1 - confidence is the α of the tests.

    Returns
    -------
    Ranking

    Raises
    ------
    ShapeError
        If there are no scores.
    ParameterError
        If `confidence` is not in (0, 1), or `overlap` is below 0.

    Examples
    --------
    >>> found = rank([[0.90, 0.91, 0.90, 0.92], [0.95, 0.97, 0.96, 0.96], [0.95, 0.96, 0.97, 0.96]], overlap=1 / 3)
    >>> found.order, found.tied, round(found.p_values[0], 3)
    ((1, 2, 0), (1, 2), 0.017)
    """
    values: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ShapeError.shape("scores", values.shape, "(n_learners, n_scores), with at least one score each")
    sign = 1.0 if larger_is_better else -1.0
    there: NDArray[np.bool_] = np.isfinite(values)
    means = tuple(
        mean_interval(row, confidence=confidence, overlap=overlap) if len(row) else Interval(*[np.nan] * 3)
        for row in (values[i, there[i]] for i in range(len(values)))
    )
    whole: NDArray[np.bool_] = np.asarray(there.all(axis=1))
    standing = np.array([sign * mean.mean for mean in means])
    # A stable sort: equal means stay in the order in which they came.
    order = np.lexsort((np.where(np.isnan(standing), np.inf, -standing), ~whole))
    behind: list[Interval | None] = [None] * len(values)
    p_values: list[float | None] = [None] * len(values)
    tied = [int(i) for i in order if whole[i]]
    best = tied[0] if tied else None
    if best is not None and values.shape[1] > 1:
        corrected = _corrected(values[whole], overlap)
        place = np.cumsum(whole) - 1
        for i in tied[1:]:
            test = corrected_t_test(sign * values[best], sign * values[i], overlap=overlap, confidence=confidence)
            behind[i], p_values[i] = test.difference, float(corrected[place[best], place[i]])
        tied = [i for i in tied if i == best or (p_values[i] or 0.0) > 1 - confidence]
    elif best is not None:
        for i in tied[1:]:
            difference = float(sign * (values[best, 0] - values[i, 0]))
            behind[i] = Interval(difference, np.nan, np.nan)
    return Ranking(tuple(map(int, order)), best, tuple(tied), means, tuple(behind), tuple(p_values))


def _corrected(scores: NDArray[np.float64], overlap: float) -> NDArray[np.float64]:
    """P-values of all pairs, corrected for their number."""
    p = corrected_p_values(scores, overlap=overlap)
    upper = np.triu_indices(len(p), 1)
    p[upper] = holm(p[upper])
    p.T[upper] = p[upper]
    return p
