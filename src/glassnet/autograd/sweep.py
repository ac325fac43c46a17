"""Walking a graph back: the chain rule, node by node, from the last to the first.

Nodes are numbered in the order of their creation, so those that are reached, sorted by number, form an order in which a
node's gradient is complete before it is passed on. Nothing is recursive: a chain of a million operations is walked as
a sum of three is.
"""

from __future__ import annotations

import operator
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.autograd import arithmetic
from glassnet.autograd.tape import Node, recording, recording_is, tensor_of, wrapped
from glassnet.errors import AutogradError
from glassnet.texts import later

if TYPE_CHECKING:
    from glassnet.autograd.tensor import Tensor

_number = operator.attrgetter("number")


def backward(output: Tensor, gradient: Any, retain_graph: bool | None, create_graph: bool) -> None:
    """Differentiate an output and add the gradients to the leaves' `grad`; see `Tensor.backward`."""
    seed = seed_of(output, gradient)
    found = swept([output], [seed], None, create_graph if retain_graph is None else retain_graph, create_graph)
    with recording_is(recording() and create_graph):
        for tensor, g in found.items():
            if tensor._grad is not None:
                tensor._grad = tensor._grad + g
            else:
                # A copy: one gradient may have gone to several tensors, and each owns its own.
                tensor._grad = g if create_graph else wrapped(g._data.copy(), None, False)


def gradients(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    seeds: Sequence[Any] | None,
    retain_graph: bool | None,
    create_graph: bool,
    allow_unused: bool,
) -> tuple[Tensor | None, ...]:
    """Differentiate outputs by inputs, which may be computed tensors; no `grad` changes."""
    if seeds is not None and len(seeds) != len(outputs):
        raise AutogradError.seed_count(len(seeds), len(outputs))
    started = [seed_of(output, seed) for output, seed in zip(outputs, seeds or [None] * len(outputs), strict=True)]
    for tensor in inputs:
        if not tensor._requires_grad:
            raise AutogradError.no_gradient(later("an input"))
    found = swept(outputs, started, inputs, create_graph if retain_graph is None else retain_graph, create_graph)
    result = tuple(found.get(tensor) for tensor in inputs)
    if not allow_unused:
        for position, g in enumerate(result):
            if g is None:
                raise AutogradError.unused(position)
    return result


def seed_of(output: Tensor, gradient: Any) -> Tensor:
    """Return the gradient that a walk starts with."""
    if not output._requires_grad:
        raise AutogradError.no_gradient()
    if gradient is None:
        if output._data.size != 1:
            raise AutogradError.no_seed(output.shape)
        return wrapped(np.ones_like(output._data), None, False)
    seed = tensor_of(gradient)
    if seed.shape != output.shape:
        raise AutogradError.seed_shape(seed.shape, output.shape)
    if seed._data.dtype != output._data.dtype:
        seed = seed.astype(output._data.dtype)
    return seed


def reached(outputs: Sequence[Tensor]) -> list[Node]:
    """List the nodes that outputs were computed by, in the order of their creation."""
    seen = {tensor._node for tensor in outputs if tensor._node is not None}
    todo = list(seen)
    while todo:
        node = todo.pop()
        if node.inputs is None:
            raise AutogradError.freed(node.operation.name)
        for before in node.edges:
            if isinstance(before, Node) and before not in seen:
                seen.add(before)
                todo.append(before)
    return sorted(seen, key=_number)


def watch(node: Node, tensor: Tensor) -> None:
    """Let a tensor get the gradient of a node's value in its `grad`."""
    node.watcher = weakref.ref(tensor)


def swept(
    outputs: Sequence[Tensor],
    seeds: Sequence[Tensor],
    wanted: Sequence[Tensor] | None,
    retain: bool,
    create: bool,
) -> dict[Tensor, Tensor]:
    """Walk back from outputs.

    Parameters
    ----------
    outputs, seeds : sequences of Tensor
        What is differentiated, and the gradients to start with.
    wanted : sequence of Tensor or None
        Whose gradients are wanted; None for every leaf, and every tensor that asked for its own.
    retain : bool
        Whether the graph is kept.
    create : bool
        Whether the walk is recorded.

    Returns
    -------
    dict of Tensor to Tensor
        By identity: gradients of the tensors that were reached.
    """
    order = reached(outputs)
    needed = _leading_to(wanted, order) if wanted is not None else None
    at_node: dict[Node, list[Tensor]] = {}
    for tensor in wanted or ():
        if tensor._node is not None:
            at_node.setdefault(tensor._node, []).append(tensor)
    leaves = {tensor for tensor in wanted if tensor._node is None} if wanted is not None else None

    found: dict[Tensor, Tensor] = {}
    waiting: dict[Node, Tensor] = {}
    with recording_is(create):
        for tensor, seed in zip(outputs, seeds, strict=True):
            _collect(tensor._node or tensor, seed, waiting, found, leaves)
        while order:
            node = order.pop()
            g = waiting.pop(node, None)
            if g is None:
                continue
            if node in at_node:
                found.update(dict.fromkeys(at_node[node], g))
            elif wanted is None and node.watcher is not None:
                watching = node.watcher()
                if watching is not None and watching._node is node:
                    found[watching] = g
            if needed is None or node in needed:
                inputs = node.inputs
                if inputs is None:
                    raise AutogradError.freed(node.operation.name)
                _check_unchanged(node, inputs)
                for edge, part in zip(node.edges, node.operation.rule(node, g), strict=True):
                    if edge is not None and part is not None:
                        _collect(edge, part, waiting, found, leaves)
            if not retain:
                node.free()
    return found


def _collect(
    edge: Node | Tensor, g: Tensor, waiting: dict[Node, Tensor], found: dict[Tensor, Tensor], leaves: set[Tensor] | None
) -> None:
    """Add to the gradient of a node's value or, for a leaf, to what was found."""
    if isinstance(edge, Node):
        before = waiting.get(edge)
        waiting[edge] = g if before is None else arithmetic.add(before, g)
    elif leaves is None or edge in leaves:
        before = found.get(edge)
        found[edge] = g if before is None else arithmetic.add(before, g)


def _check_unchanged(node: Node, inputs: tuple[Tensor, ...]) -> None:
    """Refuse a node whose saved values were changed in place."""
    operation, versions = node.operation, node.versions
    for i, purpose in operation.inputs:
        if inputs[i]._counter[0] != versions[i] and (purpose < 0 or node.edges[purpose] is not None):
            raise AutogradError.changed(operation.name, inputs[i].shape)
    if operation.output and node.counter[0] != node.version:
        assert node.value is not None
        raise AutogradError.changed(operation.name, node.value.shape)


def _leading_to(wanted: Sequence[Tensor], order: Sequence[Node]) -> set[Node]:
    """Nodes through which gradients have to pass to get to the tensors that are wanted."""
    ends: set[Node | Tensor] = {tensor._node or tensor for tensor in wanted}
    leading: set[Node] = set()
    for node in order:
        if any(edge is not None and (edge in ends or edge in leading) for edge in node.edges):
            leading.add(node)
    return leading
