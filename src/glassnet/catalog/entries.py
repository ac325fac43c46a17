"""What every catalog entry is made of: a name, a formula, parameters, synonyms and remarks.

An entry is declared once, at its default parameters, and is at the same time the object that is configured, compared,
stored and called: `gn.activations.leaky_relu` is the declared entry, `gn.activation("leaky_relu", slope=0.03)` a copy
of it with another value. So a list of defaults, a page of documentation and a command-line choice all read the same
object, and there is no second class that could drift from it.

Entries are frozen. Two are equal when class, name, formula and parameter values are.
"""

from __future__ import annotations

import importlib
import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from glassnet.errors import ParameterError
from glassnet.texts import _, later
from glassnet.views import view

if TYPE_CHECKING:
    from glassnet.catalog.explanation import Explanation


class Rule(NamedTuple):
    """What a parameter's value must be: as a phrase, and as a test of a finite number.

    Values of a rule that is `whole` are of type int.
    """

    must_be: str
    holds: Callable[[float], bool]
    whole: bool = False


FINITE = Rule(later("a finite number"), math.isfinite)
NOT_NEGATIVE = Rule(later("a finite number of at least 0"), lambda value: value >= 0)
NOT_POSITIVE = Rule(later("a finite number of at most 0"), lambda value: value <= 0)
POSITIVE = Rule(later("a finite number above 0"), lambda value: value > 0)
SHARE = Rule(later("a number in [0, 1]"), lambda value: 0 <= value <= 1)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an entry.

    Parameters
    ----------
    default : float
        Its value where none is given.
    learnable : bool, default=False
        Whether a value of its own for each unit, adjusted in training, makes sense.
    rule : Rule, default=FINITE
        What the value must be.
    learned : bool, default=False
        Whether units learn it unless somebody asks otherwise.
    exact : str, optional
        The number that the default stands for, as a fraction, where no float is that number: "1/6".
    """

    default: float
    learnable: bool = False
    rule: Rule = FINITE
    learned: bool = False
    exact: str | None = None

    def checked(self, name: str, value: object) -> float:
        """Return the value as a float (an int where the rule asks for whole numbers), or say what it must be.

        Raises
        ------
        ParameterError
            If it is not a finite number that obeys the rule.

        Examples
        --------
        >>> Parameter(1.0, rule=POSITIVE).checked("delta", 2)
        2.0
        """
        number: Any = value  # a real one, once that has been looked at
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not (is_number and math.isfinite(number) and self.rule.holds(float(number))):
            raise ParameterError.value(name, value, self.rule.must_be)
        return int(number) if self.rule.whole else float(number)


@dataclass(frozen=True)
class Remarks:
    """Why and when: what people should know before they choose an entry, and where it comes from.

    Texts are declared with `glassnet.texts.later`, so that they are stored in English; `translated` gives them in the
    language in use.
    """

    good: str
    bad: str
    use: str
    source: str

    def translated(self) -> Remarks:
        """Return the remarks in the language in use; the source stays as it is cited."""
        return Remarks(_(self.good), _(self.bad), _(self.use), self.source)


@dataclass(frozen=True, init=False, repr=False)
class Entry:
    """One entry of a catalog.

    Parameters
    ----------
    name : str
        The canonical name, the same in Python and in C++.
    formula : str
        What it computes, in the language of `glassnet.catalog.formula`.
    parameters : mapping of str to Parameter, optional
        In the order in which the engine takes them.
    synonyms : tuple of str
        Other names that are understood.
    remarks : Remarks
        Declared in English; `remarks.translated()` gives them in the language in use.

    Attributes
    ----------
    declared : mapping of str to Parameter
        The parameters as they were declared.
    values : tuple of float
        The parameters' values; the defaults unless `with_parameters` changed them.
    """

    # The name of the function, in `glassnet` and in `glassnet.catalog`, that finds and configures such entries.
    kind: ClassVar[str]
    # What a description in JSON may say.
    described: ClassVar[tuple[str, ...]] = ("name", "parameters")

    name: str
    formula: str
    values: tuple[float, ...]
    declared: Mapping[str, Parameter] = field(compare=False)
    synonyms: tuple[str, ...] = field(compare=False)
    remarks: Remarks = field(compare=False)

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        parameters: Mapping[str, Parameter] | None = None,
        synonyms: tuple[str, ...] = (),
        remarks: Remarks,
    ) -> None:
        declared = MappingProxyType(dict(parameters or {}))
        values = tuple(parameter.checked(key, parameter.default) for key, parameter in declared.items())
        self._set(
            name=name, formula=formula, values=values, declared=declared, synonyms=tuple(synonyms), remarks=remarks
        )

    @property
    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Pairs of name and value, in the order in which the engine takes them."""
        return tuple(zip(self.declared, self.values, strict=True))

    @property
    def exact_parameters(self) -> dict[str, float | str]:
        """Name and value of each parameter, for computing in many digits: a default that no float is as a fraction.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.hard_sigmoid.exact_parameters
        {'slope': '1/6', 'offset': 0.5}
        """
        return {
            name: declared.exact if declared.exact is not None and value == declared.default else value
            for (name, declared), value in zip(self.declared.items(), self.values, strict=True)
        }

    @property
    def parameter_values(self) -> tuple[float, ...]:
        """The values alone, in the order in which the engine takes them."""
        return self.values

    @property
    def latex(self) -> str:
        r"""The formula in LaTeX, without dollar signs.

        Examples
        --------
        >>> import glassnet as gn
        >>> print(gn.initializers.he_normal.latex)
        \sqrt{\frac{2}{n_{\text{in}}}}
        """
        from glassnet.catalog.latex import latex

        return latex(self.formula) if self.formula else ""

    def with_parameters(self, **parameters: object) -> Self:
        """Return a copy with other values for these parameters.

        Raises
        ------
        ParameterError
            If there is no such parameter, or the value breaks its rule.
        """
        for name in parameters:
            if name not in self.declared:
                raise ParameterError.unknown(name, self.declared, of=self.name)
        if not parameters:
            return self
        configured = object.__new__(type(self))
        configured._set(**self.__dict__)
        configured._set(
            values=tuple(
                self.declared[name].checked(name, parameters[name]) if name in parameters else value
                for name, value in self.parameters
            )
        )
        return configured

    def to_json(self) -> dict[str, Any]:
        """Describe the entry by JSON types only; the function named by `kind` makes it again."""
        return {"name": self.name, "parameters": dict(self.parameters)}

    def explain(self) -> Explanation:
        """Explain the entry in the language in use: formula, derivative, properties in numbers, remarks, relatives.

        Returns
        -------
        Explanation
            Its `str` is plain text, `lines` and `to_json()` are for programs.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.losses.huber.explain().title
        'huber · loss'
        """
        from glassnet.catalog.explanations import explain

        return explain(self)

    def plot(self, **options: Any) -> Any:
        """Draw the entry's curve; options and result are those of `glassnet.plot`.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.relu.plot(interval=(-2, 2))
        <picture of relu>
        """
        return view("plot")(self, **options)

    def _repr_html_(self) -> str:
        """Show the entry in a notebook, as a card with formula, curve and remarks."""
        return str(view("card")(self))

    def _repr_latex_(self) -> str | None:
        """Show the formula where a notebook or a document takes LaTeX only."""
        lines = self.latex if "cases" in self.latex else self.latex.replace(r" \\ ", r" \quad ")
        return f"${lines}$" if lines else None

    def __repr__(self) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self.parameters)
        return f"gn.{self.kind}({self.name!r}{arguments})"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[dict[str, Any]]]:
        # Pickle the name and the values, not the declaration: that belongs to the installed version.
        return getattr(importlib.import_module("glassnet.catalog"), self.kind), (self.to_json(),)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _set(self, **fields: object) -> None:
        """Write fields while the entry is being made; from then on it is frozen."""
        self.__dict__.update(fields)
