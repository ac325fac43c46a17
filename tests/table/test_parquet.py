"""Parquet files keep the types that somebody chose."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pytest

from glassnet.errors import TableFileError
from glassnet.table.files import FileFacts, describe_file, read_table

NAN = float("nan")


@pytest.fixture
def read(tmp_path):
    def read(query, name="a.parquet"):
        path = tmp_path / "made.parquet"
        with duckdb.connect() as database:
            database.execute("SET TimeZone = 'America/New_York'")
            database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return read_table(path.rename(tmp_path / name))

    return read


def rows(expression):
    """Two rows: a value, and nothing."""
    return f"SELECT {expression} AS a UNION ALL SELECT NULL"


@pytest.mark.parametrize(
    "kind",
    ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"],
)
def test_whole_numbers(read, kind):
    column = read(rows(f"7::{kind}"))["a"]
    assert (column.kind, column.integer) == ("number", True)
    np.testing.assert_array_equal(column.values, [7, NAN])


@pytest.mark.parametrize("expression", ["2.5::FLOAT", "2.5::DOUBLE", "2.5::DECIMAL(4, 2)", "2.5::DECIMAL(38, 10)"])
def test_fractions(read, expression):
    column = read(rows(expression))["a"]
    assert (column.kind, column.integer) == ("number", False)
    np.testing.assert_array_equal(column.values, [2.5, NAN])


def test_nan_is_missing(read):
    np.testing.assert_array_equal(read(rows("'nan'::DOUBLE"))["a"].values, [NAN, NAN])


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("9007199254740992", "number"),
        ("9007199254740993", "text"),
        ("-9007199254740993", "text"),
        ("1152921504606846976", "number"),  # 2**60 is exact
        ("18446744073709551615::UBIGINT", "text"),
        ("12345678901234567890123::DECIMAL(38, 0)", "text"),
        ("12345678901234567890123.5::DECIMAL(38, 1)", "number"),
    ],
)
def test_whole_numbers_that_would_lose_digits_are_text(read, expression, kind):
    column = read(rows(expression))["a"]
    assert column.kind == kind
    if kind == "text":
        assert column.values.tolist() == [expression.split("::")[0], None]


def test_booleans(read):
    column = read("SELECT unnest([true, false, NULL]) AS a")["a"]
    assert column.kind == "boolean"
    np.testing.assert_array_equal(column.values, [1, 0, NAN])


@pytest.mark.parametrize(
    ("expression", "moment"),
    [
        ("DATE '2024-02-29'", "2024-02-29"),
        ("TIMESTAMP '2024-02-29 12:30:05.123456'", "2024-02-29T12:30:05.123456"),
        ("'2024-02-29 12:30:05'::TIMESTAMP_S", "2024-02-29T12:30:05"),
        ("'2024-02-29 12:30:05.5'::TIMESTAMP_MS", "2024-02-29T12:30:05.5"),
        ("'2024-02-29 12:30:05.123456'::TIMESTAMP_NS", "2024-02-29T12:30:05.123456"),
        ("'2024-02-29 12:30:05+02'::TIMESTAMPTZ", "2024-02-29T10:30:05"),
        ("'infinity'::TIMESTAMP", "NaT"),
        ("DATE '9999-12-31'", "9999-12-31"),
    ],
)
def test_dates(read, expression, moment):
    column = read(rows(expression))["a"]
    assert column.kind == "date"
    assert column.values.dtype == "datetime64[us]"
    np.testing.assert_array_equal(column.values, np.array([moment, "NaT"], dtype="datetime64[us]"))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'NA'", "NA"),  # chosen, so not missing
        ("''", ""),
        ("' 31 '", " 31 "),
        ("'é漢'", "é漢"),
        ("'a'::ENUM('a', 'b')", "a"),
        ("'e9bf9ad6-0a3b-4cc4-8bd9-a70ccc2a9c45'::UUID", "e9bf9ad6-0a3b-4cc4-8bd9-a70ccc2a9c45"),
        ("'a\\xFF'::BLOB", "a\\xFF"),
        ("[1, 2]", "[1,2]"),
        ("{'x': 1, 'y': 's'}", '{"x":1,"y":"s"}'),
        ("MAP {'k': 1}", '{"k":1}'),
    ],
)
def test_text(read, expression, text):
    column = read(rows(expression))["a"]
    assert column.kind == "text"
    assert column.values.tolist() == [text, None]


@pytest.mark.parametrize(("expression", "seconds"), [("TIME '10:00:30'", 36_030), ("INTERVAL 3 DAYS", 259_200)])
def test_durations_are_seconds_as_in_frames(read, expression, seconds):
    column = read(rows(expression))["a"]
    assert column.kind == "number"
    np.testing.assert_array_equal(column.values, [seconds, NAN])


def test_names_are_those_of_the_file(read):
    table = read('SELECT 1 AS "b c", {\'x\': {\'y\': 1}, \'z\': 2} AS nested, [1] AS list, 3 AS "it\'s ""é"""')
    assert table.names == ("b c", "nested", "list", 'it\'s "é"')
    assert table['it\'s "é"'].values.tolist() == [3]


def test_names_may_differ_in_capital_letters_only(tmp_path):
    import polars as pl

    path = tmp_path / "a.parquet"
    pl.DataFrame({"age": [1], "Age": [2], "": [3]}).write_parquet(path)
    table = read_table(path)
    assert table.names == ("age", "Age", "column 3")
    assert [column.values.tolist() for column in table.columns] == [[1], [2], [3]]


def test_what_polars_writes_is_read(tmp_path):
    import polars as pl

    path = tmp_path / "a.pq"
    pl.DataFrame(
        {
            "word": pl.Series(["b", None, "a"], dtype=pl.Categorical),
            "day": [dt.date(2024, 2, 29), None, dt.date(1, 1, 1)],
            "n": pl.Series([1, None, 3], dtype=pl.UInt8),
            "nothing": pl.Series([None, None, None], dtype=pl.Null),
        }
    ).write_parquet(path)
    table = read_table(path)
    assert table["word"].values.tolist() == ["b", None, "a"]
    assert not table["word"].declared_category
    assert table["day"].values.astype(str).tolist() == [
        "2024-02-29T00:00:00.000000",
        "NaT",
        "0001-01-01T00:00:00.000000",
    ]
    np.testing.assert_array_equal(table["n"].values, [1, NAN, 3])
    assert table["nothing"].n_missing == 3


def test_a_file_without_rows(read):
    table = read("SELECT 1 AS a, 'x' AS b LIMIT 0")
    assert (table.names, table.n_rows) == (("a", "b"), 0)


def test_facts(read, tmp_path):
    read("SELECT 1 AS a")
    assert describe_file(tmp_path / "a.parquet", encoding="gbk") == FileFacts("Parquet")


def test_rows_keep_their_order(read):
    """More rows than one thread of DuckDB takes at a time."""
    table = read("SELECT i AS n, 'x' || i AS t FROM range(500000) AS r(i)")
    assert np.array_equal(table["n"].values, np.arange(500_000))
    assert table["t"].values[[0, 250_000, -1]].tolist() == ["x0", "x250000", "x499999"]


def test_folders_with_an_equals_sign_add_no_column(tmp_path):
    (tmp_path / "year=2024").mkdir()
    path = tmp_path / "year=2024" / "a.parquet"
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet)")
    assert read_table(path).names == ("a",)


@pytest.mark.parametrize("cut", ["start", "end", "middle", "foreign", "tiny"])
def test_what_is_not_parquet_is_refused(tmp_path, cut):
    path = tmp_path / "a.parquet"
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT i, 'x' || i AS t FROM range(1000) AS r(i)) TO '{path}' (FORMAT parquet)")
    data = path.read_bytes()
    path.write_bytes(
        {
            "start": data[100:],
            "end": data[:-100],
            "middle": data[:20] + b"\xff" * 2000 + data[2020:],
            "foreign": b"a,b\n1,2\n" * 20,
            "tiny": b"PAR1",
        }[cut]
    )
    with pytest.raises(
        TableFileError, match=r"^a.parquet is no Parquet file, or not a complete one \(.*\)\. Write it again"
    ):
        read_table(path)
