"""`glassnet explain` and `glassnet list`: what the catalog knows, as text or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.console import Console

import glassnet
from glassnet.catalog.asking import KINDS, explanations_of, listed
from glassnet.cli.options import Common
from glassnet.cli.usage import complaint, nearest
from glassnet.report import explanation_text
from glassnet.texts import _


def run(names: Sequence[str], common: Common) -> int:
    """Explain every name; return the exit code."""
    told = [explanation for name in names for explanation in explanations_of(name)]
    if common.as_json:
        described = {"command": "explain", "version": glassnet.__version__, "entries": [one.to_json() for one in told]}
        print(json.dumps(described, allow_nan=False))  # noqa: T201
        return 0
    console = Console(highlight=False)
    for place, explanation in enumerate(told):
        if place:
            console.print()
        console.print(explanation_text.explanation(explanation, _width(console)), soft_wrap=True)
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
