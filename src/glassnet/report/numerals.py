"""Numbers as pictures and prose write them."""

from __future__ import annotations


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, no trailing zeros, and a real minus sign.

    Examples
    --------
    >>> number(0.25), number(-4.3567), number(2.0), number(-0.0)
    ('0.25', '−4.36', '2', '0')
    """
    return "0" if value == 0 else minus(f"{value:.{digits}g}")


def minus(text: str) -> str:
    """Give a formatted number a real minus sign, and none where rounding has left nothing but zeros.

    Examples
    --------
    >>> minus("-0.7%"), minus("-0.0%"), minus("1e-05")
    ('−0.7%', '0.0%', '1e−05')
    """
    signed = text.replace("-", "−")
    return signed if any(digit in signed for digit in "123456789") else signed.removeprefix("−")
