"""Comparisons: their trainings are those of the estimators, on the same folds, and nothing is dropped silently."""

from __future__ import annotations

import _thread
import math

import numpy as np
import pytest
import scipy.sparse
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.metrics import log_loss, mean_absolute_error, r2_score, roc_auc_score
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet.diagnosis import corrected_t_test, mean_interval
from glassnet.errors import DataError, ParameterError, TableError

IRIS, SPECIES = load_iris(return_X_y=True)
WINE, CULTIVAR = load_wine(return_X_y=True)
PATIENTS, PROGRESSION = load_diabetes(return_X_y=True)
SMALL = {"hidden_layer_sizes": 6, "max_iter": 8, "batch_size": 32}
QUIET = pytest.mark.filterwarnings("ignore:(Stochastic Optimizer|lbfgs stopped)")


def row_of(found, **varied):
    return next(row for row in found if all(row.varied[name] == value for name, value in varied.items()))


@QUIET
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"dtype": "float32", "dropout": 0.2, "label_smoothing": 0.1, "class_weight": "balanced"},
        {"early_stopping": True, "max_iter": 20},
        {"solver": "lbfgs", "loss": "squared_hinge"},
        {"solver": "sgd", "activation": "x * sigmoid(x)", "output_activation": "sigmoid"},
    ],
)
def test_trainings_are_those_of_the_estimator(parameters):
    parameters = SMALL | parameters
    found = gn.compare(WINE, CULTIVAR, alpha=[0.1, 1e-4], seeds=[3, 11], cv=3, random_state=5, **parameters)
    for alpha in (0.1, 1e-4):
        scores = row_of(found, alpha=alpha).scores
        for i, seed in enumerate((3, 11)):
            folds = StratifiedKFold(3, shuffle=True, random_state=5 + seed).split(WINE, CULTIVAR)
            for fold, (rows, others) in enumerate(folds):
                model = gn.MLPClassifier(random_state=seed, alpha=alpha, **parameters)
                model = make_pipeline(StandardScaler(), model).fit(WINE[rows], CULTIVAR[rows])
                assert scores[i, fold] == model.score(WINE[others], CULTIVAR[others])


@QUIET
def test_learning_curves_are_those_of_the_estimator():
    found = gn.compare(WINE, CULTIVAR, activation=["relu", "tanh"], seeds=1, cv=3, **SMALL)
    curves, losses = [], []
    for rows, others in StratifiedKFold(3, shuffle=True, random_state=0).split(WINE, CULTIVAR):
        scaler = StandardScaler().fit(WINE[rows])
        model = gn.MLPClassifier(activation="tanh", random_state=0, **SMALL)
        model.fit(
            scaler.transform(WINE[rows]),
            CULTIVAR[rows],
            X_val=scaler.transform(WINE[others]),
            y_val=CULTIVAR[others],
        )
        curves.append(model.validation_scores_)
        losses.append(model.loss_curve_)
    row = row_of(found, activation="tanh")
    assert row.held_out.mean.tolist() == pytest.approx(np.mean(curves, axis=0).tolist(), rel=1e-12)
    assert row.losses.mean.tolist() == pytest.approx(np.mean(losses, axis=0).tolist(), rel=1e-12)
    for epoch in range(SMALL["max_iter"]):
        interval = mean_interval([curve[epoch] for curve in curves], overlap=1 / 2)
        assert (row.held_out.low[epoch], row.held_out.high[epoch]) == pytest.approx(interval[1:])
    without = gn.compare(WINE, CULTIVAR, activation=["relu", "tanh"], seeds=1, cv=3, curves=False, **SMALL)
    assert row_of(without, activation="tanh").held_out is None
    assert row_of(without, activation="tanh").scores.tolist() == row.scores.tolist()


@pytest.mark.parametrize("change", [{}, {"class_weight": "balanced"}, {"early_stopping": True}, {"alpha": 0.1}])
def test_scores_do_not_depend_on_curves(change):
    X, y = np.random.default_rng(0).normal(size=(120, 4)).astype(np.float32), np.arange(120) % 4
    settings = {"activation": ["relu", "tanh"], "hidden_layer_sizes": 6, "max_iter": 4, "seeds": 2, "cv": 0.3, **change}
    with_curves, without = (gn.compare(X, y, curves=curves, progress=False, **settings) for curves in (True, False))
    assert {row.label: row.scores.tolist() for row in with_curves} == {
        row.label: row.scores.tolist() for row in without
    }


@QUIET
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_numbers_are_standardized_within_the_fold_and_scored_in_their_unit(scale):
    y = PROGRESSION * scale + 17
    parameters = SMALL | {"solver": ["adam", "lbfgs"]}
    for scoring, judge in (("r2", r2_score), ("mae", mean_absolute_error)):
        found = gn.compare(PATIENTS, y, seeds=1, cv=3, scoring=scoring, **parameters)
        for solver in ("adam", "lbfgs"):
            for fold, (rows, others) in enumerate(KFold(3, shuffle=True, random_state=0).split(PATIENTS)):
                model = make_pipeline(StandardScaler(), gn.MLPRegressor(random_state=0, **SMALL | {"solver": solver}))
                model = TransformedTargetRegressor(model, transformer=StandardScaler()).fit(PATIENTS[rows], y[rows])
                expected = judge(y[others], model.predict(PATIENTS[others]))
                assert row_of(found, solver=solver).scores[0, fold] == pytest.approx(expected, rel=1e-9)
        assert found.about.larger_is_better == (scoring == "r2")
        assert found[0].mean == (max if scoring == "r2" else min)(row.mean for row in found)


@QUIET
@pytest.mark.parametrize("classes", [2, 3])
def test_scores_are_those_of_scikit_learn(classes):
    kept = CULTIVAR < classes  # noqa: SIM300 (an array)
    X, y = WINE[kept], CULTIVAR[kept]
    rows, others = next(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))
    model = make_pipeline(StandardScaler(), gn.MLPClassifier(random_state=0, **SMALL)).fit(X[rows], y[rows])
    chances = model.predict_proba(X[others])
    areas = [roc_auc_score(y[others] == k, chances[:, k]) for k in range(classes)]
    recalls = [(model.predict(X[others]) == y[others])[y[others] == k].mean() for k in range(classes)]
    for scoring, expected in (
        ("log_loss", log_loss(y[others], chances)),
        ("roc_auc", np.mean(areas)),
        ("balanced_accuracy", np.mean(recalls)),
        (lambda true, predicted: -np.mean(true != predicted), model.score(X[others], y[others]) - 1),
    ):
        found = gn.compare(X, y, activation="relu", seeds=1, cv=[(rows, others)], scoring=scoring, **SMALL)
        assert found[0].scores[0, 0] == pytest.approx(expected, rel=1e-6), scoring


@QUIET
def test_number_of_threads_changes_nothing():
    found = [
        gn.compare(IRIS, SPECIES, activation=["relu", "gelu"], seeds=2, cv=2, n_threads=n, **SMALL).to_json()
        for n in (1, 2)
    ]
    for one in found:
        for row in one["combinations"]:
            del row["seconds"]
    assert found[0] == found[1]


@QUIET
def test_numbers_of_a_row_are_those_of_the_statistics():
    found = gn.compare(WINE, CULTIVAR, activation=["relu", "identity"], seeds=3, cv=4, **SMALL)
    best, other = found
    assert best.scores.shape == (3, 4)
    assert (best.mean, best.low, best.high) == mean_interval(best.scores.ravel(), overlap=1 / 3)
    test = corrected_t_test(best.scores.ravel(), other.scores.ravel(), overlap=1 / 3)
    assert other.behind == pytest.approx(test.difference)
    assert other.p == pytest.approx(test.p)
    assert (best.behind, best.p) == (None, None)
    assert best.n_trainings == 12
    assert best.epochs == SMALL["max_iter"]
    assert best.seconds > 0


@QUIET
def test_every_way_to_cut_rows():
    sizes = {}
    for name, cv in (
        ("folds", 5),
        ("share", 0.2),
        ("splitter", ShuffleSplit(4, test_size=0.2, random_state=0)),
        ("pairs", [(np.arange(100), np.arange(100, 150))]),
    ):
        found = gn.compare(IRIS, SPECIES, activation="relu", seeds=2, cv=cv, **SMALL)
        sizes[name] = (found[0].scores.shape, round(found.about.overlap, 2))
    assert sizes == {
        "folds": ((2, 5), 0.25),
        "share": ((2, 1), 0.25),
        "splitter": ((2, 4), 0.25),
        "pairs": ((2, 1), 0.5),
    }


def table(n=240, seed=0):
    rng = np.random.default_rng(seed)
    color = rng.choice(["red", "green", "blue"], n)
    town = rng.choice([f"town {i}" for i in range(12)], n)
    size = rng.normal(100, 20, n)
    size[::7] = np.nan
    ripe = np.where((color == "red") ^ (rng.random(n) < 0.1), "yes", "no")
    return {"color": color.tolist(), "town": town.tolist(), "size": size.tolist(), "ripe": ripe.tolist()}


@QUIET
def test_tables_are_encoded_within_the_fold(tmp_path):
    columns = table()
    options = {"activation": ["relu", "tanh"], "seeds": 1, "cv": 3, **SMALL, "max_iter": 40, "learning_rate_init": 0.02}
    by_name = gn.compare(columns, target="ripe", **options)
    assert by_name.best.mean > 0.8
    assert by_name.about.source == "X"
    X = {name: values for name, values in columns.items() if name != "ripe"}
    by_column = gn.compare(X, columns["ripe"], **options)
    file = tmp_path / "fruit.csv"
    lines = zip(*([("" if v != v else str(v)) for v in values] for values in columns.values()), strict=True)  # noqa: PLR0124 (NaN)
    file.write_text("\n".join([",".join(columns), *map(",".join, lines)]))
    from_file = gn.compare(file, "ripe", **options)
    assert from_file.about.source == "fruit.csv"
    for other in (by_column, from_file):
        assert [row.scores.tolist() for row in other] == [row.scores.tolist() for row in by_name]
    fewer = gn.compare(columns, target="ripe", ignore="town", **options)
    assert [row.scores.tolist() for row in fewer] != [row.scores.tolist() for row in by_name]


@QUIET
def test_more_kinds_of_targets_and_inputs():
    options = {"activation": ["relu", "tanh"], "seeds": 1, "cv": 2, **SMALL}
    labels = np.column_stack([SPECIES == 0, SPECIES > 0, IRIS[:, 0] > 6]).astype(int)
    assert gn.compare(IRIS, labels, **options).about.task == "classification"
    outputs = gn.compare(IRIS[:, :2], IRIS[:, 2:], **options)
    assert outputs.about.task == "regression"
    dense = gn.compare(np.maximum(IRIS - 3, 0), SPECIES, standardize=False, **options)
    sparse = gn.compare(scipy.sparse.csr_matrix(np.maximum(IRIS - 3, 0)), SPECIES, standardize=False, **options)
    assert [row.scores.tolist() for row in dense] == [row.scores.tolist() for row in sparse]
    counts = gn.compare(
        IRIS, SPECIES + 1.0, task="regression", loss=["poisson", "squared_error"], seeds=1, cv=2, **SMALL
    )
    assert {row.varied["loss"] for row in counts} == {"poisson", "squared_error"}


def test_a_failed_training_is_said_and_never_best():
    with np.errstate(all="ignore"):
        found = gn.compare(
            IRIS,
            SPECIES,
            solver="sgd",
            loss="squared_error",
            learning_rate_init=[1e20, 0.01],
            seeds=2,
            cv=2,
            **SMALL,
        )
    good, bad = found
    assert (good.varied["learning_rate_init"], len(good.failures)) == (0.01, 0)
    assert len(bad.failures) == 4
    assert "diverged" in bad.failures[0]
    assert np.isnan(bad.scores).all()
    assert math.isnan(bad.mean)
    assert (bad.p, bad.tied, bad.losses) == (None, False, None)
    assert "4 of 4 trainings failed: training diverged" in str(found)
    assert found.sentence == "0.01 is the only one that never failed."
    assert found.to_json()["combinations"][1]["mean"] is None
    alone = gn.compare(
        IRIS, SPECIES, solver="sgd", loss="squared_error", learning_rate_init=1e20, seeds=1, cv=2, **SMALL
    )
    assert alone.best is None
    assert "failed" in alone.sentence


@QUIET
def test_what_cannot_begin_has_failed_too():
    y = np.where(np.arange(len(SPECIES)) == 7, 3, SPECIES)  # a class of one row cannot be cut for early stopping
    found = gn.compare(IRIS, y, early_stopping=[False, True], seeds=2, cv=2, **SMALL)
    good, bad = found
    assert good.varied == {"early_stopping": False}
    assert not good.failures
    assert len(bad.failures) == 2
    assert "early_stopping" in bad.varied
    assert "least populated" in bad.failures[0]
    assert np.isnan(bad.scores).sum() == 2


@QUIET
def test_a_diverged_training_that_kept_its_best_epoch_is_warned_of():
    found = gn.compare(
        WINE,
        CULTIVAR,
        solver="sgd",
        loss="squared_error",
        learning_rate_init=1e15,
        early_stopping=True,
        seeds=1,
        cv=2,
        **SMALL,
    )
    assert not found[0].failures
    assert "diverged in 2 of 2 trainings, whose best epoch was kept" in found[0].warnings


@QUIET
def test_what_the_trace_warns_of_is_counted():
    found = gn.compare(
        IRIS,
        SPECIES,
        activation=["relu", "sigmoid"],
        initializer=gn.initializer("normal", std=200.0),
        seeds=1,
        cv=2,
        **SMALL,
    )
    assert any("saturated" in warning and "such training" in warning for row in found for warning in row.warnings)


def test_ctrl_c_leaves_what_all_were_trained_on():
    done = []

    def stop_in_the_second_seed(n, total):
        done.append(n)
        if n == 7:
            _thread.interrupt_main()

    found = gn.compare(
        IRIS,
        SPECIES,
        activation=["relu", "tanh"],
        seeds=50,
        cv=2,
        n_threads=1,
        progress=stop_in_the_second_seed,
        **SMALL,
    )
    assert found.interrupted
    n = found.about.n_splits
    assert 3 <= n < 100
    assert all(np.isfinite(row.scores).sum() == n for row in found)
    assert f"Interrupted: this is what {n} trainings each say." in str(found)

    def stop_at_once(n, total):
        _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        gn.compare(IRIS, SPECIES, activation=["relu", "tanh"], seeds=1, cv=2, progress=stop_at_once, **SMALL)


@QUIET
def test_progress_is_told(capfd):
    told = []
    gn.compare(IRIS, SPECIES, activation=["relu", "tanh"], seeds=1, cv=2, progress=lambda *n: told.append(n), **SMALL)
    assert told == [(i, 4) for i in range(5)]
    gn.compare(IRIS, SPECIES, activation="relu", seeds=1, cv=2, **SMALL)
    assert capfd.readouterr().err == ""
    gn.compare(IRIS, SPECIES, activation="relu", seeds=1, cv=2, progress=True, **SMALL)
    assert "2 of 2 trainings" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"activation": ["relu", "rleu"]}, ParameterError, 'Did you mean "relu"'),
        ({"activatoin": ["relu"]}, ParameterError, "activatoin"),
        ({"random_state": -1}, ParameterError, "random_state"),
        ({"n_threads": 0}, ParameterError, "n_threads"),
        ({"verbose": True}, ParameterError, "verbose"),
        ({"alpha": []}, ParameterError, "at least one value"),
        ({"alpha": [1, 1]}, ParameterError, "differ"),
        ({"seeds": 0}, ParameterError, "seeds"),
        ({"seeds": [1, 1]}, ParameterError, "seeds"),
        ({"seeds": "ten"}, ParameterError, "seeds"),
        ({"cv": 1}, ParameterError, "at least 2 folds"),
        ({"cv": 1.5}, ParameterError, "cv"),
        ({"cv": 51}, ParameterError, "most frequent class"),
        ({"cv": "five"}, ParameterError, "cv"),
        ({"cv": [(np.arange(10), np.array([150]))]}, ParameterError, "rows of X"),
        ({"scoring": "acuracy"}, ParameterError, 'Did you mean "accuracy"'),
        ({"scoring": "rmse"}, ParameterError, "scoring"),
        ({"scoring": "log_loss", "loss": "hinge"}, ParameterError, "probability"),
        ({"confidence": 95}, ParameterError, "confidence"),
        ({"task": "clustering"}, ParameterError, "task"),
        ({"ignore": "a"}, ParameterError, "array"),
        ({"target": "species"}, TableError, "species"),
        ({"y": None}, ParameterError, "y must be"),
        ({"X": "no.csv"}, ParameterError, "target"),
        ({"X": np.full((150, 2), np.nan)}, DataError, "row 0, column 0"),
    ],
)
def test_mistakes_are_told_before_anything_is_trained(change, error, said):
    def nothing_is_trained(done, total):
        raise AssertionError("training has begun")

    arguments = {"X": IRIS, "y": SPECIES, "progress": nothing_is_trained, "seeds": 1, "cv": 2, **change}
    if "n_threads" in change:
        arguments["progress"] = False
    X, y = arguments.pop("X"), arguments.pop("y")
    with pytest.raises(error, match=said):
        gn.compare(X, y, **arguments)
