"""Trainings side by side: in threads, in forked and in spawned processes. Teams end with their fit: forking is safe."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest

from glassnet.engine import train, usable_threads
from glassnet.errors import ParameterError
from glassnet.network import TrainingSpec

from .networks import data_for, network

SPEC = network(30, (64, 64), 5, "softmax_cross_entropy", dtype="float32")
TRAINING = TrainingSpec(max_iter=5, batch_size=200, n_threads=3, seed=1)
DATA = data_for(SPEC, 1000)


@pytest.fixture(scope="module")
def expected():
    return train(SPEC, TRAINING, DATA)


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("fork", marks=pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no safe fork")),
        "spawn",
    ],
)
def test_processes(method, expected):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        fits = pool.starmap(train, [(SPEC, TRAINING, DATA)] * 4)
    for fit in fits:
        assert all(np.array_equal(a, b) for a, b in zip(expected.coefs, fit.coefs, strict=True))


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_joblib(backend, expected):
    fits = joblib.Parallel(n_jobs=2, backend=backend)(joblib.delayed(train)(SPEC, TRAINING, DATA) for _ in range(4))
    for fit in fits:
        assert all(np.array_equal(a, b) for a, b in zip(expected.coefs, fit.coefs, strict=True))


def test_many_python_threads(expected):
    with ThreadPoolExecutor(8) as pool:
        fits = list(pool.map(lambda _: train(SPEC, TRAINING, DATA), range(16)))
    for fit in fits:
        assert all(np.array_equal(a, b) for a, b in zip(expected.coefs, fit.coefs, strict=True))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="affinity is Linux's")
def test_affinity_is_honored():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_threads(None) == 1
        assert usable_threads(8) == 1
    finally:
        os.sched_setaffinity(0, before)


def test_environment_limits(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert usable_threads(None) == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")
    assert 1 <= usable_threads(None) <= 4
    monkeypatch.setenv("OMP_NUM_THREADS", "not a number")
    assert usable_threads(None) >= 1


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "two"])
def test_wrong_thread_numbers(wrong):
    with pytest.raises(ParameterError, match="n_threads"):
        usable_threads(wrong)
