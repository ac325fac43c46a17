"""Maxout: the largest of several weighted sums, as a layer and on arrays.

A Maxout layer of `units` units has units * pieces columns of weights. The pieces of a unit lie side by side:

    column = unit * pieces + piece          y_unit = max over piece of z[unit * pieces + piece]

in `coefs_`, in `intercepts_` and along the axis of an array alike, as in pylearn2, Lasagne and `numpy.reshape`.
The gradient goes to the piece that is the largest, at ties to the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, SupportsIndex

import numpy as np
import numpy.typing as npt

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import Rule
from glassnet.catalog.kernels import Floats, as_floats, delivered
from glassnet.catalog.softmax import checked_axis
from glassnet.catalog.tensors import on_tensors
from glassnet.errors import DataError, ParameterError, ShapeError
from glassnet.texts import later

# More would be no network but a mistake; the engine counts on it.
PIECES = Rule(
    later("a whole number of at least 2 and at most 65536"), lambda n: 2 <= n <= 65536 and n == int(n), whole=True
)


@dataclass(frozen=True, init=False, repr=False)
class Maxout(Activation):
    """The largest of `pieces` weighted sums that each unit has.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations.maxout([1.0, 4.0, 3.0, 2.0])
    array([4., 3.])
    >>> gn.activation("maxout", pieces=3).pieces
    3
    """

    over_axis: ClassVar[bool] = True

    @property
    def hidden(self) -> bool:
        """Hidden layers may have it."""
        return True

    @property
    def pieces(self) -> int:
        """How many weighted sums a unit has."""
        return int(self.values[0])

    @property
    def latex(self) -> str:
        r"""The function in LaTeX: j counts the units, i the pieces.

        Examples
        --------
        >>> import glassnet as gn
        >>> print(gn.activations.maxout.latex)
        \max_{i \leq 2} x_{j i}
        """
        return rf"\max_{{i \leq {self.pieces}}} x_{{j i}}"

    @on_tensors("maxout")
    def __call__(
        self, x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, out: Floats | None = None, **parameters: Any
    ) -> Any:
        """Compute the largest of each `pieces` elements side by side along an axis.

        Parameters
        ----------
        x : array_like
            Weighted sums. float32 and float64 are kept, float16 becomes float32, integers and lists become float64.
        axis : int, default=-1
            Its length must be a multiple of `pieces`: element unit * pieces + piece belongs to `unit`.
        out : ndarray, optional
            Takes the result; of its shape and dtype.
        **parameters : int
            `pieces`, for this call.

        Returns
        -------
        ndarray
            Of x's shape, with the axis divided by `pieces`. NaN where one of the pieces is.

        Raises
        ------
        ParameterError
            If pieces is not a whole number of at least 2.
        DataError, ShapeError
            If x does not hold real numbers, its axis cannot be cut, or `out` does not fit.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.maxout([[1, 5, 2, 0, 7, 3]], pieces=3)
        array([[5., 7.]])
        """
        x, cut, index = self._cut(x, axis, parameters)
        result = np.moveaxis(cut.max(axis=-1), -1, index)
        if out is None:
            return result if result.ndim else result[()]
        if not isinstance(out, np.ndarray) or out.dtype != result.dtype:
            raise DataError.out_dtype(getattr(out, "dtype", type(out).__name__), result.dtype)
        if out.shape != result.shape:
            raise ShapeError.shape("out", out.shape, "{wanted}, that of the result", wanted=result.shape)
        return delivered(result, out, out)

    def jacobian(self, x: npt.ArrayLike, /, *, axis: SupportsIndex = -1, **parameters: Any) -> Floats:
        """Compute the derivatives of every output by every input of its row: 1 for the piece that wins, else 0.

        Returns
        -------
        ndarray
            Of x's shape with `axis` moved to the end, where the last two dimensions are unit and input.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.maxout.jacobian([1.0, 4.0, 2.0, 2.0])
        array([[0., 1., 0., 0.],
               [0., 0., 1., 0.]])
        """
        x, cut, _index = self._cut(x, axis, parameters)
        units, pieces = cut.shape[-2:]
        jacobian = np.zeros((*cut.shape[:-1], units * pieces), x.dtype)
        columns = np.arange(units) * pieces + cut.argmax(axis=-1)  # the first of equal ones, and a NaN before others
        np.put_along_axis(jacobian, columns[..., None], 1, axis=-1)
        return jacobian

    def derivative(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> NoReturn:
        """Refuse: each output depends on several inputs; see `jacobian`."""
        raise ParameterError.no_derivative(self.name)

    def _cut(self, x: npt.ArrayLike, axis: SupportsIndex, parameters: dict[str, Any]) -> tuple[Floats, Floats, int]:
        """X as floats, x with its axis last and cut into (unit, piece), and the axis counted from 0."""
        pieces = self.with_parameters(**parameters).pieces
        x = as_floats(x)
        index = checked_axis(x, axis)
        last = np.moveaxis(x, index, -1)
        if last.shape[-1] % pieces:
            raise ShapeError.not_a_multiple(index, x.shape, pieces)
        return x, last.reshape(*last.shape[:-1], last.shape[-1] // pieces, pieces), index
