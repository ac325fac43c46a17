"""The words of the page: every English text of its JavaScript, marked for translation.

A module of the page writes `t("Play")`; the text stands here too, in the tuple of that module's folder, so that it is
found by whoever translates. tests/playground/test_words.py compares both sides.
"""

from __future__ import annotations

from glassnet.texts import _, later, speaking

BAR: tuple[str, ...] = (later("Connecting …"),)
CONTROLS: tuple[str, ...] = ()
PICTURE: tuple[str, ...] = ()
EXPLAIN: tuple[str, ...] = ()
FINDINGS: tuple[str, ...] = ()
LESSONS: tuple[str, ...] = ()

FOLDERS = (BAR, CONTROLS, PICTURE, EXPLAIN, FINDINGS, LESSONS)


def words(language: str) -> dict[str, str]:
    """Translate every text of the page.

    Parameters
    ----------
    language : str
        One of `glassnet.texts.languages()`.

    Returns
    -------
    dict of str to str
        By the English text.
    """
    with speaking(language):
        return {text: _(text) for of_folder in FOLDERS for text in of_folder}
