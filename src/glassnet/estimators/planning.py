"""From a file or a frame to a model in one call: what will be done is a `Plan`, which can be read before it runs.

plan(data, target) ── read ── task ── test part ── TabularClassifier/Regressor.prepare ──> Plan
Plan.run() ── train ── evaluate on the test part ──> model
fit(data, target) = plan(data, target).run()
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ParameterError, TableError, TargetError
from glassnet.estimators.choices import Choice, choices_of
from glassnet.estimators.judging import codes_of, table_with_target
from glassnet.estimators.splits import hold_out
from glassnet.estimators.tabular_classifier import TabularClassifier
from glassnet.estimators.tabular_regressor import TabularRegressor
from glassnet.estimators.task import Target, Task, read_target, target_numbers
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.table import Role, Table, as_table, read_table
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.engine import Epoch
    from glassnet.estimators.tabular import Prepared

Model = TabularClassifier | TabularRegressor
FEWEST_ROWS = 10  # with fewer, a part to test by and a part to choose the epoch by leave nothing to learn from


@dataclass(frozen=True, eq=False)
class _Job:
    """What a plan needs to run, beside what it shows."""

    model: Model
    prepared: Prepared
    test: tuple[Table, str] | None


@dataclass(frozen=True, eq=False)
class Plan:
    """What a training on a table will do, and why.

    Attributes
    ----------
    source : str
        Name of the file, or "X".
    target : str
        Name of the target column.
    n_rows : int
        Rows whose target is known.
    n_train, n_validation, n_test : int
        Rows to learn from, to choose the best epoch by, and to test by. They are different rows.
    n_skipped : int
        Rows of the file that could not be read and were left out.
    n_without_target : int
        Rows left out because their target is missing.
    task : {"regression", "binary", "multiclass"}
    classes : list or None
        The labels, sorted.
    class_counts : list of int or None
        Their rows, the test part included.
    roles : tuple of glassnet.table.Role
        What becomes of each column but the target.
    choices : tuple of Choice
        What was chosen, why, and how it is overridden.
    network, training : NetworkSpec, TrainingSpec
    arguments : tuple of (str, object)
        What was said beyond the data and the target, by the names of `fit`'s parameters; only what is not the default.
    """

    source: str
    target: str
    n_rows: int
    n_train: int
    n_validation: int
    n_test: int
    n_skipped: int
    n_without_target: int
    task: Task
    classes: list[Any] | None
    class_counts: list[int] | None
    roles: tuple[Role, ...]
    choices: tuple[Choice, ...]
    network: NetworkSpec
    training: TrainingSpec
    arguments: tuple[tuple[str, Any], ...] = ()
    _job: _Job | None = field(default=None, repr=False)

    @property
    def n_parameters(self) -> int:
        """Weights, biases and embeddings of the network."""
        return self.network.n_parameters

    def run(self, callback: Callable[[Epoch], Any] | None = None) -> Model:
        """Train, and test on the rows that were put aside.

        Parameters
        ----------
        callback : callable, optional
            Called at the end of each epoch with `glassnet.engine.Epoch`; training stops if it returns True.

        Returns
        -------
        TabularClassifier or TabularRegressor
            With `plan_`, and `evaluation_` (None without a test part).
        """
        if self._job is None:
            raise ParameterError.plan_without_data()
        model, test = self._job.model, self._job.test
        model._run(self._job.prepared, callback)  # noqa: SLF001 (fit in two halves)
        model.plan_ = dataclasses.replace(self, _job=None)  # the description, without the data
        model.target_name_ = self.target
        model.evaluation_ = None if test is None else model.evaluate(*test)
        model._tested = test  # noqa: SLF001 (for the report, while the model lives)
        return model

    def __str__(self) -> str:
        """Tell the plan, as `glassnet train --dry-run` does."""
        from glassnet.estimators.telling import as_text
        from glassnet.report import plan_text

        return as_text(plan_text.plan(self))

    def to_json(self) -> dict[str, Any]:
        """Describe the plan by JSON types only."""
        return {
            "source": self.source,
            "target": self.target,
            "rows": {
                "all": self.n_rows,
                "train": self.n_train,
                "validation": self.n_validation,
                "test": self.n_test,
                "skipped": self.n_skipped,
                "without_target": self.n_without_target,
            },
            "task": self.task,
            "classes": self.classes,
            "class_counts": self.class_counts,
            "columns": [dataclasses.asdict(role) for role in self.roles],
            "choices": [dataclasses.asdict(choice) for choice in self.choices],
            "network": self.network.to_json(),
            "training": self.training.to_json(),
            "n_parameters": self.n_parameters,
        }


def plan(
    data: Any,
    target: str,
    *,
    test: Any = 0.2,
    task: str = "auto",
    ignore: Iterable[str] = (),
    categorical: Iterable[str] = (),
    numeric: Iterable[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad_rows: bool = False,
    random_state: Any = 0,
    **parameters: Any,
) -> Plan:
    """Read a table and say what `fit` would do with it.

    Parameters are those of `fit`.

    Returns
    -------
    Plan
        `Plan.run()` does it.

    Examples
    --------
    >>> import glassnet as gn
    >>> table = {"size": [1.0, 2.0, 3.0, 4.0] * 10, "color": ["red", "blue"] * 20, "price": [1.5, 2.5, 3.5, 4.25] * 10}
    >>> found = gn.plan(table, "price")
    >>> found.task, found.n_test, [role.use for role in found.roles]
    ('regression', 8, ['number', 'category'])
    """
    said = {
        "test": test,
        "task": task,
        "ignore": _given(ignore),
        "categorical": _given(categorical),
        "numeric": _given(numeric),
        "encoding": encoding,
        "delimiter": delimiter,
        "skip_bad_rows": skip_bad_rows,
        "random_state": random_state,
    }
    table = _table(data, encoding, delimiter, skip_bad_rows)
    if table.n_rows == 0:
        raise TableError.no_rows(table.source)
    chosen = read_target(table, target, task)
    ignored = _known(table, ignore)
    known = np.flatnonzero(chosen.present)
    rows = (table.take(known) if len(known) < table.n_rows else table).without((target, *ignored))
    if not rows.columns:
        raise TableError.nothing_to_use(table.source, [(name, _("asked for")) for name in ignored])
    if rows.n_rows < FEWEST_ROWS:
        raise TargetError.too_few_rows(table.source, rows.n_rows, FEWEST_ROWS)
    kept, tested, test_part = _test_part(
        test, table, rows, chosen, random_state, _read_options(encoding, delimiter, skip_bad_rows)
    )
    model = _model(chosen.task, parameters, categorical, numeric, random_state)
    learned = rows.take(kept) if len(tested) else rows
    answers = chosen.values[kept] if chosen.labels is None else chosen.labels.take(kept)
    prepared = model._prepare(learned, answers)  # noqa: SLF001 (fit in two halves)
    if test_part is not None and not len(tested):  # what other data lack is said before hours of training
        test_part = table_with_target(model, test_part, target, {})[0]
        prepared.encoding.encode(test_part)
        if isinstance(model, TabularClassifier):
            codes_of(test_part, target, model.classes_)
        else:
            target_numbers(test_part, test_part[target])
    n_validation = prepared.n_judged
    classes, counts = None, None
    if chosen.labels is not None:
        classes, counts = chosen.labels.classes.tolist(), chosen.labels.counts.tolist()
    asked = tuple(Role(name, None, _("asked for"), "asked") for name in ignored)
    return Plan(
        source=table.source,
        target=target,
        n_rows=rows.n_rows,
        n_train=len(kept) - n_validation,
        n_validation=n_validation,
        n_test=0 if test_part is None else test_part.n_rows,
        n_skipped=table.skipped,
        n_without_target=table.n_rows - rows.n_rows,
        task=chosen.task,
        classes=classes,
        class_counts=counts,
        roles=prepared.roles + asked,
        choices=choices_of(model, prepared, chosen),
        network=prepared.network,
        training=prepared.training,
        arguments=tuple(entry for entry in said.items() if not _is_default(*entry)) + tuple(parameters.items()),
        _job=_Job(model, prepared, None if test_part is None else (test_part, target)),
    )


def fit(
    data: Any,
    target: str,
    *,
    test: Any = 0.2,
    task: str = "auto",
    ignore: Iterable[str] = (),
    categorical: Iterable[str] = (),
    numeric: Iterable[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad_rows: bool = False,
    random_state: Any = 0,
    verbose: bool = True,
    callback: Callable[[Epoch], Any] | None = None,
    **parameters: Any,
) -> Model:
    """Train a network on a table, and test it on rows that it has not seen.

    The same as `glassnet train` on the command line.

    Parameters
    ----------
    data : path or table
        A file (CSV, TSV, JSON lines, Parquet), a data frame (pandas, Polars, Arrow ...) or a dict of columns, with
        the target among its columns.
    target : str
        The column to predict. Rows where it is missing are left out.
    test : float, path, table or None, default=0.2
        The share of the rows that is put aside to test by, in proportion to the classes; or other data with the same
        columns; or None for no test.
    task : {"auto", "classification", "regression"}, default="auto"
        "auto" decides by the target: text, true and false, and at most 20 different whole numbers are classes.
    ignore : iterable of str
        Columns to leave out.
    categorical, numeric : iterable of str
        Columns of numbers that are categories; columns of text that are numbers.
    encoding, delimiter : str, optional
        Of a text file, where they are not recognized.
    skip_bad_rows : bool, default=False
        Leave out rows of a text file that have too many or too few fields, instead of refusing the file.
    random_state : int, RandomState or None, default=0
        Of the test part and of the training.
    verbose : bool, default=True
        Print what is chosen and why, show the progress (on standard error), print the result of the test.
    callback : callable, optional
        Called at the end of each epoch with `glassnet.engine.Epoch`; training stops if it returns True.
    **parameters
        Of `TabularClassifier` or `TabularRegressor`: they override the recipe.

    Returns
    -------
    TabularClassifier or TabularRegressor
        With `plan_` (what was chosen, and why), `evaluation_` (the test), `target_name_`.

    Raises
    ------
    TableError, ParameterError
        Both are ValueErrors, and say which column, row or argument is wrong.
    OSError
        If the file can't be read.

    Examples
    --------
    >>> import glassnet as gn
    >>> table = {"size": [1.0, 2.0, 3.0, 4.0] * 25, "color": ["red", "blue"] * 50, "ripe": ["no", "yes"] * 50}
    >>> model = gn.fit(table, target="ripe", max_iter=20, verbose=False)
    >>> model.evaluation_.metrics["accuracy"]
    1.0
    >>> model.predict({"size": [1.0], "color": ["blue"]}).tolist()
    ['yes']
    """
    chosen = plan(
        data,
        target,
        test=test,
        task=task,
        ignore=ignore,
        categorical=categorical,
        numeric=numeric,
        encoding=encoding,
        delimiter=delimiter,
        skip_bad_rows=skip_bad_rows,
        random_state=random_state,
        **parameters,
    )
    if not verbose:
        return chosen.run(callback)
    from glassnet.estimators.telling import run_aloud

    return run_aloud(chosen, callback)


def _read_options(encoding: str | None, delimiter: str | None, skip_bad_rows: bool) -> dict[str, Any]:
    return {"encoding": encoding, "delimiter": delimiter, "skip_bad_rows": skip_bad_rows}


def _table(data: Any, encoding: str | None, delimiter: str | None, skip_bad_rows: bool) -> Table:
    if isinstance(data, (str, PathLike)):
        table: Table = read_table(Path(data), **_read_options(encoding, delimiter, skip_bad_rows))
        return table
    return as_table(data)


def _known(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    chosen = (names,) if isinstance(names, str) else tuple(names)
    for name in chosen:
        if name not in table:
            raise TableError.no_column(table.source, name, table.names)
    return chosen


def _test_part(
    test: Any, table: Table, rows: Table, chosen: Target, random_state: Any, options: dict[str, Any]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Table | None]:
    """Rows to learn from, rows put aside, and the table to test by (its target column included)."""
    everything, nothing = np.arange(rows.n_rows), np.arange(0)
    if test is None or (isinstance(test, (int, float)) and test == 0):
        return everything, nothing, None
    if not isinstance(test, (int, float)):
        return everything, nothing, _table(test, **options)
    if not 0.0 < test < 1.0:
        raise ParameterError.value("test", test, "a share in (0, 1), a file, a table, or None")
    codes = None if chosen.labels is None else chosen.labels.codes
    random = np.random.default_rng(_number(random_state))
    kept, tested = hold_out(rows.n_rows, float(test), codes, random)
    if not len(tested):
        return everything, nothing, None
    return kept, tested, table.take(np.flatnonzero(chosen.present)[tested])


def _number(random_state: Any) -> Any:
    """A seed for the test part that does not use up a RandomState's numbers more than once."""
    if random_state is None or isinstance(random_state, (int, np.integer)):
        return random_state
    return int(random_state.randint(0, 2**31))


def _model(
    task: Task, parameters: dict[str, Any], categorical: Iterable[str], numeric: Iterable[str], random_state: Any
) -> Model:
    kind: type[Model] = TabularRegressor if task == "regression" else TabularClassifier
    known = kind._get_param_names()  # noqa: SLF001 (scikit-learn's way to ask a class)
    for name in parameters:
        if name not in known:
            raise ParameterError.unknown(name, known, of=kind.__name__)
    return kind(
        categorical_features=_given(categorical),
        numeric_features=_given(numeric),
        random_state=random_state,
        **parameters,
    )


def _is_default(name: str, value: Any) -> bool:
    default = inspect.signature(fit).parameters[name].default
    return value is None if default == () else type(value) is type(default) and bool(value == default)


def _given(names: Iterable[str]) -> list[str] | None:
    chosen = [names] if isinstance(names, str) else list(names)
    return chosen or None
