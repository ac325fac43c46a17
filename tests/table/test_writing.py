"""Tables are written whole or not at all, and read back as what they were."""

# ruff: noqa: PD011 (.values is ours, not that of pandas)

from __future__ import annotations

import csv
import errno
import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.thinning import examples

from glassnet.errors import ShapeError, TableError, TableFileError
from glassnet.table import writing
from glassnet.table.files import read_table, write_table

NAN = float("nan")
COLUMNS = {
    "n": np.array([0.1, NAN, -3.0]),
    "i": np.array([1, 2, 3]),
    "b": np.array([True, False, True]),
    "t": np.array(['a, "b"', None, "é\n漢"], dtype=object),
    "d": np.array(["2024-02-29", "NaT", "1969-12-31T12:30:05.000001"], dtype="datetime64[us]"),
}


def test_csv(tmp_path):
    path = write_table(tmp_path / "a.csv", COLUMNS)
    assert path == tmp_path / "a.csv"
    assert path.read_bytes().decode() == (
        "n,i,b,t,d\n"
        '0.1,1,true,"a, ""b""",2024-02-29T00:00:00.000000\n'
        ",2,false,,\n"
        '-3.0,3,true,"é\n漢",1969-12-31T12:30:05.000001\n'
    )


def test_tsv(tmp_path):
    columns = {"a b": np.array(["x\ty", "x,y"]), "d": np.array(["2024-02-29", "2024-03-01"], dtype="datetime64[D]")}
    path = write_table(str(tmp_path / "a.TSV"), columns)
    assert path.read_bytes().decode() == 'a b\td\n"x\ty"\t2024-02-29\nx,y\t2024-03-01\n'


def test_json_lines(tmp_path):
    path = write_table(tmp_path / "a.jsonl", {**COLUMNS, "o": np.array([1, 2.5, "x"], dtype=object)})
    assert [json.loads(line) for line in path.read_bytes().decode().splitlines()] == [
        {"n": 0.1, "i": 1, "b": True, "t": 'a, "b"', "d": "2024-02-29T00:00:00.000000", "o": 1},
        {"n": None, "i": 2, "b": False, "t": None, "d": None, "o": 2.5},
        {"n": -3.0, "i": 3, "b": True, "t": "é\n漢", "d": "1969-12-31T12:30:05.000001", "o": "x"},
    ]


def test_parquet(tmp_path):
    types = {"f": np.array([1, 2, 3], dtype=np.float32), "u": np.array([1, 2, 3], dtype=np.uint8)}
    path = write_table(tmp_path / "a.parquet", {**COLUMNS, **types, 'say "hi"': np.array(["", " x ", "NA"])})
    frame = pl.read_parquet(path)
    assert frame.columns == ["n", "i", "b", "t", "d", "f", "u", 'say "hi"']
    assert [str(kind) for kind in frame.dtypes] == [
        "Float64", "Int64", "Boolean", "String", "Datetime(time_unit='us', time_zone=None)", "Float32", "UInt8",
        "String",
    ]  # fmt: skip
    assert frame["n"].to_list() == [0.1, None, -3.0]
    assert frame["t"].to_list() == ['a, "b"', None, "é\n漢"]
    assert frame['say "hi"'].to_list() == ["", " x ", "NA"]
    table = read_table(path)
    np.testing.assert_array_equal(table["d"].values, COLUMNS["d"])
    assert table['say "hi"'].values.tolist() == ["", " x ", "NA"]


def test_parquet_is_written_without_pandas(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    write_table(tmp_path / "a.parquet", COLUMNS)
    assert read_table(tmp_path / "a.parquet")["t"].values.tolist() == COLUMNS["t"].tolist()


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_what_is_written_is_read(tmp_path, suffix):
    table = read_table(write_table(tmp_path / f"a{suffix}", COLUMNS))
    assert [column.kind for column in table.columns] == ["number", "number", "boolean", "text", "date"]
    np.testing.assert_array_equal(table["n"].values, COLUMNS["n"])
    np.testing.assert_array_equal(table["i"].values, COLUMNS["i"])
    np.testing.assert_array_equal(table["b"].values, [1, 0, 1])
    assert table["t"].values.tolist() == COLUMNS["t"].tolist()
    np.testing.assert_array_equal(table["d"].values, COLUMNS["d"])


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@examples(8, 40)
def test_numbers_are_the_same_to_the_last_bit(tmp_path, suffix, examples):
    @settings(max_examples=examples)
    @given(values=st.lists(st.floats(allow_nan=False), min_size=1, max_size=40))
    @example(values=[5e-324, 1.7976931348623157e308, -0.0, 0.1 + 0.2, math.inf, -math.inf, 2.0**53 + 2, 1e22, 1e23])
    def are_the_same(values):
        with np.errstate(over="ignore"):
            arrays = [np.array([*values, 0.5]).astype(dtype) for dtype in (np.float64, np.float32)]
        columns = read_table(write_table(tmp_path / f"a{suffix}", dict(zip("ab", arrays, strict=True)))).columns
        for column, array in zip(columns, arrays, strict=True):
            assert np.array_equal(column.values.astype(array.dtype), array)
            assert np.array_equal(np.signbit(column.values), np.signbit(array))

    are_the_same()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_whole_numbers_keep_their_digits(tmp_path, suffix):
    numbers = np.array([2**63 - 1, -(2**63)])
    table = read_table(write_table(tmp_path / f"a{suffix}", {"a": numbers}))
    assert table["a"].values.tolist() == ["9223372036854775807", "-9223372036854775808"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
@examples(8, 40)
def test_texts_are_the_same(tmp_path, suffix, examples):
    @settings(max_examples=examples)
    @given(
        texts=st.lists(
            st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=20
        )
    )
    @example(texts=["\r", '"', ",", "\t", "\n", "", None])
    def are_the_same(texts):
        # Signs around keep texts from being numbers, dates or missing, and blanks from standing at an end.
        texts = [text if text is None else f"<{text}>" for text in [*texts, "x"]]
        columns = {"first": np.array(texts, dtype=object), "second": np.arange(len(texts))}
        assert read_table(write_table(tmp_path / f"a{suffix}", columns))["first"].values.tolist() == texts

    are_the_same()


def test_pythons_csv_module_reads_what_is_written(tmp_path):
    texts = ["a", 'b"c', "d,e", "f\ng", "h\r\ni", "", " j "]
    path = write_table(tmp_path / "a.csv", {"t": np.array(texts, dtype=object), "x,y": np.arange(7)})
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["t", "x,y"], *([text, str(i)] for i, text in enumerate(texts))]


def test_a_single_column_of_missing_values_has_its_rows(tmp_path):
    path = write_table(tmp_path / "a.csv", {"a": np.array([None, "x", None], dtype=object)})
    assert read_table(path)["a"].values.tolist() == [None, "x", None]


def test_many_rows(tmp_path):
    numbers = np.random.default_rng(0).normal(size=25_000)  # more than are written together
    texts = np.array([f"t{i}" for i in range(25_000)], dtype=object)
    for suffix in (".csv", ".jsonl", ".parquet"):
        table = read_table(write_table(tmp_path / f"a{suffix}", {"n": numbers, "t": texts}))
        assert np.array_equal(table["n"].values, numbers)
        assert np.array_equal(table["t"].values, texts)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_no_rows(tmp_path, suffix):
    path = write_table(tmp_path / f"a{suffix}", {"a": np.array([]), "b": np.array([], dtype=object)})
    if suffix == ".jsonl":
        assert path.read_bytes() == b""
    else:
        table = read_table(path)
        assert (table.names, table.n_rows) == (("a", "b"), 0)


def test_missing_values_of_pandas(tmp_path):
    columns = {"a": np.array([pd.NA, "x"], dtype=object), "b": np.array([pd.NaT, 1.5], dtype=object)}
    assert write_table(tmp_path / "a.csv", columns).read_text(encoding="utf-8") == "a,b\n,\nx,1.5\n"


def test_durations_are_seconds(tmp_path):
    path = write_table(tmp_path / "a.csv", {"a": np.array([90, "NaT"], dtype="timedelta64[s]"), "b": np.arange(2)})
    assert path.read_text(encoding="utf-8") == "a,b\n90.0,0\n,1\n"


def test_text_that_no_file_can_hold_is_written_somehow(tmp_path):
    for suffix in (".csv", ".jsonl", ".parquet"):
        path = write_table(tmp_path / f"a{suffix}", {"a": np.array(["\ud800x", "y"], dtype=object), "b": np.arange(2)})
        assert read_table(path)["a"].values.tolist() == ["\\ud800x", "y"]


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("name", "ending"), [("a.xlsx", ".xlsx"), ("a", "a name without an ending"), ("a.csv.gz", ".gz")]
)
def test_other_formats(tmp_path, name, ending):
    with pytest.raises(TableFileError) as caught:
        write_table(tmp_path / name, COLUMNS)
    assert str(caught.value) == (
        f"{name} must be a table in one of the formats .csv, .tsv, .jsonl, .parquet; got {ending}"
    )
    assert list(tmp_path.iterdir()) == []


def test_columns_that_are_no_table(tmp_path):
    path = tmp_path / "a.csv"
    with pytest.raises(TableError, match='"a" has 2, "b" has 3'):
        write_table(path, {"a": np.arange(2), "b": np.arange(3)})
    with pytest.raises(TableError, match=r'column "a" of a.csv must have one dimension; got shape \(2, 2\)'):
        write_table(path, {"a": np.ones((2, 2))})
    with pytest.raises(ShapeError, match=r"a.csv must have at least one row and one column"):
        write_table(path, {})
    assert not path.exists()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_full_disk_leaves_the_old_file_and_names_it(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")

    def full(file, *arguments):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    names = {".csv": "_write_delimited", ".jsonl": "_write_json_lines", ".parquet": "_write_parquet"}
    monkeypatch.setattr(writing, names[suffix], full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_table(path, COLUMNS)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert path.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_disk_that_is_full_from_the_start(suffix):
    write = {
        ".csv": lambda file: writing._write_delimited(file, COLUMNS, ","),
        ".jsonl": lambda file: writing._write_json_lines(file, COLUMNS),
    }
    with Path("/dev/full").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left on device"):
        write[suffix](file)


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "no" / "a.csv"
    with pytest.raises(FileNotFoundError) as caught:
        write_table(path, COLUMNS)
    assert caught.value.filename == str(path)


def test_an_error_of_duckdb_comes_as_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_sql_type", lambda _: "NO_SUCH_TYPE")
    with pytest.raises(TableFileError, match=r"a.parquet cannot be written: .*NO_SUCH_TYPE"):
        write_table(tmp_path / "a.parquet", COLUMNS)
    assert list(tmp_path.iterdir()) == []
