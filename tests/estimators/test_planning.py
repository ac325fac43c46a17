"""From a file or frame to a tested model in one call."""

import json
import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

import glassnet as gn
from glassnet.errors import ParameterError, TableError

N = 300


def rows(seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=N).round(3)
    color = random.choice(["red", "green", "blue"], N)
    y = x + (color == "red") > 0.5
    return pd.DataFrame(
        {"id": range(N), "x": x, "color": color, "noise": random.normal(size=N), "y": np.where(y, "yes", "no")}
    )


def polars_of(frame):
    return pl.DataFrame({name: frame[name].tolist() for name in frame})


def test_a_file_and_a_frame_give_the_same(tmp_path):
    frame = rows()
    path = tmp_path / "rows.csv"
    frame.to_csv(path, index=False)
    one, other, third = (gn.fit(data, "y", verbose=False, max_iter=5) for data in (path, frame, polars_of(frame)))
    assert one.evaluation_.metrics == other.evaluation_.metrics == third.evaluation_.metrics
    assert one.plan_.source == "rows.csv"
    assert other.plan_.source == "X"


def test_the_plan_tells_what_will_be_done():
    plan = gn.plan(rows(), "y", hidden_layer_sizes=(16, 8), ignore=["noise"])
    assert (plan.task, plan.classes) == ("binary", ["no", "yes"])
    assert sum(plan.class_counts) == plan.n_rows == N == plan.n_train + plan.n_validation + plan.n_test
    assert plan.n_test == 60
    roles = {role.name: (role.use, role.code) for role in plan.roles}
    assert roles == {
        "id": (None, "row_counter"),
        "x": ("number", ""),
        "color": ("category", ""),
        "noise": (None, "asked"),
    }
    choices = {choice.parameter: choice for choice in plan.choices}
    assert choices["loss"].value == "binary_cross_entropy"
    assert choices["output_activation"].value == "sigmoid"
    assert choices["hidden_layer_sizes"].value == "16 → 8"
    assert choices["hidden_layer_sizes"].reason == "asked for"
    assert choices["loss"].reason != "asked for"
    assert all(choice.option.startswith("--") for choice in plan.choices if choice.parameter)
    assert plan.n_parameters == plan.network.n_parameters
    assert json.loads(json.dumps(plan.to_json(), allow_nan=False))["task"] == "binary"


def test_a_plan_runs_and_is_tested_on_rows_that_it_has_not_seen():
    frame = rows()
    frame["row"] = [f"{i}" for i in range(N)]
    plan = gn.plan(frame, "y", max_iter=30)
    heard = []
    model = plan.run(lambda epoch: heard.append(epoch.epoch))
    assert heard == list(range(1, 31))
    assert model.evaluation_.n == plan.n_test
    assert model.evaluation_.metrics["accuracy"] > 0.85
    assert model.evaluation_.metrics["accuracy"] > model.evaluation_.baseline["accuracy"]
    assert model.target_name_ == "y"
    assert model.plan_.to_json() == plan.to_json()
    with pytest.raises(ParameterError, match="holds no data"):
        model.plan_.run()


def test_the_test_part_may_be_other_data_or_nothing(tmp_path):
    path = tmp_path / "other.parquet"
    polars_of(rows(1)).write_parquet(path)
    assert gn.fit(rows(), "y", test=path, verbose=False, max_iter=2).evaluation_.n == N
    assert gn.fit(rows(), "y", test=rows(1), verbose=False, max_iter=2).evaluation_.n == N
    plain = gn.fit(rows(), "y", test=None, verbose=False, max_iter=2)
    assert plain.evaluation_ is None
    assert plain.plan_.n_test == 0
    assert plain.evaluate(rows(1)).n == N
    assert plain.evaluate(path).metrics == plain.evaluate(rows(1)).metrics


def test_the_test_part_has_the_classes_in_proportion():
    frame = rows()
    frame["y"] = ["rare"] * 15 + ["common"] * (N - 15)
    model = gn.fit(frame, "y", verbose=False, max_iter=2)
    assert model.evaluation_.confusion.sum(axis=1).tolist() == [57, 3]


def test_regression_is_told_by_rmse_mae_and_r2():
    frame = rows()
    frame["y"] = 3.0 * frame["x"] + (frame["color"] == "red") + 100.5
    model = gn.fit(frame, "y", verbose=False)
    metrics, baseline = model.evaluation_.metrics, model.evaluation_.baseline
    assert set(metrics) == {"rmse", "mae", "r2"}
    assert metrics["r2"] > 0.97
    assert metrics["rmse"] < 0.2 * baseline["rmse"]


def test_rows_without_a_target_are_left_out_and_counted():
    frame = rows()
    frame.loc[frame.index[::10], "y"] = None
    plan = gn.plan(frame, "y")
    assert (plan.n_rows, plan.n_without_target) == (N - 30, 30)
    assert plan.run().evaluation_.n == round(0.2 * (N - 30))


def test_classes_of_another_type_are_the_same_classes():
    frame = rows()
    frame["y"] = (frame["y"] == "yes").astype(int)
    model = gn.fit(frame, "y", verbose=False, max_iter=2, test=None)
    as_text = frame.assign(y=frame["y"].astype(str))
    as_float = frame.assign(y=frame["y"].astype(float))
    assert model.evaluate(as_text).metrics == model.evaluate(as_float).metrics == model.evaluate(frame).metrics


def test_one_seed_gives_one_result():
    losses = [gn.fit(rows(), "y", verbose=False, max_iter=4, random_state=seed).loss_curve_ for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"target": "z"}, TableError, 'no column "z"'),
        ({"target": "y", "ignore": ["colour"]}, TableError, 'nearest: "color"'),
        ({"target": "y", "test": 1.5}, ParameterError, "test must be a share"),
        ({"target": "y", "task": "ranking"}, ParameterError, "task must be one of"),
        ({"target": "y", "activtion": "relu"}, ParameterError, 'Did you mean "activation"'),
        ({"target": "noise", "label_smoothing": 0.1}, ParameterError, 'no parameter "label_smoothing"'),
        ({"target": "y", "ignore": ["x", "color", "noise", "id"]}, TableError, "nothing|no column"),
    ],
)
def test_wrong_arguments_are_said(arguments, error, message):
    with pytest.raises(error, match=message):
        gn.fit(rows(), **arguments)


def test_a_class_never_seen_is_said():
    model = gn.fit(rows(), "y", verbose=False, max_iter=1)
    other = rows(1)
    other.loc[7, "y"] = "maybe"
    with pytest.raises(TableError, match=r'row 7 .*"maybe".*it saw no, yes'):
        model.evaluate(other)


def test_too_few_rows_are_said():
    with pytest.raises(TableError, match="5 rows with a target; at least 10"):
        gn.fit(rows().head(5), "x")
    with pytest.raises(TableError):
        gn.fit(rows().head(0), "y")


def test_choices_can_be_infinite_in_the_plan_but_not_in_its_json():
    plan = gn.plan(rows(), "y")
    assert not any(
        isinstance(value, float) and not math.isfinite(value) for value in plan.to_json()["training"].values()
    )


def test_it_tells_what_it_does(capsys):
    model = gn.fit(rows(), "y", max_iter=3)
    said = capsys.readouterr()
    assert "binary_cross_entropy" in said.out
    assert "left out: id" in said.out
    assert "naive answer" in said.out
    assert "epoch 3/3" in said.err
    assert str(gn.plan(rows(), "y", max_iter=3)) == str(model.plan_)
    gn.fit(rows(), "y", max_iter=3, verbose=False)
    assert capsys.readouterr() == ("", "")


def test_a_callback_is_heard_beside_the_bar(capsys):
    model = gn.fit(rows(), "y", callback=lambda epoch: epoch.epoch == 2)
    assert model.n_iter_ == 2
    assert "epoch" in capsys.readouterr().err


def test_a_table_of_embedded_columns_alone():
    random = np.random.default_rng(0)
    city = random.integers(0, 15, N)
    frame = pd.DataFrame({"city": [f"city {k}" for k in city], "y": np.where(city % 2, "odd", "even")})
    model = gn.fit(frame, "y", max_iter=40, verbose=False)
    assert model.network_.n_inputs == 0
    assert model.evaluation_.metrics["accuracy"] > 0.95


def test_classes_without_probabilities_are_tested_by_accuracy():
    model = gn.fit(rows(), "y", loss="squared_error", output_activation="identity", max_iter=30, verbose=False)
    assert model.evaluation_.metrics["accuracy"] > 0.85
    assert model.evaluation_.metrics["log_loss"] is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.assign(y=["maybe"] * N), "maybe"),
        (lambda frame: frame.drop(columns="x"), '"x"'),
        (lambda frame: frame.assign(x=["big"] * N), "big"),
        (lambda frame: frame.drop(columns="y"), '"y"'),
        (lambda frame: frame.assign(y=None), "missing in every row"),
    ],
)
def test_what_a_test_table_lacks_is_said_before_training(change, message):
    with pytest.raises(TableError, match=message):
        gn.plan(rows(), "y", test=change(rows(1)))


def test_rows_of_a_test_table_without_a_target_do_not_count():
    other = rows(1)
    other.loc[:9, "y"] = None
    plan = gn.plan(rows(), "y", test=other, max_iter=1)
    assert plan.n_test == N - 10 == plan.run().evaluation_.n


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.5, np.inf], "row 1 is infinity"),
        (["1.5", "cheap"], 'row 1 is "cheap"'),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), "holds dates"),
    ],
)
def test_targets_that_are_no_numbers_are_said_wherever_they_come(values, message):
    frame = rows()
    frame["y"] = frame["x"] + 0.25
    other = rows().head(2).assign(y=values)
    model = gn.fit(frame, "y", max_iter=1, verbose=False)
    with pytest.raises(TableError, match=message):
        model.evaluate(other)
    with pytest.raises(TableError, match=message):
        gn.plan(frame, "y", test=other)
    with pytest.raises(TableError, match=message):
        gn.TabularRegressor(max_iter=1).fit(other[["x"]], other["y"])


def reasons(plan):
    return {choice.name: choice.reason for choice in plan.choices}


def test_choices_come_with_reasons_from_the_data():
    told = reasons(gn.plan(rows(), "y"))
    assert "relu is the usual first choice, then leaky_relu" in told["activation"]
    assert "keeps the size of signals" in told["first weights"]
    assert "could learn 204 rows by heart, so held-out rows choose the epoch" in told["hidden layers"]
    assert "a layer with 256 inputs by about 0.07 of their size" in told["learning rate"]
    assert told["scaling"] == "so that one learning rate suits all columns, and outliers rule none"
    assert "class weights" not in told


def test_columns_of_far_scales_and_rare_classes_are_told():
    frame = rows()
    frame["noise"] *= 1e4
    frame["y"] = np.where(np.arange(N) % 60 == 0, "rare", "usual")
    plan = gn.plan(frame, "y")
    assert '"noise" spreads' in reasons(plan)["scaling"]
    assert '"rare" has 1.7% of the rows' in reasons(plan)["class weights"]
    assert reasons(gn.plan(frame, "y", class_weight="balanced"))["class weights"] == "asked for"


@pytest.mark.parametrize(
    ("activation", "words"),
    [
        ("relu", "watch for dead units, then leaky_relu"),
        ("leaky_relu", "units do not die"),
        ("tanh", "saturates on both sides"),
        ("sigmoid", "tanh rather than sigmoid inside"),
        ("identity", "one linear layer"),
    ],
)
def test_what_was_asked_for_is_advised_on_too(activation, words):
    told = reasons(gn.plan(rows(), "y", activation=activation))["activation"]
    assert told.startswith("asked for; ")
    assert words in told


def test_weights_that_are_all_the_same_are_advised_against():
    assert "random weights tell them apart" in reasons(gn.plan(rows(), "y", initializer="zeros"))["first weights"]
