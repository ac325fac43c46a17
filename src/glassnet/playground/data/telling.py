"""Which two columns tell most about a target: a guess that costs little, for the first picture of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.playground.data.scaling import standardized

Numbers = NDArray[np.float64]

MOST_ROWS = 2_000  # that are looked at
MOST_TRIED = 50  # columns that are tried beside the first


def telling_pair(columns: Mapping[str, Numbers], target: NDArray[Any], *, classes: bool) -> tuple[str, str]:
    """Choose two columns by how much of the target's variance a quadratic of them explains.

    The first is the best alone, the second the best beside it: two columns that tell the same are not both chosen.

    Parameters
    ----------
    columns : mapping of str to ndarray of float64, shape (n,)
        At least two; NaN counts as the mean.
    target : ndarray of shape (n,)
        Without missing values: labels, or numbers.
    classes : bool

    Examples
    --------
    >>> x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    >>> columns = {"noise": np.sin(99 * x * y), "x": x, "same": 2 * x + 1, "y": y}
    >>> flat = {name: values.ravel() for name, values in columns.items()}
    >>> telling_pair(flat, (3 * x + y**2).ravel(), classes=False)
    ('x', 'y')
    """
    step = max(1, len(target) // MOST_ROWS)
    rows = slice(None, None, step)
    answers = _answers(target[rows], classes=classes)
    scaled = {name: _scaled(values[rows]) for name, values in columns.items()}
    ones = np.ones((len(answers), 1))
    # Rounded, so that of two columns that tell the same the first in the table wins, and not the last bit.
    alone = {name: round(_explained([ones, z, z**2], answers), 9) for name, z in scaled.items()}
    ranked = sorted(alone, key=lambda name: -alone[name])
    first, a = ranked[0], scaled[ranked[0]]
    both = {
        name: round(_explained([ones, a, a**2, scaled[name], scaled[name] ** 2, a * scaled[name]], answers), 9)
        for name in ranked[1 : MOST_TRIED + 1]
    }
    return first, max(both, key=both.__getitem__)


def _answers(target: NDArray[Any], *, classes: bool) -> Numbers:
    if not classes:
        return standardized(target.astype(np.float64), slice(None)).values[:, None]
    labels, codes = np.unique(target, return_inverse=True)
    answers = (codes[:, None] == np.arange(len(labels))).astype(np.float64)
    centered: Numbers = answers - answers.mean(axis=0)
    return centered


def _scaled(values: Numbers) -> Numbers:
    z = np.zeros(len(values))
    present = np.isfinite(values)
    if present.any():
        z[present] = standardized(values[present], slice(None)).values
    return z[:, None]


def _explained(parts: list[Numbers], answers: Numbers) -> float:
    """Share of the answers' variance that a linear combination explains."""
    X = np.concatenate(parts, axis=1)
    solution = np.linalg.lstsq(X, answers, rcond=None)[0]
    total = float(np.sum(answers**2))
    return 1.0 - float(np.sum((answers - X @ solution) ** 2)) / total if total > 0 else 0.0
