"""Rows that are held out: in proportion to the classes, and never a class's last row."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from glassnet.errors import DataError
from glassnet.estimators.splits import hold_out
from glassnet.estimators.validation import split_rows


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(sum),
    share=st.floats(0.01, 0.99),
    seed=st.integers(0, 99),
)
def test_every_class_is_split_in_proportion(counts, share, seed):
    random = np.random.default_rng(seed)
    codes = random.permutation(np.repeat(np.arange(len(counts)), counts))
    kept, held_out = hold_out(len(codes), share, codes, np.random.default_rng(seed))
    assert sorted([*kept, *held_out]) == list(range(len(codes)))
    assert (np.diff(kept) > 0).all()
    assert (np.diff(held_out) > 0).all()
    for code, count in enumerate(counts):
        taken = int((codes[held_out] == code).sum())
        assert abs(taken - share * count) < 1 or taken == count - 1
        assert taken < count or count == 0


@given(counts=st.lists(st.integers(1, 30), min_size=1, max_size=6), share=st.floats(0.01, 0.9), seed=st.integers(0, 99))
def test_the_rows_held_out_are_the_first_of_each_class_in_a_shuffled_order(counts, share, seed):
    codes = np.repeat(np.arange(len(counts)), counts)
    held_out = hold_out(len(codes), share, codes, np.random.default_rng(seed))[1]
    shuffled = np.random.default_rng(seed).permutation(len(codes))
    n_of_each = np.bincount(codes[held_out], minlength=len(counts))
    first = [shuffled[codes[shuffled] == code][:n] for code, n in enumerate(n_of_each)]
    assert sorted(np.concatenate(first)) == held_out.tolist()


@given(n_rows=st.integers(1, 200), share=st.floats(0.01, 0.99), seed=st.integers(0, 99))
def test_without_classes_the_share_is_exact(n_rows, share, seed):
    kept, held_out = hold_out(n_rows, share, None, np.random.default_rng(seed))
    assert len(held_out) == round(share * n_rows)
    assert sorted([*kept, *held_out]) == list(range(n_rows))


def test_the_sizes_add_up_where_no_class_is_tiny():
    codes = np.repeat([0, 1, 2], [101, 57, 33])
    _, held_out = hold_out(191, 0.2, codes, np.random.default_rng(0))
    assert len(held_out) == round(0.2 * 191)


@pytest.mark.parametrize("codes", [None, np.zeros(50, dtype=np.int64)])
def test_the_rows_depend_on_the_random_numbers_alone(codes):
    splits = [hold_out(50, 0.3, codes, np.random.default_rng(seed))[1].tolist() for seed in (0, 0, 1)]
    assert splits[0] == splits[1] != splits[2]


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(sum),
    share=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**40),
    stratified=st.booleans(),
    arranged=st.booleans(),
)
def test_rows_set_aside_are_those_of_scikit_learn(counts, share, seed, stratified, arranged):
    codes = np.repeat(np.arange(len(counts)), counts)
    if not arranged:
        codes = np.random.default_rng(seed).permutation(codes)
    strata = codes if stratified else None
    options = {"test_size": share, "stratify": strata, "random_state": seed % 2**32}
    refused = None
    try:
        theirs = train_test_split(np.arange(len(codes)), **options)
    except ValueError as error:
        refused = str(error)
    if refused is not None:
        with pytest.raises(ValueError, match=re.escape(refused)):
            split_rows(len(codes), share, strata, seed)
        return
    if len(theirs[1]) < 2:
        with pytest.raises(DataError, match="at least two rows"):
            split_rows(len(codes), share, strata, seed)
        return
    for ours, part in zip(split_rows(len(codes), share, strata, seed), theirs, strict=True):
        np.testing.assert_array_equal(ours, part)
