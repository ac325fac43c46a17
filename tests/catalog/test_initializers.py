"""Initializers: published variances, the choice that "auto" makes, scikit-learn's distributions."""

from __future__ import annotations

import math

import pytest

import glassnet as gn

RELU, TANH, SELU, SIGMOID = (gn.activation(name) for name in ("relu", "tanh", "selu", "sigmoid"))

# Published variances of a weight, for fan_in 30 and fan_out 20.
VARIANCES = {
    "glorot_uniform": 2 / 50,
    "glorot_normal": 2 / 50,
    "he_uniform": 2 / 30,
    "he_normal": 2 / 30,
    "lecun_uniform": 1 / 30,
    "lecun_normal": 1 / 30,
    "zeros": 0.0,
}


@pytest.mark.parametrize(("name", "variance"), VARIANCES.items())
def test_variance_is_the_published_one(name, variance):
    kind, a = gn.initializer(name).distribution(30, 20, RELU)
    assert {"uniform": a**2 / 3, "normal": a**2, "constant": 0.0}[kind] == pytest.approx(variance, rel=1e-15)
    assert kind == ("constant" if name == "zeros" else name.split("_")[1])


@pytest.mark.parametrize(
    ("initializer", "expected"),
    [
        (gn.initializer("constant", value=0.1), ("constant", 0.1)),
        (gn.initializer("zeros"), ("constant", 0.0)),
        (gn.initializer("normal", std=0.2), ("normal", 0.2)),
        (gn.initializer("uniform", limit=0.3), ("uniform", 0.3)),
        (gn.initializer("orthogonal", gain=1.5), ("orthogonal", 1.5)),
        (gn.initializer("glorot_uniform", gain=2), ("uniform", 2 * math.sqrt(6 / 50))),
    ],
)
def test_parameters_reach_the_distribution(initializer, expected):
    assert initializer.distribution(30, 20, TANH) == expected


# What "auto" is documented to choose.
AUTO = {
    "he_normal": {"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"},
    "lecun_normal": {"selu"},
    "glorot_uniform": {"sigmoid", "tanh", "identity", "softmax", "exp"},
}


@pytest.mark.parametrize("activation", gn.activations, ids=lambda activation: activation.name)
def test_auto_fits_the_activation(activation):
    chosen = gn.initializer("auto").resolve(activation)
    assert chosen.name == activation.initializer
    if activation.name in set().union(*AUTO.values()):
        assert activation.name in AUTO[chosen.name]


def test_scikit_learn_has_its_two_intervals():
    ours = gn.initializer("scikit_learn")
    kind, a = ours.distribution(30, 20, SIGMOID)
    assert kind == "uniform"
    assert a == pytest.approx(math.sqrt(2 / 50), rel=1e-15)
    for activation in (RELU, TANH, SELU):
        assert ours.distribution(30, 20, activation) == ("uniform", math.sqrt(6 / 50))


def test_what_chooses_nothing_resolves_to_itself():
    for initializer in gn.initializers:
        if initializer.name not in ("auto", "scikit_learn"):
            assert initializer.resolve(RELU) is initializer
        else:
            resolved = initializer.resolve(RELU)
            assert resolved.resolve(SIGMOID) is resolved


@pytest.mark.parametrize(("synonym", "name"), [("kaiming_uniform", "he_uniform"), ("xavier", "glorot_uniform")])
def test_usual_synonyms(synonym, name):
    assert gn.initializer(synonym) is gn.initializers[name]
