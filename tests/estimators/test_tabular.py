"""The tabular estimators: raw columns in, and the same encoding at prediction."""

import datetime as dt
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError

import glassnet as gn
from glassnet import TabularClassifier, TabularRegressor
from glassnet.errors import ParameterError, TableError
from glassnet.estimators.glass_fields import Malformed
from glassnet.estimators.recipe import Facts, recipe

N = 240


def table(seed=0):
    """Columns of every kind, with missing values; the target follows three of them."""
    random = np.random.default_rng(seed)
    size = np.where(random.random(N) < 0.1, np.nan, random.normal(size=N))
    color = random.choice(["red", "green", "blue"], N).astype(object)
    color[random.random(N) < 0.1] = None
    city = np.array([f"city {k}" for k in random.integers(0, 12, N)], dtype=object)
    when = [dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=int(h)) for h in random.integers(0, 9000, N)]
    paid = random.random(N) < 0.5
    columns = {"size": size, "color": color, "city": city, "when": when, "paid": paid, "same": ["x"] * N}
    score = np.nan_to_num(size) + (color == "red") + 2.0 * paid
    return columns, score


@pytest.fixture(scope="module")
def classifier():
    columns, score = table()
    return TabularClassifier(max_iter=60, random_state=0).fit(columns, np.where(score > 1.2, "high", "low"))


@pytest.fixture(scope="module")
def regressor():
    columns, score = table()
    return TabularRegressor(max_iter=40, random_state=0).fit(columns, 1000.0 + 50.0 * score)


def test_it_learns_from_raw_columns(classifier, regressor):
    columns, score = table(1)
    accuracy = np.mean(classifier.predict(columns) == np.where(score > 1.2, "high", "low"))
    assert accuracy > 0.8
    assert regressor.score(columns, 1000.0 + 50.0 * score) > 0.8


def test_each_column_has_its_role(classifier):
    roles = {role.name: role for role in classifier.roles_}
    assert {name: role.use for name, role in roles.items()} == {
        "size": "number",
        "color": "category",
        "city": "embedding",
        "when": "date",
        "paid": "boolean",
        "same": None,
    }
    assert roles["same"].code == "constant"
    assert classifier.n_features_in_ == 6
    assert classifier.feature_names_in_.tolist() == ["size", "color", "city", "when", "paid", "same"]
    assert [vectors.shape[1] for vectors in classifier.embeddings_] == [8]


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_any_data_frame_in_any_order_gives_the_same(classifier, frame):
    columns, _ = table(1)
    plain = classifier.predict_proba(columns)
    as_frame = {name: list(values) for name, values in columns.items()}
    turned = frame({name: as_frame[name] for name in reversed(as_frame)})
    np.testing.assert_array_equal(classifier.predict_proba(turned), plain)


def test_columns_that_were_left_out_or_are_new_do_not_matter(classifier):
    columns, _ = table(1)
    plain = classifier.predict_proba(columns)
    del columns["same"]
    np.testing.assert_array_equal(classifier.predict_proba(columns | {"new": ["?"] * N}), plain)


def test_missing_and_unseen_values_have_finite_answers(classifier):
    nothing = {"size": [None], "color": ["violet"], "city": ["city 99"], "when": [None], "paid": [None]}
    probabilities = classifier.predict_proba(nothing)
    assert np.isfinite(probabilities).all()
    missing = {"size": [None], "color": [None], "city": [None], "when": [None], "paid": [None]}
    np.testing.assert_array_equal(classifier.predict_proba(missing), probabilities)


def test_what_cannot_be_encoded_is_said(classifier):
    columns, _ = table(1)
    with pytest.raises(TableError, match=r'"size".*row 3.*"big"'):
        classifier.predict(columns | {"size": [1.0, 2.0, None, "big", *([0.5] * (N - 4))]})
    with pytest.raises(TableError, match='"color"'):
        classifier.predict({name: values for name, values in columns.items() if name != "color"})
    with pytest.raises(TableError, match="infin"):
        classifier.predict(columns | {"size": [np.inf] * N})


def test_predictions_stay_within_the_training_range(regressor):
    low, high = regressor.target_range_
    far = {"size": [-1e6, 1e6], "color": ["red", "blue"], "city": ["city 1"] * 2, "when": [None] * 2, "paid": [1, 0]}
    assert ((regressor.predict(far) >= low) & (regressor.predict(far) <= high)).all()
    assert low < regressor.target_mean_ < high


def test_the_best_epoch_is_kept(classifier, regressor):
    assert regressor.best_epoch_ == 1 + int(np.argmin(regressor.validation_loss_curve_))
    curve = classifier.validation_loss_curve_
    assert classifier.n_iter_ == 60 == len(curve)
    assert classifier.best_epoch_ == 1 + int(np.argmin(curve))


def test_rows_are_the_same_for_one_seed_and_any_number_of_threads():
    columns, score = table()
    y = score > 1.2
    models = [
        TabularClassifier(max_iter=3, random_state=seed, n_threads=threads).fit(columns, y)
        for seed, threads in ((0, 1), (0, 2), (1, 1))
    ]
    proba = [model.predict_proba(columns) for model in models]
    np.testing.assert_array_equal(proba[0], proba[1])
    assert not np.array_equal(proba[0], proba[2])


def test_parameters_override_the_recipe():
    columns, score = table()
    model = TabularClassifier(
        (5, 4), ["tanh", "relu"], solver="sgd", learning_rate_init=0.1, max_iter=3, output_activation="softmax",
        batch_size=32, dropout=[0.0, 0.1], validation_fraction=0.3, random_state=0,
    ).fit(columns, score > 1.2)  # fmt: skip
    network, training = model.network_, model.training_
    assert [layer.units for layer in network.layers] == [5, 4, 2]
    assert [layer.activation.name for layer in network.layers] == ["tanh", "relu", "softmax"]
    assert [layer.dropout for layer in network.layers] == [0.0, 0.1, 0.0]
    assert (training.solver, training.learning_rate_init, training.max_iter) == ("sgd", 0.1, 3)
    assert training.batch_size == 32
    assert model.predict_proba(columns).shape == (N, 2)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"activation": "rleu"}, 'got "rleu". Did you mean "relu"'),
        ({"solver": "adm"}, 'Did you mean "adam"'),
        ({"validation_fraction": 1.5}, "validation_fraction"),
        ({"embedding_dimension": 0}, "embedding_dimension"),
        ({"dtype": "float16"}, "dtype"),
        ({"categorical_features": ["colour"]}, "color"),
        ({"callback": 3}, "callback"),
        ({"hidden_layer_sizes": (0,)}, "hidden_layer_sizes"),
        ({"class_weight": {"none": 2.0}}, "class_weight"),
    ],
)
def test_wrong_parameters_are_said(parameters, message):
    columns, score = table()
    with pytest.raises((ParameterError, TableError), match=message):
        TabularClassifier(max_iter=1, **parameters).fit(columns, score > 1.2)


def test_numbers_can_be_categories_and_text_numbers():
    columns = {"kind": [1, 2, 3, 4] * 20, "amount": ["1", "2.5", " 3", None] * 20}
    y = [0.0, 1.0, 2.0, 3.5] * 20
    model = TabularRegressor(
        max_iter=2, random_state=0, categorical_features=["kind"], numeric_features=["amount"]
    ).fit(columns, y)
    assert [role.use for role in model.roles_] == ["category", "number"]
    by_place = TabularRegressor(max_iter=2, random_state=0, categorical_features=[0]).fit(
        np.array(columns["kind"], dtype=float)[:, None] @ np.ones((1, 2)), y
    )
    assert [role.use for role in by_place.roles_] == ["category", "number"]


def test_arrays_go_by_position():
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 3))
    X[::7, 1] = np.nan
    y = X[:, 0] > 0
    model = TabularClassifier(max_iter=20, random_state=0).fit(X, y)
    assert not hasattr(model, "feature_names_in_")
    np.testing.assert_array_equal(model.predict(pd.DataFrame(X)), model.predict(X))
    with pytest.raises(ValueError, match="3 features"):
        model.predict(X[:, :2])
    named = TabularClassifier(max_iter=2, random_state=0).fit(pd.DataFrame(X, columns=["a", "b", "c"]), y)
    np.testing.assert_array_equal(named.predict(X), named.predict(pd.DataFrame(X[:, ::-1], columns=["c", "b", "a"])))
    with pytest.raises(ValueError, match="3 columns"):
        named.predict(X[:, :2])


def test_tiny_tables_need_no_validation_rows():
    model = TabularClassifier(max_iter=5, random_state=0).fit({"x": [0.0, 1.0, 2.0, 3.0]}, [0, 0, 1, 1])
    assert model.validation_loss_curve_ is None
    assert not model.training_.early_stopping
    assert model.predict({"x": [0.0]}).shape == (1,)


def test_a_class_of_one_row_is_learned_from():
    columns, _ = table()
    y = np.array(["a", "b"] * (N // 2), dtype=object)
    y[17] = "only one"
    model = TabularClassifier(max_iter=2, random_state=0).fit(columns, y)
    assert model.classes_.tolist() == ["a", "b", "only one"]


def test_weights_count_and_classes_can_be_balanced():
    random = np.random.default_rng(0)
    x = random.normal(size=400)
    y = x + random.normal(size=400) > 1.5
    plain = TabularClassifier(max_iter=40, random_state=0).fit({"x": x}, y)
    balanced = TabularClassifier(max_iter=40, random_state=0, class_weight="balanced").fit({"x": x}, y)
    assert balanced.predict({"x": x}).mean() > 1.5 * plain.predict({"x": x}).mean()
    weighted = TabularClassifier(max_iter=40, random_state=0).fit({"x": x}, y, np.where(y, 1e-6, 1.0))
    assert weighted.predict({"x": x}).mean() == 0.0


def test_poisson_keeps_its_domain():
    random = np.random.default_rng(0)
    x = random.normal(size=500)
    y = random.poisson(np.exp(x)).astype(float)
    model = TabularRegressor(loss="poisson", max_iter=30, random_state=0).fit({"x": x}, y)
    assert model.network_.layers[-1].activation.name == "exp"
    assert model.target_shift_ == 0.0
    assert (model.predict({"x": x}) >= 0).all()
    assert model.score({"x": x}, np.exp(x)) > 0.8
    with pytest.raises(ValueError, match="at least 0"):
        TabularRegressor(loss="poisson").fit({"x": x}, y - 1.0)


def test_a_constant_target_is_learned_as_it_is():
    columns, _ = table()
    model = TabularRegressor(max_iter=2, random_state=0).fit(columns, np.full(N, 7.0))
    assert model.predict(columns).tolist() == [7.0] * N


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1.0, np.nan] * (N // 2), "NaN"),
        (pd.Series([1.0, None] * (N // 2), name="price"), "price must not have missing values; row 1 has none"),
        ([1.0] * (N - 1), "as many rows"),
        (None, "requires y to be passed"),
    ],
)
def test_wrong_targets_are_said(y, message):
    columns, _ = table()
    with pytest.raises(ValueError, match=message):
        TabularRegressor(max_iter=1).fit(pd.DataFrame(columns), y)


def test_copies_predict_the_same(classifier):
    columns, _ = table(1)
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(again.predict_proba(columns), classifier.predict_proba(columns))
    assert clone(classifier).get_params() == classifier.get_params()
    with pytest.raises(NotFittedError):
        clone(classifier).predict(columns)


def test_it_shows_itself(classifier):
    assert "embedding" in classifier.summary()
    assert classifier.summary() in str(classifier)


def test_a_callback_hears_and_stops():
    columns, score = table()
    heard = []
    model = TabularClassifier(random_state=0, callback=lambda epoch: heard.append(epoch.epoch) or len(heard) == 3)
    model.fit(columns, score > 1.2)
    assert heard == [1, 2, 3]
    assert model.stop_reason_ == "listener"


def test_lbfgs_works_with_embeddings():
    columns, score = table()
    model = TabularRegressor(solver="lbfgs", hidden_layer_sizes=8, max_iter=60, alpha=0.1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 60 iterations need not be enough
        model.fit(columns, score)
    assert model.score(columns, score) > 0.8


@pytest.mark.parametrize("kind", ["classifier", "regressor", "without embeddings"])
def test_a_file_holds_all_of_it(kind, classifier, regressor, tmp_path):
    columns, score = table(1)
    model = {"classifier": classifier, "regressor": regressor}.get(kind)
    if model is None:
        model = TabularClassifier(max_iter=3, random_state=0).fit({"size": columns["size"]}, score > 1.2)
    model.save(tmp_path / "m.glass")
    again = gn.load(tmp_path / "m.glass")
    np.testing.assert_array_equal(again.predict(columns), model.predict(columns))
    frame = pd.DataFrame(columns).assign(y=model.predict(columns))
    assert again.evaluate(frame, "y").to_json() == model.evaluate(frame, "y").to_json()
    for name in (
        "roles_",
        "encoding_",
        "best_epoch_",
        "n_features_in_",
        "embeddings_",
        "class_shares_",
        "target_range_",
    ):
        if hasattr(model, name):
            np.testing.assert_equal(getattr(again, name), getattr(model, name))
    again.save(tmp_path / "n.glass")
    assert (tmp_path / "m.glass").read_bytes() == (tmp_path / "n.glass").read_bytes()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encoding", {}),
        ("encoding", None),
        ("roles", [{"name": "x"}]),
        ("roles", 3),
        ("best_epoch", -1),
        ("target_name", 5),
        ("class_shares", [0.5]),
        ("class_shares", ["a", "b"]),
        ("temperature", "hot"),
    ],
)
def test_a_wrong_description_is_refused(classifier, name, value):
    description, tensors = classifier._to_file()
    description["extra"][name] = value
    with pytest.raises(Malformed):
        TabularClassifier._from_file(description, tensors)


def test_an_encoding_of_other_columns_is_refused(classifier):
    description, tensors = classifier._to_file()
    random = np.random.default_rng(0)
    city = [f"city {k}" for k in random.integers(0, 30, N)]
    other = TabularClassifier(max_iter=1, random_state=0).fit(table()[0] | {"city": city}, random.random(N) < 0.5)
    description["extra"]["encoding"] = other._to_file()[0]["extra"]["encoding"]
    with pytest.raises(Malformed, match="embeddings"):
        TabularClassifier._from_file(description, tensors)


@pytest.mark.parametrize(
    ("n_rows", "task", "batch", "epochs"),
    [
        (3, "binary", 3, 128),
        (100, "binary", 32, 128),
        (500, "binary", 64, 128),
        (4_000, "regression", 256, 192),
        (1_000, "regression", 128, 256),
        (50_000, "binary", 256, 128),
        (500_000, "regression", 256, 32),
        (10_000_000, "multiclass", 256, 32),
    ],
)
def test_the_recipe_follows_from_a_few_facts(n_rows, task, batch, epochs):
    values = recipe(Facts(task, n_rows, n_inputs=20, n_outputs=1))
    assert (values["batch_size"], values["max_iter"]) == (batch, epochs)


def test_the_recipe_names_every_parameter_that_may_be_auto():
    for kind in (TabularClassifier, TabularRegressor):
        asked = {name for name, value in kind().get_params().items() if isinstance(value, str) and value == "auto"}
        assert asked - {"output_activation"} <= set(recipe(Facts("binary", 100, 5, 1)))
