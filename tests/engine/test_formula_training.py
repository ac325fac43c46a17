"""Networks with formulas train to what networks with built-in functions train to."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 5))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * rng.normal(size=300)


def trained(activation, dtype=np.float64, **options):
    model = gn.MLPRegressor(
        hidden_layer_sizes=(37, 16), activation=activation, max_iter=15, random_state=3, batch_size=50, **options
    )
    return model.fit(X.astype(dtype), Y.astype(dtype))


PAIRS = [
    ("x * sigmoid(x)", "silu"),
    ("x / (1 + exp(-x))", "silu"),
    ("where(x > 0, x, 0.01 * x)", "leaky_relu"),
    ("max(x, 0.01 * x)", "leaky_relu"),
    ("max(0, x)", "relu"),
    ("tanh(x)", "tanh"),
    ("log(1 + exp(x))", "softplus"),
    ("where(x > 0, x, exp(x) - 1)", "elu"),
    ("x * (1 + erf(x / sqrt(2))) / 2", "gelu"),
]


@pytest.mark.parametrize(("formula", "name"), PAIRS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_typed_function_trains_to_the_same_weights_within_rounding(formula, name, dtype):
    typed = trained(gn.activation(formula), dtype)
    # What "auto" makes of the first weights must not differ.
    built_in = trained(name, dtype, initializer=typed.network_.layers[0].initializer)
    epsilon = float(np.finfo(dtype).eps)
    for a, b in zip(typed.coefs_ + typed.intercepts_, built_in.coefs_ + built_in.intercepts_, strict=True):
        assert a.dtype == dtype
        # 90 steps, each of which passes rounding on to the next.
        np.testing.assert_allclose(a, b, rtol=0, atol=200 * epsilon)
    np.testing.assert_allclose(typed.predict(X), built_in.predict(X), rtol=0, atol=1000 * epsilon)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_learned_parameter_of_a_formula_learns_as_that_of_silu(dtype):
    typed = trained(gn.activation("x * sigmoid(beta * x)", beta=1.0, learned=["beta"]), dtype)
    built_in = trained(gn.activation("silu", learned=["beta"]), dtype, initializer=typed.network_.layers[0].initializer)
    epsilon = float(np.finfo(dtype).eps)
    betas = [[layer["beta"] for layer in fit.activation_parameters_ if layer] for fit in (typed, built_in)]
    assert len(betas[0]) == 2
    for a, b in zip(*betas, strict=True):
        assert np.ptp(a) > 1e-3  # each unit its own
        np.testing.assert_allclose(a, b, rtol=0, atol=200 * epsilon)
    for a, b in zip(typed.coefs_, built_in.coefs_, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=200 * epsilon)


LOSSES = [
    ("(p - y)**2 / 2", "squared_error"),
    ("abs(p - y)", "absolute_error"),
    ("where(abs(p - y) > 1, abs(p - y) - 0.5, (p - y)**2 / 2)", "huber"),
]


@pytest.mark.parametrize(("formula", "name"), LOSSES)
@pytest.mark.parametrize("outputs", [1, 3, 40])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_typed_loss_trains_to_the_same_weights_within_rounding(formula, name, outputs, dtype):
    targets = np.stack([Y * (1 - j / 20) for j in range(outputs)], axis=1).astype(dtype)
    weights = np.where(np.arange(len(Y)) % 7 == 0, 0.0, 1.5)
    models = [
        gn.MLPRegressor(loss=loss, hidden_layer_sizes=(20,), max_iter=6, random_state=0, batch_size=64).fit(
            X.astype(dtype), targets if outputs > 1 else targets[:, 0], sample_weight=weights
        )
        for loss in (formula, name)
    ]
    epsilon = float(np.finfo(dtype).eps)
    for a, b in zip(models[0].coefs_, models[1].coefs_, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=50 * epsilon)
    assert models[0].loss_ == pytest.approx(models[1].loss_, rel=10 * epsilon)


def test_loss_and_activations_are_saved(tmp_path):
    model = gn.MLPRegressor(
        hidden_layer_sizes=(8, 6),
        activation=["x*tanh(softplus(x))", gn.activation("x*sigmoid(b*x)", b=0.5, learned=["b"])],
        loss=gn.loss("abs(p - y)**a", a=1.5),
        max_iter=3,
        random_state=0,
    ).fit(X, Y)
    model.save(tmp_path / "m.glass")
    again = gn.load(tmp_path / "m.glass")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.network_ == model.network_
    assert again.network_.loss == gn.loss("abs(p - y)**a", a=1.5)
    assert again.network_.layers[1].activation.learned == ("b",)


def test_one_seed_gives_the_same_weights_on_any_number_of_threads():
    models = [trained("x*tanh(softplus(x))", loss="(p - y)**2", n_threads=n) for n in (1, 2)]
    np.testing.assert_array_equal(models[0].coefs_[0], models[1].coefs_[0])


def test_formulas_stand_in_grids():
    from sklearn.model_selection import GridSearchCV

    grid = {"activation": ["tanh", "x*sigmoid(x)", gn.activation("max(x, a*x)", a=0.1)]}
    search = GridSearchCV(gn.MLPRegressor(hidden_layer_sizes=(8,), max_iter=3, random_state=0), grid, cv=2).fit(X, Y)
    assert len(search.cv_results_["params"]) == 3


def test_every_estimator_takes_formulas():
    table = gn.TabularRegressor(loss="log(cosh(p - y))", activation="x*sigmoid(x)", max_iter=2, random_state=0)
    assert np.isfinite(table.fit(X, Y).predict(X)).all()
    classifier = gn.MLPClassifier(activation="min(max(x, -1), 1)", hidden_layer_sizes=(8,), max_iter=2, random_state=0)
    assert np.isfinite(classifier.fit(X, Y > 0).predict_proba(X)).all()
