"""What pictures show of a network: its units over the plane, its answers, and how its layers stand to the rows.

Weighted sums and answers come from the engine, as a model's predictions do: it keeps to one thread, where a BLAS would
wake several for a product of these sizes, and lets other threads of Python go on meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import ACTIVATIONS, LOSSES
from glassnet.diagnosis import learned_by_layer, outputs_of, slopes_of, units_of
from glassnet.engine import Predictor, Weights
from glassnet.network import NetworkSpec
from glassnet.playground.histograms import BINS, histogram
from glassnet.playground.narrowing import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.playground.preparing import Prepared

Array = NDArray[Any]
Floats = NDArray[np.float32]

MOST_ROWS = 512  # of the training rows that histograms and units' facts are taken from
SHOWN = 60  # test rows whose answers are shown where inputs are images
SATURATED = 0.95  # share of the rows from which on a unit counts as saturated
FACTS = 4
NARROWEST = 1e-35  # between a unit's smallest and largest value; what is less is drawn as constant


class Rows(NamedTuple):
    """How layers stand to the training rows.

    Attributes
    ----------
    histograms : ndarray of float32, shape (n_layers, BINS)
        Shares of a layer's outputs; of raw scores in the last one.
    ranges : ndarray of float32, shape (n_layers, 2)
        Where the first bin begins and the last one ends.
    facts : ndarray of float32, shape (n_hidden_units, 4)
        Share of rows on which a unit is active, saturated; mean and deviation of its outputs.
    silent, saturated : list of list of int
        A hidden layer's units that are inactive on all rows; saturated on nearly all.
    """

    histograms: Floats
    ranges: Floats
    facts: Floats
    silent: list[list[int]]
    saturated: list[list[int]]


class Inside:
    """A network's insides, for one set-up; what does not change with the weights is made once.

    Parameters
    ----------
    prepared : Prepared
    """

    def __init__(self, prepared: Prepared) -> None:
        self._network = prepared.network
        # Each layer's weighted sums alone, as the engine takes them.
        plain = replace(prepared.network.layers[-1], units=1, activation=ACTIVATIONS["identity"])
        self._sums = [
            NetworkSpec(inputs, (replace(plain, units=columns),), LOSSES["mse"], prepared.network.dtype)
            for inputs, columns in prepared.network.shapes
        ]
        self._material = prepared.material
        self._images = bool(prepared.material.images)
        X = prepared.data.X
        chosen = np.arange(len(X)) if len(X) <= MOST_ROWS else np.linspace(0, len(X) - 1, MOST_ROWS).astype(np.intp)
        self._rows = np.ascontiguousarray(X[chosen], dtype=prepared.network.dtype)
        self._test = None if prepared.data.X_val is None else prepared.data.X_val[:SHOWN]
        self._grids: dict[int, Array] = {}

    @property
    def flat(self) -> bool:
        """Whether inputs are points of a plane."""
        return self._network.n_inputs == 2 and not self._images

    def rows(self, weights: Weights) -> Rows:
        """Pass training rows through the network.

        At most 512, evenly spaced: a histogram of more looks the same.
        """
        histograms, ranges, facts, silent, saturated = [], [], [], [], []
        with np.errstate(all="ignore"):  # weights that grew without bound are seen as well
            for i, (z, outputs) in enumerate(self._passed(weights, self._rows)):
                shares, low, high = histogram(outputs)
                histograms.append(shares)
                ranges.append((low, high))
                if i + 1 == len(self._network.layers):
                    break
                activation = self._network.layers[i].activation
                slopes = slopes_of(activation, z, learned_by_layer(self._network, weights)[i])
                units = units_of(activation, outputs, slopes)
                facts.append(np.stack([units.active, units.saturated, units.mean, units.deviation], axis=1))
                silent.append(np.flatnonzero(units.active == 0).tolist())
                saturated.append(np.flatnonzero(units.saturated >= SATURATED).tolist())
        none = np.zeros((0, FACTS))
        return Rows(
            np.array(histograms, np.float32).reshape(-1, BINS),
            narrowed(np.array(ranges)),
            narrowed(np.concatenate([none, *facts])),
            silent,
            saturated,
        )

    def units(self, weights: Weights, grid: int) -> tuple[NDArray[np.uint8], Floats] | None:
        """Show each hidden unit: its output over the plane, or its input weights where inputs are images.

        Returns
        -------
        pictures : ndarray of uint8, shape (n_units, rows, columns)
            0 is the unit's smallest value, 255 its largest. The top row is the plane's upper edge.
        ranges : ndarray of float32, shape (n_units, 2)
            These two values.

        None where there is neither a plane nor an image.
        """
        if self._images:
            side = round(self._network.n_inputs**0.5)
            first = weights.coefs[0] if len(self._network.layers) > 1 else weights.coefs[0][:, :0]
            return _pictures(np.ascontiguousarray(first.T), side)
        if not self.flat:
            return None
        with np.errstate(all="ignore"):
            hidden = [outputs for _z, outputs in self._passed(weights, self._grid(grid), hidden=True)]
        none = np.zeros((grid * grid, 0), self._network.dtype)
        return _pictures(np.concatenate([none, *hidden], axis=1).T, grid)

    def answers(self, weights: Weights, grid: int) -> Floats | None:
        """Predict over the plane: shape (n_outputs, grid, grid), the upper edge first; None where there is none."""
        if not self.flat:
            return None
        found = Predictor(self._network, weights).outputs(self._grid(grid))
        return np.ascontiguousarray(found.T, np.float32).reshape(-1, grid, grid)

    def test_answers(self, weights: Weights) -> Floats | None:
        """Predict the first test images: shape (n_shown, n_outputs); None where inputs are no images."""
        if not self._images or self._test is None:
            return None
        return np.ascontiguousarray(Predictor(self._network, weights).outputs(self._test), np.float32)

    def _grid(self, n: int) -> Array:
        """Points of the plane, (n * n, 2), row by row from its upper edge, both edges included."""
        if n not in self._grids:
            low_1, high_1, low_2, high_2 = self._material.box
            x_1, x_2 = np.meshgrid(np.linspace(low_1, high_1, n), np.linspace(high_2, low_2, n))
            self._grids[n] = np.stack([x_1.ravel(), x_2.ravel()], axis=1).astype(self._network.dtype)
        return self._grids[n]

    def _passed(self, weights: Weights, inputs: Array, *, hidden: bool = False) -> Iterator[tuple[Array, Array]]:
        """Weighted sums and outputs of one layer after the other; of the last one, raw scores twice."""
        learned = learned_by_layer(self._network, weights)
        for i, layer in enumerate(self._network.layers[: -1 if hidden else None]):
            z = Predictor(self._sums[i], ([weights.coefs[i]], [weights.intercepts[i]])).scores(inputs)
            last = i + 1 == len(self._network.layers)
            inputs = z if last else outputs_of(layer.activation, z, learned[i])
            yield z, inputs


def _pictures(values: Array, side: int) -> tuple[NDArray[np.uint8], Floats]:
    """Scale each row of values, (n, side * side), to bytes."""
    if not np.isfinite(values).all():
        largest = float(np.finfo(np.float32).max)
        values = np.nan_to_num(values, nan=0.0, posinf=largest, neginf=-largest)
    low, high = values.min(axis=1, initial=np.inf), values.max(axis=1, initial=-np.inf)
    width = high.astype(np.float64) - low  # in double: the difference of two large numbers may leave their type
    factor = np.divide(255.0, width, out=np.zeros_like(width), where=width > NARROWEST)
    scaled = (values - low.astype(np.float64)[:, None]) * factor[:, None] + 0.5
    pictures = np.clip(scaled, 0, 255).astype(np.uint8).reshape(-1, side, side)
    return pictures, np.stack([low, high], axis=1).astype(np.float32)
