"""scikit-learn's own checks of the tabular estimators; the exceptions are listed with their reasons."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from glassnet import TabularClassifier, TabularRegressor

# Part of the rows is held out to choose the epoch by. A row of weight 2 is held out or not as one row, two equal rows
# fall into either part each for itself: so their models cannot be equal.
HOLD_OUT = "rows are held out at random: a weight of 2 is one row there, and two equal rows are two"
EXCEPTIONS = {
    "check_sample_weight_equivalence_on_dense_data": HOLD_OUT,
    "check_sample_weights_invariance": HOLD_OUT,
}

# scikit-learn 1.6 gives pytest a generator, which pytest no longer wants: make it a list.
_CHECKS = parametrize_with_checks(
    [TabularClassifier(max_iter=30), TabularRegressor(max_iter=30)], expected_failed_checks=lambda _: EXCEPTIONS
)
CHECKS = pytest.mark.parametrize(_CHECKS.args[0], list(_CHECKS.args[1]), **_CHECKS.kwargs)


@CHECKS
def test_check(estimator, check):
    check(estimator)
