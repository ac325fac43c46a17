"""Numbers as pictures and prose write them."""

from __future__ import annotations


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, no trailing zeros, and a real minus sign.

    Examples
    --------
    >>> number(0.25), number(-4.3567), number(2.0), number(-0.0)
    ('0.25', '−4.36', '2', '0')
    """
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return text.replace("-", "−")
