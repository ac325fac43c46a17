"""The scikit-learn front: estimators with scikit-learn's parameters, methods and fitted attributes; tables in one call.

    MLPClassifier, MLPRegressor           the network that you specify, on numbers
    TabularClassifier, TabularRegressor   raw tables, a recipe for what is not specified
    plan, fit                             from a file to a tested model
    load                                  a saved model of any of these

A front translates. `translate` turns parameters into a `NetworkSpec` and a `TrainingSpec`, `validation`, `reading` and
`targets` turn what people pass as X and y into what the engine takes, and the engine does the rest.

What is for tables is loaded when it is first used: who imports `MLPClassifier` does not wait for it.
"""

import importlib
from typing import TYPE_CHECKING, Any

from glassnet.estimators.classifier import MLPClassifier as MLPClassifier
from glassnet.estimators.glass import load as load
from glassnet.estimators.regressor import MLPRegressor as MLPRegressor

if TYPE_CHECKING:
    from glassnet.estimators.planning import Plan as Plan
    from glassnet.estimators.planning import fit as fit
    from glassnet.estimators.planning import plan as plan
    from glassnet.estimators.tabular_classifier import TabularClassifier as TabularClassifier
    from glassnet.estimators.tabular_regressor import TabularRegressor as TabularRegressor

_LATER = {
    "Plan": "planning",
    "TabularClassifier": "tabular_classifier",
    "TabularRegressor": "tabular_regressor",
    "fit": "planning",
    "plan": "planning",
}

__all__ = ["MLPClassifier", "MLPRegressor", "Plan", "TabularClassifier", "TabularRegressor", "fit", "load", "plan"]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'glassnet.estimators' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"glassnet.estimators.{_LATER[name]}"), name)
    globals()[name] = value
    return value
