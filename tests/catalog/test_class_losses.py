"""Losses over classes that exclude each other: codes, shares, weights of classes, rows that are ignored, smoothing."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from tests.catalog.loss_cases import BY_CLASS, CODES, RAW, WEIGHTS, class_losses, cross_entropy, targets_of

import glassnet as gn
from glassnet.errors import DataError, ParameterError, ShapeError

# ----------------------------------------------------------------------------------------------- codes, shares, weights


def expected_cross_entropy(raw, shares, weight, denominator):
    """Write the definition once more: weighted mean of -sum of shares times log-probabilities."""
    losses = -(shares * scipy.special.log_softmax(raw, axis=-1)).sum(axis=-1)
    return (losses * weight).sum() / denominator.sum()


def test_gradient_is_p_minus_t():
    p = gn.softmax(RAW)
    np.testing.assert_allclose(
        cross_entropy.gradient(RAW, CODES, reduction="sum"), p - gn.one_hot(CODES, 4), rtol=0, atol=2e-16
    )


def test_codes_and_one_hot_rows_are_the_same():
    dense = gn.one_hot(CODES, 4)
    assert cross_entropy(RAW, CODES) == pytest.approx(cross_entropy(RAW, dense), rel=1e-15)
    np.testing.assert_allclose(cross_entropy.gradient(RAW, CODES), cross_entropy.gradient(RAW, dense), atol=1e-17)


def test_the_three_cases_of_an_ignored_row():
    """p beside the target, p - 1 at the target, 0 where the row is ignored."""
    codes = np.array([2, -100, 0, -100, 1, 3])
    kept = codes >= 0
    gradient = cross_entropy.gradient(RAW, codes, reduction="none")
    p = gn.softmax(RAW)
    np.testing.assert_allclose(gradient[kept], (p - gn.one_hot(np.where(kept, codes, 0), 4))[kept], atol=2e-16)
    assert not gradient[~kept].any()
    assert not cross_entropy(RAW, codes, reduction="none")[~kept].any()
    assert cross_entropy(RAW, codes) == pytest.approx(cross_entropy(RAW[kept], codes[kept]), rel=1e-15)


def test_ignore_index_may_be_any_code():
    codes = np.array([0, 1, 1, 2, 3, 0])
    kept = codes != 1
    assert cross_entropy(RAW, codes, ignore_index=1) == cross_entropy(RAW[kept], codes[kept])
    assert cross_entropy(RAW, np.full(6, -100)) == 0.0
    assert not cross_entropy.gradient(RAW, np.full(6, -100)).any()


def test_class_weights_weigh_codes():
    weight = WEIGHTS * BY_CLASS[CODES]
    expected = expected_cross_entropy(RAW, gn.one_hot(CODES, 4), weight, weight)
    assert cross_entropy(RAW, CODES, class_weight=BY_CLASS, sample_weight=WEIGHTS) == pytest.approx(expected, rel=1e-14)


def test_class_weights_weigh_shares():
    shares = targets_of(cross_entropy, RAW.shape)
    expected = expected_cross_entropy(RAW, shares * BY_CLASS, WEIGHTS, WEIGHTS)
    assert cross_entropy(RAW, shares, class_weight=BY_CLASS, sample_weight=WEIGHTS) == pytest.approx(
        expected, rel=1e-14
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_label_smoothing_spreads_the_target(smoothing):
    shares = gn.one_hot(CODES, 4) * (1 - smoothing) + smoothing / 4
    for target in (CODES, gn.one_hot(CODES, 4)):
        assert cross_entropy(RAW, target, label_smoothing=smoothing) == pytest.approx(
            expected_cross_entropy(RAW, shares, np.ones(6), np.ones(6)), rel=1e-14
        )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("soft", [False, True])
def test_gradient_with_everything_at_once(reduction, soft):
    target = targets_of(cross_entropy, RAW.shape) if soft else np.where(CODES == 2, -100, CODES)
    options = {
        "reduction": reduction,
        "sample_weight": WEIGHTS,
        "class_weight": BY_CLASS,
        "label_smoothing": 0.2,
    }

    def total(flat):
        return float(np.sum(cross_entropy(flat.reshape(RAW.shape), target, **options)))

    numeric = scipy.optimize.approx_fprime(RAW.ravel(), total, 1e-7).reshape(RAW.shape)
    gradient = cross_entropy.gradient(RAW, target, **options)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-6)
    if not soft:
        assert not gradient[CODES == 2].any()


def test_all_class_weights_zero_say_nothing():
    for target in (CODES, gn.one_hot(CODES, 4)):
        assert cross_entropy(RAW, target, class_weight=np.zeros(4), label_smoothing=0.1) == 0.0
        assert not cross_entropy.gradient(RAW, target, class_weight=np.zeros(4)).any()


@class_losses
def test_class_weights_reweigh_the_target(loss):
    """A reweighed distribution's loss, times its sum: so a divergence stays one, with a floor of 0."""
    shares = targets_of(loss, RAW.shape)
    total = (shares * BY_CLASS).sum(axis=1)
    expected = total * loss(RAW, shares * BY_CLASS / total[:, None], reduction="none")
    np.testing.assert_allclose(loss(RAW, shares, class_weight=BY_CLASS, reduction="none"), expected, rtol=1e-13)


@class_losses
def test_ignored_rows_give_exactly_nothing(loss):
    codes = np.array([2, -100, 0, -100, 1, 3])
    raw = RAW.copy()
    raw[1] = np.nan
    for call in (loss, loss.gradient, loss.second_derivative):
        assert not call(raw, codes, reduction="none")[[1, 3]].any()
    assert loss(raw, codes) == pytest.approx(loss(RAW[codes >= 0], codes[codes >= 0]), rel=1e-15)


@class_losses
def test_classes_may_lie_along_any_axis(loss):
    raw = np.random.default_rng(3).normal(size=(2, 4, 3, 5))
    codes = np.random.default_rng(4).integers(0, 4, (2, 3, 5))
    last = np.moveaxis(raw, 1, -1)
    for target, moved in ((codes, codes), (gn.one_hot(codes, 4).transpose(0, 3, 1, 2), gn.one_hot(codes, 4))):
        assert loss(raw, target, axis=1) == loss(last, moved)
        assert loss(raw, target, axis=1, reduction="none").shape == (2, 3, 5)
        for call in (loss.gradient, loss.second_derivative):
            np.testing.assert_array_equal(call(raw, target, axis=1), np.moveaxis(call(last, moved), -1, 1))
    with pytest.raises(ShapeError, match="axis must be an axis of x"):
        loss(raw, codes, axis=4)


def test_cross_entropy_is_divergence_and_entropy():
    shares = targets_of(cross_entropy, RAW.shape)
    entropy = -scipy.special.xlogy(shares, shares).sum(axis=1)
    np.testing.assert_allclose(
        gn.losses.kl_divergence(RAW, shares, reduction="none") + entropy,
        cross_entropy(RAW, shares, reduction="none"),
        rtol=1e-14,
    )
    np.testing.assert_array_equal(gn.losses.kl_divergence.gradient(RAW, shares), cross_entropy.gradient(RAW, shares))
    np.testing.assert_allclose(gn.losses.kl_divergence(np.log(shares), shares, reduction="none"), 0, atol=1e-15)


def test_second_derivative_of_cross_entropy_is_p_times_the_rest():
    p = gn.softmax(RAW)
    np.testing.assert_allclose(cross_entropy.second_derivative(RAW, CODES, reduction="sum"), p * (1 - p), rtol=1e-13)


def test_one_row_of_scores():
    assert cross_entropy(RAW[0], 2) == cross_entropy(RAW[:1], [2])
    assert cross_entropy(RAW[0], gn.one_hot(2, 4)) == pytest.approx(cross_entropy(RAW[0], 2), rel=1e-15)
    np.testing.assert_array_equal(cross_entropy.gradient(RAW[0], 2), cross_entropy.gradient(RAW[:1], [2])[0])


def test_huge_scores_are_no_trouble():
    assert cross_entropy([[1e4, 0.0]], [1]) == 1e4
    assert cross_entropy([[1e4, 0.0]], [0]) == 0.0
    np.testing.assert_array_equal(cross_entropy.gradient([[1e4, 0.0]], [1]), [[1.0, -1.0]])


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_means_what_pytorch_means(reduction, smoothing, weighted, soft):
    import torch

    target = targets_of(cross_entropy, RAW.shape) if soft else np.where(CODES == 2, -100, CODES)
    weight = np.array([1.0, 0.2, 3.0, 0.7]) if weighted else None
    raw = torch.tensor(RAW, requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(
        raw,
        torch.tensor(target),
        weight=None if weight is None else torch.tensor(weight),
        reduction=reduction,
        label_smoothing=smoothing,
    )
    theirs.sum().backward()
    options = {"reduction": reduction, "class_weight": weight, "label_smoothing": smoothing}
    np.testing.assert_allclose(cross_entropy(RAW, target, **options), theirs.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(cross_entropy.gradient(RAW, target, **options), raw.grad.numpy(), rtol=1e-12, atol=1e-16)


# ---------------------------------------------------------------------------------------------------- one-hot rows


@pytest.mark.parametrize(
    ("codes", "n_classes", "shape"), [([2, 0], None, (2, 3)), (1, 3, (3,)), ([[0], [1]], 2, (2, 1, 2))]
)
def test_one_hot(codes, n_classes, shape):
    rows = gn.one_hot(codes, n_classes)
    assert rows.shape == shape
    np.testing.assert_array_equal(rows.argmax(axis=-1), codes)
    assert set(rows.ravel()) == {0.0, 1.0}
    assert rows.sum() == np.size(codes)


def test_one_hot_takes_a_type():
    assert gn.one_hot([1], dtype=np.float32).dtype == np.float32
    assert gn.one_hot(np.zeros(0, int), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([3], 3), DataError, "class codes must be integers from 0 to 2 (3 classes); row 0 is 3"),
        (([0, -1],), DataError, "class codes must be integers from 0 to 0 (1 classes); row 1 is -1"),
        (([0.5],), DataError, "class codes must be integers; got an array of dtype float64"),
        (
            (np.array([], int),),
            ParameterError,
            "n_classes must be given, because there are no codes to tell it; got None",
        ),
        (([0], 0), ParameterError, "n_classes must be an integer of at least 1; got 0"),
        (([0], 2.0), ParameterError, "n_classes must be an integer of at least 1; got 2.0"),
    ],
)
def test_one_hot_refuses_what_is_no_code(arguments, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        gn.one_hot(*arguments)
