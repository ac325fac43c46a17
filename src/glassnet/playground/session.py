"""A session: one thread that does what it is told, and between two commands lets the runs of its stage go on.

Everything that touches a run happens in this thread. Commands come from others through a queue, and wait for the end of
the present chunk of epochs. Where that takes long, one that changes what is done raises a flag that ends the chunk
within a batch, and it is as if it had not begun. Not always: somebody who drags the time line would let no chunk come
to its end.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.engine import StopFlag
from glassnet.errors import GlassnetError
from glassnet.playground.outbox import Outbox
from glassnet.playground.stage import Arrived, Fields, Stage
from glassnet.texts import language, speaking

if TYPE_CHECKING:
    from glassnet.playground.player import Watching
    from glassnet.playground.preparing import Prepared
    from glassnet.playground.run import Run

_log = logging.getLogger(__name__)
_open: weakref.WeakSet[Session] = weakref.WeakSet()


@dataclass(frozen=True)
class _Command:
    """Something to do, whose result answers; or, `on_arrival`, something that will answer itself."""

    do: Callable[[Arrived], Any]
    answer: Future[Any]
    on_arrival: bool


class Session:
    """One person's playground.

    Parameters
    ----------
    wake : callable
        Called whenever `outbox` has something new, mostly in the session's thread; it must not block.
    watching : callable, optional
        Makes the watch that looks for a run's findings, such as `glassnet.playground.found.Watch`; None for none.

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
        self._stage = Stage(self.outbox, watching)
        self._language = language()
        self._commands: deque[_Command] = deque()
        self._changed = threading.Condition()
        self._stop = StopFlag()  # a new one for each thing that is done
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="glassnet playground", daemon=True)
        _open.add(self)
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether it trains on by itself."""
        return self._stage.pace is not None

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
        return self._command(lambda _arrived: self._stage.set(prepared, run, answer), interrupts=True)

    def beside(self, prepared: Prepared, answer: Fields | None = None) -> Future[Any]:
        """Start a second run from epoch 0 beside the first; from now on both train the same numbers of epochs."""
        return self.set(prepared, "beside", answer)

    def keep(self, run: str) -> Future[Any]:
        """End the comparison with one of both as the main run."""
        return self._command(lambda _arrived: self._stage.keep(run), interrupts=True)

    def play(self, pace: str) -> Future[Any]:
        """Train on: "slow" is ten epochs a second, "full" as many as there can be."""
        return self._command(lambda _arrived: self._stage.play(pace), interrupts=True)

    def pause(self) -> Future[Any]:
        """Stand still, after a whole epoch."""
        return self._command(lambda _arrived: self._stage.pause(), interrupts=True)

    def step(self, epochs: int = 1) -> Future[Any]:
        """Go some epochs forward, or back, and stand still there; answered on arrival."""
        return self._command(lambda arrived: self._stage.step(epochs, arrived), interrupts=True, on_arrival=True)

    def go_to(self, epoch: int) -> Future[Any]:
        """Go to an epoch and stand still there; answered on arrival."""
        return self._command(lambda arrived: self._stage.go_to(epoch, arrived), interrupts=True, on_arrival=True)

    def view(
        self, grid: int | None = None, units: bool | None = None, frames_per_second: float | None = None
    ) -> Future[Any]:
        """Choose what frames hold; None leaves it as it is."""
        given = {"grid": grid, "units": units, "frames_per_second": frames_per_second}
        chosen = {name: value for name, value in given.items() if value is not None}
        return self._command(lambda _arrived: self._stage.view(chosen))

    def speak(self, language: str) -> Future[Any]:
        """Say what follows in a language."""
        return self._command(lambda _arrived: self._speak(language))

    def ask(self, function: Callable[[dict[str, Run]], Any]) -> Future[Any]:
        """Call a function with the runs by their names, while they stand still; its result is the future's."""
        return self._command(lambda _arrived: function(self._stage.runs))

    def refresh(self) -> Future[Any]:
        """Tell everything anew: rows, whole curves, findings."""
        return self._command(lambda _arrived: self._stage.refresh())

    def close(self) -> None:
        """End the thread and free everything; what has not begun is canceled."""
        with self._changed:
            self._closed = True
            self._stop.set()
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _command(
        self, do: Callable[[Arrived], Any], *, interrupts: bool = False, on_arrival: bool = False
    ) -> Future[Any]:
        command = _Command(do, Future(), on_arrival)
        with self._changed:
            self.last_used = time.monotonic()
            if self._closed:
                command.answer.cancel()
                return command.answer
            self._commands.append(command)
            if interrupts and self._stage.is_slow:
                self._stop.set()
            self._changed.notify()
        return command.answer

    def _live(self) -> None:
        """Run the thread."""
        while True:
            with self._changed:
                if not self._commands and not self._closed:
                    self._changed.wait(self._stage.idle_seconds())
                if self._closed:
                    break
                command = self._commands.popleft() if self._commands else None
                self._stop = stop = StopFlag()
            with speaking(self._language):
                if command is None:
                    self._stage.work(stop)
                else:
                    _obey(command)
            del command  # its result may be anything, and wants to be freed
        self._stage.close()
        for waiting in self._commands:
            waiting.answer.cancel()
        self._commands.clear()
        self.outbox.take()

    def _speak(self, language: str) -> Fields:
        with speaking(language):
            pass  # refused if nobody speaks it
        self._language = language
        self._stage.watch_anew()
        return self._stage.fields


def _obey(command: _Command) -> None:
    try:
        result = command.do(functools.partial(_answer, command.answer))
    except Exception as error:  # noqa: BLE001 (whatever it is, the session lives on)
        if not isinstance(error, GlassnetError):
            _log.exception("a command failed")
        with contextlib.suppress(InvalidStateError):
            command.answer.set_exception(error)
    else:
        if not command.on_arrival:
            _answer(command.answer, result)


def _answer(answer: Future[Any], result: Any) -> None:
    with contextlib.suppress(InvalidStateError):  # nobody waits any more
        answer.set_result(result)


def _close_all() -> None:
    """End the threads before the interpreter takes apart what they stand on."""
    for session in list(_open):
        session.close()


atexit.register(_close_all)
