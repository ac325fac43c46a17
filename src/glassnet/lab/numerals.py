"""How numbers of experiments are written, for people and in JSON."""

from __future__ import annotations

import math

from glassnet.report.numerals import minus


def plain(value: float) -> float | None:
    """Turn a number into what JSON has: one that is not finite into None.

    Examples
    --------
    >>> plain(float("nan")), plain(2.0), plain(0.25)
    (None, 2, 0.25)
    """
    value = float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


class Signed(float):
    """A number that may be negative, for texts: whatever the format, it is written with a real minus sign.

    Examples
    --------
    >>> "{:.1%} to {:+.2f}".format(Signed(-0.007), Signed(-1.5)), f"{Signed(-1e-5):.1%}"
    ('−0.7% to −1.50', '0.0%')
    """

    def __format__(self, how: str) -> str:
        return minus(super().__format__(how))


def written(value: float) -> str:
    """Write a number for people: four digits, thousands apart, very small and very large ones by powers of ten.

    Examples
    --------
    >>> written(1260), written(0.25), written(12345.6), written(4.4e-16), written(float("nan"))
    ('1,260', '0.25', '12,346', '4.4e−16', '–')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = abs(value)
    if 1000 <= size < 1e9:
        text = f"{value:,.0f}"
    elif 1e-4 <= size < 1000:
        text = f"{value:.4g}"
    else:
        text = f"{value:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return minus(text)
