"""What people get wrong in their data, and what they are told: what must hold, what came, and where."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

import glassnet as gn
from glassnet.errors import DataError, Diverged, DivergedWarning, GlassnetError, ScalingWarning

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
ESTIMATORS = [gn.MLPClassifier, gn.MLPRegressor]


def small(cls, **parameters):
    return cls(**{"hidden_layer_sizes": 5, "max_iter": 2, "random_state": 0, **parameters})


def spoiled(value, row=7, column=2):
    spoilt = X.copy()
    spoilt[row, column] = value
    return spoilt


@pytest.mark.parametrize("cls", ESTIMATORS)
@pytest.mark.parametrize(
    ("value", "shown"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "-infinity")], ids=["nan", "inf", "-inf"]
)
@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist, scipy.sparse.csr_matrix, scipy.sparse.coo_array])
def test_values_that_are_not_finite_are_located(cls, value, shown, form):
    model = small(cls).fit(X, Y)
    for act in (
        lambda rows: small(cls).fit(rows, Y),
        lambda rows: small(cls).partial_fit(rows, Y, **({"classes": [0, 1, 2]} if cls is gn.MLPClassifier else {})),
        model.predict,
    ):
        with pytest.raises(DataError, match=f"X must be finite; row 7, column 2 is {shown}"):
            act(form(spoiled(value)))


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba", "decision_function"])
def test_values_that_cancel_in_a_sum_are_found(method):
    rows = spoiled(np.inf)
    rows[8, 2] = -np.inf
    model = small(gn.MLPClassifier).fit(X, Y)
    with pytest.raises(DataError, match="row 7, column 2 is infinity"):
        getattr(model, method)(rows)


def test_finite_values_may_have_an_infinite_sum():
    model = small(gn.MLPRegressor).fit(X, Y)
    assert np.isfinite(model.predict(np.full((3, 4), 1e308 / 100))).all()
    assert model.predict(np.full((300, 4), 1e306)).shape == (300,)


@pytest.mark.parametrize("cls", ESTIMATORS)
def test_column_is_named(cls):
    frame = pd.DataFrame(spoiled(np.nan), columns=["a", "b", "age", "d"])
    with pytest.raises(DataError, match=r'row 7, column 2 \("age"\) is NaN'):
        small(cls).fit(frame, Y)
    # pandas' own missing values
    frame["age"] = frame["age"].astype("Float64")
    with pytest.raises(DataError, match=r'row 7, column 2 \("age"\) is NaN'):
        small(cls).fit(frame, Y)


def test_targets_that_are_not_finite_are_located():
    y = Y.astype(float)
    y[11] = np.nan
    for cls in ESTIMATORS:
        with pytest.raises(DataError, match="y must be finite; row 11 is NaN"):
            small(cls).fit(X, y)
    with pytest.raises(DataError, match="y must be finite; row 7, column 2 is infinity"):
        small(gn.MLPRegressor).fit(X, spoiled(np.inf))


@pytest.mark.parametrize("cls", ESTIMATORS)
@pytest.mark.parametrize("method", ["predict", "summary", "score"])
def test_before_fit(cls, method):
    arguments = {"predict": (X,), "summary": (), "score": (X, Y)}[method]
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(small(cls), method)(*arguments)


def test_a_fit_that_failed_has_fitted_nothing():
    model = small(gn.MLPClassifier, solver="smart")
    with pytest.raises(ValueError, match="solver"):
        model.fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("cls", ESTIMATORS)
@pytest.mark.parametrize("rows", [X[:, :3], X[:, :0], scipy.sparse.csr_matrix(X[:, :3]), X[:, :3].tolist()])
def test_other_width_in_predict(cls, rows):
    with pytest.raises(ValueError, match=r"X has \d features, but .* is expecting 4|0 feature"):
        small(cls).fit(X, Y).predict(rows)


@pytest.mark.parametrize("cls", ESTIMATORS)
@pytest.mark.parametrize(
    ("rows", "y", "match"),
    [
        (X[:0], Y[:0], r"0 sample\(s\)"),
        (X[:, :0], Y, r"0 feature\(s\)"),
        (X[0], Y, "Expected 2D array, got 1D"),
        (X, Y[:9], "inconsistent numbers of samples"),
        (X[None], Y, "dim 3"),
        ([["a", "b"], ["c", "d"]], [0, 1], "could not convert string to float|convert"),
        (X, None, "requires y"),
    ],
)
def test_data_that_cannot_be_learned_from(cls, rows, y, match):
    with pytest.raises(ValueError, match=match):
        small(cls).fit(rows, y)


@pytest.mark.parametrize("cls", ESTIMATORS)
def test_nothing_to_predict(cls):
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        small(cls).fit(X, Y).predict(X[:0])


@pytest.mark.parametrize("solver", ["sgd", "lbfgs"])
def test_a_loss_that_overflows_says_what_to_try(solver):
    model = small(gn.MLPRegressor, solver=solver, learning_rate_init=1e3, max_iter=200)
    with pytest.raises(Diverged, match=r"training diverged in epoch .* Likely cause: .* Try ") as caught:
        model.fit(X, X[:, 0] * (1e3 if solver == "sgd" else 1e200))
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, GlassnetError)
    assert caught.value.epoch >= 1
    assert caught.value.cause
    assert not hasattr(model, "coefs_")


def test_early_stopping_keeps_the_best_weights_of_a_training_that_diverges():
    model = small(gn.MLPRegressor, solver="sgd", learning_rate_init=1e3, max_iter=200, early_stopping=True)
    with pytest.warns(DivergedWarning, match="the best so far, were kept"):
        model.fit(X, X[:, 0] * 1e3)
    assert np.isfinite(model.predict(X)).all()


LARGE = 1e4 + 1e2 * X * [1, 2, 3, 1]
WIDE = X * [1e-2, 1, 1, 1e3]
TINY = X * 1e-5


@pytest.mark.parametrize("form", [np.asarray, scipy.sparse.csr_matrix])
@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (WIDE, "standard deviation 1e.03 in 3, 0.01 in 0"),
        (TINY, "not standardized"),
        (LARGE, r"not standardized \(\d has mean 1e.04 and standard deviation \d"),
    ],
)
def test_badly_scaled_columns_are_told_in_one_sentence(form, rows, match):
    with pytest.warns(ScalingWarning, match=match) as record:
        small(gn.MLPClassifier).fit(form(rows), Y)
    (warning,) = [one for one in record if one.category is ScalingWarning]
    assert warning.filename == __file__
    assert "\n" not in str(warning.message)


def test_badly_scaled_column_is_named():
    with pytest.warns(ScalingWarning, match='"income"'):
        small(gn.MLPClassifier).fit(pd.DataFrame(WIDE, columns=["a", "b", "c", "income"]), Y)


@pytest.mark.filterwarnings("error::glassnet.errors.ScalingWarning")
@pytest.mark.parametrize(
    "rows",
    [
        X,
        X * 100,
        X * 1e-2,
        X * [1, 30, 0.5, 100],
        np.zeros_like(X),
        np.full_like(X, 1e6),
        (np.arange(150)[:, None] == [0, 1, 2, 3]) * 1.0,
        np.column_stack([X, (np.arange(150) == 0)]),
    ],
)
def test_tolerable_scales_are_not_worth_a_word(rows):
    small(gn.MLPClassifier).fit(rows, Y)
