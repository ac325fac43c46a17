"""JSON lines and arrays of objects to the columns that the same data have as CSV."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thinning import examples

from glassnet.errors import TableFileError
from glassnet.table.files import describe_file, read_table

NAN = float("nan")


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.jsonl", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return read_table(path, **options)

    return read


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"a": 1, "b": "x"}\n{"b": "y", "c": true}\n'),
        ("a.ndjson", '\ufeff{"a": 1, "b": "x"}\r\n\r\n{"b": "y", "c": true}'),
        ("a.json", '[{"a": 1, "b": "x"},\n {"b": "y", "c": true}]\n'),
        ("a.json", ' \n[{"a":1,"b":"x"},{"b":"y","c":true}]'),
        ("a.json", '{"a": 1, "b": "x"}\n{"b": "y", "c": true}\n'),
        ("a.jsonl", '[{"a": 1, "b": "x"}, {"b": "y", "c": true}]'),
        ("a.jsonl.gz", gzip.compress(b'{"a": 1, "b": "x"}\n{"b": "y", "c": true}\n')),
        ("a.jsonl", '{"a": 1, "b": "x"}\n{"b": "y", "c": true}\n'.encode("utf-16")),
    ],
)
def test_objects_are_rows(read, name, text):
    table = read(text, name)
    assert table.names == ("a", "b", "c")
    assert (table.source, table.first_row, table.n_rows) == (name, 1, 2)
    np.testing.assert_array_equal(table["a"].values, [1, NAN])
    assert table["b"].values.tolist() == ["x", "y"]
    assert table["c"].kind == "boolean"
    np.testing.assert_array_equal(table["c"].values, [NAN, 1])


def test_values_are_what_their_text_says(read):
    table = read(
        '{"n": 1.5, "s": "31", "m": "NA", "d": "2024-02-29", "l": [1, {"x": "y"}], "z": null, "u": "\\u00e9\\n",'
        ' "i": NaN}\n'
        '{"n": 1e-7, "s": 7, "m": null, "d": null, "l": {"k": 1}, "u": " ", "i": -1}\n'
    )
    assert [column.kind for column in table.columns] == [
        "number", "number", "number", "date", "text", "number", "text", "number",
    ]  # fmt: skip
    assert table["n"].values.tolist() == [1.5, 1e-7]
    assert table["s"].values.tolist() == [31, 7]
    assert [json.loads(text) for text in table["l"].values] == [[1, {"x": "y"}], {"k": 1}]
    assert table["u"].values.tolist() == ["é", None]
    np.testing.assert_array_equal(table["i"].values, [NAN, -1])


def test_large_whole_numbers_keep_their_digits(read):
    assert read('{"id": 9007199254740993}\n{"id": 1}\n')["id"].values.tolist() == ["9007199254740993", "1"]


def test_keys_may_be_anything(read):
    keys = ["a/b", "c~d", "~1", 'e"f', "it's", "a", "A", "", "0", "漢字", "x.y", "$", "a\nb", "*"]
    table = read(json.dumps({key: i for i, key in enumerate(keys)}))
    assert table.names == tuple(key or "column 8" for key in keys)
    assert [column.values.tolist() for column in table.columns] == [[i] for i in range(len(keys))]


@pytest.mark.parametrize("line", ['{"a": 2', "[1, 2]", "5", '"x"', '{"a": 1} {"a": 2}', "{'a': 1}", "null", "a,b"])
def test_a_bad_line_is_named_or_left_out(read, line):
    text = f'{{"a": 1}}\n\n{line}\n{{"a": 3}}\n'
    with pytest.raises(TableFileError) as caught:
        read(text)
    assert str(caught.value) == (
        f'a.jsonl, line 3: every line must be one JSON object, as {{"age": 31}}; got "{line}". '
        "--skip-bad-rows leaves such rows out and counts them (in Python: skip_bad_rows=True)"
    )
    table = read(text, skip_bad_rows=True)
    assert table["a"].values.tolist() == [1, 3]
    assert table.skipped == 1
    assert table.rows is not None
    assert table.rows.tolist() == [0, 2]


def test_lines_that_are_all_bad_are_an_error(read):
    with pytest.raises(TableFileError, match="none of the 2 rows can be read"):
        read("x\ny\n", skip_bad_rows=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": 2', "a.json is no JSON: it goes wrong in line 2, column 9. Is the file complete?"),
        ('[{"a": 1}, 5]', "a.json must hold rows: an array of objects"),
        ('{"a": {"0": 1},\n "b": {"0": 2}}', "a.json must hold rows: an array of objects"),
        ("[[1, 2], [3, 4]]", "a.json must hold rows: an array of objects"),
        ("[" * 100_000, "a.json "),
        ("[]", "a.json has no columns"),
        ("{}\n{}\n", "a.json has no columns"),
        ("", "a.json is empty"),
        (" \n\n", "a.json is empty"),
    ],
)
def test_what_holds_no_rows_is_refused(read, text, message):
    with pytest.raises(TableFileError) as caught:
        read(text, "a.json")
    assert str(caught.value).startswith(message)


def test_an_array_is_never_cut(read):
    with pytest.raises(TableFileError, match="is no JSON"):
        read('[{"a": 1},\n {"a": 2', "a.json", skip_bad_rows=True)


def test_facts(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_bytes('{"a": "Zoë"}'.encode("cp1252"))
    facts = describe_file(path)
    assert (facts.format, facts.encoding, facts.guessed, facts.delimiter) == ("JSON", "cp1252", True, None)


def test_rows_keep_their_order(read):
    """More rows than one thread of DuckDB takes at a time."""
    table = read("".join(f'{{"n": {i}, "t": " x{i % 7}"}}\n' for i in range(300_000)))
    assert np.array_equal(table["n"].values, np.arange(300_000))
    assert table["t"].values[-1] == f"x{299_999 % 7}"


@examples(12, 60)
def test_what_pythons_json_module_writes_is_read(tmp_path, examples):
    @settings(max_examples=examples)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "n": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                    "t": st.none() | st.text(max_size=5),
                }
            ),
            min_size=1,
            max_size=5,
        ),
        st.booleans(),
    )
    def is_read(objects, ascii_only):
        # Letters around keep texts from being numbers, dates or missing.
        objects = [{**o, "t": o["t"] and f"<{o['t']}>".replace("\0", "")} for o in objects]
        path = tmp_path / "a.jsonl"
        text = "\n".join(json.dumps(o, ensure_ascii=ascii_only) for o in objects)
        path.write_text(text, encoding="utf-8", errors="ignore", newline="")
        table = read_table(path)
        expected = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")]
        np.testing.assert_array_equal(table["n"].values, [NAN if o["n"] is None else o["n"] for o in expected])
        texts = [o["t"] or None for o in expected]
        if any(texts):
            assert table["t"].values.tolist() == texts
        else:
            assert np.isnan(table["t"].values).all()

    is_read()
