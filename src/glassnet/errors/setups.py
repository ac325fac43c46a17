"""Set-ups of the playground that cannot be used, each with the place in the set-up that is wrong."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable

from glassnet.errors.base import GlassnetError, listed, suggestion
from glassnet.texts import _, plural

_brief = reprlib.Repr()
_brief.maxlevel, _brief.maxlist, _brief.maxdict, _brief.maxstring, _brief.maxother, _brief.maxlong = 2, 4, 4, 60, 60, 30


class SetupError(GlassnetError, ValueError):
    """A set-up of the playground is not what it must be.

    Attributes
    ----------
    where : str
        The place in the set-up: "model.activation[1]"; "" for the whole.
    """

    where: str = ""

    @classmethod
    def at(cls, where: str, problem: str) -> SetupError:
        """Name the place of a problem; `problem` comes translated.

        Examples
        --------
        >>> error = SetupError.at("model.activation[1]", "there is no such activation")
        >>> print(error)
        model.activation[1]: there is no such activation
        >>> error.where
        'model.activation[1]'
        """
        error = cls(_("{where}: {problem}").format(where=where, problem=problem) if where else problem)
        error.where = where
        return error

    @classmethod
    def missing(cls) -> SetupError:
        """Say that something was wanted of a network before there was one.

        Examples
        --------
        >>> print(SetupError.missing())
        there is no network yet: a set-up comes first
        """
        return cls(_("there is no network yet: a set-up comes first"))

    @classmethod
    def value(cls, where: str, received: object, must_be: str) -> SetupError:
        """Say that a value breaks its rule; `must_be` is a constant phrase, and translated.

        Examples
        --------
        >>> print(SetupError.value("data.noise", 7, "a number from 0 to 1"))
        data.noise must be a number from 0 to 1; got 7
        """
        return cls.breaks(where, received, _(must_be))

    @classmethod
    def breaks(cls, where: str, received: object, must_be: str) -> SetupError:
        """Say that a value breaks its rule; `must_be` comes translated."""
        text = _("{where} must be {must_be}; got {received}")
        error = cls(text.format(where=where or _("the set-up"), must_be=must_be, received=_shown(received)))
        error.where = where
        return error

    @classmethod
    def between(cls, where: str, received: object, low: float, high: float, whole: bool) -> SetupError:
        """Say that a number lies outside its bounds.

        Examples
        --------
        >>> print(SetupError.between("data.n_rows", 1e9, 20, 5000, whole=True))
        data.n_rows must be a whole number from 20 to 5,000; got 1000000000.0
        """
        text = _("a whole number from {low} to {high}") if whole else _("a number from {low} to {high}")
        return cls.breaks(where, received, text.format(low=_number(low), high=_number(high)))

    @classmethod
    def choice(cls, where: str, received: object, choices: Iterable[str]) -> SetupError:
        """Say that a name is not among the choices, with the nearest ones.

        Examples
        --------
        >>> print(SetupError.choice("data.name", "spirl", ["circle", "spiral"]))
        data.name must be one of circle, spiral; got "spirl". Did you mean "spiral"?
        """
        choices = tuple(choices)
        error = cls.breaks(where, received, _("one of {choices}").format(choices=listed(choices)))
        error.args = (error.args[0] + _nearest(received, choices),)
        return error

    @classmethod
    def unknown(cls, where: str, key: str, known: Iterable[str]) -> SetupError:
        """Say that there is nothing of this name in a set-up.

        Examples
        --------
        >>> print(SetupError.unknown("model", "dropuot", ["dropout", "loss"]))
        model has no "dropuot"; it has dropout, loss. Did you mean "dropout"?
        """
        known = tuple(known)
        text = _('{where} has no "{key}"; it has {known}').format(
            where=where or _("the set-up"), key=key[:60], known=listed(known)
        )
        error = cls(text + _nearest(key, known))
        error.where = f"{where}.{key[:60]}" if where else key[:60]
        return error

    @classmethod
    def per_layer(cls, where: str, n_received: int, n_layers: int) -> SetupError:
        """Say that a list has not one entry for each layer.

        Examples
        --------
        >>> print(SetupError.per_layer("model.dropout", 3, 2))
        model.dropout must be one value for all layers or a list of 2, one a layer; got a list of 3
        """
        error = cls(
            _(
                "{name} must be one value for all layers or a list of {n_layers}, one a layer; "
                "got a list of {n_received}"
            ).format(name=where, n_layers=n_layers, n_received=n_received)
        )
        error.where = where
        return error

    @classmethod
    def too_deep(cls, where: str, deepest: int) -> SetupError:
        """Say that lists and objects stand in each other too often.

        Examples
        --------
        >>> print(SetupError.too_deep("data.points", 8))
        data.points: lists and objects may stand in each other 8 levels deep, not more
        """
        text = _("lists and objects may stand in each other {deepest} levels deep, not more")
        return cls.at(where, text.format(deepest=deepest))

    @classmethod
    def too_large(cls, where: str, n_most: int) -> SetupError:
        """Say that there is too much of it.

        Examples
        --------
        >>> print(SetupError.too_large("data.points", 10_000))
        data.points: a set-up may hold 10,000 values, not more
        """
        return cls.at(where, _("a set-up may hold {n_most} values, not more").format(n_most=f"{n_most:,}"))

    @classmethod
    def too_few_points(cls, where: str) -> SetupError:
        """Say that drawn points are too few to learn from and to test by.

        Examples
        --------
        >>> print(SetupError.too_few_points("data.points"))
        data.points: draw points of at least two classes, two or more in one of them
        """
        return cls.at(where, _("draw points of at least two classes, two or more in one of them"))

    @classmethod
    def too_few_rows(cls, where: str, n_rows: int) -> SetupError:
        """Say that rows are too few to learn from and to test by.

        Examples
        --------
        >>> print(SetupError.too_few_rows("data.points", 1))
        data.points: at least two rows are needed, one to learn from and one to test by; there is 1
        """
        text = plural(
            "at least two rows are needed, one to learn from and one to test by; there is {n}",
            "at least two rows are needed, one to learn from and one to test by; there are {n}",
            n_rows,
        )
        return cls.at(where, text.format(n=f"{n_rows:,}"))

    @classmethod
    def no_table(cls, where: str, name: object) -> SetupError:
        """Say that a table is not there: it was not uploaded here, or it was freed.

        Examples
        --------
        >>> print(SetupError.no_table("data.table", "wine.csv"))
        data.table: the table "wine.csv" is not here; upload it again
        """
        return cls.at(where, _("the table {name} is not here; upload it again").format(name=_shown(name)))

    @classmethod
    def not_numbers(cls, where: str, column: str, usable: Iterable[str]) -> SetupError:
        """Say that a column holds no numbers, which the picture's axes need.

        Examples
        --------
        >>> print(SetupError.not_numbers("data.table.columns[0]", "city", ["age", "fare"]))
        data.table.columns[0]: "city" does not hold numbers; these columns do: age, fare
        """
        text = _("{column} does not hold numbers; these columns do: {usable}")
        names = list(usable)
        shown = listed(names[:20]) + (", …" if len(names) > 20 else "")
        return cls.at(where, text.format(column=_shown(column), usable=shown))

    @classmethod
    def too_few_columns(cls, where: str, usable: Iterable[str]) -> SetupError:
        """Say that a table has not two columns of numbers beside the target.

        Examples
        --------
        >>> print(SetupError.too_few_columns("data.table", ["age"]))
        data.table: two columns of numbers that vary are needed beside the target; there are: age
        """
        text = _("two columns of numbers that vary are needed beside the target; there are: {usable}")
        return cls.at(where, text.format(usable=listed(usable) or _("none")))

    @classmethod
    def is_target(cls, where: str, column: str) -> SetupError:
        """Say that a column is to be learned, so it cannot be learned from.

        Examples
        --------
        >>> print(SetupError.is_target("data.table.columns[0]", "price"))
        data.table.columns[0]: "price" is the target; choose another column to learn it from
        """
        text = _("{column} is the target; choose another column to learn it from")
        return cls.at(where, text.format(column=_shown(column)))

    @classmethod
    def one_class(cls, where: str, column: str) -> SetupError:
        """Say that the rows that are left do not tell classes apart.

        Examples
        --------
        >>> print(SetupError.one_class("data.table.target", "species"))
        data.table.target: the rows with values in all three columns need two classes of "species" or more, and two rows of one of them
        """  # noqa: E501 (the message is one line)
        text = _(
            "the rows with values in all three columns need two classes of {column} or more, and two rows of one of "
            "them"
        )
        return cls.at(where, text.format(column=_shown(column)))

    @classmethod
    def too_many_classes(cls, where: str, column: str, n_classes: int, n_most: int, numeric: bool) -> SetupError:
        """Say that a target has more classes than there are colors.

        Examples
        --------
        >>> print(SetupError.too_many_classes("data.table.target", "zip", 300, 10, numeric=False))
        data.table.target: "zip" has 300 different values, and 10 classes can be shown; choose another target
        """
        if numeric:
            text = _(
                "{column} has {n_classes} different values, and {n_most} classes can be shown; "
                'choose another target, or the task "regression"'
            )
        else:
            text = _(
                "{column} has {n_classes} different values, and {n_most} classes can be shown; choose another target"
            )
        return cls.at(where, text.format(column=_shown(column), n_classes=f"{n_classes:,}", n_most=n_most))


def _shown(value: object) -> str:
    """Write a value in bounded time and space, however deep or long it is."""
    return f'"{value[:60]}{"…" if len(value) > 60 else ""}"' if isinstance(value, str) else _brief.repr(value)


def _number(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:g}"


def _nearest(received: object, choices: tuple[str, ...]) -> str:
    return suggestion(received, choices) if isinstance(received, str) and len(received) <= 60 else ""
