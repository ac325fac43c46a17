"""How a row of named tasks is watched, on standard error: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column

from glassnet.report.progress import SECONDS_BETWEEN_LINES
from glassnet.texts import _


class LiveCounter:
    """A bar that moves: how many tasks are done, the name of the one at work, the time that is left.

    Parameters
    ----------
    console : rich.console.Console
    tasks : int
        How many there are.
    """

    def __init__(self, console: Console, tasks: int) -> None:
        self._progress = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1, max_width=42)),
            TextColumn("{task.fields[name]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            expand=True,
            transient=True,
            redirect_stdout=False,  # results may go into a file while the bar is on the terminal
        )
        self._tasks = tasks
        self._task = self._progress.add_task(_place(0, tasks), total=tasks, name="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def __call__(self, name: str, done: float) -> None:
        """Move on: so many tasks are done, parts of one count."""
        self._progress.update(self._task, completed=done, description=_place(done, self._tasks), name=name)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Step aside while something else is printed."""
        self._progress.stop()
        yield
        self._progress.start()


class PlainCounter:
    """A line for each task, at most one a second. For files and pipes."""

    def __init__(self, console: Console, tasks: int) -> None:
        self._console = console
        self._tasks = tasks
        self._said = ""
        self._when = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def __call__(self, name: str, done: float) -> None:
        """Say a line if there is a new task, and it is time for one."""
        now = time.perf_counter()
        if name != self._said and now - self._when >= SECONDS_BETWEEN_LINES:
            self._said, self._when = name, now
            self._console.print(f"  {_place(done, self._tasks)} · {name}", soft_wrap=True, highlight=False)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Do nothing: lines are in nobody's way."""
        yield


def counter(console: Console, tasks: int) -> LiveCounter | PlainCounter:
    """Choose what suits the console."""
    return (LiveCounter if console.is_terminal and not console.is_dumb_terminal else PlainCounter)(console, tasks)


def _place(done: float, tasks: int) -> str:
    return _("{done} of {n} done").format(done=int(done), n=tasks)
