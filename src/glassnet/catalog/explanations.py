"""What there is to say about an entry: as lines for people, in their language, and as data for programs.

An explanation is composed here and drawn elsewhere: `str` gives plain text, `glassnet.report` colors it, `to_json` is
for programs. Every number in it is derived from the entry's formula; what people once wrote down are the remarks, and
beside them stand the numbers that bear them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from glassnet.catalog.entries import Entry
from glassnet.catalog.explanation import Explanation, Line
from glassnet.texts import _, later

_ROUNDING = 1e-12  # a curve that is no farther away is the same

KINDS: Mapping[str, str] = {
    "activation": later("activation"),
    "loss": later("loss"),
    "initializer": later("initializer"),
    "optimizer": later("optimizer"),
    "schedule": later("learning-rate schedule"),
}


def explain(entry: Entry) -> Explanation:
    """Explain an entry: formula, derivative, properties with numbers, when to use it, relatives, source.

    Examples
    --------
    >>> import glassnet as gn
    >>> explain(gn.activations.sigmoid).data["properties"]["largest_slope"]["value"]
    0.25
    """
    from glassnet.catalog import explained_activations, explained_others

    tellers: Mapping[str, Callable[[Any], tuple[list[Line], dict[str, Any]]]] = {
        "activation": explained_activations.told,
        "loss": explained_others.told_of_loss,
        "initializer": explained_others.told_of_initializer,
        "optimizer": explained_others.told_of_optimizer,
        "schedule": explained_others.told_of_schedule,
    }
    lines, data = tellers[entry.kind](entry)
    notes = getattr(entry, "notes", ())  # of a formula's examination
    if notes:
        data["notes"] = list(notes)
    lines = [
        *([Line(_("formula"), entry.formula)] if entry.formula else []),
        *lines,
        *_parameters(entry),
        *([Line(_("notes"), "\n".join(notes))] if notes else []),
        *_remarks(entry),
    ]
    return Explanation(
        entry.kind,
        entry.name,
        _title(entry),
        tuple(lines),
        {**_data(entry), **data, **({"notes": list(notes)} if notes else {})},
    )


def _title(entry: Entry) -> str:
    also = _(", also called {names}").format(names=", ".join(entry.synonyms)) if entry.synonyms else ""
    return _("{name} · {kind}{also}").format(name=entry.name, kind=_(KINDS[entry.kind]), also=also)


def _parameters(entry: Entry) -> list[Line]:
    rows = []
    for name, value in entry.parameters:
        declared = entry.declared[name]
        row = _("{name} = {value} ({must_be})").format(name=name, value=f"{value:g}", must_be=_(declared.rule.must_be))
        if name in getattr(entry, "learned", ()):
            row += _("; each unit learns its own")
        elif declared.learnable:
            row += _("; can be learned by each unit")
        rows.append(row)
    return [Line(_("parameters"), "\n".join(rows))] if rows else []


def _remarks(entry: Entry) -> list[Line]:
    from glassnet.catalog.elsewhere import names_elsewhere
    from glassnet.catalog.relatives import relatives

    remarks = entry.remarks.translated()
    lines = [
        Line(_("for it"), remarks.good),
        Line(_("against it"), remarks.bad),
        Line(_("use"), remarks.use),
    ]
    near = [name if distance is None else f"{name} ({_distance(distance)})" for name, distance in relatives(entry)]
    if near:
        lines.append(Line(_("relatives"), ", ".join(near)))
    names = names_elsewhere(entry)
    if names:
        lines.append(Line(_("elsewhere"), ", ".join(f"{library}: {name}" for library, name in names.items())))
    return [line for line in (*lines, Line(_("source"), remarks.source)) if line.text]


def _distance(distance: float) -> str:
    return f"{distance:.2g}" if distance > _ROUNDING else "0"


def _data(entry: Entry) -> dict[str, Any]:
    from glassnet.catalog.elsewhere import names_elsewhere
    from glassnet.catalog.relatives import relatives

    return {
        "kind": entry.kind,
        "name": entry.name,
        "synonyms": list(entry.synonyms),
        "formula": entry.formula,
        "latex": entry.latex,
        "parameters": {
            name: {
                "value": value,
                "must_be": entry.declared[name].rule.must_be,
                "learnable": entry.declared[name].learnable,
            }
            for name, value in entry.parameters
        },
        "good": entry.remarks.good,
        "bad": entry.remarks.bad,
        "use": entry.remarks.use,
        "source": entry.remarks.source,
        "relatives": [{"name": name, "distance": distance} for name, distance in relatives(entry)],
        "elsewhere": names_elsewhere(entry),
    }
