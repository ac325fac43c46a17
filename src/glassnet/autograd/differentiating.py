"""Derivatives of functions and of results: `grad`, `value_and_grad`, `jacobian`, `hessian`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glassnet.autograd import shaping, sweep, tape
from glassnet.autograd.tensor import Tensor
from glassnet.errors import AutogradError
from glassnet.texts import later

Argnums = int | Sequence[int]


def grad(
    outputs: Any,
    inputs: Any = None,
    grad_outputs: Any = None,
    *,
    argnums: Argnums = 0,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> Any:
    """Differentiate a function, or results.

    `grad(f)` returns a function that computes the gradient of `f` by one of its arguments. `grad(outputs, inputs)`
    differentiates tensors by tensors, which need not be leaves; their `grad` does not change.

    Parameters
    ----------
    outputs : callable, Tensor or sequence of Tensor
        A function of tensors that returns a tensor of one element; or results. Several are weighed by `grad_outputs`
        and added.
    inputs : Tensor or sequence of Tensor
        By which results are differentiated.
    grad_outputs : array_like or sequence of them, optional
        One gradient of its shape for each output; None for an output of one element.
    argnums : int or sequence of int, default=0
        Arguments by which a function is differentiated.
    retain_graph : bool, optional
        Whether the graph is kept for another call. By default it is freed, unless another graph is created.
    create_graph : bool, default=False
        Whether gradients are recorded, so that they can be differentiated in turn.
    allow_unused : bool, default=False
        Whether an input on which nothing depends has the gradient None, in place of an error.

    Returns
    -------
    callable, or Tensor or tuple of Tensor
        For a function: one of the same arguments, which may be tensors, arrays or numbers. Its result is a tensor where
        the argument is one, and an array or a number else. A tensor that requires a gradient can be differentiated by
        again: `grad(grad(f))` works.
        For results: one tensor for a single input, a tuple for a sequence.

    Raises
    ------
    AutogradError
        If nothing requires a gradient, an output of several elements has no gradient to start with or one of a wrong
        shape, an input is not used, the graph was freed before, or a value that is needed was changed in place.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, grad
    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> loss = ((w * [3.0, 1.0]).sum() - 2) ** 2
    >>> grad(loss, w)
    Tensor([-6., -2.])
    """
    if callable(outputs) and not isinstance(outputs, Tensor):
        if inputs is not None or grad_outputs is not None:
            raise TypeError("grad(f) takes no inputs: it returns a function, and they are that function's arguments")
        both = value_and_grad(outputs, argnums=argnums, allow_unused=allow_unused)

        @functools.wraps(outputs)
        def gradient(*arguments: Any, **options: Any) -> Any:
            return both(*arguments, **options)[1]

        return gradient
    results = (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
    wanted = (inputs,) if isinstance(inputs, Tensor) else inputs
    if wanted is None:
        raise TypeError("grad(outputs, inputs) needs the tensors to differentiate by")
    for tensor in (*results, *wanted):
        if not isinstance(tensor, Tensor):
            raise AutogradError.not_a_tensor(later("each output and input of grad"), tensor)
    seeds = [grad_outputs] if isinstance(outputs, Tensor) and grad_outputs is not None else grad_outputs
    found = sweep.gradients(results, tuple(wanted), seeds, retain_graph, create_graph, allow_unused)
    return found[0] if isinstance(inputs, Tensor) else found


def value_and_grad(
    function: Callable[..., Any], *, argnums: Argnums = 0, allow_unused: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that computes the value of another and its gradient.

    Parameters, result and errors are those of `grad`.

    Examples
    --------
    >>> import glassnet as gn
    >>> from glassnet.autograd import value_and_grad
    >>> value_and_grad(lambda z: gn.losses.mse(z, [1.0, 0.0]))([3.0, 0.0])
    (2.0, array([2., 0.]))
    """
    single = isinstance(argnums, int)
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(function)
    def both(*arguments: Any, **options: Any) -> tuple[Any, Any]:
        given = list(arguments)
        for number in numbers:
            given[number] = _differentiable(arguments[number])
        again = tape.recording() and any(isinstance(x, Tensor) and x.requires_grad for x in arguments)
        with tape.recording_is(True):
            value = function(*given, **options)
            _check_result(value)
            wanted = [given[number] for number in numbers]
            found = sweep.gradients([value], wanted, None, again, again, allow_unused)
        results = tuple(_like(arguments[number], g) for number, g in zip(numbers, found, strict=True))
        plain = not any(isinstance(arguments[number], Tensor) for number in numbers)
        return (_plain(value) if plain else value if again else value.detach()), results[0] if single else results

    return both


def jacobian(function: Callable[[Any], Any], x: Any) -> Any:
    """Compute the derivatives of every output of a function by every input.

    Parameters
    ----------
    function : callable
        Of a tensor, to a tensor of any shape.
    x : Tensor or array_like

    Returns
    -------
    Tensor where x is one, else ndarray
        Of shape (*outputs, *inputs): `result[i, j]` is the derivative of output i by input j.

    Examples
    --------
    >>> import glassnet as gn
    >>> from glassnet.autograd import jacobian
    >>> jacobian(gn.softmax, [0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    again = tape.recording() and isinstance(x, Tensor) and x.requires_grad
    variable = _differentiable(x)
    with tape.recording_is(True):
        value = function(variable)
        if not isinstance(value, Tensor):
            raise AutogradError.not_a_tensor(later("the function's result"), value)
        shape = (*value.shape, *variable.shape)
        rows: list[Tensor] = []
        for place in range(value.size):
            seed = np.zeros(value.size, value.dtype)
            seed[place] = 1
            row = None
            if value.requires_grad:
                (row,) = sweep.gradients([value], [variable], [seed.reshape(value.shape)], True, again, True)
            rows.append(Tensor(np.zeros(variable.shape), dtype=variable.dtype) if row is None else row)
        result = shaping.reshape(shaping.stack(rows), shape) if rows else Tensor(np.zeros(shape), dtype=variable.dtype)
    return _like(x, result if again else result.detach())


def hessian(function: Callable[[Any], Any], x: Any) -> Any:
    """Compute the second derivatives of a function to one number by every pair of inputs.

    Parameters
    ----------
    function : callable
        Of a tensor, to a tensor of one element.
    x : Tensor or array_like

    Returns
    -------
    Tensor where x is one, else ndarray
        Of x's shape twice.

    Examples
    --------
    >>> import glassnet as gn
    >>> from glassnet.autograd import hessian
    >>> hessian(lambda z: gn.losses.softmax_cross_entropy(z, 0), [0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    return jacobian(grad(function, allow_unused=True), x)


def _differentiable(x: Any) -> Tensor:
    """Make a variable of an argument, which stays connected with a tensor that requires a gradient."""
    if isinstance(x, Tensor) and x.requires_grad:
        with tape.recording_is(True):
            return shaping.clone(x)
    return Tensor(x, requires_grad=True)


def _check_result(value: Any) -> None:
    if not isinstance(value, Tensor):
        raise AutogradError.not_a_tensor(later("the function's result"), value)


def _like(argument: Any, result: Tensor | None) -> Any:
    """Hand a result over as the argument came: as a tensor, or as an array or a number."""
    return result if result is None or isinstance(argument, Tensor) else _plain(result)


def _plain(value: Tensor) -> Any:
    array = value.detach().numpy().copy()
    return array.item() if array.ndim == 0 else array
