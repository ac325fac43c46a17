"""Which rows are learned from and which are judged by: the same for all combinations, others for each seed."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ParameterError
from glassnet.estimators.splits import hold_out

Array = NDArray[Any]
Split = tuple[Array, Array]  # rows to learn from, rows to judge by


def splits_of(
    cv: Any, n_rows: int, strata: Array | None, random_state: int, seeds: tuple[int, ...]
) -> list[list[Split]]:
    """Cut the rows for each seed.

    Each seed has folds of its own: repeated on the same folds, trainings would say the same things again.

    Parameters
    ----------
    cv : int, float, splitter or iterable of (rows, rows)
        Number of folds; share of the rows that is held out once for each seed; or scikit-learn's splitter, or pairs,
        which are then the same for all seeds.
    n_rows : int
    strata : ndarray of int, shape (n_rows,), or None
        Codes of classes, of which all parts get the same proportions.
    random_state : int
    seeds : tuple of int
        The folds of a seed are those of `StratifiedKFold(cv, shuffle=True, random_state=random_state + seed)`, or of
        KFold for numbers.

    Returns
    -------
    list of list of (ndarray, ndarray)
        For each seed its splits.

    Raises
    ------
    ParameterError
        If `cv` is nothing of that, or asks for more folds than there are rows, or rows of each class.
    """
    if isinstance(cv, numbers.Integral) and not isinstance(cv, bool):
        return [_folds(int(cv), n_rows, strata, (random_state + seed) % 2**32) for seed in seeds]
    if isinstance(cv, numbers.Real) and not isinstance(cv, bool):
        if not 0.0 < float(cv) < 1.0:
            raise _wrong(cv)
        pairs = [hold_out(n_rows, float(cv), strata, np.random.default_rng(random_state + seed)) for seed in seeds]
        _check([pairs[0]], n_rows, cv)
        return [[pair] for pair in pairs]
    given: Iterable[Any]
    if isinstance(cv, str):
        raise _wrong(cv)
    if hasattr(cv, "split"):
        given = cv.split(np.zeros((n_rows, 1)), strata if strata is not None else np.zeros(n_rows))
    elif isinstance(cv, Iterable):
        given = cv
    else:
        raise _wrong(cv)
    try:
        fixed = [(np.asarray(rows, dtype=np.intp), np.asarray(others, dtype=np.intp)) for rows, others in given]
    except (TypeError, ValueError):
        raise _wrong(cv) from None
    _check(fixed, n_rows, cv)
    return [fixed for _ in seeds]


def overlap_of(splits: list[list[Split]]) -> float:
    """n_test / n_train on average: what the corrected test needs to know."""
    pairs = [pair for of_seed in splits for pair in of_seed]
    return float(sum(len(others) for _, others in pairs) / sum(len(rows) for rows, _ in pairs))


def _folds(n_folds: int, n_rows: int, strata: Array | None, random_state: int) -> list[Split]:
    from sklearn.model_selection import KFold, StratifiedKFold

    if not 2 <= n_folds <= n_rows:
        raise ParameterError.value("cv", n_folds, "at least 2 folds, and at most as many as there are rows")
    if strata is None:
        return list(KFold(n_folds, shuffle=True, random_state=random_state).split(np.zeros(n_rows)))
    if int(np.bincount(strata).max()) < n_folds:
        raise ParameterError.value("cv", n_folds, "at most as many folds as the most frequent class has rows")
    with warnings.catch_warnings():
        # A class with fewer rows than folds is missing in some of them, which its score says.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        splitter = StratifiedKFold(n_folds, shuffle=True, random_state=random_state)
        return list(splitter.split(np.zeros(n_rows), strata))


def _check(pairs: list[Split], n_rows: int, cv: Any) -> None:
    if not pairs:
        raise _wrong(cv)
    for rows, others in pairs:
        for part in (rows, others):
            if not len(part) or part.min() < 0 or part.max() >= n_rows:
                raise ParameterError.value("cv", cv, "parts with rows of X, at least one in each")


def _wrong(cv: Any) -> ParameterError:
    return ParameterError.value(
        "cv", cv, "a number of folds, a share in (0, 1), a splitter of scikit-learn, or pairs of arrays of rows"
    )
