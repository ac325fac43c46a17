"""How a training ends: the reason that the model keeps, and whether it warns."""

import warnings

import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from glassnet import MLPClassifier

X, Y = load_iris(return_X_y=True)


@pytest.mark.parametrize("schedule", ["linear", "cosine", "coslog4"])
def test_schedules_that_end_at_max_iter_do_not_complain_of_it(schedule):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MLPClassifier(learning_rate=schedule, max_iter=5, random_state=0).fit(X, Y)
    assert model.stop_reason_ == "max_iter"


def test_constant_rate_complains():
    with pytest.warns(ConvergenceWarning):
        model = MLPClassifier(max_iter=5, random_state=0).fit(X, Y)
    assert model.stop_reason_ == "max_iter"


def test_callback():
    model = MLPClassifier(max_iter=50, random_state=0, callback=lambda epoch: epoch.epoch == 4).fit(X, Y)
    assert model.stop_reason_ == "listener"
    assert model.n_iter_ == 4


def test_print_shows_layers_and_parameters():
    model = MLPClassifier(hidden_layer_sizes=(7, 5), max_iter=3, learning_rate="linear")
    assert str(model) == repr(model)
    shown = str(model.fit(X, Y))
    assert shown.startswith(repr(model))
    assert "hidden 2" in shown
    assert "93 parameters" in shown  # 4 * 7 + 7 + 7 * 5 + 5 + 5 * 3 + 3
