"""Categories: two become one column of -1 and 1, a few one column each, many a code for an embedding.

What is missing, and what was rare or not there at training, has no category: zeros in columns, code 0 in embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.table.column import Column, Kind
from glassnet.table.encode_numbers import Indicator
from glassnet.table.frame import Table
from glassnet.table.json_fields import Fields
from glassnet.table.levels import Levels
from glassnet.table.reading import Vocabulary
from glassnet.texts import _, plural

KINDS = ("number", "boolean", "text", "date")


@dataclass(frozen=True)
class Categories:
    """What encoders of categories share: texts in the order of their codes 1, 2, ..., and the kind they came from."""

    name: str
    kind: Kind
    categories: tuple[str, ...]

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.categories, self.kind)

    def read(self, column: Column, table: Table) -> NDArray[np.int32]:
        """Read a received column: codes, int32 (n,), 0 where missing, rare or unknown."""
        return self._vocabulary.codes_of(column)

    def codes_of_labels(self, column: Column) -> NDArray[np.int32]:
        """Return the code of each label of a received column's levels, and as the last 0, for what is missing."""
        return self._vocabulary.codes_of_labels(column.levels, column.kind)

    def column_of(self, codes: NDArray[Any]) -> Column:
        """Return the column of these codes, None where 0."""
        levels = Levels(np.asarray(codes, dtype=np.int32) - np.int32(1), list(self.categories))
        return Column(self.name, "text", levels, declared_category=True)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder by JSON types."""
        return {"kind": self.kind, "categories": list(self.categories)}

    def __repr__(self) -> str:
        shown = ", ".join(self.categories[:4]) + (", …" if len(self.categories) > 4 else "")
        return f'{type(self).__name__}("{self.name}", {len(self.categories)}: {shown})'


@dataclass(frozen=True, repr=False)
class PairEncoder(Categories):
    """Two categories, or a boolean: -1 for the first and 1 for the second, 0 where there is neither.

    Examples
    --------
    >>> from glassnet.table.frame import as_table
    >>> table = as_table({"city": ["Rome", "Oslo", None]})
    >>> encoder = PairEncoder("city", "text", ("Oslo", "Rome"))
    >>> encoder.read(table["city"], table)
    array([2, 1, 0], dtype=int32)
    >>> print(encoder.fact)
    city: -1 is Oslo, 1 is Rome, 0 is anything else
    """

    code: ClassVar = "pair"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of the dense column."""
        return (self.name if self.kind == "boolean" else f"{self.name}={self.categories[1]}",)

    @property
    def fact(self) -> str:
        """What is done to the column, in words."""
        text = _("{name}: -1 is {first}, 1 is {second}, 0 is anything else")
        return text.format(name=self.name, first=self.categories[0], second=self.categories[1])

    def write(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write rows that were read to the dense column, (n, 1)."""
        out[:, 0] = np.array([0.0, -1.0, 1.0], dtype=np.float32)[values]

    def decode(self, encoded: NDArray[np.float32]) -> Column:
        """Return the column that was encoded."""
        signs = np.sign(np.round(encoded[:, 0]))
        if self.kind == "boolean":
            return Column(self.name, "boolean", np.where(signs == 0, np.nan, signs > 0))
        return self.column_of(np.array([0, 2, 1])[signs.astype(np.intp)])  # -1 is the last

    @classmethod
    def from_json(cls, name: str, fields: Fields) -> PairEncoder:
        """Build an encoder from what `to_json` gave."""
        return cls(name, _kind(fields), fields.texts("categories", n=2))


@dataclass(frozen=True, repr=False)
class OneHotEncoder(Categories):
    """A few categories: a column of zeros and ones for each, scaled like numbers; all "zeros" where there is none.

    Parameters
    ----------
    name : str
        The column.
    kind : str
        What it was at training.
    categories : tuple of str
    levels : tuple of Indicator
        What zero and one became, for each category.

    Examples
    --------
    >>> OneHotEncoder.learn("size", "text", ["L", "M", "S"], [2, 4, 4], 10).feature_names
    ('size=L', 'size=M', 'size=S')
    """

    code: ClassVar = "one_hot"
    levels: tuple[Indicator, ...]

    @classmethod
    def learn(cls, name: str, kind: Kind, categories: Sequence[str], counts: Sequence[int], n: int) -> OneHotEncoder:
        """Scale each category's column; `counts` are their rows among n."""
        return cls(name, kind, tuple(categories), tuple(Indicator.learn(count, n) for count in counts))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the dense columns."""
        return tuple(f"{self.name}={category}" for category in self.categories)

    @property
    def fact(self) -> str:
        """What is done to the column, in words."""
        text = plural(
            "{name}: one column for {n} category, scaled",
            "{name}: one column for each of {n} categories, scaled",
            len(self.categories),
        )
        return text.format(name=self.name, n=len(self.categories))

    def write(self, values: NDArray[Any], out: NDArray[np.float32]) -> None:
        """Write rows that were read to the dense columns, (n, len(categories))."""
        out[:] = np.array([level.off for level in self.levels], dtype=np.float32)
        rows = np.flatnonzero(values)
        known = values[rows] - 1
        out[rows, known] = np.array([level.on for level in self.levels], dtype=np.float32)[known]

    def decode(self, encoded: NDArray[np.float32]) -> Column:
        """Return the column that was encoded."""
        codes = np.zeros(len(encoded), dtype=np.intp)
        for k, level in enumerate(self.levels):
            codes[level.read(encoded[:, k])] = k + 1
        return self.column_of(codes)

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder by JSON types."""
        return {**super().to_json(), "levels": [level.to_json() for level in self.levels]}

    @classmethod
    def from_json(cls, name: str, fields: Fields) -> OneHotEncoder:
        """Build an encoder from what `to_json` gave."""
        categories, kind = fields.texts("categories"), _kind(fields)
        levels = tuple(Indicator.from_json(level) for level in fields.each("levels", n=len(categories)))
        return cls(name, kind, categories, levels)


@dataclass(frozen=True, repr=False)
class CodeEncoder(Categories):
    """Many categories: codes 1, 2, ... for an embedding, the most frequent first.

    Examples
    --------
    >>> CodeEncoder("city", "text", ("Rome", "Oslo")).cardinality
    3
    """

    code: ClassVar = "code"
    feature_names: ClassVar[tuple[str, ...]] = ()

    @property
    def cardinality(self) -> int:
        """Number of codes, 0 (missing, rare or unknown) included."""
        return len(self.categories) + 1

    @property
    def fact(self) -> str:
        """What is done to the column, in words."""
        text = _("{name}: one learned vector for each of {n} categories, and one for anything else")
        return text.format(name=self.name, n=f"{len(self.categories):,}")

    def decode(self, codes: NDArray[np.int32]) -> Column:
        """Return the column that was encoded."""
        return self.column_of(codes)

    @classmethod
    def from_json(cls, name: str, fields: Fields) -> CodeEncoder:
        """Build an encoder from what `to_json` gave."""
        return cls(name, _kind(fields), fields.texts("categories"))


def _kind(fields: Fields) -> Kind:
    return cast("Kind", fields.choice("kind", KINDS))
