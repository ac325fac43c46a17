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


def outputs_of(activation: Activation, z: Array, learned: Mapping[str, Array], axis: int = 1) -> Array:
    """Compute a layer's outputs.

    Parameters
    ----------
    activation : Activation
    z : ndarray of float32 or float64
        Weighted sums, with the layer's columns along `axis`.
    learned : mapping of str to ndarray of shape (n_units,)
        As of `learned_by_layer`.
    axis : {0, 1}, default=1

    Returns
    -------
    ndarray
        With the layer's units along `axis`; a new one.
    """
    if activation.over_axis:
        outputs: Array = activation(z, axis=axis)
        return outputs
    return _unit_by_unit(activation, z, learned, axis, slope=False) if learned else np.asarray(activation(z))


def slopes_of(activation: Activation, z: Array, learned: Mapping[str, Array], axis: int = 1) -> Array:
    """Compute a layer's slopes; 1 where several weighted sums compete, since some piece always has it.

    Parameters and result are those of `outputs_of`.
    """
    if activation.pieces > 1:
        return np.ones_like(outputs_of(activation, z, learned, axis))
    return _unit_by_unit(activation, z, learned, axis, slope=True) if learned else np.asarray(activation.derivative(z))


def _unit_by_unit(activation: Activation, z: Array, learned: Mapping[str, Array], axis: int, *, slope: bool) -> Array:
    result = np.empty_like(z)
    for unit, (line, into) in enumerate(zip(np.moveaxis(z, axis, 0), np.moveaxis(result, axis, 0), strict=True)):
        own = {name: float(values[unit]) for name, values in learned.items()}
        x = np.ascontiguousarray(line)
        if isinstance(activation, FormulaActivation):
            into[...] = run(activation.program(), x, slope=slope, units=[own[name] for name in activation.learned])
        else:
            values = tuple(own.get(name, value) for name, value in activation.parameters)
            into[...] = elementwise(activation.name, values, x, None, slope=slope)
    return result
