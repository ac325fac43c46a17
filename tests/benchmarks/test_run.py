"""All benchmarks in one table: what passes, is wrong, breaks down, takes too long or is absent is told apart."""

from __future__ import annotations

import importlib
import json
import time
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
HEAD = """
import json, sys, time
from pathlib import Path
def leave(*targets):
    keys = ("name", "measured", "asked", "at_most", "met", "unit")
    document = {"targets": [dict(zip(keys, one)) for one in targets]}
    Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(document))
"""
PROGRAMS = {
    "training": "leave(('fast', 3.0, 2.0, False, True, '×'), ('small', 3.0, 2.0, True, False, 'MiB'))",
    "steps": "leave(('strange', 1.0, 2.0, False, False, '')); sys.exit(1)",
    "compare": "print('so far so good'); raise RuntimeError('it broke down')",
    "fits": "leave(('first', 1.0, 1.0, False, True, '')); time.sleep(600)",
}


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FOLDER))
    run = importlib.import_module("run")
    for name, program in PROGRAMS.items():
        (tmp_path / f"{name}.py").write_text(HEAD + program)
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results")
    limits = tmp_path / "limits.toml"
    limits.write_text('small = "it is as large as it has to be"\nfast = "this is never shown"\n')
    monkeypatch.setattr(run, "LIMITS", limits)
    return run


def test_one_table_of_all(run, tmp_path, monkeypatch, capsys):
    parts = {name: run.Part("?", 2.0 if name == "fits" else 60.0, quick="") for name in (*PROGRAMS, "growth")}
    monkeypatch.setattr(run, "PARTS", parts)
    start = time.perf_counter()
    assert run.main(["--quick", "--only", ",".join(reversed(parts)), "--json", str(tmp_path / "all.json")]) == 1
    assert time.perf_counter() - start < 60
    found = json.loads((tmp_path / "all.json").read_text())
    statuses = {name: part["status"] for name, part in found["parts"].items()}
    assert statuses == {
        "training": "passed",
        "steps": "wrong",
        "compare": "failed",
        "fits": "too long",
        "growth": "absent",
    }
    assert "it broke down" in found["parts"]["compare"]["reason"]
    assert [one["name"] for one in found["targets"]] == ["fast", "small", "strange", "first"]
    assert found["machine"]["libraries"]["glassnet"]
    printed = capsys.readouterr().out
    assert "2 of 4 targets are met" in printed
    assert "it is as large as it has to be" in printed
    assert "nothing is known of it yet" in printed
    assert "this is never shown" not in printed
    for name in ("steps: wrong", "compare: failed", "fits: too long", "growth: absent"):
        assert name in printed


def test_all_is_well_where_only_speed_is_missed(run, capsys):
    assert run.main(["--only", "training"]) == 0
    assert "1 of 2 targets are met" in capsys.readouterr().out


def test_names_what_it_knows(run, capsys):
    with pytest.raises(SystemExit):
        run.main(["--only", "trainings"])
    assert "--only must name some of training" in capsys.readouterr().err


def test_quick_fits_into_ten_minutes(run):
    assert sum(part.seconds for part in run.PARTS.values()) <= run.QUICK_SECONDS
    assert run.QUICK_SECONDS < 600


def test_what_is_known_of_limits_can_be_read(run):
    assert all(run.read_limits(FOLDER / "limits.toml").values())
