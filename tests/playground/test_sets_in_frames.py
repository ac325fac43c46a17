"""Each set of data that is there can be trained and shown; a run is the estimator's fit."""

from __future__ import annotations

import time

import numpy as np
import pytest
from tests.playground.decoding import decoded
from tests.playground.test_session import Audience

from glassnet.playground.data import SETS
from glassnet.playground.frames import View, data_message, frame
from glassnet.playground.inside import Inside
from glassnet.playground.material import material_of
from glassnet.playground.preparing import prepare
from glassnet.playground.run import Run
from glassnet.playground.setup import DEFAULT, Setup

MADE = [name for name, one in SETS.items() if one.described()["kind"] in ("made", "digits")]


def prepared_of(setup):
    return prepare(setup, material_of(setup))


@pytest.mark.parametrize("name", MADE)
def test_every_set_is_trained_and_shown(name):
    p = prepared_of(Setup.from_json({"data": {"name": name, "n_rows": 120}}))
    run = Run(p)
    _header, rows = decoded(data_message(run, "main"))
    assert rows["train_x"].shape == p.material.X_train.shape
    wanted = p.material.y_train if p.codes is None else p.material.codes_train
    np.testing.assert_array_equal(rows["train_y"], wanted)
    np.testing.assert_array_equal(rows["test_y"], p.material.y_test if p.codes is None else p.material.codes_test)
    run.advance(3)
    header, arrays = decoded(frame(run, Inside(p), View(grid=20), "main", after=None))
    assert header["test_loss"] == run.trace[-1].validation_loss
    assert header["score"] is not None
    if p.material.images:
        assert arrays["test_outputs"].shape == (min(60, len(p.material.X_test)), 10)
        assert arrays["units"].shape == (8, 8, 8)
    else:
        assert arrays["outputs"].shape == (p.network.n_outputs, 20, 20)
        assert arrays["units"].shape[0] == 16


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer", "ignore:lbfgs stopped")  # which was intended
@pytest.mark.parametrize(
    "model",
    [
        {},
        {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1},
        {"dropout": 0.2, "activation": "relu", "alpha": 0.01, "l1_ratio": 0.5},
        {"learning_rate": "cosine", "solver": "adamw", "weight_decay": 0.01},
        {"class_weight": "balanced", "label_smoothing": 0.1, "loss": "focal"},
        {"solver": "lbfgs", "alpha": 0.001},
    ],
    ids=lambda model: " ".join(map(str, model.values())) or "default",
)
def test_a_run_is_the_estimators_fit(model):
    setup = DEFAULT.changed(model={**model, "max_iter": 12}, data={"n_rows": 100})
    p = prepared_of(setup)
    run = Run(p)
    while run.advance(5):
        pass
    assert run.epoch == 12
    fitted = p.estimator.fit(p.material.X_train, p.material.y_train)
    for mine, its in zip(run.weights.coefs, fitted.coefs_, strict=True):
        np.testing.assert_array_equal(mine, its)
    header, arrays = decoded(frame(run, Inside(p), View(grid=20), "main", after=None))
    assert header["score"] == pytest.approx(fitted.score(p.material.X_train, p.material.y_train), abs=1e-6)
    low_1, high_1, low_2, high_2 = p.material.box
    corner = np.array([[low_1, high_2], [high_1, low_2]], np.float32)
    shown = arrays["outputs"][-1][[0, -1], [0, -1]]
    np.testing.assert_allclose(shown, fitted.predict_proba(corner)[:, -1], rtol=1e-6, atol=1e-7)


def test_the_default_set_up_is_solved_soon():
    with Audience() as audience:
        start = time.monotonic()
        audience.do(audience.session.set(prepared_of(DEFAULT)))
        audience.do(audience.session.play("full"))
        header, _arrays = audience.until(lambda header: (header.get("test_score") or 0.0) > 0.97)
        assert header["epoch"] < DEFAULT.model.max_iter
        assert time.monotonic() - start < 5.0
