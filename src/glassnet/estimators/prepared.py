"""A prepared prediction: what `model.predictor()` returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from glassnet import engine
from glassnet.estimators import validation
from glassnet.network import NetworkSpec

Finish = Callable[[NDArray[Any]], NDArray[Any]]


class PreparedPredictor:
    """One of a fitted model's methods, made ready: array in, array out, with nothing in between.

    Made by `model.predictor()`. The results are those of the model's method, bit for bit. It holds a copy of the
    weights, so what becomes of the model later (another fit, changed weights, deletion) does not change it. Any number
    of threads may call it at once; a call that takes more than some microseconds lets other threads of Python run
    meanwhile. It can be copied and pickled.

    Attributes
    ----------
    method : {"predict_proba", "decision_function", "predict"}
        What it computes.
    n_features_in_ : int
        Columns that X must have.

    Examples
    --------
    >>> import numpy as np
    >>> from glassnet import MLPClassifier
    >>> X = np.array([[0.0, 1.0], [1.0, 0.0]] * 20)
    >>> model = MLPClassifier((3,), solver="lbfgs", random_state=0).fit(X, ["no", "yes"] * 20)
    >>> predictor = model.predictor()
    >>> predictor
    PreparedPredictor(method='predict_proba', n_features_in_=2, dtype='float64')
    >>> bool((predictor(X) == model.predict_proba(X)).all())
    True
    """

    __slots__ = ("_dtype", "_finish", "_flat", "_n_threads", "_outcome", "_predictor", "_quick", "method")

    def __init__(
        self,
        method: str,
        network: NetworkSpec,
        weights: engine.AnyWeights,
        *,
        outcome: int,
        flat: bool = False,
        finish: Finish | None = None,
        dtype: Any = "auto",
        n_threads: int | None = None,
    ) -> None:
        """Copy the weights.

        Parameters
        ----------
        method : str
        network : NetworkSpec
        weights : Weights
        outcome : {engine.SCORES, engine.OUTPUTS, engine.BOTH_SIDES}
        flat : bool, default=False
            Whether a single column comes as (n_samples,).
        finish : callable, optional
            What the method makes of the outcome.
        dtype : {"auto", "float32", "float64"}, default="auto"
            The model's parameter: which float types X may keep.
        n_threads : int or None, default=None
        """
        self.method = method
        self._predictor = engine.Predictor(network, weights, engine.usable_threads(n_threads))
        self._quick = self._predictor.quick
        self._outcome, self._flat, self._finish = outcome, flat, finish
        self._dtype, self._n_threads = dtype, n_threads

    def __call__(self, X: Any) -> NDArray[Any]:
        """Predict.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features_in_)
            C-contiguous float32 or float64 is read where it lies. Whatever else scikit-learn takes (lists, other types
            and layouts, sparse matrices) is checked and converted first, as the model does; only names of columns are
            not looked at.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_columns)
            A new array, in the type that the network computes in.

        Raises
        ------
        DataError
            If a number is NaN or infinite; it says which.
        ShapeError
            If X has another number of columns.
        """
        found: NDArray[Any] | None = self._quick(X, self._outcome, self._flat)
        if found is None:
            rows = validation.checked_matrix(X, self.n_features_in_, self._dtype)
            found = self._predictor.run(rows, self._outcome, flat=self._flat)
        return found if self._finish is None else self._finish(found)

    @property
    def n_features_in_(self) -> int:
        """Columns that X must have."""
        return self._predictor.network.n_inputs

    def __reduce__(self) -> Any:
        options = {
            "outcome": self._outcome,
            "flat": self._flat,
            "finish": self._finish,
            "dtype": self._dtype,
            "n_threads": self._n_threads,
        }
        return _again, (self.method, self._predictor.network, self._predictor.weights(), options)

    def __repr__(self) -> str:
        dtype = self._predictor.network.dtype
        return f"PreparedPredictor(method={self.method!r}, n_features_in_={self.n_features_in_}, dtype={dtype!r})"


def _again(method: str, network: NetworkSpec, weights: engine.Weights, options: dict[str, Any]) -> PreparedPredictor:
    return PreparedPredictor(method, network, weights, **options)
