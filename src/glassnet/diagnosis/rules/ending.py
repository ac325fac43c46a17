"""How training ended: diverged, nowhere, too early, or after too few steps."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.rule import rule
from glassnet.diagnosis.thresholds import LARGE_UPDATE, USUAL_UPDATE
from glassnet.texts import _, plural

NOTHING_LEARNED = 0.95  # of the loss of the best constant answer: the last twentieth may be chance
GROWN = 1.5
MUCH_LEFT = 0.3
STILL_FALLING = 0.05
FEW_STEPS = 200
STILL, MOVED = 0.01, 0.1  # of the loss of the best constant answer
LONG, LONGEST, FEWEST_EPOCHS = 0.25, 0.5, 10  # shares of all epochs, and epochs
PLANNED = ("linear", "cosine", "coslog4")  # schedules that end at max_iter by design


@rule(
    "diverged",
    when=(
        "the loss became NaN or infinite, or grew again until it was more than twice that of the best answer that "
        "ignores the inputs"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 8.2.4",
    explains=(
        "stuck",
        "plateau",
        "underfitting",
        "exploding_gradients",
        "exploding_activations",
        "unfinished",
        "rate_too_high",
    ),
)
def diverged(case: Case) -> Iterator[Finding]:
    """Tell a loss that grew without bound, or far above what needs no training."""
    rate = case.training.learning_rate_init
    try_ = (Remedy.set(learning_rate_init=_smaller(case)),) if case.has_rates else ()
    if case.stop_reason == "diverged":
        epoch = case.epoch(-1) if len(case.trace) else 0
        yield Finding(
            "diverged",
            "warning",
            math.inf,
            None,
            _("the loss became NaN or infinite after epoch {epoch}; the best weights until then were kept").format(
                epoch=epoch
            ),
            since=epoch,
            why=_("what was learned afterwards is lost"),
            cause=_("learning rate {rate} is too high, or inputs or targets are far from the size of 1").format(
                rate=f"{rate:g}"
            )
            if case.has_rates
            else _("inputs or targets are far from the size of 1"),
            remedies=try_,
        )
        return
    left = case.remaining
    if left is not None and left > 2 and case.trace.losses[-1] > GROWN * np.nanmin(case.trace.losses):
        from_where = case.epoch(int(np.argmax(case.trace.losses)))
        yield Finding(
            "diverged",
            "warning",
            left,
            None,
            _("the loss ended at {ratio} times that of the best answer that ignores the inputs").format(
                ratio=f"{left:.3g}"
            ),
            since=from_where,
            why=_("the network does worse than no network"),
            cause=_("steps that are too large, or that are far too small for where the weights began"),
            remedies=try_,
        )


@rule(
    "stuck",
    when=(
        "no epoch's loss was below {share} of that of the best answer that ignores the inputs (its own mean or the "
        "shares of the classes)"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 11.5: compare with the simplest baseline first",
    explains=("underfitting", "unfinished"),
    share=NOTHING_LEARNED,
)
def stuck(case: Case) -> Iterator[Finding]:
    """Tell a training that never learned more than a constant."""
    if case.facts is None or not len(case.trace):
        return
    least = case.share_left(float(np.nanmin(case.trace.losses)) - case.penalty)
    if least is None or least < NOTHING_LEARNED:
        return
    yield Finding(
        "stuck",
        "warning",
        least,
        None,
        _(
            "the network has learned no more than a constant answer: its loss never fell below {share} of that one's"
        ).format(share=percent(least)),
        since=1,
        why=_("whatever the inputs say, it ignores"),
        cause=_("no gradient reaches the weights, or the inputs say nothing about the target"),
        remedies=(
            *(
                (Remedy.set(activation="relu", initializer="auto"),)
                if case.hidden
                else (Remedy.set(hidden_layer_sizes=(64,)),)
            ),
            Remedy(text=_("a look at the rows: does the target belong to its inputs?")),
        ),
    )


@rule(
    "plateau",
    when=(
        "the loss stood still, falling by less than {still} of that of the best answer that ignores the inputs, for at "
        "least {long} of the epochs and at least {epochs} of them, and then fell by more than {moved} of it; a warning "
        "where it stood still for more than {longest} of the epochs; with a schedule that makes the rate small in the "
        "end, only where nothing had been learned yet"
    ),
    source="Saad, Solla 1995, On-line learning in soft committee machines; Fukumizu, Amari 2000, plateaus",
    explains=("unfinished",),
    still=STILL,
    long=LONG,
    epochs=FEWEST_EPOCHS,
    moved=MOVED,
    longest=LONGEST,
)
def plateau(case: Case) -> Iterator[Finding]:
    """Tell a training that stood still for long before it went on."""
    if case.facts is None or len(case.trace) < FEWEST_EPOCHS or not case.has_rates:
        return
    losses = case.trace.losses - case.penalty
    scale = case.facts.targets.constant_loss - case.facts.targets.least_loss
    if not scale > 0 or not np.isfinite(losses).all():
        return
    least = np.minimum.accumulate(losses) / scale
    first, last = _standstill(least)
    share = (last - first) / len(losses)
    if last - first < FEWEST_EPOCHS or share < LONG or least[last] - least[-1] <= MOVED:
        return
    level = case.share_left(float(least[last]) * scale) or 0.0
    if case.training.learning_rate in PLANNED and level < NOTHING_LEARNED:
        return  # large steps that keep the loss up until the schedule makes them small are meant so
    yield Finding(
        "plateau",
        "warning" if share > LONGEST else "note",
        share,
        None,
        _(
            "the loss stood still from epoch {first} to epoch {last}, at {level} of that of a constant answer, before "
            "it fell on"
        ).format(first=case.epoch(first), last=case.epoch(last), level=percent(level)),
        since=case.epoch(first),
        why=_("these epochs taught the network next to nothing"),
        cause=_(
            "a place where the loss is flat: units that are nearly alike or saturated, or steps that are too small"
        ),
        remedies=(
            *((Remedy.set(activation="relu", initializer="auto"),) if case.hidden else ()),
            Remedy.set(learning_rate_init=_nice(3 * case.training.learning_rate_init)),
        ),
    )


def _standstill(least: NDArray[np.float64]) -> tuple[int, int]:
    """Find the longest stretch over which the smallest loss so far fell by less than `STILL`: its first and last epoch.

    Examples
    --------
    >>> _standstill(np.array([1.0, 0.7, 0.699, 0.698, 0.3]))
    (1, 3)
    """
    ends = np.searchsorted(-least, -least + STILL, side="left") - 1
    first = int((ends - np.arange(len(least))).argmax())
    return first, int(ends[first])


@rule(
    "unfinished",
    when=(
        "max_iter ended the training while the loss still fell by more than {falling} in the last tenth of the "
        "epochs; a warning where more than {left} of the loss was left to learn"
    ),
    source="Prechelt 1998, Early stopping – but when?",
    falling=STILL_FALLING,
    left=MUCH_LEFT,
)
def unfinished(case: Case) -> Iterator[Finding]:
    """Tell a training that was stopped while it still learned."""
    losses = case.trace.losses
    planned = case.training.learning_rate in PLANNED
    if case.stop_reason != "max_iter" or planned or len(losses) < 10 or case.training.solver == "lbfgs":
        return
    floor = 0.0 if case.facts is None else case.facts.targets.least_loss
    tenth = max(2, len(losses) // 10)
    before, after = float(losses[-2 * tenth : -tenth].mean()) - floor, float(losses[-tenth:].mean()) - floor
    fall = 1 - after / before if before > 0 else 0.0
    if fall < STILL_FALLING:
        return
    much = case.remaining is not None and case.remaining > MUCH_LEFT
    yield Finding(
        "unfinished",
        "warning" if much else "note",
        fall,
        None,
        _(
            "the loss was still falling when max_iter={epochs} ended the training: by {share} in the last {n} epochs"
        ).format(epochs=case.training.max_iter, share=percent(fall), n=tenth),
        since=case.epoch(len(losses) - tenth),
        why=_("more epochs would have learned more"),
        remedies=(Remedy.set(max_iter=3 * case.training.max_iter),),
    )


@rule(
    "few_steps",
    when=(
        "there were fewer than {steps} updates of the weights in all, and more than {left} of the loss was left to "
        "learn"
    ),
    source="Masters, Luschi 2018, arXiv:1804.07612: small batches make more steps of the same epochs",
    explains=("unfinished", "underfitting", "stuck", "plateau"),
    steps=FEW_STEPS,
    left=MUCH_LEFT,
)
def few_steps(case: Case) -> Iterator[Finding]:
    """Tell a training whose batches were so large that there were hardly any steps."""
    if case.steps_an_epoch is None or case.facts is None or not case.has_layers or case.remaining is None:
        return
    steps = case.steps_an_epoch * len(case.trace)
    # With early stopping or a listener somebody wanted the end; here the plan was too short.
    if steps >= FEW_STEPS or case.remaining < MUCH_LEFT or case.stop_reason not in ("max_iter", ""):
        return
    batch, rows = case.training.batch_size, case.facts.n_rows
    smaller = max(8, min(32, rows // 8))
    remedies = [Remedy.set(max_iter=int(case.training.max_iter * max(2, -(-FEW_STEPS // steps))))]
    if batch > 2 * smaller:
        remedies.insert(0, Remedy.set(batch_size=smaller))
    yield Finding(
        "few_steps",
        "warning",
        float(steps),
        None,
        plural("the weights were updated {n} time in all", "the weights were updated {n} times in all", steps).format(
            n=steps
        )
        + " "
        + _("({epochs} epochs, batches of {batch}, {rows} rows)").format(
            epochs=len(case.trace), batch=f"{batch:,}", rows=f"{rows:,}"
        ),
        why=_("each update moves the weights by a thousandth or a hundredth of their size"),
        cause=_("large batches make few steps of an epoch"),
        remedies=tuple(remedies),
    )


def _smaller(case: Case) -> float:
    """Propose a rate for a training that diverged: a tenth, or less where the first updates were larger still."""
    rate, ratio = case.training.learning_rate_init, case.first_ratio
    tenth = rate / 10
    return _nice(min(tenth, max(rate * USUAL_UPDATE / ratio, rate / 1000)) if ratio > LARGE_UPDATE else tenth)


def _nice(value: float) -> float:
    """Round to one digit: what people would type.

    Examples
    --------
    >>> _nice(0.0478), _nice(3.2e-05)
    (0.05, 3e-05)
    """
    return float(f"{value:.0e}")
