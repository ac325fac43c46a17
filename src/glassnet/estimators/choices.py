"""What a plan has chosen, why, and how each choice is overridden."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.estimators import advice
from glassnet.estimators.recipe import AUTO
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.estimators.tabular import BaseTabular, Prepared
    from glassnet.estimators.task import Target


@dataclass(frozen=True)
class Choice:
    """One thing that was chosen.

    Attributes
    ----------
    name : str
        What, in words: "loss".
    value : str
        What it is, in words: "softmax_cross_entropy".
    reason : str
        Why, in words.
    parameter : str
        The parameter in Python that overrides it: "loss".
    option : str
        The option on the command line: "--loss". Both are "" for what is always done.
    """

    name: str
    value: str
    reason: str
    parameter: str
    option: str


def choices_of(model: BaseTabular, prepared: Prepared, target: Target) -> tuple[Choice, ...]:
    """List the choices of a prepared training, the task first."""
    asked = model.get_params(deep=False)

    def reason(parameter: str, why: str) -> str:
        value = asked.get(parameter, AUTO)
        return why if isinstance(value, str) and value == AUTO else _("asked for")

    def advised(parameter: str, words: list[str]) -> str:
        """Advice is worth hearing for what was asked for, too."""
        value = asked.get(parameter, AUTO)
        chosen = isinstance(value, str) and value == AUTO
        first, *others = dict.fromkeys([*([] if chosen else [_("asked for")]), *filter(None, words)]) or [""]
        return first + "".join(_("; {harm}").format(harm=other) for other in others)

    network, training = prepared.network, prepared.training
    first = network.layers[0]
    output, loss = network.layers[-1], network.loss
    hidden = network.layers[:-1]
    n_classes = len(model.classes_) if hasattr(model, "classes_") else 0
    task = {
        "regression": _("regression"),
        "binary": _("two classes"),
        "multiclass": _("{n} classes").format(n=f"{n_classes:,}"),
    }[target.task]
    chosen = [
        Choice(_("task"), task, target.reason, "task", "--task"),
        Choice(
            _("output"),
            output.activation.name,
            reason("output_activation", output_reason(output.activation.name)),
            "output_activation",
            "--output-activation",
        ),
        Choice(_("loss"), loss.name, reason("loss", loss_reason(loss.name)), "loss", "--loss"),
        Choice(
            _("hidden layers"),
            " → ".join(f"{layer.units}" for layer in hidden) or _("none"),
            reason("hidden_layer_sizes", advice.on_size(prepared)),
            "hidden_layer_sizes",
            "--hidden",
        ),
    ]
    if hidden:
        chosen += [
            Choice(
                _("activation"),
                ", ".join(dict.fromkeys(layer.activation.name for layer in hidden)),
                advised("activation", [advice.on_activation(f) for f in dict.fromkeys(x.activation for x in hidden)]),
                "activation",
                "--activation",
            ),
            Choice(
                _("first weights"),
                ", ".join(dict.fromkeys(layer.initializer.name for layer in hidden)),
                advised("initializer", [advice.on_first_weights(first.initializer, first.activation)]),
                "initializer",
                "--initializer",
            ),
        ]
    chosen += [
        Choice(
            _("solver"),
            training.solver,
            reason("solver", _("adapts the rate of each weight")),
            "solver",
            "--solver",
        ),
    ]
    if training.solver != "lbfgs":
        chosen += [
            Choice(
                _("learning rate"),
                f"{training.learning_rate_init:g}",
                reason("learning_rate_init", advice.on_rate(network, training)),
                "learning_rate_init",
                "--learning-rate",
            ),
            Choice(
                _("schedule"),
                training.learning_rate,
                reason("learning_rate", _("large steps first, fine ones at the end")),
                "learning_rate",
                "--schedule",
            ),
            Choice(
                _("batch"),
                plural("{n} row", "{n} rows", training.batch_size).format(n=training.batch_size),
                reason("batch_size", _("by the number of rows")),
                "batch_size",
                "--batch-size",
            ),
            Choice(
                _("epochs"), _epochs(training), reason("max_iter", _epochs_reason(prepared)), "max_iter", "--epochs"
            ),
        ]
    if (why := advice.on_scaling(prepared)) is not None:
        chosen.insert(1, Choice(_("scaling"), _("numbers to median 0, quartiles 1 apart, within ±3"), why, "", ""))
    counts = None if target.labels is None else target.labels.counts.tolist()
    rare = advice.on_rare_classes(counts, model.classes_.tolist() if n_classes else None)
    if rare is not None:
        weights = asked.get("class_weight")
        value = _("none") if weights is None else weights if isinstance(weights, str) else _("by class")
        why = rare if weights is None else _("asked for")
        chosen.append(Choice(_("class weights"), value, why, "class_weight", "--class-weight"))
    rates = sorted({layer.dropout for layer in hidden})
    if any(rates):
        chosen.append(
            Choice(
                _("dropout"),
                ", ".join(f"{rate:g}" for rate in rates),
                reason("dropout", _("against learning by heart")),
                "dropout",
                "--dropout",
            )
        )
    smoothing = getattr(prepared.parameters, "label_smoothing", 0.0)
    if smoothing:
        chosen.append(
            Choice(
                _("label smoothing"),
                f"{smoothing:g}",
                reason("label_smoothing", _("against being too sure; the held-out rows set the probabilities right")),
                "label_smoothing",
                "--label-smoothing",
            )
        )
    if training.weight_decay:
        chosen.append(
            Choice(
                _("weight decay"),
                f"{training.weight_decay:g}",
                reason("weight_decay", _("against learning by heart")),
                "weight_decay",
                "--weight-decay",
            )
        )
    return tuple(chosen)


def output_reason(name: str) -> str:
    """Say why an output activation was chosen; "" where its name says all."""
    return {
        "sigmoid": _("two classes: the probability of the second"),
        "softmax": _("classes exclude each other: probabilities that sum to 1"),
        "identity": _("any number may come out"),
        "exp": _("only numbers above 0 come out"),
    }.get(name, _("the link of the loss"))


def loss_reason(name: str) -> str:
    """Say why a loss was chosen."""
    return {
        "binary_cross_entropy": _("with a sigmoid its gradient is simply p − t"),
        "softmax_cross_entropy": _("with a softmax its gradient is simply p − t"),
        "squared_error": _("predicts the mean; its gradient is simply p − t"),
    }.get(name, "")


def _epochs(training: Any) -> str:
    text = plural("at most {n}", "at most {n}", training.max_iter).format(n=f"{training.max_iter:,}")
    if math.isinf(training.n_iter_no_change):
        return text
    return _("{text}; stops after {n} without improvement").format(text=text, n=f"{training.n_iter_no_change:g}")


def _epochs_reason(prepared: Prepared) -> str:
    if prepared.n_judged:
        return plural(
            "by the number of rows; the epoch that does best on {n} held-out row is kept",
            "by the number of rows; the epoch that does best on {n} held-out rows is kept",
            prepared.n_judged,
        ).format(n=f"{prepared.n_judged:,}")
    return _("by the number of rows")
