"""From a table to what a network takes, and back: one encoder for each column that is used.

    numbers      scaled by median and quartiles, clipped smoothly      encode_numbers.py
    categories   -1 and 1, one-hot, or codes for an embedding          encode_categories.py
    dates        seconds, and sines and cosines of their circles       encode_dates.py

Everything is learned from the training rows alone; what comes later is encoded as it was then. Columns are found by
their names, so their order does not matter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ParameterError, TableError
from glassnet.table.column import Column
from glassnet.table.encode_categories import CodeEncoder, OneHotEncoder, PairEncoder
from glassnet.table.encode_dates import DateEncoder
from glassnet.table.encode_numbers import BOUND, FAR, NumberEncoder
from glassnet.table.frame import Table
from glassnet.table.json_fields import Fields
from glassnet.table.kernels import summarize, write_rows
from glassnet.table.reading import numbers_of
from glassnet.table.roles import EMBEDDING_FROM, USES, Role, Use, category_role, frequent_categories

DenseEncoder = NumberEncoder | DateEncoder | PairEncoder | OneHotEncoder
Encoder = DenseEncoder | CodeEncoder
ENCODERS: dict[str, type[Encoder]] = {
    kind.code: kind for kind in (NumberEncoder, DateEncoder, PairEncoder, OneHotEncoder, CodeEncoder)
}

BLOCK = 4096  # rows of dates that are written while they are in the cache


@dataclass(frozen=True, eq=False, repr=False)
class EncodedRows:
    """Rows as a network takes them.

    Parameters
    ----------
    X : ndarray of float32 (n, n_dense)
        C-contiguous and finite.
    codes : ndarray of int32 (n, n_embedded)
        Codes of categories that are embedded; 0 is missing, rare or unknown.
    """

    X: NDArray[np.float32]
    codes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        return f"EncodedRows({len(self):,} rows, {self.X.shape[1]} dense columns, {self.codes.shape[1]} embedded)"

    def take(self, rows: NDArray[Any] | slice) -> EncodedRows:
        """Return these rows (numbers of rows, or a mask)."""
        return EncodedRows(np.ascontiguousarray(self.X[rows]), np.ascontiguousarray(self.codes[rows]))


@dataclass(frozen=True, repr=False)
class Encoding:
    """How the columns of a table become numbers, learned from training rows; two that encode alike are equal.

    Parameters
    ----------
    roles : tuple of Role
        What each column of the training table is used for; those left out as well, with the reason.
    encoders : tuple
        One for each role with a use, in order.

    Examples
    --------
    >>> from glassnet.table import as_table, choose_roles
    >>> table = as_table({"age": [20, 30, 40, 50], "city": ["Rome", "Oslo", "Rome", "Oslo"]})
    >>> encoding = Encoding.learn(table, choose_roles(table))
    >>> encoding.feature_names
    ('age', 'city=Rome')
    >>> encoding.encode(as_table({"city": [None, "Rome"], "age": [35, 80]})).X
    array([[0.       , 0.       ],
           [2.1213202, 1.       ]], dtype=float32)
    """

    roles: tuple[Role, ...]
    encoders: tuple[Encoder, ...]

    @classmethod
    def learn(
        cls,
        table: Table,
        roles: Sequence[Role],
        *,
        sample_weight: NDArray[Any] | None = None,
        rows: NDArray[np.bool_] | None = None,
        embedding_from: int = EMBEDDING_FROM,
        max_categories: int = 10_000,
        n_threads: int | None = 1,
    ) -> Encoding:
        """Learn medians, quartiles and categories from the training rows.

        Parameters
        ----------
        table : Table
            Training rows, and others where `rows` says so; may be fewer than those that the roles were chosen on.
        roles : sequence of Role
            From `choose_roles`.
        sample_weight : ndarray of shape (n,), optional
            Rows of weight 0 are left out; other weights do not count.
        rows : ndarray of bool, shape (n,), optional
            Which rows are for training. Default: all.
        embedding_from : int, default=9
            So many categories are embedded, fewer have columns of their own.
        max_categories : int, default=10_000
            The most frequent ones are kept; the others have code 0 or no column.
        n_threads : int or None, default=1
            Threads at most; None: as many as there are processors.

        Raises
        ------
        TableError
            If a column is missing, or holds infinity, or text where its use needs numbers; or if there is no other
            column than categories of which each has a single row.
        """
        if sample_weight is not None and not np.all(sample_weight):
            weighted = np.asarray(sample_weight) != 0
            rows = weighted if rows is None else weighted & rows
        _require(table, [role.name for role in roles if role.use is not None])
        numbers = {role.name: numbers_of(table[role.name], table) for role in roles if role.use == "number"}
        summaries = dict(zip(numbers, summarize(list(numbers.values()), rows, n_threads), strict=True))
        final, encoders = [], []
        for role in roles:
            if role.use is not None:
                column = table[role.name]
                encoder: Encoder
                if role.use == "number":
                    encoder = NumberEncoder.of(column, numbers[role.name], summaries[role.name], rows)
                elif role.use == "date":
                    encoder = DateEncoder.learn(column, table, rows)
                elif role.use == "boolean":
                    encoder = PairEncoder(column.name, "boolean", ("False", "True"))
                else:
                    encoder = _encoder_of_categories(column, rows, embedding_from, max_categories)
                encoders.append(encoder)
                if role.use in ("category", "embedding"):
                    # Fewer rows may hold fewer categories; the role says what there is.
                    again = category_role(role.name, len(_categories(encoder)), embedding_from)
                    role = dataclasses.replace(role, use=again.use, reason=again.reason)
            final.append(role)
        encoding = cls(tuple(final), tuple(encoders))
        if not encoding.n_dense and not encoding.cardinalities:  # these rows hold no category twice
            raise TableError.nothing_to_use(table.source, [(role.name, role.reason) for role in final])
        return encoding

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the dense columns: "age", "age is missing", "city=Rome", "when (weekday, sine)"."""
        return tuple(name for encoder in self.encoders for name in encoder.feature_names)

    @property
    def n_dense(self) -> int:
        """Number of dense columns."""
        return sum(len(encoder.feature_names) for encoder in self.encoders)

    @property
    def embedded_names(self) -> tuple[str, ...]:
        """Columns whose categories are embedded, in the order of `EncodedRows.codes`."""
        return tuple(encoder.name for encoder in self._embedded)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Number of codes of each embedded column, 0 included."""
        return tuple(encoder.cardinality for encoder in self._embedded)

    @property
    def facts(self) -> tuple[str, ...]:
        """What is done to each column, in words."""
        return tuple(encoder.fact for encoder in self.encoders)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that a table must have to be encoded."""
        return tuple(encoder.name for encoder in self.encoders)

    def encode(self, table: Table, *, n_threads: int | None = 1) -> EncodedRows:
        """Encode rows.

        Parameters
        ----------
        table : Table
            Has all columns that are used, in any order; others are ignored.
        n_threads : int or None, default=1
            Threads at most; None: as many as there are processors. Does not change any result.

        Returns
        -------
        EncodedRows

        Raises
        ------
        TableError
            If columns are missing, or values are infinite, or text where the column held numbers or dates.
        """
        _require(table, self.names)
        X = np.empty((table.n_rows, self.n_dense), dtype=np.float32)
        codes = np.empty((table.n_rows, len(self._embedded)), dtype=np.int32)
        scaled, coded, dates = [], [], []
        for encoder, place in self._dense:
            column = table[encoder.name]
            if isinstance(encoder, NumberEncoder):
                marks = None if encoder.missing is None else (encoder.missing.off, encoder.missing.on)
                values = encoder.read(column, table)
                scaled.append((values, encoder.scale.center, encoder.scale.width, place.start, marks))
            elif isinstance(encoder, DateEncoder):
                dates.append((encoder, encoder.read(column, table), place))
            else:
                each = encoder.codes_of_labels(column)
                coded.append((column.levels.codes, _written(encoder, each), place.start))
        write_rows(X, scaled, coded, bound=BOUND, far=FAR, n_threads=n_threads)
        embedded = [
            (table[coder.name].levels.codes, coder.codes_of_labels(table[coder.name])[:, None].view(np.float32), k)
            for k, coder in enumerate(self._embedded)
        ]  # bits are copied, whatever they mean
        write_rows(codes.view(np.float32), [], embedded, bound=BOUND, far=FAR, n_threads=n_threads)
        for start in range(0, table.n_rows if dates else 0, BLOCK):
            rows = slice(start, start + BLOCK)
            for encoder, values, place in dates:
                encoder.write(values[rows], X[rows, place])
        return EncodedRows(X, codes)

    def decode(self, rows: EncodedRows) -> Table:
        """Return the table that was encoded, as far as the encoding kept it.

        Numbers come back up to the rounding of float32 (far out, where the clip is at its bound, only roughly), the
        missing ones as the median if none was missing in training. Categories come back as text, None if they were
        missing, rare or unknown.

        Examples
        --------
        >>> from glassnet.table import as_table, choose_roles
        >>> table = as_table({"age": [20, 30, 40, 50], "city": ["Rome", "Oslo", "Rome", "Oslo"]})
        >>> encoding = Encoding.learn(table, choose_roles(table))
        >>> encoding.decode(encoding.encode(table))["age"].values
        array([20., 30., 40., 50.])
        """
        columns: dict[str, Column] = {}
        for encoder, place in self._dense:
            columns[encoder.name] = encoder.decode(rows.X[:, place])
        for k, coder in enumerate(self._embedded):
            columns[coder.name] = coder.decode(rows.codes[:, k])
        return Table(tuple(columns[name] for name in self.names), len(rows))

    def to_json(self) -> dict[str, Any]:
        """Describe the encoding by JSON types only."""
        return {
            "roles": [dataclasses.asdict(role) for role in self.roles],
            "columns": [{"encoder": e.code, "name": e.name, **e.to_json()} for e in self.encoders],
        }

    @classmethod
    def from_json(cls, description: Any) -> Encoding:
        """Build an encoding from what `to_json` gave.

        Raises
        ------
        ParameterError
            If a field is not there or is not what it must be, with its place.
        """
        fields = Fields(description, "encoding")
        roles = tuple(_role(role) for role in fields.each("roles"))
        encoders = tuple(
            ENCODERS[entry.choice("encoder", tuple(ENCODERS))].from_json(entry.text("name"), entry)
            for entry in fields.each("columns")
        )
        used = [role.name for role in roles if role.use is not None]
        if [encoder.name for encoder in encoders] != used or len({role.name for role in roles}) < len(roles):
            raise ParameterError.value(
                "encoding.columns", [encoder.name for encoder in encoders], "one entry for each role with a use"
            )
        return cls(roles, encoders)

    def __repr__(self) -> str:
        n_columns, n_left_out = len(self.encoders), len(self.roles) - len(self.encoders)
        left_out = f", {n_left_out} left out" if n_left_out else ""
        return (
            f"Encoding({n_columns} columns{left_out} -> {self.n_dense} dense, {len(self._embedded)} embedded: "
            f"{', '.join(self.names[:6])}{', …' if n_columns > 6 else ''})"
        )

    @property
    def _embedded(self) -> list[CodeEncoder]:
        return [encoder for encoder in self.encoders if isinstance(encoder, CodeEncoder)]

    @property
    def _dense(self) -> list[tuple[DenseEncoder, slice]]:
        """Encoders of dense columns, and the columns of X that they write."""
        found: list[tuple[DenseEncoder, slice]] = []
        first = 0
        for encoder in self.encoders:
            if not isinstance(encoder, CodeEncoder):
                width = len(encoder.feature_names)
                found.append((encoder, slice(first, first + width)))
                first += width
        return found


def _encoder_of_categories(
    column: Column, rows: NDArray[np.bool_] | None, embedding_from: int, max_categories: int
) -> PairEncoder | OneHotEncoder | CodeEncoder:
    by_label = column.levels.counts_of(rows)
    categories = frequent_categories(column, max_categories, by_label)
    if len(categories) >= embedding_from:
        return CodeEncoder(column.name, column.kind, tuple(categories))
    categories.sort()
    if len(categories) == 2:
        return PairEncoder(column.name, column.kind, (categories[0], categories[1]))
    # Texts that differ only by blanks around them may count for one category.
    each = OneHotEncoder(column.name, column.kind, tuple(categories), ()).codes_of_labels(column)[:-1]
    counts = np.bincount(each, weights=by_label, minlength=len(categories) + 1).astype(np.int64)
    n_rows = len(column) if rows is None else int(np.count_nonzero(rows))
    return OneHotEncoder.learn(column.name, column.kind, categories, counts.tolist()[1:], n_rows)


def _written(encoder: PairEncoder | OneHotEncoder, codes: NDArray[np.int32]) -> NDArray[np.float32]:
    """What is written to the dense columns for each of these codes."""
    out = np.empty((len(codes), len(encoder.feature_names)), dtype=np.float32)
    encoder.write(codes, out)
    return out


def _categories(encoder: Encoder) -> tuple[str, ...]:
    return () if isinstance(encoder, NumberEncoder | DateEncoder) else encoder.categories


def _require(table: Table, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        raise TableError.missing_columns(table.source, missing, table.names)


def _role(fields: Fields) -> Role:
    use = cast("Use | None", fields.choice_or_none("use", USES))
    return Role(fields.text("name"), use, fields.text("reason"), fields.text("code"))
