"""The benchmark of accuracy counts rightly, finds what is wrong, and, in the slow suite, finds nothing."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
LONG = np.longdouble
HAS_LONG = np.finfo(LONG).nmant > 60
QUICK = ["--processes", "1", "--peers", "none", "--stride", "999983", "--doubles", "2000"]


@pytest.fixture
def ulps(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("ulps")


@pytest.fixture
def accuracy(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("accuracy")


TRUTHS = [
    0.0,
    1 / 3,
    -1.5,
    1 + 2**-24,
    3.0e-45,
    -1e-42,
    1.17e-38,
    1e-60,
    3.4028235e38,
    3.4028236e38,
    1e39,
    np.inf,
    np.nan,
]
RESULTS = [0.0, -0.0, 1e-45, 3e-45, 0.33333334, -1.5, 1.0000001, 1.0, 3.4028235e38, np.inf, -np.inf, np.nan]


def test_errors_are_those_of_mpmath(ulps):
    for truth in TRUTHS:
        got = np.array(RESULTS, np.float32)
        with np.errstate(all="ignore"):
            found = ulps.errors(got, np.full(len(got), truth))
        with mp.workdps(60):
            exact = [ulps.exact_error(float(one), mp.mpf(truth), np.float32) for one in got]
        np.testing.assert_allclose(found, exact, rtol=1e-9, err_msg=str(truth))


def test_half_a_unit_is_half_a_unit(ulps):
    one = np.ones(1, np.float32)
    assert ulps.errors(one, np.array([1 + 2**-24])) == 0.5
    assert ulps.errors(one, np.array([1 - 2**-25])) == 0.5
    assert ulps.errors(np.zeros(1, np.float32), np.array([2**-150])) == 0.5
    if HAS_LONG:
        assert ulps.errors(np.ones(1), np.array([1 + LONG(2) ** -53])) == 0.5


def test_what_counts_is_judged_again(ulps):
    tally = ulps.Tally(0.51)
    errors = np.full(1000, 0.3)
    errors[[5, 7]] = 0.7, 0.6
    tally.add(np.arange(1000.0), np.zeros(1000), errors)
    assert (tally.inputs, tally.above, tally.error, tally.at) == (1000, 2, 0.7, 5)
    tally.confirm(lambda candidate: 0.2 if candidate.x == 5 else candidate.error)
    assert (tally.above, tally.error, tally.at, tally.settled) == (1, 0.6, 7, True)


def test_a_truth_that_is_wrong_too_often_settles_nothing(ulps):
    tally = ulps.Tally(0.51)
    tally.add(np.arange(1000.0), np.zeros(1000), np.full(1000, 9.0))
    tally.confirm(lambda candidate: 0.2)
    assert not tally.settled


def test_accuracy_beside_others(tmp_path):
    target = tmp_path / "numbers.json"
    command = [str(FOLDER / "accuracy.py"), *QUICK, "--peers", "scipy,numpy", "--functions", "tanh,sigmoid,hard_tanh"]
    done = subprocess.run(
        [sys.executable, *command, "--json", str(target)], check=True, capture_output=True, text=True, timeout=240
    )
    assert "all within it" in done.stdout
    result = json.loads(target.read_text())
    assert result["above"] == result["beyond"] == []
    from glassnet import _engine

    for name in _engine.instruction_sets():
        for which in ("value", "derivative"):
            found = result["float32"]["sigmoid"][name][which]
            assert 0.4 < found["ulp"] <= 0.51
            assert found["inputs"] > 4295
    # SciPy's sigmoid in float32 has no subnormal results.
    assert result["float32"]["sigmoid"]["scipy"]["value"]["ulp"] > 1
    assert result["float32"]["tanh"]["numpy"]["value"]["ulp"] > 0.5


def test_a_wrong_result_is_found(accuracy, monkeypatch, tmp_path):
    results = accuracy.results

    def spoiled(task, entry, x):
        for who, which, got in results(task, entry, x):
            if which == "derivative":
                got.view(np.uint32)[(x > 1) & (x < 1.1)] += 8
            yield who, which, got

    monkeypatch.setattr(accuracy, "results", spoiled)
    target = tmp_path / "numbers.json"
    assert accuracy.main([*QUICK, "--functions", "sigmoid", "--dtype", "float32", "--json", str(target)]) == 1
    result = json.loads(target.read_text())
    assert result["beyond"] == ["sigmoid"]
    for found in result["float32"]["sigmoid"].values():
        assert found["value"]["ulp"] < 0.51
        assert 7.5 < found["derivative"]["ulp"] < 8.5
        assert 1 < float(found["derivative"]["at"]) < 1.1


@pytest.mark.parametrize(
    "wrong",
    [lambda x: np.where(np.isnan(x), 0.5, np.nan), lambda x: np.where(x == 0, np.copysign(0, -x), np.nan)],
    ids=["NaN becomes a number", "zeros have the wrong sign"],
)
def test_special_results_are_judged(accuracy, monkeypatch, capsys, wrong):
    results = accuracy.results

    def spoiled(task, entry, x):
        for who, which, got in results(task, entry, x):
            replaced = wrong(x).astype(got.dtype)
            yield who, which, np.where((which == "derivative") | np.isnan(replaced), got, replaced)

    monkeypatch.setattr(accuracy, "results", spoiled)
    assert accuracy.main([*QUICK, "--functions", "tanh", "--dtype", "float32"]) == 1
    assert "tanh (float32, inf ULP)" in capsys.readouterr().out


def test_the_slope_at_a_kink_is_a_convention(accuracy, monkeypatch):
    import glassnet as gn

    monkeypatch.setattr(accuracy, "computed", lambda peer, function, which, x: np.full_like(x, 0.25))
    monkeypatch.setattr(accuracy, "offers", lambda *_: True)
    task = accuracy.Task("relu", "float32", 0, 0, 1, (), ("torch",))
    x = np.array([-1, 0, 1], np.float32)
    found = {which: got.tolist() for _, which, got in accuracy.results(task, gn.activations.relu, x)}
    assert found == {"value": [0.25] * 3, "derivative": [0.25, 0, 0.25]}


@pytest.mark.parametrize("argument", [("--functions", "softmax"), ("--peers", "keras"), ("--instruction-sets", "mmx")])
def test_names_are_checked(accuracy, argument, capsys):
    with pytest.raises(SystemExit, match="2"):
        accuracy.main([*argument])
    assert f"{argument[0]} must name some of" in capsys.readouterr().err


def test_every_elementwise_function_is_measured(accuracy):
    import glassnet as gn

    options = accuracy.parse([])
    tasks = accuracy.plan(options)
    names = {entry.name for entry in gn.activations if not entry.over_axis} - {"maxout"}
    assert {task.function for task in tasks} == set(options.functions) == names
    for name in names:
        sweeps = [task for task in tasks if task.function == name and task.dtype == "float32" and not task.exact]
        assert sum(len(range(task.first, task.stop)) for task in sweeps) == len(range(0, 2**32, 257))


@pytest.mark.slow
def test_every_257th_float_is_within_half_a_unit(tmp_path):
    target = tmp_path / "numbers.json"
    command = [str(FOLDER / "accuracy.py"), "--peers", "none", "--json", str(target), "--doubles", "1000000"]
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(target.read_text())
    for dtype, bound in (("float32", 0.51), ("float64", 2.0)):
        for name, sets in result[dtype].items():
            for of_set in sets.values():
                for which, found in of_set.items():
                    assert found["settled"], (name, which, dtype, found)
                    assert float(found["ulp"]) <= bound, (name, which, dtype, found)
    assert result["above"] == result["beyond"] == []
