"""An evaluation as text: the metrics of a model beside those of the naive answer, and what it confuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from glassnet.diagnosis import Evaluation, Finding, most_confused
from glassnet.report import terminal
from glassnet.report.terminal import harmless
from glassnet.texts import _, plural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_CLASSES = 12  # for a table of confusions
HEADS = 50  # cells for the heads of its columns, as long as the heads of its rows are short
LONGEST_HEAD = 24
SEVERITY_STYLE = {"healthy": "", "note": "yellow", "warning": "bold red"}


def evaluation(found: Evaluation, *, unseen: bool = True) -> RenderableType:
    """Show the metrics, whether the model is better than the naive answer, and the confusions up to 12 classes.

    Parameters
    ----------
    found : Evaluation
    unseen : bool, default=True
        Say that the model has never seen these rows; only whoever put them aside knows that.
    """
    parts: list[RenderableType] = [_metrics(found, unseen), Text(_naive(found), style="dim")]
    verdict = _verdict(found)
    if verdict:
        parts.append(Text(terminal.INDENT + verdict, style="yellow"))
    if found.confusion is not None and found.classes is not None:
        if len(found.classes) <= MOST_CLASSES:
            parts += [Text(), _confusion(found.confusion, found.classes)]
        else:
            parts.append(Text(terminal.INDENT + _confused(found)))
    return Group(*parts)


def inside(findings: Sequence[Finding], width: int) -> Text:
    """Say what the trace tells about the layers, as many findings on a line as fit.

    Parameters
    ----------
    findings : sequence of Finding
    width : int
        Of the names at the left, in terminal cells.
    """
    text = terminal.facts([(_("inside"), [""])], width)
    place = start = cell_len(text.plain)
    for finding in findings:
        if place > start:
            fits = place + 3 + cell_len(finding.text) <= terminal.LINE
            text.append(" · " if fits else "\n" + " " * start)
            place = place + 3 if fits else start
        text.append(finding.text, style=SEVERITY_STYLE[finding.severity])
        place += cell_len(finding.text)
    return text


def amount(value: float) -> str:
    """Write a number of any size with about four digits.

    Examples
    --------
    >>> amount(0.012345), amount(816496.58), amount(1e20)
    ('0.01235', '816,497', '1e+20')
    """
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:.4g}"


def _confusion(matrix: NDArray[np.int64], classes: Sequence[Any]) -> Text:
    """Show the matrix; where labels are too long for the heads of its columns, the classes are numbered."""
    labels = [harmless(label, LONGEST_HEAD) for label in classes]
    distinct = len(set(labels)) == len(labels)
    if distinct and len(labels) * (max(map(cell_len, labels)) + 2) <= HEADS:
        return terminal.confusion(matrix, labels)
    heads = [str(place) for place in range(1, len(classes) + 1)]
    longest = max(12, HEADS - len(heads) * (len(f"{int(matrix.max()):,}") + 2))
    rows = [f"{head:>{len(heads[-1])}} {harmless(label, longest)}" for head, label in zip(heads, classes, strict=True)]
    return terminal.confusion(matrix, rows, heads)


def _metrics(found: Evaluation, unseen: bool) -> Text:
    if unseen:
        head = plural("on {n} row never seen", "on {n} rows never seen", found.n)
    else:
        head = plural("on {n} row", "on {n} rows", found.n)
    head = head.format(n=f"{found.n:,}")
    model, naive = _("this model"), _("naive answer")
    names = {
        "accuracy": _("accuracy"),
        "log_loss": _("log-loss"),
        "roc_auc": _("area under ROC curve"),
        "rmse": _("root mean squared error"),
        "mae": _("mean absolute error"),
        "r2": _("R², variance explained"),
    }
    rows = [
        (names[name], _number(name, value), _number(name, found.baseline[name]), _note(name, found))
        for name, value in found.metrics.items()
    ]
    names_width = max(cell_len(row[0]) for row in rows)
    first = max(cell_len(model), *(cell_len(row[1]) for row in rows)) + 2
    second = max(cell_len(naive), *(cell_len(row[2]) for row in rows)) + 2
    rest = len(terminal.INDENT) + first + second + max(2 + cell_len(row[3]) for row in rows)
    left = max(names_width, cell_len(head))
    text = Text()
    if left + rest > terminal.LINE:  # many rows: their number stands on a line of its own
        text.append(terminal.INDENT + head + "\n", style="dim")
        head, left = "", names_width
    text.append(terminal.INDENT + terminal.filled(head, -left), style="dim")
    text.append(terminal.filled(model, first) + terminal.filled(naive, second), style="dim")
    for name, value, baseline, note in rows:
        text.append("\n" + terminal.INDENT + terminal.filled(name, -left), style=terminal.NAME)
        text.append(terminal.filled(value, first), style="bold")
        text.append(terminal.filled(baseline, second))
        text.append(note and f"  {note}", style="dim")
    return text


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name == "accuracy":
        return f"{value:.1%}"
    if name in ("rmse", "mae"):
        return amount(value)
    return f"{value:.3f}"


def _note(name: str, found: Evaluation) -> str:
    if name == "accuracy" and found.accuracy is not None:
        low, high = found.accuracy.low, found.accuracy.high
        return _("95% interval {low} to {high}%").format(low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")
    if found.metrics[name] is not None:
        return ""
    return {
        "log_loss": _("the model gives no probabilities"),
        "roc_auc": _("not defined: these rows have one class"),
        "r2": _("not defined: these rows have one value"),
    }.get(name, "")


def _naive(found: Evaluation) -> str:
    if found.task == "regression":
        text = _("naive answer: always {answer}, the mean of the training rows")
        answer = amount(found.baseline_answer)
    else:
        text = _('naive answer: always "{answer}", the most frequent class of the training rows')
        answer = harmless(found.baseline_answer, 24)
    return "\n".join(terminal.INDENT + line for line in terminal.wrapped(text.format(answer=answer), terminal.LINE - 2))


def _verdict(found: Evaluation) -> str:
    """Say so where nothing useful was learned, as far as these rows can tell."""
    if found.accuracy is not None:
        share, naive = found.accuracy.low, found.baseline["accuracy"]
        auc = found.metrics["roc_auc"]
        if naive is not None and share <= naive and not (auc is not None and auc > 0.6):
            return _("not clearly better than the naive answer")
        return ""
    error, naive = found.metrics["rmse"], found.baseline["rmse"]
    if error is not None and naive is not None and not error < naive:
        return _("not better than the naive answer")
    return ""


def _confused(found: Evaluation) -> str:
    assert found.confusion is not None
    assert found.classes is not None
    pairs = most_confused(found.confusion)
    if not pairs:
        return _("nothing was confused")
    first = pairs[0]
    text = plural(
        'most confused: "{true}" taken for "{predicted}" ({n} time)',
        'most confused: "{true}" taken for "{predicted}" ({n} times)',
        first.count,
    )
    true, predicted = (harmless(found.classes[place], 24) for place in (first.true, first.predicted))
    return text.format(true=true, predicted=predicted, n=f"{first.count:,}")
