"""`glassnet explain` and `glassnet list`: what the catalog knows and how things are computed, as text or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

import glassnet
from glassnet.autograd.worked import Worked
from glassnet.catalog.asking import KINDS, explanations_of, listed
from glassnet.catalog.explanation import Explanation
from glassnet.cli import worked
from glassnet.cli.options import Common
from glassnet.cli.usage import complaint, nearest
from glassnet.report import explanation_text, graph_text
from glassnet.texts import _


def run(names: Sequence[str], numbers: worked.Numbers, picture: Path | None, common: Common, *, force: bool) -> int:
    """Explain every name; return the exit code."""
    if picture is not None:
        worked.check_picture(picture, force=force)
    told: list[Explanation | Worked] = []
    for name in names:
        computed = worked.work(name, numbers)
        told += explanations_of(name) if computed is None else [computed]
    graphs = [one for one in told if isinstance(one, Worked)]
    if picture is not None:
        if len(graphs) != 1:
            sentence = _(
                "{option} draws one computation, as softmax-cross-entropy or a formula with --at; there are {n}."
            )
            raise complaint(sentence.format(option="--out", n=len(graphs)))
        from glassnet.report.graph_picture import graph_picture

        graph_picture(graphs[0]).save(picture)
    if common.as_json:
        described = {
            "command": "explain",
            "version": glassnet.__version__,
            "entries": [one.to_json() for one in told if isinstance(one, Explanation)],
        }
        if graphs:
            described["graphs"] = [one.to_json() for one in graphs]
        if picture is not None:
            described["file"] = str(picture)
        print(json.dumps(described, allow_nan=False))  # noqa: T201
        return 0
    console = Console(highlight=False)
    for place, one in enumerate(told):
        if place:
            console.print()
        width = _width(console)
        text = graph_text.worked(one, width) if isinstance(one, Worked) else explanation_text.explanation(one, width)
        console.print(text, soft_wrap=True)
    if picture is not None:
        console.print(f"\n  {picture}", soft_wrap=True)
    return 0


def run_list(kind: str | None, common: Common) -> int:
    """List the entries of a kind, or the kinds; return the exit code."""
    if kind is not None and kind not in KINDS:
        sentence = _('{command} takes one of {choices}; got "{received}".')
        message = sentence.format(command="glassnet list", choices=", ".join(KINDS), received=kind)
        raise complaint(message + nearest(kind, KINDS))
    if common.as_json:
        entries = {name: listed(name) for name in KINDS if kind in (None, name)}
        print(json.dumps({"command": "list", "version": glassnet.__version__, **entries}))  # noqa: T201
        return 0
    console = Console(highlight=False)
    if kind is None:
        text = explanation_text.kinds({name: len(listed(name)) for name in KINDS})
    else:
        text = explanation_text.entries(listed(kind), _width(console))
    console.print(text, soft_wrap=True)
    return 0


def _width(console: Console) -> int | None:
    """Width of the terminal; None where the output goes to a file or another program, which gets whole lines."""
    return console.width if sys.stdout.isatty() else None
