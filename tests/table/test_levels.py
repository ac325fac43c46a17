"""Levels are texts, whatever is taken of them and however they came about."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.table.frame import Column
from glassnet.table.levels import Levels

texts = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", "", " a"])), max_size=12)


def column(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return Column("x", "text", array)


@given(texts, st.data())
def test_a_part_of_levels_is_the_levels_of_the_part(values, data):
    rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=12) if values else st.just([]))
    rows = np.array(rows, dtype=np.intp)
    part, again = column(values).levels.take(rows), column([values[row] for row in rows])
    assert part.array.tolist() == again.values.tolist()
    taken = Column("x", "text", part)
    assert taken.n_missing == again.n_missing
    assert taken.missing.tolist() == again.missing.tolist()
    for found, expected in zip(taken.factorize(), again.factorize(), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert dict(zip(part.labels, part.counts.tolist(), strict=True)) == {
        label: again.values.tolist().count(label) for label in part.labels
    }


@given(texts)
def test_factorizing_goes_by_first_rows(values):
    codes, labels = column(values).factorize()
    assert labels == list(dict.fromkeys(value for value in values if value is not None))
    assert [None if code < 0 else labels[code] for code in codes] == values
    assert codes.dtype == np.intp


@given(st.lists(st.one_of(st.none(), st.sampled_from(["3", "3.0", "x"])), min_size=1), st.data())
def test_labels_that_repeat_or_are_missing_are_merged(labels, data):
    codes = np.array(data.draw(st.lists(st.integers(-1, len(labels) - 1))), dtype=np.int8)
    merged = Levels.merged(codes, labels)
    assert merged.array.tolist() == [None if code < 0 else labels[code] for code in codes]
    assert len(set(merged.labels)) == len(merged.labels)


def test_texts_of_other_types_are_texts():
    assert column([np.str_("u"), "v", None, "u"]).levels.array.tolist() == ["u", "v", None, "u"]
