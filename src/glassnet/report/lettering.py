"""Which font the letters of a picture come from, and so which language they can have.

matplotlib's own font has no Chinese characters; it would draw boxes. So a picture is lettered in Chinese only where a
font with them is installed, on the system or by `pip install mplfonts`, and in English elsewhere.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from glassnet.texts import _, language

PLAIN = "DejaVu Sans"  # comes with matplotlib

# The sans-serif fonts with simplified Chinese that systems bring, best first; then those of their neighbors, whose
# characters differ in strokes but can be read.
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Arial Unicode MS",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
)
FILES = re.compile(r"NotoSans(CJK|SC)|SourceHanSans|PingFang|msyh|simhei|wqy-|DroidSansFallback|STHeiti", re.IGNORECASE)


@dataclass(frozen=True)
class Lettering:
    """Fonts for all letters of a picture, first choice first, and whether they can write the language in use."""

    families: tuple[str, ...]
    translates: bool

    def __call__(self, text: str) -> str:
        """Translate a text if it can be drawn, else leave it English."""
        return _(text) if self.translates else text


def lettering() -> Lettering:
    """Choose the fonts for the language in use."""
    if language() == "en":
        return Lettering((PLAIN,), translates=True)
    chinese = _chinese_font()
    if chinese is None:
        return Lettering((PLAIN,), translates=False)
    return Lettering((chinese, PLAIN), translates=True)


def vector_lettering() -> Lettering:
    """Choose fonts for a picture whose words stay text: whoever looks at it has the letters, so it is translated.

    Fonts are only used to measure here.
    """
    chosen = lettering()
    return chosen if chosen.translates else Lettering(chosen.families, translates=True)


@functools.cache
def _chinese_font() -> str | None:
    from matplotlib import font_manager

    found = _first_known()
    if found is None:
        # matplotlib remembers the fonts of its first start; one that was installed later is looked for by its file.
        for path in (*font_manager.findSystemFonts(), *_packaged_fonts()):
            if FILES.search(path) and "Serif" not in path:
                font_manager.fontManager.addfont(path)
        found = _first_known()
    return found


def _packaged_fonts() -> list[str]:
    """List the fonts of the package mplfonts, where somebody has installed it for its Chinese ones."""
    spec = importlib.util.find_spec("mplfonts")
    folders = spec.submodule_search_locations if spec else None
    return sorted(str(path) for folder in folders or () for path in Path(folder, "fonts").glob("*.[ot]tf"))


def _first_known() -> str | None:
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return next((name for name in CHINESE if name in known), None)
