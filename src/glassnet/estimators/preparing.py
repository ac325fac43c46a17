"""A fit in two halves, for whoever runs the engine in between: the playground, step by step.

    fitted(model, prepared, engine.train(network, training, data, score=...))     with prepared = prepare(model, X, y)

is `model.fit(X, y)`, to the last bit, without what it would print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet import engine
from glassnet.network import NetworkSpec, TrainingSpec

if TYPE_CHECKING:
    from glassnet.estimators.base import BaseMLP

    Model = TypeVar("Model", bound=BaseMLP)

Array = NDArray[Any]


@dataclass(frozen=True)
class PreparedFit:
    """A training that only has to be started: the arguments of `engine.train`, and what `fitted` needs afterwards.

    Attributes
    ----------
    network : NetworkSpec
    training : TrainingSpec
    data : glassnet.engine.TrainingData
    score : {"accuracy", "accuracy_of_largest", "r2"} or None
        What is measured on the rows to judge by; None where there are none.
    codes : ndarray of int64, shape (n_samples,), or None
        Classes of the rows to train on; None for numbers, and for several labels a row.
    weights, state, epochs
        Where an earlier training goes on: its weights and its solver's state. How many epochs.
    continuing, one_epoch : bool
        Whether an earlier training goes on, and whether by `partial_fit`.
    y_val : ndarray or None
        Answers of the rows to judge by, as they came.
    """

    network: NetworkSpec
    training: TrainingSpec
    data: engine.TrainingData
    score: str | None
    codes: NDArray[np.int64] | None
    weights: engine.Weights | None
    state: engine.State | None
    epochs: int
    continuing: bool
    one_epoch: bool
    y_val: Any


def prepare(
    model: BaseMLP,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    X_val: Any = None,
    y_val: Any = None,
    sample_weight_val: Any = None,
) -> PreparedFit:
    """Do all of `model.fit` that comes before the engine.

    Parameters are those of `fit`; the model learns its labels and columns.

    Raises
    ------
    ParameterError, DataError
        As `fit` does.
    """
    return model._prepare(X, y, sample_weight, X_val, y_val, sample_weight_val)  # noqa: SLF001 (fit in two halves)


def fitted(model: Model, prepared: PreparedFit, fit: engine.Fit) -> Model:
    """Do all of `model.fit` that comes after the engine: set the fitted attributes.

    Parameters
    ----------
    model : MLPClassifier or MLPRegressor
        The one that was prepared.
    prepared : PreparedFit
    fit : glassnet.engine.Fit
        What the engine has learned with `prepared`, in one call or in several whose traces were joined.

    Returns
    -------
    MLPClassifier or MLPRegressor
        The model.
    """
    model._finish(prepared, fit)  # noqa: SLF001 (fit in two halves)
    return model
