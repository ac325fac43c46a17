"""softmax, its logarithm, and its limit: functions over an axis.

    softmax(x)_i     = exp(x_i / t) / sum_j exp(x_j / t)
    log_softmax(x)_i = x_i / t - log(sum_j exp(x_j / t))
    hardmax(x)_i     = 1 for the first largest x_i, else 0: the limit of softmax for a temperature t towards 0

The engine subtracts the largest score first, which changes nothing but the range: logits of 1e4 neither overflow nor
give NaN, and every result of softmax lies in [0, 1].
"""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from glassnet.catalog.entries import POSITIVE, Parameter
from glassnet.catalog.kernels import Floats, as_floats, delivered, engine, prepared, threads_for
from glassnet.catalog.tensors import on_tensors
from glassnet.errors import ShapeError

_TEMPERATURE = Parameter(1.0, rule=POSITIVE)


@on_tensors("softmax")
def softmax(
    x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0, out: Floats | None = None
) -> Any:
    """Turn scores into probabilities: exp(x / temperature), divided by its sum along an axis.

    Parameters
    ----------
    x : array_like
        Scores of any shape with at least one dimension. float32 and float64 are kept; integers become float64.
    axis : int, default=-1
        The probabilities along this axis add up to 1.
    temperature : float, default=1.0
        Above 0. A higher one makes the probabilities more equal, a lower one moves them towards `hardmax`.
    out : ndarray, optional
        Takes the result; of the result's shape and dtype. It may be x.

    Returns
    -------
    ndarray
        Of x's shape, within [0, 1], in the order of x. A row with a NaN is NaN.

    Raises
    ------
    ParameterError
        If temperature is not a finite number above 0.
    ShapeError
        If x has no such axis, the axis has no element, or `out` has another shape.
    DataError
        If x does not hold real numbers.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.softmax([[-1, 2, -3, 4], [-2, 3, -3, 9]]).round(4).tolist()
    [[0.0059, 0.1184, 0.0008, 0.8749], [0.0, 0.0025, 0.0, 0.9975]]
    >>> gn.softmax([1e4, 0.0, -1e4])
    array([1., 0., 0.])
    """
    return _over_axis(x, axis, temperature, out, log=False)


@on_tensors("log_softmax")
def log_softmax(
    x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0, out: Floats | None = None
) -> Any:
    """Logarithm of `softmax`, exact also where the probability itself is too small for a float.

    Parameters and errors are those of `softmax`.

    Returns
    -------
    ndarray
        Of x's shape, at most 0.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.log_softmax([1e4, 0.0])
    array([     0., -10000.])
    """
    return _over_axis(x, axis, temperature, out, log=True)


@on_tensors("hardmax")
def hardmax(
    x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0, out: Floats | None = None
) -> Any:
    """Give 1 to the first largest score along an axis and 0 to the others.

    Parameters
    ----------
    x, axis, out
        As for `softmax`.
    temperature : float, default=1.0
        Taken so that the three functions can stand for each other, and checked. It cannot change the result: no
        temperature changes which score is the largest.

    Returns
    -------
    ndarray
        Of x's shape. A NaN counts as the largest score, as it does for `numpy.argmax`.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.hardmax([[1, 3, 3], [0, -1, -2]])
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    _TEMPERATURE.checked("temperature", temperature)
    x = as_floats(x)
    rows = checked_axis(x, axis)
    into = prepared(out, x)
    result = np.zeros_like(x)
    np.put_along_axis(result, np.argmax(x, axis=rows, keepdims=True), 1, axis=rows)
    return delivered(result, into, out)


def softmax_jacobian(x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0) -> Floats:
    """Derivatives of every softmax output with respect to every score of its row.

    d p_i / d x_j = p_i (delta_ij - p_j) / temperature: positive where i = j, negative elsewhere.

    Returns
    -------
    ndarray
        Of x's shape with `axis` moved to the end, and that length once more: the last two dimensions are i and j.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations.softmax.jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    probability = softmax(x, axis=axis, temperature=temperature)
    p = np.moveaxis(probability, axis.__index__(), -1)
    # p_i (1 - p_i) on the diagonal as minus the sum of the others: 1 - p_i would lose all digits where p_i is near 1.
    jacobian = -p[..., :, None] * p[..., None, :]
    diagonal = np.arange(p.shape[-1])
    jacobian[..., diagonal, diagonal] = 0
    jacobian[..., diagonal, diagonal] = -jacobian.sum(axis=-1)
    result: Floats = jacobian / p.dtype.type(temperature)
    return result


def log_softmax_jacobian(x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0) -> Floats:
    """Derivatives of every log-softmax output with respect to every score of its row.

    d log p_i / d x_j = (delta_ij - p_j) / temperature.

    Returns
    -------
    ndarray
        Of x's shape with `axis` moved to the end, and that length once more: the last two dimensions are i and j.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations.log_softmax.jacobian([0.0, 0.0])
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    probability = softmax(x, axis=axis, temperature=temperature)
    p = np.moveaxis(probability, axis.__index__(), -1)
    k = p.shape[-1]
    jacobian = np.repeat(-p[..., None, :], k, axis=-2)
    # 1 - p_i on the diagonal as the sum of the others: a difference would lose all digits where p_i is near 1.
    diagonal = np.arange(k)
    jacobian[..., diagonal, diagonal] = 0
    jacobian[..., diagonal, diagonal] = -jacobian.sum(axis=-1)
    result: Floats = jacobian / p.dtype.type(temperature)
    return result


def hardmax_jacobian(x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, temperature: float = 1.0) -> Floats:
    """Derivatives of every hardmax output with respect to every score of its row: 0, wherever they exist.

    Returns
    -------
    ndarray
        Of x's shape with `axis` moved to the end, and that length once more; NaN in rows with a NaN.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations.hardmax.jacobian([1.0, 3.0])
    array([[0., 0.],
           [0., 0.]])
    """
    _TEMPERATURE.checked("temperature", temperature)
    x = as_floats(x)
    last = np.moveaxis(x, checked_axis(x, axis), -1)
    jacobian: Floats = np.zeros((*last.shape, last.shape[-1]), x.dtype)
    jacobian[np.isnan(last).any(axis=-1)] = np.nan
    return jacobian


def checked_axis(x: Floats, axis: SupportsIndex) -> int:
    """Return the axis counted from 0, or say why there is none to work on."""
    try:
        index = axis.__index__()
    except AttributeError:
        raise ShapeError.no_axis(axis, x.ndim) from None
    if not -x.ndim <= index < x.ndim:
        raise ShapeError.no_axis(axis, x.ndim)
    if x.shape[index] == 0:
        raise ShapeError.empty_axis(index, x.shape)
    return index % x.ndim


def _over_axis(x: npt.ArrayLike, axis: SupportsIndex, temperature: float, out: Floats | None, *, log: bool) -> Any:
    temperature = _TEMPERATURE.checked("temperature", temperature)
    x = as_floats(x)
    place = checked_axis(x, axis)
    last = np.moveaxis(x, place, -1)
    into = prepared(out, x)
    if temperature != 1:
        # The largest score comes off before the division, which could overflow otherwise; and a rounding of a score of
        # float32 would be one of many units of its exponential, so float64 takes the quotient.
        with np.errstate(over="ignore", invalid="ignore"):
            wide = last.astype(np.float64)
            last = (wide - wide.max(axis=-1, keepdims=True)) / temperature
    rows = np.ascontiguousarray(last).reshape(-1, last.shape[-1])
    # The engine may write where it reads, but not beside it: then, and for another axis, into a buffer of our own.
    apart = out is None or rows.ctypes.data == into.ctypes.data or not np.may_share_memory(into, rows)
    if apart and place == x.ndim - 1 and rows.dtype == x.dtype and into.flags.c_contiguous:
        engine().softmax(rows, into.reshape(rows.shape), log, threads_for(rows.size))
        return delivered(into, into, out)
    result = np.empty_like(rows)
    engine().softmax(rows, result, log, threads_for(rows.size))
    result = result.astype(x.dtype, copy=False)
    return delivered(np.moveaxis(result.reshape(last.shape), -1, place), into, out)
