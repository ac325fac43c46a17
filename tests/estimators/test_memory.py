"""Fit and predict read X where it lies: no copy of it, neither in NumPy's memory nor in the engine's."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import glassnet as gn

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # one epoch is enough here

N, COLUMNS = 200_000, 40
# Lists of rows, codes and targets while they are made (a row of X has 160 bytes in float32), and what does not grow
# with the rows: the distances of a thousand rows to each other, for the diagnosis.
MOST = 28 * N + 10 * 2**20


@pytest.fixture(scope="module")
def rows():
    X = np.random.default_rng(0).standard_normal((N, COLUMNS), dtype=np.float32)
    y = (X[:, 0] > 0).astype(np.int64)
    gn.MLPClassifier((8,), max_iter=1, early_stopping=True).fit(X[:500], y[:500])  # loads what is loaded once
    return X, y


def peak_of(function):
    """Most bytes that NumPy and Python held at once while the function ran."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_the_measure_sees_a_copy(rows):
    assert peak_of(rows[0].copy) >= rows[0].nbytes


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("way", ["plain", "early_stopping", "X_val", "weighted", "balanced", "text", "partial_fit"])
def test_fit_copies_no_rows(rows, way, dtype):
    X, y = rows
    X = X.astype(dtype)
    if way == "text":
        y = np.where(y == 1, "yes", "no")
    # The engine's type is another than X's: rows are converted when they are gathered.
    settings = {"dtype": "float32", "early_stopping": way == "early_stopping", "max_iter": 1, "batch_size": 500}
    settings["class_weight"] = "balanced" if way == "balanced" else None
    model = gn.MLPClassifier((8,), random_state=0, **settings)
    if way == "partial_fit":
        peak = peak_of(lambda: model.partial_fit(X, y, classes=[0, 1]))
    elif way == "X_val":
        peak = peak_of(lambda: model.fit(X, y, X_val=X[: N // 2], y_val=y[: N // 2]))
    else:
        peak = peak_of(lambda: model.fit(X, y, np.ones(N) if way == "weighted" else None))
    assert peak < MOST < X.nbytes / 1.9


@pytest.mark.parametrize("early_stopping", [False, True])
def test_fit_of_numbers_copies_no_rows(rows, early_stopping):
    X, y = rows
    model = gn.MLPRegressor(
        hidden_layer_sizes=(8,), early_stopping=early_stopping, max_iter=1, batch_size=500, random_state=0
    )
    assert peak_of(lambda: model.fit(X, y.astype(np.float32))) < MOST


def test_predictions_copy_no_rows(rows):
    X, y = rows
    model = gn.MLPClassifier((8,), max_iter=1, batch_size=500, random_state=0).fit(X, y)
    for method in (model.predict, model.predict_proba, lambda rows: model.score(rows, y)):
        assert peak_of(lambda method=method: method(X)) < MOST


ENGINE = """
import sys, warnings
import numpy as np
import glassnet as gn

def held(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024

warnings.simplefilter("ignore")
X = np.random.default_rng(0).standard_normal((400_000, 80), dtype=np.float32)
y = (X[:, 0] > 0).astype(np.int64)
gn.MLPClassifier((8,), max_iter=1, early_stopping=True).fit(X[:500], y[:500]).predict(X[:500])
with open("/proc/self/clear_refs", "w") as reset:
    reset.write("5")
before = held("VmRSS")
model = gn.MLPClassifier((8,), max_iter=1, batch_size=2000, early_stopping=bool(int(sys.argv[1]))).fit(X, y)
model.predict_proba(X)
print(held("VmHWM") - before, X.nbytes)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of the resident memory")
@pytest.mark.parametrize("early_stopping", [0, 1])
def test_the_engine_copies_no_rows(early_stopping):
    done = subprocess.run(
        [sys.executable, "-c", ENGINE, str(early_stopping)], capture_output=True, text=True, check=False
    )
    if "clear_refs" in done.stderr:
        pytest.skip("this system does not let a process reset its peak")
    assert done.returncode == 0, done.stderr
    peak, size = map(int, done.stdout.split())
    assert peak < 0.4 * size
