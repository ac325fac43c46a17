"""Models survive a trip through a file: predictions, parameters, fitted attributes; what is left out is told."""

from __future__ import annotations

import copy
import pickle
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

import glassnet as gn
from glassnet.errors import ModelFileError
from glassnet.estimators import glass

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
TARGETS = X[:, :2] ** 2
SMALL = {"hidden_layer_sizes": (5, 4), "max_iter": 4, "random_state": 0}


def classifier(y=Y, x=X, **parameters):
    return gn.MLPClassifier(**{**SMALL, **parameters}).fit(x, y)


def regressor(y=TARGETS, x=X, **parameters):
    return gn.MLPRegressor(**{**SMALL, **parameters}).fit(x, y)


def loaded(model, folder):
    return gn.load(model.save(folder / "model.glass", overwrite=True))


def public(model):
    return {name: value for name, value in vars(model).items() if name.endswith("_") and not name.startswith("_")}


def same_trace(one, other):
    assert len(one) == len(other)
    for name in ("losses", "validation_losses", "validation_scores", "learning_rates", "seconds"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert [epoch.epoch for epoch in one] == [epoch.epoch for epoch in other]
    assert one.layers.keys() == other.layers.keys()
    for name, values in one.layers.items():
        np.testing.assert_array_equal(values, other.layers[name])
    assert one.dead_units == other.dead_units


def same(one, other):
    """Whether all that is public is equal, types included; `left_out_of_file_` exists after loading only."""
    before, after = public(one), public(other)
    before.pop("left_out_of_file_", None)
    assert set(after) == {*before, "left_out_of_file_"}
    for name, value in before.items():
        found = after[name]
        assert type(found) is type(value), name
        if name == "trace_":
            same_trace(found, value)
        elif isinstance(value, np.ndarray):
            assert found.dtype == value.dtype, name
            np.testing.assert_array_equal(found, value)
        elif isinstance(value, list) and value and isinstance(value[0], np.ndarray):
            for a, b in zip(found, value, strict=True):
                assert a.dtype == b.dtype
                np.testing.assert_array_equal(a, b)
        else:
            np.testing.assert_equal(found, value, name)  # NaN equals NaN


MODELS = {
    "three classes": classifier,
    "two classes": lambda: classifier(Y == 1),
    "two classes, two outputs": lambda: classifier(Y == 1, output_activation="softmax"),
    "several labels": lambda: classifier(np.stack([Y == 0, Y > 0, X[:, 0] > 0], axis=1).astype(int)),
    "one against the rest": lambda: classifier(output_activation="sigmoid"),
    "squared error": lambda: classifier(loss="squared_error"),
    "early stopping": lambda: classifier(early_stopping=True),
    "L-BFGS": lambda: classifier(solver="lbfgs"),
    "L-BFGS, validation": lambda: gn.MLPRegressor(**SMALL, solver="lbfgs").fit(X, TARGETS, X_val=X, y_val=TARGETS),
    "no hidden layer": lambda: classifier(hidden_layer_sizes=()),
    "float32": lambda: regressor(dtype="float32"),
    "one output": lambda: regressor(TARGETS[:, 0]),
    "several outputs": regressor,
    "poisson": lambda: regressor(loss="poisson"),
    "configured": lambda: regressor(
        loss=gn.loss("huber", delta=0.5),
        activation=["tanh", gn.activation("leaky_relu", slope=0.03)],
        initializer=gn.initializer("normal", std=0.1),
        bias_initializer=["zeros", "zeros", gn.initializer("constant", value=0.1)],
        dropout=[0.1, 0],
        n_iter_no_change=np.inf,
        alpha=np.float32(0.1),
        hidden_layer_sizes=np.array([5, 4]),
        learning_rate="cosine",
    ),
    "weights of classes": lambda: classifier(class_weight={0: 1, 1: 2.5, np.int64(2): 1}, label_smoothing=0.1),
    "sgd": lambda: classifier(solver="sgd", learning_rate="adaptive", momentum=1),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_loaded_model_is_the_saved_one(name, tmp_path):
    model = MODELS[name]()
    other = loaded(model, tmp_path)
    assert type(other) is type(model)
    check_is_fitted(other)
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        if hasattr(model, method):
            found, expected = getattr(other, method)(X), getattr(model, method)(X)
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)
    same(model, other)
    assert other.left_out_of_file_ == ()
    assert other.summary() == model.summary()
    assert repr(other) == repr(model)
    np.testing.assert_equal(other.get_params(), model.get_params())
    assert [type(value) for value in other.get_params().values()] == [type(v) for v in model.get_params().values()]


@pytest.mark.parametrize("name", MODELS)
def test_saving_again_gives_the_same_bytes(name, tmp_path):
    model = MODELS[name]()
    first = model.save(tmp_path / "a.glass").read_bytes()
    assert model.save(tmp_path / "b.glass").read_bytes() == first
    assert gn.load(tmp_path / "a.glass").save(tmp_path / "c.glass").read_bytes() == first
    assert pickle.loads(pickle.dumps(model)).save(tmp_path / "d.glass").read_bytes() == first


LABELS = [
    np.array(["no", "yes", "perhaps"]),
    np.array(["no", "yes", "perhaps"], dtype="<U40"),
    np.array(["no", "yes", "perhaps"], dtype=object),
    np.array(["", "中文 é\n\"'\\", "\ud800 \0 x"], dtype=object),
    np.array([np.str_("a"), "b", "c"], dtype=object),
    np.array([0, 100, 255], dtype=np.uint8),
    np.array([-128, 0, 127], dtype=np.int8),
    np.array([-(2**63), 0, 2**63 - 1], dtype=np.int64),
    np.array([0, 2**63, 2**64 - 1], dtype=np.uint64),
    np.array([1, 2, 3], dtype=">i4"),
    np.array([1, 2, 3], dtype=np.float16),
    np.array([1, 2, 3], dtype=np.float32),
    np.array([-2.0, 0.0, 2.0**53]),
    np.array(["2020-01-01", "2020-01-02", "2021-01-01"], dtype="datetime64[D]"),
    np.array([1, 2, 3], dtype="timedelta64[25s]"),
]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: labels.dtype.str)
def test_classes_keep_their_values_and_type(labels, tmp_path):
    model = classifier(labels[Y])
    other = loaded(model, tmp_path)
    assert other.classes_.dtype == model.classes_.dtype
    assert other.classes_.tolist() == model.classes_.tolist()
    found = other.predict(X)
    assert found.dtype == model.predict(X).dtype
    np.testing.assert_array_equal(found, model.predict(X))
    assert other.score(X, labels[Y]) == model.score(X, labels[Y])
    other.partial_fit(X, labels[Y])


def test_two_classes_may_be_true_and_false(tmp_path):
    other = loaded(classifier(Y == 1), tmp_path)
    assert other.classes_.dtype == np.bool_
    assert other.predict(X).dtype == np.bool_


def test_classes_that_a_file_cannot_hold_are_named(tmp_path):
    model = classifier(np.array([1, 2, 3], dtype=np.longdouble)[Y])
    if model.classes_.dtype.itemsize == 8:
        pytest.skip("a long double is a double here")
    with pytest.raises(ModelFileError, match=r"classes of type \w+ cannot be saved"):
        model.save(tmp_path / "m.glass")
    assert list(tmp_path.iterdir()) == []


def test_names_of_columns(tmp_path):
    frame = pd.DataFrame(X, columns=["a", "中文", "c\ud800", ""])
    model = classifier(x=frame)
    other = loaded(model, tmp_path)
    same(model, other)
    np.testing.assert_array_equal(other.predict_proba(frame), model.predict_proba(frame))
    with pytest.raises(ValueError, match="feature names"):
        other.predict(frame.rename(columns={"a": "z"}))


def test_without_names_there_are_none(tmp_path):
    assert not hasattr(loaded(classifier(), tmp_path), "feature_names_in_")


# ----------------------------------------------------------------------------------------------------- what is left out


def listen(epoch):
    return None


def test_functions_and_generators_are_left_out_and_named(tmp_path):
    model = classifier(callback=listen, random_state=np.random.RandomState(0))
    other = loaded(model, tmp_path)
    assert other.left_out_of_file_ == ("callback", "random_state")
    assert (other.callback, other.random_state) == (None, None)
    changed = {**model.get_params(), "callback": None, "random_state": None}
    assert other.get_params() == changed
    np.testing.assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    line = "\nleft out of the file that this model comes from: callback, random_state"
    assert other.summary() == model.summary() + line
    assert str(other).endswith(line)
    assert repr(other) == repr(gn.MLPClassifier(**changed))


def test_what_was_left_out_stays_left_out_until_it_is_set(tmp_path):
    other = loaded(classifier(callback=listen, random_state=np.random.RandomState(0)), tmp_path)
    again = loaded(other, tmp_path)
    assert again.left_out_of_file_ == ("callback", "random_state")
    again.random_state = 7
    assert again.summary().endswith("comes from: callback")
    third = loaded(again, tmp_path)
    assert third.left_out_of_file_ == ("callback",)
    assert third.random_state == 7
    third.callback = listen
    assert "left out" not in third.summary()
    assert loaded(third, tmp_path).left_out_of_file_ == ("callback",)


def test_a_value_without_encoding_is_left_out(tmp_path):
    endless: list[object] = []
    endless.append(endless)
    model = classifier()
    model.set_params(class_weight=endless, verbose=1 << 9999, tol={1, 2})
    assert loaded(model, tmp_path).left_out_of_file_ == ("class_weight", "tol", "verbose")


def test_an_activation_of_ones_own_is_left_out(tmp_path):
    from glassnet.catalog import Activation

    relu = gn.activations.relu
    model = classifier()
    model.set_params(activation=Activation("relu", "x * x", remarks=relu.remarks))
    assert loaded(model, tmp_path).left_out_of_file_ == ("activation",)
    model.set_params(activation=Activation("mine", "x * x", remarks=relu.remarks))
    assert loaded(model, tmp_path).left_out_of_file_ == ("activation",)


# --------------------------------------------------------------------------------------------------------- life goes on


def test_clone_and_copies_of_a_loaded_model(tmp_path):
    other = loaded(classifier(callback=listen), tmp_path)
    copied = clone(other)
    assert copied.get_params() == other.get_params()
    assert not hasattr(copied, "left_out_of_file_")
    assert not hasattr(copied, "coefs_")
    for duplicate in (pickle.loads(pickle.dumps(other)), copy.deepcopy(other), copy.copy(other)):
        np.testing.assert_array_equal(duplicate.predict_proba(X), other.predict_proba(X))
        assert duplicate.summary() == other.summary()


def test_weights_of_a_loaded_model_may_be_changed(tmp_path):
    other = loaded(regressor(), tmp_path)
    other.coefs_[-1][:] = 0
    other.intercepts_[-1][:] = 7
    np.testing.assert_array_equal(other.predict(X), np.full((150, 2), 7.0))


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("make", [classifier, regressor])
def test_partial_fit_goes_on_from_the_weights_with_a_fresh_solver(make, solver, tmp_path):
    model = make(solver=solver)
    y = Y if make is classifier else TARGETS
    other = loaded(model, tmp_path)
    assert other._state is None
    model._state = None  # what the file does not have
    for one in (model, other):
        one.partial_fit(X, y)
    for a, b in zip(model.coefs_ + model.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert other.t_ == 5 * len(X)
    assert len(other.loss_curve_) == len(other.trace_) == 5
    assert other._state is not None


def test_warm_start_goes_on_from_the_weights(tmp_path):
    model = classifier(warm_start=True, max_iter=300, learning_rate_init=0.01)
    other = loaded(model, tmp_path).set_params(max_iter=5)
    other.fit(X, Y)
    assert len(other.loss_curve_) == len(model.loss_curve_) + 5
    assert max(other.loss_curve_[-5:]) < model.loss_curve_[10]
    with pytest.raises(ValueError, match="hidden_layer_sizes must be what it was"):
        other.set_params(hidden_layer_sizes=(7,)).fit(X, Y)


def test_a_loaded_model_knows_its_classes_and_outputs(tmp_path):
    with pytest.raises(ValueError, match="class"):
        loaded(classifier(), tmp_path).partial_fit(X, Y + 1)
    with pytest.raises(ValueError, match="as in the first call"):
        loaded(regressor(), tmp_path).partial_fit(X, X[:, :3])


def test_fit_without_warm_start_begins_anew(tmp_path):
    model = classifier()
    other = loaded(model, tmp_path).fit(X, Y)
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])


def test_a_model_without_any_epoch(tmp_path):
    """What Ctrl-C in the first epoch leaves."""
    model = classifier()
    model.trace_, model.loss_curve_, model.n_iter_ = model.trace_[:0], [], 0
    model.loss_, model.best_loss_, model.stop_reason_ = np.nan, np.inf, "interrupted"
    same(model, loaded(model, tmp_path))


def test_dead_units_are_kept(tmp_path):
    model = classifier(bias_initializer=gn.initializer("constant", value=-100), learning_rate_init=1e-9)
    assert model.trace_.dead_units[0] == [0, 1, 2, 3, 4]
    same(model, loaded(model, tmp_path))


# ----------------------------------------------------------------------------------------------- the file and its place


def test_the_path_is_taken_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = classifier()
    for name in ("m", "m.safetensors", "ü 中.glass"):
        assert model.save(name) == Path(name)
        np.testing.assert_array_equal(gn.load(Path(name)).predict(X), model.predict(X))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["m", "m.safetensors", "ü 中.glass"])


def test_an_existing_file_is_kept_unless_overwrite_is_set(tmp_path):
    path = tmp_path / "m.glass"
    path.write_bytes(b"dear")
    with pytest.raises(ModelFileError, match=r"m\.glass\" exists already.*overwrite=True.*--force"):
        classifier().save(path)
    assert path.read_bytes() == b"dear"
    classifier().save(path, overwrite=True)
    assert gn.load(path).n_features_in_ == 4
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.glass"]


def test_a_link_to_nothing_exists_too(tmp_path):
    path = tmp_path / "m.glass"
    try:
        path.symlink_to(tmp_path / "nothing")
    except OSError:
        pytest.skip("links are not allowed here")
    with pytest.raises(ModelFileError, match="exists already"):
        classifier().save(path)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_no_place_for_a_model(tmp_path, overwrite):
    with pytest.raises(ModelFileError, match="is a folder"):
        classifier().save(tmp_path, overwrite=overwrite)
    with pytest.raises(ModelFileError, match="there is no folder"):
        classifier().save(tmp_path / "no" / "m.glass", overwrite=overwrite)
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(ModelFileError, match="there is no folder"):
        classifier().save(file / "m.glass", overwrite=overwrite)


@pytest.mark.parametrize("name", ["a\0b", "n" * 10_000])
def test_a_name_that_no_file_can_have(tmp_path, name):
    with pytest.raises(ModelFileError, match="cannot be written"):
        classifier().save(tmp_path / name)
    with pytest.raises(ModelFileError, match="cannot be read"):
        gn.load(tmp_path / name)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_disk_that_refuses_leaves_the_old_file(tmp_path, monkeypatch, error):
    path = classifier().save(tmp_path / "m.glass")
    before = path.read_bytes()

    def fails(file, content):
        file.write(b"half")
        raise error

    monkeypatch.setattr(glass, "_write", fails)
    with pytest.raises(ModelFileError, match=f"cannot be written: {error.strerror}") as caught:
        regressor().save(path, overwrite=True)
    assert caught.value.__cause__ is error
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.glass"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), MemoryError("Permission denied")])
def test_a_file_that_cannot_be_read(tmp_path, monkeypatch, error):
    path = classifier().save(tmp_path / "m.glass")

    def fails(*arguments):
        raise error

    monkeypatch.setattr(Path, "open", fails)
    with pytest.raises(ModelFileError, match="cannot be read: Permission denied") as caught:
        gn.load(path)
    assert caught.value.__cause__ is error


def test_a_missing_file_is_answered_with_the_nearest_names(tmp_path):
    classifier().save(tmp_path / "iris.glass")
    with pytest.raises(ModelFileError, match=r'there is no file ".*irs\.glass"\. Did you mean "iris\.glass"\?'):
        gn.load(tmp_path / "irs.glass")
    with pytest.raises(ModelFileError, match=r'there is no file ".*x\.glass"$'):
        gn.load(tmp_path / "no" / "x.glass")


def test_only_fitted_models_are_saved(tmp_path):
    with pytest.raises(NotFittedError):
        gn.MLPClassifier().save(tmp_path / "m.glass")
    assert list(tmp_path.iterdir()) == []


def test_only_estimators_of_glassnet_are_saved(tmp_path):
    class Network(gn.MLPClassifier):
        pass

    class Impostor(gn.MLPClassifier):
        pass

    Impostor.__name__ = "MLPClassifier"
    for kind in (Network, Impostor):
        with pytest.raises(ModelFileError, match=r"holds one of MLPClassifier, .* got .*(Network|Impostor)"):
            kind(**SMALL).fit(X, Y).save(tmp_path / "m.glass")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_could_not_be_loaded_is_not_saved(tmp_path):
    model = classifier()
    model.coefs_[1][2, 3] = np.nan
    with pytest.raises(ModelFileError, match=r"cannot be saved: coefs\.1 must be a tensor of finite numbers"):
        model.save(tmp_path / "m.glass")
    model.coefs_ = model.coefs_[:1]
    with pytest.raises(ModelFileError, match=r"coefs\.1 must be a tensor of shape \(5, 4\) and type float64"):
        model.save(tmp_path / "m.glass")
    assert list(tmp_path.iterdir()) == []


def test_weights_set_by_hand_are_saved_in_the_type_of_the_network(tmp_path):
    model = regressor(dtype="float32")
    model.intercepts_[-1] = [1, 2]
    model.coefs_ = [np.asfortranarray(coef, dtype=np.float64) for coef in model.coefs_]
    other = loaded(model, tmp_path)
    assert {array.dtype.name for array in other.coefs_ + other.intercepts_} == {"float32"}
    np.testing.assert_array_equal(other.intercepts_[-1], [1, 2])
    np.testing.assert_array_equal(other.coefs_[0], model.coefs_[0])


@pytest.mark.slow
def test_loading_a_small_model_takes_less_than_5_milliseconds(tmp_path):
    path = classifier().save(tmp_path / "m.glass")
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        gn.load(path)
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 0.005
