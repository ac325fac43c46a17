"""docs/lab.md and docs/lab.zh.md say what the registry says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import glassnet as gn
from glassnet.texts import language

CHECKOUT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("make_lab_reference", CHECKOUT / "tools" / "make_lab_reference.py")
assert _spec is not None
assert _spec.loader is not None
make_lab_reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_lab_reference)


def test_the_pages_are_up_to_date():
    before = language()
    assert make_lab_reference.stale() == [], "run python tools/make_lab_reference.py"
    assert language() == before


def test_the_page_has_every_experiment_with_its_claim_and_rule():
    text = make_lab_reference.PAGES["en"].read_text(encoding="utf-8")
    for one in gn.lab.list():
        assert f"\n### {one.row} · {one.name}\n\n> {one.claim}\n" in text
        assert one.rule in text


def test_the_chinese_page_is_chinese():
    text = make_lab_reference.PAGES["zh"].read_text(encoding="utf-8")
    for one in gn.lab.list():
        assert f" · {one.name}\n" in text
        assert one.claim not in text
