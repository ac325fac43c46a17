"""One step of each solver on arrays: the published rules, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import _engine

RATE, EPSILON = 0.1, 1e-3
P, G, M, S = np.random.default_rng(0).uniform(0.5, 2.0, size=(4, 37))

RULES = {
    "plain": ("sgd", {}, lambda: (P - RATE * G, None, None)),
    "momentum": ("sgd", {"momentum": 0.9}, lambda: (P + 0.9 * M - RATE * G, 0.9 * M - RATE * G, None)),
    "nesterov": (
        "sgd",
        {"momentum": 0.9, "nesterov": True},
        lambda: (P + 0.9 * (0.9 * M - RATE * G) - RATE * G, 0.9 * M - RATE * G, None),
    ),
    "adagrad": (
        "adagrad",
        {"epsilon": EPSILON},
        lambda: (P - RATE * G / (np.sqrt(S + G**2) + EPSILON), None, S + G**2),
    ),
    "rmsprop": (
        "rmsprop",
        {"epsilon": EPSILON, "decay": 0.8},
        lambda: (P - RATE * G / (np.sqrt(0.8 * S + 0.2 * G**2) + EPSILON), None, 0.8 * S + 0.2 * G**2),
    ),
    "adam": (
        "adam",
        {
            "epsilon": EPSILON,
            "momentum": 0.9,
            "decay": 0.99,
            "correction_1": 1 / (1 - 0.9**3),
            "correction_2": 1 / (1 - 0.99**3),
        },
        lambda: (
            P
            - RATE * (0.9 * M + 0.1 * G) / (1 - 0.9**3) / (np.sqrt((0.99 * S + 0.01 * G**2) / (1 - 0.99**3)) + EPSILON),
            0.9 * M + 0.1 * G,
            0.99 * S + 0.01 * G**2,
        ),
    ),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", RULES)
def test_steps_are_those_that_were_published(rule, dtype):
    solver, settings, expected = RULES[rule]
    wanted = expected()
    parameter, gradient = P.astype(dtype), G.astype(dtype)
    first, second = (
        None if right is None else was.astype(dtype) for right, was in zip(wanted[1:], (M, S), strict=True)
    )
    _engine.optimizer_step(solver, parameter, gradient, first, second, rate=RATE, **settings)
    for ours, right in zip((parameter, first, second), wanted, strict=True):
        if right is not None:
            np.testing.assert_allclose(ours, right, rtol=8 * np.finfo(dtype).eps)


def test_penalty_and_decay():
    parameter = P.copy()
    _engine.optimizer_step("sgd", parameter, G, None, None, rate=RATE, l2=0.5, keep=0.75)
    np.testing.assert_allclose(parameter, 0.75 * P - RATE * (G + 0.5 * P), rtol=1e-15)


def test_what_is_missing_is_said():
    step = _engine.optimizer_step
    with pytest.raises(ValueError, match=r'solver must be one of sgd, adagrad, rmsprop, adam; got "adma"'):
        step("adma", P.copy(), G, None, None, rate=RATE)
    with pytest.raises(ValueError, match="adam needs first"):
        step("adam", P.copy(), G, None, S.copy(), rate=RATE)
    with pytest.raises(ValueError, match="adagrad needs second"):
        step("adagrad", P.copy(), G, None, None, rate=RATE)
    with pytest.raises(ValueError, match="gradient must have the length of parameter, 37; got 3"):
        step("sgd", P.copy(), G[:3].copy(), None, None, rate=RATE)
    with pytest.raises(ValueError, match="first must have the length of parameter, 37; got 3"):
        step("sgd", P.copy(), G, M[:3].copy(), None, rate=RATE)
