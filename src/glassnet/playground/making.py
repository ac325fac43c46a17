"""The playground's data for programs: what exported code calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from glassnet.playground.material import material_of
from glassnet.playground.setup import Setup
from glassnet.table import read_table


def rows(
    name: str = "spiral",
    *,
    n_rows: int = 500,
    n_classes: int = 4,
    noise: float = 0.1,
    test_share: float = 0.3,
    seed: int = 0,
    points: Iterable[Sequence[float]] = (),
    task: str = "auto",
    table: str | os.PathLike[str] | None = None,
    columns: Sequence[str] = (),
    target: str = "",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Make the rows that the playground shows, split as it splits them.

    Parameters
    ----------
    name : str, default="spiral"
        "circle", "xor", "gaussians", "spiral", "moons", "three_spirals", "blobs", "rings", "plane", "waves", "digits",
        "drawn" or "table".
    n_rows : int, default=500
        Of made sets and digits; from 20 to 5,000.
    n_classes : int, default=4
        Of "blobs" and "rings"; from 2 to 10.
    noise : float, default=0.1
        In [0, 1]: the deviation by which points are displaced.
    test_share : float, default=0.3
        Share of the rows to test by, in [0.05, 0.95]; classes have equal shares.
    seed : int, default=0
        Of the points, and of the split.
    points : iterable of (x1, x2, class or number), default=()
        Of "drawn".
    task : {"auto", "classification", "regression"}, default="auto"
        Of "drawn" and "table"; "auto" looks at the data.
    table : path, optional
        File of "table", as `glassnet.fit` takes them. Two columns and a target of numbers are standardized.
    columns : sequence of str, default=()
        Two columns of numbers; by default those that tell most.
    target : str, default=""
        Column to predict; by default one with a usual name, else the last.

    Returns
    -------
    X_train, X_test : ndarray of float32, shapes (n, 2), (n_test, 2)
        64 columns for digits.
    y_train, y_test : ndarray of shapes (n,), (n_test,)
        Labels, or float32 numbers.

    Raises
    ------
    SetupError
        If a value is not what it must be.
    TableFileError
        If the file cannot be read.

    Examples
    --------
    >>> from glassnet.playground import rows
    >>> X_train, X_test, y_train, y_test = rows("moons", n_rows=100, seed=1)
    >>> X_train.shape, X_test.shape, y_test[:4].tolist()
    ((70, 2), (30, 2), [1, 0, 0, 1])
    """
    data: dict[str, Any] = {
        "name": name,
        "n_rows": n_rows,
        "n_classes": n_classes,
        "noise": noise,
        "test_share": test_share,
        "seed": seed,
        "points": [list(point) for point in points],
        "task": task,
    }
    tables = {}
    if table is not None:
        data["table"] = {"id": "file", "name": Path(table).name, "columns": list(columns), "target": target}
        tables["file"] = read_table(table)
    made = material_of(Setup.from_json({"data": data}), tables)
    return made.X_train, made.X_test, made.y_train, made.y_test
