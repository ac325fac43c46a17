"""The report of one model: from its contents to one HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.diagnosis.findings import head_of
from glassnet.report.terminal import harmless
from glassnet.report.web import charts, sections
from glassnet.report.web.page import picture, render
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.report.web.contents import Contents, Judged


LEAST_IMPORTANCE = 5e-4  # below, all bars would be written as 0.000


def report_html(contents: Contents) -> str:
    """Write the report as one HTML page, in the language in use, that loads nothing from anywhere.

    Parameters
    ----------
    contents : Contents

    Returns
    -------
    str
    """
    return render("report.html", say=_words(contents), c=contents, **_shown(contents))


def _shown(contents: Contents) -> dict[str, Any]:
    plan, judged, trace = contents.plan, contents.judged, contents.trace
    names = sections.layer_names(len(contents.network.layers))
    stepwise = contents.training.solver != "lbfgs"
    shown: dict[str, Any] = {
        "headline": sections.headline(contents),
        "facts": sections.training_facts(contents),
        "layers": sections.layers(contents),
        "findings": _findings(contents),
        "losses": picture(charts.losses(trace, contents.best_epoch), _("Losses over the epochs")) if len(trace) else "",
        "losses_say": sections.losses_say(contents),
        "inside": picture(charts.layers(trace, names), _("What happened in each layer, over the epochs"))
        if stepwise and len(trace)
        else "",
        "data": None,
        "judged": None if judged is None else _judged(contents, judged),
    }
    if plan is not None:
        plain, columns, more = sections.columns(plan)
        shown["data"] = {
            "facts": sections.data_facts(plan),
            "plain": plain,
            "columns": columns,
            "more": plural("and {n} more column", "and {n} more columns", more).format(n=f"{more:,}") if more else "",
            "classes": sections.classes(plan),
            "choices": sections.choices(plan),
        }
    return shown


def _findings(contents: Contents) -> list[dict[str, Any]]:
    """Lay out the findings, causes before what follows from them, and at the end what is healthy."""
    told = [(finding, contents.diagnosis.lines_of(finding)) for finding in contents.diagnosis]
    return [
        {"severity": finding.severity, "text": head_of(finding), "lines": lines}
        for finding, lines in [*told, *((finding, []) for finding in contents.healthy)]
    ]


def _judged(contents: Contents, judged: Judged) -> dict[str, Any]:
    evaluation = judged.evaluation
    bars, more = sections.importance(judged)
    two = evaluation.task == "binary"
    found: dict[str, Any] = {
        "metrics": sections.metrics(judged),
        "confusion": sections.confusion(judged),
        "importance": bars,
        "more": plural("and {n} column that matters less", "and {n} columns that matter less", more).format(
            n=f"{more:,}"
        )
        if more
        else "",
        "importance_means": _importance_means(judged),
        "no_importance": _no_importance(judged),
        "calibration": "",
        "calibration_says": "",
        "numbers": "",
    }
    if judged.reliability is not None:
        found["calibration"] = picture(
            charts.calibration(judged.reliability, two), _("Probabilities beside the shares that came true")
        )
        found["calibration_says"] = _(
            "Of the rows to which the model gives 80%, about 80% should come true: points on the dashed line. Bars are "
            "95% intervals. Mean distance from the line, over all rows: {error}."
        ).format(error=f"{judged.reliability.error:.1%}")
    if judged.numbers is not None:
        drawn = charts.predictions(*judged.numbers, harmless(contents.target, 24))
        found["numbers"] = picture(drawn, _("Predicted beside true numbers, and the distribution of the errors"))
    return found


def _no_importance(judged: Judged) -> str:
    """Say that no column matters, where that is so: its bars would be as many zeros."""
    if not judged.importance or any(abs(part.increase) >= LEAST_IMPORTANCE for part in judged.importance):
        return ""
    text = plural(
        "On none: its answers on {n} row stay what they are when the values of a column are shuffled.",
        "On none: its answers on {n} rows stay what they are when the values of a column are shuffled.",
        judged.importance_rows,
    )
    return text.format(n=f"{judged.importance_rows:,}")


def _importance_means(judged: Judged) -> str:
    words = {
        "log_loss": _("How much the log-loss grows when the values of one column are shuffled among the rows."),
        "error": _("How many more answers are wrong when the values of one column are shuffled among the rows."),
        "squared_error": _(
            "How much of the explained variance is lost when the values of one column are shuffled among the rows."
        ),
    }[judged.loss_name]
    return " ".join((
        words,
        _("Lines are 95% intervals. Columns that tell the same share their importance."),
        plural("Measured on {n} row.", "Measured on {n} rows.", judged.importance_rows).format(
            n=f"{judged.importance_rows:,}"
        ),
    ))  # fmt: skip


def _words(contents: Contents) -> dict[str, str]:
    """Gather the words of the template."""
    made = _("Made by glassnet {version} on {date}. This file needs no network: all of it is in here.")
    judged = contents.judged
    rows = ""
    if judged is not None:
        n = f"{judged.evaluation.n:,}"
        if judged.unseen:
            text = plural(
                "On {n} row that it has never seen", "On {n} rows that it has never seen", judged.evaluation.n
            )
        else:
            text = plural("On {n} row", "On {n} rows", judged.evaluation.n)
        rows = text.format(n=n)
    return {
        "what": _("Report of {estimator}").format(estimator=contents.estimator),
        "results": _("How good it is"),
        "rows": rows,
        "metric": _("metric"),
        "model": _("this model"),
        "interval": _("95% interval"),
        "naive": _("naive answer"),
        "confusion": _("Which class was taken for which"),
        "confusion_corner": _("true ↓ predicted →"),
        "right": _("right"),
        "calibration": _("Do the probabilities mean what they say?"),
        "numbers": _("Predicted and true"),
        "importance": _("Which columns it relies on"),
        "findings": _("What was found inside"),
        "no_findings": _("nothing stands out"),
        "training": _("How it was trained"),
        "losses": _("Loss, epoch by epoch"),
        "inside": _("Layer by layer, over the epochs"),
        "inside_says": _(
            "A healthy step changes the weights by about a thousandth (the gray band). Dead units were inactive on "
            "every row of the epoch; a saturated unit's slope is nearly 0."
        ),
        "layer": _("layer"),
        "shape": _("inputs → units"),
        "activation": _("activation"),
        "weights": _("first weights"),
        "parameters": _("parameters"),
        "data": _("The data"),
        "columns": _("columns"),
        "column": _("column"),
        "use": _("used as"),
        "reason": _("how, or why not"),
        "classes": _("rows of each class"),
        "choices": _("What was chosen, and why"),
        "choice": _("choice"),
        "value": _("value"),
        "because": _("because"),
        "option": _("change it by"),
        "reproduce": _("How to get the same again"),
        "made": made.format(version=contents.version, date=contents.made),
    }
