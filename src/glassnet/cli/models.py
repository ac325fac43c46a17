"""Loading the model of `glassnet predict` and `glassnet evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import glassnet
from glassnet.cli.failures import Refused, naming
from glassnet.cli.options import Common
from glassnet.texts import _


def load(path: Path, common: Common) -> Any:
    """Load a model that was trained on a table.

    Raises
    ------
    ModelFileError
        If the file holds no model.
    Refused
        If the model was trained on arrays, and knows no columns.
    """
    with naming(path):
        model = glassnet.load(path)
    if not hasattr(model, "encoding_"):
        text = _(
            "{file} holds a model of type {kind}, which was trained on arrays and knows no columns. "
            "In Python, glassnet.load gives it back"
        )
        raise Refused(text.format(file=path, kind=type(model).__name__))
    if common.n_threads is not None:
        model.set_params(n_threads=common.n_threads)
    return model
