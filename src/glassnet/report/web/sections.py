"""The tables of a report, as rows of text in the language in use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.report.evaluation_text import amount
from glassnet.report.numerals import minus
from glassnet.report.terminal import harmless
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.report.plan_text import ShownPlan
    from glassnet.report.web.contents import Contents, Judged

MOST_COLUMNS = 60
MOST_IMPORTANT = 20
MOST_CLASSES_SHOWN = 24
LONGEST = 60


class Bar(NamedTuple):
    """One bar: its name, where it starts and how long it is in percent, its interval, its number."""

    name: str
    start: float
    length: float
    low: float | None
    reach: float | None
    text: str


class Metric(NamedTuple):
    """One metric, with its interval and the naive answer's value."""

    name: str
    value: str
    interval: str
    naive: str


def headline(contents: Contents) -> list[tuple[str, str]]:
    """Choose the numbers that a hurried reader needs: (number, what it is)."""
    found: list[tuple[str, str]] = []
    judged = contents.judged
    if judged is not None:
        evaluation = judged.evaluation
        name = "r2" if evaluation.task == "regression" else "accuracy"
        value = evaluation.metrics[name]
        if value is not None:
            text = _number(name, value)
            low_high = _interval(name, judged)
            said = metric_names()[name] + (f", {low_high}" if low_high else "")
            found.append((text, said))
        naive = evaluation.baseline[name]
        if naive is not None and name == "accuracy":
            found.append((f"{naive:.1%}", _("naive answer: the most frequent class")))
        error = evaluation.metrics.get("rmse")
        if error is not None:
            found.append((amount(error), metric_names()["rmse"]))
        if judged.unseen:
            rows = plural("row that it has never seen", "rows that it has never seen", evaluation.n)
        else:
            rows = plural("row that it was judged on", "rows that it was judged on", evaluation.n)
        found.append((f"{evaluation.n:,}", rows))
    else:
        found.append((f"{contents.trace.losses[-1]:.4g}", _("training loss at the end")))
    found.append(_warnings(contents))
    return found


def _warnings(contents: Contents) -> tuple[str, str]:
    """Count what is to be mended; what only follows from it is told beside."""
    causes = len(contents.diagnosis.causes)
    said = plural("warning about the inside", "warnings about the inside", causes)
    consequences = len(contents.diagnosis.warnings) - causes
    if consequences:
        text = plural("and {n} that follows from it", "and {n} that follow from it", consequences)
        if causes > 1:
            text = plural("and {n} that follows from them", "and {n} that follow from them", consequences)
        said += _(", ") + text.format(n=consequences)
    return f"{causes}", said


def metric_names() -> dict[str, str]:
    """Name the metrics."""
    return {
        "accuracy": _("accuracy"),
        "log_loss": _("log-loss"),
        "roc_auc": _("area under ROC curve"),
        "rmse": _("root mean squared error"),
        "mae": _("mean absolute error"),
        "r2": _("R², variance explained"),
    }


def metrics(judged: Judged) -> list[Metric]:
    """List the metrics."""
    evaluation, names = judged.evaluation, metric_names()
    return [
        Metric(names[name], _number(name, value), _interval(name, judged), _number(name, evaluation.baseline[name]))
        for name, value in evaluation.metrics.items()
    ]


def data_facts(plan: ShownPlan) -> list[tuple[str, str]]:
    """Say which rows there were and what became of them."""
    rows = [
        (_("table"), harmless(plan.source, LONGEST)),
        (_("target"), harmless(plan.target, LONGEST)),
        (_("rows"), f"{plan.n_rows:,}"),
        (_("to learn from"), f"{plan.n_train:,}"),
    ]
    if plan.n_validation:
        rows.append((_("to choose the epoch by"), f"{plan.n_validation:,}"))
    if plan.n_test:
        rows.append((_("to test by, put aside until the end"), f"{plan.n_test:,}"))
    if plan.n_skipped:
        rows.append((_("left out: could not be read"), f"{plan.n_skipped:,}"))
    if plan.n_without_target:
        rows.append((_("left out: without a target"), f"{plan.n_without_target:,}"))
    return rows


def columns(plan: ShownPlan) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]], int]:
    """List the columns: by use, those of which nothing else is to be said; name, use, reason; and how many are left."""
    uses = {
        "number": _("number"),
        "boolean": _("true or false"),
        "category": _("category"),
        "embedding": _("embedded category"),
        "date": _("date"),
        None: _("left out"),
    }
    rows = [
        (harmless(role.name, LONGEST), uses[role.use], "" if role.reason == uses[role.use] else role.reason)
        for role in plan.roles
    ]
    shown = rows[:MOST_COLUMNS]
    plain: dict[str, list[str]] = {}
    for name, use, reason in shown:
        if not reason:
            plain.setdefault(use, []).append(name)
    by_use = [(f"{use} · {len(names):,}", _(", ").join(names)) for use, names in plain.items()]
    return by_use, [row for row in shown if row[2]], len(rows) - len(shown)


def classes(plan: ShownPlan) -> list[Bar]:
    """Show how many rows each class has."""
    if plan.classes is None or plan.class_counts is None:
        return []
    total, most = sum(plan.class_counts), max(plan.class_counts)
    pairs = sorted(zip(plan.class_counts, plan.classes, strict=True), key=lambda pair: -pair[0])[:MOST_CLASSES_SHOWN]
    return [
        Bar(harmless(label, 40), 0.0, 100 * count / most, None, None, f"{count:,} · {count / total:.1%}")
        for count, label in pairs
    ]


def layers(contents: Contents) -> list[tuple[str, str, str, str, str]]:
    """List the layers: name, shape, activation, first weights, parameters."""
    network = contents.network
    return [
        (
            name,
            f"{inputs:,} → {layer.units:,}",
            layer.activation.name,
            layer.initializer.name,
            f"{layer.count_parameters(inputs):,}",
        )
        for layer, (inputs, _columns), name in zip(
            network.layers, network.shapes, layer_names(len(network.layers)), strict=True
        )
    ]


def layer_names(n: int) -> list[str]:
    """Name the layers: hidden ones by number, the output."""
    return [*(_("layer {n}").format(n=place) for place in range(1, n)), _("output")]


def training_facts(contents: Contents) -> list[tuple[str, str]]:
    """Say how the training went."""
    training, trace = contents.training, contents.trace
    rows = [
        (_("network"), _("{n} parameters").format(n=f"{contents.network.n_parameters:,}")),
        (_("loss"), contents.network.loss.name),
        (_("solver"), training.solver),
    ]
    if training.solver != "lbfgs":
        rows += [
            (_("learning rate"), f"{training.learning_rate_init:g} · {training.learning_rate}"),
            (_("batch"), plural("{n} row", "{n} rows", training.batch_size).format(n=f"{training.batch_size:,}")),
        ]
    epochs = plural("{n} epoch", "{n} epochs", len(trace)).format(n=f"{len(trace):,}")
    rows.append((_("length"), f"{epochs} · {stop_reasons().get(contents.stop_reason, contents.stop_reason)}"))
    seconds = float(np.nansum(trace.seconds))
    if seconds > 0:
        rows.append((_("time"), _("{seconds} s in the engine").format(seconds=f"{seconds:.2f}")))
    if 0 < contents.best_epoch < len(trace):
        rows.append((_("kept"), _("the weights of epoch {epoch}, which did best").format(epoch=contents.best_epoch)))
    return rows


def stop_reasons() -> dict[str, str]:
    """Say why a training ended."""
    return {
        "max_iter": _("all epochs that were asked for"),
        "converged": _("ended because the loss no longer improved"),
        "early_stopping": _("ended because the held-out rows no longer improved"),
        "listener": _("ended by the program that started it"),
        "interrupted": _("interrupted"),
        "diverged": _("ended because the loss was no longer finite"),
    }


def losses_say(contents: Contents) -> str:
    """Say why the training loss lies above the validation loss, where it does."""
    training, validation = contents.trace.losses[-1:], contents.trace.validation_losses[-1:]
    if not (validation < training).any():
        return ""
    return _(
        "The training loss is measured under the conditions of training, with dropout and label smoothing where they "
        "are used; the validation loss is not, so it can be the lower one."
    )


def importance(judged: Judged) -> tuple[list[Bar], int]:
    """Show the columns that matter most; and how many are not shown."""
    shown = judged.importance[:MOST_IMPORTANT]
    if not shown:
        return [], 0
    low = min(0.0, *(part.low for part in shown))
    high = max(*(part.high for part in shown), *(part.increase for part in shown), 1e-12)
    width = high - low
    bars = []
    for part in shown:
        first, last = sorted((0.0, part.increase))
        text = minus(f"{part.increase:.1%}" if judged.loss_name != "log_loss" else f"{part.increase:.3f}")
        bars.append(
            Bar(
                harmless(part.name, 40),
                100 * (first - low) / width,
                100 * (last - first) / width,
                100 * (part.low - low) / width if math.isfinite(part.low) else None,
                100 * (part.high - part.low) / width if math.isfinite(part.low) else None,
                text,
            )
        )
    return bars, len(judged.importance) - len(shown)


def confusion(judged: Judged) -> dict[str, Any] | None:
    """Lay out the confusion matrix: labels, and for each cell its count, its depth and whether it is right."""
    matrix, labels = judged.evaluation.confusion, judged.evaluation.classes
    if matrix is None or labels is None or len(labels) > MOST_CLASSES_SHOWN:
        return None
    n = len(labels)
    right_most = max(1, int(np.diag(matrix).max()))
    wrong_most = max(1, int((matrix - np.diag(np.diag(matrix))).max()))
    cells = [
        [
            {
                "count": f"{int(matrix[i, j]):,}" if matrix[i, j] else "·",
                "depth": round(0.12 + 0.5 * float(matrix[i, j]) / (right_most if i == j else wrong_most), 3)
                if matrix[i, j]
                else 0,
                "right": i == j,
            }
            for j in range(n)
        ]
        for i in range(n)
    ]
    totals = matrix.sum(axis=1)
    shares = [f"{matrix[i, i] / totals[i]:.0%}" if totals[i] else "–" for i in range(n)]
    return {"labels": [harmless(label, 16) for label in labels], "cells": cells, "shares": shares}


def _interval(name: str, judged: Judged) -> str:
    if name == "accuracy" and judged.evaluation.accuracy is not None:
        low, high = judged.evaluation.accuracy.low, judged.evaluation.accuracy.high
    elif name in judged.intervals:
        low, high = judged.intervals[name]
    else:
        return ""
    return _("{low} to {high}").format(low=_number(name, low), high=_number(name, high))


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name == "accuracy":
        return f"{value:.1%}"
    return minus(amount(value) if name in ("rmse", "mae") else f"{value:.3f}")


def choices(plan: ShownPlan) -> Sequence[tuple[str, str, str, str]]:
    """List what was chosen: name, value, reason, option."""
    return [(choice.name, choice.value, choice.reason, choice.option) for choice in plan.choices]
