"""The words that people meet, in their language.

English is the source: a text stands in the code as an English sentence in `_()`, and gettext catalogs under
`locale/<language>/LC_MESSAGES/glassnet.mo` hold the other languages. A text without a translation stays English.

The language is, in this order: that of the innermost `speaking` around the call, what `set_language` was given, the
environment variable GLASSNET_LANG, the locale (LANGUAGE, LC_ALL, LC_MESSAGES, LANG). `tools/compile_texts.py` tells how
translations are added.

    from glassnet.texts import _                # translates now: print(_("no data"))
    from glassnet.texts import later as _       # marks a text of a declaration, translated when it is shown
    from glassnet.texts import plural           # plural("{n} row", "{n} rows", n).format(n=n)

A text is a constant: values come in with `.format` after the translation, never with an f-string before it.
"""

from __future__ import annotations

import contextlib
import functools
import gettext
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

LOCALE_FOLDER = Path(__file__).with_name("locale")
_chosen: str | None = None
# A server speaks with several people at once, each in a language of their own: the process's choice is not enough.
_spoken: ContextVar[str | None] = ContextVar("_spoken", default=None)


@functools.lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Languages that glassnet speaks, English first.

    Examples
    --------
    >>> languages()
    ('en', 'zh')
    """
    translated = sorted(catalog.parent.parent.name for catalog in LOCALE_FOLDER.glob("*/LC_MESSAGES/glassnet.mo"))
    return ("en", *translated)


def set_language(language: str | None) -> None:
    """Speak this language from now on, in the whole process.

    Parameters
    ----------
    language : str or None
        One of `languages()`, with or without a region ("zh", "zh_CN"); None returns to the environment's.

    Raises
    ------
    ValueError
        If glassnet does not speak it.

    Examples
    --------
    >>> set_language("zh_CN")
    >>> language()
    'zh'
    >>> set_language("en")
    """
    global _chosen  # noqa: PLW0603 (one process speaks one language)
    if language is not None:
        _check(language)
    _chosen = language


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language within a block; other threads and other tasks of an event loop go on in theirs.

    A thread starts with the process's language, whatever was spoken where it was started; it enters a block of its
    own. A coroutine run as a task and `asyncio.to_thread` go on in the language in which they were started.

    Parameters
    ----------
    language : str
        One of `languages()`, with or without a region ("zh", "zh_CN").

    Raises
    ------
    ValueError
        If glassnet does not speak it.

    Examples
    --------
    >>> with speaking("zh"):
    ...     _("interrupted"), language()
    ('已中断', 'zh')
    >>> language()
    'en'
    """
    _check(language)
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """Return the language in use, one of `languages()`."""
    spoken = _spoken.get()
    if spoken is not None:
        return _known(spoken) or "en"
    if _chosen is not None:
        return _known(_chosen) or "en"
    return _of_environment(tuple(os.environ.get(name, "") for name in _VARIABLES))


def _(text: str) -> str:
    """Translate a text now."""
    return _catalog(language()).gettext(text) if text else text


def plural(one: str, many: str, n: int) -> str:
    """Translate a text whose form depends on a number; `n` still has to be put in with `.format`.

    Examples
    --------
    >>> plural("{n} unit is dead", "{n} units are dead", 1).format(n=1)
    '1 unit is dead'
    """
    return _catalog(language()).ngettext(one, many, n)


def later(text: str) -> str:
    """Mark a text that stands in a declaration: it is stored in English and translated by `_` where it is shown."""
    return text


_VARIABLES = ("GLASSNET_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@functools.lru_cache(maxsize=8)
def _of_environment(values: tuple[str, ...]) -> str:
    """The first language named by the environment decides; one that we do not speak means English."""
    for value in values:
        # LANGUAGE may be a list, most wanted first, such as "zh_TW:zh:en".
        for tag in value.split(":"):
            if known := _known(tag):
                return known
        if value:
            return "en"
    return "en"


def _check(language: str) -> None:
    if _known(language) is None:
        # glassnet.errors needs this module for its own texts, so this one message stands here.
        raise ValueError(f'language must be one of {", ".join(languages())}; got "{language}"')


def _known(tag: str) -> str | None:
    """Turn "zh_CN.UTF-8", "zh-Hans" or "zh" into "zh", if glassnet speaks it."""
    short = re.split("[-_.@]", tag, maxsplit=1)[0].lower()
    return short if short in languages() else None


@functools.lru_cache(maxsize=8)
def _catalog(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("glassnet", LOCALE_FOLDER, languages=[language])
