"""The catalog's way to the engine, and what arrays become on the way.

Catalog functions compute with the engine's kernels. The engine is loaded at the first call, not on import: names,
formulas and descriptions are there without it.
"""

from __future__ import annotations

import functools
import importlib
import numbers
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.errors import DataError, ShapeError
from glassnet.threads import usable_threads

Floats = npt.NDArray[np.floating[Any]]

# From so many elements on, all processors work on one call: below, starting a thread takes longer than it saves.
SHARED_FROM = 1 << 18


@functools.cache
def engine() -> Any:
    """Load the compiled module."""
    return importlib.import_module("glassnet._engine")


def as_floats(x: npt.ArrayLike, name: str = "x") -> Floats:
    """Return x as an array of float32 or float64 in this machine's byte order; no copy where it is one already.

    float32 and float64 are kept, float16 becomes float32, integers and booleans become float64.

    Raises
    ------
    DataError
        If x does not hold real numbers of at most 64 bits.
    """
    array = np.asarray(x)
    if array.dtype.kind == "f" and array.dtype.itemsize in (4, 8):
        return array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype == np.float16:
        return array.astype(np.float32)
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    # Fractions, decimals, a data frame whose columns differ. NumPy would turn None and "1" to numbers as well.
    if array.dtype == object and all(isinstance(value, numbers.Real | Decimal) for value in array.flat):
        return array.astype(np.float64)
    raise DataError.not_numbers(name, array.dtype)


def threads_for(elements: int) -> int:
    """Return how many threads work on an array of that size; the results are the same for any number."""
    return 1 if elements < SHARED_FROM else usable_threads()


def elementwise(name: str, parameters: tuple[float, ...], x: npt.ArrayLike, out: Floats | None, *, slope: bool) -> Any:
    """Apply an activation's kernel, or the kernel of its derivative, to every element.

    Returns
    -------
    ndarray or NumPy scalar
        Of x's shape; a scalar for a scalar; `out` where it was given.
    """
    x = as_floats(x)
    into = prepared(out, x)
    # A kernel may write where it reads, but not beside it: then, and where `out` has gaps, a buffer of our own.
    same_place = out is not None and out.ctypes.data == x.ctypes.data and out.strides == x.strides
    direct = into.flags.c_contiguous and (same_place or not np.may_share_memory(into, x))
    result = into if direct else np.empty(x.shape, x.dtype)
    flat = (np.ascontiguousarray(x).reshape(-1), result.reshape(-1))
    results = (None, flat[1]) if slope else (flat[1], None)
    engine().activation(name, list(parameters), flat[0], *results, threads_for(x.size))
    return delivered(result, into, out)


def prepared(out: Floats | None, x: Floats) -> Floats:
    """Return the array that a result like x goes to: `out`, once it is found to fit, or a new one."""
    if out is None:
        return np.empty(x.shape, x.dtype)
    if not isinstance(out, np.ndarray) or out.dtype != x.dtype:
        raise DataError.out_dtype(getattr(out, "dtype", type(out).__name__), x.dtype)
    if out.shape != x.shape:
        raise ShapeError.shape("out", out.shape, "{wanted}, that of the result", wanted=x.shape)
    return out


def delivered(result: Floats, into: Floats, out: Floats | None) -> Any:
    """Hand a result over: through `out` where one was given, else as a scalar where it has no dimensions."""
    if result is not into:
        np.copyto(into, result)
    if out is not None:
        return out
    return into[()] if into.ndim == 0 else into
