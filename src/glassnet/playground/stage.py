"""What happens in a session's thread: one or two runs train at a pace, or are on the way to an epoch, and are shown.

A run's state is never anything but that of a number of whole epochs, and two runs train the same numbers of them. A
picture is made only when the last one was taken: a slow reader gets fewer of them, and always the newest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from glassnet.errors import ParameterError, SetupError
from glassnet.playground.frames import View
from glassnet.playground.pacing import CHUNK_SECONDS, Pacing
from glassnet.playground.player import Player, Watching
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.engine import StopFlag
    from glassnet.playground.outbox import Outbox
    from glassnet.playground.preparing import Prepared
    from glassnet.playground.run import Run

Pace = Literal["slow", "full"]
Fields = dict[str, Any]
Arrived = Callable[[Fields], Any]

NAMES = ("main", "beside")
SLOW = 10.0  # epochs a second
FRAMES_SHARE = 0.5  # of the time, at most, that pictures may take from training
LOOK_AGAIN = 0.1  # seconds from one question whether findings are due to the next, where nothing else happens
LONGEST_WAIT = 0.025  # seconds of a chunk that commands wait for
LONG_WAY = 0.4  # seconds on the way to an epoch after which the way is shown

_log = logging.getLogger(__name__)


class Stage:
    """The runs of a session. Only one thread may touch it.

    Parameters
    ----------
    outbox : Outbox
        Where everything is told.
    watching : callable, optional
        Makes the watch that looks for a run's findings; None for none.

    Attributes
    ----------
    pace : {"slow", "full"} or None
        None while it stands still.
    """

    def __init__(self, outbox: Outbox, watching: Watching | None = None) -> None:
        self.pace: Pace | None = None
        self._outbox = outbox
        self._watching = watching
        self._players: dict[str, Player] = {}
        self._pacing = Pacing()
        self._view = View()
        self._ways: dict[str, int] = {}  # the epochs that runs are on the way to
        self._arrivals: list[Arrived] = []  # who waits for the ways' ends
        self._way_began = 0.0
        self._next_frame = self._next_epoch = 0.0

    @property
    def runs(self) -> dict[str, Run]:
        """The runs by their names."""
        return {name: player.run for name, player in self._players.items()}

    @property
    def fields(self) -> Fields:
        """Where things stand, as every answer tells it."""
        runs = {name: {"epoch": run.epoch, "state": run.state} for name, run in self.runs.items()}
        return {"runs": runs, "playing": self.pace is not None}

    @property
    def is_slow(self) -> bool:
        """Whether a command should not wait for the end of the present chunk. Any thread may ask."""
        return self._pacing.seconds > LONGEST_WAIT

    def idle_seconds(self) -> float | None:
        """How long there is nothing to do; None: until a command comes."""
        if self._ways or self.pace == "full":
            return 0.0
        waits = [LOOK_AGAIN for player in self._players.values() if player.to_be_looked_at]
        if self.pace == "slow":
            waits.append(max(0.0, self._next_epoch - time.monotonic()))
        return min(waits) if waits else None

    def work(self, stop: StopFlag) -> None:
        """Do what is to be done next: a chunk of epochs at most; it ends soon when the flag is raised."""
        try:
            if self._ways:
                self._go_on(stop)
            elif self.pace is not None:
                self._play_on(stop)
        except Exception as error:  # noqa: BLE001 (whatever it is, the session lives on)
            self._failed(error)
            self.pause()
        for player in self._players.values():
            try:
                player.look_for_findings()
            except Exception as error:  # noqa: BLE001 (training goes on without findings)
                self._failed(error)

    # ------------------------------------------------------------------------------------------------------- commands

    def set(self, prepared: Prepared, name: str, answer: Fields | None) -> Fields:
        """Start a run anew; or let it go on where it is, if its set-up has more epochs and is the same else."""
        if name not in NAMES:
            raise ParameterError.choice("run", name, NAMES)
        if name == "beside":
            self._need_run()
        player = self._players.get(name)
        if player is None or not player.run.prolong(prepared):
            player = Player(name, prepared, self._outbox, self._watching)  # may fail; then all is as it was
        self._end_ways()
        if self._players.get(name) is not player:
            self._pacing = Pacing()  # as many epochs of another network may take a thousand times as long
        self._players[name] = player
        player.forget()
        player.run.playing = self.pace is not None
        player.take_back()
        if answer is not None:
            self._outbox.put(answer)
        player.show_data()
        player.show(self._view, self._pacing.speed, now=True)
        return self.fields

    def keep(self, name: str) -> Fields:
        """End the comparison with one of both as the main run."""
        if "beside" not in self._players or name not in self._players:
            raise ParameterError.choice("run", name, tuple(self._players) if "beside" in self._players else ("main",))
        self._end_ways()
        kept = self._players[name]
        for player in self._players.values():
            player.take_back()
        self._players = {"main": kept}
        if name == "beside":
            kept.renamed("main")
            kept.show_data()
        kept.show(self._view, self._pacing.speed, now=True)
        return self.fields

    def play(self, pace: str) -> Fields:
        """Train on, at a pace."""
        if pace not in ("slow", "full"):
            raise ParameterError.choice("pace", pace, ("slow", "full"))
        self._need_run()
        self._end_ways()
        if all(run.ended for run in self.runs.values()):
            self._stand_still()
            return self.fields
        self.pace = "slow" if pace == "slow" else "full"
        self._next_epoch = time.monotonic()
        for run in self.runs.values():
            run.playing = True
        return self.fields

    def pause(self) -> Fields:
        """Stand still."""
        was_moving = self.pace is not None or bool(self._ways)
        self._end_ways()
        self._stand_still()
        if was_moving:
            self._show(now=True)
        return self.fields

    def step(self, epochs: int, arrived: Arrived) -> None:
        """Set out for so many epochs further than where runs stand, or are on the way to."""
        self._set_out({name: self._ways.get(name, run.epoch) + epochs for name, run in self.runs.items()}, arrived)

    def go_to(self, epoch: int, arrived: Arrived) -> None:
        """Set out for an epoch."""
        self._set_out(dict.fromkeys(self._players, epoch), arrived)

    def view(self, given: dict[str, Any]) -> Fields:
        """Choose what frames hold."""
        self._view = replace(self._view, **given)
        if self.pace is None and not self._ways:
            self._show(now=True)
        return self.fields

    def refresh(self) -> Fields:
        """Tell everything anew."""
        for player in self._players.values():
            player.forget()
            player.show_data()
        self._show(now=True)
        return self.fields

    def watch_anew(self) -> None:
        """Tell findings anew."""
        for player in self._players.values():
            player.watch_anew()

    def close(self) -> None:
        """Let everything go."""
        self._end_ways()
        self._players.clear()

    # -------------------------------------------------------------------------------------------------------- playing

    def _play_on(self, stop: StopFlag) -> None:
        now = time.monotonic()
        slow = self.pace == "slow"
        if slow and now < self._next_epoch:
            return
        done = self._train_together(1 if slow else self._chunk(), stop)
        if done and slow:
            self._next_epoch = max(self._next_epoch + 1 / SLOW, now)
        self._pacing.tick(done, time.monotonic())
        if all(run.ended for run in self.runs.values()):
            self._stand_still()
            self._show(now=True)
        elif done and (slow or time.monotonic() >= self._next_frame):
            self._show(now=False)
        self._tell_ends()

    def _chunk(self) -> int:
        # Not beyond the time of the next picture: else each would be late by half a chunk.
        left = self._next_frame - time.monotonic()
        chunk = self._pacing.chunk_within(left) if 0.0 < left < CHUNK_SECONDS else self._pacing.chunk
        for run in self.runs.values():
            if run.prepared.training.solver == "lbfgs":  # trains from the start: chunks grow with what is done
                chunk = max(chunk, run.epoch // 4)
        return chunk

    def _train_together(self, epochs: int, stop: StopFlag) -> int:
        """Let all runs that have not ended train the same number of epochs, all or none of them."""
        began = [(run, run.epoch) for run in self.runs.values() if not run.ended]
        start = time.perf_counter()
        most = 0
        for run, _epoch in began:
            done = 0 if stop.is_set() else run.advance(epochs, stop)
            if done < epochs and not run.ended:  # a command has interrupted it
                for other, epoch in began:
                    other.go_to(epoch)
                return 0
            most = max(most, done)
        if most:
            self._pacing.took(most, time.perf_counter() - start)
        return most

    def _stand_still(self) -> None:
        self.pace = None
        self._pacing.rest()
        for run in self.runs.values():
            run.playing = False

    # ----------------------------------------------------------------------------------------------- ways to an epoch

    def _set_out(self, ways: dict[str, int], arrived: Arrived) -> None:
        self._need_run()
        self._stand_still()
        self._ways = {name: min(max(0, epoch), self._players[name].run.last) for name, epoch in ways.items()}
        self._arrivals.append(arrived)
        self._way_began = time.monotonic()
        for name, epoch in self._ways.items():
            self._players[name].run.return_before(epoch)

    def _go_on(self, stop: StopFlag) -> None:
        for name, epoch in self._ways.items():
            run = self._players[name].run
            if run.epoch < epoch and not run.ended:
                start = time.perf_counter()
                done = 0 if stop.is_set() else run.advance(min(self._chunk(), epoch - run.epoch), stop)
                if done:
                    self._pacing.took(done, time.perf_counter() - start)
                break
        else:
            self._ways = {}
            self._show(now=True)
            self._end_ways()
            self._tell_ends()
            return
        now = time.monotonic()
        if now >= self._next_frame and now - self._way_began > LONG_WAY:
            self._show(now=False)

    def _end_ways(self) -> None:
        """Answer those who wait for an arrival, be it that it is where they wanted, or that it will not be."""
        self._ways = {}
        arrivals, self._arrivals = self._arrivals, []
        for arrived in arrivals:
            arrived(self.fields)

    # -------------------------------------------------------------------------------------------------------- telling

    def _show(self, *, now: bool) -> None:
        start = time.monotonic()
        for player in self._players.values():
            player.show(self._view, self._pacing.speed, now=now)
        end = time.monotonic()
        # From start to start; where pictures are large, they leave half of the time to the training.
        period = 1 / self._view.frames_per_second
        # A picture that is a little late does not put off the next: so they come as often as asked for.
        due = self._next_frame if start - self._next_frame < period / 2 else start
        self._next_frame = max(due + period, start + (end - start) / FRAMES_SHARE)

    def _tell_ends(self) -> None:
        for player in self._players.values():
            player.tell_end()

    def _failed(self, error: Exception) -> None:
        _log.error("the playground failed", exc_info=error)
        self._outbox.put({"type": "error", "error": _("glassnet failed: {error}").format(error=error)})

    def _need_run(self) -> None:
        if "main" not in self._players:
            raise SetupError.missing()
