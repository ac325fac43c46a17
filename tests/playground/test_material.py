"""Rows of the playground: made sets, drawn points, tables; the same for the same seed, split without a leak."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from glassnet import engine
from glassnet.errors import SetupError, TableError
from glassnet.playground import rows
from glassnet.playground.data import SETS
from glassnet.playground.data.scaling import standardized
from glassnet.playground.data.tables import usable_inputs, usual_target
from glassnet.playground.data.telling import telling_pair
from glassnet.playground.material import material_of
from glassnet.playground.preparing import losses_for, prepare
from glassnet.playground.setup import DEFAULT
from glassnet.table import as_table

MADE = [name for name, entry in SETS.items() if entry.kind in ("made", "digits")]


def made(**data):
    return material_of(DEFAULT.changed(data=data))


def drawn(points, **data):
    return made(name="drawn", points=points, **data)


def of_table(table, task="auto", test_share=0.3, **chosen):
    data = {"name": "table", "task": task, "test_share": test_share, "table": {"id": "1", "name": "a.csv", **chosen}}
    return material_of(DEFAULT.changed(data=data), {"1": as_table(table, source="a.csv")})


def refused(table, **chosen):
    with pytest.raises(SetupError) as caught:
        of_table(table, **chosen)
    return caught.value


@pytest.mark.parametrize("name", MADE)
def test_made_sets_are_what_they_say(name):
    entry, some = SETS[name], made(name=name, n_rows=200, noise=0.05)
    assert some.task == entry.task
    assert len(some.X_train) + len(some.X_test) == 200
    assert len(some.X_test) == pytest.approx(60, abs=0 if entry.kind == "made" else 5)  # each class rounds by itself
    assert some.X_train.dtype == some.X_test.dtype == np.float32
    assert np.isfinite(some.X_train).all()
    assert len(some.class_names) == {"classification": entry.n_classes or 4, "regression": 0}[some.task]
    low, high = np.array(some.box)[[0, 2]], np.array(some.box)[[1, 3]]
    if not some.images:
        assert ((some.X_train >= low) & (some.X_train <= high)).all()
    if entry.kind == "made" and some.codes_test is not None:  # the same shares of classes in both parts
        assert np.ptp(np.bincount(some.codes_test)) <= 1
        assert np.ptp(np.bincount(some.codes_train)) <= 1


@pytest.mark.parametrize("name", MADE)
def test_the_same_seed_gives_the_same_rows_and_another_one_others(name):
    one, same, other = (made(name=name, n_rows=60, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.X_train, same.X_train)
    np.testing.assert_array_equal(one.y_test, same.y_test)
    assert not np.array_equal(one.X_train, other.X_train)


def test_points_are_the_same_on_every_machine():
    # From a formula by hand: the first two points of the spiral with seed 0, before the split.
    random = np.random.RandomState(0)
    along = np.sqrt(random.uniform(0.04, 1.0, 20))
    jitter = 0.1 * random.normal(size=(20, 2))
    angle = 2 * np.pi * (1.5 * along + np.arange(20) % 2 / 2)
    points = 2.5 * along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) + jitter
    some = made(name="spiral", n_rows=20)
    found = np.concatenate([some.X_train, some.X_test])
    np.testing.assert_allclose(np.sort(found[:, 0]), np.sort(points[:, 0]), rtol=1e-6)


def test_noise_moves_points_and_does_not_draw_others():
    calm, noisy = made(name="moons", noise=0.0), made(name="moons", noise=0.2)
    moved = np.abs(calm.X_train - noisy.X_train)
    assert 0.1 < moved.mean() < 0.25
    np.testing.assert_array_equal(calm.y_train, noisy.y_train)


@pytest.mark.parametrize("name", ["blobs", "rings"])
@pytest.mark.parametrize("n_classes", [2, 10])
def test_sets_of_many_classes_have_as_many_as_asked_for(name, n_classes):
    assert made(name=name, n_classes=n_classes).class_names == tuple(map(str, range(n_classes)))


def test_digits_are_images_from_0_to_1():
    some = made(name="digits", n_rows=5000)
    assert some.images
    assert len(some.X_train) + len(some.X_test) == 1797
    assert some.X_train.min() >= 0
    assert some.X_train.max() <= 1
    assert len(some.column_names) == 64


def test_drawn_points_are_classes_if_they_can_be():
    points = [[0, 0, 0], [1, 1, 3], [2, 2, 3], [5, -7, 0]]
    some = drawn(points)
    assert some.task == "classification"
    assert some.class_names == ("0", "3")
    assert some.box == (-3.0, 5.0, -7.0, 3.0)
    assert len(some.X_test) == 2
    assert drawn(points, task="regression").task == "regression"
    assert drawn([*points, [0, 0, 0.5]]).task == "regression"
    assert drawn([*points, [0, 0, 10]]).task == "regression"


@pytest.mark.parametrize(
    ("points", "where"),
    [
        ([], "data.points"),
        ([[0, 0, 1]], "data.points"),
        ([[0, 0, 1], [1, 1, 1]], "data.points"),
        ([[0, 0, 1], [1, 1, 0]], "data.points"),
    ],
)
def test_too_few_drawn_points_are_refused(points, where):
    with pytest.raises(SetupError) as caught:
        drawn(points)
    assert caught.value.where == where


def test_a_drawn_class_must_be_one():
    with pytest.raises(SetupError) as caught:
        drawn([[0, 0, 1], [0, 0, 0.5], [1, 1, 1]], task="classification")
    assert caught.value.where == "data.points[1][2]"


@pytest.mark.parametrize("points", [[[0, 0, 0], [1, 1, 1], [2, 2, 1]], [[0, 0, 0.5], [1, 1, 2.5]]])
def test_the_fewest_points_can_be_trained_on(points):
    prepared = prepare(DEFAULT.changed(model={"max_iter": 5}), drawn(points))
    fit = engine.train(prepared.network, prepared.training, prepared.data, score=prepared.score)
    assert np.isfinite(fit.trace.losses).all()


RANDOM = np.random.RandomState(5)
A, B, C = RANDOM.normal(size=(3, 90))
TABLE = {
    "id": [f"row {i}" for i in range(90)],
    "useless": C,
    "height": 1000 + 50 * A,
    "same": 3 * A,
    "width": B,
    "constant": [1.0] * 90,
    "paid": [bool(i % 2) for i in range(90)],
    "species": np.where(A + B**2 > 0.5, "rose", "tulip"),
}


def test_a_table_gives_its_two_most_telling_columns_standardized():
    some = of_table(TABLE)
    assert set(some.column_names) == {"height", "width"}
    assert some.class_names == ("rose", "tulip")
    assert some.setup.data.table.columns == some.column_names
    assert some.setup.data.table.target == "species"
    np.testing.assert_allclose(some.X_train.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(some.X_train.std(axis=0), 1, atol=1e-6)
    assert dict(zip(some.column_names, some.scales, strict=True))["height"][0] == pytest.approx(1000, abs=20)
    low, high, _, _ = some.box
    assert np.mean((some.X_train[:, 0] > low) & (some.X_train[:, 0] < high)) > 0.95


def test_a_column_that_few_rows_have_is_not_chosen_by_itself():
    survived = np.arange(90) % 3 == 0
    body = np.where(survived, np.nan, np.arange(90.0))  # the titanic's: a number on those who were found dead
    body[1::2] = np.nan
    age, fare = np.arange(90.0) % 7, np.arange(90.0) % 11 + 5 * survived
    material = of_table({"survived": survived, "body": body, "age": age, "fare": fare}, target="survived")
    assert set(material.column_names) == {"age", "fare"}
    assert len(material.X_train) + len(material.X_test) == 90


def test_columns_and_target_of_a_table_can_be_chosen():
    some = of_table(TABLE, columns=["paid", "useless"], target="width")
    assert some.task == "regression"
    assert some.column_names == ("paid", "useless")
    assert some.y_train.dtype == np.float32
    assert some.y_train.mean() == pytest.approx(0, abs=1e-6)
    assert len(some.scales) == 3


def test_the_test_rows_do_not_set_the_scale():
    some = of_table({"a": [*range(19), 1e6], "b": range(20), "y": ["u", "v"] * 10}, columns=["a", "b"], test_share=0.5)
    where = some.X_train if some.X_train.max() > 3 else some.X_test
    if where is some.X_test:
        assert some.X_test.max() > 1000
    np.testing.assert_allclose(some.X_train.std(axis=0), 1, atol=1e-6)


def test_rows_without_a_value_are_left_out_and_told():
    holes = {"a": [None, *range(29)], "b": [*range(28), None, 3], "y": ["u", "v", None] * 10}
    some = of_table(holes, columns=["a", "b"])
    assert len(some.X_train) + len(some.X_test) == 18
    assert some.notes == ("12 rows without a value are left out",)


def test_a_large_table_is_sampled():
    n = 30_000
    some = of_table({"a": np.arange(n), "b": np.arange(n) % 7, "y": np.arange(n) % 2})
    assert len(some.X_train) + len(some.X_test) == 20_000
    assert some.notes == ("20,000 of 30,000 rows, drawn at random",)


@pytest.mark.parametrize(
    ("chosen", "where", "words"),
    [
        ({"columns": ["id", "width"]}, "data.table.columns[0]", "does not hold numbers"),
        ({"columns": ["width", "constant"]}, "data.table.columns[1]", "does not hold numbers"),
        ({"columns": ["width", "hieght"]}, "data.table.columns[1]", 'Did you mean "height"'),
        ({"columns": ["width", "paid"], "target": "paid"}, "data.table.columns[1]", "is the target"),
        ({"target": "speceis"}, "data.table.target", "species"),
        ({"target": "id"}, "data.table.target", "90"),
        ({"target": "constant"}, "data.table.target", "constant"),
        ({"target": "species", "task": "regression"}, "data.table.target", "number"),
        ({"target": "useless", "task": "classification"}, "data.table.target", "90"),
    ],
)
def test_what_a_table_cannot_do_is_said_with_its_place(chosen, where, words):
    error = refused(TABLE, **chosen)
    assert error.where == where
    assert words in str(error)


def test_tables_that_are_too_small_are_refused():
    assert refused({"a": [1, 2, 3], "y": [0, 1, 0]}).where == "data.table"
    assert refused({"a": [1.5, 2.5], "b": [2.5, 1.5], "y": [None, 1.5]}).where == "data.table"
    assert refused({"a": [1, 2, None, 4], "b": [2, 1, 5, None], "y": ["u", "u", "v", "v"]}).where == "data.table.target"
    assert refused({"a": [1, 2], "b": [2, 1], "y": [f"{i}" for i in range(2)]}).where == "data.table.target"


def test_too_many_classes_are_refused():
    kinds = {"a": np.arange(60.0), "b": np.arange(60) % 9, "kind": [f"k{i % 12}" for i in range(60)]}
    assert "12 different values, and 10 classes" in str(refused(kinds, target="kind"))


def test_many_whole_numbers_are_numbers_unless_classes_are_asked_for():
    counts = {"a": np.arange(60.0), "b": np.arange(60) % 9, "count": np.arange(60) % 12}
    some = of_table(counts, target="count")
    assert some.task == "regression"
    assert some.task_reason == "12 different numbers, more than classes can be shown"
    assert "12 different values" in str(refused(counts, target="count", task="classification"))


def test_a_column_that_counts_the_rows_is_not_taken_by_itself():
    flowers = {"number": np.arange(1, 91), **TABLE, "kind": [f"kind {i // 30}" for i in range(90)]}
    assert "number" not in of_table(flowers, target="kind").column_names
    assert of_table(flowers, target="kind", columns=["number", "width"]).column_names == ("number", "width")
    few = {"number": np.arange(40), "width": B[:40], "kind": [f"kind {i // 20}" for i in range(40)]}
    assert set(of_table(few).column_names) == {"number", "width"}


def test_infinite_values_are_left_out_like_missing_ones():
    some = of_table({"a": [np.inf, *range(29)], "b": [*range(29), -np.inf], "y": ["u", "v"] * 15})
    assert len(some.X_train) + len(some.X_test) == 28
    assert np.isfinite(some.X_train).all()


def test_a_table_that_is_not_here_is_said_to_be_missing():
    with pytest.raises(SetupError, match=r'"wine.csv" is not here') as caught:
        material_of(DEFAULT.changed(data={"name": "table", "table": {"id": "9", "name": "wine.csv"}}), {})
    assert caught.value.where == "data.table"
    with pytest.raises(SetupError, match="is not here"):
        made(name="table")


def test_numbers_near_the_end_of_float64_are_standardized():
    values, _mean, deviation = standardized(np.array([-1.5e308, 1.5e308, 0.0]), np.arange(3))
    assert np.isfinite(values).all()
    assert np.isfinite(deviation)
    np.testing.assert_allclose(values.std(), 1)
    np.testing.assert_array_equal(standardized(np.full(3, 7.0), np.arange(3))[0], 0)


def test_usual_targets():
    table = as_table({"y": [1.0, 2.0], "Class": ["a", "b"], "date": np.array(["2020-01-01", "2020-01-02"], "M8[us]")})
    assert usual_target(table) == "Class"
    assert usual_target(table.select(["date", "y"])) == "y"
    assert usable_inputs(table, "Class") == ("y",)


def test_telling_pair_finds_what_only_two_columns_tell():
    random = np.random.RandomState(0)
    columns = {name: random.normal(size=5000) for name in "abcd"}
    columns["with holes"] = np.where(random.uniform(size=5000) < 0.1, np.nan, 1.0)
    target = columns["b"] + 2 * columns["b"] * columns["d"]
    assert telling_pair(columns, target, classes=False) == ("b", "d")


def test_losses_of_a_task_can_all_be_trained():
    for name, task in (("moons", "classification"), ("plane", "regression")):
        for loss in ("auto", *losses_for(task)):
            setup = DEFAULT.changed(data={"name": name, "n_rows": 40}, model={"loss": loss, "max_iter": 2})
            if loss == "poisson":  # counts: not for numbers below 0
                with pytest.raises(SetupError):
                    prepare(setup, material_of(setup))
            else:
                assert prepare(setup, material_of(setup)).network


def test_rows_for_programs_are_those_of_the_page(tmp_path):
    X_train, X_test, y_train, y_test = rows("rings", n_rows=50, n_classes=3, noise=0.2, test_share=0.2, seed=9)
    some = made(name="rings", n_rows=50, n_classes=3, noise=0.2, test_share=0.2, seed=9)
    np.testing.assert_array_equal(X_train, some.X_train)
    np.testing.assert_array_equal(X_test, some.X_test)
    np.testing.assert_array_equal(y_train, some.y_train)
    np.testing.assert_array_equal(y_test, some.y_test)
    with pytest.raises(SetupError):
        rows("spirl")


def last_score(seed):
    setup = DEFAULT.changed(data={"seed": seed}, model={"random_state": seed})
    prepared = prepare(setup, material_of(setup))
    return engine.train(prepared.network, prepared.training, prepared.data, score=prepared.score).trace


def test_the_default_solves_the_spiral():
    trace = last_score(0)
    assert trace.validation_scores[-1] > 0.97
    assert trace.seconds.sum() < 5


@pytest.mark.slow
def test_the_default_solves_the_spiral_whatever_the_seed():
    assert min(last_score(seed).validation_scores[-1] for seed in range(20)) > 0.97


EXTREMES = (0.0, 1.0, -1.0, 1.5, 1e308, -1.7e308, 5e-324, 1e-200, 2.0**63, 1e39, 1e-45, math.inf, -math.inf, math.nan)


def wild_column(random, n):
    kind = random.random()
    if kind < 0.2:
        return [random.choice("abc") for _ in range(n)]
    if kind < 0.6:
        return [random.choice([*EXTREMES[:11], random.gauss(0, 1)]) for _ in range(n)]
    others = (None, True, "", "1e400", "\x00", 7, -(2**40))
    return [random.choice([*EXTREMES, *others, random.gauss(0, 1)]) for _ in range(n)]


@pytest.mark.parametrize("seed", range(400))
def test_any_table_gives_finite_rows_or_an_error_with_its_place(seed):
    random = Random(seed)
    n = random.choice([2, 3, 12, 30])
    table = {f"{random.choice('aby')}{j}": wild_column(random, n) for j in range(random.randrange(6))}
    task, target = random.choice(["auto", "classification", "regression"]), random.choice(["", *table])
    try:
        table = as_table(table, source="a.csv")
    except TableError:  # no table yet, and no set-up
        return
    refusal = None
    try:
        some = of_table(table, task=task, target=target)
    except SetupError as error:
        refusal = error
    if refusal is not None:
        assert refusal.where.startswith("data.table")
        return
    for part in (some.X_train, some.X_test, *([some.y_train, some.y_test] if some.task == "regression" else [])):
        assert np.isfinite(part).all()
    assert len(some.X_test) >= 1
    assert prepare(some.setup, some).network


def test_fractions_can_be_classes_if_that_is_asked_for():
    halves = {"a": np.arange(40) % 7, "b": np.arange(40) % 5, "half": np.arange(40) % 3 / 2}
    assert of_table(halves, target="half").task == "regression"
    assert of_table(halves, target="half", task="classification").class_names == ("0.0", "0.5", "1.0")
