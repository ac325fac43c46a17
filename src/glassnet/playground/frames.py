"""A run's present state as one binary message: everything that is drawn, for thirty times a second.

    4 bytes, little-endian   length of the header
    header                   JSON, padded with spaces so that what follows starts at a multiple of 8
    arrays                   in the header's order, each starting at a multiple of 8

`header["arrays"]` says of each its dtype, its shape and its offset from the start of the message. Numbers that are not
known are null in the header, NaN in arrays.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Predictor
from glassnet.engine.trace import LAYER_STATISTICS
from glassnet.playground.measuring import measured, scored
from glassnet.playground.narrowing import narrowed

if TYPE_CHECKING:
    from glassnet.engine import Trace
    from glassnet.playground.inside import Inside
    from glassnet.playground.run import Run

Array = NDArray[Any]

ALIGNMENT = 8
UNIT_GRID = 24
MOST_POINTS = 4000  # of a curve: more than a screen has columns


@dataclass(frozen=True)
class View:
    """What frames hold.

    Attributes
    ----------
    grid : int
        Pixels of the picture of the answers, along each side.
    units : bool
        Whether units have pictures.
    frames_per_second : float
        At most.
    """

    grid: int = 60
    units: bool = True
    frames_per_second: float = 30.0


def message(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Pack a header and arrays.

    Examples
    --------
    >>> packed = message({"kind": "frame"}, {"a": np.arange(3, dtype=np.int32)})
    >>> int.from_bytes(packed[:4], "little") % 8, len(packed) % 8
    (4, 0)
    """
    places: dict[str, dict[str, Any]] = {}
    offset = 0
    for name, array in arrays.items():
        places[name] = {"dtype": array.dtype.name, "shape": list(array.shape), "offset": offset}
        offset += _aligned(array.nbytes)
    # Offsets count from the message's start, and the header's length depends on how they are written: once they are
    # counted from a place that is far enough, the header fits before it.
    written = {**header, "arrays": places}
    start = _aligned(4 + len(_json(written)) + 12 * len(places))
    for place in places.values():
        place["offset"] += start
    text = _json(written)
    text += b" " * (start - 4 - len(text))
    parts = [struct.pack("<I", len(text)), text]
    for array in arrays.values():
        parts.append(np.ascontiguousarray(array).tobytes())
        parts.append(bytes(_aligned(array.nbytes) - array.nbytes))
    return b"".join(parts)


def data_message(run: Run, name: str) -> bytes:
    """Pack the rows of a run, once for each set-up.

    Parameters
    ----------
    run : Run
    name : {"main", "beside"}
    """
    p = run.prepared
    classes = p.material.task == "classification"
    arrays = {"train_x": p.data.X, "train_y": _targets(p.data.y, classes=classes)}
    if p.data.X_val is not None and p.data.y_val is not None:
        arrays |= {"test_x": p.data.X_val, "test_y": _targets(p.data.y_val, classes=classes)}
    return message({"kind": "data", "run": name}, {key: np.asarray(a, np.float32) for key, a in arrays.items()})


def frame(run: Run, inside: Inside, view: View, name: str, *, after: int | None, pace: float = 0.0) -> bytes:
    """Pack what a run looks like now.

    Parameters
    ----------
    run : Run
    inside : Inside
        Of the same set-up.
    view : View
    name : {"main", "beside"}
    after : int or None
        The last epoch whose point of the curves is known to the reader; None for all of them.
    pace : float, default=0.0
        Epochs a second.
    """
    trace, weights, p = run.trace, run.weights, run.prepared
    rows = inside.rows(weights)
    header: dict[str, Any] = {
        "kind": "frame",
        "run": name,
        "epoch": run.epoch,
        "state": run.state,
        **{key: _number(value) for key, value in _numbers(run, trace).items()},
        "epochs_per_second": _number(pace),
        "first_epoch": 1 if after is None else after + 1,
        "whole": after is None,
        "penalty": _number(penalty(run)),
        "dead": trace.dead_units[:-1] if len(trace) and p.training.solver != "lbfgs" else rows.silent,
        "saturated": rows.saturated,
    }
    arrays: dict[str, Array] = {"curves": curves(trace, after)}
    for i, (coefs, intercepts) in enumerate(zip(weights.coefs, weights.intercepts, strict=True)):
        arrays |= {f"weights{i}": coefs.astype(np.float32), f"biases{i}": intercepts.astype(np.float32)}
    pictures = inside.units(weights, UNIT_GRID) if view.units else None
    if pictures is not None:
        arrays |= {"units": pictures[0], "unit_range": pictures[1]}
    for key, answers in (
        ("outputs", inside.answers(weights, view.grid)),
        ("test_outputs", inside.test_answers(weights)),
    ):
        if answers is not None:
            arrays[key] = answers
    arrays |= {
        "histograms": rows.histograms,
        "histogram_range": rows.ranges,
        "layer_statistics": _layers(trace, len(p.network.layers)),
        "unit_facts": rows.facts,
    }
    return message(header, arrays)


def curves(trace: Trace, after: int | None) -> NDArray[np.float32]:
    """Give epoch, loss, test loss and test score of the epochs after one; of very many, some evenly spread.

    Parameters
    ----------
    trace : Trace
    after : int or None
        None for all.
    """
    epochs = trace.arrays[0]
    if after is not None:
        epochs = epochs[int(np.searchsorted(epochs[:, 0], after + 1)) :]
    if len(epochs) > MOST_POINTS:
        epochs = epochs[np.unique(np.linspace(0, len(epochs) - 1, MOST_POINTS).astype(np.intp))]
    return narrowed(epochs[:, :4])


def penalty(run: Run) -> float:
    """What the penalty on large weights adds to the loss now."""
    training, weights = run.prepared.training, run.weights
    if training.alpha == 0:
        return 0.0
    l1_ratio = training.l1_ratio
    with np.errstate(all="ignore"):
        squares = sum(float(np.square(coefs, dtype=np.float64).sum()) for coefs in weights.coefs)
        sizes = sum(float(np.abs(coefs).sum(dtype=np.float64)) for coefs in weights.coefs) if l1_ratio else 0.0
    n_rows = len(run.prepared.data.y)
    rows = n_rows if training.solver == "lbfgs" else min(training.batch_size, n_rows)
    weight = run.prepared.data.sample_weight
    mean_weight = 1.0 if weight is None else float(np.mean(weight))
    return float(training.alpha) * (l1_ratio * sizes + 0.5 * (1 - l1_ratio) * squares) / (rows * mean_weight)


def _numbers(run: Run, trace: Trace) -> dict[str, float]:
    """Losses, scores and rate; before the first epoch, what the network brings without having learned."""
    p = run.prepared
    if len(trace):
        _epoch, loss, test_loss, test_score, rate = trace.arrays[0][-1, :5]
        with np.errstate(all="ignore"):
            raw = Predictor(p.network, run.weights).scores(p.data.X)
            score = scored(p.score, p.network.loss, raw, p.data.y, p.data.sample_weight)
    else:
        loss, score = measured(p.network, run.weights, p.score, p.data.X, p.data.y, p.data.sample_weight)
        loss += penalty(run)
        test_loss = test_score = math.nan
        if p.data.X_val is not None and p.data.y_val is not None:
            test = p.data.X_val, p.data.y_val, p.data.sample_weight_val
            test_loss, test_score = measured(p.network, run.weights, p.score, *test)
        rate = math.nan if p.training.solver == "lbfgs" else p.training.learning_rate_init
    return {"loss": loss, "test_loss": test_loss, "score": score, "test_score": test_score, "rate": rate}


def _layers(trace: Trace, n_layers: int) -> NDArray[np.float32]:
    if not len(trace):
        return np.full((n_layers, len(LAYER_STATISTICS)), np.nan, np.float32)
    return narrowed(trace.arrays[1][-1])


def _targets(y: Array, *, classes: bool) -> Array:
    """Codes of classes, whatever form the loss wants them in; numbers else."""
    if y.ndim == 1:
        return y
    if not classes:
        return y[:, 0]
    return y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0] > 0.5


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _json(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
