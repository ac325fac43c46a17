"""Numbers, made to the size that a network likes: z = (x - median) / (q75 - q25), then z / sqrt(1 + (z/3)^2).

The median and the distance of the quartiles ignore extreme values, and the smooth clip, bounded by 3, keeps these from
ruling the network; both can be undone (Holzmüller, Grinsztajn, Steinwart 2024, arXiv:2407.04491).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.table.column import Column, number_text
from glassnet.table.frame import Table
from glassnet.table.json_fields import Fields
from glassnet.table.kernels import Summary, summarize
from glassnet.table.reading import numbers_of
from glassnet.texts import _

BOUND = 3.0
# Beyond this many widths z*z would overflow, and the clip has long been at its bound.
FAR = 1e150
# The last float32 before the bound: what is encoded as the bound itself is decoded as this.
INSIDE = float(np.nextafter(np.float32(BOUND), np.float32(0)))


@dataclass(frozen=True)
class Scale:
    """A center and a width; a width of 0 belongs to a constant, whose z is 0.

    Examples
    --------
    >>> scale = Scale.learn(np.array([1.0, 2.0, 3.0, 4.0, 1000.0]))
    >>> scale
    Scale(center=3.0, width=2.0)
    >>> scale.apply(np.array([3.0, 5.0, 1000.0])).round(3)
    array([0.   , 0.949, 3.   ])
    """

    center: float
    width: float

    @classmethod
    def learn(cls, values: NDArray[np.float64]) -> Scale:
        """Take the median and the distance of the quartiles; half the range where that is 0.

        Parameters
        ----------
        values : ndarray of float64
            Finite values and NaN, in any order; NaN are left out, and without a value everything is 0.
        """
        return cls.of(summarize([values])[0])

    @classmethod
    def of(cls, summary: Summary) -> Scale:
        """Return what `learn` gives for values of which the summary is known."""
        if not summary.present:
            return cls(0.0, 0.0)
        smallest, largest = summary.smallest, summary.largest
        # Where a difference would overflow, everything is computed at a quarter of its size.
        part = 0.25 if max(-smallest, largest) > sys.float_info.max / 4 else 1.0
        low, center, high = summary.quartiles(part)
        width = high - low or (largest * part - smallest * part) / 2
        # 0 and not -0, of which the order of the rows would decide.
        return cls(center / part + 0.0, min(width / part, sys.float_info.max))

    @classmethod
    def of_zeros_and_ones(cls, n_ones: int, n: int) -> Scale:
        """Return what `learn` gives for n values of which n_ones are 1 and the others 0, without the values."""
        if n_ones in (0, n):
            return cls(float(n_ones > 0), 0.0)
        # Sorted, the last 0 stands at place n - n_ones - 1; a quantile between it and the first 1 is interpolated.
        low, center, high = (min(max(q * (n - 1) - (n - n_ones - 1), 0.0), 1.0) for q in (0.25, 0.5, 0.75))
        return cls(center, high - low or 0.5)

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale and clip finite values; NaN stays NaN."""
        if self.width == 0.0:
            return np.where(np.isnan(values), np.nan, 0.0)
        with np.errstate(over="ignore"):
            z = values - self.center
            z /= self.width
        np.clip(z, -FAR, FAR, out=z)
        root = z / BOUND
        root *= root
        root += 1.0
        np.sqrt(root, out=root)
        z /= root
        return z

    def undo(self, encoded: NDArray[Any]) -> NDArray[np.float64]:
        """Return the values that `apply` made these of, as far as float32 has kept them apart."""
        clipped = np.clip(encoded.astype(np.float64), -INSIDE, INSIDE)
        z = clipped / np.sqrt((1.0 - clipped / BOUND) * (1.0 + clipped / BOUND))
        with np.errstate(over="ignore"):
            values: NDArray[np.float64] = self.center + z * self.width
        return np.clip(values, -sys.float_info.max, sys.float_info.max)

    def to_json(self) -> dict[str, float]:
        """Describe the scale by JSON types."""
        return {"center": self.center, "width": self.width}

    @classmethod
    def from_json(cls, fields: Fields) -> Scale:
        """Build a scale from what `to_json` gave."""
        return cls(fields.number("center"), fields.number("width", least=0.0))


@dataclass(frozen=True)
class Indicator:
    """A column that says where something holds: 0 and 1, scaled like any other number.

    Parameters
    ----------
    off, on : float
        What stands where it does not hold, and where it does.
    """

    off: float
    on: float

    @classmethod
    def learn(cls, n_on: int, n: int) -> Indicator:
        """Scale 0 and 1 by the rule for numbers.

        Examples
        --------
        >>> Indicator.learn(1, 5)
        Indicator(off=0.0, on=1.6641005886756874)
        """
        scale = Scale.of_zeros_and_ones(n_on, n)
        off, on = scale.apply(np.array([0.0, 1.0])).tolist()
        return cls(off, on)

    def read(self, encoded: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether it holds, from the encoded column: what is nearer to `on` than to `off`."""
        return np.asarray(encoded > (self.off + self.on) / 2)

    def to_json(self) -> dict[str, float]:
        """Describe the indicator by JSON types."""
        return {"off": self.off, "on": self.on}

    @classmethod
    def from_json(cls, fields: Fields) -> Indicator:
        """Build an indicator from what `to_json` gave."""
        return cls(fields.number("off", most=BOUND, least=-BOUND), fields.number("on", most=BOUND, least=-BOUND))

    @classmethod
    def of_missing(cls, fields: Fields) -> Indicator | None:
        """Build the indicator under "missing", None where null stands."""
        inner = fields.inner_or_none("missing")
        return None if inner is None else cls.from_json(inner)


@dataclass(frozen=True)
class NumberEncoder:
    """A number: scaled and clipped, 0 (the median) where missing, and a second column that says where it is missing.

    Parameters
    ----------
    name : str
        The column.
    scale : Scale
    missing : Indicator or None
        None: no value was missing in training; one that is missing later counts as the median.
    integer : bool
        Whole numbers, which `decode` rounds to.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"age": [20, 30, None, 40, 50]})
    >>> encoder = NumberEncoder.learn(table["age"], table)
    >>> encoder.feature_names
    ('age', 'age is missing')
    >>> print(encoder.fact)
    age: (x - 35) / 15, clipped smoothly at ±3; missing values count as 35 and are marked
    """

    code: ClassVar = "number"
    name: str
    scale: Scale
    missing: Indicator | None
    integer: bool

    @classmethod
    def learn(cls, column: Column, table: Table) -> NumberEncoder:
        """Learn median, quartiles and whether values are missing."""
        values = numbers_of(column, table)
        return cls.of(column, values, summarize([values])[0])

    @classmethod
    def of(
        cls,
        column: Column,
        values: NDArray[np.float64],
        summary: Summary,
        counted: NDArray[np.bool_] | None = None,
    ) -> NumberEncoder:
        """Learn from a column's numbers, NaN where missing, and the summary of the rows that count."""
        integer = column.integer
        if column.kind != "number":
            present = values if counted is None else values[counted]
            present = present[~np.isnan(present)]
            integer = bool((present == np.floor(present)).all())
        missing = marks_of_missing(summary.n - summary.present, summary.n)
        return cls(column.name, Scale.of(summary), missing, integer)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the dense columns."""
        return (self.name, *missing_name(self.name, self.missing))

    @property
    def fact(self) -> str:
        """What is done to the column, in words."""
        text = _("{name}: (x - {center}) / {width}, clipped smoothly at ±3; {missing}")
        center, width = number_text(float(f"{self.scale.center:.4g}")), f"{self.scale.width:.4g}"
        if self.missing is None:
            missing = _("missing values count as {center}").format(center=center)
        else:
            missing = _("missing values count as {center} and are marked").format(center=center)
        return text.format(name=self.name, center=center, width=width, missing=missing)

    def read(self, column: Column, table: Table) -> NDArray[np.float64]:
        """Read a received column: float64 (n,), NaN where missing."""
        return numbers_of(column, table)

    def decode(self, encoded: NDArray[np.float32]) -> Column:
        """Return the column that was encoded."""
        values = self.scale.undo(encoded[:, 0])
        if self.integer:
            values = np.round(values)
        if self.missing is not None:
            values[self.missing.read(encoded[:, 1])] = np.nan
        return Column(self.name, "number", values, integer=self.integer)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder by JSON types."""
        missing = self.missing and self.missing.to_json()
        return {"scale": self.scale.to_json(), "missing": missing, "integer": self.integer}

    @classmethod
    def from_json(cls, name: str, fields: Fields) -> NumberEncoder:
        """Build an encoder from what `to_json` gave."""
        return cls(
            name,
            Scale.from_json(fields.inner("scale")),
            Indicator.of_missing(fields),
            fields.boolean("integer"),
        )


def marks_of_missing(n_missing: int, n: int) -> Indicator | None:
    """The column that says where values are missing, if some are."""
    return Indicator.learn(n_missing, n) if n_missing else None


def missing_name(name: str, missing: Indicator | None) -> tuple[str, ...]:
    """The name of that column, or none."""
    return () if missing is None else (_("{name} is missing").format(name=name),)


def write_scaled(
    values: NDArray[Any], scale: Scale, missing: Indicator | None, out: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Write values, 0 where missing, to the first column of `out`, and the marks to the second if there are any.

    Returns
    -------
    ndarray of bool, (n,)
        Where values are missing.
    """
    absent: NDArray[np.bool_] = np.isnan(values)
    encoded = scale.apply(values)
    encoded[absent] = 0.0
    out[:, 0] = encoded
    if missing is not None:
        out[:, 1] = np.where(absent, missing.on, missing.off)
    return absent
