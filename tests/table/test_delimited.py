"""Delimited text: what counts as a row, which row an error names, and the same table as Python's own reader gives."""

# ruff: noqa: PD011 (.values is ours, not that of pandas)

from __future__ import annotations

import csv
import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.thinning import examples

from glassnet.errors import ParameterError, TableFileError
from glassnet.table import delimited
from glassnet.table.csv_header import MISSING, read_header
from glassnet.table.csv_rows import fields, rows_of
from glassnet.table.files import describe_file, read_table

SKIP = "--skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)"


@pytest.fixture
def write(tmp_path):
    def write(text, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write


def rows(table):
    return list(zip(*(column.values.tolist() for column in table.columns), strict=True))


# ---------------------------------------------------------------------------------------------------------- delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.data", "a"])
def test_the_delimiter_is_found(write, delimiter, name):
    path = write(f"name{delimiter}age\nAnn{delimiter}31\nBob{delimiter}27\n", name)
    assert describe_file(path).delimiter == delimiter
    assert rows(read_table(path)) == [("Ann", 31.0), ("Bob", 27.0)]


@pytest.mark.parametrize(
    ("text", "name", "delimiter"),
    [
        ("a,x\tb\n1,2\t3\n4,5\t6\n", "a.tsv", "\t"),
        ("price (€, gross);n;x\n1,5;2;3,5\n2,5;3;1,5\n", "a.csv", ";"),
        ("a,b,c\n1,2,x;y\n1,2,x;y\n", "a.csv", ","),
        ("a,b\n1,2\n", "a.tsv", ","),  # a name that lies
        ('a;"b,c"\n1;"2,3"\n', "a.csv", ";"),
        ("word\nyes\nno\n", "a.csv", ","),
        ("a b;c d\nx y;z\n", "a.csv", ";"),
    ],
)
def test_the_delimiter_is_the_one_that_fits(write, text, name, delimiter):
    assert describe_file(write(text, name)).delimiter == delimiter


def test_the_delimiter_can_be_named(write):
    path = write("a~b\n1~x,y\n")
    assert rows(read_table(path, delimiter="~")) == [(1.0, "x,y")]
    path = write("a b\n1 2\n")
    assert rows(read_table(path, delimiter=" ")) == [(1.0, 2.0)]


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", 3])
def test_a_wrong_delimiter_is_refused(write, delimiter):
    with pytest.raises(ParameterError, match="delimiter must be one character, no quote and no line break; got "):
        read_table(write("a,b\n1,2\n"), delimiter=delimiter)


# -------------------------------------------------------------------------------------------------------------- header


def test_names_lose_the_blanks_around_them_and_empty_ones_are_positions(write):
    table = read_table(write('age, "job, today" ,,\n1,x,y,\n'))
    assert table.names == ("age", "job, today", "column 3", "column 4")


def test_names_may_have_line_breaks(write):
    assert read_table(write('"first\nname",age\nAnn,31\n')).names == ("first\nname", "age")


def test_names_may_differ_in_capital_letters_only(write):
    assert read_table(write("age,Age,AGE\n1,2,3\n")).names == ("age", "Age", "AGE")


def test_a_repeated_name_is_refused(write):
    message = 'columns of people.csv must have different names; columns 1 and 3 are both "age". Rename one'
    with pytest.raises(TableFileError) as caught:
        read_table(write("age,job, age\n1,x,2\n"))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n4,5,6\n",
        "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n",
        "39, State-gov, 77516\n50, Private, 83311\n38, State-gov, 1\n",
        "p,x,s\ne,x,y\np,b,w\ne,x,s\n",
        "?,1.5\n2,1\n",
    ],
)
def test_a_first_row_of_data_is_no_header(write, text):
    with pytest.raises(TableFileError, match="seems to have no header row: its first row looks like data"):
        read_table(write(text))


@pytest.mark.parametrize(
    "text",
    [
        "label,0,1,2\n5,0,0,1\n",
        "country,1990,1991\nOslo,1,2\n",
        "a,b\na,b\nx,y\n",  # the header again, as in files that were put together
        "yes\nno\n",
        "sex,age\n1,2\n",
    ],
)
def test_names_are_a_header(write, text):
    assert read_table(write(text)).names == tuple(text.split("\n")[0].split(","))


def test_a_header_alone_is_a_table_without_rows(write):
    for text in ("age,job\n", "age,job", "age,job\r\n\r\n"):
        table = read_table(write(text))
        assert (table.names, table.n_rows) == (("age", "job"), 0)
        assert [column.kind for column in table.columns] == ["number", "number"]


@pytest.mark.parametrize("text", ["", "\n\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_a_row_is_empty(write, text):
    with pytest.raises(TableFileError, match=r"^people.csv is empty$"):
        read_table(write(text))


# ---------------------------------------------------------------------------------------------------------------- rows


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y",
        "a,b\r\n1,x\r\n2,y\r\n",
        "a,b\r1,x\r2,y\r",
        "a,b\r\n1,x\n2,y\r",
        "\n\na,b\n\n1,x\n\n2,y\n\n\n",
        "a,b\n1,x\n   \n2,y\n \n",
        "a,b\n1,x\n2,y\n\x1a",
        "\ufeffa,b\n1,x\n2,y\n",
        '\ufeff"a","b"\r\n"1","x"\r\n"2","y"\r\n',
        'a,b\n1, "x" \n 2 ,y\n',
        "a,b\n1,x,\n2,y,\n",  # every row ends with a delimiter
        "a,b\n1,x,,\n2,y,,",
        'a,b\n1,x,\n"2",y\n\n?,?,\n',  # two of three rows do
    ],
)
def test_the_same_rows_however_they_are_written(write, text):
    table = read_table(write(text))
    assert table.names == ("a", "b")
    assert rows(table)[:2] == [(1.0, "x"), (2.0, "y")]
    assert (table.source, table.first_row, table.skipped, table.rows) == ("people.csv", 1, 0, None)


def test_quoted_cells_hold_anything(write):
    text = 'a,b\n"1","x, y"\n2,"line\nbreak"\n3,"say ""hi"""\n4,5" pipe\n5,"a\r\n\r\nb"\n'
    assert read_table(write(text))["b"].values.tolist() == ["x, y", "line\nbreak", 'say "hi"', '5" pipe', "a\r\n\r\nb"]


def test_a_single_column_has_no_rows_for_blank_lines(write):
    assert read_table(write('a\n1\n\n""\n2\n\n'))["a"].values.tolist() == pytest.approx([1, np.nan, 2], nan_ok=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'name,age\nAnn,31\n7,"Smith, J",x\n',
            f'row 2: 3 fields where the header has 2 (line 3: "7,"Smith, J",x"). Is a quote missing? {SKIP}',
        ),
        ("name,age\nAnn\n", f'row 1: 1 field where the header has 2 (line 2: "Ann"). Is a quote missing? {SKIP}'),
        (
            "name,age\nAnn,31\nBob,27,\n",  # DuckDB lets this one pass
            f'row 2: 3 fields where the header has 2 (line 3: "Bob,27,"). Is a quote missing? {SKIP}',
        ),
        (
            'name,age\n"a,b",31\nBob,27,\n',
            f'row 2: 3 fields where the header has 2 (line 3: "Bob,27,"). Is a quote missing? {SKIP}',
        ),
        (
            "name,age\nAnn,31,\nEve,1,\nBob,27,x\nMax,1,\nJoe,2\n",
            f'row 3: 3 fields where the header has 2 (line 4: "Bob,27,x"). Is a quote missing? {SKIP}',
        ),
        (
            "name,age\nAnn,31,\nBob,27\n",
            f'row 1: 3 fields where the header has 2 (line 2: "Ann,31,"). Is a quote missing? {SKIP}',
        ),
        (
            '\ufeff"na\r\nme",age\r\n\r\n"An\r\nn",31\r\nBob,27,5\r\n',
            f'row 2: 3 fields where the header has 2 (line 6: "Bob,27,5"). Is a quote missing? {SKIP}',
        ),
        (
            'name,age\nAnn,31\n"Bob,27\nEve,41\n',
            ('row 2: a quote opens that is never closed (line 3: ""Bob,27"). Close it, or write it twice. ' + SKIP),
        ),
        (
            'name,age\nAnn,31\n"Bob,27\n"Eve",41\n',
            (
                'row 2: text follows a closing quote (line 3: ""Bob,27"). '
                f'A quote inside of a quoted field is written twice: "". {SKIP}'
            ),
        ),
        (
            'name,age\n"a \\"b\\" c",1\n',
            (
                'row 1: text follows a closing quote (line 2: ""a \\"b\\" c",1"). '
                f'A quote inside of a quoted field is written twice: "". {SKIP}'
            ),
        ),
    ],
)
def test_a_bad_row_is_named(write, text, message):
    with pytest.raises(TableFileError) as caught:
        read_table(write(text), delimiter=",")
    assert str(caught.value) == f"people.csv, {message}"


def test_a_bad_header_is_named(write):
    with pytest.raises(TableFileError, match=r"people.csv, the header: a quote opens that is never closed \(line 1: "):
        read_table(write('name,"age\nAnn,31\n'))


def test_a_late_bad_row_is_named_by_row_and_line(write):
    lines = ["n,text"] + [f'{i},"two\nlines"' for i in range(30_000)]
    lines[29_000] = "1,2,3"
    with pytest.raises(TableFileError, match=r"people.csv, row 29,000: 3 fields .* \(line 58,000: "):
        read_table(write("\n".join(lines)))


def test_bad_rows_are_left_out_and_counted(write):
    text = 'name,age\nAnn,31\nBob\n"Eve,1\nDan,7\n\nSmith, J,4\nMax,27,\n"x"y,1\nJoe,9\n'
    table = read_table(write(text), skip_bad_rows=True)
    assert rows(table) == [("Ann", 31.0), ("Dan", 7.0), ("Joe", 9.0)]
    assert table.skipped == 5
    assert table.rows is not None
    assert table.rows.tolist() == [0, 3, 7]  # a message names the row as it is in the file
    assert table.row_place(1) == "row 4"


def test_nothing_is_left_out_of_a_sound_file(write):
    table = read_table(write("a,b\n1,2\n"), skip_bad_rows=True)
    assert (table.n_rows, table.skipped, table.rows) == (1, 0, None)


def test_no_row_that_can_be_read_is_an_error(write):
    with pytest.raises(TableFileError, match=r"^people.csv: none of the 2 rows can be read\."):
        read_table(write("a,b\n1\n2\n"), skip_bad_rows=True)


def test_a_row_may_be_longer_than_duckdb_provides_for(write):
    text = "x" * 5_000_000
    assert rows(read_table(write(f'a,b\n1,"{text}"\n2,y\n'))) == [(1.0, text), (2.0, "y")]


def test_gzip_is_unpacked_whatever_the_name(write):
    packed = gzip.compress(b"name,age\nAnn,31\n")
    for name in ("people.csv.gz", "people.csv"):
        table = read_table(write(packed, name))
        assert rows(table) == [("Ann", 31.0)]
        assert table.source == name
    assert rows(read_table(write("name,age\nAnn,31\n", "people.csv.gz"))) == [("Ann", 31.0)]  # a browser unpacked it


def test_a_damaged_gzip_is_refused(write):
    packed = gzip.compress(b"name,age\n" + b"Ann,31\n" * 10_000)
    for broken in (packed[:-20], packed[:10] + b"\0" * 8 + packed[18:]):
        with pytest.raises(TableFileError, match="cannot be unpacked: the file is damaged or not complete"):
            read_table(write(broken, "people.csv.gz"))


# ----------------------------------------------------------------------------------------------------------- witnesses

CELLS = st.text(alphabet=st.sampled_from('ab1 ,;"\n\r\té漢.-'), max_size=6)


def as_read(cell):
    cell = cell.strip(" \t\n\r\v\f\u00a0\u3000")
    return None if cell in MISSING else cell


@examples(15, 80)
def test_what_pythons_csv_module_writes_is_read(tmp_path, examples):
    @settings(max_examples=examples)
    @given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.booleans())
    @example([("\r\n", "x"), ('"', "")], False)
    def is_read(cells, quote_all):
        path = tmp_path / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            # Where lines end with LF, the module does not quote CR.
            options = {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"} if quote_all else {"lineterminator": "\r\n"}
            writer = csv.writer(file, **options)
            writer.writerow(["first", "second"])
            writer.writerows([(f"a{a}", f"{b}z") for a, b in cells])
        table = read_table(path, delimiter=",")
        assert rows(table) == [(as_read(f"a{a}"), as_read(f"{b}z")) for a, b in cells]

    is_read()


@examples(15, 80)
def test_duckdb_and_the_walk_through_the_rows_agree(tmp_path, examples):
    """Either DuckDB reads the file as it is and finds the rows that the walk finds, or the walk decides."""

    @settings(max_examples=examples)
    @given(st.text(alphabet=st.sampled_from('a1,,"" \n\n\r'), max_size=40))
    @example('1,2\n"a\n1,"b"\n')
    @example('1,"2"x\n3,4,\n')
    @example("1,2,\n3,4\n")
    @example(",1\n\r\n ,\n")
    def agree(body):
        path = tmp_path / "a.csv"
        text = "first,second\n" + body
        path.write_text(text, encoding="utf-8", newline="")
        header = read_header(path, "a.csv", ".csv", ",")
        with path.open(encoding="utf-8", newline="") as file:
            found = list(rows_of(file, ","))[1:]
        sound = [row for row in found if not row.problem and row.n_fields == 2]
        if header.surplus:  # most rows end with empty fields, which are ignored then
            long = [row for row in found if not row.problem and row.n_fields in (2, header.n_fields)]
            sound = [row for row in long if not any(cell.strip() for cell in fields(row.text, ",")[2:])]
        if len(sound) < len(found):
            with pytest.raises(TableFileError):
                read_table(path, delimiter=",")
            if not sound:
                return
        table = read_table(path, delimiter=",", skip_bad_rows=True)
        assert table.skipped == len(found) - len(sound)
        for i, column in enumerate(table.columns):
            expected = [as_read(fields(row.text, ",")[i]) for row in sound]
            if column.kind == "number":
                expected = [np.nan if cell is None else float(cell) for cell in expected]
            np.testing.assert_array_equal(column.values, np.array(expected, dtype=column.values.dtype))

    agree()


def test_the_walk_is_not_needed_for_ordinary_files(write, monkeypatch):
    monkeypatch.delattr(delimited, "_regular")
    text = 'name,age,note\r\nAnn,31,"x, ""y"""\r\nBob,,\r\n"Eve, the first",?,"two\r\nlines"\r\n'
    assert read_table(write(text)).n_rows == 3


def test_the_values_are_those_that_pandas_wrote(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "small": rng.normal(size=2000) * 1e-9,
            "large": rng.normal(size=2000) * 1e200,
            "whole": rng.integers(-(10**15), 10**15, 2000),
            "gaps": np.where(rng.random(2000) < 0.3, np.nan, rng.normal(size=2000)),
            "word": rng.choice(["red", "a, b", 'c "d"', "é 漢"], 2000),
        }
    )
    path = tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    table = read_table(path)
    with path.open(encoding="utf-8", newline="") as file:
        witness = list(csv.DictReader(file))
    for name in frame.columns:  # read as Python reads them, and bit for bit what was written
        read = [row[name] if name == "word" else float(row[name] or "nan") for row in witness]
        np.testing.assert_array_equal(table[name].values, np.array(read, dtype=table[name].values.dtype))
        np.testing.assert_array_equal(table[name].values, frame[name].to_numpy())
    assert table["whole"].integer
    assert not table["small"].integer


@pytest.mark.slow
def test_a_large_file_with_line_breaks_in_cells_is_read_in_parallel(tmp_path):
    """Larger than the parts in which DuckDB reads, which it cuts before it knows where rows begin."""
    rng = np.random.default_rng(0)
    kinds = np.array(["plain", "with, comma", "line\nbreak", 'quote "x"', '\n\nb,"c"\n,', "", "x" * 400], dtype=object)
    texts = kinds[rng.integers(0, len(kinds), 1_000_000)]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["n", "text"])
        writer.writerows(enumerate(texts))
    assert path.stat().st_size > 60e6
    table = read_table(path)
    assert np.array_equal(table["n"].values, np.arange(1_000_000))
    assert [text or "" for text in table["text"].values] == [as_read(text) or "" for text in texts]
