"""What a formula is between its kinks: constant, a straight line, or curved; and how much work it is.

Both are read off the formula by evaluating it with other things than numbers: with values that remember whether they
depend on x, and with counters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from glassnet.catalog import digits
from glassnet.catalog.formula import evaluate
from glassnet.catalog.formula_names import names
from glassnet.catalog.formula_terms import CONSTANTS

Shape = Literal["constant", "line", "curve"]
_SHAPES: tuple[Shape, ...] = ("constant", "line", "curve")
_CONSTANT, _LINE, _CURVE = range(3)


def shape_at(formula: str, parameters: Mapping[str, float], x: float) -> Shape:
    """Say what the piece of a formula is that a number lies in.

    "curve" is said of everything that is not seen to be a line from the way it is written.

    Examples
    --------
    >>> relu = "where(x > 0, x, 0)"
    >>> shape_at(relu, {}, -1.0), shape_at(relu, {}, 1.0), shape_at("exp(x)", {}, 1.0)
    ('constant', 'line', 'curve')
    """
    import mpmath as mp

    with mp.workdps(30):
        values = {name: _Traced(mp.mpf(value), _CONSTANT) for name, value in parameters.items()}
        meanings: dict[str, Any] = {**_TRACED, **values, "x": _Traced(mp.mpf(x), _LINE)}
        found: _Traced = evaluate(formula, meanings, number=lambda written: _Traced(mp.mpf(written), _CONSTANT))
        return _SHAPES[found.shape]


class _Traced:
    """A number that remembers how it depends on x."""

    def __init__(self, value: Any, shape: int) -> None:
        self.value = value
        self.shape = shape

    def __add__(self, other: _Traced) -> _Traced:
        return _Traced(self.value + other.value, max(self.shape, other.shape))

    def __sub__(self, other: _Traced) -> _Traced:
        return _Traced(self.value - other.value, max(self.shape, other.shape))

    def __mul__(self, other: _Traced) -> _Traced:
        for factor in (self, other):
            if factor.value == 0 and factor.shape == _CONSTANT:
                return factor
        shape = max(self.shape, other.shape) if _CONSTANT in (self.shape, other.shape) else _CURVE
        return _Traced(self.value * other.value, shape)

    def __truediv__(self, other: _Traced) -> _Traced:
        if self.value == 0 and self.shape == _CONSTANT:
            return self
        value = self.value / other.value if other.value else self.value * 0
        return _Traced(value, self.shape if other.shape == _CONSTANT else _CURVE)

    def __pow__(self, other: _Traced) -> _Traced:
        constant = self.shape == other.shape == _CONSTANT
        return _Traced(self.value**other.value, _CONSTANT if constant else self.shape if other.value == 1 else _CURVE)

    def __neg__(self) -> _Traced:
        return _Traced(-self.value, self.shape)

    def __pos__(self) -> _Traced:
        return self

    def __gt__(self, other: _Traced) -> bool:
        return bool(self.value > other.value)

    def __ge__(self, other: _Traced) -> bool:
        return bool(self.value >= other.value)

    def __lt__(self, other: _Traced) -> bool:
        return bool(self.value < other.value)

    def __le__(self, other: _Traced) -> bool:
        return bool(self.value <= other.value)


def _traced(name: str) -> Callable[..., _Traced]:
    def applied(*several: _Traced) -> _Traced:
        flat = all(one.shape == _CONSTANT for one in several)
        value = digits.functions()[name](*(one.value for one in several))
        return _Traced(value, _CONSTANT if flat or name in ("sign", "floor") else _CURVE)

    return applied


class _TracedFunctions(Mapping[str, Any]):
    """All functions of the language, for traced numbers."""

    # These hand on one of their arguments, or a line made of it.
    _OWN: Mapping[str, Callable[..., Any]] = {
        "where": lambda condition, yes, no: yes if condition else no,
        "min": lambda *several: min(several, key=lambda one: one.value),
        "max": lambda *several: max(several, key=lambda one: one.value),
        "abs": lambda u: u if u.value > 0 else -u,
    }

    def __getitem__(self, name: str) -> Any:
        return self._OWN.get(name) or _traced(name)

    def __iter__(self) -> Iterator[str]:
        return iter(digits.functions())

    def __len__(self) -> int:
        return len(digits.functions())


_TRACED = _TracedFunctions()


@dataclass(frozen=True)
class Operations:
    """What has to be computed for one number, as the formula is written.

    Attributes
    ----------
    arithmetic : int
        Additions, subtractions, multiplications and divisions, changes of sign; small powers as multiplications.
    comparisons : int
        Comparisons, minima and maxima.
    functions : tuple of str
        Calls of functions such as exp, each as often as it is called.
    """

    arithmetic: int
    comparisons: int
    functions: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"{self.arithmetic} arithmetic", f"{self.comparisons} comparisons", *self.functions]
        return ", ".join(part for part in parts if not part.startswith("0 ")) or "none"


def operations(formula: str) -> Operations:
    """Count what a formula computes.

    Examples
    --------
    >>> operations("1 / (1 + exp(-x))")
    Operations(arithmetic=3, comparisons=0, functions=('exp',))
    """
    meanings: dict[str, Any] = {name: _counting(name) for name in digits.functions()}
    meanings |= {name: _Counted(Counter()) for name in names(formula).free if name not in CONSTANTS}
    counted = evaluate(formula, meanings, number=_Counted.number).counts
    functions = sorted(
        name for name, times in counted.items() if name not in ("arithmetic", "comparison") for _ in range(times)
    )
    return Operations(counted["arithmetic"], counted["comparison"], tuple(functions))


class _Counted:
    """A value that only knows what it took to compute it; what holds no variable costs nothing."""

    def __init__(self, counts: Counter[str], varies: bool = True, digits: str = "") -> None:
        self.counts = counts if varies else Counter()
        self.varies = varies
        self.digits = digits

    @classmethod
    def number(cls, digits: str) -> _Counted:
        return cls(Counter(), varies=False, digits=digits)

    def made(self, what: str, *others: _Counted, times: int = 1) -> _Counted:
        """Count an operation on this value and others."""
        counts = Counter(self.counts)
        for other in others:
            counts += other.counts
        counts[what] += times
        return _Counted(counts, self.varies or any(other.varies for other in others))

    def _arithmetic(self, *others: _Counted) -> _Counted:
        return self.made("arithmetic", *others)

    def _comparison(self, other: _Counted) -> _Counted:
        return self.made("comparison", other)

    __add__ = __sub__ = __mul__ = __truediv__ = __neg__ = _arithmetic
    __gt__ = __ge__ = __lt__ = __le__ = _comparison

    def __pos__(self) -> _Counted:
        return self

    def __pow__(self, other: _Counted) -> _Counted:
        if other.digits.isdigit() and 1 <= int(other.digits) <= 16:  # multiplied out
            power = int(other.digits)
            return self.made("arithmetic", times=power.bit_length() - 1 + power.bit_count() - 1)
        return self.made("pow", other)


def _counting(name: str) -> Callable[..., _Counted]:
    """Return a function that counts itself."""
    if name == "where":
        return lambda condition, yes, no: _Counted(condition.counts + yes.counts + no.counts)
    if name in ("min", "max"):
        return lambda *several: several[0].made("comparison", *several[1:], times=len(several) - 1)
    return lambda *several: several[0].made(name, *several[1:])
