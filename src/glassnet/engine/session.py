"""Specs to the engine's own objects: the one place where the two vocabularies meet."""

from __future__ import annotations

from typing import Any, NoReturn

from glassnet import _engine
from glassnet.autograd.python_loss import PythonLoss
from glassnet.catalog import Activation, FormulaActivation, FormulaLoss
from glassnet.engine.weights import AnyWeights, Weights, initial_learned
from glassnet.network import NetworkSpec, TrainingSpec

EngineNetwork = Any


def engine_network(network: NetworkSpec, weights: AnyWeights, *, with_loss: bool = True) -> EngineNetwork:
    """Build the engine's network with these weights.

    Parameters
    ----------
    network : NetworkSpec
    weights : Weights, or tuple of (coefs, intercepts)
        Where units learn parameters of their activation and none are given, these are the activation's.
    with_loss : bool, default=True
        Whether the loss is computed. Without, a network that a model keeps for predictions does not hold a function of
        Python's: that may refer to the model in turn, and the collector of cycles does not see into the engine.

    Returns
    -------
    Network32 or Network64
    """
    kind = _engine.Network32 if network.dtype == "float32" else _engine.Network64
    layers = [(layer.units, _engine_activation(layer.activation), float(layer.dropout)) for layer in network.layers]
    outside = network.loss if isinstance(network.loss, PythonLoss) else None
    written = network.loss if isinstance(network.loss, FormulaLoss) else None
    built = kind(
        network.n_inputs,
        layers,
        network.loss.name if outside is None else network.loss.link,
        [] if written is not None else [float(v) for v in network.loss.parameter_values],
        list(network.embedding_shapes),
        None if written is None else written.program(),
        None if outside is None else outside.batch if with_loss else _no_loss,
        network.loss.middle,
    )
    weights = Weights(*weights)
    if not weights.learned:
        weights = weights._replace(learned=initial_learned(network))
    built.set_parameters(tuple(list(part) for part in weights))
    return built


def _no_loss(*_arguments: Any) -> NoReturn:
    raise AssertionError("a network for predictions was asked for its loss")


def _engine_activation(activation: Activation) -> tuple[str, list[float], list[int], Any]:
    """Name, values of all parameters, the places of those that units learn, and the program of a formula."""
    learned = [i for i, name in enumerate(activation.declared) if name in activation.learned]
    program = activation.program() if isinstance(activation, FormulaActivation) else None
    return activation.name, [float(value) for value in activation.parameter_values], learned, program


def engine_options(
    training: TrainingSpec, epochs: int | None, score: str | None, *, observe: bool = True
) -> _engine.TrainingOptions:
    """Translate a TrainingSpec.

    Parameters
    ----------
    training : TrainingSpec
        Its solver is not "lbfgs".
    epochs : int or None
        Epochs to run now; None: max_iter.
    score : {"accuracy", "accuracy_of_largest", "r2", "loss"} or None
    observe : bool, default=True
        Whether layers are looked at.
    """
    options = _engine.TrainingOptions()
    options.solver = training.solver
    options.schedule = training.learning_rate
    options.score = score or "none"
    options.rate = training.learning_rate_init
    options.power_t = training.power_t
    options.momentum = training.momentum
    options.nesterov = training.nesterovs_momentum
    options.beta_1 = training.beta_1
    options.beta_2 = training.beta_2
    options.epsilon = training.epsilon
    options.rho = training.rho
    options.alpha = training.alpha
    options.l1_ratio = training.l1_ratio
    options.weight_decay = training.weight_decay
    options.tol = training.tol
    options.n_iter_no_change = float(training.n_iter_no_change)
    options.shuffle = training.shuffle
    options.early_stopping = training.early_stopping
    options.batch_size = training.batch_size
    options.max_epochs = training.max_iter
    options.epochs = training.max_iter if epochs is None else epochs
    options.seed = training.seed
    options.observe = observe
    return options
