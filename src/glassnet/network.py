"""What a network is and how it is trained, as data.

Two frozen descriptions stand between the fronts (estimators, command line, playground) and the engine: `NetworkSpec`
says what the network is, `TrainingSpec` says how it is trained. Every default of glassnet lives here and nowhere else;
both are validated when they are made, compare by value, and turn to JSON and back without loss.

The fronts translate what people wrote into these; the engine receives nothing else.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

from glassnet.catalog import OPTIMIZERS, Activation, Initializer, Loss
from glassnet.catalog import SCHEDULES as _SCHEDULES
from glassnet.catalog import activation as as_activation
from glassnet.catalog import initializer as as_initializer
from glassnet.catalog import loss as as_loss
from glassnet.errors import ParameterError
from glassnet.texts import later

SOLVERS = OPTIMIZERS.names
SCHEDULES = _SCHEDULES.names

DType = Literal["float32", "float64"]

_STANDARD_NORMAL = as_initializer("normal", std=1.0)


@dataclass(frozen=True)
class LayerSpec:
    """One dense layer: z = x W + b, then the activation, then (in training) dropout.

    Parameters
    ----------
    units : int
        Width of the layer, at least 1.
    activation : Activation
        Applied to z. For the last layer this is the output activation, which is the inverse link of the loss.
    initializer, bias_initializer : Initializer
        How the weights, and the biases, are drawn before training.
    dropout : float, default=0.0
        Share of this layer's outputs set to 0 in training, in [0, 1); the others are divided by 1 - dropout.
    """

    units: int
    activation: Activation
    initializer: Initializer
    bias_initializer: Initializer
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if not (isinstance(self.units, int) and self.units >= 1):
            raise ParameterError.value("units", self.units, "an integer of at least 1")
        if not 0.0 <= self.dropout < 1.0:
            raise ParameterError.value("dropout", self.dropout, "a number in [0, 1)")

    @property
    def columns(self) -> int:
        """Columns of the weights: a Maxout layer has as many for each unit as there are pieces."""
        return self.units * self.activation.pieces

    def count_parameters(self, inputs: int) -> int:
        """Number of weights, biases and learned parameters of the activation, with so many inputs."""
        return inputs * self.columns + self.columns + self.units * len(self.activation.learned)


@dataclass(frozen=True)
class EmbeddingSpec:
    """A table with a learned vector for each category of a column.

    Parameters
    ----------
    categories : int
        Rows of the table, at least 1. Codes run from 0 to categories - 1; 0 is whatever has no category of its own:
        missing, rare or unknown.
    dimension : int, default=8
        Length of a vector, at least 1.
    initializer : Initializer, default=normal(std=1)
        How the vectors are drawn before training, with one input and `dimension` units. That of code 0 starts as
        zeros, the mean.
    """

    categories: int
    dimension: int = 8
    initializer: Initializer = _STANDARD_NORMAL

    def __post_init__(self) -> None:
        for name in ("categories", "dimension"):
            if not (isinstance(getattr(self, name), int) and 1 <= getattr(self, name) < 2**31):
                raise ParameterError.value(name, getattr(self, name), "an integer of at least 1")


@dataclass(frozen=True)
class NetworkSpec:
    """A chain of dense layers with a loss at its end, and tables of vectors for categories at its beginning.

    Parameters
    ----------
    n_inputs : int
        Number of columns of X; 0 is possible where there are embeddings.
    layers : tuple of LayerSpec
        Hidden layers first; the last entry is the output layer, so one entry alone is a linear, logistic or softmax
        regression.
    loss : Loss
        Works on the output layer's raw scores z; its link must be the output layer's activation.
    dtype : {"float32", "float64"}
        What the engine computes in.
    embeddings : tuple of EmbeddingSpec, default=()
        One for each column of codes. The first layer's inputs are the columns of X, then the vectors in this order.
    """

    n_inputs: int
    layers: tuple[LayerSpec, ...]
    loss: Loss
    dtype: DType = "float32"
    embeddings: tuple[EmbeddingSpec, ...] = ()

    def __post_init__(self) -> None:
        if self.n_inputs < 1 and not self.embeddings:
            raise ParameterError.value("n_inputs", self.n_inputs, "an integer of at least 1")
        if self.n_inputs < 0:
            raise ParameterError.value("n_inputs", self.n_inputs, "an integer of at least 0")
        if not self.layers:
            raise ParameterError.value("layers", self.layers, "at least one layer: the output layer")
        if self.layers[-1].dropout:
            raise ParameterError.value("dropout", self.layers[-1].dropout, "0 on the output layer")
        if self.layers[-1].activation.learned or self.layers[-1].activation.pieces > 1:
            raise ParameterError.value("activation", self.layers[-1].activation, "the loss's link on the output layer")
        for layer in self.layers[:-1]:
            if not layer.activation.hidden:
                raise ParameterError.not_hidden("activation", layer.activation.name, flat=layer.activation.flat)
        if self.dtype not in ("float32", "float64"):
            raise ParameterError.choice("dtype", self.dtype, ("float32", "float64"))

    @property
    def n_outputs(self) -> int:
        """Width of the output layer."""
        return self.layers[-1].units

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(inputs, columns) of each layer: the shapes of `coefs_`; columns are units, times pieces for Maxout."""
        embedded = sum(embedding.dimension for embedding in self.embeddings)
        inputs = (self.n_inputs + embedded, *(layer.units for layer in self.layers[:-1]))
        return tuple((n, layer.columns) for n, layer in zip(inputs, self.layers, strict=True))

    @property
    def embedding_shapes(self) -> tuple[tuple[int, int], ...]:
        """(categories, dimension) of each embedding: the shapes of `Weights.embeddings`."""
        return tuple((embedding.categories, embedding.dimension) for embedding in self.embeddings)

    @property
    def learned(self) -> tuple[tuple[int, str], ...]:
        """(index of the layer, name) of each parameter of an activation that units learn: one of `Weights.learned`."""
        return tuple((i, name) for i, layer in enumerate(self.layers) for name in layer.activation.learned)

    @property
    def learned_shapes(self) -> tuple[tuple[int], ...]:
        """(units,) of each of `Weights.learned`."""
        return tuple((self.layers[i].units,) for i, _name in self.learned)

    @property
    def n_parameters(self) -> int:
        """Number of weights, biases, learned parameters of activations and elements of embeddings."""
        dense = sum(layer.count_parameters(inputs) for (inputs, _), layer in zip(self.shapes, self.layers, strict=True))
        return dense + sum(categories * dimension for categories, dimension in self.embedding_shapes)

    def to_json(self) -> dict[str, Any]:
        """Describe the network by JSON types only."""
        return {
            "n_inputs": self.n_inputs,
            "layers": [
                {
                    "units": layer.units,
                    "activation": layer.activation.to_json(),
                    "initializer": layer.initializer.to_json(),
                    "bias_initializer": layer.bias_initializer.to_json(),
                    "dropout": layer.dropout,
                }
                for layer in self.layers
            ],
            "loss": self.loss.to_json(),
            "dtype": self.dtype,
            "embeddings": [
                {
                    "categories": embedding.categories,
                    "dimension": embedding.dimension,
                    "initializer": embedding.initializer.to_json(),
                }
                for embedding in self.embeddings
            ],
        }

    @classmethod
    def from_json(cls, description: dict[str, Any]) -> NetworkSpec:
        """Build a network from what `to_json` gave; everything is validated again.

        Networks from before there were embeddings lack the key, and have none.
        """
        return cls(
            n_inputs=int(description["n_inputs"]),
            layers=tuple(
                LayerSpec(
                    units=int(layer["units"]),
                    activation=as_activation(layer["activation"]),
                    initializer=as_initializer(layer["initializer"]),
                    bias_initializer=as_initializer(layer["bias_initializer"]),
                    dropout=float(layer["dropout"]),
                )
                for layer in description["layers"]
            ),
            loss=as_loss(description["loss"]),
            dtype=description["dtype"],
            embeddings=tuple(
                EmbeddingSpec(
                    categories=int(embedding["categories"]),
                    dimension=int(embedding["dimension"]),
                    initializer=as_initializer(embedding["initializer"]),
                )
                for embedding in description.get("embeddings", ())
            ),
        )


@dataclass(frozen=True)
class TrainingSpec:
    """How a network is trained. Names and defaults are scikit-learn's where the meaning is the same.

    Parameters
    ----------
    solver : str
        An optimizer of the catalog.
    learning_rate : str
        A schedule of the catalog: "constant", "invscaling" (rate / t**power_t, t = rows seen + 1), "adaptive" (divided
        by 5 when two epochs in a row do not improve), "linear", "cosine" (down to 0 at max_iter), "coslog4".
    learning_rate_init : float
        Rate at the start, > 0.
    alpha : float
        Penalty on the weights: the loss gains alpha * (l1_ratio * sum(abs(W)) + (1 - l1_ratio) / 2 * sum(W**2)) /
        (sum of the batch's sample weights).
    l1_ratio : float
        Share of L1 in the penalty, in [0, 1]. L1 makes weights exactly 0; "lbfgs" cannot, and takes 0 only.
    weight_decay : float
        Decoupled: each step the weights (not the biases) shrink by the factor 1 - rate * weight_decay.
    batch_size : int
        Rows a step; the last batch of an epoch may be smaller.
    max_iter : int
        Epochs at most (iterations, for "lbfgs").
    tol, n_iter_no_change
        Training stops when more than n_iter_no_change epochs in a row have not improved the loss (with
        early_stopping: the validation score) by tol.
    rho : float
        Decay of the squared gradient in "rmsprop".
    seed : int
        Of every random number of this training, 0 <= seed < 2**64.
    n_threads : int
        At most so many threads; never more than the processors that this process may use. Does not change any result.
    """

    solver: str = "adam"
    learning_rate: str = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    rho: float = 0.99
    alpha: float = 0.0001
    l1_ratio: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 200
    max_iter: int = 200
    max_fun: int = 15000
    shuffle: bool = True
    tol: float = 1e-4
    n_iter_no_change: float = 10
    early_stopping: bool = False
    seed: int = 0
    n_threads: int = 1

    def __post_init__(self) -> None:
        if self.solver not in SOLVERS:
            raise ParameterError.choice("solver", self.solver, SOLVERS)
        if self.learning_rate not in SCHEDULES:
            raise ParameterError.choice("learning_rate", self.learning_rate, SCHEDULES)
        positive = ("learning_rate_init", "epsilon")
        not_negative = ("power_t", "alpha", "weight_decay", "tol")
        shares = ("beta_1", "beta_2", "rho")
        for name in positive:
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ParameterError.value(name, getattr(self, name), "a finite number above 0")
        for name in not_negative:
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ParameterError.value(name, getattr(self, name), "a finite number of at least 0")
        for name in shares:
            if not 0.0 <= getattr(self, name) < 1.0:
                raise ParameterError.value(name, getattr(self, name), "a number in [0, 1)")
        for name in ("momentum", "l1_ratio"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ParameterError.value(name, getattr(self, name), "a number in [0, 1]")
        if self.l1_ratio and self.alpha and self.solver == "lbfgs":
            raise ParameterError.value("l1_ratio", self.l1_ratio, later('0 with solver="lbfgs": L1 has no slope at 0'))
        for name in ("batch_size", "max_iter", "max_fun", "n_threads"):
            if getattr(self, name) < 1:
                raise ParameterError.value(name, getattr(self, name), "an integer of at least 1")
        if self.n_iter_no_change < 1:
            raise ParameterError.value("n_iter_no_change", self.n_iter_no_change, "at least 1")
        if not 0 <= self.seed < 2**64:
            raise ParameterError.value("seed", self.seed, "an integer in [0, 2**64)")

    def to_json(self) -> dict[str, Any]:
        """Describe the training by JSON types only (an infinite `n_iter_no_change` becomes null)."""
        description = dataclasses.asdict(self)
        if math.isinf(self.n_iter_no_change):
            description["n_iter_no_change"] = None
        return description

    @classmethod
    def from_json(cls, description: dict[str, Any]) -> TrainingSpec:
        """Build from what `to_json` gave; everything is validated again."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(description) - known)
        if unknown:
            raise ParameterError.unknown(unknown[0], sorted(known))
        description = dict(description)
        if description.get("n_iter_no_change", 0) is None:
            description["n_iter_no_change"] = math.inf
        return cls(**description)
