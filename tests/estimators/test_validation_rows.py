"""Rows to judge by: given as X_val, or set aside by early_stopping."""

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification, make_regression
from sklearn.metrics import log_loss

import glassnet as gn
from glassnet.errors import DataError, ParameterError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
TRAIN, JUDGE = np.arange(150) % 3 > 0, np.arange(150) % 3 == 0


def fitted(cls=gn.MLPClassifier, X=X, y=Y, weight=None, **parameters):
    model = cls(**{"hidden_layer_sizes": 5, "max_iter": 30, "random_state": 0, **parameters})
    n = len(y)
    train, judge = TRAIN[:n], JUDGE[:n]
    weight_val = None if weight is None else weight[judge]
    return model.fit(X[train], y[train], X_val=X[judge], y_val=y[judge], sample_weight_val=weight_val)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("labels", [np.array([0, 1, 2]), np.array(["a", "b", "c"])])
def test_classes(solver, weighted, labels):
    weight = np.random.RandomState(0).uniform(size=150) if weighted else None
    y = labels[Y]
    model = fitted(y=y, weight=weight, solver=solver)
    weight_val = None if weight is None else weight[JUDGE]
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[JUDGE], y[JUDGE], weight_val))
    expected = log_loss(y[JUDGE], model.predict_proba(X[JUDGE]), sample_weight=weight_val)
    assert model.validation_loss_curve_[-1] == pytest.approx(expected)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("parameters", [{"label_smoothing": 0.2}, {"output_activation": "sigmoid"}, {"loss": "mse"}])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_score_is_that_of_predict_whatever_the_targets_are(solver, parameters, n_classes):
    y = np.minimum(Y, n_classes - 1)
    model = fitted(y=y, solver=solver, **parameters)
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[JUDGE], y[JUDGE]))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_labels(solver):
    X, y = make_multilabel_classification(n_samples=120, n_features=6, n_classes=3, random_state=0)
    X = X / X.std()
    model = fitted(X=X, y=y, solver=solver)
    judge = JUDGE[:120]
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[judge], y[judge]))
    p, t = model.predict_proba(X[judge]), y[judge]
    expected = -np.mean(np.sum(t * np.log(p) + (1 - t) * np.log(1 - p), axis=1))
    assert model.validation_loss_curve_[-1] == pytest.approx(expected)


@pytest.mark.parametrize("n_targets", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_numbers(n_targets, weighted, loss):
    X, y = make_regression(n_samples=90, n_features=4, n_targets=n_targets, random_state=0)
    y = np.abs(y / y.std())
    weight = np.random.RandomState(0).uniform(size=90) if weighted else None
    model = fitted(gn.MLPRegressor, X=X, y=y, weight=weight, loss=loss)
    judge = JUDGE[:90]
    weight_val = None if weight is None else weight[judge]
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[judge], y[judge], weight_val), abs=1e-9)
    if loss == "squared_error":
        errors = 0.5 * (model.predict(X[judge]) - y[judge]).reshape(len(y[judge]), -1) ** 2
        expected = np.average(errors.sum(axis=1), weights=weight_val)
        assert model.validation_loss_curve_[-1] == pytest.approx(expected)


def test_given_rows_are_recorded_but_change_nothing_without_early_stopping():
    judged = fitted()
    plain = gn.MLPClassifier(5, max_iter=30, random_state=0).fit(X[TRAIN], Y[TRAIN])
    assert plain.validation_scores_ is None
    assert len(judged.validation_scores_) == 30
    assert judged.best_validation_score_ == max(judged.validation_scores_)
    assert judged.best_loss_ == min(judged.loss_curve_)
    for ours, theirs in zip(judged.coefs_, plain.coefs_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_early_stopping_keeps_the_best_weights_of_the_given_rows():
    model = fitted(early_stopping=True, learning_rate_init=0.1, max_iter=300, n_iter_no_change=5)
    assert model.n_iter_ < 300
    assert model.t_ == model.n_iter_ * TRAIN.sum()  # nothing is set aside
    assert model.score(X[JUDGE], Y[JUDGE]) == pytest.approx(model.best_validation_score_)
    assert model.trace_.validation_scores.max() == model.best_validation_score_


def test_rows_set_aside_are_stratified_and_the_same_on_each_call(monkeypatch):
    from glassnet.estimators import validation

    seen = []
    original = validation.split_rows

    def spy(*arguments):
        seen.append(original(*arguments))
        return seen[-1]

    monkeypatch.setattr(validation, "split_rows", spy)
    model = gn.MLPClassifier(5, max_iter=3, early_stopping=True, validation_fraction=0.2, warm_start=True)
    model.fit(X, Y)
    model.fit(X, Y)
    (train, judge), (train_again, judge_again) = seen
    assert np.bincount(Y[judge]).tolist() == [10, 10, 10]
    assert sorted([*train, *judge]) == list(range(150))
    # Otherwise rows that were trained on would judge the continued training.
    np.testing.assert_array_equal(train, train_again)
    np.testing.assert_array_equal(judge, judge_again)


def test_too_few_rows_to_judge_by():
    with pytest.raises(DataError, match="at least two rows"):
        gn.MLPRegressor(early_stopping=True, validation_fraction=0.1).fit(X[:9], X[:9, 0])
    # One row of each class is needed; scikit-learn says so.
    with pytest.raises(ValueError, match="number of classes"):
        gn.MLPClassifier(early_stopping=True, validation_fraction=0.01).fit(X, Y)
    with pytest.raises(ValueError, match=r"populated class|member"):
        gn.MLPClassifier(early_stopping=True).fit(X[:60], np.arange(60) < 1)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"X_val": X}, ParameterError, "y_val must be given"),
        ({"y_val": Y}, ParameterError, "X_val must be given"),
        ({"X_val": X[:, :2], "y_val": Y}, ValueError, "2 features, but MLPClassifier is expecting 4"),
        ({"X_val": X, "y_val": Y[:9]}, ValueError, "inconsistent numbers of samples"),
        ({"X_val": X, "y_val": Y + 1}, DataError, "classes that the first call did not: 3"),
        ({"X_val": X, "y_val": Y, "sample_weight_val": np.ones(9)}, DataError, "sample_weight_val must have shape"),
        ({"X_val": X, "y_val": Y, "sample_weight_val": -np.ones(150)}, DataError, "sample_weight_val must hold"),
        ({"X_val": np.where(X[5, 2] == X, np.nan, X), "y_val": Y}, DataError, "row 5, column 2 is NaN"),
    ],
)
def test_rows_that_do_not_fit(arguments, error, match):
    with pytest.raises(error, match=match):
        gn.MLPClassifier(5, max_iter=2).fit(X, Y, **arguments)


def test_numbers_with_other_columns_do_not_fit():
    with pytest.raises(DataError, match="y must have shape"):
        gn.MLPRegressor(hidden_layer_sizes=5, max_iter=2).fit(X, X[:, :2], X_val=X, y_val=X[:, :3])


def test_lbfgs_ignores_early_stopping():
    stopping = gn.MLPClassifier(5, solver="lbfgs", max_iter=20, random_state=0, early_stopping=True).fit(X, Y)
    plain = gn.MLPClassifier(5, solver="lbfgs", max_iter=20, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(stopping.coefs_[0], plain.coefs_[0])
    assert stopping.best_loss_ == plain.best_loss_
