"""Estimators whose activations have numbers of their own: learned parameters and Maxout, kept wherever weights are."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

import glassnet as gn
from glassnet.errors import ModelFileError, ParameterError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
COMMON = {"hidden_layer_sizes": (9, 7), "random_state": 0, "max_iter": 15, "learning_rate_init": 0.01}
KINDS = {
    "prelu": "prelu",
    "silu": gn.activation("silu", learned=["beta"]),
    "maxout": gn.activation("maxout", pieces=3),
    "one each": ["prelu", "maxout"],
}
SOLVERS = ["adam", "adamw", "sgd", "rmsprop", "adagrad", "lbfgs"]
every_kind = pytest.mark.parametrize("kind", KINDS)


def fitted(kind, **parameters):
    return gn.MLPClassifier(**{**COMMON, "activation": KINDS[kind], **parameters}).fit(X, Y)


def numbers_of(model):
    own = [values for layer in model.activation_parameters_ for _name, values in sorted(layer.items())]
    return [*model.coefs_, *model.intercepts_, *own]


def same(one, other):
    for a, b in zip(numbers_of(one), numbers_of(other), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@pytest.mark.parametrize("solver", SOLVERS)
@every_kind
def test_fit_save_and_load(kind, solver, tmp_path):
    model = fitted(kind, solver=solver)
    assert sum(array.size for array in numbers_of(model)) == model.network_.n_parameters
    path = model.save(tmp_path / "m.glass")
    same(gn.load(path), model)
    assert gn.load(path).get_params()["activation"] == model.get_params()["activation"]
    assert gn.load(path).save(tmp_path / "again.glass").read_bytes() == path.read_bytes()
    same(pickle.loads(pickle.dumps(model)), model)
    same(copy.deepcopy(model), model)
    same(clone(model).fit(X, Y), model)


def test_the_attribute_names_what_each_hidden_layer_has_learned():
    first, second = fitted("one each").activation_parameters_
    assert list(first) == ["slope"]
    assert first["slope"].shape == (9,)
    assert np.ptp(first["slope"]) > 0.01
    assert second == {}
    assert fitted("prelu", activation=gn.activation("prelu", learned=[])).activation_parameters_ == [{}, {}]
    assert fitted("prelu", hidden_layer_sizes=()).activation_parameters_ == []


def test_whoever_changes_it_changes_the_predictions():
    model = fitted("prelu")
    before = model.predict_proba(X)
    model.activation_parameters_[0]["slope"][:] = 0.0
    after = model.predict_proba(X)
    assert not np.allclose(before, after)
    hidden = np.maximum(X @ model.coefs_[0] + model.intercepts_[0], 0)
    hidden = hidden @ model.coefs_[1] + model.intercepts_[1]
    hidden = np.where(hidden > 0, hidden, model.activation_parameters_[1]["slope"] * hidden)
    np.testing.assert_allclose(after, gn.softmax(hidden @ model.coefs_[2] + model.intercepts_[2]), rtol=1e-12)


@every_kind
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_training_goes_on_from_them(kind, solver):
    # As long and in two parts, through a pickle: the solver's state of learned parameters comes along.
    whole = fitted(kind, solver=solver, max_iter=8, n_iter_no_change=100)
    parts = fitted(kind, solver=solver, max_iter=4, n_iter_no_change=100, warm_start=True)
    same(pickle.loads(pickle.dumps(parts)).fit(X, Y), whole)
    steps = gn.MLPClassifier(**COMMON, activation=KINDS[kind], solver=solver)
    for _ in range(8):
        steps.partial_fit(X, Y, classes=[0, 1, 2])
    same(steps, whole)


@every_kind
def test_early_stopping_brings_the_best_ones_back(kind):
    model = fitted(kind, early_stopping=True, max_iter=30, learning_rate_init=0.5, n_iter_no_change=3)
    best = int(np.argmax(model.validation_scores_)) + 1
    again = fitted(kind, early_stopping=True, max_iter=best, learning_rate_init=0.5, n_iter_no_change=3)
    same(model, again)


def test_a_parameter_that_was_fixed_so_far_starts_where_the_activation_says():
    model = fitted("silu", activation=gn.activation("silu", beta=0.5), warm_start=True)
    model.set_params(activation=KINDS["silu"], max_iter=1, learning_rate_init=1e-9).fit(X, Y)
    np.testing.assert_allclose(model.activation_parameters_[0]["beta"], 1.0, atol=1e-6)
    learned = model.set_params(max_iter=10, learning_rate_init=0.01).fit(X, Y).activation_parameters_[0]["beta"]
    model.set_params(activation=gn.activation("silu", beta=0.5)).fit(X, Y)
    assert np.ptp(learned) > 0
    assert model.activation_parameters_ == [{}, {}]
    with pytest.raises(ParameterError, match="hidden_layer_sizes"):  # other shapes
        model.set_params(activation="maxout").fit(X, Y)


def test_old_pickles_know_nothing_of_them(tmp_path):
    model = fitted("prelu", activation="relu")
    del model.activation_parameters_
    model.predict(X)
    same(gn.load(model.save(tmp_path / "m.glass")), fitted("prelu", activation="relu"))


def test_summary_counts_them():
    text = fitted("one each").summary()
    lines = [line.split() for line in text.splitlines()]
    assert lines[2][:5] == ["hidden", "1", "4", "9", "prelu(slope"]
    assert lines[2][-1] == str(4 * 9 + 9 + 9)
    assert lines[3][:5] == ["hidden", "2", "9", "7", "maxout(pieces=2)"]
    assert lines[3][-1] == str(9 * 14 + 14)
    assert f"{54 + 140 + 24} parameters" in text


def test_a_file_with_other_shapes_is_refused(tmp_path):
    model = fitted("prelu")
    model.activation_parameters_[0]["slope"] = np.zeros(3)
    with pytest.raises(ModelFileError, match=r"activation\.0\.slope must be a tensor of shape \(9\)"):
        model.save(tmp_path / "m.glass")


@every_kind
def test_dropout_and_float32(kind):
    model = fitted(kind, dropout=0.3, dtype="float32", max_iter=60)
    assert {array.dtype for array in numbers_of(model)} == {np.dtype("float32")}
    assert model.score(X, Y) > 0.9


def test_a_grid_takes_them():
    kinds = ["prelu", gn.activation("prelu", learned=[]), gn.activation("maxout", pieces=2)]
    search = GridSearchCV(gn.MLPClassifier(**COMMON), {"activation": kinds}, cv=2).fit(X, Y)
    assert search.best_params_["activation"] in kinds


def test_nothing_in_a_maxout_layer_is_dead_or_saturated():
    layers = fitted("maxout", initializer="zeros").trace_.layers
    assert not layers["dead"][:, :2].any()
    assert not layers["saturated"][:, :2].any()


@pytest.mark.parametrize("kind", ["prelu", "maxout"])
def test_tables_and_embeddings(kind, tmp_path):
    rng = np.random.default_rng(0)
    table = {"size": rng.normal(size=400), "town": rng.choice([f"town {i}" for i in range(30)], 400)}
    target = table["size"] * (table["town"] < "town 2")
    model = gn.TabularRegressor(activation=KINDS[kind], random_state=0, max_iter=20).fit(table, target)
    loaded = gn.load(model.save(tmp_path / "m.glass"))
    np.testing.assert_array_equal(loaded.predict(table), model.predict(table))
    assert len(model.embeddings_) == 1
    assert "activation_parameters_" in vars(loaded)
