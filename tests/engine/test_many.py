"""Many networks at once: each as if it were alone, whatever the number of threads, and none outlives its iterator."""

from __future__ import annotations

import _thread
import contextlib
import dataclasses
import itertools
import threading
import time

import numpy as np
import pytest

from glassnet.engine import Fit, Job, TrainingData, initial_weights, train, train_many
from glassnet.errors import Diverged
from glassnet.network import TrainingSpec

from .networks import data_for, network

SPEC = network(10, (16, 8), 3, "softmax_cross_entropy", dtype="float32")
DATA = data_for(SPEC, 200)
ENDLESS = TrainingSpec(max_iter=10**9, tol=0.0, n_iter_no_change=float("inf"), batch_size=50)


def engine_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("glassnet")]


def same(fit, other):
    arrays = zip((*fit.coefs, *fit.intercepts), (*other.coefs, *other.intercepts), strict=True)
    return (
        all(np.array_equal(a, b) for a, b in arrays)
        and np.array_equal(fit.trace.losses, other.trace.losses)
        and np.array_equal(fit.trace.validation_scores, other.trace.validation_scores, equal_nan=True)
        and (fit.stop_reason, fit.best_epoch) == (other.stop_reason, other.best_epoch)
    )


def many_jobs():
    judged = dataclasses.replace(DATA, X_val=DATA.X[:40], y_val=DATA.y[:40])
    for seed, activation in itertools.product(range(3), ("relu", "tanh", "x * sigmoid(x)")):
        spec = network(10, (16, 8), 3, "softmax_cross_entropy", activation=activation, dtype="float32")
        for solver in ("adam", "sgd", "lbfgs"):
            training = TrainingSpec(solver, max_iter=4, batch_size=50, seed=seed)
            yield Job(spec, training, DATA)
            yield Job(spec, training, judged, initial_weights(spec, seed + 100), "accuracy")


@pytest.mark.parametrize("n_threads", [1, None])
def test_fits_equal_those_of_train(n_threads):
    jobs = list(many_jobs())
    fits = dict(train_many(jobs, n_threads))
    assert sorted(fits) == list(range(len(jobs)))
    for index, job in enumerate(jobs):
        alone = train(job.network, job.training, job.data, weights=job.weights, score=job.score)
        assert same(fits[index], alone), job


def test_plain_tuples_are_jobs():
    training = TrainingSpec(max_iter=2, seed=4)
    outcomes = list(train_many([(SPEC, training, DATA), (SPEC, training, DATA, initial_weights(SPEC, 4))], 1))
    assert [index for index, _ in outcomes] == [0, 1]
    assert same(outcomes[0][1], outcomes[1][1])


def test_what_goes_wrong_in_one_ends_no_other():
    good = TrainingSpec(max_iter=2)
    wild = TrainingSpec("sgd", learning_rate_init=1e30, max_iter=50)
    narrow = TrainingData(DATA.X[:, :3].copy(), DATA.y)
    outcomes = dict(train_many([(SPEC, wild, DATA), (SPEC, good, narrow), (SPEC, good, DATA)]))
    assert isinstance(outcomes[0], Diverged)
    assert isinstance(outcomes[1], ValueError)
    assert isinstance(outcomes[2], Fit)


def test_jobs_are_taken_as_they_are_needed():
    taken = []

    def jobs():
        for i in range(50):
            taken.append(i)
            yield SPEC, TrainingSpec(max_iter=1), DATA

    with contextlib.closing(train_many(jobs(), 1)) as running:
        assert not taken, "nothing starts before somebody asks"
        for count, _ in enumerate(running, start=1):
            assert len(taken) <= count + 2
    assert len(taken) == 50


def test_an_error_of_the_jobs_comes_through_and_ends_all():
    def jobs():
        yield SPEC, ENDLESS, DATA
        raise RuntimeError("no more")

    start = time.perf_counter()
    with pytest.raises(RuntimeError, match="no more"):
        list(train_many(jobs(), 1))
    assert time.perf_counter() - start < 5
    assert not engine_threads()


def test_closing_ends_all_trainings():
    short = TrainingSpec(max_iter=1)
    running = train_many([(SPEC, short, DATA), *[(SPEC, ENDLESS, DATA)] * 5])
    assert next(running)[0] == 0
    start = time.perf_counter()
    running.close()
    assert time.perf_counter() - start < 5
    assert not engine_threads()


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ctrl_c_ends_all_trainings(solver):
    training = dataclasses.replace(ENDLESS, solver=solver, tol=1e-300, max_fun=10**9)
    noisy = dataclasses.replace(DATA, y=np.random.default_rng(1).integers(0, 3, len(DATA.y)))
    pressed = []

    def press():
        pressed.append(time.perf_counter())
        _thread.interrupt_main()

    timer = threading.Timer(0.2, press)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in train_many(itertools.repeat((SPEC, training, noisy))):
            pass
    assert time.perf_counter() - pressed[0] < 5  # a batch takes 20 microseconds; the rest is a machine that is busy
    assert not engine_threads()
    timer.join()


def test_nothing_to_do():
    assert list(train_many([])) == []
