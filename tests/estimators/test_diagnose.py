"""`diagnose` names what is wrong with real fits, what brought the rest about first, and leaves healthy fits alone.

Thresholds were derived, not tuned here (see `diagnosis/rules/`): the healthy fits are of architectures and seeds that
nothing was tried on.
"""

from __future__ import annotations

import statistics
import warnings

import numpy as np
import pytest
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet import MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def bundled(name, *, scaled=True):
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    if not scaled:
        return X, y
    if name == "diabetes":
        y = (y - y.mean()) / y.std()
    return StandardScaler().fit_transform(X), y


def fitted(model, X, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y, **options)


def digits():
    X, y = bundled("digits")
    X, X_val, y, y_val = train_test_split(X[:1000], y[:1000], random_state=0, stratify=y[:1000])
    return (X, y), {"X_val": X_val, "y_val": y_val}


def one_in_a_hundred():
    random = np.random.default_rng(3)
    y = (np.arange(3000) % 100 == 0).astype(int)
    X = random.normal(size=(3000, 8))
    X[:, 0] += y
    return X, y


def saturated():
    X, y = bundled("breast_cancer")
    wrong = gn.initializer("constant", value=9.0)
    model = MLPClassifier(
        (32,),
        loss="(sigmoid(p) - y)**2 / 2",
        bias_initializer=["zeros", wrong],
        solver="sgd",
        random_state=0,
        max_iter=50,
    )
    return model, X, y


def broken():
    """The eight set-ups: what is said first, and a function that gives the fitted model."""
    rows, validation = digits()
    shuffled = np.random.default_rng(0).permutation(rows[1])

    def network(sizes=(48, 48), **options):
        return MLPClassifier(sizes, random_state=1, max_iter=60, **options)

    return {
        "zero weights": ("symmetric_units", lambda: fitted(network(initializer="zeros"), *rows)),
        "constant weights": (
            "symmetric_units",
            lambda: fitted(network(initializer=gn.initializer("constant", value=0.1)), *rows),
        ),
        "rate 100 times too high": ("rate_too_high", lambda: fitted(network(learning_rate_init=0.1), *rows)),
        "rate 100 times too high, sgd": (
            "rate_too_high",
            lambda: fitted(network(solver="sgd", learning_rate_init=2.0), *rows),
        ),
        "deep sigmoid": ("vanishing_gradients", lambda: fitted(network((32,) * 7, activation="sigmoid"), *rows)),
        "deep sigmoid, sgd": (
            "vanishing_gradients",
            lambda: fitted(network((32,) * 7, activation="sigmoid", solver="sgd", learning_rate_init=0.1), *rows),
        ),
        "unscaled inputs": ("unscaled_inputs", lambda: fitted(network(), *bundled("wine", scaled=False))),
        "unscaled inputs, more": (
            "unscaled_inputs",
            lambda: fitted(network(), *bundled("breast_cancer", scaled=False)),
        ),
        "shuffled labels": ("random_labels", lambda: fitted(network(), rows[0], shuffled, **validation)),
        "shuffled labels, early stopping": (
            "random_labels",
            lambda: fitted(network(early_stopping=True), rows[0], shuffled),
        ),
        "shuffled labels, nothing held out": ("random_labels", lambda: fitted(network(), rows[0], shuffled)),
        "linear stack": ("no_nonlinearity", lambda: fitted(network(activation="identity"), *rows)),
        "mse on saturated sigmoid outputs": ("gradient_free_outputs", lambda: fitted(*saturated())),
        "one class in a hundred": ("class_imbalance", lambda: fitted(network(), *one_in_a_hundred())),
    }


@pytest.mark.parametrize("name", broken())
def test_what_is_broken_is_named_first(name):
    first, fit = broken()[name]
    found = fit().diagnose()
    assert found[0].name == first, found
    assert found[0].severity == "warning"
    assert found[0].follows_from == ""


def healthy():
    """Twenty fits of real data, as people make them."""
    random = np.random.default_rng(20)
    recipes = [
        {"hidden_layer_sizes": (80,)},
        {"hidden_layer_sizes": (48, 24), "solver": "sgd", "learning_rate_init": 0.02},
        {"hidden_layer_sizes": (60, 60), "activation": "gelu", "initializer": "auto", "max_iter": 100},
        {"hidden_layer_sizes": (40,), "activation": "tanh", "early_stopping": True, "max_iter": 400},
    ]
    for name in ("digits", "iris", "wine", "breast_cancer", "diabetes"):
        for recipe in recipes:
            yield name, {**recipe, "random_state": int(random.integers(2**31))}


def test_healthy_fits_have_no_warnings():
    found = {}
    for name, recipe in healthy():
        X, y = bundled(name)
        kind = MLPRegressor if name == "diabetes" else MLPClassifier
        found[name, str(recipe)] = fitted(kind(**recipe), X[:1200], y[:1200]).diagnose()
    numbers = [len(diagnosis.warnings) for diagnosis in found.values()]
    assert len(numbers) == 20
    assert statistics.median(numbers) == 0
    assert np.mean(numbers) <= 0.1, {fit: diagnosis.warnings for fit, diagnosis in found.items() if diagnosis.warnings}


@pytest.mark.parametrize("kind", [TabularClassifier, TabularRegressor])
def test_tables_are_diagnosed(kind, tmp_path):
    X, y = bundled("iris", scaled=False)
    color = np.array(["red", "green", "blue"])[y]
    table = {"a": X[:, 0], "b": X[:, 1], "color": color}
    target = X[:, 2] if kind is TabularRegressor else np.array(["s", "c", "v"])[y]
    model = kind(max_iter=60, random_state=0).fit(table, target)
    assert not model.diagnose().warnings
    assert not model.diagnose(table, target).warnings
    loaded = gn.load(model.save(tmp_path / "m.glass"))
    assert loaded.diagnose() == model.diagnose()
    sick = kind(activation="identity", max_iter=20, random_state=0).fit(table, target)
    assert sick.diagnose()[0].name == "no_nonlinearity"


def test_a_loaded_model_is_diagnosed_like_the_one_that_was_saved(tmp_path):
    (X, y), _ = digits()
    model = fitted(MLPClassifier((32, 32), learning_rate_init=0.1, random_state=0, max_iter=30), X, y)
    loaded = gn.load(model.save(tmp_path / "m.glass"))
    assert loaded.diagnose() == model.diagnose()
    assert loaded.diagnose().warnings
    assert loaded.facts_ == model.facts_
    for mine, its in zip(loaded.look_.units, model.look_.units, strict=True):
        np.testing.assert_array_equal(mine.active, its.active)


def test_an_old_file_knows_no_facts_and_is_diagnosed_all_the_same():
    model = fitted(MLPClassifier((16,), activation="identity", random_state=0, max_iter=20), *bundled("iris"))
    del model.facts_, model.look_
    assert model.diagnose().names == ("no_nonlinearity",)


def test_rows_that_are_given_are_looked_at():
    (X, y), validation = digits()
    model = fitted(MLPClassifier((64,), random_state=0), X, y)
    shuffled = np.random.default_rng(0).permutation(validation["y_val"])
    assert not model.diagnose(validation["X_val"], validation["y_val"]).warnings
    assert model.diagnose(validation["X_val"], shuffled)[0].name == "random_labels"
    dark = np.full((50, X.shape[1]), -1e3)
    assert model.look_.n_rows == 256
    with pytest.raises(ValueError, match="features"):
        model.diagnose(dark[:, :3])
    saturated = fitted(MLPClassifier((64,), activation="tanh", random_state=0), X, y)
    assert saturated.diagnose(dark)  # of rows without answers the units are told


def test_names_of_columns_and_classes_are_told():
    pandas = pytest.importorskip("pandas")
    X, y = bundled("wine", scaled=False)
    frame = pandas.DataFrame(X, columns=[f"column {i}" for i in range(13)])
    model = fitted(MLPClassifier(random_state=0), frame, y)
    assert '"column 12"' in model.diagnose()[0].text
    X, y = one_in_a_hundred()
    model = fitted(MLPClassifier(random_state=0, max_iter=30), X, np.where(y, "fraud", "fine"))
    assert 'class "fraud" has 1.0% of the rows' in model.diagnose()[0].text


def test_steps_by_hand_and_lbfgs_are_diagnosed():
    X, y = bundled("iris")
    by_hand = MLPClassifier((16,), activation="identity", random_state=0)
    for _ in range(3):
        by_hand.partial_fit(X, y, classes=[0, 1, 2])
    assert "no_nonlinearity" in by_hand.diagnose().names
    assert by_hand.facts_.n_rows == 150
    at_once = MLPClassifier((16,), solver="lbfgs", random_state=0).fit(X, y)
    assert not at_once.diagnose().warnings


def test_sparse_rows_and_several_labels_are_diagnosed():
    from scipy.sparse import csr_matrix

    (X, y), _ = digits()
    sparse = fitted(MLPClassifier((16,), random_state=0, max_iter=5), csr_matrix(X), y)
    assert sparse.look_.n_rows == 256
    sparse.diagnose(csr_matrix(X), y)
    labels = np.stack([y % 2, y > 4], axis=1).astype(int)
    several = fitted(MLPClassifier((32,), random_state=0), X, labels)
    assert several.look_.recalls is None
    assert not several.diagnose(X, labels).warnings


def squared_error_of_a_sigmoid(raw, target):
    return (((1 / (1 + (-raw).exp())) - target) ** 2).mean()


def test_a_loss_in_python_is_diagnosed_too():
    X, y = bundled("breast_cancer")
    wrong = gn.initializer("constant", value=12.0)
    model = MLPClassifier(
        (8,),
        loss=squared_error_of_a_sigmoid,
        output_activation="sigmoid",
        bias_initializer=["zeros", wrong],
        solver="sgd",
        max_iter=5,
        random_state=0,
    )
    assert fitted(model, X, y).diagnose()[0].name == "gradient_free_outputs"
    healthy = fitted(model.set_params(bias_initializer="zeros", solver="adam", max_iter=30), X, y)
    assert not healthy.diagnose(X, y).warnings


def test_a_penalty_that_is_usual_is_not_blamed():
    (X, y), _ = digits()
    deep = fitted(MLPClassifier((32,) * 9, activation="sigmoid", random_state=0, max_iter=40), X, y)
    assert deep.diagnose()[0].name == "vanishing_gradients"
    strong = fitted(MLPClassifier((32,), alpha=1000.0, random_state=0, max_iter=100), X, y)
    assert strong.diagnose()[0].name == "penalty_too_strong"


@pytest.mark.parametrize(
    ("model", "scale_x", "scale_y", "first"),
    [
        (MLPClassifier((3,), early_stopping=True, max_iter=3, random_state=0), 1e200, None, "unscaled_inputs"),
        (MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", max_iter=3), 1.0, 1e150, "unscaled_targets"),
        (MLPRegressor(hidden_layer_sizes=(3,), early_stopping=True, max_iter=3), 1.0, 1e160, "unscaled_targets"),
    ],
)
def test_numbers_beyond_all_measure_are_diagnosed_and_saved(model, scale_x, scale_y, first, tmp_path):
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 4))
    y = np.arange(200) % 3 if scale_y is None else X[:, 0] * scale_y
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        model = fitted(model, X * scale_x, y)
        found = model.diagnose()
    assert found[0].name == first
    assert gn.load(model.save(tmp_path / "m.glass")).diagnose() == found
    assert str(found)


def test_before_fit_there_is_nothing_to_diagnose():
    with pytest.raises(NotFittedError):
        MLPClassifier().diagnose()
    with pytest.raises(NotFittedError):
        TabularRegressor().diagnose([[1.0]], [1.0])


def test_a_clone_and_a_pickle_are_as_scikit_learn_wants_them():
    import pickle

    from sklearn.base import clone

    model = fitted(MLPClassifier((8,), random_state=0, max_iter=5), *bundled("iris"))
    assert not hasattr(clone(model), "facts_")
    assert pickle.loads(pickle.dumps(model)).diagnose() == model.diagnose()
