"""What a regressor predicts, and under which loss."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.datasets import make_regression

import glassnet as gn
from glassnet.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = make_regression(n_samples=150, n_features=5, n_targets=3, random_state=0)
Y = Y / Y.std(axis=0)


def fitted(y, **parameters):
    defaults = {"solver": "lbfgs", "hidden_layer_sizes": 10, "random_state": 0, "max_iter": 500}
    return gn.MLPRegressor(**{**defaults, **parameters}).fit(X, y)


@pytest.mark.parametrize("loss", ["squared_error", "huber", gn.loss("huber", delta=0.3)])
def test_each_loss_learns_a_line(loss):
    model = fitted(Y[:, 0], loss=loss)
    assert model.out_activation_ == "identity"
    assert model.score(X, Y[:, 0]) > 0.99


def test_several_outputs():
    model = fitted(Y)
    assert model.n_outputs_ == 3
    assert model.predict(X).shape == Y.shape
    assert model.score(X, Y) > 0.99


def test_no_hidden_layer_is_ridge_regression():
    from sklearn.linear_model import Ridge

    # ½ error² + alpha / 2 W² / n here, error² + alpha W² there.
    ours = fitted(Y, hidden_layer_sizes=(), alpha=3.0, tol=1e-10)
    theirs = Ridge(alpha=3.0).fit(X, Y)
    np.testing.assert_allclose(ours.coefs_[0], theirs.coef_.T, atol=1e-5)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, atol=1e-5)


def test_absolute_error_aims_at_the_median():
    constant = np.ones((101, 1))
    skewed = np.arange(101.0) ** 2 / 1000
    model = gn.MLPRegressor("absolute_error", (), solver="sgd", learning_rate="linear", learning_rate_init=0.1)
    model.set_params(max_iter=500, n_iter_no_change=500, alpha=0, random_state=0).fit(constant, skewed)
    np.testing.assert_allclose(model.predict(constant[:1]), np.median(skewed), atol=0.05)


def test_poisson_regression_predicts_the_mean():
    from sklearn.linear_model import PoissonRegressor

    counts = np.random.RandomState(0).poisson(np.exp(0.5 * X[:, 0] + 1))
    ours = fitted(counts, loss="poisson", hidden_layer_sizes=(), alpha=0.0, tol=1e-8)
    theirs = PoissonRegressor(alpha=0.0, tol=1e-10).fit(X, counts)
    assert ours.out_activation_ == "exp"
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-4)


@pytest.mark.parametrize("y", [Y[:, :1], Y[:, 0]])
def test_one_column_is_one_number_a_row(y):
    if y.ndim == 2:
        with pytest.warns(UserWarning, match="column-vector"):
            model = fitted(y)
    else:
        model = fitted(y)
    assert model.predict(X).shape == (150,)


@pytest.mark.parametrize("kind", [int, np.float32, object, list])
def test_targets_of_any_numeric_type(kind):
    y = np.rint(3 * Y[:, 0])
    y = y.tolist() if kind is list else y.astype(kind)
    np.testing.assert_allclose(fitted(y, max_iter=30).predict(X), fitted(np.rint(3 * Y[:, 0]), max_iter=30).predict(X))


@pytest.mark.parametrize("form", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
def test_sparse_rows(form):
    thin = np.where(np.abs(X) > 1, X, 0)
    parameters = {"hidden_layer_sizes": 6, "random_state": 0, "max_iter": 20}
    dense = gn.MLPRegressor(**parameters).fit(thin, Y)
    np.testing.assert_allclose(
        gn.MLPRegressor(**parameters).fit(form(thin), Y).predict(form(thin)), dense.predict(thin)
    )


def test_targets_outside_the_domain_of_the_loss():
    y = np.ones(150)
    y[7] = -1
    with pytest.raises(DataError, match=r"targets of poisson must be .* row 7 is -1\.0"):
        fitted(y, loss="poisson")
    with pytest.raises(DataError, match=r"row 7 is -1\.0"):
        gn.MLPRegressor("poisson", max_iter=2).fit(X, np.ones(150), X_val=X, y_val=y)


def test_loss_of_several_outputs_is_their_sum():
    noisy = Y + np.random.RandomState(0).normal(size=Y.shape)
    together = fitted(noisy, hidden_layer_sizes=(), alpha=0.0, tol=1e-10)
    expected = 0.5 * np.mean(np.sum((together.predict(X) - noisy) ** 2, axis=1))
    assert together.loss_ == pytest.approx(expected, rel=1e-9)
