"""From a formula's text to its derivative, as text of the same language.

Formulas are read by `glassnet.catalog.formula.evaluate` with SymPy's functions as the meaning of the names, so SymPy's
own parser, which evaluates code, never sees a text that a user wrote. What comes out is written in our language again:
`evaluate` reads it with floats, arrays or 50 digits, and `glassnet.catalog.latex` sets it.

Functions that a float computes well in one piece stay in one piece: sigmoid, softplus, expm1, log1p, xlogy and `where`
are functions of their own here, with derivatives that neither overflow nor cancel, and `1 / (1 + exp(-x))` and
`log(1 + exp(x))` are recognized as sigmoid and softplus. SymPy left alone differentiates 1 / (1 + exp(-x)) to
exp(-x) / (1 + exp(-x))**2, which is infinity by infinity at x = -800.

Nothing is "simplified" by search: a few exact rules, and the shortest of three rearrangements. So the result is quick
to get and does not change with SymPy's version.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from glassnet.catalog.formula import evaluate
from glassnet.catalog.formula_names import names


def derivative(formula: str, by: str = "x") -> str:
    """Differentiate a formula.

    Parameters
    ----------
    formula : str
        In the language of `glassnet.catalog.formula`.
    by : str, default="x"
        The name to differentiate by.

    Returns
    -------
    str
        In the same language.

    Raises
    ------
    ValueError
        If the text has anything in it that the language does not know.

    Examples
    --------
    >>> derivative("x * sigmoid(beta * x)")
    '(beta * x * sigmoid(-beta * x) + 1) * sigmoid(beta * x)'
    >>> derivative("where(x > 0, x, slope * x)")
    'where(x > 0, 1, slope)'
    >>> derivative("1 / (1 + exp(-x))")
    'sigmoid(x) * sigmoid(-x)'
    """
    return _derivative(formula, by)


@functools.lru_cache(maxsize=256)
def _derivative(formula: str, by: str) -> str:
    return text(differentiated(expression(formula), by))


def expression(formula: str) -> Any:
    """Read a formula as a SymPy expression of real symbols, its unstable forms replaced by functions of one piece.

    Examples
    --------
    >>> expression("log(1 + exp(x)) / 2")
    softplus(x)/2
    """
    symbols = {name: _symbol(name) for name in names(formula).free}
    return rewritten(evaluate(formula, {**symbols, **_functions()}, number=_number))


def differentiated(value: Any, by: str) -> Any:
    """Differentiate an expression and tidy the result."""
    return tidied(value.diff(_symbol(by)))


def tidied(value: Any) -> Any:
    """Write an expression in the shortest of some equal forms."""
    import sympy as sp

    value = rewritten(value)
    where = _functions()["where"]
    if isinstance(value, where):
        condition, yes, no = value.args
        return where(condition, tidied(yes), tidied(no))
    if value.has(where):
        # Rational rearrangement would multiply the cases out.
        value = value.func(*(tidied(part) for part in value.args))
        return min(value, _gathered(value), key=_length)
    candidates = [value, _gathered(value)]
    if value.is_rational_function(*value.atoms(sp.Function), *value.free_symbols):
        # Multiplied out, (x - 1)**2 loses digits; so shifted variables are also tried in one piece.
        shifted = {part: sp.Dummy(real=True) for part in value.atoms(sp.Add) if _is_shifted(part)}
        back = {dummy: part for part, dummy in shifted.items()}
        for pieces in ({}, shifted) if shifted else ({},):
            shorter = sp.cancel(value.subs(pieces))
            candidates += [sp.factor(shorter).subs(back), shorter.subs(back)]
    return min((rewritten(candidate) for candidate in candidates), key=_length)


def _is_shifted(value: Any) -> bool:
    """Whether a value is a sum of variables and numbers, such as x - 1 or p - y."""
    return all(part.is_Symbol or (-part).is_Symbol or part.is_Rational for part in value.args)


def rewritten(value: Any) -> Any:
    """Replace forms that overflow or cancel in floats by functions that do not, from the leaves up."""
    import sympy as sp

    if not value.args:
        return value
    known = _functions()
    parts = [rewritten(part) for part in value.args]
    value = value.func(*parts)
    if isinstance(value, sp.Pow):
        exponent = value.exp
        inner = _one_plus_exp(value.base)
        if inner is not None and exponent.is_Integer and exponent < 0:
            return known["sigmoid"](-inner) ** -exponent
    elif isinstance(value, sp.log):
        inner = _one_plus_exp(value.args[0])
        if inner is not None:
            return known["softplus"](inner)
    elif isinstance(value, sp.Mul):
        return _product(value)
    return value


def is_opposite(value: Any) -> bool:
    """Whether a value is the sigmoid of something with a minus before it."""
    return isinstance(value, _functions()["sigmoid"]) and bool(value.args[0].could_extract_minus_sign())


def text(value: Any) -> str:
    """Write a SymPy expression in our language.

    Examples
    --------
    >>> text(expression("-(x**2) / 2 + sqrt(2 / (1 + x))"))
    'sqrt(2) * sqrt(1 / (x + 1)) - x**2 / 2'
    """
    return _Text().of(value)


def _symbol(name: str) -> Any:
    import sympy as sp

    return {"pi": sp.pi, "e": sp.E}.get(name) or sp.Symbol(name, real=True)


def _number(digits: str) -> Any:
    import sympy as sp

    return sp.Rational(digits)  # exact: "0.1" is a tenth


@functools.cache
def _functions() -> dict[str, Any]:
    """The language's functions as SymPy has them, or as we need them."""
    import sympy as sp

    def of_one(name: str, slope: Callable[[Any], Any], special: Callable[[Any], Any] = _nothing) -> Any:
        def fdiff(self: Any, argindex: int = 1) -> Any:  # noqa: ARG001 (SymPy's signature; there is one argument)
            return slope(self.args[0])

        def evaluated(cls: Any, u: Any) -> Any:  # noqa: ARG001 (SymPy's signature)
            return special(u)

        members = {"fdiff": fdiff, "eval": classmethod(evaluated), "nargs": 1, "is_real": True}
        return type(name, (sp.Function,), members)

    class where(sp.Function):  # type: ignore[misc]  # noqa: N801 (the language's name)
        nargs = 3

        @classmethod
        def eval(cls, condition: Any, yes: Any, no: Any) -> Any:
            if condition in (True, False):
                return yes if condition else no
            if yes == no:
                return yes
            solved = _solved(condition)
            return None if solved == condition else where(solved, yes, no)

        def _eval_derivative(self, by: Any) -> Any:
            condition, yes, no = self.args
            return where(condition, yes.diff(by), no.diff(by))

    class xlogy(sp.Function):  # type: ignore[misc]  # noqa: N801 (the language's name)
        nargs = 2

        @classmethod
        def eval(cls, x: Any, y: Any) -> Any:
            return sp.Integer(0) if x == 0 or y == 1 else None

        def _eval_derivative(self, by: Any) -> Any:
            x, y = self.args
            return x.diff(by) * sp.log(y) + x / y * y.diff(by)

    def chosen(name: str, first: Callable[[Any, Any], Any]) -> Any:
        def by_cases(self: Any, by: Any) -> Any:
            # Where both are equal, a number beside something that moves has the say: the slope is 0.
            a, b = self.args if not self.args[0].is_number else reversed(self.args)
            if name == "min" and b.is_number and a.func.__name__ == "max":
                inner, low = a.args if not a.args[0].is_number else reversed(a.args)
                if low.is_number and low < b:  # held between two numbers
                    return where(inner > low, where(inner < b, inner.diff(by), 0), 0)
            return where(first(a, b), a.diff(by), b.diff(by))

        return type(name, (sp.Function,), {"nargs": 2, "_eval_derivative": by_cases})

    sigmoid = of_one("sigmoid", lambda u: sigmoid(u) * sigmoid(-u), lambda u: sp.Rational(1, 2) if u == 0 else None)
    sign = of_one("sign", lambda _u: sp.Integer(0), lambda u: sp.sign(u) if u.is_number else None)
    return {
        "sigmoid": sigmoid,
        "softplus": of_one("softplus", sigmoid),
        "expm1": of_one("expm1", sp.exp, lambda u: sp.Integer(0) if u == 0 else None),
        "log1p": of_one("log1p", lambda u: 1 / (1 + u), lambda u: sp.Integer(0) if u == 0 else None),
        "where": where,
        "xlogy": xlogy,
        "min": functools.partial(_folded, chosen("min", lambda a, b: a < b)),
        "max": functools.partial(_folded, chosen("max", lambda a, b: a > b)),
        "sum": of_one("sum", lambda _u: sp.Integer(1)),
        "sign": sign,
        "floor": of_one("floor", lambda _u: sp.Integer(0)),
        "log2": lambda u: sp.log(u) / sp.log(2),
        "abs": of_one("abs", sign, lambda u: sp.Abs(u) if u.is_number else None),
        **{
            name: getattr(sp, name)
            for name in ("exp", "log", "sqrt", "erf", "erfc", "sin", "cos", "sinh", "cosh", "tanh", "atan")
        },
    }


def _solved(condition: Any) -> Any:
    """Turn a condition such as x / 6 + 0.5 > 0 into x > -3; others stay as they are."""
    import sympy as sp

    if not isinstance(condition, sp.core.relational.Relational) or len(condition.free_symbols) != 1:
        return condition
    (x,) = condition.free_symbols
    difference = sp.expand(condition.lhs - condition.rhs)
    rises, start = difference.coeff(x, 1), difference.coeff(x, 0)
    if difference != rises * x + start or not (rises.is_Rational and start.is_Rational):
        return condition
    told = condition.func if rises > 0 else condition.reversed.func
    return told(x, -start / rises)


def _folded(function: Callable[[Any, Any], Any], *several: Any) -> Any:
    """Apply a function of two to two or more."""
    return functools.reduce(function, several)


def _nothing(_argument: Any) -> None:
    """Tell SymPy that a function has no special value here."""


def _one_plus_exp(value: Any) -> Any:
    """Return u if the value is 1 + exp(u), else None."""
    import sympy as sp

    if isinstance(value, sp.Add) and len(value.args) == 2 and value.args[0] == 1 and isinstance(value.args[1], sp.exp):
        return value.args[1].args[0]
    return None


def _product(value: Any) -> Any:
    """Rewrite a product: u * sign(u) to abs(u), exp(u) * sigmoid(-u) to sigmoid(u), with exp(u) - 1 to tanh(u / 2)."""
    import sympy as sp

    known = _functions()
    powers = dict(value.as_powers_dict())
    for base, power in list(powers.items()):
        if isinstance(base, known["sigmoid"]) and power.is_positive:
            opposite = sp.exp(-base.args[0])  # sigmoid(u) * exp(-u) is sigmoid(-u)
            found = next((b for b, p in powers.items() if b**p == opposite), None)
            if found is not None:
                powers[found] = sp.Integer(0)
                powers[base] -= 1
                other = known["sigmoid"](-base.args[0])
                powers[other] = powers.get(other, sp.Integer(0)) + 1
            difference = sp.exp(-base.args[0]) - 1
            if powers.get(difference) == 1 and powers[base] == 1:
                powers[difference] = powers[base] = sp.Integer(0)
                powers[sp.tanh(-base.args[0] / 2)] = sp.Integer(1)
        if isinstance(base, known["sign"]) and power == 1 and powers.get(base.args[0]) == 1:
            powers[base] = powers[base.args[0]] = sp.Integer(0)
            magnitude = known["abs"](base.args[0])
            powers[magnitude] = powers.get(magnitude, sp.Integer(0)) + 1
    return sp.Mul(*(base**power for base, power in powers.items()))


def _gathered(value: Any) -> Any:
    """Take common factors out of a sum."""
    import sympy as sp

    return sp.factor_terms(value) if isinstance(value, sp.Add) else value


class _Text:
    """Writes an expression with no more brackets than it needs."""

    SUM, TERM, POWER, ATOM = range(4)

    def of(self, value: Any, within: int = 0) -> str:
        """Write a value; in brackets where it binds less than what stands around it."""
        written, binds = self._written(value)
        return f"({written})" if binds < within else written

    def _written(self, value: Any) -> tuple[str, int]:
        import sympy as sp

        if value.is_Rational:
            return self._rational(value)
        if value.is_Symbol or value in (sp.pi, sp.E):
            return ("e" if value == sp.E else str(value)), self.ATOM
        if isinstance(value, sp.core.relational.Relational):
            return f"{self.of(value.args[0])} {value.rel_op} {self.of(value.args[1])}", self.ATOM
        if value.is_Add:
            # SymPy multiplies numbers into sums: 2 * (p - y) is 2 * p - 2 * y to it.
            content, inner = _shared(value)
            if content != 1:
                factor, brackets = self.of(sp.Integer(content.p)), self.of(inner, self.POWER)
                written = brackets if content.p == 1 else f"{factor} * {brackets}"
                return (written if content.q == 1 else f"{written} / {content.q}"), self.TERM
            return self._sum(value), self.SUM
        if value.is_Mul:
            return self._product(value)
        if value.is_Pow:
            return self._power(value.base, value.exp)
        if isinstance(value, sp.Function):
            name = {"Abs": "abs"}.get(value.func.__name__, value.func.__name__)
            return f"{name}({', '.join(self.of(argument) for argument in value.args)})", self.ATOM
        raise ValueError(f'the language of formulas has no word for "{value}"')

    def _rational(self, value: Any) -> tuple[str, int]:
        if value.is_Integer:
            return str(value), self.ATOM if value >= 0 else self.SUM
        decimal = _decimal(value)
        if decimal is None:
            return f"{value.p} / {value.q}", self.TERM if value > 0 else self.SUM
        return decimal, self.ATOM if value > 0 else self.SUM

    def _sum(self, value: Any) -> str:
        written = ""
        terms = value.as_ordered_terms()
        # A sum that begins with a minus where it need not is hard to read.
        terms.sort(key=lambda term: term.could_extract_minus_sign() and term.is_number)
        if terms[0].could_extract_minus_sign():
            terms.sort(key=lambda term: term.could_extract_minus_sign())
        for term in terms:
            if not written:
                written = self.of(term, self.SUM)
            elif term.could_extract_minus_sign():
                written += f" - {self.of(-term, self.TERM)}"
            else:
                written += f" + {self.of(term, self.TERM)}"
        return written

    def _product(self, value: Any) -> tuple[str, int]:
        import sympy as sp

        if value.could_extract_minus_sign() and not (-value).could_extract_minus_sign():
            return f"-{self.of(-value, self.TERM)}", self.SUM
        above, below = [], []
        coefficient, rest = value.as_coeff_Mul()
        for factor in rest.as_ordered_factors():
            if factor.is_Add:
                content, inner = _shared(factor)
                coefficient *= content
                rest = sp.Mul(*(inner if other == factor else other for other in rest.as_ordered_factors()))
        decimal = _decimal(coefficient)
        if decimal is not None:
            above.append(decimal)
        elif coefficient != 1:
            above += [str(coefficient.p)] if coefficient.p != 1 else []
            below += [sp.Integer(coefficient.q)] if coefficient.q != 1 else []
        # sigmoid(x) before sigmoid(-x)
        factors = sorted(rest.as_ordered_factors(), key=lambda factor: is_opposite(factor.as_base_exp()[0]))
        for factor in factors:
            base, exponent = factor.as_base_exp()
            if exponent.is_Rational and exponent < 0 and not isinstance(factor, sp.exp):
                below.append(base**-exponent)
            else:
                above.append(self.of(factor, self.POWER))
        written = " * ".join(above) or "1"
        if not below:
            return written, self.TERM
        if len(below) == 1:
            return f"{written} / {self.of(below[0], self.POWER)}", self.TERM
        return f"{written} / ({' * '.join(self.of(factor, self.POWER) for factor in below)})", self.TERM

    def _power(self, base: Any, exponent: Any) -> tuple[str, int]:
        import sympy as sp

        if exponent == sp.Rational(1, 2):
            return f"sqrt({self.of(base)})", self.ATOM
        if exponent.is_Rational and exponent < 0:
            return f"1 / {self.of(base**-exponent, self.POWER)}", self.TERM
        return f"{self.of(base, self.ATOM)}**{self.of(exponent, self.ATOM)}", self.POWER


def _length(value: Any) -> tuple[int, str]:
    """Sort by the length of the text; of equally long ones always take the same."""
    written = text(value)
    return len(written), written


def _shared(value: Any) -> tuple[Any, Any]:
    """Take a factor out of a sum where that leaves fewer terms with another coefficient than 1 or -1."""

    def odd(of: Any) -> int:
        return sum(abs(term.as_coeff_Mul()[0]) != 1 for term in of.args)

    content, inner = value.primitive()
    return (content, inner) if odd(inner) < odd(value) else (content / content, value)


def _decimal(value: Any) -> str | None:
    """Write a fraction as a decimal, all of its digits; None for one that has no end, and for a half, a quarter, …."""
    below, twos, fives = int(value.q), 0, 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    if below != 1 or (fives == 0 and twos <= 4):
        return None
    places = max(twos, fives)
    digits = str(abs(int(value.p)) * 10**places // int(value.q)).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + f"{digits[:-places]}.{digits[-places:]}"
