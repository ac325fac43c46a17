"""What a classifier is asked to tell apart, and how it says what it found."""

import numpy as np
import pytest
import scipy.sparse
from scipy.special import expit, log_softmax
from sklearn.datasets import load_iris, make_classification, make_multilabel_classification

import glassnet as gn
from glassnet.errors import DataError, ParameterError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

IRIS_X, IRIS_Y = load_iris(return_X_y=True)
IRIS_X = (IRIS_X - IRIS_X.mean(axis=0)) / IRIS_X.std(axis=0)
TWO_X, TWO_Y = make_classification(n_samples=120, n_features=6, random_state=0)
MANY_X, MANY_Y = make_multilabel_classification(n_samples=150, n_features=8, n_classes=4, random_state=0)
MANY_X = (MANY_X - MANY_X.mean(axis=0)) / MANY_X.std(axis=0)

PROBLEMS = {"two": (TWO_X, TWO_Y), "three": (IRIS_X, IRIS_Y), "labels": (MANY_X, MANY_Y)}


def fitted(problem="three", **parameters):
    X, y = PROBLEMS[problem]
    return gn.MLPClassifier(**{"solver": "lbfgs", "hidden_layer_sizes": 8, "random_state": 0, **parameters}).fit(X, y)


@pytest.mark.parametrize(
    ("problem", "n_outputs", "activation", "least"),
    [("two", 1, "logistic", 0.95), ("three", 3, "softmax", 0.95), ("labels", 4, "logistic", 0.6)],
)
def test_each_kind_of_problem_has_its_output(problem, n_outputs, activation, least):
    X, y = PROBLEMS[problem]
    model = fitted(problem)
    assert model.n_outputs_ == n_outputs
    assert model.out_activation_ == activation
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > least


def test_no_hidden_layer_is_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    # alpha / 2 * W**2 / n here, W**2 / (2 * C * n) there.
    ours = fitted("two", hidden_layer_sizes=(), alpha=2.0, tol=1e-9, max_iter=2000)
    theirs = LogisticRegression(C=0.5, tol=1e-12, max_iter=2000).fit(TWO_X, TWO_Y)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [0.0, 1.0], [False, True], np.array(["no", "yes"], object)])
def test_labels_come_back_as_they_were(labels):
    labels = np.asarray(labels)
    y = labels[TWO_Y]
    model = gn.MLPClassifier(solver="lbfgs", hidden_layer_sizes=8, random_state=0).fit(TWO_X, y)
    assert model.classes_.tolist() == sorted(labels.tolist())
    assert model.predict(TWO_X).dtype == labels.dtype
    assert np.mean(model.predict(TWO_X) == y) > 0.95


def test_indicator_may_be_sparse():
    dense = fitted("labels")
    sparse = gn.MLPClassifier(solver="lbfgs", hidden_layer_sizes=8, random_state=0)
    sparse.fit(MANY_X, scipy.sparse.csr_matrix(MANY_Y))
    np.testing.assert_array_equal(sparse.predict(MANY_X), dense.predict(MANY_X))


@pytest.mark.parametrize("parameters", [{}, {"output_activation": "softmax"}, {"output_activation": "sigmoid"}])
@pytest.mark.parametrize("problem", ["two", "three"])
def test_probabilities_add_up_and_agree_with_decisions(problem, parameters):
    X, _ = PROBLEMS[problem]
    model = fitted(problem, **parameters)
    chances = model.predict_proba(X)
    assert chances.shape == (len(X), len(model.classes_))
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(model.classes_[chances.argmax(axis=1)], model.predict(X))
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), chances, rtol=1e-9, atol=1e-300)
    decision = model.decision_function(X)
    if problem == "two":
        np.testing.assert_array_equal((decision > 0).astype(int), model.predict(X))
        # Below -709.8 SciPy's expit is 0, the chance a subnormal number.
        np.testing.assert_allclose(expit(decision), chances[:, 1], rtol=1e-9, atol=1e-307)
    else:
        np.testing.assert_array_equal(decision.argmax(axis=1), model.predict(X))


def test_probabilities_of_labels_are_separate():
    model = fitted("labels")
    chances = model.predict_proba(MANY_X)
    assert chances.shape == MANY_Y.shape
    np.testing.assert_array_equal(chances > 0.5, model.predict(MANY_X))
    np.testing.assert_allclose(chances, expit(model.decision_function(MANY_X)), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(MANY_X)), chances, rtol=1e-9, atol=1e-300)


def test_output_activation_changes_the_network():
    assert fitted("two", output_activation="softmax").n_outputs_ == 2
    one_against_rest = fitted("three", output_activation="logistic")
    assert one_against_rest.out_activation_ == "logistic"
    assert one_against_rest.n_outputs_ == 3
    assert one_against_rest.score(IRIS_X, IRIS_Y) > 0.95
    with pytest.raises(ParameterError, match="output_activation"):
        fitted("labels", output_activation="softmax")


@pytest.mark.parametrize("problem", ["two", "three", "labels"])
def test_log_probabilities_stay_finite_where_probabilities_round_to_zero(problem):
    X, _ = PROBLEMS[problem]
    model = fitted(problem)
    model.coefs_[-1] = model.coefs_[-1] * 1e4
    logs = model.predict_log_proba(X)
    assert np.isfinite(logs).all()
    assert logs.min() < -800  # exp of it is 0
    scores = model.decision_function(X)
    if problem == "three":
        np.testing.assert_allclose(logs, log_softmax(scores, axis=1), rtol=1e-9)


@pytest.mark.parametrize("problem", ["two", "three", "labels"])
@pytest.mark.parametrize("loss", ["squared_error", "mse", gn.loss("huber", delta=0.5)])
def test_a_loss_without_probabilities(problem, loss):
    X, y = PROBLEMS[problem]
    model = fitted(problem, loss=loss)
    assert model.out_activation_ == "identity"
    assert np.mean(model.predict(X) == y) > 0.85
    for method in ("predict_proba", "predict_log_proba"):
        assert not hasattr(model, method)
        assert not hasattr(gn.MLPClassifier(loss=loss), method)
        assert hasattr(fitted(problem), method)
    decision = model.decision_function(X)
    if problem == "three":
        np.testing.assert_array_equal(decision.argmax(axis=1), model.predict(X))
    else:
        np.testing.assert_array_equal(decision > 0, model.predict(X) == 1)


def test_predict_proba_is_offered_before_fit():
    for loss in ["log_loss", "binary_cross_entropy", gn.losses.softmax_cross_entropy, "misspelt"]:
        assert hasattr(gn.MLPClassifier(loss=loss), "predict_proba")


@pytest.mark.parametrize(
    ("labels", "activation", "expected"),
    [
        ([0, 1, 2], "softmax", 0.7 * np.eye(3) + 0.1),
        ([0, 1, 0], "sigmoid", [[0.85, 0.15], [0.15, 0.85], [0.85, 0.15]]),
        ([0, 1, 0], "softmax", [[0.85, 0.15], [0.15, 0.85], [0.85, 0.15]]),
        ([[1, 0], [1, 1], [0, 0]], "auto", [[0.85, 0.15], [0.85, 0.85], [0.15, 0.15]]),
    ],
)
def test_label_smoothing_aims_at_the_smoothed_target(labels, activation, expected):
    model = gn.MLPClassifier((), solver="lbfgs", alpha=0, tol=1e-10, max_iter=1000, random_state=0)
    model.set_params(label_smoothing=0.3, output_activation=activation)
    model.fit(np.repeat(np.eye(3), 10, axis=0), np.repeat(labels, 10, axis=0))
    np.testing.assert_allclose(model.predict_proba(np.eye(3)), expected, atol=1e-4)


def test_one_class_is_refused():
    with pytest.raises(DataError, match='needs at least two classes in y; got one class: "a"'):
        gn.MLPClassifier().fit(TWO_X, ["a"] * len(TWO_X))
    with pytest.raises(DataError, match="two classes"):
        gn.MLPClassifier().partial_fit(TWO_X, TWO_Y, classes=[0])


def test_targets_that_are_no_labels_are_refused():
    with pytest.raises(ValueError, match="continuous"):
        gn.MLPClassifier().fit(TWO_X, TWO_Y + 0.5)
    with pytest.raises(ValueError, match="only an indicator of 0 and 1 has columns"):
        gn.MLPClassifier().fit(TWO_X, np.column_stack([TWO_Y + 1, TWO_Y + 2]))


@pytest.mark.parametrize("form", [scipy.sparse.csr_matrix, scipy.sparse.csc_matrix, scipy.sparse.csr_array])
@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_sparse_rows_give_what_dense_rows_give(form, solver):
    X = np.where(np.abs(IRIS_X) > 0.8, IRIS_X, 0)
    parameters = {"hidden_layer_sizes": 6, "random_state": 0, "max_iter": 30, "solver": solver}
    dense = gn.MLPClassifier(**parameters).fit(X, IRIS_Y)
    sparse = gn.MLPClassifier(**parameters).fit(form(X), IRIS_Y)
    np.testing.assert_allclose(sparse.predict_proba(form(X)), dense.predict_proba(X), rtol=1e-7)
    np.testing.assert_allclose(sparse.predict_proba(X), dense.predict_proba(form(X)), rtol=1e-7)


def test_sparse_rows_may_hold_duplicates_and_unsorted_columns():
    row, column = [0, 0, 0, 1, 2], [2, 0, 2, 1, 0]
    messy = scipy.sparse.csr_matrix((np.ones(5), column, [0, 3, 4, 5]), shape=(3, 3))
    assert messy.nnz == len(row)
    model = gn.MLPClassifier(4, max_iter=5, random_state=0)
    tidy = model.fit(messy.toarray(), [0, 1, 0]).predict_proba(messy.toarray())
    np.testing.assert_allclose(model.fit(messy, [0, 1, 0]).predict_proba(messy), tidy, rtol=1e-12)
