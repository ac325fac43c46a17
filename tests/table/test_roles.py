"""Each column's use, and the columns that are left out."""

# ruff: noqa: DTZ001, PD011 (dates without a zone are meant; .values is ours, not that of pandas)

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from glassnet.errors import TableError
from glassnet.table.frame import Table, as_table
from glassnet.table.roles import Role, choose_roles, frequent_categories

N = 40
HELP = {"help": [*range(N // 2)] * 2}  # a column that is used, so that there is one


def role(values, **asked) -> Role:
    """The role of a column "c" with these values."""
    table = as_table({"c": values, "help": [i % 3 for i in range(len(values))]})
    return choose_roles(table, **{purpose: ["c"] for purpose in asked})[0]


def different(n, start=0):
    return [f"name {i}" for i in range(start, start + n)]


@pytest.mark.parametrize(
    ("values", "use", "reason"),
    [
        ([1.5, 2.5] * 20, "number", "number"),
        ([*range(20)] * 2, "number", "number"),
        ([True, False, None, True], "boolean", "true or false"),
        (["a", "b"] * 20, "category", "2 categories"),
        ([*"abcdefgh"] * 5, "category", "8 categories, one-hot"),
        ([*"abcdefghi"] * 4, "embedding", "9 categories, embedded"),
        (["a", "a", None], "category", "1 category, one-hot"),
        ([*"aaabbb", "once", "one"], "category", "2 categories"),
        ([*"abcdefgh"] * 2 + ["rare", "too"], "category", "8 categories, one-hot"),
        (pd.Categorical([3, 4] * 20), "category", "2 categories"),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 8)], "date", "date: seconds since 1970, day of year"),
        (
            [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 3)],
            "date",
            "date: seconds since 1970, time of day, weekday, day of year",
        ),
    ],
)
def test_use_of_each_kind(values, use, reason):
    assert role(values) == Role("c", use, reason, "")


@pytest.mark.parametrize(
    ("values", "code", "reason"),
    [
        ([5.0] * 10, "constant", "the same value in all rows"),
        (["x"] * 10, "constant", "the same value in all rows"),
        ([True] * 10, "constant", "the same value in all rows"),
        ([dt.date(2024, 1, 1)] * 10, "constant", "the same value in all rows"),
        ([None] * 10, "all_missing", "all values are missing"),
        (pd.Series([None] * 10, dtype="string"), "all_missing", "all values are missing"),
        (different(20), "all_different", "all values are different"),
        ([*different(20), *[None] * 20], "all_different", "all values are different"),
        ([*different(N - 1), "name 0"], "all_different", "almost all values are different"),
        (different(5), "all_different", "all values are different"),
        (list(range(7, 7 + N)), "row_counter", "counts the rows"),
        (list(np.random.default_rng(0).permutation(N)), "row_counter", "counts the rows"),
    ],
)
def test_columns_that_cannot_help_are_left_out(values, code, reason):
    assert role(values) == Role("c", None, reason, code)


@pytest.mark.parametrize(
    ("values", "use"),
    [
        ([5.0] * 9 + [None], "number"),  # whether it is missing may tell something
        (["x"] * 9 + [None], "category"),
        ([True] * 9 + [None], "boolean"),
        ([dt.date(2024, 1, 1)] * 9 + [None], "date"),
        ([*different(N - 2), "name 0", "name 1"], "category"),  # 95% and no more: 38 of 40
        ([*different(10), *different(9)], "embedding"),  # too few rows to tell
        (list(range(19)), "number"),  # too few rows to tell
        ([*range(N - 1), N], "number"),  # a gap
        ([*range(N - 2), 5, N - 1], "number"),  # as far apart as rows, but one number twice
        ([*range(N - 1), None], "number"),
        ([i + 0.5 for i in range(N)], "number"),
    ],
)
def test_columns_that_only_look_as_if_they_could_not_help_are_used(values, use):
    assert role(values).use == use


def test_a_counter_is_seen_in_a_part_of_the_rows_too():
    table = as_table({"id": list(range(100, 160)), "a": [*range(30)] * 2})
    part = table.take(np.random.default_rng(0).permutation(60)[:48])
    assert [r.code for r in choose_roles(part)] == ["row_counter", ""]
    shuffled = as_table({"id": part["id"].values[::-1], "a": part["a"].values})
    assert [r.use for r in choose_roles(shuffled)] == ["number", "number"]


def test_what_is_asked_for_is_done():
    zips = [i % 4 for i in range(N)]
    assert role(zips, categorical=1).reason == "4 categories, one-hot"
    assert role([f" {i % 7}.5" for i in range(N)], numeric=1) == Role("c", "number", "number")
    assert role(list(range(N)), numeric=1) == Role("c", "number", "number")
    assert role(zips, ignore=1) == Role("c", None, "asked for", "asked")
    assert role([np.inf] * N, ignore=1).code == "asked"
    assert role([True, False] * 20, numeric=1).use == "boolean"
    assert role([True, False] * 20, categorical=1).use == "category"
    assert role([dt.date(2024, 1, 1), dt.date(2025, 1, 1)] * 20, categorical=1).reason == "2 categories"
    assert role([5] * N, categorical=1).code == "constant"
    assert role([*different(N - 1), "name 0"], categorical=1).reason == "1 category, one-hot"
    assert role(different(N), categorical=1).code == "all_different"
    table = as_table({"zip": zips, **HELP})
    assert choose_roles(table, categorical="zip")[0].use == "category"  # one name, not three letters


@pytest.mark.parametrize("purpose", ["categorical", "numeric", "ignore"])
def test_names_must_be_there(purpose):
    with pytest.raises(TableError, match=r'X has no column "halp". The nearest: "help"'):
        choose_roles(as_table(HELP), **{purpose: ["halp"]})


def test_a_column_has_one_use():
    with pytest.raises(TableError, match='"help" is in categorical and in ignore'):
        choose_roles(as_table(HELP), categorical=["help"], ignore=["help"])


def test_values_that_cannot_be_used_are_named_with_their_row():
    columns = as_table({"a": ["1", "x", "2"], "b": [1, -np.inf, 2], "c": [dt.date(2024, 1, 1)] * 3}).columns
    table = Table(columns, 3, "f.csv", first_row=1)
    with pytest.raises(TableError, match=r'column "a" of f.csv must hold numbers; row 2 is "x"'):
        choose_roles(table.select("a"), numeric=["a"])
    with pytest.raises(TableError, match=r'column "b" of f.csv must hold finite numbers; row 2 is -infinity'):
        choose_roles(table.select("b"))
    with pytest.raises(TableError, match=r'column "c" of f.csv must hold numbers; row 1 is "2024-01-01"'):
        choose_roles(table.select("c"), numeric=["c"])


def test_a_table_of_which_nothing_is_left_is_refused():
    table = as_table({"id": list(range(N)), "unit": ["cm"] * N, "age": list(range(20)) * 2})
    with pytest.raises(TableError) as raised:
        choose_roles(table, ignore=["age"])
    assert str(raised.value) == (
        "X has no column to learn from. "
        'Left out: "id" (counts the rows), "unit" (the same value in all rows), "age" (asked for)'
    )
    with pytest.raises(TableError, match=r"X has no column to learn from.$"):
        choose_roles(as_table({}))


def test_categories_by_frequency():
    column = as_table({"c": ["b", "a", "b", "a", "c", "c", "c", "once", None, None]})["c"]
    assert frequent_categories(column) == ["c", "a", "b"]
    assert frequent_categories(column, 2) == ["c", "a"]
