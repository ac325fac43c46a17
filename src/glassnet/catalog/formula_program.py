"""From a formula's tree to a program of the engine, which differentiates and runs it (cpp/engine/formula.hpp)."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula_terms import CONSTANTS, FUNCTIONS, Term
from glassnet.catalog.kernels import Floats, as_floats, delivered, engine, prepared

_OPERATIONS = {*FUNCTIONS, "+", "-", "*", "/", "**", "neg", "<", "<=", ">", ">="}

Pairs = tuple[tuple[str, float], ...]


@functools.lru_cache(maxsize=512)
def compiled(
    term: Term, variables: tuple[str, ...], parameters: Pairs, learned: tuple[str, ...], saturation: float = 0.0
) -> Any:
    """Compile a tree.

    Parameters
    ----------
    term : Term
        Rewritten already.
    variables : tuple of str
        The inputs; the derivative is that by the first.
    parameters : tuple of pairs of name and value
        Constants of the program, but for those that are learned.
    learned : tuple of str
        Names of the parameters that stay parameters of the program, in their order there.
    saturation : float, default=0.0
        Where slopes are smaller, a unit counts as saturated.

    Returns
    -------
    glassnet._engine.FormulaProgram
    """
    constants: dict[float | str, int] = {}
    values = {**dict(parameters), **{name: float(digits) for name, digits in CONSTANTS.items()}}
    free = (*variables, *learned)

    def gather(node: Term) -> None:
        if node.head == "number":
            constants.setdefault(float(node.data), len(constants))
        elif node.head == "name" and node.data not in free:
            constants.setdefault(values[node.data], len(constants))
        for part in node.parts:
            gather(part)

    gather(term)
    instructions: list[tuple[str, list[int], list[float]]] = []
    known: dict[Term, int] = {}

    def place(node: Term) -> int:
        if node not in known:
            known[node] = made(node)
        return known[node]

    def made(node: Term) -> int:
        if node.head == "number":
            return len(free) + constants[float(node.data)]
        if node.head == "name":
            return free.index(node.data) if node.data in free else len(free) + constants[values[node.data]]
        operands = [place(part) for part in node.parts]
        given = [] if node.head in _OPERATIONS else list(ACTIVATIONS[node.head].values)
        instructions.append((node.head, operands, given))
        return len(free) + len(constants) + len(instructions) - 1

    result = place(term)
    return engine().formula_program(
        len(variables), len(learned), [float(value) for value in constants], instructions, result, saturation
    )


# The engine tells of objects that outlive it, as those in a cache of a module would.
atexit.register(compiled.cache_clear)


def run(
    program: Any, x: npt.ArrayLike, out: Floats | None = None, *, slope: bool = False, units: Sequence[float] = ()
) -> Any:
    """Apply a program of one variable, or its derivative, to every element; as `kernels.elementwise`."""
    x = as_floats(x)
    into = prepared(out, x)
    same_place = out is not None and out.ctypes.data == x.ctypes.data and out.strides == x.strides
    direct = into.flags.c_contiguous and (same_place or not np.may_share_memory(into, x))
    result = into if direct else np.empty(x.shape, x.dtype)
    flat = np.ascontiguousarray(x).reshape(-1), result.reshape(-1)
    engine().formula(program, list(units), [flat[0]], *((None, flat[1]) if slope else (flat[1], None)), [])
    return delivered(result, into, out)
