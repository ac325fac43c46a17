"""The trace counts a unit as saturated where the properties of its activation say that it saturates."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import TrainingData, train
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

HIDDEN = [activation for activation in gn.activations if activation.hidden and not activation.over_axis]
STEEP_AND_SHALLOW = [gn.activation("hard_sigmoid", slope=slope) for slope in (2.0, 0.005)]


@pytest.mark.parametrize("activation", [*HIDDEN, *STEEP_AND_SHALLOW], ids=repr)
def test_saturated_rows_are_those_with_small_slopes_where_both_sides_level_off(activation):
    """One unit that sees x itself."""
    X = np.linspace(-7.03, 7.01, 999)[:, None]
    ones, zeros = gn.initializer("constant", value=1.0), gn.initializers.zeros
    layers = (LayerSpec(1, activation, ones, zeros), LayerSpec(1, gn.activations.identity, zeros, zeros))
    spec = NetworkSpec(1, layers, gn.losses.squared_error, "float64")
    training = TrainingSpec(solver="sgd", learning_rate_init=1e-12, max_iter=1, batch_size=len(X), shuffle=False)
    fit = train(spec, training, TrainingData(X, np.zeros_like(X)))
    found = activation.properties
    small = np.abs(activation.derivative(X)) < 0.05 * found.lipschitz
    expected = small.mean() if found.saturates else 0.0
    assert fit.trace[0].layers["saturated"][0] == pytest.approx(expected, abs=1e-12)
    if found.saturates:
        outside = (found.saturates_below > X) | (found.saturates_above < X)
        assert (small | ~outside).all()
