"""An activation while it is typed: its curve, its derivative, and what they mean for a network."""

from __future__ import annotations

import functools
import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, Activation
from glassnet.errors import ParameterError
from glassnet.texts import _, language

LOW, HIGH, N_POINTS = -6.0, 6.0, 241
TOLD = ("range", "slope", "shape", "kinks", "level", "normal input", "weights", "cost")


def curve(activation: str | dict[str, Any]) -> dict[str, Any]:
    """Describe an activation by its curve.

    Parameters
    ----------
    activation : str or dict
        A name, a formula of x, or an activation's JSON.

    Returns
    -------
    dict
        name, formula, latex, derivative, derivative_latex, parameters, x, y and slope (241 points from -6 to 6; None
        where a value is not finite), kinks, saturation ([below, above], either None), facts (pairs of a label and a
        text), remarks and trouble (texts).

    Raises
    ------
    ParameterError
        If it is none; of a formula with the parser's words.

    Examples
    --------
    >>> told = curve("relu")
    >>> told["kinks"], told["saturation"], told["derivative"]
    ([0.0], [0.0, None], 'where(x > 0, 1, 0)')
    >>> told["x"][121], told["y"][121], told["slope"][121]
    (0.05, 0.05, 1.0)
    """
    described: dict[str, Any] = json.loads(_curve(json.dumps(activation, sort_keys=True), language()))
    return described


@functools.lru_cache(maxsize=256)
def _curve(activation: str, _language: str) -> str:
    """Describe it as JSON, so that nobody changes what is kept."""
    found = ACTIVATIONS.resolve(json.loads(activation))
    if found.over_axis:
        raise ParameterError.not_hidden("activation", found.name)
    x = np.linspace(LOW, HIGH, N_POINTS)
    explained = found.explain()
    properties = found.properties
    remarks = found.remarks.translated()
    return json.dumps(
        {
            "name": found.name,
            "formula": found.formula,
            "latex": found.latex,
            "derivative": found.derivative_formula,
            "derivative_latex": found.derivative_latex,
            "parameters": dict(found.parameters),
            "x": _numbers(x),
            "y": _numbers(found(x)),
            "slope": _numbers(found.derivative(x)),
            "kinks": [kink.at for kink in properties.kinks],
            "saturation": [properties.saturates_below, properties.saturates_above],
            "facts": [[line.label, line.text] for line in explained.lines if line.label in {_(one) for one in TOLD}],
            "remarks": [text for text in (remarks.good, remarks.bad, remarks.use) if text],
            "trouble": _trouble(found),
        },
        allow_nan=False,
    )


def _trouble(found: Activation) -> list[str]:
    """Say what will go wrong in a network with it."""
    properties, said = found.properties, []
    if found.flat or properties.lipschitz == 0:
        said.append(_("its slope is 0 wherever there is one: no gradient passes, and the weights before it stay"))
    elif properties.convexity == "line":
        said.append(_("a line: however many layers have it, the network can only draw straight boundaries"))
    if not properties.bounded and not math.isfinite(properties.mean_square):
        said.append(_("it grows so fast that its mean square is infinite for normal inputs: training will diverge"))
    elif properties.gain_stability > 1.5:
        said.append(_("what is large becomes larger with every layer: deep networks of it diverge easily"))
    if properties.mean_squared_slope < 0.05 and properties.lipschitz > 0:
        said.append(_("its slope is small: gradients shrink with every layer that they pass"))
    if properties.zeros > 0.9:
        said.append(_("it is 0 for nearly all inputs, so most of its units will be dead"))
    return said


def _numbers(values: Any) -> list[float | None]:
    rounded: NDArray[np.float64] = np.asarray(values, np.float64)
    return [float(f"{value:.7g}") if math.isfinite(value) else None for value in rounded.tolist()]
