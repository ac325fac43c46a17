"""A small training as the playground prepares it, without the playground's set-ups."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.engine import TrainingData
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

ZEROS = gn.initializer("zeros")


def layer(units: int, activation: Any = "tanh", dropout: float = 0.0, initializer: str = "glorot_uniform") -> LayerSpec:
    """Make a layer."""
    activation = gn.activation(activation) if isinstance(activation, str) else activation
    return LayerSpec(units, activation, gn.initializer(initializer), ZEROS, dropout)


def spiral(n: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two arms, 0 and 1."""
    random = np.random.default_rng(seed)
    at, codes = random.uniform(0.2, 1.0, n), np.arange(n) % 2
    angle = 5.0 * at + np.pi * codes
    points = np.stack([at * np.cos(angle), at * np.sin(angle)], axis=1) * 4 + random.normal(0, 0.1, (n, 2))
    return points.astype(np.float32), codes


def prepared(
    *hidden: LayerSpec, classes: int = 2, codes: bool = False, n: int = 120, images: bool = False, **training: Any
) -> SimpleNamespace:
    """Prepare a training: `classes` 0 is a regression, `codes` a softmax."""
    if images:
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        X, y = (X[:n] / 16).astype(np.float32), y[:n]
    else:
        X, y = spiral(n)
    cut = 2 * len(X) // 3
    if classes == 0:
        targets, last, loss, score = (np.sin(X[:, :1]) * X[:, 1:]).astype(np.float32), layer(1, "identity"), "mse", "r2"
    elif codes:
        targets, last = y.astype(np.int64), layer(max(classes, 10 if images else 2), "softmax")
        loss, score = "softmax_cross_entropy", "accuracy"
    else:
        targets, last = y[:, None].astype(np.float32), layer(1, "sigmoid")
        loss, score = "binary_cross_entropy", "accuracy"
    settings = {"solver": "adam", "learning_rate_init": 0.01, "batch_size": 16, "max_iter": 300, "alpha": 0.0}
    return SimpleNamespace(
        network=NetworkSpec(X.shape[1], (*hidden, last), gn.loss(loss)),
        training=TrainingSpec(**{**settings, "n_iter_no_change": math.inf, "tol": 0.0, "seed": 3, **training}),
        data=TrainingData(X[:cut], targets[:cut], X_val=X[cut:], y_val=targets[cut:]),
        codes=None if classes == 0 else y[:cut],
        score=score,
        material=SimpleNamespace(
            box=(-5.0, 5.0, -5.0, 5.0), images=images, task="regression" if classes == 0 else "classification"
        ),
    )
