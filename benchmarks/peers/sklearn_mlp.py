"""scikit-learn's MLPClassifier, timed epoch by epoch inside one `fit`."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapes import Shape
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits


def parameters(shape: Shape, epochs: int) -> dict[str, Any]:
    """Return constructor parameters that glassnet and scikit-learn read alike: Adam, ReLU, no penalty, no early end."""
    return {
        "hidden_layer_sizes": shape.hidden,
        "activation": "relu",
        "solver": "adam",
        "alpha": 0.0,
        "batch_size": shape.batch,
        "learning_rate_init": 1e-3,
        "max_iter": epochs,
        "tol": 0.0,
        "n_iter_no_change": 1_000_000,
        "random_state": 0,
    }


class _Clocked(MLPClassifier):  # type: ignore[misc]  # scikit-learn has no types
    """Notes the time at the end of every epoch; scikit-learn has no public hook there."""

    def _update_no_improvement_count(self, *arguments: Any) -> None:
        super()._update_no_improvement_count(*arguments)
        self.stamps_.append(time.perf_counter())


class ScikitLearn:
    """`MLPClassifier.fit`; its BLAS may use all the threads."""

    def __init__(self, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> None:
        self.shape, self.X, self.y = shape, X, y
        threadpool_limits(threads)

    def epochs(self, count: int) -> list[float]:
        """Train anew for 1 + count epochs; seconds of each but the first."""
        model = _Clocked(**parameters(self.shape, 1 + count))
        model.stamps_ = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(self.X, self.y)
        return np.diff(model.stamps_).tolist()
