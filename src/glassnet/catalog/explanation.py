"""An explanation: what is said of something that has a name, line by line, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """One thing that is said: its label, and the text beside it, of one line or several.

    `wraps` tells whether long lines may be broken where a window is narrow; those of code may not.
    """

    label: str
    text: str
    wraps: bool = True


@dataclass(frozen=True, repr=False)
class Explanation:
    """An explanation of one entry, composed in the language that was in use.

    Attributes
    ----------
    kind, name : str
        Of the entry.
    title : str
        The name with its synonyms, and what it is.
    lines : tuple of Line
    data : dict
        The same and more by JSON types, in English.

    Examples
    --------
    >>> import glassnet as gn
    >>> print(str(gn.activations.relu.explain()).splitlines()[1])
      formula      where(x > 0, x, 0)
    """

    kind: str
    name: str
    title: str
    lines: tuple[Line, ...]
    data: dict[str, Any] = field(compare=False)

    def to_json(self) -> dict[str, Any]:
        """Describe everything by JSON types only."""
        return dict(self.data)

    def __str__(self) -> str:
        width = max((_cells(line.label) for line in self.lines), default=0)
        rows = [self.title]
        for line in self.lines:
            for place, text in enumerate(line.text.splitlines()):
                label = line.label if place == 0 else ""
                rows.append(f"  {label}{' ' * (width - _cells(label))}  {text}")
        return "\n".join(rows)

    def __repr__(self) -> str:
        return str(self)


def _cells(text: str) -> int:
    """Width in a terminal, where a Chinese character takes two cells."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
