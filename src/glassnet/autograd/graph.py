"""The graph behind a result, as plain data: every operation with its value and its gradient, to print or to draw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.autograd import sweep
from glassnet.autograd.tape import Array, Node
from glassnet.autograd.tensor import Tensor
from glassnet.errors import AutogradError

_MOST = 6  # numbers of a row, and rows, that are shown
_WRITTEN: Mapping[str, str] = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "power": "{}**{}",
    "negative": "-{}",
    "matmul": "{} @ {}",
}


@dataclass(frozen=True, eq=False)
class GraphNode:
    """One node of a graph.

    Attributes
    ----------
    name : str
    operation : str
        "input" and "constant" for what was not computed, else the operation, as "multiply".
    formula : str
        How it was computed, by the names of others, as "z - m"; empty for what was not.
    value : ndarray
    gradient : ndarray or None
        Derivatives of the graph's result by this; None where none is wanted.
    parents : tuple of int
        Places of the nodes that it was computed from, in the graph.
    """

    name: str
    operation: str
    formula: str
    value: Array
    gradient: Array | None
    parents: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Describe the node by JSON types; a number that is not finite becomes None."""
        return {
            "name": self.name,
            "operation": self.operation,
            "formula": self.formula,
            "value": finite(self.value),
            "gradient": None if self.gradient is None else finite(self.gradient),
            "parents": list(self.parents),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """How a result was computed, node by node: each comes after those that it needs, and the last is the result.

    Attributes
    ----------
    nodes : tuple of GraphNode
    """

    nodes: tuple[GraphNode, ...]

    def __getitem__(self, name: str) -> GraphNode:
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def __iter__(self) -> Iterator[GraphNode]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def to_json(self) -> list[dict[str, Any]]:
        """Describe all nodes by JSON types."""
        return [node.to_json() for node in self.nodes]

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Name, formula, value and gradient of every node, as texts."""
        return [
            (node.name, node.formula, shown(node.value), "" if node.gradient is None else shown(node.gradient))
            for node in self.nodes
        ]

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join(line.rstrip() for line in lines)

    def __repr__(self) -> str:
        return str(self)


def graph(output: Tensor, names: Mapping[str, Tensor] | None = None, gradient: npt.ArrayLike | None = None) -> Graph:
    """Show how a tensor was computed, with the gradient at every node; no `grad` changes, and the graph is kept.

    Parameters
    ----------
    output : Tensor
        That requires a gradient.
    names : mapping of str to Tensor, optional
        What tensors are called. Others get names: x1, x2 … for those that were made, v1, v2 … for those that were
        computed. Single numbers that nobody named are written into the formulas.
    gradient : array_like, optional
        Weights of the output's elements, where it has several.

    Returns
    -------
    Graph

    Raises
    ------
    AutogradError
        If nothing requires a gradient, the graph was freed, or a value was changed in place.

    Examples
    --------
    >>> from glassnet.autograd import Tensor, graph
    >>> w, x = Tensor(3.0, requires_grad=True), Tensor(2.0)
    >>> graph((w * x - 1) ** 2, names={"w": w, "x": x})
    w             3   20
    x             2
    v1  w * x     6   10
    v2  v1 - 1    5   10
    v3  v2**2     25  1
    """
    seed = sweep.seed_of(output, gradient)
    order = sweep.reached([output])
    for node in order:
        if node.counter[0] != node.version:
            raise AutogradError.changed(node.operation.name, output.shape)
    leaves = {tensor: None for node in order for tensor in node.inputs or () if tensor.is_leaf}
    by_tensor = {tensor: name for name, tensor in (names or {}).items()}
    by_node = {tensor.grad_fn: name for name, tensor in (names or {}).items() if tensor.grad_fn is not None}
    wanted = [*(node.output for node in order), *(leaf for leaf in leaves if leaf.requires_grad)]
    gradients = sweep.swept([output], [seed], wanted or [output], True, False)

    places: dict[Node | Tensor, int] = {}
    nodes: list[GraphNode] = []
    for leaf in leaves:
        if leaf.requires_grad or leaf in by_tensor or leaf.size != 1:
            called = by_tensor.get(leaf) or _free(f"x{len(places) + 1}", by_tensor)
            kind = "input" if leaf.requires_grad else "constant"
            places[leaf] = len(nodes)
            nodes.append(GraphNode(called, kind, "", _values(leaf), _of(gradients.get(leaf)), ()))
    if not order:
        return Graph((GraphNode(by_tensor.get(output, "x1"), "input", "", _values(output), _of(seed), ()),))
    for count, (node, tensor) in enumerate(zip(order, wanted, strict=False), start=1):
        inputs = node.inputs or ()
        ends: list[Node | Tensor] = [x.grad_fn or x for x in inputs]
        texts = [
            nodes[places[end]].name if end in places else f"{x.detach().item():.6g}"
            for end, x in zip(ends, inputs, strict=True)
        ]
        parents = tuple(places[end] for end in ends if end in places)
        places[node] = len(nodes)
        called = by_node.get(node) or _free(f"v{count}", by_tensor)
        value = np.array(node.value)
        nodes.append(
            GraphNode(called, node.operation.name, _written(node, texts), value, _of(gradients.get(tensor)), parents)
        )
    return Graph(tuple(nodes))


def shown(values: npt.ArrayLike, digits: int = 4) -> str:
    """Write numbers shortly, on one line: "0.659", "[0.341, -0.242]"; what is 0 but for rounding is 0.

    Examples
    --------
    >>> shown([1.0, -2 / 3, 1e-17]), shown([[1, 2], [3, 4]]), shown(0.5)
    ('[1, -0.6667, 0]', '[[1, 2], [3, 4]]', '0.5')
    """
    array = np.asarray(values, np.float64)
    if array.ndim == 0:
        return numeral(float(array), digits)
    parts = [shown(part, digits) for part in rounded(array)[:_MOST]]
    return "[" + ", ".join(parts) + (", …]" if len(array) > _MOST else "]")


def numeral(value: float, digits: int = 4) -> str:
    """Write one number.

    Examples
    --------
    >>> numeral(-0.0), numeral(1234567.0), numeral(2.0)
    ('0', '1.235e+06', '2')
    """
    return f"{value:.{digits}g}" if value else "0"


def rounded(array: Array) -> Array:
    """Make 0 of what is so small beside the largest number that only rounding left it."""
    sizes = np.abs(array[np.isfinite(array)])
    if not sizes.size:
        return array
    result: Array = np.where(np.abs(array) < 1e-13 * max(1.0, sizes.max()), 0.0, array)
    return result


def _values(tensor: Tensor) -> Array:
    return np.array(tensor.detach().numpy())


def _of(gradient: Tensor | None) -> Array | None:
    return None if gradient is None else rounded(_values(gradient))


def _free(name: str, taken: Mapping[Tensor, str]) -> str:
    while name in taken.values():
        name += "'"
    return name


def _written(node: Node, inputs: Sequence[str]) -> str:
    name = node.operation.name
    if name in _WRITTEN:
        return _WRITTEN[name].format(*inputs)
    if name == "index":
        return f"{inputs[0]}[{_key(node.facts[1])}]"
    if name == "formula":
        text, variables = node.facts
        called = dict(zip(variables, inputs, strict=True))
        return re.sub(r"\b[A-Za-z_]\w*\b", lambda word: called.get(word[0], word[0]), text)
    if name == "where":
        return f"where(…, {', '.join(inputs)})"
    return f"{name}({', '.join(inputs)})"


def _key(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    texts = []
    for part in parts:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
            texts.append(":".join(ends) + ("" if part.step is None else f":{part.step}"))
        else:
            texts.append("…" if part is Ellipsis else str(np.asarray(part).tolist()) if part is not None else "None")
    return ", ".join(texts)


def finite(values: Any) -> Any:
    """Turn numbers, nested in lists and dicts, to JSON types: one that is not finite becomes None.

    Examples
    --------
    >>> finite({"a": [1.0, float("inf")]})
    {'a': [1.0, None]}
    """
    if isinstance(values, dict):
        return {name: finite(value) for name, value in values.items()}
    array = np.asarray(values, np.float64)
    return np.where(np.isfinite(array), array.astype(object), np.array(None, object)).tolist()
