"""Calls on large arrays are shared by threads and written past the caches; nothing of that shows in results."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine
from glassnet.catalog import kernels
from glassnet.errors import DataError

# Pieces for threads are 2^15 elements long, buffers 2^10; from 16 MiB on results go past the caches.
PIECE = 1 << 15
LARGE = {np.float32: (1 << 22) + 777, np.float64: (1 << 21) + 777}
both_types = pytest.mark.parametrize("dtype", LARGE, ids=["float32", "float64"])


@pytest.fixture
def threads(monkeypatch):
    """Set how many threads a call uses, whatever the size; returns the setter."""

    def use(number):
        monkeypatch.setattr(kernels, "SHARED_FROM", 0)
        monkeypatch.setattr(kernels, "usable_threads", lambda: number)

    return use


def numbers(count, dtype):
    """Draw numbers of all magnitudes, subnormal ones too, and special ones."""
    generator = np.random.default_rng(0)
    x = generator.normal(0, 4, count).astype(dtype)
    x[::97] *= np.finfo(dtype).smallest_subnormal * 1000
    x[::1013] = np.inf
    x[1::1013] = -np.inf
    x[2::1013] = np.nan
    return x


def same(a, b):
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


@pytest.mark.parametrize("count", [1, 31, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17])
@pytest.mark.parametrize("name", ["silu", "leaky_relu"])
@both_types
def test_any_number_of_threads_gives_the_results_of_one(name, dtype, count, threads):
    x = numbers(count, dtype)
    function = gn.activations[name]
    expected: dict[str, object] = {}
    for number in (1, 2, 5):
        threads(number)
        for what, call in (("value", function), ("derivative", function.derivative)):
            got = call(x)
            assert same(got, expected.setdefault(what, got))


@pytest.mark.parametrize("offset", [0, 1, 5])
@both_types
def test_large_arrays_equal_small_pieces(dtype, offset, threads):
    whole = numbers(LARGE[dtype] + offset, dtype)
    x, out = whole[offset:], np.empty_like(whole)[offset:]  # aligned to elements, not to vectors
    pieces = np.concatenate([gn.activations.sigmoid(x[i : i + 1000]) for i in range(0, len(x), 1000)])
    for number in (1, 2):
        threads(number)
        assert same(gn.activations.sigmoid(x), pieces)
        out[...] = 7
        assert gn.activations.sigmoid(x, out=out) is out
        assert same(out, pieces)


def test_results_may_overlap_what_they_are_computed_from(threads):
    threads(2)
    count = LARGE[np.float32]
    expected = gn.activations.tanh(numbers(count, np.float32))
    for start in (0, 1, PIECE, 3 * PIECE + 5):
        memory = np.empty(count + start, np.float32)
        x, out = memory[:count], memory[start:]
        x[...] = numbers(count, np.float32)
        assert same(gn.activations.tanh(x, out=out), expected)
    x = numbers(count, np.float32)
    backwards = x[::-1]
    assert same(gn.activations.tanh(x, out=backwards).copy(), expected)


@pytest.mark.parametrize("shape", [(3, 7), (5000, 10), (300, 1001), (3, 100_003)])
@pytest.mark.parametrize("function", [gn.softmax, gn.log_softmax])
def test_rows_of_softmax_are_shared(function, shape, threads):
    x = np.random.default_rng(1).normal(0, 9, shape).astype(np.float32)
    alone = np.stack([function(row) for row in x])
    for number in (1, 2, 5):
        threads(number)
        assert same(function(x), alone)


def test_small_arrays_ask_for_one_thread(monkeypatch):
    monkeypatch.setattr(kernels, "usable_threads", lambda: 4)
    assert kernels.threads_for(kernels.SHARED_FROM - 1) == 1
    assert kernels.threads_for(kernels.SHARED_FROM) == 4


def test_engine_takes_any_number_of_threads():
    x = np.linspace(-2, 2, 100_000)
    y, slope = np.empty_like(x), np.empty_like(x)
    _engine.activation("tanh", [], x, y, slope, threads=3)
    assert same(y, gn.activations.tanh(x))
    assert same(slope, gn.activations.tanh.derivative(x))


LOSSES = [gn.losses.binary_cross_entropy, gn.losses.huber, gn.losses.softmax_cross_entropy, gn.losses.kl_divergence]


@pytest.mark.parametrize("shape", [(70_001, 1), (9001, 10), (150, 1001), (3, 40_003)])
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
@both_types
def test_rows_of_losses_are_shared(loss, dtype, shape, threads):
    generator = np.random.default_rng(2)
    raw, weight = generator.normal(0, 9, shape).astype(dtype), generator.uniform(0, 2, shape[0])
    weight[::7] = 0
    target = (
        generator.integers(0, shape[1], shape[0]) if loss.domain.sums_to_one else generator.random(shape).astype(dtype)
    )
    expected: dict[str, object] = {}
    for number in (1, 2, 5):
        threads(number)
        for what, sample_weight in (("plain", None), ("weighted", weight)):
            options = {"sample_weight": sample_weight}
            each = loss(raw, target, reduction="none", **options)
            assert same(each, expected.setdefault(f"each {what}", each))
            slopes = loss.gradient(raw, target, **options)
            assert same(slopes, expected.setdefault(f"slopes {what}", slopes))
            total = loss(raw, target, reduction="sum", **options)
            assert total == expected.setdefault(f"total {what}", total)
            assert total == pytest.approx(each.sum(), rel=1e-14)
    alone = [loss.gradient(raw[i : i + 1], target[i : i + 1], reduction="sum") for i in range(0, len(raw), 997)]
    assert same(loss.gradient(raw, target, reduction="sum")[::997], np.concatenate(alone))


@pytest.mark.parametrize("position", [0, PIECE - 1, PIECE, 3 * PIECE])
def test_targets_outside_of_the_domain_are_found_in_every_piece(position, threads):
    raw, target = np.zeros(3 * PIECE + 1, np.float32), np.ones(3 * PIECE + 1, np.float32)
    target[position] = 1.5
    for number in (1, 3):
        threads(number)
        for call in (gn.losses.binary_cross_entropy, gn.losses.binary_cross_entropy.gradient):
            with pytest.raises(DataError, match=rf"from 0 to 1; row {position:,} is 1\.5"):
                call(raw, target)
    target[position] = np.nan
    with pytest.raises(DataError, match="must be finite numbers"):
        gn.losses.mse(raw, target)
