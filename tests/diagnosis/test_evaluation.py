"""Metrics against numbers worked out by hand, against scikit-learn, and where they are not defined."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from sklearn import metrics

from glassnet.diagnosis import evaluate_classes, evaluate_numbers
from glassnet.errors import ShapeError

TINY = np.finfo(np.float64).tiny


def three_classes(n=200, seed=0):
    """Codes, probabilities that know something of them, and weights of which some are 0."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n)
    scores = rng.normal(size=(n, 3))
    scores[np.arange(n), codes] += 1
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return codes, probabilities, rng.integers(0, 3, n).astype(float)


# Two classes by hand. Of four rows three are right. Pairs of a "yes" and the "no": 0.7, 0.4 and 0.9 against 0.5, two
# of three in the right order. The naive answer is "no", as of three quarters of the training rows; one of four is so.
CODES = [0, 1, 1, 1]
PROBABILITIES = [[0.5, 0.5], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]]


def test_two_classes_by_hand():
    found = evaluate_classes(CODES, PROBABILITIES, ["no", "yes"], [0.75, 0.25])
    assert (found.task, found.n) == ("binary", 4)
    assert found.metrics["accuracy"] == 0.75
    assert found.metrics["log_loss"] == pytest.approx(-math.log(0.5 * 0.7 * 0.4 * 0.9) / 4, rel=1e-15)
    assert found.metrics["roc_auc"] == pytest.approx(2 / 3, rel=1e-15)
    assert found.baseline["accuracy"] == 0.25
    assert found.baseline["log_loss"] == pytest.approx(-math.log(0.75 * 0.25**3) / 4, rel=1e-15)
    assert found.baseline["roc_auc"] == 0.5
    assert (found.baseline_name, found.baseline_answer) == ("most_frequent_class", "no")
    assert found.accuracy is not None
    assert (found.accuracy.right, found.accuracy.n) == (3, 4)
    assert found.confusion is not None
    assert found.confusion.tolist() == [[1, 0], [1, 2]]
    assert found.classes == ["no", "yes"]


def test_weights_by_hand():
    found = evaluate_classes(CODES, PROBABILITIES, ["no", "yes"], [3, 1], [1, 0, 2, 1])
    assert found.metrics["accuracy"] == 0.5
    assert found.metrics["log_loss"] == pytest.approx(-math.log(0.5 * 0.4**2 * 0.9) / 4, rel=1e-15)
    assert found.metrics["roc_auc"] == pytest.approx(1 / 3, rel=1e-15)  # 0.9 is above 0.5, 0.4 of weight 2 is not
    assert found.accuracy is not None
    assert (found.accuracy.right, found.accuracy.n) == (3, 4), "rows are counted, whatever they weigh"


@pytest.mark.parametrize("weighted", [False, True])
def test_three_classes_as_scikit_learn_has_it(weighted):
    codes, probabilities, weight = three_classes()
    chosen = weight if weighted else None
    found = evaluate_classes(codes, probabilities, [0, 1, 2], [1, 1, 2], chosen)
    by_them = {
        "accuracy": metrics.accuracy_score(codes, probabilities.argmax(axis=1), sample_weight=chosen),
        "log_loss": metrics.log_loss(codes, probabilities, sample_weight=chosen),
        "roc_auc": metrics.roc_auc_score(codes, probabilities, multi_class="ovr", sample_weight=chosen),
    }
    assert found.task == "multiclass"
    assert found.metrics == pytest.approx(by_them, rel=1e-12)
    assert found.baseline["roc_auc"] == 0.5
    assert found.baseline["log_loss"] == pytest.approx(
        metrics.log_loss(codes, np.tile([0.25, 0.25, 0.5], (len(codes), 1)), sample_weight=chosen), rel=1e-12
    )
    assert found.confusion is not None
    assert (found.confusion == metrics.confusion_matrix(codes, probabilities.argmax(axis=1))).all()


def test_the_area_is_averaged_over_the_classes_that_occur():
    codes, probabilities, _weight = three_classes()
    two = codes < 2
    found = evaluate_classes(codes[two], probabilities[two], list("abc"), [1, 1, 1])
    areas = [metrics.roc_auc_score(codes[two] == code, probabilities[two, code]) for code in (0, 1)]
    assert found.metrics["roc_auc"] == pytest.approx(np.mean(areas), rel=1e-15)


@pytest.mark.parametrize("classes", [["a", "b"], ["a", "b", "c"]])
def test_with_one_class_in_the_rows_there_is_no_area(classes):
    found = evaluate_classes([1, 1], np.full((2, len(classes)), 1 / len(classes)), classes, [1] * len(classes))
    assert found.metrics["roc_auc"] is None
    assert found.baseline["roc_auc"] is None


def test_a_class_whose_rows_weigh_nothing_does_not_occur():
    found = evaluate_classes([0, 1, 1], [[0.6, 0.4], [0.2, 0.8], [0.3, 0.7]], ["a", "b"], [1, 1], [0, 1, 1])
    assert found.metrics["roc_auc"] is None


def test_a_class_that_was_ruled_out_costs_a_finite_amount():
    found = evaluate_classes([1], [[1.0, 0.0]], ["a", "b"], [1, 0])
    assert found.metrics["log_loss"] == pytest.approx(-math.log(TINY), rel=1e-15)
    assert found.baseline["log_loss"] == found.metrics["log_loss"]
    assert 708 < found.metrics["log_loss"] < 709


def test_a_model_without_probabilities_is_judged_by_its_answers():
    found = evaluate_classes([0, 1, 1], None, ["a", "b"], [1, 2], predicted=[0, 0, 1])
    assert found.metrics == {"accuracy": pytest.approx(2 / 3), "log_loss": None, "roc_auc": None}
    assert found.baseline["accuracy"] == pytest.approx(2 / 3)


def test_what_the_model_answers_goes_before_the_largest_probability():
    found = evaluate_classes([1], [[0.7, 0.3]], ["a", "b"], [1, 1], predicted=[1])
    assert found.metrics["accuracy"] == 1


def test_too_many_classes_get_no_matrix():
    labels = list(range(101))
    probabilities = np.full((3, 101), 1 / 101)
    assert evaluate_classes([0, 1, 2], probabilities, labels, np.ones(101)).confusion is None
    assert evaluate_classes([0, 1, 2], probabilities[:, :100], labels[:100], np.ones(100)).confusion is not None


def test_numbers_by_hand():
    # Mean 3, squares around it 4 + 1 + 9 = 14; errors 0, -1, 1; around the training mean of 2: 1, 0, 16.
    found = evaluate_numbers([1, 2, 6], [1, 3, 5], training_mean=2)
    assert (found.task, found.n) == ("regression", 3)
    assert found.metrics == pytest.approx({"rmse": math.sqrt(2 / 3), "mae": 2 / 3, "r2": 1 - 2 / 14}, rel=1e-14)
    assert found.baseline == pytest.approx({"rmse": math.sqrt(17 / 3), "mae": 5 / 3, "r2": 1 - 17 / 14}, rel=1e-14)
    assert (found.baseline_name, found.baseline_answer) == ("training_mean", 2.0)
    assert found.accuracy is found.confusion is found.classes is None


@pytest.mark.parametrize("weighted", [False, True])
def test_numbers_as_scikit_learn_has_it(weighted):
    rng = np.random.default_rng(1)
    y = rng.normal(5, 2, 100)
    predicted = y + rng.normal(size=100)
    weight = rng.integers(0, 4, 100).astype(float) if weighted else None
    by_them = {
        "rmse": metrics.root_mean_squared_error(y, predicted, sample_weight=weight),
        "mae": metrics.mean_absolute_error(y, predicted, sample_weight=weight),
        "r2": metrics.r2_score(y, predicted, sample_weight=weight),
    }
    assert evaluate_numbers(y, predicted, 0.0, weight).metrics == pytest.approx(by_them, rel=1e-12)


@pytest.mark.parametrize("y", [[0.1] * 3, [7.0], [1e300] * 2])
def test_without_spread_there_is_no_r2(y):
    found = evaluate_numbers(y, [1.0] * len(y), 0.0)
    assert found.metrics["r2"] is None
    assert found.baseline["r2"] is None


def test_a_spread_that_weighs_nothing_is_none():
    assert evaluate_numbers([0.1, 0.1, 5.0], [1.0, 1.0, 1.0], 0.0, [1, 1, 0]).metrics["r2"] is None


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_extreme_numbers_neither_overflow_nor_vanish(size):
    found = evaluate_numbers([1 * size, 2 * size, 6 * size], [1 * size, 3 * size, 5 * size], 2 * size)
    assert found.metrics["rmse"] == pytest.approx(math.sqrt(2 / 3) * size, rel=1e-14)
    assert found.metrics["r2"] == pytest.approx(1 - 2 / 14, rel=1e-14)


def test_without_rows_there_is_nothing_to_judge():
    with pytest.raises(ShapeError, match="at least one row"):
        evaluate_classes([], np.empty((0, 2)), ["a", "b"], [1, 1])
    with pytest.raises(ShapeError, match="at least one row"):
        evaluate_numbers([], [], 0.0)


def test_it_turns_to_json():
    found = evaluate_classes(np.array([0, 1]), np.eye(2, dtype=np.float32), list(np.array([1.5, 2.5])), [1, 2])
    again = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert again["metrics"] == {"accuracy": 1.0, "log_loss": 0.0, "roc_auc": 1.0}
    assert again["classes"] == [1.5, 2.5]
    assert again["baseline_answer"] == 2.5
    assert again["confusion_matrix"] == [[1, 0], [0, 1]]
    low, high = again["accuracy_interval"]
    assert low < 1 == high


def test_json_knows_no_infinity():
    found = evaluate_numbers([1.0, 2.0], [np.inf, 2.0], 1.5)
    assert found.metrics["rmse"] == math.inf
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["metrics"]["rmse"] is None


def test_area_comes_from_scores_where_there_are_no_probabilities():
    codes, scores = [0, 1, 1, 0], [-1.0, 2.0, 0.5, 0.7]
    found = evaluate_classes(codes, None, ["a", "b"], [1, 1], predicted=[0, 1, 1, 1], scores=scores)
    assert found.metrics == {"accuracy": 0.75, "log_loss": None, "roc_auc": 0.75}
    without = evaluate_classes(codes, None, ["a", "b"], [1, 1], predicted=[0, 1, 1, 1])
    assert without.metrics["roc_auc"] is None
    three = evaluate_classes([0, 1, 2], None, list("abc"), [1, 1, 1], predicted=[0, 1, 2], scores=np.eye(3))
    assert three.metrics["roc_auc"] == 1.0


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_area_under_the_roc_curve_is_scikit_learns(n_classes, weighted):
    random = np.random.default_rng(n_classes)
    codes = random.integers(0, n_classes, 300)
    scores = np.round(random.dirichlet(np.ones(n_classes), 300), 1)  # many ties
    weight = random.integers(0, 3, 300).astype(float) if weighted else None
    found = evaluate_classes(codes, scores, list(range(n_classes)), np.ones(n_classes), weight).metrics["roc_auc"]
    watched = [1] if n_classes == 2 else range(n_classes)
    wanted = np.mean([metrics.roc_auc_score(codes == code, scores[:, code], sample_weight=weight) for code in watched])
    assert found == pytest.approx(wanted, abs=1e-14)
