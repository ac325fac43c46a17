"""Formulas in as many digits as are wanted, with mpmath.

A formula is evaluated with more and more working digits until two results agree in all digits asked for. One that says
0 is asked again, with thousands of digits at last: 1 + exp(-800) is 1 in fewer than 348, and its logarithm is not 0.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from glassnet.catalog.formula import evaluate

_GUARD = 15
_MOST_DOUBLINGS = 8
# Enough for the logarithm of 1 + exp(-1e4).
_MANY = 4500
# Where exp(u) is beyond everything that is computed with.
_LARGEST_EXPONENT = 10**60


def in_digits(formula: str, values: Mapping[str, float | str], digits: int = 50) -> str:
    """Evaluate a formula.

    Parameters
    ----------
    formula : str
        In the language of `glassnet.catalog.formula`.
    values : mapping of str to float or str
        What each name stands for. A float counts as it is, in binary; a text in all its digits.
    digits : int, default=50
        Significant digits of the result.

    Returns
    -------
    str
        The number in that many digits, correctly rounded; "inf", "-inf" or "nan" where it is none.

    Raises
    ------
    ValueError
        If the text has anything in it that the language does not know.

    Examples
    --------
    >>> in_digits("1 / (1 + exp(-x))", {"x": 1}, digits=20)
    '0.73105857863000487925'
    >>> in_digits("log(1 + exp(x))", {"x": -800}, digits=5)
    '3.6679e-348'
    """
    import mpmath

    working = digits + _GUARD
    while computed(formula, values, working) == 0:
        if working >= _MANY:
            return "0.0"
        working *= 4
    agreed = ""
    for _doubling in range(_MOST_DOUBLINGS):
        written: str = mpmath.nstr(computed(formula, values, working), digits, strip_zeros=False)
        if written == agreed:
            break
        agreed, working = written, 2 * working
    return written


def row_in_digits(
    formula: str, parameters: Mapping[str, float], row: Iterable[float | str], digits: int = 50
) -> list[str]:
    """Evaluate the formula of a function over an axis for one row.

    Examples
    --------
    >>> row_in_digits("exp(x) / sum(exp(x))", {}, [0, 0, 0], 10)
    ['0.3333333333', '0.3333333333', '0.3333333333']
    """
    import mpmath as mp
    import numpy as np

    def of_row(name: str) -> Callable[..., Any]:
        return lambda *several: np.frompyfunc(functions()[name], len(several), 1)(*several)

    meanings: dict[str, Any] = {name: of_row(name) for name in functions()}
    meanings["sum"] = np.sum
    meanings["split"] = lambda x, pieces: x.reshape(-1, int(pieces))
    meanings["max"] = lambda *several: several[0].max(axis=-1) if len(several) == 1 else of_row("max")(*several)
    with mp.workdps(digits + _GUARD):
        values = {name: mp.mpf(value) for name, value in parameters.items()}
        x = np.array([mp.mpf(value) for value in row], dtype=object)
        found = evaluate(formula, {**meanings, **values, "x": x}, number=mp.mpf)
        return [mp.nstr(value, digits, strip_zeros=False) for value in found]


def computed(formula: str, values: Mapping[str, float | str], working_digits: int) -> Any:
    """Evaluate a formula once, in so many digits; the result is an mpmath number, nan where there is none."""
    import mpmath as mp

    with mp.workdps(working_digits):
        names = {name: mp.mpf(value) for name, value in values.items()}
        try:
            return +mp.mpf(evaluate(formula, {**functions(), "pi": +mp.pi, "e": +mp.e, **names}, number=mp.mpf))
        except (ZeroDivisionError, TypeError):  # 1 / 0; the square root of -1 is complex, and no mpf
            return mp.nan


@functools.cache
def functions() -> Mapping[str, Callable[..., Any]]:
    """The language's functions for mpmath's numbers."""
    import mpmath as mp

    def exp(u: Any) -> Any:
        if abs(u) > _LARGEST_EXPONENT:
            return mp.inf if u > 0 else mp.mpf(0)
        return mp.exp(u)

    return {
        "exp": exp,
        "expm1": lambda u: mp.expm1(u) if abs(u) < _LARGEST_EXPONENT else exp(u) - 1,
        "log": mp.log,
        "log1p": mp.log1p,
        "log2": lambda u: mp.log(u, 2),
        "sqrt": mp.sqrt,
        "abs": abs,
        "sign": mp.sign,
        "floor": mp.floor,
        "sigmoid": lambda u: 1 / (1 + exp(-u)),
        "softplus": lambda u: u + mp.log1p(exp(-u)) if u > 0 else mp.log1p(exp(u)),
        "min": min,
        "max": max,
        "where": lambda condition, yes, no: yes if condition else no,
        "xlogy": lambda x, y: x * mp.log(y) if x else mp.mpf(0),
        "sum": lambda u: u,
        **{name: getattr(mp, name) for name in ("erf", "erfc", "sin", "cos", "sinh", "cosh", "tanh", "atan")},
    }
