"""Numbers for the rules of experiments about how networks learn: each verdict once."""

from __future__ import annotations

from glassnet.lab.experiments.depth import CASES


def variance(glorot, others):
    return dict.fromkeys(CASES, others) | {"glorot_tanh": glorot, "he_relu": 1.0}


DEAD = {"dead_leaky_relu": 0.0, "dead_prelu": 0.0, "dead_maxout": 0.0}
KILLED = {"dead_healthy_high": 0.05, "dead_most_low": 0.35, "dead_most": 0.4}
ZEROS = {"none_random": 0.9, "none_zeros": 0.9, "sigmoid_random": 0.9, "relu_random": 0.9, "relu_zeros": 0.1}
ALIKE = {"sigmoid_zeros": 0.3, "sigmoid_difference": 0.0, "relu_weight_gradient": 0.0}
GAINS = {"gain_leaky_relu_low": 0.01, "gain_softplus_low": 0.01, "gain_tanh_low": 0.01}

RULES = {
    "sigmoid-slope": {
        "holds": {
            "slope_largest": 0.25, "slope_at_2": 0.01, "sigmoid_small": 5, "sigmoid_large": 4, "relu_slope_mean": 0.5,
        },
        "holds in part": {
            "slope_largest": 0.25, "slope_at_2": 0.1, "sigmoid_small": 5, "sigmoid_large": 1, "relu_slope_mean": 0.5,
        },
        "does not hold": {
            "slope_largest": 0.3, "slope_at_2": 0.1, "sigmoid_small": 5, "sigmoid_large": 1, "relu_slope_mean": 0.6,
        },
    },
    "sigmoid-information": {
        "holds": {"same_single": 1, "same_double": 1, "lost": 0.02},
        "holds in part": {"same_single": 1, "same_double": 1, "lost": 0.0},
        "does not hold": {"same_single": 1, "same_double": 0, "lost": 0.0},
    },
    "zig-zag": {
        "holds": {"one_sign_rows": 1.0, "steps_ratio_low": 2.0, "sigmoid_over_tanh_low": 1.1},
        "holds in part": {"one_sign_rows": 1.0, "steps_ratio_low": 2.0, "sigmoid_over_tanh_low": 0.9},
        "does not hold": {"one_sign_rows": 0.5, "steps_ratio_low": 0.8, "sigmoid_over_tanh_low": float("nan")},
    },
    "relu-speed": {
        "holds": {"tanh_over_relu_1_low": 2.5, "tanh_over_relu_4_low": 6.0},
        "holds in part": {"tanh_over_relu_1_low": 0.9, "tanh_over_relu_4_low": 6.0},
        "does not hold": {"tanh_over_relu_1_low": 0.9, "tanh_over_relu_4_low": 0.6},
    },
    "dead-relu": {
        "holds": KILLED | DEAD,
        "holds in part": KILLED | DEAD | {"dead_most": 0.98},
        "does not hold": KILLED | DEAD | {"dead_most": 0.1, "dead_most_low": 0.04, "dead_maxout": 0.1},
    },
    "dead-watch": {
        "holds": {
            "difference": 0.0, "dead_high": 0.5, "dead_high_low": 0.4, "dead_healthy": 0.1, "dead_healthy_high": 0.2,
        },
        "holds in part": {
            "difference": 0.0, "dead_high": 0.5, "dead_high_low": 0.1, "dead_healthy": 0.1, "dead_healthy_high": 0.2,
        },
        "does not hold": {
            "difference": 0.1, "dead_high": 0.5, "dead_high_low": 0.1, "dead_healthy": 0.1, "dead_healthy_high": 0.2,
        },
    },
    "zero-weights": {
        "holds": ZEROS | ALIKE | {"relu_bias_gradient": 0.0},
        "holds in part": ZEROS | ALIKE | {"relu_bias_gradient": 0.003},
        "does not hold": {
            "none_random": 0.9, "none_zeros": 0.5, "sigmoid_random": 0.9, "sigmoid_zeros": 0.9,
            "sigmoid_difference": 0.5, "relu_random": 0.9, "relu_zeros": 0.9, "relu_weight_gradient": 0.1,
            "relu_bias_gradient": 0.003,
        },
    },
    "variance-through-depth": {
        "holds": variance(1.0, 0.5),
        "holds in part": variance(1.0, 1.0),
        "does not hold": variance(0.5, 0.5),
    },
    "sparse-relu": {
        "holds": GAINS | {"zeros_relu": 0.5},
        "holds in part": GAINS | {"zeros_relu": 0.5, "gain_tanh_low": -0.01},
        "does not hold": GAINS | {"zeros_relu": 0.1, "gain_tanh_low": -0.01},
    },
}  # fmt: skip
