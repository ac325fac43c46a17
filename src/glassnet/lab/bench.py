"""What an experiment works with: its seeds, its data, and networks trained many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.statistics import mean_interval
from glassnet.engine import Fit, Job, train_many
from glassnet.errors import Diverged
from glassnet.lab.rows import TEST_SHARE, Rows, Scale, Split

Item = TypeVar("Item")

# Test scores of splits that share rows are no independent numbers: n_test / n_train, for `spread`.
OVERLAP = TEST_SHARE / (1 - TEST_SHARE)


@dataclass(frozen=True)
class Bench:
    """Where an experiment is done.

    Attributes
    ----------
    seeds : tuple of int
        One repetition for each: splits, first weights and order of rows all follow from it.
    quick : bool
        Whether an impression is enough: fewer epochs, fewer rates, smaller networks.
    rows : Rows
        What is learned from, where the experiment does not have data of its own.
    n_threads : int
        So many networks train at the same time; no result depends on it.
    on_progress : callable
        Told (done, of how many) while networks train.
    """

    seeds: tuple[int, ...]
    quick: bool
    rows: Rows
    n_threads: int = 1
    on_progress: Callable[[int, int], Any] = lambda _done, _all: None

    def either(self, full: Item, quick: Item) -> Item:
        """Choose by the length of the run."""
        return quick if self.quick else full

    def splits(self, scale: Scale = "unit") -> Iterator[tuple[int, Split]]:
        """Each seed with its own division of the rows."""
        for seed in self.seeds:
            yield seed, self.rows.split(seed, scale)

    def rng(self, seed: int) -> np.random.Generator:
        """Return random numbers for one repetition."""
        return np.random.default_rng(seed)

    def steps(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass items on and tell the progress, where something else than trainings takes the time."""
        everything = list(items)
        for done, item in enumerate(everything):
            self.on_progress(done, len(everything))
            yield item
        self.on_progress(len(everything), len(everything))

    def train(self, jobs: Iterable[Job]) -> list[Fit | None]:
        """Train networks, one on each core.

        Parameters
        ----------
        jobs : iterable of Job

        Returns
        -------
        list of Fit or None
            In the order of the jobs; None where the loss became NaN or infinite.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C: half a repetition is no result.
        """
        jobs = list(jobs)
        fits: list[Fit | None] = [None] * len(jobs)
        with closing(train_many(jobs, self.n_threads)) as outcomes:  # it is a generator
            for done, (index, outcome) in enumerate(outcomes, start=1):
                if isinstance(outcome, Fit):
                    fits[index] = outcome
                elif not isinstance(outcome, Diverged):
                    raise outcome
                self.on_progress(done, len(jobs))
        return fits


def spread(name: str, values: Sequence[float] | NDArray[Any], *, overlap: float = 0.0) -> dict[str, float]:
    """Summarize a number over seeds: its mean, and the 95% t-interval of the mean as `name_low` and `name_high`.

    Parameters
    ----------
    name : str
    values : sequence of float
        One for each seed, at least one. One that is NaN or infinite makes a NaN of everything.
    overlap : float, default=0.0
        `OVERLAP` for scores on test rows, which splits share: the interval is wider then (Nadeau, Bengio 2003).

    Examples
    --------
    >>> {name: round(value, 2) for name, value in spread("steps", [9, 10, 11]).items()}
    {'steps': 10.0, 'steps_low': 7.52, 'steps_high': 12.48}
    """
    if not np.isfinite(values).all():
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"), float("nan"))
    return dict(zip((name, f"{name}_low", f"{name}_high"), mean_interval(values, overlap=overlap), strict=True))
