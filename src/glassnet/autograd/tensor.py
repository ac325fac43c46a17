"""The tensor: a NumPy array that remembers how it was computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from glassnet.autograd import arithmetic, elementwise, in_place, reducing, shaping, sweep, tape
from glassnet.autograd.tape import Array, Node
from glassnet.errors import AutogradError
from glassnet.texts import later

Axis = int | tuple[int, ...] | None


class Tensor:
    """A NumPy array that remembers how it was computed, so that results can be differentiated by it.

    Parameters
    ----------
    data : array_like
        Copied. float32 and float64 are kept, other numbers become float64.
    requires_grad : bool, default=False
        Whether gradients by this tensor are wanted. What is computed from it then requires a gradient too.
    dtype : dtype, optional
        float32 or float64; whole numbers and booleans too, for class codes, indices and masks.

    Attributes
    ----------
    grad : Tensor or None
        The gradient, summed over all calls of `backward` since it was None.
    requires_grad : bool
    is_leaf : bool
        Whether the tensor was made, not computed. Only leaves get a `grad`, unless `retain_grad` was called.
    grad_fn : Node or None
        The operation that computed it, where that was recorded.
    shape, dtype, ndim, size, T
        As of an array.

    Raises
    ------
    AutogradError
        If the data are no numbers, or a gradient is wanted by whole numbers.

    Examples
    --------
    >>> from glassnet.autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = (x**2).sum()
    >>> y
    Tensor(14., grad_fn=<sum>)
    >>> y.backward()
    >>> x.grad
    Tensor([2., 4., 6.])
    """

    __slots__ = ("__weakref__", "_counter", "_data", "_grad", "_node", "_requires_grad")

    _data: Array
    _node: Node | None
    _requires_grad: bool
    _grad: Tensor | None
    _counter: list[int]  # how often the values were changed in place

    __hash__ = object.__hash__

    def __init__(self, data: Any, requires_grad: bool = False, dtype: npt.DTypeLike | None = None) -> None:
        source = data._data if isinstance(data, Tensor) else data
        array = np.array(source) if dtype is None else np.array(source, np.dtype(dtype))
        kind = array.dtype
        if kind.kind not in "fiub":
            raise AutogradError.dtype(kind)
        if kind.kind == "f":
            if kind.itemsize not in (4, 8):
                array = array.astype(np.float32 if kind.itemsize == 2 else np.float64)
        elif dtype is None and not isinstance(data, Tensor):
            array = array.astype(np.float64)
        self._data = array
        self._node = None
        self._grad = None
        self._counter = [0]
        self._requires_grad = False
        if requires_grad:
            self.requires_grad_()

    # ------------------------------------------------------------------------------------------- as an array

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self._data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return self._data.dtype

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """How many elements there are."""
        return self._data.size

    @property
    def T(self) -> Tensor:  # noqa: N802 (as NumPy calls it)
        """With the axes in the opposite order."""
        return shaping.transpose(self)

    def numpy(self) -> Array:
        """Return the values as an array that cannot be written to: changes belong on the tensor, which counts them.

        Raises
        ------
        AutogradError
            If the tensor requires a gradient, which would be lost: write `t.detach().numpy()`.
        """
        if self._requires_grad:
            raise AutogradError.as_array()
        view = self._data.view()
        view.flags.writeable = False
        return view

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        from glassnet.autograd import numpy_functions

        return numpy_functions.of_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        from glassnet.autograd import numpy_functions

        return numpy_functions.of_function(function, arguments, options)

    def __catalog_function__(self, kind: str, function: Any, arguments: Any, options: Any) -> Any:
        from glassnet.autograd import catalog_functions

        return catalog_functions.applied(kind, function, arguments, options)

    def item(self) -> Any:
        """Return the one number in the tensor, as Python's float, int or bool."""
        return arithmetic.item(self, ".item()")

    def tolist(self) -> Any:
        """Return the values as nested lists."""
        return self._data.tolist()

    def __float__(self) -> float:
        return float(arithmetic.item(self, "float()"))

    def __int__(self) -> int:
        return int(arithmetic.item(self, "int()"))

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu":
            raise TypeError(f"only a tensor of whole numbers can be an index; this one has dtype {self._data.dtype}")
        return int(arithmetic.item(self, "int()"))

    def __bool__(self) -> bool:
        return bool(arithmetic.item(self, "bool()"))

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self._data)))

    def __repr__(self) -> str:
        values = np.array2string(self._data, separator=", ", prefix="Tensor(")
        if self._data.dtype not in (np.float64, np.int64, np.bool_):
            values += f", dtype={self._data.dtype}"
        if self._node is not None:
            return f"Tensor({values}, grad_fn=<{self._node.operation.name}>)"
        return f"Tensor({values}, requires_grad=True)" if self._requires_grad else f"Tensor({values})"

    def __reduce__(self) -> Any:
        if self._node is not None:
            raise AutogradError.as_array()
        return Tensor, (self._data, self._requires_grad, self._data.dtype)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if self._node is not None:
            raise AutogradError.as_array()
        copied = Tensor(self._data, self._requires_grad, self._data.dtype)
        copied._grad = None if self._grad is None else Tensor(self._grad, dtype=self._data.dtype)
        return copied

    # -------------------------------------------------------------------------------------------- gradients

    @property
    def requires_grad(self) -> bool:
        """Whether gradients by this tensor are wanted."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Say whether gradients by this tensor are wanted; return the tensor.

        Raises
        ------
        AutogradError
            If it holds whole numbers, or was computed, so that the answer follows from its inputs.
        """
        if requires_grad and self._data.dtype.kind != "f":
            raise AutogradError.not_floats(self._data.dtype)
        if self._node is not None and not requires_grad:
            raise AutogradError.computed()
        self._requires_grad = bool(requires_grad)
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor was made, not computed."""
        return self._node is None

    @property
    def grad_fn(self) -> Node | None:
        """The operation that computed it."""
        return self._node

    @property
    def grad(self) -> Tensor | None:
        """The gradient so far."""
        return self._grad

    @grad.setter
    def grad(self, gradient: Tensor | None) -> None:
        if gradient is not None and (not isinstance(gradient, Tensor) or gradient.shape != self.shape):
            raise AutogradError.grad_shape(getattr(gradient, "shape", gradient), self.shape)
        self._grad = gradient

    def zero_grad(self) -> None:
        """Forget the gradient: `grad` becomes None."""
        self._grad = None

    def retain_grad(self) -> None:
        """Keep the gradient of a computed tensor in its `grad` too.

        Examples
        --------
        >>> from glassnet.autograd import Tensor
        >>> x = Tensor(3.0, requires_grad=True)
        >>> y = x * 2
        >>> y.retain_grad()
        >>> (y * y).backward()
        >>> y.grad, x.grad
        (Tensor(12.), Tensor(24.))
        """
        if not self._requires_grad:
            raise AutogradError.no_gradient(later("this tensor"))
        if self._node is not None:
            sweep.watch(self._node, self)

    def backward(self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False) -> None:
        """Differentiate by every leaf that this was computed from, and add the gradients to their `grad`.

        Parameters
        ----------
        gradient : array_like of this tensor's shape, optional
            Weights of this tensor's elements. A tensor of one element needs none.
        retain_graph : bool, optional
            Whether the graph is kept for another call. By default it is freed, unless another graph is created.
        create_graph : bool, default=False
            Whether the gradients are recorded, so that they can be differentiated in turn.

        Raises
        ------
        AutogradError
            If nothing requires a gradient, the graph was freed before, the tensor has several elements and no
            `gradient` was given or one of another shape, or a value that is needed was changed in place.
        """
        sweep.backward(self, gradient, retain_graph, create_graph)

    def detach(self) -> Tensor:
        """Return the same values without their history. Changes in place go through to this tensor."""
        return tape.wrapped(self._data, None, False, self._counter)

    def clone(self) -> Tensor:
        """Return a copy; the gradient passes."""
        return shaping.clone(self)

    # ------------------------------------------------------------------------------------------- operations

    def __add__(self, other: Any) -> Tensor:
        return arithmetic.add(self, other)

    def __radd__(self, other: Any) -> Tensor:
        return arithmetic.add(other, self)

    def __sub__(self, other: Any) -> Tensor:
        return arithmetic.subtract(self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return arithmetic.subtract(other, self)

    def __mul__(self, other: Any) -> Tensor:
        return arithmetic.multiply(self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return arithmetic.multiply(other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return arithmetic.divide(self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return arithmetic.divide(other, self)

    def __pow__(self, other: Any) -> Tensor:
        return arithmetic.power(self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return arithmetic.power(other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return arithmetic.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return arithmetic.matmul(other, self)

    def __neg__(self) -> Tensor:
        return arithmetic.negative(self)

    def __pos__(self) -> Tensor:
        return self

    def __abs__(self) -> Tensor:
        return elementwise.absolute(self)

    def __lt__(self, other: Any) -> Any:
        return self._data < _plain(other)

    def __le__(self, other: Any) -> Any:
        return self._data <= _plain(other)

    def __gt__(self, other: Any) -> Any:
        return self._data > _plain(other)

    def __ge__(self, other: Any) -> Any:
        return self._data >= _plain(other)

    def __eq__(self, other: object) -> Any:
        return self._data == _plain(other)

    def __ne__(self, other: object) -> Any:
        return self._data != _plain(other)

    def __getitem__(self, key: Any) -> Tensor:
        return shaping.index(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        in_place.put(self, key, value)

    def __iadd__(self, other: Any) -> Self:
        return in_place.become(self, arithmetic.add, other)

    def __isub__(self, other: Any) -> Self:
        return in_place.become(self, arithmetic.subtract, other)

    def __imul__(self, other: Any) -> Self:
        return in_place.become(self, arithmetic.multiply, other)

    def __itruediv__(self, other: Any) -> Self:
        return in_place.become(self, arithmetic.divide, other)

    def __ipow__(self, other: Any) -> Self:
        return in_place.become(self, arithmetic.power, other)

    def reshape(self, *shape: Any) -> Tensor:
        """Give the elements another shape, as `reshape(2, -1)` or `reshape((2, -1))`."""
        return shaping.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """Put the axes into another order, the opposite one by default."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return shaping.transpose(self, order or None)

    def swapaxes(self, first: int, second: int) -> Tensor:
        """Exchange two axes."""
        return shaping.swapaxes(self, first, second)

    def astype(self, dtype: npt.DTypeLike) -> Tensor:
        """Convert to float32 or float64; the gradient comes back in the type that this tensor has."""
        return shaping.astype(self, dtype)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Add up over all axes, or the given ones."""
        return reducing.sum_(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Take the mean over all axes, or the given ones."""
        return reducing.mean(self, axis, keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Take the largest element; equal ones share the gradient evenly, as in PyTorch's `amax`."""
        return reducing.max_(self, axis, keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Take the smallest element; equal ones share the gradient evenly, as in PyTorch's `amin`."""
        return reducing.min_(self, axis, keepdims)

    def exp(self) -> Tensor:
        """Compute the exponential of every element."""
        return elementwise.exp(self)

    def log(self) -> Tensor:
        """Compute the natural logarithm of every element."""
        return elementwise.log(self)

    def sqrt(self) -> Tensor:
        """Compute the square root of every element."""
        return elementwise.sqrt(self)

    def abs(self) -> Tensor:
        """Compute the absolute value of every element."""
        return elementwise.absolute(self)

    def clip(self, low: float | None = None, high: float | None = None) -> Tensor:
        """Hold every element between two numbers."""
        return elementwise.clip(self, low, high)


def _plain(value: Any) -> Any:
    return value._data if isinstance(value, Tensor) else value


tape.use(Tensor)
