"""Derivatives of losses as formulas: by the prediction, and through the link by the raw score.

With p = link(z) the derivative by z is that by p, times the link's slope, and the slope is itself a formula of p:
p (1 - p) for the sigmoid, p for exp. What remains is often short: p - y for every loss that is fused with its
canonical link. Through a softmax every score moves every probability, p_i by p_i (delta_ij - p_j), and so

    dL/dz_i = p_i g_i - p_i sum_j p_j g_j        with g = dL/dp.
"""

from __future__ import annotations

import functools

from glassnet.catalog import symbolic


def by_prediction(formula: str) -> str:
    """Differentiate a loss's formula by the prediction p; within a sum, by one of them.

    Examples
    --------
    >>> by_prediction("(p - y)**2 / 2")
    'p - y'
    >>> by_prediction("-sum(xlogy(y, p))")
    '-y / p'
    """
    return symbolic.text(symbolic.differentiated(symbolic.expression(_of_one(formula)), "p"))


@functools.lru_cache(maxsize=64)
def by_raw_score(
    formula: str, link: str, *, sums_to_one: bool = False, values: tuple[tuple[str, float], ...] = ()
) -> str | None:
    """Differentiate a loss by the raw score z, as a formula of y and the prediction p = link(z).

    Parameters
    ----------
    formula : str
        Of the loss, in y, p and its parameters.
    link : str
        Formula of the activation that makes predictions of raw scores, in x.
    sums_to_one : bool, default=False
        Whether the targets of a row add up to 1, as probabilities do.
    values : tuple of (name, float), default=()
        Parameters that are put in as numbers.

    Returns
    -------
    str or None
        None where the link's slope is no formula of p.

    Examples
    --------
    >>> by_raw_score("-xlogy(y, p) - xlogy(1 - y, 1 - p)", "1 / (1 + exp(-x))")
    'p - y'
    >>> by_raw_score("-sum(xlogy(y, p))", "exp(x) / sum(exp(x))", sums_to_one=True)
    'p - y'
    >>> by_raw_score("-sum(p * y)", "exp(x) / sum(exp(x))", sums_to_one=True)
    '-p * y - p * sum(-p * y)'
    """
    import sympy as sp

    p, y = (sp.Symbol(name, real=True) for name in "py")
    known = {sp.Symbol(name, real=True): sp.Rational(str(value)) for name, value in values}
    slope_by_p = symbolic.expression(_of_one(formula)).subs(known).diff(p)
    over_axis = "sum(" in link
    if over_axis and link.replace(" ", "") != "exp(x)/sum(exp(x))":
        return None
    if over_axis:
        weighted = symbolic.tidied(p * slope_by_p)
        if sums_to_one and sp.diff(weighted, y, 2) == 0 and not weighted.has(p):
            # sum_j of a multiple of y_j is that multiple
            return symbolic.text(symbolic.tidied(weighted - p * weighted.coeff(y)))
        written = min(map(symbolic.text, (weighted, sp.expand_mul(p * symbolic.tidied(slope_by_p)))), key=len)
        return f"{written} - p * sum({written})"
    slope = _slope_in_predictions(link)
    return None if slope is None else symbolic.text(symbolic.tidied(slope_by_p * slope))


def _of_one(formula: str) -> str:
    """Return what a loss sums over the outputs: the summand, with the sign before the sum."""
    found: str = formula
    if "sum(" in formula:
        inner = formula[formula.index("sum(") + 3 :]
        if formula[: formula.index("sum(")] not in ("", "-") or not inner.endswith(")"):
            raise ValueError(f'"{formula}" is not one sum over the outputs')
        found = formula[: formula.index("sum(")] + inner
    return found


def _slope_in_predictions(link: str) -> object:
    import sympy as sp

    x, p = (sp.Symbol(name, real=True) for name in "xp")
    value = symbolic.expression(link)
    slope = symbolic.differentiated(value, "x")
    # As the rest of the engine has it: sigmoid(-u) is 1 - sigmoid(u).
    opposite = {gate: 1 - gate.func(-gate.args[0]) for gate in slope.atoms(sp.Function) if symbolic.is_opposite(gate)}
    found = slope.subs(opposite).subs(value, p)
    return None if found.has(x) else found
