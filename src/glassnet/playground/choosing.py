"""What a set-up has come to, in words: the task, the output, the loss, and each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.estimators import advice
from glassnet.estimators.choices import loss_reason, output_reason
from glassnet.estimators.translate import SGD_SCHEDULES
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.estimators.preparing import PreparedFit
    from glassnet.playground.material import Material


@dataclass(frozen=True)
class Choice:
    """One thing that was chosen: what, which, and why; all in words."""

    name: str
    value: str
    reason: str

    def to_json(self) -> dict[str, str]:
        """Describe the choice by JSON types."""
        return {"name": self.name, "value": self.value, "reason": self.reason}


def choices_of(material: Material, fit: PreparedFit) -> tuple[Choice, ...]:
    """List what was chosen for these rows, the task first; what goes without saying is left out."""
    asked = material.setup.model
    network, training = fit.network, fit.training
    output, loss, hidden = network.layers[-1].activation, network.loss, network.layers[:-1]
    chosen = [
        Choice(_("task"), _task(material), material.task_reason),
        Choice(
            _("output"),
            output.name,
            output_reason(output.name) if asked.output_activation == "auto" else _("asked for"),
        ),
        Choice(_("loss"), loss.name, loss_reason(loss.name) if asked.loss == "auto" else _("asked for")),
    ]
    if hidden:
        functions = [layer.activation for layer in hidden]
        chosen += [
            Choice(_("activation"), _names(f.name for f in functions), _said(map(advice.on_activation, functions))),
            Choice(
                _("first weights"),
                _names(layer.initializer.name for layer in hidden),
                _said(advice.on_first_weights(layer.initializer, layer.activation) for layer in hidden),
            ),
        ]
    if material.scales is not None:
        chosen.append(Choice(_("scaling"), _("mean 0, deviation 1"), _("so that one learning rate suits all columns")))
    chosen += [Choice(_("rows"), note, "") for note in material.notes]
    if asked.learning_rate in SGD_SCHEDULES and asked.solver != "sgd":
        chosen.append(
            Choice(
                _("schedule"),
                training.learning_rate,
                _('"{schedule}" acts with the solver "sgd" only').format(schedule=asked.learning_rate),
            )
        )
    if training.solver == "lbfgs":
        chosen.append(
            Choice(
                _("batch"), _("all rows"), _("lbfgs takes all rows in each step, and chooses the step's length itself")
            )
        )
    elif training.batch_size < asked.batch_size:
        rows = plural("{n} row", "{n} rows", training.batch_size).format(n=f"{training.batch_size:,}")
        chosen.append(Choice(_("batch"), rows, _("there are not more to learn from")))
    return tuple(chosen)


def _task(material: Material) -> str:
    if material.task == "regression":
        return _("regression")
    n_classes = len(material.class_names)
    return _("two classes") if n_classes == 2 else _("{n} classes").format(n=n_classes)


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _said(sentences: Iterable[str]) -> str:
    """Join different sentences, without empty ones."""
    first, *others = dict.fromkeys(filter(None, sentences)) or [""]
    return first + "".join(_("; {harm}").format(harm=other) for other in others)
