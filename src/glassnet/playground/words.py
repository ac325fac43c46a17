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
LESSONS: tuple[str, ...] = (
    later("Step {n} of {all}"),
    later("End the lesson"),
    later("What to look for"),
    later("(seen)"),
    later("(not yet)"),
    later("Back"),
    later("Set up again"),
    later("Do it for me"),
    later("Next step"),
    later("Finish"),
    later("Put to the test with many seeds:"),
    later("Next lesson: {title}"),
    later("All lessons"),
    later("The claim, and where it is from"),
    later("Seen: {text}"),
    later("Lessons"),
    later("Claims that cannot be seen here"),
)

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
