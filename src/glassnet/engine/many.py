"""Many networks at once: one on each core, none of them waiting for another.

    jobs ── at most two a core are under way ── a thread a core: train ── (index, fit), the first that is done first

A small network cannot keep two cores busy, but two small networks can. The engine holds no GIL while it trains, so
threads are enough: nothing is copied, nothing is pickled, all networks read the same rows.
"""

from __future__ import annotations

import dataclasses
import queue
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from glassnet._engine import StopFlag
from glassnet.engine.blas import single_threaded_blas
from glassnet.engine.data import TrainingData
from glassnet.engine.trace import Fit
from glassnet.engine.training import train
from glassnet.engine.weights import AnyWeights
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.threads import usable_threads

AHEAD = 2  # trainings under way for each thread: one that runs, one that waits for it
GLANCE = 0.1  # seconds; a wait without an end would not hear Ctrl-C on Windows


class Job(NamedTuple):
    """One training of many.

    Attributes
    ----------
    network : NetworkSpec
    training : TrainingSpec
        Its `n_threads` does not count: each training has one thread.
    data : TrainingData
        May be shared by any number of jobs.
    weights : Weights, or tuple of (coefs, intercepts), optional
        Start weights; drawn from the training's seed if None.
    score : {"accuracy", "accuracy_of_largest", "r2", "loss"}, optional
        What is measured on the validation data, as for `train`.
    """

    network: NetworkSpec
    training: TrainingSpec
    data: TrainingData
    weights: AnyWeights | None = None
    score: str | None = None


AnyJob = (
    Job
    | tuple[NetworkSpec, TrainingSpec, TrainingData]
    | tuple[NetworkSpec, TrainingSpec, TrainingData, AnyWeights | None]
    | tuple[NetworkSpec, TrainingSpec, TrainingData, AnyWeights | None, str | None]
)


def train_many(jobs: Iterable[AnyJob], n_threads: int | None = None) -> Generator[tuple[int, Fit | Exception]]:
    """Train many networks, one on each core.

    Every fit equals that of `train` with the same arguments, bit by bit, whatever the number of threads and the order
    in which the others end.

    Parameters
    ----------
    jobs : iterable of Job, or of tuples of its fields
        Taken as they are needed, so it may be a generator; no more than two jobs a thread are held at once.
    n_threads : int or None, default=None
        Trainings at the same time, at most as many as there are processors to use.

    Yields
    ------
    index : int
        Which of the jobs, counted from 0.
    outcome : Fit or Exception
        In order of completion. What went wrong in one training, `Diverged` for one, ends no other.

    Notes
    -----
    Ctrl-C raises KeyboardInterrupt here and ends all trainings within a batch. So does closing the iterator; where the
    loop may be left early, `contextlib.closing(train_many(...))` closes it at once. All threads have ended by then.

    Examples
    --------
    >>> import numpy as np, glassnet as gn
    >>> from glassnet.engine import TrainingData, train_many
    >>> from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec
    >>> zeros, squared = gn.initializer("zeros"), gn.loss("squared_error")
    >>> network = NetworkSpec(1, (LayerSpec(1, gn.activation("identity"), zeros, zeros),), squared)
    >>> data = TrainingData(np.array([[-1.0], [1.0]]), np.array([[-2.0], [2.0]]))
    >>> jobs = [(network, TrainingSpec("adam", learning_rate_init=rate), data) for rate in (0.01, 0.1)]
    >>> fits = dict(train_many(jobs))
    >>> [fits[i].stop_reason for i in range(len(jobs))]
    ['max_iter', 'converged']
    """
    count = usable_threads(n_threads)
    coming = enumerate(jobs)
    done: queue.SimpleQueue[tuple[int, Fit | Exception]] = queue.SimpleQueue()
    stop = StopFlag()
    pool = ThreadPoolExecutor(count, thread_name_prefix="glassnet")
    under_way = 0
    try:
        # L-BFGS asks BLAS from threads that could not hold it to one thread themselves.
        with single_threaded_blas():
            while True:
                while under_way < AHEAD * count and (job := next(coming, None)) is not None:
                    pool.submit(_train_one, job[0], job[1], stop, done)
                    under_way += 1
                if not under_way:
                    return
                outcome = _first(done)
                under_way -= 1
                yield outcome
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _train_one(index: int, job: AnyJob, stop: StopFlag, done: queue.SimpleQueue[tuple[int, Fit | Exception]]) -> None:
    try:
        network, training, data, weights, score = Job(*job)
        alone = dataclasses.replace(training, n_threads=1)
        outcome: Fit | Exception = train(network, alone, data, weights=weights, score=score, stop=stop)
    except Exception as error:  # noqa: BLE001 (it is handed over: the caller decides what it means)
        outcome = error
    done.put((index, outcome))


def _first(done: queue.SimpleQueue[tuple[int, Fit | Exception]]) -> tuple[int, Fit | Exception]:
    while True:
        try:
            return done.get(timeout=GLANCE)
        except queue.Empty:
            pass
