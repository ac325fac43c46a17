"""What the tests of losses share: scores, codes, weights, and which losses there are."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

RANDOM = np.random.default_rng(7)
RAW = RANDOM.normal(size=(6, 4))
CODES = np.array([0, 3, 1, 1, 2, 0])
WEIGHTS = np.array([1.0, 0.5, 0.0, 2.0, 3.0, 0.25])
BY_CLASS = np.array([1.0, 0.2, 3.0, 0.0])

dense_losses = pytest.mark.parametrize(
    "loss", [loss for loss in gn.losses if not loss.domain.sums_to_one], ids=lambda loss: loss.name
)
every_loss = pytest.mark.parametrize("loss", gn.losses, ids=lambda loss: loss.name)
class_losses = pytest.mark.parametrize(
    "loss", [loss for loss in gn.losses if loss.domain.sums_to_one], ids=lambda loss: loss.name
)
cross_entropy = gn.losses.softmax_cross_entropy


def targets_of(loss, shape):
    """Random targets within the domain of a loss."""
    drawn = np.random.default_rng(1).uniform(size=shape)
    return drawn / drawn.sum(axis=-1, keepdims=True) if loss.domain.sums_to_one else drawn
