"""What a diagnosis has found, in order: the root cause first."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any, overload

from glassnet.diagnosis.finding import Finding
from glassnet.texts import _

LISTED = " · "


class Diagnosis(Sequence[Finding]):
    """Findings about a fit: warnings before notes, and causes before what follows from them.

    What is healthy is not listed: an empty diagnosis is a good one, as far as it could look.

    Parameters
    ----------
    findings : iterable of Finding
    unknown : sequence of str, default=()
        What could not be looked at, and why, in the language in use.

    Examples
    --------
    >>> print(Diagnosis([]))
    nothing stands out
    >>> Diagnosis([Finding("stuck", "warning", 1.0, None, "it has learned nothing", why="what for?")])[0].name
    'stuck'
    """

    def __init__(self, findings: Iterable[Finding], unknown: Sequence[str] = ()) -> None:
        self._findings = tuple(findings)
        self.unknown = tuple(unknown)

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> Diagnosis: ...

    def __getitem__(self, index: int | slice) -> Finding | Diagnosis:
        """Return a finding, or a diagnosis of some of them."""
        return Diagnosis(self._findings[index]) if isinstance(index, slice) else self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagnosis) and self._findings == other._findings

    def __hash__(self) -> int:
        return hash(tuple(finding.name for finding in self._findings))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that want something to be done, and what follows from them."""
        return tuple(finding for finding in self._findings if finding.severity == "warning")

    @property
    def causes(self) -> tuple[Finding, ...]:
        """Warnings that follow from no other finding: what to mend first, and often all that there is to mend."""
        return tuple(finding for finding in self.warnings if not finding.follows_from)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """Findings that are worth knowing."""
        return tuple(finding for finding in self._findings if finding.severity == "note")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the findings, in their order."""
        return tuple(finding.name for finding in self._findings)

    def to_json(self) -> list[dict[str, Any]]:
        """Describe all findings by JSON types only."""
        return [finding.to_json() for finding in self._findings]

    def __repr__(self) -> str:
        return f"Diagnosis({', '.join(f'{found.name}: {found.severity}' for found in self._findings)})"

    def __str__(self) -> str:
        """Write the findings as text: what is the case, why it matters, what the cause is, what to try."""
        shown = [self._written(finding) for finding in self._findings] or [_("nothing stands out")]
        return "\n\n".join([*shown, *self.unknown])

    def lines_of(self, finding: Finding) -> list[tuple[str, str]]:
        """Give what stands below a finding's first line: label and words, only what there is to say.

        Of what follows from another finding that one is named, since mending it mends this.

        Examples
        --------
        >>> stuck = Finding("stuck", "warning", 1.0, None, "it has learned nothing", why="what for?")
        >>> Diagnosis([stuck]).lines_of(stuck)
        [('why it matters', 'what for?')]
        """
        cause = next((other for other in self._findings if other.name == finding.follows_from), None)
        if cause is not None:
            return [(_("follows from"), re.split(r"\s*[;；(（：]|: ", head_of(cause), maxsplit=1)[0])]
        tried = f"   {_('or')}   ".join(remedy.text for remedy in finding.remedies)
        lines = [(_("why it matters"), finding.why), (_("likely cause"), finding.cause), (_("try"), tried)]
        return [(label, words) for label, words in lines if words]

    def _written(self, finding: Finding) -> str:
        from rich.cells import cell_len

        lines = self.lines_of(finding)
        width = max((cell_len(label) for label, _words in lines), default=0)
        return "\n".join(
            [head_of(finding), *(f"  {label}{' ' * (width - cell_len(label))}  {words}" for label, words in lines)]
        )

    def _repr_html_(self) -> str:
        """Show the findings in a notebook."""
        shown = [_as_html(finding, self.lines_of(finding)) for finding in self._findings]
        said = [*self.unknown] if shown else [_("nothing stands out"), *self.unknown]
        return "\n".join([*shown, *(f"<p>{html.escape(text)}</p>" for text in said)])


def head_of(finding: Finding) -> str:
    """Write a finding's first line: "layer 2 · 26 of 64 relu units are dead (41%) …"."""
    if finding.layer is None:
        return finding.text
    return _("layer {layer}").format(layer=finding.layer) + LISTED + finding.text


def _as_html(finding: Finding, lines: list[tuple[str, str]]) -> str:
    color = "#b00020" if finding.severity == "warning" else "#666666"
    rows = "".join(
        f"<tr><th style='text-align:left;vertical-align:top;font-weight:normal;color:#666666'>{html.escape(label)}</th>"
        f"<td style='text-align:left'>{html.escape(words)}</td></tr>"
        for label, words in lines
    )
    head = f"<div style='border-left:3px solid {color};padding-left:0.6em'><b>{html.escape(head_of(finding))}</b>"
    return f"<div style='margin:0.6em 0'>{head}<table>{rows}</table></div></div>"
