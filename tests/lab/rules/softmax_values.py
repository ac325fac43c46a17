"""Numbers for the rules on softmax and on cross-entropy."""

from __future__ import annotations

OVERFLOW = {"limit_double": 709.8, "failed_10000_double": 1.0, "failed_shifted": 0.0, "difference": 1e-14}
SHARP = dict.fromkeys(("sharper_001", "sharper_01", "sharper_1", "sharper_10"), 1.0)
SLOPES = {
    "largest_softmax": 0.5,
    "largest_sigmoid": 0.25,
    "order_changed": 0.0,
    "mean_ratio_2_low": 1.1,
    "mean_ratio_10_low": 1.2,
    "mean_ratio_100_low": 1.3,
}
FLOOR = {"smallest": 0.0, "met_one_hot": 1e-6, "met_soft": 0.001}
IDENTITY = {"difference": 1e-15, "smallest_divergence": -1e-16, "from_itself": 0.0, "gradient_difference": 1e-15}

RULES = {
    "overflow": {
        "holds": OVERFLOW,
        "holds in part": OVERFLOW | {"difference": 1e-3},
        "does not hold": OVERFLOW | {"failed_shifted": 0.01},
    },
    "softmax-sharpens": {
        "holds": SHARP | {"p_first": 0.7, "p_second": 0.2, "ratio_2_1": 3.5},
        "holds in part": SHARP | {"p_first": 0.7, "p_second": 0.2, "ratio_2_1": 2.718, "sharper_01": 0.0},
        "does not hold": SHARP | {"p_first": 0.5, "p_second": 0.3, "ratio_2_1": 1.7, "sharper_01": 0.0},
    },
    "softmax-slope": {
        "holds": SLOPES,
        "holds in part": SLOPES | {"largest_softmax": 0.25},
        "does not hold": SLOPES | {"largest_softmax": 0.25, "mean_ratio_10_low": 0.4, "order_changed": 0.01},
    },
    "cross-entropy-floor": {
        "holds": FLOOR,
        "holds in part": FLOOR | {"met_soft": 1.9},
        "does not hold": {"smallest": -0.1, "met_one_hot": 0.5, "met_soft": 1.9},
    },
    "entropy-and-divergence": {
        "holds": IDENTITY,
        "holds in part": IDENTITY | {"difference": 1e-8},
        "does not hold": IDENTITY | {"difference": 1e-3},
    },
    "logistic-is-softmax": {
        "holds": {"difference": 1e-14, "loss_difference": 1e-15},
        "holds in part": {"difference": 1e-14, "loss_difference": 1e-3},
        "does not hold": {"difference": 0.2, "loss_difference": 1e-3},
    },
    "separable-scores": {
        "holds": {"growth_separable_low": 0.3, "growth_mixed_high": 0.0},
        "holds in part": {"growth_separable_low": 0.3, "growth_mixed_high": 0.2},
        "does not hold": {"growth_separable_low": 0.01, "growth_mixed_high": 0.0},
    },
}
