"""Explanations of every entry: complete, true to the properties, in both languages; names in other libraries exist."""

from __future__ import annotations

import inspect
import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog import elsewhere
from glassnet.catalog.asking import explanations_of, listed
from glassnet.catalog.elsewhere import names_elsewhere
from glassnet.catalog.finding import CATALOGS
from glassnet.catalog.properties import plain
from glassnet.catalog.relatives import relatives
from glassnet.texts import set_language

ENTRIES = [entry for catalog in CATALOGS.values() for entry in catalog]
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")


@pytest.fixture(autouse=True)
def _language_of_the_tests():
    set_language("en")
    yield
    set_language(None)


def line(told, label):
    return next(line.text for line in told.lines if line.label == label)


@every_entry
def test_every_entry_is_explained(entry):
    told = entry.explain()
    text = str(told)
    assert told.title.startswith(entry.name)
    for said in (entry.formula.splitlines() or [""])[0], entry.remarks.good, entry.remarks.bad, entry.remarks.source:
        assert said in text
    for name, value in entry.parameters:
        assert f"{name} = {value:g}" in text
    for synonym in entry.synonyms:
        assert synonym in told.title
    assert "{" not in text.replace(entry.remarks.source, "")
    described = json.loads(json.dumps(told.to_json(), allow_nan=False))
    assert described["name"] == entry.name
    assert described["kind"] == entry.kind


@every_entry
def test_every_entry_is_explained_in_chinese(entry):
    set_language("zh")
    text = str(entry.explain())
    assert "优点" in text
    assert entry.remarks.translated().good in text
    english_words = {"saturates", "variance", "gradient", "convex", "through", "changes"}
    assert not english_words & set(text.replace(entry.formula, "").split())
    assert entry.explain().to_json()["good"] == entry.remarks.good, "data is English"


@pytest.mark.parametrize(
    "activation", [a for a in gn.activations if not a.over_axis], ids=lambda activation: activation.name
)
def test_numbers_of_an_explanation_are_those_of_the_properties(activation):
    found, text = activation.properties, str(activation.explain())
    for number in (found.largest_slope.value, found.smallest_slope.value, found.mean, found.variance):
        assert plain(number) in text
    assert str(found.range) in text
    for border in (found.saturates_below, found.saturates_above):
        assert border is None or plain(border) in text
    assert activation.derivative_formula in text


def test_what_is_said_of_sigmoid():
    told = gn.activations.sigmoid.explain()
    assert line(told, "slope") == "from 0 (x → ±∞) to 0.25 (x = 0)"
    assert "through 10 layers a gradient shrinks to 9.5e-07" in line(told, "normal input")  # 0.25**10
    assert "saturates: below -4.357 and above 4.357" in line(told, "level")


def test_a_small_slope_is_told_from_one_that_vanishes():
    below = "below 0 the slope is 0.01: small, but it does not vanish"
    assert line(gn.activations.leaky_relu.explain(), "level") == below
    assert line(gn.activation("where(x > 0, 0.01 * x, x)").explain(), "level") == below.replace("below", "above")
    assert line(gn.activations.relu.explain(), "level") == "below 0 the slope is under 5% of the largest"


def test_what_is_said_of_other_kinds():
    assert line(gn.losses.huber.explain(), "shape").endswith(
        "gradient at most 1, second derivative at most 1, least value 0"
    )
    assert line(gn.losses.softmax_cross_entropy.explain(), "by z") == "p - y"
    assert line(gn.initializers.he_normal.explain(), "variance") == "2 / fan_in"
    assert "relu" in line(gn.initializers.he_normal.explain(), "signal").splitlines()[0]
    assert "beta_1 = 0.9" in line(gn.optimizers.adam.explain(), "parameters")
    assert "50%: 0.5" in line(gn.schedules.cosine.explain(), "of init")
    assert "outputs add up to 1" in line(gn.activations.softmax.explain(), "shape")


def test_notes_of_a_formulas_examination_are_told():
    formula = gn.activation("max(x, -1)")
    assert line(formula.explain(), "notes") == "\n".join(formula.notes)
    assert formula.explain().to_json()["notes"] == list(formula.notes)


def test_names_in_several_catalogs_are_all_explained():
    assert [(told.kind, told.name) for told in explanations_of("constant")] == [
        ("initializer", "constant"),
        ("schedule", "constant"),
    ]
    assert [told.kind for told in explanations_of("linear")] == ["activation", "schedule"]
    assert [told.kind for told in explanations_of("schedules.linear")] == ["schedule"]
    (leaky,) = explanations_of("leaky_relu(slope=0.2)")
    assert "slope = 0.2" in line(leaky, "parameters")


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r'"rleu".*"relu"'):
        explanations_of("rleu")


def test_nearest_curves_come_first():
    x = np.linspace(-4, 4, 161)
    for activation in gn.activations:
        if not activation.over_axis:
            near = relatives(activation)
            distances = [distance for _name, distance in near]
            assert distances == sorted(distances)
            for name, distance in near:
                told = np.abs(gn.activations[name](x) - activation(x)).mean()
                assert np.isclose(told, distance, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", CATALOGS)
def test_lists_have_every_entry(kind):
    assert [entry["name"] for entry in listed(kind)] == list(CATALOGS[kind].names)


# ------------------------------------------------------------------------------------------------------ other libraries


def test_names_elsewhere_belong_to_entries_or_to_none_yet():
    for entry in ENTRIES:
        for name in names_elsewhere(entry).values():
            assert name != entry.name


@pytest.mark.torch
def test_names_in_pytorch_exist():
    torch = pytest.importorskip("torch")
    places = {
        "activation": [torch.nn],
        "loss": [torch.nn],
        "initializer": [torch.nn.init],
        "optimizer": [torch.optim],
        "schedule": [torch.optim.lr_scheduler],
    }
    for kind, table in elsewhere._KINDS.items():
        for name, *_others in table.values():
            bare = name.partition("(")[0]
            assert not bare or any(hasattr(place, bare) for place in places[kind]), name


def test_names_in_scikit_learn_exist():
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import SGDClassifier
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    known = {
        value
        for estimator in (MLPClassifier, MLPRegressor, SGDClassifier, HistGradientBoostingRegressor)
        for constraints in estimator._parameter_constraints.values()
        if isinstance(constraints, list)
        for constraint in constraints
        for value in getattr(constraint, "options", ())
    }
    known |= {"softmax", "identity"}  # MLPClassifier.out_activation_
    assert "softmax" in inspect.getsource(MLPClassifier._initialize.__globals__["BaseMultilayerPerceptron"])
    for table in elsewhere._KINDS.values():
        for _pytorch, _keras, name, _onnx in table.values():
            assert not name or name in known, name


def test_names_in_onnx_exist():
    onnx = pytest.importorskip("onnx")
    known = {schema.name for schema in onnx.defs.get_all_schemas_with_history()}
    for table in elsewhere._KINDS.values():
        for _pytorch, _keras, _scikit_learn, name in table.values():
            assert not name or name.partition("(")[0] in known, name
