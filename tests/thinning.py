"""Which of many variants the default run takes; the others are marked slow, and CI runs them too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

slow = pytest.mark.slow


def pairs(first: Iterable[Any], second: Iterable[Any], every: int, start: int = 0) -> list[Any]:
    """Pair all with all; not slow are those pairs in which each meets every so-manieth of the others."""
    others = list(second)
    return [
        pytest.param(a, b, id=f"{a!r}-{b!r}", marks=() if (i + j) % every == start else slow)
        for i, a in enumerate(first)
        for j, b in enumerate(others)
    ]


def examples(few: int, many: int) -> Any:
    """Let a test that draws its inputs draw a few; the many are slow."""
    return pytest.mark.parametrize("examples", [few, pytest.param(many, marks=slow)], ids=["few", "many"])
