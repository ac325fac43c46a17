"""Losses as functions: shapes, weights, reductions, class codes and shares, and what is answered to the rest."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from tests.catalog.loss_cases import CODES, RAW, WEIGHTS, cross_entropy, dense_losses, every_loss, targets_of

import glassnet as gn
from glassnet.errors import DataError, ParameterError, ShapeError

# ----------------------------------------------------------------------------------------------- every loss, every way


@every_loss
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_second_derivative_is_the_derivative_of_the_gradient(loss, reduction, weighted):
    target = targets_of(loss, RAW.shape)
    options = {"reduction": reduction, "sample_weight": WEIGHTS if weighted else None}
    second = loss.second_derivative(RAW, target, **options)
    assert second.shape == RAW.shape
    step = 1e-6
    for column in range(4):
        moved = step * (np.arange(4) == column)
        up, down = (loss.gradient(RAW + sign * moved, target, **options)[:, column] for sign in (1, -1))
        np.testing.assert_allclose(second[:, column], (up - down) / (2 * step), rtol=1e-6, atol=1e-8)
    if weighted:
        assert not second[2].any()


@every_loss
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_gradient_is_the_derivative_of_the_value(loss, reduction, weighted):
    target = targets_of(loss, RAW.shape)
    options = {"reduction": reduction, "sample_weight": WEIGHTS if weighted else None}

    def total(flat):
        return float(np.sum(loss(flat.reshape(RAW.shape), target, **options)))

    gradient = loss.gradient(RAW, target, **options)
    numeric = scipy.optimize.approx_fprime(RAW.ravel(), total, 1e-7).reshape(RAW.shape)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-6)
    if weighted:
        assert not gradient[2].any()


@every_loss
def test_reductions_and_weights(loss):
    target = targets_of(loss, RAW.shape)
    each = loss(RAW, target, reduction="none")
    assert each.shape == (6,)
    assert each.dtype == np.float64
    np.testing.assert_allclose(loss(RAW, target, reduction="sum"), each.sum(), rtol=1e-15)
    np.testing.assert_allclose(loss(RAW, target), each.mean(), rtol=1e-15)
    np.testing.assert_allclose(loss(RAW, target, reduction="none", sample_weight=WEIGHTS), each * WEIGHTS, rtol=1e-15)
    np.testing.assert_allclose(loss(RAW, target, sample_weight=WEIGHTS), np.average(each, weights=WEIGHTS), rtol=1e-15)
    assert isinstance(loss(RAW, target), float)


@every_loss
def test_whole_weights_are_repeated_rows(loss):
    target = targets_of(loss, RAW.shape)
    times = np.array([1, 0, 2, 3, 1, 1])
    repeated = np.repeat(RAW, times, axis=0), np.repeat(target, times, axis=0)
    np.testing.assert_allclose(loss(RAW, target, sample_weight=times), loss(*repeated), rtol=1e-14)


@every_loss
def test_all_weights_zero_say_nothing(loss):
    target = targets_of(loss, RAW.shape)
    for reduction in ("mean", "sum"):
        assert loss(RAW, target, sample_weight=np.zeros(6), reduction=reduction) == 0.0
        assert not loss.gradient(RAW, target, sample_weight=np.zeros(6), reduction=reduction).any()


@every_loss
def test_row_of_weight_zero_counts_nothing_whatever_it_holds(loss):
    target = targets_of(loss, RAW.shape)
    broken = RAW.copy()
    broken[2] = np.nan
    expected = loss(RAW, target, sample_weight=WEIGHTS)
    assert loss(broken, target, sample_weight=WEIGHTS) == expected
    assert not loss.gradient(broken, target, sample_weight=WEIGHTS)[2].any()


@every_loss
def test_rows_in_more_dimensions(loss):
    target = targets_of(loss, RAW.shape)
    deep, deep_target = RAW.reshape(2, 3, 4), target.reshape(2, 3, 4)
    np.testing.assert_array_equal(
        loss(deep, deep_target, reduction="none"), loss(RAW, target, reduction="none").reshape(2, 3)
    )
    np.testing.assert_array_equal(loss.gradient(deep, deep_target), loss.gradient(RAW, target).reshape(2, 3, 4))
    assert loss(deep, deep_target, sample_weight=WEIGHTS.reshape(2, 3)) == loss(RAW, target, sample_weight=WEIGHTS)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradient_has_the_type_of_raw_in_every_layout(loss, dtype):
    raw, target = RAW.astype(dtype), targets_of(loss, RAW.shape)
    gradient = loss.gradient(raw, target)
    assert gradient.dtype == dtype
    np.testing.assert_array_equal(loss.gradient(np.asfortranarray(raw), target.tolist()), gradient, strict=True)
    assert loss(raw, target) == pytest.approx(loss(RAW, target), rel=20 * float(np.finfo(dtype).eps))


@dense_losses
def test_one_dimension_is_one_output(loss):
    raw, target = RAW[:, 0], targets_of(loss, RAW.shape)[:, 0]
    np.testing.assert_array_equal(
        loss(raw, target, reduction="none"), loss(raw[:, None], target[:, None], reduction="none")
    )
    np.testing.assert_array_equal(loss.gradient(raw, target), loss.gradient(raw[:, None], target[:, None])[:, 0])


@dense_losses
def test_scalars_are_one_row(loss):
    value, slope = loss(0.5, 0.25), loss.gradient(np.float32(0.5), 0.25)
    assert isinstance(value, float)
    assert value == loss([0.5], [0.25])
    assert type(slope) is np.float32


def test_known_values():
    assert gn.losses.squared_error([[3.0, 1.0]], [[1.0, 1.5]]) == 0.5 * (4 + 0.25)
    assert gn.losses.absolute_error([[3.0, 1.0]], [[1.0, 1.5]]) == 2.5
    assert gn.losses.huber([3.0, 0.5], [0.0, 0.0], reduction="sum") == 2.5 + 0.125
    assert gn.losses.huber(3.0, 0.0, delta=2) == gn.loss("huber", delta=2)(3.0, 0.0) == 4.0
    assert gn.losses.mse([[3.0, 1.0]], [[1.0, 1.5]]) == 4 + 0.25
    assert gn.losses["mean_squared_error"] is gn.losses.mse
    assert gn.losses.quantile([3.0, 0.0], [1.0, 1.0], reduction="none", level=0.9).tolist() == pytest.approx([0.2, 0.9])
    assert gn.losses.log_cosh(1e-9, 0.0) == pytest.approx(5e-19, rel=1e-15)
    assert gn.losses.log_cosh(1e4, 0.0) == pytest.approx(1e4 - np.log(2), rel=1e-15)
    assert gn.losses.hinge([2.0, 0.5, -1.0], [1, 1, 0], reduction="none").tolist() == [0.0, 0.5, 0.0]
    assert gn.losses.squared_hinge(-1.0, 1) == 4.0
    assert gn.losses.focal(0.0, 1.0) == pytest.approx(np.log(2) / 4, rel=1e-15)
    assert gn.losses.kl_divergence([0.0, 0.0], [0.5, 0.5]) == 0.0
    assert gn.losses.nll([-0.25, -1.5], 1) == 1.5
    assert gn.losses.poisson(0.0, 1.0) == 0.0
    assert gn.losses.poisson(0.0, 0.0) == 1.0
    assert gn.losses.binary_cross_entropy(0.0, 1.0) == pytest.approx(np.log(2), rel=1e-15)
    assert gn.losses.binary_cross_entropy(1e4, 0.0) == 1e4
    assert gn.losses.binary_cross_entropy(1e4, 1.0) == 0.0


def test_hinge_takes_signs_as_well():
    raw = RAW[:, 0]
    signs = np.where(CODES > 0, 1, -1)
    for loss in (gn.losses.hinge, gn.losses.squared_hinge):
        assert loss(raw, signs) == loss(raw, signs > 0)
    assert gn.losses.hinge(raw, signs) == pytest.approx(np.maximum(1 - signs * raw, 0).mean(), rel=1e-15)


def test_focal_without_gamma_is_cross_entropy():
    shares = targets_of(cross_entropy, RAW.shape)
    binary = gn.losses.binary_cross_entropy
    assert gn.losses.focal(RAW, shares, gamma=0) == pytest.approx(binary(RAW, shares), rel=1e-14)
    np.testing.assert_allclose(
        gn.losses.focal.gradient(RAW, shares, gamma=0), binary.gradient(RAW, shares), rtol=1e-13, atol=1e-16
    )
    assert gn.losses.softmax_focal(RAW, shares, gamma=0) == pytest.approx(cross_entropy(RAW, shares), rel=1e-14)
    np.testing.assert_allclose(
        gn.losses.softmax_focal.gradient(RAW, shares, gamma=0), cross_entropy.gradient(RAW, shares), rtol=1e-13
    )


def test_two_classes_of_a_softmax_are_those_of_a_sigmoid():
    pairs = np.stack([np.zeros(6), RAW[:, 0]], axis=1)
    codes = CODES % 2
    for over_classes, of_two in (("softmax_cross_entropy", "binary_cross_entropy"), ("softmax_focal", "focal")):
        ours = gn.losses[over_classes](pairs, codes, reduction="none")
        np.testing.assert_allclose(ours, gn.losses[of_two](RAW[:, 0], codes, reduction="none"), rtol=1e-14)


# --------------------------------------------------------------------------------------------- binary, on probabilities


def test_binary_cross_entropy_on_probabilities_is_that_on_their_scores():
    p = gn.activations.sigmoid(RAW)
    target = targets_of(gn.losses.binary_cross_entropy, RAW.shape)
    for weight in (1.0, 3.5):
        bce = gn.loss("binary_cross_entropy", pos_weight=weight)
        for reduction in ("mean", "sum", "none"):
            options = {"reduction": reduction, "sample_weight": WEIGHTS}
            np.testing.assert_allclose(
                bce.of_probability(p, target, **options), bce(RAW, target, **options), rtol=1e-14
            )
            by_p = bce.gradient_of_probability(p, target, **options)
            np.testing.assert_allclose(by_p * p * (1 - p), bce.gradient(RAW, target, **options), rtol=1e-12, atol=1e-16)


def test_binary_cross_entropy_at_certain_probabilities():
    bce = gn.losses.binary_cross_entropy
    p, target = np.array([0.0, 1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0, 0.0, 0.5])
    np.testing.assert_array_equal(bce.of_probability(p, target, reduction="none"), [0, 0, np.inf, np.inf, np.inf])
    np.testing.assert_array_equal(
        bce.gradient_of_probability(p, target, reduction="none"), [1, -1, -np.inf, np.inf, -np.inf]
    )
    tiny = np.array([1e-300, 1e-30])
    np.testing.assert_array_equal(bce.of_probability(tiny, [0.0, 0.0], reduction="none"), tiny)
    assert bce.of_probability(np.float32(1e-30), 1.0) == pytest.approx(69.0775528, rel=1e-7)
    assert bce.of_probability([0.5, np.nan], [1, 0], sample_weight=[1, 0]) == pytest.approx(np.log(2), rel=1e-15)
    for call in (bce.of_probability, bce.gradient_of_probability):
        with pytest.raises(DataError, match=r"must be numbers from 0 to 1; row 1 is 1\.5$"):
            call([0.5, 1.5], [0, 1])


# ----------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("loss", "arguments", "options", "error", "message"),
    [
        (
            "squared_error",
            ([1.0], [1.0, 2.0]),
            {},
            ShapeError,
            "target must have shape (1,), that of the raw scores; got",
        ),
        ("squared_error", (np.zeros((0, 2)),) * 2, {}, ShapeError, "raw must have at least one row and one column"),
        (
            "squared_error",
            ([1.0], [np.nan]),
            {},
            DataError,
            "targets of squared_error must be finite numbers; row 0 is nan",
        ),
        ("squared_error", (["a"], [1.0]), {}, DataError, "raw must hold real numbers"),
        ("squared_error", ([1.0], ["a"]), {}, DataError, "target must hold real numbers"),
        (
            "poisson",
            ([1.0, 1.0], [0.0, -1.0]),
            {},
            DataError,
            "targets of poisson must be finite numbers of at least 0; row 1",
        ),
        (
            "binary_cross_entropy",
            (np.zeros((2, 2)), [[0, 1], [0, 2]]),
            {},
            DataError,
            "targets of binary_cross_entropy must be numbers from 0 to 1; row 1, column 1 is 2.0",
        ),
        ("huber", ([1.0], [1.0]), {"delta": 0}, ParameterError, "delta must be a finite number above 0; got 0"),
        ("huber", ([1.0], [1.0]), {"gamma": 0}, ParameterError, 'huber has no parameter "gamma"; it has delta'),
        (
            "squared_error",
            ([1.0], [1.0]),
            {"ignore_index": 0},
            ParameterError,
            'squared_error has no parameter "ignore_index"; it has none',
        ),
        (
            "squared_error",
            ([1.0], [1.0]),
            {"reduction": "avg"},
            ParameterError,
            'reduction must be one of mean, sum, none; got "avg"',
        ),
        (
            "squared_error",
            ([1.0], [1.0]),
            {"sample_weight": [1.0, 2.0]},
            ShapeError,
            "sample_weight must have shape (1,), one weight each; got shape (2,)",
        ),
        (
            "squared_error",
            ([1.0, 2.0], [1.0, 2.0]),
            {"sample_weight": [1.0, -2.0]},
            DataError,
            "sample_weight must hold finite numbers of at least 0; row 1 is -2.0",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES + 1),
            {},
            DataError,
            "class codes must be integers from 0 to 3 (4 classes) or ignore_index=-100; row 1 is 4",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES - 1),
            {"ignore_index": None},
            DataError,
            "class codes must be integers from 0 to 3 (4 classes); row 0 is -1",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES.astype(float)),
            {},
            DataError,
            "class codes must be integers; got an array of dtype float64",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES[:5]),
            {},
            ShapeError,
            "target must have shape (6,) for class codes, or (6, 4) for probabilities; got shape (5,)",
        ),
        ("softmax_cross_entropy", (1.0, 0), {}, ShapeError, "raw must have shape (n_rows, n_classes); got shape ()"),
        (
            "softmax_cross_entropy",
            (RAW, np.full((6, 4), 0.5)),
            {},
            DataError,
            "targets of softmax_cross_entropy must add up to 1 in every row; row 0 adds up to 2",
        ),
        (
            "softmax_cross_entropy",
            (RAW, np.full((6, 4), [2.0, -1.0, 0.0, 0.0])),
            {},
            DataError,
            "targets of softmax_cross_entropy must be class codes, or probabilities from 0 to 1; row 0, column 0",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES),
            {"class_weight": [1.0, 2.0]},
            ShapeError,
            "class_weight must have shape (4,), one weight each; got shape (2,)",
        ),
        (
            "softmax_cross_entropy",
            (RAW, CODES),
            {"label_smoothing": 1.5},
            ParameterError,
            "label_smoothing must be a number in [0, 1]; got 1.5",
        ),
    ],
)
def test_wrong_arguments_are_answered(loss, arguments, options, error, message):
    for call in (gn.losses[loss], gn.losses[loss].gradient):
        with pytest.raises(error, match=f"^{re.escape(message)}"):
            call(*arguments, **options)


# ------------------------------------------------------------------------------------------------ what PyTorch computes


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_nll_means_what_pytorch_means(reduction, weighted):
    import torch

    logs = gn.log_softmax(np.random.default_rng(5).normal(size=(3, 4, 2, 5)), axis=1)
    codes = np.random.default_rng(6).integers(0, 4, (3, 2, 5))
    codes[0, 1] = -7
    weight = np.array([1.0, 0.2, 3.0, 0.7]) if weighted else None
    raw = torch.tensor(logs, requires_grad=True)
    theirs = torch.nn.functional.nll_loss(
        raw,
        torch.tensor(codes),
        weight=None if weight is None else torch.tensor(weight),
        ignore_index=-7,
        reduction=reduction,
    )
    theirs.sum().backward()
    options = {"reduction": reduction, "class_weight": weight, "ignore_index": -7, "axis": 1}
    np.testing.assert_allclose(gn.losses.nll(logs, codes, **options), theirs.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(gn.losses.nll.gradient(logs, codes, **options), raw.grad.numpy(), rtol=1e-13)


@pytest.mark.torch
@pytest.mark.parametrize(("ours", "theirs"), [("mean", "batchmean"), ("sum", "sum")])
def test_kl_divergence_means_what_pytorch_means(ours, theirs):
    """PyTorch takes log-probabilities; its "mean", which it advises against, divides by the classes as well."""
    import torch

    shares = targets_of(cross_entropy, RAW.shape)
    shares[0] = [0, 0.25, 0.75, 0]
    raw = torch.tensor(RAW, requires_grad=True)
    loss = torch.nn.functional.kl_div(torch.log_softmax(raw, dim=1), torch.tensor(shares), reduction=theirs)
    loss.backward()
    divergence = gn.losses.kl_divergence
    assert divergence(RAW, shares, reduction=ours) == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(
        divergence.gradient(RAW, shares, reduction=ours), raw.grad.numpy(), rtol=1e-12, atol=1e-16
    )


@pytest.mark.torch
def test_losses_of_one_output_mean_what_pytorch_means():
    """Of one output, where PyTorch's mean over all elements is that over the rows."""
    import torch
    from torch.nn import functional

    z, y = RAW[:, 0], np.clip(RAW[:, 1], 0, 1)
    raw, target = torch.tensor(z, requires_grad=True), torch.tensor(y)
    cases = {
        gn.losses.mse: functional.mse_loss,
        gn.losses.absolute_error: functional.l1_loss,
        gn.loss("huber", delta=0.4): lambda *a: functional.huber_loss(*a, delta=0.4),
        gn.losses.binary_cross_entropy: functional.binary_cross_entropy_with_logits,
        gn.loss("binary_cross_entropy", pos_weight=2.5): lambda *a: functional.binary_cross_entropy_with_logits(
            *a, pos_weight=torch.tensor(2.5)
        ),
        gn.losses.hinge: lambda z, y: (y * functional.relu(1 - z) + (1 - y) * functional.relu(1 + z)).mean(),
    }
    for loss, theirs in cases.items():
        raw.grad = None
        result = theirs(raw, target)
        result.backward()
        assert loss(z, y) == pytest.approx(result.item(), rel=1e-14), loss
        np.testing.assert_allclose(loss.gradient(z, y), raw.grad.numpy(), rtol=1e-13, atol=1e-17)
    poisson = functional.poisson_nll_loss(raw, target) + (torch.special.xlogy(target, target) - target).mean()
    assert gn.losses.poisson(z, y) == pytest.approx(poisson.item(), rel=1e-13)
    p = torch.sigmoid(raw)
    p.retain_grad()
    on_probabilities = functional.binary_cross_entropy(p, target)
    on_probabilities.backward()
    bce = gn.losses.binary_cross_entropy
    assert bce.of_probability(p.detach().numpy(), y) == pytest.approx(on_probabilities.item(), rel=1e-14)
    np.testing.assert_allclose(bce.gradient_of_probability(p.detach().numpy(), y), p.grad.numpy(), rtol=1e-13)
