"""What the playground trains is what the estimators train, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import MLPClassifier, MLPRegressor, engine
from glassnet.playground.material import material_of
from glassnet.playground.preparing import prepare
from glassnet.playground.setup import DEFAULT

CASES = {
    "default": ({}, {}),
    "regression": ({"name": "waves"}, {"loss": "huber", "activation": "relu"}),
    "formula, dropout, schedule": (
        {"name": "rings"},
        {"activation": ["x * tanh(x)", "relu"], "dropout": [0.1, 0.0], "learning_rate": "cosine"},
    ),
    "weights by class": ({"name": "moons"}, {"class_weight": {"0": 2.0, "1": 1.0}, "label_smoothing": 0.1}),
    "sgd, adaptive": ({"name": "xor"}, {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1}),
    "no hidden layer": ({"name": "plane"}, {"hidden_layer_sizes": []}),
    "lbfgs": ({"name": "circle"}, {"solver": "lbfgs"}),
}


@pytest.mark.filterwarnings("ignore:.*hasn't converged.*", "ignore:lbfgs stopped")
@pytest.mark.parametrize("case", CASES)
def test_the_engine_gets_what_fit_would_give_it(case):
    data, model = CASES[case]
    setup = DEFAULT.changed(data={"n_rows": 60, **data}, model={"max_iter": 20, **model})
    prepared = prepare(setup, material_of(setup))
    fit = engine.train(prepared.network, prepared.training, prepared.data, score=prepared.score)

    rows = prepared.material
    estimator = MLPClassifier if rows.task == "classification" else MLPRegressor
    model = estimator(**prepared.estimator.get_params())
    model.fit(rows.X_train, rows.y_train, X_val=rows.X_test, y_val=rows.y_test)
    assert model.network_ == prepared.network
    assert model.training_ == prepared.training
    for learned, trained in zip((*model.coefs_, *model.intercepts_), (*fit.coefs, *fit.intercepts), strict=True):
        np.testing.assert_array_equal(learned, trained)
    np.testing.assert_array_equal(model.loss_curve_, fit.trace.losses)
