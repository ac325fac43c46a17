"""Gradients of every layer × activation × loss against central differences of the engine's own loss.

The quotient is the one of fourth order, so its own error (h⁴ of truncation, 1e-16 / h of rounding) is far below the
1e-6 that is asked for. Widths are no multiples of a vector's length; outputs of up to eight units and of more take
different ways through the engine, and so do batches of one block of rows and of several.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import TrainingData, loss_and_gradient, train
from glassnet.network import TrainingSpec
from tests.oracle import witness
from tests.oracle.problems import Problem, problem
from tests.thinning import pairs, slow

LARGEST_ERROR = 1e-6
STEP = 1e-4

# Those that learn parameters do so here.
ACTIVATIONS = [activation for activation in gn.activations if activation.hidden]
LEARNED = [
    activation.with_parameters(learned=[name for name, parameter in activation.declared.items() if parameter.learnable])
    for activation in ACTIVATIONS
    if any(parameter.learnable for parameter in activation.declared.values())
]
every_loss = pytest.mark.parametrize("loss", list(gn.losses), ids=repr)


def analytic(given: Problem, alpha=0.0, n_threads=1):
    return loss_and_gradient(given.network, given.weights, given.data, alpha, n_threads)


def numerical(given: Problem, alpha=0.0):
    """Difference quotients (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h by every element of the weights."""

    def quotients(parameter):
        gradient = np.empty_like(parameter)
        for place in np.ndindex(parameter.shape):
            kept = parameter[place]
            moved = {}
            for steps in (-2, -1, 1, 2):
                parameter[place] = kept + steps * STEP
                moved[steps] = loss_and_gradient(given.network, given.weights, given.data, alpha)[0]
            parameter[place] = kept
            gradient[place] = (8 * (moved[1] - moved[-1]) - (moved[2] - moved[-2])) / (12 * STEP)
        return gradient

    return [[quotients(parameter) for parameter in part] for part in given.weights]


def largest_error(found, expected):
    """Largest difference of an element, relative to it, or to a thousandth of the largest one where it is smaller."""
    worst = 0.0
    for ours, theirs in zip(chain(*found), chain(*expected), strict=True):
        assert ours.shape == theirs.shape
        scale = np.maximum(np.abs(theirs), 1e-3 * np.abs(theirs).max() + np.finfo(float).tiny)
        worst = max(worst, float(np.max(np.abs(ours - theirs) / scale)))
    return worst


def check(given: Problem, alpha=0.0):
    _, gradients = analytic(given, alpha)
    assert largest_error(gradients, numerical(given, alpha)) < LARGEST_ERROR


@every_loss
@pytest.mark.parametrize("n_outputs", [1, 3, 8, 9, 21])
def test_no_hidden_layer(loss, n_outputs):
    check(problem(loss, [], (5, n_outputs)), alpha=0.3)


@pytest.mark.parametrize(("activation", "loss"), pairs(ACTIVATIONS, gn.losses, every=3))
def test_one_hidden_layer(activation, loss):
    check(problem(loss, [activation], (5, 7, 3)))


@pytest.mark.parametrize(("activation", "loss"), pairs(ACTIVATIONS, gn.losses, every=3, start=1))
def test_two_hidden_layers(activation, loss):
    check(problem(loss, [activation, activation], (3, 9, 5, 11), n_rows=7), alpha=0.1)


@pytest.mark.parametrize("second", ACTIVATIONS, ids=repr)
def test_each_layer_has_its_own_activation(second):
    given = problem(gn.losses.squared_error, [gn.activations.tanh, second, gn.activations.silu], (4, 6, 5, 3, 2))
    check(given)


@pytest.mark.parametrize("activation", [entry for entry in ACTIVATIONS if entry.parameters], ids=repr)
def test_parameters_reach_the_derivative(activation):
    changed = witness.another(activation)
    check(problem(gn.losses.squared_error, [changed], (5, 7, 3)))


@every_loss
@pytest.mark.parametrize("activation", LEARNED, ids=repr)
@pytest.mark.parametrize("widths", [(5, 7, 3), (3, 9, 5, 2)], ids=str)
def test_learned_parameters_have_a_gradient(activation, loss, widths):
    given = problem(loss, [activation] * (len(widths) - 2), widths, n_rows=7)
    assert len(given.weights.learned) == len(widths) - 2
    check(given)
    without, penalized = (analytic(given, alpha)[1].learned for alpha in (0.0, 0.3))
    assert all(np.array_equal(a, b) for a, b in zip(without, penalized, strict=True))  # no penalty on them


@pytest.mark.parametrize("pieces", [2, 3, 5])
@pytest.mark.parametrize("widths", [(5, 1, 3), (3, 17, 5, 2), (6, 35, 1)], ids=str)
def test_pieces_of_maxout(pieces, widths):
    maxout = gn.activation("maxout", pieces=pieces)
    check(problem(gn.losses.squared_error, [maxout] * (len(widths) - 2), widths, n_rows=5), alpha=0.1)


@pytest.mark.parametrize("loss", [entry for entry in gn.losses if entry.parameters], ids=repr)
def test_parameters_reach_the_gradient_of_the_loss(loss):
    check(problem(loss.with_parameters(**dict.fromkeys(loss.declared, 0.6)), [gn.activations.tanh], (5, 7, 3)))


@every_loss
@pytest.mark.parametrize("n_outputs", [2, 10])
def test_weights_of_rows(loss, n_outputs):
    check(problem(loss, [gn.activations.tanh], (5, 6, n_outputs), weighted="rows"), alpha=0.3)


@pytest.mark.parametrize("loss", [entry for entry in gn.losses if not entry.domain.sums_to_one], ids=repr)
@pytest.mark.parametrize("n_outputs", [2, 10])
def test_weights_of_elements(loss, n_outputs):
    check(problem(loss, [gn.activations.tanh], (5, 6, n_outputs), weighted="outputs"))


@pytest.mark.parametrize("n_outputs", [3, 12])
def test_distributions_as_targets(n_outputs):
    check(problem(gn.losses.softmax_cross_entropy, [gn.activations.silu], (5, 6, n_outputs), dense=True))


@pytest.mark.parametrize("n_outputs", [3, 12])
def test_rows_with_a_negative_code_have_no_part(n_outputs):
    given = problem(gn.losses.softmax_cross_entropy, [gn.activations.tanh], (5, 6, n_outputs))
    given.data.y[[0, 4, 9]] = -1
    check(given)


EMBEDDINGS = {
    "one": (5, [(4, 3)]),
    "across panels of the input": (14, [(3, 5), (7, 40), (2, 1)]),
    "no numbers": (0, [(6, 2), (3, 4)]),
    "in a later panel than most numbers": (130, [(5, 3)]),
}


@pytest.mark.parametrize(
    ("hidden", "n_outputs"),
    [
        *(((), n) for n in (1, 3, 9)),
        *(((7,), n) for n in (1, 3, 9)),
        *(pytest.param((37, 6), n, marks=slow) for n in (1, 9)),
        ((37, 6), 3),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", EMBEDDINGS)
def test_embeddings(kind, hidden, n_outputs):
    n_inputs, embeddings = EMBEDDINGS[kind]
    activations = [gn.activations.tanh, gn.activations.silu][: len(hidden)]
    widths = (n_inputs, *hidden, n_outputs)
    given = problem(gn.losses.squared_error, activations, widths, n_rows=9, embeddings=embeddings, weighted="rows")
    check(given, alpha=0.2)


def test_in_training_an_epoch_of_one_batch_is_a_step_along_this_gradient():
    # Plain gradient descent makes the gradient of a training step visible: (before - after) / rate.
    for activation in ACTIVATIONS:
        given = problem(gn.losses.squared_error, [activation], (5, 19, 3), n_rows=40)
        training = TrainingSpec(
            solver="sgd", momentum=0.0, learning_rate_init=1.0, alpha=0.2, batch_size=40, max_iter=1
        )
        fit = train(given.network, training, given.data, weights=given.weights)
        _, expected = analytic(given, alpha=0.2)
        taken = [
            [before - after for before, after in zip(old, new, strict=True)]
            for old, new in zip(given.weights, fit.weights, strict=True)
        ]
        assert largest_error(taken, expected) < 1e-10, activation


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_the_gradient_of_many_rows_is_the_mean_of_its_parts(n_threads):
    # 9,001 rows are cut into blocks and turns; the parts are small enough to be one block each.
    given = problem(gn.losses.squared_error, [gn.activations.tanh], (11, 37, 5), n_rows=9001)
    _, whole = analytic(given, n_threads=n_threads)
    sums = [[np.zeros_like(array) for array in arrays] for arrays in given.weights]
    for start in range(0, 9001, 1000):
        rows = slice(start, start + 1000)
        part = TrainingData(given.data.X[rows], given.data.y[rows])
        _, gradients = loss_and_gradient(given.network, given.weights, part)
        for total, arrays in zip(sums, gradients, strict=True):
            for array, gradient in zip(total, arrays, strict=True):
                array += gradient * (len(part.X) / 9001)
    assert largest_error(whole, sums) < 1e-10
