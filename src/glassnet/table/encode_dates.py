"""Dates: the moment as a number, and where it stands on the circles of the day, the week and the year.

The moment, seconds since 1970, tells the network about trends. Each circle gives a sine and a cosine, so that 23:59
and 0:00 are neighbors; a circle on which nothing varies in training is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ParameterError
from glassnet.table.column import Column
from glassnet.table.encode_numbers import Indicator, Scale, marks_of_missing, missing_name, write_scaled
from glassnet.table.frame import Table
from glassnet.table.json_fields import Fields
from glassnet.table.reading import dates_of
from glassnet.texts import _, later

DAY = 86_400.0
PARTS = (later("time of day"), later("weekday"), later("day of year"))


def turns(part: str, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell how far round its circle each moment is: 0 up to 1.

    Parameters
    ----------
    part : {"time of day", "weekday", "day of year"}
        Weeks begin on Monday, years on January 1; a year is 366 days round.
    seconds : ndarray of float64
        Since 1970, without NaN.

    Examples
    --------
    >>> turns("time of day", np.array([0.0, 43200.0]))
    array([0. , 0.5])
    """
    if part == "time of day":
        return np.asarray(np.mod(seconds, DAY) / DAY)
    days = np.floor(seconds / DAY)
    if part == "weekday":
        return np.asarray(np.mod(days + 3, 7) / 7)  # 1970 began on a Thursday
    dates = days.astype("datetime64[D]")
    into_year: NDArray[np.int64] = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    return into_year / 366


def parts_that_vary(present: NDArray[np.float64]) -> tuple[str, ...]:
    """Name the circles on which these moments (without NaN) stand at more than one place.

    Examples
    --------
    >>> parts_that_vary(np.array([0.0, 86400.0 * 7]))
    ('day of year',)
    """
    if not len(present):
        return ()
    return tuple(part for part in PARTS if np.ptp(turns(part, present)) > 0)


@dataclass(frozen=True)
class DateEncoder:
    """A moment: seconds since 1970 scaled as a number, and a sine and cosine for each part that varies.

    Parameters
    ----------
    name : str
        The column.
    scale : Scale
        Of the seconds.
    parts : tuple of str
        Of "time of day", "weekday" and "day of year".
    missing : Indicator or None
        As of numbers. Sines and cosines are 0 where the date is missing.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"when": np.array(["2024-01-01", "2024-01-08", "2024-03-04"], dtype="datetime64[D]")})
    >>> DateEncoder.learn(table["when"], table).feature_names
    ('when', 'when (day of year, sine)', 'when (day of year, cosine)')
    """

    code: ClassVar = "date"
    name: str
    scale: Scale
    parts: tuple[str, ...]
    missing: Indicator | None

    @classmethod
    def learn(cls, column: Column, table: Table, counted: NDArray[np.bool_] | None = None) -> DateEncoder:
        """Learn the scale, the parts that vary, and whether values are missing, from the rows that count."""
        seconds = dates_of(column, table)
        if counted is not None:
            seconds = seconds[counted]
        present = seconds[~np.isnan(seconds)]
        missing = marks_of_missing(len(seconds) - len(present), len(seconds))
        return cls(column.name, Scale.learn(present), parts_that_vary(present), missing)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the dense columns."""
        names = [self.name, *missing_name(self.name, self.missing)]
        for part in self.parts:
            names.append(_("{name} ({part}, sine)").format(name=self.name, part=_(part)))
            names.append(_("{name} ({part}, cosine)").format(name=self.name, part=_(part)))
        return tuple(names)

    @property
    def fact(self) -> str:
        """What is done to the column, in words."""
        parts = ", ".join([_("seconds since 1970"), *(_(part) for part in self.parts)])
        return _("{name}: {parts}").format(name=self.name, parts=parts)

    def read(self, column: Column, table: Table) -> NDArray[np.float64]:
        """Read a received column: seconds, float64 (n,), NaN where missing."""
        return dates_of(column, table)

    def write(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write rows that were read to the dense columns, (n, len(feature_names))."""
        absent = write_scaled(values, self.scale, self.missing, out)
        seconds = np.where(absent, 0.0, values)
        first = 1 if self.missing is None else 2
        for k, part in enumerate(self.parts):
            angle = 2 * np.pi * turns(part, seconds)
            out[:, first + 2 * k] = np.where(absent, 0.0, np.sin(angle))
            out[:, first + 2 * k + 1] = np.where(absent, 0.0, np.cos(angle))

    def decode(self, encoded: NDArray[np.float32]) -> Column:
        """Return the column that was encoded, as near as float32 tells moments apart."""
        seconds = np.clip(self.scale.undo(encoded[:, 0]), -9e12, 9e12)
        values = np.round(seconds * 1e6).astype(np.int64).astype("datetime64[us]")
        if self.missing is not None:
            values[self.missing.read(encoded[:, 1])] = np.datetime64("NaT")
        return Column(self.name, "date", values)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder by JSON types."""
        missing = self.missing and self.missing.to_json()
        return {"scale": self.scale.to_json(), "parts": list(self.parts), "missing": missing}

    @classmethod
    def from_json(cls, name: str, fields: Fields) -> DateEncoder:
        """Build an encoder from what `to_json` gave."""
        parts = fields.texts("parts")
        for part in parts:
            if part not in PARTS:
                raise ParameterError.choice(f"{fields.place}.parts", part, PARTS)
        return cls(name, Scale.from_json(fields.inner("scale")), parts, Indicator.of_missing(fields))
