"""Activations on arrays: shapes, types, `out`, and what is answered to what cannot be computed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import glassnet as gn
from glassnet.errors import DataError, ParameterError, ShapeError

CALLS = {"value": gn.activations.silu, "derivative": gn.activations.silu.derivative}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@every_call
@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (3, 5), (2, 3, 4), (2, 0, 3), (1, 1, 1, 9)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_type_are_kept(call, shape, dtype):
    x = np.linspace(-3, 3, int(np.prod(shape)), dtype=dtype).reshape(shape)
    y = call(x)
    assert y.shape == shape
    assert y.dtype == dtype
    assert [float(value) for value in y.flat] == [float(call(value)) for value in x.flat]


@every_call
@pytest.mark.parametrize(
    "x",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12.0)[::-2],
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.broadcast_to(np.float64(1.5), (2, 3)),
        np.arange(6.0, dtype=">f8"),
        np.arange(6.0, dtype=">f4"),
    ],
    ids=["transposed", "reversed", "fortran", "broadcast", "big-endian double", "big-endian float"],
)
def test_every_layout_is_understood(call, x):
    plain = np.ascontiguousarray(x).astype(x.dtype.newbyteorder("="))
    np.testing.assert_array_equal(call(x), call(plain), strict=True)


@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        ([1, 2], np.float64),
        ([True, False], np.float64),
        (np.array([1, 2], np.int8), np.float64),
        (np.array([1, 2], np.uint64), np.float64),
        (np.array([1, 2], np.float16), np.float32),
        ([Fraction(1, 2)], np.float64),
        ((1.5, 2), np.float64),
    ],
)
def test_other_numbers_are_converted(x, dtype):
    y = gn.activations.tanh(x)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, gn.activations.tanh(np.asarray(x, dtype=dtype)))


@every_call
def test_scalars_give_scalars(call):
    for x, dtype in ((1, np.float64), (1.5, np.float64), (np.float32(1.5), np.float32), (np.array(2.0), np.float64)):
        assert type(call(x)) is dtype


@pytest.mark.parametrize(
    "x", ["a", ["a"], [None], [1j], np.array([1], np.longdouble), np.array(["2020"], "M8[Y]"), [object()], {}]
)
def test_what_is_no_real_number_is_refused(x):
    with pytest.raises(DataError, match=r"^x must hold real numbers; got an array of dtype "):
        gn.activations.relu(x)


@every_call
def test_out_takes_the_result(call):
    x = np.linspace(-4, 4, 24).reshape(4, 6)
    expected = call(x)
    plain = np.empty_like(x)
    assert call(x, out=plain) is plain
    np.testing.assert_array_equal(plain, expected)
    with_gaps = np.zeros((4, 12))
    call(x, out=with_gaps[:, ::2])
    np.testing.assert_array_equal(with_gaps[:, ::2], expected)
    assert not with_gaps[:, 1::2].any()
    scalar = np.empty(())
    assert call(1.0, out=scalar) is scalar
    assert scalar == call(1.0)


@every_call
def test_out_may_be_x_or_overlap_it(call):
    x = np.linspace(-4, 4, 100)
    expected = call(x)
    memory = x.copy()
    call(memory, out=memory)
    np.testing.assert_array_equal(memory, expected)
    memory = np.concatenate([x, [0.0]])
    call(memory[:-1], out=memory[1:])
    np.testing.assert_array_equal(memory[1:], expected)
    memory = x.copy()
    call(memory, out=memory[::-1])
    np.testing.assert_array_equal(memory[::-1], expected)


def test_out_must_fit():
    x = np.zeros((2, 3))
    with pytest.raises(ShapeError, match=r"^out must have shape \(2, 3\), that of the result; got shape \(3, 2\)$"):
        gn.activations.relu(x, out=np.zeros((3, 2)))
    with pytest.raises(DataError, match=r"^out must be an array of dtype float64, that of the result; got float32$"):
        gn.activations.relu(x, out=np.zeros((2, 3), np.float32))
    with pytest.raises(DataError, match=r"^out must be an array of dtype float64, that of the result; got list$"):
        gn.activations.relu(x, out=[[0.0] * 3] * 2)


def test_parameters_count_for_one_call():
    leaky = gn.activations.leaky_relu
    assert leaky(-1.0, slope=0.03) == -0.03
    assert leaky.derivative(-1.0, slope=0.03) == 0.03
    assert leaky(-1.0) == -0.01
    assert gn.activation("leaky_relu", slope=0.5)(-1.0) == -0.5
    with pytest.raises(ParameterError, match=r'^leaky_relu has no parameter "axis"; it has slope$'):
        leaky(-1.0, axis=1)


def test_large_arrays_are_computed_in_every_element():
    x = np.linspace(-9, 9, 300_001)
    np.testing.assert_allclose(gn.activations.tanh(x), np.tanh(x), rtol=1e-15)


def test_jacobian_of_single_units_is_diagonal():
    x = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
    jacobian = gn.activations.leaky_relu.jacobian(x, slope=0.5)
    assert jacobian.shape == (2, 3, 3)
    np.testing.assert_array_equal(jacobian[0], np.diag([1.0, 0.5, 1.0]))
    np.testing.assert_array_equal(jacobian.sum(axis=-1), gn.activations.leaky_relu.derivative(x, slope=0.5))
    with pytest.raises(ShapeError, match=r"^axis must be an axis of x, which has 0 dimensions; got -1$"):
        gn.activations.relu.jacobian(1.0)
