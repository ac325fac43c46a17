"""From constructor parameters to a `NetworkSpec` and a `TrainingSpec`.

Parameters are looked at here and nowhere else, when `fit` is called: the constructor only stores them, as scikit-learn
demands. What is a number's range stands in the specifications; what is a number at all is asked here.
"""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from glassnet.autograd.python_loss import PythonLoss
from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES, Activation, Initializer, Loss, is_formula
from glassnet.engine import usable_threads
from glassnet.errors import ParameterError
from glassnet.network import DType, EmbeddingSpec, LayerSpec, NetworkSpec, TrainingSpec
from glassnet.texts import _, later

T = TypeVar("T")
Parameters = Any  # an MLP estimator, or a namespace with the names of its parameters

# As scikit-learn documents: these schedules act with solver="sgd" and are without effect for any other.
SGD_SCHEDULES = ("invscaling", "adaptive")


def network_spec(
    model: Parameters,
    n_inputs: int,
    n_outputs: int,
    loss: Loss,
    dtype: DType,
    embeddings: tuple[EmbeddingSpec, ...] = (),
) -> NetworkSpec:
    """Describe the network that the parameters ask for.

    Parameters
    ----------
    model : BaseMLP or namespace of its parameters
    n_inputs, n_outputs : int
    loss : Loss
        Its link is the output activation.
    dtype : {"float32", "float64"}
    embeddings : tuple of EmbeddingSpec
        Of the categories' codes, beside the n_inputs columns of numbers.

    Raises
    ------
    ParameterError
        If a parameter has no meaning, or a list has not one entry for each layer.
    """
    sizes = hidden_sizes(model.hidden_layer_sizes)
    n_hidden = len(sizes)
    hidden = per_layer("activation", model.activation, n_hidden, hidden_activation)
    dropout = per_layer("dropout", model.dropout, n_hidden, number)
    weights = per_layer("initializer", model.initializer, n_hidden + 1, named_initializer)
    biases = per_layer("bias_initializer", model.bias_initializer, n_hidden + 1, named_initializer)
    # In scikit-learn the activation of the hidden layers narrows the bounds of the output layer's weights too, and the
    # output's own activation does not count.
    narrowing = [*hidden, hidden[-1] if hidden else ACTIVATIONS["identity"]]
    layers = tuple(
        LayerSpec(
            units=units,
            activation=activation,
            initializer=weights[i].resolve(narrowing[i] if weights[i].name == "scikit_learn" else activation),
            bias_initializer=_bias_initializer(biases[i], narrowing[i]),
            dropout=dropout[i] if i < n_hidden else 0.0,
        )
        for i, (units, activation) in enumerate(
            zip([*sizes, n_outputs], [*hidden, loss.output_activation], strict=True)
        )
    )
    return NetworkSpec(n_inputs, layers, loss, dtype, embeddings)


def training_spec(model: Parameters, n_rows: int, seed: int) -> TrainingSpec:
    """Describe the training that the parameters ask for, on so many rows.

    Raises
    ------
    ParameterError
        If a parameter is not what it must be.

    Warns
    -----
    UserWarning
        If batch_size is larger than the number of rows.
    """
    solver = model.solver
    schedule = model.learning_rate
    if schedule in SGD_SCHEDULES and solver != "sgd":
        schedule = "constant"
    return TrainingSpec(
        solver=solver,
        learning_rate=schedule,
        learning_rate_init=number("learning_rate_init", model.learning_rate_init),
        power_t=number("power_t", model.power_t),
        momentum=number("momentum", model.momentum),
        nesterovs_momentum=boolean("nesterovs_momentum", model.nesterovs_momentum),
        beta_1=number("beta_1", model.beta_1),
        beta_2=number("beta_2", model.beta_2),
        epsilon=number("epsilon", model.epsilon),
        rho=number("rho", model.rho),
        alpha=number("alpha", model.alpha),
        l1_ratio=number("l1_ratio", model.l1_ratio),
        weight_decay=number("weight_decay", model.weight_decay),
        batch_size=rows_per_batch(model.batch_size, n_rows),
        max_iter=integer("max_iter", model.max_iter),
        max_fun=integer("max_fun", model.max_fun),
        shuffle=boolean("shuffle", model.shuffle),
        tol=number("tol", model.tol),
        n_iter_no_change=epochs_of_patience(model.n_iter_no_change),
        early_stopping=boolean("early_stopping", model.early_stopping),
        seed=seed,
        n_threads=threads(model.n_threads),
    )


def hidden_sizes(value: Any) -> tuple[int, ...]:
    """Widths of the hidden layers; () for none.

    Examples
    --------
    >>> hidden_sizes(100), hidden_sizes([64, 32]), hidden_sizes(())
    ((100,), (64, 32), ())
    """
    entries = list(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else [value]
    if not all(_counts(entry) for entry in entries):
        raise ParameterError.value("hidden_layer_sizes", value, "an integer of at least 1, or a sequence of such")
    return tuple(int(entry) for entry in entries)


def per_layer(name: str, value: Any, n_layers: int, convert: Callable[[str, Any], T]) -> list[T]:
    """Give every layer its value: the entries of a list or tuple, or the one value for all."""
    if not isinstance(value, (list, tuple)):
        return [convert(name, value)] * n_layers
    if len(value) != n_layers:
        raise ParameterError.per_layer(name, len(value), n_layers)
    return [convert(f"{name}[{i}]", entry) for i, entry in enumerate(value)]


def hidden_activation(name: str, value: Any) -> Activation:
    """Find the activation of a hidden layer, which must work unit by unit."""
    found = ACTIVATIONS.resolve(value, argument=name)
    if not found.hidden:
        raise ParameterError.not_hidden(name, found.name, flat=found.flat)
    return found
    return found


def named_initializer(name: str, value: Any) -> Initializer:
    """Find an initializer."""
    return INITIALIZERS.resolve(value, argument=name)


def _bias_initializer(chosen: Initializer, narrowing: Activation) -> Initializer:
    """A bias's "auto" is zero, whatever the activation: the distributions that "auto" chooses from are for weights."""
    return INITIALIZERS["zeros"] if chosen.name == "auto" else chosen.resolve(narrowing)


def task_loss(model: Parameters, *, multiclass: bool) -> Loss:
    """Find a classifier's loss, where "log_loss" and the output activation decide together.

    Parameters
    ----------
    model : BaseMLP or namespace of its parameters
    multiclass : bool
        More than two classes that exclude each other: "auto" means softmax.
    """
    asked = output_activation(model)
    if is_function(model.loss):
        link = asked if asked is not None else ACTIVATIONS["softmax" if multiclass else "sigmoid"]
        if link.name not in ("sigmoid", "softmax", "identity"):
            links = ("auto", "sigmoid", "softmax", "identity")
            raise ParameterError.choice("output_activation", model.output_activation, links)
        return PythonLoss(model.loss, link, classes=True)
    if isinstance(model.loss, str) and model.loss == "log_loss":
        name = asked.name if asked is not None else ("softmax" if multiclass else "sigmoid")
        if name not in ("sigmoid", "softmax"):
            raise ParameterError.choice("output_activation", model.output_activation, ("auto", "sigmoid", "softmax"))
        return LOSSES["softmax_cross_entropy" if name == "softmax" else "binary_cross_entropy"]
    return linked_loss(model, for_classes, extra=("log_loss",))


def is_function(loss: Any) -> bool:
    """Whether a loss is written in Python: a function, not an entry of the catalog."""
    return callable(loss) and not isinstance(loss, (Loss, type))


def smoothing(value: Any, loss: Loss, *, asked: bool = True) -> float:
    """Take label_smoothing: a function of Python gets the targets as they are."""
    number = share("label_smoothing", value)
    if number and isinstance(loss, PythonLoss):
        if asked:
            raise ParameterError.value(
                "label_smoothing", value, later("0 with a loss written in Python, which gets the targets as they are")
            )
        return 0.0
    return number


def for_classes(loss: Loss) -> bool:
    """Whether a classifier can train with a loss: targets are classes, or numbers that may be 0 and 1."""
    return loss.trainable and loss.link in ("identity", "sigmoid", "softmax")


def for_numbers(loss: Loss) -> bool:
    """Whether a regressor can train with a loss."""
    return loss.trainable and loss.domain.of_numbers


def linked_loss(model: Parameters, fits: Callable[[Loss], bool], extra: tuple[str, ...] = ()) -> Loss:
    """Find a loss that the estimator can work with, and hold the asked output activation against its link.

    Parameters
    ----------
    model : BaseMLP or namespace of its parameters
    fits : callable
        Whether the estimator can work with a loss.
    extra : tuple of str
        Names that the estimator understands beyond the catalog's, for the message.
    """
    value = model.loss
    if isinstance(value, (numbers.Integral, tuple, list, np.ndarray)):
        raise ParameterError.sizes_as_loss(value)
    if is_function(value):
        link = output_activation(model)
        return PythonLoss(value, ACTIVATIONS["identity"] if link is None else link, classes=False)
    usable = [loss.name for loss in LOSSES if fits(loss)]
    if isinstance(value, str) and value not in LOSSES and not is_formula(value, ("p", "y")):
        raise ParameterError.choice("loss", value, (*extra, *usable), tuple(LOSSES.synonyms))
    found = LOSSES.resolve(value)
    if not fits(found):
        raise ParameterError.choice("loss", found.name, (*extra, *usable))
    asked = output_activation(model)
    if asked is not None and asked != found.output_activation:
        must_be = _('"auto" or {link}, the link of {loss}').format(link=found.link, loss=found.name)
        raise ParameterError.value("output_activation", model.output_activation, must_be)
    return found


def output_activation(model: Parameters) -> Activation | None:
    """Find the output activation that was asked for; None for "auto"."""
    if isinstance(model.output_activation, str) and model.output_activation == "auto":
        return None
    return ACTIVATIONS.resolve(model.output_activation, argument="output_activation")


def _counts(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and int(value) >= 1


def number(name: str, value: Any) -> float:
    """Take a real number, whatever its type."""
    if not isinstance(value, numbers.Real):
        raise ParameterError.value(name, value, "a number")
    return float(value)


def integer(name: str, value: Any) -> int:
    """Take a whole number, whatever its type."""
    if not isinstance(value, numbers.Integral):
        raise ParameterError.value(name, value, "an integer")
    return int(value)


def boolean(name: str, value: Any) -> bool:
    """Take True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ParameterError.value(name, value, "True or False")
    return bool(value)


def verbosity(value: Any) -> bool:
    """Whether to print; scikit-learn also takes a level."""
    if not isinstance(value, (numbers.Integral, np.bool_)) or int(value) < 0:
        raise ParameterError.value("verbose", value, "True, False or an integer of at least 0")
    return bool(value)


def rows_per_batch(value: Any, n_rows: int) -> int:
    """Take batch_size: "auto" is 200, and never more than there are rows."""
    if isinstance(value, str) and value == "auto":
        return min(200, n_rows)
    if not _counts(value):
        raise ParameterError.value("batch_size", value, 'an integer of at least 1, or "auto"')
    batch_size = int(value)
    if batch_size > n_rows:
        text = _("batch_size={batch_size} is larger than the number of rows, {n_rows}: all rows are one batch")
        warnings.warn(text.format(batch_size=batch_size, n_rows=n_rows), UserWarning, stacklevel=6)
    return min(batch_size, n_rows)


def epochs_of_patience(value: Any) -> float:
    """Take n_iter_no_change: an integer, or infinity."""
    if _counts(value):
        return int(value)
    if isinstance(value, numbers.Real) and float(value) == math.inf:
        return math.inf
    raise ParameterError.value("n_iter_no_change", value, "an integer of at least 1, or infinity")


def threads(value: Any) -> int:
    """Take n_threads: None for as many as the machine and joblib allow."""
    if value is not None and not _counts(value):
        raise ParameterError.value("n_threads", value, "None or an integer of at least 1")
    return usable_threads(None if value is None else int(value))


def share(name: str, value: Any) -> float:
    """Take a number in [0, 1)."""
    if not 0.0 <= number(name, value) < 1.0:
        raise ParameterError.value(name, value, "a number in [0, 1)")
    return float(value)
