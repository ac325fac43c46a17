"""Which task a target asks for: the rule, what overrides it, and what cannot be a target."""

import datetime as dt

import numpy as np
import pytest

from glassnet.errors import ParameterError, TableError
from glassnet.estimators.task import labels_of, read_target
from glassnet.table import as_table


def of(values, asked="auto"):
    return read_target(as_table({"y": values, "x": [0.5] * len(values)}), "y", asked)


@pytest.mark.parametrize(
    ("values", "task", "dtype"),
    [
        (["a", "b"] * 5, "binary", "U"),
        (["a", "b", "c"] * 5, "multiclass", "U"),
        ([True, False] * 5, "binary", "b"),
        ([0, 1] * 5, "binary", "i"),
        ([1.0, 2.0, 3.0] * 5, "multiclass", "i"),
        (list(range(20)) * 2, "multiclass", "i"),
        (list(range(21)) * 2, "regression", "f"),
        ([0.5, 1.0] * 5, "regression", "f"),
        (np.random.default_rng(0).normal(size=50).tolist(), "regression", "f"),
    ],
)
def test_the_target_decides(values, task, dtype):
    found = of(values)
    assert found.task == task
    assert found.values.dtype.kind == dtype
    assert found.values.tolist() == values
    assert found.reason


def test_rows_without_a_target_are_left_out():
    found = of(["a", None, "b", "a", None])
    assert found.present.tolist() == [True, False, True, True, False]
    assert found.values.tolist() == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("values", "asked", "task"),
    [
        ([1, 2, 3] * 5, "regression", "regression"),
        (["1", "2.5", " 3 "] * 5, "regression", "regression"),
        (list(range(21)) * 2, "classification", "multiclass"),
        ([0.5, 1.5] * 5, "classification", "binary"),
    ],
)
def test_the_task_can_be_asked_for(values, asked, task):
    found = of(values, asked)
    assert found.task == task
    if task == "regression":
        assert found.values.tolist() == [float(value) for value in values]


@pytest.mark.parametrize(
    ("values", "asked", "message"),
    [
        ([None, None], "auto", "missing in every row"),
        ([dt.date(2024, 1, 1)] * 3, "auto", "holds dates"),
        (["a", "a", None], "auto", 'is "a" in every row'),
        ([7, 7, 7], "auto", "is 7 in every row"),
        (["1", "2", "cheap"], "regression", 'row 2 is "cheap"'),
        ([1.5, np.inf, 2.5], "auto", "row 1 is infinity"),
        ([f"name {i}" for i in range(100)], "auto", "100 different values in 100 rows"),
    ],
)
def test_what_cannot_be_a_target(values, asked, message):
    with pytest.raises(TableError, match=message):
        of(values, asked)


def test_names_are_checked():
    table = as_table({"income": [1, 2], "age": [3, 4]})
    with pytest.raises(TableError, match=r'no column "incme". The nearest: "income"'):
        read_target(table, "incme")
    with pytest.raises(ParameterError, match="task must be one of auto, classification, regression"):
        read_target(table, "income", "regresion")


def test_whole_numbers_beyond_int64_are_labels_too():
    column = as_table({"y": [0.0, 2.0**63, 2.0**63, 0.0]})["y"]
    assert labels_of(column).tolist() == [0.0, 2.0**63, 2.0**63, 0.0]
