"""A rule: a name, what it looks for in words, and a function from a case to findings.

Rules are declared by `@rule` beside their functions, one file a topic in `rules/`; `rules.RULES` sets their order. The
words make docs/diagnosis.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.finding import Finding

Check = Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """What `diagnose` asks of a fit.

    Attributes
    ----------
    name : str
        Of its findings.
    check : callable
        Gives findings, none where all is well.
    when : str
        When it speaks, in words with places for the thresholds.
    source : str
        Where the threshold or the effect comes from.
    explains : tuple of str
        Names of findings that follow from this one's warning.
    numbers : mapping of str to float
        The thresholds.
    """

    name: str
    check: Check
    when: str
    source: str
    explains: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """`when` with its thresholds."""
        return self.when.format(**{name: f"{number:g}" for name, number in self.numbers.items()})


def rule(
    name: str, *, when: str, source: str, explains: tuple[str, ...] = (), **numbers: float
) -> Callable[[Check], Rule]:
    """Declare a function as the check of a rule."""

    def declared(check: Check) -> Rule:
        return Rule(name, check, when, source, explains, numbers)

    return declared
