"""Numbers for the rules on choices that trainings decide: losses, optimizers, activations, inputs."""

from __future__ import annotations

SOLVERS = {f"{name}_over_sgd_high": 0.8 for name in ("momentum", "adagrad", "rmsprop", "adam")}
CHOICE = {
    "leaky_relu_minus_relu_high": 0.004,
    "tanh_minus_relu_high": 0.005,
    "sigmoid_minus_relu_high": -0.01,
    "tanh_minus_sigmoid_low": 0.01,
    "softmax_minus_squared_low": -0.001,
}
BEHIND = {f"{name}_minus_tanh_{depth}_low": 0.01 for name in ("relu", "maxout") for depth in (1, 3)}

RULES = {
    "mse-vs-cross-entropy": {
        "holds": {"ratio_low": 9.0, "ratio": 10.0, "ratio_half": 7.0},
        "holds in part": {"ratio_low": 9.0, "ratio": 10.0, "ratio_half": 12.0},
        "does not hold": {"ratio_low": 1.1, "ratio": 1.2, "ratio_half": 1.0},
    },
    "optimizers": {
        "holds": SOLVERS,
        "holds in part": SOLVERS | {"rmsprop_over_sgd_high": 1.1},
        "does not hold": dict.fromkeys(SOLVERS, 1.0),
    },
    "how-to-choose": {
        "holds": CHOICE,
        "holds in part": CHOICE | {"tanh_minus_relu_high": 0.03},
        "does not hold": CHOICE
        | {"tanh_minus_relu_high": 0.03, "tanh_minus_sigmoid_low": -0.1, "softmax_minus_squared_low": -0.1},
    },
    "tanh-against-relu": {
        "holds": BEHIND,
        "holds in part": BEHIND | {"relu_minus_tanh_1_low": -0.01},
        "does not hold": dict.fromkeys(BEHIND, 0.0),
    },
    "leaky-slope": {
        "holds": {"tuned_minus_usual_low": 0.002, "best_minus_worst": 0.02},
        "holds in part": {"tuned_minus_usual_low": -0.002, "best_minus_worst": 0.02},
        "does not hold": {"tuned_minus_usual_low": 0.0, "best_minus_worst": 0.004},
    },
    "accuracy-as-loss": {
        "holds": {"accuracy_flat": 1.0, "loss_changes": 1.0},
        "holds in part": {"accuracy_flat": 0.8, "loss_changes": 1.0},
        "does not hold": {"accuracy_flat": 0.3, "loss_changes": 1.0},
    },
    "steepest-ascent": {
        "holds": {"angle": 0.0, "random_best": 0.1, "slope_over_length": 1.0},
        "holds in part": {"angle": 5.0, "random_best": 0.1, "slope_over_length": 1.0},
        "does not hold": {"angle": 0.0, "random_best": 1.2, "slope_over_length": 0.9},
    },
    "permuted-pixels": {
        "holds": {"outputs_apart": 1e-14, "accuracy_difference_low": -0.01, "accuracy_difference_high": 0.01},
        "holds in part": {"outputs_apart": 1e-14, "accuracy_difference_low": -0.1, "accuracy_difference_high": 0.01},
        "does not hold": {"outputs_apart": 0.1, "accuracy_difference_low": -0.1, "accuracy_difference_high": -0.01},
    },
}
