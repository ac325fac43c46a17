"""Any table becomes finite numbers; rows and columns do not disturb each other; what can be undone is undone."""

# ruff: noqa: DTZ001, PD011 (dates without a zone are meant; .values is ours, not that of pandas)

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import operator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import ParameterError, TableError
from glassnet.table.encode_categories import CodeEncoder, OneHotEncoder, PairEncoder
from glassnet.table.encoding import EncodedRows, Encoding
from glassnet.table.frame import Table, as_table
from glassnet.table.roles import Role, choose_roles

finite = st.floats(allow_nan=False, allow_infinity=False)
small = st.floats(-1000, 1000).map(lambda value: round(value, 2))
KINDS = {
    "number": st.one_of(st.none(), finite, small, st.integers(-5, 5)),
    "boolean": st.one_of(st.none(), st.booleans()),
    "text": st.one_of(st.none(), st.sampled_from("abcdefghijkl"), st.text(max_size=2)),
    "date": st.one_of(st.none(), st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)), st.dates().map(str)),
}


@st.composite
def tables(draw):
    """Any table of which something can be learned, and the roles of its columns."""
    n_rows = draw(st.integers(3, 30))
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5))
    columns = {f"c{j}": draw(st.lists(KINDS[kind], min_size=n_rows, max_size=n_rows)) for j, kind in enumerate(kinds)}
    columns["sure"] = [*range(2, n_rows), 0, 0]
    table = as_table(columns)
    return table, choose_roles(table)


def same(first: EncodedRows, second: EncodedRows) -> bool:
    return np.array_equal(first.X, second.X) and np.array_equal(first.codes, second.codes)


def learned(columns, **options) -> Encoding:
    table = as_table(columns)
    return Encoding.learn(table, choose_roles(table), **options)


def encoded(values, columns) -> list:
    """The dense rows of the values of a column "c" that was learned from these values."""
    return learned({"c": columns}).encode(as_table({"c": values})).X.tolist()


@given(tables())
def test_any_table_becomes_finite_numbers(drawn):
    table, roles = drawn
    encoding = Encoding.learn(table, roles)
    rows = encoding.encode(table)
    assert rows.X.dtype == np.float32
    assert rows.X.flags.c_contiguous
    assert rows.X.shape == (table.n_rows, encoding.n_dense) == (len(rows), len(encoding.feature_names))
    assert np.isfinite(rows.X).all()
    assert np.abs(rows.X).max(initial=0) <= 3
    assert rows.codes.dtype == np.int32
    assert rows.codes.shape == (table.n_rows, len(encoding.cardinalities))
    assert (rows.codes >= 0).all()
    assert (rows.codes < encoding.cardinalities).all()
    assert encoding.names == tuple(role.name for role in roles if role.use is not None)


@given(tables(), st.randoms(use_true_random=False))
def test_neither_order_nor_company_matters(drawn, random):
    table, roles = drawn
    encoding = Encoding.learn(table, roles)
    rows = encoding.encode(table)
    names = random.sample(table.names, len(table.names))
    assert same(encoding.encode(table.select(names)), rows)
    some = np.array(random.sample(range(table.n_rows), table.n_rows // 2), dtype=int)
    assert same(encoding.encode(table.take(some)), rows.take(some))
    assert same(encoding.encode(table.take(slice(0, 0))), rows.take(slice(0, 0)))


@given(tables())
def test_json_keeps_everything(drawn):
    table, roles = drawn
    encoding = Encoding.learn(table, roles)
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json(), allow_nan=False)))
    assert again == encoding
    assert same(again.encode(table), encoding.encode(table))
    assert (again.feature_names, again.facts, repr(again)) == (encoding.feature_names, encoding.facts, repr(encoding))


@given(tables())
def test_what_is_decoded_encodes_to_the_same(drawn):
    table, roles = drawn
    encoding = Encoding.learn(table, roles)
    rows = encoding.encode(table)
    decoded = encoding.decode(rows)
    assert decoded.names == encoding.names
    again = encoding.encode(decoded)
    np.testing.assert_array_equal(again.codes, rows.codes)
    for encoder, place in encoding._dense:
        if isinstance(encoder, PairEncoder | OneHotEncoder):
            np.testing.assert_array_equal(again.X[:, place], rows.X[:, place])


def test_numbers_come_back_up_to_the_rounding_of_float32():
    random = np.random.default_rng(0)
    values = np.append(random.normal(50, 10, 1000), np.nan)
    encoding = learned({"c": values, "n": np.append(random.integers(-(10**6), 10**6, 1000), 0)})
    decoded = encoding.decode(encoding.encode(as_table({"c": values, "n": values})))
    assert np.isnan(decoded["c"].values[-1])
    near = np.abs(values - 50) < 20
    np.testing.assert_allclose(decoded["c"].values[near], values[near], rtol=0, atol=10 * 3 * 2.0**-22)


def test_whole_numbers_categories_and_booleans_come_back_exactly():
    data = {
        "age": [20, None, 40, 90, 35] * 4,
        "sex": ["m", "f", None, "m", "f"] * 4,
        "size": ["S", "M", "L", None, "S"] * 4,
        "paid": [True, None, False, True, False] * 4,
        "city": [*"abcdefghij"] * 2,
        "day": [dt.datetime(2024, 1, day) for day in range(1, 21)],
    }
    table = as_table(data)
    encoding = Encoding.learn(table, choose_roles(table))
    decoded = encoding.decode(encoding.encode(table))
    for name, values in data.items():
        column = decoded[name]
        got = [None if gone else value for value, gone in zip(column.values.tolist(), column.missing, strict=True)]
        if name == "day":
            assert all(abs(after - before) < dt.timedelta(seconds=1) for after, before in zip(got, values, strict=True))
        else:
            assert got == values


def test_numbers_by_hand():
    # Median 3, quartiles 2 and 4: z is (x - 3) / 2, then z / sqrt(1 + z^2 / 9).
    expected = [[z / np.sqrt(1 + z * z / 9)] for z in (-1.0, 0.0, 0.5, 48.5)]
    np.testing.assert_array_equal(encoded([1, 3, 4, 100], [1, 2, 3, 4, 100.5]), np.float32(expected))
    # More than half are equal: the quartiles are too, and half the range, 5, takes their place.
    z = 2.0
    assert encoded([10, 0], [0, 0, 0, 0, 10]) == [[np.float32(z / np.sqrt(1 + z * z / 9))], [0.0]]


def test_missing_numbers_are_the_median_and_marked():
    # One of four is missing: the mark has quartiles 0 and 0.25, so 1 becomes 4, clipped to 2.4.
    np.testing.assert_array_equal(encoded([None, 3], [2, 3, 4, None]), np.array([[0, 2.4], [0, 0]], dtype=np.float32))
    assert learned({"c": [2, 3, 4, None]}).feature_names == ("c", "c is missing")
    assert encoded([None, 3], [2, 3, 4]) == [[0.0], [0.0]]  # none was missing in training: no mark


@pytest.mark.parametrize(
    "values",
    [
        [-1.7e308, 1.7e308, 0.0, 1e300],
        [5e-324, 0.0, 1e-310, 3.0],
        [1e300, 1e300, 1e300, -1e308, 1.0],
        [1e16, 1e16 + 2, 1e16 + 4],
        [-1.7976931348623157e308, 1.7976931348623157e308] * 3,
    ],
)
def test_extreme_numbers_stay_finite_and_in_order(values):
    rows = np.array(encoded(values, values))[:, 0]
    assert np.isfinite(rows).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(rows[order]) >= 0).all()
    assert rows.max() > rows.min()
    encoding = learned({"c": values})
    assert np.isfinite(encoding.decode(encoding.encode(as_table({"c": values})))["c"].values).all()


def test_two_categories_are_minus_one_and_one():
    assert encoded(["b", "a", None, "z"], ["b", "a"] * 3) == [[1.0], [-1.0], [0.0], [0.0]]
    assert encoded([True, False, None], [True, False, None]) == [[1.0], [-1.0], [0.0]]
    assert learned({"c": ["b", "a"] * 3}).feature_names == ("c=b",)
    assert learned({"c": [True, False]}).feature_names == ("c",)


def test_a_few_categories_are_one_hot_and_scaled_as_numbers():
    training = [*"aaaaaabbcc"]
    encoding = learned({"c": training})
    assert encoding.feature_names == ("c=a", "c=b", "c=c")
    X = encoding.encode(as_table({"c": ["a", "b", None, "z"]})).X
    for j, category in enumerate("abc"):
        as_number = learned({"c": [float(value == category) for value in training]})
        off, on = as_number.encode(as_table({"c": [0.0, 1.0]})).X[:, 0]
        assert X[:, j].tolist() == [on if value == category else off for value in ("a", "b", None, "z")]
        assert off < on


@given(st.lists(st.booleans(), min_size=2).filter(lambda values: 0 < sum(values) < len(values)))
def test_marks_are_scaled_as_a_column_of_zeros_and_ones(values):
    X = learned({"c": [None if value else i % 2 for i, value in enumerate(values)], "d": [float(v) for v in values]})
    X = X.encode(as_table({"c": [None if value else 1 for value in values], "d": [float(v) for v in values]})).X
    np.testing.assert_allclose(X[:, 1], X[:, -1], rtol=0, atol=2e-7)


def test_many_categories_get_codes_by_frequency():
    training = [*"jjj", *"aabbccddeeffgghhii", "rare", None]
    encoding = learned({"c": training})
    assert (encoding.embedded_names, encoding.cardinalities, encoding.n_dense) == (("c",), (11,), 0)
    rows = encoding.encode(as_table({"c": ["j", "a", "i", "rare", None, "new"]}))
    assert rows.codes.tolist() == [[1], [2], [10], [0], [0], [0]]
    assert rows.X.shape == (6, 0)
    assert encoding.decode(rows)["c"].values.tolist() == ["j", "a", "i", None, None, None]
    assert learned({"c": training}, max_categories=9).cardinalities == (10,)
    few = learned({"c": training}, max_categories=3)
    assert few.roles[0].reason == "3 categories, one-hot"
    assert few.feature_names == ("c=a", "c=b", "c=j")
    wide = learned({"c": training}, embedding_from=100)
    assert (wide.n_dense, wide.cardinalities, wide.roles[0].use) == (10, (), "category")


@pytest.mark.parametrize(
    ("training", "later"),
    [
        (pd.Categorical([3, 4, 5] * 3), [3.0, 4.0, 5.0] * 3),
        (["3", "4", "5"] * 3, [3.0, 4.0, 5.0] * 3),
        (["03", "04", "05"] * 3, [3, 4, 5] * 3),
        (["true", "false", "maybe"] * 3, [True, False, None] * 3),
        (["True", "False"] * 3, [True, False] * 3),
        ([True, False] * 3, ["true", "False"] * 3),
        ([True, False] * 3, [1, 0.0] * 3),
        ([True, False] * 3, ["1", "0"] * 3),
        ([2.5, 1.5] * 3, ["2.50", " 1.5 "] * 3),
        ([1, 0] * 3, [True, False] * 3),
        (pd.Categorical(pd.to_datetime(["2024-01-31", "2024-02-01"] * 3)), [dt.date(2024, 1, 31), dt.date(2024, 2, 1)]),
    ],
)
def test_the_same_values_in_another_type_encode_alike(training, later):
    encoding = learned({"c": training})
    n = len(later)
    expected = encoding.encode(as_table({"c": training})).X[:n]
    got = encoding.encode(as_table({"c": later})).X
    present = [value is not None for value in later]
    np.testing.assert_array_equal(got[present], expected[present])
    assert np.ptp(got) > 0


def test_categories_of_numbers_meet_text():
    table = as_table({"zip": [101.0, 202.0, 303.0] * 3})
    encoding = Encoding.learn(table, choose_roles(table, categorical=["zip"]))
    assert encoding.feature_names == ("zip=101", "zip=202", "zip=303")
    X = encoding.encode(table).X[:3]
    for later in (["101", "202.0", "303"], [101, 202, 303], pd.Categorical([101, 202, 303])):
        np.testing.assert_array_equal(encoding.encode(as_table({"zip": later})).X, X)


def test_texts_are_compared_as_they_are():
    encoding = learned({"c": ["7", "007", "a"] * 3})
    assert encoding.feature_names == ("c=007", "c=7", "c=a")
    assert encoding.decode(encoding.encode(as_table({"c": ["007", "7", "7.0", "A"]})))["c"].values.tolist() == [
        "007",
        "7",
        None,
        None,
    ]


def test_dates_by_hand():
    # Mondays at noon and midnight, in the first and the last days of a leap year.
    training = [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, 12), dt.datetime(2024, 12, 30), None]
    encoding = learned({"when": training})
    assert encoding.feature_names == (
        "when",
        "when is missing",
        "when (time of day, sine)",
        "when (time of day, cosine)",
        "when (day of year, sine)",
        "when (day of year, cosine)",
    )
    X = encoding.encode(as_table({"when": [*training, dt.datetime(2024, 7, 2, 6)]})).X
    turn = 2 * np.pi * 364 / 366  # December 30 is day 364, counted from 0
    expected = [[0, 1, 0, 1], [0, -1, 0, 1], [0, 1, np.sin(turn), np.cos(turn)], [0, 0, 0, 0], [1, 0, 0, -1]]
    np.testing.assert_allclose(X[:, 2:], expected, rtol=0, atol=1e-7)
    assert X[3, 0] == 0
    assert X[0, 0] < X[1, 0] < X[4, 0] < X[2, 0]


def test_weekdays_go_round():
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=k) for k in range(21)]
    names = learned({"when": days}).feature_names
    X = learned({"when": days}).encode(as_table({"when": days})).X
    sine, cosine = (X[:, names.index(f"when (weekday, {part})")] for part in ("sine", "cosine"))
    np.testing.assert_array_equal(sine[:7], sine[7:14])
    np.testing.assert_allclose(np.arctan2(sine, cosine)[:4], 2 * np.pi * np.arange(4) / 7, atol=1e-6)


def test_dates_may_come_as_text():
    days = [dt.datetime(2024, 1, 1, 12), dt.datetime(2024, 2, 29), None]
    encoding = learned({"when": days})
    expected = encoding.encode(as_table({"when": days})).X
    for later in (["2024-01-01 12:00", "2024-02-29", ""], ["2024-01-01T13:00:00+01:00", " 20240229", None]):
        np.testing.assert_array_equal(encoding.encode(as_table({"when": later})).X, expected)


def test_numbers_may_come_as_text_or_booleans():
    encoding = learned({"c": [1.0, 0.0, None, 25.0]})
    expected = encoding.encode(as_table({"c": [1.0, 0.0, None, 25.0]})).X
    np.testing.assert_array_equal(encoding.encode(as_table({"c": ["1", " 0.0", " ", "2.5e1"]})).X, expected)
    np.testing.assert_array_equal(encoding.encode(as_table({"c": [True, False, None]})).X, expected[:3])


@pytest.mark.parametrize(
    "training", [[1.0, 2.0], [True, False], ["a", "b"] * 2, [dt.date(2024, 1, 1), dt.date(2024, 1, 2)]]
)
def test_a_column_may_be_missing_in_all_later_rows(training):
    encoding = learned({"c": training})
    nothing = [None, None]
    for later in (nothing, pd.Series(nothing, dtype="string"), pd.Series(nothing, dtype="datetime64[ns]")):
        assert not encoding.encode(as_table({"c": later})).X.any()


@pytest.mark.parametrize(
    ("training", "later", "message"),
    [
        ([1.5, 2.5], ["1", "two"], 'column "c" of f.csv must hold numbers; row 2 is "two"'),
        ([1.5, 2.5], ["1", "1_000"], 'must hold numbers; row 2 is "1_000"'),
        ([1.5, 2.5], [None, dt.date(2024, 1, 1)], 'must hold numbers; row 2 is "2024-01-01"'),
        ([1.5, 2.5], [np.nan, np.inf], "must hold finite numbers; row 2 is infinity"),
        ([1.5, 2.5], ["1", "-inf"], "must hold finite numbers; row 2 is -infinity"),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 2)], ["2024-01-01", "1.2.2024"], 'hold dates; row 2 is "1.2.2024"'),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 2)], [None, 5], 'must hold dates; row 2 is "5"'),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 2)], [None, True], 'must hold dates; row 2 is "True"'),
    ],
)
def test_values_that_cannot_be_read_are_named_with_their_row(training, later, message):
    encoding = learned({"c": training})
    table = Table(as_table({"c": later}).columns, 2, "f.csv", first_row=1)
    with pytest.raises(TableError, match=message):
        encoding.encode(table)
    shuffled = table.take(np.array([1, 0]))
    with pytest.raises(TableError, match=message):
        encoding.encode(shuffled)


def test_columns_that_are_not_there_are_all_named():
    encoding = learned({"age": [1, 2], "income": [1, 3], "left": ["x", "x"]})
    with pytest.raises(TableError, match=r'"age", "income" are missing. The nearest: "Age". Columns: Age'):
        encoding.encode(as_table({"Age": [1]}))
    with pytest.raises(TableError, match='"income" is missing'):
        Encoding.learn(as_table({"age": [1, 2]}), encoding.roles)


def test_roles_tell_what_was_learned():
    table = as_table({"c": [*"aabbccdd"] * 3, "id": ["x"] * 24})
    roles = choose_roles(table)
    part = table.take(table["c"].values < "c")
    encoding = Encoding.learn(part, roles)
    assert encoding.roles == (Role("c", "category", "2 categories"), roles[1])
    assert repr(encoding) == "Encoding(1 columns, 1 left out -> 1 dense, 0 embedded: c)"
    rare = table.take(np.array([0, 2, 4]))
    with pytest.raises(TableError, match=r'no column to learn from. Left out: "c" \(0 categories, one-hot\)'):
        Encoding.learn(rare, roles)


def test_categories_that_are_all_rare_in_the_rows_to_learn_from_have_no_column():
    table = as_table({"c": [*"aabbcc"], "n": [1, 2, 3, 4, 5, 7]})
    encoding = Encoding.learn(table.take(np.array([0, 2, 4])), choose_roles(table))
    assert encoding.feature_names == ("n",)
    assert encoding.decode(encoding.encode(table))["c"].n_missing == 6


def test_rows_of_weight_zero_are_left_out():
    data = {"n": [1.0, 2.0, 3.0, 1000.0, None], "c": ["a", "a", "b", "b", "b"]}
    table = as_table(data)
    roles = choose_roles(table)
    weighted = Encoding.learn(table, roles, sample_weight=np.array([1.0, 2.0, 1.0, 0.0, 0.0]))
    assert weighted == Encoding.learn(table.take(slice(0, 3)), roles)
    assert Encoding.learn(table, roles, sample_weight=np.ones(5)) == Encoding.learn(table, roles)


def test_text_that_was_asked_to_be_numbers():
    table = as_table({"c": ["1", "2", " 3", None]})
    encoding = Encoding.learn(table, choose_roles(table, numeric=["c"]))
    numbers = as_table({"c": [1, 2, 3, None]})
    assert same(encoding.encode(table), learned({"c": [1, 2, 3, None]}).encode(numbers))
    assert encoding.decode(encoding.encode(table))["c"].integer


def test_facts_are_sentences():
    data = {
        "age": [20, 30, 40, 50, None] * 4,
        "sex": ["m", "f"] * 10,
        "size": ["S", "M", "L", "L"] * 5,
        "city": [*"abcdefghij"] * 2,
        "day": [dt.date(2024, 1, day) for day in range(1, 21)],
    }
    assert learned(data).facts == (
        "age: (x - 35) / 15, clipped smoothly at ±3; missing values count as 35 and are marked",
        "sex: -1 is f, 1 is m, 0 is anything else",
        "size: one column for each of 3 categories, scaled",
        "city: one learned vector for each of 10 categories, and one for anything else",
        "day: seconds since 1970, weekday, day of year",
    )
    assert learned({"n": [1.5, 2.5]}).facts == ("n: (x - 2) / 0.5, clipped smoothly at ±3; missing values count as 2",)


def test_encoders_and_rows_show_what_they_are():
    assert repr(CodeEncoder("c", "text", tuple("abcde"))) == 'CodeEncoder("c", 5: a, b, c, d, …)'
    rows = learned({"c": [1, 2], "d": [True, False]}).encode(as_table({"c": [1], "d": [True]}))
    assert repr(rows) == "EncodedRows(1 rows, 2 dense columns, 0 embedded)"


DESCRIPTION = learned(
    {
        "n": [1, 2, None] * 6,
        "p": ["a", "b"] * 9,
        "o": ["a", "b", "c"] * 6,
        "e": [*"abcdefghi"] * 2,
        "d": [dt.date(2024, 1, 1 + i) for i in range(18)],
        "left": ["x"] * 18,
    }
).to_json()


def paths(value, path=()):
    """Every place in a description."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, key))


def accepted(description) -> Encoding | None:
    """The encoding of a description, None if it is refused with a place."""
    try:
        return Encoding.from_json(description)
    except ParameterError as error:
        if not str(error).startswith("encoding"):
            raise
    return None


@pytest.mark.parametrize("path", [*paths(DESCRIPTION)], ids=lambda path: ".".join(map(str, path)))
def test_a_description_that_was_changed_is_refused_or_means_what_it_says(path):
    for wrong in ({}, [], -7, 0.5, "wrong", ["x", "x"], math.nan, math.inf, 10**400, True, None, "gone"):
        changed = json.loads(json.dumps(DESCRIPTION))
        inner = functools.reduce(operator.getitem, path[:-1], changed)
        if wrong == "gone":
            del inner[path[-1]]
        else:
            inner[path[-1]] = wrong
        encoding = accepted(changed)
        assert encoding is None or json.dumps(encoding.to_json()) == json.dumps(changed).replace("-7,", "-7.0,")


@pytest.mark.parametrize(
    ("path", "wrong", "message"),
    [
        (
            ("columns", 0, "scale", "center"),
            math.nan,
            "encoding.columns[0].scale.center must be a finite number; got nan",
        ),
        (
            ("columns", 0, "scale", "width"),
            -1.0,
            "encoding.columns[0].scale.width must be a number within its bounds; got -1.0",
        ),
        (
            ("columns", 0, "missing", "on"),
            9.0,
            "encoding.columns[0].missing.on must be a number within its bounds; got 9.0",
        ),
        (
            ("columns", 1, "categories"),
            ["a"],
            "encoding.columns[1].categories must be a list of the right length; got ['a']",
        ),
        (
            ("columns", 1, "kind"),
            "int",
            'encoding.columns[1].kind must be one of number, boolean, text, date; got "int"',
        ),
        (("columns", 2, "levels"), [], "encoding.columns[2].levels must be a list of the right length; got []"),
        (
            ("columns", 3, "categories", 1),
            "a",
            "encoding.columns[3].categories must be a list of different texts; got ['a', 'a', 'c',",
        ),
        (
            ("columns", 4, "parts", 0),
            "month",
            'encoding.columns[4].parts must be one of time of day, weekday, day of year; got "month"',
        ),
        (
            ("columns", 0, "encoder"),
            "numbers",
            'encoding.columns[0].encoder must be one of number, date, pair, one_hot, code; got "numbers"',
        ),
        (("columns", 0, "integer"), 1, "encoding.columns[0].integer must be true or false; got 1"),
        (("columns", 0), 5, "encoding.columns[0] must be a JSON object; got 5"),
        (
            ("roles", 0, "use"),
            "numbers",
            'encoding.roles[0].use must be one of number, boolean, category, embedding, date; got "numbers"',
        ),
        (
            ("roles", 0, "use"),
            None,
            "encoding.columns must be one entry for each role with a use; got ['n', 'p', 'o', 'e', 'd']",
        ),
        (
            ("roles", 5, "name"),
            "n",
            "encoding.columns must be one entry for each role with a use; got ['n', 'p', 'o', 'e', 'd']",
        ),
    ],
)
def test_a_damaged_description_is_refused_with_the_place(path, wrong, message):
    damaged = json.loads(json.dumps(DESCRIPTION))
    functools.reduce(operator.getitem, path[:-1], damaged)[path[-1]] = wrong
    with pytest.raises(ParameterError) as raised:
        Encoding.from_json(damaged)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("description", [None, [], 5, {}, {"roles": [], "columns": 5}])
def test_what_is_no_description_is_refused(description):
    with pytest.raises(ParameterError, match=r"^encoding"):
        Encoding.from_json(description)


def test_blocks_of_rows_do_not_show():
    random = np.random.default_rng(0)
    n = 10_000
    table = as_table({"a": random.normal(size=n), "c": random.choice([*"abc"], n), "d": random.choice([*"ab"], n)})
    encoding = Encoding.learn(table, choose_roles(table))
    rows = encoding.encode(table)
    for start in (0, 4095, 4096, 9999):
        assert same(encoding.encode(table.take(slice(start, start + 1))), rows.take(slice(start, start + 1)))


def test_blanks_around_a_category_do_not_count_unless_they_tell_two_apart():
    learned = as_table({"work": [" Private", " State", " Self"] * 10})
    encoding = Encoding.learn(learned, choose_roles(learned))
    bare = as_table({"work": ["Private", "State ", "Self", "  ", None]})
    np.testing.assert_array_equal(encoding.encode(bare).X[:3], encoding.encode(learned).X[:3])
    np.testing.assert_array_equal(encoding.encode(bare).X[3], encoding.encode(bare).X[4])
    both = as_table({"work": ["a", " a", "b"] * 10})
    rows = Encoding.learn(both, choose_roles(both)).encode(both).X
    assert len(np.unique(rows, axis=0)) == 3


@given(tables(), st.data())
def test_some_rows_of_a_table_teach_what_a_table_of_them_does(drawn, data):
    table, roles = drawn
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))), dtype=bool)

    def learned(**options):
        try:
            return Encoding.learn(options.pop("table", table), roles, **options)
        except TableError as error:
            return str(error)

    expected = learned(table=table.take(np.flatnonzero(flags)))
    assert learned(rows=flags) == expected
    weight = data.draw(st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=len(table), max_size=len(table)))
    both = flags & (np.array(weight) != 0)
    assert learned(rows=flags, sample_weight=weight) == learned(table=table.take(np.flatnonzero(both)))
