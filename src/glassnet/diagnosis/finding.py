"""One thing that was found out about a fit, and what can be done about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from glassnet.catalog import Activation, Initializer

Severity = Literal["healthy", "note", "warning"]


@dataclass(frozen=True)
class Remedy:
    """One thing to try.

    Attributes
    ----------
    change : mapping of str to value
        Parameters of the estimator and their new values; empty where it is not a parameter that must change.
    text : str
        The same for people: "learning_rate_init=0.005", or a sentence's part.
    """

    change: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    @classmethod
    def set(cls, **change: Any) -> Remedy:
        """Propose other parameters, in the words in which they are written.

        Examples
        --------
        >>> Remedy.set(learning_rate_init=0.005).text
        'learning_rate_init=0.005'
        >>> Remedy.set(activation="leaky_relu").text
        'activation="leaky_relu"'
        """
        written = (
            f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}" for name, value in change.items()
        )
        return cls(change, ", ".join(written))

    def to_json(self) -> dict[str, Any]:
        """Describe the remedy by JSON types only."""
        return {"change": {name: _plain(value) for name, value in self.change.items()}, "text": self.text}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What kind of finding it is, such as "dead_units"; docs/diagnosis.md lists all.
    severity : {"healthy", "note", "warning"}
        A note is worth knowing; a warning wants something to be done.
    number : float
        What was measured.
    layer : int or None
        The layer that it is about, counted from 1 (the output layer is the last); None where none stands out.
    text : str
        What is the case, in the language in use, with the number in it.
    units : tuple of int, default=()
        The layer's units that it is about, counted from 0.
    since : int or None, default=None
        The epoch since which it has been so, counted from 1.
    why : str, default=""
        Why it matters.
    cause : str, default=""
        What probably brought it about.
    remedies : tuple of Remedy, default=()
        What to try, the most promising first.
    follows_from : str, default=""
        Name of another finding of the same diagnosis that explains this one: mend that first.
    """

    name: str
    severity: Severity
    number: float
    layer: int | None
    text: str
    units: tuple[int, ...] = ()
    since: int | None = None
    why: str = ""
    cause: str = ""
    remedies: tuple[Remedy, ...] = ()
    follows_from: str = ""

    def to_json(self) -> dict[str, Any]:
        """Describe the finding by JSON types only; a number that is not finite is null."""
        return {
            "name": self.name,
            "severity": self.severity,
            "layer": self.layer,
            "units": list(self.units),
            "number": float(self.number) if math.isfinite(self.number) else None,
            "since": self.since,
            "text": self.text,
            "why": self.why,
            "cause": self.cause,
            "remedies": [remedy.to_json() for remedy in self.remedies],
            "follows_from": self.follows_from or None,
        }


def percent(share: float) -> str:
    """Write a share; with a digit more where rounding would make all or nothing of it.

    Examples
    --------
    >>> percent(0.414), percent(255 / 256), percent(1.0), percent(0.002)
    ('41%', '99.6%', '100%', '0.2%')
    """
    rounded = f"{share:.0%}"
    return f"{share:.1%}" if rounded in ("0%", "100%") and share not in (0.0, 1.0) else rounded


def _plain(value: Any) -> Any:
    if isinstance(value, (Activation, Initializer)):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value
