"""Running experiments, one or all, and finding them by their names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, overload

import numpy as np
from threadpoolctl import threadpool_limits

from glassnet.errors import ParameterError
from glassnet.lab.bench import Bench
from glassnet.lab.experiment import Experiment, experiments
from glassnet.lab.result import Result
from glassnet.lab.rows import rows_of
from glassnet.threads import usable_threads

# Told (experiment, its place, of how many, done in it, of how many).
OnProgress = Callable[[Experiment, int, int, int, int], Any]


class Results(tuple[Result, ...]):
    """Results of several experiments; printed one below the other."""

    __slots__ = ()

    def to_json(self) -> list[dict[str, Any]]:
        """Describe each by JSON types."""
        return [result.to_json() for result in self]

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))


def find(name: str) -> Experiment:
    """Return the experiment of this name.

    Raises
    ------
    ParameterError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> find("xor").row
    'S2'
    """
    known = {one.name: one for one in experiments()}
    if name not in known:
        raise ParameterError.choice("name", name, ("all", *known))
    return known[name]


@overload
def run(  # type: ignore[overload-overlap]
    name: Literal["all"],
    quick: bool = ...,
    seeds: int | None = ...,
    data: Any = ...,
    random_state: int = ...,
    n_threads: int | None = ...,
    verbose: bool = ...,
) -> Results: ...
@overload
def run(
    name: str,
    quick: bool = ...,
    seeds: int | None = ...,
    data: Any = ...,
    random_state: int = ...,
    n_threads: int | None = ...,
    verbose: bool = ...,
) -> Result: ...
def run(
    name: str,
    quick: bool = False,
    seeds: int | None = None,
    data: Any = None,
    random_state: int = 0,
    n_threads: int | None = None,
    verbose: bool = False,
) -> Result | Results:
    """Run an experiment, and judge its claim by the rule that was written before.

    Parameters
    ----------
    name : str
        One of `gn.lab.list()`, or "all".
    quick : bool, default=False
        A few seconds for an impression: fewer seeds, fewer epochs. The verdict of a full run counts for more.
    seeds : int, optional
        So many repetitions, at least 2; by default what the experiment wants.
    data : tuple of (X, y), optional
        What is learned from instead of the handwritten digits: numbers or a data frame, and a class for each row. Only
        for experiments that learn from a table.
    random_state : int, default=0
        Decides all random numbers: the same gives the same, whatever n_threads is.
    n_threads : int, optional
        So many networks train at the same time. Default: all processors that may be used.
    verbose : bool, default=False
        Whether a bar on standard error shows the progress.

    Returns
    -------
    Result
        `.verdict`, `.numbers`, `.sentence`, `.plot()`; printed, it tells everything. Of "all": a tuple of them.

    Raises
    ------
    ParameterError
        If there is no such experiment, it has data of its own, or an argument is not what it may be.

    Examples
    --------
    >>> import glassnet as gn
    >>> result = gn.lab.run("xor", quick=True)
    >>> result.verdict, result.numbers["perceptron_best"]
    ('holds', 3.0)
    """
    chosen = experiments() if name == "all" else (find(name),)
    if data is not None and name != "all" and not chosen[0].on_data:
        raise ParameterError.value("data", "rows", "None: this experiment has data of its own")
    if not verbose:
        results = tuple(run_each(chosen, quick, seeds, data, random_state, n_threads))
    else:
        from rich.console import Console

        from glassnet.report.counter import counter

        with counter(Console(stderr=True, highlight=False), len(chosen)) as told:
            results = tuple(
                run_each(
                    chosen,
                    quick,
                    seeds,
                    data,
                    random_state,
                    n_threads,
                    on_progress=lambda one, place, _n, done, parts: told(one.name, place + done / max(1, parts)),
                )
            )
    return Results(results) if name == "all" else results[0]


def run_each(
    chosen: Sequence[Experiment],
    quick: bool = False,
    seeds: int | None = None,
    data: Any = None,
    random_state: int = 0,
    n_threads: int | None = None,
    on_progress: OnProgress | None = None,
) -> Iterator[Result]:
    """Run experiments one after the other, and hand each result out when it is there.

    Parameters are those of `run`; data is used where an experiment learns from a table.
    """
    if seeds is not None and (isinstance(seeds, bool) or not isinstance(seeds, int | np.integer) or seeds < 2):
        raise ParameterError.value("seeds", seeds, "None or an integer of at least 2: an interval needs two")
    if isinstance(random_state, bool) or not isinstance(random_state, int | np.integer) or random_state < 0:
        raise ParameterError.value("random_state", random_state, "an integer of at least 0")
    threads = usable_threads(n_threads)
    rows = rows_of(data)
    for place, one in enumerate(chosen):

        def told(done: int, parts: int, one: Experiment = one, place: int = place) -> None:
            if on_progress is not None:
                on_progress(one, place, len(chosen), done, parts)

        told(0, 1)
        count = seeds if seeds is not None else one.seeds[quick]
        start = time.perf_counter()
        # A BLAS with threads of its own would fight with trainings for the cores.
        with threadpool_limits(limits=1, user_api="blas"):
            measured = one.measure(Bench(seeds_of(int(random_state), count), quick, rows, threads, told))
        seconds = time.perf_counter() - start
        told(1, 1)
        yield Result(one, measured, count, int(random_state), quick, rows.title if one.on_data else None, seconds)


def seeds_of(random_state: int, count: int) -> tuple[int, ...]:
    """Derive seeds; a longer list begins as a shorter one does.

    Examples
    --------
    >>> seeds_of(0, 3)[:2] == seeds_of(0, 2)
    True
    """
    return tuple(int(seed) for seed in np.random.SeedSequence(random_state).generate_state(count))
