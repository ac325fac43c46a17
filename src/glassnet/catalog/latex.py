r"""Formulas in LaTeX, as mathematicians write them and GitHub, notebooks and matplotlib show them.

`evaluate` reads the formula with the names below as its meaning: numbers and operators make LaTeX instead of values. So
a formula keeps the shape that its author gave it, and what can be computed can be set.

Names become letters: parameters that are called like a Greek letter, `fan_in` as n with an index, `rate` as \eta.
`where` becomes cases, those within cases further cases of the same brace. In a formula with `sum(u)` what is summed
has the index j and everything else the index i: exp(x) / sum(exp(x)) is e^{x_i} over the sum of e^{x_j}.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula import evaluate
from glassnet.catalog.formula_names import names

# How firmly a piece binds; cases, whose brace is open at the right, get brackets in any company.
_CASES, _SUM, _TERM, _FACTOR, _ATOM = range(5)
# Stands for the index of a variable until it is known: the one that a sum runs over, another, or none.
_INDEX = "\x00"
_VARIABLES = ("x", "y", "p", "z")
_GREEK = frozenset(
    (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu"),
        *("nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
    )
)
_LETTERS = {
    "fan_in": r"n_{\text{in}}",
    "fan_out": r"n_{\text{out}}",
    "rate": r"\eta",
    "init": r"\eta_0",
    "momentum": r"\mu",
    "velocity": "v",
    "mean": "m",
    "squares": "s",
    "weight_decay": r"\lambda",
    "progress": r"\tau",
    "power_t": "q",
    "step": r"\alpha",
    "temperature": "T",
    "slope": "a",
    "offset": "b",
    "threshold": r"\theta",
    "low": r"\ell",
    "high": "h",
    "gain": "g",
    "std": r"\sigma",
    "limit": r"\ell",
    "value": "c",
}
_DIGITS = 6  # of a number that has many more


def latex(formula: str, *, indexed: bool | None = None) -> str:
    r"""Write a formula in LaTeX.

    Parameters
    ----------
    formula : str
        In the language of `glassnet.catalog.formula`; of several assignments, one a line, each becomes a line.
    indexed : bool, optional
        Whether variables get an index; by default where something is summed.

    Returns
    -------
    str
        Without dollar signs.

    Raises
    ------
    ValueError
        If the text has anything in it that the language does not know.

    Examples
    --------
    >>> print(latex("where(x > 0, x, slope * x)"))
    \begin{cases} x & \text{if } x > 0 \\ a x & \text{otherwise} \end{cases}
    >>> print(latex("exp(x) / sum(exp(x))"))
    \frac{e^{x_i}}{\sum_j e^{x_j}}
    >>> print(latex("velocity = momentum * velocity - rate * g"))
    v \leftarrow \mu v - \eta g
    """
    lines = formula.splitlines()
    if len(lines) > 1 or re.match(r"\w+ = ", formula):
        return r" \\ ".join(_assignment(line) for line in lines)
    found = _set(_evaluated(formula))
    if indexed is None:
        indexed = r"\sum_j" in found
    return found.replace(_INDEX, "_i" if indexed else "")


def symbol(name: str) -> str:
    r"""Return the letter by which LaTeX calls a parameter.

    Examples
    --------
    >>> print(symbol("beta_1"), symbol("fan_in"), symbol("slope"))
    \beta_1 n_{\text{in}} a
    """
    return _letter(name).replace(_INDEX, "")


class Tex:
    """A piece of LaTeX and how firmly it binds; operators make larger pieces."""

    def __init__(self, written: str, binds: int = _ATOM, **kept: Any) -> None:
        self.written = written
        self.binds = binds
        self.function: tuple[str, str] | None = kept.get("function")  # head and argument, for powers as in sin²(x)
        self.factors: tuple[Tex, ...] = kept.get("factors", (self,))
        self.cases: tuple[tuple[str | None, str], ...] = kept.get("cases", ())
        self.negative: Tex | None = kept.get("negative")
        self.number: bool = kept.get("number", False)
        self.opposite: str | None = kept.get("opposite")  # of a comparison, what holds where it does not

    def within(self, binds: int) -> str:
        """Return the LaTeX, in brackets where it binds less than what stands around it."""
        return self.written if self.binds >= binds else rf"\left({self.written}\right)"

    def __add__(self, other: Tex) -> Tex:
        if other.negative is not None:
            return self - other.negative
        return Tex(f"{self.within(_SUM)} + {other.within(_SUM)}", _SUM)

    def __sub__(self, other: Tex) -> Tex:
        return Tex(f"{self.within(_SUM)} - {other.within(_TERM)}", _SUM)

    def __mul__(self, other: Tex) -> Tex:
        if self.negative is not None and self.binds == _SUM:
            return -(self.negative * other)
        factors = (*self.factors, *other.factors)
        return Tex(_joined(factors), _TERM, factors=factors)

    def __truediv__(self, other: Tex) -> Tex:
        if self.negative is not None:
            return -(self.negative / other)
        if other.number and len(other.written) <= 2 and len(self.factors) > 1:
            return Tex(rf"\tfrac{{1}}{{{other.written}}} {_joined(self.factors)}", _TERM)
        return Tex(rf"\frac{{{self.written}}}{{{other.written}}}", _FACTOR)

    def __pow__(self, other: Tex) -> Tex:
        if self.function is not None and other.number:
            head, argument = self.function
            return Tex(f"{head}^{{{other.written}}}{argument}", _FACTOR)
        return Tex(f"{{{self.within(_ATOM)}}}^{{{other.written}}}", _FACTOR)

    def __neg__(self) -> Tex:
        return Tex(f"-{self.within(_TERM)}", _SUM, negative=self)

    def __pos__(self) -> Tex:
        return self

    def __gt__(self, other: Tex) -> Tex:
        return self._compared(">", r"\leq", other)

    def __ge__(self, other: Tex) -> Tex:
        return self._compared(r"\geq", "<", other)

    def __lt__(self, other: Tex) -> Tex:
        return self._compared("<", r"\geq", other)

    def __le__(self, other: Tex) -> Tex:
        return self._compared(r"\leq", ">", other)

    def _compared(self, sign: str, opposite: str, other: Tex) -> Tex:
        return Tex(
            f"{self.written} {sign} {other.written}", _SUM, opposite=f"{self.written} {opposite} {other.written}"
        )


def _joined(factors: tuple[Tex, ...]) -> str:
    """Write a product: numbers first take a dot between them, and sigma(u) sigma(-u) is as it stands in textbooks."""
    written: list[str] = []
    gates = {factor.function[1] for factor in factors if factor.function and factor.function[0] == r"\sigma"}
    for position, factor in enumerate(factors):
        piece = factor.within(_TERM if len(factors) == 1 else _FACTOR)
        if factor.function and factor.function[0] == r"\sigma" and factor.function[1].startswith(r"\left(-"):
            opposite = factor.function[1].replace(r"\left(-", r"\left(", 1)
            if opposite in gates:
                piece = rf"\left(1 - \sigma{opposite}\right)"
        if position and re.match(r"[0-9]", piece):
            piece = rf"\cdot {piece}"
        written.append(piece)
    return " ".join(written)


def _set(value: Tex) -> str:
    if not value.cases:
        return value.written
    rows = [
        rf"{what} & \text{{if }} {when}" if when is not None else rf"{what} & \text{{otherwise}}"
        for when, what in value.cases
    ]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _function(head: str) -> Callable[[Tex], Tex]:
    def applied(u: Tex) -> Tex:
        argument = rf"\left({u.written}\right)"
        return Tex(head + argument, _FACTOR, function=(head, argument))

    return applied


def _of_several(head: str) -> Callable[..., Tex]:
    def applied(*several: Tex) -> Tex:
        return Tex(rf"{head}\left({', '.join(u.written for u in several)}\right)", _FACTOR)

    return applied


def _where(condition: Tex, yes: Tex, no: Tex) -> Tex:
    """Make cases; those of `no` follow in the same brace, and those of `yes` with both conditions."""
    rows: list[tuple[str | None, str]] = []
    for when, what in yes.cases or ((None, yes.written),):
        rows.append((condition.written if when is None else rf"{condition.written} \text{{ and }} {when}", what))
    if yes.cases:  # the narrow conditions first: the last row of `yes` is what is left of its condition
        rows = _chained(condition.written, yes.cases)
    if condition.opposite and len(yes.cases) > 1 and not no.cases and not _is_left_over(condition, yes, no):
        # From one end to the other, as low, x, high: then every row needs its own condition only.
        rows = [(condition.opposite, no.written), *yes.cases]
    else:
        rows += [*no.cases] if no.cases else [(None, no.written)]
    while len(rows) > 1 and rows[-1][1] == rows[-2][1]:
        del rows[-2]
    cases = Tex("", _CASES, cases=tuple(rows))
    return Tex(_set(cases), _CASES, cases=tuple(rows))


def _is_left_over(condition: Tex, yes: Tex, no: Tex) -> bool:
    """Whether `no` as the last row makes fewer words: it says what `yes` ends with, or the cases of `yes` imply it."""
    ends_alike = yes.cases[-1][1] == no.written
    return ends_alike or all(when is None or _implies(when, condition.written) for when, _what in yes.cases)


def _chained(condition: str, cases: tuple[tuple[str | None, str], ...]) -> list[tuple[str | None, str]]:
    rows: list[tuple[str | None, str]] = []
    for when, what in cases:
        # A later row is read only where the earlier ones do not hold, so its own condition is enough.
        first = when if when is None or _implies(when, condition) else rf"{condition} \text{{ and }} {when}"
        rows.append((condition if when is None else first, what))
    return rows


def _implies(narrow: str, wide: str) -> bool:
    """Whether "x > 6" implies "x > 0": the same side of numbers that are written out."""
    pattern = re.compile(r"(.+) (>|<|\\geq|\\leq) (-?[\d.]+)$")
    a, b = pattern.match(narrow), pattern.match(wide)
    if not (a and b) or a[1] != b[1] or a[2][-1] != b[2][-1]:
        return False
    return float(a[3]) >= float(b[3]) if a[2] in (">", r"\geq") else float(a[3]) <= float(b[3])


def _total(u: Tex) -> Tex:
    return Tex(rf"\sum_j {u.within(_TERM)}".replace(_INDEX, "_j"), _TERM)


def _xlogy(x: Tex, y: Tex) -> Tex:
    return x * Tex(rf"\ln {y.within(_ATOM)}", _FACTOR)


_FUNCTIONS: Mapping[str, Callable[..., Tex]] = {
    "exp": lambda u: Tex(f"e^{{{u.written}}}", _FACTOR),
    "expm1": lambda u: Tex(f"e^{{{u.written}}} - 1", _SUM),
    "log": _function(r"\ln"),
    "log1p": lambda u: Tex(rf"\ln\left(1 + {u.written}\right)", _FACTOR),
    "log2": _function(r"\log_2"),
    "sqrt": lambda u: Tex(rf"\sqrt{{{u.written}}}"),
    "abs": lambda u: Tex(rf"\left|{u.written}\right|"),
    "sigmoid": _function(r"\sigma"),
    "softplus": _function(r"\operatorname{softplus}"),
    "erf": _function(r"\operatorname{erf}"),
    "erfc": _function(r"\operatorname{erfc}"),
    "sign": _function(r"\operatorname{sign}"),
    "floor": lambda u: Tex(rf"\lfloor {u.written} \rfloor"),
    **{name: _function(rf"\{name}") for name in ("sin", "cos", "sinh", "cosh", "tanh")},
    **{name: _function(rf"\operatorname{{{name}}}") for name in ("atan",)},
    "min": _of_several(r"\min"),
    "max": _of_several(r"\max"),
    "where": _where,
    "xlogy": _xlogy,
    "sum": _total,
}


def _evaluated(formula: str) -> Tex:
    found = names(formula)
    letters = {name: Tex(_letter(name)) for name in found.free}
    activations = {
        name: _function(r"\operatorname{" + name.replace("_", r"\_") + "}")
        for name in found.called
        if name in ACTIVATIONS and name not in _FUNCTIONS
    }
    value: Tex = evaluate(formula, {**letters, **activations, **_FUNCTIONS}, number=_number)
    return value


@functools.cache
def _letter(name: str) -> str:
    if name in _VARIABLES:
        return name + _INDEX
    if name in _LETTERS:
        return _LETTERS[name]
    stem, _line, index = name.partition("_")
    if stem in _GREEK and (not index or index.isalnum()):
        return rf"\{stem}" + (f"_{index}" if len(index) == 1 else rf"_{{\text{{{index}}}}}" if index else "")
    if len(name) == 1:
        return name
    return r"\mathit{" + name.replace("_", r"\_") + "}"


def _number(digits: str) -> Tex:
    significant = digits.replace(".", "").lstrip("0")
    if len(significant) > _DIGITS + 2 and "." in digits and "e" not in digits.lower():
        keep = len(digits) - len(digits.replace(".", "").lstrip("0")) + _DIGITS
        return Tex(digits[:keep] + r"\ldots", number=True)
    mantissa, _e, exponent = digits.lower().partition("e")
    if exponent:
        return Tex(rf"{mantissa} \cdot 10^{{{int(exponent)}}}", _FACTOR, number=True)
    return Tex(digits, number=True)


def _assignment(line: str) -> str:
    target, _sign, right = line.partition(" = ")
    return rf"{_letter(target.strip())} \leftarrow {_set(_evaluated(right.strip()))}".replace(_INDEX, "")
