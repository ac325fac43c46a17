"""Plain arrays are not asked about at length, and come to the same as everything that is."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from glassnet import MLPClassifier, MLPRegressor
from glassnet.estimators.fitted import drawn_seed

SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 0, "tol": 0.0, "n_iter_no_change": 10}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def rows(dtype="float64"):
    X = np.random.default_rng(0).normal(size=(30, 3)).astype(dtype)
    return X, np.arange(30) % 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_other_layouts_give_the_same_weights(dtype):
    X, y = rows(dtype)
    plain = MLPClassifier(**SMALL).fit(X, y)
    for other_X, other_y in ((np.asfortranarray(X), y), (X, y.tolist()), (X[::-1][::-1], y), (X, y.reshape(-1))):
        other = MLPClassifier(**SMALL).fit(other_X, other_y)
        assert all(np.array_equal(a, b) for a, b in zip(plain.coefs_, other.coefs_, strict=True))
    assert plain.n_features_in_ == 3


def test_a_batch_of_all_rows_is_not_shuffled():
    X, y = rows()
    for batch_size, same in ((30, True), ("auto", True), (15, False)):
        one, other = (
            MLPClassifier(**SMALL, batch_size=batch_size, shuffle=shuffle).fit(X, y) for shuffle in (True, False)
        )
        assert np.array_equal(one.coefs_[0], other.coefs_[0]) == same


def test_names_of_an_earlier_table_are_forgotten():
    pd = pytest.importorskip("pandas")
    X, y = rows()
    model = MLPClassifier(**SMALL).fit(pd.DataFrame(X, columns=["a", "b", "c"]), y)
    assert hasattr(model, "feature_names_in_")
    model.fit(X, y)
    assert not hasattr(model, "feature_names_in_")


@pytest.mark.parametrize("estimator", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_found(estimator, bad):
    X, y = rows()
    X[7, 1] = bad
    with pytest.raises(ValueError, match="row 7"):
        estimator(**SMALL).fit(X, y.astype(float) if estimator is MLPRegressor else y)


def test_numbers_that_are_not_finite_are_found():
    X, y = rows()
    target = y.astype(float)
    target[5] = np.nan
    with pytest.raises(ValueError, match=r"NaN|row 5"):
        MLPRegressor(**SMALL).fit(X, target)


def test_sums_may_overflow():
    X, y = rows()
    X[:, 0] = 1e308  # finite, and their sum is not
    assert MLPClassifier(**SMALL, learning_rate_init=1e-300).fit(X, y).n_features_in_ == 3


@pytest.mark.parametrize("change", ["width", "rows", "empty", "type"])
def test_what_does_not_fit_is_refused(change):
    X, y = rows()
    model = MLPClassifier(**SMALL, warm_start=True).fit(X, y)
    bad_X, bad_y = {
        "width": (np.ascontiguousarray(X[:, :2]), y),
        "rows": (X[:-1].copy(), y),
        "empty": (X[:0], y[:0]),
        "type": (X, y),
    }[change]
    if change == "type":
        model.set_params(dtype="float16")
    with pytest.raises(ValueError, match=r"X has 2 features|inconsistent|minimum of 1|dtype must"):
        model.fit(bad_X, bad_y)


def test_scores_are_those_of_scikit_learn():
    X, y = rows()
    model = MLPClassifier(**SMALL).fit(X, y)
    weight = np.random.default_rng(1).random(30)
    expected = accuracy_score(y, model.predict(X))
    assert 0 < expected < 1
    assert model.score(X, y) == model.score(X, y.tolist()) == model.score(X, y.astype(np.int32)) == expected
    assert model.score(X, y, weight) == accuracy_score(y, model.predict(X), sample_weight=weight)
    assert model.score(X, np.full(30, 9)) == 0
    with pytest.raises(ValueError, match="inconsistent"):
        model.score(X, y[:-1])
    words = np.array(["a", "b", "c"])[y]
    assert MLPClassifier(**SMALL).fit(X, words).score(X, words) == expected


def test_a_score_predicts_once(monkeypatch):
    X, y = rows()
    model = MLPClassifier(**SMALL).fit(X, y)
    predict, calls = model.predict, []
    monkeypatch.setattr(model, "predict", lambda rows: calls.append(1) or predict(rows))
    for labels in (y, y.tolist(), y.astype(np.int32)):
        model.score(X, labels)
    assert len(calls) == 3


def test_a_subclass_has_its_own_parameters():
    class Wide(MLPClassifier):
        def __init__(self, width=7):
            super().__init__((width,), max_iter=1)
            self.width = width

    assert Wide().get_params() == {"width": 7}
    assert "alpha" in MLPClassifier().get_params()


def test_the_seed_of_a_number_is_that_of_its_generator():
    X, y = rows()
    one, other = (MLPClassifier(**SMALL | {"random_state": s}).fit(X, y) for s in (5, np.random.RandomState(5)))
    assert one.training_.seed == other.training_.seed == drawn_seed(5)
    with pytest.raises(ValueError, match=r"random_state|Seed"):
        MLPClassifier(**SMALL | {"random_state": -1}).fit(X, y)
