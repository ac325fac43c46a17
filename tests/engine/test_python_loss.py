"""A loss that is a Python function of tensors trains in the engine as a built-in one does, or fails in plain words."""

from __future__ import annotations

import _thread
import gc
import pickle
import threading
import time
import traceback
import warnings
import weakref

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import glassnet as gn
from glassnet.autograd import Tensor, where
from glassnet.errors import AutogradError, Diverged, ModelFileError, ParameterError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def cross_entropy(raw, target):
    return -gn.log_softmax(raw)[np.arange(len(target)), target].mean()


def binary(raw, target):
    return (gn.activations.softplus(raw) - target * raw).mean()


def squared(raw, target):
    return ((raw - target) ** 2).sum(axis=1).mean() / 2


def weighted(raw, target, sample_weight):
    if sample_weight is None:
        return squared(raw, target)
    return (((raw - target) ** 2).sum(axis=1) * sample_weight).sum() / sample_weight.sum() / 2


def data(n=120, classes=0, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, 4))
    if classes:
        return X, (X[:, 0] + X[:, 1] > 0).astype(int) + (classes > 2) * (X[:, 2] > 0.5)
    return X, X[:, 0] * X[:, 1] + np.sin(X[:, 2])


def same(mine, other, tolerance=1e-12):
    for a, b in zip(mine.coefs_ + mine.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(mine.loss_curve_, other.loss_curve_, rtol=1e-10)


SETTINGS = {"hidden_layer_sizes": (7, 5), "max_iter": 8, "random_state": 3, "batch_size": 32}


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize(("classes", "function"), [(0, squared), (2, binary), (3, cross_entropy)])
def test_it_trains_as_the_built_in_loss_does(solver, classes, function):
    X, y = data(classes=classes)
    kind = gn.MLPClassifier if classes else gn.MLPRegressor
    mine, other = kind(loss=function, solver=solver, **SETTINGS), kind(solver=solver, **SETTINGS)
    same(mine.fit(X, y), other.fit(X, y), 1e-6 if solver == "lbfgs" else 1e-12)
    np.testing.assert_allclose(mine.predict(X[:5]), other.predict(X[:5]), rtol=1e-5)
    if classes:
        np.testing.assert_allclose(mine.predict_proba(X[:5]), other.predict_proba(X[:5]), rtol=1e-5)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_step_that_threads_share(threads):
    X, y = data(900)
    settings = {**SETTINGS, "hidden_layer_sizes": (160, 90), "batch_size": 450, "n_threads": threads, "max_iter": 3}
    same(gn.MLPRegressor(loss=squared, **settings).fit(X, y), gn.MLPRegressor(**settings).fit(X, y), 1e-11)


def test_validation_early_stopping_dropout_and_many_outputs():
    X, y = data()
    Y = np.column_stack([y, -y, y * y])
    settings = {**SETTINGS, "early_stopping": True, "dropout": 0.2, "max_iter": 15}
    mine, other = gn.MLPRegressor(loss=squared, **settings).fit(X, Y), gn.MLPRegressor(**settings).fit(X, Y)
    same(mine, other)
    np.testing.assert_allclose(mine.validation_scores_, other.validation_scores_, rtol=1e-10)
    labels = np.column_stack([y > 0, X[:, 0] > 0]).astype(int)

    def of_labels(raw, target):
        return (gn.activations.softplus(raw) - target * raw).sum(axis=1).mean()

    same(gn.MLPClassifier(loss=of_labels, **SETTINGS).fit(X, labels), gn.MLPClassifier(**SETTINGS).fit(X, labels))


def test_float32_and_sparse_rows():
    from scipy.sparse import csr_matrix

    X, y = data()
    X32 = X.astype(np.float32)
    seen = []

    def watching(raw, target):
        seen.append((raw.dtype, target.dtype, raw.shape, target.shape))
        return squared(raw, target)

    mine = gn.MLPRegressor(loss=watching, **SETTINGS).fit(X32, y)
    assert set(seen) == {(np.dtype("float32"), np.dtype("float32"), (n, 1), (n, 1)) for n in (32, 24)}
    other = gn.MLPRegressor(**SETTINGS).fit(X32, y)
    np.testing.assert_allclose(mine.coefs_[0], other.coefs_[0], atol=2e-5)
    same(
        gn.MLPRegressor(loss=squared, **SETTINGS).fit(csr_matrix(X), y),
        gn.MLPRegressor(**SETTINGS).fit(csr_matrix(X), y),
    )


def test_weights_of_rows_go_to_a_loss_that_takes_them():
    X, y = data()
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(y))
    mine = gn.MLPRegressor(loss=weighted, **SETTINGS).fit(X, y, sample_weight=weights)
    same(mine, gn.MLPRegressor(**SETTINGS).fit(X, y, sample_weight=weights))
    same(gn.MLPRegressor(loss=weighted, **SETTINGS).fit(X, y), gn.MLPRegressor(**SETTINGS).fit(X, y))
    with pytest.raises(AutogradError, match=r"def squared\(raw, target, sample_weight\)"):
        gn.MLPRegressor(loss=squared, **SETTINGS).fit(X, y, sample_weight=weights)


def test_a_loss_of_the_whole_batch_and_an_output_of_choice():
    X, y = data(300)

    def correlation(raw, target):
        a, b = raw - raw.mean(), target - target.mean()
        return 1 - (a * b).mean() / ((a * a).mean() * (b * b).mean()) ** 0.5

    model = gn.MLPRegressor(loss=correlation, hidden_layer_sizes=(16,), max_iter=60, random_state=0).fit(X, y)
    assert np.corrcoef(model.predict(X), y)[0, 1] == pytest.approx(1 - model.loss_curve_[-1], abs=0.05)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    counts = gn.MLPRegressor(
        loss=lambda raw, target: (np.exp(raw) - target * raw).mean(), output_activation="exp", **SETTINGS
    )
    assert (counts.fit(X, np.abs(y)).predict(X) > 0).all()
    scores = gn.MLPClassifier(
        loss=lambda raw, target: np.maximum(1 - (2 * target - 1) * raw, 0.0).mean(),
        output_activation="identity",
        **SETTINGS,
    )
    assert scores.fit(X, y > 0).score(X, y > 0) > 0.5
    with pytest.raises(ParameterError, match="output_activation must be one of auto, sigmoid, softmax, identity"):
        gn.MLPClassifier(loss=binary, output_activation="exp").fit(X, y > 0)


def failing(kind):
    def loss(raw, target):
        difference = raw - target
        return {
            "returns a float": lambda: 3.0,
            "returns nothing": lambda: None,
            "returns rows": lambda: difference * difference,
            "returns NaN": lambda: np.log(-(difference * difference).mean()),
            "does not depend": lambda: Tensor(1.0),
            "is detached": (difference.detach() ** 2).mean,
            "depends on something else": lambda: Tensor(2.0, requires_grad=True) * 3,
            "has an infinite slope": lambda: np.sqrt(where(difference > 1e9, difference, 0.0 * difference)).sum(),
        }[kind]()

    return loss


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("returns a float", r"must return a Tensor of one element, the mean over the rows; got 3\.0"),
        ("returns nothing", "got None"),
        ("returns rows", r"got \(32, 1\). Reduce it"),
        ("returns NaN", "returned nan for raw scores that are finite"),
        ("does not depend", "does not depend on the raw scores"),
        ("is detached", r"without detach\(\)"),
        ("depends on something else", "does not depend on the raw scores"),
        ("has an infinite slope", "its gradient is not: row 0 of the batch"),
    ],
)
def test_what_is_no_loss_is_refused(kind, message):
    X, y = data()
    with pytest.raises(AutogradError, match=message):
        gn.MLPRegressor(loss=failing(kind), **SETTINGS).fit(X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_errors_keep_their_traceback_and_leave_everything_whole(solver):
    X, y = data()
    calls = []

    def breaks(raw, target):
        calls.append(1)
        if len(calls) > 3:
            raise LookupError("the third of them")
        return squared(raw, target)

    model = gn.MLPRegressor(loss=breaks, solver=solver, **SETTINGS)
    with pytest.raises(LookupError, match="the third of them") as caught:
        model.fit(X, y)
    assert "breaks" in "".join(traceback.format_tb(caught.value.__traceback__))
    calls.clear()
    for _ in range(20):
        with pytest.raises(LookupError):
            gn.MLPRegressor(loss=breaks, solver=solver, **SETTINGS).fit(X, y)
    same(gn.MLPRegressor(loss=squared, **SETTINGS).fit(X, y), gn.MLPRegressor(**SETTINGS).fit(X, y))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ctrl_c_ends_training_and_leaves_a_model(solver):
    X, y = data()
    calls = []

    def slow(raw, target):
        calls.append(1)
        time.sleep(0.002)
        return squared(raw, target)

    settings = {**SETTINGS, "max_iter": 100_000, "tol": 0.0, "n_iter_no_change": 1000, "max_fun": 10**6}
    model = gn.MLPRegressor(loss=slow, solver=solver, **settings)
    timer = threading.Timer(0.5, _thread.interrupt_main)
    timer.start()
    start = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model.fit(X, y)
    timer.join()
    assert time.monotonic() - start < 20
    assert np.isfinite(model.coefs_[0]).all()
    made = len(calls)
    assert made > 3
    assert model.predict(X).shape == y.shape


def test_training_that_diverges_says_so():
    X, y = data()

    def absolute(raw, target):
        return abs(raw - target).mean()

    settings = {"solver": "sgd", "learning_rate_init": 1e200, "max_iter": 200, "random_state": 0}
    with pytest.raises(Diverged), np.errstate(all="ignore"):
        gn.MLPRegressor(loss=absolute, hidden_layer_sizes=(5,), **settings).fit(X * 100, y)


def test_python_computes_with_denormal_numbers_as_ever():
    X, y = data()
    seen = []

    def loss(raw, target):
        seen.append(float(np.float64(1e-310) * np.float64(0.5)))
        return squared(raw, target)

    gn.MLPRegressor(loss=loss, **SETTINGS).fit(X, y)
    assert set(seen) == {5e-311}


def test_copies_pickles_and_files(tmp_path):
    X, y = data()
    model = gn.MLPRegressor(loss=squared, **SETTINGS)
    assert clone(model).loss is squared
    model.fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.network_.loss == model.network_.loss
    assert repr(model.network_.loss) == "<loss squared, written in Python>"
    with pytest.raises(ModelFileError, match=r"the loss squared is written in Python.*joblib\.dump"):
        model.save(tmp_path / "model.glass")
    assert not list(tmp_path.iterdir())
    assert "squared" in str(model.summary())


def test_a_model_and_its_loss_are_let_go():
    def fitted():
        X, y = data()
        model = gn.MLPRegressor(**SETTINGS)

        def knows_the_model(raw, target):
            assert model.loss is not None
            return squared(raw, target)

        model.set_params(loss=knows_the_model).fit(X, y).predict(X)
        return weakref.ref(model)

    held = fitted()
    gc.collect()
    assert held() is None


def test_a_model_goes_on_learning_and_is_diagnosed():
    X, y = data()
    mine, other = gn.MLPRegressor(loss=squared, **SETTINGS), gn.MLPRegressor(**SETTINGS)
    for _ in range(3):
        mine.partial_fit(X, y)
        other.partial_fit(X, y)
    same(mine, other)
    model = gn.MLPClassifier(loss=cross_entropy, **SETTINGS).fit(*data(classes=3))
    if hasattr(model, "diagnose"):
        model.diagnose()
        model.diagnose(data(classes=3)[0])


def test_warnings_of_convergence_are_those_of_other_losses():
    X, y = data()
    with pytest.warns(ConvergenceWarning):
        gn.MLPRegressor(loss=squared, **SETTINGS).fit(X, y)


def test_labels_are_not_smoothed_behind_its_back():
    X, y = data(classes=3)
    with pytest.raises(ParameterError, match="label_smoothing must be 0 with a loss written in Python"):
        gn.MLPClassifier(loss=cross_entropy, label_smoothing=0.1, **SETTINGS).fit(X, y)
    table = gn.TabularClassifier(loss=cross_entropy, max_iter=5, random_state=0).fit(X, y)
    assert table.score(X, y) > 0.4
    assert gn.TabularRegressor(loss=squared, max_iter=5, random_state=0).fit(X, X[:, 0]).predict(X).shape == (len(X),)
