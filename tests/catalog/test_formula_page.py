"""The page about formulas lists the language, all of it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from glassnet.catalog.formula_parser import DEEPEST, DEEPEST_BRACKETS, LONGEST, activation_names
from glassnet.catalog.formula_terms import BINARY, COMPARISONS, CONSTANTS, FUNCTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "formulas.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| written | meaning |") : PAGE.index("A text has at most")]


def test_the_table_has_every_function_operator_and_constant():
    written = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in TABLE.strip().splitlines()))
    named = {text.partition("(")[0] for text in written}
    activations = {name for name in named if name in activation_names()}
    assert activations == {"relu", "silu", "gelu"}  # examples
    assert named - activations == {*FUNCTIONS, *CONSTANTS, *BINARY, *COMPARISONS}


def test_the_limits_are_those_of_the_parser():
    assert f"at most {LONGEST:,} characters, {DEEPEST_BRACKETS} brackets within each other" in PAGE
    assert f"nested {DEEPEST} deep" in PAGE
