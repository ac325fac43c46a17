"""Fitted attributes: scikit-learn's with scikit-learn's meaning, and those beyond."""

import numpy as np
import pandas as pd
import pytest
from sklearn import neural_network
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

import glassnet as gn
from glassnet.network import NetworkSpec, TrainingSpec

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)

SETTINGS = [
    {"solver": "adam"},
    {"solver": "sgd", "early_stopping": True},
    {"solver": "lbfgs"},
    {"solver": "lbfgs", "early_stopping": True},
]


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
@pytest.mark.parametrize("parameters", SETTINGS)
def test_every_attribute_of_scikit_learn_is_there(name, parameters):
    parameters = {"hidden_layer_sizes": (5, 4), "max_iter": 20, "random_state": 0, **parameters}
    theirs = getattr(neural_network, name)(**parameters).fit(X, Y)
    ours = getattr(gn, name)(**parameters).fit(X, Y)
    for attribute, value in vars(theirs).items():
        if attribute.startswith("_") or not attribute.endswith("_"):
            continue
        found = getattr(ours, attribute)
        assert type(found) is type(value) or {type(found), type(value)} <= {float, np.float64, int}, attribute
        if attribute in ("n_features_in_", "n_layers_", "n_outputs_", "out_activation_", "classes_"):
            np.testing.assert_array_equal(found, value)
        if attribute in ("coefs_", "intercepts_"):
            assert [a.shape for a in found] == [a.shape for a in value]
            assert [a.dtype for a in found] == [a.dtype for a in value]


def test_counters_and_curves_without_early_stopping():
    model = gn.MLPClassifier(5, max_iter=20, random_state=0).fit(X, Y)
    assert model.n_iter_ == len(model.loss_curve_) == len(model.trace_) == 20
    assert model.t_ == 20 * 150
    assert model.loss_ == model.loss_curve_[-1]
    assert model.best_loss_ == min(model.loss_curve_)
    assert model.validation_scores_ is None
    assert model.best_validation_score_ is None
    assert model.validation_loss_curve_ is None


def test_counters_and_curves_with_early_stopping():
    model = gn.MLPClassifier(5, max_iter=20, random_state=0, early_stopping=True).fit(X, Y)
    assert model.t_ == model.n_iter_ * 135  # 15 rows are set aside
    assert model.best_loss_ is None
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == model.n_iter_
    assert model.best_validation_score_ == max(model.validation_scores_)


def test_lbfgs_counts_iterations_and_no_rows():
    model = gn.MLPClassifier(5, solver="lbfgs", max_iter=7, random_state=0).fit(X, Y)
    assert model.n_iter_ == 7
    assert model.t_ == 0
    assert model.loss_ == model.loss_curve_[-1] == model.best_loss_


def test_loss_is_that_of_the_rows():
    model = gn.MLPClassifier(5, solver="lbfgs", alpha=0.5, random_state=0).fit(X, Y)
    log_loss = -model.predict_log_proba(X)[np.arange(150), Y].mean()
    penalty = 0.25 * sum(np.sum(coef**2) for coef in model.coefs_) / 150
    assert model.loss_ == pytest.approx(log_loss + penalty, rel=1e-9)


def test_specifications_say_what_was_done():
    model = gn.MLPClassifier((5, 4), activation="tanh", solver="sgd", max_iter=3, random_state=0).fit(X, Y)
    assert isinstance(model.network_, NetworkSpec)
    assert [layer.units for layer in model.network_.layers] == [5, 4, 3]
    assert model.network_.loss == gn.losses.softmax_cross_entropy
    assert isinstance(model.training_, TrainingSpec)
    assert (model.training_.solver, model.training_.max_iter) == ("sgd", 3)


def test_names_of_columns():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = gn.MLPClassifier(5, max_iter=2, random_state=0).fit(frame, Y)
    assert model.feature_names_in_.tolist() == list("abcd")
    expected = gn.MLPClassifier(5, max_iter=2, random_state=0).fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(model.predict_proba(frame), expected)
    with pytest.warns(UserWarning, match="valid feature names"):
        model.predict(X)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"a": "z"}))


def test_same_seed_same_weights():
    first, again, other = (gn.MLPClassifier(5, max_iter=5, random_state=seed).fit(X, Y) for seed in (3, 3, 4))
    for a, b, c in zip(first.coefs_, again.coefs_, other.coefs_, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)
    assert first.training_.seed != other.training_.seed
    assert first.training_.seed >= 2**32  # all 64 bits are drawn


def test_a_random_state_moves_on():
    state = np.random.RandomState(0)
    seeds = {gn.MLPClassifier(5, max_iter=1, random_state=state).fit(X, Y).training_.seed for _ in range(3)}
    assert len(seeds) == 3


def test_reaching_max_iter_is_told_where_fit_was_called():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached") as record:
        gn.MLPClassifier(5, max_iter=3).fit(X, Y)
    assert record[0].filename == __file__
    with pytest.warns(ConvergenceWarning, match="lbfgs stopped after 3 iterations") as record:
        gn.MLPClassifier(5, solver="lbfgs", max_iter=3).fit(X, Y)
    assert record[0].filename == __file__


@pytest.mark.filterwarnings("error")
def test_a_fit_that_converges_is_silent():
    gn.MLPClassifier(20, max_iter=2000, random_state=0, learning_rate_init=0.05, tol=1e-3).fit(X, Y)
    gn.MLPClassifier(5, solver="lbfgs", max_iter=500, random_state=0).fit(X, Y)
    gn.MLPClassifier(5, max_iter=100, random_state=0, early_stopping=True, n_iter_no_change=3).fit(X, Y)


def test_callback_sees_each_epoch_and_may_stop():
    seen = []

    def listen(epoch):
        seen.append((epoch.epoch, epoch.loss))
        return epoch.epoch == 4

    model = gn.MLPClassifier(5, random_state=0, callback=listen).fit(X, Y)
    assert [number for number, _ in seen] == [1, 2, 3, 4]
    assert [loss for _, loss in seen] == model.loss_curve_
    assert model.n_iter_ == 4


def test_error_in_a_callback_comes_out():
    def listen(epoch):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        gn.MLPClassifier(5, callback=listen).fit(X, Y)
    with pytest.raises(RuntimeError, match="mine"):
        gn.MLPClassifier(5, callback=listen, solver="lbfgs").fit(X, Y)


def test_verbose_prints_scikit_learns_lines(capsys):
    model = gn.MLPClassifier(5, max_iter=3, verbose=True, early_stopping=True, random_state=0).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[::2] == [f"Iteration {i + 1}, loss = {loss:.8f}" for i, loss in enumerate(model.loss_curve_)]
    assert lines[1::2] == [f"Validation score: {score:f}" for score in model.validation_scores_]


def test_verbose_says_why_training_ended(capsys):
    gn.MLPClassifier(5, verbose=1, tol=10, n_iter_no_change=2).fit(X, Y)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Training loss did not improve more than tol=10.000000 for 2 consecutive epochs. Stopping."
    )
    gn.MLPClassifier(5, verbose=True, tol=10, n_iter_no_change=2, early_stopping=True).fit(X, Y)
    assert capsys.readouterr().out.splitlines()[-1].startswith("Validation score did not improve more than tol=10")
    model = gn.MLPClassifier(5, solver="sgd", learning_rate="adaptive", verbose=True, tol=10, n_iter_no_change=2)
    model.fit(X, Y)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Setting")]
    assert printed[:2] == ["Setting learning rate to 0.000200", "Setting learning rate to 0.000040"]


def test_coefs_may_be_changed():
    model = gn.MLPRegressor(hidden_layer_sizes=5, solver="lbfgs", random_state=0).fit(X, Y)
    model.predict(X)
    model.coefs_ = [np.zeros_like(coef) for coef in model.coefs_]
    model.intercepts_[-1][:] = 7
    np.testing.assert_array_equal(model.predict(X), np.full(150, 7.0))
    model.intercepts_[-1][:] = 8
    np.testing.assert_array_equal(model.predict(X), np.full(150, 8.0))
    model.intercepts_[-1] = np.array([9.0])
    np.testing.assert_array_equal(model.predict(X), np.full(150, 9.0))


def test_predictions_may_be_made_by_several_threads():
    from concurrent.futures import ThreadPoolExecutor

    model = gn.MLPClassifier(50, max_iter=2, random_state=0).fit(X, Y)
    expected = gn.MLPClassifier(50, max_iter=2, random_state=0).fit(X, Y).predict_proba(X)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: model.predict_proba(X), range(200)):
            np.testing.assert_array_equal(found, expected)
