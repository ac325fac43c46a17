"""`glassnet.compare`: every combination, on the same folds with the same seeds, and what that allows to say."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from glassnet.comparison.contenders import Contender
from glassnet.comparison.folds import overlap_of, splits_of
from glassnet.comparison.grid import combinations
from glassnet.comparison.keeping import Kept
from glassnet.comparison.material import Material, material_of
from glassnet.comparison.result import Comparison, comparison_of
from glassnet.comparison.running import Progress, Run, keys_of
from glassnet.comparison.scoring import Scoring, check_probable, scoring_for
from glassnet.errors import ParameterError
from glassnet.estimators import MLPClassifier, MLPRegressor
from glassnet.report.counting import counter

MOST_SEED = 2**32 - 1


def compare(
    X: Any,
    y: Any = None,
    *,
    target: str | None = None,
    seeds: int | Iterable[int] = 10,
    cv: Any = 5,
    task: str = "auto",
    scoring: Any = None,
    confidence: float = 0.95,
    standardize: bool = True,
    curves: bool = True,
    random_state: int = 0,
    n_threads: int | None = None,
    progress: bool | Progress | None = None,
    resume: str | PathLike[str] | None = None,
    ignore: Iterable[str] = (),
    categorical: Iterable[str] = (),
    numeric: Iterable[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad_rows: bool = False,
    **parameters: Any,
) -> Comparison:
    """Compare networks: activations, initializers, losses, solvers, rates, sizes, and whatever else they have.

    Every combination of the values is trained on every fold with every seed, many networks at once, one on each core.
    All combinations meet the same folds and the same seeds. A training is that of `MLPClassifier` or `MLPRegressor`
    with `random_state=seed`, on inputs that were standardized by the fold's training rows.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, n_features), data frame, dict of columns, or path
        Tables and files may have columns of any kind; they are encoded as by the estimators for tables.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
        Labels or numbers. Not needed where `target` names a column of X.
    target : str, optional
        The column of X to predict; `y` may be this name too.
    seeds : int or iterable of int, default=10
        How many, from 0 on, or which. A seed is for the first weights, the order of rows, and the folds.
    cv : int, float, splitter or iterable of (rows, rows), default=5
        Folds, cut anew for each seed; or the share of the rows that is held out once for each seed; or the same splits
        for all seeds. Classes keep their proportions.
    task : {"auto", "classification", "regression"}, default="auto"
        "auto" decides by the target: text, true and false, and at most 20 different whole numbers are classes.
    scoring : str or callable, optional
        For classes "accuracy" (the default), "balanced_accuracy", "log_loss" or "roc_auc"; for numbers "r2" (the
        default), "rmse" or "mae"; or a function of the true and the predicted values, of which more is better.
    confidence : float, default=0.95
        Of intervals; what has a p-value of at most 1 - confidence is called worse.
    standardize : bool, default=True
        Standardize the columns of an array, and the numbers of a regression, within each fold. Tables always are.
    curves : bool, default=True
        Look at the rows of the fold that are not learned from after each epoch, for learning curves; costs about a
        tenth of the time. The training loss is recorded in any case.
    random_state : int, default=0
        Of the folds: those of a seed are `StratifiedKFold(cv, shuffle=True, random_state=random_state + seed)`.
    n_threads : int or None, default=None
        Trainings at the same time; None: as many as there are processors to use. Changes no result.
    progress : bool or callable, optional
        True shows a bar with the time that is left on standard error, False nothing; None: where that is a terminal.
        A function is called with the number of trainings done, and of all.
    resume : path, optional
        A file that keeps what is done, and is gone on from where it is there. The data and the settings must be the
        same; there may be other combinations and more seeds.
    ignore, categorical, numeric : iterable of str
        Columns of a table to leave out, to take as categories, to read as numbers.
    encoding, delimiter, skip_bad_rows
        For a text file, as in `glassnet.fit`.
    **parameters
        Of `MLPClassifier` or `MLPRegressor`. A list holds values to compare; any other value is the same for all.
        `hidden_layer_sizes=[(64,), (64, 32)]` compares two sizes.

    Returns
    -------
    Comparison
        After Ctrl-C too: of the folds that all combinations were trained on.

    Raises
    ------
    ParameterError, DataError, TableError
        All are ValueErrors, and say which argument, row or column is wrong.
    ComparisonError
        If the file to resume holds something else.
    KeyboardInterrupt
        If Ctrl-C came before all combinations were trained on the first fold.

    Notes
    -----
    Scores of folds are no independent numbers, because the trainings share rows. Intervals and tests are those of
    Nadeau and Bengio (2003), whose variance accounts for that; p-values of differences are corrected for the number of
    all pairs by Holm's method (1979). A combination of which a training failed is listed last and is never called best.

    Examples
    --------
    >>> import glassnet as gn
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> found = gn.compare(X, y, activation=["relu", "tanh"], hidden_layer_sizes=8, solver="lbfgs", alpha=1, seeds=2)
    >>> len(found), found[0].scores.shape, found.best.mean > 0.9
    (2, (2, 5), True)
    >>> print(found.sentence)
    The two can't be told apart: ...
    """
    seed_numbers = _seeds(seeds)
    ignore, categorical, numeric = ([n] if isinstance(n, str) else list(n) for n in (ignore, categorical, numeric))
    if isinstance(random_state, bool) or not isinstance(random_state, numbers.Integral) or int(random_state) < 0:
        raise ParameterError.value("random_state", random_state, "an integer of at least 0")
    if not 0.0 < confidence < 1.0:
        raise ParameterError.value("confidence", confidence, "a number in (0, 1)")
    material = material_of(
        X,
        y,
        target,
        task=task,
        standardize=standardize,
        ignore=ignore,
        categorical=categorical,
        numeric=numeric,
        encoding=encoding,
        delimiter=delimiter,
        skip_bad_rows=skip_bad_rows,
    )
    classification = material.labels is not None
    grid = combinations(parameters, MLPClassifier if classification else MLPRegressor)
    score = scoring_for(scoring, classification=classification)
    splits = splits_of(cv, material.n_rows, material.strata, int(random_state), seed_numbers)
    contenders = [Contender(combination, material) for combination in grid]
    _check(contenders, material, splits[0][0], score)
    settings = {
        "data": material.fingerprint() if resume is not None else "",
        "task": "classification" if classification else "regression",
        "cv": cv if isinstance(cv, (int, float)) else "given",
        "random_state": int(random_state),
        "scoring": score.name,
        "standardize": bool(standardize),
        "curves": bool(curves),
        "ignore": sorted(ignore),
        "categorical": sorted(categorical),
        "numeric": sorted(numeric),
    }
    run = Run(
        contenders,
        material,
        seed_numbers,
        splits,
        score,
        curves=bool(curves),
        kept=Kept(None if resume is None else Path(resume), settings),
        keys=keys_of(contenders, needed=resume is not None),
    )
    with counter(progress) as watch:
        run.go(n_threads, watch)
    found = comparison_of(
        run.outcomes,
        grid,
        places=[(seed, fold) for seed, of in zip(seed_numbers, splits, strict=True) for fold in range(len(of))],
        scoring=score,
        about={
            "source": material.source,
            "n_rows": material.n_rows,
            "task": settings["task"],
            "curve": "accuracy" if classification else "r2",
        },
        overlap=overlap_of(splits),
        confidence=float(confidence),
        interrupted=run.interrupted,
    )
    if found is None:
        raise KeyboardInterrupt
    return found


def _seeds(seeds: int | Iterable[int]) -> tuple[int, ...]:
    if isinstance(seeds, numbers.Integral) and not isinstance(seeds, bool):
        chosen: tuple[Any, ...] = tuple(range(int(seeds)))
    else:
        chosen = tuple(seeds) if isinstance(seeds, Iterable) and not isinstance(seeds, str) else ()
    whole = all(isinstance(seed, numbers.Integral) and 0 <= int(seed) <= MOST_SEED for seed in chosen)
    if not chosen or not whole or len(set(chosen)) < len(chosen):
        raise ParameterError.value(
            "seeds", seeds, "a number of at least 1, or different integers of at least 0 and below 2**32"
        )
    return tuple(int(seed) for seed in chosen)


def _check(contenders: list[Contender], material: Material, split: Any, scoring: Scoring) -> None:
    """Translate every combination once, so that a mistake is told before hours of training."""
    inputs = material.inputs(*split)
    for contender in contenders:
        check_probable(scoring, contender.loss)
        contender.network(inputs)
        contender.training(len(split[0]), 0)
