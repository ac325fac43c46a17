"""What every estimator keeps of a training: fitted attributes, a predictor made of them, and how they are shown."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from glassnet import engine
from glassnet.estimators import display
from glassnet.estimators.diagnosing import Diagnosable
from glassnet.estimators.ready import Ready
from glassnet.estimators.saving import Saveable
from glassnet.network import NetworkSpec, TrainingSpec

Array = NDArray[Any]
_PARAMETER_NAMES: dict[Any, list[str]] = {}  # of each estimator's constructor


class FittedNetwork(Saveable, Diagnosable, BaseEstimator):  # type: ignore[misc]
    """Base of all estimators; not for use on its own."""

    random_state: Any
    n_threads: Any

    network_: NetworkSpec
    training_: TrainingSpec
    coefs_: list[Array]
    intercepts_: list[Array]
    activation_parameters_: list[dict[str, Array]]
    n_features_in_: int

    def _keep(self, parameters: dict[str, Any]) -> None:
        """Store the constructor's arguments under their names, unlooked at, as scikit-learn demands."""
        parameters.pop("self")
        parameters.pop("__class__", None)
        self.__dict__.update(parameters)

    @classmethod
    def _get_param_names(cls) -> list[str]:  # scikit-learn's own reads the constructor's signature each time
        if cls not in _PARAMETER_NAMES:
            _PARAMETER_NAMES[cls] = list(super()._get_param_names())
        return _PARAMETER_NAMES[cls].copy()

    def _draw_seed(self) -> int:
        state = self.random_state
        return drawn_seed(state) if type(state) is int else _drawn_from(check_random_state(state))

    def _adopt(
        self, network: NetworkSpec, training: TrainingSpec, fit: engine.Fit, *, n_rows: int, continuing: bool
    ) -> None:
        """Set the fitted attributes; curves grow where an earlier training is continued."""
        before = self.__dict__ if continuing else {}
        trace = fit.trace
        self.network_, self.training_ = network, training
        self.trace_ = before["trace_"].joined(trace) if continuing else trace
        self.coefs_, self.intercepts_ = fit.coefs, fit.intercepts
        self.activation_parameters_ = activation_parameters(network, fit.learned)
        self._state = fit.state
        self._ready = Ready()
        self.n_iter_ = fit.n_epochs
        self.stop_reason_ = fit.stop_reason
        self.n_layers_ = len(network.layers) + 1
        self.n_outputs_ = network.n_outputs
        self.out_activation_ = display.sklearn_name(network.loss.link)
        self.t_ = before.get("t_", 0) + (0 if training.solver == "lbfgs" else fit.n_epochs * n_rows)
        self.loss_curve_ = [*before.get("loss_curve_", ()), *trace.losses.tolist()]
        # Ctrl-C in the first epoch leaves no loss.
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        watches_scores = training.early_stopping and training.solver != "lbfgs"
        self.best_loss_ = None if watches_scores else min(self.loss_curve_, default=np.inf)
        self.validation_loss_curve_ = _grown(before, "validation_loss_curve_", trace.validation_losses)
        self.validation_scores_ = _grown(before, "validation_scores_", trace.validation_scores)
        scores = self.validation_scores_
        self.best_validation_score_ = max(scores) if scores is not None else None

    def _predictor(self) -> engine.Predictor:
        return self._ready.predictor(self.network_, self._weights(), self.n_threads)

    def _weights(self) -> engine.Weights:
        return engine.Weights(self.coefs_, self.intercepts_, learned=self._learned())

    def _learned(self) -> list[Array]:
        return [self.activation_parameters_[layer][name] for layer, name in self.network_.learned]

    def summary(self) -> str:
        """Describe the fitted network: its layers, their shapes and how many parameters they have.

        Returns
        -------
        str
            A table with a line for each layer.

        Raises
        ------
        NotFittedError
            Before `fit`: the number of inputs is not known.
        """
        check_is_fitted(self)
        return display.summary(type(self).__name__, self.network_) + self._left_out_note()

    def report(
        self,
        path: str | os.PathLike[str],
        X: Any = None,
        y: Any = None,
        *,
        title: str | None = None,
        command: str | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write a report of the fitted model: one HTML file, in the language in use, that loads nothing from anywhere.

        It shows how good the model is, with intervals and beside the naive answer; what was taken for what, or
        predictions beside the truth; whether probabilities mean what they say; which columns matter; what was found
        inside, and what to do about it; losses and layers over the epochs; for a model of `glassnet.fit` also the
        data, what was chosen and why; and how to get the same again.

        Parameters
        ----------
        path : str or path
            Usually ending in ".html". The folder must exist. The file appears whole or not at all.
        X, y : optional
            Rows to judge the model by, as for `score`; for tabular models X may also be a file or a table with the
            target among its columns. By default, for a model that `glassnet.fit` has just trained, the rows that were
            put aside to test by. Without rows, the report tells of the training only; so it does for several targets
            or labels, of which there is no one table of metrics.
        title : str, optional
        command : str, optional
            What was typed to make the model, shown beside the Python that does the same.
        overwrite : bool, default=False
            Replace what is there.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ReportError
            If the file exists, or X comes without its answers.
        OSError
            If the file can't be written.

        Examples
        --------
        >>> import glassnet as gn
        >>> X, y = [[0.0], [1.0]] * 20, ["no", "yes"] * 20
        >>> gn.MLPClassifier((3,), solver="lbfgs", random_state=0).fit(X, y).report("report.html", X, y).name
        'report.html'
        """
        from glassnet.estimators.reporting import report

        return report(self, path, X, y, title=title, command=command, overwrite=overwrite)

    def __getstate__(self) -> Any:
        """Leave out the rows that were put aside to test by: a model is not its data."""
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_tested"}

    def __str__(self) -> str:
        """Show the parameters and, once fitted, the layers: what `print` shows."""
        shown = super().__repr__()
        return f"{shown}\n{self.summary()}" if hasattr(self, "network_") else shown

    def _repr_html_inner(self) -> str:
        return display.with_layers(super()._repr_html_inner(), getattr(self, "network_", None))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        bundle: dict[str, str] = super()._repr_mimebundle_(**options)
        if "text/html" in bundle:
            bundle["text/html"] = display.with_layers(bundle["text/html"], getattr(self, "network_", None))
        return bundle

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")


@lru_cache(maxsize=1024)  # a generator takes longer to be made than a small network takes for an epoch
def drawn_seed(random_state: int) -> int:
    """Return the seed that an estimator draws from a whole number as its `random_state`."""
    return _drawn_from(check_random_state(random_state))


def _drawn_from(generator: np.random.RandomState) -> int:
    return int(generator.randint(0, 2**64, dtype=np.uint64))


def activation_parameters(network: NetworkSpec, learned: Sequence[Array]) -> list[dict[str, Array]]:
    """Group what units have learned by hidden layer and name."""
    grouped: list[dict[str, Array]] = [{} for _ in network.layers[:-1]]
    for (layer, name), values in zip(network.learned, learned, strict=True):
        grouped[layer][name] = values
    return grouped


def _grown(before: dict[str, Any], name: str, values: NDArray[np.float64]) -> list[float] | None:
    """Append to an earlier curve; None where there has never been a value."""
    earlier, later = before.get(name), values[~np.isnan(values)].tolist()
    return [*(earlier or ()), *later] if earlier or later else None
