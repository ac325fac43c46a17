"""What the playground trains is what the estimators train, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import MLPClassifier, MLPRegressor, engine
from glassnet.errors import SetupError
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


@pytest.mark.parametrize(
    ("data", "model", "where", "words"),
    [
        ({}, {"loss": "poisson"}, "model.loss", "one of auto, log_loss"),
        ({}, {"output_activation": "exp"}, "model.output_activation", "softmax"),
        ({}, {"loss": "hinge", "output_activation": "sigmoid"}, "model.output_activation", "the link of hinge"),
        ({}, {"solver": "lbfgs", "l1_ratio": 0.5, "alpha": 0.1}, "model.l1_ratio", "lbfgs"),
        ({}, {"class_weight": {"2": 1.0}}, "model.class_weight", "one of 0, 1"),
        ({"name": "waves"}, {"loss": "log_loss"}, "model.loss", "one of auto, squared_error"),
        ({"name": "waves"}, {"loss": "poisson"}, "model.loss", "at least 0"),
    ],
)
def test_what_does_not_go_together_is_named_with_its_place(data, model, where, words):
    setup = DEFAULT.changed(data=data, model=model)
    with pytest.raises(SetupError, match=words) as caught:
        prepare(setup, material_of(setup))
    assert caught.value.where == where


def test_choices_say_what_was_chosen_and_why():
    def told(data, **model):
        setup = DEFAULT.changed(data=data, model=model)
        prepared = prepare(setup, material_of(setup))
        return {choice.name: (choice.value, choice.reason) for choice in prepared.choices}

    spiral = told({})
    assert spiral["task"][0] == "two classes"
    assert spiral["output"][0] == "sigmoid"
    assert "probability of the second" in spiral["output"][1]
    assert spiral["loss"][0] == "binary_cross_entropy"
    assert "p − t" in spiral["loss"][1]
    rings = told({"name": "rings", "n_classes": 3}, loss="softmax_focal", learning_rate="adaptive", batch_size=4000)
    assert rings["task"][0] == "3 classes"
    assert rings["output"][0] == "softmax"
    assert rings["loss"] == ("softmax_focal", "asked for")
    assert rings["schedule"] == ("constant", '"adaptive" acts with the solver "sgd" only')
    assert rings["batch"] == ("350 rows", "there are not more to learn from")
    assert told({"name": "waves"})["output"] == ("identity", "any number may come out")
    assert told({}, initializer="zeros")["first weights"][1].startswith("all units of a layer would learn the same")
    assert told({}, solver="lbfgs")["batch"][0] == "all rows"
