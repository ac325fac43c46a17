"""partial_fit and warm_start go on from weights and solver's state."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris

import glassnet as gn
from glassnet.errors import DataError, Diverged, ParameterError, ShapeError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
TARGETS = X[:, :2] ** 2

SOLVERS = ["adam", "adamw", "sgd", "rmsprop", "adagrad"]
COMMON = {"hidden_layer_sizes": 6, "batch_size": 32, "dropout": 0.1, "random_state": 0, "n_iter_no_change": 1000}


def same(one, other):
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.loss_curve_ == other.loss_curve_
    assert one.t_ == other.t_
    np.testing.assert_array_equal(one.trace_.losses, other.trace_.losses)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("schedule", ["constant", "invscaling", "linear", "cosine", "coslog4"])
def test_partial_fits_equal_one_fit(solver, schedule):
    parameters = {**COMMON, "solver": solver, "learning_rate": schedule, "max_iter": 10}
    whole = gn.MLPClassifier(**parameters).fit(X, Y)
    parts = gn.MLPClassifier(**parameters)
    for _ in range(10):
        parts.partial_fit(X, Y, classes=[0, 1, 2])
        assert parts.n_iter_ == 1
    same(whole, parts)


@pytest.mark.parametrize("solver", SOLVERS)
def test_warm_start_equals_one_long_fit(solver):
    whole = gn.MLPRegressor(**COMMON, solver=solver, max_iter=12).fit(X, TARGETS)
    parts = gn.MLPRegressor(**COMMON, solver=solver, max_iter=4, warm_start=True)
    for _ in range(3):
        parts.fit(X, TARGETS)
        assert parts.n_iter_ == 4
    same(whole, parts)


def test_a_pause_in_a_pickle_changes_nothing():
    whole, parts = gn.MLPClassifier(**COMMON), gn.MLPClassifier(**COMMON)
    for _ in range(4):
        whole.partial_fit(X, Y, classes=[0, 1, 2])
        parts = pickle.loads(pickle.dumps(parts)).partial_fit(X, Y, classes=[0, 1, 2])
    same(whole, parts)
    same(copy.deepcopy(parts).partial_fit(X, Y), whole.partial_fit(X, Y))


def test_without_random_state_a_training_keeps_its_seed():
    model = gn.MLPClassifier(5).partial_fit(X, Y, classes=[0, 1, 2])
    seed = model.training_.seed
    assert model.partial_fit(X, Y).training_.seed == seed
    assert model.fit(X, Y).training_.seed != seed


def test_a_schedule_goes_on_over_a_warm_start():
    model = gn.MLPRegressor(**COMMON, max_iter=5, learning_rate="linear", warm_start=True).fit(X, TARGETS)
    first = model.trace_.learning_rates
    model.fit(X, TARGETS)
    second = model.trace_.learning_rates[5:]
    assert (np.diff(first) < 0).all()
    assert (np.diff(second) < 0).all()
    assert (second > 0).all()
    assert second[0] < first[0]


def test_fit_without_warm_start_begins_anew():
    model = gn.MLPClassifier(**COMMON, max_iter=3).fit(X, Y)
    again = clone(model).fit(X, Y)
    same(model.fit(X, Y), again)
    assert len(model.loss_curve_) == 3


def test_fit_then_partial_fit():
    model = gn.MLPClassifier(**COMMON, max_iter=3).fit(X, Y).partial_fit(X, Y)
    same(model, gn.MLPClassifier(**COMMON, max_iter=4).fit(X, Y))


def test_warm_start_of_lbfgs_goes_on_from_the_weights():
    model = gn.MLPRegressor(hidden_layer_sizes=6, solver="lbfgs", max_iter=5, warm_start=True, random_state=0)
    first = model.fit(X, TARGETS).loss_
    assert model.fit(X, TARGETS).loss_ < first
    assert len(model.loss_curve_) == 10


def test_another_solver_starts_with_a_fresh_state():
    model = gn.MLPRegressor(**COMMON, solver="adam", max_iter=3, warm_start=True).fit(X, TARGETS)
    before = model.loss_
    for solver in ("sgd", "lbfgs", "adam"):
        model.set_params(solver=solver).fit(X, TARGETS)
    assert model.loss_ < before


def test_best_of_all_calls_is_kept():
    model = gn.MLPClassifier(5, max_iter=30, early_stopping=True, warm_start=True, random_state=0).fit(X, Y)
    best = model.best_validation_score_
    model.set_params(learning_rate_init=10.0, solver="sgd")
    kept = [coef.copy() for coef in model.coefs_]
    model.fit(X, Y)
    assert model.best_validation_score_ >= best
    assert len(model.validation_scores_) == len(model.loss_curve_)
    assert all(np.isfinite(coef).all() for coef in model.coefs_)
    assert len(kept) == len(model.coefs_)


def test_partial_fit_needs_all_classes_first():
    with pytest.raises(ParameterError, match="classes must be passed on the first call to partial_fit"):
        gn.MLPClassifier(5).partial_fit(X, Y)
    model = gn.MLPClassifier(5).partial_fit(X[:50], Y[:50], classes=[0, 1])
    with pytest.raises(DataError, match=r"classes that the first call did not: 2\. Known: 0, 1"):
        model.partial_fit(X, Y)
    with pytest.raises(DataError, match="Known: 0, 1"):
        model.partial_fit(X[:50], Y[:50], classes=[0, 1, 2])


def test_a_part_need_not_hold_all_classes():
    model = gn.MLPClassifier(5, random_state=0, learning_rate_init=0.05)
    for _ in range(30):
        for part in (Y == 0, Y == 1, Y == 2):
            model.partial_fit(X[part], Y[part], classes=[0, 1, 2])
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.predict_proba(X).shape == (150, 3)


def test_partial_fit_of_labels():
    several = np.column_stack([Y == 0, Y == 1]).astype(int)
    model = gn.MLPClassifier(5, random_state=0)
    for _ in range(2):
        model.partial_fit(X, several, classes=[0, 1])
    assert model.predict(X).shape == (150, 2)
    with pytest.raises(ShapeError, match="an indicator, as in the first call"):
        model.partial_fit(X, Y)
    with pytest.raises(ShapeError, match="labels, as in the first call"):
        gn.MLPClassifier(5).partial_fit(X, Y, classes=[0, 1, 2]).partial_fit(X, several)


def test_unseen_class_in_a_warm_start():
    model = gn.MLPClassifier(5, warm_start=True, max_iter=2).fit(X[:100], Y[:100])
    with pytest.raises(DataError, match="did not: 2"):
        model.fit(X, Y)


@pytest.mark.parametrize("model", [gn.MLPClassifier(solver="lbfgs"), gn.MLPRegressor(solver="lbfgs")])
def test_lbfgs_has_no_partial_fit(model):
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit"):
        model.partial_fit(X, Y)


def test_partial_fit_has_no_early_stopping():
    with pytest.raises(ParameterError, match="early_stopping must be False for partial_fit"):
        gn.MLPRegressor(early_stopping=True).partial_fit(X, Y)


@pytest.mark.parametrize(
    ("parameters", "match"),
    [({"hidden_layer_sizes": 7}, "hidden_layer_sizes"), ({"hidden_layer_sizes": (6, 6)}, "hid")],
)
def test_another_network_cannot_go_on(parameters, match):
    model = gn.MLPRegressor(**COMMON, max_iter=2, warm_start=True).fit(X, TARGETS)
    with pytest.raises(ParameterError, match=match):
        model.set_params(**parameters).fit(X, TARGETS)


def test_other_data_cannot_go_on():
    model = gn.MLPRegressor(**COMMON).partial_fit(X, TARGETS)
    with pytest.raises(ValueError, match="X has 3 features, but MLPRegressor is expecting 4"):
        model.partial_fit(X[:, :3], TARGETS)
    with pytest.raises(ShapeError, match=r"y must have shape \(n_samples, 2\)"):
        model.partial_fit(X, TARGETS[:, 0])


def test_the_float_type_of_the_first_call_stays():
    model = gn.MLPRegressor(**COMMON).partial_fit(X.astype(np.float32), TARGETS).partial_fit(X, TARGETS)
    assert model.coefs_[0].dtype == np.float32


def test_a_continued_training_that_diverges_leaves_the_model_as_it_was():
    model = gn.MLPRegressor(**COMMON, solver="sgd", max_iter=3, warm_start=True).fit(X, TARGETS)
    expected, curve = model.predict(X), list(model.loss_curve_)
    with pytest.raises(Diverged):
        model.fit(X, TARGETS * 1e200)
    np.testing.assert_array_equal(model.predict(X), expected)
    assert model.loss_curve_ == curve
