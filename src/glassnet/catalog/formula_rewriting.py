"""Known unstable forms, written as the functions that compute the same without overflow and cancellation.

    log(1 + exp(x)) -> softplus(x)              1 / (1 + exp(-x)) -> sigmoid(x)      exp(x) / (1 + exp(x)) -> sigmoid(x)
    exp(x) - 1 -> expm1(x)                      log(1 + x) -> log1p(x)               log(sigmoid(x)) -> -softplus(-x)
    1 - sigmoid(x) -> sigmoid(-x)               1 + tanh(x) -> 2 * sigmoid(2 * x)    1 + erf(x) -> erfc(-x)
    (exp(x) - exp(-x)) / (exp(x) + exp(-x)) -> tanh(x)                               (exp(x) - 1) / (exp(x) + 1) -> tanh(x / 2)
    (exp(x) - exp(-x)) / 2 -> sinh(x)           (exp(x) + exp(-x)) / 2 -> cosh(x)    sqrt(x * x) -> abs(x)
    log(cosh(x)) -> abs(x) + softplus(-2 * abs(x)) - log(2), near 0 log1p(2 * sinh(x / 2)**2)

with commuted variants. Trees are matched from the leaves up: sums as lists of signed summands, products as a sign,
factors and divisors. Terms are compared by a key that does not depend on the order of summands and factors nor on
where a minus stands. Every rule keeps the value for all real arguments; tests hold each against 50 digits.
"""  # noqa: E501 (a table)

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from glassnet.catalog.formula_terms import Term, name, negative, number

ONE, TWO = number("1"), number("2")


def rewritten(term: Term) -> Term:
    """Rewrite unstable forms in a tree.

    Examples
    --------
    >>> from glassnet.catalog.formula_parser import parse
    >>> from glassnet.catalog.formula_terms import text
    >>> text(rewritten(parse("x * tanh(log(exp(x) + 1))")))
    'x * tanh(softplus(x))'
    >>> text(rewritten(parse("x / (1 + exp(-1.702 * x))")))
    'x * sigmoid(1.702 * x)'
    """
    if term.head in ("+", "-"):
        return _sum(_in_summands(term))  # once for the whole sum, not once for each of its beginnings
    if not term.parts:
        return term
    term = term._replace(parts=tuple(map(rewritten, term.parts)))
    rule = _RULES.get(term.head)
    return rule(term) if rule is not None else term


def _in_summands(term: Term) -> Term:
    if term.head in ("+", "-", "neg"):
        return term._replace(parts=tuple(map(_in_summands, term.parts)))
    return rewritten(term)


def summands(term: Term, sign: int = 1) -> list[tuple[int, Term]]:
    """Cut a sum into signed summands."""
    match term:
        case Term("+", (left, right)):
            return summands(left, sign) + summands(right, sign)
        case Term("-", (left, right)):
            return summands(left, sign) + summands(right, -sign)
        case Term("neg", (part,)):
            return summands(part, -sign)
    return [(sign, term)]


def factors(term: Term) -> tuple[int, list[Term], list[Term]]:
    """Cut a product into its sign, its factors and its divisors."""
    match term:
        case Term("*", (left, right)):
            (s, above, below), (t, more_above, more_below) = factors(left), factors(right)
            return s * t, above + more_above, below + more_below
        case Term("/", (left, right)):
            (s, above, below), (t, more_below, more_above) = factors(left), factors(right)
            return s * t, above + more_above, below + more_below
        case Term("neg", (part,)):
            s, above, below = factors(part)
            return -s, above, below
    return 1, [term], []


@functools.lru_cache(maxsize=4096)
def key(term: Term) -> tuple[Any, ...]:
    """Something that equal terms share however their summands and factors are ordered."""
    match term.head:
        case "number":
            return ("number", repr(float(term.data)))
        case "name":
            return ("name", term.data)
        case "+" | "-":
            signed = sorted((repr(key(part)), sign) for sign, part in summands(term))
            first = signed[0][1]
            body = ("sum", *((part, sign * first) for part, sign in signed))
            return body if first > 0 else ("neg", body)
        case "*" | "/" | "neg":
            sign, above, below = factors(term)
            keys = []
            for side in (above, below):
                of_side = []
                for part in side:
                    inner = key(part)
                    if inner[0] == "neg":
                        sign, inner = -sign, inner[1]
                    if inner != ("number", "1.0"):
                        of_side.append(repr(inner))
                keys.append(tuple(sorted(of_side)))
            if not keys[1] and len(keys[0]) == 1:
                only = next(inner for part in above for inner in (_unsigned(key(part)),) if repr(inner) == keys[0][0])
                return only if sign > 0 else ("neg", only)
            product = ("product", *keys)
            return product if sign > 0 else ("neg", product)
    return (term.head, *map(key, term.parts))


def _unsigned(of: tuple[Any, ...]) -> tuple[Any, ...]:
    return of[1] if of[0] == "neg" else of


def _same(a: Term, b: Term) -> bool:
    return key(a) == key(b)


def _opposite(a: Term, b: Term) -> bool:
    return key(a) == key(negative(b))


def _is_number(term: Term, value: float) -> bool:
    return term.head == "number" and float(term.data) == value


def _minus(term: Term) -> Term:
    """Write -term with the minus where it reads best: gone, on a number, or in front of the first factor."""
    match term:
        case Term("neg", (part,)):
            return part
        case Term("*" | "/" as head, (Term("neg", (part,)), right)):
            return Term(head, (part, right))
        case Term("-", (left, right)):
            return Term("-", (right, left))
    return Term("neg", (term,))


def _exponent(term: Term) -> Term | None:
    """The u of exp(u) or e**u."""
    match term:
        case Term("exp", (u,)):
            return u
        case Term("**", (Term("name", (), "e"), u)):
            return u
    return None


def _one_plus_exponential(term: Term) -> Term | None:
    """The u of 1 + exp(u)."""
    parts = summands(term)
    if len(parts) == 2 and all(sign > 0 for sign, _ in parts):
        for (_, one), (_, power) in (parts, parts[::-1]):
            if _is_number(one, 1) and (u := _exponent(power)) is not None:
                return u
    return None


def _total(parts: list[tuple[int, Term]]) -> Term:
    """Put signed summands together again, a positive one first where there is one."""
    parts = sorted(parts, key=lambda part: part[0] < 0 and part is parts[0])
    result = parts[0][1] if parts[0][0] > 0 else _minus(parts[0][1])
    for sign, part in parts[1:]:
        result = Term("+" if sign > 0 else "-", (result, part))
    return result


def _sum(term: Term) -> Term:
    parts = summands(term)
    changed = False
    found = True
    while found:
        found = False
        for i, first in enumerate(parts):
            for j in range(i + 1, len(parts)):
                merged = _pair(first, parts[j]) or _pair(parts[j], first)
                if merged is not None:
                    parts[i : i + 1] = [merged]
                    del parts[j]
                    changed = found = True
                    break
            if found:
                break
    return _total(parts) if changed else term


def _pair(first: tuple[int, Term], second: tuple[int, Term]) -> tuple[int, Term] | None:
    """Merge two summands: a number 1 and a function, or two exponentials."""
    (sign, a), (other, b) = first, second
    if _is_number(a, 1):
        u = b.parts[0] if len(b.parts) == 1 else None
        match b.head:
            case "sigmoid" if u and sign != other:
                return sign, Term("sigmoid", (_minus(u),))
            case "tanh" if u:
                inside = u if sign == other else _minus(u)
                return sign, Term("*", (TWO, Term("sigmoid", (_times_two(inside),))))
            case "erf" if u:
                return sign, Term("erfc", (_minus(u) if sign == other else u,))
            case _ if sign != other and (u := _exponent(b)) is not None:
                return other, Term("expm1", (u,))
    u, v = _exponent(a), _exponent(b)
    if u is not None and v is not None and _opposite(u, v):
        if sign == other:
            return sign, Term("*", (TWO, Term("cosh", (u,))))
        return sign, Term("*", (TWO, Term("sinh", (u,))))
    return None


def _times_two(u: Term) -> Term:
    match u:
        case Term("/", (top, bottom)) if _is_number(bottom, 2):
            return top
        case Term("neg", (part,)):
            return _minus(_times_two(part))
    return Term("*", (TWO, u))


def _half(u: Term) -> Term:
    sign, above, below = factors(u)
    for i, factor in enumerate(above):
        if _is_number(factor, 2) and len(above) > 1:
            return _product(sign, above[:i] + above[i + 1 :], below)
    return Term("/", (u, TWO))


def _product(sign: int, above: list[Term], below: list[Term]) -> Term:
    result = functools.reduce(lambda a, b: Term("*", (a, b)), above) if above else ONE
    result = functools.reduce(lambda a, b: Term("/", (a, b)), below, result)
    return result if sign > 0 else _minus(result)


def _quotient(term: Term) -> Term:
    sign, above, below = factors(term)
    changed = False
    for i, divisor in enumerate(below):
        u = _one_plus_exponential(divisor)
        if u is not None:
            del below[i]
            above, sign = _over_one_plus(above, sign, u)
            changed = True
            break
    ratio = _of(above, below, _is_tangent)
    if ratio is not None:
        above[ratio[0]] = Term("tanh", above[ratio[0]].parts)
        del below[ratio[1]]
        changed = True
    if changed or any(part.head in ("sinh", "cosh") for part in above):
        equal = _of(above, below, lambda a, b: a.head == "number" and _same(a, b))
        if equal is not None:
            del above[equal[0]], below[equal[1]]
            changed = True
    above = [part for part in above if not _is_number(part, 1)] if changed else above
    return _product(sign, above, below) if changed else term


def _is_tangent(a: Term, b: Term) -> bool:
    """Whether a / b is sinh(u) / cosh(u), or sinh(u) / cosh(-u)."""
    if (a.head, b.head) != ("sinh", "cosh"):
        return False
    (u,), (v,) = a.parts, b.parts
    return _same(u, v) or _opposite(u, v)


def _over_one_plus(above: list[Term], sign: int, u: Term) -> tuple[list[Term], int]:
    """What `above / (1 + exp(u))` is."""
    for j, factor in enumerate(above):
        rest = above[:j] + above[j + 1 :]
        power = _exponent(factor)
        if power is not None and _same(power, u):
            return [*rest, Term("sigmoid", (u,))], sign
        if factor.head == "expm1" and _same(factor.parts[0], u):
            return [*rest, Term("tanh", (_half(u),))], sign
        if factor.head == "neg" and factor.parts[0].head == "expm1" and _same(factor.parts[0].parts[0], u):
            return [*rest, Term("tanh", (_half(u),))], -sign
    return [*above, Term("sigmoid", (_minus(u),))], sign


def _of(above: list[Term], below: list[Term], fits: Callable[[Term, Term], bool]) -> tuple[int, int] | None:
    return next(((i, j) for i, a in enumerate(above) for j, b in enumerate(below) if fits(a, b)), None)


def _log(term: Term) -> Term:
    (argument,) = term.parts
    u = _one_plus_exponential(argument)
    if u is not None:
        return Term("softplus", (u,))
    if argument.head == "sigmoid":
        return Term("neg", (Term("softplus", (_minus(argument.parts[0]),)),))
    if argument.head == "cosh":
        return _log_cosh(argument.parts[0])
    u = _exponent(argument)
    if u is not None:
        return u
    parts = summands(argument)
    for i, (sign, part) in enumerate(parts):
        if len(parts) > 1 and sign > 0 and _is_number(part, 1):
            return Term("log1p", (_total(parts[:i] + parts[i + 1 :]),))
    return term


def _log_cosh(u: Term) -> Term:
    """By log1p(2 sinh(u / 2)^2) near 0, and |u| + log((1 + exp(-2 |u|)) / 2) away from it."""
    size = Term("abs", (u,))
    near = Term("log1p", (Term("*", (TWO, Term("**", (Term("sinh", (_half(u),)), TWO)))),))
    away = Term("+", (size, Term("softplus", (Term("neg", (Term("*", (TWO, size)),)),))))
    return Term("where", (Term("<", (size, ONE)), near, Term("-", (away, Term("log", (TWO,))))))


def _log1p(term: Term) -> Term:
    u = _exponent(term.parts[0])
    return Term("softplus", (u,)) if u is not None else term


def _sqrt(term: Term) -> Term:
    match term.parts[0]:
        case Term("*", (a, b)) if _same(a, b):
            return Term("abs", (a,))
        case Term("**", (a, two)) if _is_number(two, 2):
            return Term("abs", (a,))
    return term


def _power(term: Term) -> Term:
    base, exponent = term.parts
    if _is_number(exponent, 0.5):
        root = _sqrt(Term("sqrt", (base,)))
        return root if root.head == "abs" else term
    if exponent.head == "neg" and _is_number(exponent.parts[0], 1):
        return _quotient(Term("/", (ONE, base)))
    if base == name("e"):
        return Term("exp", (exponent,))
    return term


_RULES: dict[str, Callable[[Term], Term]] = {
    "*": _quotient,
    "/": _quotient,
    "log": _log,
    "log1p": _log1p,
    "sqrt": _sqrt,
    "**": _power,
}
