"""What a fitted model can tell in a report: it is judged on rows, looked into, and put into one HTML file."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from glassnet.diagnosis import (
    Evaluation,
    Finding,
    bootstrap_intervals,
    evaluate_classes,
    evaluate_numbers,
    look_inside,
    permutation_importance,
    reliability,
)
from glassnet.diagnosis.importance import Losses
from glassnet.errors import ReportError
from glassnet.estimators import validation
from glassnet.estimators.decides import has_probabilities
from glassnet.estimators.judging import codes_of, table_with_target
from glassnet.estimators.task import target_numbers
from glassnet.report.web.contents import Contents, Judged
from glassnet.table import Table, as_column, as_table
from glassnet.table.whole_files import write_whole
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.estimators.fitted import FittedNetwork

Array = NDArray[Any]

MOST_ROWS = 2000  # for importance, and drawn as points: more would cost time and change nothing that can be seen
REPEATS = 200
WORK = 20_000_000  # rows x columns x shuffles of the importance
SMALLEST = float(np.finfo(np.float64).tiny)


def report(
    model: FittedNetwork,
    path: str | os.PathLike[str],
    X: Any = None,
    y: Any = None,
    *,
    title: str | None = None,
    overwrite: bool = False,
    command: str | None = None,
) -> Path:
    """Write the report of a fitted model; see `FittedNetwork.report`."""
    check_is_fitted(model)
    path = Path(path)
    if path.exists() and not overwrite:
        raise ReportError.exists(path)
    from glassnet.report.web.report import report_html

    page = report_html(contents_of(model, X, y, title=title, command=command))
    return write_whole(path, lambda file: file.write(page.encode()))


def contents_of(model: FittedNetwork, X: Any, y: Any, *, title: str | None, command: str | None) -> Contents:
    """Gather what the report shows."""
    import glassnet

    plan = getattr(model, "plan_", None)
    target = getattr(model, "target_name_", "y")
    if title is None and plan is not None:
        is_file = plan.source != "X"
        title = _("{target} of {source}").format(target=target, source=plan.source) if is_file else target
    judged = judge(model, X, y)
    return Contents(
        title=title or type(model).__name__,
        estimator=type(model).__name__,
        network=model.network_,
        training=model.training_,
        trace=model.trace_,
        best_epoch=getattr(model, "best_epoch_", 0),
        stop_reason=model.stop_reason_,
        target=target,
        plan=plan,
        judged=judged,
        diagnosis=model.diagnose(),
        healthy=_healthy(model),
        reproduce=_reproduce(model, command),
        version=glassnet.__version__,
        made=dt.datetime.now(tz=dt.UTC).date().isoformat(),
    )


def judge(model: FittedNetwork, X: Any, y: Any) -> Judged | None:
    """Judge the model on rows that are given, or on those that were put aside when it was trained; None without."""
    if hasattr(model, "encoding_"):
        return _judge_tabular(model, X, y)
    if X is None:
        return None
    return _judge_plain(model, X, y)


Shuffled = Callable[[int | None, NDArray[np.intp] | None], Any]
Evaluate = Callable[[NDArray[np.float64] | None], Evaluation]


@dataclasses.dataclass(frozen=True)
class _Rows:
    """Rows to judge by.

    Attributes
    ----------
    everything, few : table or array
        All of them, and at most `MOST_ROWS`, on which columns are shuffled.
    shuffled : callable
        `shuffled(j, order)` is `few` with the values of column j in another order; `few` where they are None.
    names : sequence of str
        Of the columns.
    """

    everything: Any
    few: Any
    shuffled: Shuffled
    names: Sequence[str]
    source: str
    unseen: bool

    def judged(self, evaluate: Evaluate, losses: Losses, **more: Any) -> Judged:
        """Judge by `evaluate(weights)`; `losses(j, order)` as in `glassnet.diagnosis.permutation_importance`."""
        evaluation, n_few = evaluate(None), len(self.few)
        repeats = max(1, min(5, WORK // max(1, n_few * len(self.names))))
        draws = REPEATS if evaluation.n <= 50_000 else 40
        return Judged(
            evaluation=evaluation,
            source=self.source,
            unseen=self.unseen,
            intervals=bootstrap_intervals(lambda weight: evaluate(weight).metrics, evaluation.n, repeats=draws),
            importance=permutation_importance(self.names, losses, repeats=repeats),
            importance_rows=n_few,
            **more,
        )


def _judge_tabular(model: Any, X: Any, y: Any) -> Judged | None:
    unseen = False
    if X is None:
        kept = getattr(model, "_tested", None)
        if kept is None:
            return None
        (table, name), unseen = kept, True
    elif y is None:
        table, name = table_with_target(model, X, None, {})
    else:
        name = getattr(model, "target_name_", "y")
        table = as_table(X)
        others = tuple(column for column in table.columns if column.name != name)
        table = dataclasses.replace(table, columns=(*others, as_column(y, name).renamed(name)))
        table, name = table_with_target(model, table, name, {})
    names = [role.name for role in model.roles_ if role.use is not None]
    few: Table = table if len(table) <= MOST_ROWS else table.take(_spread(len(table)))

    def shuffled(place: int | None, order: NDArray[np.intp] | None) -> Table:
        if place is None or order is None:
            return few
        changed = few[names[place]].take(order)
        columns = tuple(changed if column.name == names[place] else column for column in few.columns)
        return dataclasses.replace(few, columns=columns)

    rows = _Rows(table, few, shuffled, names, table.source, unseen)
    if hasattr(model, "classes_"):
        codes, few_codes = codes_of(table, name, model.classes_), codes_of(few, name, model.classes_)
        return _classes(model, rows, codes, few_codes, model.class_shares_)
    true, few_true = target_numbers(table, table[name]), target_numbers(few, few[name])
    return _numbers(model, rows, true, few_true, model.target_mean_)


def _judge_plain(model: Any, X: Any, y: Any) -> Judged | None:
    if y is None:
        raise ReportError.no_answers()
    classifies = hasattr(model, "classes_")
    names = [str(name) for name in getattr(model, "feature_names_in_", [f"x{j}" for j in range(model.n_features_in_)])]
    X, y = validation.checked_training(model, X, y, reset=False, numeric_y=not classifies)
    if y.ndim > 1 and y.shape[1] > 1:
        return None  # several targets or labels have no single table of metrics
    chosen = np.arange(X.shape[0]) if X.shape[0] <= MOST_ROWS else _spread(X.shape[0])
    few = X[chosen].toarray() if hasattr(X, "toarray") else np.asarray(X[chosen])

    def shuffled(place: int | None, order: NDArray[np.intp] | None) -> Array:
        if place is None:
            return few
        changed = few.copy()
        changed[:, place] = few[order, place]
        return changed

    rows = _Rows(X, few, shuffled, names, "X", unseen=False)
    facts = getattr(model, "facts_", None)  # files from before there were diagnoses have none
    bare = copy.copy(model)  # it is asked with arrays: columns without names, which nobody shall be warned of
    vars(bare).pop("feature_names_in_", None)
    if classifies:
        codes = model._labels.codes(y)  # noqa: SLF001 (rooms of one house)
        codes = codes if codes.ndim == 1 else codes[:, 0]
        counts = facts.targets.counts if facts is not None else None
        shares = np.asarray(np.bincount(codes, minlength=len(model.classes_)) if counts is None else counts)
        return _classes(bare, rows, codes, codes[chosen], shares)
    true = np.asarray(y, dtype=np.float64).reshape(len(y))
    return _numbers(bare, rows, true, true[chosen], float(true.mean()) if facts is None else facts.targets.mean)


def _classes(model: Any, rows: _Rows, codes: Array, few_codes: Array, shares: Array) -> Judged:
    classes = model.classes_.tolist()
    if has_probabilities(model):
        probabilities = np.asarray(model.predict_proba(rows.everything), dtype=np.float64)

        def evaluate(weight: NDArray[np.float64] | None) -> Evaluation:
            return evaluate_classes(codes, probabilities, classes, shares, weight)

        def losses(place: int | None, order: NDArray[np.intp] | None) -> Array:
            p = np.asarray(model.predict_proba(rows.shuffled(place, order)), dtype=np.float64)
            return np.asarray(-np.log(np.maximum(p[np.arange(len(few_codes)), few_codes], SMALLEST)))

        kind, given = "log_loss", probabilities
    else:
        predicted = np.searchsorted(model.classes_, model.predict(rows.everything))
        scores = model.decision_function(rows.everything)

        def evaluate(weight: NDArray[np.float64] | None) -> Evaluation:
            return evaluate_classes(codes, None, classes, shares, weight, predicted=predicted, scores=scores)

        def losses(place: int | None, order: NDArray[np.intp] | None) -> Array:
            answers = np.searchsorted(model.classes_, model.predict(rows.shuffled(place, order)))
            return np.asarray(answers != few_codes, dtype=np.float64)

        kind, given = "error", None
    return rows.judged(
        evaluate, losses, loss_name=kind, reliability=None if given is None else reliability(codes, given)
    )


def _numbers(model: Any, rows: _Rows, true: Array, few_true: Array, mean: float) -> Judged:
    predicted = np.asarray(model.predict(rows.everything), dtype=np.float64)
    spread = float(np.var(few_true)) or 1.0

    def evaluate(weight: NDArray[np.float64] | None) -> Evaluation:
        return evaluate_numbers(true, predicted, mean, weight)

    def losses(place: int | None, order: NDArray[np.intp] | None) -> Array:
        answered = np.asarray(model.predict(rows.shuffled(place, order)), dtype=np.float64)
        return np.asarray((answered - few_true) ** 2 / spread)

    drawn = _spread(len(true)) if len(true) > MOST_ROWS else np.arange(len(true))
    return rows.judged(evaluate, losses, loss_name="squared_error", numbers=(true[drawn], predicted[drawn]))


def _spread(n: int) -> NDArray[np.intp]:
    """Some of n rows, the same each time."""
    return np.sort(np.random.default_rng(0).permutation(n)[:MOST_ROWS])


def _healthy(model: Any) -> Sequence[Finding]:
    """What a look inside found to be in order."""
    if model.training_.solver == "lbfgs" or not len(model.trace_):
        return ()
    return [found for found in look_inside(model.network_, model.trace_) if found.severity == "healthy"]


def _reproduce(model: Any, command: str | None) -> list[tuple[str, str]]:
    import glassnet

    versions = f"glassnet {glassnet.__version__}, Python {platform.python_version()}, NumPy {np.__version__}"
    steps = [(_("With the same versions:"), versions)]
    plan = getattr(model, "plan_", None)
    if command is not None:
        steps.append((_("On the command line:"), command))
    if plan is not None:
        data = "data" if plan.source == "X" else repr(plan.source)
        said = {"target": plan.target, **dict(plan.arguments)}
        arguments = "".join(f", {name}={_written(value)}" for name, value in said.items())
        code = f"import glassnet as gn\n\nmodel = gn.fit({data}{arguments})"
    else:
        code = f"from glassnet import {type(model).__name__}\n\nmodel = {model!r}.fit(X, y)"
    steps.append((_("In Python:"), code))
    if model.random_state is None:
        text = _("random_state was None, so every training is another one. An integer makes it repeatable:")
        steps.append((text, "random_state=0"))
    return steps


def _written(value: Any) -> str:
    """Write an argument as code; a table is not written out."""
    return "..." if hasattr(value, "__len__") and not isinstance(value, (str, list, tuple, dict)) else repr(value)
