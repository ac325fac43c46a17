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
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
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


@functools.cache
def _indices() -> dict[str, int]:
    return {name: index for index, name in enumerate(engine().activation_names())}


def elementwise(name: str, parameters: tuple[float, ...], x: npt.ArrayLike, out: Floats | None, *, slope: bool) -> Any:
    """Apply an activation's kernel, or the kernel of its derivative, to every element.

    Returns
    -------
    ndarray or NumPy scalar
        Of x's shape; a scalar for a scalar; `out` where it was given.
    """
    run, index = engine().elementwise, _indices()[name]
    if type(x) is np.ndarray and (out is None or isinstance(out, np.ndarray)):
        # Nearly every call: the engine looks whether the arrays can be taken as they are, in less than a microsecond.
        result = run(index, parameters, x, out, slope, threads_for(x.size))
        if result is not None:
            return result
    x = as_floats(x)
    into = prepared(out, x)
    threads = threads_for(x.size)
    if run(index, parameters, x, into, slope, threads) is None:
        # One of them has gaps or another order, or they overlap: from a copy into a buffer.
        x = np.require(x, requirements=("C", "A"))
        into[...] = run(index, parameters, x, np.empty(x.shape, x.dtype), slope, threads)
    return delivered(into, into, out)


def prepared(out: Floats | None, x: Floats) -> Floats:
    """Return the array that a result like x goes to: `out`, once it is found to fit, or a new one."""
    if out is None:
        return np.empty(x.shape, x.dtype)
    if not isinstance(out, np.ndarray) or out.dtype != x.dtype:
        raise DataError.out_dtype(getattr(out, "dtype", type(out).__name__), x.dtype)
    if out.shape != x.shape:
        raise ShapeError.shape("out", out.shape, "{wanted}, that of the result", wanted=x.shape)
    if not out.flags.writeable:
        raise DataError.out_read_only()
    return out


def delivered(result: Floats, into: Floats, out: Floats | None) -> Any:
    """Hand a result over: through `out` where one was given, else as a scalar where it has no dimensions."""
    if result is not into:
        np.copyto(into, result)
    if out is not None:
        return out
    return into[()] if into.ndim == 0 else into
