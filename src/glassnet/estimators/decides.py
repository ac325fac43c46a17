"""What all classifiers do with raw scores: labels, probabilities, and their logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if

from glassnet.catalog import LOSSES
from glassnet.errors import ParameterError
from glassnet.estimators.targets import Labels
from glassnet.network import NetworkSpec
from glassnet.texts import _

PROBABLE = ("sigmoid", "softmax")  # links whose outputs are probabilities


def has_probabilities(model: Decides) -> bool:
    """Tell whether the outputs are probabilities: of the fitted network, or of the one that the parameters mean."""
    if hasattr(model, "network_"):
        return model.network_.loss.link in PROBABLE
    if isinstance(model.loss, str) and model.loss == "log_loss":
        return True
    try:
        return LOSSES.resolve(model.loss).link in PROBABLE
    except ParameterError:
        return True  # fit will say what is wrong


def offers_probabilities(model: Decides) -> bool:
    """As `has_probabilities`; raises AttributeError, as `available_if` wants, if there are none."""
    if has_probabilities(model):
        return True
    loss = model.network_.loss if hasattr(model, "network_") else LOSSES.resolve(model.loss)
    raise AttributeError(
        _(
            "probabilities need an output that is one: sigmoid or softmax. The loss {loss} has the link {link}, which "
            "gives scores to decide by; predict and decision_function work"
        ).format(loss=loss.name, link=loss.link)
    )


class Decides(ClassifierMixin):  # type: ignore[misc]
    """Mixin of the classifiers, which say how raw scores come from X."""

    loss: Any
    network_: NetworkSpec
    classes_: NDArray[Any]
    _labels: Labels

    if TYPE_CHECKING:

        def _scores(self, X: Any) -> NDArray[Any]:
            """Raw scores (n, n_outputs): the output layer's weighted sums."""

        def _outputs(self, X: Any) -> NDArray[Any]:
            """Outputs (n, n_outputs), after the output activation."""

    def predict(self, X: Any) -> NDArray[Any]:
        """Decide for a class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
        """
        return self._decide(X)

    def decision_function(self, X: Any) -> NDArray[Any]:
        """Raw scores, the output layer's sums before its activation; the larger, the surer.

        Returns
        -------
        ndarray of shape (n_samples,) for two classes, where above 0 means the second; else (n_samples, n_classes)
        """
        scores = self._scores(X)
        return self._labels.decision(scores, self.network_.loss)

    @available_if(offers_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Probabilities of the classes; there are such where the output activation is sigmoid or softmax.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`. Rows sum to 1, but not for several labels.
        """
        return self._chances(X)

    @available_if(offers_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> NDArray[Any]:
        """Logarithms of the probabilities, from the raw scores: finite even where a probability rounds to 0.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        scores = self._scores(X)
        return self._labels.log_probabilities(scores, self.network_.loss.link)

    def _decide(self, X: Any) -> NDArray[Any]:
        scores = self._scores(X)
        return self._labels.decide(scores, self.network_.loss)

    def _chances(self, X: Any) -> NDArray[Any]:
        if getattr(self, "out_activation_", None) == "softmax":
            return self._outputs(X)
        scores = self._scores(X)
        return self._labels.probabilities(scores)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the share of rows whose class is predicted, for several labels of rows that have all of them right.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        float
        """
        decided = self.predict(X)
        plain = sample_weight is None and type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "iub"
        if plain and decided.shape == y.shape and decided.dtype == y.dtype:
            return float((y == decided).mean())  # what the other way comes to as well, in a hundredth of the time
        from sklearn.metrics import accuracy_score

        return float(accuracy_score(y, decided, sample_weight=sample_weight))

    def _learn(self, labels: Labels) -> None:
        self._labels = labels
        self.classes_ = labels.classes
