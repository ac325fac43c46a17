"""What is said while a network trains: at once, once a kind, and nothing about healthy epochs."""

from __future__ import annotations

import numpy as np
import pytest
from tests.diagnosis.cases import trace

from glassnet.diagnosis import Alarm


def said(epochs):
    alarm = Alarm()
    return [words for epoch in epochs for words in alarm(epoch)]


def over_time(*values):
    """A statistic of layer 2 that takes these values, epoch by epoch."""
    return np.array(values)[:, None] * np.array([0.0, 1.0, 0.0])


def test_a_healthy_training_is_not_talked_about():
    assert said(trace()) == []


@pytest.mark.parametrize(
    ("statistics", "words"),
    [
        ({"dead": over_time(0, 0.05, 0.2, 0.6)}, "epoch 3: 20% of the units of layer 2 are dead"),
        ({"saturated": over_time(0, 0.4, 0.6, 0.9)}, "epoch 3: 60% of the outputs of layer 2 are saturated"),
        ({"gradient_norm": over_time(0.5, 1, 1e3, 1e4)}, "epoch 3: gradients explode, 1e+03 after 0.5"),
    ],
)
def test_trouble_is_told_when_it_begins_and_once(statistics, words):
    assert said(trace(epochs=4, **statistics)) == [words]


def test_a_loss_that_explodes_is_told():
    assert said(trace(losses=[0.5, 0.4, 900.0, 1e9])) == ["epoch 3: the loss explodes, 9e+02 after 0.4"]


def test_where_all_is_learned_noise_is_no_explosion():
    assert said(trace(losses=[0.5, 1e-9, 0.4], gradient_norm=over_time(1.0, 1e-9, 0.5))) == []


def test_at_the_output_certainty_is_no_saturation():
    at_the_output = np.array([0.0, 0.0, 1.0])
    assert said(trace(saturated=at_the_output, dead=at_the_output)) == []


def test_without_hidden_layers_there_is_nothing_that_dies():
    assert said(trace(layers=1)) == []
