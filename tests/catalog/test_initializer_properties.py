"""The variance of weights, and whether signals keep their size: formulas against drawn weights and deep networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet import engine
from glassnet.catalog.formula import evaluate
from glassnet.catalog.initializer_properties import signal_factor, variance, variance_formula
from glassnet.network import LayerSpec, NetworkSpec

every_initializer = pytest.mark.parametrize("initializer", gn.initializers, ids=lambda initializer: initializer.name)
DEPTH, WIDTH = 20, 256


def drawn(initializer, activation, shapes, seed=7):
    """The engine's weights for layers of these shapes."""
    zeros = gn.initializers.zeros
    activation = activation.with_parameters(learned=[])  # it stands at the output too
    layers = tuple(LayerSpec(units, activation, initializer, zeros) for _inputs, units in shapes)
    spec = NetworkSpec(shapes[0][0], layers, gn.losses.squared_error, "float64")
    return engine.initial_weights(spec, seed).coefs


@every_initializer
@pytest.mark.parametrize("shape", [(200, 150), (120, 300)])
def test_the_formula_is_the_variance_of_drawn_weights(initializer, shape):
    activation = gn.activations.relu
    fan_in, fan_out = shape
    names = {"fan_in": fan_in, "fan_out": fan_out, "max": max, **dict(initializer.parameters)}
    told = variance(initializer, fan_in, fan_out, activation)
    if initializer.name != "scikit_learn":  # its gain comes with the activation
        assert math.isclose(told, evaluate(variance_formula(initializer), names), rel_tol=1e-12, abs_tol=0)
    (weights,) = drawn(initializer, activation, [shape])
    # 30,000 weights: the deviation of their variance is 1% of it.
    assert math.isclose(np.var(weights), told, rel_tol=0.04, abs_tol=1e-30)


def sizes_through_depth(activation, initializer, depth=DEPTH, seed=7):
    """Mean square of what enters the activations of each layer, beginning with 1."""
    z = np.random.default_rng(2).normal(size=(150, WIDTH))
    sizes = [float(np.mean(z**2))]
    for weights in drawn(initializer, activation, [(WIDTH, WIDTH)] * depth, seed):
        z = activation(z) @ weights
        sizes.append(float(np.mean(z**2)))
    return sizes


GAINED = [
    activation
    for activation in gn.activations
    if activation.hidden and not activation.over_axis and math.isfinite(activation.properties.gain)
]


STABLE = [activation for activation in GAINED if activation.properties.gain_stability <= 1.0]


@pytest.mark.parametrize("activation", STABLE, ids=lambda activation: activation.name)
def test_weights_with_the_gain_of_the_curve_keep_signals_through_20_layers(activation):
    std = activation.properties.gain / math.sqrt(WIDTH)
    sizes = sizes_through_depth(activation, gn.initializer("normal", std=std))
    # Chance moves the size by a few percent a layer, and 20 of them by a half at most.
    assert 0.4 < sizes[-1] < 2.5


@pytest.mark.parametrize("activation", GAINED, ids=lambda activation: activation.name)
def test_one_layer_changes_signals_by_the_factor_that_is_told(activation):
    if activation.properties.mean_square > 2:
        pytest.skip("the tails of its distribution are too heavy for a sample")
    for initializer in (gn.initializers.he_normal, gn.initializers.glorot_uniform):
        ratios = []
        for seed in range(5):
            before, after = sizes_through_depth(activation, initializer, 1, seed)
            ratios.append(after / before)
        # With 256 units that share a mean, a single ratio strays by sqrt(2 / 256): 9%.
        assert math.isclose(np.mean(ratios), signal_factor(initializer, activation), rel_tol=0.15)


def test_what_books_say_of_initializers():
    assert math.isclose(signal_factor(gn.initializers.he_normal, gn.activations.relu), 1, rel_tol=1e-12)
    assert math.isclose(signal_factor(gn.initializers.glorot_uniform, gn.activations.relu), 0.5, rel_tol=1e-12)
    assert math.isclose(signal_factor(gn.initializers.lecun_uniform, gn.activations.selu), 1, rel_tol=1e-9)
    assert math.isclose(signal_factor(gn.initializers.orthogonal, gn.activations.identity), 1, rel_tol=1e-12)
    assert variance_formula(gn.initializers.he_uniform) == "2 / fan_in"
    assert variance_formula(gn.initializers.orthogonal) == "gain**2 / max(fan_in, fan_out)"
    assert sizes_through_depth(gn.activations.relu, gn.initializers.glorot_normal)[-1] < 1e-5
    assert 0.5 < sizes_through_depth(gn.activations.relu, gn.initializers.he_normal)[-1] < 2
