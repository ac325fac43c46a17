"""What a comparison says: its sentence, its table, JSON, frames, HTML and pictures."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.comparison.grid import Combination
from glassnet.comparison.outcomes import Outcome, Place
from glassnet.comparison.result import comparison_of
from glassnet.comparison.scoring import scoring_for
from glassnet.texts import set_language

ABOUT = {"source": "X", "n_rows": 100, "task": "classification", "curve": "accuracy"}


def comparison(scores, *, names=None, interrupted=False, scoring="accuracy", curve=(0.5, 0.8)):
    """A comparison with these scores (combinations, folds) of one seed."""
    scores = np.asarray(scores, dtype=float)
    names = names or [f"f{i}" for i in range(len(scores))]
    outcomes = {
        Place(i, 0, fold): Outcome(None, "it fell over")
        if np.isnan(score)
        else Outcome(float(score), None, 0.25, 2, "max_iter", (1.0, 0.5), curve)
        for i, row in enumerate(scores)
        for fold, score in enumerate(row)
    }
    return comparison_of(
        outcomes,
        [Combination({"activation": name}, {"activation": name}) for name in names],
        places=[(0, fold) for fold in range(scores.shape[1])],
        scoring=scoring_for(scoring, classification=scoring == "accuracy"),
        about=ABOUT,
        overlap=0.25,
        confidence=0.95,
        interrupted=interrupted,
    )


WORD = r"[\w%'<=]+(?:\.\d+%?)?"
RNG = np.random.default_rng(2)
NOISE = RNG.normal(size=(6, 10)) * 0.01


@pytest.mark.parametrize(
    ("means", "said"),
    [
        ([0.9], "accuracy 90.0% (88.4% to 91.5%)."),
        ([0.9, 0.9], "The two can't be told apart: f0 and f1."),
        ([0.9] * 4, "None of the four can be told apart from the others."),
        ([0.5, 0.9], "f1 is best; the other one is worse (p < 0.001)."),
        ([0.5, 0.9, 0.6], "f1 is best; the other 2 are worse (p < 0.001)."),
        (
            [0.9, 0.9, 0.9, 0.5],
            "The first three can't be told apart: f0, f1 and f2. The other one is worse.",
        ),
        ([0.9, 0.5, 0.4, 0.9], "The first two can't be told apart: f0 and f3. The other 2 are worse."),
    ],
)
def test_sentence(means, said):
    found = comparison(np.array(means)[:, None] + NOISE[: len(means)])
    # Names of equals may come in any order.
    assert sorted(re.findall(WORD, found.sentence)) == sorted(re.findall(WORD, said))
    assert found.sentence in " ".join(str(found).split())
    set_language("zh")
    try:
        assert not any(word in found.sentence for word in ("apart", "best", "worse"))
    finally:
        set_language("en")


def test_sentence_where_the_tied_are_not_the_first():
    steady = 0.9 + NOISE[0] * 0.01
    wild = 0.9 - 0.05 + NOISE[1] * 20
    scores = [steady, steady - 0.02, wild]
    found = comparison(scores)
    assert [row.tied for row in found] in ([True, False, True], [True, True, False])
    if not found[1].tied:
        assert found.sentence.startswith("One can't be told apart from the best: f2.")


def test_a_single_split_tells_nothing():
    found = comparison([[0.9], [0.1]])
    assert found.sentence == "One training each tells nothing about differences: use more seeds or folds."
    assert np.isnan(found[0].low)
    assert "–" in str(found)
    found.plot().figure.canvas.draw()


def test_names_with_commas_do_not_run_into_each_other():
    found = comparison(0.9 + NOISE[:2], names=["where(x > 0, x, 0)", "relu"])
    assert "(where(x > 0, x, 0))" in found.sentence


def test_failures():
    scores = 0.9 + NOISE[:3]
    scores[0, 3] = np.nan
    scores[1] = np.nan
    found = comparison(scores)
    assert [row.label for row in found] == ["f2", "f0", "f1"]
    assert found.best is found[0]
    assert "f0: 1 of 10 trainings failed: it fell over" in str(found)
    assert "failed 10/10" in str(found)
    assert found.sentence == "f2 is the only one that never failed."
    found.plot().figure.canvas.draw()


def test_table():
    found = comparison(np.array([0.95, 0.9, 0.7])[:, None] + NOISE[:3])
    lines = str(found).splitlines()
    assert lines[0] == "X · 100 rows · 3 combinations · 10 trainings each · 1 seed · accuracy"
    head = next(line for line in lines if "activation" in line)
    assert [word in head for word in ("accuracy", "95% interval", "behind", "p", "epochs", "seconds")] == [True] * 6
    assert all(len(line) <= 100 for line in lines)
    assert repr(found) == "<comparison of 3 combinations, best f0>"
    assert repr(found[0]).startswith("Row(f0: 0.9")


def test_rmse_is_written_in_its_unit():
    found = comparison(np.array([120.0, 100.0])[:, None] + 100 * NOISE[:2], scoring="rmse")
    assert found.best.label == "f1"
    assert "%" not in found.sentence.replace("95%", "")


def test_json_is_json():
    scores = 0.9 + NOISE[:3]
    scores[0, 3] = np.nan
    described = json.loads(json.dumps(comparison(scores).to_json(), allow_nan=False))
    assert [row["label"] for row in described["combinations"]] == [row.label for row in comparison(scores)]
    assert described["best"] == described["combinations"][0]["parameters"]["activation"]
    assert described["combinations"][2]["scores"][0][3] is None
    assert described["combinations"][0]["held_out"]["mean"] == pytest.approx([0.5, 0.8])


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library, monkeypatch):
    module = pytest.importorskip(library)
    import importlib

    original = importlib.import_module

    def only(name, *rest):
        if name in ("pandas", "polars") and name != library:
            raise ModuleNotFoundError(name)
        return original(name, *rest)

    monkeypatch.setattr(importlib, "import_module", only)
    frame = comparison(0.9 + NOISE[:3]).to_frame()
    assert isinstance(frame, module.DataFrame)
    assert frame.shape == (3, 10)
    assert str(frame["activation"][0]).startswith("f")


def test_without_a_library_of_frames(monkeypatch):
    import importlib

    def none(name, *rest):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", none)
    with pytest.raises(ModuleNotFoundError, match="pandas or polars"):
        comparison(0.9 + NOISE[:3]).to_frame()


def test_html_is_escaped():
    text = comparison(0.9 + NOISE[:2], names=["<script>alert(1)</script>", "relu"])._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert text.count("<tr>") == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_picture(language, tmp_path):
    set_language(language)
    try:
        found = comparison(np.array([0.95, 0.9, 0.7])[:, None] + NOISE[:3])
        svg = found.plot().save(tmp_path / "c.svg").read_text()
        assert all(f">{name}<" in svg for name in ("f0", "f1", "f2"))
        assert found.plot().png().startswith(b"\x89PNG")
        assert comparison(0.9 + NOISE[:3], curve=()).plot().png().startswith(b"\x89PNG")
    finally:
        set_language("en")


def test_many_combinations():
    scores = 0.9 + np.random.default_rng(0).normal(size=(60, 5)) * 0.01
    found = comparison(scores)
    assert "and 20 more" in str(found)
    assert len(found.tied) > 6
    assert "None of the 60 can be told apart" in found.sentence
    found.plot().figure.canvas.draw()


def test_nothing_that_all_were_trained_on():
    grid = [Combination({}, {}), Combination({}, {})]
    scoring = scoring_for(None, classification=True)
    options = {"places": [(0, 0)], "scoring": scoring, "about": ABOUT, "overlap": 1, "confidence": 0.95}
    assert comparison_of({Place(0, 0, 0): Outcome(0.5)}, grid, interrupted=True, **options) is None


def test_compare_is_a_public_name():
    assert "compare" in dir(gn)


def test_json_has_numbers_and_sizes_as_they_are():
    X = np.random.default_rng(0).normal(size=(20, 2))
    found = gn.compare(
        X,
        [0, 1] * 10,
        hidden_layer_sizes=[(3, 2), ()],
        alpha=0.5,
        activation=gn.activation("leaky_relu", slope=0.2),
        max_iter=1,
        solver="lbfgs",
        seeds=1,
        cv=2,
    )
    sizes = {tuple(row["parameters"]["hidden_layer_sizes"]) for row in found.to_json()["combinations"]}
    assert sizes == {(3, 2), ()}
    assert found.to_json()["combinations"][0]["parameters"]["alpha"] == 0.5
    assert found.to_json()["combinations"][0]["parameters"]["activation"] == "leaky_relu(slope=0.2)"


def test_curves_are_those_of_the_best_and_of_one_that_is_worse():
    found = comparison(np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.5])[:, None] + NOISE)
    svg = found.plot().svg()
    shown = [row.label for row in found if svg.count(f">{row.label}<") == 2]  # beside its mean, and at the curves
    assert shown == [row.label for row in (*found[:3], found[5])]
