"""What an activation is: an entry that can be called, with a derivative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from glassnet.catalog.entries import Entry, Parameter, Remarks
from glassnet.catalog.formula import evaluate
from glassnet.catalog.kernels import Floats, as_floats, elementwise
from glassnet.catalog.softmax import checked_axis
from glassnet.catalog.tensors import on_tensors
from glassnet.errors import ParameterError

if TYPE_CHECKING:
    from glassnet.catalog.properties import Properties


@dataclass(frozen=True, init=False, repr=False)
class Activation(Entry):
    """An activation function of one number, applied element by element.

    Parameters
    ----------
    name, formula, parameters, synonyms, remarks
        As for `Entry`; the formula is one of `x` and the parameters.
    kinks : tuple of float or str, default=()
        Where pieces of the formula meet, so that the derivative may jump: numbers, or formulas of the parameters. There
        the derivative is the left piece's.
    right_kinks : tuple of float or str, default=()
        Those of the kinks where it is the right piece's.
    flat : bool, default=False
        Whether the derivative is 0 wherever there is one, so that nothing can be learned through the function.
    initializer : str, default="he_normal"
        The initializer of weights into units with this activation, where "auto" is asked for.

    Attributes
    ----------
    learned : tuple of str
        Parameters of which each unit of a layer has a value of its own, learned in training as weights are. `values`
        says where they start. On arrays the function is computed at `values`, whatever is learned.

    Examples
    --------
    >>> import glassnet as gn
    >>> leaky = gn.activation("leaky_relu", slope=0.03)
    >>> leaky
    gn.activation('leaky_relu', slope=0.03)
    >>> leaky([-2.0, 3.0])
    array([-0.06,  3.  ])
    >>> leaky.derivative([-2.0, 3.0])
    array([0.03, 1.  ])
    >>> gn.activation("prelu").learned
    ('slope',)
    >>> gn.activation("silu", learned=["beta"])
    gn.activation('silu', beta=1.0, learned=['beta'])
    """

    kind: ClassVar[str] = "activation"
    described: ClassVar[tuple[str, ...]] = ("name", "parameters", "learned")
    # Whether each output depends on the whole axis, not on its own input alone.
    over_axis: ClassVar[bool] = False

    learned: tuple[str, ...]
    initializer: str = field(compare=False)
    flat: bool = field(compare=False)
    _places: tuple[tuple[float | str, ...], ...] = field(compare=False)

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        parameters: Mapping[str, Parameter] | None = None,
        synonyms: tuple[str, ...] = (),
        kinks: tuple[float | str, ...] = (),
        right_kinks: tuple[float | str, ...] = (),
        flat: bool = False,
        initializer: str = "he_normal",
        remarks: Remarks,
    ) -> None:
        super().__init__(name, formula, parameters=parameters, synonyms=synonyms, remarks=remarks)
        places = (kinks, right_kinks)
        self._set(initializer=initializer, flat=flat, _places=places, learned=self._declared_learned)

    @property
    def hidden(self) -> bool:
        """Whether hidden layers may have it: it works on single units, and gradients pass through."""
        return not (self.over_axis or self.flat)

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where pieces meet, at these parameters. The derivative there is the left piece's, but for `right_kinks`.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.hard_sigmoid.kinks
        (-3.0, 3.0)
        """
        return self._at(self._places[0])

    @property
    def right_kinks(self) -> tuple[float, ...]:
        """Those of the kinks where the derivative is the right piece's."""
        return self._at(self._places[1])

    def _at(self, places: tuple[float | str, ...]) -> tuple[float, ...]:
        return tuple(float(evaluate(str(place), dict(self.parameters))) for place in places)

    @property
    def pieces(self) -> int:
        """How many weighted sums a unit has, of which it takes the largest: 1, but for Maxout."""
        return 1

    @property
    def _declared_learned(self) -> tuple[str, ...]:
        return tuple(name for name, parameter in self.declared.items() if parameter.learned)

    def with_parameters(self, *, learned: object = None, **parameters: object) -> Self:
        """Return a copy with other values for these parameters.

        Parameters
        ----------
        learned : list of str, optional
            Names of the parameters that each unit shall learn, `[]` for none; None leaves what was.
        **parameters : float

        Raises
        ------
        ParameterError
            If there is no such parameter, the value breaks its rule, or the parameter cannot be learned.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.prelu.with_parameters(slope=0.1, learned=[])
        gn.activation('prelu', slope=0.1, learned=[])
        >>> gn.activations.elu.with_parameters(learned=["alpha"])
        Traceback (most recent call last):
        ...
        glassnet.errors.ParameterError: elu has no parameter "alpha" that units can learn; it has none
        """
        configured = super().with_parameters(**parameters)
        if learned is None:
            return configured
        if not isinstance(learned, list | tuple | set | frozenset):  # a str is an iterable of its letters
            raise ParameterError.value("learned", learned, "a list of names of parameters")
        learnable = [name for name, parameter in self.declared.items() if parameter.learnable]
        for name in learned:
            if name not in learnable:
                raise ParameterError.not_learnable(name, learnable, of=self.name)
        if configured is self:
            configured = object.__new__(type(self))
            configured._set(**self.__dict__)
        configured._set(learned=tuple(name for name in learnable if name in learned))
        return configured

    def to_json(self) -> dict[str, Any]:
        """Describe the activation by JSON types only; `glassnet.activation` makes it again."""
        described = super().to_json()
        return described if self.learned == self._declared_learned else {**described, "learned": list(self.learned)}

    def __repr__(self) -> str:
        shown = super().__repr__()
        return shown if self.learned == self._declared_learned else f"{shown[:-1]}, learned={list(self.learned)!r})"

    def __call__(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> Any:
        """Compute the function of every element.

        Parameters
        ----------
        x : array_like
            Of any shape. float32 and float64 are kept, float16 becomes float32, integers and lists become float64.
        out : ndarray, optional
            Takes the result; of x's shape and the result's dtype. It may be x.
        **parameters : float
            Values for this call.

        Returns
        -------
        ndarray or NumPy scalar
            Of x's shape; a scalar for a scalar. NaN stays NaN.

        Raises
        ------
        ParameterError
            If there is no such parameter, or its value breaks its rule.
        DataError, ShapeError
            If x does not hold real numbers, or `out` does not fit.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.leaky_relu([-1, 0, 2], slope=0.03)
        array([-0.03,  0.  ,  2.  ])
        """
        if type(x) is np.ndarray and not parameters:  # nearly every call; looking for tensors takes a microsecond
            return elementwise(self.name, self.values, x, out, slope=False)
        return self._called(x, out=out, **parameters)

    @on_tensors("activation")
    def _called(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> Any:
        values = self.with_parameters(**parameters).values if parameters else self.values
        return elementwise(self.name, values, x, out, slope=False)

    @on_tensors("derivative")
    def derivative(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> Any:
        """Compute the derivative at every element; parameters, result and errors are those of the call.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.sigmoid.derivative([0.0, 2.0]).round(4)
        array([0.25 , 0.105])
        """
        values = self.with_parameters(**parameters).values if parameters else self.values
        return elementwise(self.name, values, x, out, slope=True)

    def jacobian(self, x: npt.ArrayLike, /, **parameters: Any) -> Floats:
        """Compute the derivatives of every output by every input of its row, the last axis: a diagonal matrix here.

        Returns
        -------
        ndarray
            Of x's shape with its last length once more.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.relu.jacobian([-1.0, 2.0])
        array([[0., 0.],
               [0., 1.]])
        """
        x = as_floats(x)
        checked_axis(x, -1)
        diagonal = np.arange(x.shape[-1])
        jacobian = np.zeros((*x.shape, x.shape[-1]), x.dtype)
        jacobian[..., diagonal, diagonal] = self.derivative(x, **parameters)
        return jacobian

    @property
    def derivative_formula(self) -> str:
        """The derivative as a formula of `x` and the parameters, in the language of `formula`.

        Raises
        ------
        ParameterError
            Of an activation over an axis, which has a matrix of derivatives; `derivative_latex` shows that.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.sigmoid.derivative_formula
        'sigmoid(x) * sigmoid(-x)'
        """
        if self.over_axis:
            raise ParameterError.no_derivative(self.name)
        from glassnet.catalog.symbolic import derivative

        return derivative(self.formula)

    @property
    def derivative_latex(self) -> str:
        r"""The derivative in LaTeX, without dollar signs.

        Over an axis it is that of output i by input j, with p for the softmax of the inputs; empty where the formula is
        none of softmax's kind.

        Examples
        --------
        >>> import glassnet as gn
        >>> print(gn.activations.tanh.derivative_latex)
        1 - \tanh^{2}\left(x\right)
        >>> print(gn.activations.softmax.derivative_latex)
        p_{i} \left(\delta_{ij} - p_{j}\right)
        """
        if self.over_axis:
            from glassnet.catalog.axis_properties import jacobian_latex

            return jacobian_latex(self)
        from glassnet.catalog.latex import latex

        return latex(self.derivative_formula)

    def value_in_digits(self, x: float | str | Sequence[float | str], digits: int = 50) -> str | list[str]:
        """Compute the function in as many digits as are wanted.

        Parameters
        ----------
        x : float or str, or a sequence of them
            A float counts as it is in binary; a text such as "0.1" in all its digits. For an activation over an axis
            the inputs of a row.
        digits : int, default=50
            Significant digits.

        Returns
        -------
        str, or list of str for a sequence

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.sigmoid.value_in_digits(1, 30)
        '0.731058578630004879251159241822'
        >>> gn.activations.softmax.value_in_digits([1000, 0], 8)
        ['1.0000000', '5.0759589e-435']
        """
        from glassnet.catalog.digits import in_digits, row_in_digits

        if self.over_axis:
            return row_in_digits(
                self.formula, dict(self.parameters), [x] if isinstance(x, float | int | str) else x, digits
            )
        if not isinstance(x, float | int | str):
            return [in_digits(self.formula, {**self.exact_parameters, "x": one}, digits) for one in x]
        return in_digits(self.formula, {**self.exact_parameters, "x": x}, digits)

    def derivative_in_digits(self, x: float | str, digits: int = 50) -> str:
        """Compute the derivative in as many digits as are wanted; at a kink, that of the piece on the left.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.sigmoid.derivative_in_digits(40, 20)
        '4.2483542552915889592e-18'
        """
        from glassnet.catalog.digits import in_digits

        return in_digits(self.derivative_formula, {**self.exact_parameters, "x": x}, digits)

    @property
    def properties(self) -> Properties:
        """What it is like: range, slopes, kinks, saturation, gain …: a `Properties` of `glassnet.catalog.properties`.

        Of an activation over an axis they are `AxisProperties` of `glassnet.catalog.axis_properties`.

        Examples
        --------
        >>> import glassnet as gn
        >>> print(gn.activations.sigmoid.properties.largest_slope)
        0.25 (x = 0)
        """
        if self.over_axis:
            from glassnet.catalog import axis_properties

            found: Any = axis_properties.properties_of(self)
            return found  # type: ignore[no-any-return]
        from glassnet.catalog.properties import properties_of

        return properties_of(self)
