"""Where a healthy layer ends: numbers that more than one place asks for.

Dead units: some are dead from the start in relu networks of small width (He-uniform weights on 4 columns leave up to
an eighth), and do no harm. CS231n warns of 40%; a quarter is a layer that is narrower than it was meant to be.
Saturated outputs: beyond half of them, most of the gradient that comes from above ends in the layer.
"""

DEAD_NOTE, DEAD_WARNING = 0.0, 0.25
SATURATED_NOTE, SATURATED_WARNING = 0.1, 0.5
# Ratio of an update's norm to that of the weights, in the first epoch.
LARGE_UPDATE, USUAL_UPDATE = 0.1, 0.01
# Ratio of the largest to the smallest norm of a layer's gradient, at the end of a training.
SPREAD_NOTE, SPREAD_WARNING = 30.0, 1000.0
