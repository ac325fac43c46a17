"""What an experiment works with: its seeds, its data, and networks trained many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import AnyWeights, Fit, TrainingData, train
from glassnet.errors import Diverged
from glassnet.lab.rows import Rows, Scale, Split
from glassnet.network import NetworkSpec, TrainingSpec

Item = TypeVar("Item")


class Job(NamedTuple):
    """One training: the network, how it is trained, on what, and from where (None: drawn by the training's seed)."""

    network: NetworkSpec
    training: TrainingSpec
    data: TrainingData
    weights: AnyWeights | None = None


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
        fits: list[Fit | None] = []
        if self.n_threads == 1 or len(jobs) == 1:
            for job in jobs:
                fits.append(_trained(job))
                self.on_progress(len(fits), len(jobs))
            return fits
        with ThreadPoolExecutor(self.n_threads) as pool:
            futures = [pool.submit(_trained, job) for job in jobs]
            try:
                for future in futures:
                    fits.append(future.result())
                    self.on_progress(len(fits), len(jobs))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return fits


def _trained(job: Job) -> Fit | None:
    try:
        fit = train(job.network, job.training, job.data, weights=job.weights)
    except Diverged:
        return None
    if fit.stop_reason == "interrupted":
        raise KeyboardInterrupt
    return fit


def spread(name: str, values: Sequence[float] | NDArray[Any]) -> dict[str, float]:
    """Summarize a number over seeds: its mean, and the 95% t-interval of the mean as `name_low` and `name_high`.

    Parameters
    ----------
    name : str
    values : sequence of float
        One for each seed, at least one; NaN makes everything NaN.

    Examples
    --------
    >>> {name: round(value, 2) for name, value in spread("steps", [9, 10, 11]).items()}
    {'steps': 10.0, 'steps_low': 7.52, 'steps_high': 12.48}
    """
    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean())
    if len(found) < 2:
        return {name: mean, f"{name}_low": mean, f"{name}_high": mean}
    from scipy.stats import t

    half = float(t.ppf(0.975, len(found) - 1) * found.std(ddof=1) / np.sqrt(len(found)))
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
