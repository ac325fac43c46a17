"""Numbers of a training as float32, which a page reads: those of one that diverges leave the type."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = float(np.finfo(np.float32).max)


def narrowed(values: NDArray[Any]) -> NDArray[np.float32]:
    """Convert to float32; what is too large for it, and infinity, becomes its largest number. NaN stays.

    Examples
    --------
    >>> narrowed(np.array([1.5, -1e300, np.nan])).tolist()
    [1.5, -3.4028234663852886e+38, nan]
    """
    result: NDArray[np.float32] = np.clip(values, -LARGEST, LARGEST).astype(np.float32)
    return result
