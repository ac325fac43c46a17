"""Numbers for the rules on shapes of functions and on what functions cost."""

from __future__ import annotations

RULES = {
    "selu-kink": {
        "holds": {"selu_jump": 0.0, "relu_jump": 1.0},
        "holds in part": {"selu_jump": 0.3, "relu_jump": 1.0},
        "does not hold": {"selu_jump": 0.7, "relu_jump": 1.0},
    },
    "softplus-tangent": {
        "holds": {"crossing": 0.0},
        "holds in part": {"crossing": -0.02},
        "does not hold": {"crossing": 0.69},
    },
    "relu-squash": {
        "holds": {"outside": 0.0, "error_32": 0.005},
        "holds in part": {"outside": 0.0, "error_32": 0.1},
        "does not hold": {"outside": 0.2, "error_32": 0.005},
    },
    "parameters-of-activations": {
        "holds": {"prelu_per_unit": 1.0, "maxout_over_pieces": 1.0},
        "holds in part": {"prelu_per_unit": 1.0, "maxout_over_pieces": 0.9},
        "does not hold": {"prelu_per_unit": 2.0, "maxout_over_pieces": 0.9},
    },
    "many-classes": {
        "holds": {"growth_low": 90.0, "share": 0.4},
        "holds in part": {"growth_low": 90.0, "share": 0.02},
        "does not hold": {"growth_low": 3.0, "share": 0.4},
    },
    "cost-of-exp": {
        "holds": {"element_sigmoid_low": 2.0, "element_tanh_low": 3.0, "step_sigmoid": 1.05, "step_tanh": 1.02},
        "holds in part": {"element_sigmoid_low": 2.0, "element_tanh_low": 3.0, "step_sigmoid": 1.2, "step_tanh": 1.3},
        "does not hold": {"element_sigmoid_low": 0.9, "element_tanh_low": 3.0, "step_sigmoid": 1.2, "step_tanh": 1.3},
    },
}
