"""A run on the stage of a session: how fast it goes, what of it was shown, and what was found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from glassnet.playground.frames import View, data_message, frame
from glassnet.playground.inside import Inside
from glassnet.playground.run import Run

if TYPE_CHECKING:
    from glassnet.playground.outbox import Outbox
    from glassnet.playground.preparing import Prepared


class Watch(Protocol):
    """Whoever looks what is to be found in a run, and paces itself."""

    def due(self, now: float) -> bool:
        """Whether it may look again, at this time of `time.perf_counter`."""

    def look(self, run: Run) -> list[dict[str, Any]] | None:
        """What is found now, as JSON; None where nothing has changed."""


Watching = Callable[["Prepared"], Watch]


class Player:
    """A run, and what its audience knows of it.

    Parameters
    ----------
    name : {"main", "beside"}
    prepared : Prepared
    outbox : Outbox
        Where frames, rows, findings and the end are told.
    watching : callable, optional
        Makes the watch that looks for findings; None for none.
    """

    def __init__(self, name: str, prepared: Prepared, outbox: Outbox, watching: Watching | None = None) -> None:
        self.name = name
        self.run = Run(prepared)
        self._inside = Inside(prepared)
        self._outbox = outbox
        self._watching = watching
        self._watch = None if watching is None else watching(prepared)
        self._looked_at: int | None = None
        self._shown: int | None = None  # the last epoch of the curves that were put into the outbox
        self._shown_before: int | None = None  # that of the frame before: what is known if the last one is replaced
        self._told_end: int | None = None

    @property
    def kind(self) -> str:
        """Of its frames in the outbox."""
        return f"frame {self.name}"

    @property
    def findings_kind(self) -> str:
        """Of its findings in the outbox."""
        return f"findings {self.name}"

    def renamed(self, name: str) -> None:
        """Play another part; its audience knows nothing of it under that name."""
        self.name = name
        self.forget()

    def forget(self) -> None:
        """Take it that nothing was shown."""
        self._shown = self._shown_before = self._told_end = None
        self.watch_anew()

    def watch_anew(self) -> None:
        """Look for findings as if for the first time: nothing was told, or it was in another language."""
        self._watch = None if self._watching is None else self._watching(self.run.prepared)
        self._looked_at = None

    def take_back(self) -> None:
        """Take back what was not read yet."""
        self._outbox.drop(self.kind)
        self._outbox.drop(self.findings_kind)

    def show_data(self) -> None:
        """Tell the rows."""
        self._outbox.put(data_message(self.run, self.name))

    def show(self, view: View, pace: float, *, now: bool) -> bool:
        """Put a frame into the outbox.

        Parameters
        ----------
        view : View
        pace : float
            Epochs a second.
        now : bool
            In place of one that was not taken yet; else there is none before that is taken.

        Returns
        -------
        bool
            Whether there was something to show.
        """
        waits = self._outbox.holds(self.kind)
        if waits and not now:
            return False
        known = self._shown_before if waits else self._shown
        # After a step back, the points behind the new place are to go: those that are known end here.
        after = None if known is None else min(known, self.run.epoch)
        packed = frame(self.run, self._inside, view, self.name, after=after, pace=pace)
        self._outbox.put_latest(self.kind, packed)
        self._shown_before, self._shown = after, self.run.epoch
        return True

    @property
    def to_be_looked_at(self) -> bool:
        """Whether it stands elsewhere than when findings were looked for."""
        return self._watch is not None and self._looked_at != self.run.epoch

    def look_for_findings(self) -> None:
        """Tell what is found, if it is time to look, and if it is another thing than before."""
        if self._watch is None or not self.to_be_looked_at or not self._watch.due(time.perf_counter()):
            return
        self._looked_at = self.run.epoch  # also if it fails
        found = self._watch.look(self.run)
        if found is not None:
            message = {"type": "findings", "run": self.name, "epoch": self.run.epoch, "findings": found}
            self._outbox.put_latest(self.findings_kind, message)

    def tell_end(self) -> None:
        """Tell that it has come to its end, once each time."""
        if not self.run.ended:
            self._told_end = None
        elif self._told_end != self.run.epoch:
            self._told_end = self.run.epoch
            run = self.run
            self._outbox.put(
                {"type": "stopped", "run": self.name, "epoch": run.epoch, "state": run.state, "text": run.text}
            )
