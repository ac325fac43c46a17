"""How time grows: of a fit with its rows, its epochs and its parameters, of a prediction with its rows.

    python benchmarks/growth.py [--quick] [--plot growth.svg] [--json FILE]

Asked for: in logarithms, a slope of at most 1.05, so ten times as much takes at most 11.2 times as long: rows from 10^3
to 10^7, epochs, and parameters from the network "small" on. What counts is the time above that of an empty fit (all of
a fit but its epochs): it is the same for all and would make every slope look better. The slope is the line's of least
squares through all sizes from which on this time is at least half of the empty fit's (below, it drowns in that one's
changes); slopes between neighbors are printed beside it.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from correctness import LARGEST, difference_from_reference
from harness import (
    Neighbours,
    clear_settings,
    machine,
    note,
    print_machine,
    print_table,
    print_targets,
    significant,
    target,
    write_json,
)
from shapes import SHAPES, Shape, dataset

STEEPEST = 1.05
SMALL = SHAPES["small"]
ROWS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
EPOCHS = (1, 3, 10, 30, 100, 300, 1000)
UNITS = (64, 128, 256, 512, 1024, 2048)
FIT_ROWS_EPOCHS = 2
EMPTY_ROWS = 1_000  # from here on a look at the data costs the same for any number of rows
EPOCH_ROWS = 4_000
UNIT_ROWS = 4_000


@dataclass
class Series:
    """Times at growing sizes, and the time of the empty call that all of them contain."""

    name: str
    size: str  # what grows
    sizes: list[int]
    seconds: list[float]
    empty: float

    @property
    def above(self) -> list[float]:
        """Seconds above the empty call."""
        return [max(seconds - self.empty, 1e-9) for seconds in self.seconds]

    @property
    def first(self) -> int:
        """Place of the first size that counts: there and beyond, what grows is at least half of the empty call."""
        return next((place for place, above in enumerate(self.above) if above >= 0.5 * self.empty), len(self.sizes) - 2)

    @property
    def slope(self) -> float:
        """Slope of the line of least squares through the logarithms, from `first` on."""
        return float(np.polyfit(np.log(self.sizes[self.first :]), np.log(self.above[self.first :]), 1)[0])

    @property
    def local(self) -> list[float]:
        """Slopes between neighbors."""
        return list(np.diff(np.log(self.above)) / np.diff(np.log(self.sizes)))


def fit_seconds(shape: Shape, X: Any, y: Any, epochs: int, *, outside: bool = False) -> Callable[[], float]:
    """Return a function that fits anew and tells the seconds of `fit`: all of it, or those outside of its epochs."""
    from glassnet import MLPClassifier

    # As many epochs as are asked for, whatever the loss does.
    model = MLPClassifier(
        shape.hidden, batch_size=shape.batch, max_iter=epochs, tol=0, n_iter_no_change=10**6, alpha=0.0, random_state=0
    )

    def measure() -> float:
        start = time.perf_counter()
        model.fit(X, y)
        seconds = time.perf_counter() - start
        return seconds - float(model.trace_.seconds.sum()) if outside else seconds

    return measure


def least(measure: Callable[[], float], budget: float) -> float:
    """Take the shortest of as many calls as the seconds allow, five hundred at the most; a single one if it is long."""
    seconds = [measure()]
    while len(seconds) < 500 and sum(seconds) < budget:
        seconds.append(measure())
    return min(seconds)


def empty_fit(shape: Shape, budget: float) -> float:
    """Time what a fit does beside its epochs: checks, weights, a summary and a look at the units for the diagnosis."""
    X, y = dataset(dataclasses.replace(shape, rows=EMPTY_ROWS))
    return least(fit_seconds(shape, X, y, 1, outside=True), budget)


def over_rows(most: int, budget: float) -> Series:
    """Fit "small" on more and more rows."""
    sizes = [n for n in ROWS if n <= most]
    X, y = dataset(dataclasses.replace(SMALL, rows=sizes[-1]))
    seconds = []
    for n in sizes:
        note(f"fit, {n:,} rows")
        seconds.append(least(fit_seconds(SMALL, X[:n], y[:n], FIT_ROWS_EPOCHS), budget))
    return Series("fit, rows", "rows", sizes, seconds, empty_fit(SMALL, budget))


def over_epochs(most: int, budget: float) -> Series:
    """Fit "small" for more and more epochs."""
    sizes = [n for n in EPOCHS if n <= most]
    X, y = dataset(dataclasses.replace(SMALL, rows=EPOCH_ROWS))
    note("fit, epochs")
    seconds = [least(fit_seconds(SMALL, X, y, n), budget) for n in sizes]
    return Series("fit, epochs", "epochs", sizes, seconds, empty_fit(SMALL, budget))


def over_parameters(most: int, budget: float) -> Series:
    """Fit networks of more and more units on the same rows, from "small" on; each has an empty fit of its own."""
    units = [n for n in UNITS if n <= most]
    X, y = dataset(dataclasses.replace(SMALL, rows=UNIT_ROWS))
    sizes, seconds = [], []
    for n in units:
        shape = dataclasses.replace(SMALL, hidden=(n, n))
        widths = shape.widths
        sizes.append(sum(a * b + b for a, b in itertools.pairwise(widths)))
        note(f"fit, {sizes[-1]:,} parameters")
        # Weights are drawn, copied and looked at once a fit, however long it is.
        seconds.append(least(fit_seconds(shape, X, y, 2), budget) - empty_fit(shape, budget))
    return Series("fit, parameters", "parameters", sizes, seconds, 0.0)


def over_predictions(most: int, budget: float) -> tuple[Series, bool]:
    """Predict more and more rows with "small"; also whether many rows at once give what some at a time do."""
    sizes = [n for n in ROWS if n <= most]
    X, y = dataset(dataclasses.replace(SMALL, rows=sizes[-1]))
    from glassnet import MLPClassifier

    model = MLPClassifier(SMALL.hidden, batch_size=SMALL.batch, max_iter=1, random_state=0).fit(X[:1_000], y[:1_000])
    some = X[:2_500]
    parts = np.concatenate([model.predict_proba(some[first : first + 300]) for first in range(0, len(some), 300)])
    right = bool(np.array_equal(model.predict_proba(some), parts))

    def measured(rows: Any) -> Callable[[], float]:
        def measure() -> float:
            start = time.perf_counter()
            model.predict_proba(rows)
            return time.perf_counter() - start

        return measure

    note("predict_proba, rows")
    seconds = [least(measured(X[:n]), budget) for n in sizes]
    return Series("predict_proba, rows", "rows", sizes, seconds, least(measured(X[:1]), budget / 10)), right


def plot(series: Sequence[Series], path: Path) -> Path:
    """Draw all series, each in a frame, with a line of slope 1 beside it."""
    from glassnet.report import sheet
    from glassnet.report.lettering import lettering

    letters = lettering()
    width, height = 3.1 * len(series) + 0.4, 3.9
    figure = sheet.sheet(width, height)
    left, right, between, head, foot = 0.72, 0.25, 0.62, 1.0, 0.62
    each = (width - left - right - between * (len(series) - 1)) / len(series)
    for place, one in enumerate(series):
        box = ((left + place * (each + between)) / width, foot / height, each / width, (height - head - foot) / height)
        axes = sheet.frame(figure.add_axes(box), letters)
        ends = np.array([one.sizes[0], one.sizes[-1]], dtype=float)
        middle = one.sizes[-1], one.above[-1]
        axes.loglog(ends, middle[1] * ends / middle[0], color=sheet.AXIS, linewidth=1.2, linestyle=(0, (4, 2)))
        axes.loglog(one.sizes, one.above, color=sheet.AXIS, linewidth=1.2, marker="o", markersize=3)
        counted = slice(one.first, None)
        axes.loglog(one.sizes[counted], one.above[counted], color=sheet.BLUE, linewidth=2, marker="o", markersize=4)
        axes.set_xlabel(one.size, family=letters.families, color=sheet.SOFT, size=9)
        axes.set_title(
            f"{one.name}: slope {one.slope:.2f}", family=letters.families, color=sheet.INK, size=9.5, loc="left"
        )
        axes.grid(which="major", color=sheet.FAINT, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    figure.axes[0].set_ylabel("seconds above an empty call", family=letters.families, color=sheet.SOFT, size=9)
    sheet.title(
        figure, letters, "How time grows", "both axes logarithmic; dashed: slope 1, twice as much takes twice as long"
    )
    return sheet.save(figure, path)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 if a result was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="up to 10^6 rows, 100 epochs, a million parameters")
    parser.add_argument("--rows", type=int, help="largest number of rows")
    parser.add_argument("--plot", metavar="FILE", type=Path, help=".svg or .png")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # trainings end before they converge
    described = machine() | {"unset": clear_settings()}
    print_machine(described)
    most_rows = options.rows or (1_000_000 if options.quick else 10_000_000)
    budget = 0.6 if options.quick else 1.5

    differences = difference_from_reference(SMALL, 2)()
    right = all(away <= LARGEST[dtype] for away, dtype in zip(differences, LARGEST, strict=True))
    with Neighbours() as neighbours:
        series = [
            over_rows(most_rows, budget),
            over_epochs(100 if options.quick else 1000, budget),
            over_parameters(512 if options.quick else 2048, budget),
        ]
        of_predictions, same = over_predictions(most_rows, budget)
        series.append(of_predictions)
    right = right and same
    print("weights are those of the reference, and predictions do not depend on how rows are cut" if right else "WRONG")

    for one in series:
        print(f"\n{one.name}: empty call {significant(1e3 * one.empty)} ms")
        print_table(
            (one.size, "ms above it", "slope from the last"),
            [
                (
                    f"{size:,}" if place >= one.first else f"({size:,})",
                    significant(1e3 * above),
                    "" if local is None else f"{local:.3f}",
                )
                for place, (size, above, local) in enumerate(zip(one.sizes, one.above, [None, *one.local], strict=True))
            ],
        )
    targets = [
        target(
            f"slope of {one.name}",
            one.slope,
            STEEPEST,
            at_most=True,
            note=f"{one.sizes[one.first]:,} to {one.sizes[-1]:,}; steepest between neighbors "
            f"{max(one.local[one.first :]):.2f}",
        )
        for one in series
    ]
    print_targets(targets)
    if neighbours.cores is not None:
        print(f"\nOther processes used {neighbours.cores:.2f} cores meanwhile.")
    if options.plot:
        print(f"\n{plot(series, options.plot)}")
    if options.json:
        results = [dataclasses.asdict(one) | {"slope": one.slope, "local": one.local} for one in series]
        write_json(options.json, {"machine": described, "quick": options.quick, "series": results, "targets": targets})
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
