"""What a model remembers for its diagnosis, in its file: numbers in the description, statistics of units as tensors.

Files from before there were diagnoses have neither; their models are diagnosed by trace and weights alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis import Column, ColumnFacts, DataFacts, Look, TargetFacts, Units
from glassnet.diagnosis.look import STATISTICS
from glassnet.estimators.glass_fields import Fields, Malformed, Tensors, is_whole
from glassnet.estimators.glass_values import decode_number, encode_number
from glassnet.network import NetworkSpec
from glassnet.texts import _

Array = NDArray[Any]
COLUMNS = ("largest", "widest", "narrowest")


def described(facts: DataFacts | None, look: Look | None) -> dict[str, Any]:
    """Describe both by JSON types only; None where they are None."""
    return {"facts": None if facts is None else _facts(facts), "look": None if look is None else _look(look)}


def tensors_of(look: Look | None) -> dict[str, Array]:
    """Statistics of the units of each hidden layer, of shape (units, 4)."""
    if look is None:
        return {}
    return {
        f"units.{i}": np.column_stack([getattr(units, name) for name in STATISTICS])
        for i, units in enumerate(look.units)
    }


def restored(found: Any, arrays: Tensors, network: NetworkSpec) -> tuple[DataFacts | None, Look | None]:
    """Read what `described` and `tensors_of` gave; None for what is not there.

    Raises
    ------
    Malformed
        If it is something else.
    """
    if found is None:
        return None, None
    fields = Fields(found, "diagnosis")
    facts = None if fields.get("facts") is None else _facts_from(fields.object("facts"))
    look = None if fields.get("look") is None else _look_from(fields.object("look"), arrays, network)
    return facts, look


def _facts(facts: DataFacts) -> dict[str, Any]:
    columns, targets = facts.columns, facts.targets
    return {
        "n_rows": facts.n_rows,
        "n_validation": facts.n_validation,
        "mean_weight": encode_number(facts.mean_weight),
        "relation": _given(facts.relation),
        "columns": {
            "n": columns.n,
            "n_constant": columns.n_constant,
            "constant": list(columns.constant),
            **{name: _column(getattr(columns, name)) for name in COLUMNS},
        },
        "targets": {
            "counts": None if targets.counts is None else list(targets.counts),
            "weighted": targets.weighted,
            "values": None if targets.values is None else [encode_number(value) for value in targets.values],
            "mean": encode_number(targets.mean),
            "deviation": encode_number(targets.deviation),
            "constant_loss": encode_number(targets.constant_loss),
            "least_loss": encode_number(targets.least_loss),
            "constant_validation_loss": _given(targets.constant_validation_loss),
        },
    }


def _column(column: Column | None) -> dict[str, Any] | None:
    if column is None:
        return None
    return {"index": column.index, "mean": encode_number(column.mean), "deviation": encode_number(column.deviation)}


def _look(look: Look) -> dict[str, Any]:
    recalls = None if look.recalls is None else [encode_number(float(recall)) for recall in look.recalls]
    return {"n_rows": look.n_rows, "recalls": recalls, "stuck": encode_number(look.stuck)}


def _facts_from(fields: Fields) -> DataFacts:
    columns, targets = fields.object("columns"), fields.object("targets")
    chosen = {name: _column_from(columns, name) for name in COLUMNS}
    counts = targets.get("counts")
    weighted = targets.get("weighted")
    if not isinstance(weighted, bool):
        raise Malformed(targets.place("weighted"), _("true or false"))
    return DataFacts(
        n_rows=fields.whole("n_rows", least=1),
        n_validation=fields.whole("n_validation"),
        mean_weight=_number(fields, "mean_weight"),
        columns=ColumnFacts(
            n=columns.whole("n"),
            n_constant=columns.whole("n_constant"),
            constant=_whole_numbers(columns, "constant", below=columns.whole("n")),
            **chosen,
        ),
        targets=TargetFacts(
            counts=None if counts is None else _whole_numbers(targets, "counts"),
            weighted=weighted,
            values=None
            if targets.get("values") is None
            else tuple(decode_number(value, targets.place("values")) for value in targets.entries("values")),
            mean=_number(targets, "mean"),
            deviation=_number(targets, "deviation"),
            constant_loss=_number(targets, "constant_loss"),
            least_loss=_number(targets, "least_loss"),
            constant_validation_loss=_number_or_none(targets, "constant_validation_loss"),
        ),
        relation=_number_or_none(fields, "relation"),
    )


def _column_from(columns: Fields, name: str) -> Column | None:
    if columns.get(name) is None:
        return None
    fields = columns.object(name)
    index = fields.whole("index")
    if index >= columns.whole("n"):
        raise Malformed(fields.place("index"), _("the number of a column"))
    return Column(index, _number(fields, "mean"), _number(fields, "deviation"))


def _look_from(fields: Fields, arrays: Tensors, network: NetworkSpec) -> Look:
    units = []
    for i, layer in enumerate(network.layers[:-1]):
        statistics = arrays.take(f"units.{i}", (layer.units, len(STATISTICS)), "float64")
        units.append(Units(*(np.ascontiguousarray(column) for column in statistics.T)))
    recalls = None
    if fields.get("recalls") is not None:
        place = fields.place("recalls")
        recalls = np.array([decode_number(value, place) for value in fields.entries("recalls")], dtype=np.float64)
        if len(recalls) != max(2, network.n_outputs):
            raise Malformed(place, _("a number for each class"))
    return Look(fields.whole("n_rows", least=1), tuple(units), recalls, _number(fields, "stuck"))


def _given(value: float | None) -> Any:
    return None if value is None else encode_number(value)


def _number(fields: Fields, name: str) -> float:
    return decode_number(fields.get(name), fields.place(name))


def _number_or_none(fields: Fields, name: str) -> float | None:
    return None if fields.get(name) is None else _number(fields, name)


def _whole_numbers(fields: Fields, name: str, below: int | None = None) -> tuple[int, ...]:
    found = fields.entries(name)
    if not all(is_whole(value) and value >= 0 and (below is None or value < below) for value in found):
        raise Malformed(fields.place(name), _("a list of whole numbers in their range"))
    return tuple(found)
