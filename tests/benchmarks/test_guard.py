"""The guard of speed: what is slower beside both yardsticks, and stays so, has fallen; nothing else has."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
KIND = "x86-64-v4, Somebody family 1"
PRODUCT, STEP = "product 1024×256×256, one", "step mid, two"
USUAL = (1.0, 0.9)  # times sgemm, share of the FMA limit


@pytest.fixture
def guard(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("guard")


class Scripted:
    """In the place of the workers: answers what it was told for a case, the last of it again and again."""

    def __init__(self, answers):
        self.answers = {case: list(several) for case, several in answers.items()}
        self.asked = []

    def __call__(self, threads):
        return self

    def ratios(self, case):
        self.asked.append(case.name)
        several = self.answers.get(case.name, [USUAL])
        sgemm, fma = several.pop(0) if len(several) > 1 else several[0]
        return {"sgemm": sgemm, "fma": fma}

    def close(self):
        pass


@pytest.fixture
def judged(guard, monkeypatch, tmp_path):
    monkeypatch.setattr(guard, "PATIENCE", 0.0)
    monkeypatch.setattr(guard, "processor", lambda: KIND)
    chosen = [case for case in guard.cases() if case.name in (PRODUCT, STEP)]
    monkeypatch.setattr(guard, "cases", lambda: chosen)
    monkeypatch.setattr(guard, "machine", lambda: {"usable": 2})
    monkeypatch.setattr(guard, "print_machine", lambda _: None)

    def run(answers=None, *, kind=KIND, trip=1.0, arguments=()):
        workers = Scripted(answers or {})
        monkeypatch.setattr(guard, "Workers", workers)
        monkeypatch.setattr(guard, "round_trip", lambda: trip)
        cases = {name: dict(zip(("sgemm", "fma"), USUAL, strict=True)) for name in (PRODUCT, STEP)}
        kept = tmp_path / "kept.json"
        kept.write_text(json.dumps({kind: {"blas": "of that day", "round_trip": 1.0, "cases": cases}}))
        found = tmp_path / "found.json"
        status = guard.main(["--kept", str(kept), "--json", str(found), *arguments])
        verdicts = {one["case"]: one["verdict"] for one in json.loads(found.read_text())["results"]}
        return status, verdicts, workers.asked

    return run


def test_nothing_is_measured_twice_where_all_is_as_it_was(judged):
    status, verdicts, asked = judged({PRODUCT: [(0.81, 0.5)]})
    assert (status, set(verdicts.values())) == (0, {"as it was"})
    assert asked == [PRODUCT, STEP]


def test_what_stays_slow_has_fallen(guard, judged, capsys):
    status, verdicts, asked = judged({STEP: [(0.79, 0.71)]})
    assert (status, verdicts) == (1, {PRODUCT: "as it was", STEP: "FALLEN"})
    assert asked.count(STEP) == guard.TRIES
    assert "FALLEN: below" in capsys.readouterr().out


def test_a_disturbance_is_measured_again(judged):
    status, verdicts, asked = judged({STEP: [(0.3, 0.2), (0.5, 0.3), USUAL]})
    assert (status, verdicts[STEP]) == (0, "as it was")
    assert asked.count(STEP) == 3


def test_a_faster_blas_is_no_fall(judged, capsys):
    status, verdicts, _ = judged({PRODUCT: [(0.5, 0.88)]})
    assert (status, verdicts[PRODUCT]) == (0, "beside FMA")
    assert "the ratios were kept beside of that day" in capsys.readouterr().out


def test_two_threads_far_apart_are_not_judged(judged):
    slow = {PRODUCT: [(0.5, 0.4)], STEP: [(0.5, 0.4)]}
    assert judged(slow, trip=2.0)[:2] == (1, {PRODUCT: "FALLEN", STEP: "far apart"})


def test_another_processor_is_held_to_half_of_what_is_kept(judged):
    other = "x86-64-v4, Somebody family 2"
    assert judged({PRODUCT: [(0.55, 0.5)]}, kind=other)[0] == 0
    status, verdicts, _ = judged({PRODUCT: [(0.45, 0.4)]}, kind=other)
    assert (status, verdicts[PRODUCT]) == (1, "FALLEN")


def test_nothing_is_asked_of_an_unknown_instruction_set(judged):
    status, verdicts, _ = judged({PRODUCT: [(0.01, 0.01)]}, kind="neon, Somebody family 1")
    assert (status, set(verdicts.values())) == (0, {"not kept"})


def test_what_is_kept_is_the_median(guard, judged, tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError):  # nothing is judged, so nothing is reported
        judged({PRODUCT: [(3.0, 0.9), (1.0, 0.7), (2.0, 0.8)]}, arguments=["--keep"])
    record = json.loads((tmp_path / "kept.json").read_text())[KIND]
    assert record["cases"][PRODUCT] == {"sgemm": 2.0, "fma": 0.8}
    assert record["round_trip"] == 1.0


def test_what_is_kept_is_about_the_cases_that_are_measured(guard):
    names = {case.name for case in guard.cases()}
    for kind, one in json.loads(guard.KEPT.read_text()).items():
        assert set(one["cases"]) <= names, kind


def test_wrong_results_are_not_timed(guard):
    (case,) = [case for case in guard.cases() if case.name == PRODUCT]
    assert guard.product(case, 1)() > 0
    for error in (1e-4, float("nan")):
        with pytest.raises(RuntimeError, match="WRONG"):
            guard.check(case, error, 1e-5)


@pytest.mark.slow
def test_every_kind_of_case_runs(guard, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "ROUNDS", 1)
    target = tmp_path / "found.json"
    assert guard.main(["--kept", str(tmp_path / "none.json"), "--cases", "one", "--json", str(target)]) == 0
    results = json.loads(target.read_text())["results"]
    assert {one["case"].split()[0] for one in results} == {"product", "step", "predict"}
    assert all(one["sgemm"] > 0 and one["fma"] > 0 for one in results)
