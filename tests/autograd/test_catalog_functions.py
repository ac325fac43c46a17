"""Every function of the catalog works on tensors: its value and gradient are the catalog's own, to the last bit."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import glassnet as gn
from glassnet.autograd import Tensor, grad, jacobian
from glassnet.autograd.catalog_functions import derivative_text
from glassnet.autograd.catalog_losses import of_raw_score
from glassnet.catalog.class_loss import ClassLoss
from glassnet.catalog.digits import in_digits
from glassnet.errors import AutogradError, ParameterError

ACTIVATIONS = [entry for entry in gn.activations if not entry.over_axis]
NUMBER_LOSSES = [loss for loss in gn.losses if not isinstance(loss, ClassLoss)]
CLASS_LOSSES = [loss for loss in gn.losses if isinstance(loss, ClassLoss)]
FORMULAS = [gn.activation("x*tanh(softplus(x))"), gn.activation("x * sigmoid(beta * x) + relu(x)", beta=1.5)]


def named(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


def inputs_of(entry):
    """Numbers of all sizes, the places where pieces meet, and a little beside them."""
    kinks = np.array([float(kink) for kink in entry.kinks])
    return np.unique(np.concatenate([np.linspace(-5, 5, 41), [-1e3, -40.0, 40.0, 1e3], kinks, kinks + 0.01]))


@named([*ACTIVATIONS, *FORMULAS])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_activations_and_their_slopes_are_the_kernels(entry, dtype):
    x = inputs_of(entry).astype(dtype)
    t = Tensor(x, requires_grad=True)
    y = entry(t)
    assert y.dtype == dtype
    assert (y.detach().numpy() == entry(x)).all()
    weights = np.random.default_rng(0).normal(size=x.shape).astype(dtype)
    y.backward(weights)
    np.testing.assert_array_equal(t.grad.numpy(), entry.derivative(x) * weights)
    slopes = entry.derivative(t)
    assert slopes.requires_grad
    np.testing.assert_array_equal(slopes.detach().numpy(), entry.derivative(x))


@named([*ACTIVATIONS, *FORMULAS])
@pytest.mark.parametrize("orders", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_second_and_third_derivatives_of_activations(entry, orders):
    x = np.array([-3.3, -1.2, -0.4, 0.3, 0.9, 2.1, 4.4, 30.0, -30.0])
    t = Tensor(x, requires_grad=True)
    (first,) = grad(entry(t).sum(), [t], create_graph=True)
    seconds = [grad(first.sum(), t, create_graph=True, allow_unused=True)] if first.requires_grad else [None]
    if orders > 2 and seconds[0] is not None and seconds[0].requires_grad:
        seconds.append(grad(seconds[0].sum(), t, allow_unused=True))
    for order, found in enumerate(seconds, start=2):
        text = derivative_text(entry.formula, order)
        expected = [float(in_digits(text, {**entry.exact_parameters, "x": float(one)}, 30)) for one in x]
        values = np.zeros(x.shape) if found is None else found.detach().numpy()
        np.testing.assert_allclose(values, expected, rtol=1e-10, atol=1e-14, err_msg=f"order {order}: {text}")


@named([entry for entry in ACTIVATIONS if entry.declared])
def test_parameters_of_activations_may_be_tensors(entry):
    x = np.array([-2.3, -0.7, 0.4, 1.9])
    for name, value in entry.parameters:
        parameter = Tensor(value, requires_grad=True)
        t = Tensor(x, requires_grad=True)
        y = entry(t, **{name: parameter})
        np.testing.assert_array_equal(y.detach().numpy(), entry(x))
        y.sum().backward()
        expected = mpmath.diff(
            lambda p, name=name: mpmath.fsum(
                mpmath.mpf(in_digits(entry.formula, {**entry.exact_parameters, name: str(p), "x": float(one)}, 40))
                for one in x
            ),
            value,
            h=1e-8,
        )
        assert parameter.grad.item() == pytest.approx(float(expected), rel=1e-6, abs=1e-9)
        np.testing.assert_allclose(t.grad.numpy(), entry.derivative(x), rtol=1e-14)
        # one value for each unit, as in a layer that learns it
        units = Tensor(np.full(4, value), requires_grad=True)
        each = entry(Tensor(np.tile(x, (3, 1))), **{name: units})
        np.testing.assert_allclose(each.detach().numpy(), np.tile(entry(x), (3, 1)), rtol=1e-13)
        each.sum().backward()
        assert units.grad.sum().item() == pytest.approx(3 * float(expected), rel=1e-6, abs=1e-9)


def test_wrong_parameters_are_refused_as_on_arrays():
    t = Tensor([1.0], requires_grad=True)
    with pytest.raises(ParameterError, match="slopy"):
        gn.activations.leaky_relu(t, slopy=Tensor(0.1))
    with pytest.raises(ParameterError, match="slopy"):
        gn.activations.leaky_relu(t, slopy=0.1)
    with pytest.raises(ParameterError, match="delta must be"):
        gn.losses.huber(t, [1.0], delta=-1.0)
    with pytest.raises(AutogradError, match='relu takes no "out"'):
        gn.activations.relu(t, out=np.empty(1))
    with pytest.raises(ParameterError, match="reduction must be one of"):
        gn.losses.mse(t, [1.0], reduction="median")


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "hardmax"])
@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"temperature": 2.5}])
def test_functions_over_an_axis_have_the_catalog_s_jacobians(name, options):
    function = getattr(gn, name)
    x = np.array([0.3, -1.2, 2.0, 0.3])
    found = jacobian(lambda t: function(t, **options), x)
    np.testing.assert_allclose(found, getattr(gn.activations, name).jacobian(x, **options), rtol=1e-13, atol=1e-16)
    np.testing.assert_array_equal(found, jacobian(lambda t: getattr(gn.activations, name)(t, **options), x))
    rows = np.array([[1e4, 0.0, -1e4], [1.0, 2.0, 3.0]])
    t = Tensor(rows, requires_grad=True)
    y = function(t, **options)
    np.testing.assert_array_equal(y.detach().numpy(), function(rows, **options))
    y[0, 0].backward()
    assert np.isfinite(t.grad.numpy()).all()


def test_a_temperature_may_be_learned():
    temperature = Tensor(2.0, requires_grad=True)
    gn.log_softmax(Tensor([1.0, 3.0]), temperature=temperature)[0].backward()
    step = 1e-6
    around = [gn.log_softmax([1.0, 3.0], temperature=2.0 + d)[0] for d in (-step, step)]
    assert temperature.grad.item() == pytest.approx((around[1] - around[0]) / (2 * step), rel=1e-8)


@pytest.mark.parametrize("axis", [-1, 0])
def test_maxout(axis):
    x = np.array([[1.0, 4.0, 3.0, 3.0], [0.0, -1.0, 5.0, 6.0]])
    x = x if axis == -1 else x.T.copy()
    t = Tensor(x, requires_grad=True)
    y = gn.activations.maxout(t, axis=axis)
    np.testing.assert_array_equal(y.detach().numpy(), gn.activations.maxout(x, axis=axis))
    (y * y).sum().backward()
    expected = np.array([[0.0, 8.0, 6.0, 0.0], [0.0, 0.0, 0.0, 12.0]])
    np.testing.assert_array_equal(t.grad.numpy(), expected if axis == -1 else expected.T)


# ------------------------------------------------------------------------------------------------------------ losses


def numbers_for(loss, shape=(5, 2)):
    random = np.random.default_rng(3)
    target = (
        random.uniform(0.05, 0.95, shape) if not loss.domain.of_numbers else np.abs(random.normal(size=shape)) + 0.1
    )
    return 2 * random.normal(size=shape), target


@named([*NUMBER_LOSSES, gn.loss("abs(p - y)**a", a=1.5)])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_losses_of_numbers(entry, reduction, weighted):
    raw, target = numbers_for(entry)
    options = {"reduction": reduction, "sample_weight": [1.0, 0.0, 2.0, 0.5, 1.0] if weighted else None}
    t = Tensor(raw, requires_grad=True)
    value = entry(t, target, **options)
    np.testing.assert_allclose(value.detach().numpy(), entry(raw, target, **options), rtol=1e-15)
    value.sum().backward()
    np.testing.assert_allclose(t.grad.numpy(), entry.gradient(raw, target, **options), rtol=1e-14, atol=1e-16)
    by_expression = Tensor(target, requires_grad=True)  # another way to the same value
    again = Tensor(raw, requires_grad=True)
    value = entry(again, by_expression, **options)
    np.testing.assert_allclose(value.detach().numpy(), entry(raw, target, **options), rtol=1e-12)
    value.sum().backward()
    np.testing.assert_allclose(again.grad.numpy(), entry.gradient(raw, target, **options), rtol=1e-10, atol=1e-13)


@named(NUMBER_LOSSES)
def test_second_derivatives_of_losses_of_numbers(entry):
    raw, target = numbers_for(entry)
    t = Tensor(raw, requires_grad=True)
    (first,) = grad(entry(t, target), [t], create_graph=True)
    second = grad(first.sum(), t, create_graph=True)
    np.testing.assert_allclose(second.detach().numpy(), entry.second_derivative(raw, target), rtol=1e-14, atol=1e-17)
    third = grad(second.sum(), t, allow_unused=True)
    text, values = derivative_text(of_raw_score(entry), 3, "z"), entry.exact_parameters
    expected = [
        float(in_digits(text, {**values, "z": float(z), "y": float(y)}, 30)) / len(raw)
        for z, y in zip(raw.flat, target.flat, strict=True)
    ]
    found = np.zeros(raw.size) if third is None else third.detach().numpy().ravel()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)


@named([loss for loss in NUMBER_LOSSES if loss.name != "hinge"])
def test_targets_and_parameters_of_losses_may_be_tensors(entry):
    raw, target = numbers_for(entry)
    y = Tensor(target, requires_grad=True)
    parameters = {name: Tensor(value, requires_grad=True) for name, value in entry.parameters}
    entry(Tensor(raw), y, **parameters).backward()
    step = 1e-6
    for place in ((0, 0), (3, 1)):
        shifted = [target.copy(), target.copy()]
        shifted[0][place] -= step
        shifted[1][place] += step
        slope = (entry(raw, shifted[1]) - entry(raw, shifted[0])) / (2 * step)
        assert y.grad.numpy()[place] == pytest.approx(slope, rel=1e-5, abs=1e-8)
    for name, value in entry.parameters:
        around = [entry(raw, target, **{name: value + sign * step}) for sign in (-1, 1)]
        assert parameters[name].grad.item() == pytest.approx((around[1] - around[0]) / (2 * step), rel=1e-5, abs=1e-8)


@named(NUMBER_LOSSES)
def test_losses_of_extreme_scores_have_their_gradient(entry):
    raw, target = np.array([800.0, -800.0, 60.0, -60.0]), np.array([0.0, 1.0, 1.0, 0.0])
    t = Tensor(raw, requires_grad=True)
    if entry.name == "poisson":
        raw = raw.clip(-60, 60)
        t = Tensor(raw, requires_grad=True)
    (first,) = grad(entry(t, target, reduction="sum"), [t], create_graph=True)
    np.testing.assert_array_equal(first.detach().numpy(), entry.gradient(raw, target, reduction="sum"))
    second = grad(first.sum(), t)
    np.testing.assert_array_equal(second.numpy(), entry.second_derivative(raw, target, reduction="sum"))


CASES = {
    "codes": (np.array([0, 2, 1, 2]), {}),
    "an ignored code": (np.array([0, -100, 1, 2]), {}),
    "shares": (np.random.default_rng(5).dirichlet(np.ones(3), 4), {}),
    "weights of rows": (np.array([0, 2, 1, 2]), {"sample_weight": [1.0, 0.0, 2.0, 0.5]}),
    "weights of classes": (np.array([0, 2, 1, 2]), {"class_weight": [1.0, 2.0, 0.5]}),
    "smoothed": (np.array([0, 2, 1, 2]), {"label_smoothing": 0.1, "class_weight": [1.0, 2.0, 0.5]}),
    "sums": (np.array([0, 2, 1, 2]), {"reduction": "sum"}),
    "rows": (np.array([0, 2, 1, 2]), {"reduction": "none"}),
}


@named(CLASS_LOSSES)
@pytest.mark.parametrize("case", CASES)
def test_losses_of_classes(entry, case):
    target, options = CASES[case]
    raw = np.random.default_rng(4).normal(size=(4, 3))
    if entry.name == "nll":
        raw = gn.log_softmax(raw)
    t = Tensor(raw, requires_grad=True)
    value = entry(t, target, **options)
    np.testing.assert_allclose(value.detach().numpy(), entry(raw, target, **options), rtol=1e-15)
    value.sum().backward(retain_graph=True)
    expected = entry.gradient(raw, target, **options)
    np.testing.assert_allclose(t.grad.numpy(), expected, rtol=1e-13, atol=1e-16)
    # The gradient that can be differentiated again is another computation of the same.
    (first,) = grad(value.sum(), [t], create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), expected, rtol=1e-11, atol=1e-14)
    if entry.name != "nll":
        second = jacobian(lambda z: grad(entry(z, target, **options).sum(), z, create_graph=True), t.detach().numpy())
        diagonal = np.einsum("ijij->ij", second)
        np.testing.assert_allclose(diagonal, entry.second_derivative(raw, target, **options), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(second, np.transpose(second, (2, 3, 0, 1)), atol=1e-12)


@named(CLASS_LOSSES)
def test_targets_of_losses_of_classes_may_be_tensors(entry):
    raw = gn.log_softmax(np.random.default_rng(4).normal(size=(4, 3)))
    shares = np.random.default_rng(5).dirichlet(np.ones(3), 4)
    y = Tensor(shares, requires_grad=True)
    options = {"gamma": Tensor(2.0, requires_grad=True)} if entry.declared else {}
    entry(Tensor(raw), y, **options).backward()
    direction = np.array([1e-6, -2e-6, 1e-6])  # keeps the sum of the shares
    slope = (entry(raw, shares + direction) - entry(raw, shares - direction)) / 2
    assert (y.grad.numpy() @ direction).sum() == pytest.approx(slope, rel=1e-6)
    if options:
        around = [entry(raw, shares, gamma=2.0 + step) for step in (-1e-6, 1e-6)]
        assert options["gamma"].grad.item() == pytest.approx((around[1] - around[0]) / 2e-6, rel=1e-6)


def test_classes_along_another_axis_and_codes_of_tensors():
    raw = np.random.default_rng(4).normal(size=(2, 3, 4))
    target = np.random.default_rng(4).integers(0, 3, (2, 4))
    t = Tensor(raw, requires_grad=True)
    loss = gn.losses.softmax_cross_entropy
    value = loss(t, Tensor(target), axis=1)
    assert value.item() == pytest.approx(loss(raw, target, axis=1), rel=1e-15)
    value.backward()
    np.testing.assert_allclose(t.grad.numpy(), loss.gradient(raw, target, axis=1), rtol=1e-13)
    t.zero_grad()
    loss(t, target, axis=1, reduction="none").sum().backward()
    np.testing.assert_allclose(t.grad.numpy(), loss.gradient(raw, target, axis=1, reduction="none"), rtol=1e-13)
    # Three rows of two scores: codes, and of three scores: the same shape as probabilities would have
    assert loss(Tensor([1.0, 0.0]), 0).item() == pytest.approx(0.31326168751822286)


def test_measures_of_information():
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.4, 0.2])
    cases = [
        (lambda a, b: gn.entropy(a), -np.log(p) - 1, None),
        (gn.cross_entropy, -np.log(q), -p / q),
        (lambda a, b: gn.kl_divergence(a, b, base=2), (np.log(p / q) + 1) / np.log(2), -p / q / np.log(2)),
        (lambda a, b: gn.losses.binary_cross_entropy.of_probability(a, [1.0, 0.0, 1.0]), None, None),
    ]
    for function, by_p, by_q in cases:
        a, b = Tensor(p, requires_grad=True), Tensor(q, requires_grad=True)
        value = function(a, b)
        assert value.item() == pytest.approx(function(p, q), rel=1e-15)
        value.backward()
        for tensor, expected in ((a, by_p), (b, by_q)):
            if expected is not None:
                np.testing.assert_allclose(tensor.grad.numpy(), expected, rtol=1e-13)
    expected = gn.losses.binary_cross_entropy.gradient_of_probability(p, [1.0, 0.0, 1.0])
    np.testing.assert_allclose(a.grad.numpy(), expected, rtol=1e-14)


@named(ACTIVATIONS)
def test_gradients_of_a_whole_network_written_in_tensors(entry):
    """Against differences, through a layer, an activation, another layer and a loss."""
    random = np.random.default_rng(9)
    X, y = random.normal(size=(6, 3)), np.array([0, 1, 1, 0, 2, 2])
    weights = random.normal(size=(3, 4))

    def loss(w):
        return gn.losses.softmax_cross_entropy(entry(X @ w) @ np.eye(4, 3), y)

    found = grad(loss)(weights)
    for place in ((0, 0), (2, 3)):
        shifted = [weights.copy(), weights.copy()]
        shifted[0][place] -= 1e-6
        shifted[1][place] += 1e-6
        slope = (loss(shifted[1]) - loss(shifted[0])) / 2e-6
        assert found[place] == pytest.approx(slope, rel=1e-5, abs=1e-8)
