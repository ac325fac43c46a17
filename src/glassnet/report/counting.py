"""How many of many trainings are done: a live bar with the time that is left, or plain lines. To standard error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from glassnet.report.progress import clock
from glassnet.texts import _

SECONDS_BETWEEN_LINES = 5.0
Watch = Callable[[int, int], Any]


@contextmanager
def counter(wanted: bool | Watch | None, console: Console | None = None) -> Iterator[Watch | None]:
    """Show a count while something runs.

    Parameters
    ----------
    wanted : bool, callable or None
        True: a bar on a terminal, lines elsewhere. None: a bar on a terminal, nothing elsewhere. False: nothing. A
        function is handed through.
    console : rich.console.Console, optional
        By default standard error.

    Yields
    ------
    callable or None
        To be told how many are done, and how many there are; what was done before the first call took no time.
    """
    if callable(wanted):
        yield wanted
        return
    console = console or Console(stderr=True, highlight=False)
    moves = console.is_terminal and not console.is_dumb_terminal
    if wanted is False or (wanted is None and not moves):
        yield None
    elif moves:
        with _bar(console) as watch:
            yield watch
    else:
        yield _Lines(console)


@contextmanager
def _bar(console: Console) -> Iterator[Watch]:
    progress = Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=None, table_column=Column(ratio=1, max_width=42)),
        _Clock(),
        console=console,
        expand=True,
    )
    task = progress.add_task(_("preparing"), total=None, before=0)
    first = True

    def watch(done: int, total: int) -> None:
        nonlocal first
        if first:
            progress.update(task, before=done)
            first = False
        progress.update(task, completed=done, total=total, description=_count(done, total))

    with progress:
        yield watch


class _Clock(ProgressColumn):
    """The time that is left, or at the end was needed."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time if task.finished_time is not None else task.elapsed or 0.0
        before = task.fields["before"]
        if task.finished or task.total is None or task.completed <= before:
            return Text(f"· {clock(seconds)}", style="dim")
        return Text(f"· {_left(task.completed - before, task.total - task.completed, seconds)}", style="dim")


class _Lines:
    """A line every few seconds, and one at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = self._said = time.perf_counter()
        self._before: int | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.perf_counter()
        if self._before is None:
            self._before = done
        if done == total or now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            line = f"  {_count(done, total)}"
            if self._before < done < total:
                line += " · " + _left(done - self._before, total - done, now - self._start)
            self._console.print(line, soft_wrap=True, highlight=False)


def _count(done: int, total: int) -> str:
    return _("{done} of {total} trainings").format(done=f"{done:>{len(f'{total:,}')},}", total=f"{total:,}")


def _left(done: float, rest: float, seconds: float) -> str:
    return _("{time} left").format(time=clock(seconds / done * rest))
