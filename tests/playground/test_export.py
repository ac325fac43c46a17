"""What one takes along: the code trains the same network to the same loss, the file predicts the same."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.export import model_file, python_code
from glassnet.playground.material import material_of
from glassnet.playground.preparing import prepare
from glassnet.playground.run import Run
from glassnet.playground.setup import DEFAULT
from glassnet.table import read_table, write_table

TABLE = 'what "they" said\'s.csv'
CASES = {
    "default": ({}, {}),
    "formula and learned parameters": (
        {"name": "three_spirals"},
        {
            "hidden_layer_sizes": [4, 3, 2],
            "activation": [
                {"formula": "x * sigmoid(beta * x)", "parameters": {"beta": 1.5}, "learned": ["beta"]},
                "prelu",
                "x * tanh(x)",
            ],
        },
    ),
    "regression, L1": (
        {"name": "waves"},
        {"loss": {"name": "huber", "parameters": {"delta": 0.3}}, "alpha": 0.1, "l1_ratio": 0.5},
    ),
    "dropout, schedule, weights by class": (
        {"name": "rings", "n_classes": 3},
        {"dropout": [0.1, 0.0], "learning_rate": "cosine", "class_weight": {"1": 2.0}, "label_smoothing": 0.1},
    ),
    "sgd, adaptive": ({"name": "xor"}, {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.5}),
    "drawn": ({"name": "drawn", "points": [[0.5, 1, 0], [-1.25, 0.125, 2], [0, 0, 2], [1, 1, 0], [2, 1, 0]]}, {}),
    "table": ({"name": "table", "table": {"id": "1", "name": TABLE}}, {"hidden_layer_sizes": []}),
    "lbfgs": ({"name": "moons"}, {"solver": "lbfgs"}),
    "digits": ({"name": "digits", "n_rows": 60}, {"initializer": ["zeros", "auto", "he_normal"]}),
}  # fmt: skip
EPOCH = 7
RUNNER = """
import runpy, sys
for path in sys.argv[1:]:
    runpy.run_path(path, run_name="__main__")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def table(folder):
    random = np.random.RandomState(0)
    a, b, c = random.normal(size=(3, 80))
    kind = np.where(a * 1000 + c > 0, 'a "b"', "it's")
    write_table(folder / TABLE, {"a": a * 1e6, "kind": kind, "b\\n": b, "c": c})
    return read_table(folder / TABLE)


@pytest.fixture(scope="module")
def runs(table):
    made = {}
    for name, (data, model) in CASES.items():
        setup = DEFAULT.changed(data={"n_rows": 60, **data}, model={"max_iter": 40, **model})
        made[name] = Run(prepare(setup, material_of(setup, {"1": table})))
        made[name].go_to(EPOCH)
    return made


def test_code_gives_the_same_loss_in_a_fresh_interpreter(runs, folder):
    paths = []
    for i, run in enumerate(runs.values()):
        paths.append(folder / f"code{i}.py")
        paths[-1].write_text(python_code(run.prepared, run.epoch), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, *map(str, paths)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    losses = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("loss")]
    assert losses == [float(run.trace.losses[-1]) for run in runs.values()]
    scores = [float(line.split()[-1]) for line in done.stdout.splitlines() if line.startswith("test")]
    np.testing.assert_allclose(scores, [float(run.trace.validation_scores[-1]) for run in runs.values()], atol=1e-6)


def test_code_of_epoch_0_trains_to_the_end(runs):
    prepared = runs["default"].prepared
    assert "callback" not in python_code(prepared, 0)
    assert "max_iter=40" in python_code(prepared, 0)


@pytest.mark.parametrize("case", CASES)
def test_model_file_predicts_what_the_run_does(runs, folder, case):
    run = runs[case]
    (folder / "model.glass").write_bytes(model_file(run.prepared, run))
    model = gn.load(folder / "model.glass")
    rows = run.prepared.material
    if rows.task == "classification":
        assert [str(label) for label in model.classes_] == list(rows.class_names)
    if not isinstance(run.prepared.setup.model.class_weight, tuple):  # the engine's accuracy counts weights
        assert model.score(rows.X_test, rows.y_test) == pytest.approx(run.trace.validation_scores[-1], abs=1e-6)
    assert model.n_iter_ == EPOCH
    assert model.loss_ == run.trace.losses[-1]
    for learned, weights in zip(model.coefs_, run.weights.coefs, strict=True):
        np.testing.assert_array_equal(learned, weights)
    model.diagnose()
    assert not hasattr(run.prepared.estimator, "coefs_")


def test_model_file_before_the_first_epoch(runs, folder):
    prepared = runs["default"].prepared
    (folder / "start.glass").write_bytes(model_file(prepared, Run(prepared)))
    assert gn.load(folder / "start.glass").n_iter_ == 0
