"""Numbers for the rules of experiments about what networks can represent: each verdict once."""

RULES = {
    "affine-collapse": {
        "holds": {"linear_difference": 1e-15},
        "holds in part": {"linear_difference": 1e-7},
        "does not hold": {"linear_difference": 0.1},
    },
    "xor": {
        "holds": {"perceptron_best": 3, "line_best": 3, "hidden_2": 0.2, "hidden_4": 0.9, "hidden_8": 1.0},
        "holds in part": {"perceptron_best": 3, "line_best": 3, "hidden_2": 0.0, "hidden_4": 0.1, "hidden_8": 0.2},
        "does not hold": {"perceptron_best": 4, "line_best": 3, "hidden_2": 0.0, "hidden_4": 0.1, "hidden_8": 0.2},
    },
    "universal-approximation": {
        "holds": {"error_tanh": 0.05, "error_relu": 0.09, "gain_tanh": 10, "gain_relu": 5},
        "holds in part": {"error_tanh": 0.05, "error_relu": 0.2, "gain_tanh": 10, "gain_relu": 5},
        "does not hold": {"error_tanh": 0.05, "error_relu": 0.2, "gain_tanh": 4, "gain_relu": 5},
    },
}
