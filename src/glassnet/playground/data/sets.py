"""Which data there are: a name, a title, the task, and for made sets the function that makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.playground.data import classes, surfaces
from glassnet.texts import _, later

Task = Literal["classification", "regression"]
Random = np.random.RandomState
# Makes n points: (n, noise, n_classes, random) -> positions (n, 2), and class codes or numbers (n,).
Maker = Callable[[int, float, int, Random], tuple[NDArray[np.float64], NDArray[Any]]]

BOX = (-3.0, 3.0, -3.0, 3.0)  # x1 from, to, x2 from, to: what pictures of made sets and of drawn points show


@dataclass(frozen=True)
class DataSet:
    """One entry of the playground's list of data.

    Attributes
    ----------
    name : str
    title : str
        In English; `described` gives it in the language in use.
    kind : {"made", "digits", "drawn", "table"}
    task : {"classification", "regression"} or None
        None where the data decide.
    n_classes : int or None
        None where the data decide, and for numbers.
    many_classes : bool
        Whether `n_classes` of the set-up says how many.
    make : callable or None
        Makes the points of a made set.
    """

    name: str
    title: str
    kind: Literal["made", "digits", "drawn", "table"] = "made"
    task: Task | None = "classification"
    n_classes: int | None = 2
    many_classes: bool = False
    make: Maker | None = None

    def described(self) -> dict[str, Any]:
        """Describe the entry by JSON types, with the title in the language in use."""
        return {
            "name": self.name,
            "title": _(self.title),
            "kind": self.kind,
            "task": self.task,
            "n_classes": self.n_classes,
            "many_classes": self.many_classes,
        }


_ALL = (
    DataSet("circle", later("circle"), make=classes.circle),
    DataSet("xor", later("exclusive or"), make=classes.xor),
    DataSet("gaussians", later("two Gaussians"), make=classes.gaussians),
    DataSet("spiral", later("spiral"), make=classes.spiral),
    DataSet("moons", later("two moons"), make=classes.moons),
    DataSet("three_spirals", later("three spirals"), n_classes=3, make=classes.three_spirals),
    DataSet("blobs", later("blobs"), n_classes=None, many_classes=True, make=classes.blobs),
    DataSet("rings", later("rings"), n_classes=None, many_classes=True, make=classes.rings),
    DataSet("plane", later("plane"), task="regression", n_classes=None, make=surfaces.plane),
    DataSet("waves", later("waves"), task="regression", n_classes=None, make=surfaces.waves),
    DataSet("digits", later("handwritten digits"), "digits", n_classes=10),
    DataSet("drawn", later("points you draw"), "drawn", task=None, n_classes=None),
    DataSet("table", later("your own table"), "table", task=None, n_classes=None),
)
SETS = MappingProxyType({entry.name: entry for entry in _ALL})
