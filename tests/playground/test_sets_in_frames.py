"""Each set of data that is there can be trained and shown; a run is the estimator's fit."""

from __future__ import annotations

import json
import time
from random import Random

import numpy as np
import pytest
from tests.patience import quickest
from tests.playground.decoding import decoded
from tests.playground.test_session import Audience

from glassnet.catalog import ACTIVATIONS, OPTIMIZERS, SCHEDULES
from glassnet.errors import SetupError
from glassnet.playground.data import SETS
from glassnet.playground.found import findings
from glassnet.playground.frames import View, data_message, frame
from glassnet.playground.inside import Inside
from glassnet.playground.material import material_of
from glassnet.playground.preparing import losses_for, prepare
from glassnet.playground.run import Run
from glassnet.playground.setup import DEFAULT, Setup

MADE = [name for name, one in SETS.items() if one.described()["kind"] in ("made", "digits")]
HIDDEN = [one.name for one in ACTIVATIONS if one.hidden] + ["x * sigmoid(x)", "max(x, -1)", "sin(x) + x"]


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
    def seconds_to_solve():
        with Audience() as audience:
            start = time.monotonic()
            audience.do(audience.session.set(prepared_of(DEFAULT)))
            audience.do(audience.session.play("full"))
            header, _arrays = audience.until(lambda header: (header.get("test_score") or 0.0) > 0.97)
            assert header["epoch"] < DEFAULT.model.max_iter
            return time.monotonic() - start

    assert quickest(seconds_to_solve, below=5.0) < 5.0


def drawn(random):
    """Draw a set-up from all that a page can ask for."""
    choose = random.choice
    name = choose(MADE)
    task = SETS[name].described()["task"]
    n_hidden = random.randrange(5)
    model = {
        "hidden_layer_sizes": [random.randint(1, 12) for _ in range(n_hidden)],
        "activation": [choose(HIDDEN) for _ in range(n_hidden)],
        "solver": choose(OPTIMIZERS.names),
        "learning_rate": choose(SCHEDULES.names),
        "learning_rate_init": 10 ** random.uniform(-4, 1.5),
        "alpha": choose([0, 0.01, 1]),
        "dropout": choose([0, 0, 0.3]),
        "loss": choose(["auto", *losses_for(task)]),
        "batch_size": choose([1, 8, 32, 500]),
        "max_iter": choose([5, 30]),
        "initializer": choose(["auto", "zeros", "glorot_uniform", "orthogonal"]),
        "random_state": random.randrange(6),
    }
    data = {
        "name": name,
        "n_rows": choose([20, 60, 150]),
        "noise": random.random(),
        "test_share": choose([0.05, 0.5, 0.95]),
    }
    return {"data": data, "model": model}


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=[pytest.mark.slow] * (seed > 0)) for seed in range(10)])
def test_whatever_can_be_set_up_is_shown_and_rewound(seed):
    random, shown = Random(seed), 0
    for _ in range(25):
        setup = drawn(random)
        try:
            p = prepared_of(Setup.from_json(setup))
        except SetupError:
            continue  # parts that do not go together are refused in words
        run, inside = Run(p), Inside(p)
        for epochs in (0, 1, 9):
            run.advance(epochs)
            header, _arrays = decoded(frame(run, inside, View(grid=20), "main", after=None))
            assert header["epoch"] == run.epoch
            json.dumps(findings(run), allow_nan=False)
        at, coefs = run.epoch, run.weights.coefs
        run.go_to(at // 2)
        run.go_to(0)
        run.go_to(at)
        assert run.epoch == at
        for mine, its in zip(run.weights.coefs, coefs, strict=True):
            np.testing.assert_array_equal(mine, its, str(setup))
        shown += 1
    assert shown > 15
