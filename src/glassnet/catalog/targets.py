"""What a loss may be asked to meet: the domain of its targets, and class codes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.catalog.kernels import Floats, as_floats
from glassnet.errors import DataError, ParameterError, ShapeError
from glassnet.texts import later


class Domain(NamedTuple):
    """The interval in which every target of a loss must lie; targets are finite in any case.

    Attributes
    ----------
    must_be : str
        What targets must be, in words.
    low, high : float
        The interval, its ends included.
    sums_to_one : bool
        The targets of a row are shares of the classes. Then class codes stand for one-hot rows.
    signs : bool
        The two classes may also be told as 1 and -1; then -1 is read as 0.
    """

    must_be: str
    low: float = -math.inf
    high: float = math.inf
    sums_to_one: bool = False
    signs: bool = False

    @property
    def of_numbers(self) -> bool:
        """Whether targets are quantities, not classes or their probabilities."""
        return math.isinf(self.high)

    def read(self, target: Floats, loss: str) -> Floats:
        """Check all targets (n, k) and return them with -1 read as 0 where the domain has signs."""
        if self.signs:
            target = np.where(target == -1, target.dtype.type(0), target)
        self.check(target, loss)
        return target

    def check(self, target: Floats, loss: str) -> None:
        """Raise unless all targets (n, k) lie in the domain.

        Raises
        ------
        DataError
            With the place of the first one that does not.
        """
        inside = np.isfinite(target) & (target >= self.low) & (target <= self.high)
        if not inside.all():
            row, column = (int(i) for i in np.argwhere(~inside)[0])
            place = column if target.shape[1] > 1 else None
            raise DataError.target_outside(loss, self.must_be, target[row, column], row, place)
        if self.sums_to_one:
            sums = target.sum(axis=1, dtype=np.float64)
            # Probabilities rounded to three digits are meant to add up to 1 as well.
            wrong = np.abs(sums - 1) > 1e-2
            if wrong.any():
                row = int(wrong.argmax())
                raise DataError.target_sum(loss, float(sums[row]), row)


ANY_NUMBER = Domain(later("finite numbers"))
NOT_BELOW_ZERO = Domain(later("finite numbers of at least 0"), low=0)
PROBABILITY = Domain(later("numbers from 0 to 1"), low=0, high=1)
TWO_CLASSES = Domain(later("numbers from 0 to 1, or -1 in place of 0"), low=0, high=1, signs=True)
DISTRIBUTION = Domain(later("class codes, or probabilities from 0 to 1"), low=0, high=1, sums_to_one=True)


def class_codes(codes: npt.NDArray[Any], n_classes: int, ignore_index: int | None = None) -> npt.NDArray[np.int64]:
    """Check class codes and return them flat; those equal to `ignore_index` become -1.

    Raises
    ------
    DataError
        If they are no integers from 0 to n_classes - 1.
    """
    if codes.dtype.kind not in "iub":
        raise DataError.codes_not_integers(codes.dtype)
    flat = codes.reshape(-1)
    ignored = np.zeros(flat.shape, bool) if ignore_index is None else flat == ignore_index
    outside = ((flat < 0) | (flat >= n_classes)) & ~ignored
    if outside.any():
        row = int(outside.argmax())
        raise DataError.code_outside(int(flat[row]), n_classes, row, ignore_index)
    return np.where(ignored, -1, flat).astype(np.int64)


def one_hot(codes: npt.ArrayLike, n_classes: int | None = None, *, dtype: npt.DTypeLike = np.float64) -> Floats:
    """Turn class codes into rows of zeros with a single 1.

    Parameters
    ----------
    codes : array_like of int
        From 0 to n_classes - 1, of any shape.
    n_classes : int, optional
        By default the largest code plus 1.
    dtype : dtype, default=float64
        Of the result.

    Returns
    -------
    ndarray
        Of the shape of codes, with one more dimension of length n_classes at the end.

    Raises
    ------
    DataError
        If codes are no integers in that range.
    ParameterError
        If n_classes is below 1, or is not given and there is no code to tell it.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.one_hot([0, 2], n_classes=3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    array = np.asarray(codes)
    if n_classes is None:
        if array.size == 0:
            raise ParameterError.value("n_classes", None, later("given, because there are no codes to tell it"))
        n_classes = int(array.max()) + 1 if array.dtype.kind in "iub" else 1
    elif not isinstance(n_classes, int | np.integer) or isinstance(n_classes, bool) or n_classes < 1:
        raise ParameterError.value("n_classes", n_classes, later("an integer of at least 1"))
    # A negative code of -1 would pass for the last class of an identity matrix; here it is an error.
    flat = class_codes(array, max(n_classes, 1))
    result: Floats = np.zeros((flat.size, n_classes), dtype=dtype)
    result[np.arange(flat.size), flat] = 1
    return result.reshape(*array.shape, n_classes)


def row_weights(weights: npt.ArrayLike, shape: tuple[int, ...], name: str) -> npt.NDArray[np.float64]:
    """Check weights against the shape that they must have, and return them flat, as float64.

    Raises
    ------
    ShapeError
        If they have another shape.
    DataError
        If one is negative or not finite.
    """
    array = as_floats(weights, name).astype(np.float64)
    if array.shape != shape:
        raise ShapeError.shape(name, array.shape, later("{wanted}, one weight each"), wanted=shape)
    flat = array.reshape(-1)
    wrong = ~(np.isfinite(flat) & (flat >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError.weights(name, float(flat[row]), row)
    return flat
