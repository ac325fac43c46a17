"""Target columns that cannot be learned, or tested by."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.errors.base import listed, shown
from glassnet.errors.tables import TableError
from glassnet.texts import _


class TargetError(TableError):
    """The column to predict cannot be used as it is."""

    @classmethod
    def missing(cls, source: str, name: str) -> TargetError:
        """Say that no row has a target.

        Examples
        --------
        >>> print(TargetError.missing("people.csv", "income"))
        the target "income" of people.csv is missing in every row: there is nothing to learn
        """
        text = _("the target {name} of {source} is missing in every row: there is nothing to learn")
        return cls(text.format(name=shown(name), source=source))

    @classmethod
    def missing_in_row(cls, name: str, row: str) -> TargetError:
        """Say that a row has no target; `row` is its place in words.

        Examples
        --------
        >>> print(TargetError.missing_in_row("y", "row 3"))
        y must not have missing values; row 3 has none. Leave such rows out, or use glassnet.fit, which does
        """
        text = _(
            "{name} must not have missing values; {row} has none. Leave such rows out, or use glassnet.fit, which does"
        )
        return cls(text.format(name=name, row=row))

    @classmethod
    def is_date(cls, source: str, name: str) -> TargetError:
        """Say that the target holds dates.

        Examples
        --------
        >>> print(TargetError.is_date("people.csv", "born"))
        the target "born" of people.csv holds dates; a target must hold numbers or classes. Turn it to a number first, such as days since a fixed date
        """  # noqa: E501 (the message is one line)
        text = _(
            "the target {name} of {source} holds dates; a target must hold numbers or classes. "
            "Turn it to a number first, such as days since a fixed date"
        )
        return cls(text.format(name=shown(name), source=source))

    @classmethod
    def not_number(cls, name: str, row: str, value: object) -> TargetError:
        """Say that a regression's target is text; `row` is its place in words.

        Examples
        --------
        >>> print(TargetError.not_number("price", "row 4", "cheap"))
        the target "price" must hold numbers for regression; row 4 is "cheap". For classes: --task classification (task="classification")
        """  # noqa: E501 (the message is one line)
        text = _(
            "the target {name} must hold numbers for regression; {row} is {value}. "
            'For classes: --task classification (task="classification")'
        )
        return cls(text.format(name=shown(name), row=row, value=shown(value)))

    @classmethod
    def infinite_in_row(cls, name: str, row: str, value: float) -> TargetError:
        """Say that a target is infinite; `row` is its place in words.

        Examples
        --------
        >>> print(TargetError.infinite_in_row("price", "row 4", float("inf")))
        the target "price" must be finite; row 4 is infinity. Correct such rows, or leave them out
        """
        text = _("the target {name} must be finite; {row} is {value}. Correct such rows, or leave them out")
        return cls(text.format(name=shown(name), row=row, value="infinity" if value > 0 else "-infinity"))

    @classmethod
    def too_many_classes(cls, source: str, name: str, n_classes: int, n_rows: int) -> TargetError:
        """Say that labels are so many that they can't be classes.

        Examples
        --------
        >>> print(TargetError.too_many_classes("people.csv", "name", 900, 1000))
        the target "name" of people.csv has 900 different values in 1,000 rows: too many for classes. Is another column the target? For numbers: --task regression (task="regression")
        """  # noqa: E501 (the message is one line)
        text = _(
            "the target {name} of {source} has {n_classes} different values in {n_rows} rows: too many for classes. "
            'Is another column the target? For numbers: --task regression (task="regression")'
        )
        return cls(text.format(name=shown(name), source=source, n_classes=f"{n_classes:,}", n_rows=f"{n_rows:,}"))

    @classmethod
    def single_class(cls, source: str, name: str, label: object) -> TargetError:
        """Say that all rows have the same target.

        Examples
        --------
        >>> print(TargetError.single_class("people.csv", "income", "low"))
        the target "income" of people.csv is "low" in every row: there is nothing to tell apart
        """
        text = _("the target {name} of {source} is {label} in every row: there is nothing to tell apart")
        return cls(text.format(name=shown(name), source=source, label=shown(label)))

    @classmethod
    def unseen_class(cls, source: str, name: str, row: str, label: object, known: Sequence[object]) -> TargetError:
        """Say that a row to test by has a class that was never seen in training; `row` is its place in words.

        Examples
        --------
        >>> print(TargetError.unseen_class("new.csv", "income", "row 7", "medium", ["high", "low"]))
        row 7 of new.csv has the class "medium" in "income", which training never saw; it saw high, low. Leave such rows out, or train on rows that have it
        """  # noqa: E501 (the message is one line)
        several = [str(label) for label in known]
        if len(several) > 10:
            several = [*several[:9], "…"]
        text = _(
            "{row} of {source} has the class {label} in {name}, which training never saw; it saw {known}. "
            "Leave such rows out, or train on rows that have it"
        )
        return cls(text.format(row=row, source=source, label=shown(label), name=shown(name), known=listed(several)))

    @classmethod
    def too_few_rows(cls, source: str, n_rows: int, fewest: int) -> TargetError:
        """Say that too few rows are left to learn from and test by.

        Examples
        --------
        >>> print(TargetError.too_few_rows("people.csv", 3, 10))
        people.csv has 3 rows with a target; at least 10 are needed to learn from some and test by others
        """
        text = _(
            "{source} has {n_rows} rows with a target; "
            "at least {fewest} are needed to learn from some and test by others"
        )
        return cls(text.format(source=source, n_rows=n_rows, fewest=fewest))
