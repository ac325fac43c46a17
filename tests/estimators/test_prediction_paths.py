"""The short way of plain arrays through a prediction gives what the long way gives, and nothing else takes it."""

import copy
import pickle
import threading
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_array_equal
from scipy.special import expit
from sklearn.exceptions import NotFittedError

import glassnet as gn
from glassnet import engine
from glassnet.estimators import validation
from glassnet.estimators.base import BaseMLP

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(150, 7))
TWO = (X[:, 0] > X[:, 1]).astype(int)
THREE = np.array(["a", "b", "c"])[TWO + (X[:, 2] > 1)]
LABELS = np.column_stack([TWO, X[:, 3] > 0, X[:, 4] > 0.5]).astype(int)
MANY = np.arange(150) % 11
NUMBERS = X[:, 0] * X[:, 1]


def classifier(**parameters):
    return gn.MLPClassifier(**{"hidden_layer_sizes": (9, 5), "max_iter": 3, "random_state": 0, **parameters})


def regressor(**parameters):
    return gn.MLPRegressor(**{"hidden_layer_sizes": (9, 5), "max_iter": 3, "random_state": 0, **parameters})


MODELS = {
    "two classes": (classifier(), TWO),
    "two classes, softmax": (classifier(output_activation="softmax"), TWO),
    "two classes, squared error": (classifier(loss="squared_error"), TWO),
    "two classes, hinge": (classifier(loss="hinge"), TWO),
    "three classes": (classifier(), THREE),
    "three classes, sigmoids": (classifier(output_activation="sigmoid"), THREE),
    "three classes, squared hinge": (classifier(loss="squared_hinge"), THREE),
    "eleven classes": (classifier(), MANY),
    "labels": (classifier(), LABELS),
    "no hidden layer": (classifier(hidden_layer_sizes=()), THREE),
    "no hidden layer, eleven classes": (classifier(hidden_layer_sizes=()), MANY),
    "wide": (classifier(hidden_layer_sizes=(70, 40)), THREE),
    "maxout": (classifier(activation=gn.activation("maxout", pieces=3)), TWO),
    "learned slopes": (classifier(activation="prelu"), TWO),
    "formula": (classifier(activation="x * tanh(x)"), TWO),
    "number": (regressor(), NUMBERS),
    "two numbers": (regressor(), X[:, :2]),
    "poisson": (regressor(loss="poisson"), np.abs(NUMBERS)),
}
METHODS = ("predict_proba", "predict_log_proba", "decision_function", "predict")


def fitted(name="two classes", dtype=np.float32, **parameters):
    model, y = MODELS[name]
    return copy.deepcopy(model).set_params(**parameters).fit(X.astype(dtype), y)


def long_way(monkeypatch, call, *arguments):
    with monkeypatch.context() as patch:
        patch.setattr(BaseMLP, "_quick", lambda *_, **__: None)
        return call(*arguments)


def same(a, b):
    assert_array_equal(a, b)
    assert a.dtype == b.dtype
    assert type(a) is type(b) is np.ndarray


@pytest.mark.parametrize("seen", [np.float32, np.float64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MODELS)
def test_both_ways_give_the_same_bits(name, dtype, seen, monkeypatch):
    model = fitted(name, dtype)
    for n_rows in (1, 2, 47, 150):
        rows = np.ascontiguousarray(X[:n_rows].astype(seen))
        for method in METHODS:
            if hasattr(model, method):
                call = getattr(model, method)
                same(call(rows), long_way(monkeypatch, call, rows))


@pytest.mark.parametrize("name", MODELS)
def test_a_prepared_predictor_gives_the_same_bits_as_the_method(name):
    model = fitted(name)
    rows = X.astype(np.float32)
    methods = ["predict"] if isinstance(model, gn.MLPRegressor) else ["predict_proba", "decision_function"]
    for method in methods:
        if not hasattr(model, method):
            continue
        predictor = model.predictor() if method == "predict" else model.predictor(method)
        assert predictor.method == method
        for given in (rows, rows[:1], rows.astype(np.float64), np.asfortranarray(rows), rows.tolist()):
            same(predictor(given), getattr(model, method)(given))
        assert_array_equal(predictor(scipy.sparse.csr_matrix(rows)), getattr(model, method)(rows))
    usual = model.predictor()
    assert usual.method == next(method for method in methods if hasattr(model, method))


@pytest.mark.parametrize("name", ["two classes", "labels", "eleven classes"])
def test_a_row_does_not_depend_on_its_company(name):
    model = fitted(name)
    rows = np.tile(X.astype(np.float32), (3, 1))
    together = model.predict_proba(rows)
    assert_array_equal(together, np.concatenate([model.predict_proba(rows[i : i + 1]) for i in range(len(rows))]))
    assert_array_equal(model.predict(rows), np.concatenate([model.predict(rows[i : i + 7]) for i in range(0, 450, 7)]))


def test_chances_of_two_classes_are_exact_near_zero():
    model = fitted()
    model.coefs_[-1][:] = 0
    for score in (-100.0, -88.5, -20.0, 0.0, 20.0, 88.5, 100.0):  # from -88 on the chance is a subnormal float32
        model.intercepts_[-1][:] = score
        sides = expit(np.array([[-score, score]]))
        np.testing.assert_allclose(model.predict_proba(X[:1].astype(np.float32)), sides, rtol=1e-5, atol=2e-45)
    model = fitted("labels")
    model.coefs_[-1][:] = 0
    model.intercepts_[-1][:] = -95.0
    assert (model.predict_proba(X[:1].astype(np.float32)) > 0).all()


class Subclass(np.ndarray):
    pass


def unaligned(rows):
    buffer = np.zeros(rows.nbytes + 1, np.uint8)[1:].view(rows.dtype).reshape(rows.shape)
    buffer[:] = rows
    return buffer


SHORT = {
    "float32": lambda rows: rows.astype(np.float32),
    "float64": lambda rows: rows,
    "one row": lambda rows: rows[3:4],
    "some rows": lambda rows: rows[10:20],
    "read-only": lambda rows: np.frombuffer(rows.tobytes()).reshape(rows.shape),
    "large": lambda rows: rows * 0 + 1e300,  # finite, but their sum is not
}
LONG = {
    "list": lambda rows: rows.tolist(),
    "integers": lambda rows: rows.astype(np.int32),
    "half": lambda rows: rows.astype(np.float16),
    "other order of bytes": lambda rows: rows.astype(rows.dtype.newbyteorder()),
    "Fortran": np.asfortranarray,
    "every second row": lambda rows: rows[::2],
    "columns": lambda rows: np.hstack([rows, rows])[:, :7],
    "subclass": lambda rows: rows.view(Subclass),
    "unaligned": unaligned,
    "objects": lambda rows: rows.astype(object),
    "table": pd.DataFrame,
    "sparse": scipy.sparse.csr_matrix,
    "sparse columns": scipy.sparse.csc_array,
}
REFUSED = {
    "NaN": lambda rows: np.where(np.arange(7) == 3, np.nan, rows),
    "infinity": lambda rows: np.where(np.arange(7) == 3, np.inf, rows),
    "NaN in the last row only": lambda rows: np.where(np.arange(150)[:, None] < 149, rows, np.nan),
    "NaN in a table": lambda rows: pd.DataFrame(rows).mask(rows > 2),
    "too wide": lambda rows: np.hstack([rows, rows]),
    "too narrow": lambda rows: np.ascontiguousarray(rows[:, :6]),
    "no rows": lambda rows: rows[:0],
    "one dimension": lambda rows: rows[0],
    "three dimensions": lambda rows: rows[None],
    "complex": lambda rows: rows.astype(complex),
    "text": lambda rows: [["a"] * 7],
    "None": lambda rows: None,
}


@pytest.fixture
def checks(monkeypatch):
    """Count validations."""
    calls = []
    true = validation.checked_rows
    monkeypatch.setattr(validation, "checked_rows", lambda *given: calls.append(1) or true(*given))
    return calls


@pytest.mark.parametrize("kind", SHORT)
def test_plain_arrays_take_the_short_way(kind, checks, monkeypatch):
    model = fitted(dtype=np.float64)
    rows = SHORT[kind](X)
    for method in METHODS:
        found = getattr(model, method)(rows)
        assert not checks
        same(found, long_way(monkeypatch, getattr(model, method), rows))
        checks.clear()


@pytest.mark.parametrize("kind", LONG)
def test_other_rows_are_converted_first(kind, checks):
    model = fitted(dtype=np.float64)
    rows = LONG[kind](X)
    known = LONG[kind](X)
    plain = np.array(known.toarray() if scipy.sparse.issparse(known) else known, dtype=np.float64, order="C")
    for method in METHODS:
        found = getattr(model, method)(rows)
        assert len(checks) == 1
        same(found, getattr(model, method)(plain))
        assert len(checks) == 1
        checks.clear()


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_is_refused_with_the_same_words(kind, checks, monkeypatch):
    model = fitted(dtype=np.float64)
    rows = REFUSED[kind](X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for method in ("predict_proba", "predict", "decision_function"):
            with pytest.raises((ValueError, TypeError)) as short:
                getattr(model, method)(rows)
            with pytest.raises((ValueError, TypeError)) as long:
                long_way(monkeypatch, getattr(model, method), rows)
            assert type(short.value) is type(long.value)
            assert str(short.value) == str(long.value)
        with pytest.raises((ValueError, TypeError)):
            model.predictor()(rows)
    assert len(checks) == 6


def test_a_number_that_is_not_finite_is_named_by_row_and_column():
    model = fitted(dtype=np.float64)
    rows = np.tile(X, (400, 1))  # enough for several parts and a team
    rows[54321, 2] = np.nan
    for call in (model.predict, model.predict_proba, model.decision_function, model.predictor()):
        with pytest.raises(gn.errors.DataError, match="row 54,321, column 2 is NaN"):
            call(rows)


def test_a_predictor_says_what_width_it_wants():
    with pytest.raises(gn.errors.ShapeError, match=r"X must have shape \(n_samples, 7\); got shape \(150, 6\)"):
        fitted().predictor()(X[:, :6])


def test_names_of_columns_are_still_looked_at():
    names = [f"c{i}" for i in range(7)]
    table = pd.DataFrame(X, columns=names)
    model = copy.deepcopy(MODELS["two classes"][0]).fit(table, TWO)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        unnamed = model.predict_proba(X)
    assert_array_equal(unnamed, model.predict_proba(table))
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict_proba(table[names[::-1]])
    assert_array_equal(model.predictor()(X), unnamed)  # of arrays alone; there is nobody to warn


def test_before_fit():
    for model in (gn.MLPClassifier(), gn.MLPRegressor()):
        for method in ("predict", "predictor"):
            with pytest.raises(NotFittedError):
                getattr(model, method)(*([X] if method == "predict" else []))
    for method in ("predict_proba", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(gn.MLPClassifier(), method)(X)


# --- what is kept is made anew when weights change


def truth(model, rows):
    """What a network that was built this moment says."""
    weights = engine.Weights(model.coefs_, model.intercepts_, learned=model._learned())
    return engine.predict_scores(model.network_, weights, rows)[:, 0]


def assign_list(model):
    model.coefs_ = [2 * weights for weights in model.coefs_]


def assign_one(model):
    model.coefs_[1] = model.coefs_[1] * 2


def write_one_number(model):
    model.coefs_[0][3, 4] += 1.0


def write_a_bias(model):
    model.intercepts_[-1] += 1.0


def assign_tuple_and_transposed(model):
    model.coefs_ = (model.coefs_[0], np.ascontiguousarray(model.coefs_[1].T * 3).T, model.coefs_[2])


def learned_slope(model):
    model.activation_parameters_[0]["slope"][:] = 0.9


def seen_by_another_type(model):
    model.coefs_[2] = (model.coefs_[2] * 3).astype(np.float64)


CHANGES = [
    assign_list, assign_one, write_one_number, write_a_bias, assign_tuple_and_transposed, learned_slope,
    seen_by_another_type,
    lambda model: model.fit(X.astype(np.float32) * 2, TWO),
    lambda model: model.partial_fit(X.astype(np.float32), TWO),
    lambda model: model.set_params(warm_start=True).fit(X.astype(np.float32), TWO),
    lambda model: model.set_params(max_iter=5).fit(X.astype(np.float32), 1 - TWO),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_changed_weights_are_seen(change):
    model = fitted("learned slopes", max_iter=3)
    rows = X.astype(np.float32)
    before = model.decision_function(rows)
    prepared = model.predictor("decision_function")
    assert_array_equal(before, truth(model, rows))
    kept = model._ready._kept.predictor
    model.predict(rows)
    assert model._ready._kept.predictor is kept  # nothing is built anew while nothing changes
    change(model)
    after = model.decision_function(rows)
    assert not np.array_equal(before, after)
    assert_array_equal(after, truth(model, rows))
    assert_array_equal(model.predict_proba(rows)[:, 1] > 0.5, after > 0)
    assert_array_equal(prepared(rows), before)  # made before the change, and independent of it


@pytest.mark.parametrize("copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_copies_go_their_own_way(copied):
    model = fitted()
    rows = X.astype(np.float32)
    before = model.decision_function(rows)
    other = copied(model)
    assert_array_equal(other.decision_function(rows), before)
    other.coefs_[0][:] = 0
    assert_array_equal(other.decision_function(rows), truth(other, rows))
    assert_array_equal(model.decision_function(rows), before)


def test_a_shallow_copy_shares_weights_until_one_trains():
    model = fitted()
    rows = X.astype(np.float32)
    other = copy.copy(model)
    before = model.decision_function(rows)
    other.fit(X.astype(np.float32), 1 - TWO)
    assert_array_equal(model.decision_function(rows), before)
    assert_array_equal(other.decision_function(rows), truth(other, rows))
    model.coefs_ = [weights + 1 for weights in model.coefs_]
    assert_array_equal(model.decision_function(rows), truth(model, rows))


def test_files_give_models_that_predict_by_themselves(tmp_path):
    model = fitted()
    rows = X.astype(np.float32)
    model.save(tmp_path / "model.glass")
    loaded = gn.load(tmp_path / "model.glass")
    joblib.dump(model, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    for other in (loaded, mapped):
        for _ in range(2):
            assert_array_equal(other.predict_proba(rows), model.predict_proba(rows))
        assert_array_equal(other.predictor()(rows), model.predict_proba(rows))


@pytest.mark.parametrize("name", ["two classes", "three classes, sigmoids", "two classes, squared error", "number"])
@pytest.mark.parametrize("copied", [lambda p: pickle.loads(pickle.dumps(p)), copy.deepcopy, copy.copy])
def test_predictors_can_be_copied(name, copied):
    model = fitted(name)
    for predictor in (model.predictor(), *([model.predictor("decision_function")] if name != "number" else [])):
        other = copied(predictor)
        assert repr(other) == repr(predictor)
        same(other(X), predictor(X))


def test_a_predictor_outlives_its_model():
    model = fitted()
    expected = model.predict_proba(X)
    predictor = model.predictor()
    model.coefs_[0][:] = 0
    del model
    assert_array_equal(predictor(X), expected)


def test_snapshots_tell_numbers_apart():
    arrays = [np.arange(6.0).reshape(2, 3), np.zeros(4, np.float32)]
    snapshot = engine.Snapshot([arrays])
    assert snapshot.matches([arrays])
    assert snapshot.matches((tuple(array.copy() for array in arrays),))
    assert snapshot.matches([[np.asfortranarray(arrays[0]), arrays[1]]])  # laid out otherwise, the same numbers
    assert not snapshot.matches([arrays[:1]])
    assert not snapshot.matches([[*arrays, arrays[0]]])
    assert not snapshot.matches([[arrays[0].reshape(3, 2), arrays[1]]])
    assert not snapshot.matches([[arrays[0], np.zeros(2)]])  # the same bytes as another type
    assert not snapshot.matches([[arrays[0], np.zeros(4, np.int32)]])
    assert not snapshot.matches([[arrays[0], -arrays[1]]])  # -0.0
    assert not snapshot.matches([["text", arrays[1]]])
    assert not snapshot.matches(None)
    assert not snapshot.matches([None])
    arrays[0][1, 2] = np.nextafter(5.0, 6.0)
    assert not snapshot.matches([arrays])
    assert not engine.Snapshot([[[1.0, 2.0]]]).matches([[[1.0, 2.0]]])  # no arrays: nothing is known


# --- threads, memory


@pytest.mark.parametrize("name", ["two classes", "eleven classes", "maxout"])
def test_many_threads_at_once(name):
    model = fitted(name)
    rows = np.tile(X.astype(np.float32), (60, 1))
    expected = model.predict_proba(rows)
    predictor = model.predictor()

    def work(seed):
        random = np.random.default_rng(seed)
        for _ in range(150):
            first = int(random.integers(0, 8900))
            count = int(random.choice([1, 1, 2, 65, 700, 9000]))
            call = predictor if random.integers(2) else model.predict_proba
            if not np.array_equal(call(rows[first : first + count]), expected[first : first + count]):
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_other_threads_run_while_many_rows_are_predicted():
    model = fitted("wide")
    rows = np.tile(X.astype(np.float32), (3000, 1))
    predictor = model.predictor()
    counted, done = 0, threading.Event()

    def predict():
        predictor(rows)
        done.set()

    thread = threading.Thread(target=predict)
    thread.start()
    while not done.is_set():
        counted += 1
    thread.join()
    assert counted > 100


def test_teams_give_the_same_bits():
    rows = np.tile(X.astype(np.float32), (600, 1))
    one, several = fitted("wide", n_threads=1), fitted("wide", n_threads=None)
    same(one.predict_proba(rows), several.predict_proba(rows))
    same(one.predict(rows), several.predict(rows))


@pytest.mark.parametrize("name", ["two classes", "three classes", "labels", "number"])
def test_nothing_but_the_result_grows_with_the_rows(name):
    model = fitted(name)
    rows = np.tile(X.astype(np.float32), (3000, 1))
    calls = [model.predict, model.predictor()] + ([model.predict_proba] if hasattr(model, "predict_proba") else [])
    for call in calls:
        call(rows[:1])
        tracemalloc.start()
        try:
            result = call(rows)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert len(result) == len(rows)
        assert peak - result.nbytes < 6e6  # X has 12.6 MB; the scores of a part have 1 MB


def test_models_of_tables_say_what_to_use_instead():
    model = gn.TabularRegressor(max_iter=2, random_state=0).fit(X, NUMBERS)
    assert not hasattr(model, "predictor")
    with pytest.raises(AttributeError, match=r"is for networks on arrays .*TabularRegressor encodes a table's columns"):
        model.predictor()


def test_methods_that_there_are_not():
    with pytest.raises(gn.errors.ParameterError, match="method must be one of auto, predict_proba, decision_function"):
        fitted().predictor("predict")
    with pytest.raises(gn.errors.ParameterError, match="method must be one of auto, decision_function; got"):
        fitted("two classes, hinge").predictor("predict_proba")
