"""What the engine does for whole columns is what plain NumPy and Python do, to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet import _engine
from glassnet.table.encode_numbers import BOUND, FAR, Indicator, Scale, write_scaled
from glassnet.table.kernels import count_codes, factorize_texts, summarize, write_rows

numbers = st.one_of(st.floats(allow_infinity=False), st.integers(-3, 3).map(float))
LONG = 1 << 15  # from there on quartiles are bracketed by a sample


class Text(str):
    """A text of a type of its own."""

    __slots__ = ()


def factorized_by_dict(values):
    codes, found = {}, []
    for value in values:
        gone = value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
        found.append(-1 if gone else codes.setdefault(value, len(codes)))
    return found, list(codes)


texts = st.one_of(st.sampled_from(["a", "b", "", " a", "a\0", "\ud800", "日本"]), st.text(max_size=3))
gone = st.sampled_from([None, float("nan"), np.nan, np.float64("nan"), pd.NA, pd.NaT])


@given(st.lists(st.one_of(texts, gone)))
def test_texts_are_factorized_as_by_a_dict(values):
    array = np.empty(len(values), dtype=object)
    array[:] = ["".join(list(value)) if type(value) is str else value for value in values]  # objects of their own
    codes, texts = factorize_texts(array)
    assert (codes.tolist(), texts) == factorized_by_dict(values)


def test_many_texts_and_any_layout_of_objects():
    values = np.array([f"text {i % 5000}" for i in range(20_000)] + [None], dtype=object)
    codes, texts = factorize_texts(values)
    assert texts == [f"text {i}" for i in range(5000)]
    assert (codes[:-1] == np.arange(20_000) % 5000).all()
    assert codes[-1] == -1
    backwards, texts = factorize_texts(values[::-2])
    assert texts[0] == "text 4998"
    assert np.array(texts, dtype=object)[backwards[1:]].tolist() == values[::-2][1:].tolist()
    both = np.stack([values, values[::-1]], axis=1)
    assert factorize_texts(both[:, 1])[0].tolist() == factorize_texts(values[::-1])[0].tolist()


@pytest.mark.parametrize("value", [1, 2.0, True, b"a", Text("a"), np.str_("a"), ["a"], math.inf])
def test_what_is_no_plain_text_is_left_to_others(value):
    array = np.empty(3, dtype=object)
    array[:] = ["a", value, None]
    assert factorize_texts(array) is None


def test_only_arrays_of_objects_are_factorized():
    with pytest.raises(ValueError, match="array of objects with one dimension"):
        _engine.factorize_texts(np.zeros(3), np.zeros(3, np.int32))
    with pytest.raises(ValueError, match="one entry for each object"):
        _engine.factorize_texts(np.array(["a"], dtype=object), np.zeros(3, np.int32))


@given(st.lists(st.integers(-1, 4)), st.data())
def test_codes_are_counted(codes, data):
    codes = np.array(codes, dtype=np.int32)
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=len(codes), max_size=len(codes))), dtype=bool)
    for chosen, flags in ((codes, None), (codes[counted], counted)):
        expected = [*np.bincount(chosen[chosen >= 0], minlength=5), (chosen == -1).sum()]
        assert count_codes(codes, 5, flags).tolist() == expected


def test_codes_without_a_place_are_refused():
    for codes in ([0, 2], [-2, 0]):
        with pytest.raises(ValueError, match="no place"):
            count_codes(np.array(codes, dtype=np.int32), 2)
        with pytest.raises(ValueError, match="no row in its table"):
            write_rows(np.empty((2, 1), np.float32), [], [(np.array(codes, np.int32), np.zeros((3, 1), np.float32), 0)],
                       bound=BOUND, far=FAR, n_threads=1)  # fmt: skip


def expected_summary(values):
    present = values[~np.isnan(values)]
    if not len(present):
        return (len(values), 0)
    return (len(values), len(present), present.min(), present.max(), *np.percentile(present, [25, 50, 75]))


def told(summary):
    return (*summary[:2], *(summary[2:4] + summary.quartiles() if summary.present else ()))


@given(st.lists(numbers, min_size=1), st.data())
def test_short_columns_are_summarized_as_by_sorting(values, data):
    values = np.array(values)
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), dtype=bool)
    with np.errstate(over="ignore", invalid="ignore"):
        for chosen, flags in ((values, None), (values[counted], counted)):
            # Differences beyond the largest float are infinite in both; `Scale` avoids them.
            np.testing.assert_array_equal(told(summarize([values], flags)[0]), expected_summary(chosen))


LONG_COLUMNS = {
    "normal": lambda random, n: random.standard_normal(n),
    "heavy tails": lambda random, n: random.standard_cauchy(n),
    "few different": lambda random, n: random.integers(0, 3, n).astype(float),
    "mostly zero": lambda random, n: np.where(random.random(n) < 0.95, 0.0, random.standard_normal(n)),
    "the same": lambda _, n: np.full(n, 7.0),
    "rising": lambda _, n: np.arange(n, dtype=float),
    "waves": lambda _, n: np.sin(np.arange(n) * (2 * np.pi / 64)),
    "a few large": lambda _, n: np.where(np.arange(n) % 1000 == 0, 1e300, np.arange(n) % 17),
    "gaps": lambda random, n: np.where(random.random(n) < 0.6, np.nan, random.standard_normal(n)),
    "almost all missing": lambda _, n: np.where(np.arange(n) == 12_345, 2.0, np.nan),
    "all missing": lambda _, n: np.full(n, np.nan),
}


@pytest.mark.parametrize("n", [LONG - 1, LONG, 100_003])
@pytest.mark.parametrize("kind", LONG_COLUMNS)
def test_long_columns_are_summarized_as_by_sorting(kind, n):
    random = np.random.default_rng(n)
    values = LONG_COLUMNS[kind](random, n)
    counted = random.random(n) < 0.9
    every_other = np.repeat(values, 2)[::2]
    assert not every_other.flags.c_contiguous
    for n_threads in (1, 2):
        for found in summarize([values, every_other], None, n_threads):
            assert told(found) == expected_summary(values)
    assert told(summarize([values], counted)[0]) == expected_summary(values[counted])
    assert told(summarize([values], np.zeros(n, bool))[0]) == (0, 0)


finite = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-5, 5).map(float))


@given(st.lists(st.one_of(st.just(math.nan), finite)), finite, st.floats(0, allow_infinity=False), st.booleans())
def test_numbers_are_written_as_numpy_would(values, center, width, marked):
    values, scale = np.array(values, dtype=np.float64), Scale(center, width)
    mark = Indicator(-0.1, 1.6) if marked else None
    expected = np.full((len(values), 4), 9.0, dtype=np.float32)
    write_scaled(values, scale, mark, expected[:, 1 : 2 + marked])
    out = np.full_like(expected, 9.0)
    marks = None if mark is None else (mark.off, mark.on)
    write_rows(out, [(values, center, width, 1, marks)], [], bound=BOUND, far=FAR, n_threads=1)
    np.testing.assert_array_equal(out.view(np.int32), expected.view(np.int32))


@pytest.mark.parametrize("width", range(1, 12))
def test_codes_are_written_as_rows_of_their_tables(width):
    random = np.random.default_rng(width)
    codes, table = random.integers(-1, 6, 70_001).astype(np.int32), random.random((7, width)).astype(np.float32)
    for n_threads in (1, 2):
        out = np.zeros((len(codes), width + 1), dtype=np.float32)
        write_rows(out, [], [(codes, table, 1)], bound=BOUND, far=FAR, n_threads=n_threads)
        assert (out[:, 1:] == table[codes]).all()  # -1 is the last row
        assert not out[:, 0].any()


def test_columns_that_do_not_fit_are_refused():
    out, values = np.zeros((3, 2), np.float32), np.zeros(3)
    codes, table = np.zeros(3, np.int32), np.zeros((2, 2), np.float32)

    def write(scaled, coded):
        write_rows(out, scaled, coded, bound=BOUND, far=FAR, n_threads=1)

    for scaled, coded in (
        ([(values, 0.0, 1.0, 2, None)], []),
        ([(values, 0.0, 1.0, 1, (0.0, 1.0))], []),
        ([], [(codes, table, 1)]),
    ):
        with pytest.raises(ValueError, match="beyond the matrix"):
            write(scaled, coded)
    for scaled, coded in (([(values[1:], 0.0, 1.0, 0, None)], []), ([], [(codes[1:], table, 0)])):
        with pytest.raises(ValueError, match="the rows of the matrix"):
            write(scaled, coded)
    with pytest.raises(ValueError, match="row for each flag"):
        summarize([values], np.ones(2, bool))
