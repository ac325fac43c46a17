"""The oracle itself: its gradients against central differences, and against scikit-learn's MLP."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import glassnet as gn
from glassnet.engine import TrainingData
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec
from tests.oracle import reference
from tests.oracle.functions import LOSSES, loss_functions
from tests.oracle.network import initial_weights
from tests.thinning import pairs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(9, 3))
WEIGHT = RNG.uniform(0.5, 2.0, size=9)
HIDDEN = [entry.name for entry in gn.activations if not (entry.over_axis or entry.flat or entry.name == "exp")]
DRAWN = (gn.initializer("glorot_uniform"), gn.initializer("normal", std=0.3))


def network(loss, activation="tanh", n_outputs=2):
    hidden = LayerSpec(5, gn.activation(activation), *DRAWN)
    return NetworkSpec(3, (hidden, LayerSpec(n_outputs, loss.output_activation, *DRAWN)), loss, "float64")


def targets(loss):
    if loss.domain.sums_to_one:
        return RNG.dirichlet([1, 1], size=9)
    return RNG.uniform(0.1, 0.9, size=(9, 2))


def test_what_the_oracle_wrote_down_is_of_the_catalog():
    assert set(LOSSES) <= set(gn.losses.names)  # of the others it takes the formula


@pytest.mark.parametrize("loss", [gn.loss(name) for name in LOSSES], ids=lambda loss: loss.name)
def test_formulas_of_the_catalog_are_what_the_oracle_wrote_down(loss):
    scores, target = RNG.normal(size=(7, 2)), targets(loss)[:7]
    written = loss_functions(loss)
    derived = loss_functions(loss, written={})
    for ours, theirs in zip(derived, written, strict=True):
        found, expected = (f(scores, target, *loss.parameter_values) for f in (ours, theirs))
        if loss.domain.sums_to_one and ours is derived[0]:  # a row's loss stands in one place
            found, expected = found.sum(axis=1), expected.sum(axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("activation", "loss"), pairs(HIDDEN, gn.losses, every=5))
def test_gradients_are_central_differences(activation, loss):
    spec = network(loss, activation)
    data = TrainingData(X, targets(loss), WEIGHT)
    weights = initial_weights(spec, 1)
    _, gradients = reference.loss_and_gradient(spec, weights, data, alpha=0.3)
    step = 1e-6
    for kind in (0, 1):
        for layer in (0, 1):
            array, gradient = weights[kind][layer], gradients[kind][layer]
            for place in np.ndindex(array.shape):
                there = array[place]
                sides = []
                for side in (there + step, there - step):
                    array[place] = side
                    sides.append(reference.loss_and_gradient(spec, weights, data, alpha=0.3)[0])
                array[place] = there
                assert gradient[place] == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-6, abs=1e-9)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_oracle_takes_scikit_learns_steps():
    y = np.arange(9) % 3
    common = {"alpha": 0.1, "max_iter": 30, "learning_rate_init": 0.1, "shuffle": False, "batch_size": 4}
    theirs = MLPClassifier(5, activation="tanh", solver="sgd", random_state=0, **common)
    start = MLPClassifier(5, activation="tanh", solver="sgd", random_state=0, **{**common, "max_iter": 1})
    start.set_params(learning_rate_init=1e-300).fit(X, y)
    weights = ([c.copy() for c in start.coefs_], [b.copy() for b in start.intercepts_])
    theirs.fit(X, y)
    spec = network(gn.losses.softmax_cross_entropy, n_outputs=3)
    fit = reference.train(spec, TrainingSpec(solver="sgd", **common), TrainingData(X, y), weights=weights)
    np.testing.assert_allclose(fit.trace.losses, theirs.loss_curve_, rtol=1e-12)
    for ours, other in zip(fit.coefs, theirs.coefs_, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-11)
