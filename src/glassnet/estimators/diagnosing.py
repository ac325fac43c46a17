"""What an estimator remembers for its diagnosis, and `diagnose` itself: `Diagnosable`, a base of all estimators.

The data are gone when somebody asks, so a summary of them is taken when training has ended, and a look at the units on
a few hundred of the training rows. Both are small, and both go into the model file.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from glassnet.diagnosis import DataFacts, Diagnosis, Finding, Look, diagnose, facts_of, look_at, rows_to_look_at
from glassnet.engine import CodedRows, Trace, TrainingData, Weights
from glassnet.network import NetworkSpec, TrainingSpec

Array = NDArray[Any]


class Diagnosable:
    """Mixin: models that can tell what is wrong with them."""

    network_: NetworkSpec
    training_: TrainingSpec
    trace_: Trace
    stop_reason_: str
    facts_: DataFacts | None
    look_: Look | None

    if TYPE_CHECKING:

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The constructor's parameters."""

        def _weights(self) -> Weights:
            """All that was learned."""

    def _rows_to_diagnose(self, X: Any, y: Any) -> tuple[Any, Array | None, Array | None]:
        """Turn rows and answers to what the engine takes as X and y, and codes of classes where there are some."""
        raise NotImplementedError

    def _column_names(self) -> Any:
        """Names of the network's columns, or None."""
        return getattr(self, "feature_names_in_", None)

    def diagnose(self, X: Any = None, y: Any = None) -> Diagnosis:
        """Say what is wrong with this fit, why, and what to try.

        It looks at the trace of the training, at the weights, and at a summary of the training data that the model
        keeps; a model from a file can be diagnosed as well.

        Parameters
        ----------
        X : array-like or table, optional
            Rows as for `predict`: units are then looked at on these rows, and not on those of the training.
        y : array-like or str, optional
            Their answers, or for the tabular estimators the column of X that has them: then it is also said whether
            what was learned holds for these rows.

        Returns
        -------
        glassnet.diagnosis.Diagnosis
            A sequence of findings, warnings first, causes before what follows from them; empty where nothing stands
            out. `print` shows what is the case, why it matters, the likely cause and what to try; `.warnings` are those
            that want something to be done, `.causes` those of them that follow from no other, `.unknown` says what
            could not be looked at, `.to_json()` is for programs.

        Raises
        ------
        NotFittedError
            Before `fit`.

        Examples
        --------
        >>> import numpy as np
        >>> from glassnet import MLPClassifier
        >>> X = np.random.default_rng(0).normal(size=(200, 3))
        >>> model = MLPClassifier((8, 8), activation="identity", solver="lbfgs", random_state=0).fit(X, X[:, 0] > 0)
        >>> found = model.diagnose()
        >>> found[0].name, found[0].remedies[0].text
        ('no_nonlinearity', 'activation="relu"')
        """
        check_is_fitted(self)
        facts, look = getattr(self, "facts_", None), getattr(self, "look_", None)
        if X is not None:
            rows, answers, codes = self._rows_to_diagnose(X, y)
            look = look_at(self.network_, self._weights(), rows, answers, codes, unseen=answers is not None)
        classes = getattr(self, "classes_", None)
        found = diagnose(
            self.network_,
            self.training_,
            self.trace_,
            stop_reason=self.stop_reason_,
            best_epoch=getattr(self, "best_epoch_", None),
            weights=self._weights(),
            facts=facts,
            look=look,
            column_names=self._column_names(),
            class_names=None if classes is None else classes.tolist(),
        )
        parameters = self.get_params(deep=False)
        return Diagnosis([_for_this(finding, parameters) for finding in found], found.unknown)

    def _remember(self, data: TrainingData, codes: Array | None, *, one_epoch: bool = False) -> None:
        """Sum up the training data, and look at the units on some of its rows.

        `partial_fit` comes with a few rows at a time, often: it remembers its first rows, and looks at no units.
        """
        if one_epoch:
            if not hasattr(self, "facts_"):
                self.facts_ = facts_of(self.network_, data, codes)
            self.look_ = None
            return
        self.facts_ = facts_of(self.network_, data, codes)
        rows = rows_to_look_at(int(data.X.shape[0]), codes)
        X = data.X.take(rows) if isinstance(data.X, CodedRows) else data.X[rows]
        self.look_ = look_at(self.network_, self._weights(), X, data.y[rows], None if codes is None else codes[rows])


def _for_this(finding: Finding, parameters: dict[str, Any]) -> Finding:
    """Leave out remedies that this kind of estimator does not have, or that it was given already."""
    kept = tuple(
        remedy
        for remedy in finding.remedies
        if not remedy.change
        or (
            remedy.change.keys() <= parameters.keys()
            and any(not _is_so(parameters[name], value) for name, value in remedy.change.items())
        )
    )
    return finding if len(kept) == len(finding.remedies) else dataclasses.replace(finding, remedies=kept)


def _is_so(parameter: Any, value: Any) -> bool:
    return type(parameter) is type(value) and bool(parameter == value)


def class_codes(targets: Array) -> Array | None:
    """Codes of classes (n,), None for several labels a row."""
    return targets.astype(np.int64, copy=False) if targets.ndim == 1 else None
