"""Every combination on every fold of every seed, many networks at once.

Seeds come first, then folds, then combinations: whatever is done when a comparison is interrupted, is done for all
combinations alike.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence

from glassnet.comparison.contenders import Contender, Fold
from glassnet.comparison.folds import Split
from glassnet.comparison.keeping import Kept, described
from glassnet.comparison.material import Material
from glassnet.comparison.outcomes import Outcome, Place, failed, judged
from glassnet.comparison.scoring import ACCURACY, Scoring
from glassnet.engine import Fit, Job, train_many
from glassnet.errors import DivergedWarning
from glassnet.estimators.fitted import drawn_seed

Progress = Callable[[int, int], object]  # trainings done, and how many there are


class Run:
    """The trainings of a comparison.

    Parameters
    ----------
    contenders : sequence of Contender
    material : Material
    seeds : sequence of int
    splits : list of list of (ndarray, ndarray)
        For each seed.
    scoring : Scoring
    curves : bool
        Whether held-out rows are looked at after each epoch.
    kept : Kept
    """

    def __init__(
        self,
        contenders: Sequence[Contender],
        material: Material,
        seeds: Sequence[int],
        splits: list[list[Split]],
        scoring: Scoring,
        *,
        curves: bool,
        kept: Kept,
        keys: Sequence[str],
    ) -> None:
        self._contenders, self._material, self._scoring = contenders, material, scoring
        self._seeds, self._splits = seeds, splits
        self._curves, self._kept, self._keys = curves, kept, keys
        self._under_way: dict[int, tuple[Place, Fold]] = {}
        self.outcomes: dict[Place, Outcome] = {}
        self.interrupted = False
        self._count = 0

    @property
    def total(self) -> int:
        """Number of trainings."""
        return len(self._contenders) * sum(map(len, self._splits))

    def go(self, n_threads: int | None, progress: Progress | None) -> None:
        """Train what is not done yet; Ctrl-C ends within a batch, and keeps what is done."""
        self._find_kept()
        told = -1

        def tell() -> None:
            nonlocal told
            if progress is not None and told != len(self.outcomes):
                told = len(self.outcomes)
                progress(told, self.total)

        tell()
        try:
            with warnings.catch_warnings(), contextlib.closing(train_many(self._jobs(), n_threads)) as trainings:
                # A training that diverged and kept its best epoch is counted among the row's warnings.
                warnings.simplefilter("ignore", DivergedWarning)
                for index, fit in trainings:
                    place, fold = self._under_way.pop(index)
                    outcome = self._judge(self._contenders[place.combination], fold, fit)
                    self._keep(place, outcome)
                    tell()
            tell()  # the last ones may have failed before they began
        except KeyboardInterrupt:
            self.interrupted = True
        finally:
            self._kept.write()

    def _find_kept(self) -> None:
        for seed, splits in zip(self._seeds, self._splits, strict=True):
            for fold in range(len(splits)):
                for index, key in enumerate(self._keys):
                    outcome = self._kept.find(key, seed, fold)
                    if outcome is not None:
                        self.outcomes[Place(index, seed, fold)] = outcome

    def _jobs(self) -> Iterator[Job]:
        for seed, splits in zip(self._seeds, self._splits, strict=True):
            for number, (rows, others) in enumerate(splits):
                places = [Place(index, seed, number) for index in range(len(self._contenders))]
                missing = [place for place in places if place not in self.outcomes]
                if not missing:
                    continue
                try:
                    fold = Fold(self._material.inputs(rows, others), rows, others, seed, drawn_seed(seed))
                except ValueError as error:  # such as a table of whose columns these rows leave nothing
                    for place in missing:
                        self._keep(place, failed(error))
                    continue
                for place in missing:
                    try:
                        job = self._contenders[place.combination].job(fold, watch=self._curves)
                    except ValueError as error:  # such as a class that is too rare for early stopping
                        self._keep(place, failed(error))
                        continue
                    self._under_way[self._count] = (place, fold)
                    self._count += 1
                    yield job

    def _keep(self, place: Place, outcome: Outcome) -> None:
        self.outcomes[place] = outcome
        self._kept.add(self._keys[place.combination], place.seed, place.fold, outcome)

    def _judge(self, contender: Contender, fold: Fold, fit: Fit | Exception) -> Outcome:
        if isinstance(fit, Exception):
            if not isinstance(fit, ValueError):  # such as MemoryError: no fault of the combination
                raise fit
            return failed(fit)
        score = contender.watched_accuracy(fit, watch=self._curves) if self._scoring is ACCURACY else None
        if score is None:
            score = self._scoring.judge(contender.answers(fit, fold))
        return judged(contender.network(fold.inputs), fit, score)


def keys_of(contenders: Sequence[Contender], *, needed: bool) -> list[str]:
    """What trainings of each contender are found by in a file; numbers where there is no file."""
    if not needed:
        return [str(index) for index in range(len(contenders))]
    ours = ("random_state", "n_threads", "verbose", "warm_start", "callback")
    return [
        described({k: v for k, v in contender.model.get_params(deep=False).items() if k not in ours})
        for contender in contenders
    ]
