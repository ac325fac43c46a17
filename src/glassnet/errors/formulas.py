"""Formulas that people type, and what can be wrong with them: as a text, and as a function."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.errors.base import listed, shown, suggestion
from glassnet.errors.parameters import ParameterError
from glassnet.texts import _, later

# What to write instead of a character that is not part of the language.
_INSTEAD = {
    "^": later("a power is written **, as in x**2"),
    "×": later("multiplication is written *, as in 2*x"),
    "·": later("multiplication is written *, as in 2*x"),
    "⋅": later("multiplication is written *, as in 2*x"),
    "÷": later("division is written /"),
    "−": later("minus is written -"),
    "–": later("minus is written -"),
    "²": later("a power is written **, as in x**2"),
    "³": later("a power is written **, as in x**2"),
    "√": later("a root is written sqrt(x)"),
    "π": later("the number is written pi"),
    "σ": later("the logistic function is written sigmoid(x)"),
    "≤": later("comparisons are written <, <=, >, >="),
    "≥": later("comparisons are written <, <=, >, >="),
    "=": later("comparisons are written <, <=, >, >="),
    "!": later("comparisons are written <, <=, >, >="),
    "[": later("brackets are round: ( and )"),
    "]": later("brackets are round: ( and )"),
    "{": later("brackets are round: ( and )"),
    "}": later("brackets are round: ( and )"),
    "|": later("the absolute value is written abs(x)"),
    ";": later("a formula is one expression"),
}


class FormulaError(ParameterError):
    """A formula cannot be read, or the function that it describes cannot be used."""

    @classmethod
    def at(cls, formula: str, column: int, problem: str) -> FormulaError:
        """Say what is wrong at a column, counted from 1; `problem` comes translated.

        Examples
        --------
        >>> print(FormulaError.at("x +", 4, "something is missing here"))
        formula "x +", column 4: something is missing here
        """
        text = _("formula {formula}, column {column}: {problem}")
        return cls(text.format(formula=shown(formula), column=column, problem=problem))

    @classmethod
    def about(cls, formula: str, problem: str) -> FormulaError:
        """Say what is wrong with a formula as a whole; `problem` comes translated."""
        return cls(_("formula {formula}: {problem}").format(formula=shown(formula), problem=problem))

    @classmethod
    def too_long(cls, formula: str, limit: int) -> FormulaError:
        """Say that a text has more characters than a formula may have."""
        text = _("it must have at most {limit} characters; it has {n}")
        return cls.about(formula, text.format(limit=f"{limit:,}", n=f"{len(formula):,}"))

    @classmethod
    def empty(cls) -> FormulaError:
        """Say that there is nothing to read."""
        return cls(_('a formula must be an expression, such as "x * sigmoid(x)"; got nothing'))

    @classmethod
    def too_deep(cls, formula: str, limit: int) -> FormulaError:
        """Say that operations stand within operations too many times."""
        text = _("operations must be nested at most {limit} times; they are nested more often")
        return cls.about(formula, text.format(limit=limit))

    @classmethod
    def character(cls, formula: str, column: int, received: str) -> FormulaError:
        """Say that a character is not part of the language, and what to write instead.

        Examples
        --------
        >>> print(FormulaError.character("x^2", 2, "^"))
        formula "x^2", column 2: "^" is not part of the language; a power is written **, as in x**2
        """
        advice = _INSTEAD.get(received)
        text = _("{received} is not part of the language; {advice}")
        if advice is None:
            advice = later("formulas have numbers, names, + - * / **, comparisons, brackets and commas")
        return cls.at(formula, column, text.format(received=shown(received), advice=_(advice)))

    @classmethod
    def adjacent(cls, formula: str, column: int, left: str, right: str) -> FormulaError:
        """Say that an operator is missing between two operands.

        Examples
        --------
        >>> print(FormulaError.adjacent("2x", 2, "2", "x"))
        formula "2x", column 2: between "2" and "x" an operator is missing; multiplication is written *, as in 2*x
        """
        text = _("between {left} and {right} an operator is missing; multiplication is written *, as in 2*x")
        return cls.at(formula, column, text.format(left=shown(left), right=shown(right)))

    @classmethod
    def not_closed(cls, formula: str, column: int) -> FormulaError:
        """Say that a bracket has no partner to its right."""
        return cls.at(formula, column, _("this bracket is never closed"))

    @classmethod
    def not_opened(cls, formula: str, column: int) -> FormulaError:
        """Say that a bracket has no partner to its left."""
        return cls.at(formula, column, _("this bracket closes nothing"))

    @classmethod
    def syntax(cls, formula: str, column: int) -> FormulaError:
        """Say that the text is no expression from here on."""
        return cls.at(formula, column, _("something is missing or out of place here"))

    @classmethod
    def number(cls, formula: str, column: int, digits: str) -> FormulaError:
        """Say that a number is too large for a float."""
        return cls.at(formula, column, _("{digits} is too large for a number of 64 bits").format(digits=digits))

    @classmethod
    def function(
        cls, formula: str, column: int, name: str, functions: Iterable[str], activations: Iterable[str]
    ) -> FormulaError:
        """Say that there is no function of this name; activations are searched too, but not listed.

        Examples
        --------
        >>> print(FormulaError.function("rleu(x)", 1, "rleu", ["exp", "tanh"], ["relu"]))
        formula "rleu(x)", column 1: there is no function "rleu"; there are exp, tanh and the activations. Did you mean "relu"?
        """  # noqa: E501 (the message is one line)
        functions = tuple(functions)
        text = _('there is no function "{name}"; there are {functions} and the activations')
        problem = text.format(name=name, functions=listed(functions))
        return cls.at(formula, column, problem + suggestion(name, (*functions, *activations)))

    @classmethod
    def not_called(cls, formula: str, column: int, name: str) -> FormulaError:
        """Say that a function's name stands without its argument."""
        return cls.at(formula, column, _("{name} is a function; write {name}(x)").format(name=name))

    @classmethod
    def arguments(cls, formula: str, column: int, name: str, wanted: str, received: int) -> FormulaError:
        """Say that a function has another number of arguments; `wanted` is how it is written.

        Examples
        --------
        >>> print(FormulaError.arguments("where(x)", 1, "where", "where(condition, a, b)", 1))
        formula "where(x)", column 1: where is written where(condition, a, b); got 1 arguments
        """
        text = _("{name} is written {wanted}; got {received} arguments")
        return cls.at(formula, column, text.format(name=name, wanted=wanted, received=received))

    @classmethod
    def chained(cls, formula: str, column: int) -> FormulaError:
        """Say that comparisons come one at a time."""
        return cls.at(
            formula,
            column,
            _("comparisons come one at a time; for an interval write where(x > 0, where(x < 1, a, b), b)"),
        )

    @classmethod
    def condition(cls, formula: str, column: int) -> FormulaError:
        """Say that `where` decides by a comparison."""
        return cls.at(formula, column, _("the first argument of where must be a comparison, such as x > 0"))

    @classmethod
    def missing(cls, formula: str, names: Iterable[str], near: Iterable[str]) -> FormulaError:
        """Say that parameters have no value; `near` are names that one of them may have been meant to be.

        Examples
        --------
        >>> print(FormulaError.missing("x * sigmoid(beta * x)", ["beta"], ["x", "pi", "e"]))
        formula "x * sigmoid(beta * x)": beta has no value; pass beta=1.0, say
        >>> print(FormulaError.missing("X + pie", ["X", "pie"], ["x", "pi", "e"]))
        formula "X + pie": X, pie have no value; pass X=1.0, pie=1.0, say. Did you mean "x"?
        """
        names, near = tuple(names), tuple(near)
        pairs = listed(f"{name}=1.0" for name in names)
        text = (
            _("{names} has no value; pass {pairs}, say")
            if len(names) == 1
            else _("{names} have no value; pass {pairs}, say")
        )
        return cls.about(formula, text.format(names=listed(names), pairs=pairs) + suggestion(names[0], near))

    @classmethod
    def no_such_name(cls, formula: str, name: str, known: Iterable[str]) -> FormulaError:
        """Say that a value came for a parameter that the formula does not have."""
        known = tuple(known)
        if known:
            text = _('it has no parameter "{name}"; it has {known}').format(name=name, known=listed(known))
        else:
            text = _('it has no parameter "{name}"; it has none').format(name=name)
        return cls.about(formula, text + suggestion(name, known))

    @classmethod
    def reserved(cls, formula: str, name: str) -> FormulaError:
        """Say that a name already means something."""
        return cls.about(formula, _("{name} has a meaning already and cannot be a parameter").format(name=name))
