"""What an estimator puts into its file, and how it comes back: `Saveable`, a base of all estimators.

    save ── _to_file ── glass.save ──▶ file ──▶ glass.load ── _from_file ── _extra_from_file
                └─ _extra_to_file

`_to_file` and `_from_file` know the parameters and what every fit leaves. An estimator with more than that overrides
the two `_extra` hooks.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from glassnet.diagnosis import DataFacts, Look
from glassnet.engine import State, Trace
from glassnet.engine.trace import LAYER_STATISTICS
from glassnet.errors import ModelFileError
from glassnet.estimators import diagnosis_saving, display, glass
from glassnet.estimators.glass_fields import Fields, Malformed, Tensors, is_number, is_whole
from glassnet.estimators.glass_values import (
    NotStorable,
    decode,
    decode_array,
    decode_number,
    encode,
    encode_array,
    encode_number,
)
from glassnet.estimators.ready import Ready
from glassnet.estimators.targets import Labels
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.texts import _

Array = NDArray[Any]

STOP_REASONS = ("max_iter", "converged", "early_stopping", "listener", "interrupted", "diverged")
KINDS = ("binary", "multiclass", "multilabel")
EPOCH_COLUMNS = 6  # epoch, loss, validation loss, validation score, learning rate, seconds
LARGEST = 2**31  # inputs or units of a layer, categories of an embedding
# What goes wrong where a description is not what its reader expects.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Saveable:
    """Mixin: models that can be saved to a `.glass` file."""

    _numeric_y: ClassVar[bool]

    network_: NetworkSpec
    training_: TrainingSpec
    trace_: Trace
    coefs_: list[Array]
    intercepts_: list[Array]
    activation_parameters_: list[dict[str, Array]]
    n_features_in_: int
    best_loss_: float | None
    best_validation_score_: float | None
    _state: State | None
    left_out_of_file_: tuple[str, ...]
    facts_: DataFacts | None
    look_: Look | None

    if TYPE_CHECKING:

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The constructor's parameters."""

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Save the fitted model to one file, which `glassnet.load` reads; docs/model-files.md describes it.

        The file holds the parameters, the weights, and all fitted attributes, so that the loaded model predicts the
        same, bit for bit on the same kind of machine. It holds no code: to load a file from a stranger is safe. Left
        out are

        - parameters that are functions or random generators, such as `callback`: the loaded model has their defaults,
          and names them in `left_out_of_file_` and `summary()`
        - the state of the solver: `partial_fit`, and `fit` with warm_start, go on from the weights with moments of 0.
          A pickle goes on exactly.

        Parameters
        ----------
        path : str or path
            Taken as it is; the usual ending is ".glass". The folder must exist. The file appears whole or not at all.
        overwrite : bool, default=False
            Replace what is there.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ModelFileError
            If the file exists, or can't be written.

        Examples
        --------
        >>> import glassnet as gn
        >>> model = gn.MLPClassifier((3,), solver="lbfgs", random_state=0).fit([[0.0], [1.0]], ["no", "yes"])
        >>> path = model.save("model.glass")
        >>> gn.load("model.glass").predict([[0.9]])
        array(['yes'], dtype='<U3')
        """
        check_is_fitted(self)
        return glass.save(self, path, overwrite=overwrite)

    def _extra_to_file(self) -> dict[str, Any]:
        """What this kind of estimator adds to the description, in JSON types without NaN and infinity."""
        return {}

    def _extra_from_file(self, extra: dict[str, Any]) -> None:
        """Set attributes from what `_extra_to_file` gave; all others are set already.

        `extra` comes from a file and may be anything: whatever does not fit shall raise `Malformed`, or any of the
        exceptions that Python raises then.
        """
        if self.n_features_in_ != self.network_.n_inputs or self.network_.embeddings:
            raise Malformed("columns.n", _("{n}, the network's inputs").format(n=self.network_.n_inputs))

    def _left_out(self) -> list[str]:
        """Parameters that the file did not have, and nobody has set since."""
        names = getattr(self, "left_out_of_file_", ())
        return [name for name in names if getattr(self, name) is _defaults(type(self))[name]]

    def _left_out_note(self) -> str:
        """A line for `summary`; nothing where nothing was left out."""
        names = self._left_out()
        text = _("left out of the file that this model comes from: {names}")
        return "\n" + text.format(names=", ".join(names)) if names else ""

    def _to_file(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Describe the fitted model by JSON types and arrays.

        Raises
        ------
        ModelFileError
            If the classes are of a type that has no place in a file.
        """
        parameters, left_out = {}, self._left_out()
        for name, value in self.get_params(deep=False).items():
            try:
                if name not in left_out:
                    parameters[name] = encode(value)
            except NotStorable:
                left_out.append(name)
        network, trace = self.network_, self.trace_
        facts, look = getattr(self, "facts_", None), getattr(self, "look_", None)
        names = getattr(self, "feature_names_in_", None)
        description = {
            "parameters": parameters,
            "left_out": sorted(left_out),
            "network": network.to_json(),
            "training": self.training_.to_json(),
            "columns": {"n": int(self.n_features_in_), "names": None if names is None else [str(n) for n in names]},
            "labels": _described(getattr(self, "_labels", None)),
            "fitted": {
                "n_iter": int(self.n_iter_),
                "t": int(self.t_),
                "stop_reason": self.stop_reason_,
                "loss": encode_number(self.loss_),
                "best_loss": _number_or_none(self.best_loss_),
                "best_validation_score": _number_or_none(self.best_validation_score_),
                "dead_units": [[int(unit) for unit in units] for units in trace.dead_units],
            },
            "diagnosis": diagnosis_saving.described(facts, look),
            "extra": self._extra_to_file(),
        }
        tensors: dict[str, Array] = {}
        for part in ("coefs", "intercepts", "embeddings"):
            for i, weights in enumerate(getattr(self, f"{part}_", ())):
                tensors[f"{part}.{i}"] = np.asarray(weights, dtype=network.dtype)
        for i, parameters in enumerate(getattr(self, "activation_parameters_", ())):
            for name, values in parameters.items():
                tensors[f"activation.{i}.{name}"] = np.asarray(values, dtype=network.dtype)
        tensors |= diagnosis_saving.tensors_of(look)
        tensors["trace.epochs"], tensors["trace.layers"] = _trace_arrays(trace)
        for name in ("loss_curve", "validation_loss_curve", "validation_scores"):
            curve = getattr(self, f"{name}_")
            if curve is not None:
                tensors[name] = np.array(curve, dtype=np.float64)
        return description, tensors

    @classmethod
    def _from_file(cls, description: dict[str, Any], tensors: dict[str, Array]) -> Self:
        """Make the model that `_to_file` described.

        Raises
        ------
        Malformed
            If it describes none.
        """
        fields, arrays = Fields(description), Tensors(tensors)
        model = cls(**_parameters(cls, fields))
        threads: Any = model.get_params(deep=False).get("n_threads")
        if threads is not None and not ((is_whole(threads) or isinstance(threads, np.integer)) and threads >= 1):
            raise Malformed("parameters.n_threads", _("None or an integer of at least 1"))  # all others wait for `fit`
        model.left_out_of_file_ = tuple(fields.texts("left_out"))
        if unknown := sorted(set(model.left_out_of_file_) - set(_defaults(cls))):
            raise Malformed("left_out", _("names of parameters; {name} is none").format(name=unknown[0]))
        model._read_network(fields, arrays)
        model._read_columns(fields.object("columns"))
        model._read_labels(fields)
        model._read_history(fields.object("fitted"), arrays)
        model.facts_, model.look_ = diagnosis_saving.restored(fields.get("diagnosis"), arrays, model.network_)
        try:
            model._extra_from_file(fields.object("extra").values)
        except UNREADABLE as error:
            must_be = _("what {name} needs ({reason})").format(name=cls.__name__, reason=_said(error))
            raise Malformed("extra", must_be) from error
        return model

    def _read_network(self, fields: Fields, arrays: Tensors) -> None:
        network, training = _network(fields.object("network")), _training(fields.object("training"))
        self.network_, self.training_ = network, training

        def weights(part: str, shapes: Any) -> list[Array]:
            return [arrays.take(f"{part}.{i}", shape, network.dtype, finite=True) for i, shape in enumerate(shapes)]

        self.coefs_ = weights("coefs", network.shapes)
        self.intercepts_ = weights("intercepts", [(columns,) for _inputs, columns in network.shapes])
        self.activation_parameters_ = [
            {
                name: arrays.take(f"activation.{i}.{name}", (layer.units,), network.dtype, finite=True)
                for name in layer.activation.learned
            }
            for i, layer in enumerate(network.layers[:-1])
        ]
        if network.embeddings:
            self.embeddings_ = weights("embeddings", network.embedding_shapes)
        self._state = None
        self._ready = Ready()
        self.n_layers_ = len(network.layers) + 1
        self.n_outputs_ = network.n_outputs
        self.out_activation_ = display.sklearn_name(network.loss.link)

    def _read_columns(self, columns: Fields) -> None:
        self.n_features_in_ = columns.whole("n", least=1)
        if columns.get("names") is not None:
            self.feature_names_in_ = np.array(columns.texts("names", self.n_features_in_), dtype=object)

    def _read_labels(self, fields: Fields) -> None:
        if self._numeric_y:
            self._n_columns = self.network_.n_outputs
            return
        labels = fields.object("labels")
        kind = labels.text("kind", KINDS)
        classes = decode_array(labels.get("classes"), "labels.classes")
        try:
            sorted_classes = np.unique(classes)
        except TypeError:  # objects that cannot be compared
            sorted_classes = classes[:0]
        n = len(sorted_classes)
        possible = {"binary": n == 2, "multiclass": n > 2, "multilabel": n > 0}[kind]
        if classes.ndim != 1 or not np.array_equal(sorted_classes, classes) or not possible:
            raise Malformed("labels.classes", _("sorted classes, as many as {kind} labels have").format(kind=kind))
        self._labels = Labels(kind, classes)  # type: ignore[arg-type]  # one of KINDS
        self.classes_ = classes
        n_outputs = self._labels.n_outputs(self.network_.loss.link)
        if n_outputs != self.network_.n_outputs:
            raise Malformed("network", _("a network with {n} outputs, for these classes").format(n=n_outputs))

    def _read_history(self, fitted: Fields, arrays: Tensors) -> None:
        n_layers = len(self.network_.layers)
        epochs = arrays.take("trace.epochs", (None, EPOCH_COLUMNS), "float64")
        numbers = epochs[:, 0]
        if not (np.isfinite(numbers) & (numbers >= 1) & (numbers < 2**53)).all():
            raise Malformed("trace.epochs", _("numbers of epochs in the first column"))
        layers = arrays.take("trace.layers", (len(epochs), n_layers, len(LAYER_STATISTICS)), "float64")
        dead = fitted.entries("dead_units")
        for units, layer in zip(dead, self.network_.layers, strict=False):
            if not isinstance(units, list) or not all(is_whole(unit) and 0 <= unit < layer.units for unit in units):
                raise Malformed("fitted.dead_units", _("units of each layer"))
        if len(dead) != n_layers:
            raise Malformed("fitted.dead_units", _("units of each layer"))
        self.trace_ = Trace(epochs, layers, dead)
        self.n_iter_ = fitted.whole("n_iter")
        self.t_ = fitted.whole("t")
        self.stop_reason_ = fitted.text("stop_reason", STOP_REASONS)
        self.loss_ = decode_number(fitted.get("loss"), "fitted.loss")
        for name in ("best_loss", "best_validation_score"):
            value = fitted.get(name)
            setattr(self, f"{name}_", None if value is None else decode_number(value, fitted.place(name)))
        self.loss_curve_ = arrays.take("loss_curve", (None,), "float64").tolist()
        for name in ("validation_loss_curve", "validation_scores"):
            curve = arrays.take(name, (None,), "float64").tolist() if name in arrays else None
            setattr(self, f"{name}_", curve)


def _defaults(estimator: type) -> dict[str, Any]:
    """Default of each of the constructor's parameters."""
    return {
        name: parameter.default
        for name, parameter in inspect.signature(estimator.__init__).parameters.items()  # type: ignore[misc]
        if name != "self"
    }


def _parameters(estimator: type, fields: Fields) -> dict[str, Any]:
    """Take the constructor's parameters; a file of an older version may lack some."""
    described = fields.object("parameters")
    known = _defaults(estimator)
    if unknown := sorted(set(described.values) - set(known)):
        must_be = _("parameters of {estimator}, which has no {name}")
        raise Malformed("parameters", must_be.format(estimator=estimator.__name__, name=unknown[0]))
    return {name: decode(value, described.place(name)) for name, value in described.values.items()}


def _network(described: Fields) -> NetworkSpec:
    try:
        network = NetworkSpec.from_json(described.values)
    except UNREADABLE as error:
        raise Malformed("network", _("a network ({reason})").format(reason=_said(error))) from error
    if max(max(shape) for shape in (*network.shapes, *network.embedding_shapes)) >= LARGEST:
        raise Malformed("network", _("a network of a possible size"))
    if network.layers[-1].activation != network.loss.output_activation:
        raise Malformed("network.layers", _("layers whose activations are possible in their places"))
    return network


def _training(described: Fields) -> TrainingSpec:
    """Take the training; its own validation looks at ranges, not at types."""
    defaults = TrainingSpec()
    for field in dataclasses.fields(TrainingSpec):
        value, default = described.get(field.name), getattr(defaults, field.name)
        if field.name not in described.values or (field.name == "n_iter_no_change" and value is None):
            continue  # the default; infinity
        is_type = (
            is_number(value) if isinstance(default, float) or field.name == "n_iter_no_change"
            else is_whole(value) if is_whole(default)
            else type(value) is type(default)
        )  # fmt: skip
        if not is_type:
            raise Malformed(described.place(field.name), _("of type {type}").format(type=type(default).__name__))
    try:
        return TrainingSpec.from_json(described.values)
    except UNREADABLE as error:
        raise Malformed("training", _("a training ({reason})").format(reason=_said(error))) from error


def _trace_arrays(trace: Trace) -> tuple[Array, Array]:
    """Turn a trace to an array of epochs and one of layers, as its constructor takes them."""
    numbers = np.array([epoch.epoch for epoch in trace], dtype=np.float64)
    curves = (trace.losses, trace.validation_losses, trace.validation_scores, trace.learning_rates, trace.seconds)
    return np.column_stack([numbers, *curves]), np.stack([trace.layers[name] for name in LAYER_STATISTICS], axis=-1)


def _described(labels: Labels | None) -> dict[str, Any] | None:
    if labels is None:
        return None
    try:
        return {"kind": labels.kind, "classes": encode_array(labels.classes)}
    except NotStorable as error:
        raise ModelFileError.labels(error.kind) from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _number_or_none(value: float | None) -> Any:
    return None if value is None else encode_number(value)
