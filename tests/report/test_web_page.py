"""Pages for a browser: escaped, in the page's colors, in the language in use."""

from __future__ import annotations

import pytest

from glassnet.report.lettering import vector_lettering
from glassnet.report.sheet import BLUE, frame, sheet
from glassnet.report.web.page import picture, render
from glassnet.texts import set_language


@pytest.fixture(autouse=True)
def english():
    yield
    set_language("en")


def drawn():
    figure = sheet(3, 2)
    axes = frame(figure.add_subplot(), vector_lettering())
    axes.plot([0, 1], [0, 1], color=BLUE)
    return figure


def test_what_comes_from_data_is_escaped():
    text = render("plain.html", title="<i>a</i>", body="b & c")
    assert "<h1>&lt;i&gt;a&lt;/i&gt;</h1>" in text
    assert "b &amp; c" in text


def test_a_page_says_its_language():
    assert '<html lang="en">' in render("plain.html", title="", body="")
    set_language("zh")
    assert '<html lang="zh-Hans">' in render("plain.html", title="", body="")


def test_a_missing_value_is_an_error_not_a_gap():
    with pytest.raises(Exception, match="title"):
        render("plain.html", body="")


def test_a_picture_takes_the_pages_colors_and_tells_what_it_shows():
    svg = picture(drawn(), 'a "line"')
    assert svg.startswith("<svg ")
    assert f"var(--blue, {BLUE})" in svg
    assert 'role="img" aria-label="a &quot;line&quot;"' in svg
    assert "<metadata" not in svg


def test_two_pictures_share_no_identifier():
    import re

    other = drawn()
    other.axes[0].plot([0, 1], [1, 0])
    first, second = (set(re.findall(r'\bid="([^"]+)"', picture(figure, ""))) for figure in (drawn(), other))
    assert first
    assert not first & second
