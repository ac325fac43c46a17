"""The comparison front: which activation, which initializer, which rate is better here, and how sure that is.

    grid         what is compared: every combination of the values that were given
    material     the data, and how each fold is cut, encoded and standardized
    contenders   a combination as the engine takes it
    running      every combination on every fold of every seed, many networks at once
    keeping      what is done, in a file, so that an interrupted comparison goes on
    result       means, intervals, tests, learning curves: the `Comparison`

It stands on the estimators: a network here is the one that `MLPClassifier` or `MLPRegressor` would train.
"""

from glassnet.comparison.comparing import compare as compare
from glassnet.comparison.result import Comparison as Comparison
from glassnet.comparison.result import Row as Row
