"""Weights of rows and classes: an integer weight is so many rows, and class weights multiply."""

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.utils.class_weight import compute_class_weight

import glassnet as gn
from glassnet.errors import DataError, ParameterError
from glassnet.estimators.targets import Labels, class_weights, row_weights

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = make_classification(n_samples=60, n_features=5, n_informative=4, n_redundant=0, n_classes=3, random_state=0)
WEIGHT = np.random.RandomState(0).randint(0, 4, size=60).astype(float)
MANY_X, MANY_Y = make_multilabel_classification(n_samples=60, n_features=5, n_classes=3, random_state=0)
MANY_X = MANY_X / MANY_X.std()
REPEATED = np.repeat(np.arange(60), WEIGHT.astype(int))

FULL_BATCH = {"hidden_layer_sizes": 6, "max_iter": 40, "random_state": 0, "shuffle": False}


def same_weights(one, other, rtol=1e-9):
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_integer_weights_are_repetitions(solver):
    weighted = gn.MLPClassifier(**FULL_BATCH, solver=solver, batch_size=60).fit(X, Y, WEIGHT)
    repeated = gn.MLPClassifier(**FULL_BATCH, solver=solver, batch_size=len(REPEATED)).fit(X[REPEATED], Y[REPEATED])
    # L-BFGS amplifies the rounding of sums in another order.
    same_weights(weighted, repeated, rtol=1e-3 if solver == "lbfgs" else 1e-8)
    assert weighted.loss_ == pytest.approx(repeated.loss_, rel=1e-6)


def test_weights_are_exact_in_a_partial_last_batch():
    # Two batches of 20 and one of 10. Where the weights of each batch are the same, they must not matter.
    weight = np.repeat([3.0, 0.5, 7.0], [20, 20, 10])
    parameters = {**FULL_BATCH, "batch_size": 20, "solver": "sgd", "alpha": 0.0}
    plain = gn.MLPClassifier(**parameters).fit(X[:50], Y[:50])
    same_weights(gn.MLPClassifier(**parameters).fit(X[:50], Y[:50], weight), plain)


def test_rows_of_weight_zero_do_not_count():
    kept = WEIGHT > 0
    weighted = gn.MLPClassifier(**FULL_BATCH, solver="sgd").fit(X, Y, kept.astype(float))
    same_weights(weighted, gn.MLPClassifier(**FULL_BATCH, solver="sgd").fit(X[kept], Y[kept]))


def test_a_batch_of_weight_zero_changes_nothing():
    weight = np.repeat([1.0, 0.0], 30)
    parameters = {**FULL_BATCH, "batch_size": 30, "solver": "sgd", "momentum": 0.0}
    same_weights(gn.MLPClassifier(**parameters).fit(X, Y, weight), gn.MLPClassifier(**parameters).fit(X[:30], Y[:30]))


@pytest.mark.parametrize(
    ("weight", "error", "match"),
    [
        (np.where(np.arange(60) == 9, -1.0, 1.0), DataError, r"row 9 is -1\.0"),
        (np.where(np.arange(60) == 9, np.nan, 1.0), DataError, "row 9 is nan"),
        (np.zeros(60), DataError, "all its values are zero"),
        (np.ones(59), DataError, r"sample_weight must have shape \(60,\).* got shape \(59,\)"),
        (np.ones((60, 1)), DataError, "sample_weight must have shape"),
    ],
)
def test_wrong_sample_weights(weight, error, match):
    with pytest.raises(error, match=match):
        gn.MLPClassifier(5, max_iter=2).fit(X, Y, weight)


@pytest.mark.parametrize("form", [list, np.float32, int])
def test_forms_of_sample_weights(form):
    weight = WEIGHT.tolist() if form is list else WEIGHT.astype(form)
    same_weights(gn.MLPClassifier(**FULL_BATCH).fit(X, Y, weight), gn.MLPClassifier(**FULL_BATCH).fit(X, Y, WEIGHT))
    same_weights(gn.MLPClassifier(**FULL_BATCH).fit(X, Y, 2.0), gn.MLPClassifier(**FULL_BATCH, alpha=5e-5).fit(X, Y))


@pytest.mark.parametrize("class_weight", ["balanced", {0: 0.5, 1: 2.0, 2: 1.0}, {1: 2.0}, {np.int64(0): np.float32(3)}])
def test_class_weights_multiply_sample_weights(class_weight):
    by_class = np.ones(3)
    if class_weight == "balanced":
        counts = np.bincount(Y, weights=WEIGHT)
        by_class = WEIGHT.sum() / (3 * counts)
    else:
        by_class[list(class_weight)] = list(class_weight.values())
    asked = gn.MLPClassifier(**FULL_BATCH, class_weight=class_weight).fit(X, Y, WEIGHT)
    same_weights(asked, gn.MLPClassifier(**FULL_BATCH).fit(X, Y, WEIGHT * by_class[Y]))


def test_balanced_is_scikit_learns():
    labels, codes = Labels.learn(np.array(["b", "a", "a", "c", "a"]))
    expected = compute_class_weight("balanced", classes=labels.classes, y=labels.classes[codes])
    np.testing.assert_allclose(class_weights("balanced", labels, codes, None), expected)


@pytest.mark.parametrize("class_weight", ["balanced", [{0: 1.0, 1: 2.0}, "balanced", {1: 0.5}]])
def test_each_label_has_its_own_class_weights(class_weight):
    labels, codes = Labels.learn(MANY_Y)
    weights = class_weights(class_weight, labels, codes, None)
    by_element = row_weights(weights, codes, None)
    for k in range(3):
        counts = np.bincount(MANY_Y[:, k], minlength=2)
        expected = 60 / (2 * counts)
        if isinstance(class_weight, list) and k != 1:
            expected = [class_weight[k].get(0, 1.0), class_weight[k].get(1, 1.0)]
        np.testing.assert_allclose(by_element[:, k], np.asarray(expected)[MANY_Y[:, k]])
    assert row_weights(weights, codes, WEIGHT) == pytest.approx(by_element * WEIGHT[:, None])


def test_labels_are_trained_with_their_class_weights():
    # Without a hidden layer the columns are separate regressions: each must be the one with its own class weight.
    parameters = {"hidden_layer_sizes": (), "solver": "lbfgs", "alpha": 1.0, "tol": 1e-9, "max_iter": 1000}
    several = gn.MLPClassifier(**parameters, class_weight="balanced").fit(MANY_X, MANY_Y)
    for k in range(3):
        alone = gn.MLPClassifier(**parameters, class_weight="balanced").fit(MANY_X, MANY_Y[:, k])
        np.testing.assert_allclose(several.coefs_[0][:, k], alone.coefs_[0][:, 0], atol=2e-3)


@pytest.mark.parametrize(
    ("y", "class_weight", "match"),
    [
        (Y, "balance", "class_weight must be"),
        (Y, {7: 1.0}, "keys are classes"),
        (Y, {0: -1.0}, "finite weights of at least 0"),
        (Y, {0: np.nan}, "finite weights"),
        (Y, [1, 2, 3], "class_weight must be"),
        (MANY_Y, {0: 2.0}, "one dict an output"),
        (MANY_Y, [{0: 1.0}], "one dict an output"),
        (MANY_Y, [{0: 1.0}, {2: 1.0}, {0: 1.0}], r"class_weight\[1\]"),
    ],
)
def test_wrong_class_weights(y, class_weight, match):
    with pytest.raises(ParameterError, match=match):
        gn.MLPClassifier(5, max_iter=2, class_weight=class_weight).fit(MANY_X, y)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_class_weights_weigh_validation_rows_too(solver):
    model = gn.MLPClassifier(5, max_iter=20, random_state=0, solver=solver, class_weight={0: 3.0, 2: 0.5})
    model.fit(X[:40], Y[:40], X_val=X[40:], y_val=Y[40:], sample_weight_val=WEIGHT[40:])
    weight = WEIGHT[40:] * np.array([3.0, 1.0, 0.5])[Y[40:]]
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[40:], Y[40:], weight))
    losses = -model.predict_log_proba(X[40:])[np.arange(20), Y[40:]]
    assert model.validation_loss_curve_[-1] == pytest.approx(np.average(losses, weights=weight))


def test_balanced_needs_all_rows():
    with pytest.raises(ParameterError, match="cannot count all rows"):
        gn.MLPClassifier(5, class_weight="balanced").partial_fit(X, Y, classes=[0, 1, 2])
    gn.MLPClassifier(5, class_weight={0: 2.0}).partial_fit(X, Y, classes=[0, 1, 2])
