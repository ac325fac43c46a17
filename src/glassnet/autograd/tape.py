"""The tape: what is recorded while tensors are computed with.

Every result that depends on a tensor that requires a gradient gets a `Node`: which operation it was, on which tensors,
and which value came out. The nodes are the graph; there is no other list of them. Each has a number, given in the
order of creation, so the order of creation read backward is an order in which every node comes after all nodes that
use its value: walking back needs no search and no recursion (`sweep.py`).

A node refers to its inputs, never to the tensor that it made, so that graphs have no cycles and are let go as soon as
nobody holds their end. Where the gradient needs the operation's own result (exp, sqrt), `Node.output` makes a tensor
of it again.

No two tensors share memory, but for `detach()`: a change in place of one never changes another. The exception shares
the counter of changes as well, so that a gradient that needs the old value is refused and not computed wrongly.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import weakref

    from glassnet.autograd.tensor import Tensor

Array = npt.NDArray[Any]
# From the gradient of a node's value to those of its inputs; None where an input needs none.
Rule = Callable[["Node", "Tensor"], "tuple[Tensor | None, ...]"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Operation:
    """What tensors can be computed by: a name, the rule of its gradient, and what the rule looks at.

    Parameters
    ----------
    name : str
    rule : callable of (Node, Tensor)
        Written with operations on tensors, so that gradients can be differentiated again.
    inputs : tuple of pairs of int, default=()
        Positions of the inputs whose values the rule looks at, each with the position of the input for whose gradient
        it does so, -1 for any: a product looks at one factor for the gradient of the other.
    output : bool, default=False
        Whether it needs the operation's result.
    """

    __slots__ = ("inputs", "name", "output", "rule")

    def __init__(
        self, name: str, rule: Rule, inputs: tuple[tuple[int, int], ...] = (), *, output: bool = False
    ) -> None:
        self.name = name
        self.rule = rule
        self.inputs = inputs
        self.output = output

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


class Node:
    """One recorded operation.

    Attributes
    ----------
    operation : Operation
    inputs : tuple of Tensor, or None
        None once the graph was freed.
    edges : tuple
        Where gradients go, as it was when the operation was recorded: a node, a leaf, or None where none is wanted.
    facts : object
        What else the rule needs to know: an axis, a mask.
    value : ndarray or None
        The result's values; None once the graph was freed.
    number : int
        Nodes are numbered in the order of their creation.
    """

    __slots__ = (
        "__weakref__", "counter", "edges", "facts", "inputs", "number", "operation", "value", "version", "versions",
        "watcher",
    )  # fmt: skip

    operation: Operation
    inputs: tuple[Tensor, ...] | None
    edges: tuple[Node | Tensor | None, ...]
    facts: Any
    value: Array | None
    number: int
    counter: list[int]  # of the changes of `value`
    version: int
    versions: tuple[int, ...]  # of the inputs, when they were computed with
    watcher: weakref.ref[Tensor] | None  # a tensor that wants the gradient of `value`

    @property
    def output(self) -> Tensor:
        """The operation's result, as a tensor with this history."""
        assert self.value is not None
        return wrapped(self.value, self, True, self.counter)

    def free(self) -> None:
        """Let inputs and values go."""
        self.inputs = self.value = self.facts = None
        self.edges = ()

    def __repr__(self) -> str:
        return f"<{self.operation.name}, node {self.number}>"


class _Mode(threading.local):
    """Whether operations are recorded; each thread has its own answer."""

    recording = True


_mode = _Mode()
_numbers = itertools.count()
_class: type[Tensor]


def use(tensor_class: type[Tensor]) -> None:
    """Tell the tape what tensors are; `tensor.py` does, which itself needs the operations that are defined by then."""
    global _class  # noqa: PLW0603
    _class = tensor_class


def tensor_of(x: Any) -> Tensor:
    """Make a tensor of what a function was given."""
    return x if isinstance(x, _class) else _class(x)


def wrapped(value: Array, node: Node | None, requires_grad: bool, counter: list[int] | None = None) -> Tensor:
    """Make a tensor around an array that nobody else changes."""
    tensor = object.__new__(_class)
    tensor._data = value
    tensor._node = node
    tensor._requires_grad = requires_grad
    tensor._grad = None
    tensor._counter = [0] if counter is None else counter
    return tensor


def recorded(operation: Operation, value: Any, inputs: tuple[Tensor, ...], facts: Any = None) -> Tensor:
    """Make the tensor of an operation's result, with a node where one of the inputs requires a gradient.

    Parameters
    ----------
    operation : Operation
    value : ndarray or NumPy scalar
    inputs : tuple of Tensor
    facts : object, optional
        For the rule.
    """
    if type(value) is not np.ndarray:
        value = np.asarray(value)
    if _mode.recording:
        for tensor in inputs:
            if tensor._requires_grad:
                return noted(wrapped(value, None, True), operation, inputs, facts)
    return wrapped(value, None, False)


def noted(result: Tensor, operation: Operation, inputs: tuple[Tensor, ...], facts: Any) -> Tensor:
    """Give a tensor a node."""
    node = object.__new__(Node)
    node.operation = operation
    node.inputs = inputs
    node.edges = tuple([(x._node or x) if x._requires_grad else None for x in inputs])
    node.facts = facts
    node.value = result._data
    node.counter = result._counter
    node.version = result._counter[0]
    node.versions = tuple([x._counter[0] for x in inputs])
    node.number = next(_numbers)
    node.watcher = None
    result._node = node
    result._requires_grad = True
    return result


def recording() -> bool:
    """Whether operations are recorded now, in this thread."""
    return _mode.recording


@contextmanager
def recording_is(on: bool) -> Iterator[None]:
    """Record operations, or do not, within a `with`, in this thread."""
    before = _mode.recording
    _mode.recording = on
    try:
        yield
    finally:
        _mode.recording = before


class no_grad:  # noqa: N801 (the name that PyTorch gave it)
    """Compute without recording, in this thread: a context manager, and a decorator of functions.

    Results within do not require a gradient, and tensors may be changed in place.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, no_grad
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> with no_grad():
    ...     w -= 0.1 * w.grad
    >>> w
    Tensor([0.8, 1.6], requires_grad=True)
    >>> @no_grad()
    ... def twice(t):
    ...     return 2 * t
    >>> twice(w).requires_grad
    False
    """

    _mode: bool = False

    def __init__(self) -> None:
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(_mode.recording)
        _mode.recording = self._mode

    def __exit__(self, *_error: object) -> None:
        _mode.recording = self._before.pop()

    def __call__(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Compute a function so."""
        mode = self._mode

        @functools.wraps(function)
        def called(*arguments: _P.args, **options: _P.kwargs) -> _R:
            with recording_is(mode):
                return function(*arguments, **options)

        return called


class enable_grad(no_grad):  # noqa: N801 (the name that PyTorch gave it)
    """Record operations again, within a `no_grad`.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, enable_grad, no_grad
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     (3 * w).requires_grad
    True
    """

    _mode = True
