"""What is remembered of a run's epochs: a trace that grows, and becomes thinner where it is old.

A million epochs of a deep network are half a gigabyte of trace. Of a full record the older half is thinned out to every
second, fourth, … epoch; the newer half stays as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Trace
from glassnet.engine.trace import LAYER_STATISTICS

SCALARS = 6  # an epoch's numbers beside those of its layers, as in `Trace.arrays`
VALIDATION = slice(2, 4)  # of these: loss and score on the test rows
FIRST_ROOM = 256

Floats = NDArray[np.float64]


class Record:
    """Epochs of one run, each once, by their number.

    Parameters
    ----------
    n_layers : int
    limit : int
        Bytes that it may take.
    """

    def __init__(self, n_layers: int, limit: int) -> None:
        self._most = max(FIRST_ROOM, limit // (8 * (SCALARS + n_layers * len(LAYER_STATISTICS))))
        self._epochs: Floats = np.empty((0, SCALARS))
        self._layers: Floats = np.empty((0, n_layers, len(LAYER_STATISTICS)))
        self._n = 0
        self._stride = 1  # of the epochs that are kept for good

    def __len__(self) -> int:
        return self._n

    def add(self, trace: Trace) -> None:
        """Take in epochs that follow each other; of those that are known, only the last if it was dropped."""
        epochs, layers = trace.arrays
        known = 0 if self._n == 0 else self._epochs[self._n - 1, 0]
        new = epochs[:, 0] > known
        if new.any():
            self._append(epochs[new], layers[new])
        elif len(epochs):
            self._insert(epochs[-1], layers[-1])

    def until(self, epoch: int, dead_units: list[list[int]]) -> Trace:
        """Give the trace as it was after an epoch: of the epochs that are still known.

        The arrays are views: what is added later stands behind their end.
        """
        end = self._place(epoch + 1)
        return Trace(self._epochs[:end], self._layers[:end], dead_units)

    def judge(self, epoch: int, loss: float, score: float) -> None:
        """Fill in what an epoch reached on the test rows, where the solver did not ask."""
        place = self._place(epoch)
        if place < self._n and self._epochs[place, 0] == epoch:
            self._epochs[place, VALIDATION] = loss, score

    def _place(self, epoch: int) -> int:
        return int(np.searchsorted(self._epochs[: self._n, 0], epoch))

    def _append(self, epochs: Floats, layers: Floats) -> None:
        if self._n + len(epochs) > self._most:
            self._thin()
        if self._n + len(epochs) > len(self._epochs):
            self._room(max(FIRST_ROOM, self._n + len(epochs), min(2 * self._n, self._most)))
        self._epochs[self._n : self._n + len(epochs)] = epochs
        self._layers[self._n : self._n + len(epochs)] = layers
        self._n += len(epochs)

    def _thin(self) -> None:
        """Thin out the older half, to new arrays: traces may view the old ones."""
        known = self._epochs[: self._n, 0]
        older = np.arange(self._n) < self._n - self._most // 2
        while np.count_nonzero(older & (known % self._stride == 0)) > self._most // 4:
            self._stride *= 2
        kept = ~older | (known % self._stride == 0) | (known == 1)
        self._epochs, self._layers = self._epochs[: self._n][kept], self._layers[: self._n][kept]
        self._n = len(self._epochs)

    def _room(self, n: int) -> None:
        epochs, layers = np.empty((n, SCALARS)), np.empty((n, *self._layers.shape[1:]))
        epochs[: self._n], layers[: self._n] = self._epochs[: self._n], self._layers[: self._n]
        self._epochs, self._layers = epochs, layers

    def _insert(self, epoch: Floats, layers: Floats) -> None:
        place = self._place(int(epoch[0]))
        if place < self._n and self._epochs[place, 0] == epoch[0]:
            return
        self._epochs = np.insert(self._epochs[: self._n], place, epoch, axis=0)
        self._layers = np.insert(self._layers[: self._n], place, layers, axis=0)
        self._n += 1
