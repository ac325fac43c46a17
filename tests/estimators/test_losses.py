"""Training with every loss of the catalog: what it aims at, what it decides, and what it refuses."""

from __future__ import annotations

import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import ParameterError
from glassnet.estimators import translate

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(300, 2))
SIDE = np.where(X[:, 0] + 0.5 * X[:, 1] > 0, "yes", "no")
THIRD = np.digitize(X[:, 0], [-0.5, 0.5])
NUMBER = np.maximum(2.0 + X[:, 0] + RANDOM.exponential(1.0, 300), 0.0)

FOR_NUMBERS = [loss.name for loss in gn.losses if translate.for_numbers(loss)]
FOR_CLASSES = [loss.name for loss in gn.losses if translate.for_classes(loss)]
SETTINGS = {"hidden_layer_sizes": (), "solver": "lbfgs", "alpha": 1e-3, "random_state": 0, "max_iter": 2000}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_every_loss_but_those_of_log_probabilities_is_for_some_estimator():
    assert {*FOR_NUMBERS, *FOR_CLASSES} == {loss.name for loss in gn.losses if loss.trainable}
    assert not gn.losses.nll.trainable


@pytest.mark.parametrize("loss", FOR_NUMBERS)
def test_regression_learns_with_every_loss_for_numbers(loss):
    model = gn.MLPRegressor(loss, **SETTINGS).fit(X, NUMBER)
    assert model.score(X, NUMBER) > 0.3
    assert model.loss_ == pytest.approx(gn.losses[loss](model._scores(X), NUMBER[:, None]), abs=1e-2)


def test_quantiles_are_quantiles():
    for level in (0.1, 0.5, 0.9):
        model = gn.MLPRegressor(gn.loss("quantile", level=level), **SETTINGS).fit(X, NUMBER)
        assert np.mean(model.predict(X) > NUMBER) == pytest.approx(level, abs=0.03)


def test_the_half_does_not_change_the_optimum():
    half, whole = (
        gn.MLPRegressor(loss, **{**SETTINGS, "alpha": alpha}, tol=1e-12).fit(X, NUMBER)
        for loss, alpha in (("squared_error", 0.5), ("mse", 1.0))
    )
    np.testing.assert_allclose(half.coefs_[0], whole.coefs_[0], rtol=1e-5)
    assert whole.loss_ == pytest.approx(2 * half.loss_, rel=1e-9)


@pytest.mark.parametrize("loss", FOR_CLASSES)
@pytest.mark.parametrize("y", [SIDE, THIRD], ids=["two", "three"])
def test_classification_learns_with_every_loss_for_classes(loss, y):
    model = gn.MLPClassifier(loss=loss, **SETTINGS).fit(X, y)
    # A straight line through the numbers of three classes, one against the rest, can't find the middle one.
    assert model.score(X, y) > (0.9 if len(model.classes_) == 2 else 0.6)
    assert hasattr(model, "predict_proba") == (model.out_activation_ in ("logistic", "softmax"))
    if hasattr(model, "predict_proba"):
        np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_hinge_decides_by_the_sign_and_has_no_probabilities(loss):
    model = gn.MLPClassifier(loss=loss, **SETTINGS).fit(X, SIDE)
    np.testing.assert_array_equal(model.predict(X), np.where(model.decision_function(X) > 0, "yes", "no"))
    np.testing.assert_array_equal(model.decision_function(X), model._scores(X)[:, 0])
    for name in ("predict_proba", "predict_log_proba"):
        with pytest.raises(AttributeError) as caught:
            getattr(model, name)
        reason = f"The loss {loss} has the link identity, which gives scores to decide by"
        assert reason in str(caught.value.__cause__)
    assert not hasattr(gn.MLPClassifier(loss=loss), "predict_proba")


def test_hinge_finds_the_widest_margin():
    """That of a support vector machine without hidden layers."""
    from sklearn.svm import LinearSVC

    theirs = LinearSVC(loss="squared_hinge", C=0.05, tol=1e-10, max_iter=100_000).fit(X, SIDE)
    # Theirs penalizes the bias too, as the weight of a column of ones.
    ones = np.column_stack([X, np.ones(300)])
    model = gn.MLPClassifier(
        loss="squared_hinge", **{**SETTINGS, "alpha": 1 / 0.05}, tol=1e-12, bias_initializer="zeros"
    ).fit(ones, SIDE)
    ours = model.coefs_[0].ravel()
    np.testing.assert_allclose(ours[:2], theirs.coef_[0], rtol=0.05)


def test_validation_accuracy_of_the_engine_is_that_of_predict():
    for loss in ("hinge", "focal", "squared_error", "softmax_focal", "kl_divergence"):
        for y in (SIDE, THIRD):
            model = gn.MLPClassifier(8, loss=loss, random_state=0, max_iter=3).fit(
                X[:200], y[:200], X_val=X[200:], y_val=y[200:]
            )
            assert model.validation_scores_[-1] == pytest.approx(model.score(X[200:], y[200:]), abs=1e-12)


def test_several_labels():
    labels = np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(int)
    for loss in ("focal", "hinge"):
        model = gn.MLPClassifier(loss=loss, **SETTINGS).fit(X, labels)
        assert model.score(X, labels) > 0.9


@pytest.mark.parametrize(
    ("model", "loss", "usable"),
    [
        (gn.MLPRegressor, "nll", ("squared_error", "poisson")),
        (gn.MLPRegressor, "hinge", ("squared_error", "poisson")),
        (gn.MLPRegressor, "binary_cross_entropy", ("squared_error", "poisson")),
        (gn.MLPClassifier, "nll", ("log_loss", "squared_error")),
        (gn.MLPClassifier, "poisson", ("log_loss", "squared_error")),
    ],
)
def test_losses_of_another_task_are_refused(model, loss, usable):
    message = f'^loss must be one of {usable[0]}, .*{usable[1]}.*; got "{loss}"'
    with pytest.raises(ParameterError, match=message) as caught:
        model(loss=loss).fit(X, SIDE if model is gn.MLPClassifier else NUMBER)
    assert not re.search(rf"one of .*\b{loss}\b.*;", str(caught.value))


@pytest.mark.parametrize("loss", [loss.name for loss in gn.losses if loss.trainable])
def test_a_model_is_stored_with_its_loss(loss, tmp_path):
    entry = gn.losses[loss]
    if entry.declared:
        entry = entry.with_parameters(**dict.fromkeys(entry.declared, 0.3))
    numbers = translate.for_numbers(entry)
    kind, y = (gn.MLPRegressor, NUMBER) if numbers else (gn.MLPClassifier, THIRD)
    model = kind(hidden_layer_sizes=3, loss=entry, max_iter=2, random_state=0).fit(X, y)
    model.save(tmp_path / "m.glass")
    again = gn.load(tmp_path / "m.glass")
    assert again.network_.loss == entry
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


@pytest.mark.parametrize("loss", FOR_NUMBERS)
def test_tables_of_numbers(loss):
    table = {"a": X[:, 0].tolist(), "b": X[:, 1].tolist(), "y": NUMBER.tolist()}
    model = gn.fit(table, "y", loss=loss, max_iter=15, verbose=False)
    assert model.evaluation_.metrics["r2"] > 0.2


@pytest.mark.parametrize("loss", FOR_CLASSES)
def test_tables_of_classes(loss):
    table = {"a": X[:, 0].tolist(), "b": X[:, 1].tolist(), "y": SIDE.tolist()}
    model = gn.fit(table, "y", loss=loss, max_iter=15, verbose=False)
    metrics = model.evaluation_.metrics
    assert metrics["accuracy"] > 0.8
    assert (metrics["log_loss"] is None) == (model.network_.loss.link == "identity")
    assert metrics["roc_auc"] > 0.85
