"""The benchmarks run, on tiny shapes, and say what is missing instead of failing. Their numbers are not tested here."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
HAS_TORCH = importlib.util.find_spec("torch") is not None


def run(script, *arguments, status=0, path=""):
    searched = os.pathsep.join(filter(None, [path, os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        [sys.executable, str(FOLDER / script), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": searched},
        timeout=240,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.fixture
def shapes(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import shapes

    return shapes


@pytest.fixture
def harness(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import harness

    return harness


@pytest.mark.slow
def test_training_measures_glassnet_beside_scikit_learn(tmp_path):
    target = tmp_path / "numbers.json"
    done = run("training.py", "--quick", "--shapes", "tiny", "--peers", "sklearn", "--json", target)
    assert "tiny" in done.stdout
    result = json.loads(target.read_text())["shapes"]["tiny"]
    assert result["failed"] == {}
    assert len(result["pairs"]["sklearn"]) == 2
    assert all(pair["theirs"] > pair["ours"] > 0 for pair in result["pairs"]["sklearn"])
    assert result["check"]["the reference"]["right"]
    assert ("PyTorch" in result["check"]) == HAS_TORCH
    assert all(check["right"] for check in result["check"].values())
    targets = json.loads(target.read_text())["targets"]
    assert [one["name"] for one in targets] == ["tiny, × scikit-learn"]


def test_pairs_of_a_machine_that_changed_all_the_time_are_not_lost(shapes, monkeypatch):
    training = importlib.import_module("training")
    pair = training.Pair(ours=1.0, theirs=100.0, trips=[1e-7, 9e-7, 1e-7], others=0.0)
    shape = shapes.SHAPES["tiny"]
    result = training.evaluate(shape, {"sklearn": [pair]}, None)
    assert list(result["states"]) == ["mixed"]
    (found,) = training.targets(shape, result, {"sklearn"})
    assert found["measured"] == 100.0
    still = training.Pair(ours=1.0, theirs=120.0, trips=[1e-7, 1e-7, 1e-7], others=0.0)
    assert list(training.evaluate(shape, {"sklearn": [pair, still]}, None)["states"]) == ["near"]


def test_absent_peers_are_named_and_left_out(tmp_path):
    # Python runs this file at its start: from then on nobody finds PyTorch or JAX, whether they are there or not.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name in ('torch', 'jax') else find(name, *rest)\n"
    )
    done = run("training.py", "--quick", "--shapes", "tiny", path=str(tmp_path))
    for name in ("torch-eager", "torch-step", "jax-scan"):
        assert f"left out: {name}" in done.stdout
    assert "weights are those of the reference" in done.stdout
    assert "of PyTorch" not in done.stdout
    assert "sklearn" in done.stdout


@pytest.mark.parametrize("arguments", [("--shapes", "huge"), ("--peers", "tensorflow")])
def test_training_names_what_it_knows(arguments):
    done = run("training.py", *arguments, status=2)
    assert arguments[1] in done.stderr
    assert "must name some of" in done.stderr


@pytest.mark.slow
def test_oversubscription_gives_the_same_weights_on_both_sides(tmp_path):
    target = tmp_path / "numbers.json"
    run("oversubscription.py", "--quick", "--scenarios", "fit,team-small,affinity", "--json", target)
    for result in json.loads(target.read_text())["scenarios"].values():
        assert result["same"]
        assert len(result["crowded"]) == len(result["fitting"]) == 2


@pytest.mark.slow
def test_compare_gives_the_scores_of_single_fits(tmp_path):
    target = tmp_path / "numbers.json"
    run("compare.py", "--quick", "--json", target)
    found = json.loads(target.read_text())
    assert found["largest_difference"] == 0
    assert found["fits"] == 360
    assert all(len(times) == 2 for times in found["seconds"].values())
    assert [one["asked"] for one in found["targets"]] == [35.0]


@pytest.mark.slow
def test_small_fits_are_those_of_a_cross_validation(tmp_path):
    target = tmp_path / "numbers.json"
    run("fits.py", "--quick", "--json", target)
    found = json.loads(target.read_text())
    assert found["largest_difference"] == 0
    for both in found["small_fits"].values():
        assert both["glassnet"]["fits"] == 200
        assert 0 < both["glassnet"]["engine"] < both["glassnet"]["seconds"]
    assert found["iris"]["glassnet"]["above"] > 0
    assert [one["unit"] for one in found["targets"]] == ["ms"]


@pytest.mark.slow
def test_statistics_change_no_weight(tmp_path):
    target = tmp_path / "numbers.json"
    done = run("diagnosis.py", "--quick", "--shapes", "tiny", "--json", target)
    assert "while training" in done.stdout
    (result,) = json.loads(target.read_text())["results"]
    assert result["right"]
    assert result["together"] == pytest.approx(result["while_training"] + result["afterwards"])


@pytest.mark.slow
def test_a_watched_run_of_the_playground_is_the_engines_own(tmp_path):
    target = tmp_path / "numbers.json"
    run("playground.py", "--quick", "--json", target)
    for result in json.loads(target.read_text())["results"]:
        assert result["right"]
        assert result["frames_per_second"] > 0
        assert result["frame_ms"] > 0


@pytest.mark.slow
def test_startup_measures_every_command_and_first_steps(tmp_path):
    target = tmp_path / "numbers.json"
    run("startup.py", "--quick", "--json", target)
    document = json.loads(target.read_text())
    assert "import glassnet" in document["commands"]
    assert all("failed" not in result for result in document["commands"].values())
    assert any(one["name"].startswith("first step, arrays") for one in document["targets"])


@pytest.mark.slow
def test_growth_draws_what_it_measures(tmp_path):
    target, picture = tmp_path / "numbers.json", tmp_path / "growth.svg"
    done = run("growth.py", "--quick", "--rows", 10_000, "--plot", picture, "--json", target)
    assert "weights are those of the reference" in done.stdout
    assert [one["sizes"][0] for one in json.loads(target.read_text())["series"]] == [1_000, 1, 5_569, 1_000]
    assert "How time grows" in picture.read_text()


def test_a_line_has_its_slope(harness, shapes):
    import growth

    series = growth.Series("fit, rows", "rows", [10, 100, 1000], [1.1, 10.1, 100.1], 0.1)
    assert series.slope == pytest.approx(1.0)
    assert series.local == pytest.approx([1.0, 1.0])


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of the resident memory")
def test_memory_sees_copies(tmp_path):
    target = tmp_path / "numbers.json"
    run("memory.py", "--quick", "--cases", "small", "--json", target)
    document = json.loads(target.read_text())
    assert len(document["targets"]) in (0, 4)  # none where the system does not tell the peak
    assert all(result["right"] for result in document["results"].values())


@pytest.mark.slow
def test_functions_are_compared_before_they_are_timed(tmp_path):
    target = tmp_path / "numbers.json"
    run("functions.py", "--quick", "--functions", "relu,tanh", "--peers", "numpy", "--json", target)
    result = json.loads(target.read_text())
    ours = [name for name in result["functions"]["tanh"]["errors"] if name.startswith("glassnet")]
    assert ours
    for found in result["functions"].values():
        assert all(max(found["errors"][name]) <= 0.51 for name in ours)
        assert all(found["ns"][kind][name] > 0 for kind in found["ns"] for name in ours)
        assert all(of["copy"] > 0 for of in found["large_gb_per_s"].values())
    assert result["functions"]["tanh"]["errors"]["numpy"][0] > 0.51
    assert set(result["functions"]["relu"]["errors"]) == set(ours)
    assert result["rows"]


def test_a_slope_that_vanishes_by_rounding_alone_counts(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    accuracy, functions = importlib.import_module("accuracy"), importlib.import_module("functions")
    results = accuracy.results

    def vanishing(task, entry, x):
        for who, which, got in results(task, entry, x):
            yield who, which, np.where((which == "derivative") & (abs(got) < 1e-12), 0, got)

    options = functions.parse(["--quick", "--functions", "sigmoid,gelu", "--peers", ""])
    names = functions.contenders(options.peers)
    right = functions.errors_of(options, names)
    monkeypatch.setattr(accuracy, "results", vanishing)
    wrong = functions.errors_of(options, names)
    for function in options.functions:
        for name in names:
            assert max(right[function][name]) <= 0.51
            assert wrong[function][name][0] <= 0.51
            assert wrong[function][name][1] > 1e6


def test_functions_names_what_it_knows():
    assert "must name some of" in run("functions.py", "--functions", "tnah", status=2).stderr
    assert "must name some of" in run("functions.py", "--peers", "tensorflow", status=2).stderr


def test_data_of_a_shape(shapes):
    for shape in shapes.SHAPES.values():
        assert shape.rows % shape.batch == 0
    small = shapes.SHAPES["mid"].with_rows(500)
    X, y = shapes.dataset(small)
    assert X.shape == (small.rows, 54)
    assert X.dtype == "float32"
    assert set(y) == set(range(7))


def test_arithmetic_of_a_step(shapes):
    # 10–32–1, batch 32: forward and weight gradients in both layers, input gradients in the second.
    assert shapes.SHAPES["tiny"].flops == 2 * 32 * (2 * (320 + 32) + 32)


def test_pairs_tell_where_the_processors_were(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    from training import Pair

    def state(*trips):
        return Pair(1.0, 2.0, list(trips), None).state(1.0)

    assert state(1.0, 1.1, 1.5) == "near"
    assert state(2.4, 2.2, 2.0) == "far"
    assert state(1.0, 2.4, 2.4) == "mixed"
    assert state() == "near"  # where it can't be measured, nothing is told apart


def test_ratios_are_formed_within_rounds(harness):
    # The third round was slow for both; it changes neither the median nor the extremes.
    assert harness.ratios([2.0, 3.0, 80.0], [1.0, 1.0, 32.0]) == {"median": 2.5, "low": 2.0, "high": 3.0}


def test_targets_say_whether_they_are_met(harness, capsys):
    targets = [
        harness.target("many", 3.0, 2.0),
        harness.target("few", 3.0, 2.0, at_most=True, unit="ms", note="that one"),
        harness.target("share", 0.756, 0.75, unit="share"),
        harness.target("unknown", None, 1.0),
    ]
    assert [one["met"] for one in targets] == [True, False, True, False]
    harness.print_targets(targets)
    lines = capsys.readouterr().out.splitlines()
    assert "few (that one)" in lines[4]
    assert "≤ 2.00 ms  ✗" in lines[4]
    assert "75.6%" in lines[5]
    assert lines[6].split() == ["unknown", "–", "≥", "1.00", "✗"]


def test_a_wrong_step_is_found_by_the_reference(monkeypatch, shapes):
    correctness = importlib.import_module("correctness")
    shape = shapes.SHAPES["tiny"]
    single, double = correctness.difference_from_reference(shape, 1)()
    assert single < correctness.LARGEST["float32"]
    assert double < correctness.LARGEST["float64"]
    trained = correctness._glassnet

    def spoiled(*arguments, **changed):
        return trained(*arguments, **(changed | {"beta_2": 0.9991} if changed["max_iter"] == 2 else changed))

    monkeypatch.setattr(correctness, "_glassnet", spoiled)
    single, double = correctness.difference_from_reference(shape, 1)()
    assert double > correctness.LARGEST["float64"]


@pytest.mark.parametrize(("number", "text"), [(1234.5, "1234"), (0.98765, "0.988"), (21.44, "21.4"), (0, "0")])
def test_significant_digits(harness, number, text):
    assert harness.significant(number) == text


@pytest.mark.slow
def test_steps_compares_every_kind_with_plain_numpy(tmp_path):
    target = tmp_path / "numbers.json"
    run("steps.py", "--quick", "--shapes", "tiny", "--variants", "silu,learned,dropout,float64", "--json", target)
    document = json.loads(target.read_text())
    result = document["shapes"]["tiny"]
    assert result["wrong"] == []
    compared = ["relu", "prelu", "silu", "silu, beta learned", "dropout 0.1", "dropout 0.5", "float64"]
    assert list(result["differences"]) == compared
    assert [target["asked"] for target in document["targets"]] == [1.6, 1.6, 2.2]
    assert all(target["met"] == (target["measured"] <= target["asked"]) for target in document["targets"])


def test_steps_would_notice_other_masks_and_other_slopes(monkeypatch, shapes):
    import plain
    import steps

    shape = shapes.SHAPES["tiny"]
    X, y = (array[: steps.STEPS * shape.batch] for array in shapes.dataset(shape))
    silu, dropout = steps.Variant("silu", "silu", ("beta",)), steps.Variant("dropout", dropout=0.5)
    kept = plain.kept

    def difference(variant):
        return steps.difference_from_plain(variant, shape, X, y, 1)

    assert max(difference(silu), difference(dropout)) < 1e-4
    monkeypatch.setattr(plain, "kept", lambda shape, rate, seed, step, layer: kept(shape, rate, seed + 1, step, layer))
    assert difference(dropout) > 0.01
    monkeypatch.setitem(plain.BY_PARAMETER, ("silu", "beta"), lambda x, _beta: -x)
    assert difference(silu) > 0.01


@pytest.mark.parametrize("arguments", [("--shapes", "huge"), ("--variants", "rleu")])
def test_steps_names_what_it_knows(arguments):
    done = run("steps.py", *arguments, status=2)
    assert arguments[1] in done.stderr
    assert "must name some of" in done.stderr


def test_what_benchmarks_import_is_installed_by_the_extra():
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["bench"]]
    names = {re.split("[<>=~!;[ ]", requirement)[0].replace("-", "_") for requirement in listed}
    known = names | {"sklearn", "torch", "glassnet", "tests"} | sys.stdlib_module_names
    own = {path.stem for path in FOLDER.iterdir()}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [str(node.module)]
            else:
                continue
            for module in modules:
                assert module.split(".", maxsplit=1)[0] in known | own, f"{path.name} imports {module}"


@pytest.mark.slow
def test_prediction_measures_glassnet_beside_scikit_learn(tmp_path):
    target = tmp_path / "numbers.json"
    done = run("prediction.py", "--quick", "--peers", "scikit-learn", "--rows", 20_000, "--json", target)
    document = json.loads(target.read_text())
    assert set(document["few_rows"]) == {"1", "2", "8", "64", "1000"}
    assert set(document["many_rows"]) == {"predict_proba", "predictor()", "scikit-learn"}
    assert all(times["us"] > 0 for few in document["few_rows"].values() for times in few.values())
    absent = [target["name"] for target in document["targets"] if target["measured"] is None]
    assert [name for name in absent if "memory" not in name] == ["one row, predictor(), ONNX Runtime = 1"]
    assert "✗" in done.stdout


def test_prediction_would_notice_wrong_rows(monkeypatch, harness):
    prediction = importlib.import_module("prediction")

    def found(errors):
        workers = {name: type("Worker", (), {"errors": e, "measure": _measured(harness)}) for name, e in errors.items()}
        return prediction.check(workers, 7)

    good = [1e-7, 0.0, 42.0]
    assert found({"predict_proba": good, "predictor()": good, "torch": [1e-7, 1e-8, 7.0]}) == []
    assert found({"predict_proba": good, "predictor()": good, "torch": [1e-3, 0.0, 7.0]}) == [
        "torch, 7 rows: off by 1.0e-03"
    ]
    (torn,) = found({"predict_proba": good, "predictor()": [1e-7, 1e-8, 42.0]})
    assert "a row alone differs" in torn
    (other,) = found({"predict_proba": good, "predictor()": [1e-7, 0.0, 43.0]})
    assert "differ on 7 rows" in other

    def call(X):
        return prediction.expected(prediction.SHAPE, X).astype(np.float32) + (0.01 if len(X) > 1 else 0.0)

    error, alone, _ = prediction.Measured(call)("errors", 50)
    assert error > 0.009
    assert alone > 0.009


def _measured(harness):
    return classmethod(lambda worker, *_asked: harness.Measurement(worker.errors, None))


def test_prediction_names_what_it_knows():
    assert "tensorflow" in run("prediction.py", "--peers", "tensorflow", status=2).stderr
