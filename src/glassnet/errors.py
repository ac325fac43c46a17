"""Every exception of glassnet, and every text that one can carry.

A message says what must hold, what was received and how to mend it, and names the row and the column where there is
one. Callers pass facts; the words stand here, in English, translated through `glassnet.texts`. Only the short phrase
`must_be` of `ParameterError.value` is written where the rule is known, and it is translated as well.

    GlassnetError
    ├── ParameterError (ValueError)   an argument is wrong
    ├── DataError (ValueError)        the data are wrong
    │   └── ShapeError                ... in their shape
    └── Diverged (ValueError)         training met NaN or infinity
    UserWarning
    ├── DivergedWarning               the same, where the best weights so far are kept
    └── ScalingWarning                the inputs have very different scales
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any

from glassnet.texts import _, plural


class GlassnetError(Exception):
    """What all errors of glassnet have in common."""


class ParameterError(GlassnetError, ValueError):
    """An argument does not have a value that it may have."""

    @classmethod
    def value(cls, name: str, received: object, must_be: str) -> ParameterError:
        """Say that a value breaks its rule.

        Parameters
        ----------
        name : str
            The argument.
        received : object
            What came.
        must_be : str
            The rule, so that "{name} must be {must_be}" is a sentence. A constant: it is translated.

        Examples
        --------
        >>> print(ParameterError.value("dropout", 1.5, "a number in [0, 1)"))
        dropout must be a number in [0, 1); got 1.5
        """
        text = _("{name} must be {must_be}; got {received}")
        return cls(text.format(name=name, must_be=_(must_be), received=shown(received)))

    @classmethod
    def choice(
        cls, name: str, received: object, choices: Iterable[str], synonyms: Iterable[str] = ()
    ) -> ParameterError:
        """Say that a name is not among the choices, with the nearest ones (synonyms are searched, but not listed).

        Examples
        --------
        >>> print(ParameterError.choice("activation", "rleu", ["tanh", "relu"]))
        activation must be one of tanh, relu; got "rleu". Did you mean "relu"?
        """
        choices = tuple(choices)
        text = _("{name} must be one of {choices}; got {received}")
        message = text.format(name=name, choices=_listed(choices), received=shown(received))
        return cls(message + _suggestion(received, (*choices, *synonyms)))

    @classmethod
    def unknown(cls, name: str, known: Iterable[str], of: str | None = None) -> ParameterError:
        """Say that there is no parameter of this name; `of` is what was asked to take it.

        Examples
        --------
        >>> print(ParameterError.unknown("slop", ["slope"], of="leaky_relu"))
        leaky_relu has no parameter "slop"; it has slope. Did you mean "slope"?
        >>> print(ParameterError.unknown("slope", [], of="relu"))
        relu has no parameter "slope"; it has none
        """
        known = tuple(known)
        if of is None:
            text = _('there is no parameter "{name}"; there are {known}')
        elif known:
            text = _('{of} has no parameter "{name}"; it has {known}')
        else:
            text = _('{of} has no parameter "{name}"; it has none')
        return cls(text.format(of=of, name=name, known=_listed(known)) + _suggestion(name, known))

    @classmethod
    def no_derivative(cls, activation: str) -> ParameterError:
        """Say that an activation over an axis has a matrix of derivatives, not one.

        Examples
        --------
        >>> print(ParameterError.no_derivative("softmax"))
        softmax has no elementwise derivative: each output depends on every input of its row. Use softmax.jacobian(x)
        """
        text = _(
            "{activation} has no elementwise derivative: each output depends on every input of its row. "
            "Use {activation}.jacobian(x)"
        )
        return cls(text.format(activation=activation))

    @classmethod
    def no_rate(cls, schedule: str) -> ParameterError:
        """Say that a schedule's rate is no function of progress alone.

        Examples
        --------
        >>> print(ParameterError.no_rate("adaptive"))
        adaptive has no formula: its rate depends on the losses of past epochs. The trace of a fit tells it
        """
        text = _(
            "{schedule} has no formula: its rate depends on the losses of past epochs. The trace of a fit tells it"
        )
        return cls(text.format(schedule=schedule))

    @classmethod
    def sizes_as_loss(cls, received: object) -> ParameterError:
        """Say that layer sizes came where the loss is expected: it is the first parameter, as in scikit-learn."""
        text = _(
            "loss must be the name of a loss; got {received}. "
            "If these are the sizes of the hidden layers, pass hidden_layer_sizes={received}"
        )
        return cls(text.format(received=shown(received)))

    @classmethod
    def per_layer(cls, name: str, n_received: int, n_layers: int) -> ParameterError:
        """Say that a list has not one entry for each layer.

        Examples
        --------
        >>> print(ParameterError.per_layer("dropout", 3, 2))
        dropout must be one value for all layers or a list of 2, one a layer; got a list of 3
        """
        text = _(
            "{name} must be one value for all layers or a list of {n_layers}, one a layer; got a list of {n_received}"
        )
        return cls(text.format(name=name, n_layers=n_layers, n_received=n_received))


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
        place = _place(row, column, name)
        if math.isnan(value):
            text = _(
                "{data} must be finite; {place} is NaN. Fill such values (sklearn.impute.SimpleImputer) or drop the row"
            )
            return cls(text.format(data=data, place=place))
        text = _("{data} must be finite; {place} is {value}. Clip or drop such values, or compute in float64")
        return cls(text.format(data=data, place=place, value="infinity" if value > 0 else "-infinity"))

    @classmethod
    def target_outside(cls, loss: str, must_be: str, value: object, row: int, column: int | None = None) -> DataError:
        """Say that a target lies outside the domain of the loss; `must_be` is translated.

        Examples
        --------
        >>> print(DataError.target_outside("poisson", "at least 0", -1.0, row=7))
        targets of poisson must be at least 0; row 7 is -1.0
        """
        text = _("targets of {loss} must be {must_be}; {place} is {value}")
        return cls(text.format(loss=loss, must_be=_(must_be), place=_place(row, column), value=shown(value)))

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
            text.format(
                last=n_classes - 1, n_classes=n_classes, place=_place(row), code=code, ignore_index=ignore_index
            )
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
        return cls(text.format(loss=loss, place=_place(row), total=f"{total:.4g}"))

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
        return cls(text.format(labels=_listed(map(shown, labels)), known=_listed(map(shown, known))))

    @classmethod
    def weights(cls, name: str, value: object, row: int) -> DataError:
        """Say that a weight is negative or not finite.

        Examples
        --------
        >>> print(DataError.weights("sample_weight", -1.0, row=2))
        sample_weight must hold finite numbers of at least 0; row 2 is -1.0
        """
        text = _("{name} must hold finite numbers of at least 0; {place} is {value}")
        return cls(text.format(name=name, place=_place(row), value=shown(value)))

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
    def no_axis(cls, axis: object, n_dimensions: int) -> ShapeError:
        """Say that an array has no such axis."""
        text = plural(
            "axis must be an axis of x, which has {n} dimension; got {axis}",
            "axis must be an axis of x, which has {n} dimensions; got {axis}",
            n_dimensions,
        )
        return cls(text.format(n=n_dimensions, axis=shown(axis)))


class Diverged(GlassnetError, ValueError):
    """Training met a loss that is NaN or infinite.

    Attributes
    ----------
    epoch : int or None
        Counted from 1.
    layer : int or None
        Counted from 1, the first layer that held a value which is not finite; None: only the loss did.
    cause : str
        The likely cause, in words.
    """

    epoch: int | None = None
    layer: int | None = None
    cause: str = ""

    @classmethod
    def at(
        cls,
        epoch: int,
        layer: int | None = None,
        *,
        learning_rate: float | None = None,
        largest_input: float | None = None,
        largest_target: float | None = None,
    ) -> Diverged:
        """Say when and where it happened, why it probably did, and what to try.

        Parameters
        ----------
        epoch : int
            Counted from 1.
        layer : int or None
            Counted from 1; None: no layer but the loss alone was not finite.
        learning_rate : float, optional
            The rate at that time. None for a solver without one.
        largest_input, largest_target : float, optional
            Largest absolute value in X and in y. Above 100 (a standardized column hardly exceeds 10) the data's scale
            is named as the cause, not the learning rate.

        Examples
        --------
        >>> error = Diverged.at(3, layer=2, learning_rate=0.5)
        >>> print(error)
        training diverged in epoch 3: the values of layer 2 became NaN or infinite. Likely cause: learning rate 0.5 is too high. Try learning_rate_init=0.05, or early_stopping=True, which keeps the best weights
        >>> error.epoch, error.layer, error.cause
        (3, 2, 'learning rate 0.5 is too high')
        """  # noqa: E501 (the message is one line)
        where = (
            _("the loss became NaN or infinite")
            if layer is None
            else _("the values of layer {layer} became NaN or infinite").format(layer=layer)
        )
        if largest_input is not None and not largest_input <= 100:
            cause = _("inputs as large as {value}").format(value=f"{largest_input:.3g}")
            remedy = _("standardized inputs, as from sklearn.preprocessing.StandardScaler")
        elif largest_target is not None and not largest_target <= 100:
            cause = _("targets as large as {value}").format(value=f"{largest_target:.3g}")
            remedy = _("standardized targets, as from sklearn.compose.TransformedTargetRegressor")
        elif learning_rate is not None:
            cause = _("learning rate {rate} is too high").format(rate=f"{learning_rate:.3g}")
            remedy = _("learning_rate_init={rate}").format(rate=f"{learning_rate / 10:.3g}")
        else:
            cause = _("the weights grew without bound")
            remedy = _("a larger alpha, or standardized inputs")
        text = _(
            "training diverged in epoch {epoch}: {where}. Likely cause: {cause}. "
            "Try {remedy}, or early_stopping=True, which keeps the best weights"
        )
        error = cls(text.format(epoch=epoch, where=where, cause=cause, remedy=remedy))
        error.epoch, error.layer, error.cause = epoch, layer, cause
        return error


class DivergedWarning(UserWarning):
    """Training met a loss that is NaN or infinite, and the best weights so far were kept."""

    @classmethod
    def kept(cls, error: Diverged, best_epoch: int) -> DivergedWarning:
        """Say what happened and which weights the model has now."""
        text = _("{error}. The weights of epoch {best_epoch}, the best so far, were kept")
        return cls(text.format(error=error, best_epoch=best_epoch))


class ScalingWarning(UserWarning):
    """The inputs have scales that slow training down."""

    @classmethod
    def columns(
        cls, largest: object, largest_deviation: float, smallest: object, smallest_deviation: float
    ) -> ScalingWarning:
        """Name the columns with the largest and the smallest standard deviation.

        Examples
        --------
        >>> print(ScalingWarning.columns("income", 41200.0, "age", 13.1))
        the columns of X have very different scales (standard deviation 4.12e+04 in "income", 13.1 in "age"): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)
        """  # noqa: E501 (the message is one line)
        text = _(
            "the columns of X have very different scales (standard deviation {large} in {largest}, {small} in "
            "{smallest}): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)"
        )
        return cls(
            text.format(
                large=f"{largest_deviation:.3g}",
                largest=shown(largest),
                small=f"{smallest_deviation:.3g}",
                smallest=shown(smallest),
            )
        )

    @classmethod
    def column(cls, name: object, mean: float, deviation: float) -> ScalingWarning:
        """Name a column whose values are far from the size of 1.

        Examples
        --------
        >>> print(ScalingWarning.column("year", 2010.0, 5.2))
        the columns of X are not standardized ("year" has mean 2.01e+03 and standard deviation 5.2): networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)
        """  # noqa: E501 (the message is one line)
        text = _(
            "the columns of X are not standardized ({name} has mean {mean} and standard deviation {deviation}): "
            "networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)"
        )
        return cls(text.format(name=shown(name), mean=f"{mean:.3g}", deviation=f"{deviation:.3g}"))


def shown(value: Any, limit: int = 80) -> str:
    """Write a received value for a message: text in double quotes, anything else by its repr, cut if it is long.

    Examples
    --------
    >>> shown("rleu"), shown(1.5), shown(list(range(100)), limit=12)
    ('"rleu"', '1.5', '[0, 1, 2, 3…')
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # np.float64(1.5) reads as 1.5
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _place(row: int, column: int | None = None, name: object = None) -> str:
    if column is None:
        return _("row {row}").format(row=f"{row:,}")
    if name is None:
        return _("row {row}, column {column}").format(row=f"{row:,}", column=column)
    return _("row {row}, column {column} ({name})").format(row=f"{row:,}", column=column, name=shown(name))


def _suggestion(received: object, names: Sequence[str]) -> str:
    """' Did you mean "relu"?', or nothing where no name is near."""
    if not isinstance(received, str):
        return ""
    likeness = {
        name: difflib.SequenceMatcher(None, name.lower(), received.lower()).ratio() for name in dict.fromkeys(names)
    }
    best = max(likeness.values(), default=0.0)
    if best < 0.6:  # below, difflib calls nothing a close match either
        return ""
    quoted = _(" or ").join(f'"{name}"' for name in likeness if likeness[name] > best - 0.02)
    return _(". Did you mean {names}?").format(names=quoted)
