"""Units that do no work: dead, nearly dead, saturated, or copies of each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding, Remedy, percent
from glassnet.diagnosis.rule import rule
from glassnet.diagnosis.thresholds import DEAD_WARNING, SATURATED_NOTE, SATURATED_WARNING
from glassnet.texts import _, plural

NEARLY_NEVER = 0.01  # of the rows
SAME = 1e-5  # relative difference of weights that are the same but for rounding
SAME_START = ("zeros", "constant")  # initializers that give all units of a layer the same weights


@rule(
    "symmetric_units",
    when=(
        "two units of a layer have the same weights at their inputs, and the same at their outputs; or a hidden "
        "layer's weights all began as the same number"
    ),
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, 8.4: initial weights must break the symmetry",
    explains=(
        "dead_units",
        "nearly_dead_units",
        "saturation",
        "stuck",
        "plateau",
        "underfitting",
        "vanishing_gradients",
        "rate_too_low",
        "vanishing_activations",
        "class_imbalance",
        "random_labels",
        "unfinished",
        "few_steps",
        "gradient_free_outputs",
    ),
)
def symmetric_units(case: Case) -> Iterator[Finding]:
    """Tell units that compute the same, and weights that are all 0."""
    if case.weights is None:
        return
    for i, layer in enumerate(case.network.layers[:-1]):
        copies = _copies(case, i)
        starts_same = layer.initializer.name in SAME_START and layer.units > 1
        if len(copies) < 2 and starts_same:
            yield Finding(
                "symmetric_units",
                "warning",
                1.0,
                i + 1,
                _("all its first weights were the same: nothing but their biases told its {n} units apart").format(
                    n=layer.units
                ),
                since=1,
                why=_("units that begin alike learn alike, and much of the layer is the same unit several times"),
                cause=f'initializer="{layer.initializer.name}"',
                remedies=(Remedy.set(initializer="auto"),),
            )
        if len(copies) < 2:
            continue
        zero = not np.any(case.weights.coefs[i])
        if zero:
            text = _("all weights are 0, so all {n} units are copies of one").format(n=layer.units)
        else:
            text = plural(
                "{n} of {units} units is a copy of another",
                "{n} of {units} units are copies of each other: same weights at their inputs and at their outputs",
                len(copies),
            ).format(n=len(copies), units=layer.units)
        yield Finding(
            "symmetric_units",
            "warning" if len(copies) > DEAD_WARNING * layer.units else "note",
            len(copies) / layer.units,
            i + 1,
            text,
            units=copies,
            why=_(
                "units that are the same get the same gradient and stay the same: the layer is as good as one of them"
            ),
            cause=_('the first weights were all the same (initializer "{name}")').format(name=layer.initializer.name)
            if starts_same
            else "",
            remedies=(Remedy.set(initializer="auto"),) if starts_same else (),
        )


def _copies(case: Case, layer: int) -> tuple[int, ...]:
    """Units of a hidden layer that have a twin: the same incoming weights and bias, and the same outgoing weights."""
    assert case.weights is not None
    pieces = case.network.layers[layer].activation.pieces
    units = case.network.layers[layer].units
    incoming = np.vstack([case.weights.coefs[layer], case.weights.intercepts[layer]]).astype(np.float64)
    incoming = incoming.reshape(len(incoming), units, pieces).transpose(1, 0, 2).reshape(units, -1)
    outgoing = case.weights.coefs[layer + 1].astype(np.float64)
    if not (np.isfinite(incoming).all() and np.isfinite(outgoing).all()):
        return ()
    alike = _alike(incoming) & _alike(outgoing)
    np.fill_diagonal(alike, val=False)
    return tuple(int(unit) for unit in np.flatnonzero(alike.any(axis=1)))


def _alike(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows are the same but for rounding."""
    squares = np.square(rows).sum(axis=1)
    distance = np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0.0)
    # The difference of two large sums: good to 1e-16 of them, that is 1e-8 of the norms.
    alike: NDArray[np.bool_] = distance <= SAME**2 * np.maximum(squares[:, None], squares[None, :])
    return alike


@rule(
    "dead_units",
    when=(
        "units whose slope was 0 on every row of the last epoch; a warning where more than {dead} of a layer's units "
        "are dead"
    ),
    source="Maas, Hannun, Ng 2013; CS231n notes: as much as 40% of a network can be dead if the learning rate "
    "is too high",
    explains=("nearly_dead_units", "stuck", "plateau", "underfitting", "vanishing_activations", "vanishing_gradients"),
    dead=DEAD_WARNING,
)
def dead_units(case: Case) -> Iterator[Finding]:
    """Tell units that no row reaches any more."""
    if not case.has_layers:
        return
    rows = case.facts.n_rows if case.facts is not None else None
    for i, layer in enumerate(case.network.layers[:-1]):
        dead = tuple(case.trace.dead_units[i])
        if not dead:
            continue
        share = len(dead) / layer.units
        since = case.epoch(since_place(case.trace.layers["dead"][:, i]))
        text = plural(
            "{n} of {units} {activation} units is dead ({share})",
            "{n} of {units} {activation} units are dead ({share})",
            len(dead),
        ).format(n=len(dead), units=layer.units, activation=layer.activation.name, share=percent(share))
        if rows is None:
            seen = _("inactive on every row since epoch {epoch}").format(epoch=since)
        else:
            seen = _("inactive on all {rows} rows since epoch {epoch}").format(rows=f"{rows:,}", epoch=since)
        yield Finding(
            "dead_units",
            "warning" if share > DEAD_WARNING else "note",
            share,
            i + 1,
            _("{what}: {seen}").format(what=text, seen=seen),
            units=dead,
            since=since,
            why=plural(
                "a dead unit gets no gradient, so it cannot come back; the layer works with {n} unit",
                "a dead unit gets no gradient, so it cannot come back; the layer works with {n} units",
                layer.units - len(dead),
            ).format(n=layer.units - len(dead)),
            cause=_cause_of_death(case, i, since),
            remedies=_against_death(case, since),
        )


def _cause_of_death(case: Case, layer: int, since: int) -> str:
    rate = case.training.learning_rate_init
    if case.first_ratio > 0.1:
        return _("learning rate {rate}: the first updates were {ratio} of the weights (healthy: about 0.001)").format(
            rate=f"{rate:g}", ratio=f"{case.first_ratio:.2g}"
        )
    if since == 1 and case.trace.layers["dead"][0, layer] > 0:
        return _("they were dead from the first epoch on: the first weights and biases left them below 0 on every row")
    return _("steps that pushed their weighted sums below 0 on every row (learning rate {rate})").format(
        rate=f"{rate:g}"
    )


def _against_death(case: Case, since: int) -> tuple[Remedy, ...]:
    slower = Remedy.set(learning_rate_init=float(f"{case.training.learning_rate_init / 10:.0e}"))
    leaky = Remedy.set(activation="leaky_relu")
    if case.first_ratio > 0.1 or since > 1:
        return slower, leaky
    return leaky, Remedy.set(initializer="auto", bias_initializer="zeros")


@rule(
    "nearly_dead_units",
    when="units that are active on fewer than {rows} of the rows that were looked at, more than {dead} of a layer",
    source="Glorot, Bordes, Bengio 2011: sparse is good, silent is not",
    rows=NEARLY_NEVER,
    dead=DEAD_WARNING,
)
def nearly_dead_units(case: Case) -> Iterator[Finding]:
    """Tell units that hardly any row reaches."""
    if case.look is None:
        return
    for i, units in enumerate(case.look.units):
        nearly = (units.active > 0) & (units.active < NEARLY_NEVER)
        share = float(nearly.mean())
        if share <= DEAD_WARNING:
            continue
        found = tuple(int(unit) for unit in np.flatnonzero(nearly))
        yield Finding(
            "nearly_dead_units",
            "note",
            share,
            i + 1,
            _("{n} of {units} units are active on fewer than 1 in 100 of {rows} rows").format(
                n=len(found), units=len(nearly), rows=f"{case.look.n_rows:,}"
            ),
            units=found,
            why=_("they learn from these few rows only, and from outliers most of all"),
            remedies=(Remedy.set(activation="leaky_relu"),),
        )


@rule(
    "saturation",
    when=(
        "more than {note} of a hidden layer's outputs lay where the slope is below a twentieth of the largest, for a "
        "function that levels off on both sides; a warning from {warning} on"
    ),
    source="Glorot, Bengio 2010; LeCun, Bottou, Orr, Müller 1998, Efficient BackProp",
    explains=("stuck", "plateau", "underfitting"),
    note=SATURATED_NOTE,
    warning=SATURATED_WARNING,
)
def saturation(case: Case) -> Iterator[Finding]:
    """Tell layers whose units have levelled off."""
    if not case.has_layers:
        return
    for i, layer in enumerate(case.network.layers[:-1]):
        shares = case.trace.layers["saturated"][:, i]
        share = float(shares[-1])
        if not share > SATURATED_NOTE:
            continue
        since = case.epoch(since_place(shares))
        done = case.remaining is not None and case.remaining < 0.02  # all is learned: nothing has to move any more
        units: tuple[int, ...] = ()
        if case.look is not None:
            units = tuple(int(u) for u in np.flatnonzero(case.look.units[i].saturated > 0.95))
        rate = case.training.learning_rate_init
        yield Finding(
            "saturation",
            "warning" if share > SATURATED_WARNING and not done else "note",
            share,
            i + 1,
            _("{share} of the outputs of {n} {activation} units are saturated since epoch {epoch}").format(
                share=percent(share), n=layer.units, activation=layer.activation.name, epoch=since
            ),
            units=units,
            since=since,
            why=_("there the slope is below a twentieth of the largest, so hardly any gradient passes"),
            cause=_("the first weights or the inputs are too large")
            if since == 1
            else _("weights that grew in training (learning rate {rate})").format(rate=f"{rate:g}"),
            remedies=(
                Remedy.set(initializer="auto")
                if since == 1
                else Remedy.set(learning_rate_init=float(f"{rate / 10:.0e}")),
                Remedy.set(activation="relu"),
            ),
        )


def since_place(shares: NDArray[np.float64]) -> int:
    """Return the place from which on a share has been at least half of what it is at the end.

    Examples
    --------
    >>> since_place(np.array([0.0, 0.1, 0.3, 0.4, 0.4]))
    2
    """
    below = np.flatnonzero(shares < shares[-1] / 2)
    return 0 if not len(below) else int(below[-1]) + 1
