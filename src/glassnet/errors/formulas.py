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

# Why a part of a formula has no finite value.
_REASONS = {
    "log of 0": later("{part} is the logarithm of 0"),
    "log of a negative number": later("{part} is the logarithm of a negative number"),
    "root of a negative number": later("{part} is a root of a negative number"),
    "division by 0": later("{part} divides by 0"),
    "overflow": later("{part} is larger than a float can be"),
    "slope": later("the slope of {part} is infinite there"),
}


def _place(x: float) -> str:
    """Write where something is: in full if that is short."""
    return repr(x) if len(repr(x)) <= 8 else f"{x:.6g}"


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

    @classmethod
    def not_finite(cls, formula: str, variable: str, x: float, what: str, reason: tuple[str, str]) -> FormulaError:
        """Say where a value or a slope is not finite; the reason is a part of the formula, and a key.

        Examples
        --------
        >>> print(FormulaError.not_finite("log(x)", "x", -3.0, "value", ("log(x)", "log of a negative number")))
        formula "log(x)": it is not finite at x = -3.0: log(x) is the logarithm of a negative number
        """
        text = (
            _("its derivative is not finite at {variable} = {x}: {reason}")
            if what == "slope"
            else _("it is not finite at {variable} = {x}: {reason}")
        )
        part, key = reason
        return cls.about(
            formula, text.format(variable=variable, x=_place(x), reason=_(_REASONS[key]).format(part=part))
        )

    @classmethod
    def jump(cls, formula: str, variable: str, x: float, before: float, after: float) -> FormulaError:
        """Say where the function jumps.

        Examples
        --------
        >>> print(FormulaError.jump("(x > 1) * x", "x", 1.0, 0.0, 1.0))
        formula "(x > 1) * x": it jumps at x = 1.0, from 0 to 1; its pieces must meet, because the derivative knows nothing of a jump
        """  # noqa: E501 (the message is one line)
        text = _(
            "it jumps at {variable} = {x}, from {before} to {after}; its pieces must meet, "
            "because the derivative knows nothing of a jump"
        )
        return cls.about(
            formula, text.format(variable=variable, x=_place(x), before=f"{before:.6g}", after=f"{after:.6g}")
        )

    @classmethod
    def constant(cls, formula: str, variable: str, value: float) -> FormulaError:
        """Say that a function does not depend on its variable."""
        text = _("it is {value} whatever {variable} is; nothing can be learned from it")
        return cls.about(formula, text.format(variable=variable, value=f"{value + 0.0:.6g}"))

    @classmethod
    def flat(cls, formula: str, variable: str) -> FormulaError:
        """Say that the derivative is 0 wherever there is one."""
        text = _("its derivative by {variable} is 0 wherever there is one; gradient descent gets nothing from it")
        return cls.about(formula, text.format(variable=variable))

    @classmethod
    def disagrees(cls, formula: str, variable: str, x: float, received: float, truth: str, what: str) -> FormulaError:
        """Say where floats give something else than many digits do.

        Examples
        --------
        >>> print(FormulaError.disagrees("1 + x - x", "x", 1e4, 0.5, "1.0", "value"))
        formula "1 + x - x": at x = 10000.0 floats give 0.5 and 50 digits give 1.0: digits cancel. Write it another way
        """
        text = (
            _(
                "its derivative at {variable} = {x} is {received} in floats and {truth} in 50 digits: digits cancel. "
                "Write it another way"
            )
            if what == "slope"
            else _(
                "at {variable} = {x} floats give {received} and 50 digits give {truth}: digits cancel. "
                "Write it another way"
            )
        )
        return cls.about(formula, text.format(variable=variable, x=_place(x), received=f"{received:.6g}", truth=truth))
