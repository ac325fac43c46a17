"""Laws that hold for every entry of every catalog; a new entry is tested without a new test.

Python says what a function is, C++ how it is computed well. Names are compared as sets, both ways, and values with the
witness, which evaluates the formula in hundreds of digits.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import functools
import json
import pickle
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.optimize
from sklearn.base import clone
from tests.oracle import witness

import glassnet as gn
from glassnet import _engine
from glassnet.catalog import Activation, Entry, Loss
from glassnet.catalog.formula import evaluate
from glassnet.network import SCHEDULES, SOLVERS, TrainingSpec

CATALOGS = (gn.activations, gn.losses, gn.initializers, gn.optimizers, gn.schedules)


def configurations(entries: Any) -> list[Any]:
    """Every entry as declared, and once more with every parameter at another value that all rules allow."""
    return [
        configured
        for entry in entries
        for configured in (
            entry,
            *([witness.another(entry)] if entry.declared else []),
        )
    ]


ALL = [entry for catalog in CATALOGS for entry in configurations(catalog)]
ELEMENTWISE = configurations(activation for activation in gn.activations if not activation.over_axis)
LOSSES = configurations(gn.losses)

every_entry = pytest.mark.parametrize("entry", ALL, ids=repr)
every_function = pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)


# ------------------------------------------------------------------------------------------------- names and identity


def test_activations_are_the_same_on_both_sides():
    elementwise = {activation.name for activation in gn.activations if not activation.over_axis}
    assert elementwise == set(_engine.activation_names())


def test_losses_are_the_same_on_both_sides():
    assert set(gn.losses.names) == set(_engine.loss_names())


def test_optimizers_are_the_same_on_all_sides():
    assert set(gn.optimizers.names) == set(SOLVERS)
    assert {optimizer.kernel for optimizer in gn.optimizers} - {None} == set(_engine.solver_names())


def test_schedules_are_the_same_on_both_sides():
    assert set(gn.schedules.names) == set(SCHEDULES)


@every_entry
def test_repr_evaluates_to_the_entry(entry):
    assert eval(repr(entry), {"gn": gn}) == entry


@every_entry
def test_json_makes_the_entry_again(entry):
    description = json.loads(json.dumps(entry.to_json()))
    assert getattr(gn, entry.kind)(description) == entry


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "clone": lambda entry: clone(entry, safe=False),
    "pickle": lambda entry: pickle.loads(pickle.dumps(entry)),
    "oldest pickle": lambda entry: pickle.loads(pickle.dumps(entry, protocol=0)),
}


@every_entry
def test_copies_are_equal(entry):
    for way, copy_of in COPIES.items():
        copied = copy_of(entry)
        assert copied == entry, way
        assert hash(copied) == hash(entry), way
        assert copied.declared == entry.declared, way
        assert repr(copied) == repr(entry), way


def test_different_entries_are_different():
    assert len(set(ALL)) == len(ALL)
    assert all(a != b for i, a in enumerate(ALL) for b in ALL[:i])


@every_entry
def test_entries_are_frozen(entry):
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "other"
    with pytest.raises(TypeError):
        entry.declared["other"] = None


@every_entry
def test_remarks_are_complete(entry):
    for field in dataclasses.fields(entry.remarks):
        text = getattr(entry.remarks, field.name)
        assert text == text.strip() != "", field.name


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda catalog: catalog.names[0])
def test_synonyms_find_their_entry(catalog):
    for synonym, name in catalog.synonyms.items():
        assert catalog[synonym] is catalog[name]
        assert synonym not in catalog.names


VARIABLES = {
    "activation": {"x"},
    "loss": {"p", "y"},
    "initializer": {"fan_in", "fan_out"},
    "schedule": {"init", "progress", "t", "power_t", "pi"},
    # The weight, its gradient, rate and step, and what a rule keeps from step to step.
    "optimizer": {"w", "g", "rate", "t", "velocity", "mean", "squares", "step", "H"},
}
FUNCTIONS = {*witness.FUNCTIONS, "log2", "split"}  # split: a unit's pieces, see maxout


@every_entry
def test_formula_has_only_names_that_are_known(entry):
    names = {node.id for node in ast.walk(ast.parse(entry.formula)) if isinstance(node, ast.Name)}
    hyperparameters = set(getattr(entry, "hyperparameters", ()))
    assert names <= VARIABLES[entry.kind] | set(entry.declared) | FUNCTIONS | hyperparameters
    assert set(entry.declared) <= names


def test_hyperparameters_of_optimizers_are_those_of_the_training_spec():
    fields = {field.name for field in dataclasses.fields(TrainingSpec)}
    for optimizer in gn.optimizers:
        assert set(optimizer.hyperparameters) <= fields


# --------------------------------------------------------------------------------- values of activations, derivatives

SMALL = (1e-30, 1e-9, 1e-4, 0.02, 0.3, 0.75, 1.0, 1.278, 2.0, 2.4, 3.7, 6.0)
LARGE = (9.0, 13.0, 17.5, 25.0, 37.0, 60.0, 87.0, 88.7, 104.0, 300.0, 700.0, 709.7, 740.0)
POINTS = np.array([0.0, *SMALL, *LARGE, *(-size for size in (*SMALL, *LARGE))])  # and each function's kinks
# Largest error in units in the last place, by the contract in cpp/engine/activations.hpp: at default parameters, and at
# others, whose product with the input is rounded first.
LARGEST_ERROR = {np.float32: (0.51, 0.51), np.float64: (1.0, 2.0)}
# Beside a zero of the derivative the error is absolute, by the same contract.
NEAR_ZERO = {np.float32: 1e-12, np.float64: 1e-16}


def error_in_ulp(computed: Any, truth: Any) -> float:
    """Distance of a float from the true value, in units in the last place of the float that is next to the truth."""
    dtype = type(computed)
    with np.errstate(over="ignore"):
        nearest = (
            dtype(float(truth)) if abs(truth) < mp.mpf(2) ** 1024 else dtype(np.copysign(np.inf, float(mp.sign(truth))))
        )
    if not np.isfinite(nearest):
        return 0.0 if computed == nearest else np.inf
    if np.isnan(computed) or np.isinf(computed):
        return np.inf
    return float(abs(mp.mpf(float(computed)) - truth) / mp.mpf(float(np.spacing(abs(nearest)))))


@pytest.fixture(params=_engine.instruction_sets())
def instruction_set(request):
    """Compute with each instruction set that this processor has."""
    usual = _engine.instruction_set()
    _engine.use_instruction_set(request.param)
    yield request.param
    _engine.use_instruction_set(usual)


@functools.cache
def true_value(activation: Activation, x: float) -> Any:
    """Ask the witness once for all instruction sets."""
    with mp.workdps(witness.DIGITS):
        return witness.value(activation, mp.mpf(x))


@functools.cache
def true_slope(activation: Activation, x: float) -> tuple[Any, bool]:
    """Ask the witness for the derivative, and whether it changes its sign within 2% of x."""
    with mp.workdps(witness.DIGITS):
        slope, before, after = (witness.derivative(activation, mp.mpf(x) * factor) for factor in (1, 0.98, 1.02))
        return slope, before * after < 0


def largest_error(activation: Activation, dtype: Any) -> float:
    """Look up the bound of the contract."""
    return LARGEST_ERROR[dtype][activation != gn.activations[activation.name]]


@every_function
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernel_computes_the_formula(activation, dtype, instruction_set):
    x = np.append(POINTS, activation.kinks).astype(dtype)
    computed = activation(x)
    with mp.workdps(witness.DIGITS):
        errors = [error_in_ulp(y, true_value(activation, float(at))) for at, y in zip(x, computed, strict=True)]
    worst = int(np.argmax(errors))
    assert errors[worst] <= largest_error(activation, dtype), f"{errors[worst]} ULP at {x[worst]!r}"


@every_function
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernel_computes_the_derivative_of_the_formula(activation, dtype, instruction_set):
    x = np.append(POINTS, activation.kinks).astype(dtype)
    computed = activation.derivative(x)
    with mp.workdps(witness.DIGITS):
        for at, slope in zip(x, computed, strict=True):
            truth, crosses_zero = true_slope(activation, float(at))
            if crosses_zero and abs(mp.mpf(float(slope)) - truth) <= NEAR_ZERO[dtype]:
                continue
            error = error_in_ulp(slope, truth)
            assert error <= largest_error(activation, dtype), f"{error} ULP at {at!r}: {slope!r}, not {mp.nstr(truth)}"


@every_function
def test_kernel_keeps_zero_where_the_formula_does(activation, instruction_set):
    """Padding relies on it: f(0) is exactly 0 or not at all."""
    with mp.workdps(50):
        assert (activation(0.0) == 0) == (witness.value(activation, mp.mpf(0)) == 0)


@every_function
def test_kinks_are_where_the_derivative_jumps(activation):
    """At a declared kink the derivative may jump, elsewhere it must not."""
    assert set(activation.right_kinks) <= set(activation.kinks)
    beside = mp.mpf(10) ** -100
    with mp.workdps(witness.DIGITS):
        for at in {-3.0, -1.0, 0.0, 1.0, 3.0, 6.0} - set(activation.kinks):
            left, right = (witness.derivative(activation, mp.mpf(at) + side * beside) for side in (-1, 1))
            assert abs(left - right) < mp.mpf(10) ** -90, f"{activation} has a kink at {at} that is not declared"


@every_function
def test_pieces_meet_at_kinks(activation):
    """At every declared kink the value, the slope, or at least the slope's own slope jumps."""
    # A kink of other parameters may be no float, so it is looked for a little around.
    near, step = mp.mpf(10) ** -15, mp.mpf(10) ** -20
    with mp.workdps(witness.DIGITS):
        for at in activation.kinks:
            jump = 0
            for function in (witness.value, witness.derivative):
                beside = [[function(activation, mp.mpf(at) + side * (near + d)) for d in (0, step)] for side in (-1, 1)]
                (left, farther_left), (right, farther_right) = beside
                jump += abs(left - right) + abs((left - farther_left) + (right - farther_right)) / step
            assert jump > 1e-3, at


@every_function
def test_what_is_flat_has_no_slope(activation):
    """And what is not has one: gradient descent relies on it."""
    assert activation.flat == (not np.any(activation.derivative(POINTS)))


@every_function
def test_nan_stays_nan(activation, instruction_set):
    for dtype in (np.float32, np.float64):
        assert np.isnan(activation(dtype(np.nan)))
        assert np.isnan(activation.derivative(dtype(np.nan)))


def test_softmax_computes_its_formula(instruction_set):
    softmax = gn.activations.softmax
    x = np.array([[0.0, 1.0, -2.5, 3.0], [2.0**-10, 30.0, -30.0, 29.0], [700.0, -700.0, 0.0, 699.0]])
    with mp.workdps(witness.DIGITS * 2):
        truth = np.array([witness.value(softmax, witness.exact(row)) for row in x])
        for dtype, error in ((np.float32, 2e-7), (np.float64, 2e-15)):
            relative = np.abs(witness.exact(softmax(x.astype(dtype))) / truth - 1)
            # What is below the smallest normal float has fewer digits.
            assert np.max(relative[truth > float(np.finfo(dtype).tiny)]) <= error


# ------------------------------------------------------------------------------------------------------------- losses


def rows_of(loss: Loss) -> tuple[Any, Any]:
    """Raw scores and targets over the loss's whole domain: small and large, right and wrong."""
    scores = np.array([0.0, 1e-6, -0.7, 2.0, -9.0, 30.0, -200.0])
    raw = np.stack([scores, np.roll(scores, 1), np.roll(scores, 3)], axis=1)
    low, high = max(loss.domain.low, -50.0), min(loss.domain.high, 50.0)
    shares = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0.2, 0.3, 0.5], [1, 0, 0], [0, 0.75, 0.25]])
    return raw, shares if loss.domain.sums_to_one else low + (high - low) * shares


@functools.cache
def true_losses(loss: Loss) -> Any:
    """Ask the witness once for all instruction sets."""
    rows = zip(*map(witness.exact, rows_of(loss)), strict=True)
    with mp.workdps(witness.DIGITS):
        return np.array([witness.row_loss(loss, z, y) for z, y in rows], dtype=float)


@functools.cache
def true_gradients(loss: Loss, dtype: Any) -> Any:
    """Ask the witness for the gradient at raw scores and targets that are rounded to dtype."""
    rows = zip(*(witness.exact(array.astype(dtype)) for array in rows_of(loss)), strict=True)
    with mp.workdps(witness.DIGITS):
        return np.array([witness.row_gradient(loss, z, y) for z, y in rows], dtype=float)


@functools.cache
def true_curvatures(loss: Loss, dtype: Any) -> Any:
    rows = zip(*(witness.exact(array.astype(dtype)) for array in rows_of(loss)), strict=True)
    with mp.workdps(witness.DIGITS):
        return np.array([witness.row_curvature(loss, z, y) for z, y in rows], dtype=float)


@every_loss
def test_kernel_computes_the_loss(loss, instruction_set):
    raw, target = rows_of(loss)
    computed = loss(raw, target, reduction="none")
    np.testing.assert_allclose(computed, true_losses(loss), rtol=1e-14)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernel_computes_the_gradient_of_the_loss(loss, dtype, instruction_set):
    raw, target = (array.astype(dtype) for array in rows_of(loss))
    computed = loss.gradient(raw, target, reduction="none")
    assert computed.dtype == dtype
    truth = true_gradients(loss, dtype)
    # Cancellation of p and y leaves an absolute error of the size of a rounding of the larger one.
    size = np.maximum(np.abs(truth), np.maximum(np.abs(target), np.abs(raw)))
    # A power of 1 - p multiplies its relative error.
    roundings = 4 if loss.name == "softmax_focal" and dtype is np.float64 else 1
    assert np.all(np.abs(computed - truth) <= roundings * np.finfo(dtype).eps * size)


@every_loss
def test_link_is_an_activation_of_the_catalog(loss):
    assert loss.link in gn.activations.names
    assert loss.output_activation == gn.activations[loss.link]


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernel_computes_the_second_derivative_of_the_loss(loss, dtype, instruction_set):
    raw, target = (array.astype(dtype) for array in rows_of(loss))
    computed = loss.second_derivative(raw, target, reduction="none")
    assert computed.dtype == dtype
    truth = true_curvatures(loss, dtype)
    # What is a difference of two terms of size 1 has an absolute error of a rounding.
    size = np.maximum(np.abs(truth), np.abs(true_gradients(loss, dtype)))
    smallest = float(np.finfo(dtype).smallest_subnormal)
    roundings = 16 if loss.name == "softmax_focal" and dtype is np.float64 else 4
    assert np.all(np.abs(computed - truth) <= roundings * np.finfo(dtype).eps * size + smallest)


def test_what_the_engine_must_know_of_a_loss_is_what_its_entry_says():
    for loss in gn.losses:
        facts = (loss.link, len(loss.declared), loss.middle, loss.domain.sums_to_one)
        assert _engine.loss_facts(loss.name) == facts, loss


def test_gradient_vanishes_where_the_prediction_is_the_target():
    """Otherwise loss and link would not belong together. Where another goal is wanted, it does not."""
    raw = np.array([[0.3, -0.2, 0.1]])
    for loss in LOSSES:
        # More weight on one side moves the smallest value away from the target.
        is_proper = loss.proper and loss != gn.loss("binary_cross_entropy", pos_weight=0.3)
        assert (loss.properties.gradient_at_target < 1e-6) == is_proper
        if not is_proper:
            continue
        prediction = loss.output_activation(raw)
        np.testing.assert_allclose(loss.gradient(raw, prediction), 0, atol=1e-16)


@every_loss
def test_floor_is_the_smallest_value_for_a_target(loss):
    """Both ways: nothing is below, and descent reaches it."""
    if loss.floor is None:
        assert loss([[1e9, 1e9]], [[0.5, 0.5]]) < -1e8
        return
    shares = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.9, 0.1]])
    names = {name: float(number) for name, number in loss.parameters}
    for row in shares if loss.domain.sums_to_one else shares.reshape(-1, 1):
        with mp.workdps(30):
            floor = float(np.sum(evaluate(loss.floor, {**witness.FUNCTIONS, **names, "y": witness.exact(row)}, mp.mpf)))
        if loss.domain.sums_to_one:
            found = scipy.optimize.minimize(
                lambda raw, row=row: loss(raw, row), np.full(3, 0.1), method="Nelder-Mead"
            ).fun
        else:
            raw = np.round(np.linspace(-30, 30, 6001), 2)[:, None]
            found = loss(raw, np.broadcast_to(row, raw.shape), reduction="none").min()
        assert found >= floor - 1e-12
        # Focal losses have a floor of 0 in general; with targets between 0 and 1 they stay above.
        if loss.properties.convex or set(row) <= {0.0, 1.0}:
            assert found <= floor + 1e-5


# ------------------------------------------------------------------------------------------------------- initializers


@pytest.mark.parametrize("initializer", gn.initializers, ids=lambda initializer: initializer.name)
def test_every_initializer_says_what_to_draw_for_every_activation(initializer):
    for activation in gn.activations:
        kind, a = initializer.distribution(30, 20, activation)
        assert kind in ("constant", "uniform", "normal", "orthogonal"), activation
        assert np.isfinite(a), activation
        assert a >= 0, activation
        assert initializer.resolve(activation).distribution(30, 20, activation) == (kind, a), activation


def test_types_of_entries_are_what_the_catalogs_hold():
    assert all(isinstance(entry, Entry) for entry in ALL)
    assert all(isinstance(activation, Activation) for activation in gn.activations)
