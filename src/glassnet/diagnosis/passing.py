"""What a layer makes of its weighted sums, by the catalog's functions: outputs, and slopes.

Where units learn parameters of their activation, each is computed with its own. Those are taken as they are: training
may have carried them to where the catalog would not let a person begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Activation, FormulaActivation
from glassnet.catalog.formula_program import run
from glassnet.catalog.kernels import elementwise
from glassnet.engine import AnyWeights, Weights
from glassnet.network import NetworkSpec

Array = NDArray[Any]


def learned_by_layer(network: NetworkSpec, weights: AnyWeights) -> list[dict[str, Array]]:
    """Sort the learned parameters by layer: for each its parameters' names and their values, one a unit.

    Examples
    --------
    >>> import glassnet as gn
    >>> from glassnet.engine import initial_weights
    >>> from glassnet.network import LayerSpec
    >>> start = (gn.initializer("he_normal"), gn.initializer("zeros"))
    >>> layers = LayerSpec(2, gn.activation("prelu"), *start), LayerSpec(1, gn.activation("identity"), *start)
    >>> network = NetworkSpec(1, layers, gn.loss("mse"))
    >>> learned_by_layer(network, initial_weights(network, seed=0))
    [{'slope': array([0.25, 0.25], dtype=float32)}, {}]
    """
    found: list[dict[str, Array]] = [{} for _ in network.layers]
    for (layer, name), values in zip(network.learned, Weights(*weights).learned, strict=False):
        found[layer][name] = values
    return found


def outputs_of(activation: Activation, z: Array, learned: Mapping[str, Array]) -> Array:
    """Compute a layer's outputs.

    Parameters
    ----------
    activation : Activation
    z : ndarray of float32 or float64, shape (n_samples, n_columns)
        Weighted sums.
    learned : mapping of str to ndarray of shape (n_units,)
        As of `learned_by_layer`.

    Returns
    -------
    ndarray of shape (n_samples, n_units)
    """
    if activation.over_axis:
        outputs: Array = activation(z)
        return outputs
    return _unit_by_unit(activation, z, learned, slope=False) if learned else np.asarray(activation(z))


def slopes_of(activation: Activation, z: Array, learned: Mapping[str, Array]) -> Array:
    """Compute a layer's slopes; 1 where several weighted sums compete, since some piece always has it.

    Parameters and result are those of `outputs_of`.
    """
    if activation.pieces > 1:
        return np.ones_like(outputs_of(activation, z, learned))
    return _unit_by_unit(activation, z, learned, slope=True) if learned else np.asarray(activation.derivative(z))


def _unit_by_unit(activation: Activation, z: Array, learned: Mapping[str, Array], *, slope: bool) -> Array:
    result = np.empty_like(z)
    for unit in range(z.shape[1]):
        own = {name: float(values[unit]) for name, values in learned.items()}
        x = np.ascontiguousarray(z[:, unit])
        if isinstance(activation, FormulaActivation):
            units = [own[name] for name in activation.learned]
            result[:, unit] = run(activation.program(), x, slope=slope, units=units)
        else:
            values = tuple(own.get(name, value) for name, value in activation.parameters)
            result[:, unit] = elementwise(activation.name, values, x, None, slope=slope)
    return result
