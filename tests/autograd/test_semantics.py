"""Tensors behave as PyTorch's where both have the thing, and every misuse is answered with cause and remedy."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest

from glassnet.autograd import Tensor, enable_grad, exp, grad, hessian, jacobian, no_grad, value_and_grad
from glassnet.errors import AutogradError


def leaf(*values):
    return Tensor(list(values), requires_grad=True)


def test_gradients_accumulate_until_they_are_cleared():
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    (3 * x).sum().backward()
    assert x.grad.tolist() == [5.0, 7.0]
    x.zero_grad()
    assert x.grad is None
    x.grad = Tensor([1.0, 1.0])
    (3 * x).sum().backward()
    assert x.grad.tolist() == [4.0, 4.0]
    with pytest.raises(AutogradError, match=r"must be None or a Tensor of the tensor's own shape, \(2,\)"):
        x.grad = Tensor([1.0])


def test_two_leaves_never_share_a_gradient():
    a, b = leaf(1.0), leaf(2.0)
    (a + b).sum().backward()
    a.grad += 1
    assert (a.grad.item(), b.grad.item()) == (2.0, 1.0)


def test_the_graph_is_freed_by_the_first_walk():
    x = leaf(1.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(AutogradError, match=r"was freed .*Compute the result again, or ask for retain_graph=True"):
        y.backward()
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [6.0]
    with pytest.raises(AutogradError, match="was freed"):
        grad(y, x)


def test_what_was_freed_in_part_is_found_in_the_other_half():
    x = leaf(1.0)
    shared = x * x
    one, two = shared.sum(), (shared * 2).sum()
    one.backward()
    with pytest.raises(AutogradError, match="was freed"):
        two.backward()


def test_nothing_requires_a_gradient():
    with pytest.raises(AutogradError, match=r"Make one with Tensor\(..., requires_grad=True\)"):
        Tensor(1.0).backward()
    with no_grad():
        y = (leaf(1.0) * 2).sum()
    with pytest.raises(AutogradError, match=r"outside of no_grad\(\)"):
        y.backward()
    x = leaf(1.0)
    with pytest.raises(AutogradError, match="does not depend"):
        grad((x * 2).sum(), Tensor(1.0))


def test_a_seed_is_needed_and_has_the_shape_of_the_result():
    x = leaf(1.0, 2.0)
    with pytest.raises(AutogradError, match=r"has shape \(2,\). Reduce it first"):
        (x * 2).backward()
    with pytest.raises(AutogradError, match=r"must have the tensor's shape, \(2,\); got \(3,\)"):
        (x * 2).backward([1.0, 1.0, 1.0])
    (x * x).backward([1.0, 10.0])
    assert x.grad.tolist() == [2.0, 40.0]
    with pytest.raises(AutogradError, match="for each of the 1 outputs; got 2"):
        grad([x.sum()], [x], [Tensor(1.0), Tensor(1.0)])
    assert grad([x.sum(), x * x], [x], [None, [1.0, 1.0]])[0].tolist() == [3.0, 5.0]
    one_element = (x * x)[:1]  # of shape (1,): a single number, as in PyTorch
    one_element.backward()


def test_a_saved_value_that_was_changed_is_noticed():
    x = leaf(1.0, 2.0)
    y = exp(x)
    y += 1
    with pytest.raises(AutogradError, match=r'changed in place after "exp".* Write y = y \+ 1'):
        y.sum().backward()
    y = x * 1
    z = y * y
    y[0] = 5.0
    with pytest.raises(AutogradError, match='after "multiply"'):
        z.sum().backward()
    y = x * 1
    z = y * y
    y.detach()[0] = 5.0
    with pytest.raises(AutogradError, match='after "multiply"'):
        z.sum().backward()


def test_changes_in_place_that_harm_nothing_are_differentiated():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = x * 1
    e = np.sin(y).sum()
    y = y.clone()
    y *= 2.0
    y += w
    y -= 1
    y /= w.detach()
    y[0] = w[1] * 5
    (y.sum() + e).backward()
    assert x.grad.tolist() == pytest.approx([np.cos(1.0), np.cos(2.0) + 0.5])
    assert w.grad.tolist() == pytest.approx([0.0, 5.0 + 0.25])


def test_what_was_computed_before_a_change_keeps_its_history():
    x = leaf(2.0)
    y = x * 3
    before = y + 0
    y += x
    y *= y
    before.sum().backward(retain_graph=True)
    assert x.grad.tolist() == [3.0]


def test_a_square_in_place():
    x = leaf(2.0)
    y = x * 3
    with pytest.raises(AutogradError, match="changed in place"):  # the product needs the factor that is gone
        (y.__imul__(y)).sum().backward()
    total = Tensor(np.zeros(2))
    total[0] = x[0] * 2
    total[1:] = x * x
    total.sum().backward()
    assert x.grad.tolist() == [6.0]


def test_a_leaf_is_not_changed_while_operations_are_recorded():
    x = leaf(1.0, 2.0)
    with pytest.raises(AutogradError, match=r"within \"with no_grad\(\):\""):
        x += 1
    with pytest.raises(AutogradError, match="may not be changed in place"):
        x[0] = 1.0
    with no_grad():
        x -= 0.5
        x[1] = 7.0
    assert x.tolist() == [0.5, 7.0]
    assert x.is_leaf
    assert x.requires_grad
    y = x * 1
    with pytest.raises(AutogradError, match=r"keep the tensor's shape, \(2,\)"):
        y += np.ones((3, 2))


def test_only_floats_require_a_gradient():
    with pytest.raises(AutogradError, match=r"this one has dtype int64\. Make it with dtype=float"):
        Tensor([1, 2], requires_grad=True, dtype=np.int64)
    with pytest.raises(AutogradError, match="int32"):
        Tensor([1], dtype=np.int32).requires_grad_()
    assert Tensor([1, 2]).dtype == np.float64
    assert Tensor(np.float32([1])).dtype == np.float32
    assert Tensor(np.float16([1])).dtype == np.float32
    with pytest.raises(AutogradError, match="complex128"):
        Tensor([1j])


def test_leaves_and_computed_tensors():
    x = leaf(1.0)
    y = x * 2
    assert x.is_leaf
    assert not y.is_leaf
    assert y.requires_grad
    assert y.grad_fn.operation.name == "multiply"
    with pytest.raises(AutogradError, match=r"y.detach\(\)"):
        y.requires_grad_(False)
    y.retain_grad()
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([1.0], [2.0])
    assert y.detach().is_leaf
    assert repr(x) == "Tensor([1.], requires_grad=True)"
    assert repr(y) == "Tensor([2.], grad_fn=<multiply>)"
    assert repr(Tensor(np.float32(1.5))) == "Tensor(1.5, dtype=float32)"
    assert x.requires_grad_(False) is x
    assert not (x * 2).requires_grad


def test_no_grad_is_of_its_thread_and_nests():
    x = leaf(1.0)
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
        with enable_grad():
            seen.append((x * 2).requires_grad)
        seen.append((x * 2).requires_grad)
    seen.append((x * 2).requires_grad)
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    seen.append((x * 2).requires_grad)
    assert seen == [True, True, False, True, True]


def test_arrays_of_tensors():
    x = leaf(1.0, 2.0)
    with pytest.raises(AutogradError, match=r"Write t.detach\(\).numpy\(\)"):
        np.asarray(x)
    with pytest.raises(AutogradError, match="gradient would be lost"):
        x.numpy()
    values = x.detach().numpy()
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 5.0
    array = np.array([1.0, 2.0])
    copied = Tensor(array)
    array[0] = 7.0
    assert copied.tolist() == [1.0, 2.0]
    assert np.asarray(copied, dtype=np.float32).dtype == np.float32
    assert (x > 1.5).tolist() == [False, True]
    assert (x == x.detach()).all()
    assert [one.item() for one in x] == [1.0, 2.0]
    assert len(x) == 2
    assert float(x[0]) == 1.0
    with pytest.raises(AutogradError, match=r"\.item\(\) needs a tensor of one element"):
        x.item()
    with pytest.raises(AutogradError, match=r"bool\(\) needs"):
        bool(x)
    assert [10, 20, 30][Tensor(1, dtype=np.int64)] == 20


def test_functions_of_numpy():
    x = leaf(0.5, 2.0)
    checks = [
        (np.exp(x), np.exp([0.5, 2.0])),
        (np.sum(np.array([1.0, 2.0]) * x), 4.5),
        (np.add(1.0, x), [1.5, 3.0]),
        (np.float64(2.0) * x, [1.0, 4.0]),
        (np.ones((2, 2)) @ x, [2.5, 2.5]),
        (np.maximum(x, 1.0), [1.0, 2.0]),
        (np.max(x), 2.0),
        (np.mean(x, axis=0, keepdims=True), [1.25]),
        (np.where(x > 1, x, 0.0), [0.0, 2.0]),
        (np.concatenate([x, x]), [0.5, 2.0, 0.5, 2.0]),
        (np.add.reduce(x), 2.5),
        (np.clip(x, 0.0, 1.0), [0.5, 1.0]),
    ]
    for result, expected in checks:
        assert isinstance(result, Tensor)
        assert result.requires_grad
        np.testing.assert_allclose(result.detach(), expected)
    assert np.isfinite(x).all()
    for unknown in (
        lambda: np.arctan2(x, x),
        lambda: np.cumsum(x),
        lambda: np.linalg.norm(x),
        lambda: np.add.outer(x, x),
    ):
        with pytest.raises(AutogradError, match=r"does not work on tensors\. What does: "):
            unknown()
    with pytest.raises(AutogradError, match='takes no "out"'):
        np.exp(x, out=np.empty(2))


def test_types_of_results():
    x = Tensor(np.float32([1.0, 2.0]), requires_grad=True)
    for y in (x * 2.0, 1 / x, x**2, x + 1, x * np.arange(2), np.float32(3) * x, x.mean(), x / np.float64(2)):
        assert y.dtype == np.float32
    mixed = (x * np.array([1.0, 2.0])).sum()
    assert mixed.dtype == np.float64
    mixed.backward()
    assert x.grad.dtype == np.float32
    x.astype(np.float64).sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [2.0, 3.0]


def test_elements_that_are_taken_twice_get_both_gradients():
    x = leaf(1.0, 2.0, 3.0)
    (x[np.array([0, 0, 2])] * Tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [11.0, 0.0, 100.0]
    x.zero_grad()
    x[x > 1.5].sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 1.0]
    taken = x[Tensor([0, 1], dtype=np.int64)]
    assert taken.tolist() == [1.0, 2.0]


def test_ties_share_the_gradient():
    x = leaf(2.0, 2.0, 1.0)
    x.max().backward()
    assert x.grad.tolist() == [0.5, 0.5, 0.0]
    x.zero_grad()
    np.minimum(x, 2.0).sum().backward()
    assert x.grad.tolist() == [0.5, 0.5, 1.0]


def test_grad_of_results_and_of_functions():
    x, y = leaf(2.0), leaf(3.0)
    product = x * y
    result = (product * product).sum()
    assert [g.tolist() for g in grad(result, [x, product], retain_graph=True)] == [[36.0], [12.0]]
    assert x.grad is None
    with pytest.raises(AutogradError, match=r"do not depend on input 1.*allow_unused=True"):
        grad(result, [x, leaf(1.0)], retain_graph=True)
    assert grad(result, [x, leaf(1.0)], allow_unused=True)[1] is None
    assert grad(lambda a, b: a * b**2, argnums=(0, 1))(2.0, 3.0) == (9.0, 12.0)
    assert grad(lambda a, b: (a * b).sum(), argnums=1)([1.0, 2.0], [5.0, 5.0]).tolist() == [1.0, 2.0]
    assert value_and_grad(lambda a: a * a)(3.0) == (9.0, 6.0)
    inside = grad(lambda a: (a * a).sum())(x)
    assert isinstance(inside, Tensor)
    assert inside.requires_grad
    for wrong in (lambda a: 3.0, lambda a: np.float64(2.0)):
        with pytest.raises(AutogradError, match="the function's result must be a Tensor"):
            grad(wrong)(1.0)
    with pytest.raises(AutogradError, match="does not depend"):
        grad(lambda a: Tensor(1.0))(1.0)
    with pytest.raises(AutogradError, match="only a single number"):
        grad(lambda a: a * 2)([1.0, 2.0])
    with no_grad():
        assert grad(lambda a: a**3)(2.0) == 12.0


def test_higher_derivatives():
    derivative = lambda x: x**5  # noqa: E731
    for expected in (5 * 2.0**4, 20 * 2.0**3, 60 * 2.0**2, 120 * 2.0, 120.0):
        derivative = grad(derivative)
        assert derivative(2.0) == expected
    x = leaf(2.0)
    (first,) = grad((x**3).sum(), [x], create_graph=True)
    first.sum().backward()
    assert x.grad.tolist() == [12.0]
    y = leaf(2.0)
    (y**3).sum().backward(create_graph=True)
    assert y.grad.requires_grad


def test_jacobians_and_hessians():
    matrix = np.arange(6.0).reshape(2, 3)
    assert (jacobian(lambda x: matrix @ x, [1.0, 2.0, 3.0]) == matrix).all()
    assert jacobian(lambda x: Tensor([1.0, 2.0]), [1.0, 2.0]).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert jacobian(lambda x: x.reshape(2, 2), np.arange(4.0)).shape == (2, 2, 4)
    square = np.array([[2.0, 1.0], [1.0, 4.0]])
    assert (hessian(lambda x: x @ square @ x / 2, [3.0, -1.0]) == square).all()
    assert hessian(lambda x: x.sum(), [3.0, -1.0]).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_long_chain_needs_no_stack():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y + 1e-5
    held = weakref.ref(y.grad_fn)
    y.backward()
    assert x.grad.item() == 1.0
    y = x
    for _ in range(100_000):
        y = y * 1.0
    held = weakref.ref(y.grad_fn)
    del y
    assert held() is None  # let go at once, without the collector of cycles


def test_graphs_are_let_go_without_the_collector():
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        y = np.exp(x) * x
        z = (y / (1 + y)).sum()
        nodes = [weakref.ref(tensor.grad_fn) for tensor in (y, z)]
        del y, z
        assert [node() for node in nodes] == [None, None]
    finally:
        gc.enable()
