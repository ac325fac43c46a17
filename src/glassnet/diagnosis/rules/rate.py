"""The learning rate and the penalty, judged by how far updates move the weights.

The ratio of an update's norm to the weights' norm does not depend on the solver, on the width of a layer or on the
scale of the loss. Around 0.001 is healthy (Karpathy, CS231n, "Neural networks part 3"); in the first epoch, far from
the goal, 0.005 to 0.05 is usual (Adam at its default rate with 64 to 784 inputs; measured on the bundled data sets).
From 0.1 on, ten steps replace a layer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.rule import rule
from glassnet.diagnosis.rules.ending import NOTHING_LEARNED, _nice
from glassnet.diagnosis.thresholds import DEAD_WARNING, LARGE_UPDATE, SATURATED_WARNING, USUAL_UPDATE
from glassnet.texts import _

SHORT_PATH = 0.1  # of their own size that weights have moved at most
LEFT_TO_LEARN = 0.1
SHRUNK = 0.2
STRONG_ALPHA, STRONG_DECAY = 0.001, 0.1  # ten times what is usual


@rule(
    "rate_too_high",
    when=(
        "in the first epoch a typical update was more than {large} of a layer's weights, and units died or saturated, "
        "the loss ended at twice its smallest value, rose far above where it began, or went nowhere"
    ),
    source="Karpathy, CS231n notes: update to weight ratio about 1e-3",
    explains=(
        "dead_units",
        "nearly_dead_units",
        "saturation",
        "stuck",
        "plateau",
        "underfitting",
        "overfitting",
        "exploding_gradients",
        "exploding_activations",
        "vanishing_gradients",
        "vanishing_activations",
        "class_imbalance",
        "gradient_free_outputs",
        "few_steps",
        "unfinished",
    ),
    large=LARGE_UPDATE,
)
def rate_too_high(case: Case) -> Iterator[Finding]:
    """Tell a rate that replaced the weights instead of adjusting them, where that did harm."""
    if not case.has_layers or case.first_ratio < LARGE_UPDATE:
        return
    harm = _harm(case)
    rate = case.training.learning_rate_init
    layer = int(case.update_ratios[0].argmax()) + 1
    yield Finding(
        "rate_too_high",
        "warning" if harm else "note",
        case.first_ratio,
        layer,
        _("in the first epoch each update was about {ratio} of the weights (healthy: 0.001 to 0.05)").format(
            ratio=f"{case.first_ratio:.2g}"
        )
        + (_("; {harm}").format(harm=harm) if harm else ""),
        since=1,
        why=_("such steps throw weights about: units are pushed to where they are dead or saturated"),
        cause=_("learning rate {rate}").format(rate=f"{rate:g}"),
        remedies=(Remedy.set(learning_rate_init=_nice(rate * USUAL_UPDATE / case.first_ratio)),),
    )


def _harm(case: Case) -> str:
    losses = case.trace.losses
    dead = case.layer("dead")[:-1].max(initial=0.0)
    saturated = case.layer("saturated")[:-1].max(initial=0.0)
    if dead > DEAD_WARNING:
        return _("{share} of a layer's units died").format(share=percent(dead))
    if saturated > SATURATED_WARNING:
        return _("{share} of a layer's outputs saturated").format(share=percent(saturated))
    if case.remaining is not None and case.remaining > NOTHING_LEARNED:
        return _("nothing was learned")
    first = case.share_left(float(losses[0]))
    if first is not None and first > 10:
        return _("the loss rose to {loss}").format(loss=f"{losses[0]:.3g}")
    if losses[-1] > 2 * np.nanmin(losses):
        return _("the loss does not settle")
    return ""


@rule(
    "rate_too_low",
    when=(
        "all updates together can have moved no layer's weights by more than {path} of their size, and more than "
        "{left} of the loss was left to learn"
    ),
    source="Karpathy, CS231n notes: update to weight ratio about 1e-3",
    explains=(
        "stuck",
        "plateau",
        "underfitting",
        "unfinished",
        "random_labels",
        "class_imbalance",
        "diverged",
        "few_steps",
    ),
    path=SHORT_PATH,
    left=LEFT_TO_LEARN,
)
def rate_too_low(case: Case) -> Iterator[Finding]:
    """Tell a rate at which the weights hardly left their place."""
    if case.path is None or case.path == 0 or case.path > SHORT_PATH:
        return
    if case.remaining is not None and case.remaining < LEFT_TO_LEARN:
        return
    typical = float(np.median(case.update_ratios.max(axis=1)))
    if typical > 1e-3:
        return  # the steps are large enough; there were too few of them
    rate = case.training.learning_rate_init
    yield Finding(
        "rate_too_low",
        "warning",
        typical,
        None,
        _(
            "the weights hardly moved: an update was about {ratio} of them (healthy: 0.001 to 0.05), all together at "
            "most {path}"
        ).format(ratio=f"{typical:.2g}", path=f"{case.path:.1%}"),
        since=1,
        why=_("the network is still nearly what it was before training"),
        cause=_("learning rate {rate}").format(rate=f"{rate:g}"),
        remedies=(Remedy.set(learning_rate_init=min(_nice(rate * 0.3 * USUAL_UPDATE / typical), 1.0)),),
    )


@rule(
    "penalty_too_strong",
    when=(
        "weights shrank below {shrunk} of what they were in the first epoch while the loss stayed near that of a "
        "constant answer, with alpha from {alpha} or weight_decay from {decay} on"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 7.1.1",
    explains=(
        "stuck",
        "plateau",
        "underfitting",
        "dead_units",
        "nearly_dead_units",
        "vanishing_activations",
        "vanishing_gradients",
        "rate_too_high",
        "class_imbalance",
    ),
    shrunk=SHRUNK,
    alpha=STRONG_ALPHA,
    decay=STRONG_DECAY,
)
def penalty_too_strong(case: Case) -> Iterator[Finding]:
    """Tell a penalty that leaves no weights to work with."""
    training = case.training
    if not case.has_layers or case.remaining is None or case.remaining < NOTHING_LEARNED - 0.15:
        return
    if training.alpha < STRONG_ALPHA and training.weight_decay < STRONG_DECAY:
        return  # the usual ones only finish what no gradient holds against
    first, last = case.layer("weight_norm", 0), case.layer("weight_norm")
    kept = np.divide(last, first, out=np.ones_like(last), where=first > 0)
    if kept.min() > SHRUNK:
        return
    name = "alpha" if training.alpha > 0 and training.alpha >= training.weight_decay else "weight_decay"
    value = getattr(training, name)
    yield Finding(
        "penalty_too_strong",
        "warning",
        float(kept.min()),
        int(kept.argmin()) + 1,
        _("the weights shrank to {share} of what they were").format(share=f"{kept.min():.1%}"),
        why=_("the penalty pulls them to 0 faster than the data pull them away"),
        cause=f"{name}={value:g}",
        remedies=(Remedy.set(**{name: _nice(min(value / 1000, 0.01))}),),
    )
