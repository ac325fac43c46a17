"""What a tabular estimator adds to a model file: the encoding of the columns, and what became of each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.estimators.glass_fields import Fields, Malformed
from glassnet.estimators.glass_values import decode_number
from glassnet.table import Encoding, Role
from glassnet.table.roles import USES
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.estimators.tabular import BaseTabular

CODES = ("", "constant", "all_missing", "all_different", "row_counter", "asked")


def described(model: BaseTabular) -> dict[str, Any]:
    """Describe what all tabular estimators have, by JSON types only."""
    return {
        "encoding": model.encoding_.to_json(),
        "roles": [dataclasses.asdict(role) for role in model.roles_],
        "best_epoch": int(model.best_epoch_),
        "target_name": getattr(model, "target_name_", None),
    }


def restore(model: BaseTabular, extra: Fields) -> None:
    """Set the attributes that `described` told of, once they fit the network.

    Raises
    ------
    Malformed, ParameterError
        If they do not.
    """
    encoding = Encoding.from_json(extra.object("encoding").values)
    network = model.network_
    # The engine trusts codes and widths that it is handed: they must be the network's.
    if encoding.n_dense != network.n_inputs:
        raise Malformed("extra.encoding", _("an encoding to {n} columns").format(n=network.n_inputs))
    categories = tuple(embedding.categories for embedding in network.embeddings)
    if tuple(encoding.cardinalities) != categories:
        raise Malformed("extra.encoding", _("an encoding whose categories are those of the embeddings"))
    model.encoding_ = encoding
    model.embeddings_ = model.embeddings_ if network.embeddings else []
    model.roles_ = tuple(_role(entry, i) for i, entry in enumerate(extra.entries("roles")))
    model.best_epoch_ = extra.whole("best_epoch")
    if extra.get("target_name") is not None:
        model.target_name_ = extra.text("target_name")


def finite(extra: Fields, name: str) -> float:
    """Take a finite number."""
    number = decode_number(extra.get(name), extra.place(name))
    if not np.isfinite(number):
        raise Malformed(extra.place(name), _("a finite number"))
    return number


def _role(entry: Any, i: int) -> Role:
    fields = Fields(entry, f"extra.roles[{i}]")
    use = fields.get("use")
    return Role(
        fields.text("name"),
        None if use is None else fields.text("use", USES),  # type: ignore[arg-type]  # one of USES
        fields.text("reason"),
        fields.text("code", CODES),
    )
