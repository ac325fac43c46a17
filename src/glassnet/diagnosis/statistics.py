"""What repeated trainings allow to say: means with intervals, paired tests, and corrections for many of them.

Scores of cross-validation are no independent numbers: the trainings share most of their rows. The plain t-test takes
them for independent and finds differences where there are none. Nadeau and Bengio's correction adds what the shared
rows take away: with J scores, each from a training on n_train rows and a test on n_test others, the variance of their
mean is estimated by

    s² (1/J + n_test / n_train)

and not by s²/J. Bouckaert and Frank show that with it k-fold cross-validation, repeated with new folds, finds
what is not there in about as many cases as it should, and can be repeated.

Pure functions; scores are plain numbers, and which is better is the caller's to know.

References
----------
Nadeau, Bengio: Inference for the generalization error. Machine Learning 52 (2003), 239-281.
Bouckaert, Frank: Evaluating the replicability of significance tests for comparing learning algorithms. PAKDD 2004.
Holm: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6 (1979), 65-70.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.errors import ParameterError, ShapeError


class Band(NamedTuple):
    """Means of several numbers, such as a loss in each epoch, each with its interval.

    Attributes
    ----------
    mean, low, high : ndarray of float64
        `low` and `high` are NaN where there was a single sample.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Interval(NamedTuple):
    """A mean, and between which numbers its true value lies, as far as the sample tells.

    Attributes
    ----------
    mean, low, high : float
        `low` and `high` are NaN for a single number: it tells nothing about its spread.
    """

    mean: float
    low: float
    high: float


class PairedTest(NamedTuple):
    """Whether paired numbers differ.

    Attributes
    ----------
    difference : Interval
        Of the mean difference, corrected as the test is.
    t : float
        The mean in units of its standard error; infinite where all differences are the same, but not 0.
    freedom : int
        Degrees of freedom, J - 1.
    p : float
        Two-sided: how often a difference this large comes about by chance where there is none. NaN for a single pair.
    """

    difference: Interval
    t: float
    freedom: int
    p: float


def mean_interval(values: ArrayLike, *, confidence: float = 0.95, overlap: float = 0.0) -> Interval:
    """Return the mean and its confidence interval by Student's t.

        mean ± t(J - 1) s √(1/J + overlap)

    Parameters
    ----------
    values : array-like of float, shape (J,)
        Finite, J >= 1.
    confidence : float, default=0.95
        In (0, 1).
    overlap : float, default=0.0
        n_test / n_train for scores of cross-validation or of repeated splits, 1 / (k - 1) with k folds; 0 for numbers
        that are independent, such as losses of several seeds on the same rows.

    Returns
    -------
    Interval

    Raises
    ------
    ShapeError
        If there are no values, or they are not in one row.
    ParameterError
        If one is NaN or infinite, `confidence` is not in (0, 1), or `overlap` is below 0.

    Examples
    --------
    >>> mean, low, high = mean_interval([0.91, 0.94, 0.93, 0.94])
    >>> print(f"{mean:.3f} ({low:.3f} to {high:.3f})")
    0.930 (0.907 to 0.953)
    >>> mean, low, high = mean_interval([0.91, 0.94, 0.93, 0.94], overlap=1 / 3)  # the four folds of one validation
    >>> print(f"{mean:.3f} ({low:.3f} to {high:.3f})")
    0.930 (0.896 to 0.964)
    """
    sample = _sample("values", values)
    if not 0.0 < confidence < 1.0:
        raise ParameterError.value("confidence", confidence, "a number in (0, 1)")
    mean, error = _mean_and_error(sample, overlap)
    reach = _t_quantile(0.5 + confidence / 2, len(sample) - 1) * error if len(sample) > 1 else math.nan
    return Interval(mean, mean - reach, mean + reach)


def mean_band(samples: ArrayLike, *, confidence: float = 0.95, overlap: float = 0.0) -> Band:
    """Return the mean of each column and its confidence interval, as `mean_interval` does for one.

    Parameters
    ----------
    samples : array-like of float, shape (J, n)
        A row for each sample, such as the learning curve of a seed. Finite, J >= 1.
    confidence, overlap : float
        As for `mean_interval`. The interval holds for each column, not for all at once.

    Returns
    -------
    Band
        Of arrays of shape (n,).

    Examples
    --------
    >>> band = mean_band([[0.5, 0.8], [0.6, 0.9], [0.7, 0.9]])
    >>> band.mean.round(3).tolist(), band.low.round(3).tolist()
    ([0.6, 0.867], [0.352, 0.723])
    """
    values = np.asarray(samples, dtype=np.float64)
    if values.ndim != 2 or not len(values):
        raise ShapeError.shape("samples", values.shape, "(n_samples, n), with at least one sample")
    with np.errstate(over="ignore", invalid="ignore"):  # squares of 1e200: the interval is infinite
        mean = values.mean(axis=0)
        if len(values) == 1:
            return Band(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan))
        error = values.std(axis=0, ddof=1) * _widened(len(values), overlap)
        reach = _t_quantile(0.5 + confidence / 2, len(values) - 1) * error
        return Band(mean, mean - reach, mean + reach)


def corrected_t_test(scores: ArrayLike, others: ArrayLike, *, overlap: float, confidence: float = 0.95) -> PairedTest:
    """Tell by the corrected resampled t-test whether two learners differ, from scores on the same splits.

        t = d̄ / (s √(1/J + n_test / n_train)),   d = scores - others,   J - 1 degrees of freedom

    Parameters
    ----------
    scores, others : array-like of float, shape (J,)
        Score number i of both comes from the same rows. Finite.
    overlap : float
        n_test / n_train, 1 / (k - 1) with k folds. 0 makes it the usual paired t-test.
    confidence : float, default=0.95
        Of the interval.

    Returns
    -------
    PairedTest

    Raises
    ------
    ShapeError
        If there are no scores, or not as many of one as of the other.
    ParameterError
        If one is NaN or infinite, `confidence` is not in (0, 1), or `overlap` is below 0.

    Examples
    --------
    >>> relu, tanh = [0.91, 0.94, 0.93, 0.94, 0.92], [0.90, 0.92, 0.92, 0.93, 0.92]
    >>> round(corrected_t_test(relu, tanh, overlap=0).p, 3), round(corrected_t_test(relu, tanh, overlap=1 / 4).p, 3)
    (0.034, 0.103)
    """
    first, second = _sample("scores", scores), _sample("others", others)
    if len(first) != len(second):
        raise ShapeError.rows("scores", len(first), "others", len(second))
    differences = first - second
    interval = mean_interval(differences, confidence=confidence, overlap=overlap)
    freedom = len(differences) - 1
    if not freedom:
        return PairedTest(interval, math.nan, 0, math.nan)
    mean, error = _mean_and_error(differences, overlap)
    t = mean / error if error > 0 else math.copysign(math.inf, mean) if mean else 0.0
    return PairedTest(interval, t, freedom, _two_sided(t, freedom))


def corrected_p_values(scores: ArrayLike, *, overlap: float) -> NDArray[np.float64]:
    """Compare each learner with each other one: the p-values of `corrected_t_test` for all pairs.

    Parameters
    ----------
    scores : array-like of float, shape (m, J)
        A row for each learner; column j comes from the same split for all. Finite.
    overlap : float
        As for `corrected_t_test`.

    Returns
    -------
    ndarray of float64, shape (m, m)
        Symmetric, not corrected for their number, 1 on the diagonal; NaN elsewhere if J is 1.

    Examples
    --------
    >>> corrected_p_values([[0.91, 0.94, 0.93], [0.90, 0.92, 0.92], [0.91, 0.94, 0.93]], overlap=1 / 2).round(3)
    array([[1.   , 0.127, 1.   ],
           [0.127, 1.   , 0.127],
           [1.   , 0.127, 1.   ]])
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 2 or not values.shape[1]:
        raise ShapeError.shape("scores", values.shape, "(n_learners, n_scores), with at least one score each")
    freedom = values.shape[1] - 1
    p = np.eye(len(values))
    for i in range(len(values)):
        differences = values[i + 1 :] - values[i]
        p[i, i + 1 :] = p[i + 1 :, i] = _p_of_differences(differences, freedom, overlap) if freedom else np.nan
    return p


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Correct p-values for their number: Holm's step-down procedure.

    Where every p-value at most α after the correction is called significant, the chance that any of these calls is
    wrong is at most α, whatever depends on what. It finds all that Bonferroni's n p finds, and more:

        adjusted(i) = max over j <= i of min(1, (n - j) p(j)),   p(0) <= p(1) <= ...

    Parameters
    ----------
    p_values : array-like of float, shape (n,)
        In [0, 1].

    Returns
    -------
    ndarray of float64, shape (n,)
        In the order of `p_values`.

    Raises
    ------
    ShapeError
        If they are not in one row.
    ParameterError
        If one is not in [0, 1].

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ShapeError.shape("p_values", p.shape, "(n,)")
    wrong = ~((p >= 0) & (p <= 1))
    if wrong.any():
        raise ParameterError.value("p_values", float(p[wrong][0]), "numbers in [0, 1]")
    order = np.argsort(p, kind="stable")
    steps = np.minimum(1.0, np.arange(len(p), 0, -1) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(steps) if len(p) else steps
    return adjusted


def _sample(name: str, values: ArrayLike) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1:
        raise ShapeError.shape(name, sample.shape, "(n,)")
    if not len(sample):
        raise ShapeError.empty(name, sample.shape)
    infinite = ~np.isfinite(sample)
    if infinite.any():
        raise ParameterError.value(name, float(sample[infinite][0]), "finite numbers")
    return sample


def _mean_and_error(sample: NDArray[np.float64], overlap: float) -> tuple[float, float]:
    """Mean, and the standard error that the correction makes of it; NaN for a single number."""
    widened = _widened(len(sample), overlap)
    if np.ptp(sample) == 0:  # equal numbers differ from their mean by its rounding, which is no spread
        return float(sample[0]), 0.0 if len(sample) > 1 else math.nan
    with np.errstate(over="ignore"):  # squares of 1e200: the error is infinite
        return float(sample.mean()), float(sample.std(ddof=1)) * widened


def _widened(n: int, overlap: float) -> float:
    """What makes of a deviation the standard error of the mean of n numbers."""
    if not (math.isfinite(overlap) and overlap >= 0):
        raise ParameterError.value("overlap", overlap, "a finite number of at least 0")
    return math.sqrt(1 / n + overlap)


def _p_of_differences(differences: NDArray[np.float64], freedom: int, overlap: float) -> NDArray[np.float64]:
    """Two-sided p-value of each row of differences."""
    from scipy.special import stdtr

    mean = differences.mean(axis=1)
    error = differences.std(axis=1, ddof=1) * _widened(freedom + 1, overlap)
    varied = np.ptp(differences, axis=1) > 0
    t = np.divide(mean, error, out=np.zeros_like(mean), where=varied)
    p: NDArray[np.float64] = 2 * stdtr(freedom, -np.abs(t))
    p[~varied] = differences[~varied, 0] == 0  # all the same: there is no difference, or no doubt of it
    return p


def _t_quantile(share: float, freedom: int) -> float:
    from scipy.special import stdtrit  # scipy.stats would take half a second to load

    return float(stdtrit(freedom, share))


def _two_sided(t: float, freedom: int) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(t)))
