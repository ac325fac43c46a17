"""Forward and backward through embeddings and dense layers, in float64, one line of NumPy for one of the textbook."""

from typing import Any

import numpy as np

from glassnet.engine import AnyWeights, CodedRows, Weights
from glassnet.network import LayerSpec, NetworkSpec

from .functions import BY_PARAMETER, Array, activation_slope, activation_value, loss_functions


def _draw(rng: np.random.Generator, kind: str, a: float, shape: tuple[int, ...]) -> Array:
    if kind == "constant":
        return np.full(shape, a)
    if kind == "uniform":
        return rng.uniform(-a, a, shape)
    if kind == "normal":
        return rng.normal(0.0, a, shape)
    if kind == "orthogonal":
        tall = rng.normal(size=shape if shape[0] >= shape[-1] else shape[::-1])
        q, r = np.linalg.qr(tall)
        q = a * q * np.sign(np.diag(r))
        return q if q.shape == shape else q.T
    raise AssertionError(kind)


def initial_weights(network: NetworkSpec, seed: int) -> Weights:
    """Draw weights from the distributions that the specification names (other numbers than the engine's)."""
    rng = np.random.default_rng(seed)
    coefs, intercepts = [], []
    for (fan_in, fan_out), layer in zip(network.shapes, network.layers, strict=True):
        kind, a = layer.initializer.resolve(layer.activation).distribution(fan_in, fan_out, layer.activation)
        coefs.append(_draw(rng, kind, a, (fan_in, fan_out)))
        kind, a = layer.bias_initializer.resolve(layer.activation).distribution(fan_in, fan_out, layer.activation)
        intercepts.append(_draw(rng, kind, a, (fan_out,)))
    learned = [
        np.full(network.layers[i].units, dict(network.layers[i].activation.parameters)[name])
        for i, name in network.learned
    ]
    tables = []
    for embedding in network.embeddings:
        kind, a = embedding.initializer.distribution(1, embedding.dimension, network.layers[0].activation)
        tables.append(_draw(rng, kind, a, (embedding.categories, embedding.dimension)))
        tables[-1][0] = 0.0
    return Weights(coefs, intercepts, tables, learned)


def take(X: Any, rows: Any) -> Any:
    """Some of the rows."""
    return CodedRows(X.X[rows], X.codes[rows]) if isinstance(X, CodedRows) else X[rows]


def embed(weights: Weights, X: Any) -> Any:
    """What goes into the first layer: numbers, then the vector of each code."""
    if not isinstance(X, CodedRows):
        return X
    vectors = [table[codes] for table, codes in zip(weights.embeddings, X.codes.T, strict=True)]
    return np.hstack([X.X, *vectors])


def parameters_of(network: NetworkSpec, weights: Weights, i: int) -> list[Any]:
    """Values of the parameters of layer i's activation: a number, or one for each unit where they are learned."""
    learned = dict(zip(network.learned, weights.learned, strict=True))
    return [learned.get((i, name), value) for name, value in network.layers[i].activation.parameters]


def activate(layer: LayerSpec, z: Array, parameters: Any = None) -> Array:
    """Apply a layer's activation to its weighted sums."""
    return activation_value(layer.activation, z, parameters)


def cut(layer: LayerSpec, z: Array) -> Array:
    """Weighted sums of a Maxout layer as (row, unit, piece)."""
    return z.reshape(len(z), layer.units, -1)


def slope_times(layer: LayerSpec, z: Array, parameters: Any, by_output: Array) -> Array:
    """From the gradient by a layer's outputs to that by its weighted sums."""
    if layer.activation.name == "maxout":
        pieces = cut(layer, z)
        winner = np.arange(pieces.shape[2]) == pieces.argmax(axis=2)[:, :, None]
        return (winner * by_output[:, :, None]).reshape(len(z), -1)
    return by_output * activation_slope(layer.activation, z, parameters)


def forward(network: NetworkSpec, weights: AnyWeights, X: Any) -> tuple[list[Array], list[Array]]:
    """Weighted sums z of every layer, and what goes into every layer."""
    weights = Weights(*weights)
    inputs, sums = [embed(weights, X)], []
    for i, (layer, coef, intercept) in enumerate(zip(network.layers, weights.coefs, weights.intercepts, strict=True)):
        sums.append(inputs[-1] @ coef + intercept)
        inputs.append(activate(layer, sums[-1], parameters_of(network, weights, i)))
    return sums, inputs[:-1]


def dense_targets(y: Any, n_outputs: int) -> Array:
    """Class codes as rows of zeros with a one; a code below 0 gives a row of zeros: it does not count."""
    if y.ndim == 2:
        return np.asarray(y, dtype=np.float64)
    return (y[:, None] == np.arange(n_outputs)) * 1.0


def row_losses(network: NetworkSpec, z: Array, target: Array) -> Array:
    """Loss of each element, (n, n_outputs)."""
    return loss_functions(network.loss)[0](z, target, *network.loss.parameter_values)


def loss_and_gradient(
    network: NetworkSpec, weights: AnyWeights, X: Any, y: Any, sample_weight: Any = None, alpha: float = 0.0
) -> tuple[float, Weights]:
    """Weighted mean loss with its penalty, and the derivative by every weight, bias and element of an embedding.

    L = (sum over rows and outputs of w * loss + alpha / 2 * (sum(W**2) + sum(E**2))) / (sum of the rows' weights)
    """
    weights = Weights(*weights)
    coefs, _, tables, _ = weights
    n_outputs = network.n_outputs
    target = dense_targets(y, n_outputs)
    element_weight = np.ones_like(target) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    if element_weight.ndim == 1:
        element_weight = element_weight[:, None] * np.ones_like(target)
    total = element_weight.sum() / n_outputs
    sums, inputs = forward(network, weights, X)

    penalty = 0.5 * alpha * sum(float(np.sum(array**2)) for array in (*coefs, *tables))
    loss = (float(np.sum(element_weight * row_losses(network, sums[-1], target))) + penalty) / total

    delta = element_weight * loss_functions(network.loss)[1](sums[-1], target, *network.loss.parameter_values) / total
    coef_gradients: list[Array] = []
    intercept_gradients: list[Array] = []
    learned_gradients: list[Array] = []
    for i in reversed(range(len(coefs))):
        coef_gradients.insert(0, inputs[i].T @ delta + alpha * coefs[i] / total)
        intercept_gradients.insert(0, delta.sum(axis=0))
        if i > 0:
            below, parameters = network.layers[i - 1], parameters_of(network, weights, i - 1)
            by_output = delta @ coefs[i].T
            for name in reversed(below.activation.learned):
                by_parameter = BY_PARAMETER[below.activation.name, name](sums[i - 1], *parameters)
                learned_gradients.insert(0, (by_output * by_parameter).sum(axis=0))
            delta = slope_times(below, sums[i - 1], parameters, by_output)
    table_gradients: list[Array] = []
    column = network.n_inputs
    for j, table in enumerate(tables):
        by_vector = (delta @ coefs[0].T)[:, column : column + table.shape[1]]
        gradient = alpha * table / total
        for code, row in zip(X.codes[:, j], by_vector, strict=True):
            gradient[code] += row
        table_gradients.append(gradient)
        column += table.shape[1]
    return loss, Weights(coef_gradients, intercept_gradients, table_gradients, learned_gradients)
