"""Finding an entry of any kind by what people write: a name, a name with parameters, or a formula."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.configure import activation, loss
from glassnet.catalog.entries import Entry
from glassnet.catalog.formula_names import names
from glassnet.catalog.initializers import INITIALIZERS
from glassnet.catalog.lookup import Catalog
from glassnet.catalog.losses import LOSSES
from glassnet.catalog.optimizers import OPTIMIZERS
from glassnet.catalog.schedules import SCHEDULES
from glassnet.errors import ParameterError

# In this order a name is looked for: "linear" is the activation, "schedules.linear" the schedule.
CATALOGS: Mapping[str, Catalog[Any]] = {
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "initializers": INITIALIZERS,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
}


def find(text: str, *, near: Iterable[str] = (), parameters: Mapping[str, Any] | None = None) -> Entry:
    """Find the entry of any catalog that a text means.

    Parameters
    ----------
    text : str
        A name or synonym (`tanh`), with the catalog before it where several have it (`schedules.linear`), with
        parameters (`leaky_relu(slope=0.03)`), or a formula: of `x` for an activation (`x * sigmoid(x)`), of `p` and
        `y` for a loss (`abs(p - y)**1.5`).
    near : iterable of str, optional
        Further names to look for the nearest among, where nothing is called so.
    parameters : mapping of str to number, optional
        A formula takes its values from it; names that it does not have are left for others.

    Raises
    ------
    ParameterError
        If nothing has this name (the nearest names are told), a parameter is unknown or its value not allowed, or the
        formula is none.

    Examples
    --------
    >>> find("leaky_relu(slope=0.03)")
    gn.activation('leaky_relu', slope=0.03)
    >>> find("schedules.linear").kind
    'schedule'
    """
    name, own = _call(text)
    entry = _by_name(name)
    if entry is not None:
        return entry.with_parameters(**own)
    if name.replace(".", "_").isidentifier():
        raise ParameterError.nothing_called(
            name, [*(key for catalog in CATALOGS.values() for key in catalog.names), *near]
        )
    free = names(text).free
    of_a_loss = "x" not in free and not {"y", "p"}.isdisjoint(free)
    made: Callable[..., Entry] = loss if of_a_loss else activation
    return made(text, **{name: value for name, value in (parameters or {}).items() if name in free})


def configured(entries: list[Entry], parameters: Mapping[str, object]) -> list[Entry]:
    """Give each entry those of the parameters that it has.

    Raises
    ------
    ParameterError
        If none of them has one.
    """
    known = {name for entry in entries for name in entry.declared}
    for name in parameters:
        if name not in known:
            raise ParameterError.unknown(name, sorted(known), of=", ".join(entry.name for entry in entries))
    return [
        entry.with_parameters(**{name: value for name, value in parameters.items() if name in entry.declared})
        for entry in entries
    ]


def _by_name(name: str) -> Entry | None:
    kind, _, rest = name.rpartition(".")
    for plural, catalog in CATALOGS.items():
        if kind in ("", plural) and rest in catalog:
            found: Entry = catalog[rest]
            return found
    return None


def _call(text: str) -> tuple[str, dict[str, Any]]:
    """Split "name(parameter=1)" into the name and its parameters; anything else is a name without any."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text.strip(), {}
    if isinstance(tree, ast.Call) and not tree.args and tree.keywords:
        values = {}
        for keyword in tree.keywords:
            try:
                values[keyword.arg or "**"] = ast.literal_eval(keyword.value)
            except ValueError:
                values[keyword.arg or "**"] = ast.unparse(keyword.value)
        return ast.unparse(tree.func), values
    return text.strip(), {}
