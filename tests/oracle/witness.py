"""The witness: catalog formulas evaluated with mpmath, in hundreds of digits, knowing nothing of kernels.

Near its limits a formula may need them all: 1 + exp(-745) is 1 in fewer than 324 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp
import numpy as np

from glassnet.catalog import Activation, Entry, Loss
from glassnet.catalog.formula import evaluate

DIGITS = 360


def _each(function: Callable[..., Any], arguments: int = 1) -> Any:
    """Let a function of numbers work on arrays of them."""
    return np.frompyfunc(function, arguments, 1)


FUNCTIONS: Mapping[str, Any] = {
    "exp": _each(mp.exp),
    "expm1": _each(mp.expm1),
    "log": _each(mp.log),
    "sqrt": _each(mp.sqrt),
    "tanh": _each(mp.tanh),
    "erf": _each(mp.erf),
    "abs": _each(mp.fabs),
    "max": _each(max, 2),
    "min": _each(min, 2),
    "sigmoid": _each(lambda x: 1 / (1 + mp.exp(-x))),
    "xlogy": _each(lambda x, y: x * mp.log(y) if x else mp.mpf(0), 2),
    "where": _each(lambda condition, a, b: a if condition else b, 3),
    "sum": np.sum,
}


def other_values(entry: Entry) -> dict[str, float]:
    """Values of all parameters that no entry declares, and that all rules allow."""
    return {name: 3 if parameter.rule.whole else 0.3 for name, parameter in entry.declared.items()}


def exact(values: Any) -> Any:
    """Turn floats into mpmath numbers, exactly."""
    return _each(lambda value: mp.mpf(float(value)))(values)


def value(activation: Activation, x: Any) -> Any:
    """Evaluate an activation's formula at mpmath numbers, one or an array of them."""
    parameters = {name: mp.mpf(number) for name, number in activation.parameters}
    return evaluate(activation.formula, {**FUNCTIONS, **parameters, "x": x}, number=mp.mpf)


def derivative(activation: Activation, x: Any) -> Any:
    """Differentiate an activation's formula numerically at one number: from the left at a kink."""
    return mp.diff(lambda at: value(activation, at), x, direction=-1 if x in activation.kinks else 0)


def row_loss(loss: Loss, raw: Any, target: Any) -> Any:
    """Evaluate a loss's formula for one row of raw scores: link, formula, sum over the outputs."""
    parameters = {name: mp.mpf(number) for name, number in loss.parameters}
    names = {**FUNCTIONS, **parameters, "p": value(loss.output_activation, raw), "y": target}
    return np.sum(evaluate(loss.formula, names, number=mp.mpf))


def row_gradient(loss: Loss, raw: Any, target: Any) -> list[Any]:
    """Differentiate a loss's formula numerically by each raw score of one row."""
    return _by_each_score(loss, raw, target, 1)


def row_curvature(loss: Loss, raw: Any, target: Any) -> list[Any]:
    """Differentiate a loss's formula twice, numerically, by each raw score of one row."""
    return _by_each_score(loss, raw, target, 2)


def _by_each_score(loss: Loss, raw: Any, target: Any, order: int) -> list[Any]:
    def by(column: int) -> Any:
        def at(score: Any) -> Any:
            moved = raw.copy()
            moved[column] = score
            return row_loss(loss, moved, target)

        return mp.diff(at, raw[column], order)

    return [by(column) for column in range(len(raw))]
