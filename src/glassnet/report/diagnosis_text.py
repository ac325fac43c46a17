"""A diagnosis as text for a terminal: findings as paragraphs, causes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from glassnet.diagnosis.findings import head_of
from glassnet.report import terminal
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.diagnosis import Diagnosis, Finding

STYLES = {"healthy": "", "note": "yellow", "warning": "bold red"}


def diagnosis(found: Diagnosis, said: Callable[[str], str] = str, *, notes: bool = True) -> Text:
    """Write all findings: what is the case, why it matters, the likely cause, what to try.

    Parameters
    ----------
    found : Diagnosis
    said : callable
        Puts the words of the reader in the place of parameters: options, on the command line.
    notes : bool, default=True
        Whether notes are told too, or only what wants something to be done.
    """
    shown = [finding for finding in found if notes or finding.severity == "warning"]
    parts = [_paragraph(found, finding, said) for finding in shown] or [Text(terminal.INDENT + _("nothing stands out"))]
    for text in found.unknown if notes else ():
        lines = terminal.wrapped(text, terminal.LINE - len(terminal.INDENT))
        parts.append(Text("\n".join(terminal.INDENT + line for line in lines), style="dim"))
    return Text("\n\n").join(parts)


def _paragraph(found: Diagnosis, finding: Finding, said: Callable[[str], str]) -> Text:
    head = terminal.wrapped(said(head_of(finding)), terminal.LINE - len(terminal.INDENT))
    text = Text("\n".join(terminal.INDENT + line for line in head), style=STYLES[finding.severity])
    lines = found.lines_of(finding)
    width = max((cell_len(label) for label, _words in lines), default=0)
    room = terminal.LINE - 2 * len(terminal.INDENT) - width - 2
    for label, words in lines:
        for place, line in enumerate(terminal.wrapped(said(words), room)):
            shown = "" if place else label
            text.append("\n" + 2 * terminal.INDENT, style="not bold default")
            text.append(shown + " " * (width - cell_len(shown) + 2), style="not bold " + terminal.NAME)
            text.append(line, style="not bold default")
    return text
