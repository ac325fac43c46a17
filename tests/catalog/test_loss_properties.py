"""Properties of losses: for every loss against values of its kernel elsewhere, and against facts of books."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import glassnet as gn

every_loss = pytest.mark.parametrize("loss", [*gn.losses, gn.loss("huber", delta=0.3)], ids=repr)


def sample(loss, n=400):
    """Raw scores and targets, of rows of four for losses of classes."""
    rng = np.random.default_rng(11)
    raw = rng.normal(scale=4, size=(n, 4))
    if loss.domain.sums_to_one:
        return raw, rng.dirichlet(np.full(4, 0.7), size=n)
    low, high = max(loss.domain.low, -2.0), min(loss.domain.high, 2.0)
    allowed = rng.uniform(low, high, raw.shape)
    try:
        loss.domain.check(allowed, loss.name)
    except gn.errors.DataError:  # a domain of a few numbers only
        allowed = rng.choice([value for value in (-1.0, 0.0, 1.0) if low <= value <= high], size=raw.shape)
    return raw, allowed


@every_loss
def test_convex_losses_lie_below_their_chords(loss):
    raw, target = sample(loss)
    other = raw.copy()
    other[:, 0] = np.random.default_rng(1).normal(scale=4, size=len(raw))
    a, b, middle = (loss(scores, target, reduction="none") for scores in (raw, other, (raw + other) / 2))
    below = middle <= (a + b) / 2 + 1e-9 * np.maximum(1, np.abs(a) + np.abs(b))
    assert not loss.properties.convex or below.all()
    if not loss.properties.convex:
        assert not below.all()


@every_loss
def test_gradients_stay_below_their_bound(loss):
    raw, target = sample(loss)
    largest = np.abs(loss.gradient(raw, target, reduction="none")).max()
    assert largest <= loss.properties.gradient_bound + 1e-9
    if math.isfinite(loss.properties.gradient_bound):
        assert largest > loss.properties.gradient_bound / 4


@every_loss
def test_curvature_stays_below_its_bound(loss):
    raw, target = sample(loss)
    step = 1e-5
    moved = raw.copy()
    moved[:, 0] += step
    change = (loss.gradient(moved, target, reduction="none") - loss.gradient(raw, target, reduction="none"))[:, 0]
    assert np.abs(change / step).max() <= loss.properties.curvature_bound * 1.001 + 1e-6


@every_loss
def test_no_loss_is_below_the_floor(loss):
    raw, target = sample(loss)
    assert (loss(raw, target, reduction="none") >= loss.properties.floor - 1e-9).all()


@every_loss
def test_loss_properties_are_json(loss):
    assert json.loads(json.dumps(loss.properties.to_json(), allow_nan=False))["link"] == loss.link


def test_facts_of_books():
    assert gn.losses.huber.properties.gradient_bound == 1
    assert gn.losses.huber.properties.smooth
    assert gn.loss("huber", delta=0.3).properties.gradient_bound == 0.3
    assert not gn.losses.absolute_error.properties.smooth
    assert gn.losses.absolute_error.properties.gradient_bound == 1
    assert math.isinf(gn.losses.squared_error.properties.gradient_bound)
    assert gn.losses.squared_error.properties.curvature_bound == 1
    entropy = gn.losses.binary_cross_entropy.properties
    assert (entropy.gradient_bound, entropy.curvature_bound, entropy.floor) == (1, 0.25, 0)
    assert entropy.floor_depends_on_target
    assert gn.losses.softmax_cross_entropy.properties.curvature_bound == 0.25
    assert math.isinf(gn.losses.poisson.properties.gradient_bound)
    assert all(loss.properties.gradient_at_target == 0 for loss in (gn.losses.huber, gn.losses.squared_error))
