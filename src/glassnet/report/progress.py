"""How training is watched: a live bar on a terminal, plain lines elsewhere. Both go to standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from glassnet.diagnosis import Alarm
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.engine import Epoch

SECONDS_BETWEEN_LINES = 1.0
ALARM = "yellow"


class Watcher(Protocol):
    """What is told at the end of each epoch."""

    def __call__(self, epoch: Epoch) -> None: ...  # noqa: D102


class LiveBar:
    """A bar that moves: epoch, losses, speed, the time that is left. For terminals.

    Parameters
    ----------
    console : rich.console.Console
    epochs : int
        How many there will be at most.
    """

    def __init__(self, console: Console, epochs: int) -> None:
        self._progress = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1, max_width=42)),
            TextColumn("{task.fields[losses]}"),
            _Clock(),
            console=console,
            expand=True,
        )
        self._epochs = epochs
        self._alarm = Alarm()
        self._task = self._progress.add_task(_place(0, epochs), total=epochs, losses="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop_task(self._task)  # where training ended early nothing is left
        self._progress.stop()

    def __call__(self, epoch: Epoch) -> None:
        """Move on; above the bar stands what has gone wrong."""
        for words in self._alarm(epoch):
            self._progress.console.print(Text(f"  {words}", style=ALARM), soft_wrap=True)
        self._progress.update(
            self._task, completed=epoch.epoch, description=_place(epoch.epoch, self._epochs), losses=_losses(epoch)
        )


class PlainLines:
    """A line about once a second, and one for the last epoch, without control characters. For files and pipes."""

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._start = self._said = time.perf_counter()
        self._alarm = Alarm()

    def __enter__(self) -> Self:
        self._start = self._said = time.perf_counter()
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def __call__(self, epoch: Epoch) -> None:
        """Say a line if it is time for one, and at once what has gone wrong."""
        for words in self._alarm(epoch):
            self._console.print(Text(f"  {words}", style=ALARM), soft_wrap=True, highlight=False)
        now = time.perf_counter()
        if epoch.epoch in (1, self._epochs) or now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            speed = _speed(epoch.epoch, now - self._start)
            line = f"  {_place(epoch.epoch, self._epochs)} · {_losses(epoch)} · {speed}"
            if epoch.epoch < self._epochs:
                line += " · " + _left(epoch.epoch, self._epochs, now - self._start)
            self._console.print(line, soft_wrap=True, highlight=False)


def watcher(console: Console, epochs: int) -> LiveBar | PlainLines:
    """Choose what suits the console."""
    return (LiveBar if console.is_terminal and not console.is_dumb_terminal else PlainLines)(console, epochs)


class _Clock(ProgressColumn):
    """Epochs a minute, and the time that is left or, at the end, was needed: "· 1,140 epochs/min · 0:03 left"."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time if task.finished_time is not None else task.elapsed or 0.0
        if not task.completed:
            return Text(clock(seconds), style="dim")
        over = task.finished or task.stop_time is not None or task.total is None
        time_text = clock(seconds) if over else _left(task.completed, task.total or 0.0, seconds)
        return Text(f"· {_speed(task.completed, seconds)} · {time_text}", style="dim")


def _place(epoch: int, epochs: int) -> str:
    width = len(str(epochs))
    return _("epoch {epoch}/{epochs}").format(epoch=f"{epoch:>{width}}", epochs=epochs)


def _losses(epoch: Epoch) -> str:
    text = _("train {loss}").format(loss=f"{epoch.loss:.3f}")
    if epoch.validation_loss is not None:
        text += " · " + _("validation {loss}").format(loss=f"{epoch.validation_loss:.3f}")
    return text


def _speed(epochs: float, seconds: float) -> str:
    return _("{speed} epochs/min").format(speed=f"{60 * epochs / seconds:,.0f}" if seconds > 0 else "…")


def _left(done: float, epochs: float, seconds: float) -> str:
    """Say how long the rest takes if it goes on like this; training that stops early needs less."""
    return _("{time} left").format(time=clock(seconds / done * (epochs - done)))


def clock(seconds: float) -> str:
    """Write minutes and seconds, hours where there are some: "0:07", "1:02:03".

    Examples
    --------
    >>> clock(7.4), clock(3723)
    ('0:07', '1:02:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
