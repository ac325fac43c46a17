"""What people ask about: everything that has a name, in one place, and formulas."""

from __future__ import annotations

from typing import Any

from glassnet.catalog.entries import Entry
from glassnet.catalog.explanation import Explanation
from glassnet.catalog.explanations import explain
from glassnet.catalog.finding import CATALOGS, find


def explanations_of(text: str) -> tuple[Explanation, ...]:
    """Explain everything that a text means.

    Parameters
    ----------
    text : str
        A name or synonym, with the catalog before it where one kind is meant (`schedules.constant`), with parameters
        (`leaky_relu(slope=0.03)`), or a formula of `x`.

    Returns
    -------
    tuple of Explanation
        One for each kind that has the name.

    Raises
    ------
    PictureError, ParameterError
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
    return tuple(map(explain, named or [find(text)]))


def listed(kind: str) -> list[dict[str, Any]]:
    """List the entries of one catalog, as data: name, synonyms, formula, and when to use it.

    Parameters
    ----------
    kind : str
        One of the keys of `finding.CATALOGS`.

    Examples
    --------
    >>> listed("schedules")[0]["name"]
    'constant'
    """
    return [
        {
            "name": entry.name,
            "synonyms": list(entry.synonyms),
            "formula": entry.formula,
            "use": entry.remarks.translated().use,
        }
        for entry in CATALOGS[kind]
    ]
