"""Value and derivative of a formula's tree in many digits: what a formula is held against before it is used.

Computed with mpmath, forward: each part gives its value and its derivative by the variable. That shares nothing with
the engine, which differentiates in reverse, in doubles. Digits are doubled until two results agree, so a formula that
needs hundreds of digits (1 + exp(-800) is 1 in fewer than 348) gets them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.formula_parser import parse
from glassnet.catalog.formula_terms import CONSTANTS, FUNCTIONS, Term, number

_DIGITS = (50, 100, 400, 800)
_AGREE = 30
_BEYOND = 1e9  # exponents (of e or of 2) from here on mean infinity or 0; mpmath would write such numbers out

Dual = tuple[Any, Any]

_THREAD = threading.local()


def expanded(term: Term) -> Term:
    """Replace the catalog's activations by their formulas."""
    parts = tuple(map(expanded, term.parts))
    if term.head in FUNCTIONS or term.head not in ACTIVATIONS.names:
        return term._replace(parts=parts)
    entry = ACTIVATIONS[term.head]
    values = {name: signed(value) for name, value in entry.parameters}
    definition = parse(entry.formula)
    if definition.head == term.head:
        return term._replace(parts=parts)
    return substituted(expanded(definition), {**values, "x": parts[0]})


def signed(value: float) -> Term:
    """Make the term of a number that may be negative."""
    written = number(f"{abs(value):.17g}" if value == int(value) and abs(value) < 1e15 else abs(value))
    return written if value >= 0 else Term("neg", (written,))


def substituted(term: Term, values: Mapping[str, Term]) -> Term:
    """Put terms in the place of names."""
    if term.head == "name":
        return values.get(term.data, term)
    return term._replace(parts=tuple(substituted(part, values) for part in term.parts))


def exact(term: Term, values: Mapping[str, float], by: str, sure: int = 800) -> tuple[Any, Any]:
    """Evaluate a tree and differentiate it.

    Parameters
    ----------
    term : Term
        Expanded.
    values : mapping of str to float
        What each name stands for, exactly.
    by : str
        The name to differentiate by.
    sure : int, default=800
        A result of 0, or none at all, may be what cancellation left: it is believed from so many digits on.

    Returns
    -------
    tuple of two mpmath numbers
        Value and derivative to 30 digits; nan where there is none, also where 800 digits do not suffice.

    Examples
    --------
    >>> value, slope = exact(parse("log(1 + exp(x))"), {"x": -800.0}, "x")
    >>> print(value, slope)
    3.66787458417769e-348 3.66787458417769e-348
    """
    mp = _context()
    before: Dual | None = None
    for digits in _DIGITS:
        with mp.workdps(digits):
            result = _Exact(mp, {name: mp.mpf(value) for name, value in values.items()}, by).of(term)
            believed = digits >= sure or all(abs(part) > 0 for part in result)
            if before is not None and believed and all(map(_agree, before, result)):
                return result
        before = result
    return mp.nan, mp.nan


def _context() -> Any:
    """Numbers of this thread's own: the precision of mpmath's is one for all threads."""
    if not hasattr(_THREAD, "context"):
        from mpmath.ctx_mp import MPContext

        _THREAD.context = MPContext()
    return _THREAD.context


def _agree(a: Any, b: Any) -> bool:
    if a != a or b != b:  # noqa: PLR0124 (nan)
        return bool(a != a and b != b)  # noqa: PLR0124
    return bool(a == b or abs(a - b) <= abs(b) * 10.0**-_AGREE)


class _Exact:
    def __init__(self, mp: Any, values: Mapping[str, Any], by: str) -> None:
        self.mp = mp
        self.values = values
        self.by = by
        self.zero, self.one = mp.mpf(0), mp.mpf(1)
        self.known: dict[Term, Dual] = {}

    def of(self, term: Term) -> Dual:
        if term not in self.known:
            self.known[term] = self.computed(term)
        return self.known[term]

    def computed(self, term: Term) -> Dual:
        if term.head == "number":
            return self.mp.mpf(term.data), self.zero
        if term.head == "name":
            if term.data in self.values:
                return self.values[term.data], self.one if term.data == self.by else self.zero
            return self.mp.mpf(CONSTANTS[term.data]), self.zero
        if term.head == "where":
            return self.of(term.parts[1 if self.of(term.parts[0])[0] else 2])
        operands = [self.of(part) for part in term.parts]
        if any(self.mp.isnan(value) for value, _ in operands):
            return self.mp.nan, self.mp.nan
        if len(operands) == 2:
            return self.binary(term.head, *operands)
        ((u, du),) = operands
        value, slope = self.unary(term.head, u)
        return self.real(value), self.real(self.times(du, slope))

    def binary(self, head: str, left: Dual, right: Dual) -> Dual:
        (a, da), (b, db) = left, right
        match head:
            case "+":
                return a + b, da + db
            case "-":
                return a - b, da - db
            case "*":
                return a * b, self.times(da, lambda: b) + self.times(db, lambda: a)
            case "/":
                if b == 0:
                    return self.mp.nan, self.mp.nan
                return a / b, self.times(da, lambda: 1 / b) - self.times(db, lambda: a / (b * b))
            case "**":
                value = self.power(a, b)
                slope = self.times(da, lambda: b * self.power(a, b - 1))
                return value, slope + self.times(db, lambda: value * self.mp.log(a) if a else self.zero)
            case "min":
                return left if a <= b else right
            case "max":
                return left if a > b else right
        return self.mp.mpf(int({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[head])), self.zero

    def times(self, weight: Any, slope: Callable[[], Any]) -> Any:
        return self.zero if weight == 0 else weight * slope()

    def real(self, value: Any) -> Any:
        return self.mp.nan if isinstance(value, self.mp.mpc) else value

    def exp(self, u: Any) -> Any:
        if abs(u) > _BEYOND:
            return self.mp.inf if u > 0 else self.zero
        return self.mp.exp(u)

    def power(self, a: Any, b: Any) -> Any:
        mp = self.mp
        if b == 0:
            return self.one
        if a == 0:
            return self.zero if b > 0 else mp.nan
        if a < 0 and b != mp.floor(b):
            return mp.nan
        size = b * mp.log(abs(a))
        if abs(size) > _BEYOND or mp.isinf(b):
            return mp.inf if size > 0 else self.zero
        return mp.power(a, b)

    def sigmoid(self, u: Any) -> Any:
        return 1 / (1 + self.exp(-u))

    def log(self, u: Any) -> Any:
        return self.mp.log(u) if u > 0 else self.mp.nan

    def unary(self, head: str, u: Any) -> tuple[Any, Callable[[], Any]]:
        """The value of a function, and what gives its slope."""
        mp = self.mp
        match head:
            case "neg":
                return -u, lambda: -self.one
            case "abs":
                return abs(u), lambda: mp.sign(u)
            case "sign":
                return mp.sign(u), lambda: self.zero
            case "floor":
                return mp.floor(u), lambda: self.zero
            case "exp":
                return self.exp(u), lambda: self.exp(u)
            case "expm1":
                value = mp.expm1(u) if abs(u) < _BEYOND else self.exp(u) - 1
                return value, lambda: self.exp(u)
            case "log":
                return self.log(u), lambda: 1 / u if u else mp.nan
            case "log1p":
                return mp.log1p(u) if u > -1 else mp.nan, lambda: 1 / (1 + u) if u != -1 else mp.nan
            case "sqrt":
                return mp.sqrt(u) if u >= 0 else mp.nan, lambda: 1 / (2 * mp.sqrt(u)) if u else mp.nan
            case "sin":
                return mp.sin(u), lambda: mp.cos(u)
            case "cos":
                return mp.cos(u), lambda: -mp.sin(u)
            case "atan":
                return mp.atan(u), lambda: 1 / (1 + u * u)
            case "sinh" | "cosh":
                up, down = self.exp(u), self.exp(-u)
                sinh = mp.sinh(u) if abs(u) < 1 else (up - down) / 2
                cosh = (up + down) / 2
                return (sinh, lambda: cosh) if head == "sinh" else (cosh, lambda: sinh)
            case "tanh":
                away = self.exp(-2 * abs(u))
                return mp.tanh(u) if abs(u) < _BEYOND else mp.sign(u), lambda: 4 * away / (1 + away) ** 2
            case "erf":
                return self.erf(u), lambda: 2 / mp.sqrt(mp.pi) * self.exp(-u * u)
            case "erfc":
                return self.erfc(u), lambda: -2 / mp.sqrt(mp.pi) * self.exp(-u * u)
            case "sigmoid":
                return self.sigmoid(u), lambda: self.sigmoid(u) * self.sigmoid(-u)
            case "softplus":
                value = mp.log1p(self.exp(-abs(u))) + max(u, self.zero)
                return value, lambda: self.sigmoid(u)
        raise ValueError(f"there is no function {head}")

    def erf(self, u: Any) -> Any:
        return self.mp.erf(u) if abs(u) < 1 else self.mp.sign(u) * (1 - self.erfc(abs(u)))

    def erfc(self, u: Any) -> Any:
        if u < 0:
            return 2 - self.erfc(-u)
        return self.mp.erfc(u) if u < 1e4 else self.zero
