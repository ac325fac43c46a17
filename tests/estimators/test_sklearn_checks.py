"""scikit-learn's own checks of estimators, all of them, with no expected failure."""

import warnings

import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from glassnet import MLPClassifier, MLPRegressor

# The settings with which scikit-learn runs this check on its own MLP: what holds exactly only for the loss (not for
# batches of rows that are drawn at random) is shown by a solver that uses all rows at once.
WEIGHT_EQUIVALENCE = {
    "MLPClassifier": {"solver": "lbfgs"},
    "MLPRegressor": {"solver": "sgd", "tol": 1e-2, "random_state": 42},
}


# scikit-learn 1.6 gives pytest a generator, which pytest no longer wants: make it a list.
_CHECKS = parametrize_with_checks([MLPClassifier(max_iter=100), MLPRegressor(max_iter=100)])
CHECKS = pytest.mark.parametrize(_CHECKS.args[0], list(_CHECKS.args[1]), **_CHECKS.kwargs)


@CHECKS
def test_check(estimator, check):
    if check.func.__name__ == "check_sample_weight_equivalence_on_dense_data":
        estimator = clone(estimator).set_params(**WEIGHT_EQUIVALENCE[type(estimator).__name__])
    with warnings.catch_warnings():
        # 100 epochs are not always enough, and some checks bring batches larger than their data; nothing else warns.
        warnings.simplefilter("ignore", ConvergenceWarning)
        check(estimator)


@pytest.mark.parametrize("estimator", [MLPClassifier(), MLPRegressor()])
def test_tags_are_those_of_scikit_learns_own(estimator):
    from sklearn import neural_network
    from sklearn.utils import get_tags

    tags = get_tags(estimator)
    theirs = get_tags(getattr(neural_network, type(estimator).__name__)())
    # What scikit-learn's do as well and do not say: several outputs; sparse rows, in scikit-learn 1.6.
    theirs.target_tags.multi_output |= isinstance(estimator, MLPRegressor)
    theirs.input_tags.sparse = True
    assert tags == theirs
