"""What people pass as X, y and weights, checked once and brought to the layout that the engine takes.

scikit-learn's `validate_data` does the checking, so its conventions hold (feature names, widths, sparse formats, its
messages). One thing is added: a NaN or infinite value is reported with its row and column.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_array, column_or_1d, validate_data

from glassnet.errors import DataError, ParameterError, ShapeError


def checked_training(estimator: Any, X: Any, y: Any, *, reset: bool, numeric_y: bool) -> tuple[Any, NDArray[Any]]:
    """Check X and y together.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets `n_features_in_` and `feature_names_in_` if `reset`, otherwise X is held against them.
    X : array-like or sparse matrix of shape (n_samples, n_features)
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    reset : bool
    numeric_y : bool
        Whether y holds numbers (regression) or labels.

    Returns
    -------
    X : C-contiguous ndarray of float32 or float64, or CSR matrix
    y : ndarray; a single column is flattened

    Raises
    ------
    ValueError
        Of scikit-learn, or DataError with the position where a value is NaN or infinite.
    """
    if _is_plain(estimator, X, y, reset=reset, numeric_y=numeric_y):
        if reset:
            estimator.n_features_in_ = X.shape[1]
            vars(estimator).pop("feature_names_in_", None)
        return X, y
    X, checked = _validated(estimator, X, y, reset=reset, multi_output=True, y_numeric=numeric_y)
    if scipy.sparse.issparse(checked):
        checked = checked.toarray()
    if checked.ndim == 2 and checked.shape[1] == 1:
        checked = column_or_1d(checked, warn=True)
    return X, checked


def _is_plain(estimator: Any, X: Any, y: Any, *, reset: bool, numeric_y: bool) -> bool:
    """Whether scikit-learn would return X and y as they are; to ask it takes longer than a small training."""
    if (
        type(X) is not np.ndarray
        or type(y) is not np.ndarray
        or X.ndim != 2
        or X.size == 0
        or not (X.flags.c_contiguous and X.dtype in wanted_floats(estimator.dtype))
        or y.shape != (len(X),)
        or y.dtype.kind not in ("f" if numeric_y else "iub")
    ):
        return False
    if not reset and (X.shape[1] != estimator.n_features_in_ or hasattr(estimator, "feature_names_in_")):
        return False
    with np.errstate(all="ignore"):
        # Finite numbers may have an infinite sum; then the slow way decides.
        return bool(np.isfinite(X.sum()) and (not numeric_y or np.isfinite(y.sum())))


def checked_validation(
    estimator: Any, X_val: Any, y_val: Any, *, numeric_y: bool
) -> tuple[Any, NDArray[Any]] | tuple[None, None]:
    """Check the rows to judge by, which must have the columns of X."""
    if X_val is None and y_val is None:
        return None, None
    if X_val is None or y_val is None:
        missing = "X_val" if X_val is None else "y_val"
        raise ParameterError.value(missing, None, "given, because X_val and y_val come together")
    return checked_training(estimator, X_val, y_val, reset=False, numeric_y=numeric_y)


def checked_rows(estimator: Any, X: Any) -> Any:
    """Check rows to predict."""
    return _validated(estimator, X, reset=False)


def checked_matrix(X: Any, n_features: int, dtype: Any) -> Any:
    """Check rows to predict where there is no estimator to hold them against: as `checked_rows`, but for names.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, n_features)
    n_features : int
    dtype : {"auto", "float32", "float64"}

    Returns
    -------
    C-contiguous ndarray of float32 or float64, or CSR matrix
    """
    try:
        with np.errstate(invalid="ignore"):
            checked = check_array(X, input_name="X", **_layout(dtype))
    except ValueError as error:
        raise _located(error, X=X) from None
    if checked.shape[1] != n_features:
        raise ShapeError.shape("X", checked.shape, "(n_samples, {k})", k=n_features)
    return checked


def _validated(estimator: Any, X: Any, y: Any = "no_validation", **options: Any) -> Any:
    try:
        with np.errstate(invalid="ignore"):  # scikit-learn sums up, and infinity - infinity would warn
            return validate_data(estimator, X, y, **_layout(estimator.dtype), **options)
    except ValueError as error:
        raise _located(error, X=X, y=y) from None


def _layout(dtype: Any) -> dict[str, Any]:
    return {"accept_sparse": "csr", "dtype": wanted_floats(dtype), "order": "C"}


def wanted_floats(dtype: Any) -> list[type]:
    """Float types that X may keep; the first is what other types are converted to."""
    if dtype not in ("auto", "float32", "float64"):
        raise ParameterError.choice("dtype", dtype, ("auto", "float32", "float64"))
    return [np.float32, np.float64] if dtype == "float32" else [np.float64, np.float32]


def checked_weights(name: str, weights: Any, n_rows: int) -> NDArray[np.float64] | None:
    """Check sample weights: finite, at least 0, not all 0.

    Parameters
    ----------
    name : str
        The argument, for messages.
    weights : None, number or array-like of shape (n_rows,)
    n_rows : int

    Returns
    -------
    ndarray of float64 (n_rows,) or None
    """
    if weights is None:
        return None
    checked: NDArray[np.float64] = np.asarray(weights, dtype=np.float64, order="C")
    if checked.ndim == 0:
        checked = np.full(n_rows, float(checked))
    if checked.shape != (n_rows,):
        raise ShapeError.shape(name, checked.shape, "({n_rows},), one weight a row", n_rows=n_rows)
    bad = ~(np.isfinite(checked) & (checked >= 0))
    if bad.any():
        row = int(bad.argmax())
        raise DataError.weights(name, checked[row], row)
    if not checked.any():
        raise DataError.no_weight(name)
    return checked


def split_rows(
    n_rows: int, share: float, stratify: NDArray[Any] | None, seed: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Choose rows to train on and rows to judge by, as scikit-learn's MLP does with early_stopping.

    The rows are those of `sklearn.model_selection.train_test_split`, in the same order, in a tenth of its time where
    there are many.

    Parameters
    ----------
    n_rows : int
    share : float
        Of the rows to judge by.
    stratify : ndarray of int, shape (n_rows,), or None
        Codes of classes that both parts shall have in the same proportions; none is below 0.
    seed : int

    Returns
    -------
    train, judge : ndarray of uint32

    Raises
    ------
    ValueError
        If there are fewer than two rows to judge by, or too few for each class.
    """
    random = np.random.RandomState(seed % 2**32)
    n_judge = math.ceil(share * n_rows)
    counts = np.array([n_rows]) if stratify is None else np.bincount(stratify)
    counts = counts[counts > 0]
    if stratify is None or counts.min() < 2 or min(n_judge, n_rows - n_judge) < len(counts):
        train, judge = train_test_split(_numbers(n_rows), test_size=share, stratify=stratify, random_state=random)
    else:
        train, judge = _split_in_proportion(stratify, counts, n_judge, random)
    if len(judge) < 2:
        raise DataError.validation_too_small(len(judge))
    return train, judge


def _numbers(n: int) -> NDArray[np.uint32]:
    return np.arange(n, dtype=np.uint32)


def _split_in_proportion(
    codes: NDArray[Any], counts: NDArray[np.int64], n_judge: int, random: np.random.RandomState
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Split as scikit-learn's StratifiedShuffleSplit does, which collects the rows in lists."""
    n_train = len(codes) - n_judge
    of_train = _shares(counts, n_train, random)
    of_judge = _shares(counts - of_train, n_judge, random)
    narrow = codes.astype(np.uint16) if len(counts) <= 2**16 and codes.max() < 2**16 else codes  # sorted by digits
    by_class = narrow.argsort(kind="stable").astype(np.uint32)
    train, judge = np.empty(n_train, np.uint32), np.empty(n_judge, np.uint32)
    start = at_train = at_judge = 0
    for count, many, few in zip(counts.tolist(), of_train.tolist(), of_judge.tolist(), strict=True):
        mixed = by_class[start : start + count][random.permutation(count)]
        train[at_train : at_train + many] = mixed[:many]
        judge[at_judge : at_judge + few] = mixed[many : many + few]
        start, at_train, at_judge = start + count, at_train + many, at_judge + few
    random.shuffle(train)
    random.shuffle(judge)
    return train, judge


def _shares(counts: NDArray[np.int64], total: int, random: np.random.RandomState) -> NDArray[np.int64]:
    """How many of each class among `total` rows: exact shares rounded down, the largest remainders then up.

    Classes whose remainders are the same draw lots.
    """
    exact = counts / counts.sum() * total
    shares = np.floor(exact)
    missing = int(total - shares.sum())
    remainders = exact - shares
    for remainder in np.unique(remainders)[::-1]:
        if missing <= 0:
            break
        tied = np.flatnonzero(remainders == remainder)
        drawn = random.choice(tied, size=min(len(tied), missing), replace=False)
        shares[drawn] += 1
        missing -= len(drawn)
    whole: NDArray[np.int64] = shares.astype(np.int64)
    return whole


def _located(error: ValueError, **data: Any) -> ValueError:
    """Turn scikit-learn's "contains NaN" into a message with row and column; any other error stays as it is."""
    if "NaN" not in str(error) and "infinity" not in str(error):
        return error
    for name, array in data.items():
        found = _first_not_finite(array)
        if found is not None:
            row, column, value = found
            names = getattr(array, "columns", None)
            column_name = names[column] if names is not None and column is not None else None
            return DataError.not_finite(row, column, column_name, value, data=name)
    return error


def _first_not_finite(array: Any) -> tuple[int, int | None, float] | None:
    """Row, column (None for one dimension) and value of the first NaN or infinity, if there is one."""
    if scipy.sparse.issparse(array):
        entries = array.tocoo()
        bad = np.flatnonzero(~np.isfinite(entries.data))
        if not len(bad):
            return None
        first = bad[np.lexsort((entries.col[bad], entries.row[bad]))[0]]
        return int(entries.row[first]), int(entries.col[first]), float(entries.data[first])
    try:
        values = check_array(array, dtype=np.float64, ensure_2d=False, ensure_all_finite=False)
    except (ValueError, TypeError):
        return None
    places = np.argwhere(~np.isfinite(values))
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return place[0], (place[1] if len(place) > 1 else None), float(values[place])
