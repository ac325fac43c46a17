"""Labels are counted where that is faster than sorting, and the answer is that of `np.unique`."""

import warnings

import numpy as np
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.fixes import parse_version

from glassnet.estimators.targets import CodedLabels, Labels
from glassnet.estimators.task import coded_labels, labels_of
from glassnet.table import as_column

NUMBERS = [
    (dtype, low, high)
    for dtype in ("int8", "uint8", "int16", "int32", "int64", "uint64")
    for low, high in ((0, 2), (0, 7), (-5, 9), (-128, 128), (100, 103))
    if low >= 0 or not dtype.startswith("u")
]


def labels(dtype, low, high):
    y = np.random.default_rng(0).integers(low, min(high, np.iinfo(dtype).max), 600).astype(dtype)
    return y[y != 4]  # a gap


def of_kind(kind):
    random = np.random.default_rng(0)
    if kind == "bool":
        return random.random(99) < 0.3
    if kind == "beyond int64":
        return random.integers(0, 4, 99).astype(np.uint64) + np.uint64(2**64 - 9)
    if kind == "float":
        return random.integers(0, 4, 99).astype(float)
    if kind == "far apart":
        return random.choice([-(2**40), 3, 2**62], 99)
    few = np.array(["é", "a", "b\x00c", "中"])
    many = np.array([f"class {i}" for i in range(20)])
    words = random.choice(many if "many" in kind else few, 99)
    return words.astype(object) if "objects" in kind else words


@pytest.mark.parametrize("numbers", NUMBERS, ids=str)
def test_whole_numbers(numbers):
    check(labels(*numbers))


@pytest.mark.parametrize(
    "kind", ["bool", "beyond int64", "float", "far apart", "text", "many texts", "objects", "many objects"]
)
def test_other_kinds(kind):
    check(of_kind(kind))


def check(y):
    classes, codes = np.unique(y, return_inverse=True)
    before = y.copy()
    learned, ours = Labels.learn(y)
    assert learned.classes.dtype == classes.dtype
    assert ours.dtype == np.int64
    np.testing.assert_array_equal(learned.classes, classes)
    np.testing.assert_array_equal(ours, codes)
    np.testing.assert_array_equal(learned.codes(y), codes)
    one_missing = y[y != classes[1]]
    np.testing.assert_array_equal(learned.codes(one_missing), codes[y != classes[1]])
    np.testing.assert_array_equal(y, before)


def test_codes_that_are_there_are_not_copied():
    y = np.random.default_rng(0).integers(0, 3, 100)
    assert Labels.learn(y)[1] is y


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.7"), reason="scikit-learn 1.6 does not doubt them"
)
def test_labels_that_hardly_repeat_are_still_doubted():
    with pytest.warns(UserWarning, match="unique classes"):
        Labels.learn(np.arange(100) // 1.3)
    with pytest.warns(UserWarning, match="unique classes"):
        Labels.learn(np.arange(100))


@given(st.lists(st.sampled_from(["a", "b", "c", "a\0", "", None]), min_size=1), st.data())
def test_counted_texts_are_the_labels_of_the_rows(values, data):
    column = as_column([*values, "b"])
    present = ~column.missing
    labels = coded_labels(column, present)
    # What NumPy makes of such texts, zero characters at their ends included.
    expected = np.array([value for value in [*values, "b"] if value is not None], dtype=np.str_)
    assert labels.array.tolist() == expected.tolist()
    classes, codes, counts = np.unique(expected, return_inverse=True, return_counts=True)
    assert labels.classes.tolist() == classes.tolist()
    assert labels.codes.tolist() == codes.tolist()
    assert labels.counts.tolist() == counts.tolist()
    assert labels_of(column)[present].tolist() == expected.tolist()
    rows = data.draw(st.lists(st.integers(0, len(labels) - 1)))
    part = labels.take(rows).without_empty()
    assert part.array.tolist() == expected[rows].tolist()
    assert part.classes.tolist() == np.unique(expected[rows]).tolist()


def test_counted_labels_are_learned_as_others_are():
    y = np.array(["b", "a", "b", "c", "a", "b", "b", "a"])
    counted = CodedLabels.of(y)
    for rows in (slice(None), [0, 1, 2, 4, 5]):
        (found, codes), (expected, plain) = Labels.learn(counted.take(rows)), Labels.learn(y[rows])
        assert (found.kind, found.classes.tolist(), codes.tolist()) == (
            expected.kind, expected.classes.tolist(), plain.tolist()
        )  # fmt: skip
        assert found.classes.dtype == y.dtype
    labels, codes = Labels.learn(y)
    assert labels.codes(counted).tolist() == codes.tolist()


def test_counted_labels_that_hardly_repeat_are_looked_at_by_scikit_learn():
    y = np.array([f"text {i}" for i in range(100)])
    said = []
    for labels in (y, CodedLabels.of(y)):
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            Labels.learn(labels)
        said.append([str(warning.message) for warning in found])
    assert said[0] == said[1]
    assert bool(said[0]) == (parse_version(sklearn.__version__) >= parse_version("1.7"))  # 1.6 does not doubt them
