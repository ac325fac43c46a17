"""Data that a network cannot work with as they are: scales, constant columns, rare classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.rule import rule
from glassnet.texts import _, plural

# The curvature of the loss along an input goes with the square of its size: where two differ by 1,000, a rate that one
# can bear leaves the other standing for a million steps (LeCun 1998, 5.1 and 4.3). Adam evens out a part of that.
FAR = 1e3
FAR_TARGETS = 100.0
RARE = 0.05
UNSEEN = 0.5


@rule(
    "unscaled_inputs",
    when=(
        "a column's typical size is above {far} or all are below 1/{far}, or the deviations of two columns differ by "
        "more than {far} times (constant columns do not count)"
    ),
    source="LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.3",
    explains=(
        "diverged",
        "rate_too_high",
        "rate_too_low",
        "dead_units",
        "nearly_dead_units",
        "saturation",
        "stuck",
        "plateau",
        "underfitting",
        "overfitting",
        "exploding_activations",
        "exploding_gradients",
        "vanishing_gradients",
        "random_labels",
        "unfinished",
        "class_imbalance",
        "few_steps",
        "vanishing_activations",
    ),
    far=FAR,
)
def unscaled_inputs(case: Case) -> Iterator[Finding]:
    """Tell columns whose scales are far from 1, or far from each other's."""
    if case.facts is None:
        return
    columns = case.facts.columns
    largest, widest, narrowest = columns.largest, columns.widest, columns.narrowest
    if largest is None or widest is None or narrowest is None:
        return
    if widest.deviation > FAR * narrowest.deviation and widest.deviation > np.sqrt(FAR):
        number = widest.deviation / narrowest.deviation
        text = _(
            "the inputs have very different scales: standard deviation {wide} in column {widest}, {narrow} in column "
            "{narrowest}"
        ).format(
            wide=f"{widest.deviation:.3g}",
            widest=case.column(widest.index),
            narrow=f"{narrowest.deviation:.3g}",
            narrowest=case.column(narrowest.index),
        )
    elif largest.size > FAR:
        number = largest.size
        text = _(
            "the inputs are not standardized: column {column} has mean {mean} and standard deviation {deviation}"
        ).format(column=case.column(largest.index), mean=f"{largest.mean:.3g}", deviation=f"{largest.deviation:.3g}")
    elif largest.size < 1 / FAR:
        number = largest.size
        text = _("the inputs are tiny: no column's typical size is above {size}").format(size=f"{largest.size:.1g}")
    else:
        return
    yield Finding(
        "unscaled_inputs",
        "warning",
        number,
        None,
        text,
        since=1,
        why=_("a rate that the large columns bear is too low for the small ones; large ones drown the others"),
        remedies=(Remedy(text=_("standardized inputs: make_pipeline(StandardScaler(), ...)")),),
    )


@rule(
    "unscaled_targets",
    when="numbers to predict whose mean or deviation is above {far_targets}, with a loss that works on them "
    "as they are",
    source="LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.5",
    explains=(
        "diverged",
        "stuck",
        "plateau",
        "underfitting",
        "unfinished",
        "rate_too_low",
        "rate_too_high",
        "exploding_gradients",
        "dead_units",
    ),
    far_targets=FAR_TARGETS,
)
def unscaled_targets(case: Case) -> Iterator[Finding]:
    """Tell targets so large that the output layer has to travel far."""
    if case.facts is None or not case.network.loss.domain.of_numbers or case.network.loss.link != "identity":
        return
    targets = case.facts.targets
    number = max(abs(targets.mean), targets.deviation)
    if number <= FAR_TARGETS:
        return
    # Where everything was learned all the same, it is a remark.
    harmless = case.remaining is not None and case.remaining < 0.5
    yield Finding(
        "unscaled_targets",
        "note" if harmless else "warning",
        number,
        None,
        _("the targets are not standardized: mean {mean}, standard deviation {deviation}").format(
            mean=f"{targets.mean:.3g}", deviation=f"{targets.deviation:.3g}"
        ),
        since=1,
        why=_("the output layer begins near 0 and has to travel there in steps of the learning rate"),
        remedies=(
            Remedy(text=_("standardized targets: TransformedTargetRegressor(..., transformer=StandardScaler())")),
        ),
    )


@rule(
    "constant_columns",
    when="columns that have one value only; a warning where there are no others",
    source="",
    explains=("stuck", "plateau", "underfitting"),
)
def constant_columns(case: Case) -> Iterator[Finding]:
    """Tell columns that say nothing."""
    if case.facts is None or not case.facts.columns.n_constant:
        return
    columns = case.facts.columns
    n = columns.n_constant
    every = n == columns.n and not case.network.embeddings
    names = ", ".join(case.column(index) for index in columns.constant[:5]) + (", …" if n > 5 else "")
    yield Finding(
        "constant_columns",
        "warning" if every else "note",
        float(n),
        None,
        plural("{n} of {all} columns is constant: {names}", "{n} of {all} columns are constant: {names}", n).format(
            n=n, all=columns.n, names=names
        ),
        why=_("they tell no row from another") if not every else _("no row can be told from another"),
        remedies=(Remedy(text=_("leaving them out")),),
    )


@rule(
    "class_imbalance",
    when=(
        "a class has fewer than {rare} of the rows, all weigh the same, and fewer than {unseen} of its training rows "
        "that were looked at were recognized"
    ),
    source="King, Zeng 2001, Logistic regression in rare events data",
    explains=("stuck", "plateau", "underfitting", "random_labels"),
    rare=RARE,
    unseen=UNSEEN,
)
def class_imbalance(case: Case) -> Iterator[Finding]:
    """Tell rare classes that the network gives up."""
    if case.facts is None or case.look is None or case.look.recalls is None or case.facts.targets.counts is None:
        return
    counts = np.array(case.facts.targets.counts, dtype=np.float64)
    recalls = case.look.recalls
    if len(counts) != len(recalls) or case.facts.targets.weighted:
        return
    # Rare beside an even share: with a hundred classes each has one in a hundred.
    shares = counts / max(counts.sum(), 1.0)
    rare = (counts > 0) & (shares < min(RARE, 0.25 / len(counts) * 2)) & (recalls < UNSEEN)
    if not rare.any():
        return
    worst = int(np.flatnonzero(rare)[np.argmin(shares[rare])])
    yield Finding(
        "class_imbalance",
        "warning",
        float(shares[worst]),
        None,
        _("a rare class is given up: class {code} has {share} of the rows, and {recall} of them are recognized").format(
            code=case.class_name(worst), share=f"{shares[worst]:.1%}", recall=percent(recalls[worst])
        ),
        why=_(
            "answering the frequent class is right nearly always, so the loss hardly asks for more; accuracy hides it"
        ),
        cause=_("every row weighs the same"),
        remedies=(
            Remedy.set(class_weight="balanced"),
            Remedy(text=_("a lower threshold on predict_proba")),
        ),
    )
