"""glassnet, as anyone uses it: the public `MLPClassifier.fit`, timed by its own trace."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from shapes import Shape

from glassnet import MLPClassifier
from peers.sklearn_mlp import parameters


class Glassnet:
    """`MLPClassifier.fit` with everything on that is on by default (the trace among it)."""

    def __init__(self, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> None:
        self.shape, self.X, self.y, self.threads = shape, X, y, threads

    def epochs(self, count: int) -> list[float]:
        """Train anew for 1 + count epochs; seconds of each but the first."""
        model = MLPClassifier(**parameters(self.shape, 1 + count), n_threads=self.threads)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(self.X, self.y)
        return model.trace_.seconds[1:].tolist()
