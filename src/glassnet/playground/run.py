"""One training that can be played, stopped and rewound: chunks of epochs by the engine, joined without a seam.

A state is a function of the set-up and the number of epochs alone, bit for bit, whatever way led to it: the engine
goes on exactly from weights and solver state. L-BFGS keeps no state outside of its minimizer: it is trained again from
the start with as many iterations as are wanted, which gives the same bits, and chunks that double keep that cheap.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from glassnet.diagnosis import DataFacts, Look, facts_of, look_at, rows_to_look_at
from glassnet.engine import Fit, State, StopFlag, Trace, Weights, initial_weights, train
from glassnet.errors import Diverged
from glassnet.playground.measuring import measured
from glassnet.playground.record import Record
from glassnet.playground.snapshots import Snapshot, Snapshots
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.playground.preparing import Prepared

RECORD_BYTES, SNAPSHOT_BYTES = 12 << 20, 20 << 20  # of a run: two of them are a session

RunState = Literal["paused", "playing", "finished", "diverged"]


class Run:
    """A training of the playground.

    Parameters
    ----------
    prepared : Prepared
        Network, training, data, and the score's name.

    Attributes
    ----------
    prepared : Prepared
    epoch : int
        Epochs done: where it stands, between 0 and its end.
    weights : Weights
        Of that epoch.
    text : str
        Why it ended, once it has.
    playing : bool
        Whether whoever drives it goes on; `state` tells.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.playing = False
        self.epoch = 0
        self.weights: Weights = initial_weights(prepared.network, prepared.training.seed)
        self._solver: State | None = None
        self._dead_units: list[list[int]] = [[] for _ in prepared.network.layers]
        nothing = Trace.of_losses([], len(prepared.network.layers))
        self._snapshots = Snapshots(Snapshot(0, self.weights, None, nothing), SNAPSHOT_BYTES)
        self._record = Record(len(prepared.network.layers), RECORD_BYTES)
        self._end: tuple[int, RunState, str, str] | None = None  # epoch, state, text, the engine's reason
        self._seen: tuple[int, Look] | None = None

    @property
    def state(self) -> RunState:
        """Whether it plays, waits, or has come to its end."""
        if self._end is not None and self.epoch >= self._end[0]:
            return self._end[1]
        if self.epoch >= self.prepared.training.max_iter:
            return "finished"
        return "playing" if self.playing else "paused"

    @property
    def ended(self) -> bool:
        """Whether there is no epoch after this one."""
        return self.state in ("finished", "diverged")

    @property
    def last(self) -> int:
        """The epoch that it can't go beyond, as far as that is known."""
        return self.prepared.training.max_iter if self._end is None else self._end[0]

    @property
    def text(self) -> str:
        """Why it ended, in words; empty before."""
        if not self.ended:
            return ""
        if self._end is None:
            return _("all {n} epochs are done").format(n=self.epoch)
        return self._end[2]

    @property
    def stop_reason(self) -> str:
        """Why it ended, as `glassnet.engine.Fit` says it; empty before."""
        if not self.ended:
            return ""
        return "max_iter" if self._end is None else self._end[3]

    @property
    def trace(self) -> Trace:
        """Epochs up to this one; of a very long run, older ones with gaps."""
        return self._record.until(self.epoch, self._dead_units)

    @cached_property
    def facts(self) -> DataFacts:
        """What a diagnosis wants to know of the data."""
        return facts_of(self.prepared.network, self.prepared.data, self.prepared.codes)

    def look(self) -> Look:
        """Look at the units on some training rows, with the weights of this epoch."""
        if self._seen is None or self._seen[0] != self.epoch:
            data, codes = self.prepared.data, self.prepared.codes
            rows = rows_to_look_at(len(data.y), codes)
            of_rows = None if codes is None else codes[rows]
            self._seen = (
                self.epoch,
                look_at(self.prepared.network, self.weights, data.X[rows], data.y[rows], of_rows),
            )
        return self._seen[1]

    def advance(self, epochs: int, stop: StopFlag | None = None) -> int:
        """Train on.

        Parameters
        ----------
        epochs : int
            At most so many, and not beyond the end.
        stop : StopFlag, optional
            Set from another thread, it ends this call soon; the run is then where it was before.

        Returns
        -------
        int
            Epochs that were done: 0 after `stop` and at the end.
        """
        wanted = min(epochs, self.last - self.epoch)
        if wanted <= 0:
            return 0
        before = self.epoch
        try:
            fit = self._trained(wanted, stop)
        except Diverged as error:
            return self._diverge(error, stop)
        if fit.stop_reason == "interrupted":
            return 0
        self._arrive(fit)
        if fit.stop_reason == "converged" or self.epoch < before + wanted:
            text = _("converged: the loss does not fall any more")
            self._end = (self.epoch, "finished", text, fit.stop_reason)
        return self.epoch - before

    def return_before(self, epoch: int) -> None:
        """Take up the last state that is known and not after an epoch; the present one, if that is it."""
        snapshot = self._snapshots.before(max(0, epoch))
        if snapshot.epoch <= self.epoch <= epoch:
            return
        self._stand(snapshot)

    def go_to(self, epoch: int) -> None:
        """Take up the state of an epoch; at the end's, if that comes before it."""
        self.return_before(epoch)
        while self.epoch < epoch and not self.ended:
            self.advance(min(64, epoch - self.epoch))

    def prolong(self, prepared: Prepared) -> bool:
        """Go on under a set-up that differs in a larger number of epochs alone; false where it differs in more.

        A schedule that looks at the number of epochs has used another rate from the first step on.
        """
        old, new = self.prepared, prepared
        same = (
            new.network == old.network
            and new.training.max_iter >= old.training.max_iter
            and dataclasses.replace(new.training, max_iter=old.training.max_iter) == old.training
            and new.training.learning_rate in ("constant", "invscaling", "adaptive")
            and _same_data(old, new)
        )
        if same:
            self.prepared = prepared
        return same

    def _trained(self, epochs: int, stop: StopFlag | None) -> Fit:
        p = self.prepared
        if p.training.solver == "lbfgs":
            training = dataclasses.replace(p.training, max_iter=self.epoch + epochs)
            return train(p.network, training, p.data, stop=stop)
        return train(
            p.network,
            p.training,
            p.data,
            weights=self.weights,
            state=self._solver,
            score=p.score,
            epochs=epochs,
            stop=stop or StopFlag(),  # without one, the engine asks Python for signals, again and again
        )

    def _arrive(self, fit: Fit) -> None:
        """Stand where a training has ended."""
        self._record.add(fit.trace)
        self.weights, self._solver = fit.weights, fit.state
        self._dead_units = fit.trace.dead_units
        self.epoch = int(fit.trace.arrays[0][-1, 0]) if len(fit.trace) else self.epoch
        if self._solver is None:
            self._judge()
        self._snapshots.add(Snapshot(self.epoch, self.weights, self._solver, _last_alone(self.trace)))

    def _judge(self) -> None:
        """L-BFGS does not look at the test rows while it trains."""
        p = self.prepared
        if p.data.X_val is not None and p.data.y_val is not None:
            loss, score = measured(
                p.network, self.weights, p.score, p.data.X_val, p.data.y_val, p.data.sample_weight_val
            )
            self._record.judge(self.epoch, loss, score)

    def _stand(self, snapshot: Snapshot) -> None:
        self.epoch, self.weights, self._solver = snapshot.epoch, snapshot.weights, snapshot.state
        self._dead_units = snapshot.trace.dead_units
        self._record.add(snapshot.trace)

    def _diverge(self, error: Diverged, stop: StopFlag | None) -> int:
        """Go as far as all numbers are finite, and end there."""
        before, last, reached = self.epoch, max(self.epoch, (error.epoch or 1) - 1), False
        while not reached:
            self.return_before(last)
            try:
                fit = None if self.epoch == last else self._trained(last - self.epoch, stop)
            except Diverged:
                last = max(0, last - 1)
                continue
            if fit is not None and fit.stop_reason == "interrupted":
                self._stand(self._snapshots.before(before))  # every call ends in a snapshot
                return 0
            if fit is not None:
                self._arrive(fit)
            # The last step of an epoch can be the one that went too far.
            reached = last == 0 or _finite(self.weights)
            last -= not reached
        # The error's own text proposes early stopping, which a playground has not.
        text = _("training diverged in epoch {epoch}. Likely cause: {cause}")
        self._end = (last, "diverged", text.format(epoch=error.epoch, cause=error.cause), "diverged")
        return max(0, self.epoch - before)


def _last_alone(trace: Trace) -> Trace:
    """Copy the last epoch: a slice would keep the whole trace in memory."""
    epochs, layers = trace.arrays
    return Trace(epochs[-1:].copy(), layers[-1:].copy(), trace.dead_units)


def _finite(weights: Weights) -> bool:
    return all(math.isfinite(float(np.abs(array).sum(dtype=np.float64))) for part in weights for array in part)


def _same_data(old: Prepared, new: Prepared) -> bool:
    names = ("X", "y", "sample_weight", "X_val", "y_val", "sample_weight_val")
    pairs = [(getattr(old.data, name), getattr(new.data, name)) for name in names]
    return all(a is b or (a is not None and b is not None and np.array_equal(a, b)) for a, b in pairs)
