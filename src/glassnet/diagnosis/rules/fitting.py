"""What was learned, held against rows that were held out and against the best constant answer."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.rule import rule
from glassnet.diagnosis.rules.ending import NOTHING_LEARNED
from glassnet.texts import _

AT_CHANCE = 0.97  # of the constant answer's validation loss
LEARNED = 0.99
FEWEST_TO_TELL = 20  # validation rows
NO_RELATION = 2.0  # standard errors
RISE_WARNING, RISE_NOTE = 0.15, 0.05  # of the constant answer's loss
GAP_WARNING, GAP_NOTE = 0.5, 0.25  # between rows that were asked about and the training, on that scale
UNDER_WARNING, UNDER_NOTE = 0.8, 0.5
BY_HEART = 0.05


@rule(
    "random_labels",
    when=(
        "the training loss fell below {learned} of that of the best constant answer, but the validation loss never "
        "below {chance} of it, on at least {rows} rows; without validation rows: nearest neighbors among the training "
        "rows agree no more often than by chance (less than {errors} standard errors more)"
    ),
    source="Zhang, Bengio, Hardt, Recht, Vinyals 2017, arXiv:1611.03530; Schilling 1986 for the neighbors",
    explains=("overfitting", "underfitting", "unfinished", "class_imbalance", "stuck", "plateau", "nothing_held_out"),
    learned=LEARNED,
    chance=AT_CHANCE,
    rows=FEWEST_TO_TELL,
    errors=NO_RELATION,
)
def random_labels(case: Case) -> Iterator[Finding]:
    """Tell a training of which nothing carries over to other rows."""
    if case.facts is None or case.remaining is None or case.remaining >= LEARNED:
        return
    left = percent(max(case.remaining, 0.0))
    other = _other_rows(case)
    if other is not None:
        if other < AT_CHANCE:
            return
        number = other
        text = _(
            "nothing that was learned holds for these rows: the training loss fell to {left} of that of a constant "
            "answer, on these rows it is {ratio}"
        ).format(left=left, ratio=percent(number))
    elif case.facts.n_validation >= FEWEST_TO_TELL:
        chance, losses = case.facts.targets.constant_validation_loss, case.validation_losses
        if chance is None or not len(losses) or chance <= 0 or losses.min() < AT_CHANCE * chance:
            return
        number = float(losses.min()) / chance
        text = _(
            "nothing that was learned holds for other rows: the training loss fell to {left} of that of a constant "
            "answer, the validation loss never below {ratio}"
        ).format(left=left, ratio=percent(number))
    else:
        if case.facts.relation is None or case.facts.relation >= NO_RELATION:
            return
        number = case.facts.relation
        text = _(
            "the targets look random: the training loss fell to {left} of that of a constant answer, but rows that "
            "are close to each other agree no more often than by chance"
        ).format(left=left)
    yield Finding(
        "random_labels",
        "warning",
        number,
        None,
        text,
        since=1,
        why=_("the network learns by heart what has no rule"),
        cause=_(
            "labels that do not belong to their rows (shuffled, or joined by the wrong key), or inputs that say "
            "nothing about them"
        ),
        remedies=(Remedy(text=_("a look at the rows: does the target belong to its inputs?")),),
    )


def _other_rows(case: Case) -> float | None:
    """Loss on rows that somebody asked about, in units of that of the best constant answer for them."""
    look = case.look
    if look is None or look.loss is None or not look.constant_loss or look.n_rows < FEWEST_TO_TELL:
        return None
    return look.loss / look.constant_loss


@rule(
    "overfitting",
    when=(
        "the validation loss ended above its smallest value by more than {rise_note} of the loss of a constant "
        "answer; a warning above {rise_warning}, unless the best epoch's weights were kept"
    ),
    source="Prechelt 1998, Early stopping – but when?",
    rise_note=RISE_NOTE,
    rise_warning=RISE_WARNING,
    gap=GAP_WARNING,
)
def overfitting(case: Case) -> Iterator[Finding]:
    """Tell a training that went on after it had begun to learn by heart."""
    losses, other = case.validation_losses, _other_rows(case)
    if other is not None and case.remaining is not None and other - max(case.remaining, 0.0) > GAP_NOTE:
        yield Finding(
            "overfitting",
            "warning" if other - max(case.remaining, 0.0) > GAP_WARNING else "note",
            other,
            None,
            _(
                "learned by heart: on these rows the loss is {other} of that of a constant answer, in training it was "
                "{left}"
            ).format(other=percent(other), left=percent(max(case.remaining, 0.0))),
            why=_("what the network has learned is wrong for rows that it has not seen"),
            remedies=(Remedy.set(early_stopping=True), Remedy.set(dropout=0.2), Remedy.set(weight_decay=0.01)),
        )
        return
    if case.facts is None or len(losses) < 3 or len(losses) != len(case.trace):
        return
    chance = case.facts.targets.constant_validation_loss
    if chance is None or chance <= 0:
        return
    best = int(losses.argmin())
    kept = case.training.early_stopping or (case.best_epoch is not None and case.best_epoch < len(losses))
    rise = float(losses[-1] - losses[best]) / chance
    if rise <= RISE_NOTE or not case.trace.losses[-1] < case.trace.losses[best]:
        return
    remedies = [Remedy.set(early_stopping=True), Remedy.set(dropout=0.2), Remedy.set(weight_decay=0.01)]
    yield Finding(
        "overfitting",
        "warning" if rise > RISE_WARNING and not kept else "note",
        rise,
        None,
        _(
            "learned by heart since epoch {epoch}: the validation loss rose from {low} to {high} while the training "
            "loss fell to {train}"
        ).format(
            epoch=case.epoch(best),
            low=f"{losses[best]:.3g}",
            high=f"{losses[-1]:.3g}",
            train=f"{case.trace.losses[-1]:.3g}",
        )
        + (_("; the weights of the best epoch were kept") if kept else ""),
        since=case.epoch(best),
        why=_("what the network has learned since then is wrong for rows that it has not seen"),
        remedies=tuple(remedies[1:] if kept else remedies),
    )


@rule(
    "underfitting",
    when=(
        "training ended by itself with more than {under_note} of the loss left that a constant answer has, on the "
        "training rows themselves; a warning above {under_warning}"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 5.2",
    under_note=UNDER_NOTE,
    under_warning=UNDER_WARNING,
)
def underfitting(case: Case) -> Iterator[Finding]:
    """Tell a network that cannot even learn the rows that it sees."""
    left = case.remaining
    if left is None or not UNDER_NOTE < left < NOTHING_LEARNED or case.facts is None:
        return
    if case.stop_reason not in ("converged", "max_iter") or case.training.early_stopping:
        return
    widest = max((layer.units for layer in case.network.layers[:-1]), default=0)
    remedies = []
    if case.training.alpha > 0.01:
        remedies.append(Remedy.set(alpha=0.0001))
    if any(layer.dropout > 0.3 for layer in case.network.layers):
        remedies.append(Remedy.set(dropout=0.0))
    remedies.append(Remedy.set(hidden_layer_sizes=(max(64, 2 * widest),) * 2))
    yield Finding(
        "underfitting",
        "warning" if left > UNDER_WARNING else "note",
        left,
        None,
        _("{share} of the loss of a constant answer is left on the training rows themselves").format(
            share=percent(left)
        ),
        why=_("what is not learned here cannot be right on other rows"),
        cause=_("a network that is too small or too restrained, or targets that the inputs do not determine"),
        remedies=tuple(remedies),
    )


@rule(
    "nothing_held_out",
    when=(
        "there were no validation rows, the network has more parameters than rows, and less than {heart} of the loss "
        "is left"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 5.3",
    heart=BY_HEART,
)
def nothing_held_out(case: Case) -> Iterator[Finding]:
    """Tell that nothing says whether the rows were understood or learned by heart."""
    if case.facts is None or case.facts.n_validation or case.remaining is None or case.remaining > BY_HEART:
        return
    if case.network.n_parameters <= case.facts.n_rows:
        return
    yield Finding(
        "nothing_held_out",
        "note",
        case.remaining,
        None,
        _("the training rows are learned ({left} of the loss is left), and none were held out").format(
            left=f"{max(case.remaining, 0.0):.1%}"
        ),
        why=_("{parameters} parameters can learn {rows} rows by heart: nothing tells whether they did").format(
            parameters=f"{case.network.n_parameters:,}", rows=f"{case.facts.n_rows:,}"
        ),
        remedies=(Remedy.set(early_stopping=True), Remedy(text=_("fit(X, y, X_val=..., y_val=...)"))),
    )
