"""What a training reads: rows, targets and weights, in the form that the engine takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import DataError, ShapeError

FloatArray = NDArray[Any]
SOME_ROWS = 4096  # that are copied at a time where all are looked through


@dataclass(frozen=True)
class CodedRows:
    """Rows of a table with categories: numbers, and codes that say which vectors of the embeddings follow them.

    Parameters
    ----------
    X : ndarray of float32 or float64, shape (n_samples, n_inputs), C-contiguous; or a SciPy CSR matrix
        There may be no columns.
    codes : ndarray of int32, shape (n_samples, n_embeddings), C-contiguous
        Column j indexes the rows of embedding j.
    """

    X: Any
    codes: NDArray[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of X: the codes' columns do not count."""
        return self.X.shape[0], self.X.shape[1]

    def __len__(self) -> int:
        return self.shape[0]

    def take(self, rows: Any) -> CodedRows:
        """Return some of the rows, chosen by indices, a mask or a slice."""
        return CodedRows(self.X[rows], self.codes[rows])


@dataclass(frozen=True)
class ChosenRows:
    """Some rows of others, by their numbers: what is held out, and what is left, without a copy of either.

    Parameters
    ----------
    X : ndarray or SciPy CSR matrix of shape (n_all, n_inputs), or CodedRows
    rows : ndarray of uint32, shape (n_samples,)
        Each below n_all.

    Examples
    --------
    >>> chosen = ChosenRows(np.arange(6.0).reshape(3, 2), np.array([2, 0], dtype=np.uint32))
    >>> chosen.shape, chosen[:1].tolist()
    ((2, 2), [[4.0, 5.0]])
    """

    X: Any
    rows: NDArray[np.uint32]

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of what was chosen."""
        return len(self.rows), self.X.shape[1]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: Any) -> Any:
        """Copy some of the rows out, chosen by indices, a mask or a slice."""
        chosen = self.rows[rows]
        return self.X.take(chosen) if isinstance(self.X, CodedRows) else self.X[chosen]


@dataclass(frozen=True)
class TrainingData:
    """Rows with targets, and what training is measured on beside them.

    Nothing is copied: a dense X of either float type is read row by row and converted on the way.

    Parameters
    ----------
    X : ndarray of float32 or float64, shape (n_samples, n_inputs), C-contiguous; or a SciPy CSR matrix; or CodedRows;
        or ChosenRows of one of these
    y : ndarray of the network's dtype, shape (n_samples, n_outputs); or of int64 class codes, shape (n_samples,)
        Codes are for softmax cross-entropy; a negative code leaves the row out of the loss.
    sample_weight : ndarray of float64, shape (n_samples,) or (n_samples, n_outputs), optional
    X_val, y_val, sample_weight_val
        The same for validation, optional.
    """

    X: Any
    y: FloatArray
    sample_weight: FloatArray | None = None
    X_val: Any = None
    y_val: FloatArray | None = None
    sample_weight_val: FloatArray | None = None


def without_codes(X: Any) -> Any:
    """Return rows without their codes: X itself where it has none.

    Examples
    --------
    >>> rows = CodedRows(np.ones((2, 3)), np.zeros((2, 1), dtype=np.int32))
    >>> without_codes(ChosenRows(rows, np.array([1], dtype=np.uint32)))[:].tolist()
    [[1.0, 1.0, 1.0]]
    """
    if isinstance(X, CodedRows):
        return X.X
    if isinstance(X, ChosenRows) and isinstance(X.X, CodedRows):
        return ChosenRows(X.X.X, X.rows)
    return X


def engine_rows(X: Any) -> Any:
    """Turn X into what the engine takes: an array, the parts of a CSR matrix, one of them with codes or with a list.

    Parameters
    ----------
    X : ndarray or SciPy sparse matrix of shape (n_samples, n_inputs), or CodedRows, or ChosenRows

    Returns
    -------
    ndarray, or tuple of (values, indices, starts, n_inputs), or tuple of (one of them, codes), or tuple of (one of all
    these, rows that were chosen)
    """
    if isinstance(X, ChosenRows):
        return engine_rows(X.X), X.rows
    if isinstance(X, CodedRows):
        return engine_rows(X.X), _engine_codes(X.codes, len(X))
    if hasattr(X, "tocsr"):
        rows = X.tocsr()
        values = rows.data if rows.data.dtype in (np.float32, np.float64) else rows.data.astype(np.float64)
        return (
            np.ascontiguousarray(values),
            np.ascontiguousarray(rows.indices, dtype=np.int64),
            np.ascontiguousarray(rows.indptr, dtype=np.int64),
            int(rows.shape[1]),
        )
    X = np.asarray(X)
    if X.ndim != 2:
        raise ShapeError.shape("X", X.shape, "(n_samples, n_features)")
    if X.dtype not in (np.float32, np.float64):
        X = X.astype(np.float64)
    return np.ascontiguousarray(X)


def _engine_codes(codes: Any, n_rows: int) -> NDArray[np.int32]:
    codes = np.asarray(codes)
    if codes.ndim != 2:
        raise ShapeError.shape("codes", codes.shape, "(n_samples, n_embeddings)")
    if len(codes) != n_rows:
        raise ShapeError.rows("X", n_rows, "codes", len(codes))
    if codes.dtype.kind not in "iu":
        raise DataError.codes_not_integers(codes.dtype)
    if codes.dtype != np.int32:  # what does not fit must not turn into a code: the engine refuses both ends
        limits = np.iinfo(np.int32)
        codes = np.clip(codes.astype(np.int64), limits.min, limits.max).astype(np.int32)
    return np.ascontiguousarray(codes)


def engine_targets(y: FloatArray, dtype: str) -> FloatArray:
    """Turn targets into what the engine takes: int64 codes stay, all else becomes the network's float type."""
    if y.dtype.kind in "iu" and y.ndim == 1:
        return np.ascontiguousarray(y, dtype=np.int64)
    return np.ascontiguousarray(y, dtype=dtype)


def engine_weights(weights: FloatArray | None) -> FloatArray | None:
    """Turn weights into what the engine takes: contiguous float64, or None."""
    return None if weights is None else np.ascontiguousarray(weights, dtype=np.float64)


def largest_value(array: Any) -> float:
    """Return the largest absolute value of an array, a sparse matrix or coded rows' numbers, 0 if there is none."""
    if isinstance(array, ChosenRows):
        parts = (array[start : start + SOME_ROWS] for start in range(0, len(array), SOME_ROWS))
        return max(map(largest_value, parts), default=0.0)
    if isinstance(array, CodedRows):
        array = array.X
    values = array.data if hasattr(array, "tocsr") else array
    return float(np.abs(values).max(initial=0.0))
