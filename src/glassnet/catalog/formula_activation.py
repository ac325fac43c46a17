"""An activation that the user wrote: a formula of `x` and parameters, as good as a built-in one.

A formula whose text equals that of a catalog entry stays a formula: what a person typed is what is shown, compared and
stored. It computes the same, to the last bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy.typing as npt

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import FINITE, Parameter, Remarks
from glassnet.catalog.formula_examination import Examination, Note, examined
from glassnet.catalog.formula_parser import activation_names, free_names, parse
from glassnet.catalog.formula_program import compiled, run
from glassnet.catalog.formula_rewriting import rewritten
from glassnet.catalog.formula_terms import CONSTANTS, FUNCTIONS, Term, text
from glassnet.catalog.kernels import Floats
from glassnet.catalog.tensors import on_tensors
from glassnet.errors import FormulaError, ParameterError
from glassnet.texts import _, later

VARIABLES = ("x",)

_REMARKS = Remarks(
    good=later("computes what its author wrote, as fast as a built-in function of as many operations"),
    bad=later("nobody else has tried it: look at its curve and its properties first"),
    use=later("to try an idea"),
    source="",
)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class FormulaActivation(Activation):
    """An activation given by a formula.

    Parameters
    ----------
    formula : str
        Of `x`, numbers, parameters and the language's functions; see `docs/formulas.md`. It is stored with even spaces.
    parameters : mapping of str to float
        A value for every other name in the formula.
    learned : iterable of str, default=()
        Parameters of which each unit of a layer learns its own value; the given ones are where they start.

    Attributes
    ----------
    notes : tuple of str
        What the examination found and did not refuse.

    Raises
    ------
    FormulaError
        If the text is no formula, a parameter has no value, or the function cannot be used: it is not finite somewhere
        in [-1e4, 1e4], jumps, is constant, has derivative 0 wherever it has one, or loses its digits.

    Examples
    --------
    >>> import glassnet as gn
    >>> swish = gn.activation("x*sigmoid(beta*x)", beta=1.5)
    >>> swish
    gn.activation('x * sigmoid(beta * x)', beta=1.5)
    >>> swish([-1.0, 0.0, 2.0]).round(4)
    array([-0.1824,  0.    ,  1.9051])
    >>> swish.derivative([0.0])
    array([0.5])
    >>> gn.activation("abs(x)").kinks
    (0.0,)
    >>> gn.activation("log(x)")
    Traceback (most recent call last):
    ...
    glassnet.errors.formulas.FormulaError: formula "log(x)": it is not finite at x = 0.0: log(x) is the logarithm of 0
    """

    def __init__(self, formula: str, parameters: Mapping[str, object], learned: Iterable[str] = ()) -> None:
        term = parse(formula)
        values = checked_parameters(formula, term, parameters, VARIABLES)
        learned = checked_learned(formula, learned, values)
        written = text(term)
        declared = {name: Parameter(value, learnable=True) for name, value in values.items()}
        super().__init__(written, written, parameters=declared, remarks=_REMARKS)
        self._set(learned=learned)
        self._set(_places=(self._examination.kinks, ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know, in sentences: kinks, steep parts, overflow of float32, digits that cancel.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activation("max(x, -1)").notes
        ('the derivative jumps at x = -1.0, by 1',)
        """
        return tuple(map(said, self._examination.notes))

    @property
    def term(self) -> Term:
        """The formula as a tree."""
        return parse(self.formula)

    def program(self) -> Any:
        """Compile the formula for a network's layer, where learned parameters differ from unit to unit."""
        return compiled(rewritten(self.term), VARIABLES, self.parameters, self.learned, self._examination.saturation)

    def with_parameters(self, *, learned: object = None, **parameters: object) -> Self:
        """Return a copy with other values for these parameters, examined again.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activation("x + a * x**2", a=0.5).with_parameters(a=2)
        gn.activation('x + a * x**2', a=2.0)
        """
        for name in parameters:
            if name not in self.declared:
                raise ParameterError.unknown(name, self.declared, of=self.name)
        if not parameters and learned is None:
            return self
        chosen: Any = self.learned if learned is None else learned
        return type(self)(self.formula, {**dict(self.parameters), **parameters}, chosen)

    def to_json(self) -> dict[str, Any]:
        """Describe the activation by JSON types only; `glassnet.activation` makes it again."""
        described: dict[str, Any] = {"formula": self.formula}
        if self.declared:
            described["parameters"] = dict(self.parameters)
        if self.learned:
            described["learned"] = list(self.learned)
        return described

    @on_tensors("activation")
    def __call__(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> Any:
        """Compute the function of every element; arguments, result and errors are those of `Activation`."""
        return run(self.with_parameters(**parameters).program_at_values(), x, out)

    @on_tensors("derivative")
    def derivative(self, x: npt.ArrayLike, /, *, out: Floats | None = None, **parameters: Any) -> Any:
        """Compute the derivative at every element."""
        return run(self.with_parameters(**parameters).program_at_values(), x, out, slope=True)

    def __repr__(self) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self.parameters)
        learned = f", learned={list(self.learned)!r}" if self.learned else ""
        return f"gn.activation({self.formula!r}{arguments}{learned})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormulaActivation) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return self.formula, self.parameters, self.learned

    @property
    def _examination(self) -> Examination:
        return examined(self.formula, self.term, rewritten(self.term), self.parameters)

    def program_at_values(self) -> Any:
        """Compile the formula with all parameters as constants, for arrays."""
        return compiled(rewritten(self.term), VARIABLES, self.parameters, ())


def made(written: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> FormulaActivation | None:
    """Make an activation of a text or of what `to_json` gave; None where the text is a name that is misspelt."""
    given = dict(parameters)
    if isinstance(written, str):
        if not is_formula(written):
            return None
        learned = given.pop("learned", None)
        return FormulaActivation(written, given, () if learned is None else learned)
    formula, described = described_formula(written, ("formula", "parameters", "learned"), "activation")
    learned = given.pop("learned", None)
    return FormulaActivation(
        formula, {**described, **given}, written.get("learned", ()) if learned is None else learned
    )


def described_formula(written: Mapping[str, Any], known: tuple[str, ...], kind: str) -> tuple[str, dict[str, Any]]:
    """Read the formula and the parameters in a description."""
    for key in written:
        if key not in known:
            raise ParameterError.unknown(str(key), known, of=kind)
    formula, parameters = written["formula"], written.get("parameters", {})
    if not isinstance(formula, str):
        raise ParameterError.value("formula", formula, "a text")
    if not isinstance(parameters, Mapping):
        raise ParameterError.value("parameters", parameters, "a dict of names and numbers")
    return formula, dict(parameters)


def is_formula(written: str, variables: tuple[str, ...] = VARIABLES) -> bool:
    """Whether a text that is no name is meant as a formula, rather than as a name that is misspelt.

    Examples
    --------
    >>> is_formula("x * tanh(x)"), is_formula("x"), is_formula("rleu"), is_formula("leaky-relu")
    (True, True, False, False)
    """
    words = re.findall(r"[A-Za-z_][A-Za-z_0-9]*", written)
    return any(word in variables for word in words) or any(sign in written for sign in "+*/^()<>=")


def checked_parameters(
    formula: str, term: Term, parameters: Mapping[str, object], variables: tuple[str, ...]
) -> dict[str, float]:
    """Give every parameter of a formula its value, in the order in which they appear."""
    names = free_names(term, variables)
    for name in parameters:
        if name in (*variables, *CONSTANTS, *FUNCTIONS, *activation_names()):
            raise FormulaError.reserved(formula, name)
        if name not in names:
            raise FormulaError.no_such_name(formula, name, names)
    missing = [name for name in names if name not in parameters]
    if missing:
        raise FormulaError.missing(formula, missing, (*variables, *CONSTANTS))
    return {name: Parameter(0.0, rule=FINITE).checked(name, parameters[name]) for name in names}


def checked_learned(formula: str, learned: object, values: Mapping[str, float]) -> tuple[str, ...]:
    """Put the parameters that are learned in the order in which they appear."""
    if not isinstance(learned, list | tuple | set | frozenset):  # a str is an iterable of its letters
        raise ParameterError.value("learned", learned, "a list of names of parameters")
    for name in learned:
        if name not in values:
            raise FormulaError.no_such_name(formula, str(name), values)
    return tuple(name for name in values if name in learned)


def said(note: Note, variable: str = "x") -> str:
    """Write a note as a sentence."""
    sentence = {
        "kink": _("the derivative jumps at {variable} = {at}, by {size}"),
        "steep": _("it is steep: its slope at {variable} = {at} is {size}"),
        "overflow": _("from |{variable}| = {at} on it is too large for float32"),
        "minimum": _(
            "at y = {at} the gradient where {variable} = y is {size}, not 0: predictions settle beside the targets"
        ),
        "cancels": _("at {variable} = {at} digits cancel: the relative error is {size}, the absolute one harmless"),
    }[note.kind]
    at = repr(note.at) if len(repr(note.at)) <= 8 else f"{note.at:.6g}"
    return sentence.format(variable=variable, at=at, size=f"{note.size:.3g}")
