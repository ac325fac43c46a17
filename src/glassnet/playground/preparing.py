"""From a set-up and its rows to what the engine trains: by the estimators' own `prepare`, so to the same bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import LOSSES, Loss
from glassnet.engine import TrainingData
from glassnet.errors import DataError, ParameterError, SetupError
from glassnet.estimators import MLPClassifier, MLPRegressor, preparing, translate
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.playground.choosing import Choice, choices_of
from glassnet.playground.data.sets import Task
from glassnet.playground.material import Material
from glassnet.playground.setup import Setup

# What only a classifier has.
OF_CLASSIFIERS = ("class_weight", "label_smoothing")


@dataclass(frozen=True, eq=False)
class Prepared:
    """A training that only has to be started: `engine.train(network, training, data, score=score)`.

    Attributes
    ----------
    setup : Setup
        With what was chosen filled in.
    material : Material
    estimator : MLPClassifier or MLPRegressor
        With exactly these parameters; it has learned labels and columns, and is not fitted.
    fit : glassnet.estimators.preparing.PreparedFit
        All that the engine gets, and what `preparing.fitted` needs afterwards.
    choices : tuple of Choice
        What was chosen by itself or asked for, and why.
    """

    setup: Setup
    material: Material
    estimator: MLPClassifier | MLPRegressor
    fit: preparing.PreparedFit
    choices: tuple[Choice, ...]

    @property
    def network(self) -> NetworkSpec:
        """What is trained."""
        return self.fit.network

    @property
    def training(self) -> TrainingSpec:
        """How it is trained."""
        return self.fit.training

    @property
    def data(self) -> TrainingData:
        """What it is trained on; the test rows are its validation rows, which no training looks at."""
        return self.fit.data

    @property
    def score(self) -> str | None:
        """What is measured on the test rows; None where there are none."""
        return self.fit.score

    @property
    def codes(self) -> NDArray[np.int64] | None:
        """Class codes of the rows to learn from; None for numbers."""
        return self.fit.codes


def prepare(setup: Setup, material: Material) -> Prepared:
    """Do all that comes before the engine, exactly as the estimator's `fit` does.

    Raises
    ------
    SetupError
        If parameters do not go together, as a loss for numbers with classes.

    Examples
    --------
    >>> from glassnet.playground.material import material_of
    >>> from glassnet.playground.setup import DEFAULT
    >>> prepared = prepare(DEFAULT, material_of(DEFAULT))
    >>> prepared.network.shapes, prepared.score
    (((2, 8), (8, 8), (8, 1)), 'accuracy')
    """
    setup = material.setup
    estimator = (MLPClassifier if material.task == "classification" else MLPRegressor)(
        **parameters(setup, material.task, len(material.y_train), material)
    )
    judged = len(material.y_test) > 0
    try:
        fit = preparing.prepare(
            estimator,
            material.X_train,
            material.y_train,
            X_val=material.X_test if judged else None,
            y_val=material.y_test if judged else None,
        )
    except ParameterError as error:
        where = f"model.{error.argument}" if hasattr(setup.model, error.argument or " ") else "model"
        raise SetupError.at(where, str(error)) from error
    except DataError as error:  # rows are finite, and codes are right: what is left is the domain of the loss
        raise SetupError.at("model.loss", str(error)) from error
    return Prepared(setup, material, estimator, fit, choices_of(material, fit))


def parameters(setup: Setup, task: Task, n_rows: int, material: Material) -> dict[str, Any]:
    """List the estimator's parameters that a set-up means, those that the playground fixes among them.

    A playground trains on until max_iter: tol=0 and an infinite n_iter_no_change. With "adaptive" the patience of 10
    epochs is what makes the rate fall.
    """
    model = setup.model
    chosen: dict[str, Any] = {
        "hidden_layer_sizes": model.hidden_layer_sizes,
        "activation": _one_or_list(model.activation),
        "initializer": _one_or_list(model.initializer),
        "bias_initializer": _one_or_list(model.bias_initializer),
        "dropout": _one_or_list(model.dropout) if model.dropout else 0.0,
        "loss": _loss(setup, task),
        "output_activation": model.output_activation,
        "batch_size": min(model.batch_size, n_rows),
        "class_weight": _class_weight(setup, material),
        "dtype": "float32",
        "tol": 0.0,
        "n_iter_no_change": 10 if _is_adaptive(setup) else math.inf,
        "n_threads": 1,
    }
    for name in (
        "solver",
        "learning_rate",
        "learning_rate_init",
        "power_t",
        "momentum",
        "nesterovs_momentum",
        "beta_1",
        "beta_2",
        "epsilon",
        "rho",
        "alpha",
        "l1_ratio",
        "weight_decay",
        "max_iter",
        "label_smoothing",
        "shuffle",
        "random_state",
    ):
        chosen[name] = getattr(model, name)
    if task == "regression":
        for name in OF_CLASSIFIERS:
            del chosen[name]
    return chosen


def losses_for(task: Task) -> tuple[str, ...]:
    """Name the losses of the catalog that a task can be trained with; the first is that of "auto".

    Examples
    --------
    >>> losses_for("classification")[:2], losses_for("regression")[:2]
    (('log_loss', 'squared_error'), ('squared_error', 'mse'))
    """
    if task == "classification":
        return ("log_loss", *(loss.name for loss in LOSSES if translate.for_classes(loss)))
    return tuple(loss.name for loss in LOSSES if translate.for_numbers(loss))


def _loss(setup: Setup, task: Task) -> str | Loss:
    loss = setup.model.loss
    if loss == "auto":
        return "log_loss" if task == "classification" else "squared_error"
    fits = translate.for_classes if task == "classification" else translate.for_numbers
    if loss == "log_loss":
        if task == "regression":
            raise SetupError.choice("model.loss", loss, ("auto", *losses_for(task)))
        return loss
    assert isinstance(loss, Loss)
    if not fits(loss):
        raise SetupError.choice("model.loss", loss.name, ("auto", *losses_for(task)))
    return loss


def _is_adaptive(setup: Setup) -> bool:
    return setup.model.learning_rate == "adaptive" and setup.model.solver == "sgd"


def _one_or_list(entries: tuple[Any, ...]) -> Any:
    """Write one value where all layers have the same; () for no layers is any."""
    if not entries:
        return "identity"
    return entries[0] if len(set(entries)) == 1 else list(entries)


def _class_weight(setup: Setup, material: Material) -> Any:
    weights = setup.model.class_weight
    if not isinstance(weights, tuple) or material.task == "regression":
        return weights
    labels = dict(zip(material.class_names, material.classes.tolist(), strict=True))
    for name, _weight in weights:
        if name not in labels:
            raise SetupError.choice("model.class_weight", name, material.class_names)
    return {labels[name]: weight for name, weight in weights}
