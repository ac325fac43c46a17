"""What people ask about: everything that has a name, in one place, and formulas."""

from __future__ import annotations

from typing import Any

from glassnet.catalog.entries import Entry
from glassnet.catalog.explanation import Explanation
from glassnet.catalog.explanations import explain
from glassnet.catalog.finding import CATALOGS, find
from glassnet.catalog.words import WORDS
from glassnet.catalog.words.told import explained, listed_word

KINDS = (*CATALOGS, "words")


def explanations_of(text: str) -> tuple[Explanation, ...]:
    """Explain everything that a text means.

    Parameters
    ----------
    text : str
        A name or synonym, with the catalog before it where one kind is meant (`schedules.constant`), with parameters
        (`leaky_relu(slope=0.03)`), a word of the field (`neuron`, `神经元`), or a formula of `x`, or
        of `y` and `p` for a loss.

    Returns
    -------
    tuple of Explanation
        One for each kind that has the name.

    Raises
    ------
    ParameterError
        If nothing has this name, with the nearest names, or the formula is none.

    Examples
    --------
    >>> [(told.kind, told.name) for told in explanations_of("constant")]
    [('initializer', 'constant'), ('schedule', 'constant')]
    >>> explanations_of("swish")[0].name
    'silu'
    """
    text = text.strip()
    named: list[Entry] = [catalog[text] for catalog in CATALOGS.values() if text in catalog]
    words = [explained(WORDS[text])] if text in WORDS else []
    return (*map(explain, named), *words) or (explain(find(text, near=(*WORDS.names, *WORDS.synonyms))),)


def listed(kind: str) -> list[dict[str, Any]]:
    """List the entries of one catalog, as data: name, synonyms, formula, and when to use it.

    Parameters
    ----------
    kind : str
        One of `KINDS`.

    Examples
    --------
    >>> listed("schedules")[0]["name"]
    'constant'
    """
    if kind == "words":
        return [listed_word(word) for word in WORDS.values()]
    return [
        {
            "name": entry.name,
            "synonyms": list(entry.synonyms),
            "formula": entry.formula,
            "use": entry.remarks.translated().use,
        }
        for entry in CATALOGS[kind]
    ]
