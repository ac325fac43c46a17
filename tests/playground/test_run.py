"""A run's states are those of one unbroken training, bit for bit, whatever way leads to them."""

from __future__ import annotations

import dataclasses
import threading
import time

import numpy as np
import pytest
from tests.playground.stand_in import layer, prepared

import glassnet as gn
from glassnet.engine import StopFlag, Weights, train
from glassnet.errors import Diverged
from glassnet.playground.record import Record
from glassnet.playground.run import Run
from glassnet.playground.snapshots import Snapshot, Snapshots

SWISH = gn.activation("silu", learned=["beta"])
FORMULA = gn.activation("x * sigmoid(beta * x)", beta=1.5, learned=["beta"])

CASES = {
    "adam": ((layer(5), layer(4)), {}),
    "momentum": ((layer(5),), {"solver": "sgd", "momentum": 0.9}),
    "plain sgd": ((layer(5),), {"solver": "sgd", "momentum": 0.0}),
    "rmsprop, cosine": ((layer(5, "gelu"),), {"solver": "rmsprop", "learning_rate": "cosine"}),
    "adagrad, invscaling": ((layer(5),), {"solver": "adagrad", "learning_rate": "invscaling"}),
    "adamw, linear, decay": ((layer(5),), {"solver": "adamw", "learning_rate": "linear", "weight_decay": 0.1}),
    "dropout": ((layer(6, "relu", 0.3), layer(6, "relu", 0.2)), {"alpha": 0.01}),
    "learned parameters": ((layer(4, SWISH), layer(3, "prelu"), layer(3, FORMULA)), {}),
    "maxout": ((layer(4, "maxout"),), {}),
    "adaptive": (
        (layer(4),),
        {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.3, "tol": 0.01, "n_iter_no_change": 2},
    ),
    "lbfgs": ((layer(4),), {"solver": "lbfgs", "alpha": 1e-3}),
}


def unbroken(p, epochs):
    """Train without a pause."""
    if p.training.solver == "lbfgs":
        return train(p.network, dataclasses.replace(p.training, max_iter=epochs), p.data)
    return train(p.network, p.training, p.data, score=p.score, epochs=epochs)


def assert_same(run, fit):
    """Compare weights bit for bit, and what is known of the last epoch but for its duration."""
    for mine, its in zip(run.weights, fit.weights, strict=True):
        for a, b in zip(mine, its, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)
    mine, its = (trace.arrays[0][-1] for trace in (run.trace, fit.trace))
    compared = slice(0, 5) if fit.state is not None else slice(0, 2)  # L-BFGS does not look at test rows
    np.testing.assert_array_equal(mine[compared], its[compared])
    np.testing.assert_array_equal(run.trace.arrays[1][-1], fit.trace.arrays[1][-1])
    assert run.trace.dead_units == fit.trace.dead_units


@pytest.mark.parametrize("case", CASES)
def test_states_are_those_of_an_unbroken_training(case):
    hidden, training = CASES[case]
    p = prepared(*hidden, **training)
    run = Run(p)
    for epochs in (1, 2, 4, 13, 5):
        assert run.advance(epochs) == epochs
    known = {epoch: unbroken(p, epoch) for epoch in (1, 7, 20, 24, 25, 31)}
    assert_same(run, known[25])
    for epoch in (24, 7, 1, 20, 31, 25):  # back and forth, also beyond where it has been
        run.go_to(epoch)
        assert run.epoch == epoch
        assert len(run.trace) == epoch
        assert_same(run, known[epoch])
    run.go_to(0)
    assert (run.epoch, len(run.trace)) == (0, 0)
    run.advance(7)
    assert_same(run, known[7])


def test_an_adaptive_schedule_has_changed_its_rate_where_it_is_compared():
    hidden, training = CASES["adaptive"]
    rates = unbroken(prepared(*hidden, **training), 31).trace.learning_rates
    assert rates[0] > rates[19] > rates[30]


def test_the_trace_is_that_of_an_unbroken_training():
    p = prepared(layer(5))
    run, fit = Run(p), unbroken(p, 40)
    while run.epoch < 40:
        run.advance(7 if run.epoch < 30 else 3)
    run.go_to(40)
    assert [epoch.epoch for epoch in run.trace] == list(range(1, run.epoch + 1))
    np.testing.assert_array_equal(run.trace.losses, fit.trace.losses)
    np.testing.assert_array_equal(run.trace.validation_scores, fit.trace.validation_scores)
    for name, values in fit.trace.layers.items():
        np.testing.assert_array_equal(run.trace.layers[name], values)


def test_max_iter_is_the_end_and_going_back_leaves_it():
    run = Run(prepared(layer(3), max_iter=10))
    assert run.advance(8) == 8
    assert (run.state, run.text, run.stop_reason) == ("paused", "", "")
    run.playing = True
    assert run.state == "playing"
    assert run.advance(8) == 2
    assert (run.state, run.stop_reason) == ("finished", "max_iter")
    assert "10" in run.text
    assert run.advance(1) == 0
    run.go_to(4)
    assert run.state == "playing"
    run.go_to(99)
    assert (run.epoch, run.state) == (10, "finished")


@pytest.mark.parametrize("solver", ["sgd", "lbfgs"])
def test_convergence_is_an_end(solver):
    run = Run(prepared(layer(2), classes=0, solver=solver, tol=1e-2, n_iter_no_change=3, max_iter=5000))
    while run.advance(50):
        pass
    assert (run.state, run.stop_reason) == ("finished", "converged")
    assert 3 < run.epoch < 5000
    end = run.epoch
    run.go_to(end - 1)
    assert run.state == "paused"
    run.go_to(end + 1)
    assert (run.epoch, run.state) == (end, "finished")


def test_divergence_is_a_state_and_the_last_finite_picture_stays():
    p = prepared(layer(4, "relu"), classes=0, solver="sgd", learning_rate_init=0.25, momentum=0.5, batch_size=80)
    run = Run(p)
    assert run.advance(100) > 0
    assert run.state == "diverged"
    assert "diverged" in run.text
    assert "0.25" in run.text
    assert all(np.isfinite(array).all() for part in run.weights for array in part)
    assert np.isfinite(run.trace.losses).all()
    assert len(run.trace) == run.epoch < 100
    assert run.advance(1) == 0
    with pytest.raises(Diverged):
        unbroken(p, run.epoch + 2)
    assert_same(run, unbroken(p, run.epoch))
    end = run.epoch
    run.go_to(end - 1)
    assert run.state == "paused"
    run.go_to(end + 5)
    assert (run.epoch, run.state) == (end, "diverged")


def test_a_first_epoch_that_diverges_leaves_the_start():
    run = Run(prepared(layer(4, "relu"), classes=0, solver="sgd", learning_rate_init=100.0, momentum=0.9))
    assert run.advance(5) == 0
    assert (run.epoch, run.state, len(run.trace)) == (0, "diverged", 0)


def test_a_raised_flag_ends_a_chunk_at_once_and_the_run_stands_where_it_was():
    p = prepared(layer(64, "relu"), layer(64, "relu"), n=1200, max_iter=1_000_000)
    run = Run(p)
    run.advance(1)
    stop = StopFlag()
    threading.Timer(0.05, stop.set).start()
    start = time.perf_counter()
    assert run.advance(1_000_000, stop) == 0
    assert time.perf_counter() - start < 2.0
    assert run.epoch == 1
    assert_same(run, unbroken(p, 1))


def test_only_more_epochs_under_a_schedule_that_does_not_count_them_prolong_a_run():
    short, long = prepared(layer(3), max_iter=5), prepared(layer(3), max_iter=9)
    run = Run(short)
    run.go_to(5)
    assert run.ended
    assert run.prolong(long)
    assert not run.ended
    run.go_to(9)
    assert_same(run, unbroken(long, 9))
    assert not run.prolong(short)
    assert not run.prolong(prepared(layer(3), max_iter=20, learning_rate_init=0.02))
    assert not run.prolong(prepared(layer(4), max_iter=20))
    assert not run.prolong(prepared(layer(3), max_iter=20, n=99))
    counting = Run(prepared(layer(3), max_iter=5, learning_rate="cosine"))
    assert not counting.prolong(prepared(layer(3), max_iter=9, learning_rate="cosine"))


def test_a_look_and_facts_are_those_of_the_epoch():
    p = prepared(layer(5, "relu"))
    run = Run(p)
    run.advance(3)
    third = run.look()
    assert run.look() is third
    run.advance(30)
    assert run.look() != third
    run.go_to(3)
    assert run.look() == third
    assert run.facts.n_rows == 80
    assert run.facts.targets.counts == (40, 40)


def test_a_long_record_takes_bounded_memory_and_keeps_its_newest_half():
    from glassnet.engine import Trace

    record = Record(3, limit=500 * 8 * (6 + 21))
    for first in range(1, 20_001, 40):
        epochs = np.zeros((40, 6))
        epochs[:, 0] = np.arange(first, first + 40)
        epochs[:, 1] = 1.0 / epochs[:, 0]
        record.add(Trace(epochs, np.zeros((40, 3, 7)), [[], [], []]))
        assert len(record) <= 500
    trace = record.until(20_000, [[], [], []])
    known = trace.arrays[0][:, 0]
    assert known[0] == 1
    assert known[-1] == 20_000
    assert (np.diff(known) > 0).all()
    assert (np.diff(known[-250:]) == 1).all()
    assert np.diff(known).max() <= 8 * 20_000 / 500
    np.testing.assert_array_equal(trace.losses, 1.0 / known)
    assert len(record.until(10_000, [])) < len(record)
    gone = int(next(epoch for epoch in range(1, 20_000) if epoch not in known))
    one = np.zeros((1, 6))
    one[0, 0] = gone
    record.add(Trace(one, np.zeros((1, 3, 7)), []))  # as when a run goes back there
    assert record.until(gone, [])[-1].epoch == gone


def test_snapshots_stay_few_near_and_never_far_apart():
    p = prepared(layer(4))
    start = Snapshot(0, Weights([np.zeros((4, 4))], [np.zeros(4)]), None, None)
    one = dataclasses.replace(start, epoch=1)
    snapshots = Snapshots(start, limit=100 * one.size)
    for epoch in range(10, 50_001, 10):
        snapshots.add(dataclasses.replace(start, epoch=epoch))
        assert len(snapshots) <= 100
    assert len(snapshots) == 100
    ways = np.array([epoch - snapshots.before(epoch).epoch for epoch in range(50_001)])
    assert ways.max() <= 4 * 50_000 / 100
    assert ways[-100:].max() <= 400
    assert snapshots.before(5).epoch == 0
    assert snapshots.before(50_000).epoch == 50_000
    assert p.training.max_iter == 300
