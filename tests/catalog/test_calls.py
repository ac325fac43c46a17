"""What a call takes as it is, what it converts, and what it refuses: results do not depend on how an array lies."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine
from glassnet.catalog import kernels
from glassnet.errors import DataError, ShapeError

both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
SILU = gn.activations.silu


class Marked(np.ndarray):
    """A subclass, as some libraries have."""


def numbers(dtype, count=1000):
    return np.random.default_rng(3).normal(0, 4, count).astype(dtype)


def one_by_one(x):
    """Compute every element in a call of its own."""
    return np.array([SILU(value) for value in x.ravel()]).reshape(x.shape)


def taken_as_it_is(x, out=None):
    index = _engine.activation_names().index("silu")
    return _engine.elementwise(index, SILU.values, x, out, False, 1) is not None


@both_types
def test_plain_arrays_are_taken_as_they_are(dtype):
    x = numbers(dtype)
    assert taken_as_it_is(x)
    assert taken_as_it_is(x.reshape(10, 4, 25), np.empty((10, 4, 25), dtype))
    assert taken_as_it_is(x[:500], x[500:])
    assert taken_as_it_is(x, x)


def layouts(dtype):
    x = numbers(dtype)
    shifted = np.empty(x.nbytes + 1, np.uint8)[1:].view(dtype)
    shifted[...] = x
    read_only = x.copy()
    read_only.flags.writeable = False
    return {
        "plain": x,
        "with gaps": np.repeat(x, 2)[::2],
        "backwards": x[::-1].copy()[::-1],
        "transposed": x.reshape(20, 50).T.copy().T,
        "of another byte order": x.astype(x.dtype.newbyteorder()),
        "not aligned": shifted,
        "read-only": read_only,
        "a subclass": x.view(Marked),
        "broadcast": np.broadcast_to(x[:1], (3, 4)),
        "empty": x[:0].reshape(0, 7),
        "without dimensions": x[:1].reshape(()),
    }


@both_types
@pytest.mark.parametrize("layout", layouts(np.float32))
def test_every_layout_gives_the_same_numbers(layout, dtype):
    x = layouts(dtype)[layout]
    expected = one_by_one(x).astype(dtype)
    y = SILU(x)
    assert type(y) is (dtype if layout == "without dimensions" else np.ndarray)
    assert y.dtype == dtype
    assert y.dtype.isnative
    assert y.shape == x.shape
    np.testing.assert_array_equal(y, expected)
    out = np.full(x.shape, 7, dtype)
    assert SILU(x, out=out) is out
    np.testing.assert_array_equal(out, expected)


@both_types
@pytest.mark.parametrize("layout", ["with gaps", "backwards", "transposed", "not aligned", "a subclass"])
def test_results_go_to_any_layout(layout, dtype):
    out = layouts(dtype)[layout]
    x = numbers(dtype).reshape(out.shape)
    assert SILU(x, out=out) is out
    np.testing.assert_array_equal(out, one_by_one(x))


@both_types
@pytest.mark.parametrize("shift", [1, 16, 999])
@pytest.mark.parametrize("forwards", [True, False])
def test_partial_overlap_is_seen(dtype, shift, forwards):
    memory = np.concatenate([numbers(dtype), np.zeros(shift, dtype)])
    x, out = (memory[:-shift], memory[shift:]) if forwards else (memory[shift:], memory[:-shift])
    expected = one_by_one(x)
    assert not taken_as_it_is(x, out)
    assert SILU(x, out=out) is out
    np.testing.assert_array_equal(out, expected)


def test_the_same_memory_in_another_shape_is_no_place_for_results():
    x = numbers(np.float64)
    before = x.copy()
    with pytest.raises(ShapeError, match=r"^out must have shape \(1000,\)"):
        SILU(x, out=x.reshape(10, 100))
    np.testing.assert_array_equal(x, before)


@both_types
def test_what_does_not_fit_is_refused_and_untouched(dtype):
    x, read_only = numbers(dtype), np.zeros(1000, dtype)
    read_only.flags.writeable = False
    for call in (SILU, SILU.derivative):
        with pytest.raises(DataError, match=r"^out must be an array that may be written to; got a read-only one"):
            call(x, out=read_only)
        with pytest.raises(DataError, match=r"^out must be an array of dtype"):
            call(x, out=np.zeros(1000, np.float32 if dtype is np.float64 else np.float64))
        with pytest.raises(DataError, match=r"^out must be an array of dtype"):
            call(x, out=np.zeros(1000, np.dtype(dtype).newbyteorder()))
        with pytest.raises(DataError, match=r"^out must be an array of dtype"):
            call(x, out=memoryview(np.zeros(1000, dtype)))
        with pytest.raises(ShapeError, match=r"^out must have shape"):
            call(x, out=np.zeros(999, dtype))
    assert not read_only.any()


def test_the_engine_refuses_numbers_of_activations_and_parameters_that_it_does_not_know():
    x = np.zeros(3)
    with pytest.raises(ValueError, match="there is no activation number 1000"):
        _engine.elementwise(1000, (), x, None)
    with pytest.raises(ValueError, match="silu has 1 parameters; got 0 values"):
        _engine.elementwise(_engine.activation_names().index("silu"), (), x, None)
    assert _engine.elementwise(0, (), "text", None) is None
    assert _engine.elementwise(0, (), b"bytes", None) is None


def test_configured_copies_do_not_share_what_a_call_remembers():
    leaky = gn.activations.leaky_relu
    assert [leaky(-1.0), leaky.with_parameters(slope=0.5)(-1.0), leaky(-1.0, slope=0.25), leaky(-1.0)] == [
        -0.01, -0.5, -0.25, -0.01,
    ]  # fmt: skip
    assert np.signbit(leaky(1e-3 * np.array([-1.0]), slope=-0.0)) == [False]
    assert np.signbit(leaky(1e-3 * np.array([-1.0]), slope=0.0)) == [True]


def test_large_calls_let_other_threads_run(monkeypatch):
    """The engine computes without the GIL: another thread counts meanwhile."""
    import threading
    import time

    monkeypatch.setattr(kernels, "usable_threads", lambda: 1)
    x = np.zeros(1 << 22)
    times: list[float] = []
    stop = threading.Event()

    def count():
        while not stop.is_set():
            times.append(time.perf_counter())
            time.sleep(0)

    thread = threading.Thread(target=count)
    thread.start()
    start = time.perf_counter()
    while time.perf_counter() - start < 0.1 or not times:
        SILU(x, out=x)
    end = time.perf_counter()
    stop.set()
    thread.join()
    assert sum(start <= at <= end for at in times) > 10
