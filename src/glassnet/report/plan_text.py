"""A plan as text: which table, what becomes of its columns, what was chosen and why, how each choice is overridden.

What is shown is described by protocols, because the plans themselves are made in a later room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from glassnet.report import terminal
from glassnet.report.terminal import harmless
from glassnet.texts import _, plural

if TYPE_CHECKING:
    from glassnet.network import NetworkSpec
    from glassnet.table import Role

MOST_CLASSES = 5
MOST_LEFT_OUT = 6
NAME_LINES = 2  # for the names of the columns of one kind


class ShownChoice(Protocol):
    """One thing that was chosen, in words."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def option(self) -> str: ...  # noqa: D102


class ShownPlan(Protocol):
    """What a training on a table will do."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> str: ...  # noqa: D102
    @property
    def n_rows(self) -> int: ...  # noqa: D102
    @property
    def n_train(self) -> int: ...  # noqa: D102
    @property
    def n_validation(self) -> int: ...  # noqa: D102
    @property
    def n_test(self) -> int: ...  # noqa: D102
    @property
    def n_skipped(self) -> int: ...  # noqa: D102
    @property
    def n_without_target(self) -> int: ...  # noqa: D102
    @property
    def classes(self) -> list[Any] | None: ...  # noqa: D102
    @property
    def class_counts(self) -> list[int] | None: ...  # noqa: D102
    @property
    def roles(self) -> tuple[Role, ...]: ...  # noqa: D102
    @property
    def choices(self) -> Sequence[ShownChoice]: ...  # noqa: D102
    @property
    def network(self) -> NetworkSpec: ...  # noqa: D102


def plan(found: ShownPlan, format_notes: Sequence[str] = ()) -> RenderableType:
    """Say what will be done and why.

    Parameters
    ----------
    found : Plan
    format_notes : sequence of str
        What is unusual about the file, in words: "gzip", "cp1252".
    """
    n_columns = len(found.roles) + 1
    title = [
        harmless(found.source, 60),
        plural("{n} row", "{n} rows", found.n_rows).format(n=f"{found.n_rows:,}"),
        plural("{n} column", "{n} columns", n_columns).format(n=f"{n_columns:,}"),
        *format_notes,
    ]
    width = max(map(cell_len, (*(choice.name for choice in found.choices), *_names())))
    room = terminal.LINE - len(terminal.INDENT) - width - 2
    choices = [(choice.name, _choice(choice, room)) for choice in found.choices]
    rows = [
        (_("target"), _target(found, room)),
        *choices[:1],  # the task, from which the rest follows
        (_("columns"), _columns(found.roles, room)),
        (_("rows"), _rows(found, room)),
        *choices[1:],
        (_("network"), terminal.wrapped(network(found.network), room)),
    ]
    text = terminal.facts(rows, width)
    text.highlight_regex(r"\(--[a-z0-9-]+\)", "dim")
    return Group(Text(" · ".join(title), style="bold"), text, Text())


def network(spec: NetworkSpec) -> str:
    """Write a network as a chain: "64 → 32 relu → 10 softmax · 2,410 parameters"."""
    layers = [f"{layer.units} {layer.activation.name}" for layer in spec.layers]
    text = _("{chain} · {parameters} parameters")
    return text.format(chain=" → ".join([f"{spec.shapes[0][0]:,}", *layers]), parameters=f"{spec.n_parameters:,}")


def _names() -> tuple[str, ...]:
    return (_("target"), _("columns"), _("rows"), _("network"))


def _target(found: ShownPlan, room: int) -> list[str]:
    name = harmless(found.target)
    if found.classes is None or found.class_counts is None:
        return [name]
    total = sum(found.class_counts)
    by_count = sorted(zip(found.class_counts, found.classes, strict=True), key=lambda pair: -pair[0])
    shares = [
        _("{label} {share}").format(label=harmless(label, 24), share=f"{count / total:.0%}")
        for count, label in by_count[:MOST_CLASSES]
    ]
    more = len(by_count) - len(shares)
    if more:
        shares.append(plural("{n} other", "{n} others", more).format(n=f"{more:,}"))
    return terminal.wrapped(_("{name}: {classes}").format(name=name, classes=" · ".join(shares)), room)


def _columns(roles: Iterable[Role], room: int) -> list[str]:
    roles = tuple(roles)
    lines = []
    for use, words in _uses().items():
        names = [role.name for role in roles if role.use == use]
        if names:
            lines += _listed(words.format(n=f"{len(names):,}"), names, room)
    left_out = [role for role in roles if role.use is None]
    for role in left_out[:MOST_LEFT_OUT]:
        text = _("left out: {name}, {reason}").format(name=harmless(role.name), reason=role.reason)
        lines += terminal.wrapped(text, room)
    more = len(left_out) - MOST_LEFT_OUT
    if more > 0:
        text = plural(
            "and {n} more is left out (--json names it)", "and {n} more are left out (--json names them)", more
        )
        lines.append(text.format(n=f"{more:,}"))
    return lines


def _uses() -> dict[str, str]:
    return {
        "number": _("{n} as numbers"),
        "boolean": _("{n} as true or false"),
        "category": _("{n} as categories"),
        "embedding": _("{n} as embedded categories"),
        "date": _("{n} as dates"),
    }


def _listed(words: str, names: Sequence[str], room: int) -> list[str]:
    """List as many names as two lines hold."""
    most = min(len(names), NAME_LINES * room // 3)  # a name takes three cells at least, with its comma
    shown = [harmless(name, 24) for name in names[:most]]
    for n in range(most, -1, -1):
        rest = [] if n == len(names) else ["…"]
        lines = terminal.wrapped(_("{what}: {names}").format(what=words, names=", ".join([*shown[:n], *rest])), room)
        if len(lines) <= NAME_LINES:
            break
    return lines


def _rows(found: ShownPlan, room: int) -> list[str]:
    parts = [_("train {n}").format(n=f"{found.n_train:,}")]
    if found.n_validation:
        parts.append(_("validation {n}").format(n=f"{found.n_validation:,}"))
    if found.n_test:
        parts.append(_("test {n}, put aside until the end").format(n=f"{found.n_test:,}"))
    else:
        parts.append(_("no test"))
    lines = terminal.wrapped(" · ".join(parts), room)
    if found.n_skipped:
        text = plural(
            "{n} row that could not be read is left out",
            "{n} rows that could not be read are left out",
            found.n_skipped,
        )
        lines += terminal.wrapped(text.format(n=f"{found.n_skipped:,}"), room)
    if found.n_without_target:
        text = plural(
            "{n} row without {target} is left out", "{n} rows without {target} are left out", found.n_without_target
        )
        words = text.format(n=f"{found.n_without_target:,}", target=harmless(found.target))
        lines += terminal.wrapped(words, room)
    return lines


def _choice(choice: ShownChoice, room: int) -> list[str]:
    words = " · ".join([choice.value, *([choice.reason] if choice.reason else [])])
    return terminal.wrapped(f"{words} ({choice.option})" if choice.option else words, room)
