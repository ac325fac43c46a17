"""Chinese letters where a font has them, English ones elsewhere, boxes nowhere."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import texts
from glassnet.report import figures, lettering


@pytest.fixture
def chinese():
    texts.set_language("zh")
    lettering._chinese_font.cache_clear()
    yield
    texts.set_language(None)
    lettering._chinese_font.cache_clear()


def test_english_needs_no_other_font():
    letters = lettering.lettering()
    assert letters.families == (lettering.PLAIN,)
    assert letters("train") == "train"


@pytest.mark.usefixtures("chinese")
def test_without_a_chinese_font_letters_are_english(monkeypatch):
    monkeypatch.setattr(lettering, "CHINESE", ("No Such Font",))
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", list)
    letters = lettering.lettering()
    assert letters.families == (lettering.PLAIN,)
    assert letters("train") == "train"
    assert texts._("train") == "训练", "the terminal still speaks Chinese"


@pytest.mark.usefixtures("chinese")
def test_with_a_chinese_font_letters_are_chinese(monkeypatch):
    # Any font will do to stand for a Chinese one here: it is only looked for by name.
    monkeypatch.setattr(lettering, "CHINESE", ("No Such Font", "DejaVu Serif"))
    letters = lettering.lettering()
    assert letters.families == ("DejaVu Serif", lettering.PLAIN)
    assert letters("train") == "训练"


@pytest.mark.usefixtures("chinese")
def test_a_font_that_was_installed_later_is_found_by_its_file(monkeypatch):
    from matplotlib import font_manager

    added: list[str] = []
    there = ["/x/NotoSansCJK.ttc", "/x/NotoSerifCJK.ttc", "/x/a.ttf"]
    monkeypatch.setattr(lettering, "CHINESE", ("Late Font",))
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: there)
    monkeypatch.setattr(font_manager.fontManager, "addfont", added.append)
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["Late Font"] if added else [])
    assert lettering.lettering().families == ("Late Font", lettering.PLAIN)
    assert added == ["/x/NotoSansCJK.ttc"]


@pytest.mark.usefixtures("chinese")
def test_fonts_of_the_package_mplfonts_are_found_without_importing_it(monkeypatch, tmp_path):
    from matplotlib import font_manager

    fonts = tmp_path / "mplfonts" / "fonts"
    fonts.mkdir(parents=True)
    (tmp_path / "mplfonts" / "__init__.py").write_text("raise ImportError")
    for name in ("NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf"):
        (fonts / name).touch()
    added: list[str] = []
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(lettering, "CHINESE", ("Noto Sans CJK SC",))
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    monkeypatch.setattr(font_manager.fontManager, "addfont", added.append)
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["Noto Sans CJK SC"] if added else [])
    assert lettering.lettering().translates
    assert added == [str(fonts / "NotoSansCJKsc-Regular.otf")]


NOTE = "Train is measured on varied copies and with dropout, so it may lie above validation"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("installed", [True, False])
def test_no_letter_of_our_pictures_is_missing_in_the_chosen_fonts(tmp_path, monkeypatch, installed):
    """matplotlib warns of each letter that no font has, and warnings are errors here."""
    if not installed:
        monkeypatch.setattr(lettering, "CHINESE", ())
        monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", list)
    case = figures.Doubt(np.eye(8), np.array([0.5, 0.5]), 1)
    figures.save(figures.loss_curves([1.0, 0.5], [1.1, 0.7], NOTE), tmp_path / "curves.png")
    figures.save(figures.doubts([case], ["0", "1"]), tmp_path / "doubts.png")
    figures.save(figures.confusion(np.eye(2, dtype=np.int64), ["0", "1"]), tmp_path / "confusion.png")
    assert len(list(tmp_path.iterdir())) == 3


def test_matplotlib_warns_of_missing_letters(tmp_path):
    """What the test above relies on."""
    with pytest.warns(UserWarning, match="missing from"):
        figures.save(figures.loss_curves([1.0, 0.5], None, "训练"), tmp_path / "curves.png")
