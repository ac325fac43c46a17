"""What a fitted model can tell in a report: it is judged on rows, looked into, and put into one HTML file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
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


@dataclasses.dataclass(frozen=True)
class _Answers:
    """What a model answers on some rows, and how its answers change with one column shuffled.

    `losses(j, order)`: see `glassnet.diagnosis.permutation_importance`; over the rows of `few`.
    """

    evaluate: Callable[[NDArray[np.float64] | None], Evaluation]
    names: Sequence[str]
    losses: Callable[[int | None, NDArray[np.intp] | None], Array]
    n: int
    n_few: int
    source: str
    unseen: bool


def _judged(answers: _Answers, probabilities: Array | None, codes: Array | None, numbers: Any, kind: Any) -> Judged:
    evaluation = answers.evaluate(None)
    repeats = max(1, min(5, WORK // max(1, answers.n_few * len(answers.names))))
    return Judged(
        evaluation=evaluation,
        source=answers.source,
        unseen=answers.unseen,
        intervals=bootstrap_intervals(
            lambda weight: answers.evaluate(weight).metrics, answers.n, repeats=REPEATS if answers.n <= 50_000 else 40
        ),
        reliability=None if probabilities is None else reliability(codes, probabilities),  # type: ignore[arg-type]
        numbers=numbers,
        importance=permutation_importance(answers.names, answers.losses, repeats=repeats),
        loss_name=kind,
        importance_rows=answers.n_few,
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

    if hasattr(model, "classes_"):
        codes, few_codes = codes_of(table, name, model.classes_), codes_of(few, name, model.classes_)
        return _classes(
            model,
            _Rows(table, few, shuffled, names, table.source, unseen),
            codes,
            few_codes,
            model.class_shares_,
        )
    true, few_true = target_numbers(table, table[name]), target_numbers(few, few[name])
    rows = _Rows(table, few, shuffled, names, table.source, unseen)
    return _numbers(model, rows, true, few_true, model.target_mean_)


@dataclasses.dataclass(frozen=True)
class _Rows:
    everything: Any
    few: Any
    shuffled: Callable[[int | None, NDArray[np.intp] | None], Any]
    names: Sequence[str]
    source: str
    unseen: bool


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
    if classifies:
        codes = model._labels.codes(y)  # noqa: SLF001 (rooms of one house)
        codes = codes if codes.ndim == 1 else codes[:, 0]
        shares = np.bincount(codes, minlength=len(model.classes_))
        return _classes(_WithoutNames(model), rows, codes, codes[chosen], shares)
    true = np.asarray(y, dtype=np.float64).reshape(len(y))
    return _numbers(_WithoutNames(model), rows, true, true[chosen], float(true.mean()))


class _WithoutNames:
    """A model that is asked with arrays that were checked already: their columns have no names to be missed."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.loss, self.network_, self.classes_ = model.loss, model.network_, getattr(model, "classes_", None)

    def predict_proba(self, X: Any) -> Array:
        labels = self._model._labels  # noqa: SLF001
        predictor = self._model._predictor()  # noqa: SLF001
        softmax = self.network_.loss.link == "softmax"
        outputs: Array = predictor.outputs(X) if softmax else labels.probabilities(predictor.scores(X))
        return outputs

    def decision_function(self, X: Any) -> Array:
        scores = self._model._predictor().scores(X)  # noqa: SLF001
        decision: Array = self._model._labels.decision(scores, self.network_.loss)  # noqa: SLF001
        return decision

    def predict(self, X: Any) -> Array:
        if self.classes_ is None:
            return np.asarray(self._model._predictor().outputs(X)).reshape(-1)  # noqa: SLF001
        scores = self._model._predictor().scores(X)  # noqa: SLF001
        decided: Array = self._model._labels.decide(scores, self.network_.loss)  # noqa: SLF001
        return decided


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
    answers = _Answers(evaluate, rows.names, losses, len(codes), len(few_codes), rows.source, rows.unseen)
    return _judged(answers, given, codes, None, kind)


def _numbers(model: Any, rows: _Rows, true: Array, few_true: Array, mean: float) -> Judged:
    predicted = np.asarray(model.predict(rows.everything), dtype=np.float64)
    spread = float(np.var(few_true)) or 1.0

    def evaluate(weight: NDArray[np.float64] | None) -> Evaluation:
        return evaluate_numbers(true, predicted, mean, weight)

    def losses(place: int | None, order: NDArray[np.intp] | None) -> Array:
        answered = np.asarray(model.predict(rows.shuffled(place, order)), dtype=np.float64)
        return np.asarray((answered - few_true) ** 2 / spread)

    drawn = _spread(len(true)) if len(true) > MOST_ROWS else np.arange(len(true))
    answers = _Answers(evaluate, rows.names, losses, len(true), len(few_true), rows.source, rows.unseen)
    return _judged(answers, None, None, (true[drawn], predicted[drawn]), "squared_error")


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

    steps = [(_("The same version of glassnet:"), f"pip install glassnet=={glassnet.__version__}")]
    plan = getattr(model, "plan_", None)
    if command is not None:
        steps.append((_("On the command line:"), command))
    if plan is not None:
        given = {
            name: value
            for name, value in model.get_params(deep=False).items()
            if name not in ("random_state", "verbose", "callback", "n_threads")
            and repr(value) != repr(type(model)().get_params(deep=False)[name])
        }
        parameters = "".join(f", {name}={value!r}" for name, value in given.items())
        call = f"gn.fit({plan.source!r}, target={plan.target!r}, random_state={model.random_state!r}{parameters})"
        steps.append((_("In Python:"), f"import glassnet as gn\n\nmodel = {call}"))
    else:
        steps.append((_("In Python:"), f"from glassnet import {type(model).__name__}\n\nmodel = {model!r}.fit(X, y)"))
    if model.random_state is None:
        steps.append(
            (
                _("random_state was None, so every training is another one. An integer makes it repeatable:"),
                "random_state=0",
            )
        )
    return steps
