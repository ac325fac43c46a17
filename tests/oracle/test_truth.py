"""What is written down in truth.py, in the widest types, against the catalog's formula in hundreds of digits."""

import mpmath as mp
import numpy as np
import pytest

import glassnet as gn
from tests.oracle import witness
from tests.oracle.truth import truth

TYPES = [np.float64, np.longdouble] if np.finfo(np.longdouble).nmant > 60 else [np.float64]


@pytest.mark.parametrize("number", TYPES, ids=lambda number: number.__name__)
def test_gelu_tanh_keeps_its_digits_where_its_exponent_is_in_the_hundreds(number):
    # As far as its gate is a double; beyond, the witness would need more digits.
    generator = np.random.default_rng(0)
    x = np.concatenate([generator.uniform(-20, 20, 50), generator.uniform(-2, 2, 20), [0, 1e-300, 1e300]])
    value, slope = truth("gelu_tanh", x.astype(number))
    eps = float(np.finfo(number).eps)
    with mp.workdps(witness.DIGITS):
        for at, *got in zip(x.tolist(), value, slope, strict=True):
            for one, of_formula in zip(got, (witness.value, witness.derivative), strict=True):
                right = of_formula(gn.activations.gelu_tanh, mp.mpf(at))
                error = abs(mp.fraction(*one.as_integer_ratio()) - right)
                # The slope is a difference where it crosses 0, at -0.75.
                scale = max(abs(right), mp.mpf(0.1)) if -1 < at < 0 and of_formula is witness.derivative else abs(right)
                assert error <= 2 * eps * scale, (at, of_formula.__name__, float(error / scale / eps))
