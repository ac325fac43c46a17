"""A diagnosis is a sequence of findings that reads well, causes first."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.diagnosis.cases import facts, network, trace

from glassnet import activation
from glassnet.diagnosis import Diagnosis, Finding, Remedy, diagnose
from glassnet.network import TrainingSpec
from glassnet.texts import set_language

DEAD = Finding(
    "dead_units",
    "warning",
    0.41,
    2,
    "26 of 64 relu units are dead (41%): inactive on all 1,347 rows since epoch 3",
    units=(1, 2),
    since=3,
    why="a dead unit gets no gradient",
    cause="learning rate 0.5",
    remedies=(Remedy.set(learning_rate_init=0.05), Remedy.set(activation="leaky_relu")),
)
NOTE = Finding("unfinished", "note", 0.1, None, "the loss was still falling <b>")


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language(None)


def test_a_finding_reads_as_a_paragraph():
    assert str(Diagnosis([DEAD, NOTE])) == (
        "layer 2 · 26 of 64 relu units are dead (41%): inactive on all 1,347 rows since epoch 3\n"
        "  why it matters  a dead unit gets no gradient\n"
        "  likely cause    learning rate 0.5\n"
        '  try             learning_rate_init=0.05   or   activation="leaky_relu"\n'
        "\n"
        "the loss was still falling <b>"
    )


@pytest.mark.usefixtures("chinese")
def test_labels_align_in_chinese():
    lines = str(Diagnosis([DEAD])).split("\n")
    assert lines[0].startswith("第 2 层 · ")
    assert lines[1] == "  影响      a dead unit gets no gradient"
    assert lines[2] == "  可能原因  learning rate 0.5"


def test_it_is_a_sequence():
    found = Diagnosis([DEAD, NOTE])
    assert (len(found), found[1], found[:1], found.names) == (2, NOTE, Diagnosis([DEAD]), ("dead_units", "unfinished"))
    assert (found.warnings, found.notes) == ((DEAD,), (NOTE,))
    assert found != Diagnosis([NOTE])
    assert hash(found) == hash(Diagnosis([DEAD, NOTE]))
    assert repr(found) == "Diagnosis(dead_units: warning, unfinished: note)"
    assert not Diagnosis([])


def test_json_has_all_and_no_infinity():
    infinite = Finding(
        "diverged", "warning", float("inf"), None, "it grew", remedies=(Remedy.set(activation=activation("elu")),)
    )
    described = Diagnosis([DEAD, infinite]).to_json()
    assert json.loads(json.dumps(described, allow_nan=False)) == described
    assert described[0]["units"] == [1, 2]
    assert described[0]["since"] == 3
    assert described[0]["remedies"][0] == {"change": {"learning_rate_init": 0.05}, "text": "learning_rate_init=0.05"}
    assert described[1]["number"] is None
    assert described[1]["remedies"][0]["change"] == {"activation": {"name": "elu", "parameters": {"alpha": 1.0}}}


def test_what_could_not_be_looked_at_is_said():
    for found in (
        diagnose(network(), TrainingSpec(solver="lbfgs"), trace(losses=[1.0, 0.1]), facts=facts()),
        Diagnosis([NOTE], diagnose(network(), TrainingSpec(solver="lbfgs"), trace(losses=[1.0, 0.1])).unknown),
    ):
        assert found.unknown[0].startswith("not looked at: the layers during training")
        assert str(found).endswith(found.unknown[-1])
        assert found.unknown[0] in found._repr_html_()
    assert diagnose(network((3,)), TrainingSpec(solver="lbfgs"), trace(layers=1), facts=facts()).unknown == ()
    assert diagnose(network(), TrainingSpec(), trace(), facts=facts()).unknown == ()


def test_causes_are_the_warnings_that_follow_from_nothing():
    effect = Finding("stuck", "warning", 1.0, None, "it has learned nothing", follows_from="dead_units")
    found = Diagnosis([DEAD, effect, NOTE])
    assert (found.warnings, found.causes) == ((DEAD, effect), (DEAD,))


def test_html_escapes_what_is_said():
    shown = Diagnosis([NOTE])._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>the loss was still falling &lt;b&gt;</b>" in shown
    assert "nothing stands out" in Diagnosis([])._repr_html_()


def test_causes_stand_before_what_follows_and_warnings_before_notes():
    sick = trace(
        update_norm=3.0,
        dead=np.array([0.5, 0.9, 0.0]),
        dead_units=[list(range(10)), list(range(18)), []],
        losses=np.full(20, 1.1),
    )
    found = diagnose(network(), TrainingSpec(learning_rate_init=0.5), sick, stop_reason="converged", facts=facts())
    assert found.names == ("rate_too_high", "dead_units", "dead_units", "stuck")
    assert [finding.follows_from for finding in found] == ["", "rate_too_high", "rate_too_high", "rate_too_high"]
    assert found[1].layer == 2  # the worse layer first


def test_a_note_explains_nothing():
    losses = [*np.linspace(1.1, 0.1, 10), *[0.1] * 10]
    fast = trace(update_norm=3.0, losses=losses, dead=np.array([0.05, 0, 0]), dead_units=[[0], [], []])
    found = diagnose(network(), TrainingSpec(), fast, facts=facts())
    assert {finding.name: finding.follows_from for finding in found} == {"rate_too_high": "", "dead_units": ""}
