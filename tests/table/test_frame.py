"""The same data give the same table, whatever library holds them; what is no table is refused in one sentence."""

# ruff: noqa: DTZ001, PD011 (dates without a zone are meant; .values is ours, not that of pandas)

from __future__ import annotations

import datetime as dt
import decimal
import fractions

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import TableError
from glassnet.table.frame import Column, Table, as_column, as_table, as_text

UTC = dt.UTC
TOKYO = dt.timezone(dt.timedelta(hours=9))


def contents(table: Table) -> dict:
    """All that a table says, in a form that compares: NaN and NaT are None."""
    return {
        column.name: (
            column.kind,
            column.integer,
            [None if gone else value for value, gone in zip(column.values.tolist(), column.missing, strict=True)],
        )
        for column in table.columns
    }


ROWS = {
    "age": [31, None, 27],
    "height": [1.5, 2.0, None],
    "city": ["Rome", None, "Oslo"],
    "paid": [True, None, False],
    "born": [dt.date(2001, 2, 3), None, dt.date(1999, 12, 31)],
    "seen": [dt.datetime(2024, 2, 29, 12, 30, 0, 250_000), dt.datetime(1960, 1, 1), None],
    "took": [dt.timedelta(hours=1), None, dt.timedelta(seconds=0.5)],
    "never": [None, None, None],
}
EXPECTED = {
    "age": ("number", True, [31.0, None, 27.0]),
    "height": ("number", False, [1.5, 2.0, None]),
    "city": ("text", False, ["Rome", None, "Oslo"]),
    "paid": ("boolean", False, [1.0, None, 0.0]),
    "born": ("date", False, [dt.datetime(2001, 2, 3), None, dt.datetime(1999, 12, 31)]),
    "seen": ("date", False, [dt.datetime(2024, 2, 29, 12, 30, 0, 250_000), dt.datetime(1960, 1, 1), None]),
    "took": ("number", False, [3600.0, None, 0.5]),
    "never": ("number", False, [None, None, None]),
}


def as_arrow(rows):
    return pytest.importorskip("pyarrow").table(rows)


def as_pandas_nullable(rows):
    return pd.DataFrame(rows).convert_dtypes()


def as_object_array(rows):
    array = np.empty((3, len(rows)), dtype=object)
    for j, values in enumerate(rows.values()):
        array[:, j] = values
    return array


def as_polars_of_other_units(rows):
    return pl.DataFrame(rows).with_columns(
        pl.col("seen").dt.cast_time_unit("ms"), pl.col("age").cast(pl.UInt8), pl.col("took").dt.cast_time_unit("ns")
    )


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pd.DataFrame,
        as_pandas_nullable,
        pl.DataFrame,
        pl.LazyFrame,
        as_polars_of_other_units,
        as_arrow,
        as_object_array,
        lambda rows: [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)],
        lambda rows: [list(row) for row in zip(*rows.values(), strict=True)],
        lambda rows: {name: pd.Series(values, dtype=object) for name, values in rows.items()},
        lambda rows: {name: pl.Series(values) for name, values in rows.items()},
        lambda rows: {name: tuple(values) for name, values in rows.items()},
    ],
)
def test_the_same_data_give_the_same_table(make):
    table = as_table(make(ROWS), names=list(ROWS))
    assert contents(table) == EXPECTED
    assert table.n_rows == len(table) == 3
    for column in table.columns:
        assert column.values.dtype == {"text": np.dtype(object), "date": np.dtype("datetime64[us]")}.get(
            column.kind, np.dtype(float)
        )


def test_a_relation_of_duckdb_is_a_table():
    connection = duckdb.connect()
    relation = connection.sql(
        "select * from (values (1, 'a', true, date '2024-01-31', 1.50::decimal(9, 2)), (null, null, null, null, null))"
        " t(i, s, b, d, c)"
    )
    assert contents(as_table(relation)) == {
        "i": ("number", True, [1.0, None]),
        "s": ("text", False, ["a", None]),
        "b": ("boolean", False, [1.0, None]),
        "d": ("date", False, [dt.datetime(2024, 1, 31), None]),
        "c": ("number", False, [1.5, None]),
    }


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False), st.integers(-(2**53), 2**53)), min_size=1))
def test_numbers_are_those_of_numpy_whatever_holds_them(values):
    expected = np.array(values, dtype=float)
    for made in (values, pl.Series(values, dtype=pl.Float64, strict=False), pd.Series(values, dtype=float)):
        column = as_column(made)
        assert column.kind == "number"
        np.testing.assert_array_equal(column.values, expected)
        present = expected[~np.isnan(expected)]
        assert column.integer == bool(len(present) and np.isfinite(present).all() and (present % 1 == 0).all())
        assert column.n_missing == values.count(None)


@given(st.lists(st.one_of(st.none(), st.text(max_size=4))).filter(any))
def test_texts_stay_as_they_are_whatever_holds_them(values):
    for made in (values, pl.Series(values, dtype=pl.String), pd.Series(values, dtype="string"), np.array(values, "O")):
        column = as_column(made)
        assert column.kind == "text"
        assert column.values.tolist() == values
        codes, labels = column.factorize()
        assert labels == [*dict.fromkeys(value for value in values if value is not None)]
        assert [None if code < 0 else labels[code] for code in codes] == values


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, np.datetime64("NaT"), decimal.Decimal("NaN")])
@pytest.mark.parametrize(
    ("value", "kind"), [(True, "boolean"), (2, "number"), ("a", "text"), (dt.date(2024, 1, 1), "date")]
)
def test_every_kind_of_nothing_is_missing(missing, value, kind):
    column = as_column(np.array([value, missing, value], dtype=object))
    assert column.kind == kind
    assert column.missing.tolist() == [False, True, False]
    assert column.n_missing == 1


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([True, 2, 2.5], "number", [1.0, 2.0, 2.5]),
        ([decimal.Decimal("0.5"), fractions.Fraction(1, 4), np.float32(2)], "number", [0.5, 0.25, 2.0]),
        ([10**400, -(10**400), 1], "number", [np.inf, -np.inf, 1.0]),
        (["a", 3, 3.0, 2.5, True, None], "text", ["a", "3", "3", "2.5", "True", None]),
        ([b"a", "b", np.str_("c")], "text", ["a", "b", "c"]),
        ([dt.date(2024, 1, 31), "soon"], "text", ["2024-01-31", "soon"]),
        ([dt.time(0, 1, 0, 500_000), None], "number", [60.5, np.nan]),
        ([np.timedelta64(2, "m"), dt.timedelta(seconds=1)], "number", [120.0, 1.0]),
        ([dt.datetime(2024, 1, 1, 9, tzinfo=TOKYO)], "date", [dt.datetime(2024, 1, 1)]),
        (
            [pd.Timestamp("2024-01-01", tz="UTC"), dt.date(2024, 1, 2)],
            "date",
            [dt.datetime(2024, 1, d) for d in (1, 2)],
        ),
        ([pd.Period("2024-02", "M")], "date", [dt.datetime(2024, 2, 1)]),
        ([], "number", []),
    ],
)
def test_mixed_values_become_the_kind_that_all_of_them_are(values, kind, expected):
    column = as_column(values)
    assert column.kind == kind
    if kind == "number":
        np.testing.assert_array_equal(column.values, expected)
    else:
        assert column.values.tolist() == expected


@pytest.mark.parametrize(
    ("array", "kind", "expected"),
    [
        (np.array([1.5, np.nan], dtype=np.float32), "number", [1.5, np.nan]),
        (np.array([1, 2], dtype=np.uint64), "number", [1.0, 2.0]),
        (np.array([1.5], dtype=np.longdouble), "number", [1.5]),
        (np.array([True]), "boolean", [1.0]),
        (np.array(["a", "b"]), "text", ["a", "b"]),
        (np.array(["a"], dtype=np.dtypes.StringDType()), "text", ["a"]),
        (np.array([b"a"]), "text", ["a"]),
        (np.array([90], dtype="timedelta64[s]"), "number", [90.0]),
        (np.array(["2024-02"], dtype="datetime64[M]"), "date", [dt.datetime(2024, 2, 1)]),
        (np.ma.masked_array([1, 2], [False, True]), "number", [1.0, np.nan]),
        (np.ma.masked_array([True, True], [False, True]), "boolean", [1.0, np.nan]),
        (np.ma.masked_array([1, 2]), "number", [1.0, 2.0]),
    ],
)
def test_arrays_of_every_dtype(array, kind, expected):
    for column in (as_column(array), as_table(array[:, None])["x0"]):
        assert column.kind == kind
        if kind in ("number", "boolean"):
            np.testing.assert_array_equal(column.values, expected)
        else:
            assert column.values.tolist() == expected


def test_masked_dates_are_missing():
    column = as_column(np.ma.masked_array(np.array(["2024-01-01"] * 2, dtype="datetime64[D]"), [False, True]))
    assert column.kind == "date"
    assert column.missing.tolist() == [False, True]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: pd.Categorical([3, 1, None]), ["3", "1", None]),
        (lambda: pd.Categorical([3.0, 2.5, None]), ["3", "2.5", None]),
        (lambda: pd.Categorical([True, False, None]), ["True", "False", None]),
        (lambda: pd.Categorical(["x", "y", None], categories=["z", "y", "x"], ordered=True), ["x", "y", None]),
        (
            lambda: pd.Categorical(pd.to_datetime(["2024-01-31", "2024-02-01", None])),
            ["2024-01-31", "2024-02-01", None],
        ),
        (lambda: pl.Series(["x", "y", None], dtype=pl.Categorical), ["x", "y", None]),
        (lambda: pl.Series(["x", "y", None], dtype=pl.Enum(["y", "x"])), ["x", "y", None]),
    ],
)
def test_declared_categories_are_text(make, expected):
    made = make()
    for values in (made, pd.Series(made)) if isinstance(made, pd.Categorical) else (made,):
        column = as_column(values)
        assert column.kind == "text"
        assert column.declared_category
        assert column.values.tolist() == expected
    assert not as_column(["x"]).declared_category


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["zz", "b", "a", "", "日本"])])
@pytest.mark.parametrize("values", [["a", None, "b", "", "日本", "a"], ["a"], ["b", None], [None]])
def test_texts_that_polars_looks_up_are_those_that_it_holds(dtype, values):
    series = pl.Series("x", values * 20, dtype=pl.String).cast(dtype)
    for held in (series, pl.concat([series, series[3:17]], rechunk=False), series[5:]):
        column, texts = as_column(held), held.cast(pl.String).to_list()
        plain = as_column(np.array([*texts, None], dtype=object), "x").take(slice(0, len(held)))
        assert (column.kind, column.declared_category) == (
            ("text", dtype != pl.String) if any(values) or dtype != pl.String else ("number", False)
        )
        if column.kind == "text":
            assert column.values.tolist() == texts
            assert column.factorize()[1] == plain.factorize()[1]
        assert column.n_missing == held.null_count()


@pytest.mark.parametrize("make", ["table", "pieces", "text of pandas", "strings of pandas", "views"])
@pytest.mark.parametrize("values", [["a", None, "b", "", "日本", "a"], ["a"], ["b", None], [None], []])
def test_texts_that_arrow_looks_up_are_those_that_it_holds(make, values):
    arrow = pytest.importorskip("pyarrow")
    texts = values * 3
    whole = arrow.array(texts, arrow.string())
    held = {
        "table": lambda: arrow.table({"x": whole}),
        "pieces": lambda: arrow.table({"x": arrow.chunked_array([whole[:2], whole[2:], whole[:0]], arrow.string())}),
        "text of pandas": lambda: pd.DataFrame({"x": pd.array(texts, dtype=pd.StringDtype("pyarrow"))}),
        "strings of pandas": lambda: pd.DataFrame({"x": pd.Series(texts, dtype=pd.ArrowDtype(arrow.large_string()))}),
        "views": lambda: arrow.table({"x": whole.cast(arrow.string_view())}),
    }
    column = as_table(held[make]())["x"]
    expected = as_table({"x": texts})["x"]
    assert (column.kind, column.declared_category) == (expected.kind, False)
    assert column.n_missing == expected.n_missing
    if expected.kind == "text":
        assert column.values.tolist() == texts
        assert column.factorize()[1] == expected.factorize()[1]


def test_time_zones_are_told_in_utc():
    naive = pd.Series(pd.to_datetime(["2024-07-01 12:00", None]))
    moments = [dt.datetime(2024, 7, 1, 3), None]
    assert as_column(naive.dt.tz_localize("Asia/Tokyo")).values.tolist() == moments
    assert as_column(pl.Series([moments[0], None]).dt.replace_time_zone("UTC")).values.tolist() == moments


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([3, 3.0, -0.0, 2.5, None], ["3", "3", "0", "2.5", None]),
        ([1e15, 1e16, 0.1], ["1000000000000000", "1e+16", "0.1"]),
        ([np.inf, 1.0], ["inf", "1"]),
        ([True, None, False], ["True", None, "False"]),
        ([dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12), None], ["2024-02-29", "2024-02-29T12:00:00", None]),
        ([dt.datetime(1960, 1, 1, 0, 0, 0, 5)], ["1960-01-01T00:00:00.000005"]),
        (["3.0", None], ["3.0", None]),
    ],
)
def test_canonical_text(values, texts):
    column = as_column(values)
    assert as_text(column).tolist() == texts
    codes, labels = column.factorize()
    assert [None if code < 0 else labels[code] for code in codes] == texts
    assert len(set(labels)) == len(labels)


def test_float64_is_not_copied():
    X = np.random.default_rng(0).normal(size=(5, 3))
    assert all(np.shares_memory(column.values, X) for column in as_table(X).columns)
    frame = pl.DataFrame({"a": X[:, 0]})
    assert np.shares_memory(as_table(frame)["a"].values, frame["a"].to_numpy())


def test_names_of_columns_are_text_and_may_be_given():
    assert as_table(np.zeros((2, 3))).names == ("x0", "x1", "x2")
    assert as_table(np.zeros((2, 2)), names=["a", 5]).names == ("a", "5")
    assert as_table(pd.DataFrame(np.zeros((2, 2)))).names == ("0", "1")
    fields = np.array([(1, "a"), (2, "b")], dtype=[("n", int), ("s", "U1")])
    assert contents(as_table(fields)) == {"n": ("number", True, [1.0, 2.0]), "s": ("text", False, ["a", "b"])}
    assert as_column(pd.Series([1.0], name="t")).name == "t"
    assert as_column(pd.Series([1.0], name="t"), "u").name == "u"
    assert as_column(np.array([1.0])).name == "y"
    table = as_table({"a": [1]})
    assert as_table(table) is table
    assert as_table(table, names=["b"]).names == ("b",)


def test_tables_without_rows_or_columns():
    for empty in (np.zeros((0, 2)), pd.DataFrame({"x0": [], "x1": []}), pl.DataFrame({"x0": [], "x1": []})):
        assert (as_table(empty).n_rows, as_table(empty).names) == (0, ("x0", "x1"))
    assert as_table(pl.DataFrame({"d": [dt.date(2024, 1, 1)]}).head(0))["d"].kind == "date"
    assert (as_table({}).n_rows, as_table({}).names) == (0, ())
    assert (as_table(pd.DataFrame(index=range(3))).n_rows, as_table(np.zeros((3, 0))).n_rows) == (3, 3)


def test_rows_keep_their_numbers_and_columns_their_order():
    table = Table(as_table({"a": [1, 2, 3, 4], "b": [*"wxyz"], "c": [0] * 4}).columns, 4, "f.csv", first_row=1)
    part = table.take(np.array([3, 1]))
    assert part["b"].values.tolist() == ["z", "x"]
    assert [part.row_place(0), part.row_place(1)] == ["row 4", "row 2"]
    again = part.take(part["a"].values < 3)
    assert (again.n_rows, again.row_place(0), again.source) == (1, "row 2", "f.csv")
    assert table.take(slice(1, 3)).row_place(1) == "row 3"
    assert as_table([[1]]).row_place(0) == "row 0"
    assert table.select(["c", "a"]).names == ("c", "a")
    assert table.without(["b"]).names == ("a", "c")
    assert "b" in table
    assert "d" not in table
    for missing in (lambda: table["d"], lambda: table.without(["d"]), lambda: table.select(["d"])):
        with pytest.raises(TableError, match=r'f.csv has no column "d"'):
            missing()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (5, "X must be a table"),
        ("people.csv", "X must be a table"),
        (np.zeros(3), r"got shape \(3,\). Reshape your data"),
        (np.zeros((2, 2, 2)), "two dimensions"),
        ([], "rows and columns"),
        ([1, 2], "rows and columns"),
        (pd.Series([1, 2]), "got a series"),
        (pl.Series([1, 2]), "got a series"),
        ([[1, 2], [3]], "row 1 has 1"),
        ({"a": [1, 2], "b": [1]}, '"a" has 2, "b" has 1'),
        ({"a": 5}, 'column "a" of X must be a sequence'),
        ({"a": "abc"}, 'column "a" of X must be a sequence'),
        ({"a": np.zeros((2, 2))}, 'column "a" of X must have one dimension'),
        ({1: [0], "1": [0]}, '"1" is there more than once'),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), '"a" is there more than once'),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), '"1" is there more than once'),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "several levels"),
        (scipy.sparse.csr_array(np.eye(2)), "MLPClassifier and MLPRegressor take sparse"),
        (scipy.sparse.eye(2).tocsr(), "got a sparse matrix"),
        (np.array([[1j]]), 'Complex data not supported: column "x0"'),
        ([["a", 1j]], 'Complex data not supported: column "x1"'),
        (pd.DataFrame({"z": [1j]}), 'Complex data not supported: column "z"'),
        (pd.DataFrame({"l": [[1], [2]]}), 'column "l" of X .* type list'),
        ({"l": [{"a": 1}, None]}, "type dict"),
        ({"l": [{1}, 2]}, "type set"),
        ({"l": [np.zeros(2), np.zeros(2)]}, "type ndarray"),
        (pl.DataFrame({"l": [[1]]}), r"type List\(Int64\)"),
        (pl.DataFrame({"l": [{"a": 1}]}), "type Struct"),
        (np.zeros((2, 1), dtype="V3"), "type void24"),
    ],
)
def test_what_is_no_table_is_refused(data, message):
    with pytest.raises(TableError, match=message):
        as_table(data)


def test_a_wrong_number_of_names_is_refused():
    with pytest.raises(TableError, match="one name for each column of X, 2; got 1"):
        as_table(np.zeros((1, 2)), names=["a"])


@pytest.mark.parametrize(
    ("values", "message"), [({1, 2}, "y must be a seq"), (np.zeros((2, 2)), "y must have one dim")]
)
def test_what_is_no_column_is_refused(values, message):
    with pytest.raises(TableError, match=message):
        as_column(values)


def test_columns_and_tables_show_what_they_are():
    assert repr(as_table({"a": [1, None]})["a"]) == 'Column("a", number, 2 rows, 1 missing)'
    assert repr(as_table(np.zeros((1000, 9)))) == 'Table("X", 1,000 rows: x0, x1, x2, x3, x4, x5, x6, x7, …)'
    assert isinstance(as_column([1]), Column)
