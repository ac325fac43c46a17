"""What an activation over an axis is whose outputs are as many as its inputs: softmax, its logarithm, its limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

import numpy.typing as npt

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Remarks
from glassnet.catalog.kernels import Floats
from glassnet.errors import ParameterError

_OPTIONS = ("axis", "temperature")


@dataclass(frozen=True, init=False, repr=False)
class OverAxis(Activation):
    """An activation over an axis: its derivative is a matrix, so it has a `jacobian` in place of a `derivative`.

    Parameters
    ----------
    name, formula, synonyms, initializer, remarks
        As for `Activation`; in the formula `sum` and `max` run over the axis.
    function, matrix : callable
        What computes it, and its derivatives: of an array, `axis` and `temperature`, the function also of `out`.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations.softmax([[0.0, 0.0], [0.0, 100.0]], axis=0).round(2)
    array([[0.5, 0. ],
           [0.5, 1. ]])
    """

    over_axis: ClassVar[bool] = True

    function: Callable[..., Any] = field(compare=False)
    matrix: Callable[..., Floats] = field(compare=False)

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        function: Callable[..., Any],
        matrix: Callable[..., Floats],
        synonyms: tuple[str, ...] = (),
        initializer: str = "glorot_uniform",
        remarks: Remarks,
    ) -> None:
        super().__init__(name, formula, synonyms=synonyms, initializer=initializer, remarks=remarks)
        self._set(function=function, matrix=matrix)

    def __call__(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **options: Any) -> Any:
        """Compute the function; `options` are `axis` and `temperature` of `glassnet.softmax`."""
        return self.function(x, out=out, **self._known(options))

    def jacobian(self, x: npt.ArrayLike, /, **options: Any) -> Floats:
        """Compute the derivatives of every output by every input of its row, of shape (..., k, k).

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.softmax.jacobian([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        >>> gn.activations.log_softmax.jacobian([0.0, 0.0])
        array([[ 0.5, -0.5],
               [-0.5,  0.5]])
        """
        return self.matrix(x, **self._known(options))

    def derivative(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> NoReturn:
        """Refuse: each output depends on all inputs of its row; see `jacobian`."""
        raise ParameterError.no_derivative(self.name)

    def _known(self, options: dict[str, Any]) -> dict[str, Any]:
        for name in options:
            if name not in _OPTIONS:
                raise ParameterError.unknown(name, (*_OPTIONS, "out"), of=self.name)
        return options
