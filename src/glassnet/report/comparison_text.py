"""A comparison in words: the table of combinations, what can be said of their differences, what failed.

What is shown is described by protocols, because comparisons are made in a later room.
"""

from __future__ import annotations

import html
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from glassnet.diagnosis import Band, Interval
from glassnet.report import terminal
from glassnet.report.terminal import INDENT, NAME, filled, harmless
from glassnet.texts import _, later, plural

MOST_ROWS = 40  # in the table
MOST_NAMED = 6  # in the sentence


class ShownRow(Protocol):
    """One combination."""

    @property
    def parameters(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def varied(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def shown(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def mean(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def behind(self) -> Interval | None: ...  # noqa: D102
    @property
    def p(self) -> float | None: ...  # noqa: D102
    @property
    def tied(self) -> bool: ...  # noqa: D102
    @property
    def failures(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def n_trainings(self) -> int: ...  # noqa: D102
    @property
    def epochs(self) -> float: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def losses(self) -> Band | None: ...  # noqa: D102
    @property
    def held_out(self) -> Band | None: ...  # noqa: D102
    @property
    def warnings(self) -> tuple[str, ...]: ...  # noqa: D102


class ShownAbout(Protocol):
    """What was compared."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def n_rows(self) -> int: ...  # noqa: D102
    @property
    def scoring(self) -> str: ...  # noqa: D102
    @property
    def share(self) -> bool: ...  # noqa: D102
    @property
    def curve(self) -> str: ...  # noqa: D102
    @property
    def seeds(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def n_splits(self) -> int: ...  # noqa: D102
    @property
    def confidence(self) -> float: ...  # noqa: D102
    @property
    def interrupted(self) -> bool: ...  # noqa: D102


Rows = Sequence[ShownRow]


def comparison(rows: Rows, about: ShownAbout) -> Text:
    """Write a comparison for a terminal: what was compared, the table, the sentence, what failed and is warned of."""
    text = Text(title(rows, about), style="bold")
    text.append("\n\n").append_text(_table(rows, about)).append("\n")
    for note, style in notes(rows, about):
        for line in terminal.wrapped(note, terminal.LINE - len(INDENT)):
            text.append("\n" + INDENT + line, style=style)
    return text


def plain(rows: Rows, about: ShownAbout) -> str:
    """Write what `comparison` writes, without colors."""
    console = Console(file=io.StringIO(), highlight=False, width=200, color_system=None)
    console.print(comparison(rows, about), soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n")


def title(rows: Rows, about: ShownAbout) -> str:
    """Say what was compared: "iris.csv · 150 rows · 3 combinations · 50 trainings each · accuracy"."""
    seeds = len(about.seeds)
    return " · ".join(
        [
            harmless(about.source, 60),
            plural("{n} row", "{n} rows", about.n_rows).format(n=f"{about.n_rows:,}"),
            plural("{n} combination", "{n} combinations", len(rows)).format(n=f"{len(rows):,}"),
            plural("{n} training each", "{n} trainings each", about.n_splits).format(n=f"{about.n_splits:,}"),
            plural("{n} seed", "{n} seeds", seeds).format(n=f"{seeds:,}"),
            score_name(about.scoring),
        ]
    )


def sentence(rows: Rows, about: ShownAbout) -> str:
    """Say what can be said of the differences."""
    tied = [row for row in rows if row.tied]
    if not tied:
        return _("None can be called best: each has failed in some training.")
    names = [_quoted(row.label) for row in tied]
    best = tied[0]
    if len(rows) == 1:
        number = written(best.mean, rows, about)
        return _("{score} {mean}{interval}.").format(
            score=score_name(about.scoring), mean=number, interval=_interval(best, rows, about)
        )
    if about.n_splits == 1:
        return _("One training each tells nothing about differences: use more seeds or folds.")
    worse = sum(row.p is not None and not row.tied for row in rows)
    if len(tied) == 1:
        if not worse:
            return _("{best} is the only one that never failed.").format(best=names[0])
        p = max(row.p for row in rows if row.p is not None)
        return plural(
            "{best} is best; the other one is worse ({p}).",
            "{best} is best; the other {n} are worse ({p}).",
            worse,
        ).format(best=names[0], n=f"{worse:,}", p=_p(p))
    listed = _listed(names)
    if not worse:
        if len(tied) == 2:
            said = _("The two can't be told apart: {names}.")
        else:
            said = _("None of the {n} can be told apart from the others.")
        return said.format(n=_count(len(tied)), names=listed)
    if all(row.tied for row in rows[: len(tied)]):
        said = _("The first {n} can't be told apart: {names}.").format(n=_count(len(tied)), names=listed)
    else:  # one with a better mean may be surely worse where its scores scatter less
        said = _("{n} can't be told apart from the best: {names}.").format(
            n=_count(len(tied) - 1).capitalize(), names=_listed(names[1:])
        )
    more = plural("The other one is worse.", "The other {n} are worse.", worse).format(n=f"{worse:,}")
    return _("{said} {more}").format(said=said, more=more)


def notes(rows: Rows, about: ShownAbout) -> list[tuple[str, str]]:
    """What is said under the table, each with its style: the sentence, failures, warnings."""
    said = [(sentence(rows, about), "bold")]
    if about.interrupted:
        text = plural(
            "Interrupted: this is what {n} training each says.",
            "Interrupted: this is what {n} trainings each say.",
            about.n_splits,
        )
        said.append((text.format(n=f"{about.n_splits:,}"), "yellow"))
    for row in rows:
        if row.failures:
            reason, count = Counter(row.failures).most_common(1)[0]
            text = plural(
                "{name}: {n} of {all} trainings failed: {reason}",
                "{name}: {n} of {all} trainings failed: {reason}",
                count,
            )
            words = text.format(name=_name(row), n=len(row.failures), all=row.n_trainings, reason=reason)
            said.append((words, "red"))
    said += [
        (_("{name}: {warning}").format(name=_name(row), warning=warning), "yellow")
        for row in rows[:MOST_ROWS]
        for warning in row.warnings
    ]
    return said


def html_table(rows: Rows, about: ShownAbout) -> str:
    """Write a comparison for a notebook; everything from outside is escaped."""
    heads, lines = _cells(rows, about)
    left = 1 + len(rows[0].varied)

    def cells(values: Sequence[str], kind: str, weight: str) -> str:
        sides = ["left" if 0 < i < left else "right" for i in range(len(values))]
        return "".join(
            f'<{kind} style="text-align:{side};padding-left:1.2em{weight}">{html.escape(value)}</{kind}>'
            for value, side in zip(values, sides, strict=True)
        )

    body = "".join(
        f"<tr>{cells(line, 'td', ';font-weight:bold' if row.tied else '')}</tr>"
        for row, line in zip(rows, lines, strict=False)
    )
    said = "".join(f"<p>{html.escape(note)}</p>" for note, _style in notes(rows, about))
    caption = html.escape(title(rows, about))
    return (
        f"<div><p><b>{caption}</b></p><table><thead><tr>{cells(heads, 'th', '')}</tr></thead>"
        f"<tbody>{body}</tbody></table>{said}</div>"
    )


def written(value: float, rows: Rows, about: ShownAbout) -> str:
    """Write a score with as many digits as its interval makes sense of."""
    if not math.isfinite(value):
        return "–"
    digits = decimals(rows, about)
    return f"{100 * value:.{digits}f}%" if about.share else f"{value:.{digits}f}"


def shown_value(value: Any) -> str:
    """Write a value for people: names as they are, (64, 32) as 64-32, entries of the catalog with their parameters.

    Examples
    --------
    >>> import glassnet as gn
    >>> shown_value("relu"), shown_value((64, 32)), shown_value(0.001), shown_value(gn.activation("leaky_relu"))
    ('relu', '64-32', '0.001', 'leaky_relu(slope=0.01)')
    """
    if isinstance(value, tuple):
        return "-".join(shown_value(entry) for entry in value) if value else "none"
    if isinstance(value, float):
        return f"{value:g}"
    if hasattr(value, "parameters") and hasattr(value, "name"):
        inside = ", ".join(f"{name}={number:g}" for name, number in dict(value.parameters).items())
        return f"{value.name}({inside})" if inside else str(value.name)
    return str(getattr(value, "__name__", value))  # a loss written in Python


def score_name(name: str) -> str:
    """Name a score in words; that of a function of the user is its own.

    Examples
    --------
    >>> score_name("log_loss"), score_name("r2"), score_name("my_score")
    ('log loss', 'R²', 'my_score')
    """
    return _(_SCORES.get(name, name))


def decimals(rows: Rows, about: ShownAbout) -> int:
    """Digits behind the point: two that count of the usual interval's half width."""
    unit = 100 if about.share else 1
    halves = sorted(unit * (row.high - row.low) / 2 for row in rows if row.high > row.low)
    if not halves:
        return 1 if about.share else 3
    return min(6, max(0, 1 - math.floor(math.log10(halves[len(halves) // 2]))))


def _table(rows: Rows, about: ShownAbout) -> Text:
    heads, lines = _cells(rows, about)
    n_names = 1 + len(rows[0].varied)
    widths = [max(map(cell_len, column)) for column in zip(heads, *lines, strict=True)]
    # Names stand at the left, numbers at the right; the place is a number.
    signed = [-width if 0 < i < n_names else width for i, width in enumerate(widths)]

    def line(values: Sequence[str]) -> str:
        return INDENT + "  ".join(filled(value, width) for value, width in zip(values, signed, strict=True)).rstrip()

    text = Text(line(heads), style=NAME)
    for row, values in zip(rows, lines, strict=False):
        text.append("\n" + line(values), style="green" if row.tied else "red" if row.failures else "")
    more = len(rows) - len(lines)
    if more > 0:
        text.append("\n" + INDENT + plural("and {n} more", "and {n} more", more).format(n=f"{more:,}"), style="dim")
    return text


def _cells(rows: Rows, about: ShownAbout) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table."""
    percent = f"{about.confidence:.0%}"
    heads = [
        "",
        *rows[0].varied,
        score_name(about.scoring),
        _("{percent} interval").format(percent=percent),
        _("behind"),
        "p",
    ]
    heads += [_("epochs"), _("seconds")]
    lines = []
    for place, row in enumerate(rows[:MOST_ROWS], start=1):
        interval = "–"
        if math.isfinite(row.low):
            low, high = (written(end, rows, about).removesuffix("%") for end in (row.low, row.high))
            interval = _("{low} to {high}").format(low=low, high=high)
        behind = "–" if row.behind is None else written(row.behind.mean, rows, about).removesuffix("%")
        p = _("best") if row.tied and row.behind is None else _p_number(row.p)
        if row.failures:
            p = _("failed {n}/{all}").format(n=len(row.failures), all=row.n_trainings)
        epochs = f"{row.epochs:,.0f}" if math.isfinite(row.epochs) else "–"
        seconds = f"{row.seconds:.2g}" if math.isfinite(row.seconds) else "–"
        shown = [harmless(value, 32) for value in row.shown]
        lines.append([str(place), *shown, written(row.mean, rows, about), interval, behind, p, epochs, seconds])
    return heads, lines


def _interval(row: ShownRow, rows: Rows, about: ShownAbout) -> str:
    if not math.isfinite(row.low):
        return ""
    low, high = written(row.low, rows, about), written(row.high, rows, about)
    return _(" ({low} to {high})").format(low=low, high=high)


def _p_number(p: float | None) -> str:
    if p is None:
        return "–"
    return "<0.001" if p < 0.001 else f"{p:.2g}" if p < 0.095 else f"{min(p, 1.0):.2f}"


def _p(p: float) -> str:
    return _("p < 0.001") if p < 0.001 else _("p = {p} at most").format(p=_p_number(p))


def _name(row: ShownRow) -> str:
    return harmless(row.label, 60) if row.label else _("all trainings")


def _quoted(label: str) -> str:
    """Names that hold a comma would run into each other."""
    words = harmless(label, 60)
    return f"({words})" if "," in words else words


def _listed(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED + 1:
        more = len(names) - MOST_NAMED
        text = plural("{names} and {n} more", "{names} and {n} more", more)
        return text.format(names=", ".join(names[:MOST_NAMED]), n=f"{more:,}")
    if len(names) == 1:
        return names[0]
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def _count(n: int) -> str:
    return _(_NUMBERS[n]) if n < len(_NUMBERS) else f"{n:,}"


_NUMBERS = (
    later("zero"),
    later("one"),
    later("two"),
    later("three"),
    later("four"),
    later("five"),
    later("six"),
    later("seven"),
    later("eight"),
    later("nine"),
    later("ten"),
)
_SCORES = {
    "accuracy": later("accuracy"),
    "balanced_accuracy": later("balanced accuracy"),
    "log_loss": later("log loss"),
    "roc_auc": "ROC AUC",
    "r2": "R²",
    "rmse": "RMSE",
    "mae": later("mean absolute error"),
}
