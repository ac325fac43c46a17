"""A session: one thread that trains one or two runs, shows them, and does what it is told between two chunks.

Everything that touches a run happens in this thread. Commands come from others through a queue; a command that changes
what is done raises a flag that ends the present chunk within a batch, and that chunk is as if it had not begun. So no
state is ever anything but that of a number of whole epochs. Pictures are made only when the last one was taken: a slow
reader gets fewer of them, and always the newest.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from glassnet.engine import StopFlag
from glassnet.errors import GlassnetError, ParameterError, SetupError
from glassnet.playground.frames import View
from glassnet.playground.outbox import Outbox
from glassnet.playground.pacing import Pacing
from glassnet.playground.player import Player, Watching
from glassnet.texts import _, language, speaking

if TYPE_CHECKING:
    from glassnet.playground.preparing import Prepared
    from glassnet.playground.run import Run

Pace = Literal["slow", "full"]
Fields = dict[str, Any]

SLOW = 10.0  # epochs a second
FRAMES_SHARE = 0.5  # of the time, at most, that pictures may take from training
LOOK_AGAIN = 0.1  # seconds from one question whether findings are due to the next, where nothing else happens
LONG_WAY = 0.4  # seconds on the way to an epoch after which the way is shown

_log = logging.getLogger(__name__)
_open: weakref.WeakSet[Session] = weakref.WeakSet()


@dataclass(frozen=True)
class _Command:
    do: Callable[[], Fields | None]  # None: the answer comes later
    answer: Future[Any]


class Session:
    """One person's playground.

    Parameters
    ----------
    wake : callable
        Called in the session's thread whenever `outbox` has something new; it must not block.
    watching : callable, optional
        Makes the watch that looks for a run's findings; None for none.

    Attributes
    ----------
    outbox : Outbox
        What it has to say.
    last_used : float
        Time of the last command, on the monotonic clock.

    Examples
    --------
    Commands return futures; their results are an answer's fields::

        session = Session(wake)
        session.set(prepared)
        session.play("full").result()
        session.close()
    """

    def __init__(self, wake: Callable[[], Any], watching: Watching | None = None) -> None:
        self.outbox = Outbox(wake)
        self.last_used = time.monotonic()
        self._watching = watching
        self._players: dict[str, Player] = {}
        self._pace: Pace | None = None
        self._pacing = Pacing()
        self._view = View()
        self._language = language()
        self._ways: dict[str, int] = {}  # the epochs that runs are on the way to
        self._answer: Future[Any] | None = None  # of the command that is being obeyed
        self._arrivals: list[Future[Any]] = []  # answers that wait for the ways' ends
        self._way_began = 0.0
        self._next_frame = self._next_epoch = 0.0
        self._commands: deque[_Command] = deque()
        self._changed = threading.Condition()
        self._stop: StopFlag | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="glassnet playground", daemon=True)
        _open.add(self)
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether it trains on by itself."""
        return self._pace is not None

    # ---------------------------------------------------------------------------------------- commands, from any thread

    def set(self, prepared: Prepared, run: str = "main", answer: Fields | None = None) -> Future[Any]:
        """Start a run anew on a set-up; it goes on playing if it was.

        A run whose set-up differs in a larger number of epochs alone goes on where it is.

        Parameters
        ----------
        prepared : Prepared
        run : {"main", "beside"}
        answer : dict, optional
            A message that goes before the rows and the first frame.
        """
        return self._command(lambda: self._set(prepared, run, answer), interrupts=True)

    def beside(self, prepared: Prepared, answer: Fields | None = None) -> Future[Any]:
        """Start a second run from epoch 0 beside the first; from now on both train the same numbers of epochs."""
        return self._command(lambda: self._set(prepared, "beside", answer), interrupts=True)

    def keep(self, run: str) -> Future[Any]:
        """End the comparison with one of both as the main run."""
        return self._command(lambda: self._keep(run), interrupts=True)

    def play(self, pace: str) -> Future[Any]:
        """Train on: "slow" is ten epochs a second, "full" as many as there can be."""
        return self._command(lambda: self._play(pace), interrupts=True)

    def pause(self) -> Future[Any]:
        """Stand still, after a whole epoch."""
        return self._command(self._pause, interrupts=True)

    def step(self, epochs: int = 1) -> Future[Any]:
        """Go some epochs forward, or back, and stand still there; answered on arrival."""
        return self._command(lambda: self._start_way(self._places(epochs)), interrupts=True)

    def go_to(self, epoch: int) -> Future[Any]:
        """Go to an epoch and stand still there; answered on arrival."""
        return self._command(lambda: self._start_way(dict.fromkeys(self._players, epoch)), interrupts=True)

    def view(
        self, grid: int | None = None, units: bool | None = None, frames_per_second: float | None = None
    ) -> Future[Any]:
        """Choose what frames hold; None leaves it as it is."""
        given = {"grid": grid, "units": units, "frames_per_second": frames_per_second}
        return self._command(lambda: self._set_view({key: v for key, v in given.items() if v is not None}))

    def speak(self, language: str) -> Future[Any]:
        """Say what follows in a language."""
        return self._command(lambda: self._speak(language))

    def ask(self, function: Callable[[dict[str, Run]], Any]) -> Future[Any]:
        """Call a function with the runs by their names, while they stand still; its result is the future's."""
        return self._command(lambda: function({name: player.run for name, player in self._players.items()}))

    def refresh(self) -> Future[Any]:
        """Tell everything anew: rows, whole curves, findings."""
        return self._command(self._refresh)

    def close(self) -> None:
        """End the thread and free everything; what has not begun is canceled."""
        with self._changed:
            self._closed = True
            if self._stop is not None:
                self._stop.set()
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _command(self, do: Callable[[], Fields | None], *, interrupts: bool = False) -> Future[Any]:
        command = _Command(do, Future())
        with self._changed:
            self.last_used = time.monotonic()
            if self._closed:
                command.answer.cancel()
                return command.answer
            self._commands.append(command)
            if interrupts and self._stop is not None:
                self._stop.set()
            self._changed.notify()
        return command.answer

    # --------------------------------------------------------------------------------------------- the session's thread

    def _live(self) -> None:
        while True:
            with self._changed:
                if not self._commands and not self._closed:
                    self._changed.wait(self._idle_seconds())
                if self._closed:
                    break
                command = self._commands.popleft() if self._commands else None
                self._stop = StopFlag()
            with speaking(self._language):
                if command is not None:
                    self._obey(command)
                else:
                    self._work()
        self._arrive_nowhere()
        for command in self._commands:
            command.answer.cancel()
        self._commands.clear()
        self._players.clear()
        self.outbox.take()

    def _idle_seconds(self) -> float | None:
        """How long there is nothing to do; None: until a command comes."""
        if self._ways or self._pace == "full":
            return 0.0
        now = time.monotonic()
        waits = [LOOK_AGAIN for player in self._players.values() if player.to_be_looked_at]
        if self._pace == "slow":
            waits.append(self._next_epoch - now)
        return max(0.0, min(waits)) if waits else None

    def _obey(self, command: _Command) -> None:
        self._answer = command.answer
        try:
            fields = command.do()
        except Exception as error:  # noqa: BLE001 (whatever it is, the session lives on)
            if not isinstance(error, GlassnetError):
                _log.exception("a command failed")
            with contextlib.suppress(InvalidStateError):
                command.answer.set_exception(error)
            return
        finally:
            self._answer = None  # its result may be anything, and wants to be freed
        if fields is not None:
            _answer(command.answer, fields)

    def _work(self) -> None:
        try:
            if self._ways:
                self._go_on()
            elif self._pace is not None:
                self._play_on()
            for player in self._players.values():
                player.look_for_findings()
        except Exception as error:  # noqa: BLE001 (whatever it is, the session lives on)
            _log.exception("the playground failed")
            self._pause()
            self.outbox.put({"type": "error", "error": _("glassnet failed: {error}").format(error=error)})

    def _play_on(self) -> None:
        now = time.monotonic()
        slow = self._pace == "slow"
        if slow and now < self._next_epoch:
            return
        done = self._train_together(1 if slow else self._chunk())
        if done and slow:
            self._next_epoch = max(self._next_epoch + 1 / SLOW, now)
        self._pacing.tick(done, time.monotonic())
        if all(player.run.ended for player in self._players.values()):
            self._stand_still()
            self._show(now=True)
        elif done and (slow or time.monotonic() >= self._next_frame):
            self._show(now=False)
        for player in self._players.values():
            player.tell_end()

    def _chunk(self) -> int:
        chunk = self._pacing.chunk
        for player in self._players.values():
            if player.run.prepared.training.solver == "lbfgs":  # trains from the start: chunks grow with what is done
                chunk = max(chunk, player.run.epoch // 4)
        return chunk

    def _train_together(self, epochs: int) -> int:
        """Let all runs that have not ended train the same number of epochs, all or none of them."""
        start = time.perf_counter()
        began = [(player, player.run.epoch) for player in self._players.values() if not player.run.ended]
        most = 0
        for player, _epoch in began:
            done = self._advance(player, epochs)
            if done < epochs and not player.run.ended:  # a command has interrupted it
                for other, epoch in began:
                    other.run.go_to(epoch)
                return 0
            most = max(most, done)
        if most:
            self._pacing.took(most, time.perf_counter() - start)
        return most

    def _advance(self, player: Player, epochs: int) -> int:
        stop = self._stop
        return 0 if stop is None or stop.is_set() else player.run.advance(epochs, stop)

    # ------------------------------------------------------------------------------------------------- ways to an epoch

    def _places(self, further: int) -> dict[str, int]:
        """So many epochs further than where runs stand, or are on the way to."""
        return {name: self._ways.get(name, player.run.epoch) + further for name, player in self._players.items()}

    def _start_way(self, ways: dict[str, int]) -> None:
        self._need_run()
        self._stand_still()
        self._ways = {name: min(max(0, epoch), self._players[name].run.last) for name, epoch in ways.items()}
        assert self._answer is not None, "commands are obeyed one by one"
        self._arrivals.append(self._answer)
        self._way_began = time.monotonic()
        for name, epoch in self._ways.items():
            self._players[name].run.return_before(epoch)

    def _go_on(self) -> None:
        for name, epoch in self._ways.items():
            run = self._players[name].run
            if run.epoch < epoch and not run.ended:
                start = time.perf_counter()
                done = self._advance(self._players[name], min(self._chunk(), epoch - run.epoch))
                if done:
                    self._pacing.took(done, time.perf_counter() - start)
                break
        else:
            self._ways = {}
            self._show(now=True)
            arrivals, self._arrivals = self._arrivals, []
            for arrival in arrivals:
                _answer(arrival, self._fields())
            for player in self._players.values():
                player.tell_end()
            return
        now = time.monotonic()
        if now >= self._next_frame and now - self._way_began > LONG_WAY:
            self._show(now=False)

    def _arrive_nowhere(self) -> None:
        """Answer those who wait for an arrival that will not be."""
        self._ways = {}
        arrivals, self._arrivals = self._arrivals, []
        for arrival in arrivals:
            _answer(arrival, self._fields())

    # ------------------------------------------------------------------------------------------------- what commands do

    def _set(self, prepared: Prepared, name: str, answer: Fields | None) -> Fields:
        if name not in ("main", "beside"):
            raise ParameterError.choice("run", name, ("main", "beside"))
        if name == "beside":
            self._need_run()
        player = self._players.get(name)
        if player is None or not player.run.prolong(prepared):
            player = Player(name, prepared, self.outbox, self._watching)  # may fail; then all is as it was
            self._arrive_nowhere()
            self._players[name] = player
        player.forget()
        player.run.playing = self.playing
        self.outbox.drop(player.kind)
        self.outbox.drop(f"findings {name}")
        if answer is not None:
            self.outbox.put(answer)
        player.show_data()
        player.show(self._view, self._pacing.speed, now=True)
        return self._fields()

    def _keep(self, name: str) -> Fields:
        if "beside" not in self._players or name not in self._players:
            raise ParameterError.choice("run", name, tuple(self._players) if "beside" in self._players else ("main",))
        self._arrive_nowhere()
        kept = self._players[name]
        for player in self._players.values():
            self.outbox.drop(player.kind)
            self.outbox.drop(f"findings {player.name}")
        self._players = {"main": kept}
        if name == "beside":
            kept.renamed("main")
            kept.show_data()
        kept.show(self._view, self._pacing.speed, now=True)
        return self._fields()

    def _play(self, pace: str) -> Fields:
        if pace not in ("slow", "full"):
            raise ParameterError.choice("pace", pace, ("slow", "full"))
        self._need_run()
        self._arrive_nowhere()
        self._pace = "slow" if pace == "slow" else "full"
        self._next_epoch = time.monotonic()
        for player in self._players.values():
            player.run.playing = True
        if all(player.run.ended for player in self._players.values()):
            self._stand_still()
        return self._fields()

    def _pause(self) -> Fields:
        was_moving = self.playing or bool(self._ways)
        self._arrive_nowhere()
        self._stand_still()
        if was_moving:
            self._show(now=True)
        return self._fields()

    def _stand_still(self) -> None:
        self._pace = None
        self._pacing.rest()
        for player in self._players.values():
            player.run.playing = False

    def _set_view(self, given: dict[str, Any]) -> Fields:
        self._view = replace(self._view, **given)
        if not self.playing:
            self._show(now=True)
        return {}

    def _speak(self, language: str) -> Fields:
        with speaking(language):
            pass  # refused if nobody speaks it
        self._language = language
        for player in self._players.values():
            player.watch_anew()
        return {}

    def _refresh(self) -> Fields:
        for player in self._players.values():
            player.forget()
            player.show_data()
        self._show(now=True)
        return self._fields()

    def _show(self, *, now: bool) -> None:
        start = time.monotonic()
        for player in self._players.values():
            player.show(self._view, self._pacing.speed, now=now)
        end = time.monotonic()
        # From start to start; where pictures are large, they leave half of the time to the training.
        self._next_frame = start + max(1 / self._view.frames_per_second, (end - start) / FRAMES_SHARE)

    def _fields(self) -> Fields:
        """What every answer says about where things stand."""
        runs = {name: {"epoch": p.run.epoch, "state": p.run.state} for name, p in self._players.items()}
        return {"runs": runs, "playing": self.playing}

    def _need_run(self) -> None:
        if "main" not in self._players:
            raise SetupError.missing()


def _answer(answer: Future[Any], result: Any) -> None:
    with contextlib.suppress(InvalidStateError):  # nobody waits any more
        answer.set_result(result)


def _close_all() -> None:
    """End the threads before the interpreter takes apart what they stand on."""
    for session in list(_open):
        session.close()


atexit.register(_close_all)
