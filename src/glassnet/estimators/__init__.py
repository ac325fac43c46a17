"""The scikit-learn front: estimators whose parameters, methods and fitted attributes are those of scikit-learn's MLP.

A front translates. `translate` turns parameters into a `NetworkSpec` and a `TrainingSpec`, `validation` and `targets`
turn what people pass as X and y into the arrays that the engine takes, and the engine does the rest.
"""

from glassnet.estimators.classifier import MLPClassifier as MLPClassifier
from glassnet.estimators.regressor import MLPRegressor as MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
