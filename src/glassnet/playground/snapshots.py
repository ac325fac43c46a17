"""States that a run has been in, to go back to: few enough for the memory, close enough to be fast.

Going back to an epoch costs the training from the last snapshot before it. Were snapshots thinned to even distances,
one step back would cost as much as any; with distances that double towards the past, a long run's beginning would be
many seconds away from its next snapshot. Here they grow as the square root of the way from where the run stands: with
n snapshots the longest way is twice that of even distances, and the last steps are near.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

from glassnet.engine import State, Trace, Weights

FEWEST, MOST = 16, 400
OVERHEAD = 250  # bytes of an array beside its numbers


@dataclass(frozen=True)
class Snapshot:
    """All that a training needs to go on from an epoch, and what is known of that epoch.

    Attributes
    ----------
    epoch : int
    weights : Weights
    state : State or None
        Of the solver; None before the first epoch, and with L-BFGS.
    trace : Trace
        Of this epoch alone; empty before the first.
    """

    epoch: int
    weights: Weights
    state: State | None
    trace: Trace

    @property
    def size(self) -> int:
        """Bytes that it takes, nearly."""
        moments = [] if self.state is None else [self.state.values[name] for name in ("first", "second")]
        arrays = [array for part in self.weights for array in part]
        arrays += [array for moment in moments if moment is not None for part in moment for array in part]
        return 2000 + sum(int(array.nbytes) + OVERHEAD for array in arrays)


class Snapshots:
    """Snapshots by their epochs; the first one always stays.

    Parameters
    ----------
    first : Snapshot
        Of before the first epoch.
    limit : int
        Bytes that all of them may take.
    """

    def __init__(self, first: Snapshot, limit: int) -> None:
        self._limit = limit
        self._most = MOST
        self._epochs = [first.epoch]
        self._by_epoch = {first.epoch: first}

    def __len__(self) -> int:
        return len(self._epochs)

    def add(self, snapshot: Snapshot) -> None:
        """Keep a snapshot of where the run stands now, and drop another if there are too many."""
        if snapshot.epoch in self._by_epoch:
            return
        if len(self._epochs) == 1:  # all that come have the first one's size
            self._most = max(FEWEST, min(MOST, self._limit // snapshot.size))
        bisect.insort(self._epochs, snapshot.epoch)
        self._by_epoch[snapshot.epoch] = snapshot
        while len(self._epochs) > self._most:
            self._drop_one(snapshot.epoch)

    def before(self, epoch: int) -> Snapshot:
        """Find the last one that is not after an epoch."""
        return self._by_epoch[self._epochs[bisect.bisect_right(self._epochs, epoch) - 1]]

    def _drop_one(self, here: int) -> None:
        """Drop the one whose neighbors are nearest to each other, for its distance from here."""

        def cost(i: int) -> float:
            after = self._epochs[i + 1] if i + 1 < len(self._epochs) else self._epochs[i] + 1
            return (after - self._epochs[i - 1]) / math.sqrt(abs(self._epochs[i] - here) + 1)

        places = [i for i in range(1, len(self._epochs)) if self._epochs[i] != here]
        del self._by_epoch[self._epochs.pop(min(places, key=cost))]
