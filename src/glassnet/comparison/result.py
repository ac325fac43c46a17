"""What a comparison came to: a row for each combination, the best first, and what can be said of the differences."""

from __future__ import annotations

import contextlib
import importlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from glassnet.comparison.grid import Combination
from glassnet.comparison.outcomes import Curve, Outcome, Place
from glassnet.comparison.scoring import Scoring
from glassnet.diagnosis import Band, Interval, Ranking, mean_band, rank
from glassnet.report import comparison_text
from glassnet.report.comparison_text import shown_value
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.report.pictures import Picture

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Row:
    """One combination.

    Attributes
    ----------
    parameters : mapping
        All values that were given, to be passed to `MLPClassifier` or `MLPRegressor`.
    varied : mapping
        Those of which several were compared.
    label : str
        The varied values in words.
    mean, low, high : float
        Mean score, and its confidence interval, corrected for the rows that trainings share; NaN where there is none.
    scores : ndarray of shape (n_seeds, n_folds)
        NaN where a training failed, or was not done before Ctrl-C.
    behind : Interval or None
        How far the best combination is ahead, with its interval; None for the best, and where a training failed.
    p : float or None
        Of the difference from the best, by the corrected resampled t-test, corrected for all pairs by Holm's method.
    tied : bool
        The best, or not significantly worse.
    failures : tuple of str
        Of trainings that failed, each with the reason in words.
    n_trainings : int
    epochs, seconds : float
        Mean of a training; NaN where it is not known.
    losses : Band or None
        Training loss after each epoch: mean and interval over folds and seeds. A training that has ended counts with
        its last value. None where all failed.
    held_out : Band or None
        The same for the accuracy or R² on held-out rows.
    warnings : tuple of str
        What the traces warn of, in words, with the number of trainings.
    """

    parameters: Mapping[str, Any]
    varied: Mapping[str, Any]
    label: str
    mean: float
    low: float
    high: float
    scores: Scores
    behind: Interval | None
    p: float | None
    tied: bool
    failures: tuple[str, ...]
    n_trainings: int
    epochs: float
    seconds: float
    losses: Band | None
    held_out: Band | None
    warnings: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The varied values as people read them."""
        return tuple(shown_value(value) for value in self.varied.values())

    def __repr__(self) -> str:
        return f"Row({self.label or 'defaults'}: {self.mean:.4g})"

    def to_json(self) -> dict[str, Any]:
        """Describe the row by JSON types only; what is not known is null."""
        return {
            "label": self.label,
            "parameters": {name: _plain_value(value) for name, value in self.parameters.items()},
            "mean": _finite(self.mean),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "scores": [[_finite(score) for score in row] for row in self.scores.tolist()],
            "behind": None if self.behind is None else [_finite(value) for value in self.behind],
            "p": self.p,
            "tied": self.tied,
            "failures": list(self.failures),
            "trainings": self.n_trainings,
            "epochs": _finite(self.epochs),
            "seconds": _finite(self.seconds),
            "losses": _plain_band(self.losses),
            "held_out": _plain_band(self.held_out),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class About:
    """What was compared.

    Attributes
    ----------
    source : str
        Name of the file, or "X".
    n_rows : int
    task : {"classification", "regression"}
    scoring : str
        Name of the score.
    larger_is_better, share : bool
        Whether larger scores are better; whether they are written as percentages.
    curve : str
        What `held_out` measures: "accuracy" or "r2".
    seeds : tuple of int
        Those that count: all combinations were trained with them.
    n_folds : int
    n_splits : int
        Folds of all seeds that count.
    overlap : float
        n_test / n_train.
    confidence : float
    interrupted : bool
    """

    source: str
    n_rows: int
    task: str
    scoring: str
    larger_is_better: bool
    share: bool
    curve: str
    seeds: tuple[int, ...]
    n_folds: int
    n_splits: int
    overlap: float
    confidence: float
    interrupted: bool


class Comparison(Sequence[Row]):
    """The combinations, best first: a sequence of `Row`.

    Attributes
    ----------
    about : About
        What was compared: data, folds, seeds, score.
    """

    def __init__(self, rows: Sequence[Row], about: About) -> None:
        self._rows = tuple(rows)
        self.about = about

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def best(self) -> Row | None:
        """The combination with the best mean; None if all failed in some training."""
        return self._rows[0] if self._rows[0].tied else None

    @property
    def tied(self) -> tuple[Row, ...]:
        """The best, and those that can't be told apart from it."""
        return tuple(row for row in self._rows if row.tied)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it; only what all combinations have been trained on counts."""
        return self.about.interrupted

    @property
    def sentence(self) -> str:
        """What can be said of the differences: "The first three can't be told apart: ..."."""
        return comparison_text.sentence(self._rows, self.about)

    def to_json(self) -> dict[str, Any]:
        """Describe the comparison by JSON types only."""
        about = self.about
        return {
            "source": about.source,
            "rows": about.n_rows,
            "task": about.task,
            "scoring": about.scoring,
            "larger_is_better": about.larger_is_better,
            "held_out": about.curve,
            "seeds": list(about.seeds),
            "folds": about.n_folds,
            "splits": about.n_splits,
            "overlap": about.overlap,
            "confidence": about.confidence,
            "interrupted": about.interrupted,
            "best": None if self.best is None else self.best.label,
            "tied": [row.label for row in self.tied],
            "sentence": self.sentence,
            "combinations": [row.to_json() for row in self._rows],
        }

    def to_frame(self) -> Any:
        """Return a data frame with a row for each combination: of pandas, or of Polars where only that is installed.

        Raises
        ------
        ModuleNotFoundError
            If neither is installed.
        """
        columns: dict[str, list[Any]] = {
            name: [shown_value(row.varied[name]) for row in self] for name in self._rows[0].varied
        }
        for name in ("mean", "low", "high", "p", "tied", "epochs", "seconds"):
            columns[name] = [getattr(row, name) for row in self]
        columns["behind"] = [None if row.behind is None else row.behind.mean for row in self]
        columns["failed"] = [len(row.failures) for row in self]
        for library in ("pandas", "polars"):
            with contextlib.suppress(ModuleNotFoundError):
                return importlib.import_module(library).DataFrame(columns)
        raise ModuleNotFoundError(
            _("a data frame needs pandas or polars: pip install pandas. to_json() has the same numbers")
        )

    def plot(self) -> Picture:
        """Draw means with intervals, and learning curves with bands.

        Returns
        -------
        Picture
            Shown by notebooks; `.save("comparison.png")` or `.save("comparison.svg")` writes a file.
        """
        from glassnet.report.comparison_figures import comparison_figure
        from glassnet.report.pictures import Picture

        return Picture(lambda letters: comparison_figure(self._rows, self.about, letters), [_("comparison")])

    def __str__(self) -> str:
        return comparison_text.plain(self._rows, self.about)

    def __repr__(self) -> str:
        best = "" if self.best is None else f", best {self.best.label or 'defaults'}"
        return f"<comparison of {len(self)} combinations{best}>"

    def _repr_html_(self) -> str:
        return comparison_text.html_table(self._rows, self.about)


def comparison_of(
    outcomes: Mapping[Place, Outcome],
    grid: Sequence[Combination],
    *,
    places: Sequence[tuple[int, int]],
    scoring: Scoring,
    about: Mapping[str, Any],
    overlap: float,
    confidence: float,
    interrupted: bool,
) -> Comparison | None:
    """Put together what the trainings say.

    Parameters
    ----------
    outcomes : mapping of Place to Outcome
    grid : sequence of Combination
    places : sequence of (seed, fold)
        All that were asked for. Those count on which all combinations were trained.
    scoring : Scoring
    about : mapping
        `source`, `n_rows`, `task` and `curve`.
    overlap, confidence : float
    interrupted : bool

    Returns
    -------
    Comparison or None
        None where there is no place on which all combinations were trained.
    """
    count = range(len(grid))
    common = [(seed, fold) for seed, fold in places if all(Place(i, seed, fold) in outcomes for i in count)]
    if not common:
        return None
    seeds = tuple(dict.fromkeys(seed for seed, _fold in common))
    n_folds = 1 + max(fold for _seed, fold in common)
    by_row = [[outcomes[Place(i, seed, fold)] for seed, fold in common] for i in count]
    scores = np.array([[np.nan if o.score is None else o.score for o in row] for row in by_row], dtype=np.float64)
    ranking = rank(scores, overlap=overlap, larger_is_better=scoring.larger_is_better, confidence=confidence)
    rows = []
    for i in ranking.order:
        square = np.full((len(seeds), n_folds), np.nan)
        for (seed, fold), score in zip(common, scores[i], strict=True):
            square[seeds.index(seed), fold] = score
        rows.append(_row(grid[i], by_row[i], square, ranking, i, scoring, overlap, confidence))
    described = About(
        **about,
        scoring=scoring.name,
        larger_is_better=scoring.larger_is_better,
        share=scoring.share,
        seeds=seeds,
        n_folds=n_folds,
        n_splits=len(common),
        overlap=overlap,
        confidence=confidence,
        interrupted=interrupted,
    )
    return Comparison(rows, described)


def _row(
    combination: Combination,
    outcomes: Sequence[Outcome],
    scores: Scores,
    ranking: Ranking,
    index: int,
    scoring: Scoring,
    overlap: float,
    confidence: float,
) -> Row:
    done = [outcome for outcome in outcomes if outcome.score is not None]
    seconds = [outcome.seconds for outcome in done if outcome.seconds is not None]
    mean, low, high = ranking.means[index]
    watched = done if all(len(outcome.held_out) for outcome in done) else []
    return Row(
        parameters=combination.parameters,
        varied=combination.varied,
        label=combination.label,
        mean=mean,
        low=max(low, scoring.least),
        high=min(high, scoring.most),
        scores=scores,
        behind=ranking.behind[index],
        p=ranking.p_values[index],
        tied=index in ranking.tied,
        failures=tuple(outcome.failure or "" for outcome in outcomes if outcome.score is None),
        n_trainings=len(outcomes),
        epochs=float(np.mean([outcome.epochs for outcome in done])) if done else math.nan,
        seconds=float(np.mean(seconds)) if seconds else math.nan,
        losses=_band([outcome.losses for outcome in done], overlap, confidence),
        held_out=_band([outcome.held_out for outcome in watched], overlap, confidence, most=1.0),
        warnings=_warnings(outcomes),
    )


def _band(curves: Sequence[Curve], overlap: float, confidence: float, most: float = math.inf) -> Band | None:
    if not curves or not all(map(len, curves)):
        return None
    longest = max(map(len, curves))
    square = np.array([[*curve, *[curve[-1]] * (longest - len(curve))] for curve in curves], dtype=np.float64)
    band = mean_band(square, confidence=confidence, overlap=overlap)
    return band._replace(high=np.minimum(band.high, most))


def _warnings(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What traces warn of: the worst case of each kind in words, and in how many trainings there was such a thing."""
    said = []
    counts = Counter(noted.name for outcome in outcomes for noted in outcome.noted)
    for name, count in counts.items():
        worst = max(
            (noted for outcome in outcomes for noted in outcome.noted if noted.name == name), key=lambda n: n.number
        )
        text = plural(
            "{warning} ({n} such training of {all})", "{warning} (the worst of {n} such trainings of {all})", count
        )
        said.append(text.format(warning=worst.text, n=count, all=len(outcomes)))
    kept = sum(outcome.stop_reason == "diverged" for outcome in outcomes)
    if kept:
        text = _("diverged in {n} of {all} trainings, whose best epoch was kept")
        said.append(text.format(n=kept, all=len(outcomes)))
    return tuple(said)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _plain_value(value: Any) -> Any:
    """Numbers and names as they are, sizes as a list, entries of the catalog in words."""
    if isinstance(value, tuple):
        return [_plain_value(entry) for entry in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return _finite(value) if isinstance(value, float) else shown_value(value)


def _plain_band(band: Band | None) -> dict[str, list[float | None]] | None:
    if band is None:
        return None
    return {name: [_finite(value) for value in getattr(band, name).tolist()] for name in Band._fields}
