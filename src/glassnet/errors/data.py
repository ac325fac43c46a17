"""Arrays that cannot be used as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from glassnet.errors.base import GlassnetError, listed, place, shown
from glassnet.texts import _, plural


class DataError(GlassnetError, ValueError):
    """The data cannot be used as they are."""

    @classmethod
    def not_finite(
        cls, row: int, column: int | None, name: object = None, value: float = math.nan, data: str = "X"
    ) -> DataError:
        """Say where the first NaN or infinite value stands.

        Parameters
        ----------
        row : int
            Counted from 0.
        column : int or None
            Counted from 0; None where the data have one dimension.
        name : object, optional
            The column's name.
        value : float
            What stands there.
        data : str, default="X"
            The argument.

        Examples
        --------
        >>> print(DataError.not_finite(3, 1, name="age"))
        X must be finite; row 3, column 1 ("age") is NaN. Fill such values (sklearn.impute.SimpleImputer) or drop the row
        """  # noqa: E501 (the message is one line)
        where = place(row, column, name)
        if math.isnan(value):
            text = _(
                "{data} must be finite; {place} is NaN. Fill such values (sklearn.impute.SimpleImputer) or drop the row"
            )
            return cls(text.format(data=data, place=where))
        text = _("{data} must be finite; {place} is {value}. Clip or drop such values, or compute in float64")
        return cls(text.format(data=data, place=where, value="infinity" if value > 0 else "-infinity"))

    @classmethod
    def target_outside(cls, loss: str, must_be: str, value: object, row: int, column: int | None = None) -> DataError:
        """Say that a target lies outside the domain of the loss; `must_be` is translated.

        Examples
        --------
        >>> print(DataError.target_outside("poisson", "at least 0", -1.0, row=7))
        targets of poisson must be at least 0; row 7 is -1.0
        """
        text = _("targets of {loss} must be {must_be}; {place} is {value}")
        return cls(text.format(loss=loss, must_be=_(must_be), place=place(row, column), value=shown(value)))

    @classmethod
    def code_outside(cls, code: int, n_classes: int, row: int, ignore_index: int | None = None) -> DataError:
        """Say that a class code names no class.

        Examples
        --------
        >>> print(DataError.code_outside(3, 3, row=0))
        class codes must be integers from 0 to 2 (3 classes); row 0 is 3
        """
        if ignore_index is None:
            text = _("class codes must be integers from 0 to {last} ({n_classes} classes); {place} is {code}")
        else:
            text = _(
                "class codes must be integers from 0 to {last} ({n_classes} classes) "
                "or ignore_index={ignore_index}; {place} is {code}"
            )
        return cls(
            text.format(last=n_classes - 1, n_classes=n_classes, place=place(row), code=code, ignore_index=ignore_index)
        )

    @classmethod
    def codes_not_integers(cls, dtype: object) -> DataError:
        """Say that class codes came as something else than integers.

        Examples
        --------
        >>> print(DataError.codes_not_integers("float64"))
        class codes must be integers; got an array of dtype float64. Convert them first, as with target.astype(int)
        """
        text = _(
            "class codes must be integers; got an array of dtype {dtype}. "
            "Convert them first, as with target.astype(int)"
        )
        return cls(text.format(dtype=dtype))

    @classmethod
    def target_sum(cls, loss: str, total: float, row: int) -> DataError:
        """Say that the class probabilities of a row do not add up to 1.

        Examples
        --------
        >>> print(DataError.target_sum("softmax_cross_entropy", 0.5, row=0))
        targets of softmax_cross_entropy must add up to 1 in every row; row 0 adds up to 0.5
        """
        text = _("targets of {loss} must add up to 1 in every row; {place} adds up to {total}")
        return cls(text.format(loss=loss, place=place(row), total=f"{total:.4g}"))

    @classmethod
    def no_probability(cls, name: str, value: float) -> DataError:
        """Say that an array of probabilities holds something else.

        Examples
        --------
        >>> print(DataError.no_probability("p", -0.5))
        p must hold probabilities, finite numbers of at least 0; it has -0.5
        """
        text = _("{name} must hold probabilities, finite numbers of at least 0; it has {value}")
        return cls(text.format(name=name, value=value))

    @classmethod
    def no_distribution(cls, name: str, axis: int, total: float) -> DataError:
        """Say that probabilities do not add up to 1.

        Examples
        --------
        >>> print(DataError.no_distribution("p", 0, 1.5))
        p must add up to 1 along axis 0; one sum is 1.5. Divide by the sums first, or take softmax of raw scores
        """
        text = _(
            "{name} must add up to 1 along axis {axis}; one sum is {total}. "
            "Divide by the sums first, or take softmax of raw scores"
        )
        return cls(text.format(name=name, axis=axis, total=f"{total:.4g}"))

    @classmethod
    def not_numbers(cls, name: str, dtype: object) -> DataError:
        """Say that an array holds something else than real numbers.

        Examples
        --------
        >>> print(DataError.not_numbers("x", "<U3"))
        x must hold real numbers; got an array of dtype <U3. Convert it first, as with numpy.asarray(x, dtype=float)
        """
        text = _(
            "{name} must hold real numbers; got an array of dtype {dtype}. "
            "Convert it first, as with numpy.asarray({name}, dtype=float)"
        )
        return cls(text.format(name=name, dtype=dtype))

    @classmethod
    def out_dtype(cls, received: object, expected: object) -> DataError:
        """Say that `out=` cannot take the result.

        Examples
        --------
        >>> print(DataError.out_dtype("int64", "float64"))
        out must be an array of dtype float64, that of the result; got int64
        """
        text = _("out must be an array of dtype {expected}, that of the result; got {received}")
        return cls(text.format(expected=expected, received=received))

    @classmethod
    def out_read_only(cls) -> DataError:
        """Say that `out=` must not be written to.

        Examples
        --------
        >>> print(DataError.out_read_only())
        out must be an array that may be written to; got a read-only one. out.copy() can be written
        """
        return cls(_("out must be an array that may be written to; got a read-only one. out.copy() can be written"))

    @classmethod
    def one_class(cls, label: object) -> DataError:
        """Say that a classifier met a single class.

        Examples
        --------
        >>> print(DataError.one_class("yes"))
        a classifier needs at least two classes in y; got one class: "yes"
        """
        return cls(_("a classifier needs at least two classes in y; got one class: {label}").format(label=shown(label)))

    @classmethod
    def unseen_classes(cls, labels: Sequence[object], known: Sequence[object]) -> DataError:
        """Say that a later call brought classes that the first one did not name.

        Examples
        --------
        >>> print(DataError.unseen_classes([3], [1, 2]))
        y has classes that the first call did not: 3. Known: 1, 2. Name all in the first call: partial_fit(..., classes=)
        """  # noqa: E501 (the message is one line)
        text = _(
            "y has classes that the first call did not: {labels}. Known: {known}. "
            "Name all in the first call: partial_fit(..., classes=)"
        )
        return cls(text.format(labels=listed(map(shown, labels)), known=listed(map(shown, known))))

    @classmethod
    def weights(cls, name: str, value: object, row: int) -> DataError:
        """Say that a weight is negative or not finite.

        Examples
        --------
        >>> print(DataError.weights("sample_weight", -1.0, row=2))
        sample_weight must hold finite numbers of at least 0; row 2 is -1.0
        """
        text = _("{name} must hold finite numbers of at least 0; {place} is {value}")
        return cls(text.format(name=name, place=place(row), value=shown(value)))

    @classmethod
    def validation_too_small(cls, n_rows: int) -> DataError:
        """Say that too few rows are left to judge by.

        Examples
        --------
        >>> print(DataError.validation_too_small(1))
        early_stopping needs at least two rows to judge by; validation_fraction leaves 1. Raise validation_fraction, pass X_val and y_val, or set early_stopping=False
        """  # noqa: E501 (the message is one line)
        text = _(
            "early_stopping needs at least two rows to judge by; validation_fraction leaves {n_rows}. "
            "Raise validation_fraction, pass X_val and y_val, or set early_stopping=False"
        )
        return cls(text.format(n_rows=n_rows))

    @classmethod
    def no_weight(cls, name: str = "sample_weight") -> DataError:
        """Say that all weights are zero, so nothing can be learned."""
        return cls(_("{name} must have a positive sum; all its values are zero").format(name=name))


class ShapeError(DataError):
    """Arrays do not fit each other, or what was learned."""

    @classmethod
    def shape(cls, name: str, received: Sequence[int], must_be: str, **values: object) -> ShapeError:
        """Say that a shape breaks its rule.

        Parameters
        ----------
        name : str
            The argument.
        received : sequence of int
            Its shape.
        must_be : str
            The rule, so that "{name} must have shape {must_be}" is a sentence. A constant, translated, then filled
            with `values`.

        Examples
        --------
        >>> print(ShapeError.shape("out", (2, 3), "{wanted}, that of x", wanted=(3, 2)))
        out must have shape (3, 2), that of x; got shape (2, 3)
        """
        text = _("{name} must have shape {must_be}; got shape {received}")
        return cls(text.format(name=name, must_be=_(must_be).format(**values), received=tuple(received)))

    @classmethod
    def rows(cls, first: str, n_first: int, second: str, n_second: int) -> ShapeError:
        """Say that two arrays have different numbers of rows.

        Examples
        --------
        >>> print(ShapeError.rows("X", 5, "y", 4))
        X and y must have as many rows; X has 5, y has 4
        """
        text = _("{first} and {second} must have as many rows; {first} has {n_first}, {second} has {n_second}")
        return cls(text.format(first=first, second=second, n_first=n_first, n_second=n_second))

    @classmethod
    def columns(cls, name: str, received: int, expected: int) -> ShapeError:
        """Say that the width is not that of the data which were learned from.

        Examples
        --------
        >>> print(ShapeError.columns("X_val", 3, 4))
        X_val must have 4 columns, as X had in fit; got 3
        """
        text = plural(
            "{name} must have {expected} column, as X had in fit; got {received}",
            "{name} must have {expected} columns, as X had in fit; got {received}",
            expected,
        )
        return cls(text.format(name=name, expected=expected, received=received))

    @classmethod
    def empty(cls, name: str, shape: Sequence[int]) -> ShapeError:
        """Say that there is nothing to work on.

        Examples
        --------
        >>> print(ShapeError.empty("X", (0, 4)))
        X must have at least one row and one column; got shape (0, 4)
        """
        text = _("{name} must have at least one row and one column; got shape {shape}")
        return cls(text.format(name=name, shape=tuple(shape)))

    @classmethod
    def empty_axis(cls, axis: int, shape: Sequence[int]) -> ShapeError:
        """Say that there is nothing along an axis."""
        text = _("x must have at least one element along axis {axis}; got shape {shape}")
        return cls(text.format(axis=axis, shape=tuple(shape)))

    @classmethod
    def not_a_multiple(cls, axis: int, shape: Sequence[int], pieces: int) -> ShapeError:
        """Say that an axis cannot be cut into units of so many pieces.

        Examples
        --------
        >>> print(ShapeError.not_a_multiple(1, (4, 5), 2))
        x must have a multiple of 2 elements (pieces=2) along axis 1; got shape (4, 5)
        """
        text = _("x must have a multiple of {pieces} elements (pieces={pieces}) along axis {axis}; got shape {shape}")
        return cls(text.format(pieces=pieces, axis=axis, shape=tuple(shape)))

    @classmethod
    def no_axis(cls, axis: object, n_dimensions: int) -> ShapeError:
        """Say that an array has no such axis."""
        text = plural(
            "axis must be an axis of x, which has {n} dimension; got {axis}",
            "axis must be an axis of x, which has {n} dimensions; got {axis}",
            n_dimensions,
        )
        return cls(text.format(n=n_dimensions, axis=shown(axis)))
