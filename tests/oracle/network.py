"""Forward and backward through embeddings and dense layers, in float64, one line of NumPy for one of the textbook."""

from typing import Any

import numpy as np

from glassnet.engine import AnyWeights, CodedRows, Weights
from glassnet.network import LayerSpec, NetworkSpec

from .functions import ACTIVATIONS, LOSSES, Array


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
    tables = []
    for embedding in network.embeddings:
        kind, a = embedding.initializer.distribution(1, embedding.dimension, network.layers[0].activation)
        tables.append(_draw(rng, kind, a, (embedding.categories, embedding.dimension)))
        tables[-1][0] = 0.0
    return Weights(coefs, intercepts, tables)


def take(X: Any, rows: Any) -> Any:
    """Some of the rows."""
    return CodedRows(X.X[rows], X.codes[rows]) if isinstance(X, CodedRows) else X[rows]


def embed(weights: Weights, X: Any) -> Any:
    """What goes into the first layer: numbers, then the vector of each code."""
    if not isinstance(X, CodedRows):
        return X
    vectors = [table[codes] for table, codes in zip(weights.embeddings, X.codes.T, strict=True)]
    return np.hstack([X.X, *vectors])


def activate(layer: LayerSpec, z: Array) -> Array:
    """Apply a layer's activation to its weighted sums."""
    return ACTIVATIONS[layer.activation.name][0](z, *layer.activation.parameter_values)


def forward(network: NetworkSpec, weights: AnyWeights, X: Any) -> tuple[list[Array], list[Array]]:
    """Weighted sums z of every layer, and what goes into every layer."""
    weights = Weights(*weights)
    inputs, sums = [embed(weights, X)], []
    for layer, coef, intercept in zip(network.layers, weights.coefs, weights.intercepts, strict=True):
        sums.append(inputs[-1] @ coef + intercept)
        inputs.append(activate(layer, sums[-1]))
    return sums, inputs[:-1]


def dense_targets(y: Any, n_outputs: int) -> Array:
    """Class codes as rows of zeros with a one; a code below 0 gives a row of zeros: it does not count."""
    if y.ndim == 2:
        return np.asarray(y, dtype=np.float64)
    return (y[:, None] == np.arange(n_outputs)) * 1.0


def row_losses(network: NetworkSpec, z: Array, target: Array) -> Array:
    """Loss of each element, (n, n_outputs)."""
    return LOSSES[network.loss.name][0](z, target, *network.loss.parameter_values)


def loss_and_gradient(
    network: NetworkSpec, weights: AnyWeights, X: Any, y: Any, sample_weight: Any = None, alpha: float = 0.0
) -> tuple[float, Weights]:
    """Weighted mean loss with its penalty, and the derivative by every weight, bias and element of an embedding.

    L = (sum over rows and outputs of w * loss + alpha / 2 * (sum(W**2) + sum(E**2))) / (sum of the rows' weights)
    """
    coefs, _, tables = Weights(*weights)
    n_outputs = network.n_outputs
    target = dense_targets(y, n_outputs)
    element_weight = np.ones_like(target) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    if element_weight.ndim == 1:
        element_weight = element_weight[:, None] * np.ones_like(target)
    total = element_weight.sum() / n_outputs
    sums, inputs = forward(network, weights, X)

    penalty = 0.5 * alpha * sum(float(np.sum(array**2)) for array in (*coefs, *tables))
    loss = (float(np.sum(element_weight * row_losses(network, sums[-1], target))) + penalty) / total

    delta = element_weight * LOSSES[network.loss.name][1](sums[-1], target, *network.loss.parameter_values) / total
    coef_gradients: list[Array] = []
    intercept_gradients: list[Array] = []
    for i in reversed(range(len(coefs))):
        coef_gradients.insert(0, inputs[i].T @ delta + alpha * coefs[i] / total)
        intercept_gradients.insert(0, delta.sum(axis=0))
        if i > 0:
            below = network.layers[i - 1]
            slope = ACTIVATIONS[below.activation.name][1](sums[i - 1], *below.activation.parameter_values)
            delta = (delta @ coefs[i].T) * slope
    table_gradients: list[Array] = []
    column = network.n_inputs
    for j, table in enumerate(tables):
        by_vector = (delta @ coefs[0].T)[:, column : column + table.shape[1]]
        gradient = alpha * table / total
        for code, row in zip(X.codes[:, j], by_vector, strict=True):
            gradient[code] += row
        table_gradients.append(gradient)
        column += table.shape[1]
    return loss, Weights(coef_gradients, intercept_gradients, table_gradients)
