"""What the playground offers: the catalog, the data and the bounds, as the page's controls need them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from glassnet.catalog.activations.exponential import EXPONENTIAL
from glassnet.catalog.activations.gated import GATED
from glassnet.catalog.activations.over_axis import OVER_AXIS
from glassnet.catalog.activations.periodic import PERIODIC
from glassnet.catalog.activations.piecewise import PIECEWISE
from glassnet.catalog.entries import Entry
from glassnet.playground import messages, setup, uploads
from glassnet.playground.data import SETS
from glassnet.playground.data.sets import Task
from glassnet.playground.preparing import losses_for
from glassnet.playground.thumbnails import thumbnail
from glassnet.texts import _, later

TASKS: tuple[Task, ...] = ("classification", "regression")
FAMILIES = {
    later("piecewise"): PIECEWISE,
    later("exponential"): EXPONENTIAL,
    later("gated"): GATED,
    later("periodic"): PERIODIC,
    later("over several sums"): OVER_AXIS,
}


def catalog() -> dict[str, list[dict[str, Any]]]:
    """Describe what a network can be made of, remarks in the language in use.

    Examples
    --------
    >>> [one["name"] for one in catalog()["learning_rates"]]
    ['constant', 'invscaling', 'adaptive', 'linear', 'cosine', 'coslog4']
    >>> [one["name"] for one in catalog()["output_activations"]]
    ['auto', 'identity', 'sigmoid', 'softmax', 'exp']
    """
    hidden = [activation for activation in ACTIVATIONS if activation.hidden and activation.pieces <= 8]
    families = {one.name: _(title) for title, family in FAMILIES.items() for one in family}
    return {
        "activations": [
            {
                **_entry(one),
                "parameters": [
                    {"name": name, "default": parameter.default, "learned": parameter.learned}
                    for name, parameter in one.declared.items()
                ],
                "initializer": one.initializer,
                "family": families[one.name],
            }
            for one in hidden
        ],
        "losses": [
            {**_entry(loss), "output": loss.link, "tasks": [task for task in TASKS if loss.name in losses_for(task)]}
            for loss in LOSSES
            if loss.trainable
        ],
        "solvers": [{**_entry(one), "hyperparameters": list(one.hyperparameters)} for one in OPTIMIZERS],
        "initializers": _entries(INITIALIZERS),
        "learning_rates": _entries(SCHEDULES),
        "output_activations": [
            {"name": name, **({} if name == "auto" else {"formula": ACTIVATIONS[name].formula})}
            for name in setup.OUTPUTS
        ],
    }


def sets() -> list[dict[str, Any]]:
    """Describe the data, titles in the language in use, with some points of each made set for a small picture."""
    return [{**one.described(), "points": thumbnail(one)} for one in SETS.values()]


def limits() -> dict[str, int]:
    """Give the bounds of set-ups, messages and uploads."""
    return {
        "layers": setup.MOST_LAYERS,
        "units": setup.MOST_UNITS,
        "points": setup.MOST_POINTS,
        "rows": setup.MOST_ROWS,
        "table_rows": setup.MOST_TABLE_ROWS,
        "epochs": setup.MOST_EPOCHS,
        "classes": setup.MOST_CLASSES,
        "message_bytes": messages.MOST_BYTES,
        "upload_bytes": uploads.MOST_BYTES,
        "upload_rows": uploads.MOST_ROWS,
        "upload_columns": uploads.MOST_COLUMNS,
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [_entry(one) for one in entries]


def _entry(entry: Entry) -> dict[str, Any]:
    remarks = entry.remarks.translated()
    return {
        "name": entry.name,
        "synonyms": list(entry.synonyms),
        "formula": entry.formula,
        "good": remarks.good,
        "bad": remarks.bad,
        "use": remarks.use,
    }
