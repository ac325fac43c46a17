"""All experiments, quickly: each ends with a verdict and numbers, in time, and the same again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

import glassnet as gn
from glassnet.lab.experiment import VERDICTS
from tests.cli.people import run_program

MINUTES = 4


@pytest.mark.slow
def test_all_claims_get_a_verdict_in_four_minutes(tmp_path):
    start = time.perf_counter()
    done = run_program("lab", "run", "all", "--quick", "--json", "--out", tmp_path)
    seconds = time.perf_counter() - start
    assert done.code == 0, done.err
    results = json.loads(done.out)
    assert [result["name"] for result in results] == [one.name for one in gn.lab.list()]
    for result in results:
        assert result["verdict"] in VERDICTS
        assert result["numbers"]
        assert set(result["numbers"]) == set(result["described"])
        assert result["sentence"]
        assert (tmp_path / "figures" / f"{result['name']}.svg").exists()
    assert seconds < 60 * MINUTES


@pytest.mark.slow
@pytest.mark.parametrize("one", [one for one in gn.lab.list() if not one.timed], ids=lambda one: one.name)
def test_a_quick_run_is_the_same_again(one):
    first, again = (gn.lab.run(one.name, quick=True, n_threads=n).to_json() for n in (2, 1))
    assert first == again


@pytest.mark.slow
@pytest.mark.parametrize("one", [one for one in gn.lab.list() if one.on_data], ids=lambda one: one.name)
def test_other_data_can_be_learned_from(one):
    """Two classes that a table barely tells: no experiment may count on digits."""
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    result = gn.lab.run(one.name, quick=True, data=(X[:, :6], y))
    assert result.verdict in VERDICTS
    assert result.sentence
    assert result.plot().svg()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_keeps_what_is_finished(tmp_path):
    command = [sys.executable, "-m", "glassnet", "lab", "run", "all", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert "affine-collapse" in program.stdout.readline()
        time.sleep(6)  # the first has been told; the third, which takes longer, is under way
        program.send_signal(signal.SIGINT)
        start = time.perf_counter()
        _out, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "Traceback" not in err
    assert time.perf_counter() - start < 30
    names = [result["name"] for result in json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))]
    assert names == [one.name for one in gn.lab.list()][: len(names)]
    assert names
