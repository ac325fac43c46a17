"""What frames hold is what the run is: losses of the trace, answers of the model, units as an oracle computes them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.playground.decoding import decoded
from tests.playground.stand_in import layer, prepared

import glassnet as gn
from glassnet.engine import loss_and_gradient, predict_outputs
from glassnet.playground.frames import MOST_POINTS, UNIT_GRID, View, curves, data_message, frame, message, penalty
from glassnet.playground.histograms import BINS, edges, histogram
from glassnet.playground.inside import Inside
from glassnet.playground.measuring import measured
from glassnet.playground.run import Run

KINDS = {
    "sigmoid": {},
    "softmax": {"codes": True},
    "numbers": {"classes": 0},
    "images": {"codes": True, "images": True, "n": 150},
}


def shown(run, view=View(grid=20), after=None):  # noqa: B008 (it is frozen)
    return decoded(frame(run, Inside(run.prepared), view, "main", after=after))


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_tells_what_the_run_is(kind):
    p = prepared(layer(5, "relu"), layer(4), alpha=0.01, **KINDS[kind])
    run = Run(p)
    run.advance(12)
    header, arrays = shown(run)
    last = run.trace[-1]
    assert (header["kind"], header["run"], header["epoch"], header["state"]) == ("frame", "main", 12, "paused")
    assert (header["loss"], header["rate"]) == (last.loss, last.learning_rate)
    assert (header["test_loss"], header["test_score"]) == (last.validation_loss, last.validation_score)
    assert header["whole"] is True
    assert header["first_epoch"] == 1
    np.testing.assert_array_equal(arrays["curves"][:, 0], np.arange(1, 13))
    np.testing.assert_array_equal(arrays["curves"][:, 1], run.trace.losses.astype(np.float32))
    for i in range(3):
        np.testing.assert_array_equal(arrays[f"weights{i}"], run.weights.coefs[i])
        np.testing.assert_array_equal(arrays[f"biases{i}"], run.weights.intercepts[i])
    assert arrays["layer_statistics"].shape == (3, 7)
    np.testing.assert_array_equal(arrays["layer_statistics"][:, 5], last.layers["weight_norm"].astype(np.float32))
    assert header["dead"] == [list(units) for units in run.trace.dead_units[:2]]
    assert arrays["unit_facts"].shape == (9, 4)
    assert arrays["histograms"].shape == (3, BINS)
    np.testing.assert_allclose(arrays["histograms"].sum(axis=1), 1.0, rtol=1e-6)
    if kind == "images":
        assert "outputs" not in arrays
        assert arrays["test_outputs"].shape == (50, 10)
        np.testing.assert_array_equal(arrays["test_outputs"], predict_outputs(p.network, run.weights, p.data.X_val))
        assert arrays["units"].shape == (5, 8, 8)
        np.testing.assert_array_equal(arrays["unit_range"][:, 0], run.weights.coefs[0].min(axis=0))
        return
    x_1, x_2 = np.meshgrid(np.linspace(-5, 5, 20), np.linspace(5, -5, 20))
    grid = np.stack([x_1.ravel(), x_2.ravel()], axis=1).astype(np.float32)
    outputs = predict_outputs(p.network, run.weights, grid)
    np.testing.assert_array_equal(arrays["outputs"], outputs.T.reshape(-1, 20, 20))
    assert arrays["units"].shape == (9, UNIT_GRID, UNIT_GRID)
    at = np.linspace(-5, 5, UNIT_GRID)
    corner = np.array([[at[0], at[-1]], [at[3], at[-1]], [at[-1], at[0]]])
    first = np.maximum(corner @ run.weights.coefs[0] + run.weights.intercepts[0], 0)
    second = np.tanh(first @ run.weights.coefs[1] + run.weights.intercepts[1])
    low, high = arrays["unit_range"].T
    width = (high - low)[:, None, None]
    values = low[:, None, None] + arrays["units"] / 255 * width
    wanted = np.concatenate([first, second], axis=1).T
    np.testing.assert_allclose(values[:, [0, 0, -1], [0, 3, -1]], wanted, atol=0.51 / 255 * width.max() + 1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_engine_measures_is_measured_alike(kind):
    p = prepared(layer(5), **KINDS[kind])
    run = Run(p)
    run.advance(9)
    loss, score = measured(p.network, run.weights, p.score, p.data.X_val, p.data.y_val)
    assert loss == pytest.approx(run.trace[-1].validation_loss, rel=1e-6)
    assert score == pytest.approx(run.trace[-1].validation_score, rel=1e-6)
    header, _arrays = shown(run)
    assert header["score"] == measured(p.network, run.weights, p.score, p.data.X, p.data.y)[1]
    run.go_to(0)
    header, arrays = shown(run)
    assert header["epoch"] == 0
    assert header["loss"] == pytest.approx(loss_and_gradient(p.network, run.weights, p.data)[0], rel=1e-6)
    assert header["test_loss"] == measured(p.network, run.weights, p.score, p.data.X_val, p.data.y_val)[0]
    assert arrays["curves"].shape == (0, 4)
    assert np.isnan(arrays["layer_statistics"]).all()


def test_rows_are_told_once():
    p = prepared(layer(3))
    header, arrays = decoded(data_message(Run(p), "beside"))
    assert (header["kind"], header["run"]) == ("data", "beside")
    np.testing.assert_array_equal(arrays["train_x"], p.data.X)
    np.testing.assert_array_equal(arrays["train_y"], p.codes)
    np.testing.assert_array_equal(arrays["test_y"], p.data.y_val[:, 0])
    _header, arrays = decoded(data_message(Run(prepared(layer(3), classes=0)), "main"))
    assert len(np.unique(arrays["train_y"])) > 50
    _header, arrays = decoded(data_message(Run(prepared(layer(3), codes=True)), "main"))
    assert set(arrays["train_y"]) == {0.0, 1.0}


def test_the_penalty_is_what_the_engine_adds_to_the_loss():
    p = prepared(layer(4), alpha=0.3, batch_size=80)  # one batch an epoch: the loss is that of the weights before
    run = Run(p)
    run.advance(5)
    with_penalty = loss_and_gradient(p.network, run.weights, p.data, alpha=0.3)[0]
    without = loss_and_gradient(p.network, run.weights, p.data)[0]
    assert penalty(run) == pytest.approx(with_penalty - without, rel=1e-5)


def test_dead_and_saturated_units_are_named():
    p = prepared(layer(6, "relu"), layer(5), learning_rate_init=1e-5)
    run = Run(p)
    run.weights.intercepts[0][[1, 4]] = -100.0  # never active
    run.weights.intercepts[1][2] = 50.0  # tanh at its end
    header, arrays = shown(run)
    assert header["dead"][0] == [1, 4]
    assert header["saturated"] == [[], [2]]
    active, saturated = arrays["unit_facts"][:, 0], arrays["unit_facts"][:, 1]
    assert (active[[1, 4]] == 0).all()
    assert saturated[6 + 2] == 1
    run.advance(1)
    header, _arrays = shown(run)
    assert header["dead"][0] == [1, 4]


@pytest.mark.parametrize("activation", ["maxout", "prelu", gn.activation("x * sigmoid(b * x)", b=2.0, learned=["b"])])
def test_units_with_parameters_of_their_own_are_drawn_with_them(activation):
    p = prepared(layer(3, activation), layer(3), solver="sgd", learning_rate_init=0.1)
    run = Run(p)
    run.advance(30)
    if run.weights.learned:
        assert np.ptp(run.weights.learned[0]) > 1e-3
    at = np.linspace(-5, 5, UNIT_GRID)
    x_1, x_2 = np.meshgrid(at, at[::-1])
    z = np.stack([x_1.ravel(), x_2.ravel()], axis=1) @ run.weights.coefs[0] + run.weights.intercepts[0]
    if p.network.layers[0].activation.pieces > 1:
        wanted = z.reshape(len(z), 3, -1).max(axis=2)
    elif isinstance(activation, str):
        wanted = np.where(z > 0, z, z * run.weights.learned[0])
    else:
        wanted = z / (1 + np.exp(-run.weights.learned[0] * z))
    _header, arrays = shown(run)
    np.testing.assert_allclose(arrays["unit_range"][:3, 0], wanted.min(axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(arrays["unit_range"][:3, 1], wanted.max(axis=0), rtol=1e-4, atol=1e-6)
    # The engine, which knows nothing of pictures, is the second witness of the layers behind.
    inside = Inside(p)
    _z, raw = list(inside._passed(run.weights, p.data.X))[-1]
    np.testing.assert_allclose(
        gn.activations.sigmoid(raw), predict_outputs(p.network, run.weights, p.data.X), rtol=1e-4, atol=1e-6
    )


def test_no_hidden_layer_no_units_and_no_pictures_when_not_wanted():
    run = Run(prepared())
    header, arrays = shown(run)
    assert arrays["units"].shape == (0, UNIT_GRID, UNIT_GRID)
    assert arrays["unit_facts"].shape == (0, 4)
    assert header["dead"] == []
    _header, arrays = shown(run, View(grid=20, units=False))
    assert "units" not in arrays


def test_weights_without_bound_make_a_frame_all_the_same():
    run = Run(prepared(layer(3, "relu"), classes=0))
    run.weights.coefs[0][:] = 3e38
    header, arrays = shown(run)
    assert header["loss"] is None
    assert np.isfinite(arrays["unit_range"]).all()
    run.weights.coefs[0][:] = 1e-44
    _header, arrays = shown(run)
    assert not arrays["units"].any()


def test_curves_go_on_after_what_is_known_and_long_ones_are_thinned():
    p = prepared(layer(2))
    run = Run(p)
    run.advance(20)
    header, arrays = shown(run, after=15)
    assert (header["first_epoch"], header["whole"]) == (16, False)
    np.testing.assert_array_equal(arrays["curves"][:, 0], np.arange(16, 21))
    header, arrays = shown(run, after=20)
    assert (header["first_epoch"], len(arrays["curves"])) == (21, 0)
    from glassnet.engine import Trace

    long = curves(Trace.of_losses(np.linspace(2, 1, 100_000), 2), None)
    assert len(long) == MOST_POINTS
    assert (long[0, 0], long[-1, 0]) == (1, 100_000)


def test_lbfgs_shows_the_test_loss_where_it_stands():
    p = prepared(layer(4), solver="lbfgs")
    run = Run(p)
    run.advance(4)
    run.advance(4)
    header, arrays = shown(run)
    assert header["rate"] is None
    expected = measured(p.network, run.weights, p.score, p.data.X_val, p.data.y_val)
    assert (header["test_loss"], header["test_score"]) == expected
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(arrays["curves"][:, 2])), [3, 7])


def test_messages_of_nothing_and_of_odd_lengths_keep_their_places():
    for arrays in ({}, {"a": np.zeros(0, np.float32)}, {f"a{n}": np.arange(n, dtype=np.uint8) for n in range(40)}):
        header, back = decoded(message({"kind": "x", "text": "ö"}, arrays))
        assert header == {"kind": "x", "text": "ö"}
        assert back.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(back[name], array)


def test_histograms_agree_with_numpy_and_stand_still():
    random = np.random.default_rng(0)
    for values in (random.normal(size=4000), random.uniform(0, 1, 500), 1e-20 * random.normal(size=99), np.arange(5.0)):
        shares, low, high = histogram(values)
        wanted, _edges = np.histogram(values, BINS, (low, high))
        np.testing.assert_allclose(shares, wanted / values.size, atol=1.01 / values.size)
        assert low <= values.min()
        assert high >= values.max()
        assert high - low <= 1.3 * np.ptp(values)
    tanh = np.tanh(3 * random.normal(size=500).astype(np.float32))
    assert histogram(tanh)[1:] == histogram(0.999 * tanh)[1:]


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5, 1e30, 1e-30, 5e-324])
def test_a_constant_lies_in_the_middle_of_its_histogram(value):
    shares, low, high = histogram(np.full(7, value))
    assert low < value < high
    assert shares.max() == 1
    assert abs(int(shares.argmax()) - BINS // 2) <= 1
    assert edges(value, value) == (low, high)


def test_what_is_not_finite_is_not_counted():
    shares, low, high = histogram(np.array([0.0, 1.0, np.nan, np.inf]))
    assert (low, high) == (0.0, 1.0)
    assert shares.sum() == 1
    shares, low, high = histogram(np.array([np.nan]))
    assert not shares.any()
    assert low < high
