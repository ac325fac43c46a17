"""The pages of docs/functions are what the catalog says: run python tools/make_pages.py after a change of an entry."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

import glassnet as gn
from glassnet.texts import language

CHECKOUT = Path(__file__).parents[1]
_spec = importlib.util.spec_from_file_location("make_pages", CHECKOUT / "tools" / "make_pages.py")
assert _spec is not None
assert _spec.loader is not None
make_pages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_pages)


def test_pages_and_curves_are_up_to_date():
    assert make_pages.stale() == [], "run python tools/make_pages.py"


def test_pages_have_a_section_for_every_entry_in_both_languages():
    before = language()
    pages = dict(make_pages.pages())
    assert language() == before
    for kind in ("activations", "losses", "initializers", "optimizers", "schedules"):
        for page in (pages[f"{kind}.md"], pages[f"zh/{kind}.md"]):
            for entry in getattr(gn, kind):
                assert f"\n## {entry.name}\n" in page
                assert entry.remarks.source.partition(";")[0] in page.replace("\\", "")


def test_a_changed_number_changes_the_fingerprint():
    leaky = gn.activations.leaky_relu
    assert make_pages.fingerprint(leaky) == make_pages.fingerprint(gn.activation("leaky_relu"))
    assert make_pages.fingerprint(leaky) != make_pages.fingerprint(gn.activation("leaky_relu", slope=0.02))


def test_what_people_write_does_not_break_a_table():
    assert make_pages._cell("|x| < 2 * y") == r"\|x\| \< 2 \* y"


@pytest.mark.slow
@pytest.mark.parametrize("entry", make_pages.curves(), ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_curves_are_drawn_as_this_version_of_matplotlib_draws_them(entry):
    drawn = make_pages.curve_path(entry).read_text(encoding="utf-8")
    if f"matplotlib {importlib.metadata.version('matplotlib')} " not in drawn[-100:]:
        pytest.skip("drawn with another version of matplotlib")
    assert drawn == make_pages.draw(entry)
