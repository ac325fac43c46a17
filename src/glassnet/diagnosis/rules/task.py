"""Networks that do not fit their task: no non-linearity, losses for something else, outputs without a gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.look import share_stuck
from glassnet.diagnosis.rule import rule
from glassnet.texts import _, plural

STUCK = 0.05
MUCH_LEFT = 0.3
MARGINS = ("hinge", "squared_hinge")  # of numbers, but made for classes


@rule(
    "no_nonlinearity",
    when="every hidden layer has the activation identity",
    source="Minsky, Papert 1969; Goodfellow, Bengio, Courville 2016, Deep Learning, 6.1",
    explains=("underfitting", "stuck", "plateau"),
)
def no_nonlinearity(case: Case) -> Iterator[Finding]:
    """Tell layers that could be multiplied into one."""
    hidden = case.network.layers[:-1]
    if not hidden or any(layer.activation.name != "identity" for layer in hidden):
        return
    yield Finding(
        "no_nonlinearity",
        "warning",
        float(len(hidden)),
        None,
        plural(
            "the hidden layer has no non-linearity: with the output it is one linear layer",
            "none of the {n} hidden layers has a non-linearity: together they are one linear layer",
            len(hidden),
        ).format(n=len(hidden)),
        why=_("a product of matrices is a matrix: the network draws straight borders only, however deep it is"),
        cause=_('activation="identity"'),
        remedies=(Remedy.set(activation="relu"), Remedy.set(hidden_layer_sizes=())),
    )


@rule(
    "gradient_free_outputs",
    when=(
        "more than {stuck} of the outputs are wrong (their loss is above half of the largest) where the loss has "
        "hardly any slope (below a twentieth of the largest): only losses that level off have such places, such as "
        "the squared error of a sigmoid"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.2; Golik, Doetsch, Ney 2013",
    explains=(
        "stuck",
        "plateau",
        "underfitting",
        "unfinished",
        "vanishing_gradients",
        "class_imbalance",
        "rate_too_low",
        "random_labels",
        "diverged",
    ),
    stuck=STUCK,
)
def gradient_free_outputs(case: Case) -> Iterator[Finding]:
    """Tell outputs that are wrong and do not move, because the loss is flat there."""
    facts = case.facts
    if facts is None or facts.targets.values is None:
        return
    first = _stuck_at_first(case)
    last = 0.0 if case.look is None else case.look.stuck
    share = max(last, first)
    if share <= STUCK:
        return
    classes = facts.targets.counts is not None or facts.targets.values == (0.0, 1.0)
    if last > STUCK:
        text = _("{share} of the outputs are wrong where the loss has no slope: the output is saturated").format(
            share=percent(last)
        )
    else:
        text = _("in the first epoch {share} of the outputs were wrong where the loss has no slope").format(
            share=percent(first)
        )
    slow = case.remaining is None or case.remaining > MUCH_LEFT
    yield Finding(
        "gradient_free_outputs",
        "warning" if last > STUCK or slow else "note",
        share,
        len(case.network.layers),
        text,
        since=1 if first > STUCK else None,
        why=_("the more wrong such an output is, the less it learns"),
        cause=_("the loss {loss} levels off").format(loss=case.network.loss.name),
        remedies=(
            (Remedy.set(loss="log_loss"),)
            if classes
            else (Remedy(text=_("a loss that keeps its slope, such as cross-entropy with a sigmoid")),)
        ),
    )


def _stuck_at_first(case: Case) -> float:
    """Share of outputs stuck in the first epoch, from the mean and the deviation of the raw scores."""
    values = None if case.facts is None else case.facts.targets.values
    if not case.has_layers or values is None:
        return 0.0
    mean, spread = case.layer("mean", 0)[-1], case.layer("std", 0)[-1]
    # Three places that stand for a normal distribution: Gauss-Hermite's nodes, with weights 1/6, 2/3, 1/6.
    scores = mean + spread * np.repeat([-np.sqrt(3.0), *[0.0] * 4, np.sqrt(3.0)], len(values))
    if not np.isfinite(scores).all():
        return 0.0
    targets = np.tile(values, 6)
    return share_stuck(case.network.loss, scores[:, None], targets[:, None])


@rule(
    "loss_for_numbers",
    when="classes are learned with a loss for numbers, such as the squared error (hinge losses are for classes)",
    source="Hui, Belkin 2020, arXiv:2006.07322: it can do as well; its scores are no probabilities",
)
def loss_for_numbers(case: Case) -> Iterator[Finding]:
    """Tell classes that are learned as numbers."""
    loss = case.network.loss
    if case.facts is None or case.facts.targets.counts is None or not loss.domain.of_numbers or loss.name in MARGINS:
        return
    yield Finding(
        "loss_for_numbers",
        "note",
        0.0,
        None,
        _("classes are learned with {loss}, a loss for numbers").format(loss=loss.name),
        why=_("scores are no probabilities, and answers that are right and sure cost as much as wrong ones"),
        remedies=(Remedy.set(loss="log_loss"),),
    )


@rule(
    "numbers_of_classes",
    when="numbers are predicted, and the targets have two values only",
    source="Bishop 2006, Pattern Recognition and Machine Learning, 4.1.3",
)
def numbers_of_classes(case: Case) -> Iterator[Finding]:
    """Tell a regression on what looks like two classes."""
    if case.facts is None or case.facts.targets.counts is not None or case.facts.targets.values is None:
        return
    values, loss = case.facts.targets.values, case.network.loss
    if len(values) != 2 or not loss.domain.of_numbers or case.facts.n_rows < 10 or case.network.n_outputs > 1:
        return
    yield Finding(
        "numbers_of_classes",
        "warning",
        2.0,
        None,
        _("the numbers to predict are {low} and {high} only: these look like classes").format(
            low=f"{values[0]:g}", high=f"{values[1]:g}"
        ),
        why=_("a squared error punishes predictions beyond {high}, and they are no probabilities").format(
            high=f"{values[1]:g}"
        ),
        remedies=(Remedy(text="MLPClassifier"),),
    )


@rule(
    "bottleneck",
    when="a hidden layer has fewer than a third as many units as there are outputs",
    source="",
    explains=("underfitting",),
)
def bottleneck(case: Case) -> Iterator[Finding]:
    """Tell a hidden layer that is too narrow for what must come out."""
    outputs = case.network.n_outputs
    for i, layer in enumerate(case.network.layers[:-1]):
        if layer.units * 3 >= outputs:
            continue
        yield Finding(
            "bottleneck",
            "note",
            layer.units / outputs,
            i + 1,
            plural("{n} unit for {outputs} outputs", "{n} units for {outputs} outputs", layer.units).format(
                n=layer.units, outputs=outputs
            ),
            why=_("all that is known of a row has to pass through them"),
            remedies=(Remedy.set(hidden_layer_sizes=(max(64, 2 * outputs),)),),
        )
