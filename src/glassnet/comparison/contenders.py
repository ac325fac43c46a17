"""A combination as the engine takes it: the network, the training and the data that an estimator would make of it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.comparison.grid import Combination
from glassnet.comparison.material import Inputs, Material
from glassnet.comparison.scoring import Classes, Numbers
from glassnet.engine import CodedRows, Fit, Job, Predictor, TrainingData
from glassnet.estimators import MLPClassifier, MLPRegressor, translate, validation
from glassnet.network import EmbeddingSpec, NetworkSpec, TrainingSpec

Array = NDArray[Any]


@dataclasses.dataclass(frozen=True, eq=False)
class Fold:
    """One fold of one seed, prepared; all combinations share it.

    Attributes
    ----------
    inputs : Inputs
    rows, others : ndarray of int
        Rows to learn from, rows to judge by.
    seed : int
        As it was given: what `random_state` would be.
    drawn : int
        What an estimator draws from it.
    """

    inputs: Inputs
    rows: Array
    others: Array
    seed: int
    drawn: int


class Contender:
    """One combination, on one set of data.

    The fits are those of `MLPClassifier(random_state=seed, **parameters)` on the prepared rows, without what `fit` does
    beside training: checking X anew, guarding estimators' attributes, warnings.
    """

    def __init__(self, combination: Combination, material: Material) -> None:
        self.combination = combination
        self._material = material
        self._networks: dict[tuple[int, tuple[EmbeddingSpec, ...], str], NetworkSpec] = {}
        self._trainings: dict[int, TrainingSpec] = {}
        # The estimator translates its parameters; it is never fitted, so it is told here what fit would learn from y.
        if material.labels is not None:
            self.model: Any = MLPClassifier(**combination.parameters)
            self.model._learn(material.labels)  # noqa: SLF001 (fit in two halves, here and below)
        else:
            self.model = MLPRegressor(**combination.parameters)
            self.model._n_columns = material.targets.shape[1]  # noqa: SLF001
        self.loss = self.model._loss()  # noqa: SLF001
        if material.labels is None:
            self.loss.domain.check(material.targets, self.loss.name)
        self._stops_early = translate.boolean("early_stopping", self.model.early_stopping)
        self._stops_early = self._stops_early and self.model.solver != "lbfgs"

    def network(self, inputs: Inputs) -> NetworkSpec:
        """Describe the network for these inputs."""
        dtype: Any = inputs.dtype if self.model.dtype == "auto" else self.model.dtype
        key = (inputs.n_dense, inputs.embeddings, dtype)
        if key not in self._networks:
            width = self.model._width(self._material.targets, self.loss)  # noqa: SLF001
            self._networks[key] = translate.network_spec(
                self.model, inputs.n_dense, width, self.loss, dtype, inputs.embeddings
            )
        return self._networks[key]

    def training(self, n_rows: int, seed: int) -> TrainingSpec:
        """Describe the training on so many rows."""
        if n_rows not in self._trainings:
            self._trainings[n_rows] = translate.training_spec(self.model, n_rows, seed)
        return dataclasses.replace(self._trainings[n_rows], seed=seed)

    def job(self, fold: Fold, *, watch: bool) -> Job:
        """Make ready what the engine trains.

        Parameters
        ----------
        fold : Fold
        watch : bool
            Whether the rows to judge by are looked at after each epoch, for the learning curve; with early stopping
            the rows that it watches are, and these are a part of those to learn from.
        """
        network = self.network(fold.inputs)
        seed = fold.drawn
        X, targets = fold.inputs.X, self._scaled(fold)[0]
        judge = None
        if self._stops_early:
            share = translate.share("validation_fraction", self.model.validation_fraction)
            codes = targets if self._material.strata is not None else None
            kept, judged = validation.split_rows(len(targets), share, codes, seed)
            judge = (_taken(X, judged), targets[judged], None)
            X, targets = _taken(X, kept), targets[kept]
        elif watch and self.model.solver != "lbfgs":
            judge = (fold.inputs.X_test, self._scaled(fold)[1], None)
        data: TrainingData = self.model._data(network, (X, targets, None), judge, one_epoch=False)  # noqa: SLF001
        score = self.model._score_name() if judge is not None else None  # noqa: SLF001
        return Job(network, self.training(len(targets), seed), data, None, score)

    def answers(self, fit: Fit, fold: Fold) -> Classes | Numbers:
        """What a trained network says of the rows to judge by."""
        predictor = Predictor(self.network(fold.inputs), fit.weights)
        true = self._material.targets[fold.others]
        if self._material.labels is not None:
            return Classes(true, predictor.scores(fold.inputs.X_test), self._material.labels, self.loss)
        shift, scale = self._scale(fold)
        return Numbers(true, predictor.outputs(fold.inputs.X_test).astype(np.float64) * scale + shift)

    def watched_accuracy(self, fit: Fit, *, watch: bool) -> float | None:
        """Accuracy on the rows to judge by, where the training has measured it with the weights that it ended with.

        `watch` is what `job` was told.
        """
        labels = self._material.labels
        if not watch or self._stops_early or labels is None or labels.kind != "multiclass":
            return None
        if self.model.class_weight is not None:  # it would be a weighted one
            return None
        if not len(fit.trace) or fit.stop_reason == "interrupted":  # the weights went on since it was measured
            return None
        measured = float(fit.trace.validation_scores[-1])
        return None if math.isnan(measured) else measured

    def _scaled(self, fold: Fold) -> tuple[Array, Array]:
        """Targets to learn from and to judge by, as the network is to give them."""
        targets = self._material.targets
        if self._material.labels is not None:
            return targets[fold.rows], targets[fold.others]
        shift, scale = self._scale(fold)
        return (targets[fold.rows] - shift) / scale, (targets[fold.others] - shift) / scale

    def _scale(self, fold: Fold) -> tuple[Array, Array]:
        """Shift and scale of each output, from the rows to learn from: as the estimator for tables has them."""
        learned = self._material.targets[fold.rows]
        mean, spread = learned.mean(axis=0), learned.std(axis=0)
        if not self._material.standardize:
            return np.zeros_like(mean), np.ones_like(mean)
        if self.loss.link == "exp":  # keeps the domain: a mean of 1, nothing below 0
            mean, spread = np.zeros_like(mean), mean
        return mean, np.where(spread > 0, spread, 1.0)


def _taken(X: Any, rows: Array) -> Any:
    return X.take(rows) if isinstance(X, CodedRows) else X[rows]
