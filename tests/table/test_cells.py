"""Which kind a column of text is, decided by all of its cells."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.table import cells
from glassnet.table.files import read_table

NAN = float("nan")


@pytest.fixture
def column(tmp_path):
    def read(*texts, quote=False):
        mark = '"' if quote else ""
        path = tmp_path / "a.csv"
        path.write_text("name,other\n" + "".join(f"{mark}{text}{mark},x\n" for text in texts), encoding="utf-8")
        return read_table(path, delimiter=",")["name"]

    return read


def assert_values(column, kind, values):
    assert column.kind == kind
    if kind == "number":
        np.testing.assert_array_equal(column.values, values)
        assert column.values.dtype == np.float64
    else:
        assert column.values.tolist() == values


@pytest.mark.parametrize(
    "missing", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", ".", " ", "\t", " ? ", "\u3000"]
)
@pytest.mark.parametrize("quote", [False, True])
def test_missing_cells(column, missing, quote):
    found = column("1", missing, "2.5", quote=quote)
    assert_values(found, "number", [1, NAN, 2.5])
    assert_values(column("a", missing, "b", quote=quote), "text", ["a", None, "b"])
    assert_values(column(missing, missing, quote=quote), "number", [NAN, NAN])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1.5", -1.5),
        ("+2", 2),
        (".5", 0.5),
        ("5.", 5),
        ("1e-3", 1e-3),
        ("1E5", 1e5),
        (" 7", 7),
        ("7  ", 7),
        ("\t7\u00a0", 7),
        ("0", 0),
        ("0.1", 0.1),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("-0.30000000000000004", -0.30000000000000004),
        ("inf", float("inf")),
        ("-Infinity", -float("inf")),
    ],
)
def test_numbers(column, text, value):
    assert_values(column(text, "3"), "number", [value, 3])


@pytest.mark.parametrize(
    "word", ["x", "1,5x", "1_000", "+-1", "0x10", "12%", "$5", "1 000", "--1", "１", "1e", "2020-01"]
)
def test_one_word_among_numbers_makes_text(column, word):
    assert column("1", word.replace(",", "."), "2").kind == "text"


def test_a_word_in_row_30_000_makes_text(column):
    found = column(*map(str, range(30_000)), "x")
    assert found.kind == "text"
    assert found.values[[0, 29_999, 30_000]].tolist() == ["0", "29999", "x"]


def test_whole_numbers_are_known_as_such(column):
    assert column("1", "2.0", "").integer
    assert not column("1", "2.5").integer


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("01067", "80331"), "text"),
        ((" 01067", "80331 "), "text"),
        (("00", "11"), "text"),
        (("01067", "?", "80331"), "text"),
        (("007", "1234"), "number"),  # of different lengths, so no code
        (("0", "1"), "number"),
        (("0.50", "0.75"), "number"),
        (("10", "20"), "number"),
        (("-01", "-02"), "number"),
    ],
)
def test_codes_with_leading_zeros_stay_text(column, texts, kind):
    assert column(*texts).kind == kind


def test_codes_keep_their_zeros(column):
    assert column("01067", "80331").values.tolist() == ["01067", "80331"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("9007199254740992", "1"), "number"),  # 2**53
        (("9007199254740993", "1"), "text"),  # would become ...992
        (("-9007199254740993",), "text"),
        (("12345678901234567890123456789012345678901234567890",), "text"),
        (("100000000000000000000", "1"), "number"),  # exact
        (("9007199254740993", "0.5"), "number"),  # no whole numbers, so no names of something
        (("9007199254740993.0",), "number"),
        (("1e300",), "number"),
    ],
)
def test_whole_numbers_that_would_lose_digits_stay_text(column, texts, kind):
    assert column(*texts).kind == kind


@pytest.mark.parametrize("words", [("true", "false"), ("True", "False"), ("TRUE", "FALSE"), (" true", "False ")])
def test_booleans(column, words):
    found = column(*words, "")
    assert found.kind == "boolean"
    np.testing.assert_array_equal(found.values, [1, 0, NAN])


@pytest.mark.parametrize("words", [("yes", "no"), ("true", "1"), ("t", "f")])
def test_other_words_are_text(column, words):
    assert_values(column(*words), "text", list(words))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024/2/29", "2024-02-29"),
        ("2024-02-29 12:30", "2024-02-29T12:30"),
        ("2024-02-29T12:30:05", "2024-02-29T12:30:05"),
        ("2024-02-29 12:30:05.123456", "2024-02-29T12:30:05.123456"),
        ("2024-02-29T12:30:05Z", "2024-02-29T12:30:05"),
        ("2024-02-29T12:30:05+02:00", "2024-02-29T10:30:05"),
        ("2024-02-29 23:30:05-08", "2024-03-01T07:30:05"),
        (" 0101-01-01 ", "0101-01-01"),
    ],
)
def test_dates(column, text, moment):
    found = column(text, "?", "1970-01-01")
    assert found.kind == "date"
    assert found.values.dtype == "datetime64[us]"
    np.testing.assert_array_equal(found.values, np.array([moment, "NaT", "1970-01-01"], dtype="datetime64[us]"))


@pytest.mark.parametrize(
    "word", ["2024-02-30", "2024-13-01", "29.02.2024", "02/29/2024", "12:30", "infinity", "epoch", "2024-02-29x"]
)
def test_what_is_no_iso_date_makes_text(column, word):
    assert_values(column("2024-02-28", word), "text", ["2024-02-28", word])


def test_text_loses_the_blanks_around_it(column):
    assert_values(
        column(" Private", "State gov ", "a\u00a0b", quote=True), "text", ["Private", "State gov", "a\u00a0b"]
    )


@pytest.mark.parametrize("limit", [2, 1024])
def test_many_columns_are_of_the_kinds_that_few_are(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(cells, "WIDE", limit)
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,d,e\n1,x,true,2024-02-29,\n 2,?,false,?,NA\n", encoding="utf-8")
    assert [column.kind for column in read_table(path).columns] == ["number", "text", "boolean", "date", "number"]


WORDS = {
    "words": ["red", "green", "", "blue", "red", "?"],
    "blanks": ["red", " red", "red  ", "", " ", "\tgreen"],
    "numbers": ["1", "2.5", "", "-3", "1e3", "4"],
    "numbers with blanks": [" 1", "2.5 ", "", "-3", " ? ", "4"],
    "a word among numbers": ["1", "2", "3", "", "five", "6"],
    "codes": ["001", "012", "", "123", "001", "999"],
    "large numbers": ["9007199254740993", "1", "", "2", "3", "4"],
    "odd numbers": ["1_000", "2", "", "3", "4", "5"],
    "truth": ["true", "False", "", "TRUE", "false", "true"],
    "dates": ["2024-02-29", "2024/3/1", "", "2024-03-01 12:30", "2024-03-01T12:30Z", "1999-12-31"],
    "no date": ["2024-02-30", "2024-03-01", "", "2024-03-01", "2024-03-01", "2024-03-01"],
    "nothing": ["", "NA", "?", ".", "", "null"],
    "the same": ["x", "x", "x", "x", "x", "x"],
    "chinese": ["北京", "上海", "", "北京\u3000", "\u00a0上海", "é"],
}


@pytest.mark.parametrize("only", [None, *WORDS])
def test_many_rows_are_read_as_few_are(tmp_path, monkeypatch, only):
    """Long columns are judged by their different cells, and columns of words by their first rows: nothing changes."""
    columns = WORDS if only is None else {only: WORDS[only], "other": list("abcdef")}
    rows = ["\t".join(f'"{cell}"' for cell in row) for row in zip(*columns.values(), strict=True)]

    def read(times):
        path = tmp_path / f"{times}.tsv"
        path.write_text("\n".join(["\t".join(columns), *rows * times]) + "\n", encoding="utf-8")
        return read_table(path)

    few = read(4)
    monkeypatch.setattr(cells, "MANY", 1)
    monkeypatch.setattr(cells, "HEAD", 2)
    many = read(200)
    for name in columns:
        assert repr(many[name].renamed("x").take(slice(0, 24))) == repr(few[name].renamed("x"))
        assert many[name].integer == few[name].integer
        np.testing.assert_array_equal(many[name].values[:24], few[name].values)
        np.testing.assert_array_equal(many[name].values, np.tile(few[name].values[:6], 200))
        for found, expected in zip(many[name].factorize(), few[name].factorize(), strict=True):
            np.testing.assert_array_equal(found[:24], expected)


def test_texts_that_hardly_repeat_are_read_one_by_one(tmp_path):
    path = tmp_path / "a.csv"
    texts = [f"name {i}" for i in range(cells.MANY)]
    path.write_text("\n".join(["name,color", *(f"{text},red" for text in texts)]) + "\n", encoding="utf-8")
    table = read_table(path)
    assert table["name"].values.tolist() == texts
    assert table["color"].levels.labels == ["red"]
