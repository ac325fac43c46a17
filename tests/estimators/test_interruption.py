"""Ctrl-C: training ends at once, and the model is there."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from sklearn.datasets import load_iris
from tests.patience import quickest

import glassnet as gn

X, Y = load_iris(return_X_y=True)

PROGRAM = """
import time, warnings
import numpy as np
import glassnet as gn

warnings.simplefilter("always")
X = np.random.RandomState(0).normal(size=({rows}, 50))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
model = gn.MLPClassifier(({units},), max_iter=10**6, n_iter_no_change=10**6, random_state=0, **{parameters})
print("ready", flush=True)
model.fit(X, y)
print("returned", time.time(), flush=True)
assert model.predict(X).shape == y.shape
assert all(np.isfinite(coef).all() for coef in model.coefs_)
assert model.n_iter_ == len(model.loss_curve_)
print("score", model.score(X, y))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process")
@pytest.mark.parametrize(
    ("rows", "units", "parameters"),
    [
        (2000, 50, {"early_stopping": True}),  # many short epochs
        (300_000, 500, {}),  # one epoch takes seconds
        (50_000, 200, {"solver": "lbfgs", "tol": 0, "max_fun": 10**9}),
    ],
    ids=["short epochs", "one long epoch", "lbfgs"],
)
def test_interrupt_ends_training_within_a_second(rows, units, parameters):
    program = PROGRAM.format(rows=rows, units=units, parameters=parameters)

    def late():
        pipe = subprocess.PIPE
        with subprocess.Popen([sys.executable, "-c", program], stdout=pipe, stderr=pipe, text=True) as process:
            try:
                assert process.stdout.readline() == "ready\n"
                time.sleep(0.7)
                sent = time.time()
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=60)
            finally:
                process.kill()
        assert process.returncode == 0, err
        assert "UserWarning: Training interrupted by user." in err
        word, when = out.splitlines()[0].split()
        assert word == "returned"
        return float(when) - sent

    assert quickest(late, below=1.0) < 1.0


def interrupt(epoch):
    if epoch.epoch == 3:
        raise KeyboardInterrupt


@pytest.mark.parametrize("parameters", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
def test_interrupt_within_a_callback(parameters):
    rows = (X - X.mean(axis=0)) / X.std(axis=0)
    model = gn.MLPClassifier(5, callback=interrupt, random_state=0, **parameters)
    with pytest.warns(UserWarning, match="Training interrupted by user") as record:
        model.fit(rows, Y)
    assert len(record) == 1
    assert record[0].filename == __file__
    assert model.n_iter_ in (2, 3)
    assert model.predict(rows).shape == (150,)
    assert np.isfinite(model.loss_)
