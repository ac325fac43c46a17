"""A word as an explanation, to be shown and listed beside the entries of the catalog."""

from __future__ import annotations

from typing import Any

from glassnet.catalog.explanation import Explanation, Line
from glassnet.catalog.words.entry import Word
from glassnet.texts import _, language


def explained(word: Word) -> Explanation:
    """Explain a word in the language in use.

    Examples
    --------
    >>> import glassnet as gn
    >>> explained(gn.words["neuron"]).title
    'neuron · word of the field, also called unit, artificial neuron'
    """
    told = word.translated()
    also = [name for name in word.synonyms if name.isascii() != (language() == "zh")]
    names = _(", also called {names}").format(names=", ".join(also)) if also else ""
    title = _("{name} · {kind}{also}").format(name=word.title, kind=_("word of the field"), also=names)
    lines = [
        Line(_("meaning"), "\n".join(told.paragraphs)),
        *([Line(_("side by side"), _table(told.table), wraps=False)] if told.table else []),
        Line(_("example"), word.example.rstrip(), wraps=False),
        Line(_("prints"), word.prints.rstrip(), wraps=False),
        *([Line(_("relatives"), ", ".join(map(_named, word.relatives)))] if word.relatives else []),
        *([Line(_("source"), "; ".join(word.sources))] if word.sources else []),
    ]
    return Explanation("word", word.name, title, tuple(lines), _data(word))


def listed_word(word: Word) -> dict[str, Any]:
    """Describe a word on one line, as entries are listed: the first sentence says what it is.

    Examples
    --------
    >>> import glassnet as gn
    >>> listed_word(gn.words["neuron"])["name"]
    'neuron'
    """
    first = _(word.paragraphs[0])
    ends = [first.find(stop) + 1 for stop in (". ", "。", ": ", "：") if stop in first]
    return {
        "name": word.name,
        "synonyms": [word.chinese, *word.synonyms],
        "formula": "",
        "use": first[: min(ends)].rstrip(":：") if ends else first,
    }


def _named(name: str) -> str:
    """Name a relative as it is called in the language in use; entries of the catalog have one name."""
    from glassnet.catalog.words import WORDS

    return WORDS[name].title if name in WORDS and WORDS[name].name == name else name


def _table(pairs: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{left}  →  {right}" for left, right in pairs)


def _data(word: Word) -> dict[str, Any]:
    return {
        "kind": "word",
        "name": word.name,
        "chinese": word.chinese,
        "synonyms": list(word.synonyms),
        "covers": list(word.covers),
        "paragraphs": list(word.paragraphs),
        "table": [list(pair) for pair in word.table],
        "example": word.example,
        "prints": word.prints,
        "relatives": list(word.relatives),
        "source": "; ".join(word.sources),
    }
