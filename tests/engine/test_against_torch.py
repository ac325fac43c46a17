"""The engine beside PyTorch, in float64: gradients by autograd, and the weights after steps of every solver.

Two programs by different people that agree to ten digits are hardly wrong in the same way.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog.formula import evaluate
from glassnet.engine import CodedRows, loss_and_gradient, predict_outputs, predict_scores, train
from glassnet.network import TrainingSpec
from tests.oracle.problems import Problem, problem

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
functional: Any = torch.nn.functional

LARGEST_ERROR = 1e-10

# Where a function has no line here, its formula is evaluated with PyTorch's operations and differentiated by autograd.
ACTIVATIONS: dict[str, Any] = {
    "relu": torch.relu,
    "relu6": functional.relu6,
    "leaky_relu": functional.leaky_relu,
    "prelu": lambda x, slope: functional.prelu(x, torch.as_tensor(slope, dtype=x.dtype).expand(x.shape[1])),
    "maxout": lambda x, pieces: x.unflatten(1, (-1, pieces)).max(dim=2).values,
    "thresholded_relu": lambda x, threshold: functional.threshold(x, threshold, 0.0),
    "hard_tanh": functional.hardtanh,
    "hard_swish": functional.hardswish,
    "softsign": functional.softsign,
    "elu": functional.elu,
    "celu": functional.celu,
    "selu": functional.selu,
    "softplus": lambda x: functional.softplus(x, threshold=1e9),  # PyTorch's default replaces it by x above 20
    "log_sigmoid": functional.logsigmoid,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "mish": functional.mish,
    "softmax": lambda x: torch.softmax(x, dim=1),
}
OPERATIONS = {
    **{name: getattr(torch, name) for name in ("exp", "log", "log1p", "expm1", "abs", "sin", "cos", "tanh")},
    "sqrt": lambda a: a**0.5,
    "erf": torch.special.erf,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.Softplus(threshold=1e9),
    "where": lambda condition, a, b: torch.where(condition, *(torch.as_tensor(c, dtype=torch.float64) for c in (a, b))),
    "min": lambda a, b: torch.clamp(a, max=b),
    "max": lambda a, b: torch.clamp(a, min=b),
}


def activate(activation: gn.catalog.Activation, x, parameters):
    if activation.name in ACTIVATIONS:
        return ACTIVATIONS[activation.name](x, *parameters.values())
    return evaluate(activation.formula, {**OPERATIONS, **parameters, "x": x})


def poisson(z, t):
    constant = torch.special.xlogy(t, t) - t
    return functional.poisson_nll_loss(z, t, log_input=True, full=False, reduction="none") + constant


def quantile(z, t, level):
    return torch.maximum(level * (t - z), (level - 1) * (t - z))


def hinge(z, t):
    return t * torch.relu(1 - z) + (1 - t) * torch.relu(1 + z)


def squared_hinge(z, t):
    return t * torch.relu(1 - z) ** 2 + (1 - t) * torch.relu(1 + z) ** 2


def focal(z, t, gamma):
    logs = functional.logsigmoid
    return -t * torch.sigmoid(-z) ** gamma * logs(z) - (1 - t) * torch.sigmoid(z) ** gamma * logs(-z)


def over_classes(of_log_shares):
    """A row's loss from log-probabilities and one-hot or soft targets; a code below 0 leaves the row out."""

    def loss(z, t, *parameters):
        kept = torch.ones(len(z), dtype=z.dtype)
        if t.ndim == 1:
            kept = (t >= 0).to(z.dtype)
            t = functional.one_hot(t.clamp(min=0), z.shape[1]).to(z.dtype)
        return kept * of_log_shares(z, t, *parameters).sum(dim=1)

    return loss


def _divergence(z, t):
    return functional.kl_div(torch.log_softmax(z, dim=1), t, reduction="none")


def _softmax_focal(z, t, gamma):
    logs = torch.log_softmax(z, dim=1)
    return -t * (1 - logs.exp()) ** gamma * logs


# Loss of every element, (rows, outputs), or of every row, (rows,).
LOSSES: dict[str, Any] = {
    "squared_error": lambda z, t: functional.mse_loss(z, t, reduction="none") / 2,
    "mse": lambda z, t: functional.mse_loss(z, t, reduction="none"),
    "absolute_error": lambda z, t: functional.l1_loss(z, t, reduction="none"),
    "huber": lambda z, t, delta: functional.huber_loss(z, t, reduction="none", delta=delta),
    "log_cosh": lambda z, t: torch.log(torch.cosh(z - t)),
    "quantile": quantile,
    "poisson": poisson,
    "binary_cross_entropy": lambda z, t, weight: functional.binary_cross_entropy_with_logits(
        z, t, reduction="none", pos_weight=torch.tensor(weight)
    ),
    "hinge": hinge,
    "squared_hinge": squared_hinge,
    "focal": focal,
    "softmax_cross_entropy": lambda z, t: functional.cross_entropy(z, t, reduction="none", ignore_index=-1),
    "nll": over_classes(lambda z, t: -t * z),
    "kl_divergence": over_classes(_divergence),
    "softmax_focal": over_classes(_softmax_focal),
}

HIDDEN = [activation for activation in gn.activations if activation.hidden]
HIDDEN += [gn.activation("silu", learned=["beta"]), gn.activation("maxout", pieces=3)]
every_activation = pytest.mark.parametrize("activation", HIDDEN, ids=repr)
every_loss = pytest.mark.parametrize("loss", [loss for loss in gn.losses if loss.name in LOSSES], ids=repr)


def parameters_of(given: Problem):
    return [[torch.tensor(array, requires_grad=True) for array in part] for part in given.weights]


def scores_of(given: Problem, parameters, rows=slice(None)):
    coefs, intercepts, tables, learned = parameters
    own = dict(zip(given.network.learned, learned, strict=True))
    if isinstance(given.data.X, CodedRows):
        numbers, codes = given.data.X.X[rows], torch.from_numpy(given.data.X.codes[rows])
        vectors = [functional.embedding(codes[:, j], table) for j, table in enumerate(tables)]
        X = torch.cat([torch.from_numpy(numbers), *vectors], dim=1)
    else:
        X = torch.from_numpy(given.data.X[rows])
    for i, (coef, intercept) in enumerate(zip(coefs[:-1], intercepts[:-1], strict=True)):
        activation = given.network.layers[i].activation
        values = {name: own.get((i, name), value) for name, value in activation.parameters}
        X = activate(activation, X @ coef + intercept, values)
    return X @ coefs[-1] + intercepts[-1]


def loss_of(given: Problem, parameters, rows=slice(None), alpha=0.0):
    """Weighted mean loss and penalty; the mean is over rows, and over the outputs' weights where they differ."""
    z = scores_of(given, parameters, rows)
    loss = given.network.loss
    losses = LOSSES[loss.name](z, torch.from_numpy(given.data.y[rows]), *loss.parameter_values)
    weight = given.data.sample_weight
    weights = torch.ones(len(z), dtype=z.dtype) if weight is None else torch.from_numpy(weight[rows])
    total = weights.sum() if weights.ndim == 1 else weights.mean(dim=1).sum()
    if losses.ndim == 2 and weights.ndim == 1:
        weights = weights[:, None]
    penalty = 0.5 * alpha * sum((array**2).sum() for array in (*parameters[0], *parameters[2]))
    return ((losses * weights).sum() + penalty) / total


def largest_error(found, expected):
    """Largest difference, relative to the largest element of its array."""
    differences = []
    for ours, theirs in zip(chain(*found), chain(*expected), strict=True):
        array = theirs.detach().numpy()
        assert ours.shape == array.shape
        differences.append(float(np.max(np.abs(ours - array)) / (np.max(np.abs(array)) + np.finfo(float).tiny)))
    return max(differences)


def check_gradients(given: Problem, alpha=0.0, n_threads=1):
    parameters = parameters_of(given)
    expected = loss_of(given, parameters, alpha=alpha)
    expected.backward()
    loss, gradients = loss_and_gradient(given.network, given.weights, given.data, alpha, n_threads)
    assert loss == pytest.approx(expected.item(), rel=LARGEST_ERROR)
    assert largest_error(gradients, [[p.grad for p in part] for part in parameters]) < LARGEST_ERROR


# ------------------------------------------------------------------------------------------------------------ gradients


@every_loss
@pytest.mark.parametrize("n_outputs", [1, 3, 8, 9, 21])
def test_no_hidden_layer(loss, n_outputs):
    check_gradients(problem(loss, [], (5, n_outputs), n_rows=50), alpha=0.3)


@every_loss
@every_activation
@pytest.mark.parametrize("widths", [(5, 7, 3), (33, 65, 17, 10)], ids=str)
def test_hidden_layers(activation, loss, widths):
    hidden = [activation] * (len(widths) - 2)
    check_gradients(problem(loss, hidden, widths, n_rows=150, away_from_kinks=False), alpha=0.1, n_threads=2)


@pytest.mark.parametrize("weighted", ["rows", "outputs"])
@pytest.mark.parametrize("loss", [loss for loss in gn.losses if not loss.domain.sums_to_one], ids=repr)
def test_weights(loss, weighted):
    check_gradients(problem(loss, [gn.activations.tanh], (5, 7, 3), n_rows=40, weighted=weighted), alpha=0.2)


@pytest.mark.parametrize("n_outputs", [3, 12])
def test_codes_with_weights_and_ignored_rows(n_outputs):
    loss = gn.losses.softmax_cross_entropy
    given = problem(loss, [gn.activations.tanh], (5, 7, n_outputs), n_rows=40, weighted="rows")
    given.data.y[[0, 4, 9]] = -1
    check_gradients(given)


@pytest.mark.parametrize("n_outputs", [3, 12])
def test_distributions_as_targets(n_outputs):
    check_gradients(problem(gn.losses.softmax_cross_entropy, [gn.activations.gelu], (5, 7, n_outputs), dense=True))


EMBEDDINGS = [(5, 8), (40, 30), (3, 1)]


@pytest.mark.parametrize("widths", [(9, 3), (0, 33, 10), (40, 65, 17, 1)], ids=str)
def test_embeddings(widths):
    hidden = [gn.activations.gelu] * (len(widths) - 2)
    given = problem(gn.losses.binary_cross_entropy, hidden, widths, n_rows=700, embeddings=EMBEDDINGS)
    check_gradients(given, alpha=0.1, n_threads=2)


@every_loss
def test_predictions(loss):
    hidden = [gn.activations.gelu, gn.activations.elu]
    given = problem(loss, hidden, (9, 33, 17, 5), n_rows=200, away_from_kinks=False)
    scores = scores_of(given, parameters_of(given))
    link = loss.output_activation
    outputs = activate(link, scores, {})
    for ours, theirs in ((predict_scores, scores), (predict_outputs, outputs)):
        found = ours(given.network, given.weights, given.data.X, 2)
        np.testing.assert_allclose(found, theirs.detach().numpy(), rtol=LARGEST_ERROR, atol=LARGEST_ERROR)


# -------------------------------------------------------------------------------------------------------------- solvers

# How a solver of glassnet is called in PyTorch; both get the same hyperparameters.
# Epsilons are larger than people take: PyTorch's products differ in their last bits from call to call, and a tiny one
# makes whole steps of gradients that are hardly more than that.
SOLVERS: dict[str, tuple[dict[str, Any], Any]] = {
    "sgd": ({"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False}, lambda p: torch.optim.SGD(p, 0.05)),
    "momentum": (
        {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False},
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.8),
    ),
    "nesterov": (
        {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": True},
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.8, nesterov=True),
    ),
    "adagrad": ({"solver": "adagrad", "epsilon": 1e-4}, lambda p: torch.optim.Adagrad(p, 0.05, eps=1e-4)),
    "rmsprop": (
        {"solver": "rmsprop", "rho": 0.95, "epsilon": 1e-4},
        lambda p: torch.optim.RMSprop(p, 0.05, alpha=0.95, eps=1e-4),
    ),
    "adam": (
        {"solver": "adam", "beta_1": 0.85, "beta_2": 0.99, "epsilon": 1e-4},
        lambda p: torch.optim.Adam(p, 0.05, betas=(0.85, 0.99), eps=1e-4),
    ),
    "adamw": (
        {"solver": "adamw", "weight_decay": 0.1, "epsilon": 1e-4},
        lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.1, eps=1e-4),
    ),
}
every_solver = pytest.mark.parametrize("solver", SOLVERS)


def torch_train(given: Problem, solver, *, batch_size, epochs, alpha):
    """Train on the rows as they lie; the penalty is part of the loss, so its share of a batch's gradient is as ours."""
    parameters = parameters_of(given)
    coefs, intercepts, tables, learned = parameters
    # Neither biases nor parameters of activations decay: like the penalty, that is for weights and embeddings.
    groups = [{"params": [*coefs, *tables]}, {"params": [*intercepts, *learned]}]
    optimizer = SOLVERS[solver][1](groups)
    optimizer.param_groups[1]["weight_decay"] = 0.0
    weights = np.ones(len(given.data.X)) if given.data.sample_weight is None else given.data.sample_weight
    losses = []
    for _ in range(epochs):
        batches = [slice(start, start + batch_size) for start in range(0, len(given.data.X), batch_size)]
        sum_of_losses = sum_of_weights = 0.0
        for rows in batches:
            optimizer.zero_grad()
            loss = loss_of(given, parameters, rows, alpha)
            loss.backward()
            optimizer.step()
            weight = float(np.sum(weights[rows]))
            sum_of_losses += loss.item() * weight
            sum_of_weights += weight
        losses.append(sum_of_losses / sum_of_weights)
    return parameters, losses


def check_training(given: Problem, solver, *, batch_size=16, epochs=3, alpha=0.0):
    training = TrainingSpec(
        **SOLVERS[solver][0],
        learning_rate_init=0.05,
        alpha=alpha,
        batch_size=batch_size,
        max_iter=epochs,
        shuffle=False,
        tol=0.0,
        n_threads=2,
    )
    fit = train(given.network, training, given.data, weights=given.weights)
    expected, losses = torch_train(given, solver, batch_size=batch_size, epochs=epochs, alpha=alpha)
    assert largest_error(fit.weights, expected) < LARGEST_ERROR
    np.testing.assert_allclose(fit.trace.losses, losses, rtol=LARGEST_ERROR)


@every_solver
@every_loss
def test_weights_after_twelve_steps(solver, loss):
    # 50 rows in batches of 16: the last batch of an epoch has two rows.
    check_training(problem(loss, [gn.activations.tanh, gn.activations.silu], (5, 9, 7, 3), n_rows=50), solver)


@every_solver
@every_activation
def test_weights_after_twelve_steps_with_every_activation(solver, activation):
    check_training(problem(gn.losses.squared_error, [activation], (5, 19, 2), n_rows=50), solver)


@every_solver
def test_prelu_is_the_module_of_pytorch(solver):
    units = 19
    given = problem(gn.losses.squared_error, [gn.activations.prelu], (5, units, 2), n_rows=50)
    layers = torch.nn.Sequential(torch.nn.Linear(5, units), torch.nn.PReLU(units), torch.nn.Linear(units, 2)).double()
    (first, last), (bias, last_bias), _, (slope,) = given.weights
    values = {"0.weight": first.T, "0.bias": bias, "1.weight": slope, "2.weight": last.T, "2.bias": last_bias}
    layers.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in values.items()})
    named = dict(layers.named_parameters())
    optimizer = SOLVERS[solver][1](
        [
            {"params": [named[n] for n in ("0.weight", "2.weight")]},
            {"params": [named[n] for n in ("0.bias", "1.weight", "2.bias")]},
        ]
    )
    optimizer.param_groups[1]["weight_decay"] = 0.0
    X, y = torch.from_numpy(given.data.X), torch.from_numpy(given.data.y)
    for _ in range(10):
        optimizer.zero_grad()
        (functional.mse_loss(layers(X), y, reduction="sum") / (2 * len(X))).backward()
        optimizer.step()
    training = TrainingSpec(
        **SOLVERS[solver][0], learning_rate_init=0.05, alpha=0.0, batch_size=50, max_iter=10, shuffle=False, tol=0.0
    )
    fit = train(given.network, training, given.data, weights=given.weights)
    expected = [[named[n]] for n in ("1.weight", "0.bias", "2.bias")]
    assert largest_error([fit.learned, fit.intercepts[:1], fit.intercepts[1:]], expected) < LARGEST_ERROR
    assert np.ptp(fit.learned[0] - slope) > 0.01  # the slopes have moved, each its own way


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "adamw"])
def test_the_penalty_is_part_of_the_gradient(solver):
    given = problem(gn.losses.binary_cross_entropy, [gn.activations.tanh], (5, 9, 3), n_rows=50)
    check_training(given, solver, alpha=0.5)


@every_solver
def test_wide_layers_in_several_tiles(solver):
    given = problem(gn.losses.softmax_cross_entropy, [gn.activations.gelu] * 2, (70, 130, 97, 21), n_rows=300)
    check_training(given, solver, batch_size=128, epochs=2)


@every_solver
def test_weights_of_rows_in_every_batch(solver):
    given = problem(gn.losses.huber, [gn.activations.tanh], (5, 9, 3), n_rows=50, weighted="rows")
    # Two batches of 20 and one of 10 rows, each divided by its own sum of weights.
    check_training(given, solver, batch_size=20)


@every_solver
@pytest.mark.parametrize("n_inputs", [0, 11])
def test_embeddings_learn_as_those_of_pytorch(solver, n_inputs):
    widths = (n_inputs, 19, 3)
    given = problem(gn.losses.squared_error, [gn.activations.tanh], widths, n_rows=50, embeddings=EMBEDDINGS)
    check_training(given, solver)
