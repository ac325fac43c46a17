"""What a condition of a lesson asks of a run, read from the run itself: the other side of `web/lessons/readings.js`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from tests.playground.decoding import decoded

from glassnet.playground.frames import View, frame
from glassnet.playground.inside import Inside
from glassnet.playground.lessons import Condition
from glassnet.playground.material import material_of
from glassnet.playground.preparing import prepare
from glassnet.playground.run import Run
from glassnet.playground.setup import Setup

# Whether something is selected is a matter of the page.
ON_THE_PAGE = {"point", "unit"}


def started(setup: Setup) -> Run:
    return Run(prepare(setup, material_of(setup, {})))


def reading(name: str, run: Run, setup: Setup) -> Any:
    """Read a run as it is now."""
    if "." in name:
        return placed(setup.to_json(), name)
    return READ[name](run)


def placed(setup: Any, place: str) -> Any:
    for key in place.split("."):
        setup = setup[int(key)] if isinstance(setup, list) else setup[key]
    return setup


def met(condition: Condition, run: Run, setup: Setup) -> bool:
    value = reading(condition.reading, run, setup)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return False
    return condition.holds(value, run.epoch)


def _header(run: Run) -> dict[str, Any]:
    return decoded(frame(run, Inside(run.prepared), View(units=False), "main", after=None))[0]


def _statistic(run: Run, name: str) -> np.ndarray:
    trace = run.trace
    return trace.layers[name][-1] if len(trace) else np.full(len(run.prepared.network.layers), np.nan)


def _hidden(run: Run) -> list[int]:
    return [layer.units for layer in run.prepared.network.layers[:-1]]


def _dead(run: Run) -> int:
    return sum(len(units) for units in _header(run)["dead"])


def by_layer(run: Run, column: int) -> list[float]:
    facts = Inside(run.prepared).rows(run.weights).facts[:, column]
    ends = np.cumsum(_hidden(run))[:-1]
    return [float(part.mean()) for part in np.split(facts, ends)] if _hidden(run) else []


def _ratio(run: Run) -> float | None:
    norms = _statistic(run, "gradient_norm")
    return float(norms[-2] / norms[0]) if len(norms) > 1 else None


READ = {
    "epoch": lambda run: run.epoch,
    "loss": lambda run: _header(run)["loss"],
    "score": lambda run: _header(run)["score"],
    "test_score": lambda run: _header(run)["test_score"],
    "gap": lambda run: _header(run)["score"] - _header(run)["test_score"],
    "loss_gap": lambda run: _header(run)["test_loss"] - _header(run)["loss"],
    "dead_units": _dead,
    "dead_share": lambda run: _dead(run) / sum(_hidden(run)),
    "saturated": lambda run: max([0.0, *by_layer(run, 1)]),
    "gradient_ratio": _ratio,
    "weights": lambda run: float(np.sqrt(sum(np.square(w, dtype=np.float64).sum() for w in run.weights.coefs))),
    "last_spread": lambda run: by_layer(run, 3)[-1],
    "unlike": lambda run: float(np.ptp(run.weights.coefs[0], axis=1).max()),
    "active": lambda run: float(Inside(run.prepared).rows(run.weights).facts[:, 0].mean()),
    "parameters": lambda run: run.prepared.network.n_parameters,
    "output": lambda run: run.prepared.network.layers[-1].activation.name,
}
