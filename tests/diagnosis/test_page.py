"""docs/diagnosis.md lists the findings as the rules have them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from glassnet.diagnosis.rules import RULES

TOOLS = Path(__file__).parents[2] / "tools"


def test_the_list_of_findings_is_up_to_date():
    spec = importlib.util.spec_from_file_location("make_diagnosis", TOOLS / "make_diagnosis.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = tool.PAGE.read_text(encoding="utf-8")
    assert tool.page(text) == text, "run python tools/make_diagnosis.py"
    assert all(f"`{rule.name}`" in text for rule in RULES)
