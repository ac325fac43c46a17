"""Files are found, their formats are known, and whatever cannot be read is refused in one sentence."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.thinning import examples

from glassnet.errors import TableFileError
from glassnet.table import duck
from glassnet.table.files import FileFacts, describe_file, read_file, read_table

NO_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="not on Windows")
TEXT = "name,age\nAnn,31\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("make", [str, Path, lambda name: Path(name).absolute(), lambda name: f"./{name}"])
def test_a_path_is_text_or_a_path(here, make):
    Path("people.csv").write_text(TEXT, encoding="utf-8")
    table, facts = read_file(make("people.csv"))
    assert (table.names, table.n_rows, table.source) == (("name", "age"), 1, "people.csv")
    assert facts == FileFacts("CSV", "utf-8", guessed=False, delimiter=",") == describe_file(make("people.csv"))


def test_the_home_folder_has_a_short_name(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("USERPROFILE", str(here))
    Path("people.csv").write_text(TEXT, encoding="utf-8")
    assert read_table("~/people.csv").n_rows == 1


@NO_POSIX
@pytest.mark.parametrize(
    "name",
    [
        "a*.csv",
        "a?.csv",
        "a[1].csv",
        "[!a].csv",
        "{a,b}.csv",
        "it's.csv",
        'say "hi".csv',
        "a b.csv",
        "漢.csv",
        "back\\slash.csv",
        "a;DROP.csv",
        "PEOPLE.CSV",
        "-.csv",
        "year=2024.csv",
        "a.b.c.csv",
        "people",
        "new\nline.csv",
    ],
)
def test_a_name_is_the_name_of_one_file(here, name):
    for other in ("aX.csv", "a1.csv", "b.csv"):
        Path(other).write_text("other\nx\n", encoding="utf-8")
    folder = here / "[y]=*"
    folder.mkdir()
    for place in (here, folder):
        (place / name).write_text(TEXT, encoding="utf-8")
        assert read_table(place / name).names == ("name", "age")
    assert read_table(name).names == ("name", "age")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are no text")
def test_a_name_may_be_no_text(here):
    name = os.fsdecode(b"caf\xe9.csv")
    Path(name).write_text(TEXT, encoding="utf-8")
    assert read_table(name).n_rows == 1


@pytest.mark.parametrize("address", ["https://example.org/a.csv", "s3://bucket/a.parquet", "hf://datasets/x/a.csv"])
def test_an_address_is_only_a_name(here, address):
    with pytest.raises(TableFileError, match=r"there is no file .*/a\..*, nor the folder "):
        read_table(address)


def test_nothing_can_be_fetched(tmp_path):
    with duck.connection(tmp_path) as database:
        settings = dict(
            database.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name IN ('autoinstall_known_extensions', "
                "'autoload_known_extensions', 'allow_community_extensions', 'temp_directory', 'enable_progress_bar')"
            ).fetchall()
        )
    assert settings == {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "enable_progress_bar": "false",
        "temp_directory": str(tmp_path / "duckdb"),
    }


def test_nothing_is_left_behind(here, monkeypatch):
    (here / "temporary").mkdir()
    (here / "data").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "temporary"))
    for name, text in {"a.csv": TEXT.encode("utf-16"), "b.csv": b"a,b\n1\n", "c.jsonl": b"{}{"}.items():
        path = here / "data" / name
        path.write_bytes(text)
        try:
            read_table(path)
        except TableFileError:
            assert name != "a.csv"
    assert sorted(path.name for path in here.rglob("*")) == ["a.csv", "b.csv", "c.jsonl", "data", "temporary"]


# ------------------------------------------------------------------------------------------------------------ refusals


def refused(path, **options):
    for function in (read_table, describe_file):
        with pytest.raises(TableFileError) as caught:
            function(path, **options)
    return str(caught.value)


def test_a_missing_file_and_the_nearest_names(here):
    assert refused("people.csv") == "there is no file people.csv"
    for name in ("peple.csv", "people.tsv", "other.csv"):
        Path(name).write_text(TEXT, encoding="utf-8")
    assert refused("people.csv") == (
        'there is no file people.csv. The nearest in its folder: "peple.csv", "people.tsv"'
    )
    folder = here / "no"
    assert refused(folder / "a.csv") == f"there is no file {folder / 'a.csv'}, nor the folder {folder}"


def test_a_folder(here):
    assert refused(".") == ". is a folder; name a file in it"


@NO_POSIX
def test_a_pipe(here):
    os.mkfifo("pipe.csv")
    assert refused("pipe.csv").startswith("pipe.csv is no file but a pipe or a device")


@NO_POSIX
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_a_file_that_must_not_be_read(here, name):
    Path(name).write_text(TEXT, encoding="utf-8")
    Path(name).chmod(0)
    assert refused(name) == f"{name} cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_a_file_that_the_system_refuses(here, name, monkeypatch):
    Path(name).write_text(TEXT, encoding="utf-8")
    opened = Path.open

    def refuse(path, *arguments, **options):
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert refused(name) == f"{name} cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.jsonl", "a.json", "a.parquet"])
def test_an_empty_file(here, name):
    Path(name).write_bytes(b"")
    assert refused(name) == f"{name} is empty"


@pytest.mark.parametrize("name", ["a.pkl", "a.feather", "a.npz", "a.glass", "a.py"])
def test_other_formats(here, name):
    Path(name).write_bytes(b"x")
    assert refused(name) == (
        f"{name} must be a table in one of the formats .csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet, .csv.gz; "
        f"got {Path(name).suffix}"
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLS", "a.ods"])
def test_spreadsheets(here, name):
    Path(name).write_bytes(b"PK\x03\x04")
    assert refused(name).startswith(f"{name} is a spreadsheet, which glassnet does not read. Save the sheet as CSV")


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_spreadsheet_under_another_name(here, start):
    Path("a.csv").write_bytes(start + b"\0" * 100)
    assert refused("a.csv").startswith("a.csv is a spreadsheet")


@pytest.mark.parametrize("name", ["a.zip", "a.csv.bz2", "a.csv.zst", "a.parquet.gz", "a.tar.gz"])
def test_packed_files(here, name):
    Path(name).write_bytes(b"\x1f\x8b")
    assert refused(name).startswith(f"{name} is packed. Unpack it first")


def test_an_unknown_encoding(here):
    Path("a.csv").write_text(TEXT, encoding="utf-8")
    assert refused("a.csv", encoding="gb1803").startswith("encoding must be the name of an encoding")


def test_errors_of_duckdb_come_as_ours(here, monkeypatch):
    """Whatever DuckDB may say that nobody foresaw."""
    import duckdb

    def fail(*arguments):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block\n\nPossible solutions: ...")

    monkeypatch.setattr("glassnet.table.delimited.typed_columns", fail)
    monkeypatch.setattr("glassnet.table.json_rows.typed_columns", fail)
    for name, text in {"a.csv": TEXT, "a.jsonl": '{"a": 1}'}.items():
        Path(name).write_text(text, encoding="utf-8")
        with pytest.raises(TableFileError) as caught:
            read_table(name)
        assert str(caught.value) == f"{name} cannot be read as a table: failed to pin block"


# ------------------------------------------------------------------------------------------------------------ anything


@examples(40, 200)
def test_any_bytes_are_a_table_or_refused(tmp_path, examples):
    @settings(max_examples=examples)
    @given(
        st.binary(max_size=60),
        st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.json", "a.parquet", "a.csv.gz"]),
        st.booleans(),
    )
    @example(b"a,b\n1,2\n\x00", "a.csv", True)
    @example(b'a,b\n"', "a.csv", False)
    @example(b"\xff\xfea\x00", "a.csv", False)
    @example(b"[", "a.json", True)
    @example(b'{"a":{}}\n', "a.jsonl", False)
    @example(b"PAR1PAR1PAR1", "a.parquet", False)
    @example(b"\x1f\x8b", "a.csv.gz", False)
    def are_a_table_or_refused(data, name, skip):
        path = tmp_path / name
        path.write_bytes(data)
        try:
            table = read_table(path, skip_bad_rows=skip)
        except TableFileError as error:
            said = str(error)
            assert said
            assert "\n" not in said
            return
        assert all(len(column) == table.n_rows for column in table.columns)
        assert table.columns

    are_a_table_or_refused()


@examples(40, 200)
def test_any_text_is_a_table_or_refused(tmp_path, examples):
    @settings(max_examples=examples)
    @given(
        st.text(alphabet=st.sampled_from("ab1,;\t|\"'\n\r {}[]:é漢.-\ufeff"), max_size=60),
        st.sampled_from([".csv", ".tsv", ".jsonl", ".json"]),
    )
    def is_a_table_or_refused(text, suffix):
        path = tmp_path / f"a{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            table = read_table(path)
        except TableFileError:
            return
        assert all(len(column) == table.n_rows for column in table.columns)

    is_a_table_or_refused()
