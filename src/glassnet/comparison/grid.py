"""What is compared: every combination of the values that were given for the parameters of the estimators."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.errors import ParameterError
from glassnet.estimators import MLPClassifier, MLPRegressor
from glassnet.report.comparison_text import shown_value

# A tuple is one value of these, with an entry for each layer; for any other parameter it is several values.
PER_LAYER = ("hidden_layer_sizes", "activation", "initializer", "bias_initializer", "dropout")

# What a comparison decides itself.
OF_THE_COMPARISON = ("random_state", "n_threads", "verbose", "warm_start", "callback")


@dataclass(frozen=True, eq=False)
class Combination:
    """Values of parameters.

    Attributes
    ----------
    parameters : mapping
        All that were given, under the estimators' names.
    varied : mapping
        Those of which several values are compared.
    """

    parameters: Mapping[str, Any]
    varied: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The varied values in a few words: "relu · he_normal"."""
        return " · ".join(shown_value(value) for value in self.varied.values())


def combinations(given: Mapping[str, Any], kind: type[MLPClassifier | MLPRegressor]) -> list[Combination]:
    """List all combinations, the values of the last parameter changing fastest.

    Parameters
    ----------
    given : mapping of str to value
        A list (or range, or one-dimensional array) holds values to compare; anything else is one value. So does a
        tuple, except where it has an entry for each layer, as `hidden_layer_sizes=(64, 32)`.
    kind : class of the estimator
        Whose parameters they are.

    Raises
    ------
    ParameterError
        If a parameter is unknown, a list is empty or holds a value twice.

    Examples
    --------
    >>> found = combinations({"activation": ["relu", "tanh"], "max_iter": 50}, MLPClassifier)
    >>> [combination.label for combination in found], found[0].parameters
    (['relu', 'tanh'], {'activation': 'relu', 'max_iter': 50})
    """
    known = kind._get_param_names()  # noqa: SLF001 (scikit-learn's way to ask a class)
    known = [name for name in known if name not in OF_THE_COMPARISON]
    for name in given:
        if name not in known:
            raise ParameterError.unknown(name, known, of=kind.__name__)
    values = {name: _values(name, value) for name, value in given.items()}
    varied = [name for name, several in values.items() if len(several) > 1]
    found = []
    for chosen in itertools.product(*values.values()):
        parameters = dict(zip(values, chosen, strict=True))
        found.append(Combination(parameters, {name: parameters[name] for name in varied}))
    return found


def _values(name: str, value: Any) -> list[Any]:
    several = isinstance(value, (list, range)) or (isinstance(value, np.ndarray) and value.ndim == 1)
    if isinstance(value, tuple) and name not in PER_LAYER:
        several = True
    if not several:
        return [value]
    values = [entry.item() if isinstance(entry, np.generic) else entry for entry in value]
    # A list within the list is what the estimators take as a list: an entry for each layer.
    values = [tuple(entry) if isinstance(entry, list) else entry for entry in values]
    if not values:
        raise ParameterError.value(name, value, "at least one value")
    for i, entry in enumerate(values):
        if any(type(entry) is type(other) and entry == other for other in values[:i]):
            raise ParameterError.value(name, value, "values that differ from each other")
    return values
