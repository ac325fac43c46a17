"""The conformance cases that the `onnx` package ships, for every operator of ONNX that glassnet has too.

A case is a model of one node with inputs and the outputs that are right. `OPERATORS` says how glassnet computes each
operator; `NOT_OURS` names the cases that ask for something that glassnet does not have, and what. All others must pass,
and the last test compares the three sets, so that no case goes missing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import _engine

pytestmark = [pytest.mark.onnx, pytest.mark.slow]  # slow: the package computes its 1,900 cases anew, in ten seconds

Attributes = dict[str, Any]
Function = Callable[..., list[Any]]


def _activation(name: str, **parameters: tuple[str, float]) -> Function:
    """An activation whose parameters have other names in ONNX, and defaults of their own there."""

    def computed(attributes: Attributes, x: Any) -> list[Any]:
        values = {ours: attributes.get(theirs, default) for ours, (theirs, default) in parameters.items()}
        return [gn.activation(name, **values)(x)]

    return computed


def _prelu(_attributes: Attributes, x: Any, slope: Any) -> list[Any]:
    slopes = np.broadcast_to(slope, x.shape)
    return [np.vectorize(lambda at, s: gn.activations.prelu(at, slope=float(s)), otypes=[x.dtype])(x, slopes)]


def _selu(attributes: Attributes, x: Any) -> list[Any]:
    """SELU has fixed constants; with others it is a multiple of ELU."""
    if not attributes:
        return [gn.activations.selu(x)]
    return [attributes["gamma"] * gn.activations.elu(x, alpha=attributes["alpha"])]


def _gelu(attributes: Attributes, x: Any) -> list[Any]:
    name = "gelu_tanh" if attributes.get("approximate") == b"tanh" else "gelu"
    return [gn.activations[name](x)]


def _clip(_attributes: Attributes, x: Any, low: Any = None, high: Any = None) -> list[Any]:
    """Between two bounds it is hard tanh, above 0 relu, below 0 its mirror image."""
    if low is not None and high is not None:
        return [gn.activations.hard_tanh(x, low=float(low), high=float(high))]
    if high is not None:
        assert float(high) == 0
        return [-gn.activations.relu(-x)]
    if low is not None:
        assert float(low) == 0
        return [gn.activations.relu(x)]
    return [gn.activations.identity(x)]


def _over_axis(function: Callable[..., Any]) -> Function:
    return lambda attributes, x: [function(x, axis=attributes.get("axis", -1))]


def _class_loss(name: str) -> Function:
    def computed(attributes: Attributes, raw: Any, codes: Any, weight: Any = None) -> list[Any]:
        loss = gn.losses[name](
            raw,
            codes,
            axis=1,
            class_weight=weight,
            reduction=attributes.get("reduction", b"mean").decode(),
            ignore_index=attributes.get("ignore_index"),
        )
        return [loss, gn.log_softmax(raw, axis=1)]

    return computed


def _for_each(n_states: int, step: Callable[..., None]) -> Function:
    """Optimizers take several tensors at once: all parameters, all gradients, then each of the states."""

    def computed(attributes: Attributes, rate: Any, time: Any, *tensors: Any) -> list[Any]:
        count = len(tensors) // (2 + n_states)
        results = []
        for i in range(count):
            parameter, gradient, *states = (tensors[part * count + i] for part in range(2 + n_states))
            after = [parameter.copy(), *(state.copy() for state in states)]
            step(attributes, float(rate), int(time), gradient, *after)
            results.append(after)
        return [result[part] for part in range(1 + n_states) for result in results]

    return computed


def _adagrad(attributes: Attributes, rate: float, time: int, gradient: Any, parameter: Any, squares: Any) -> None:
    _engine.optimizer_step(
        "adagrad",
        parameter,
        gradient,
        None,
        squares,
        rate=rate / (1 + time * attributes["decay_factor"]),
        l2=attributes["norm_coefficient"],
        epsilon=attributes["epsilon"],
    )


def _adam(attributes: Attributes, rate: float, time: int, gradient: Any, *state: Any) -> None:
    """ONNX adds epsilon to the root before the correction, so there it is larger by that."""
    first, second = attributes["alpha"], attributes["beta"]
    correction_1, correction_2 = (1 / (1 - decay**time) if time else 1.0 for decay in (first, second))
    parameter, mean, squares = state
    _engine.optimizer_step(
        "adam",
        parameter,
        gradient,
        mean,
        squares,
        rate=rate,
        l2=attributes["norm_coefficient"],
        momentum=first,
        decay=second,
        epsilon=attributes["epsilon"] * correction_2**0.5,
        correction_1=correction_1,
        correction_2=correction_2,
    )


def _momentum(attributes: Attributes, rate: float, time: int, gradient: Any, parameter: Any, velocity: Any) -> None:
    """ONNX keeps the velocity before it is multiplied by the rate, and with the other sign."""
    nesterov = attributes["mode"] == b"nesterov"
    damping = attributes["beta"] if time else 1.0
    assert damping == 1 or not nesterov
    ours = np.asarray(velocity * -rate, dtype=velocity.dtype)
    _engine.optimizer_step(
        "sgd",
        parameter,
        np.asarray(gradient * damping, dtype=gradient.dtype),
        ours,
        None,
        rate=rate,
        l2=attributes["norm_coefficient"] * damping,
        momentum=attributes["alpha"],
        nesterov=nesterov,
    )
    velocity[:] = ours / -rate


# The activation by which an operator is computed, where it is one, and how.
ACTIVATIONS: dict[str, tuple[str, Function]] = {
    "Celu": ("celu", _activation("celu", alpha=("alpha", 1.0))),
    "Clip": ("hard_tanh", _clip),
    "Elu": ("elu", _activation("elu", alpha=("alpha", 1.0))),
    "Exp": ("exp", _activation("exp")),
    "Gelu": ("gelu_tanh", _gelu),
    "HardSigmoid": ("hard_sigmoid", _activation("hard_sigmoid", slope=("alpha", 0.2), offset=("beta", 0.5))),
    "HardSwish": ("hard_swish", _activation("hard_swish")),
    "Identity": ("identity", _activation("identity")),
    "LeakyRelu": ("leaky_relu", _activation("leaky_relu", slope=("alpha", 0.01))),
    "Mish": ("mish", _activation("mish")),
    "PRelu": ("prelu", _prelu),
    "Relu": ("relu", _activation("relu")),
    "Selu": ("selu", _selu),
    "Sigmoid": ("sigmoid", _activation("sigmoid")),
    "Sin": ("sine", _activation("sine")),
    "Softplus": ("softplus", _activation("softplus")),
    "Softsign": ("softsign", _activation("softsign")),
    "Swish": ("silu", _activation("silu", beta=("alpha", 1.0))),
    "Tanh": ("tanh", _activation("tanh")),
    "ThresholdedRelu": ("thresholded_relu", _activation("thresholded_relu", threshold=("alpha", 1.0))),
}
OPERATORS: dict[str, Function] = {
    **{operator: function for operator, (_, function) in ACTIVATIONS.items()},
    "Softmax": _over_axis(gn.softmax),
    "LogSoftmax": _over_axis(gn.log_softmax),
    "Hardmax": _over_axis(gn.hardmax),
    "SoftmaxCrossEntropyLoss": _class_loss("softmax_cross_entropy"),
    "NegativeLogLikelihoodLoss": _class_loss("nll"),
    "Adagrad": _for_each(1, _adagrad),
    "Adam": _for_each(2, _adam),
    "Momentum": _for_each(1, _momentum),
}
NOT_OURS = {
    "test_celu_bfloat16": "NumPy has no bfloat16",
    "test_clip_min_greater_than_max": "hard tanh refuses bounds in the wrong order",
    "test_identity_sequence": "a list of arrays",
    "test_identity_opt": "a list of arrays",
}


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Any]]:
    """Every case of one node, by operator."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        found: dict[str, list[Any]] = {}
        for case in collect_testcases(None):
            nodes = case.model.graph.node if case.model is not None else []
            if len(nodes) == 1 and nodes[0].op_type in OPERATORS:
                found.setdefault(nodes[0].op_type, []).append(case)
    return found


def run(case: Any) -> None:
    from onnx.helper import get_attribute_value

    node = case.model.graph.node[0]
    attributes = {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}
    for inputs, outputs in case.data_sets:
        given = dict(zip((value.name for value in case.model.graph.input), inputs, strict=True))
        arguments = [given[name] if name else None for name in node.input]
        results = OPERATORS[node.op_type](attributes, *arguments)
        for result, expected in zip(results, outputs, strict=False):
            # Theirs are computed in the type itself, ours to half a unit in the last place.
            half = getattr(expected, "dtype", None) == np.float16
            np.testing.assert_allclose(
                np.asarray(result, np.float64),
                np.asarray(expected, np.float64),
                rtol=1e-3 if half else 2e-6,
                atol=1e-7,
                err_msg=case.name,
            )
            assert np.shape(result) == np.shape(expected), case.name


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator(operator, cases):
    chosen = [case for case in cases[operator] if case.name not in NOT_OURS]
    assert chosen
    for case in chosen:
        run(case)


def test_no_case_is_left_out_but_those_that_are_named(cases):
    assert set(cases) == set(OPERATORS)
    names = {case.name for of_one in cases.values() for case in of_one}
    assert set(NOT_OURS) <= names
    assert len(names) >= 130
    assert len(names) == sum(map(len, cases.values()))
